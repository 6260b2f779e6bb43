/* SPDX-License-Identifier: BSD-2-Clause */
/* This does what a run is for. */
#include "job.h"

#include <stdlib.h>
#include <string.h>

#include "../failure.h"
#include "../session.h"
#include "../settings.h"
#include "database.h"
#include "names.h"
#include "sql_ids.h"

static wrmf_error err;

/* ---- tables ---- */

/* Makes and checks a table of lists. One that has rows which no run has written is somebody's. */
static void prepare_table(const struct asked *asked, int which, const wrmf_ids *const ids[2])
{
    const struct list_table *table = &asked->tables[which];
    if (asked->lengths[which] == 0)
        return;
    list_table_prepare(table, ids, asked->names != NULL);
    if (!list_table_is_empty(table) && !state_owns(asked->model_table, table->name))
        die("--%s %s: the table has rows that wrmf-sqlite has not written; empty it, or name "
            "another",
            table->option, table->name);
}

static void prepare_tables(const struct asked *asked, const wrmf_ids *const ids[2])
{
    state_prepare(asked->model_table);
    for (int which = 0; which < 2; which++)
        prepare_table(asked, which, ids);
}

void job_rehearse(const struct job *job)
{
    database_run("BEGIN IMMEDIATE", "beginning to write");
    prepare_tables(job->asked, NULL);
    database_run("ROLLBACK", "looking at the tables");
}

/* ---- reading ---- */

/* Says whether one setting leaves parameters as they are, but for their iterations. */
static int changes_nothing(const wrmf_params *params, const char *setting)
{
    wrmf_params *copy = NULL;
    char before[64], after[64];
    int is_same = 1;
    check(wrmf_params_copy(params, &copy, &err), &err);
    check(wrmf_params_parse(copy, setting, &err), &err);
    for (int i = 0; i < wrmf_params_size(); i++) {
        const wrmf_param id = wrmf_params_id(i);
        wrmf_params_format(params, id, before, sizeof before);
        wrmf_params_format(copy, id, after, sizeof after);
        is_same &= id == WRMF_PARAM_ITERATIONS || strcmp(before, after) == 0;
    }
    wrmf_params_free(copy);
    return is_same;
}

static void check_settings(const struct job *job)
{
    const wrmf_params *params = wrmf_model_params(job->state.model);
    for (int i = 0; i < settings_given.count; i++)
        if (!changes_nothing(params, settings_given.text[i]))
            die("%s: the model in %s was fitted with another; --fresh fits a new one",
                settings_given.text[i], job->asked->model_table);
}

/* Loads what the run before has left, if it is to be gone on from; else only its number. */
static void load_state(struct job *job)
{
    const char *table = job->asked->model_table;
    job->state.run = state_run(table);
    if (job->state.run == 0 || job->asked->is_fresh)
        return;
    state_load(table, job->context, &job->state);
    check_settings(job);
}

void job_read(struct job *job)
{
    const wrmf_ids *known[2] = {NULL, NULL};
    const double start = seconds_now();
    database_run("BEGIN", "beginning to read");
    load_state(job);
    for (int side = 0; job->state.model && side < 2; side++)
        known[side] = wrmf_model_ids(job->state.model, (wrmf_side)side);
    query_read(job->query, job->context, known, &job->read);
    if (job->names)
        job->renamed = names_read(job->names, job->read.ids[WRMF_ITEMS],
                                  known[WRMF_ITEMS] ? wrmf_ids_size(known[WRMF_ITEMS]) : 0);
    job->version = database_version();
    database_run("COMMIT", "ending to read");
    if (wrmf_matrix_entries(job->read.matrix) == 0)
        die("the query gives no interaction: nothing can be fitted, and the tables stay");
    for (int side = 0; side < 2; side++)
        job->added[side] =
            wrmf_ids_size(job->read.ids[side]) - (known[side] ? wrmf_ids_size(known[side]) : 0);
    query_drop_empty(&job->read, job->gone);
    job->histories = query_histories(&job->read);
    job->seconds[JOB_READ] = seconds_now() - start;
}

/* ---- the model ---- */

static void fit_new(struct job *job)
{
    const wrmf_matrix *matrix = job->read.matrix;
    job->is_new = job->is_changed = 1;
    database_check(wrmf_model_fit(job->context, matrix, job->params, &job->model, &err), &err);
    for (int side = 0; side < 2; side++)
        check(wrmf_model_set_ids(job->model, (wrmf_side)side, job->read.ids[side], &err), &err);
}

/* Has the ids of the stored model of the kind of those that were read: a run may be the first to
 * meet a text among integers. */
static void match_kinds(struct job *job)
{
    for (int i = 0; i < 2; i++) {
        const wrmf_side side = (wrmf_side)i;
        const wrmf_ids *own = wrmf_model_ids(job->state.model, side);
        wrmf_ids *strings = NULL;
        if (wrmf_ids_get_kind(own) == wrmf_ids_get_kind(job->read.ids[side]))
            continue;
        check(wrmf_ids_without(own, NULL, 0, &strings, &err), &err);
        sql_ids_to_strings(job->context, &strings);
        check(wrmf_model_set_ids(job->state.model, side, strings, &err), &err);
        wrmf_ids_free(strings);
    }
}

/* Gives the known users whose rows have changed, to be freed, and how many they are. */
static int64_t *find_changed(struct job *job)
{
    const wrmf_ids *own = wrmf_model_ids(job->state.model, WRMF_USERS);
    const wrmf_ids *users = job->read.ids[WRMF_USERS];
    const int64_t n = wrmf_ids_size(users);
    int64_t *before = allocate((size_t)n, sizeof *before);
    check(wrmf_ids_match(own, users, before, NULL, &err), &err);
    job->changed = 0;
    for (int64_t user = 0; user < n; user++)
        if (before[user] >= 0 && job->state.histories[before[user]] != job->histories[user])
            before[job->changed++] = user; /* behind what is read next */
    return before;
}

static void grow(struct job *job, const int64_t *changed)
{
    const wrmf_matrix *matrix = job->read.matrix;
    wrmf_ids *const *ids = job->read.ids;
    database_check(
        wrmf_model_grow(job->context, job->state.model, matrix, ids[0], ids[1], &job->model, &err),
        &err);
    database_check(wrmf_model_refresh(job->context, job->model, matrix, WRMF_USERS, changed,
                                      job->changed, &err),
                   &err);
    if (job->asked->epochs > 0)
        database_check(
            wrmf_model_continue(job->context, job->model, matrix, job->asked->epochs, &err), &err);
}

static void go_on(struct job *job)
{
    /* users would be folded in by rows of zeros, which stay so */
    if (job->gone[WRMF_ITEMS] == wrmf_model_items(job->state.model))
        die("the query gives none of the items of the model in %s: nothing can be gone on from; "
            "--fresh fits a new one",
            job->asked->model_table);
    match_kinds(job);
    int64_t *changed = find_changed(job);
    job->epochs_before = wrmf_model_epochs(job->state.model);
    job->is_changed = job->changed > 0 || job->asked->epochs > 0;
    for (int side = 0; side < 2; side++)
        job->is_changed |= job->added[side] > 0 || job->gone[side] > 0;
    if (job->is_changed) {
        grow(job, changed);
    } else {
        job->model = job->state.model;
        job->state.model = NULL;
    }
    if (job->renamed > 0) {
        job->is_changed = 1;
        check(wrmf_model_set_ids(job->model, WRMF_ITEMS, job->read.ids[WRMF_ITEMS], &err), &err);
    }
    free(changed);
}

void job_fit(struct job *job)
{
    const double start = seconds_now();
    if (job->state.model)
        go_on(job);
    else
        fit_new(job);
    wrmf_model_free(job->state.model); /* its memory is for the lists */
    job->state.model = NULL;
    job->seconds[JOB_FIT] = seconds_now() - start;
}

void job_rank(struct job *job)
{
    const double start = seconds_now();
    for (int which = 0; which < 2; which++) {
        const wrmf_side asking = job->asked->tables[which].asking;
        if (job->asked->lengths[which] > 0)
            lists_make(job->context, job->model, asking,
                       asking == WRMF_USERS ? job->read.matrix : NULL, job->asked->lengths[which],
                       &job->lists[which]);
    }
    job->seconds[JOB_RANK] = seconds_now() - start;
}

/* ---- writing ---- */

/* Notes who of a side has no entry any more, and how many are new. */
static void compare_side(struct job *job, const struct interactions_read *now, wrmf_side side)
{
    struct meanwhile *meanwhile = &job->meanwhile;
    const int64_t n = wrmf_ids_size(job->read.ids[side]), all = wrmf_ids_size(now->ids[side]);
    int64_t *degrees = allocate((size_t)all, sizeof *degrees);
    check(wrmf_matrix_degrees(now->matrix, side, degrees, &err), &err);
    meanwhile->is_gone[side] = allocate((size_t)n, 1);
    meanwhile->added[side] = all - n;
    for (int64_t i = 0; i < n; i++) {
        meanwhile->is_gone[side][i] = degrees[i] == 0;
        meanwhile->gone[side] += degrees[i] == 0;
    }
    free(degrees);
}

/* Runs the query again, where others have committed something since it was run. */
static void look_again(struct job *job)
{
    struct interactions_read now;
    struct meanwhile *meanwhile = &job->meanwhile;
    if (database_version() == job->version)
        return;
    query_read(job->query, job->context, (const wrmf_ids *const *)job->read.ids, &now);
    meanwhile->is_known = 1;
    for (int side = 0; side < 2; side++)
        compare_side(job, &now, (wrmf_side)side);
    uint64_t *histories = query_histories(&now);
    for (int64_t user = 0; user < wrmf_ids_size(job->read.ids[WRMF_USERS]); user++)
        meanwhile->changed +=
            !meanwhile->is_gone[WRMF_USERS][user] && histories[user] != job->histories[user];
    free(histories);
    query_read_free(&now);
}

void job_write(struct job *job)
{
    const struct asked *asked = job->asked;
    const wrmf_ids *const *ids = (const wrmf_ids *const *)job->read.ids;
    const double start = seconds_now();
    database_run("BEGIN IMMEDIATE", "beginning to write");
    prepare_tables(asked, ids);
    if (state_run(asked->model_table) != job->state.run)
        die("%s: another run has stored a model meanwhile; nothing is written", asked->model_table);
    look_again(job);
    for (int which = 0; which < 2; which++) {
        if (asked->lengths[which] == 0)
            continue;
        list_table_write(&asked->tables[which], &job->lists[which], ids, job->meanwhile.is_gone,
                         &job->changes[which]);
        state_own(asked->model_table, asked->tables[which].name);
    }
    if (job->is_changed)
        state_store(asked->model_table, job->model, job->histories, job->context,
                    job->state.run + 1);
    database_stop_if_asked();
    database_run("COMMIT", "committing");
    job->seconds[JOB_WRITE] = seconds_now() - start;
}

void job_free(struct job *job)
{
    for (int which = 0; which < 2; which++) {
        lists_free(&job->lists[which]);
        free(job->meanwhile.is_gone[which]);
    }
    query_read_free(&job->read);
    state_free(&job->state);
    free(job->histories);
    wrmf_model_free(job->model);
    wrmf_params_free(job->params);
    wrmf_context_free(job->context);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-sqlite: recommendations for the tables of an SQLite database, kept in tables beside them. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../failure.h"
#include "../files.h"
#include "../interrupt.h"
#include "../narration.h"
#include "../session.h"
#include "../settings.h"
#include "../streams.h"
#include "../text.h"
#include "database.h"
#include "job.h"
#include "names.h"

static struct asked asked = {
    .model_table = "wrmf_model",
    .tables =
        {{"recommendations", "recommendations", {"user", "rank", "item", "score"}, WRMF_USERS},
         {"similar", "similar_items", {"item", "rank", "similar", "score"}, WRMF_ITEMS}},
    .lengths = {10, 10},
};
static const char *out_path;
static double busy_timeout = 5;
static int mappable;

static const struct option options[] = {
    {"recommendations", "TABLE",
     "the table of what users may like: columns user, rank, item\nand score (default "
     "recommendations)",
     OPTION_TEXT, &asked.tables[0].name, 0, 0},
    {"n", "N", "items for each user (default 10); 0: no such table", OPTION_INT, &asked.lengths[0],
     0, 2147483647},
    {"similar", "TABLE",
     "the table of similar items: columns item, rank, similar and\nscore (default similar_items)",
     OPTION_TEXT, &asked.tables[1].name, 0, 0},
    {"n-similar", "N", "similar items for each item (default 10); 0: no such table", OPTION_INT,
     &asked.lengths[1], 0, 2147483647},
    {"names", "SQL",
     "gives items and names, for people: tables have them in a column\nname, and so has the file "
     "of --out",
     OPTION_TEXT, &asked.names, 0, 0},
    {"model", "TABLE", "the table that keeps the model (default wrmf_model)", OPTION_TEXT,
     &asked.model_table, 0, 0},
    {"epochs", "N", "where a model is there: fit it on for N epochs (default 0)", OPTION_INT,
     &asked.epochs, 0, 1000000000},
    {"fresh", NULL, "fit a new model, whatever is there", OPTION_FLAG, &asked.is_fresh, 0, 0},
    {"busy-timeout", "SECONDS", "how long to wait for a lock that another holds (default 5)",
     OPTION_REAL, &busy_timeout, 0, 86400},
    {"out", "FILE", "also write the model to a file, for other programs", OPTION_TEXT, &out_path, 0,
     0},
    {"mappable", NULL, "write that file so that servers map it (docs/serving.md)", OPTION_FLAG,
     &mappable, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

/* ---- options ---- */

static const char *about(wrmf_context *context)
{
    struct document document;
    const struct text_list none = {.count = 0};
    wrmf_params *params = params_open(context, &none);
    document_open(&document);
    fputs("Reads who has what by a query of an SQLite database, fits a model, and writes, in one\n"
          "transaction, what each user may like and which items are similar into tables of that\n"
          "database, with the ids that the query gave: integers, texts or blobs. Users get lists\n"
          "without the items that they have. Tables that are missing are made.\n\n"
          "The model stands in a table, too, and the next run goes on from it: new users and\n"
          "items are folded in, users whose rows have changed get new factors, those who are no\n"
          "more in the query are dropped, and of the tables only lists that differ are written.\n"
          "Rows of known items change with --epochs alone; a run with some, now and then, lets\n"
          "new interactions act on all. --set and --preset are of a new model: where one is\n"
          "there, it must have been fitted with the same, or --fresh fits another.\n\n"
          "Nothing is locked while it fits. If others have committed meanwhile, the query is run\n"
          "again before the tables are written; what has changed is told, and left to the next\n"
          "run, but users and items that are gone are in no list. Stopped or killed at any time,\n"
          "it leaves the database as it was before, or as it is after.\n\n"
          "Parameters, with their defaults:\n",
          document.file);
    settings_put_parameters(document.file, params);
    wrmf_params_free(params);
    fclose(document.file);
    return document.text;
}

static void check_options(void)
{
    const char *const names[] = {asked.tables[0].name, asked.tables[1].name, asked.model_table};
    for (int i = 0; i < 3; i++) {
        if (!*names[i])
            die_usage("the name of a table is empty");
        for (int k = 0; k < i; k++)
            if (sqlite3_stricmp(names[i], names[k]) == 0)
                die_usage("two tables have one name, %s", names[i]);
    }
    if (asked.lengths[0] == 0 && asked.lengths[1] == 0)
        die_usage("--n 0 and --n-similar 0: there is nothing to write");
    if (mappable && !out_path)
        die_usage("--mappable is of the file of --out");
    settings_begin_with_preset();
}

/* Gives the name behind the folder of a path, and what the folder is. */
static const char *take_apart(const char *path, struct stat *folder)
{
    const char *slash = strrchr(path, '/');
    const size_t length = slash == path ? 1 : slash ? (size_t)(slash - path) : 1;
    char *text = allocate(length + 1, 1);
    memcpy(text, slash ? path : ".", length);
    if (stat(text, folder) != 0)
        *folder = (struct stat){0};
    free(text);
    return slash ? slash + 1 : path;
}

/* Refuses to write the files that SQLite keeps beside a database, there or not: what is in them it
 * would take for a part of it. */
static void refuse_own_files(sqlite3 *database)
{
    static const char *const endings[] = {"-journal", "-wal", "-shm"};
    struct stat own_folder, folder;
    const char *own = take_apart(sqlite3_db_filename(database, "main"), &own_folder);
    const char *name = take_apart(out_path, &folder);
    const size_t length = strlen(own);
    for (int i = 0; i < 3; i++)
        if (strncmp(name, own, length) == 0 && strcmp(name + length, endings[i]) == 0 &&
            folder.st_dev == own_folder.st_dev && folder.st_ino == own_folder.st_ino)
            die_usage("--out %s: SQLite keeps a file of that name for the database", out_path);
}

/* ---- what is told ---- */

static void print_read(const struct job *job)
{
    const struct interactions_read *read = &job->read;
    FILE *out = narration();
    fprintf(out, "%s: %s x %s, %s\n", counted(read->rows, "row", "rows"),
            counted(wrmf_matrix_users(read->matrix), "user", "users"),
            counted(wrmf_matrix_items(read->matrix), "item", "items"),
            counted(wrmf_matrix_entries(read->matrix), "pair", "pairs"));
    if (read->merged > 0)
        fprintf(out, "%s a pair that came before (--duplicates)\n",
                counted(read->merged, "row was of", "rows were of"));
    if (read->zeros > 0)
        fprintf(out, "%s a count of 0\n", counted(read->zeros, "row had", "rows had"));
}

static void print_model(const struct job *job)
{
    FILE *out = narration();
    const int64_t done = wrmf_model_epochs(job->model);
    if (job->is_new) {
        fprintf(out, "a new model: %s, %s in %s\n",
                counted(wrmf_model_factors(job->model), "factor", "factors"),
                counted(done, "epoch", "epochs"), seconds_text(job->seconds[JOB_FIT]));
        return;
    }
    fprintf(out, "the model of run %s: ", with_commas(job->state.run));
    if (!job->is_changed) {
        fprintf(out, "nothing has changed since\n");
        return;
    }
    fprintf(out, "%s and %s are new, %s and %s are gone, %s other rows",
            counted(job->added[WRMF_USERS], "user", "users"),
            counted(job->added[WRMF_ITEMS], "item", "items"),
            counted(job->gone[WRMF_USERS], "user", "users"),
            counted(job->gone[WRMF_ITEMS], "item", "items"),
            counted(job->changed, "known user has", "known users have"));
    if (done > job->epochs_before)
        fprintf(out, "; %s", counted(done - job->epochs_before, "more epoch", "more epochs"));
    if (job->renamed > 0)
        fprintf(out, "; %s another name",
                counted(job->renamed, "known item has", "known items have"));
    fputc('\n', out);
}

static void print_written(const struct job *job)
{
    FILE *out = narration();
    for (int which = 0; which < 2; which++)
        if (asked.lengths[which] > 0)
            fprintf(out, "%s: %s written, %s as they were, %s removed\n", asked.tables[which].name,
                    counted(job->changes[which].written, "list", "lists"),
                    with_commas(job->changes[which].same),
                    with_commas(job->changes[which].removed));
}

/* Warns of what the tables do not tell, for others have committed it since the query was run. */
static void print_meanwhile(const struct job *job)
{
    const struct meanwhile *m = &job->meanwhile;
    if (m->added[0] + m->added[1] + m->gone[0] + m->gone[1] + m->changed == 0)
        return;
    warn("while it fitted, others have changed what the query gives: %s and %s are new, %s other "
         "rows; the next run takes that in",
         counted(m->added[WRMF_USERS], "user", "users"),
         counted(m->added[WRMF_ITEMS], "item", "items"),
         counted(m->changed, "user has", "users have"));
    if (m->gone[0] + m->gone[1] > 0)
        warn("%s and %s went, and are in no list", counted(m->gone[WRMF_USERS], "user", "users"),
             counted(m->gone[WRMF_ITEMS], "item", "items"));
}

static void put_pair(const char *name, const int64_t values[2])
{
    printf("  \"%s_users\": %lld,\n  \"%s_items\": %lld,\n", name, (long long)values[0], name,
           (long long)values[1]);
}

static void print_json(const struct job *job)
{
    const struct meanwhile *m = &job->meanwhile;
    static const char *const steps[JOB_STEPS] = {"read", "fit", "rank", "write"};
    printf("{\n  \"run\": %lld,\n  \"new_model\": %s,\n  \"rows\": %lld,\n",
           (long long)(job->state.run + job->is_changed), job->is_new ? "true" : "false",
           (long long)job->read.rows);
    printf("  \"users\": %lld,\n  \"items\": %lld,\n  \"pairs\": %lld,\n",
           (long long)wrmf_model_users(job->model), (long long)wrmf_model_items(job->model),
           (long long)wrmf_matrix_entries(job->read.matrix));
    put_pair("new", job->added);
    put_pair("gone", job->gone);
    printf("  \"changed_users\": %lld,\n  \"renamed_items\": %lld,\n  \"epochs\": %lld,\n"
           "  \"epochs_before\": %lld,\n",
           (long long)job->changed, (long long)job->renamed,
           (long long)wrmf_model_epochs(job->model), (long long)job->epochs_before);
    for (int which = 0; which < 2; which++) {
        const struct list_changes *changes = &job->changes[which];
        if (asked.lengths[which] > 0)
            printf("  \"%s\": {\"written\": %lld, \"same\": %lld, \"removed\": %lld},\n",
                   asked.tables[which].option, (long long)changes->written,
                   (long long)changes->same, (long long)changes->removed);
    }
    printf("  \"meanwhile\": {\"new_users\": %lld, \"new_items\": %lld, \"gone_users\": %lld, "
           "\"gone_items\": %lld, \"changed_users\": %lld},\n  \"seconds\": {",
           (long long)m->added[0], (long long)m->added[1], (long long)m->gone[0],
           (long long)m->gone[1], (long long)m->changed);
    for (int i = 0; i < JOB_STEPS; i++)
        printf("%s\"%s\": %.3f", i ? ", " : "", steps[i], job->seconds[i]);
    puts("}\n}");
}

/* ---- what is done ---- */

static void write_file(const struct job *job)
{
    wrmf_error err;
    if (!out_path)
        return;
    wrmf_output *output = output_open(job->context, out_path);
    const wrmf_status status =
        wrmf_model_write_as(job->model, mappable ? WRMF_SAVE_MAPPABLE : 0, output, &err);
    output_finish(output, status, &err);
}

int main(int argc, char **argv)
{
    wrmf_error err;
    const char *path = NULL;
    wrmf_context *plain = NULL;
    check(wrmf_context_create(&plain, &err), &err);
    const char *text = about(plain);
    const struct program program = {
        "wrmf-sqlite",
        "DATABASE --query SQL [--param NAME=VALUE ...] [--n 10] [--n-similar 10]\n"
        "       [--recommendations TABLE] [--similar TABLE] [--set NAME=VALUE ...] [--epochs N]",
        text,
        {query_option_table, options, settings_option_table},
        "keep recommendations in the tables of an SQLite database",
        "wrmf-sqlite shop.db --query 'SELECT customer, product, count(*) FROM orders\n"
        "    WHERE day >= :since GROUP BY 1, 2' --param since=2026-01-01 --set factors=40"};
    options_parse(&program, argc, argv, 1, &path);
    check_options();
    struct job job = {.asked = &asked, .context = context_open()};
    job.params = params_open(job.context, &settings_given);
    input_claim(path);
    sqlite3 *database = database_open(path, busy_timeout);
    if (out_path) {
        refuse_own_files(database);
        output_claim(job.context, out_path);
    }
    interrupt_watch();
    job.query = query_open(database);
    job.names = names_open(database, asked.names);
    job_rehearse(&job);
    job_read(&job);
    print_read(&job);
    job_fit(&job);
    print_model(&job);
    job_rank(&job);
    job_write(&job);
    sqlite3_finalize(job.query);
    sqlite3_finalize(job.names);
    database_close();
    print_written(&job);
    print_meanwhile(&job);
    if (model_is_zero(job.model))
        warn("the model is zero everywhere: it ranks nothing. Regularize less");
    write_file(&job);
    if (common.json)
        print_json(&job);
    interrupt_end();
    job_free(&job);
    wrmf_context_free(plain);
    free((void *)text);
    return finish();
}

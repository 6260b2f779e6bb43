/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks of users are the chunks of parallel work. Sums are kept for each chunk and added in
 * the order of chunks, so that any number of workers gives the same bits.
 */
#include "eval/evaluate.h"

#include <math.h>
#include <string.h>

#include "eval/concentration.h"
#include "eval/metric_columns.h"
#include "eval/mse.h"
#include "eval/user_block.h"
#include "rank/screen.h"

/* Chunks run together, and those for each worker, at least, where there is a hook: progress is
 * shown in between. Without one all run together. */
enum { BATCH = 128, BATCH_A_WORKER = 8 };

/* ---- results ---- */

/* The share of items that are marked in any worker's bitmap for k; NaN if there are no items. */
static double coverage(const wrmf_evaluator *evaluator, int64_t k)
{
    const wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    const unsigned char *const first = wrmf_i_eval_bitmap(evaluator, 0, k);
    const size_t stride = (size_t)evaluator->n_cutoffs * workspace->bitmap_bytes;
    int64_t marked = 0;
    if (evaluator->test->columns == 0)
        return (double)NAN;
    for (size_t byte = 0; byte < workspace->bitmap_bytes; byte++) {
        unsigned any = 0;
        for (size_t worker = 0; worker < (size_t)workspace->workers; worker++)
            any |= first[worker * stride + byte];
        marked += __builtin_popcount(any);
    }
    return (double)marked / (double)evaluator->test->columns;
}

/* The mean over users in a column: sums of chunks, in their order, over the users counted. */
static double mean(const wrmf_evaluator *evaluator, int64_t c)
{
    const wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    const wrmf_metric metric = evaluator->columns[c].metric;
    const bool squares = metric == WRMF_METRIC_MSE;
    const int64_t n = squares ? evaluator->n_users : evaluator->counted;
    wrmf_i_column_sum sum = {0};
    for (size_t chunk = 0; chunk < workspace->chunks; chunk++) {
        const wrmf_i_column_sum *const part =
            &workspace->sums[(int64_t)chunk * evaluator->n_columns + c];
        wrmf_i_exact_merge(&sum.exact, &part->exact);
        sum.squares += part->squares;
        sum.hits += part->hits;
        sum.places += part->places;
    }
    if (metric == WRMF_METRIC_RMSE || metric == WRMF_METRIC_MAE) {
        const double found = sum.squares / (double)sum.places; /* NaN of no pairs */
        return metric == WRMF_METRIC_RMSE ? sqrt(found) : found;
    }
    if (metric == WRMF_METRIC_PRECISION_POOLED)
        return sum.places > 0 ? (double)sum.hits / (double)sum.places : (double)NAN;
    if (n == 0 || (metric == WRMF_METRIC_NOVELTY && !workspace->information))
        return (double)NAN;
    return (squares ? sum.squares : wrmf_i_exact_value(&sum.exact)) / (double)n;
}

static double result(const wrmf_evaluator *evaluator, int64_t c)
{
    const wrmf_i_metric_column column = evaluator->columns[c];
    if (column.metric == WRMF_METRIC_COVERAGE)
        return coverage(evaluator, column.k);
    if (column.metric == WRMF_METRIC_GINI || column.metric == WRMF_METRIC_ENTROPY) {
        uint32_t *const counts = wrmf_i_eval_item_counts(evaluator, column.k);
        wrmf_i_item_counts_sort(counts, evaluator->test->columns);
        return wrmf_i_concentration(column.metric, counts, evaluator->test->columns);
    }
    return mean(evaluator, c);
}

/* Turn the sums of all chunks into an evaluator's results. */
static void collect(wrmf_evaluator *evaluator)
{
    const wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    evaluator->counted = 0;
    for (size_t chunk = 0; chunk < workspace->chunks; chunk++)
        evaluator->counted += workspace->counted[chunk];
    evaluator->skipped = evaluator->n_users - evaluator->counted;
    for (int64_t c = 0; c < evaluator->n_columns; c++) {
        const double value = result(evaluator, c);
        evaluator->values[c] = isnan(value) ? (double)NAN : value; /* which has no sign */
    }
    if (workspace->per_user && evaluator->user_value_count > 0)
        memcpy(evaluator->user_values, workspace->per_user,
               evaluator->user_value_count * sizeof(double));
    evaluator->ran = true;
}

/* ---- one group ---- */

/* Run all chunks; progress counts on from `before` users. */
static wrmf_status run_chunks(wrmf_context *context, wrmf_i_eval_job *job,
                              wrmf_i_progress *progress, int64_t before, wrmf_error *err)
{
    const int64_t users = job->leader->n_users;
    const size_t chunks = job->leader->workspace.chunks;
    const size_t several = (size_t)context->workers * BATCH_A_WORKER;
    const size_t batch = !context->watch ? chunks : several > BATCH ? several : BATCH;
    for (job->first_chunk = 0; job->first_chunk < chunks; job->first_chunk += batch) {
        const size_t left = chunks - job->first_chunk, now = left < batch ? left : batch;
        WRMF_I_TRY(wrmf_i_parallel(context, now, wrmf_i_user_block_run, job, err));
        int64_t done = (int64_t)(job->first_chunk + now) * WRMF_I_RANK_BLOCK;
        if (done > users)
            done = users;
        if (progress && wrmf_i_progress_step(progress, before + done, false) && done < users)
            return wrmf_i_fail_stopped(context, err);
    }
    return WRMF_OK;
}

/* What any member of a group needs; of the lists the longest. Sets the members' columns. */
static void find_needs(wrmf_i_eval_job *job)
{
    job->needs.leads = true;
    job->needs.sourced = job->source != NULL;
    job->needs.chosen = job->leader->candidates != NULL;
    for (int64_t i = 0; i < job->n_members; i++) {
        wrmf_evaluator *const member = job->members[i];
        bool lists = false;
        member->n_columns = wrmf_i_evaluator_layout(member, member->columns);
        for (int64_t c = 0; c < member->n_columns; c++)
            lists = lists || wrmf_i_metric_has_cutoff(member->columns[c].metric);
        const int64_t k = lists ? wrmf_i_evaluator_list_length(member) : 0;
        job->needs.k = k > job->needs.k ? k : job->needs.k;
        job->needs.auc = job->needs.auc || wrmf_i_evaluator_has(member, WRMF_METRIC_AUC);
        job->needs.squares =
            !job->source && (job->needs.squares || wrmf_i_evaluator_has(member, WRMF_METRIC_MSE));
    }
}

static wrmf_status prepare_workspaces(wrmf_context *context, const wrmf_i_eval_job *job,
                                      wrmf_error *err)
{
    static const wrmf_i_eval_needs nothing = {0};
    for (int64_t i = 0; i < job->n_members; i++) {
        wrmf_evaluator *const member = job->members[i];
        WRMF_I_TRY(wrmf_i_eval_workspace_prepare(context, member, job->model,
                                                 i ? &nothing : &job->needs, err));
        const wrmf_i_eval_workspace *const workspace = &member->workspace;
        memset(workspace->bitmaps, 0,
               (size_t)(workspace->workers * member->n_cutoffs) * workspace->bitmap_bytes);
        if (workspace->counted_items > 0)
            memset(workspace->item_counts, 0,
                   (size_t)member->n_cutoffs * workspace->counted_items * sizeof(uint32_t));
    }
    return WRMF_OK;
}

static wrmf_status run_group(wrmf_context *context, wrmf_i_eval_job *job, wrmf_i_progress *progress,
                             int64_t before, wrmf_error *err)
{
    wrmf_i_screen screen;
    find_needs(job);
    WRMF_I_TRY(prepare_workspaces(context, job, err));
    void *const ready = job->leader->workspace.ready;
    const bool scans = !job->needs.chosen && !job->needs.sourced;
    if (job->needs.auc && scans)
        WRMF_I_TRY(wrmf_i_table_pack(context, &job->ranking.ranked, ready, err));
    else if (job->needs.k > 0 && scans)
        WRMF_I_TRY(wrmf_i_screen_make(context, &job->ranking.ranked, &screen, ready, err));
    if (job->needs.squares)
        WRMF_I_TRY(wrmf_i_mse_triangle(context, job, err));
    WRMF_I_TRY(run_chunks(context, job, progress, before, err));
    for (int64_t i = 0; i < job->n_members; i++)
        collect(job->members[i]);
    return WRMF_OK;
}

/* ---- groups ---- */

/* Whether two evaluators rank the same items for the same users. AUC is never shared: it
 * needs the scores of its own test items. */
static bool can_share_lists(const wrmf_evaluator *a, const wrmf_evaluator *b)
{
    return a->n_users == b->n_users && !a->users == !b->users &&
           (!a->users || memcmp(a->users, b->users, (size_t)a->n_users * sizeof *a->users) == 0) &&
           a->exclude == b->exclude && a->candidates == b->candidates &&
           (a->exclude != WRMF_EXCLUDE_TRAIN || a->train == b->train) &&
           !wrmf_i_evaluator_has(a, WRMF_METRIC_AUC) && !wrmf_i_evaluator_has(b, WRMF_METRIC_AUC);
}

static bool is_among(wrmf_evaluator *const *members, int64_t n, const wrmf_evaluator *evaluator)
{
    for (int64_t i = 0; i < n; i++)
        if (members[i] == evaluator)
            return true;
    return false;
}

/* Fill members with the evaluators from number i on that can share with it, once each, and
 * mark them as done. Returns how many. */
static int64_t gather_group(wrmf_evaluator *const *evaluators, int64_t i, int64_t n,
                            wrmf_evaluator **members, bool *done)
{
    int64_t size = 0;
    for (int64_t j = i; j < n; j++) {
        if (done[j] || (j > i && !can_share_lists(evaluators[i], evaluators[j])))
            continue;
        if (!is_among(members, size, evaluators[j]))
            members[size++] = evaluators[j];
        done[j] = true;
    }
    return size;
}

wrmf_status wrmf_i_evaluators_run(wrmf_context *context, wrmf_evaluator *const *evaluators,
                                  int64_t n, const wrmf_model *model, wrmf_i_progress *progress,
                                  wrmf_error *err)
{
    wrmf_evaluator *members[WRMF_I_EVALUATORS_MAX];
    bool done[WRMF_I_EVALUATORS_MAX] = {false};
    int64_t users = 0; /* of the groups before */
    for (int64_t i = 0; i < n; i++) {
        const int64_t size = gather_group(evaluators, i, n, members, done);
        if (size == 0)
            continue;
        wrmf_i_eval_job job = {.leader = members[0],
                               .members = members,
                               .n_members = size,
                               .model = model,
                               .ranking = {context->cpu, wrmf_i_table_of(model, WRMF_USERS, false),
                                           wrmf_i_table_of(model, WRMF_ITEMS, false), context}};
        WRMF_I_TRY(run_group(context, &job, progress, users, err));
        users += members[0]->n_users;
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_evaluate_source(wrmf_context *context, wrmf_evaluator *evaluator,
                                   const wrmf_i_score_source *source, wrmf_error *err)
{
    const wrmf_model shape = {.bits = 64,
                              .rows = {evaluator->test->rows, evaluator->test->columns}};
    wrmf_i_progress progress;
    wrmf_i_eval_job job = {.leader = evaluator,
                           .members = &evaluator,
                           .n_members = 1,
                           .model = &shape,
                           .source = source,
                           .ranking = {.cpu = context->cpu, .caller = context}};
    wrmf_i_progress_begin(&progress, context, "evaluate", 0, evaluator->n_users);
    const wrmf_status status = run_group(context, &job, &progress, 0, err);
    wrmf_i_progress_end(&progress);
    if (status == WRMF_OK)
        wrmf_i_evaluator_warn(context, evaluator);
    return status;
}

void wrmf_i_evaluator_warn(const wrmf_context *context, const wrmf_evaluator *evaluator)
{
    if (evaluator->counted == 0)
        wrmf_i_log(context, WRMF_LOG_WARNING,
                   "evaluate: none of %lld users has a test item: there is nothing to measure",
                   (long long)evaluator->n_users);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/user_block.h"

#include <math.h>
#include <string.h>

#include "eval/auc.h"
#include "eval/metric_columns.h"
#include "eval/metrics.h"
#include "eval/mse.h"
#include "eval/pair_errors.h"

typedef struct block {
    int64_t first, n; /* of the evaluated users */
    wrmf_i_row_query queries[WRMF_I_RANK_BLOCK];
    const double *rows;                /* the users' factors in float64, for MSE */
    double squares[WRMF_I_RANK_BLOCK]; /* for MSE: x'(Y'Y)x, or, with a source, the value itself */
    wrmf_i_auc aucs[WRMF_I_RANK_BLOCK];
    wrmf_i_pair_errors errors[WRMF_I_RANK_BLOCK]; /* with a source */
} block;

/* ---- what all members share ---- */

static void make_queries(const wrmf_i_eval_job *job, block *b, wrmf_i_entry *entries)
{
    const wrmf_evaluator *const evaluator = job->leader;
    for (int64_t i = 0; i < b->n; i++) {
        const int64_t user = wrmf_i_chosen_user(evaluator, b->first + i);
        wrmf_i_row_query *const query = &b->queries[i];
        *query =
            (wrmf_i_row_query){.row = user, .top = {entries + i * job->needs.k, job->needs.k, 0}};
        if (evaluator->candidates) {
            const wrmf_matrix *const candidates = evaluator->candidates;
            const int64_t start = candidates->offsets[user];
            query->filter.is_chosen = true;
            query->filter.chosen = (wrmf_i_row_set){candidates->indices + start,
                                                    candidates->offsets[user + 1] - start};
        }
        if (evaluator->exclude == WRMF_EXCLUDE_TRAIN) {
            const wrmf_matrix *const train = evaluator->train;
            wrmf_i_filter_leave_out(&query->filter, train->indices + train->offsets[user],
                                    train->offsets[user + 1] - train->offsets[user]);
        }
    }
}

/* False if the call is to stop: the chunk is given up. */
static bool rank_block(const wrmf_i_eval_job *job, block *b, const wrmf_i_eval_scratch *scratch)
{
    if (job->needs.auc) {
        double *scores = scratch->scores;
        for (int64_t i = 0; i < b->n; i++) {
            b->aucs[i] = wrmf_i_auc_begin(job, &b->queries[i], scores, scratch->ranking);
            scores += b->aucs[i].n_test;
        }
    }
    if (job->needs.auc && job->needs.chosen) {
        for (int64_t i = 0; i < b->n && !wrmf_i_rank_should_stop(&job->ranking); i++)
            wrmf_i_auc_chosen(job, &b->queries[i], &b->aucs[i], scratch->ranking);
        return wrmf_i_rank(&job->ranking, b->queries, b->n, NULL, scratch->ranking);
    }
    const wrmf_i_on_scores count_pairs = {wrmf_i_auc_on_scores, b->aucs};
    return wrmf_i_rank(&job->ranking, b->queries, b->n, job->needs.auc ? &count_pairs : NULL,
                       scratch->ranking);
}

/* The mean over all items of (t_i - s_i)^2, s being the scores: NaN without an item. */
static double mean_square(const wrmf_matrix *test, int64_t user, const double *scores)
{
    double sum = 0;
    int64_t next = test->offsets[user];
    for (int64_t i = 0; i < test->columns; i++) {
        const bool wanted = next < test->offsets[user + 1] && test->indices[next] == i;
        const double miss = (wanted ? 1 : 0) - scores[i];
        next += wanted;
        sum += miss * miss;
    }
    return test->columns > 0 && !isnan(sum) ? sum / (double)test->columns : (double)NAN;
}

/* Make the list of a query from all scores of its user. */
static void take_scores(wrmf_i_row_query *query, const double *scores, int64_t items)
{
    const wrmf_i_filter *const filter = &query->filter;
    const int64_t n = filter->is_chosen ? filter->chosen.n : items;
    uint64_t marks[WRMF_I_FILTER_WORDS];
    wrmf_i_filter_mark(filter, marks);
    for (int64_t i = 0; i < n && query->top.k > 0; i++) {
        const int32_t item = filter->is_chosen ? filter->chosen.rows[i] : (int32_t)i;
        if (wrmf_i_filter_passes(filter, marks, item))
            wrmf_i_top_offer(&query->top, scores[item], item);
    }
    wrmf_i_top_sort(&query->top);
}

/* The same as rank_block() where scores come from a source. */
static bool source_block(const wrmf_i_eval_job *job, block *b, const wrmf_i_eval_scratch *scratch)
{
    const wrmf_matrix *const test = job->leader->test;
    double *const all = scratch->all, *test_scores = scratch->scores;
    for (int64_t i = 0; i < b->n; i++) {
        wrmf_i_row_query *const query = &b->queries[i];
        if (wrmf_i_rank_should_stop(&job->ranking))
            return false;
        job->source->call(job->source->self, query->row, all);
        b->squares[i] = mean_square(test, query->row, all);
        b->errors[i] = wrmf_i_pair_errors_of(test, query->row, all);
        for (int64_t item = 0; item < test->columns; item++)
            all[item] = wrmf_i_ordered_score(all[item]);
        take_scores(query, all, test->columns);
        if (!job->needs.auc)
            continue;
        b->aucs[i] = wrmf_i_auc_begin(job, query, test_scores, all);
        test_scores += b->aucs[i].n_test;
        if (job->needs.chosen)
            wrmf_i_auc_chosen(job, query, &b->aucs[i], all);
        else
            wrmf_i_auc_on_scores(b->aucs, i, 0, all, test->columns);
    }
    return true;
}

/* ---- what each member makes of it ---- */

/* Whether a metric is of the errors of test pairs. */
static bool is_of_pairs(wrmf_metric metric)
{
    return metric == WRMF_METRIC_RMSE || metric == WRMF_METRIC_MAE;
}

/* The pairs that such a metric is of: what a model takes for targets below 0 is among them. */
static const wrmf_matrix *pairs_of(const wrmf_i_eval_job *job, const wrmf_evaluator *member)
{
    if (job->source ||
        wrmf_i_params_int(job->model->params, WRMF_PARAM_TARGET) != WRMF_TARGET_SIGNED)
        return member->test;
    return member->pairs;
}

/* The sum that such a metric takes of user i of the block, and its pairs as the part of it. */
static wrmf_i_user_value pair_errors(const wrmf_i_eval_job *job, const wrmf_evaluator *member,
                                     const block *b, int64_t i, wrmf_metric metric)
{
    const wrmf_matrix *const test = pairs_of(job, member);
    const int64_t user = b->queries[i].row;
    const wrmf_i_pair_errors errors =
        job->source ? b->errors[i] : wrmf_i_pair_errors_of_model(job, test, user);
    return (wrmf_i_user_value){metric == WRMF_METRIC_RMSE ? errors.squares : errors.sizes,
                               (uint64_t)(test->offsets[user + 1] - test->offsets[user]), 0};
}

/* Whether a metric is of how often items are in lists, and no mean over users. */
static bool is_of_items(wrmf_metric metric)
{
    return metric == WRMF_METRIC_COVERAGE || metric == WRMF_METRIC_GINI ||
           metric == WRMF_METRIC_ENTROPY;
}

/* The value of user i of the block in a column of a member; NaN for metrics of items, and, but for
 * MSE, where the user is skipped. */
static wrmf_i_user_value user_value(const wrmf_i_eval_job *job, const wrmf_evaluator *member,
                                    const block *b, int64_t i, wrmf_i_metric_column column,
                                    bool skipped)
{
    const wrmf_matrix *const test = member->test;
    const wrmf_i_row_query *const query = &b->queries[i];
    const int64_t start = test->offsets[query->row];
    const wrmf_i_user_list list = {query->top.entries, query->top.size, test->indices + start,
                                   test->offsets[query->row + 1] - start};
    if (column.metric == WRMF_METRIC_MSE && job->source)
        return wrmf_i_user_number(b->squares[i]);
    if (column.metric == WRMF_METRIC_MSE)
        return wrmf_i_user_number(wrmf_i_mse_user(job, member, query->row,
                                                  b->rows + i * job->model->stride, b->squares[i]));
    if (is_of_pairs(column.metric))
        return pair_errors(job, member, b, i, column.metric);
    if (skipped || is_of_items(column.metric))
        return wrmf_i_user_number((double)NAN);
    if (column.metric == WRMF_METRIC_NOVELTY)
        return wrmf_i_user_number(
            member->workspace.information
                ? wrmf_i_list_information(&list, column.k, member->workspace.information)
                : (double)NAN);
    if (column.metric == WRMF_METRIC_AUC)
        return wrmf_i_user_number(list.n_test > 0 ? wrmf_i_auc_value(&b->aucs[i]) : 0.5);
    return wrmf_i_list_metric(column.metric, column.k, &list);
}

static void add_value(wrmf_metric metric, wrmf_i_user_value value, wrmf_i_column_sum *sum)
{
    if (metric == WRMF_METRIC_MSE || is_of_pairs(metric)) {
        sum->squares += value.number;
        sum->places += value.part;
    } else if (metric == WRMF_METRIC_PRECISION_POOLED) {
        sum->hits += value.part;
        sum->places += value.whole;
    } else if (value.whole > 0) {
        wrmf_i_exact_add_fraction(&sum->exact, value.part, value.whole);
    } else {
        wrmf_i_exact_add(&sum->exact, value.number);
    }
}

/* Mark the items of a counted user's list at k, in the worker's bitmap. Bitmaps are or-ed in
 * the end, so it does not matter which worker has marked an item. */
static void mark_list(const wrmf_evaluator *evaluator, size_t worker, const wrmf_i_top *top,
                      int64_t k)
{
    unsigned char *const bitmap = wrmf_i_eval_bitmap(evaluator, worker, k);
    for (int64_t j = 0; j < k && j < top->size; j++) {
        const int32_t item = top->entries[j].index;
        bitmap[item / 8] = (unsigned char)(bitmap[item / 8] | 1u << item % 8);
    }
}

/* Count the items of a counted user's list at k. All workers add to the same numbers. */
static void count_list(const wrmf_evaluator *evaluator, const wrmf_i_top *top, int64_t k)
{
    uint32_t *const counts = wrmf_i_eval_item_counts(evaluator, k);
    for (int64_t j = 0; j < k && j < top->size; j++)
        (void)__atomic_fetch_add(&counts[top->entries[j].index], 1, __ATOMIC_RELAXED);
}

/* Do for the items of a counted user's list what a metric of items asks for. */
static void note_list(const wrmf_evaluator *evaluator, size_t worker, const wrmf_i_top *top,
                      int64_t c)
{
    const wrmf_i_metric_column column = evaluator->columns[c];
    if (column.metric == WRMF_METRIC_COVERAGE)
        mark_list(evaluator, worker, top, column.k);
    const bool has_gini = wrmf_i_evaluator_has(evaluator, WRMF_METRIC_GINI);
    /* they share what is counted */
    if (column.metric == WRMF_METRIC_GINI || (column.metric == WRMF_METRIC_ENTROPY && !has_gini))
        count_list(evaluator, top, column.k);
}

/* Set a member's sums and count of the chunk, and its values of single users. */
static void sum_values(const wrmf_i_eval_job *job, const wrmf_evaluator *member, const block *b,
                       size_t chunk, size_t worker)
{
    const wrmf_i_eval_workspace *const workspace = &member->workspace;
    const wrmf_matrix *const test = member->test;
    wrmf_i_column_sum *const sums = workspace->sums + (int64_t)chunk * member->n_columns;
    memset(sums, 0, (size_t)member->n_columns * sizeof *sums);
    workspace->counted[chunk] = 0;
    for (int64_t i = 0; i < b->n && !wrmf_i_rank_should_stop(&job->ranking); i++) {
        const int64_t user = b->queries[i].row;
        const bool skipped =
            member->empty == WRMF_EMPTY_SKIP && test->offsets[user] == test->offsets[user + 1];
        workspace->counted[chunk] += !skipped;
        for (int64_t c = 0; c < member->n_columns; c++) {
            const wrmf_i_metric_column column = member->columns[c];
            const wrmf_i_user_value value = user_value(job, member, b, i, column, skipped);
            if (column.metric == WRMF_METRIC_MSE || is_of_pairs(column.metric) ||
                !(skipped || isnan(value.number)))
                add_value(column.metric, value, &sums[c]);
            if (is_of_items(column.metric) && !skipped)
                note_list(member, worker, &b->queries[i].top, c);
            if (workspace->per_user)
                workspace->per_user[(b->first + i) * member->n_columns + c] = value.number;
        }
    }
}

void wrmf_i_user_block_run(void *self, size_t task, size_t worker)
{
    const wrmf_i_eval_job *const job = self;
    const size_t chunk = job->first_chunk + task;
    const wrmf_i_eval_scratch scratch = wrmf_i_eval_scratch_of(job->leader, worker);
    block b = {.first = (int64_t)chunk * WRMF_I_RANK_BLOCK, .rows = scratch.rows};
    const int64_t left = job->leader->n_users - b.first;
    b.n = left < WRMF_I_RANK_BLOCK ? left : WRMF_I_RANK_BLOCK;
    make_queries(job, &b, scratch.entries);
    if (job->source && !source_block(job, &b, &scratch))
        return;
    if (!job->source && (job->needs.k > 0 || job->needs.auc) && !rank_block(job, &b, &scratch))
        return;
    if (job->needs.squares)
        wrmf_i_mse_squares(job, b.queries, b.n, &scratch, b.squares);
    for (int64_t i = 0; i < job->n_members; i++)
        sum_values(job, job->members[i], &b, chunk, worker);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An evaluator's life and settings. evaluate.c runs it, workspace.c has the memory of runs.
 */
#include "eval/evaluator.h"

#include <math.h>
#include <string.h>
#include <xxhash.h>

#include "data/derive.h"
#include "eval/metric_columns.h"
#include "eval/settings.h"

void wrmf_i_evaluator_reset(wrmf_evaluator *evaluator)
{
    const wrmf_i_allocator *const allocator = &evaluator->context->allocator;
    wrmf_i_eval_workspace_free(allocator, evaluator);
    wrmf_i_free(allocator, evaluator->user_values, evaluator->user_value_count, sizeof(double));
    evaluator->user_values = NULL;
    evaluator->user_value_count = 0;
    evaluator->ran = false;
    evaluator->counted = evaluator->skipped = 0;
}

wrmf_status wrmf_i_evaluator_new(wrmf_context *context, const wrmf_matrix *test,
                                 const wrmf_matrix *train, wrmf_evaluator **out, wrmf_error *err)
{
    static const wrmf_metric metrics[] = {WRMF_METRIC_PRECISION, WRMF_METRIC_RECALL,
                                          WRMF_METRIC_NDCG, WRMF_METRIC_MAP, WRMF_METRIC_MSE};
    wrmf_evaluator *const evaluator = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *evaluator);
    if (!evaluator)
        return wrmf_i_fail_memory(err, "an evaluator");
    const wrmf_status status = wrmf_i_matrix_likes(test, &evaluator->test, err);
    if (status != WRMF_OK) {
        wrmf_i_free(&context->allocator, evaluator, 1, sizeof *evaluator);
        return status;
    }
    evaluator->context = wrmf_i_context_hold(context);
    evaluator->pairs = wrmf_i_matrix_hold(test);
    evaluator->train = train ? wrmf_i_matrix_hold(train) : NULL;
    evaluator->n_users = test->rows;
    evaluator->cutoffs[0] = 10;
    evaluator->n_cutoffs = 1;
    memcpy(evaluator->metrics, metrics, sizeof metrics);
    evaluator->n_metrics = sizeof metrics / sizeof *metrics;
    evaluator->exclude = train ? WRMF_EXCLUDE_TRAIN : WRMF_EXCLUDE_NONE;
    evaluator->empty = WRMF_EMPTY_SKIP;
    *out = evaluator;
    return WRMF_OK;
}

void wrmf_i_evaluator_free(wrmf_evaluator *evaluator)
{
    if (!evaluator)
        return;
    wrmf_context *const context = evaluator->context;
    wrmf_i_evaluator_reset(evaluator);
    wrmf_i_matrix_release(evaluator->test);
    wrmf_i_matrix_release(evaluator->pairs);
    wrmf_i_matrix_release(evaluator->train);
    wrmf_i_matrix_release(evaluator->candidates);
    wrmf_i_matrix_release(evaluator->popularity);
    wrmf_i_free(&context->allocator, evaluator->users, (size_t)evaluator->n_users, sizeof(int64_t));
    wrmf_i_free(&context->allocator, evaluator, 1, sizeof *evaluator);
    wrmf_i_context_release(context);
}

static void drop(void *evaluator)
{
    wrmf_i_evaluator_free(evaluator);
}

wrmf_status wrmf_i_evaluator_enter(wrmf_i_call *call, wrmf_evaluator *evaluator, wrmf_error *err)
{
    return wrmf_i_call_alone(call, &evaluator->use, evaluator, drop, "evaluator", err);
}

wrmf_status wrmf_i_evaluator_users(wrmf_evaluator *evaluator, const int64_t *users, int64_t n,
                                   wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &evaluator->context->allocator;
    int64_t *copy = NULL;
    if (users) {
        copy = wrmf_i_alloc(allocator, (size_t)n, sizeof *copy);
        if (!copy)
            return wrmf_i_fail_memory(err, "the users of an evaluator");
        memcpy(copy, users, (size_t)n * sizeof *copy);
    }
    wrmf_i_evaluator_reset(evaluator);
    wrmf_i_free(allocator, evaluator->users, (size_t)evaluator->n_users, sizeof *users);
    evaluator->users = copy;
    evaluator->n_users = users ? n : evaluator->test->rows;
    return WRMF_OK;
}

wrmf_status wrmf_i_evaluator_copy(wrmf_context *context, const wrmf_evaluator *evaluator,
                                  wrmf_evaluator **out, wrmf_error *err)
{
    wrmf_evaluator *copy = NULL;
    wrmf_status status =
        wrmf_i_evaluator_new(context, evaluator->pairs, evaluator->train, &copy, err);
    if (status != WRMF_OK || !copy)
        return status;
    memcpy(copy->cutoffs, evaluator->cutoffs, sizeof copy->cutoffs);
    memcpy(copy->metrics, evaluator->metrics, sizeof copy->metrics);
    copy->n_cutoffs = evaluator->n_cutoffs;
    copy->n_metrics = evaluator->n_metrics;
    copy->candidates = evaluator->candidates ? wrmf_i_matrix_hold(evaluator->candidates) : NULL;
    copy->popularity = evaluator->popularity ? wrmf_i_matrix_hold(evaluator->popularity) : NULL;
    copy->exclude = evaluator->exclude;
    copy->empty = evaluator->empty;
    status = wrmf_i_evaluator_users(copy, evaluator->users, evaluator->n_users, err);
    if (status == WRMF_OK)
        *out = copy;
    else
        wrmf_i_evaluator_free(copy);
    return status;
}

double wrmf_i_evaluator_value(const wrmf_evaluator *evaluator, wrmf_metric metric, int64_t k)
{
    const int64_t column = wrmf_i_evaluator_find(evaluator, metric, k);
    return evaluator->ran && column >= 0 ? evaluator->values[column] : (double)NAN;
}

void wrmf_i_evaluator_shape(const wrmf_evaluator *evaluator, int64_t *users, int64_t *items)
{
    *users = evaluator->test->rows;
    *items = evaluator->test->columns;
}

int64_t wrmf_i_evaluator_columns(const wrmf_evaluator *evaluator, wrmf_metric *metrics, int64_t *ks,
                                 int64_t capacity)
{
    wrmf_i_metric_column columns[WRMF_I_METRIC_COLUMNS];
    const int64_t n = wrmf_i_evaluator_layout(evaluator, columns);
    for (int64_t c = 0; c < n && c < capacity; c++) {
        metrics[c] = columns[c].metric;
        ks[c] = columns[c].k;
    }
    return n;
}

static uint64_t hash_with(uint64_t hash, const wrmf_matrix *matrix)
{
    const uint64_t both[2] = {hash, wrmf_i_matrix_hash(matrix)};
    return XXH3_64bits(both, sizeof both);
}

uint64_t wrmf_i_evaluator_hash(const wrmf_evaluator *evaluator)
{
    enum { FIRST = 11 }; /* metrics of the first release: what it has hashed stays the same */
    uint64_t parts[6 + FIRST + WRMF_I_CUTOFFS] = {0};
    parts[0] = wrmf_i_matrix_hash(evaluator->test);
    parts[1] = evaluator->exclude == WRMF_EXCLUDE_TRAIN ? wrmf_i_matrix_hash(evaluator->train) : 0;
    parts[2] = (uint64_t)evaluator->exclude << 8 | (uint64_t)evaluator->empty;
    parts[3] = evaluator->users ? XXH3_64bits(evaluator->users, (size_t)evaluator->n_users * 8) : 0;
    parts[4] = (uint64_t)evaluator->n_metrics;
    parts[5] = (uint64_t)evaluator->n_cutoffs;
    for (int64_t i = 0; i < evaluator->n_metrics && i < FIRST; i++)
        parts[6 + i] = (uint64_t)evaluator->metrics[i];
    for (int64_t i = 0; i < evaluator->n_cutoffs; i++)
        parts[6 + FIRST + i] = (uint64_t)evaluator->cutoffs[i];
    uint64_t hash = XXH3_64bits(parts, sizeof parts);
    const wrmf_matrix *const popularity = wrmf_i_evaluator_popularity(evaluator);
    for (int64_t i = FIRST; i < evaluator->n_metrics; i++) {
        const uint64_t both[2] = {hash, (uint64_t)evaluator->metrics[i]};
        hash = XXH3_64bits(both, sizeof both);
    }
    if (evaluator->candidates)
        hash = hash_with(hash, evaluator->candidates);
    if (popularity && wrmf_i_evaluator_has(evaluator, WRMF_METRIC_NOVELTY))
        hash = hash_with(hash, popularity);
    if (evaluator->pairs != evaluator->test && (wrmf_i_evaluator_has(evaluator, WRMF_METRIC_RMSE) ||
                                                wrmf_i_evaluator_has(evaluator, WRMF_METRIC_MAE)))
        hash = hash_with(hash, evaluator->pairs);
    return hash;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of evaluations: asked for once, kept while the shapes stay.
 */
#include <string.h>

#include "base/carve.h"
#include "eval/evaluator_type.h"
#include "linalg/gram.h"
#include "linalg/row_kernels.h"
#include "rank/screen.h"

int64_t wrmf_i_evaluator_list_length(const wrmf_evaluator *evaluator)
{
    const int64_t k = evaluator->cutoffs[evaluator->n_cutoffs - 1];
    return k < evaluator->test->columns ? k : evaluator->test->columns;
}

/* Bitmaps of different workers share no cache line. */
static size_t bitmap_bytes(int64_t items)
{
    return WRMF_I_ALIGN * ((size_t)items / 8 / WRMF_I_ALIGN + 1);
}

static int64_t longest_test_row(const wrmf_matrix *test)
{
    int64_t longest = 0;
    for (int64_t u = 0; u < test->rows; u++) {
        const int64_t n = test->offsets[u + 1] - test->offsets[u];
        longest = n > longest ? n : longest;
    }
    return longest;
}

static size_t lay_out(const wrmf_i_eval_work *work, wrmf_i_eval_scratch *s, void *memory)
{
    const wrmf_i_table table = {.bits = work->bits, .factors = work->factors};
    const bool ranks = work->needs.k > 0 || work->needs.auc;
    const size_t width = (size_t)work->stride;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->entries =
        wrmf_i_carve_matrix(&carver, WRMF_I_RANK_BLOCK, (size_t)work->needs.k, sizeof *s->entries);
    s->ranking = wrmf_i_carve(&carver, ranks, wrmf_i_rank_scratch(&table));
    s->rows = wrmf_i_carve(&carver, WRMF_I_RANK_BLOCK * width, sizeof *s->rows);
    s->products = wrmf_i_carve(&carver, WRMF_I_RANK_BLOCK * width, sizeof *s->products);
    s->rotation = wrmf_i_carve(&carver, 8 * width, sizeof *s->rotation);
    s->scores = wrmf_i_carve_matrix(&carver, WRMF_I_RANK_BLOCK, work->longest, sizeof *s->scores);
    return wrmf_i_carver_bytes(&carver);
}

wrmf_i_eval_scratch wrmf_i_eval_scratch_of(const wrmf_evaluator *evaluator, size_t worker)
{
    const wrmf_i_eval_work *const work = &evaluator->work;
    wrmf_i_eval_scratch s;
    lay_out(work, &s, work->scratch + worker * work->scratch_bytes);
    return s;
}

void wrmf_i_eval_work_free(const wrmf_i_allocator *allocator, wrmf_evaluator *evaluator)
{
    wrmf_i_eval_work *const work = &evaluator->work;
    wrmf_i_column columns[WRMF_I_METRICS * WRMF_I_CUTOFFS];
    const size_t n_columns = (size_t)wrmf_i_evaluator_layout(evaluator, columns);
    const size_t workers = (size_t)work->workers;
    wrmf_i_free(allocator, work->ready, work->ready_bytes, 1);
    wrmf_i_free(allocator, work->scratch, workers, work->scratch_bytes);
    wrmf_i_free(allocator, work->bitmaps, workers * (size_t)evaluator->n_cutoffs,
                work->bitmap_bytes);
    wrmf_i_free(allocator, work->gram, work->gram_doubles, sizeof(double));
    wrmf_i_free(allocator, work->sums, work->chunks * n_columns, sizeof(double));
    wrmf_i_free(allocator, work->counted, work->chunks, sizeof(int64_t));
    wrmf_i_free(allocator, work->per_user, (size_t)evaluator->n_users * n_columns, sizeof(double));
    *work = (wrmf_i_eval_work){0};
}

static wrmf_status alloc_work(wrmf_context *context, wrmf_evaluator *evaluator, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &evaluator->context->allocator;
    wrmf_i_eval_work *const work = &evaluator->work;
    wrmf_i_column columns[WRMF_I_METRICS * WRMF_I_CUTOFFS];
    const size_t n_columns = (size_t)wrmf_i_evaluator_layout(evaluator, columns);
    const size_t workers = (size_t)work->workers;
    const size_t width = (size_t)work->stride;
    work->gram_doubles =
        work->needs.squares
            ? width * width + wrmf_i_gram_scratch(context, evaluator->test->columns, work->stride)
            : 0;
    work->bitmap_bytes = wrmf_i_evaluator_has(evaluator, WRMF_METRIC_COVERAGE)
                             ? bitmap_bytes(evaluator->test->columns)
                             : 1;
    work->ready = wrmf_i_alloc(allocator, work->ready_bytes, 1);
    work->scratch = wrmf_i_alloc(allocator, workers, work->scratch_bytes);
    work->bitmaps =
        wrmf_i_alloc(allocator, workers * (size_t)evaluator->n_cutoffs, work->bitmap_bytes);
    work->gram = wrmf_i_alloc(allocator, work->gram_doubles, sizeof(double));
    work->sums = wrmf_i_alloc(allocator, work->chunks * n_columns, sizeof(double));
    work->counted = wrmf_i_alloc(allocator, work->chunks, sizeof(int64_t));
    const size_t per_user = (size_t)evaluator->n_users * n_columns;
    if (evaluator->per_user)
        work->per_user = wrmf_i_alloc(allocator, per_user, sizeof(double));
    if (evaluator->per_user && !evaluator->user_values) {
        evaluator->user_values = wrmf_i_alloc(allocator, per_user, sizeof(double));
        evaluator->user_value_count = evaluator->user_values ? per_user : 0;
    }
    if (work->ready && work->scratch && work->bitmaps && work->gram && work->sums &&
        work->counted && (!evaluator->per_user || (work->per_user && evaluator->user_values)))
        return WRMF_OK;
    wrmf_i_eval_work_free(allocator, evaluator);
    return wrmf_i_fail_nomem(err);
}

/* The sizes of what only a leader has. */
static wrmf_status size_leader(const wrmf_evaluator *evaluator, const wrmf_model *model,
                               wrmf_i_eval_work *work, wrmf_error *err)
{
    const wrmf_i_table items = wrmf_i_table_of(model, WRMF_ITEMS, false);
    wrmf_i_eval_scratch scratch;
    if (work->needs.auc) {
        work->ready_bytes = wrmf_i_table_panel_bytes(&items);
        work->longest = (size_t)longest_test_row(evaluator->test);
    } else if (work->needs.k > 0) {
        work->ready_bytes = wrmf_i_screen_bytes(&items);
    }
    work->scratch_bytes = lay_out(work, &scratch, NULL);
    if (work->ready_bytes == WRMF_I_TOO_MANY_BYTES || work->scratch_bytes == WRMF_I_TOO_MANY_BYTES)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "the evaluation is too large");
    return WRMF_OK;
}

static bool same_needs(const wrmf_i_eval_needs *a, const wrmf_i_eval_needs *b)
{
    return a->leads == b->leads && a->squares == b->squares && a->auc == b->auc && a->k == b->k;
}

wrmf_status wrmf_i_eval_prepare(wrmf_context *context, wrmf_evaluator *evaluator,
                                const wrmf_model *model, const wrmf_i_eval_needs *needs,
                                wrmf_error *err)
{
    wrmf_i_eval_work *const work = &evaluator->work;
    if (work->ready && work->bits == model->bits && work->factors == model->factors &&
        work->workers == context->workers && same_needs(&work->needs, needs))
        return WRMF_OK;
    wrmf_i_eval_work_free(&evaluator->context->allocator, evaluator);
    *work = (wrmf_i_eval_work){.needs = *needs,
                               .factors = model->factors,
                               .stride = model->stride,
                               .bits = model->bits,
                               .workers = context->workers};
    work->chunks = (size_t)((evaluator->n_users + WRMF_I_RANK_BLOCK - 1) / WRMF_I_RANK_BLOCK);
    const wrmf_status status = needs->leads ? size_leader(evaluator, model, work, err) : WRMF_OK;
    if (status != WRMF_OK) {
        *work = (wrmf_i_eval_work){0};
        return status;
    }
    return alloc_work(context, evaluator, err);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/workspace.h"

#include "base/checked.h"
#include "eval/metric_columns.h"
#include "linalg/gram.h"
#include "rank/screen.h"

static int64_t longest_test_row(const wrmf_matrix *test)
{
    int64_t longest = 0;
    for (int64_t u = 0; u < test->rows; u++) {
        const int64_t n = test->offsets[u + 1] - test->offsets[u];
        longest = n > longest ? n : longest;
    }
    return longest;
}

static size_t rounded(size_t bytes)
{
    return (bytes + 63) & ~(size_t)63;
}

static size_t entry_bytes(const wrmf_evaluator *evaluator)
{
    return rounded(evaluator->workspace.entry_count * sizeof(wrmf_i_entry));
}

static size_t ranking_bytes(const wrmf_evaluator *evaluator)
{
    const wrmf_i_table table = {.bits = evaluator->workspace.bits,
                                .factors = evaluator->workspace.factors};
    if (evaluator->workspace.needs.k == 0 && !evaluator->workspace.needs.auc)
        return 0;
    return rounded(wrmf_i_rank_scratch(&table));
}

/* A block of rows in float64, these times G, and 8 rows of scratch for the rotation. */
static size_t squares_bytes(const wrmf_evaluator *evaluator)
{
    return (2 * WRMF_I_RANK_BLOCK + 8) * (size_t)evaluator->workspace.stride * sizeof(double);
}

wrmf_i_entry *wrmf_i_eval_entries(const wrmf_evaluator *evaluator, size_t worker)
{
    return (void *)(evaluator->workspace.scratch + worker * evaluator->workspace.scratch_bytes);
}

void *wrmf_i_eval_ranking(const wrmf_evaluator *evaluator, size_t worker)
{
    return (char *)wrmf_i_eval_entries(evaluator, worker) + entry_bytes(evaluator);
}

double *wrmf_i_eval_squares(const wrmf_evaluator *evaluator, size_t worker)
{
    return (void *)((char *)wrmf_i_eval_ranking(evaluator, worker) + ranking_bytes(evaluator));
}

double *wrmf_i_eval_scores(const wrmf_evaluator *evaluator, size_t worker)
{
    return (void *)((char *)wrmf_i_eval_squares(evaluator, worker) + squares_bytes(evaluator));
}

unsigned char *wrmf_i_eval_bitmap(const wrmf_evaluator *evaluator, size_t worker, int64_t k)
{
    const wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    size_t cutoff = 0;
    while (evaluator->cutoffs[cutoff] != k)
        cutoff++;
    return workspace->bitmaps +
           (worker * (size_t)evaluator->n_cutoffs + cutoff) * workspace->bitmap_bytes;
}

void wrmf_i_eval_workspace_free(const wrmf_i_allocator *allocator, wrmf_evaluator *evaluator)
{
    wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    wrmf_i_metric_column columns[WRMF_I_METRIC_COLUMNS];
    const size_t n_columns = (size_t)wrmf_i_evaluator_layout(evaluator, columns);
    const size_t workers = (size_t)workspace->workers;
    wrmf_i_free(allocator, workspace->ready, workspace->ready_bytes, 1);
    wrmf_i_free(allocator, workspace->scratch, workers, workspace->scratch_bytes);
    wrmf_i_free(allocator, workspace->bitmaps, workers * (size_t)evaluator->n_cutoffs,
                workspace->bitmap_bytes);
    wrmf_i_free(allocator, workspace->gram, workspace->gram_doubles, sizeof(double));
    wrmf_i_free(allocator, workspace->sums, workspace->chunks * n_columns, sizeof(double));
    wrmf_i_free(allocator, workspace->counted, workspace->chunks, sizeof(int64_t));
    wrmf_i_free(allocator, workspace->per_user, (size_t)evaluator->n_users * n_columns,
                sizeof(double));
    *workspace = (wrmf_i_eval_workspace){0};
}

static wrmf_status allocate(wrmf_context *context, wrmf_evaluator *evaluator, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &evaluator->context->allocator;
    wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    wrmf_i_metric_column columns[WRMF_I_METRIC_COLUMNS];
    const size_t n_columns = (size_t)wrmf_i_evaluator_layout(evaluator, columns);
    const size_t workers = (size_t)workspace->workers;
    const size_t width = (size_t)workspace->stride;
    workspace->gram_doubles =
        workspace->needs.squares
            ? width * width +
                  wrmf_i_gram_scratch(context, evaluator->test->columns, workspace->stride)
            : 0;
    workspace->bitmap_bytes = wrmf_i_evaluator_has(evaluator, WRMF_METRIC_COVERAGE)
                                  ? rounded((size_t)evaluator->test->columns / 8 + 1)
                                  : 1;
    workspace->ready = wrmf_i_alloc(allocator, workspace->ready_bytes, 1);
    workspace->scratch = wrmf_i_alloc(allocator, workers, workspace->scratch_bytes);
    workspace->bitmaps =
        wrmf_i_alloc(allocator, workers * (size_t)evaluator->n_cutoffs, workspace->bitmap_bytes);
    workspace->gram = wrmf_i_alloc(allocator, workspace->gram_doubles, sizeof(double));
    workspace->sums = wrmf_i_alloc(allocator, workspace->chunks * n_columns, sizeof(double));
    workspace->counted = wrmf_i_alloc(allocator, workspace->chunks, sizeof(int64_t));
    const size_t per_user = (size_t)evaluator->n_users * n_columns;
    if (evaluator->per_user)
        workspace->per_user = wrmf_i_alloc(allocator, per_user, sizeof(double));
    if (evaluator->per_user && !evaluator->user_values) {
        evaluator->user_values = wrmf_i_alloc(allocator, per_user, sizeof(double));
        evaluator->user_value_count = evaluator->user_values ? per_user : 0;
    }
    if (workspace->ready && workspace->scratch && workspace->bitmaps && workspace->gram &&
        workspace->sums && workspace->counted &&
        (!evaluator->per_user || (workspace->per_user && evaluator->user_values)))
        return WRMF_OK;
    wrmf_i_eval_workspace_free(allocator, evaluator);
    return wrmf_i_fail_nomem(err);
}

/* Set the sizes of what only a leader's workspace has. */
static wrmf_status size_leader(const wrmf_evaluator *evaluator, const wrmf_model *model,
                               wrmf_i_eval_workspace *workspace, wrmf_error *err)
{
    const wrmf_i_table items = wrmf_i_table_of(model, WRMF_ITEMS, false);
    const bool auc = workspace->needs.auc, lists = workspace->needs.k > 0;
    size_t test_scores = 0; /* bytes, for AUC */
    if ((auc && !wrmf_i_table_panel_bytes(&items, &workspace->ready_bytes)) ||
        (!auc && lists && !wrmf_i_screen_bytes(&items, &workspace->ready_bytes)) ||
        !wrmf_i_mul_size((size_t)workspace->needs.k, WRMF_I_RANK_BLOCK, &workspace->entry_count) ||
        (auc && !wrmf_i_mul_size((size_t)longest_test_row(evaluator->test),
                                 WRMF_I_RANK_BLOCK * sizeof(double), &test_scores)))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "the evaluation is too large");
    workspace->scratch_bytes = entry_bytes(evaluator) + ranking_bytes(evaluator) +
                               squares_bytes(evaluator) + rounded(test_scores);
    return WRMF_OK;
}

static bool same_needs(const wrmf_i_eval_needs *a, const wrmf_i_eval_needs *b)
{
    return a->leads == b->leads && a->squares == b->squares && a->auc == b->auc && a->k == b->k;
}

wrmf_status wrmf_i_eval_workspace_prepare(wrmf_context *context, wrmf_evaluator *evaluator,
                                          const wrmf_model *model, const wrmf_i_eval_needs *needs,
                                          wrmf_error *err)
{
    wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    if (workspace->ready && workspace->bits == model->bits &&
        workspace->factors == model->factors && workspace->workers == context->workers &&
        same_needs(&workspace->needs, needs))
        return WRMF_OK;
    wrmf_i_eval_workspace_free(&evaluator->context->allocator, evaluator);
    *workspace = (wrmf_i_eval_workspace){.needs = *needs,
                                         .factors = model->factors,
                                         .stride = model->stride,
                                         .bits = model->bits,
                                         .workers = context->workers};
    workspace->chunks = (size_t)((evaluator->n_users + WRMF_I_RANK_BLOCK - 1) / WRMF_I_RANK_BLOCK);
    const wrmf_status status =
        needs->leads ? size_leader(evaluator, model, workspace, err) : WRMF_OK;
    if (status != WRMF_OK) {
        *workspace = (wrmf_i_eval_workspace){0};
        return status;
    }
    return allocate(context, evaluator, err);
}

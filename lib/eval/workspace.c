/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/workspace.h"

#include <math.h>

#include "base/carve.h"
#include "eval/metric_columns.h"
#include "linalg/gram.h"
#include "model/grams.h"
#include "rank/screen.h"

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

/* Carve a worker's scratch out of memory, or measure it where memory is NULL. Returns the
 * bytes. */
static size_t carve_scratch(const wrmf_i_eval_workspace *workspace, wrmf_i_eval_scratch *s,
                            void *memory)
{
    const wrmf_i_table table = {.rows = {.bits = workspace->bits, .factors = workspace->factors}};
    const bool ranks = workspace->needs.k > 0 || workspace->needs.auc;
    const size_t width = (size_t)workspace->stride;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->entries = wrmf_i_carve_matrix(&carver, WRMF_I_RANK_BLOCK, (size_t)workspace->needs.k,
                                     sizeof *s->entries);
    s->ranking = wrmf_i_carve(&carver, ranks, wrmf_i_rank_scratch(&table));
    s->rows = wrmf_i_carve(&carver, WRMF_I_RANK_BLOCK * width, sizeof *s->rows);
    s->products = wrmf_i_carve(&carver, WRMF_I_RANK_BLOCK * width, sizeof *s->products);
    s->rotation = wrmf_i_carve(&carver, 8 * width, sizeof *s->rotation);
    s->all = wrmf_i_carve(&carver, workspace->source_items, sizeof *s->all);
    s->scores =
        wrmf_i_carve_matrix(&carver, WRMF_I_RANK_BLOCK, workspace->longest, sizeof *s->scores);
    return wrmf_i_carver_bytes(&carver);
}

wrmf_i_eval_scratch wrmf_i_eval_scratch_of(const wrmf_evaluator *evaluator, size_t worker)
{
    const wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    wrmf_i_eval_scratch s;
    carve_scratch(workspace, &s, workspace->scratch + worker * workspace->scratch_bytes);
    return s;
}

static size_t place_of_cutoff(const wrmf_evaluator *evaluator, int64_t k)
{
    size_t cutoff = 0;
    while (evaluator->cutoffs[cutoff] != k)
        cutoff++;
    return cutoff;
}

uint32_t *wrmf_i_eval_item_counts(const wrmf_evaluator *evaluator, int64_t k)
{
    const wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    return workspace->item_counts + place_of_cutoff(evaluator, k) * workspace->counted_items;
}

unsigned char *wrmf_i_eval_bitmap(const wrmf_evaluator *evaluator, size_t worker, int64_t k)
{
    const wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    const size_t cutoff = place_of_cutoff(evaluator, k);
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
    wrmf_i_free(allocator, workspace->item_counts, (size_t)evaluator->n_cutoffs,
                workspace->counted_items * sizeof *workspace->item_counts);
    wrmf_i_free(allocator, workspace->information, workspace->informed_items,
                sizeof *workspace->information);
    wrmf_i_free(allocator, workspace->gram_memory, workspace->gram_bytes, 1);
    wrmf_i_free(allocator, workspace->sums, workspace->chunks * n_columns, sizeof *workspace->sums);
    wrmf_i_free(allocator, workspace->counted, workspace->chunks, sizeof(int64_t));
    wrmf_i_free(allocator, workspace->per_user, (size_t)evaluator->n_users * n_columns,
                sizeof(double));
    *workspace = (wrmf_i_eval_workspace){0};
}

/* Carve what MSE needs out of gram_memory, or measure it where that is NULL. Returns the bytes. */
static size_t carve_gram(const wrmf_context *context, const wrmf_model *model,
                         wrmf_i_eval_workspace *workspace)
{
    wrmf_i_carver carver = wrmf_i_carver_over(workspace->gram_memory);
    workspace->triangle =
        wrmf_i_carve(&carver, wrmf_i_model_square(model), sizeof *workspace->triangle);
    workspace->gram_scratch = wrmf_i_carve(
        &carver, 1, wrmf_i_gram_scratch(context, model->rows[WRMF_ITEMS], model->factors));
    return wrmf_i_carver_bytes(&carver);
}

/* The self-information of items: log2 of all users over those who have the item and do not dislike
 * it, who are one at least. */
static void find_information(const wrmf_matrix *popularity, double *information)
{
    const double users = popularity->rows > 0 ? (double)popularity->rows : 1;
    for (int64_t i = 0; i < popularity->columns; i++)
        information[i] = 0;
    for (int64_t i = 0; i < wrmf_i_matrix_entries(popularity); i++)
        information[popularity->indices[i]] +=
            !popularity->values || popularity->values[i] > 0 ? 1 : 0;
    for (int64_t i = 0; i < popularity->columns; i++)
        information[i] = log2(users / (information[i] > 0 ? information[i] : 1));
}

/* What metrics of items need: false if there is no memory. */
static bool allocate_of_items(const wrmf_i_allocator *allocator, const wrmf_evaluator *evaluator,
                              wrmf_i_eval_workspace *workspace)
{
    const size_t items = (size_t)evaluator->test->columns;
    const wrmf_matrix *const popularity = wrmf_i_evaluator_popularity(evaluator);
    if (wrmf_i_evaluator_has(evaluator, WRMF_METRIC_GINI) ||
        wrmf_i_evaluator_has(evaluator, WRMF_METRIC_ENTROPY)) {
        workspace->counted_items = items;
        workspace->item_counts =
            wrmf_i_alloc(allocator, (size_t)evaluator->n_cutoffs, items * sizeof(uint32_t));
        if (!workspace->item_counts)
            return false;
    }
    if (wrmf_i_evaluator_has(evaluator, WRMF_METRIC_NOVELTY) && popularity) {
        workspace->informed_items = items;
        workspace->information = wrmf_i_alloc(allocator, items, sizeof(double));
        if (!workspace->information)
            return false;
        find_information(popularity, workspace->information);
    }
    return true;
}

static wrmf_status allocate(wrmf_context *context, wrmf_evaluator *evaluator,
                            const wrmf_model *model, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &evaluator->context->allocator;
    wrmf_i_eval_workspace *const workspace = &evaluator->workspace;
    wrmf_i_metric_column columns[WRMF_I_METRIC_COLUMNS];
    const size_t n_columns = (size_t)wrmf_i_evaluator_layout(evaluator, columns);
    const size_t workers = (size_t)workspace->workers;
    workspace->bitmap_bytes = wrmf_i_evaluator_has(evaluator, WRMF_METRIC_COVERAGE)
                                  ? bitmap_bytes(evaluator->test->columns)
                                  : 1;
    workspace->ready = wrmf_i_alloc(allocator, workspace->ready_bytes, 1);
    workspace->scratch = wrmf_i_alloc(allocator, workers, workspace->scratch_bytes);
    workspace->bitmaps =
        wrmf_i_alloc(allocator, workers * (size_t)evaluator->n_cutoffs, workspace->bitmap_bytes);
    workspace->gram_bytes = workspace->needs.squares ? carve_gram(context, model, workspace) : 0;
    workspace->gram_memory = wrmf_i_alloc(allocator, workspace->gram_bytes, 1);
    workspace->sums =
        wrmf_i_alloc(allocator, workspace->chunks * n_columns, sizeof *workspace->sums);
    workspace->counted = wrmf_i_alloc(allocator, workspace->chunks, sizeof(int64_t));
    const size_t per_user = (size_t)evaluator->n_users * n_columns;
    if (evaluator->per_user)
        workspace->per_user = wrmf_i_alloc(allocator, per_user, sizeof(double));
    if (evaluator->per_user && !evaluator->user_values) {
        evaluator->user_values = wrmf_i_alloc(allocator, per_user, sizeof(double));
        evaluator->user_value_count = evaluator->user_values ? per_user : 0;
    }
    const bool of_items = allocate_of_items(allocator, evaluator, workspace);
    if (of_items && workspace->ready && workspace->scratch && workspace->bitmaps &&
        workspace->gram_memory && workspace->sums && workspace->counted &&
        (!evaluator->per_user || (workspace->per_user && evaluator->user_values))) {
        if (workspace->needs.squares)
            carve_gram(context, model, workspace);
        return WRMF_OK;
    }
    wrmf_i_eval_workspace_free(allocator, evaluator);
    return wrmf_i_fail_memory(err, "an evaluation");
}

/* Set the sizes of what only a leader's workspace has. */
static wrmf_status size_leader(const wrmf_evaluator *evaluator, const wrmf_model *model,
                               wrmf_i_eval_workspace *workspace, wrmf_error *err)
{
    const wrmf_i_table items = wrmf_i_table_of(model, WRMF_ITEMS, false);
    wrmf_i_eval_scratch scratch;
    if (workspace->needs.auc)
        workspace->longest = (size_t)longest_test_row(evaluator->test);
    if (workspace->needs.sourced)
        workspace->source_items = (size_t)evaluator->test->columns;
    if (workspace->needs.chosen || workspace->needs.sourced)
        workspace->ready_bytes = 0;
    else if (workspace->needs.auc)
        workspace->ready_bytes = wrmf_i_table_panel_bytes(&items);
    else if (workspace->needs.k > 0)
        workspace->ready_bytes = wrmf_i_screen_bytes(&items);
    workspace->scratch_bytes = carve_scratch(workspace, &scratch, NULL);
    if (workspace->ready_bytes == WRMF_I_TOO_MANY_BYTES ||
        workspace->scratch_bytes == WRMF_I_TOO_MANY_BYTES)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "the evaluation is too large");
    return WRMF_OK;
}

static bool same_needs(const wrmf_i_eval_needs *a, const wrmf_i_eval_needs *b)
{
    return a->leads == b->leads && a->squares == b->squares && a->auc == b->auc &&
           a->sourced == b->sourced && a->chosen == b->chosen && a->k == b->k;
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
    return allocate(context, evaluator, model, err);
}

double wrmf_i_eval_workspace_bytes(const wrmf_context *context, const wrmf_model *shape)
{
    enum { DEFAULT_LENGTH = 10, DEFAULT_COLUMNS = 5 };
    const wrmf_i_table items = wrmf_i_table_of(shape, WRMF_ITEMS, false);
    const int64_t users = shape->rows[WRMF_USERS], n = shape->rows[WRMF_ITEMS];
    wrmf_i_eval_workspace workspace = {
        .needs = {.leads = true, .squares = true, .k = n < DEFAULT_LENGTH ? n : DEFAULT_LENGTH},
        .factors = shape->factors,
        .stride = shape->stride,
        .bits = shape->bits};
    wrmf_i_eval_scratch scratch;
    const double workers = (double)context->workers;
    const double chunks = (double)((users + WRMF_I_RANK_BLOCK - 1) / WRMF_I_RANK_BLOCK);
    const double ready = (double)wrmf_i_screen_bytes(&items);
    const double gram = (double)carve_gram(context, shape, &workspace);
    return ready + workers * ((double)carve_scratch(&workspace, &scratch, NULL) + 1) + gram +
           chunks * (DEFAULT_COLUMNS * (double)sizeof *workspace.sums + sizeof(int64_t));
}

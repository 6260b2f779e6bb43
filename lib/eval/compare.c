/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/compare.h"

#include <math.h>
#include <string.h>

#include "als/als.h"
#include "als/regularization.h"
#include "data/derive.h"
#include "row/loss.h"
#include "serve/lists.h"

/* Entries of the lists that are made at a time, unless one is longer, and a block of zeros. */
enum { ENTRIES = 1 << 22, ZEROS = 256 };

/* ---- lists ---- */

typedef struct lists {
    int64_t length;                  /* room for each list */
    int64_t room;                    /* lists that there is room for */
    int64_t *entries[2], *counts[2]; /* of the lists of each model */
    int32_t *mark; /* of each item: the number of the user whose list it is in, from 1 */
    int64_t items;
} lists;

static void lists_free(const wrmf_i_allocator *allocator, lists *l)
{
    const size_t room = (size_t)l->room;
    for (int side = 0; side < 2; side++) {
        wrmf_i_free(allocator, l->entries[side], room, (size_t)l->length * sizeof(int64_t));
        wrmf_i_free(allocator, l->counts[side], room, sizeof *l->counts[side]);
    }
    wrmf_i_free(allocator, l->mark, (size_t)l->items, sizeof *l->mark);
}

static wrmf_status lists_alloc(const wrmf_i_allocator *allocator, const wrmf_i_comparing *c,
                               lists *l, wrmf_error *err)
{
    /* no list is longer than there are items */
    l->items = c->model[1]->rows[WRMF_ITEMS];
    l->length = c->length < l->items ? c->length : l->items;
    l->length = l->length > 0 ? l->length : 1;
    l->room = ENTRIES / l->length > 1 ? ENTRIES / l->length : 1;
    l->room = c->n < l->room ? c->n : l->room;
    bool complete = true;
    for (int i = 0; i < 2; i++) {
        l->entries[i] =
            wrmf_i_alloc(allocator, (size_t)l->room, (size_t)l->length * sizeof(int64_t));
        l->counts[i] = wrmf_i_alloc(allocator, (size_t)l->room, sizeof *l->counts[i]);
        complete = complete && l->entries[i] && l->counts[i];
    }
    l->mark = wrmf_i_alloc_zero(allocator, (size_t)l->items, sizeof *l->mark);
    return complete && l->mark ? WRMF_OK : wrmf_i_fail_memory(err, "lists that are compared");
}

/* The lists of users first .. first + n - 1 of those asked for, from one of the models. */
static wrmf_status make_lists(wrmf_context *context, const wrmf_i_comparing *c, int of,
                              const wrmf_matrix *seen, const int64_t *users, int64_t n, lists *l,
                              wrmf_error *err)
{
    const wrmf_i_query query = {.model = c->model[of],
                                .asking = WRMF_USERS,
                                .ranked = WRMF_ITEMS,
                                .length = l->length,
                                .similarity = WRMF_SIMILARITY_DOT,
                                .self = WRMF_SELF_OMIT,
                                .seen = seen,
                                .excluded_each = {.n = -1},
                                .candidates_each = {.n = -1}};
    const wrmf_i_lists made = {
        .asking = {.kind = WRMF_I_ASKING_ROWS, .rows = users},
        .n = n,
        .to = {.stride = l->length, .indices = l->entries[of], .counts = l->counts[of]}};
    return wrmf_i_make_lists(context, &query, &made, err);
}

/* Sums over users, from which the means come. */
typedef struct tally {
    int64_t users, same_first, same_list;
    double overlap;
} tally;

/* Add a user, whose number is not 0 and differs from those before. */
static void add_user(const lists *l, int64_t list, int32_t number, tally *t)
{
    const int64_t n[2] = {l->counts[0][list], l->counts[1][list]};
    const int64_t *const entries[2] = {l->entries[0] + list * l->length,
                                       l->entries[1] + list * l->length};
    int64_t both = 0;
    if (n[0] == 0 && n[1] == 0)
        return;
    for (int64_t i = 0; i < n[0]; i++)
        l->mark[entries[0][i]] = number;
    for (int64_t i = 0; i < n[1]; i++)
        both += l->mark[entries[1][i]] == number;
    t->users++;
    t->overlap += (double)both / (double)(n[0] > n[1] ? n[0] : n[1]);
    t->same_first += n[0] > 0 && n[1] > 0 && entries[0][0] == entries[1][0];
    t->same_list +=
        n[0] == n[1] && memcmp(entries[0], entries[1], (size_t)n[0] * sizeof *entries[0]) == 0;
}

static wrmf_status compare_blocks(wrmf_context *context, const wrmf_i_comparing *c,
                                  const wrmf_matrix *const seen[2], lists *l, tally *t,
                                  wrmf_error *err)
{
    int64_t *const numbers = wrmf_i_alloc(&context->allocator, (size_t)l->room, sizeof *numbers);
    wrmf_status status =
        numbers || l->room == 0 ? WRMF_OK : wrmf_i_fail_memory(err, "numbers of users");
    for (int64_t first = 0; first < c->n && status == WRMF_OK; first += l->room) {
        const int64_t n = c->n - first < l->room ? c->n - first : l->room;
        for (int64_t i = 0; i < n; i++)
            numbers[i] = c->users ? c->users[first + i] : first + i;
        for (int of = 0; of < 2 && status == WRMF_OK; of++)
            status = make_lists(context, c, of, seen[of], numbers, n, l, err);
        for (int64_t i = 0; i < n && status == WRMF_OK; i++)
            add_user(l, i, (int32_t)i + 1, t);
        memset(l->mark, 0, (size_t)l->items * sizeof *l->mark);
    }
    wrmf_i_free(&context->allocator, numbers, (size_t)l->room, sizeof *numbers);
    return status;
}

static wrmf_status compare_lists(wrmf_context *context, const wrmf_i_comparing *c,
                                 const wrmf_matrix *const seen[2], wrmf_comparison *out,
                                 wrmf_error *err)
{
    lists l = {0};
    tally t = {0};
    wrmf_status status = lists_alloc(&context->allocator, c, &l, err);
    if (status == WRMF_OK)
        status = compare_blocks(context, c, seen, &l, &t, err);
    lists_free(&context->allocator, &l);
    const double users = t.users > 0 ? (double)t.users : (double)NAN;
    out->users = t.users;
    out->overlap = t.overlap / users;
    out->same_first = (double)t.same_first / users;
    out->same_list = (double)t.same_list / users;
    return status;
}

/* ---- objectives ---- */

/* What stored entries from `first` to `last` add to the objective where their scores are 0. */
static void add_unknown(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t first,
                        int64_t last, wrmf_i_loss_parts *parts)
{
    static const double zeros[ZEROS];
    for (int64_t i = first; i < last; i += ZEROS) {
        const int64_t n = last - i < ZEROS ? last - i : ZEROS;
        (void)wrmf_i_loss_add(loss, matrix->values ? matrix->values + i : NULL, zeros, n, parts);
    }
}

/* The objective of a model on a matrix that may have more rows and columns; `known` is what it has
 * of those that the model has. */
static wrmf_status objective_of(wrmf_context *context, const wrmf_model *model,
                                const wrmf_matrix *matrix, const wrmf_matrix *known,
                                double *objective, wrmf_error *err)
{
    double parts[3];
    wrmf_i_loss loss;
    wrmf_i_loss_parts unknown = {0};
    WRMF_I_TRY(wrmf_i_objective(context, model, known, parts, err));
    wrmf_i_loss_read(model->params, &loss);
    if (loss.exponent > 0 &&
        known != matrix) { /* rows are larger than what the model has of them */
        WRMF_I_TRY(wrmf_i_regularization(context, model, matrix, &loss, &parts[2], err));
        parts[2] *= loss.scale;
    }
    for (int64_t row = 0; row < matrix->rows && known != matrix; row++) {
        const int64_t start = matrix->offsets[row];
        const int64_t there = row < known->rows ? known->offsets[row + 1] - known->offsets[row] : 0;
        add_unknown(&loss, matrix, start + there, matrix->offsets[row + 1], &unknown);
    }
    const double sum =
        parts[0] + parts[1] + parts[2] + loss.scale * (unknown.observed + unknown.cells);
    if (!isfinite(sum))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "the objective is not finite");
    *objective = sum;
    return WRMF_OK;
}

/* ---- both ---- */

static wrmf_status compare(wrmf_context *context, const wrmf_i_comparing *c,
                           const wrmf_matrix *known, wrmf_comparison *out, wrmf_error *err)
{
    const wrmf_matrix *const seen[2] = {known, c->matrix};
    wrmf_comparison found;
    WRMF_I_TRY(compare_lists(context, c, seen, &found, err));
    for (int of = 0; of < 2; of++)
        WRMF_I_TRY(
            objective_of(context, c->model[of], c->matrix, seen[of], &found.objective[of], err));
    *out = found;
    return WRMF_OK;
}

wrmf_status wrmf_i_compare(wrmf_context *context, const wrmf_i_comparing *comparing,
                           wrmf_comparison *out, wrmf_error *err)
{
    const wrmf_matrix *const matrix = comparing->matrix;
    const int64_t *const rows = comparing->model[0]->rows;
    if (rows[WRMF_USERS] == matrix->rows && rows[WRMF_ITEMS] == matrix->columns)
        return compare(context, comparing, matrix, out, err);
    wrmf_matrix *known;
    WRMF_I_TRY(wrmf_i_matrix_head(matrix, rows[WRMF_USERS], rows[WRMF_ITEMS], &known, err));
    const wrmf_status status = compare(context, comparing, known, out, err);
    wrmf_i_matrix_release(known);
    return status;
}

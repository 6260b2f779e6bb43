/* SPDX-License-Identifier: BSD-2-Clause */
/* A matrix whose rows and columns get other numbers, or are left out. */
#include "data/derive.h"
#include "data/draft.h"
#include "data/removal.h"
#include "data/triplets.h"

typedef struct renumbering {
    const wrmf_matrix *matrix;
    const int64_t *users,
        *items; /* of each row, of each column: its number, or -1; NULL: its own */
    int64_t n_users, n_items;
    int64_t *from; /* of each new row: the row it is, or -1 */
} renumbering;

static int64_t number_of(const int64_t *numbers, int64_t index)
{
    return numbers ? numbers[index] : index;
}

/* Give from[k] the index whose number is k, or -1. */
static wrmf_status invert(const char *name, const int64_t *numbers, int64_t n, int64_t *from,
                          int64_t n_numbers, wrmf_error *err)
{
    for (int64_t k = 0; k < n_numbers; k++)
        from[k] = -1;
    for (int64_t i = 0; i < n; i++) {
        const int64_t number = number_of(numbers, i);
        if (number < 0)
            continue;
        if (from[number] >= 0)
            return wrmf_i_fail(err, WRMF_E_RANGE, "%s[%lld] is %lld, which %s[%lld] is too", name,
                               (long long)i, (long long)number, name, (long long)from[number]);
        from[number] = i;
    }
    return WRMF_OK;
}

static bool ascends(const int64_t *numbers, int64_t n)
{
    int64_t last = -1;
    for (int64_t i = 0; numbers && i < n; i++) {
        if (numbers[i] >= 0 && numbers[i] < last)
            return false;
        last = numbers[i] >= 0 ? numbers[i] : last;
    }
    return true;
}

/* The entries that stay. */
static int64_t count_kept(const renumbering *r)
{
    const wrmf_matrix *const matrix = r->matrix;
    int64_t kept = 0;
    for (int64_t row = 0; row < matrix->rows; row++) {
        if (number_of(r->users, row) < 0)
            continue;
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++)
            kept += number_of(r->items, matrix->indices[i]) >= 0;
    }
    return kept;
}

/* Where columns stay in their order, rows are copied one after another. */
static wrmf_status copy_rows(const renumbering *r, int64_t kept, wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_matrix *const matrix = r->matrix;
    wrmf_i_draft draft;
    WRMF_I_TRY(wrmf_i_draft_create(matrix->context, r->n_users, kept, matrix->values, &draft, err));
    int64_t at = 0;
    for (int64_t row = 0; row < r->n_users; row++) {
        const int64_t old = r->from[row];
        for (int64_t i = old < 0 ? 0 : matrix->offsets[old];
             old >= 0 && i < matrix->offsets[old + 1]; i++) {
            const int64_t item = number_of(r->items, matrix->indices[i]);
            if (item < 0)
                continue;
            draft.indices[at] = (int32_t)item;
            if (draft.values)
                draft.values[at] = matrix->values[i];
            at++;
        }
        draft.offsets[row + 1] = at;
    }
    return wrmf_i_draft_finish(&draft, r->n_items, out, err);
}

typedef struct triplet_arrays {
    int32_t *user, *item;
    double *count; /* NULL: all are 1 */
} triplet_arrays;

static void fill_triplets(const renumbering *r, const triplet_arrays *arrays)
{
    const wrmf_matrix *const matrix = r->matrix;
    int64_t at = 0;
    for (int64_t row = 0; row < matrix->rows; row++) {
        const int64_t user = number_of(r->users, row);
        for (int64_t i = matrix->offsets[row]; user >= 0 && i < matrix->offsets[row + 1]; i++) {
            const int64_t item = number_of(r->items, matrix->indices[i]);
            if (item < 0)
                continue;
            arrays->user[at] = (int32_t)user;
            arrays->item[at] = (int32_t)item;
            if (arrays->count)
                arrays->count[at] = matrix->values[i];
            at++;
        }
    }
}

/* Where they do not, all entries are sorted. */
static wrmf_status sort_entries(const renumbering *r, int64_t kept, wrmf_matrix **out,
                                wrmf_error *err)
{
    wrmf_context *const context = r->matrix->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    const bool with_count = r->matrix->values;
    const triplet_arrays arrays = {
        .user = wrmf_i_alloc(allocator, (size_t)kept, sizeof *arrays.user),
        .item = wrmf_i_alloc(allocator, (size_t)kept, sizeof *arrays.item),
        .count = with_count ? wrmf_i_alloc(allocator, (size_t)kept, sizeof *arrays.count) : NULL,
    };
    wrmf_status status = WRMF_OK;
    if (arrays.user && arrays.item && (arrays.count || !with_count)) {
        fill_triplets(r, &arrays);
        const wrmf_i_triplets triplets = {r->n_users,  r->n_items,   kept, arrays.user,
                                          arrays.item, arrays.count, NULL, false};
        status =
            wrmf_i_matrix_from_triplets(context, &triplets, WRMF_DUPLICATES_SUM, NULL, out, err);
    } else {
        status = wrmf_i_fail_memory(err, "entries with new numbers");
    }
    wrmf_i_free(allocator, arrays.user, (size_t)kept, sizeof *arrays.user);
    wrmf_i_free(allocator, arrays.item, (size_t)kept, sizeof *arrays.item);
    wrmf_i_free(allocator, arrays.count, (size_t)kept, sizeof *arrays.count);
    return status;
}

static wrmf_status renumber(renumbering *r, int64_t *items_from, wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_matrix *const matrix = r->matrix;
    WRMF_I_TRY(invert("users", r->users, matrix->rows, r->from, r->n_users, err));
    WRMF_I_TRY(invert("items", r->items, matrix->columns, items_from, r->n_items, err));
    const int64_t kept = count_kept(r);
    WRMF_I_TRY(ascends(r->items, matrix->columns) ? copy_rows(r, kept, out, err)
                                                  : sort_entries(r, kept, out, err));
    if (!r->users && r->n_users == matrix->rows)
        (*out)->ids_hash[WRMF_USERS] = matrix->ids_hash[WRMF_USERS];
    if (!r->items && r->n_items == matrix->columns)
        (*out)->ids_hash[WRMF_ITEMS] = matrix->ids_hash[WRMF_ITEMS];
    return WRMF_OK;
}

wrmf_status wrmf_i_matrix_renumber(const wrmf_matrix *matrix, const int64_t *users, int64_t n_users,
                                   const int64_t *items, int64_t n_items, wrmf_matrix **out,
                                   wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    renumbering r = {matrix, users, items, n_users, n_items, NULL};
    r.from = wrmf_i_alloc(allocator, (size_t)n_users, sizeof *r.from);
    int64_t *const items_from = wrmf_i_alloc(allocator, (size_t)n_items, sizeof *items_from);
    wrmf_status status = WRMF_OK;
    if (r.from && items_from)
        status = renumber(&r, items_from, out, err);
    else
        status = wrmf_i_fail_memory(err, "new numbers");
    wrmf_i_free(allocator, r.from, (size_t)n_users, sizeof *r.from);
    wrmf_i_free(allocator, items_from, (size_t)n_items, sizeof *items_from);
    return status;
}

wrmf_status wrmf_i_matrix_without(const wrmf_matrix *matrix, wrmf_side side, const int64_t *indices,
                                  int64_t n, wrmf_matrix **out, wrmf_error *err)
{
    const int64_t size = side == WRMF_USERS ? matrix->rows : matrix->columns;
    wrmf_i_removal removal;
    WRMF_I_TRY(wrmf_i_removal_begin(&matrix->context->allocator, size, indices, n, &removal, err));
    const wrmf_status status = side == WRMF_USERS
                                   ? wrmf_i_matrix_renumber(matrix, removal.place, removal.kept,
                                                            NULL, matrix->columns, out, err)
                                   : wrmf_i_matrix_renumber(matrix, NULL, matrix->rows,
                                                            removal.place, removal.kept, out, err);
    wrmf_i_removal_end(&removal);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The largest sub-matrix whose users and items all have enough entries. It does not depend on the
 * order in which they are dropped (docs/mathematics.md), so a list of those to drop that is worked
 * off once does what repeated passes would do.
 */
#include "data/derive.h"
#include "data/draft.h"

/* Pairs are by side: users 0, items 1. */
typedef struct thinning {
    const wrmf_matrix *side[2]; /* users x items, and its transpose */
    int64_t least[2];           /* entries that each must have */
    int64_t *degree[2];         /* entries that each has left; -1: it was dropped */
    int64_t *list;  /* users, and items as -1 - index, whose entries are to be dropped */
    int64_t listed; /* of these */
} thinning;

/* The number of users and items. */
static size_t both_sides(const wrmf_matrix *matrix)
{
    return (size_t)matrix->rows + (size_t)matrix->columns;
}

static void free_thinning(thinning *t)
{
    const wrmf_matrix *const matrix = t->side[0];
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    wrmf_i_free(allocator, t->degree[0], (size_t)matrix->rows, sizeof(int64_t));
    wrmf_i_free(allocator, t->degree[1], (size_t)matrix->columns, sizeof(int64_t));
    wrmf_i_free(allocator, t->list, both_sides(matrix), sizeof(int64_t));
}

static wrmf_status alloc_thinning(thinning *t, wrmf_error *err)
{
    const wrmf_matrix *const matrix = t->side[0];
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    t->degree[0] = wrmf_i_alloc(allocator, (size_t)matrix->rows, sizeof(int64_t));
    t->degree[1] = wrmf_i_alloc(allocator, (size_t)matrix->columns, sizeof(int64_t));
    t->list = wrmf_i_alloc(allocator, both_sides(matrix), sizeof(int64_t));
    if (!t->degree[0] || !t->degree[1] || !t->list)
        return wrmf_i_fail_memory(err, "thinning");
    return wrmf_i_matrix_transposed(NULL, matrix, &t->side[1], err);
}

static void drop(thinning *t, int side, int64_t index)
{
    t->degree[side][index] = -1;
    t->list[t->listed++] = side == 0 ? index : -1 - index;
}

/* Drop users and items until all that are left have enough entries. */
static void work_off(thinning *t)
{
    for (int side = 0; side < 2; side++) {
        const wrmf_matrix *const matrix = t->side[side];
        for (int64_t i = 0; i < matrix->rows; i++) {
            t->degree[side][i] = matrix->offsets[i + 1] - matrix->offsets[i];
            if (t->degree[side][i] < t->least[side])
                drop(t, side, i);
        }
    }
    while (t->listed > 0) {
        const int64_t next = t->list[--t->listed];
        const int side = next < 0, other = !side;
        const int64_t index = side == 0 ? next : -1 - next;
        const wrmf_matrix *const matrix = t->side[side];
        for (int64_t i = matrix->offsets[index]; i < matrix->offsets[index + 1]; i++) {
            const int32_t neighbour = matrix->indices[i];
            if (t->degree[other][neighbour] < 0)
                continue;
            if (--t->degree[other][neighbour] < t->least[other])
                drop(t, other, neighbour);
        }
    }
}

/* Make the matrix of what is left. degree[1] becomes the new index of each item, or stays -1. */
static wrmf_status compact(const thinning *t, wrmf_matrix **out, int64_t *kept_users,
                           int64_t *kept_items, wrmf_error *err)
{
    const wrmf_matrix *const matrix = t->side[0];
    int64_t users = 0, items = 0, entries = 0;
    for (int64_t i = 0; i < matrix->columns; i++)
        if (t->degree[1][i] >= 0)
            t->degree[1][i] = items++;
    for (int64_t u = 0; u < matrix->rows; u++) {
        if (t->degree[0][u] >= 0) {
            users++;
            entries += t->degree[0][u];
        }
    }
    wrmf_i_draft draft;
    WRMF_I_TRY(wrmf_i_draft_create(matrix->context, users, entries, matrix->values, &draft, err));
    int64_t row = 0, at = 0;
    for (int64_t u = 0; u < matrix->rows; u++) {
        if (t->degree[0][u] < 0)
            continue;
        for (int64_t i = matrix->offsets[u]; i < matrix->offsets[u + 1]; i++) {
            const int64_t item = t->degree[1][matrix->indices[i]];
            if (item < 0)
                continue;
            draft.indices[at] = (int32_t)item;
            if (draft.values)
                draft.values[at] = matrix->values[i];
            at++;
        }
        draft.offsets[++row] = at;
    }
    WRMF_I_TRY(wrmf_i_draft_finish(&draft, items, out, err));
    for (int64_t u = 0, k = 0; kept_users && u < matrix->rows; u++)
        if (t->degree[0][u] >= 0)
            kept_users[k++] = u;
    for (int64_t i = 0, k = 0; kept_items && i < matrix->columns; i++)
        if (t->degree[1][i] >= 0)
            kept_items[k++] = i;
    return WRMF_OK;
}

wrmf_status wrmf_i_matrix_threshold(const wrmf_matrix *matrix, int64_t min_per_user,
                                    int64_t min_per_item, wrmf_matrix **out, int64_t *kept_users,
                                    int64_t *kept_items, wrmf_error *err)
{
    thinning t = {.side = {matrix}, .least = {min_per_user, min_per_item}};
    wrmf_status status = alloc_thinning(&t, err);
    if (status == WRMF_OK) {
        work_off(&t);
        status = compact(&t, out, kept_users, kept_items, err);
    }
    free_thinning(&t);
    return status;
}

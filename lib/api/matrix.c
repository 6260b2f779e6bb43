/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/matrix.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "data/derive.h"
#include "data/triplets.h"
#include "data/validate.h"

/* ---- from triplets ---- */

typedef struct given_triplets {
    int64_t users, items, n;
    const int64_t *user, *item;
    const double *count;
    wrmf_duplicates duplicates;
    bool is_signed; /* counts below 0 are of dislikes */
} given_triplets;

static wrmf_status check_triplets(const given_triplets *given, wrmf_error *err)
{
    WRMF_I_TRY(wrmf_i_check_sizes(given->users, given->items, err));
    if (given->n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, below 0", (long long)given->n);
    if (!given->user && given->n > 0)
        return wrmf_i_fail_null(err, "user");
    if (!given->item && given->n > 0)
        return wrmf_i_fail_null(err, "item");
    if ((unsigned)given->duplicates > WRMF_DUPLICATES_REFUSE)
        return wrmf_i_fail(err, WRMF_E_RANGE, "duplicates is %d, none of the rules",
                           (int)given->duplicates);
    WRMF_I_TRY(wrmf_i_check_indices("user", given->user, given->n, given->users, err));
    WRMF_I_TRY(wrmf_i_check_indices("item", given->item, given->n, given->items, err));
    for (int64_t i = 0; given->count && i < given->n; i++) {
        const double count = given->count[i];
        if (!(given->is_signed && count < 0 && count >= -DBL_MAX))
            WRMF_I_TRY(wrmf_i_check_count(count, i, err));
    }
    return WRMF_OK;
}

static wrmf_status from_triplets(wrmf_context *context, const given_triplets *given,
                                 int64_t *merged, wrmf_matrix **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    WRMF_I_TRY(check_triplets(given, err));
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_i_allocator *const allocator = &context->allocator;
    const int64_t n = given->n;
    int32_t *const user = wrmf_i_alloc(allocator, (size_t)n, sizeof *user);
    int32_t *const item = wrmf_i_alloc(allocator, (size_t)n, sizeof *item);
    wrmf_status status;
    if (user && item) {
        for (int64_t i = 0; i < n; i++) {
            user[i] = (int32_t)given->user[i];
            item[i] = (int32_t)given->item[i];
        }
        const wrmf_i_triplets triplets = {given->users, given->items, n,   user,
                                          item,         given->count, NULL};
        status =
            wrmf_i_matrix_from_triplets(context, &triplets, given->duplicates, merged, out, err);
    } else {
        status = wrmf_i_fail_memory(err, "triplets");
    }
    wrmf_i_free(allocator, user, (size_t)n, sizeof *user);
    wrmf_i_free(allocator, item, (size_t)n, sizeof *item);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_from_triplets(wrmf_context *context, int64_t users, int64_t items,
                                      int64_t n, const int64_t *user, const int64_t *item,
                                      const double *count, wrmf_duplicates duplicates,
                                      int64_t *merged, wrmf_matrix **out, wrmf_error *err)
{
    const given_triplets given = {users, items, n, user, item, count, duplicates, false};
    return from_triplets(context, &given, merged, out, err);
}

wrmf_status wrmf_matrix_from_signed_triplets(wrmf_context *context, int64_t users, int64_t items,
                                             int64_t n, const int64_t *user, const int64_t *item,
                                             const double *count, wrmf_duplicates duplicates,
                                             int64_t *merged, wrmf_matrix **out, wrmf_error *err)
{
    const given_triplets given = {users, items, n, user, item, count, duplicates, true};
    return from_triplets(context, &given, merged, out, err);
}

void wrmf_matrix_free(wrmf_matrix *matrix)
{
    wrmf_i_matrix_release(matrix);
}

/* ---- reading ---- */

int64_t wrmf_matrix_users(const wrmf_matrix *matrix)
{
    return matrix ? matrix->rows : 0;
}

int64_t wrmf_matrix_items(const wrmf_matrix *matrix)
{
    return matrix ? matrix->columns : 0;
}

int64_t wrmf_matrix_entries(const wrmf_matrix *matrix)
{
    return matrix ? wrmf_i_matrix_entries(matrix) : 0;
}

double wrmf_matrix_density(const wrmf_matrix *matrix)
{
    if (!matrix || matrix->rows == 0 || matrix->columns == 0)
        return 0;
    return (double)wrmf_i_matrix_entries(matrix) / ((double)matrix->rows * (double)matrix->columns);
}

double wrmf_matrix_total(const wrmf_matrix *matrix)
{
    if (!matrix)
        return 0;
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    if (!matrix->values)
        return (double)entries;
    double total = 0;
    for (int64_t i = 0; i < entries; i++)
        total += matrix->values[i];
    return total;
}

double wrmf_matrix_count(const wrmf_matrix *matrix, int64_t user, int64_t item)
{
    if (!matrix || user < 0 || user >= matrix->rows)
        return 0;
    const int64_t start = matrix->offsets[user], n = matrix->offsets[user + 1] - start;
    const int64_t at = wrmf_i_find_index(matrix->indices + start, n, item);
    if (at < 0)
        return 0;
    return matrix->values ? matrix->values[start + at] : 1;
}

int64_t wrmf_matrix_row(const wrmf_matrix *matrix, int64_t user, const int32_t **items,
                        const double **counts)
{
    if (!matrix || user < 0 || user >= matrix->rows)
        return -1;
    const int64_t start = matrix->offsets[user];
    if (items)
        *items = matrix->indices + start;
    if (counts)
        *counts = matrix->values ? matrix->values + start : NULL;
    return matrix->offsets[user + 1] - start;
}

void wrmf_matrix_csr(const wrmf_matrix *matrix, const int64_t **offsets, const int32_t **items,
                     const double **counts)
{
    if (!matrix)
        return;
    if (offsets)
        *offsets = matrix->offsets;
    if (items)
        *items = matrix->indices;
    if (counts)
        *counts = matrix->values;
}

wrmf_status wrmf_matrix_degrees(const wrmf_matrix *matrix, wrmf_side side, int64_t *degrees,
                                wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!degrees)
        return wrmf_i_fail_null(err, "degrees");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    if (side == WRMF_USERS) {
        for (int64_t u = 0; u < matrix->rows; u++)
            degrees[u] = matrix->offsets[u + 1] - matrix->offsets[u];
        return WRMF_OK;
    }
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    for (int64_t i = 0; i < matrix->columns; i++)
        degrees[i] = 0;
    for (int64_t i = 0; i < entries; i++)
        degrees[matrix->indices[i]]++;
    return WRMF_OK;
}

/* ---- whose rows and columns they are ---- */

wrmf_status wrmf_matrix_set_ids_hash(wrmf_matrix *matrix, wrmf_side side, uint64_t hash,
                                     wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    matrix->ids_hash[side] = hash;
    return WRMF_OK;
}

uint64_t wrmf_matrix_hash(const wrmf_matrix *matrix)
{
    return matrix ? wrmf_i_matrix_hash(matrix) : 0;
}

uint64_t wrmf_matrix_ids_hash(const wrmf_matrix *matrix, wrmf_side side)
{
    return matrix && (unsigned)side <= WRMF_ITEMS ? matrix->ids_hash[side] : 0;
}

/* ---- derived matrices ---- */

static wrmf_status transpose(const wrmf_matrix *matrix, wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_matrix *shared;
    WRMF_I_TRY(wrmf_i_matrix_transposed(NULL, matrix, &shared, err));
    if (shared == matrix->base) { /* the transpose of a transpose is the original */
        *out = wrmf_i_matrix_hold(shared);
        return WRMF_OK;
    }
    WRMF_I_TRY(wrmf_i_matrix_view(matrix->context, shared->rows, shared->columns, shared->offsets,
                                  shared->indices, shared->values, matrix, out, err));
    (*out)->ids_hash[WRMF_USERS] = matrix->ids_hash[WRMF_ITEMS];
    (*out)->ids_hash[WRMF_ITEMS] = matrix->ids_hash[WRMF_USERS];
    return WRMF_OK;
}

wrmf_status wrmf_matrix_transpose(const wrmf_matrix *matrix, wrmf_matrix **out, wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status = transpose(matrix, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_select(const wrmf_matrix *matrix, const int64_t *users, int64_t n,
                               wrmf_matrix **out, wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if (n < 0 || n > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, not in 0 .. 2^31 - 1", (long long)n);
    if (!users && n > 0)
        return wrmf_i_fail_null(err, "users");
    WRMF_I_TRY(wrmf_i_check_indices("users", users, n, matrix->rows, err));
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status = wrmf_i_matrix_select(matrix, users, n, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_add(const wrmf_matrix *a, const wrmf_matrix *b, wrmf_matrix **out,
                            wrmf_error *err)
{
    if (!a)
        return wrmf_i_fail_null(err, "a");
    if (!b)
        return wrmf_i_fail_null(err, "b");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if (a->rows != b->rows || a->columns != b->columns)
        return wrmf_i_fail(err, WRMF_E_SHAPE, "a is %lld x %lld, b is %lld x %lld",
                           (long long)a->rows, (long long)a->columns, (long long)b->rows,
                           (long long)b->columns);
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, a);
    wrmf_i_matrix_keep(&call, b);
    const wrmf_status status = wrmf_i_matrix_merge(a, b, WRMF_DUPLICATES_SUM, out, err);
    wrmf_i_call_end(&call);
    return status;
}

int wrmf_matrix_equal(const wrmf_matrix *a, const wrmf_matrix *b)
{
    if (a == b)
        return 1;
    if (!a || !b || a->rows != b->rows || a->columns != b->columns ||
        memcmp(a->offsets, b->offsets, ((size_t)a->rows + 1) * sizeof *a->offsets) != 0)
        return 0;
    const int64_t entries = wrmf_i_matrix_entries(a);
    for (int64_t i = 0; i < entries; i++)
        if (a->indices[i] != b->indices[i] ||
            (a->values ? a->values[i] : 1.0) != (b->values ? b->values[i] : 1.0))
            return 0;
    return 1;
}

wrmf_status wrmf_matrix_threshold(const wrmf_matrix *matrix, int64_t min_per_user,
                                  int64_t min_per_item, wrmf_matrix **out, int64_t *kept_users,
                                  int64_t *kept_items, wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if (min_per_user < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "min_per_user is %lld, below 0",
                           (long long)min_per_user);
    if (min_per_item < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "min_per_item is %lld, below 0",
                           (long long)min_per_item);
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status = wrmf_i_matrix_threshold(matrix, min_per_user, min_per_item, out,
                                                       kept_users, kept_items, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_split(const wrmf_matrix *matrix, int64_t count, double fraction,
                              uint64_t seed, wrmf_matrix **train, wrmf_matrix **test,
                              int64_t *heldout, int64_t *n_heldout, wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!train)
        return wrmf_i_fail_null(err, "train");
    if (!test)
        return wrmf_i_fail_null(err, "test");
    if (count < 1)
        return wrmf_i_fail(err, WRMF_E_RANGE, "count is %lld, below 1", (long long)count);
    if (!isfinite(fraction))
        return wrmf_i_fail(err, WRMF_E_RANGE, "fraction is not finite");
    if (fraction < 0 || fraction > 1) {
        char text[WRMF_I_NUMBER_TEXT];
        wrmf_i_number_print_real(fraction, text);
        return wrmf_i_fail(err, WRMF_E_RANGE, "fraction is %s, not in 0 .. 1", text);
    }
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status =
        wrmf_i_matrix_split(matrix, count, fraction, seed, train, test, heldout, n_heldout, err);
    wrmf_i_call_end(&call);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/matrix.h: matrices that grow, and from which users or items are removed. */
#include "data/derive.h"
#include "data/validate.h"
#include "wrmf/matrix.h"

wrmf_status wrmf_matrix_merge(const wrmf_matrix *a, const wrmf_matrix *b,
                              wrmf_duplicates duplicates, wrmf_matrix **out, wrmf_error *err)
{
    if (!a)
        return wrmf_i_fail_null(err, "a");
    if (!b)
        return wrmf_i_fail_null(err, "b");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if ((unsigned)duplicates > WRMF_DUPLICATES_REFUSE)
        return wrmf_i_fail(err, WRMF_E_RANGE, "duplicates is %d, none of the rules",
                           (int)duplicates);
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, a);
    wrmf_i_matrix_keep(&call, b);
    const wrmf_status status = wrmf_i_matrix_merge(a, b, duplicates, out, err);
    wrmf_i_call_end(&call);
    return status;
}

/* Check the numbers that n rows or columns are to have, below `size`. */
static wrmf_status check_numbers(const char *name, const int64_t *numbers, int64_t n, int64_t size,
                                 wrmf_error *err)
{
    if (!numbers && size < n)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_%s is %lld, and %lld keep their numbers", name,
                           (long long)size, (long long)n);
    for (int64_t i = 0; numbers && i < n; i++)
        if (numbers[i] < -1 || numbers[i] >= size)
            return wrmf_i_fail(err, WRMF_E_RANGE, "%s[%lld] is %lld, not in -1 .. %lld", name,
                               (long long)i, (long long)numbers[i], (long long)size - 1);
    return WRMF_OK;
}

wrmf_status wrmf_matrix_renumber(const wrmf_matrix *matrix, const int64_t *users, int64_t n_users,
                                 const int64_t *items, int64_t n_items, wrmf_matrix **out,
                                 wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if (n_users < 0 || n_users > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_users is %lld, not in 0 .. 2^31 - 1",
                           (long long)n_users);
    if (n_items < 0 || n_items > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_items is %lld, not in 0 .. 2^31 - 1",
                           (long long)n_items);
    WRMF_I_TRY(check_numbers("users", users, matrix->rows, n_users, err));
    WRMF_I_TRY(check_numbers("items", items, matrix->columns, n_items, err));
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status =
        wrmf_i_matrix_renumber(matrix, users, n_users, items, n_items, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_without(const wrmf_matrix *matrix, wrmf_side side, const int64_t *indices,
                                int64_t n, wrmf_matrix **out, wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!indices && n > 0)
        return wrmf_i_fail_null(err, "indices");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    const int64_t size = side == WRMF_USERS ? matrix->rows : matrix->columns;
    WRMF_I_TRY(wrmf_i_check_indices("indices", indices, n, size, err));
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status = wrmf_i_matrix_without(matrix, side, indices, n, out, err);
    wrmf_i_call_end(&call);
    return status;
}

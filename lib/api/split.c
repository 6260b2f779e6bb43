/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/split.h"

#include <math.h>

#include "base/number.h"
#include "data/derive.h"

static wrmf_status check_share(double share, wrmf_error *err)
{
    if (!isfinite(share))
        return wrmf_i_fail(err, WRMF_E_RANGE, "share is not finite");
    if (share < 0 || share > 1) {
        char text[WRMF_I_NUMBER_TEXT];
        wrmf_i_number_print_real(share, text);
        return wrmf_i_fail(err, WRMF_E_RANGE, "share is %s, not in 0 .. 1", text);
    }
    return WRMF_OK;
}

wrmf_status wrmf_matrix_split_share(const wrmf_matrix *matrix, wrmf_share_of of, double share,
                                    uint64_t seed, wrmf_matrix **train, wrmf_matrix **test,
                                    wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!train)
        return wrmf_i_fail_null(err, "train");
    if (!test)
        return wrmf_i_fail_null(err, "test");
    if (of != WRMF_SHARE_OF_EACH_USER && of != WRMF_SHARE_OF_ALL)
        return wrmf_i_fail(err, WRMF_E_RANGE, "of is %d, none there is", (int)of);
    WRMF_I_TRY(check_share(share, err));
    wrmf_matrix *parts[2];
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status = wrmf_i_matrix_split_share(matrix, of, share, seed, parts, err);
    wrmf_i_call_end(&call);
    if (status == WRMF_OK) {
        *train = parts[0];
        *test = parts[1];
    }
    return status;
}

wrmf_status wrmf_matrix_split_users(const wrmf_matrix *matrix, int64_t n_users, double share,
                                    uint64_t seed, wrmf_matrix **train, wrmf_matrix **given,
                                    wrmf_matrix **test, int64_t *heldout, wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!train)
        return wrmf_i_fail_null(err, "train");
    if (!given)
        return wrmf_i_fail_null(err, "given");
    if (!test)
        return wrmf_i_fail_null(err, "test");
    if (n_users < 0 || n_users > matrix->rows)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_users is %lld, not in 0 .. %lld",
                           (long long)n_users, (long long)matrix->rows);
    WRMF_I_TRY(check_share(share, err));
    wrmf_matrix *parts[3];
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status =
        wrmf_i_matrix_split_users(matrix, n_users, share, seed, parts, heldout, err);
    wrmf_i_call_end(&call);
    if (status == WRMF_OK) {
        *train = parts[0];
        *given = parts[1];
        *test = parts[2];
    }
    return status;
}

static wrmf_status check_timed(const wrmf_matrix *matrix, const double *times,
                               wrmf_matrix *const *train, wrmf_matrix *const *test, wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!times && wrmf_i_matrix_entries(matrix) > 0)
        return wrmf_i_fail_null(err, "times");
    if (!train)
        return wrmf_i_fail_null(err, "train");
    return test ? WRMF_OK : wrmf_i_fail_null(err, "test");
}

wrmf_status wrmf_matrix_split_last(const wrmf_matrix *matrix, const double *times, int64_t count,
                                   wrmf_matrix **train, wrmf_matrix **test, wrmf_error *err)
{
    WRMF_I_TRY(check_timed(matrix, times, train, test, err));
    if (count < 1)
        return wrmf_i_fail(err, WRMF_E_RANGE, "count is %lld, below 1", (long long)count);
    wrmf_matrix *parts[2];
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status = wrmf_i_matrix_split_last(matrix, times, count, parts, err);
    wrmf_i_call_end(&call);
    if (status == WRMF_OK) {
        *train = parts[0];
        *test = parts[1];
    }
    return status;
}

wrmf_status wrmf_matrix_split_since(const wrmf_matrix *matrix, const double *times, double moment,
                                    wrmf_matrix **train, wrmf_matrix **test, wrmf_error *err)
{
    WRMF_I_TRY(check_timed(matrix, times, train, test, err));
    if (!isfinite(moment))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "moment is not finite");
    wrmf_matrix *parts[2];
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status = wrmf_i_matrix_split_since(matrix, times, moment, parts, err);
    wrmf_i_call_end(&call);
    if (status == WRMF_OK) {
        *train = parts[0];
        *test = parts[1];
    }
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/weighting.h"

#include <math.h>

#include "base/number.h"
#include "data/derive.h"
#include "data/validate.h"
#include "data/weighting.h"

static wrmf_status check_within(const char *name, double value, double max, wrmf_error *err)
{
    if (value >= 0 && value <= max)
        return WRMF_OK;
    if (!isfinite(value))
        return wrmf_i_fail(err, WRMF_E_RANGE, "%s is not finite", name);
    char text[WRMF_I_NUMBER_TEXT];
    wrmf_i_number_print_real(value, text);
    return wrmf_i_fail(err, WRMF_E_RANGE, "%s is %s, not in 0 .. %.0f", name, text, max);
}

static wrmf_status weigh(const wrmf_matrix *matrix, const wrmf_i_weighting *weighting,
                         wrmf_matrix **out, wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    WRMF_I_TRY(wrmf_i_check_side("documents", weighting->documents, err));
    WRMF_I_TRY(check_within("k1", weighting->k1, 100000, err));
    WRMF_I_TRY(check_within("b", weighting->b, 1, err));
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    const wrmf_status status =
        wrmf_i_has_dislikes(matrix)
            ? wrmf_i_fail(err, WRMF_E_FORMAT, "the matrix has dislikes: weigh the likes alone")
            : wrmf_i_matrix_weigh(matrix, weighting, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_weight_bm25(const wrmf_matrix *matrix, wrmf_side documents, double k1,
                                    double b, wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_i_weighting weighting = {true, documents, k1, b};
    return weigh(matrix, &weighting, out, err);
}

wrmf_status wrmf_matrix_weight_tfidf(const wrmf_matrix *matrix, wrmf_side documents,
                                     wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_i_weighting weighting = {false, documents, 0, 0};
    return weigh(matrix, &weighting, out, err);
}

wrmf_status wrmf_matrix_with_dislikes(const wrmf_matrix *likes, const wrmf_matrix *dislikes,
                                      wrmf_matrix **out, wrmf_error *err)
{
    if (!likes)
        return wrmf_i_fail_null(err, "likes");
    if (!dislikes)
        return wrmf_i_fail_null(err, "dislikes");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, likes);
    wrmf_i_matrix_keep(&call, dislikes);
    const wrmf_status status =
        wrmf_i_has_dislikes(dislikes)
            ? wrmf_i_fail(err, WRMF_E_FORMAT, "dislikes has counts below 0 itself")
            : wrmf_i_matrix_with_dislikes(likes, dislikes, out, err);
    wrmf_i_call_end(&call);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/compare.h - how the lists and the objectives of two models differ.
 */
#ifndef WRMF_EVAL_COMPARE_H
#define WRMF_EVAL_COMPARE_H

#include "data/csr.h"
#include "model/model.h"
#include "wrmf/grow.h"

/** What is compared; all borrowed. The first model may be of fewer rows than the second, which has
 *  the shape of the matrix. */
typedef struct wrmf_i_comparing {
    const wrmf_model *model[2]; /* before, after */
    const wrmf_matrix *matrix;
    const int64_t *users; /* of the first model; NULL: 0 .. n - 1 */
    int64_t n;
    int64_t length; /* of the lists */
} wrmf_i_comparing;

/** wrmf_model_compare(). */
wrmf_status wrmf_i_compare(wrmf_context *context, const wrmf_i_comparing *comparing,
                           wrmf_comparison *out, wrmf_error *err);

#endif /* WRMF_EVAL_COMPARE_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/weighting.h - counts turned into the weights of wrmf/weighting.h.
 */
#ifndef WRMF_DATA_WEIGHTING_H
#define WRMF_DATA_WEIGHTING_H

#include "data/csr.h"
#include "wrmf/types.h"

typedef struct wrmf_i_weighting {
    bool bm25;           /* else TF-IDF */
    wrmf_side documents; /* which side they are */
    double k1, b;        /* of BM25 */
} wrmf_i_weighting;

/** Make the matrix of the weights that are above 0. Arguments are in range. */
wrmf_status wrmf_i_matrix_weigh(const wrmf_matrix *matrix, const wrmf_i_weighting *weighting,
                                wrmf_matrix **out, wrmf_error *err);

#endif /* WRMF_DATA_WEIGHTING_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/rank_real.h - the score kernels of a template's precision. Included by templates only.
 */
#ifndef WRMF_RANK_RANK_REAL_H
#define WRMF_RANK_RANK_REAL_H

#include "linalg/real.h"
#include "linalg/score_kernels.h"

typedef RFN(score_kernels) score_kernels;

static inline const score_kernels *kernels_of(wrmf_i_cpu cpu)
{
    return RFN(score_kernels_get)(cpu);
}

#endif /* WRMF_RANK_RANK_REAL_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/rank_real.h - the score kernels of a template's precision. Included by templates only.
 */
#ifndef WRMF_RANK_RANK_REAL_H
#define WRMF_RANK_RANK_REAL_H

#include "linalg/real.h"
#include "linalg/score_kernels.h"

#if WRMF_BITS == 32
typedef wrmf_i_score_kernels_f32 score_kernels;
#else
typedef wrmf_i_score_kernels_f64 score_kernels;
#endif

static inline const score_kernels *kernels_of(wrmf_i_cpu cpu)
{
#if WRMF_BITS == 32
    return wrmf_i_score_kernels_get_f32(cpu);
#else
    return wrmf_i_score_kernels_get_f64(cpu);
#endif
}

#endif /* WRMF_RANK_RANK_REAL_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/score_kernels.h - the kernels that score items, in a table per precision and CPU
 * level.
 *
 * A score is x.y summed over the factors in ascending order, one accumulator a
 * pair, whatever else is computed beside it: so one list, a batch and a single
 * score have the same bits.
 */
#ifndef WRMF_LINALG_SCORE_KERNELS_H
#define WRMF_LINALG_SCORE_KERNELS_H

#include <stdint.h>

#include "par/context.h"

/** Items of a panel: 128 bytes of a factor. */
#define WRMF_I_PANEL_BYTES 128
#define WRMF_I_PANEL_F32 32
#define WRMF_I_PANEL_F64 16
/** Users that tile() takes at a time. */
enum { WRMF_I_TILE_USERS = 12 };
/** Scores that few() takes at a time. */
enum { WRMF_I_SCORE_FEW = 8 };
/** Between these, a scale and what it scales to about 1 are normal numbers far from the ends. */
#define WRMF_I_SCALE_LEAST_F32 1e-30
#define WRMF_I_SCALE_MOST_F32 1e30
#define WRMF_I_SCALE_LEAST_F64 1e-290
#define WRMF_I_SCALE_MOST_F64 1e290

#define WRMF_I_SCORE_KERNELS(REAL, SUFFIX)                                                         \
    typedef struct wrmf_i_score_kernels_##SUFFIX {                                                 \
        /** Lay n <= PANEL rows, `stride` apart, side by side: panel[k * PANEL + i]; zeros         \
         *  behind the n. */                                                                       \
        void (*pack)(const REAL *rows, int64_t n, int64_t stride, int64_t factors, REAL *panel);   \
        /** Scores of TILE_USERS users (rows `factors` apart) for a panel:                         \
         *  out[user * PANEL + i]. */                                                              \
        void (*tile)(const REAL *users, int64_t factors, const REAL *panel, REAL *out);            \
        /** The same for one user. */                                                              \
        void (*single)(const REAL *user, int64_t factors, const REAL *panel, REAL *out);           \
        /** The same for one user and PANEL rows in place, `stride` apart, which are readable to   \
         *  the next multiple of 16 bytes behind the factors; what lies behind the panel is        \
         *  prefetched. */                                                                         \
        void (*in_place)(const REAL *user, int64_t factors, const REAL *rows, int64_t stride,      \
                         REAL *out);                                                               \
        /** One score. */                                                                          \
        REAL (*score)(const REAL *user, const REAL *item, int64_t factors);                        \
        /** SCORE_FEW of them. */                                                                  \
        void (*few)(const REAL *const *users, const REAL *const *items, int64_t factors,           \
                    REAL *out);                                                                    \
        /** Which of PANEL scores are above the threshold: bit i for score i. */                   \
        uint32_t (*above)(const REAL *scores, REAL threshold);                                     \
        /** Which of PANEL scores are above the threshold when each is multiplied by its scale,    \
         *  0 or positive, or may be: those are told, too, whose scale is not 0 and not in         \
         *  SCALE_LEAST .. SCALE_MOST, where rounding could lose more than a few units. */         \
        uint32_t (*scaled_above)(const REAL *scores, const double *scales, REAL threshold);        \
    } wrmf_i_score_kernels_##SUFFIX;                                                               \
    const wrmf_i_score_kernels_##SUFFIX *wrmf_i_score_kernels_get_##SUFFIX(wrmf_i_cpu cpu);

WRMF_I_SCORE_KERNELS(float, f32)
WRMF_I_SCORE_KERNELS(double, f64)

#endif /* WRMF_LINALG_SCORE_KERNELS_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/row_kernels.h - the kernels that rows are solved with, in a table per precision
 * and CPU level. No kernel allocates, locks or calls BLAS.
 *
 * `width` is the padded length of a factor row: a multiple of 16, with zeros
 * behind the factors. Matrices of width x width are stored row by row.
 */
#ifndef WRMF_LINALG_ROW_KERNELS_H
#define WRMF_LINALG_ROW_KERNELS_H

#include <stdint.h>

#include "par/context.h"

/** What of a square matrix may be other than zero. */
typedef enum wrmf_i_shape { WRMF_I_FULL, WRMF_I_UPPER, WRMF_I_LOWER } wrmf_i_shape;
/** Rows that outer() and the callers who feed it take at a time. */
enum { WRMF_I_BLOCK = 64 };
/** Entries of a row that short_row() takes at most. */
enum { WRMF_I_SHORT_ROW = 32 };
/** Systems that cholesky_small() takes at most, their width, and the numbers of its work. */
enum {
    WRMF_I_SMALL_SYSTEMS = 16,
    WRMF_I_SMALL_WIDTH = 48,
    WRMF_I_SMALL_WORK = (WRMF_I_SMALL_WIDTH / 2 + 3) * WRMF_I_SMALL_WIDTH * 16,
};

/** Rows that will be gathered next: kernels that have time ask the memory for some, and
 *  take them off. */
typedef struct wrmf_i_prefetch {
    const void *from;
    const int32_t *index;
    int64_t n;
    int64_t bytes; /* of a row */
} wrmf_i_prefetch;

static inline void wrmf_i_prefetch_one(wrmf_i_prefetch *soon)
{
    if (soon->n == 0)
        return;
    const char *const row = (const char *)soon->from + *soon->index++ * soon->bytes;
    soon->n--;
    for (int64_t byte = 0; byte < soon->bytes; byte += 64)
        __builtin_prefetch(row + byte, 0, 2);
}

/** Ask for all of them. */
static inline void wrmf_i_prefetch_all(wrmf_i_prefetch *soon)
{
    const wrmf_i_prefetch them = *soon; /* in registers */
    for (int64_t i = 0; i < them.n; i++) {
        const char *const row = (const char *)them.from + them.index[i] * them.bytes;
        for (int64_t byte = 0; byte < them.bytes; byte += 64)
            __builtin_prefetch(row + byte, 0, 2);
    }
    soon->n = 0;
}

/** Entries that a row with n of them is padded to. */
static inline int64_t wrmf_i_padded_row(int64_t n)
{
    return (n + 3) & ~(int64_t)3;
}

#define WRMF_I_ROW_KERNELS(REAL, SUFFIX)                                                           \
    typedef struct wrmf_i_row_kernels_##SUFFIX {                                                   \
        /** c += sum over i < n of a_i b_i', in the tiles on and above the diagonal, of the        \
         *  first `rows` rows of c and maybe some more. Rows of a, b and c are width apart. */     \
        void (*outer)(REAL * c, const REAL *a, const REAL *b, int64_t n, int64_t width,            \
                      int64_t rows);                                                               \
        /** out_i = in_i m for n rows; in and out may be the same. What m's shape says is          \
         *  zero is passed over, within a few columns. scratch: 8 width. */                        \
        void (*rotate)(const REAL *in, int64_t n, int64_t width, const REAL *m,                    \
                       wrmf_i_shape shape, REAL *out, REAL *scratch);                              \
        /** The same with m, of any shape, and all sums in float64; rounded once. */               \
        void (*rotate64)(const REAL *in, int64_t n, int64_t width, const double *m, REAL *out,     \
                         double *scratch);                                                         \
        /** to_i = from_(index_i) for n rows, and rows of zeros behind, padded. */                 \
        void (*gather)(const REAL *from, const int32_t *index, int64_t n, int64_t width,           \
                       REAL *to);                                                                  \
        /** Conjugate gradients on (I + W' D W) z = W' c, W being n gathered rows; n, d and        \
         *  c padded by zeros. c NULL, not if warm: the right side is in z instead. Starts at z    \
         *  if warm, else at 0; stops when the residual is <= tolerance ||z||, or after            \
         *  try_steps if that is not half way (the root of the tolerance), or after max_steps.     \
         * *residual gets the last residual over ||z||. work: 3 width. Returns the steps, or -1 at \
         * a breakdown (z is then of no use). */                                                   \
        int (*cg)(const REAL *w, int64_t n, int64_t width, const REAL *d, const REAL *c, REAL *z,  \
                  int warm, int try_steps, int max_steps, double tolerance, wrmf_i_prefetch *soon, \
                  REAL *work, double *residual);                                                   \
        /** The same on (G + W' D W) z = W' c with a full matrix g, for comparison. */             \
        int (*cg_plain)(const REAL *g, const REAL *w, int64_t n, int64_t width, const REAL *d,     \
                        const REAL *c, REAL *z, int max_steps, double tolerance, REAL *work,       \
                        double *residual);                                                         \
        /** The y for which W' y solves (I + W' D W) z = W' c, directly, from an n x n system:     \
         *  n <= WRMF_I_SHORT_ROW gathered rows, d > 0, n, d and c padded by zeros. Returns 0      \
         *  at a breakdown. work: WRMF_I_SHORT_ROW squared. */                                     \
        int (*short_row)(const REAL *w, int64_t n, int64_t width, const REAL *d, const REAL *c,    \
                         REAL *y, REAL *work);                                                     \
        /** z += sum c_i w_i. */                                                                   \
        void (*combine)(const REAL *w, int64_t n, int64_t width, const REAL *c, REAL *z);          \
        /** u_i = d_i w_i. */                                                                      \
        void (*scale)(const REAL *w, int64_t n, int64_t width, const REAL *d, REAL *u);            \
        /** Factorize a, of which the part on and above the diagonal is looked at, in place, and   \
         *  solve for b in place. The first n unknowns, rounded up to 8, are solved for; beyond    \
         *  them a is taken for the identity, and b must be 0. Returns 0 if a is not positive      \
         *  definite or not finite. scratch: 16 width. */                                          \
        int (*cholesky)(REAL * a, int64_t n, int64_t width, REAL *b, REAL *scratch);               \
        /** The same for n <= WRMF_I_SMALL_SYSTEMS systems a_r x = b_r side by side, of            \
         *  width <= WRMF_I_SMALL_WIDTH; from number `factors` on, rounded up to 4, a is not       \
         *  looked at and x is 0. a_r stays as it is. Returns bits of those solved; b_r of the     \
         *  others stays. work: WRMF_I_SMALL_WORK. */                                              \
        uint32_t (*cholesky_small)(const REAL *const *a, REAL *const *b, int64_t n,                \
                                   int64_t factors, int64_t width, REAL *work);                    \
        /** out_i = ||row_i||^2. */                                                                \
        void (*norms)(const REAL *rows, int64_t n, int64_t width, REAL *out);                      \
        /** to = from, as float64; n is a multiple of 16. */                                       \
        void (*widen)(const REAL *from, int64_t n, double *to);                                    \
        /** out_i = x . row_(index_i), with products and sums in float64. */                       \
        void (*dots64)(const double *x, const REAL *rows, const int32_t *index, int64_t n,         \
                       int64_t width, double *out);                                                \
    } wrmf_i_row_kernels_##SUFFIX;                                                                 \
    /** The table for a level that wrmf_i_cpu_can() run. */                                        \
    const wrmf_i_row_kernels_##SUFFIX *wrmf_i_row_kernels_get_##SUFFIX(wrmf_i_cpu cpu);

WRMF_I_ROW_KERNELS(float, f32)
WRMF_I_ROW_KERNELS(double, f64)

#endif /* WRMF_LINALG_ROW_KERNELS_H */

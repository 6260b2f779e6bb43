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

#include "linalg/prefetch.h"
#include "par/context.h"

/** Which entries of a square matrix may differ from zero. */
typedef enum wrmf_i_shape { WRMF_I_FULL, WRMF_I_UPPER, WRMF_I_LOWER } wrmf_i_shape;
/** Rows that outer() and its callers take at a time. */
enum { WRMF_I_BLOCK = 64 };
/** Columns of a panel of rotate_panels() and outer_panels(), and the depth in which both go on: a
 *  panel of this depth stays in the first cache. */
enum { WRMF_I_PANEL = 16, WRMF_I_PANEL_DEPTH = 128 };
/** The most rows that rotate_panels() takes, and rows of its scratch. */
enum { WRMF_I_PANEL_ROWS = 64, WRMF_I_PANEL_SCRATCH = WRMF_I_PANEL_ROWS + 16 };
/** From this width on, square matrices that rows are multiplied by are packed into panels. */
enum { WRMF_I_WIDE = 256 };
/** The most rows that a system of short_row() has. */
enum { WRMF_I_SHORT_ROW = 32 };
/** Limits of cholesky_batch(): systems, their width; and the numbers of its work. */
enum {
    WRMF_I_BATCH_SYSTEMS = 16,
    WRMF_I_BATCH_WIDTH = 48,
    WRMF_I_BATCH_WORK = (WRMF_I_BATCH_WIDTH / 2 + 3) * WRMF_I_BATCH_WIDTH * 16,
};

/** The part of a sum of outer products that outer_panels() adds to. */
typedef struct wrmf_i_outer {
    int64_t rows, columns;    /* of the part; columns: a multiple of WRMF_I_PANEL */
    int64_t depth;            /* terms: at most WRMF_I_PANEL_DEPTH */
    int64_t stride, m_stride; /* from one row of the factors, of m, to the next */
    int64_t above; /* rows of m at or behind column + WRMF_I_PANEL + above need not be added to */
} wrmf_i_outer;

/** When conjugate gradients stop, and where they start. */
typedef struct wrmf_i_cg_rule {
    bool warm;        /* start from the z that is given, else from 0 */
    int try_steps;    /* stop after so many steps unless ||residual|| is half way to where it
                         stops: at most sqrt(tolerance) ||z|| */
    int max_steps;    /* stop after so many steps in any case */
    double tolerance; /* stop where ||residual|| <= tolerance ||z||, */
    double reduction; /* or, in a warm start, <= reduction ||residual at the start||; 0: not */
} wrmf_i_cg_rule;

/** How conjugate gradients ended. */
typedef struct wrmf_i_cg_end {
    double residual; /* ||residual|| / ||z||; infinite, or 0 if there is no residual, for z = 0 */
    bool reached;    /* what the rule asks of the residual, not only the number of steps */
} wrmf_i_cg_end;

/** The rows of a system with n of them, padded by rows of zeros: n rounded up to 4. */
static inline int64_t wrmf_i_padded_row(int64_t n)
{
    return (n + 3) & ~(int64_t)3;
}

#define WRMF_I_ROW_KERNELS(REAL, SUFFIX)                                                           \
    /** The system (I + W' D W) z = W' b of one row. With a diagonal S, W = V S for the rows v     \
     *  that were gathered: then x = S z solves (S^-2 + V' D V) x = V' b, so that rows with        \
     *  regularizations of their own can share V. Arrays are padded by zeros to                    \
     *  wrmf_i_padded_row(n). */                                                                   \
    typedef struct wrmf_i_system_##SUFFIX {                                                        \
        REAL *w; /* n rows, width apart: gather() fills them */                                    \
        int64_t n, width;                                                                          \
        const REAL *d;             /* n extra weights, the diagonal of D */                        \
        const REAL *b;             /* n target coefficients; NULL, for a cold cg() alone: z holds  \
                                      the right side W' b */                                       \
        const REAL *diagonal;      /* width numbers, that of S; NULL: S is the identity */         \
        REAL shift;                /* cg_unwhitened() alone adds it to the diagonal of g */        \
        wrmf_i_prefetch *prefetch; /* what the next system gathers, or NULL */                     \
    } wrmf_i_system_##SUFFIX;                                                                      \
                                                                                                   \
    /** Rows that are multiplied by a vector. */                                                   \
    typedef struct wrmf_i_score_rows_##SUFFIX {                                                    \
        const REAL *from;                                                                          \
        int64_t stride, n, columns; /* columns: numbers of a row, a multiple of 16 */              \
        const int32_t *index;       /* n: row i begins at from + index_i stride; NULL: i stride */ \
    } wrmf_i_score_rows_##SUFFIX;                                                                  \
                                                                                                   \
    typedef struct wrmf_i_row_kernels_##SUFFIX {                                                   \
        /** m += sum over i < n of a_i b_i', in the tiles on and above the diagonal, of the        \
         *  first `rows` rows of m and maybe some more. Rows of a, b and m are width apart. */     \
        void (*outer)(REAL * m, const REAL *a, const REAL *b, int64_t n, int64_t width,            \
                      int64_t rows);                                                               \
        /** The same of rows first .. last - 1 of m, which are multiples of 8, or width. */        \
        void (*outer_part)(REAL * m, const REAL *a, const REAL *b, int64_t n, int64_t width,       \
                           int64_t first, int64_t last);                                           \
        /** out_i = in_i m for n rows; in and out may be the same. Entries that m's shape says     \
         *  are zero are not read, within a few columns. scratch: 8 width. */                      \
        void (*rotate)(const REAL *in, int64_t n, int64_t width, const REAL *m,                    \
                       wrmf_i_shape shape, REAL *out, REAL *scratch);                              \
        /** The same with m, of any shape, and all sums in float64; rounded once. */               \
        void (*rotate64)(const REAL *in, int64_t n, int64_t width, const double *m, REAL *out,     \
                         double *scratch);                                                         \
        /** The same, with the same bits, for n <= WRMF_I_PANEL_ROWS rows and a matrix that is     \
         *  packed: number (k, c) is panels[(c / WRMF_I_PANEL * width + k) * WRMF_I_PANEL          \
         *  + c % WRMF_I_PANEL]. Pays where a matrix does not fit into the second cache.           \
         *  scratch: WRMF_I_PANEL_SCRATCH x width. */                                              \
        void (*rotate_panels)(const REAL *in, int64_t n, int64_t width, const REAL *panels,        \
                              wrmf_i_shape shape, REAL *out, REAL *scratch);                       \
        /** The two steps of it. Numbers from .. to-1 of each of n <= WRMF_I_PANEL_ROWS rows are   \
         *  copied to where multiply_tiles() reads them: WRMF_I_PANEL_SCRATCH x width numbers. */  \
        void (*pack_tiles)(const REAL *in, int64_t n, int64_t width, int64_t from, int64_t to,     \
                           REAL *tiles);                                                           \
        /** out_i = in_i m for n rows and the first `columns` columns of the panels given, a       \
         *  multiple of WRMF_I_PANEL. Rows of out are `columns` apart. */                          \
        void (*multiply_tiles)(const REAL *tiles, int64_t n, int64_t width, const REAL *panels,    \
                               int64_t columns, REAL *out);                                        \
        /** m += sum over k < depth of a_k b_k'. scratch: (rows + 16 + WRMF_I_PANEL) x depth. */   \
        void (*outer_panels)(const wrmf_i_outer *shape, const REAL *a, const REAL *b, REAL *m,     \
                             REAL *scratch);                                                       \
        /** system->w_i = S from_(index_i) for system->n rows, and the padding behind them. */     \
        void (*gather)(const wrmf_i_system_##SUFFIX *system, const REAL *from,                     \
                       const int32_t *index);                                                      \
        /** to_i = the first `columns` numbers, a multiple of 16, of the row index_i of those that \
         *  begin at from, stride apart; rows of to are `columns` apart. */                        \
        void (*gather_columns)(const REAL *from, int64_t stride, const int32_t *index, int64_t n,  \
                               int64_t columns, REAL *to);                                         \
        /** e_i -= d_i (row_i . x) for each of the rows. */                                        \
        void (*subtract_scores)(const wrmf_i_score_rows_##SUFFIX *rows, const REAL *x,             \
                                const REAL *d, REAL *e);                                           \
        /** Solve a system by conjugate gradients. work: 3 width. Returns the steps, or -1 at a    \
         *  breakdown (z is then of no use): where the curvature is not positive, the residual     \
         *  grows beyond what the precision can explain, or a number is not finite. */             \
        int (*cg)(const wrmf_i_system_##SUFFIX *system, const wrmf_i_cg_rule *rule, REAL *z,       \
                  REAL *work, wrmf_i_cg_end *end);                                                 \
        /** The same with a full matrix g in place of I: not whitened. */                          \
        int (*cg_unwhitened)(const REAL *g, const wrmf_i_system_##SUFFIX *system,                  \
                             const wrmf_i_cg_rule *rule, REAL *z, REAL *work, wrmf_i_cg_end *end); \
        /** The y for which z = W' y solves a system, directly, from n x n numbers:                \
         *  n <= WRMF_I_SHORT_ROW, d > 0. Returns 0 at a breakdown. work: WRMF_I_SHORT_ROW         \
         *  squared. */                                                                            \
        int (*short_row)(const wrmf_i_system_##SUFFIX *system, REAL *y, REAL *work);               \
        /** z += sum over i < n of b_i w_i. */                                                     \
        void (*combine)(const REAL *w, int64_t n, int64_t width, const REAL *b, REAL *z);          \
        /** u_i = d_i w_i. */                                                                      \
        void (*scale)(const REAL *w, int64_t n, int64_t width, const REAL *d, REAL *u);            \
        /** Factorize a = L D L', of which the part on and above the diagonal is read, in place:   \
         *  D L' is there afterwards; and solve a x = b in place. The first n unknowns, rounded up \
         *  to 8, are solved for; beyond them a is taken for the identity, and b must be 0.        \
         *  Returns 0 if a is not positive definite or not finite. scratch: 16 width. */           \
        int (*cholesky)(REAL * a, int64_t n, int64_t width, REAL *b, REAL *scratch);               \
        /** The same for n <= WRMF_I_BATCH_SYSTEMS systems a_r x = b_r side by side, of            \
         *  width <= WRMF_I_BATCH_WIDTH; from number `factors` on, rounded up to 4, a is not       \
         *  read and x is 0. a_r stays as it is. Returns a set bit r for each system that is       \
         *  solved; b_r of the others stays. work: WRMF_I_BATCH_WORK, aligned to WRMF_I_ALIGN. */  \
        uint32_t (*cholesky_batch)(const REAL *const *a, REAL *const *b, int64_t n,                \
                                   int64_t factors, int64_t width, REAL *work);                    \
        /** out_i = ||row_i||^2. */                                                                \
        void (*norms)(const REAL *rows, int64_t n, int64_t width, REAL *out);                      \
        /** out[l stride + i] = sum over k of squares[l width + k] row_ik^2, for l < levels, a     \
         *  multiple of 4. */                                                                      \
        void (*scaled_norms)(const REAL *rows, int64_t n, int64_t width, const REAL *squares,      \
                             int64_t levels, REAL *out, int64_t stride);                           \
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

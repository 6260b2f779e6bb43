/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/row_templates.h - the kernels of row_kernels.h by the names that the templates define
 * them under, for the table of row_kernels_tmpl.c and for each other. Included by these
 * templates only; wrmf_i_row_kernels says what each does.
 */
#ifndef WRMF_LINALG_ROW_TEMPLATES_H
#define WRMF_LINALG_ROW_TEMPLATES_H

#include "linalg/real.h"
#include "linalg/row_kernels.h"

typedef RFN(system) row_system;
typedef RFN(row_kernels) row_kernels;

/** Vectors of float64 with as many lanes as fill a register, whatever the precision. */
typedef double wide __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));
typedef double wide_unaligned
    __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias, aligned(sizeof(double))));
#define WIDE_LANES (WRMF_VECTOR_BYTES / (int)sizeof(double))

/* tiles_tmpl.c */
void KFN(outer)(real *m, const real *a, const real *b, int64_t n, int64_t width, int64_t rows);
void KFN(outer_part)(real *m, const real *a, const real *b, int64_t n, int64_t width, int64_t first,
                     int64_t last);
void KFN(rotate)(const real *in, int64_t n, int64_t width, const real *m, wrmf_i_shape shape,
                 real *out, real *scratch);
void KFN(rotate64)(const real *in, int64_t n, int64_t width, const double *m, real *out,
                   double *scratch);
/* panels_tmpl.c */
void KFN(rotate_panels)(const real *in, int64_t n, int64_t width, const real *panels,
                        wrmf_i_shape shape, real *out, real *scratch);
void KFN(pack_tiles)(const real *in, int64_t n, int64_t width, int64_t from, int64_t to,
                     real *tiles);
void KFN(multiply_tiles)(const real *tiles, int64_t n, int64_t width, const real *panels,
                         int64_t columns, real *out);
void KFN(outer_panels)(const wrmf_i_outer *shape, const real *a, const real *b, real *m,
                       real *scratch);
/* gather_tmpl.c */
void KFN(gather)(const row_system *system, const real *from, const int32_t *index);
void KFN(gather_columns)(const real *from, int64_t stride, const int32_t *index, int64_t n,
                         int64_t columns, real *to);
void KFN(subtract_scores)(const RFN(score_rows) * rows, const real *x, const real *d, real *e);
void KFN(combine)(const real *w, int64_t n, int64_t width, const real *b, real *z);
void KFN(scale)(const real *w, int64_t n, int64_t width, const real *d, real *u);
void KFN(norms)(const real *rows, int64_t n, int64_t width, real *out);
void KFN(scaled_norms)(const real *rows, int64_t n, int64_t width, const real *squares,
                       int64_t levels, real *out, int64_t stride);
void KFN(widen)(const real *from, int64_t n, double *to);
void KFN(dots64)(const double *x, const real *rows, const int32_t *index, int64_t n, int64_t width,
                 double *out);
/* cg_tmpl.c */
int KFN(cg)(const row_system *system, const wrmf_i_cg_rule *rule, real *z, real *work,
            wrmf_i_cg_end *end);
int KFN(cg_unwhitened)(const real *g, const row_system *system, const wrmf_i_cg_rule *rule, real *z,
                       real *work, wrmf_i_cg_end *end);
/* short_row_tmpl.c, cholesky_tmpl.c, cholesky_batch_tmpl.c */
int KFN(short_row)(const row_system *system, real *y, real *work);
int KFN(cholesky)(real *a, int64_t n, int64_t width, real *b, real *scratch);
uint32_t KFN(cholesky_batch)(const real *const *a, real *const *b, int64_t n, int64_t factors,
                             int64_t width, real *work);

#endif /* WRMF_LINALG_ROW_TEMPLATES_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/whiten.h - the change of basis that turns the Gram matrix in the systems of
 * rows into the identity. docs/mathematics.md, "Whitening".
 *
 * With F such that F' (Y'Y + lambda I) F = I, a row's system
 *
 *     (Y'Y + Y_u' D Y_u + lambda I) x = Y_u' b
 * becomes
 *     (I + W_u' D W_u) z = W_u' b        with  W = Y F  and  x = F z.
 *
 * Where the matrix is well conditioned, F = L'^-1 of its factorization L L'. Elsewhere
 * F = Q S, with Y'Y = Q E Q' and S = (E + lambda)^(-1/2); directions in which E + lambda is
 * zero to working precision are dropped (their entry of S is 0): x is then the solution of
 * least norm.
 *
 * Where rows have regularizations of their own, F = Q alone, and each row has its S:
 * docs/mathematics.md (5a).
 */
#ifndef WRMF_ROW_WHITEN_H
#define WRMF_ROW_WHITEN_H

#include "linalg/row_kernels.h"
#include "row/row_options.h"

typedef struct wrmf_i_whitening {
    int64_t factors, width;
    const wrmf_context *context; /* of its memory */
    const double *gram;          /* Y'Y: width x width, on and above the diagonal; borrowed */
    double *forward;             /* F, zero-padded to width x width: rows w = y forward */
    double *back;                /* F': rows x = z back. NULL from WRMF_I_WIDE on */
    double *warm;                /* F'^-1: rows z = x warm. NULL from WRMF_I_WIDE on */
    wrmf_i_shape upper, lower;   /* upper: the shape of forward; lower: of back and of warm */
    double condition;            /* of Y'Y + lambda I, estimated */
    int64_t dropped;             /* directions that are zero to working precision */
    bool is_rotation;            /* F = Q, and values stay the eigenvalues, none below 0 */
    /* scratch of wrmf_i_whitening_make(), from which wrmf_i_whitening_pack() reads */
    double *values;  /* factors of them: the eigenvalues E, then the diagonal of S */
    double *vectors; /* L' or the eigenvectors, row by row */
    double *work;    /* of LAPACK, in doubles and in words; L'^-1 is made there, too. That of
                        eigenvectors of WRMF_I_WIDE factors and more is made when they are */
    int32_t *iwork;
    /* forward, back and warm in panels, linalg/row_kernels.h, made by wrmf_i_whitening_pack() */
    void *panels;
    size_t panel_bytes;
} wrmf_i_whitening;

wrmf_status wrmf_i_whitening_create(const wrmf_context *context, int64_t factors, int64_t width,
                                    wrmf_i_whitening *whitening, wrmf_error *err);
/** Bytes that a whitening holds while rows of so many bits are solved, wide ones in panels. */
double wrmf_i_whitening_bytes(const wrmf_i_row_options *options, int64_t factors, int64_t width,
                              int bits);
/** Those of them that it has from the first wrmf_i_whitening_pack() on. */
double wrmf_i_whitening_panel_bytes(const wrmf_i_row_options *options, int64_t width, int bits);
void wrmf_i_whitening_free(const wrmf_context *context, wrmf_i_whitening *whitening);

/** Fill it for the side that is held fixed, from its Gram matrix, which it borrows. */
wrmf_status wrmf_i_whitening_make(wrmf_i_whitening *whitening, const double *gram, double lambda,
                                  wrmf_error *err);

/** The same with F = Q; lambda is one that the rows' hardly fall below. */
wrmf_status wrmf_i_whitening_make_rotation(wrmf_i_whitening *whitening, const double *gram,
                                           double lambda, wrmf_error *err);
/** S = (E + lambda)^(-1/2) of a row: width numbers, 0 where E + lambda is zero to working precision
 *  and behind the factors. F is a rotation. */
void wrmf_i_whitening_diagonal(const wrmf_i_whitening *whitening, double lambda, double *diagonal);

/** From WRMF_I_WIDE on: pack forward, back and, if asked for, warm, each width x width numbers of
 * so many bits, one behind the other, into panels. Allocates where there is no room yet. */
wrmf_status wrmf_i_whitening_pack(wrmf_context *context, wrmf_i_whitening *whitening, int bits,
                                  bool warm, wrmf_error *err);

/** to = F' v and x = F z, for one row in float64: width numbers each, which may not overlap. */
void wrmf_i_whitening_turn(const wrmf_i_whitening *whitening, const double *v, double *to);
void wrmf_i_whitening_turn_back(const wrmf_i_whitening *whitening, const double *z, double *x);

#endif /* WRMF_ROW_WHITEN_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/factors.h - the factor rows of one side, of either precision and with any stride, as
 * everybody reads them who is not compiled for one precision.
 *
 * A row has `factors` numbers, and `stride` numbers on begins the next. Kernels want rows of
 * wrmf_i_factors_width() numbers with zeros behind the factors. Rows of a model are stored like
 * that; rows of a stored file are not padded. All results are the same bits either way.
 */
#ifndef WRMF_LINALG_FACTORS_H
#define WRMF_LINALG_FACTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

/** Padded rows have a multiple of so many numbers: 64 bytes of float. */
#define WRMF_I_STRIDE 16
/** Most factors of a model; a multiple of WRMF_I_STRIDE. */
enum { WRMF_I_MAX_FACTORS = 4096 };

/** A view: it owns nothing. */
typedef struct wrmf_i_factors {
    const void *data; /* row i begins at number i * stride */
    int bits;         /* of a number: 32, float, or 64, double */
    int64_t n;        /* rows */
    int64_t factors;  /* numbers of a row */
    int64_t stride;   /* factors, or the width: the numbers behind the factors are then 0 */
} wrmf_i_factors;

/** Numbers of a padded row. */
static inline int64_t wrmf_i_padded_width(int64_t factors)
{
    return (factors + WRMF_I_STRIDE - 1) / WRMF_I_STRIDE * WRMF_I_STRIDE;
}

static inline int64_t wrmf_i_factors_width(const wrmf_i_factors *view)
{
    return wrmf_i_padded_width(view->factors);
}

/** Bytes of a number. */
static inline size_t wrmf_i_factors_number_bytes(const wrmf_i_factors *view)
{
    return (size_t)view->bits / 8;
}

/** The n rows from `first` on as padded rows of doubles: the view's own where they are stored
 *  like that, else converted into `space`, which has room for n rows. */
const double *wrmf_i_factors_block(const wrmf_i_factors *view, wrmf_i_cpu cpu, int64_t first,
                                   int64_t n, double *space);

/** Copy the n rows from `first` on to padded rows of doubles. */
void wrmf_i_factors_widen(const wrmf_i_factors *view, wrmf_i_cpu cpu, int64_t first, int64_t n,
                          double *to);

/** Copy one row to `factors` doubles. */
void wrmf_i_factors_get_row(const wrmf_i_factors *view, int64_t row, double *to);
/** Copy one row to a padded row of doubles. */
void wrmf_i_factors_get_padded_row(const wrmf_i_factors *view, int64_t row, double *to);

/** What a row is multiplied by to have length 1: 0 if the row is zero; infinite if it is so short
 * or long that this is no normal number, and its numbers have to be divided by the largest first.
 */
double wrmf_i_factors_unit_scale(const wrmf_i_factors *view, int64_t row);

/** out_i = x . row index_i for n rows, with products and sums in float64; x is padded. */
void wrmf_i_factors_dots(const wrmf_i_factors *view, wrmf_i_cpu cpu, const double *x,
                         const int32_t *index, int64_t n, double *out);

/** Whether a number is finite after it is rounded to so many bits. */
bool wrmf_i_is_finite_in(int bits, double number);

/** Round n numbers to so many bits and store them behind the first `at` numbers of `data`. */
void wrmf_i_store_numbers(int bits, const double *from, int64_t n, void *data, int64_t at);

#endif /* WRMF_LINALG_FACTORS_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/unit_scales.h - what each row of a side is multiplied by to have length 1, for cosines.
 *
 * A model keeps them, 8 bytes a row, from the first time that somebody asks until its rows change.
 * Who asks only reads the model, as others may do at the same time: the first to finish gives the
 * model what he made, and all others take that. Who changes rows uses the model alone.
 */
#ifndef WRMF_MODEL_UNIT_SCALES_H
#define WRMF_MODEL_UNIT_SCALES_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "base/error.h"
#include "linalg/factors.h"

/** Zero-initialised: not known. */
typedef struct wrmf_i_unit_scales {
    _Atomic(double *) known; /* of each row; NULL: not known */
    bool is_borrowed;        /* they are not freed */
} wrmf_i_unit_scales;

/** *scales gets a number for each row, as wrmf_i_factors_unit_scale() makes it; borrowed until the
 *  rows change. Any number of threads at a time, on one allocator. WRMF_E_NOMEM. */
wrmf_status wrmf_i_unit_scales_get(const wrmf_i_unit_scales *cache, const wrmf_i_factors *rows,
                                   const wrmf_i_allocator *allocator, const double **scales,
                                   wrmf_error *err);

/** Take numbers that are there for rows that do not change, and outlive the cache. Nobody else has
 *  it yet. */
void wrmf_i_unit_scales_borrow(wrmf_i_unit_scales *cache, const double *scales);

/** Rows first .. first + n - 1 have changed: if their numbers are known, make them anew. */
void wrmf_i_unit_scales_update(wrmf_i_unit_scales *cache, const wrmf_i_factors *rows, int64_t first,
                               int64_t n);

/** Free what is known of the n rows, if it is. */
void wrmf_i_unit_scales_forget(wrmf_i_unit_scales *cache, const wrmf_i_allocator *allocator,
                               int64_t n);

#endif /* WRMF_MODEL_UNIT_SCALES_H */

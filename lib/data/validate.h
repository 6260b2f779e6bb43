/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/validate.h - whether what a caller gives is well formed.
 */
#ifndef WRMF_DATA_VALIDATE_H
#define WRMF_DATA_VALIDATE_H

#include <stdint.h>

#include "base/error.h"
#include "wrmf/types.h"

/** Check that both are 0 .. 2^31 - 1: WRMF_E_RANGE. */
wrmf_status wrmf_i_check_sizes(int64_t users, int64_t items, wrmf_error *err);

/** Check that n is not negative and that each of n indices is 0 .. size - 1: WRMF_E_RANGE, with a
 *  text that names the argument and the position. */
wrmf_status wrmf_i_check_indices(const char *name, const int64_t *indices, int64_t n, int64_t size,
                                 wrmf_error *err);

/** Compressed rows of a users x items matrix as a caller gives them: offsets and item indices of 32
 *  or of 64 bits, of which the others are NULL. */
typedef struct wrmf_i_given_rows {
    int64_t users, items;
    const int32_t *offsets32;
    const int64_t *offsets64; /* users + 1 */
    const int32_t *item32;
    const int64_t *item64;
    const double *count; /* NULL: each is 1 */
} wrmf_i_given_rows;

static inline int64_t wrmf_i_given_offset(const wrmf_i_given_rows *rows, int64_t row)
{
    return rows->offsets32 ? rows->offsets32[row] : rows->offsets64[row];
}

/** Check them. WRMF_E_NULL, WRMF_E_FORMAT, WRMF_E_RANGE or WRMF_E_NONFINITE, with a text that names
 *  the argument or the first bad row and position. */
wrmf_status wrmf_i_check_rows(const wrmf_i_given_rows *rows, wrmf_error *err);
/** Check that a count is finite and > 0: WRMF_E_NONFINITE or WRMF_E_FORMAT, with a text that names
 *  count[position]. */
wrmf_status wrmf_i_check_count(double count, int64_t position, wrmf_error *err);
/** Check that a side is one of the two: WRMF_E_RANGE, with a text that begins with the argument's
 *  name. */
wrmf_status wrmf_i_check_side(const char *name, wrmf_side side, wrmf_error *err);

#endif /* WRMF_DATA_VALIDATE_H */

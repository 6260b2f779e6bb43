/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/validate.h - whether what a caller gives is well formed.
 */
#ifndef WRMF_DATA_VALIDATE_H
#define WRMF_DATA_VALIDATE_H

#include <stdint.h>

#include "base/error.h"
#include "wrmf/types.h"

/** Check compressed rows of a users x items matrix. Their item indices come as item32 or as item64,
 *  of which the other is NULL; count may be NULL. WRMF_E_FORMAT, WRMF_E_RANGE or WRMF_E_NONFINITE,
 *  with a text that names the first bad row and position. */
wrmf_status wrmf_i_check_rows(int64_t users, int64_t items, const int64_t *offsets,
                              const int32_t *item32, const int64_t *item64, const double *count,
                              wrmf_error *err);
/** Check that a count is finite and > 0: WRMF_E_NONFINITE or WRMF_E_FORMAT, with a text that names
 *  count[position]. */
wrmf_status wrmf_i_check_count(double count, int64_t position, wrmf_error *err);
/** Check that a side is one of the two: WRMF_E_RANGE, with a text that begins with the argument's
 *  name. */
wrmf_status wrmf_i_check_side(const char *name, wrmf_side side, wrmf_error *err);

#endif /* WRMF_DATA_VALIDATE_H */

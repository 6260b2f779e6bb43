/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/validate.h"

#include <math.h>

#include "base/number.h"

wrmf_status wrmf_i_check_count(double count, int64_t position, wrmf_error *err)
{
    if (!isfinite(count))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "count[%lld] is not finite", (long long)position);
    if (count > 0)
        return WRMF_OK;
    char text[WRMF_I_NUMBER_TEXT]; /* printf() would follow the host's locale */
    wrmf_i_number_print_real(count, text);
    return wrmf_i_fail(err, WRMF_E_FORMAT, "count[%lld] is %s, not above 0", (long long)position,
                       text);
}

wrmf_status wrmf_i_check_side(const char *name, wrmf_side side, wrmf_error *err)
{
    if (side == WRMF_USERS || side == WRMF_ITEMS)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_RANGE, "%s is %d, neither users nor items", name, (int)side);
}

static wrmf_status check_offsets(int64_t users, const int64_t *offsets, wrmf_error *err)
{
    if (offsets[0] != 0)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "offsets[0] is %lld, not 0", (long long)offsets[0]);
    for (int64_t row = 0; row < users; row++)
        if (offsets[row + 1] < offsets[row])
            return wrmf_i_fail(
                err, WRMF_E_FORMAT, "offsets[%lld] is %lld, below the %lld before it",
                (long long)row + 1, (long long)offsets[row + 1], (long long)offsets[row]);
    return WRMF_OK;
}

wrmf_status wrmf_i_check_rows(int64_t users, int64_t items, const int64_t *offsets,
                              const int32_t *item32, const int64_t *item64, const double *count,
                              wrmf_error *err)
{
    WRMF_I_TRY(check_offsets(users, offsets, err));
    for (int64_t row = 0; row < users; row++) {
        int64_t before = -1;
        for (int64_t i = offsets[row]; i < offsets[row + 1]; i++) {
            const int64_t item = item32 ? item32[i] : item64[i];
            if (item < 0 || item >= items)
                return wrmf_i_fail(err, WRMF_E_RANGE,
                                   "row %lld: item[%lld] is %lld, not in 0 .. %lld", (long long)row,
                                   (long long)i, (long long)item, (long long)items - 1);
            if (item <= before)
                return wrmf_i_fail(err, WRMF_E_FORMAT,
                                   "row %lld: item[%lld] is %lld, not above the %lld before it",
                                   (long long)row, (long long)i, (long long)item,
                                   (long long)before);
            before = item;
            if (count)
                WRMF_I_TRY(wrmf_i_check_count(count[i], i, err));
        }
    }
    return WRMF_OK;
}

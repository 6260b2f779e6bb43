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

wrmf_status wrmf_i_check_indices(const char *name, const int64_t *indices, int64_t n, int64_t size,
                                 wrmf_error *err)
{
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, below 0", (long long)n);
    for (int64_t i = 0; i < n; i++)
        if (indices[i] < 0 || indices[i] >= size)
            return wrmf_i_fail(err, WRMF_E_RANGE, "%s[%lld] is %lld, not in 0 .. %lld", name,
                               (long long)i, (long long)indices[i], (long long)size - 1);
    return WRMF_OK;
}

wrmf_status wrmf_i_check_sizes(int64_t users, int64_t items, wrmf_error *err)
{
    if (users < 0 || users > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "users is %lld, not in 0 .. 2^31 - 1",
                           (long long)users);
    if (items < 0 || items > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "items is %lld, not in 0 .. 2^31 - 1",
                           (long long)items);
    return WRMF_OK;
}

static wrmf_status check_offsets(const wrmf_i_given_rows *rows, wrmf_error *err)
{
    int64_t before = wrmf_i_given_offset(rows, 0);
    if (before != 0)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "offsets[0] is %lld, not 0", (long long)before);
    for (int64_t row = 0; row < rows->users; row++) {
        const int64_t end = wrmf_i_given_offset(rows, row + 1);
        if (end < before)
            return wrmf_i_fail(err, WRMF_E_FORMAT,
                               "offsets[%lld] is %lld, below the %lld before it",
                               (long long)row + 1, (long long)end, (long long)before);
        before = end;
    }
    return WRMF_OK;
}

static wrmf_status check_row(const wrmf_i_given_rows *rows, int64_t row, wrmf_error *err)
{
    const int64_t end = wrmf_i_given_offset(rows, row + 1);
    int64_t before = -1;
    for (int64_t i = wrmf_i_given_offset(rows, row); i < end; i++) {
        const int64_t item = rows->item32 ? rows->item32[i] : rows->item64[i];
        if (item < 0 || item >= rows->items)
            return wrmf_i_fail(err, WRMF_E_RANGE, "row %lld: item[%lld] is %lld, not in 0 .. %lld",
                               (long long)row, (long long)i, (long long)item,
                               (long long)rows->items - 1);
        if (item <= before)
            return wrmf_i_fail(err, WRMF_E_FORMAT,
                               "row %lld: item[%lld] is %lld, not above the %lld before it",
                               (long long)row, (long long)i, (long long)item, (long long)before);
        before = item;
        if (rows->count)
            WRMF_I_TRY(wrmf_i_check_count(rows->count[i], i, err));
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_check_rows(const wrmf_i_given_rows *rows, wrmf_error *err)
{
    if (!rows->offsets32 && !rows->offsets64)
        return wrmf_i_fail_null(err, "offsets");
    WRMF_I_TRY(wrmf_i_check_sizes(rows->users, rows->items, err));
    if (!rows->item32 && !rows->item64 && wrmf_i_given_offset(rows, rows->users) > 0)
        return wrmf_i_fail_null(err, "item");
    WRMF_I_TRY(check_offsets(rows, err));
    for (int64_t row = 0; row < rows->users; row++)
        WRMF_I_TRY(check_row(rows, row, err));
    return WRMF_OK;
}

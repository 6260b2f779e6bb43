/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/bootstrap.h"

#include "eval/resampling.h"

enum { MOST_RESAMPLES = 1000000, MOST_COLUMNS = 65536 };

/* Check a table and how it is resampled, and fill `table`. */
static wrmf_status check_table(const char *name, const double *values, int64_t n, int64_t columns,
                               const wrmf_resampling *how, wrmf_i_resampled *table, wrmf_error *err)
{
    static const wrmf_resampling defaults = {sizeof defaults, 1000, 0.95, 0};
    if (n < 0 || n > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, not in 0 .. 2^31 - 1", (long long)n);
    if (!values && n > 0)
        return wrmf_i_fail_null(err, name);
    if (columns < 1 || columns > MOST_COLUMNS)
        return wrmf_i_fail(err, WRMF_E_RANGE, "columns is %lld, not in 1 .. %d", (long long)columns,
                           MOST_COLUMNS);
    *table = (wrmf_i_resampled){values, n, columns, how ? *how : defaults};
    if (table->how.struct_size != sizeof *how)
        return wrmf_i_fail(err, WRMF_E_RANGE, "struct_size of resampling is %zu, not %zu",
                           table->how.struct_size, sizeof *how);
    if (table->how.resamples < 1 || table->how.resamples > MOST_RESAMPLES)
        return wrmf_i_fail(err, WRMF_E_RANGE, "resampling.resamples is %lld, not in 1 .. 1000000",
                           (long long)table->how.resamples);
    return WRMF_OK;
}

wrmf_status wrmf_bootstrap_means(wrmf_context *context, const double *values, int64_t n,
                                 int64_t columns, const wrmf_resampling *resampling,
                                 wrmf_interval *intervals, wrmf_error *err)
{
    wrmf_i_resampled table;
    wrmf_i_call call = {0};
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!intervals)
        return wrmf_i_fail_null(err, "intervals");
    WRMF_I_TRY(check_table("values", values, n, columns, resampling, &table, err));
    if (!(table.how.level > 0 && table.how.level < 1))
        return wrmf_i_fail(err, WRMF_E_RANGE, "resampling.level is %g, not above 0 and below 1",
                           table.how.level);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_bootstrap_means(context, &table, intervals, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_randomization_test(wrmf_context *context, const double *differences, int64_t n,
                                    int64_t columns, const wrmf_resampling *resampling,
                                    double *p_values, wrmf_error *err)
{
    wrmf_i_resampled table;
    wrmf_i_call call = {0};
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!p_values)
        return wrmf_i_fail_null(err, "p_values");
    WRMF_I_TRY(check_table("differences", differences, n, columns, resampling, &table, err));
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_randomization_test(context, &table, p_values, err);
    wrmf_i_call_end(&call);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "par/first_failure.h"

#include <stdarg.h>
#include <stdio.h>

void wrmf_i_first_failure_set(wrmf_i_first_failure *first, int64_t position, wrmf_status status,
                              const char *format, ...)
{
    while (atomic_flag_test_and_set_explicit(&first->lock, memory_order_acquire)) {
    }
    if (first->status == WRMF_OK || position < first->position) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(first->text, sizeof first->text, format, arguments);
        va_end(arguments);
        first->status = status;
        first->position = position;
    }
    atomic_flag_clear_explicit(&first->lock, memory_order_release);
}

wrmf_status wrmf_i_first_failure_get(const wrmf_i_first_failure *first, wrmf_error *err)
{
    if (first->status == WRMF_OK)
        return WRMF_OK;
    return wrmf_i_fail(err, first->status, "%s", first->text);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <stdio.h>

#include "base/alloc.h"

void wrmf_i_format_line(char *line, size_t capacity, const char *format, va_list arguments)
{
    vsnprintf(line, capacity, format, arguments);
    for (char *c = line; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    }
}

wrmf_status wrmf_i_fail(wrmf_error *err, wrmf_status code, const char *format, ...)
{
    if (err) {
        va_list arguments;
        va_start(arguments, format);
        wrmf_i_format_line(err->text, sizeof err->text, format, arguments);
        va_end(arguments);
        err->code = code;
    }
    return code;
}

wrmf_status wrmf_i_fail_null(wrmf_error *err, const char *argument)
{
    return wrmf_i_fail(err, WRMF_E_NULL, "%s is NULL", argument);
}

wrmf_status wrmf_i_fail_memory(wrmf_error *err, const char *what)
{
    const size_t bytes = wrmf_i_take_refused();
    if (bytes == 0)
        return wrmf_i_fail(err, WRMF_E_NOMEM, "out of memory for %s", what);
    return wrmf_i_fail(err, WRMF_E_NOMEM, "out of memory: %zu bytes for %s", bytes, what);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/location.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/escape.h"

wrmf_status wrmf_i_fail_at(wrmf_error *err, wrmf_status code, const wrmf_i_location *location,
                           const char *format, ...)
{
    char text[WRMF_ERROR_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return wrmf_i_fail(err, code, "%s:%lld:%lld: %s", location->name, (long long)location->line,
                       (long long)location->column, text);
}

wrmf_status wrmf_i_fail_errno(wrmf_error *err, const char *what, const char *name, int number)
{
    char text[128];
    if (strerror_r(number, text, sizeof text) != 0)
        snprintf(text, sizeof text, "error %d", number);
    return wrmf_i_fail(err, WRMF_E_IO, "%s %s: %s", what, name, text);
}

const char *wrmf_i_excerpt(const char *text, size_t length, char buffer[WRMF_I_EXCERPT])
{
    const size_t room = WRMF_I_EXCERPT - sizeof "...";
    if (wrmf_i_escape(text, length, buffer, room + 1) > room)
        strcat(buffer, "...");
    return buffer;
}

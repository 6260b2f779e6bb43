/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

wrmf_status wrmf_i_fail(wrmf_error *err, wrmf_status code, const char *format, ...)
{
    if (err) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(err->text, sizeof err->text, format, arguments);
        va_end(arguments);
        /* names and excerpts come from files: the text must stay one line */
        for (char *c = err->text; *c; c++) {
            if ((unsigned char)*c < 0x20 || *c == 0x7f)
                *c = '?';
        }
        err->code = code;
    }
    return code;
}

wrmf_status wrmf_i_fail_null(wrmf_error *err, const char *argument)
{
    return wrmf_i_fail(err, WRMF_E_NULL, "%s is NULL", argument);
}

wrmf_status wrmf_i_fail_nomem(wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_NOMEM, "out of memory");
}

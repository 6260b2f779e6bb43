/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/lines.h"

#include <string.h>

wrmf_status wrmf_i_lines_init(wrmf_i_lines *lines, wrmf_context *context, wrmf_input *input,
                              wrmf_error *err)
{
    lines->line = 0;
    return wrmf_i_window_init(&lines->window, context, input, 0, err);
}

void wrmf_i_lines_free(wrmf_i_lines *lines)
{
    wrmf_i_window_free(&lines->window);
}

wrmf_status wrmf_i_lines_next(wrmf_i_lines *lines, char **text, size_t *length, wrmf_error *err)
{
    wrmf_i_window *const window = &lines->window;
    size_t searched = 0;
    const char *end;
    for (;;) {
        const char *const from = window->buffer + window->begin + searched;
        searched = window->end - window->begin;
        end = memchr(from, '\n', (size_t)(window->buffer + window->end - from));
        if (end || window->ended)
            break;
        WRMF_I_TRY(wrmf_i_window_more(window, err));
    }
    char *const begin = window->buffer + window->begin;
    if (!end && searched == 0) {
        *text = NULL;
        *length = 0;
        return WRMF_OK;
    }
    size_t n = end ? (size_t)(end - begin) : searched;
    window->begin += end ? n + 1 : n;
    if (n > 0 && begin[n - 1] == '\r')
        n--;
    lines->line++;
    *text = begin;
    *length = n;
    return WRMF_OK;
}

wrmf_i_location wrmf_i_lines_location(const wrmf_i_lines *lines, size_t column)
{
    return (wrmf_i_location){wrmf_i_input_name(lines->window.input), lines->line, (int64_t)column};
}

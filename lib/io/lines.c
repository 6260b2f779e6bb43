/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/lines.h"

#include <string.h>

enum { WINDOW_BYTES = 256 << 10 };

/* ---- window ---- */

wrmf_status wrmf_i_window_init(wrmf_i_window *window, wrmf_context *context, wrmf_input *input,
                               size_t bytes, wrmf_error *err)
{
    const size_t capacity = bytes > 0 ? bytes : WINDOW_BYTES;
    *window = (wrmf_i_window){.allocator = &context->allocator, .input = input};
    window->buffer = wrmf_i_alloc(window->allocator, capacity, 1);
    if (!window->buffer)
        return wrmf_i_fail_nomem(err);
    window->capacity = capacity;
    return WRMF_OK;
}

void wrmf_i_window_free(wrmf_i_window *window)
{
    if (window->buffer)
        wrmf_i_free(window->allocator, window->buffer, window->capacity, 1);
    window->buffer = NULL;
}

static wrmf_status grow(wrmf_i_window *window, wrmf_error *err)
{
    if (window->capacity > WRMF_I_LINE_MAX)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%s: a line has more than 2^31 - 1 bytes",
                           wrmf_i_input_name(window->input));
    char *const grown = wrmf_i_realloc(window->allocator, window->buffer, window->capacity,
                                       window->capacity * 2, 1);
    if (!grown)
        return wrmf_i_fail_nomem(err);
    window->buffer = grown;
    window->capacity *= 2;
    return WRMF_OK;
}

wrmf_status wrmf_i_window_more(wrmf_i_window *window, wrmf_error *err)
{
    const size_t held = window->end - window->begin;
    if (window->begin > 0 && held > 0)
        memmove(window->buffer, window->buffer + window->begin, held);
    window->begin = 0;
    window->end = held;
    if (held == window->capacity)
        WRMF_I_TRY(grow(window, err));
    size_t got;
    const size_t room = window->capacity - held;
    WRMF_I_TRY(wrmf_i_input_read(window->input, window->buffer + held, room, &got, err));
    window->end += got;
    window->bytes += (int64_t)got;
    window->ended = got < room;
    return WRMF_OK;
}

/* ---- lines ---- */

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

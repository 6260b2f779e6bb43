/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/window.h"

#include <string.h>

wrmf_status wrmf_i_window_init(wrmf_i_window *window, wrmf_context *context, wrmf_input *input,
                               size_t bytes, wrmf_error *err)
{
    const size_t capacity = bytes > 0 ? bytes : WRMF_I_WINDOW_BYTES;
    *window = (wrmf_i_window){.allocator = &context->allocator, .input = input};
    window->buffer = wrmf_i_alloc(window->allocator, capacity, 1);
    if (!window->buffer)
        return wrmf_i_fail_memory(err, "reading text");
    window->capacity = capacity;
    window->limit = wrmf_i_input_limit(input, WRMF_LIMIT_LINE);
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
    const size_t most = window->limit + 2; /* a line and its end */
    if (window->capacity >= most)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%s: " WRMF_I_LINE_TOO_LONG,
                           wrmf_i_input_name(window->input), "a line", window->limit);
    const size_t capacity = window->capacity < most / 2 ? window->capacity * 2 : most;
    char *const grown =
        wrmf_i_realloc(window->allocator, window->buffer, window->capacity, capacity, 1);
    if (!grown)
        return wrmf_i_fail_memory(err, "a line of text");
    window->buffer = grown;
    window->capacity = capacity;
    return WRMF_OK;
}

/* Pass over a byte order mark, which may stand before all text in UTF-8. */
static void skip_byte_order_mark(wrmf_i_window *window)
{
    static const char mark[3] = {'\xef', '\xbb', '\xbf'};
    if (window->end >= sizeof mark && memcmp(window->buffer, mark, sizeof mark) == 0)
        window->begin = sizeof mark;
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
    if (window->bytes == 0)
        skip_byte_order_mark(window);
    window->bytes += (int64_t)got;
    window->ended = got < room;
    return WRMF_OK;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/lines.h"

#include "io/breaks.h"
#include "io/signature.h"

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

/* How many bytes the line break at `at` has; 0 if more must be read to know. */
static size_t break_length(const wrmf_i_window *window, const char *at)
{
    const char *const end = window->buffer + window->end;
    if (*at == '\n')
        return 1;
    if (at + 1 == end)
        return window->ended ? 1 : 0;
    return at[1] == '\n' ? 2 : 1;
}

/* Refuse the line behind the one that was given last. */
static wrmf_status fail_too_long(const wrmf_i_lines *lines, wrmf_error *err)
{
    const wrmf_i_location location = {wrmf_i_input_name(lines->window.input), lines->line + 1, 1};
    return wrmf_i_fail_at(err, WRMF_E_OVERFLOW, &location, WRMF_I_LINE_TOO_LONG, "a line",
                          lines->window.limit);
}

static wrmf_status read_more(wrmf_i_lines *lines, wrmf_error *err)
{
    const wrmf_status status = wrmf_i_window_more(&lines->window, err);
    if (status != WRMF_E_OVERFLOW)
        return status;
    return fail_too_long(lines, err);
}

wrmf_status wrmf_i_lines_next(wrmf_i_lines *lines, char **text, size_t *length, wrmf_error *err)
{
    wrmf_i_window *const window = &lines->window;
    size_t searched = 0, behind = 0; /* bytes without a line break, and bytes of the break */
    for (;;) {
        const char *const begin = window->buffer + window->begin;
        const char *const found =
            wrmf_i_breaks_first(begin + searched, window->buffer + window->end);
        searched = found ? (size_t)(found - begin) : window->end - window->begin;
        behind = found ? break_length(window, found) : 0;
        if (behind > 0 || window->ended)
            break;
        WRMF_I_TRY(read_more(lines, err));
    }
    *text = NULL;
    *length = 0;
    if (behind == 0 && searched == 0)
        return WRMF_OK;
    if (searched > window->limit)
        return fail_too_long(lines, err);
    lines->line++;
    *text = window->buffer + window->begin;
    *length = searched;
    window->begin += searched + behind;
    return WRMF_OK;
}

size_t wrmf_i_lines_at_hand(const wrmf_i_lines *lines, const char *text)
{
    return (size_t)(lines->window.buffer + lines->window.end - text);
}

wrmf_status wrmf_i_lines_check_text(const wrmf_i_lines *lines, const char *text, const char *claim,
                                    wrmf_error *err)
{
    const char *const what =
        lines->line == 1 ? wrmf_i_signature_of_bytes(text, wrmf_i_lines_at_hand(lines, text))
                         : NULL;
    if (!what)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_FORMAT, "%s: %s, but %s", wrmf_i_input_name(lines->window.input),
                       claim, what);
}

wrmf_i_location wrmf_i_lines_location(const wrmf_i_lines *lines, size_t column)
{
    return (wrmf_i_location){wrmf_i_input_name(lines->window.input), lines->line, (int64_t)column};
}

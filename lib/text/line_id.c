/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/line_id.h"

#include <string.h>

static const char *const sides[] = {"user", "item"};

wrmf_status wrmf_i_line_id_add(const wrmf_i_lines *lines, const char *text, size_t length,
                               size_t column, wrmf_side side, wrmf_ids *ids, int64_t *out,
                               wrmf_error *err)
{
    const size_t limit = wrmf_i_input_limit(lines->window.input, WRMF_LIMIT_ID);
    if (length > 0 && length <= limit && !memchr(text, '\0', length))
        return wrmf_i_ids_add_string(ids, text, length, out, err);
    const wrmf_i_location location = wrmf_i_lines_location(lines, column);
    if (length == 0)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "the %s is empty", sides[side]);
    if (memchr(text, '\0', length))
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "a NUL byte in the %s", sides[side]);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                          "the %s has %zu bytes, more than the limit, %zu", sides[side], length,
                          limit);
}

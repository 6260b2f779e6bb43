/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/ids_text.h"

#include <string.h>

#include "base/number.h"
#include "io/escape.h"
#include "io/lines.h"

/* ---- reading ---- */

/* A piece of a line: from its first byte, which is number `column`. */
typedef struct piece {
    char *text;
    size_t length, column;
} piece;

/* Undo the escapes in place. */
static wrmf_status unescape(const wrmf_i_lines *lines, piece *p, wrmf_error *err)
{
    size_t n;
    if (wrmf_i_unescape(p->text, p->length, p->text, &n)) {
        p->length = n;
        return WRMF_OK;
    }
    const wrmf_i_location location = wrmf_i_lines_location(lines, p->column + n);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, WRMF_I_ESCAPE_WRONG);
}

static wrmf_status add_id(wrmf_ids *ids, const wrmf_i_lines *lines, const piece *id,
                          wrmf_error *err)
{
    const wrmf_i_location location = wrmf_i_lines_location(lines, id->column);
    char shown[WRMF_I_EXCERPT];
    const int64_t size = wrmf_i_ids_size(ids);
    int64_t index = size, integer;
    if (id->length == 0)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "an empty id");
    if (memchr(id->text, '\0', id->length))
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "a NUL byte in the id");
    const size_t limit = wrmf_i_input_limit(lines->window.input, WRMF_LIMIT_ID);
    if (id->length > limit)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                              "an id of %zu bytes, more than the limit, %zu", id->length, limit);
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_STRING) {
        WRMF_I_TRY(wrmf_i_ids_add_string(ids, id->text, id->length, &index, err));
    } else {
        if (!wrmf_i_number_parse_int(id->text, id->length, &integer))
            return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                                  "id is \"%s\", not a 64-bit integer",
                                  wrmf_i_excerpt(id->text, id->length, shown));
        WRMF_I_TRY(wrmf_i_ids_add_integer(ids, integer, &index, err));
    }
    if (index < size)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "id \"%s\" is index %lld already",
                              wrmf_i_excerpt(id->text, id->length, shown), (long long)index);
    return WRMF_OK;
}

static wrmf_status add_line(wrmf_ids *ids, const wrmf_i_lines *lines, char *text, size_t length,
                            wrmf_error *err)
{
    char *const tab = memchr(text, '\t', length);
    piece id = {text, tab ? (size_t)(tab - text) : length, 1};
    const size_t behind = id.length + 1; /* the tab */
    WRMF_I_TRY(unescape(lines, &id, err));
    WRMF_I_TRY(add_id(ids, lines, &id, err));
    if (!tab)
        return WRMF_OK;
    piece name = {tab + 1, length - behind, behind + 1};
    const char *const second = memchr(name.text, '\t', name.length);
    if (second) {
        const wrmf_i_location location =
            wrmf_i_lines_location(lines, name.column + (size_t)(second - name.text));
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "a second tab: one in a name is \\t");
    }
    WRMF_I_TRY(unescape(lines, &name, err));
    if (memchr(name.text, '\0', name.length)) {
        const wrmf_i_location location = wrmf_i_lines_location(lines, name.column);
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "a NUL byte in the name");
    }
    return wrmf_i_ids_set_name(ids, wrmf_i_ids_size(ids) - 1, name.text, name.length, err);
}

/* Add the ids of all lines. Lines without a byte may follow the last id: an editor leaves them. */
static wrmf_status add_lines(wrmf_ids *ids, wrmf_i_lines *lines, wrmf_error *err)
{
    wrmf_i_location blank = {.line = 0};
    for (;;) {
        char *text;
        size_t length;
        WRMF_I_TRY(wrmf_i_lines_next(lines, &text, &length, err));
        if (!text)
            return WRMF_OK;
        WRMF_I_TRY(wrmf_i_lines_check_text(lines, text, "this is no list of ids", err));
        if (length == 0) {
            blank = blank.line > 0 ? blank : wrmf_i_lines_location(lines, 1);
            continue;
        }
        if (blank.line > 0)
            return wrmf_i_fail_at(err, WRMF_E_FORMAT, &blank, "an empty id");
        WRMF_I_TRY(add_line(ids, lines, text, length, err));
    }
}

wrmf_status wrmf_i_ids_read(wrmf_context *context, wrmf_input *input, wrmf_ids_kind kind,
                            wrmf_ids **out, wrmf_error *err)
{
    wrmf_ids *ids = NULL;
    wrmf_i_lines lines;
    WRMF_I_TRY(wrmf_i_lines_init(&lines, context, input, err));
    wrmf_status status = wrmf_i_ids_new(context, kind, &ids, err);
    if (status == WRMF_OK)
        status = add_lines(ids, &lines, err);
    wrmf_i_lines_free(&lines);
    if (status != WRMF_OK) {
        wrmf_i_ids_free(ids);
        return status;
    }
    *out = ids;
    return WRMF_OK;
}

/* ---- writing ---- */

static wrmf_status write_escaped(wrmf_output *output, const char *text, size_t length,
                                 wrmf_error *err)
{
    for (size_t done = 0; done < length; done++) {
        const size_t plain = wrmf_i_escape_plain(text + done, length - done);
        WRMF_I_TRY(wrmf_i_output_write(output, text + done, plain, err));
        done += plain;
        if (done == length)
            break;
        char escape[WRMF_I_ESCAPE];
        const size_t bytes = wrmf_i_escape_byte(text[done], escape);
        WRMF_I_TRY(wrmf_i_output_write(output, escape, bytes, err));
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_ids_write(const wrmf_ids *ids, wrmf_output *output, wrmf_error *err)
{
    const int64_t size = wrmf_i_ids_size(ids);
    for (int64_t i = 0; i < size; i++) {
        char scratch[WRMF_I_NUMBER_TEXT];
        size_t length;
        const char *const id = wrmf_i_ids_text(ids, i, scratch, &length);
        WRMF_I_TRY(write_escaped(output, id, length, err));
        const char *const name = wrmf_i_ids_name(ids, i, &length);
        if (name) {
            WRMF_I_TRY(wrmf_i_output_write(output, "\t", 1, err));
            WRMF_I_TRY(write_escaped(output, name, length, err));
        }
        WRMF_I_TRY(wrmf_i_output_write(output, "\n", 1, err));
    }
    return WRMF_OK;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/delimited.h"

#include <string.h>

#include "base/number.h"

typedef struct writer {
    wrmf_output *output;
    char delimiter;
} writer;

static wrmf_status put(const writer *w, const char *text, size_t length, wrmf_error *err)
{
    return wrmf_i_output_write(w->output, text, length, err);
}

/* A quote needs quotes at the beginning of a field only; but other programs that read the text may
 * think otherwise. A byte order mark at the beginning of a line would be passed over. */
static bool needs_quotes(const writer *w, const char *text, size_t length)
{
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return true;
    return length > 0 && (memchr(text, w->delimiter, length) || memchr(text, '"', length) ||
                          memchr(text, '\n', length) || memchr(text, '\r', length));
}

/* A field, and the byte that ends it. */
static wrmf_status put_field(const writer *w, const char *text, size_t length, char ending,
                             wrmf_error *err)
{
    if (!needs_quotes(w, text, length)) {
        WRMF_I_TRY(put(w, text, length, err));
        return put(w, &ending, 1, err);
    }
    const char *const end = text + length;
    WRMF_I_TRY(put(w, "\"", 1, err));
    for (const char *quote; (quote = memchr(text, '"', (size_t)(end - text))) != NULL;) {
        WRMF_I_TRY(put(w, text, (size_t)(quote + 1 - text), err));
        WRMF_I_TRY(put(w, "\"", 1, err));
        text = quote + 1;
    }
    WRMF_I_TRY(put(w, text, (size_t)(end - text), err));
    const char closing[2] = {'"', ending};
    return put(w, closing, sizeof closing, err);
}

static wrmf_status put_header(const writer *w, bool named, wrmf_error *err)
{
    WRMF_I_TRY(put_field(w, "user", 4, w->delimiter, err));
    WRMF_I_TRY(put_field(w, "item", 4, w->delimiter, err));
    WRMF_I_TRY(put_field(w, "count", 5, named ? w->delimiter : '\n', err));
    return named ? put_field(w, "name", 4, '\n', err) : WRMF_OK;
}

static wrmf_status put_id(const writer *w, const wrmf_ids *ids, int64_t index, wrmf_error *err)
{
    char scratch[WRMF_I_NUMBER_TEXT];
    const char *text = scratch;
    size_t length;
    if (ids)
        text = wrmf_i_ids_text(ids, index, scratch, &length);
    else
        length = wrmf_i_number_print_int(index, scratch);
    return put_field(w, text, length, w->delimiter, err);
}

static wrmf_status put_entry(const writer *w, const wrmf_ids *users, int64_t user,
                             const wrmf_ids *items, int64_t item, double count, bool named,
                             wrmf_error *err)
{
    char number[WRMF_I_NUMBER_TEXT];
    WRMF_I_TRY(put_id(w, users, user, err));
    WRMF_I_TRY(put_id(w, items, item, err));
    const size_t digits = wrmf_i_number_print_real(count, number);
    WRMF_I_TRY(put_field(w, number, digits, named ? w->delimiter : '\n', err));
    if (!named)
        return WRMF_OK;
    size_t length;
    const char *const name = wrmf_i_ids_name(items, item, &length);
    return put_field(w, name ? name : "", length, '\n', err);
}

wrmf_status wrmf_i_delimited_write(const wrmf_matrix *matrix, const wrmf_ids *users,
                                   const wrmf_ids *items, char delimiter, wrmf_output *output,
                                   wrmf_error *err)
{
    const writer w = {output, delimiter};
    const bool named = items && wrmf_i_ids_named(items);
    WRMF_I_TRY(put_header(&w, named, err));
    for (int64_t row = 0; row < matrix->rows; row++) {
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++) {
            const double count = matrix->values ? matrix->values[i] : 1.0;
            WRMF_I_TRY(put_entry(&w, users, row, items, matrix->indices[i], count, named, err));
        }
    }
    return WRMF_OK;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/layout.h"

#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "text/time_text.h"

/* ---- life ---- */

static wrmf_status init_ids(wrmf_i_layout *layout, const wrmf_reader *reader, int side,
                            wrmf_error *err)
{
    layout->ids[side] = reader->known[side];
    if (!layout->ids[side]) {
        WRMF_I_TRY(
            wrmf_i_ids_new(reader->context, reader->kinds[side], &layout->collected[side], err));
        layout->ids[side] = layout->collected[side];
    }
    layout->kinds[side] = wrmf_i_ids_kind(layout->ids[side]);
    return WRMF_OK;
}

/* How far quotes reach. Who writes tabs, blanks or delimiters of several bytes has mostly never
 * heard of quoting, and a quote that is text must not swallow the lines that follow. */
static wrmf_i_quotes quotes_of(wrmf_quoting quoting, const wrmf_i_dialect *dialect)
{
    switch (quoting) {
    case WRMF_QUOTING_MINIMAL: return WRMF_I_QUOTES_SPAN;
    case WRMF_QUOTING_CAREFUL: return WRMF_I_QUOTES_CAREFUL;
    case WRMF_QUOTING_NONE: return WRMF_I_QUOTES_TEXT;
    default: break;
    }
    const bool unquoted = dialect->separation == WRMF_I_SEPARATION_TEXT ||
                          dialect->separation == WRMF_I_SEPARATION_BLANKS ||
                          dialect->delimiter[0] == '\t';
    return unquoted ? WRMF_I_QUOTES_CAREFUL : WRMF_I_QUOTES_SPAN;
}

wrmf_status wrmf_i_layout_init(wrmf_i_layout *layout, const wrmf_reader *reader, wrmf_error *err)
{
    *layout = (wrmf_i_layout){.allocator = &reader->context->allocator,
                              .dialect = reader->dialect,
                              .drops_zeros = reader->zeros == WRMF_ZEROS_DROP,
                              .takes_dislikes = reader->negative == WRMF_NEGATIVE_DISLIKE};
    layout->dialect.quotes = quotes_of(reader->quoting, &layout->dialect);
    WRMF_I_TRY(init_ids(layout, reader, WRMF_USERS, err));
    return init_ids(layout, reader, WRMF_ITEMS, err);
}

void wrmf_i_layout_free(wrmf_i_layout *layout)
{
    for (int side = 0; side < 2; side++)
        wrmf_i_ids_free(layout->collected[side]);
    wrmf_i_free(layout->allocator, layout->header, layout->header_bytes, 1);
}

void wrmf_i_layout_separate(wrmf_i_layout *layout, const wrmf_reader *reader, char delimiter)
{
    wrmf_i_dialect *const dialect = &layout->dialect;
    dialect->separation = WRMF_I_SEPARATION_BYTE;
    dialect->delimiter[0] = delimiter;
    dialect->delimiter[1] = '\0';
    dialect->delimiter_length = 1;
    dialect->quotes = quotes_of(reader->quoting, dialect);
}

wrmf_status wrmf_i_layout_keep_header(wrmf_i_layout *layout, const wrmf_i_record *record,
                                      wrmf_error *err)
{
    const size_t bytes = (size_t)(record->end - record->text);
    layout->header = wrmf_i_alloc(layout->allocator, bytes, 1);
    if (!layout->header)
        return wrmf_i_fail_memory(err, "the header of a text");
    memcpy(layout->header, record->text, bytes);
    layout->header_bytes = bytes;
    return WRMF_OK;
}

/* ---- words for messages ---- */

enum { DELIMITER_WORDS = 48, COLUMN_WORDS = 240 };

static const char *words_of_delimiter(const wrmf_i_dialect *dialect, char words[DELIMITER_WORDS])
{
    static const struct {
        char delimiter;
        const char *name;
    } names[] = {{'\t', "tab"},         {',', "comma"}, {';', "semicolon"},
                 {'|', "vertical bar"}, {' ', "space"}, {':', "colon"}};
    if (dialect->separation == WRMF_I_SEPARATION_BLANKS)
        return "run of blanks";
    for (size_t i = 0; i < sizeof names / sizeof *names && dialect->delimiter_length == 1; i++)
        if (dialect->delimiter[0] == names[i].delimiter)
            return names[i].name;
    char shown[WRMF_I_EXCERPT];
    (void)snprintf(words, DELIMITER_WORDS, "\"%.40s\"",
                   wrmf_i_excerpt(dialect->delimiter, dialect->delimiter_length, shown));
    return words;
}

/* The names of the columns, as many as there is room for. */
static const char *words_of_columns(const wrmf_i_record *record, char words[COLUMN_WORDS])
{
    size_t at = 0;
    words[0] = '\0';
    for (size_t i = 0; i < record->n_fields; i++) {
        char shown[WRMF_I_EXCERPT];
        const wrmf_i_field *const field = &record->fields[i];
        (void)wrmf_i_excerpt(field->text, field->length, shown);
        if (at + strlen(shown) + 12 > COLUMN_WORDS) {
            (void)snprintf(words + at, COLUMN_WORDS - at, ", ...");
            break;
        }
        at += (size_t)snprintf(words + at, COLUMN_WORDS - at, "%s\"%s\"", i > 0 ? ", " : "", shown);
    }
    return words;
}

/* ---- columns ---- */

/* Whether a field of the header is this name. Blanks around one that is not in quotes are none of
 * its name. */
static bool is_named(const wrmf_i_field *field, const char *name, size_t length)
{
    if (wrmf_i_field_is(field, name, length))
        return true;
    if (field->quoted)
        return false;
    wrmf_i_field inner = *field;
    while (inner.length > 0 && (*inner.text == ' ' || *inner.text == '\t')) {
        inner.text++;
        inner.length--;
    }
    while (inner.length > 0 &&
           (inner.text[inner.length - 1] == ' ' || inner.text[inner.length - 1] == '\t'))
        inner.length--;
    return wrmf_i_field_is(&inner, name, length);
}

static wrmf_status find_name(const wrmf_i_layout *layout, const wrmf_i_record *record,
                             const char *wanted, wrmf_i_location start, int64_t *field,
                             wrmf_error *err)
{
    const size_t length = strlen(wanted);
    char columns[COLUMN_WORDS], delimiter[DELIMITER_WORDS];
    size_t found = record->n_fields;
    for (size_t i = 0; i < record->n_fields; i++) {
        if (!is_named(&record->fields[i], wanted, length))
            continue;
        if (found < record->n_fields)
            return wrmf_i_fail(err, WRMF_E_NAME,
                               "%s:%lld: columns %zu and %zu of the header are both \"%.80s\"; ask "
                               "for one by its number",
                               start.name, (long long)start.line, found + 1, i + 1, wanted);
        found = i;
    }
    *field = (int64_t)found;
    if (found < record->n_fields)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_NAME,
                       "%s:%lld: the header has no column \"%.80s\"; cut at each %s it has %zu: %s",
                       start.name, (long long)start.line, wanted,
                       words_of_delimiter(&layout->dialect, delimiter), record->n_fields,
                       words_of_columns(record, columns));
}

static wrmf_status find_column(const wrmf_i_layout *layout, const wrmf_i_column *column,
                               const wrmf_i_record *record, wrmf_i_location start, int64_t *field,
                               wrmf_error *err)
{
    char delimiter[DELIMITER_WORDS];
    if (column->name)
        return find_name(layout, record, column->name, start, field, err);
    *field = column->number - 1;
    if (*field < (int64_t)layout->n_fields)
        return WRMF_OK;
    const wrmf_i_location location = wrmf_i_record_location(record, start, record->end);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                          "column %lld is asked for, the line has %zu field%s, cut at each %s",
                          (long long)column->number, layout->n_fields,
                          layout->n_fields == 1 ? "" : "s",
                          words_of_delimiter(&layout->dialect, delimiter));
}

wrmf_status wrmf_i_layout_complete(wrmf_i_layout *layout, const wrmf_reader *reader,
                                   const wrmf_i_record *record, size_t n_fields,
                                   wrmf_i_location start, wrmf_error *err)
{
    layout->n_fields = layout->dialect.n_fields = n_fields;
    for (int i = 0; i < WRMF_I_COLUMNS; i++)
        WRMF_I_TRY(find_column(layout, &reader->columns[i], record, start, &layout->field[i], err));
    layout->complete = true;
    return WRMF_OK;
}

/* ---- counts ---- */

/* Whether a number has no digit but 0: one too small for a double is not 0. */
static bool is_zero(const wrmf_i_field *field)
{
    for (size_t i = 0; i < field->length && field->text[i] != 'e' && field->text[i] != 'E'; i++)
        if (field->text[i] >= '1' && field->text[i] <= '9')
            return false;
    return true;
}

const char *wrmf_i_count_parse(const wrmf_i_field *field, double *count)
{
    /* most counts are single digits */
    if (field->length == 1 && *field->text > '0' && *field->text <= '9') {
        *count = *field->text - '0';
        return NULL;
    }
    if (!wrmf_i_number_parse_real(field->text, field->length, count))
        return "not a number";
    if (!isfinite(*count))
        return "not finite";
    if (*count > 0.0)
        return NULL;
    return *count < 0.0 || signbit(*count) || is_zero(field) ? "not above 0"
                                                             : "too small for a double";
}

const char *wrmf_i_count_parse_or_zero(const wrmf_i_field *field, double *count)
{
    const char *const problem = wrmf_i_count_parse(field, count);
    double number;
    if (problem && wrmf_i_number_parse_real(field->text, field->length, &number) && number == 0.0 &&
        is_zero(field)) {
        *count = 0.0;
        return NULL;
    }
    return problem;
}

bool wrmf_i_is_dislike(const wrmf_i_field *field, double *count)
{
    double number;
    if (!wrmf_i_number_parse_real(field->text, field->length, &number) || !isfinite(number) ||
        !(number < 0.0))
        return false;
    *count = number;
    return true;
}

/* ---- times ---- */

bool wrmf_i_layout_time(const wrmf_i_layout *layout, const wrmf_i_field *fields, double *time)
{
    const int64_t column = layout->field[WRMF_COLUMN_TIME];
    *time = 0;
    return column < 0 || wrmf_i_time_parse(fields[column].text, fields[column].length, time);
}

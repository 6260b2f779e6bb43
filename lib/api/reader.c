/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/reader.h"

#include <string.h>

#include "data/validate.h"
#include "text/reader.h"

wrmf_status wrmf_reader_create(wrmf_context *context, wrmf_reader **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_reader_new(context, out, err);
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_reader_free(wrmf_reader *reader)
{
    if (reader && wrmf_i_use_retire(&reader->use))
        wrmf_i_reader_free(reader);
}

static void set_separation(wrmf_reader *reader, wrmf_i_separation separation, const char *text,
                           size_t length)
{
    wrmf_i_dialect *const dialect = &reader->dialect;
    dialect->separation = separation;
    dialect->delimiter_length = length;
    memset(dialect->delimiter, 0, sizeof dialect->delimiter);
    if (length > 0)
        memcpy(dialect->delimiter, text, length);
}

static wrmf_status check_delimiter(char delimiter, wrmf_error *err)
{
    if (wrmf_i_delimiter_valid(delimiter))
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_RANGE,
                       "delimiter is the byte %d, which cannot stand between fields", delimiter);
}

wrmf_status wrmf_reader_set_delimiter(wrmf_reader *reader, char delimiter, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if (delimiter != '\0')
        WRMF_I_TRY(check_delimiter(delimiter, err));
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    if (delimiter != '\0')
        set_separation(reader, WRMF_I_SEPARATION_BYTE, &delimiter, 1);
    else
        set_separation(reader, WRMF_I_SEPARATION_UNKNOWN, NULL, 0);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_delimiter_text(wrmf_reader *reader, const char *delimiter,
                                           wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if (!delimiter)
        return wrmf_i_fail_null(err, "delimiter");
    const size_t length = strlen(delimiter);
    if (length < 1 || length > WRMF_I_DELIMITER_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "delimiter has %zu bytes, not 1 .. %d", length,
                           WRMF_I_DELIMITER_MAX);
    for (size_t i = 0; i < length; i++)
        WRMF_I_TRY(check_delimiter(delimiter[i], err));
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    set_separation(reader, length == 1 ? WRMF_I_SEPARATION_BYTE : WRMF_I_SEPARATION_TEXT, delimiter,
                   length);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_delimiter_blanks(wrmf_reader *reader, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    set_separation(reader, WRMF_I_SEPARATION_BLANKS, NULL, 0);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_quoting(wrmf_reader *reader, wrmf_quoting quoting, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if ((int)quoting < WRMF_QUOTING_AUTO || (int)quoting > WRMF_QUOTING_CAREFUL)
        return wrmf_i_fail(err, WRMF_E_RANGE, "quoting is %d, none of wrmf_quoting", (int)quoting);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    reader->quoting = quoting;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_escape(wrmf_reader *reader, wrmf_escape escape, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if (escape != WRMF_ESCAPE_NONE && escape != WRMF_ESCAPE_BACKSLASH)
        return wrmf_i_fail(err, WRMF_E_RANGE, "escape is %d, none of wrmf_escape", (int)escape);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    reader->dialect.backslash = escape == WRMF_ESCAPE_BACKSLASH;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_comment(wrmf_reader *reader, const char *prefix, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if (prefix && (*prefix == '\0' || strpbrk(prefix, "\r\n")))
        return wrmf_i_fail(err, WRMF_E_RANGE, "prefix is empty, or has a line break");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_reader_enter(&call, reader, err);
    if (status == WRMF_OK)
        status = wrmf_i_reader_set_comment(reader, prefix, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_reader_set_header(wrmf_reader *reader, int header, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if (header < WRMF_HEADER_NO || header > WRMF_HEADER_AUTO)
        return wrmf_i_fail(err, WRMF_E_RANGE, "header is %d, none of wrmf_header", header);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    reader->header = (wrmf_header)header;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

static wrmf_status check_column(const wrmf_reader *reader, wrmf_column column, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if ((int)column < 0 || (int)column >= WRMF_I_COLUMNS)
        return wrmf_i_fail(err, WRMF_E_RANGE, "column is %d, none of wrmf_column", (int)column);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_column(wrmf_reader *reader, wrmf_column column, const char *name,
                                   wrmf_error *err)
{
    WRMF_I_TRY(check_column(reader, column, err));
    if (!name && (column == WRMF_COLUMN_USER || column == WRMF_COLUMN_ITEM))
        return wrmf_i_fail_null(err, "name");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_reader_enter(&call, reader, err);
    if (status == WRMF_OK)
        status = wrmf_i_reader_set_column(reader, column, name, 0, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_reader_set_column_number(wrmf_reader *reader, wrmf_column column, int64_t number,
                                          wrmf_error *err)
{
    WRMF_I_TRY(check_column(reader, column, err));
    if (number < 1 || number > WRMF_I_COLUMN_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "number is %lld, not in 1 .. %d", (long long)number,
                           WRMF_I_COLUMN_MAX);
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_reader_enter(&call, reader, err);
    if (status == WRMF_OK)
        status = wrmf_i_reader_set_column(reader, column, NULL, number, err);
    wrmf_i_call_end(&call);
    return status;
}

static wrmf_status check_side(const wrmf_reader *reader, wrmf_side side, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    return wrmf_i_check_side("side", side, err);
}

wrmf_status wrmf_reader_set_ids_kind(wrmf_reader *reader, wrmf_side side, wrmf_ids_kind kind,
                                     wrmf_error *err)
{
    WRMF_I_TRY(check_side(reader, side, err));
    if (kind != WRMF_IDS_STRING && kind != WRMF_IDS_INTEGER)
        return wrmf_i_fail(err, WRMF_E_RANGE, "kind is %d, none of wrmf_ids_kind", (int)kind);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    reader->kinds[side] = kind;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_known_ids(wrmf_reader *reader, wrmf_side side, const wrmf_ids *ids,
                                      wrmf_error *err)
{
    WRMF_I_TRY(check_side(reader, side, err));
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    reader->known[side] = ids;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_duplicates(wrmf_reader *reader, wrmf_duplicates duplicates,
                                       wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if ((int)duplicates < WRMF_DUPLICATES_SUM || (int)duplicates > WRMF_DUPLICATES_REFUSE)
        return wrmf_i_fail(err, WRMF_E_RANGE, "duplicates is %d, none of wrmf_duplicates",
                           (int)duplicates);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    reader->duplicates = duplicates;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_malformed(wrmf_reader *reader, wrmf_malformed malformed,
                                      wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if (malformed != WRMF_MALFORMED_REFUSE && malformed != WRMF_MALFORMED_SKIP)
        return wrmf_i_fail(err, WRMF_E_RANGE, "malformed is %d, none of wrmf_malformed",
                           (int)malformed);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    reader->malformed = malformed;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_zeros(wrmf_reader *reader, wrmf_zeros zeros, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if (zeros != WRMF_ZEROS_REFUSE && zeros != WRMF_ZEROS_DROP)
        return wrmf_i_fail(err, WRMF_E_RANGE, "zeros is %d, none of wrmf_zeros", (int)zeros);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    reader->zeros = zeros;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_negative(wrmf_reader *reader, wrmf_negative_counts negative,
                                     wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if (negative != WRMF_NEGATIVE_REFUSE && negative != WRMF_NEGATIVE_DISLIKE)
        return wrmf_i_fail(err, WRMF_E_RANGE, "negative is %d, none of wrmf_negative_counts",
                           (int)negative);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_reader_enter(&call, reader, err));
    reader->negative = negative;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_reader_read(wrmf_reader *reader, wrmf_input *input, wrmf_matrix **matrix,
                             wrmf_ids **users, wrmf_ids **items, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if (!input)
        return wrmf_i_fail_null(err, "input");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, reader->context, err);
    if (status == WRMF_OK)
        status = wrmf_i_reader_enter(&call, reader, err);
    if (status == WRMF_OK)
        status = wrmf_i_input_enter(&call, input, err);
    for (int side = 0; side < 2 && status == WRMF_OK; side++)
        if (reader->known[side])
            status = wrmf_i_ids_read_only(&call, reader->known[side], err);
    if (status == WRMF_OK)
        status = wrmf_i_reader_read(reader, input, matrix, users, items, err);
    wrmf_i_call_end(&call);
    return status;
}

static bool is_counter(wrmf_reader_counter counter)
{
    return (int)counter >= 0 && (int)counter < WRMF_I_READ_COUNTERS;
}

int64_t wrmf_reader_count(const wrmf_reader *reader, wrmf_reader_counter counter)
{
    return reader && is_counter(counter) ? reader->tally.counters[counter] : 0;
}

int64_t wrmf_reader_first_line(const wrmf_reader *reader, wrmf_reader_counter counter)
{
    return reader && is_counter(counter) ? reader->tally.first_line[counter] : 0;
}

const char *wrmf_reader_first_malformed(const wrmf_reader *reader)
{
    return reader ? reader->tally.malformed : "";
}

const double *wrmf_reader_times(const wrmf_reader *reader)
{
    return reader ? reader->times : NULL;
}

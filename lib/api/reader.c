/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/reader.h"

#include "data/validate.h"
#include "text/reader.h"

wrmf_status wrmf_reader_create(wrmf_context *context, wrmf_reader **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    return wrmf_i_reader_new(context, out, err);
}

void wrmf_reader_free(wrmf_reader *reader)
{
    wrmf_i_reader_free(reader);
}

wrmf_status wrmf_reader_set_delimiter(wrmf_reader *reader, char delimiter, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    if (delimiter != '\0' && !wrmf_i_delimiter_valid(delimiter))
        return wrmf_i_fail(err, WRMF_E_RANGE,
                           "delimiter is the byte %d, which cannot stand between fields",
                           delimiter);
    reader->delimiter = delimiter;
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_header(wrmf_reader *reader, int has_header, wrmf_error *err)
{
    if (!reader)
        return wrmf_i_fail_null(err, "reader");
    reader->header = has_header != 0;
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
    return wrmf_i_reader_set_column(reader, column, name, 0, err);
}

wrmf_status wrmf_reader_set_column_number(wrmf_reader *reader, wrmf_column column, int64_t number,
                                          wrmf_error *err)
{
    WRMF_I_TRY(check_column(reader, column, err));
    if (number < 1 || number > WRMF_I_COLUMN_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "number is %lld, not in 1 .. %d", (long long)number,
                           WRMF_I_COLUMN_MAX);
    return wrmf_i_reader_set_column(reader, column, NULL, number, err);
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
    reader->kinds[side] = kind;
    return WRMF_OK;
}

wrmf_status wrmf_reader_set_known_ids(wrmf_reader *reader, wrmf_side side, const wrmf_ids *ids,
                                      wrmf_error *err)
{
    WRMF_I_TRY(check_side(reader, side, err));
    reader->known[side] = ids;
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
    reader->duplicates = duplicates;
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
    reader->malformed = malformed;
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
    return wrmf_i_reader_read(reader, input, matrix, users, items, err);
}

int64_t wrmf_reader_count(const wrmf_reader *reader, wrmf_reader_counter counter)
{
    if (!reader || (int)counter < 0 || (int)counter >= WRMF_I_READ_COUNTERS)
        return 0;
    return reader->counters[counter];
}

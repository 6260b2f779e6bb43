/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/layout.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

/* ---- life ---- */

static wrmf_status init_ids(wrmf_i_layout *layout, const wrmf_reader *reader, int side,
                            wrmf_error *err)
{
    layout->ids[side] = reader->known[side];
    if (layout->ids[side])
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_ids_new(reader->context, reader->kinds[side], &layout->collected[side], err));
    layout->ids[side] = layout->collected[side];
    return WRMF_OK;
}

wrmf_status wrmf_i_layout_init(wrmf_i_layout *layout, const wrmf_reader *reader, wrmf_error *err)
{
    *layout = (wrmf_i_layout){.delimiter = reader->delimiter};
    WRMF_I_TRY(init_ids(layout, reader, WRMF_USERS, err));
    return init_ids(layout, reader, WRMF_ITEMS, err);
}

void wrmf_i_layout_free(wrmf_i_layout *layout)
{
    for (int side = 0; side < 2; side++)
        wrmf_i_ids_free(layout->collected[side]);
}

/* ---- columns ---- */

static wrmf_status find_name(const wrmf_i_record *record, const char *wanted, wrmf_i_location start,
                             int64_t *field, wrmf_error *err)
{
    const size_t length = strlen(wanted);
    for (size_t i = 0; i < record->n_fields; i++) {
        if (wrmf_i_field_is(&record->fields[i], wanted, length)) {
            *field = (int64_t)i;
            return WRMF_OK;
        }
    }
    return wrmf_i_fail(err, WRMF_E_NAME, "%s:%lld: the header has no column \"%.80s\"", start.name,
                       (long long)start.line, wanted);
}

static wrmf_status find_column(const wrmf_i_column *column, const wrmf_i_record *record,
                               wrmf_i_location start, int64_t *field, wrmf_error *err)
{
    if (column->name)
        return find_name(record, column->name, start, field, err);
    *field = column->number - 1;
    if (*field < (int64_t)record->n_fields)
        return WRMF_OK;
    const wrmf_i_location location = wrmf_i_record_location(record, start, record->end);
    return wrmf_i_fail_at(
        err, WRMF_E_FORMAT, &location, "column %lld is asked for, the line has %zu field%s",
        (long long)column->number, record->n_fields, record->n_fields == 1 ? "" : "s");
}

wrmf_status wrmf_i_layout_complete(wrmf_i_layout *layout, const wrmf_reader *reader,
                                   const wrmf_i_record *record, wrmf_i_location start,
                                   wrmf_error *err)
{
    layout->n_fields = record->n_fields;
    for (int i = 0; i < WRMF_I_COLUMNS; i++)
        WRMF_I_TRY(find_column(&reader->columns[i], record, start, &layout->field[i], err));
    layout->complete = true;
    return WRMF_OK;
}

const char *wrmf_i_layout_count(const wrmf_i_layout *layout, const wrmf_i_field *fields,
                                double *count)
{
    *count = 1.0;
    if (layout->field[WRMF_COLUMN_COUNT] < 0)
        return NULL;
    const wrmf_i_field *const field = &fields[layout->field[WRMF_COLUMN_COUNT]];
    /* most counts are single digits */
    if (field->length == 1 && *field->text > '0' && *field->text <= '9') {
        *count = *field->text - '0';
        return NULL;
    }
    if (!wrmf_i_number_parse_real(field->text, field->length, count))
        return "not a number";
    if (!isfinite(*count))
        return "not finite";
    return *count > 0.0 ? NULL : "not above 0";
}

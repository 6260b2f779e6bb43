/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target: delimited text. The first three bytes of the input are settings, the rest is the text.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "wrmf/matrix.h"
#include "wrmf/reader.h"

typedef struct result {
    wrmf_matrix *matrix;
    wrmf_ids *users, *items;
} result;

static void drop(result *r)
{
    wrmf_matrix_free(r->matrix);
    wrmf_ids_free(r->users);
    wrmf_ids_free(r->items);
    *r = (result){NULL, NULL, NULL};
}

static void set_up(wrmf_reader *reader, const uint8_t settings[3], const wrmf_ids *known)
{
    static const char delimiters[] = {0, 0, ',', '|', '\t', ' ', 'a', '\\'};
    wrmf_status s = wrmf_reader_set_delimiter(reader, delimiters[settings[0] & 7], NULL);
    s |= wrmf_reader_set_header(reader, (settings[0] >> 3 & 1) + (settings[1] >> 6 & 1), NULL);
    s |= wrmf_reader_set_malformed(reader, (wrmf_malformed)(settings[0] >> 4 & 1), NULL);
    s |= wrmf_reader_set_duplicates(reader, (wrmf_duplicates)(settings[0] >> 5 & 3), NULL);
    s |= wrmf_reader_set_ids_kind(reader, WRMF_USERS, (wrmf_ids_kind)(settings[1] & 1), NULL);
    s |= wrmf_reader_set_ids_kind(reader, WRMF_ITEMS, (wrmf_ids_kind)(settings[1] >> 1 & 1), NULL);
    if (settings[1] >> 2 & 1)
        s |= wrmf_reader_set_known_ids(reader, WRMF_ITEMS, known, NULL);
    if (settings[1] >> 7)
        s |= settings[0] & 1 ? wrmf_reader_set_delimiter_blanks(reader, NULL)
                             : wrmf_reader_set_delimiter_text(reader, "a,", NULL);
    s |= wrmf_reader_set_quoting(reader, (wrmf_quoting)(settings[2] >> 4 & 3), NULL);
    s |= wrmf_reader_set_escape(reader, (wrmf_escape)(settings[2] >> 6 & 1), NULL);
    s |= wrmf_reader_set_zeros(reader, (wrmf_zeros)(settings[2] >> 7), NULL);
    s |= wrmf_reader_set_comment(reader, settings[2] >> 7 ? "#" : NULL, NULL);
    if (settings[1] >> 3 & 1)
        s |= wrmf_reader_set_column(reader, WRMF_COLUMN_USER, "u", NULL);
    else
        s |= wrmf_reader_set_column_number(reader, WRMF_COLUMN_USER, 1 + (settings[2] & 3), NULL);
    s |= wrmf_reader_set_column_number(reader, WRMF_COLUMN_ITEM, 1 + (settings[2] >> 2 & 3), NULL);
    if (settings[1] >> 4 & 1)
        s |= wrmf_reader_set_column_number(reader, WRMF_COLUMN_COUNT, 3, NULL);
    if (settings[1] >> 5 & 1)
        s |= wrmf_reader_set_column_number(reader, WRMF_COLUMN_NAME, 2, NULL);
    HOLDS(s == WRMF_OK);
}

static wrmf_status read_once(wrmf_context *context, wrmf_reader *reader, const uint8_t *data,
                             size_t size, result *out, wrmf_error *err)
{
    fuzz_bytes bytes = {data, size, 0};
    wrmf_input *const input = fuzz_input(context, &bytes);
    const wrmf_status status =
        wrmf_reader_read(reader, input, &out->matrix, &out->users, &out->items, err);
    wrmf_input_free(input);
    return status;
}

static void check_counts(const wrmf_reader *reader, const result *r)
{
    int64_t n[12];
    for (int i = 0; i < 12; i++)
        n[i] = wrmf_reader_count(reader, (wrmf_reader_counter)i);
    const int64_t header = n[WRMF_READ_LINES] - n[WRMF_READ_ROWS] - n[WRMF_READ_BLANK] -
                           n[WRMF_READ_MALFORMED] - n[WRMF_READ_UNKNOWN] - n[WRMF_READ_COMMENTS] -
                           n[WRMF_READ_HEADERS] - n[WRMF_READ_ZEROS];
    for (int i = 0; i < 12; i++)
        if (i < WRMF_READ_DUPLICATES || i > WRMF_READ_BYTES)
            HOLDS((n[i] > 0) == (wrmf_reader_first_line(reader, (wrmf_reader_counter)i) > 0));
    HOLDS((n[WRMF_READ_MALFORMED] > 0) == (*wrmf_reader_first_malformed(reader) != '\0'));
    HOLDS(header == 0 || header == 1);
    HOLDS(n[WRMF_READ_PAIRS] + n[WRMF_READ_DUPLICATES] == n[WRMF_READ_ROWS]);
    HOLDS(n[WRMF_READ_PAIRS] == wrmf_matrix_entries(r->matrix));
    HOLDS(wrmf_matrix_users(r->matrix) == wrmf_ids_size(r->users));
    HOLDS(wrmf_matrix_items(r->matrix) == wrmf_ids_size(r->items));
    const double *counts;
    wrmf_matrix_csr(r->matrix, NULL, NULL, &counts);
    for (int64_t i = 0; counts && i < n[WRMF_READ_PAIRS]; i++)
        HOLDS(counts[i] > 0 && counts[i] <= 1.7976931348623157e308);
}

/* A matrix that is written and read again must be the same but for the order of the ids. */
static void check_round_trip(wrmf_context *context, const result *r)
{
    fuzz_sink sink = {NULL, 0, 0};
    wrmf_output *const output = fuzz_output(context, &sink);
    HOLDS(wrmf_matrix_write_text(r->matrix, r->users, r->items, ';', output, NULL) == WRMF_OK);
    fuzz_output_finish(output);
    wrmf_reader *reader = NULL;
    result back = {NULL, NULL, NULL};
    HOLDS(wrmf_reader_create(context, &reader, NULL) == WRMF_OK);
    HOLDS(wrmf_reader_set_delimiter(reader, ';', NULL) == WRMF_OK);
    HOLDS(wrmf_reader_set_column(reader, WRMF_COLUMN_COUNT, "count", NULL) == WRMF_OK);
    HOLDS(wrmf_reader_set_known_ids(reader, WRMF_USERS, r->users, NULL) == WRMF_OK);
    HOLDS(wrmf_reader_set_known_ids(reader, WRMF_ITEMS, r->items, NULL) == WRMF_OK);
    HOLDS(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_REFUSE, NULL) == WRMF_OK);
    HOLDS(read_once(context, reader, sink.data, sink.size, &back, NULL) == WRMF_OK);
    HOLDS(wrmf_matrix_equal(r->matrix, back.matrix));
    drop(&back);
    wrmf_reader_free(reader);
    free(sink.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    wrmf_context *const context = fuzz_context();
    wrmf_reader *reader = NULL;
    wrmf_ids *known = NULL;
    result first = {NULL, NULL, NULL};
    wrmf_error failure;
    memset(&failure, 'x', sizeof failure);
    HOLDS(wrmf_ids_create(context, WRMF_IDS_STRING, &known, NULL) == WRMF_OK);
    HOLDS(wrmf_ids_add(known, "x", 1, NULL, NULL) == WRMF_OK);
    HOLDS(wrmf_ids_add(known, "1", 1, NULL, NULL) == WRMF_OK);
    HOLDS(wrmf_reader_create(context, &reader, NULL) == WRMF_OK);
    set_up(reader, data, known);
    const wrmf_status status = read_once(context, reader, data + 3, size - 3, &first, &failure);
    if (status == WRMF_OK) {
        check_counts(reader, &first);
        check_round_trip(context, &first);
    } else {
        fuzz_check_failure(status, &failure);
        HOLDS(!first.matrix && !first.users && !first.items);
    }
    drop(&first);
    wrmf_reader_free(reader);
    wrmf_ids_free(known);
    fuzz_context_free(context);
    return 0;
}

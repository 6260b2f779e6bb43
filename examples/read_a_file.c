/* SPDX-License-Identifier: BSD-2-Clause */
/* read_a_file FILE: a table of listener, record, plays and title, as somebody
 * exported it. Try it with examples/data/plays.csv, which has a line without a
 * count and a pair that comes twice. */
#include <stdio.h>
#include <stdlib.h>
#include <wrmf/wrmf.h>

static wrmf_status read_table(wrmf_context *context, const char *path, wrmf_matrix **matrix,
                              wrmf_ids **listeners, wrmf_ids **records, wrmf_error *err)
{
    wrmf_reader *reader = NULL;
    wrmf_input *input = NULL;

    /* The delimiter is guessed from the first line, and gzip is unpacked. Plays of
     * a pair that comes again are added. */
    wrmf_status status = wrmf_reader_create(context, &reader, err);
    if (status == WRMF_OK)
        status = wrmf_reader_set_column(reader, WRMF_COLUMN_USER, "listener", err);
    if (status == WRMF_OK)
        status = wrmf_reader_set_column(reader, WRMF_COLUMN_ITEM, "record", err);
    if (status == WRMF_OK)
        status = wrmf_reader_set_column(reader, WRMF_COLUMN_COUNT, "plays", err);
    if (status == WRMF_OK)
        status = wrmf_reader_set_column(reader, WRMF_COLUMN_NAME, "title", err);
    /* Without this, the first bad line would be an error that names its place. */
    if (status == WRMF_OK)
        status = wrmf_reader_set_malformed(reader, WRMF_MALFORMED_SKIP, err);
    if (status == WRMF_OK)
        status = wrmf_input_open_path(context, path, &input, err);
    if (status == WRMF_OK)
        status = wrmf_reader_read(reader, input, matrix, listeners, records, err);
    if (status == WRMF_OK)
        printf("%lld rows read, %lld skipped, %lld added to an earlier one\n",
               (long long)wrmf_reader_count(reader, WRMF_READ_ROWS),
               (long long)wrmf_reader_count(reader, WRMF_READ_MALFORMED),
               (long long)wrmf_reader_count(reader, WRMF_READ_DUPLICATES));

    wrmf_input_free(input);
    wrmf_reader_free(reader);
    return status;
}

int main(int argc, char **argv)
{
    wrmf_error err = {WRMF_E_NULL, "give it a file, such as examples/data/plays.csv"};
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_ids *listeners = NULL, *records = NULL;
    const int32_t *items = NULL;
    const double *counts = NULL;
    int failed = 1;

    if (argc != 2 || wrmf_context_create(&context, &err) != WRMF_OK ||
        read_table(context, argv[1], &matrix, &listeners, &records, &err) != WRMF_OK)
        goto done;

    /* The matrix knows numbers only; the ids turn them into words again. */
    for (int64_t user = 0; user < wrmf_matrix_users(matrix); user++) {
        const int64_t n = wrmf_matrix_row(matrix, user, &items, &counts);
        for (int64_t i = 0; i < n; i++)
            printf("%s played \"%s\" %g times\n", wrmf_ids_string(listeners, user, NULL),
                   wrmf_ids_name(records, items[i], NULL), counts ? counts[i] : 1.0);
    }
    failed = 0;
done:
    if (failed)
        fprintf(stderr, "read_a_file: %s\n", err.text);
    wrmf_ids_free(records);
    wrmf_ids_free(listeners);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return failed;
}

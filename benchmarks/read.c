/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench-read FILE USER-COLUMN ITEM-COLUMN DELIMITER THREADS: read a text file, drop repeated pairs,
 * thin out to users and items with five pairs or more, and print the sizes. read.py times it.
 */
#include <stdio.h>
#include <stdlib.h>

#include <wrmf/wrmf.h>

static wrmf_error err;

static void must(wrmf_status status)
{
    if (status == WRMF_OK)
        return;
    fprintf(stderr, "bench-read: %s\n", err.text);
    exit(1);
}

int main(int argc, char **argv)
{
    wrmf_context *context = NULL;
    wrmf_input *input = NULL;
    wrmf_reader *reader = NULL;
    wrmf_matrix *all = NULL, *thin = NULL;
    wrmf_ids *users = NULL, *items = NULL;
    if (argc != 6)
        return 2;
    must(wrmf_context_create(&context, &err));
    must(wrmf_context_set_threads(context, atoi(argv[5]), &err));
    must(wrmf_input_open_path(context, argv[1], &input, &err));
    must(wrmf_reader_create(context, &reader, &err));
    must(wrmf_reader_set_delimiter(reader, argv[4][0], &err));
    must(wrmf_reader_set_column(reader, WRMF_COLUMN_USER, argv[2], &err));
    must(wrmf_reader_set_column(reader, WRMF_COLUMN_ITEM, argv[3], &err));
    must(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_DROP, &err));
    must(wrmf_reader_read(reader, input, &all, &users, &items, &err));
    must(wrmf_matrix_threshold(all, 5, 5, &thin, NULL, NULL, &err));
    printf("%lld rows, %lld x %lld, %lld entries\n",
           (long long)wrmf_reader_count(reader, WRMF_READ_ROWS), (long long)wrmf_matrix_users(thin),
           (long long)wrmf_matrix_items(thin), (long long)wrmf_matrix_entries(thin));
    wrmf_matrix_free(thin);
    wrmf_matrix_free(all);
    wrmf_ids_free(users);
    wrmf_ids_free(items);
    wrmf_reader_free(reader);
    wrmf_input_free(input);
    wrmf_context_free(context);
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* more_like_this FILE ID: what goes with an item, on real data. Try it with
 * examples/data/packages.psv.gz, which says what Debian's packages depend on, and
 * libqt5core5a: two libraries are alike if the same packages need them. */
#include <stdio.h>
#include <string.h>
#include <wrmf/wrmf.h>

/* Reads the first two columns of a file as user and item. */
static wrmf_status load(wrmf_context *context, const char *path, wrmf_matrix **matrix,
                        wrmf_ids **items, wrmf_error *err)
{
    wrmf_reader *reader = NULL;
    wrmf_input *input = NULL;
    wrmf_status status = wrmf_reader_create(context, &reader, err);
    if (status == WRMF_OK)
        status = wrmf_input_open_path(context, path, &input, err);
    if (status == WRMF_OK)
        status = wrmf_reader_read(reader, input, matrix, NULL, items, err);
    wrmf_input_free(input);
    wrmf_reader_free(reader);
    return status;
}

int main(int argc, char **argv)
{
    wrmf_error err = {WRMF_E_NULL, "give it a file and the id of an item"};
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_ids *items = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    int64_t list[4], count = 0;
    double scores[4];
    int failed = 1;

    /* A thread count of 0 stands for every processor there is. */
    if (argc != 3 || wrmf_context_create(&context, &err) != WRMF_OK ||
        wrmf_context_set_threads(context, 0, &err) != WRMF_OK ||
        load(context, argv[1], &matrix, &items, &err) != WRMF_OK ||
        wrmf_params_create(context, &params, &err) != WRMF_OK ||
        wrmf_params_parse(params, "factors=32", &err) != WRMF_OK ||
        wrmf_model_fit(context, matrix, params, &model, &err) != WRMF_OK)
        goto done;
    printf("%lld packages, %lld dependencies\n", (long long)wrmf_matrix_users(matrix),
           (long long)wrmf_matrix_items(matrix));

    /* An id that is not there has the index -1, which wrmf_similar() refuses. */
    if (wrmf_similar(model, WRMF_ITEMS, wrmf_ids_find(items, argv[2], strlen(argv[2])), 4, list,
                     scores, &count, &err) != WRMF_OK)
        goto done;
    for (int64_t i = 0; i < count; i++)
        printf("%.2f %s\n", scores[i], wrmf_ids_string(items, list[i], NULL));
    failed = 0;
done:
    if (failed)
        fprintf(stderr, "more_like_this: %s\n", err.text);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_ids_free(items);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return failed;
}

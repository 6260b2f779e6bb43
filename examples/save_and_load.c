/* SPDX-License-Identifier: BSD-2-Clause */
/* save_and_load [FILE]: one program fits a model and saves it with the ids of its
 * items; another, which knows nothing but the file, answers a question by id. */
#include <stdio.h>
#include <string.h>
#include <wrmf/wrmf.h>

static wrmf_status train(wrmf_context *context, const char *path, wrmf_error *err)
{
    static const char *const names[] = {"tea", "teapot", "kettle", "guitar", "strings", "piano"};
    static const int64_t user[] = {0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 7};
    static const int64_t item[] = {0, 1, 0, 1, 2, 0, 1, 0, 2, 3, 3, 4, 3, 4, 5, 3, 4, 3, 4, 5};
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    wrmf_ids *ids = NULL;

    wrmf_status status = wrmf_matrix_from_triplets(context, 8, 6, 20, user, item, NULL,
                                                   WRMF_DUPLICATES_SUM, NULL, &matrix, err);
    if (status == WRMF_OK)
        status = wrmf_params_create(context, &params, err);
    if (status == WRMF_OK)
        status = wrmf_params_parse(params, "factors=2 alpha=10 iterations=20", err);
    if (status == WRMF_OK)
        status = wrmf_model_fit(context, matrix, params, &model, err);
    if (status == WRMF_OK)
        status = wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err);
    for (int i = 0; i < 6 && status == WRMF_OK; i++)
        status = wrmf_ids_add(ids, names[i], strlen(names[i]), NULL, err);
    if (status == WRMF_OK)
        status = wrmf_model_set_ids(model, WRMF_ITEMS, ids, err);
    /* A file that stood at path stays until the new one is whole and on the disk. */
    if (status == WRMF_OK)
        status = wrmf_model_save(model, path, err);

    wrmf_ids_free(ids);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    return status;
}

static wrmf_status answer(wrmf_context *context, const char *path, wrmf_error *err)
{
    wrmf_model *model = NULL;
    int64_t list[2], count = 0;
    wrmf_status status = wrmf_model_load(context, path, &model, err);
    if (status != WRMF_OK)
        return status;

    const wrmf_ids *ids = wrmf_model_ids(model, WRMF_ITEMS);
    const int64_t guitar = wrmf_ids_find(ids, "guitar", strlen("guitar"));
    status = wrmf_similar(model, WRMF_ITEMS, guitar, 2, list, NULL, &count, err);
    printf("%d users, %d items, %d epochs\n", (int)wrmf_model_users(model),
           (int)wrmf_model_items(model), (int)wrmf_model_epochs(model));
    for (int64_t i = 0; i < count; i++)
        printf("like a guitar: %s\n", wrmf_ids_string(ids, list[i], NULL));
    wrmf_model_free(model);
    return status;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "model.safetensors";
    wrmf_context *context = NULL;
    wrmf_error err;
    const int failed = wrmf_context_create(&context, &err) != WRMF_OK ||
                       train(context, path, &err) != WRMF_OK ||
                       answer(context, path, &err) != WRMF_OK;
    if (failed)
        fprintf(stderr, "save_and_load: %s\n", err.text);
    wrmf_context_free(context);
    return failed;
}

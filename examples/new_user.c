/* SPDX-License-Identifier: BSD-2-Clause */
/* A visitor whom the model has never seen: her factors from what she has touched (fold-in), her
 * list, and why the first entry is in it. Any number of threads may answer so from one model. */
#include <stdio.h>
#include <stdlib.h>
#include <wrmf/wrmf.h>

enum { USERS = 8, ITEMS = 6, FACTORS = 2, VISITED = 2, LENGTH = 3 };

static const char *const names[] = {"tea", "teapot", "kettle", "guitar", "strings", "piano"};

/* The list of a vector, without what the visitor has. */
static wrmf_status answer(wrmf_query *query, const wrmf_fold *fold, const int64_t *visited,
                          wrmf_error *err)
{
    const double counts[VISITED] = {1, 3}; /* how often she looked */
    double row[FACTORS], scores[LENGTH], terms[VISITED], score = 0;
    int64_t items[LENGTH], count = 0;
    size_t bytes = 0;
    void *workspace = NULL; /* a thread keeps it, and the query, from one request to the next */

    if (wrmf_fold_workspace(fold, VISITED, &bytes, err) != WRMF_OK ||
        !(workspace = malloc(bytes)) ||
        wrmf_fold_row(fold, visited, counts, VISITED, workspace, bytes, row, err) != WRMF_OK ||
        wrmf_query_set_excluded(query, visited, VISITED, err) != WRMF_OK ||
        wrmf_query_run_vector(query, row, items, scores, &count, err) != WRMF_OK ||
        wrmf_fold_explain(fold, visited, counts, VISITED, items[0], workspace, bytes, terms, &score,
                          err) != WRMF_OK)
        goto done;
    for (int64_t i = 0; i < count; i++)
        printf("%-8s %5.2f\n", names[items[i]], scores[i]);
    printf("%s, because of:", names[items[0]]);
    for (int64_t i = 0; i < VISITED; i++)
        printf(" %s %.2f", names[visited[i]], terms[i]);
    printf("\n");
done:
    free(workspace);
    return count > 0 ? WRMF_OK : err->code;
}

int main(void)
{
    /* Users 0 to 3 make tea, users 3 to 7 make music. */
    static const int64_t user[] = {0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 7};
    static const int64_t item[] = {0, 1, 0, 1, 2, 0, 1, 0, 2, 3, 3, 4, 3, 4, 5, 3, 4, 3, 4, 5};
    static const int64_t visited[VISITED] = {3, 4}; /* guitar and strings */
    wrmf_error err = {WRMF_OK, "no memory"};
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    wrmf_fold *fold = NULL;
    wrmf_query *query = NULL;
    const int failed =
        wrmf_context_create(&context, &err) != WRMF_OK ||
        wrmf_matrix_from_triplets(context, USERS, ITEMS, 20, user, item, NULL, WRMF_DUPLICATES_SUM,
                                  NULL, &matrix, &err) != WRMF_OK ||
        wrmf_params_create(context, &params, &err) != WRMF_OK ||
        wrmf_params_parse(params, "factors=2 alpha=10 iterations=20", &err) != WRMF_OK ||
        wrmf_model_fit(context, matrix, params, &model, &err) != WRMF_OK ||
        wrmf_fold_create(context, model, WRMF_USERS, &fold, &err) != WRMF_OK ||
        wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, &query, &err) != WRMF_OK ||
        wrmf_query_set_length(query, LENGTH, &err) != WRMF_OK ||
        answer(query, fold, visited, &err) != WRMF_OK;
    if (failed)
        fprintf(stderr, "new_user: %s\n", err.text);
    wrmf_query_free(query);
    wrmf_fold_free(fold);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return failed;
}

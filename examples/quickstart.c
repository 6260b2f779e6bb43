/* SPDX-License-Identifier: BSD-2-Clause */
/* Who touched what, a model of it, and what to show next: all of libwrmf that
 * most applications need. */
#include <stdio.h>
#include <wrmf/wrmf.h>

static const char *const names[] = {"tea", "teapot", "kettle", "guitar", "strings", "piano"};

int main(void)
{
    /* These are (user, item) pairs: users 0 to 3 make tea, users 3 to 7 make music. */
    static const int64_t user[] = {0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 7};
    static const int64_t item[] = {0, 1, 0, 1, 2, 0, 1, 0, 2, 3, 3, 4, 3, 4, 5, 3, 4, 3, 4, 5};
    const int64_t n = sizeof user / sizeof user[0];

    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    int64_t list[3], count = 0;
    double scores[3];
    int failed = 1;

    if (wrmf_context_create(&context, &err) != WRMF_OK ||
        wrmf_matrix_from_triplets(context, 8, 6, n, user, item, NULL, WRMF_DUPLICATES_SUM, NULL,
                                  &matrix, &err) != WRMF_OK)
        goto done;

    /* The fit uses 8 threads and 2 factors; wrmf/params.h has all that can be set. */
    if (wrmf_context_set_threads(context, 8, &err) != WRMF_OK ||
        wrmf_params_create(context, &params, &err) != WRMF_OK ||
        wrmf_params_parse(params, "factors=2 alpha=10 iterations=20", &err) != WRMF_OK ||
        wrmf_model_fit(context, matrix, params, &model, &err) != WRMF_OK)
        goto done;

    /* The list has what user 0 has not touched yet, best first. */
    if (wrmf_recommend(model, 0, matrix, 3, list, scores, &count, &err) != WRMF_OK)
        goto done;
    for (int64_t i = 0; i < count; i++)
        printf("user 0 may like %-8s %5.2f\n", names[list[i]], scores[i]);

    /* This list has what goes with a guitar, which is item 3. */
    if (wrmf_similar(model, WRMF_ITEMS, 3, 3, list, scores, &count, &err) != WRMF_OK)
        goto done;
    for (int64_t i = 0; i < count; i++)
        printf("like a guitar   %-8s %5.2f\n", names[list[i]], scores[i]);

    failed = 0;
done:
    if (failed)
        fprintf(stderr, "quickstart: %s\n", err.text);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return failed;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Is a model better than showing everybody what is popular? The evaluator takes
 * any factors, so the baseline is a model of one factor: 1 for each user, and for
 * each item the number of its users. */
#include <stdio.h>
#include <wrmf/wrmf.h>

enum { USERS = 600, ITEMS = 100, PLAYS = 12 };

/* Made-up data: five shelves of 20 items. A user takes from one of them, one time in
 * two from any, and the first items of a shelf are taken most. */
static wrmf_status make_data(wrmf_context *context, wrmf_matrix **matrix, wrmf_error *err)
{
    static int64_t user[USERS * PLAYS], item[USERS * PLAYS];
    uint64_t random = 1;
    for (int64_t i = 0; i < USERS * PLAYS; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        const int64_t place = (int64_t)(random >> 33) % 20 * ((int64_t)(random >> 43) % 20) / 20;
        const int64_t shelf = i % 2 ? (int64_t)(random >> 53) % 5 : i / PLAYS % 5;
        user[i] = i / PLAYS;
        item[i] = 20 * shelf + place;
    }
    return wrmf_matrix_from_triplets(context, USERS, ITEMS, USERS * PLAYS, user, item, NULL,
                                     WRMF_DUPLICATES_DROP, NULL, matrix, err);
}

int main(void)
{
    int64_t users_of[ITEMS];
    double popularity[ITEMS], ones[USERS];
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_matrix *all = NULL, *train = NULL, *test = NULL;
    wrmf_evaluator *evaluator = NULL;
    wrmf_params *params = NULL;
    wrmf_model *popular = NULL, *fitted = NULL;
    int failed = 1;

    if (wrmf_context_create(&context, &err) != WRMF_OK ||
        make_data(context, &all, &err) != WRMF_OK ||
        wrmf_matrix_split(all, 3, 0.5, 2, &train, &test, NULL, NULL, &err) != WRMF_OK ||
        wrmf_evaluator_create(context, test, train, &evaluator, &err) != WRMF_OK ||
        wrmf_params_create(context, &params, &err) != WRMF_OK ||
        wrmf_params_parse(params, "factors=1", &err) != WRMF_OK ||
        wrmf_model_create(context, USERS, ITEMS, params, &popular, &err) != WRMF_OK ||
        wrmf_matrix_degrees(train, WRMF_ITEMS, users_of, &err) != WRMF_OK)
        goto done;
    for (int i = 0; i < ITEMS; i++)
        popularity[i] = (double)users_of[i];
    for (int u = 0; u < USERS; u++)
        ones[u] = 1;
    if (wrmf_model_set_rows(popular, WRMF_ITEMS, 0, ITEMS, popularity, &err) != WRMF_OK ||
        wrmf_model_set_rows(popular, WRMF_USERS, 0, USERS, ones, &err) != WRMF_OK ||
        wrmf_evaluator_run(context, evaluator, popular, &err) != WRMF_OK)
        goto done;
    printf("what is popular: recall@10 %.2f\n",
           wrmf_evaluator_value(evaluator, WRMF_METRIC_RECALL, 10));

    if (wrmf_params_parse(params, "factors=5 alpha=1 regularization=10", &err) != WRMF_OK ||
        wrmf_model_fit(context, train, params, &fitted, &err) != WRMF_OK ||
        wrmf_evaluator_run(context, evaluator, fitted, &err) != WRMF_OK)
        goto done;
    printf("a fitted model:  recall@10 %.2f\n",
           wrmf_evaluator_value(evaluator, WRMF_METRIC_RECALL, 10));
    failed = 0;
done:
    if (failed)
        fprintf(stderr, "popularity_baseline: %s\n", err.text);
    wrmf_model_free(fitted);
    wrmf_model_free(popular);
    wrmf_params_free(params);
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(test);
    wrmf_matrix_free(train);
    wrmf_matrix_free(all);
    wrmf_context_free(context);
    return failed;
}

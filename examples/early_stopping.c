/* SPDX-License-Identifier: BSD-2-Clause */
/* When to stop: fit epoch by epoch, measure on held-out items, and end when three
 * epochs in a row are no better than the best. The model for use is then fitted to
 * everything, for as many epochs as were best. */
#include <stdio.h>
#include <wrmf/wrmf.h>

enum { USERS = 600, ITEMS = 100, PLAYS = 12 };
static const char SETTINGS[] = "factors=48 alpha=40 regularization=0.01 relaxation=1";

/* Made-up data: a user mostly takes from one shelf of 20 items, sometimes anything. */
static wrmf_status make_data(wrmf_context *context, wrmf_matrix **matrix, wrmf_error *err)
{
    static int64_t user[USERS * PLAYS], item[USERS * PLAYS];
    uint64_t random = 1;
    for (int64_t i = 0; i < USERS * PLAYS; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        const int64_t any = (int64_t)(random >> 33) % ITEMS;
        user[i] = i / PLAYS;
        item[i] = i % 3 == 0 ? any : user[i] % 5 * 20 + any % 20;
    }
    return wrmf_matrix_from_triplets(context, USERS, ITEMS, USERS * PLAYS, user, item, NULL,
                                     WRMF_DUPLICATES_DROP, NULL, matrix, err);
}

int main(void)
{
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL, *train = NULL, *test = NULL;
    wrmf_evaluator *evaluator = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL, *final = NULL;
    double best = -1;
    int64_t best_epoch = 0;
    int failed = 1;

    /* Far too many factors and hardly any regularization: this will overfit, in plain
     * epochs slowly enough to be watched. After relaxed ones, iterations=0 would make
     * each call leave what a fit of as many epochs does. */
    if (wrmf_context_create(&context, &err) != WRMF_OK ||
        make_data(context, &matrix, &err) != WRMF_OK ||
        wrmf_matrix_split(matrix, 3, 0.5, 2, &train, &test, NULL, NULL, &err) != WRMF_OK ||
        wrmf_evaluator_create(context, test, train, &evaluator, &err) != WRMF_OK ||
        wrmf_params_create(context, &params, &err) != WRMF_OK ||
        wrmf_params_parse(params, SETTINGS, &err) != WRMF_OK ||
        wrmf_model_create(context, USERS, ITEMS, params, &model, &err) != WRMF_OK)
        goto done;

    while (wrmf_model_epochs(model) < best_epoch + 3) {
        if (wrmf_model_continue(context, model, train, 1, &err) != WRMF_OK ||
            wrmf_evaluator_run(context, evaluator, model, &err) != WRMF_OK)
            goto done;
        const double ndcg = wrmf_evaluator_value(evaluator, WRMF_METRIC_NDCG, 10);
        if (ndcg > best) {
            best = ndcg;
            best_epoch = wrmf_model_epochs(model);
        }
        printf("epoch %d: ndcg@10 %.2f\n", (int)wrmf_model_epochs(model), ndcg);
    }
    if (wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, best_epoch, &err) != WRMF_OK ||
        wrmf_model_fit(context, matrix, params, &final, &err) != WRMF_OK)
        goto done;
    printf("fitted to everything: %d epochs\n", (int)wrmf_model_epochs(final));

    failed = 0;
done:
    if (failed)
        fprintf(stderr, "early_stopping: %s\n", err.text);
    wrmf_model_free(final);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(test);
    wrmf_matrix_free(train);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return failed;
}

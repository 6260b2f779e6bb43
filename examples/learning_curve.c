/* SPDX-License-Identifier: BSD-2-Clause */
/* A learning curve: one fit, evaluated on the way on what it was fitted to and on
 * what was held out. The loss falls from point to point, as it must; where the test
 * column has its best, the model begins to learn the noise. */
#include <stdio.h>
#include <wrmf/wrmf.h>

enum { USERS = 600, ITEMS = 100, PLAYS = 12 };
/* Plain epochs: slow enough to be watched while they overfit. */
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
    static const int64_t epochs[] = {1, 2, 3, 5, 8, 13};
    static const char *const labels[] = {"train", "test"};
    wrmf_error err;
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL, *train = NULL, *test = NULL;
    wrmf_evaluator *on[2] = {NULL, NULL};
    wrmf_params *params = NULL;
    wrmf_curve *curve = NULL;
    int failed = 1;

    /* The evaluator of the training items must not leave them out. */
    if (wrmf_context_create(&context, &err) != WRMF_OK ||
        make_data(context, &matrix, &err) != WRMF_OK ||
        wrmf_matrix_split(matrix, 3, 0.5, 2, &train, &test, NULL, NULL, &err) != WRMF_OK ||
        wrmf_evaluator_create(context, train, NULL, &on[0], &err) != WRMF_OK ||
        wrmf_evaluator_create(context, test, train, &on[1], &err) != WRMF_OK ||
        wrmf_params_create(context, &params, &err) != WRMF_OK ||
        wrmf_params_parse(params, SETTINGS, &err) != WRMF_OK ||
        wrmf_curve_run(context, train, params, epochs, 6, on, labels, 2, &curve, &err) != WRMF_OK)
        goto done;

    const int64_t objective = wrmf_curve_find(curve, "objective");
    const int64_t on_train = wrmf_curve_find(curve, "train_ndcg@10");
    const int64_t on_test = wrmf_curve_find(curve, "test_ndcg@10");
    printf("epoch  loss/1000  train  test\n");
    for (int64_t p = 0; p < wrmf_curve_points(curve); p++)
        printf("%5d  %9.1f  %5.2f  %4.2f\n", (int)wrmf_curve_epoch(curve, p),
               wrmf_curve_value(curve, p, objective) / 1000, wrmf_curve_value(curve, p, on_train),
               wrmf_curve_value(curve, p, on_test));
    printf("best on test: epoch %d\n",
           (int)wrmf_curve_epoch(curve, wrmf_curve_best(curve, on_test)));
    failed = 0;
done:
    if (failed)
        fprintf(stderr, "learning_curve: %s\n", err.text);
    wrmf_curve_free(curve);
    wrmf_params_free(params);
    wrmf_evaluator_free(on[1]);
    wrmf_evaluator_free(on[0]);
    wrmf_matrix_free(test);
    wrmf_matrix_free(train);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return failed;
}

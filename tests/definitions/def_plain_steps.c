/* SPDX-License-Identifier: BSD-2-Clause */
/* Confidences far below the unobserved weight, in all cells: what is left of a row's system is a
 * millionth of Y'Y. Plain conjugate gradients in float32 have no digit of it. */
#include <math.h>

#include "dense.h"

enum { USERS = 37, ITEMS = 29 };

static void plain_steps_do_not_diverge(void **state)
{
    static const char scaled[] = "regularization=1e-6 regularization_exponent=1 "
                                 "regularization_size=entries";
    static const char *const more[] = {"regularization=1e-6", "regularization=1e-5", scaled};
    wrmf_context *context = NULL;
    (void)state;
    MUST(wrmf_context_create(&context, err));
    for (int i = 0; i < 6; i++) {
        dense table = i % 2 ? dense_new(9, 8) : dense_new(USERS, ITEMS);
        for (int64_t k = 0; k < table.rows * table.columns; k++)
            table.at[k] = pow(10, 0.4 * (double)(k * 7 % 11) - 4);
        wrmf_matrix *const matrix = dense_to_matrix(context, &table);
        wrmf_params *params = NULL;
        wrmf_model *model = NULL;
        double before = HUGE_VAL, total;
        MUST(wrmf_params_create(context, &params, err));
        MUST(wrmf_params_parse(params,
                               "confidence=plain alpha=1 unobserved_weight=10 factors=20 "
                               "relaxation=1 init_scale=0.5 solver=cg cg_steps=50",
                               err));
        MUST(wrmf_params_parse(params, more[i / 2], err));
        MUST(wrmf_model_create(context, table.rows, table.columns, params, &model, err));
        for (int epoch = 0; epoch < 5; epoch++) {
            MUST(wrmf_model_continue(context, model, matrix, 1, err));
            MUST(wrmf_model_objective(context, model, matrix, &total, NULL, NULL, NULL, err));
            if (!(total <= before * (1 + 1e-3)))
                fail_msg("%s: the objective rises from %g to %g", more[i / 2], before, total);
            before = total;
        }
        assert_true(wrmf_model_statistic(model, WRMF_STAT_ROWS_FALLBACK) > 0);
        wrmf_model_free(model);
        wrmf_params_free(params);
        wrmf_matrix_free(matrix);
        dense_free(&table);
    }
    wrmf_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plain_steps_do_not_diverge)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

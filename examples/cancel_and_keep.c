/* SPDX-License-Identifier: BSD-2-Clause */
/* A fit that is stopped keeps its last whole epoch: finished, the model is what a fit
 * of so many epochs gives, and going on later gives the same bits as if it had never
 * stopped. */
#include <stdio.h>
#include <string.h>
#include <wrmf/wrmf.h>

enum { USERS = 4, ITEMS = 4, FACTORS = 3, EPOCHS = 10 };

/* A host would look at a clock, a button or a flag that a signal handler sets.
 * This one has had enough after five epochs. */
static int enough(void *self, const wrmf_progress *progress)
{
    (void)self;
    return strcmp(progress->phase, "fit") == 0 && progress->done == 5;
}

static wrmf_status same_rows(const wrmf_model *a, const wrmf_model *b, int *same, wrmf_error *err)
{
    double x[ITEMS * FACTORS], y[ITEMS * FACTORS];
    wrmf_status status = wrmf_model_get_rows(a, WRMF_ITEMS, 0, ITEMS, x, err);
    if (status == WRMF_OK)
        status = wrmf_model_get_rows(b, WRMF_ITEMS, 0, ITEMS, y, err);
    *same = status == WRMF_OK && memcmp(x, y, sizeof x) == 0;
    return status;
}

int main(void)
{
    static const int64_t user[] = {0, 0, 1, 1, 2, 2, 3, 3}, item[] = {0, 1, 1, 2, 2, 3, 3, 0};
    wrmf_error err = {WRMF_OK, "the fit was not stopped"};
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL, *whole = NULL;
    int failed = 1, same = 0;

    /* wrmf_model_fit() would give no model when it is stopped, so the model is
     * created first and then continued. */
    if (wrmf_context_create(&context, &err) != WRMF_OK ||
        wrmf_matrix_from_triplets(context, USERS, ITEMS, 8, user, item, NULL, WRMF_DUPLICATES_SUM,
                                  NULL, &matrix, &err) != WRMF_OK ||
        wrmf_params_create(context, &params, &err) != WRMF_OK ||
        wrmf_params_set_int(params, WRMF_PARAM_FACTORS, FACTORS, &err) != WRMF_OK ||
        wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, EPOCHS, &err) != WRMF_OK ||
        wrmf_model_create(context, USERS, ITEMS, params, &model, &err) != WRMF_OK)
        goto done;

    wrmf_context_set_progress(context, NULL, enough);
    if (wrmf_model_continue(context, model, matrix, EPOCHS, &err) != WRMF_E_CANCELLED)
        goto done;
    printf("stopped after %d of %d epochs\n", (int)wrmf_model_epochs(model), EPOCHS);

    wrmf_context_set_progress(context, NULL, NULL);
    if (wrmf_model_finish(context, model, matrix, &err) != WRMF_OK)
        goto done;
    /* here it would be saved, or make lists */
    if (wrmf_model_continue(context, model, matrix, EPOCHS - wrmf_model_epochs(model), &err) !=
            WRMF_OK ||
        wrmf_model_fit(context, matrix, params, &whole, &err) != WRMF_OK ||
        same_rows(model, whole, &same, &err) != WRMF_OK)
        goto done;
    printf("continued to %d epochs\n", (int)wrmf_model_epochs(model));
    printf("same factors as without a stop: %s\n", same ? "yes" : "no");

    failed = 0;
done:
    if (failed)
        fprintf(stderr, "cancel_and_keep: %s\n", err.text);
    wrmf_model_free(whole);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return failed;
}

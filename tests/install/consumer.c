/* SPDX-License-Identifier: BSD-2-Clause */
/* This is somebody else's program: it fits a small model and saves it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <wrmf/wrmf.h>

static int fail(const char *where, const wrmf_error *err)
{
    fprintf(stderr, "%s: %s\n", where, err->text);
    return 1;
}

static int fit(wrmf_context *context, wrmf_error *err)
{
    /* there are two groups of users and items with nothing in common */
    static const int64_t user[] = {0, 0, 1, 1, 2, 3, 3, 4, 4};
    static const int64_t item[] = {0, 1, 0, 1, 1, 2, 3, 2, 3};
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    wrmf_model *loaded = NULL;
    int64_t items[4], count = 0;
    int result = 1;

    if (wrmf_matrix_from_triplets(context, 5, 4, 9, user, item, NULL, WRMF_DUPLICATES_REFUSE, NULL,
                                  &matrix, err) ||
        wrmf_params_create(context, &params, err) ||
        wrmf_params_parse(params, "factors=2, regularization=0.01", err) ||
        wrmf_model_fit(context, matrix, params, &model, err) ||
        wrmf_model_save(model, "consumer.safetensors", err) ||
        wrmf_model_load(context, "consumer.safetensors", &loaded, err) ||
        wrmf_recommend(loaded, 2, matrix, 1, items, NULL, &count, err))
        fail("fit", err);
    else if (count != 1 || items[0] != 0)
        fprintf(stderr, "%d items, the first is %d\n", (int)count, (int)items[0]);
    else if (!(wrmf_model_score(model, 2, 0) > 0.5) || fabs(wrmf_model_score(model, 2, 3)) > 0.1)
        fprintf(stderr, "scores %g and %g\n", wrmf_model_score(model, 2, 0),
                wrmf_model_score(model, 2, 3));
    else
        result = 0;
    wrmf_model_free(loaded);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    return result;
}

int main(void)
{
    wrmf_context *context = NULL;
    wrmf_error err;
    int result;

    if (wrmf_version_number() != WRMF_VERSION_NUMBER ||
        strcmp(wrmf_version_string(), WRMF_VERSION_STRING) != 0)
        return 2;
    if (wrmf_context_create(&context, &err))
        return fail("context", &err);
    result = fit(context, &err);
    wrmf_context_free(context);
    return result;
}

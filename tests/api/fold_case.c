/* SPDX-License-Identifier: BSD-2-Clause */
#include "fold_case.h"

#include <stdlib.h>

wrmf_params *params_of(const char *settings)
{
    wrmf_params *params = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, settings, err));
    return params;
}

wrmf_matrix *steps(int64_t users, int64_t items, int64_t count)
{
    const int64_t room = users * items;
    int64_t *const user = malloc((size_t)room * sizeof *user);
    int64_t *const item = malloc((size_t)room * sizeof *item);
    double *const counts = malloc((size_t)room * sizeof *counts);
    int64_t n = 0;
    assert_true(user && item && counts);
    for (int64_t u = 0; u < users; u++) {
        const int64_t most = u == users - 1 ? items : u < items ? u : items;
        for (int64_t i = 0; i < most; i++) {
            user[n] = u;
            item[n] = most == items ? i : (i * 7 + u * 11) % items;
            counts[n++] = (double)(1 + (u + i) % count);
        }
    }
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_triplets(context, users, items, n, user, item, counts,
                                   WRMF_DUPLICATES_MAX, NULL, &matrix, err));
    free(user);
    free(item);
    free(counts);
    return matrix;
}

wrmf_model *fitted(const wrmf_matrix *matrix, const char *settings)
{
    wrmf_model *model = NULL;
    wrmf_params *const params = params_of(settings);
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    wrmf_params_free(params);
    return model;
}

wrmf_fold *fold_of(const wrmf_model *model, wrmf_side side)
{
    wrmf_fold *fold = NULL;
    MUST(wrmf_fold_create(context, model, side, &fold, err));
    return fold;
}

workspace workspace_of(const wrmf_fold *fold, int64_t most)
{
    workspace w = {0};
    MUST(wrmf_fold_workspace(fold, most, &w.bytes, err));
    w.block = malloc(w.bytes + 1);
    assert_non_null(w.block);
    w.at = w.block + 1;
    return w;
}

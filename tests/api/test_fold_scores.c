/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/fold.h: scores of vectors that are rows in no model: the bits that they would have as rows.
 */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "wrmf/fold.h"
#include "wrmf/model.h"
#include "wrmf/params.h"

enum { M = 27, N = 45, MOST = 400 };

static wrmf_model *made_model(int factors, wrmf_precision precision)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, factors, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
    MUST(wrmf_model_create(context, M, N, params, &model, err));
    wrmf_params_free(params);
    return model;
}

static void check_side(const wrmf_model *model, wrmf_side side, int64_t n_vectors)
{
    static double vectors[N * MOST], scores[N * N];
    static float floats[N * MOST], narrow[N * N];
    const wrmf_side other = side == WRMF_USERS ? WRMF_ITEMS : WRMF_USERS;
    const int64_t size = side == WRMF_USERS ? M : N, f = wrmf_model_factors(model);
    int64_t rows[N];
    for (int64_t i = 0; i < size; i++)
        rows[i] = i * 7 % size;
    MUST(wrmf_model_get_rows(model, other, 0, n_vectors, vectors, err));
    for (int64_t i = 0; i < n_vectors * f; i++)
        floats[i] = (float)vectors[i];
    for (int given = 0; given < 2; given++) {
        scores[n_vectors * size] = 77;
        MUST(wrmf_model_score_vectors(model, side, vectors, n_vectors, given ? rows : NULL, size,
                                      scores, err));
        MUST(wrmf_model_score_vectors_float32(model, side, floats, n_vectors, given ? rows : NULL,
                                              size, narrow, err));
        for (int64_t i = 0; i < n_vectors * size; i++) {
            const int64_t vector = i / size, row = given ? rows[i % size] : i % size;
            const double want = side == WRMF_ITEMS ? wrmf_model_score(model, vector, row)
                                                   : wrmf_model_score(model, row, vector);
            assert_memory_equal(&scores[i], &want, sizeof want);
            if (wrmf_model_float32(model, side, NULL))
                assert_true(narrow[i] == (float)want);
        }
        assert_true(scores[n_vectors * size] == 77);
    }
}

static void scores_of_vectors(void **state)
{
    (void)state;
    static const int factors[] = {1, 8, 33, MOST};
    for (int kind = 0; kind < 8; kind++) {
        wrmf_model *const model = made_model(factors[kind / 2], kind % 2 ? WRMF_PRECISION_FLOAT64
                                                                         : WRMF_PRECISION_FLOAT32);
        check_side(model, WRMF_ITEMS, M);
        check_side(model, WRMF_ITEMS, 1);
        check_side(model, WRMF_USERS, 14);
        wrmf_model_free(model);
    }
}

static void what_is_refused(void **state)
{
    (void)state;
    static const int64_t rows[] = {0, N};
    double vector[2] = {1, 1e39}, scores[2] = {77, 77};
    float floats[2] = {1, (float)INFINITY}, narrow[2];
    wrmf_model *const model = made_model(2, WRMF_PRECISION_FLOAT32);
    FAILS(WRMF_E_NULL, "model",
          wrmf_model_score_vectors(NULL, WRMF_ITEMS, vector, 1, NULL, 2, scores, err));
    FAILS(WRMF_E_NULL, "vectors",
          wrmf_model_score_vectors(model, WRMF_ITEMS, NULL, 1, NULL, 2, scores, err));
    FAILS(WRMF_E_RANGE, "side is 3",
          wrmf_model_score_vectors(model, (wrmf_side)3, vector, 1, NULL, 2, scores, err));
    FAILS(WRMF_E_RANGE, "n_vectors is -1",
          wrmf_model_score_vectors(model, WRMF_ITEMS, vector, -1, NULL, 2, scores, err));
    FAILS(WRMF_E_NONFINITE, "number 1 of vector 0",
          wrmf_model_score_vectors(model, WRMF_ITEMS, vector, 1, NULL, 2, scores, err));
    FAILS(WRMF_E_NONFINITE, "number 1",
          wrmf_model_score_vectors_float32(model, WRMF_ITEMS, floats, 1, NULL, 2, narrow, err));
    vector[1] = floats[1] = 0;
    FAILS(WRMF_E_RANGE, "rows[1] is 45",
          wrmf_model_score_vectors(model, WRMF_ITEMS, vector, 1, rows, 2, scores, err));
    FAILS(WRMF_E_RANGE, "n_rows is 46",
          wrmf_model_score_vectors_float32(model, WRMF_ITEMS, floats, 1, NULL, N + 1, narrow, err));
    FAILS(WRMF_E_NULL, "scores",
          wrmf_model_score_vectors(model, WRMF_ITEMS, vector, 1, NULL, 2, NULL, err));
    FAILS(WRMF_E_NULL, "scores",
          wrmf_model_score_vectors_float32(model, WRMF_ITEMS, floats, 1, NULL, 2, NULL, err));
    MUST(wrmf_model_score_vectors(model, WRMF_ITEMS, NULL, 0, NULL, 2, NULL, err));
    assert_true(scores[0] == 77 && scores[1] == 77);
    wrmf_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(scores_of_vectors), TEST(what_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is promised bit for bit, on every level that this CPU can run: models whatever the number
 * of threads, epochs in one call or two, rows whatever rows stand beside them, lists alone and in
 * batches. All of it is the compiler's to break, so scripts/test runs this under several.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "host.h"
#include "wrmf/wrmf.h"

enum { USERS = 230, ITEMS = 170, ENTRIES = 5000, HEAVY = 3, MOST_FACTORS = 60, K = 9 };

/* Number i of entry e, below the bound. */
static int64_t draw(uint64_t e, uint32_t i, uint64_t bound)
{
    return (int64_t)wrmf_i_random_below(19, 83, i, e, bound);
}

/* Users by number, or in reverse. Three of them have half of the items and large counts. */
static wrmf_matrix *new_matrix(wrmf_context *context, bool reverse)
{
    static int64_t user[ENTRIES], item[ENTRIES];
    static double count[ENTRIES];
    for (uint64_t e = 0; e < ENTRIES; e++) {
        const bool heavy = e % 20 == 0;
        user[e] = heavy ? draw(e, 0, HEAVY) : draw(e, 0, USERS - 1); /* the last has none */
        item[e] = draw(e, 1, ITEMS - (heavy ? ITEMS / 2 : 0));
        count[e] = heavy ? 1000 : (double)(1 + draw(e, 2, 9));
        if (reverse)
            user[e] = USERS - 1 - user[e];
    }
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, ENTRIES, user, item, count,
                                   WRMF_DUPLICATES_SUM, NULL, &matrix, err));
    return matrix;
}

static wrmf_model *new_model(wrmf_context *context, const char *text)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, text, err));
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    wrmf_params_free(params);
    return model;
}

static wrmf_model *fitted(wrmf_context *context, const wrmf_matrix *matrix, const char *text,
                          int64_t epochs)
{
    wrmf_model *const model = new_model(context, text);
    MUST(wrmf_model_continue(context, model, matrix, epochs, err));
    return model;
}

/* Row i of one side, in float64, which holds the bits of both precisions. */
static void get_row(const wrmf_model *model, wrmf_side side, int64_t i, double *row)
{
    memset(row, 0, sizeof *row * MOST_FACTORS);
    MUST(wrmf_model_get_rows(model, side, i, 1, row, err));
}

static void same_model(const wrmf_model *a, const wrmf_model *b)
{
    double x[MOST_FACTORS], y[MOST_FACTORS];
    for (int side = WRMF_USERS; side <= WRMF_ITEMS; side++) {
        for (int64_t i = 0; i < (side == WRMF_USERS ? USERS : ITEMS); i++) {
            get_row(a, (wrmf_side)side, i, x);
            get_row(b, (wrmf_side)side, i, y);
            assert_memory_equal(x, y, sizeof x);
        }
    }
}

/* A check for each level. */
static void each_level(void (*check)(wrmf_context *context))
{
    static const char *const levels[] = {"generic", "avx2", "avx512", "avx512vnni", "neon"};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        host machine = {0};
        wrmf_context *const context = host_context(&machine);
        if (wrmf_context_set_cpu(context, levels[i], NULL) == WRMF_OK)
            check(context);
        wrmf_context_free(context);
        host_check(&machine);
    }
}

static const char *const models[] = {
    "factors=9 alpha=10",
    "factors=33 alpha=40 solver=whitened",
    "factors=60 alpha=40",
    "factors=60 alpha=1e6",
    "factors=21 alpha=40 solver=cholesky",
    "factors=60 alpha=40 solver=cholesky",
    "factors=9 alpha=10 precision=float64",
    "factors=60 alpha=40 precision=float64",
    "factors=33 alpha=40 precision=float64 solver=cholesky",
};
#define EACH_MODEL(i)                                                                              \
    size_t i = 0;                                                                                  \
    i < sizeof models / sizeof *models;                                                            \
    i++

static void check_epochs(wrmf_context *context)
{
    static const int threads[] = {2, 5};
    wrmf_matrix *const matrix = new_matrix(context, false);
    for (EACH_MODEL(i)) {
        MUST(wrmf_context_set_threads(context, 1, err));
        wrmf_model *const one = fitted(context, matrix, models[i], 2);
        for (int t = 0; t < 2; t++) {
            MUST(wrmf_context_set_threads(context, threads[t], err));
            wrmf_model *const other = fitted(context, matrix, models[i], 1 + t);
            if (t == 0)
                MUST(wrmf_model_continue(context, other, matrix, 1, err));
            same_model(one, other);
            wrmf_model_free(other);
        }
        wrmf_model_free(one);
    }
    wrmf_matrix_free(matrix);
}

static void test_epochs(void **state)
{
    (void)state;
    each_level(check_epochs);
}

/* Users' rows are solved first, from the same items: in another order they are the same. */
static void check_company(wrmf_context *context)
{
    wrmf_matrix *const matrix = new_matrix(context, false), *const reversed =
                                                                new_matrix(context, true);
    double x[MOST_FACTORS], y[MOST_FACTORS];
    for (EACH_MODEL(i)) {
        if (!strstr(models[i], "cholesky")) /* others start from the rows that there were */
            continue;
        wrmf_model *const one = fitted(context, matrix, models[i], 1);
        wrmf_model *const other = fitted(context, reversed, models[i], 1);
        for (int64_t user = 0; user < USERS; user++) {
            get_row(one, WRMF_USERS, user, x);
            get_row(other, WRMF_USERS, USERS - 1 - user, y);
            assert_memory_equal(x, y, sizeof x);
        }
        wrmf_model_free(one);
        wrmf_model_free(other);
    }
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(reversed);
}

static void test_company(void **state)
{
    (void)state;
    each_level(check_company);
}

typedef struct lists {
    int64_t index[USERS * K], count[USERS];
    double score[USERS * K];
} lists;

/* List q of a batch, and one by itself. */
static void same_list(const lists *batch, int64_t q, const lists *alone)
{
    assert_int_equal(batch->count[q], alone->count[0]);
    const size_t n = (size_t)alone->count[0];
    assert_memory_equal(&batch->index[q * K], alone->index, n * sizeof *alone->index);
    assert_memory_equal(&batch->score[q * K], alone->score, n * sizeof *alone->score);
}

static void check_recommendations(wrmf_context *context, const wrmf_model *model,
                                  const wrmf_matrix *seen)
{
    static lists batch, alone;
    int64_t backwards[USERS];
    for (int64_t q = 0; q < USERS; q++)
        backwards[q] = USERS - 1 - q;
    for (int64_t n = 1; n <= USERS; n += n < 14 ? 1 : 54) { /* tiles that are full, and not */
        MUST(wrmf_context_set_threads(context, 1 + (int)n % 3, err));
        MUST(wrmf_recommend_batch(context, model, backwards, n, seen, K, batch.index, batch.score,
                                  batch.count, err));
        for (int64_t q = 0; q < n; q++) {
            MUST(wrmf_recommend(model, backwards[q], seen, K, alone.index, alone.score, alone.count,
                                err));
            same_list(&batch, q, &alone);
            for (int64_t i = 0; i < alone.count[0]; i++) {
                const double score = wrmf_model_score(model, backwards[q], alone.index[i]);
                assert_memory_equal(&score, &alone.score[i], sizeof score);
            }
        }
    }
}

static void check_alike(wrmf_context *context, const wrmf_model *model)
{
    static lists batch, alone;
    for (int by = WRMF_SIMILARITY_COSINE; by <= WRMF_SIMILARITY_DOT; by++) {
        MUST(wrmf_context_set_threads(context, 2 + by, err));
        MUST(wrmf_similar_batch(context, model, WRMF_ITEMS, NULL, ITEMS, (wrmf_similarity)by,
                                WRMF_SELF_FIRST, K, batch.index, batch.score, batch.count, err));
        for (int64_t item = 0; item < ITEMS; item++) {
            MUST(wrmf_similar(model, WRMF_ITEMS, item, (wrmf_similarity)by, WRMF_SELF_FIRST, K,
                              alone.index, alone.score, alone.count, err));
            same_list(&batch, item, &alone);
        }
    }
}

static void check_lists(wrmf_context *context)
{
    wrmf_matrix *const matrix = new_matrix(context, false);
    for (EACH_MODEL(i)) {
        wrmf_model *const model = fitted(context, matrix, models[i], 1);
        check_recommendations(context, model, i % 2 ? matrix : NULL);
        check_alike(context, model);
        wrmf_model_free(model);
    }
    wrmf_matrix_free(matrix);
}

static void test_lists(void **state)
{
    (void)state;
    each_level(check_lists);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_epochs),
        cmocka_unit_test(test_company),
        cmocka_unit_test(test_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

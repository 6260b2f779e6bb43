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
#include "thin.h"
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

/* A check for each level, the best one first; that alone in a thin run. */
static void each_level(void (*check)(wrmf_context *context))
{
    static const char *const levels[] = {"neon", "avx512vnni", "avx512", "avx2", "generic"};
    bool enough = false;
    for (size_t i = 0; i < sizeof levels / sizeof *levels && !enough; i++) {
        host machine = {0};
        wrmf_context *const context = host_context(&machine);
        if (wrmf_context_set_cpu(context, levels[i], NULL) == WRMF_OK) {
            check(context);
            enough = thin_all();
        }
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
    static const int threads[2][2] = {{2, 16}, {3, 64}}; /* in turn: threads take time to start */
    wrmf_matrix *const matrix = new_matrix(context, false);
    for (EACH_MODEL(i)) {
        MUST(wrmf_context_set_threads(context, 1, err));
        wrmf_model *const one = fitted(context, matrix, models[i], 2);
        for (int t = 0; t < 2; t++) {
            MUST(wrmf_context_set_threads(context, threads[t][i % 2], err));
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

typedef struct list {
    int64_t index[K], count;
    double score[K];
} list;

/* List q of a batch, and one by itself. */
static void same_list(const lists *batch, int64_t q, const list *alone)
{
    assert_int_equal(batch->count[q], alone->count);
    const size_t n = (size_t)alone->count;
    assert_memory_equal(&batch->index[q * K], alone->index, n * sizeof *alone->index);
    assert_memory_equal(&batch->score[q * K], alone->score, n * sizeof *alone->score);
}

/* Lists in batches of many sizes, so that tiles are full and are not, against one at a time. */
static void check_query(wrmf_context *context, wrmf_query *query, int64_t rows)
{
    static lists batch;
    static list alone[USERS];
    int64_t backwards[USERS];
    MUST(wrmf_query_set_length(query, K, err));
    for (int64_t q = 0; q < rows; q++) {
        backwards[q] = rows - 1 - q;
        MUST(wrmf_query_run(query, backwards[q], alone[q].index, alone[q].score, &alone[q].count,
                            err));
    }
    const int64_t sizes[] = {1, 2, 11, 12, 13, 25, rows};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const int64_t n = sizes[i];
        MUST(wrmf_context_set_threads(context, 1 + (int)n % 3, err));
        MUST(wrmf_query_run_batch(query, backwards, n, batch.index, batch.score, batch.count, err));
        for (int64_t q = 0; q < n; q++)
            same_list(&batch, q, &alone[q]);
    }
}

static void check_scores(const wrmf_model *model, const wrmf_matrix *seen)
{
    list got;
    for (int64_t user = 0; user < USERS; user++) {
        MUST(wrmf_recommend(model, user, seen, K, got.index, got.score, &got.count, err));
        for (int64_t i = 0; i < got.count; i++) {
            const double score = wrmf_model_score(model, user, got.index[i]);
            assert_memory_equal(&score, &got.score[i], sizeof score);
        }
    }
}

static void check_all_lists(wrmf_context *context, const wrmf_model *model, const wrmf_matrix *seen)
{
    wrmf_query *query = NULL;
    MUST(wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, &query, err));
    MUST(wrmf_query_set_seen(query, seen, err));
    check_query(context, query, USERS);
    wrmf_query_free(query);
    for (int by = WRMF_SIMILARITY_COSINE; by <= WRMF_SIMILARITY_DOT; by++) {
        MUST(wrmf_query_create(context, model, WRMF_ITEMS, WRMF_ITEMS, &query, err));
        MUST(wrmf_query_set_similarity(query, (wrmf_similarity)by, err));
        check_query(context, query, ITEMS);
        wrmf_query_free(query);
    }
}

static void check_lists(wrmf_context *context)
{
    wrmf_matrix *const matrix = new_matrix(context, false);
    for (EACH_MODEL(i)) {
        if (i % 3 != 0) /* few factors and many; float64 */
            continue;
        wrmf_model *const model = fitted(context, matrix, models[i], 1);
        check_scores(model, i % 2 ? matrix : NULL);
        check_all_lists(context, model, i % 2 ? matrix : NULL);
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

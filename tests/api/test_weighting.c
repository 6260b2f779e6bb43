/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts turned into weights. Formulas are held against another library by tests/oracle. */
#include "made.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wrmf/wrmf.h"

/* Item 0 is everybody's and item 1 all but one user's: neither tells anything. */
static const int64_t users_of[] = {0, 0, 0, 1, 1, 2, 2, 3}, items_of[] = {0, 1, 2, 0, 1, 0, 1, 0};
static const double counts_of[] = {1, 2, 9, 1, 2, 1, 2, 8};

static double weight_at(const wrmf_matrix *matrix, int64_t user, int64_t item)
{
    return wrmf_matrix_count(matrix, user, item);
}

static void what_all_have_is_left_out(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = triplets(4, 5, 8, users_of, items_of, counts_of);
    wrmf_matrix *weighted = NULL;
    MUST(wrmf_matrix_weight_tfidf(matrix, WRMF_USERS, &weighted, err));
    assert_int_equal(wrmf_matrix_users(weighted), 4);
    assert_int_equal(wrmf_matrix_items(weighted), 5);
    assert_int_equal(wrmf_matrix_entries(weighted), 1);
    const double idf = log(4) - log(2);
    assert_true(fabs(weight_at(weighted, 0, 2) - 3 * idf) < 1e-14);
    wrmf_matrix_free(weighted);
    MUST(wrmf_matrix_weight_bm25(matrix, WRMF_USERS, 2, 0.5, &weighted, err));
    assert_int_equal(wrmf_matrix_entries(weighted), 1);
    /* lengths 12, 3, 3, 8: 6.5 on average */
    const double norm = 0.5 + 0.5 * 12 / 6.5;
    assert_true(fabs(weight_at(weighted, 0, 2) - 9 * 3 / (2 * norm + 9) * idf) < 1e-14);
    wrmf_matrix_free(weighted);
    wrmf_matrix_free(matrix);
}

/* Items as documents of a matrix are users as documents of its transpose. */
static void either_side_is_the_documents(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = matrix_to_split();
    wrmf_matrix *turned = NULL;
    MUST(wrmf_matrix_transpose(matrix, &turned, err));
    for (int bm25 = 0; bm25 < 2; bm25++) {
        wrmf_matrix *a = NULL, *b = NULL, *back = NULL;
        if (bm25) {
            MUST(wrmf_matrix_weight_bm25(matrix, WRMF_ITEMS, 1.2, 0.75, &a, err));
            MUST(wrmf_matrix_weight_bm25(turned, WRMF_USERS, 1.2, 0.75, &b, err));
        } else {
            MUST(wrmf_matrix_weight_tfidf(matrix, WRMF_ITEMS, &a, err));
            MUST(wrmf_matrix_weight_tfidf(turned, WRMF_USERS, &b, err));
        }
        MUST(wrmf_matrix_transpose(b, &back, err));
        assert_true(wrmf_matrix_entries(a) > 0);
        assert_true(wrmf_matrix_equal(a, back));
        wrmf_matrix_free(a);
        wrmf_matrix_free(b);
        wrmf_matrix_free(back);
    }
    wrmf_matrix_free(turned);
    wrmf_matrix_free(matrix);
}

static void edges(void **state)
{
    (void)state;
    /* no entry, and no document */
    wrmf_matrix *const empty = triplets(3, 2, 0, NULL, NULL, NULL), *const none = triplets(
                                                                        0, 2, 0, NULL, NULL, NULL);
    wrmf_matrix *out = NULL;
    MUST(wrmf_matrix_weight_bm25(empty, WRMF_USERS, 100, 0.8, &out, err));
    assert_true(wrmf_matrix_equal(out, empty));
    wrmf_matrix_free(out);
    MUST(wrmf_matrix_weight_tfidf(none, WRMF_USERS, &out, err));
    assert_true(wrmf_matrix_equal(out, none));
    wrmf_matrix_free(out);
    /* sums beyond the largest double, and k1 0: counts do not matter */
    static const int64_t user[] = {0, 1, 1, 2}, item[] = {0, 1, 2, 3};
    static const double count[] = {1.7e308, 1.7e308, 1.7e308, 1e-300};
    wrmf_matrix *const large = triplets(4, 4, 4, user, item, count);
    MUST(wrmf_matrix_weight_bm25(large, WRMF_USERS, 1, 1, &out, err));
    assert_int_equal(wrmf_matrix_entries(out), 4);
    for (int i = 0; i < 3; i++)
        assert_true(weight_at(out, user[i], item[i]) > 0.1 && weight_at(out, user[i], item[i]) < 2);
    wrmf_matrix_free(out);
    MUST(wrmf_matrix_weight_bm25(large, WRMF_USERS, 0, 1, &out, err));
    for (int i = 0; i < 4; i++)
        assert_true(fabs(weight_at(out, user[i], item[i]) - log(2)) < 1e-15);
    wrmf_matrix_free(out);
    wrmf_matrix_free(large);
    wrmf_matrix_free(empty);
    wrmf_matrix_free(none);
}

static void what_is_refused(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = matrix_to_split();
    wrmf_matrix *out = NULL;
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_weight_bm25(NULL, WRMF_USERS, 1, 0, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_weight_bm25(matrix, WRMF_USERS, 1, 0, NULL, err));
    FAILS(WRMF_E_RANGE, "documents is 2",
          wrmf_matrix_weight_bm25(matrix, (wrmf_side)2, 1, 0, &out, err));
    FAILS(WRMF_E_RANGE, "k1 is -1, not in 0 .. 100000",
          wrmf_matrix_weight_bm25(matrix, WRMF_USERS, -1, 0, &out, err));
    FAILS(WRMF_E_RANGE, "b is 1.5, not in 0 .. 1",
          wrmf_matrix_weight_bm25(matrix, WRMF_USERS, 1, 1.5, &out, err));
    FAILS(WRMF_E_RANGE, "b is not finite",
          wrmf_matrix_weight_bm25(matrix, WRMF_USERS, 1, (double)NAN, &out, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_weight_tfidf(NULL, WRMF_USERS, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_weight_tfidf(matrix, WRMF_USERS, NULL, err));
    FAILS(WRMF_E_RANGE, "documents is 2",
          wrmf_matrix_weight_tfidf(matrix, (wrmf_side)2, &out, err));
    assert_null(out);
    OUT_OF_MEMORY(wrmf_matrix_weight_bm25(matrix, WRMF_USERS, 1, 0, &out, err));
    wrmf_matrix_free(out);
    OUT_OF_MEMORY(wrmf_matrix_weight_tfidf(matrix, WRMF_ITEMS, &out, err));
    wrmf_matrix_free(out);
    wrmf_matrix_free(matrix);
}

/* ---- dislikes ---- */

/* Users 0 to 3 like what users_of and items_of have; user 3 dislikes items 2 and 3. */
static wrmf_matrix *with_dislikes(void)
{
    static const int64_t user[] = {3, 3}, item[] = {2, 3};
    static const double count[] = {5, 1};
    wrmf_matrix *const likes = triplets(4, 5, 8, users_of, items_of, counts_of);
    wrmf_matrix *const dislikes = triplets(4, 5, 2, user, item, count);
    wrmf_matrix *both = NULL;
    MUST(wrmf_matrix_with_dislikes(likes, dislikes, &both, err));
    wrmf_matrix_free(likes);
    wrmf_matrix_free(dislikes);
    return both;
}

static void dislikes_are_kept(void **state)
{
    (void)state;
    static const char text[] = "%%MatrixMarket matrix coordinate integer general\n%wrmf dislikes\n"
                               "4 5 10\n1 1 1\n1 2 2\n1 3 9\n2 1 1\n2 2 2\n3 1 1\n3 2 2\n"
                               "4 1 8\n4 3 -5\n4 4 -1\n";
    wrmf_matrix *const both = with_dislikes();
    assert_int_equal(wrmf_matrix_entries(both), 10);
    assert_true(weight_at(both, 3, 2) == -5 && weight_at(both, 3, 3) == -1);
    assert_true(weight_at(both, 3, 0) == 8);
    assert_true(wrmf_matrix_total(both) == 20);
    check_market(text, both);
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_matrix_write_market(both, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    assert_string_equal(sink.data, text);
    free(sink.data);
    wrmf_matrix_free(both);
}

/* Where a Market file has dislikes, what is wrong with them is told by its line. */
static void dislikes_that_are_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        wrmf_status status;
        const char *words;
    } cases[] = {
        {"integer general\n%wrmf dislikes\n2 2 3\n1 2 -3\n1 1 1\n1 2 3\n", WRMF_E_FORMAT,
         ":6:1: the counts of row 1, column 2 add up to 0"},
        {"real symmetric\n%wrmf dislikes\n2 2 2\n2 1 -1\n1 2 1\n", WRMF_E_FORMAT,
         ":5:1: the counts of row 1, column 2 add up to 0"},
        {"real general\n2 2 2\n2 1 1e308\n2 1 1e308\n", WRMF_E_NONFINITE,
         ": the counts of row 2, column 1 add up to a number that is not finite"},
        {"unsigned-integer general\n%wrmf dislikes\n2 2 2\n1 2 3\n1 1 -1\n", WRMF_E_FORMAT,
         ":5:5: count is \"-1\", below 0, where the first line says unsigned-integer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        wrmf_matrix *out = NULL;
        (void)snprintf(text, sizeof text, "%%%%MatrixMarket matrix coordinate %s", cases[i].text);
        FAILS(cases[i].status, cases[i].words,
              read_market(text, strlen(text), 0, WRMF_DUPLICATES_SUM, NULL, &out, err));
    }
}

/* What is disliked is seen, is not relevant, and is popular with nobody. */
static void dislikes_in_evaluation(void **state)
{
    (void)state;
    wrmf_matrix *const both = with_dislikes(), *likes = triplets(4, 5, 8, users_of, items_of, NULL);
    wrmf_baseline *popular[2] = {NULL, NULL}, *cosine = NULL;
    wrmf_evaluator *evaluator[2] = {NULL, NULL};
    enum { METRICS = 4 };
    static const wrmf_metric metrics[METRICS] = {WRMF_METRIC_PRECISION, WRMF_METRIC_RECALL,
                                                 WRMF_METRIC_NOVELTY, WRMF_METRIC_AUC};
    const wrmf_matrix *const tests[2] = {both, likes};
    double values[2][METRICS];
    for (int i = 0; i < 2; i++) {
        MUST(wrmf_baseline_create(context, tests[i], WRMF_BASELINE_POPULAR, 1, &popular[i], err));
        MUST(wrmf_evaluator_create(context, tests[i], NULL, &evaluator[i], err));
        MUST(wrmf_evaluator_set_metrics(evaluator[i], metrics, METRICS, err));
        MUST(wrmf_evaluator_set_popularity(evaluator[i], tests[i], err));
        MUST(wrmf_evaluator_run_baseline(context, evaluator[i], popular[i], err));
        for (int m = 0; m < METRICS; m++)
            values[i][m] = wrmf_evaluator_value(evaluator[i], metrics[m], m < 3 ? 10 : 0);
        assert_true(values[i][2] > 0);
        wrmf_evaluator_free(evaluator[i]);
        wrmf_baseline_free(popular[i]);
    }
    assert_memory_equal(values[0], values[1], sizeof values[0]);
    MUST(wrmf_baseline_create(context, both, WRMF_BASELINE_ITEM_COSINE, 3, &cosine, err));
    wrmf_baseline_free(cosine);
    wrmf_matrix_free(both);
    wrmf_matrix_free(likes);
}

static void dislikes_in_fits(void **state)
{
    (void)state;
    static const int64_t index[] = {2, 0, 3};
    static const double count[] = {-5, 8, -1}, cancels[] = {-5, 5};
    static const int64_t twice[] = {2, 2};
    wrmf_matrix *const both = with_dislikes();
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    wrmf_fold *fold = NULL;
    double row[3], want[3], rows[12];
    size_t bytes;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "factors=3 precision=float64", err));
    FAILS(WRMF_E_FORMAT, "user 3 dislikes item 2: negative_counts is refuse",
          wrmf_model_fit(context, both, params, &model, err));
    MUST(wrmf_params_parse(params, "negative_counts=dislike", err));
    MUST(wrmf_model_fit(context, both, params, &model, err));
    MUST(wrmf_fold_create(context, model, WRMF_USERS, &fold, err));
    MUST(wrmf_fold_workspace(fold, 3, &bytes, err));
    void *const workspace = malloc(bytes);
    MUST(wrmf_fold_rows(context, fold, both, rows, err));
    MUST(wrmf_fold_row(fold, index, count, 3, workspace, bytes, row, err));
    memcpy(want, rows + 9, sizeof want);
    assert_memory_equal(row, want, sizeof row);
    /* what is disliked alone says nothing of what is liked */
    MUST(wrmf_fold_row(fold, index, count, 1, workspace, bytes, row, err));
    assert_true(row[0] == 0 && row[1] == 0 && row[2] == 0);
    FAILS(WRMF_E_FORMAT, "the counts of index 2 add up to 0",
          wrmf_fold_row(fold, twice, cancels, 2, workspace, bytes, row, err));
    free(workspace);
    wrmf_fold_free(fold);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(both);
}

static void dislikes_that_are_refused(void **state)
{
    (void)state;
    static const int64_t user[] = {3}, item[] = {2};
    static const double count[] = {5};
    wrmf_matrix *const both = with_dislikes(), *const one = triplets(4, 5, 1, user, item, count);
    wrmf_matrix *out = NULL;
    FAILS(WRMF_E_NULL, "likes", wrmf_matrix_with_dislikes(NULL, one, &out, err));
    FAILS(WRMF_E_NULL, "dislikes", wrmf_matrix_with_dislikes(one, NULL, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_with_dislikes(one, one, NULL, err));
    FAILS(WRMF_E_FORMAT, "user 3, item 2 is in both",
          wrmf_matrix_with_dislikes(both, one, &out, err));
    FAILS(WRMF_E_FORMAT, "dislikes has counts below 0",
          wrmf_matrix_with_dislikes(one, both, &out, err));
    FAILS(WRMF_E_FORMAT, "has dislikes",
          wrmf_matrix_weight_bm25(both, WRMF_USERS, 1, 0, &out, err));
    FAILS(WRMF_E_FORMAT, "has dislikes", wrmf_matrix_weight_tfidf(both, WRMF_USERS, &out, err));
    FAILS(WRMF_E_FORMAT, "the counts of user 3, item 2, a like and a dislike, add up to 0",
          wrmf_matrix_merge(both, one, WRMF_DUPLICATES_SUM, &out, err));
    assert_null(out);
    wrmf_matrix *const empty = triplets(4, 5, 0, NULL, NULL, NULL);
    OUT_OF_MEMORY(wrmf_matrix_with_dislikes(empty, one, &out, err));
    wrmf_matrix_free(out);
    wrmf_matrix_free(empty);
    wrmf_matrix_free(both);
    wrmf_matrix_free(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_all_have_is_left_out),
        TEST(either_side_is_the_documents),
        TEST(edges),
        TEST(what_is_refused),
        TEST(dislikes_are_kept),
        TEST(dislikes_that_are_wrong),
        TEST(dislikes_in_evaluation),
        TEST(dislikes_in_fits),
        TEST(dislikes_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

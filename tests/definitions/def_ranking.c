/* SPDX-License-Identifier: BSD-2-Clause */
/* Recommended and similar lists are compared with a stable sort of dense products. */
#include "dense.h"
#include "thin.h"

#include <math.h>
#include <stdlib.h>

static wrmf_context *context;

enum { ROOM = 80 };

/* Draws small whole numbers: products are exact, many are equal, some rows are zero. */
static dense whole_rows(uint64_t seed, int64_t rows, int64_t factors)
{
    dense table = dense_new(rows, factors);
    for (int64_t j = 0; j < rows * factors; j++) {
        table.at[j] = j / factors % 6 == 4 ? 0.0 : (double)(random_below(&seed, 5) - 2);
    }
    return table;
}

/* Makes the list of one row by a query that asks and ranks one side. */
static void similar(wrmf_query *query, wrmf_similarity by, wrmf_self self, int64_t row, int64_t n,
                    int64_t *got, double *scores, int64_t *count)
{
    MUST(wrmf_query_set_similarity(query, by, err));
    MUST(wrmf_query_set_self(query, self, err));
    MUST(wrmf_query_set_length(query, n, err));
    MUST(wrmf_query_run(query, row, got, scores, count, err));
}

/* Checks that a list is the stable order of `scores` without what is left out. */
static void check_exact(const double *scores, int64_t rows, const double *left_out, int64_t first,
                        int64_t n, const int64_t *got, const double *got_scores, int64_t count)
{
    int64_t order[ROOM], place = 0;
    assert_true(rows <= ROOM);
    reference_order(scores, rows, order);
    if (first >= 0 && n > 0) {
        assert_true(count >= 1);
        assert_int_equal(got[place++], first);
    }
    for (int64_t j = 0; j < rows && place < n; j++) {
        if (order[j] != first && !(left_out && left_out[order[j]] > 0)) {
            assert_true(place < count);
            assert_int_equal(got[place], order[j]);
            assert_true(got_scores[place] == scores[order[j]]);
            place++;
        }
    }
    assert_int_equal(count, place);
    for (; place < n; place++) {
        assert_int_equal(got[place], -7); /* slots behind the list stay as they were */
    }
}

static void clear(int64_t *list, double *scores)
{
    for (int64_t j = 0; j < ROOM + 8; j++) {
        list[j] = -7;
        scores[j] = -7;
    }
}

static void check_recommend(const wrmf_model *model, const dense *x, const dense *y, uint64_t seed)
{
    dense seen = dense_counts(seed, x->rows, y->rows, 0.3, 2);
    wrmf_matrix *matrix = dense_to_matrix(context, &seen);
    double scores[ROOM], got_scores[ROOM + 8];
    int64_t got[ROOM + 8], lengths[] = {1, 3, y->rows, y->rows + 5};
    for (int64_t u = 0; u < x->rows; u++) {
        for (int64_t i = 0; i < y->rows; i++) {
            scores[i] = reference_dot(dense_row(x, u), dense_row(y, i), x->columns);
        }
        for (int l = 0; l < 8; l++) {
            int64_t n = lengths[l / 2] > 0 ? lengths[l / 2] : 1, count = -1;
            clear(got, got_scores);
            MUST(wrmf_recommend(model, u, l % 2 ? matrix : NULL, n, got, got_scores, &count, err));
            check_exact(scores, y->rows, l % 2 ? dense_row(&seen, u) : NULL, -1, n, got, got_scores,
                        count);
        }
    }
    wrmf_matrix_free(matrix);
    dense_free(&seen);
}

static void check_dot(const wrmf_model *model, wrmf_side side, const dense *rows)
{
    double scores[ROOM], got_scores[ROOM + 8];
    int64_t got[ROOM + 8];
    wrmf_query *query = NULL;
    MUST(wrmf_query_create(context, model, side, side, &query, err));
    for (int64_t r = 0; r < rows->rows; r++) {
        double *self = calloc((size_t)rows->rows, sizeof *self);
        assert_non_null(self);
        self[r] = 1;
        for (int64_t i = 0; i < rows->rows; i++) {
            scores[i] = reference_dot(dense_row(rows, r), dense_row(rows, i), rows->columns);
        }
        for (int64_t n = 1; n < rows->rows + 3; n += thin_or(2, 9)) {
            int64_t count = -1;
            clear(got, got_scores);
            similar(query, WRMF_SIMILARITY_DOT, WRMF_SELF_FIRST, r, n, got, got_scores, &count);
            check_exact(scores, rows->rows, NULL, r, n, got, got_scores, count);
            assert_true(got_scores[0] == scores[r]);
            count = -1;
            clear(got, got_scores);
            similar(query, WRMF_SIMILARITY_DOT, WRMF_SELF_OMIT, r, n, got, got_scores, &count);
            check_exact(scores, rows->rows, self, -1, n, got, got_scores, count);
        }
        free(self);
    }
    wrmf_query_free(query);
}

/* Cosines are rounded, so a list is judged by its scores: each is right, no better one is left
 * behind, and the lower index is first where the scores given are equal. */
static void check_cosine_list(const dense *rows, int64_t r, double tolerance, int64_t n,
                              const int64_t *got, const double *scores, int64_t count, int self)
{
    const double *mine = dense_row(rows, r);
    int64_t all = self ? rows->rows : rows->rows - 1;
    char listed[ROOM] = {0};
    assert_int_equal(count, n < all ? n : all);
    for (int64_t j = 0; j < count; j++) {
        assert_true(got[j] >= 0 && got[j] < rows->rows && !listed[got[j]]);
        listed[got[j]] = 1;
        double want = reference_cosine(mine, dense_row(rows, got[j]), rows->columns);
        assert_true(fabs(scores[j] - want) <= tolerance && fabs(scores[j]) <= 1.0);
        int64_t ahead = j - 1;
        if (ahead >= self) {
            assert_true(scores[ahead] > scores[j] ||
                        (scores[ahead] == scores[j] && got[ahead] < got[j]));
        }
    }
    for (int64_t i = 0; i < rows->rows && count > self; i++) {
        if (!listed[i] && i != r) {
            double want = reference_cosine(mine, dense_row(rows, i), rows->columns);
            assert_true(want <= scores[count - 1] + tolerance);
        }
    }
    if (self && count > 0) {
        int is_zero = reference_dot(mine, mine, rows->columns) == 0;
        assert_int_equal(got[0], r);
        assert_true(scores[0] == (is_zero ? 0.0 : 1.0));
    } else {
        assert_false(listed[r]);
    }
}

static void check_cosine(const wrmf_model *model, wrmf_side side, const dense *rows,
                         wrmf_precision precision)
{
    const double tolerance = reference_cosine_bound(rows->columns, precision);
    double scores[ROOM + 8];
    int64_t got[ROOM + 8];
    wrmf_query *query = NULL;
    MUST(wrmf_query_create(context, model, side, side, &query, err));
    for (int64_t r = 0; r < rows->rows; r++) {
        for (int64_t n = 1; n < rows->rows + 3; n += thin_or(2, 9)) {
            for (int omit = 0; omit <= 1; omit++) {
                int64_t count = -1;
                clear(got, scores);
                similar(query, WRMF_SIMILARITY_COSINE, omit ? WRMF_SELF_OMIT : WRMF_SELF_FIRST, r,
                        n, got, scores, &count);
                check_cosine_list(rows, r, tolerance, n, got, scores, count, !omit);
            }
        }
    }
    wrmf_query_free(query);
}

static void lists(void **state)
{
    (void)state;
    static const int64_t shapes[][3] = {
        {10, 40, 2}, {7, 1, 2}, {1, 30, 3}, {3, 77, 1}, {20, 12, 9}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        for (int precision = 0; precision <= 1; precision++) {
            dense x = whole_rows(s, shapes[s][0], shapes[s][2]);
            dense y = whole_rows(s + 50, shapes[s][1], shapes[s][2]);
            wrmf_model *model = dense_to_model(context, &x, &y, (wrmf_precision)precision);
            check_recommend(model, &x, &y, s);
            for (int side = 0; side <= 1; side++) {
                const dense *rows = side == WRMF_USERS ? &x : &y;
                check_dot(model, (wrmf_side)side, rows);
                check_cosine(model, (wrmf_side)side, rows, (wrmf_precision)precision);
            }
            wrmf_model_free(model);
            dense_free(&x);
            dense_free(&y);
        }
    }
}

/* Rows have numbers of any size, and some are multiples of others. */
static void cosines(void **state)
{
    (void)state;
    uint64_t seed = 5;
    dense x = dense_new(2, 8), y = dense_new(50, 8);
    for (int64_t i = 0; i < 50; i++) {
        for (int64_t j = 0; j < 8; j++) {
            double value = random_normal(&seed) * exp2((double)(i % 11) - 5);
            dense_row(&y, i)[j] = (double)(float)value;
        }
    }
    for (int64_t j = 0; j < 8; j++) {
        dense_row(&y, 17)[j] = 4 * dense_row(&y, 3)[j];
        dense_row(&y, 29)[j] = -dense_row(&y, 3)[j];
        dense_row(&y, 40)[j] = 0;
    }
    for (int precision = 0; precision <= 1; precision++) {
        wrmf_model *model = dense_to_model(context, &x, &y, (wrmf_precision)precision);
        check_cosine(model, WRMF_ITEMS, &y, (wrmf_precision)precision);
        check_cosine(model, WRMF_USERS, &x,
                     (wrmf_precision)precision); /* some rows are zero: 0, never NaN */
        wrmf_model_free(model);
    }
    dense_free(&x);
    dense_free(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists),
        cmocka_unit_test(cosines),
    };
    if (wrmf_context_create(&context, NULL) != WRMF_OK) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_context_free(context);
    return failed;
}

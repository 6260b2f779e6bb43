/* SPDX-License-Identifier: BSD-2-Clause */
/* What the layers above count on in a matrix: its hash, its holds, its transpose. */
#include "fixture.h"

#include <string.h>

#include "data/derive.h"
#include "data/triplets.h"

static wrmf_matrix *build(int64_t users, int64_t items, int64_t n, const int32_t *user,
                          const int32_t *item, const double *count)
{
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_i_matrix_from_triplets(context,
                                     &(wrmf_i_triplets){users, items, n, user, item, count, NULL},
                                     WRMF_DUPLICATES_REFUSE, NULL, &matrix, err));
    return matrix;
}

static void hashes(void **state)
{
    (void)state;
    const int32_t user[] = {0, 1, 1}, item[] = {2, 0, 1}, other_user[] = {0, 0, 1};
    const int32_t other_item[] = {2, 0, 2}, user_again[] = {1, 0, 1}, item_again[] = {1, 2, 0};
    const double count[] = {1, 2, 3}, other_count[] = {1, 2, 4}, ones[] = {1, 1, 1};
    wrmf_matrix *const all[] = {
        build(2, 3, 3, user, item, count),       build(2, 3, 3, user, item, other_count),
        build(2, 3, 3, user, item, NULL),        build(3, 3, 3, user, item, count),
        build(2, 4, 3, user, item, count),       build(2, 3, 3, user, other_item, count),
        build(2, 3, 3, other_user, item, count), build(2, 3, 0, NULL, NULL, NULL),
        build(3, 2, 0, NULL, NULL, NULL),
    };
    enum { N = sizeof all / sizeof *all };
    for (int a = 0; a < N; a++)
        for (int b = 0; b < N; b++)
            assert_int_equal(wrmf_i_matrix_hash(all[a]) == wrmf_i_matrix_hash(all[b]), a == b);
    const double count_again[] = {3, 1, 2};
    wrmf_matrix *const same = build(2, 3, 3, user_again, item_again, count_again);
    wrmf_matrix *const same_ones = build(2, 3, 3, user_again, item_again, ones);
    assert_true(wrmf_i_matrix_hash(same) == wrmf_i_matrix_hash(all[0]));
    assert_true(wrmf_i_matrix_hash(same_ones) == wrmf_i_matrix_hash(all[2]));
    wrmf_i_matrix_release(same);
    wrmf_i_matrix_release(same_ones);
    for (int a = 0; a < N; a++)
        wrmf_i_matrix_release(all[a]);
}

/* A hold keeps a matrix whatever its maker does. */
static void holds(void **state)
{
    (void)state;
    const int32_t user[] = {0, 1}, item[] = {1, 1};
    wrmf_matrix *const matrix = build(2, 2, 2, user, item, NULL);
    const wrmf_matrix *turned = NULL, *again = NULL;
    wrmf_matrix *const held = wrmf_i_matrix_hold(matrix);
    assert_ptr_equal(held, matrix);
    wrmf_i_matrix_release(matrix);
    MUST(wrmf_i_matrix_transposed(NULL, held, &turned, err));
    MUST(wrmf_i_matrix_transposed(NULL, held, &again, err));
    assert_ptr_equal(turned, again);
    wrmf_matrix *const alone = wrmf_i_matrix_hold(turned);
    wrmf_i_matrix_release(held);
    assert_int_equal(wrmf_i_matrix_entries(alone), 2); /* it owns its arrays */
    assert_int_equal(alone->indices[0], 0);
    assert_int_equal(alone->indices[1], 1);
    wrmf_i_matrix_release(alone);
    wrmf_i_matrix_release(NULL);
}

/* The sizes that free is told are those of the arrays, merged or not. */
static void merged_in_place(void **state)
{
    (void)state;
    enum { N = 1000 };
    int32_t user[N], item[N];
    for (int32_t i = 0; i < N; i++) {
        user[i] = i * 7 % 10;
        item[i] = i * 3 % 20;
    }
    wrmf_matrix *matrix = NULL;
    int64_t merged = -1;
    MUST(wrmf_i_matrix_from_triplets(context, &(wrmf_i_triplets){10, 20, N, user, item, NULL, NULL},
                                     WRMF_DUPLICATES_SUM, &merged, &matrix, err));
    assert_int_equal(wrmf_i_matrix_entries(matrix), N - merged);
    double total = 0;
    for (int64_t i = 0; i < wrmf_i_matrix_entries(matrix); i++)
        total += matrix->values[i];
    assert_true(total == N);
    wrmf_i_matrix_release(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(hashes), TEST(holds), TEST(merged_in_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

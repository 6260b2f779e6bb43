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
    MUST(wrmf_i_matrix_from_triplets(
        context, &(wrmf_i_triplets){users, items, n, user, item, count, NULL, false},
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
    MUST(wrmf_i_matrix_from_triplets(context,
                                     &(wrmf_i_triplets){10, 20, N, user, item, NULL, NULL, false},
                                     WRMF_DUPLICATES_SUM, &merged, &matrix, err));
    assert_int_equal(wrmf_i_matrix_entries(matrix), N - merged);
    double total = 0;
    for (int64_t i = 0; i < wrmf_i_matrix_entries(matrix); i++)
        total += matrix->values[i];
    assert_true(total == N);
    wrmf_i_matrix_release(matrix);
}

static void same_matrix(const wrmf_matrix *a, const wrmf_matrix *b)
{
    const size_t entries = (size_t)wrmf_i_matrix_entries(a);
    assert_int_equal(wrmf_i_matrix_entries(b), entries);
    assert_memory_equal(a->offsets, b->offsets, ((size_t)a->rows + 1) * sizeof *a->offsets);
    assert_memory_equal(a->indices, b->indices, entries * sizeof *a->indices);
    assert_true(!a->values == !b->values);
    if (a->values)
        assert_memory_equal(a->values, b->values, entries * sizeof *a->values);
}

/* Sorted, merged and transposed by blocks, a matrix is what it is on one thread, whatever the
 * number of workers: every pair occurs three times, with counts whose order tells. */
static void on_workers(void **state)
{
    (void)state;
    enum { USERS = 2000, ITEMS = 300, N = 3 * (1 << 15) };
    static const int threads[] = {2, 3, 16, 64};
    static int32_t user[N], item[N];
    static double count[N];
    for (int32_t i = 0; i < N; i++) {
        const int32_t pair = i % (N / 3);
        user[i] = pair * 37 % USERS * (pair % USERS / 7) / (USERS / 7); /* some have far more */
        item[i] = pair * 11 % ITEMS;
        count[i] = 1 + i * 1e-7;
    }
    for (int with = 0; with < 2; with++) {
        wrmf_i_triplets triplets = {USERS, ITEMS, N, user, item, with ? count : NULL, NULL, false};
        const wrmf_matrix *turned[2] = {NULL, NULL};
        wrmf_matrix *one = NULL, *other = NULL;
        int64_t merged[2];
        MUST(wrmf_i_matrix_from_triplets(context, &triplets, WRMF_DUPLICATES_SUM, &merged[0], &one,
                                         err));
        MUST(wrmf_i_matrix_transposed(NULL, one, &turned[0], err));
        for (int t = 0; t < 4; t++) {
            MUST(wrmf_context_set_threads(context, threads[t], err));
            triplets.workers = context;
            MUST(wrmf_i_matrix_from_triplets(context, &triplets, WRMF_DUPLICATES_SUM, &merged[1],
                                             &other, err));
            MUST(wrmf_i_matrix_transposed(context, other, &turned[1], err));
            assert_int_equal(merged[1], merged[0]);
            same_matrix(one, other);
            same_matrix(turned[0], turned[1]);
            wrmf_i_matrix_release(other);
        }
        int64_t position = -1;
        MUST(wrmf_i_first_repeat(context, &triplets, &position, err));
        triplets.workers = NULL;
        int64_t alone = -1;
        MUST(wrmf_i_first_repeat(context, &triplets, &alone, err));
        assert_int_equal(position, alone);
        wrmf_i_matrix_release(one);
    }
    MUST(wrmf_context_set_threads(context, 1, err));
}

/* The first user whose counts add up to infinity is named, whichever worker finds it. */
static void sums_on_workers(void **state)
{
    (void)state;
    enum { N = 1 << 17 };
    static int32_t user[N], item[N];
    static double count[N];
    for (int32_t i = 0; i < N; i++) {
        user[i] = i / 2 % 1000;
        item[i] = i / 2 / 1000;
        count[i] = user[i] >= 400 ? 1e308 : 1;
    }
    MUST(wrmf_context_set_threads(context, 3, err));
    const wrmf_i_triplets triplets = {1000, 66, N, user, item, count, context, false};
    wrmf_matrix *matrix = NULL;
    FAILS(WRMF_E_NONFINITE, "user 400, item 0 is not finite",
          wrmf_i_matrix_from_triplets(context, &triplets, WRMF_DUPLICATES_SUM, NULL, &matrix, err));
    MUST(wrmf_context_set_threads(context, 1, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(hashes), TEST(holds), TEST(merged_in_place),
                                       TEST(on_workers), TEST(sums_on_workers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

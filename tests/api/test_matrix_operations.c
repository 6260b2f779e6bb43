/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * New matrices from old ones: what is refused, in what order things may be freed,
 * many threads at one matrix. tests/definitions holds what is computed.
 */
#include "fixture.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrmf/matrix.h"

static wrmf_matrix *const untouched = (wrmf_matrix *)&machine;

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* n triplets anywhere, counts 1 .. most. */
static wrmf_matrix *random_matrix(uint64_t seed, int64_t users, int64_t items, int64_t n, int most)
{
    int64_t *const user = malloc(sizeof *user * (size_t)(n + 1));
    int64_t *const item = malloc(sizeof *item * (size_t)(n + 1));
    double *const count = malloc(sizeof *count * (size_t)(n + 1));
    for (int64_t i = 0; i < n; i++) {
        user[i] = (int64_t)(splitmix(&seed) % (uint64_t)users);
        item[i] = (int64_t)(splitmix(&seed) % (uint64_t)items);
        count[i] = (double)(1 + splitmix(&seed) % (uint64_t)most);
    }
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_triplets(context, users, items, n, user, item, count, WRMF_DUPLICATES_MAX,
                                   NULL, &matrix, err));
    free(user);
    free(item);
    free(count);
    return matrix;
}

/* ---- transposes ---- */

static void check_transpose(const wrmf_matrix *matrix, const wrmf_matrix *turned)
{
    assert_int_equal(wrmf_matrix_users(turned), wrmf_matrix_items(matrix));
    assert_int_equal(wrmf_matrix_items(turned), wrmf_matrix_users(matrix));
    assert_int_equal(wrmf_matrix_entries(turned), wrmf_matrix_entries(matrix));
    for (int64_t u = 0; u < wrmf_matrix_users(turned); u++) {
        const int32_t *items;
        const int64_t n = wrmf_matrix_row(turned, u, &items, NULL);
        for (int64_t i = 0; i < n; i++) {
            assert_true(i == 0 || items[i] > items[i - 1]);
            const double count = wrmf_matrix_count(turned, u, items[i]);
            assert_true(count > 0 && count == wrmf_matrix_count(matrix, items[i], u));
        }
    }
}

static void transposes(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        wrmf_matrix *const matrix =
            random_matrix(seed, 1 + (int64_t)seed, 17, 60, 1 + (int)(seed % 3));
        wrmf_matrix *turned = NULL, *back = NULL, *again = NULL;
        MUST(wrmf_matrix_transpose(matrix, &turned, err));
        check_transpose(matrix, turned);
        MUST(wrmf_matrix_transpose(turned, &back, err));
        assert_true(wrmf_matrix_equal(back, matrix));
        MUST(wrmf_matrix_transpose(matrix, &again, err));
        const int32_t *one, *other;
        wrmf_matrix_csr(turned, NULL, &one, NULL);
        wrmf_matrix_csr(again, NULL, &other, NULL);
        assert_ptr_equal(one, other); /* made once */
        wrmf_matrix_free(matrix);
        wrmf_matrix_free(turned);
        wrmf_matrix_free(back);
        wrmf_matrix_free(again);
    }
}

/* A matrix, its transpose, that one's transpose and what was made of them: every
 * order of freeing leaves the others whole. */
static void freed_in_any_order(void **state)
{
    (void)state;
    enum { N = 5, ORDERS = 120 };
    for (int order = 0; order < ORDERS; order++) {
        wrmf_matrix *all[N] = {random_matrix(1, 6, 8, 20, 3)};
        MUST(wrmf_matrix_transpose(all[0], &all[1], err));
        MUST(wrmf_matrix_transpose(all[1], &all[2], err));
        MUST(wrmf_matrix_transpose(all[2], &all[3], err));
        MUST(wrmf_matrix_threshold(all[1], 1, 1, &all[4], NULL, NULL, err));
        double totals[N];
        for (int i = 0; i < N; i++)
            totals[i] = wrmf_matrix_total(all[i]);
        int code = order;
        for (int left = N; left > 0; left--) { /* the order-th permutation */
            const int next = code % left;
            code /= left;
            wrmf_matrix_free(all[next]);
            for (int i = next; i < left - 1; i++) {
                all[i] = all[i + 1];
                totals[i] = totals[i + 1];
            }
            for (int i = 0; i < left - 1; i++)
                assert_true(wrmf_matrix_total(all[i]) == totals[i]);
        }
    }
}

static void bad_transposes(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = random_matrix(1, 4, 4, 5, 1), *out = untouched;
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_transpose(NULL, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_transpose(matrix, NULL, err));
    assert_true(out == untouched);
    wrmf_matrix_free(matrix);
}

/* ---- many threads at one matrix ---- */

enum { THREADS = 8 };
static pthread_barrier_t start;

typedef struct reading {
    const wrmf_matrix *matrix;
    wrmf_matrix *turned, *thin;
    wrmf_status status;
    double total;
} reading;

static void *read_matrix(void *argument)
{
    reading *const r = argument;
    pthread_barrier_wait(&start);
    r->status = wrmf_matrix_transpose(r->matrix, &r->turned, NULL);
    if (r->status == WRMF_OK)
        r->status = wrmf_matrix_threshold(r->matrix, 3, 3, &r->thin, NULL, NULL, NULL);
    r->total = wrmf_matrix_total(r->turned);
    return NULL;
}

static void many_threads(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 40; round++) {
        wrmf_matrix *const matrix = random_matrix(round, 200, 150, 3000, 2);
        const double total = wrmf_matrix_total(matrix);
        pthread_t threads[THREADS];
        reading readings[THREADS];
        assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
        for (int i = 0; i < THREADS; i++) {
            readings[i] = (reading){.matrix = matrix};
            assert_int_equal(pthread_create(&threads[i], NULL, read_matrix, &readings[i]), 0);
        }
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
        pthread_barrier_destroy(&start);
        wrmf_matrix_free(matrix); /* the transposes hold it */
        const int32_t *first, *items;
        wrmf_matrix_csr(readings[0].turned, NULL, &first, NULL);
        for (int i = 0; i < THREADS; i++) {
            assert_int_equal(readings[i].status, WRMF_OK);
            assert_true(readings[i].total == total);
            assert_true(wrmf_matrix_equal(readings[i].thin, readings[0].thin));
            wrmf_matrix_csr(readings[i].turned, NULL, &items, NULL);
            assert_ptr_equal(items, first); /* one was made, or one was kept */
        }
        for (int i = 0; i < THREADS; i++) {
            wrmf_matrix_free(readings[i].turned);
            wrmf_matrix_free(readings[i].thin);
        }
    }
}

/* ---- select, add ---- */

static void selections(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = random_matrix(3, 9, 7, 30, 4);
    wrmf_matrix *some = NULL, *none = NULL, *all = NULL;
    const int64_t rows[] = {8, 0, 3, 3, 8}, every[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    MUST(wrmf_matrix_select(matrix, rows, 5, &some, err));
    assert_int_equal(wrmf_matrix_users(some), 5);
    assert_int_equal(wrmf_matrix_items(some), 7);
    for (int64_t u = 0; u < 5; u++)
        for (int64_t i = 0; i < 7; i++)
            assert_true(wrmf_matrix_count(some, u, i) == wrmf_matrix_count(matrix, rows[u], i));
    MUST(wrmf_matrix_select(matrix, NULL, 0, &none, err));
    assert_int_equal(wrmf_matrix_users(none), 0);
    assert_int_equal(wrmf_matrix_items(none), 7);
    MUST(wrmf_matrix_select(matrix, every, 9, &all, err));
    assert_true(wrmf_matrix_equal(all, matrix));
    wrmf_matrix *out = untouched;
    const int64_t high[] = {0, 9}, low[] = {-1};
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_select(NULL, rows, 5, &out, err));
    FAILS(WRMF_E_NULL, "users", wrmf_matrix_select(matrix, NULL, 5, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_select(matrix, rows, 5, NULL, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_matrix_select(matrix, rows, -1, &out, err));
    FAILS(WRMF_E_RANGE, "n is 2147483648", wrmf_matrix_select(matrix, rows, 1LL << 31, &out, err));
    FAILS(WRMF_E_RANGE, "users[1] is 9, not in 0 .. 8",
          wrmf_matrix_select(matrix, high, 2, &out, err));
    FAILS(WRMF_E_RANGE, "users[0] is -1", wrmf_matrix_select(matrix, low, 1, &out, err));
    assert_true(out == untouched);
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(some);
    wrmf_matrix_free(none);
    wrmf_matrix_free(all);
}

static void sums(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        wrmf_matrix *const a = random_matrix(seed, 9, 7, 20, 1 + (int)(seed % 4)), *sum = NULL;
        wrmf_matrix *const b = random_matrix(seed + 99, 9, 7, (int64_t)seed, 1 + (int)(seed % 3));
        MUST(wrmf_matrix_add(a, b, &sum, err));
        int64_t entries = 0;
        for (int64_t u = 0; u < 9; u++)
            for (int64_t i = 0; i < 7; i++) {
                const double want = wrmf_matrix_count(a, u, i) + wrmf_matrix_count(b, u, i);
                assert_true(wrmf_matrix_count(sum, u, i) == want);
                entries += want > 0;
            }
        assert_int_equal(wrmf_matrix_entries(sum), entries);
        wrmf_matrix_free(a);
        wrmf_matrix_free(b);
        wrmf_matrix_free(sum);
    }
}

static void bad_sums(void **state)
{
    (void)state;
    wrmf_matrix *const a = random_matrix(1, 9, 7, 20, 3), *const wide =
                                                              random_matrix(1, 9, 8, 5, 1);
    wrmf_matrix *const tall = random_matrix(1, 10, 7, 5, 1), *big = NULL, *out = untouched;
    const int64_t offsets[] = {0, 0, 1}, item[] = {1};
    const double most[] = {1.7e308};
    MUST(wrmf_matrix_from_csr(context, 2, 2, offsets, item, most, &big, err));
    FAILS(WRMF_E_NULL, "a is NULL", wrmf_matrix_add(NULL, a, &out, err));
    FAILS(WRMF_E_NULL, "b is NULL", wrmf_matrix_add(a, NULL, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_add(a, a, NULL, err));
    FAILS(WRMF_E_SHAPE, "9 x 7, b is 9 x 8", wrmf_matrix_add(a, wide, &out, err));
    FAILS(WRMF_E_SHAPE, "9 x 7, b is 10 x 7", wrmf_matrix_add(a, tall, &out, err));
    FAILS(WRMF_E_NONFINITE, "user 1, item 1", wrmf_matrix_add(big, big, &out, err));
    assert_true(out == untouched);
    wrmf_matrix_free(a);
    wrmf_matrix_free(wide);
    wrmf_matrix_free(tall);
    wrmf_matrix_free(big);
}

/* ---- threshold, split ---- */

/* u0 - i0 - u1 - i1 ... : a chain falls link by link from its end. */
static void thresholds_that_cascade(void **state)
{
    (void)state;
    enum { N = 2000 };
    int64_t *const user = malloc(2 * N * sizeof *user), *const item = malloc(2 * N * sizeof *item);
    for (int64_t i = 0; i < N; i++) {
        user[2 * i] = user[2 * i + 1] = i;
        item[2 * i] = i;
        item[2 * i + 1] = i + 1 < N ? i + 1 : i; /* the last has one item */
    }
    wrmf_matrix *chain = NULL, *ring = NULL, *thin = NULL;
    MUST(wrmf_matrix_from_triplets(context, N, N, 2 * N, user, item, NULL, WRMF_DUPLICATES_DROP,
                                   NULL, &chain, err));
    MUST(wrmf_matrix_threshold(chain, 2, 2, &thin, NULL, NULL, err));
    assert_int_equal(wrmf_matrix_users(thin), 0);
    assert_int_equal(wrmf_matrix_items(thin), 0);
    wrmf_matrix_free(thin);
    item[2 * N - 1] = 0; /* closed, nothing falls */
    MUST(wrmf_matrix_from_triplets(context, N, N, 2 * N, user, item, NULL, WRMF_DUPLICATES_DROP,
                                   NULL, &ring, err));
    MUST(wrmf_matrix_threshold(ring, 2, 2, &thin, NULL, NULL, err));
    assert_true(wrmf_matrix_equal(thin, ring));
    wrmf_matrix_free(thin);
    MUST(wrmf_matrix_threshold(ring, INT64_MAX, 0, &thin, NULL, NULL, err));
    assert_int_equal(wrmf_matrix_users(thin), 0);
    assert_int_equal(wrmf_matrix_items(thin), N); /* 0 keeps items without a user */
    wrmf_matrix_free(thin);
    wrmf_matrix_free(ring);
    wrmf_matrix_free(chain);
    free(user);
    free(item);
}

static void bad_thresholds(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = random_matrix(1, 4, 4, 5, 1), *out = untouched;
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_threshold(NULL, 1, 1, &out, NULL, NULL, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_threshold(matrix, 1, 1, NULL, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "min_per_user is -1",
          wrmf_matrix_threshold(matrix, -1, 1, &out, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "min_per_item is -2",
          wrmf_matrix_threshold(matrix, 1, -2, &out, NULL, NULL, err));
    assert_true(out == untouched);
    wrmf_matrix_free(matrix);
}

static void bad_splits(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = random_matrix(7, 10, 12, 60, 1);
    wrmf_matrix *train = untouched, *test = untouched;
    int64_t heldout[10] = {-7}, n = -7, enough = 0;
    for (int64_t u = 0; u < 10; u++)
        enough += wrmf_matrix_row(matrix, u, NULL, NULL) >= 10;
    assert_true(enough < 10);
#define SPLIT(count, fraction)                                                                     \
    wrmf_matrix_split(matrix, count, fraction, 1, &train, &test, heldout, &n, err)
    FAILS(WRMF_E_NULL, "matrix",
          wrmf_matrix_split(NULL, 1, 0.5, 1, &train, &test, heldout, &n, err));
    FAILS(WRMF_E_NULL, "train",
          wrmf_matrix_split(matrix, 1, 0.5, 1, NULL, &test, heldout, &n, err));
    FAILS(WRMF_E_NULL, "test",
          wrmf_matrix_split(matrix, 1, 0.5, 1, &train, NULL, heldout, &n, err));
    FAILS(WRMF_E_RANGE, "count is 0", SPLIT(0, 0.5));
    FAILS(WRMF_E_RANGE, "count is -1", SPLIT(-1, 0.5));
    FAILS(WRMF_E_RANGE, "fraction", SPLIT(1, -0.01));
    FAILS(WRMF_E_RANGE, "fraction is 1.01, not in 0 .. 1", SPLIT(1, 1.01));
    FAILS(WRMF_E_RANGE, "fraction", SPLIT(1, (double)NAN));
    FAILS(WRMF_E_RANGE, "fraction", SPLIT(1, (double)INFINITY));
    char words[100];
    snprintf(words, sizeof words, "%lld user%s at least 2 * 5 entries, but 10 are wanted",
             (long long)enough, enough == 1 ? " has" : "s have");
    FAILS(WRMF_E_TOO_FEW, words, SPLIT(5, 1.0));
    FAILS(WRMF_E_TOO_FEW, "0 users", SPLIT(INT64_MAX, 0.1));         /* twice it is negative */
    FAILS(WRMF_E_TOO_FEW, "0 users", SPLIT(INT64_MAX / 2 + 2, 0.1)); /* or small */
    assert_true(train == untouched && test == untouched && heldout[0] == -7 && n == -7);
    MUST(SPLIT(INT64_MAX, 0.05)); /* floor(0.5) users: nobody */
    assert_int_equal(n, 0);
    assert_true(wrmf_matrix_equal(train, matrix));
    assert_int_equal(wrmf_matrix_entries(test), 0);
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
}

/* Every user, and every entry of one, is as likely as any other. With n draws of
 * chance p the number taken has standard deviation sqrt(n p (1-p)): 5 of them. */
static void splits_are_even(void **state)
{
    (void)state;
    enum { USERS = 20, ITEMS = 8, SEEDS = 4000, MOVED = 2 };
    int64_t offsets[USERS + 1], item[USERS * ITEMS];
    for (int64_t u = 0; u <= USERS; u++)
        offsets[u] = u * ITEMS;
    for (int64_t i = 0; i < USERS * ITEMS; i++)
        item[i] = i % ITEMS;
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_csr(context, USERS, ITEMS, offsets, item, NULL, &matrix, err));
    int users[USERS] = {0}, items[ITEMS] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        wrmf_matrix *train = NULL, *test = NULL;
        int64_t heldout[USERS], n, degrees[ITEMS];
        MUST(wrmf_matrix_split(matrix, MOVED, 0.25, seed, &train, &test, heldout, &n, err));
        for (int64_t i = 0; i < n; i++)
            users[heldout[i]]++;
        MUST(wrmf_matrix_degrees(test, WRMF_ITEMS, degrees, err));
        for (int i = 0; i < ITEMS; i++)
            items[i] += (int)degrees[i];
        wrmf_matrix_free(train);
        wrmf_matrix_free(test);
    }
    for (int u = 0; u < USERS; u++)
        assert_true(fabs(users[u] - SEEDS * 0.25) < 5 * sqrt(SEEDS * 0.25 * 0.75));
    const double draws = SEEDS * USERS * 0.25, chance = (double)MOVED / ITEMS;
    for (int i = 0; i < ITEMS; i++)
        assert_true(fabs(items[i] - draws * chance) < 5 * sqrt(draws * chance * (1 - chance)));
    wrmf_matrix_free(matrix);
}

/* A split is a function of the matrix and the seed, on any machine; the figures are
 * those of the same rule written in Python. */
static void splits_are_kept(void **state)
{
    (void)state;
    enum { USERS = 6, ITEMS = 4 };
    const int64_t offsets[] = {0, 4, 8, 12, 16, 20, 24};
    int64_t item[USERS * ITEMS];
    for (int64_t i = 0; i < USERS * ITEMS; i++)
        item[i] = i % ITEMS;
    wrmf_matrix *matrix = NULL, *train = NULL, *test = NULL;
    int64_t heldout[USERS], n;
    MUST(wrmf_matrix_from_csr(context, USERS, ITEMS, offsets, item, NULL, &matrix, err));
    MUST(wrmf_matrix_split(matrix, 2, 0.5, 2, &train, &test, heldout, &n, err));
    const int32_t *got;
    wrmf_matrix_csr(test, NULL, &got, NULL);
    static const int64_t users[] = {0, 2, 4};
    static const int32_t moved[] = {0, 1, 1, 3, 0, 1};
    assert_int_equal(n, 3);
    assert_memory_equal(heldout, users, sizeof users);
    assert_memory_equal(got, moved, sizeof moved);
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
}

/* ---- no memory ---- */

static void check_hashes(const wrmf_matrix *matrix, uint64_t users, uint64_t items)
{
    assert_true(wrmf_matrix_ids_hash(matrix, WRMF_USERS) == users);
    assert_true(wrmf_matrix_ids_hash(matrix, WRMF_ITEMS) == items);
}

/* What is derived has the hash of the ids of each side that is the same. */
static void hashes_of_ids(void **state)
{
    (void)state;
    static const int64_t rows[] = {8, 0};
    wrmf_matrix *const matrix = random_matrix(3, 9, 7, 30, 4);
    wrmf_matrix *const stranger = random_matrix(4, 9, 7, 30, 4);
    wrmf_matrix *out = NULL, *other = NULL;
    check_hashes(matrix, 0, 0);
    MUST(wrmf_matrix_set_ids_hash(matrix, WRMF_USERS, 5, err));
    MUST(wrmf_matrix_set_ids_hash(matrix, WRMF_ITEMS, 6, err));
    MUST(wrmf_matrix_set_ids_hash(stranger, WRMF_USERS, 5, err));
    MUST(wrmf_matrix_set_ids_hash(stranger, WRMF_ITEMS, 7, err));
    MUST(wrmf_matrix_transpose(matrix, &out, err));
    check_hashes(out, 6, 5);
    MUST(wrmf_matrix_transpose(out, &other, err));
    check_hashes(other, 5, 6);
    wrmf_matrix_free(other);
    wrmf_matrix_free(out);
    MUST(wrmf_matrix_select(matrix, rows, 2, &out, err));
    check_hashes(out, 0, 6);
    wrmf_matrix_free(out);
    MUST(wrmf_matrix_add(matrix, stranger, &out, err));
    check_hashes(out, 5, 0);
    wrmf_matrix_free(out);
    MUST(wrmf_matrix_threshold(matrix, 2, 2, &out, NULL, NULL, err));
    check_hashes(out, 0, 0);
    wrmf_matrix_free(out);
    MUST(wrmf_matrix_split(matrix, 1, 0.1, 1, &out, &other, NULL, NULL, err));
    check_hashes(out, 5, 6);
    check_hashes(other, 5, 6);
    wrmf_matrix_free(out);
    wrmf_matrix_free(other);
    MUST(wrmf_matrix_set_ids_hash(matrix, WRMF_ITEMS, 0, err));
    check_hashes(matrix, 5, 0);
    check_hashes(NULL, 0, 0);
    assert_true(wrmf_matrix_ids_hash(matrix, (wrmf_side)2) == 0);
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_set_ids_hash(NULL, WRMF_USERS, 1, err));
    FAILS(WRMF_E_RANGE, "side", wrmf_matrix_set_ids_hash(matrix, (wrmf_side)2, 1, err));
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(stranger);
}

static void operations_without_memory(void **state)
{
    (void)state;
    static const int64_t rows[] = {8, 0};
    wrmf_matrix *const matrix = random_matrix(3, 9, 7, 30, 4);
    wrmf_matrix *out = NULL, *other = NULL;
    OUT_OF_MEMORY(wrmf_matrix_transpose(matrix, &out, err));
    check_transpose(matrix, out);
    wrmf_matrix_free(out);
    OUT_OF_MEMORY(wrmf_matrix_select(matrix, rows, 2, &out, err));
    wrmf_matrix_free(out);
    OUT_OF_MEMORY(wrmf_matrix_add(matrix, matrix, &out, err));
    wrmf_matrix_free(out);
    OUT_OF_MEMORY(wrmf_matrix_threshold(matrix, 1, 1, &out, NULL, NULL, err));
    wrmf_matrix_free(out);
    OUT_OF_MEMORY(wrmf_matrix_split(matrix, 1, 0.1, 1, &out, &other, NULL, NULL, err));
    wrmf_matrix_free(out);
    wrmf_matrix_free(other);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(transposes),      TEST(freed_in_any_order),
        TEST(bad_transposes),  TEST(many_threads),
        TEST(selections),      TEST(sums),
        TEST(bad_sums),        TEST(thresholds_that_cascade),
        TEST(bad_thresholds),  TEST(bad_splits),
        TEST(splits_are_even), TEST(splits_are_kept),
        TEST(hashes_of_ids),   TEST(operations_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

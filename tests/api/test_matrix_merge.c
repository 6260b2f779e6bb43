/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/matrix.h: matrices that grow by the interactions of a day, get other numbers, and lose users
 * or items for good. All is held against tables of cells.
 */
#include "made.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

static wrmf_matrix *const untouched = (wrmf_matrix *)&machine;

enum { SIDE = 12 };
typedef double table[SIDE][SIDE]; /* counts; 0: the pair is not stored */

static uint64_t state_of_random = 1;

static int64_t below(int64_t n)
{
    uint64_t z = state_of_random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (int64_t)((z ^ z >> 31) % (uint64_t)n);
}

/* A matrix of counts 1 .. most, and the same as a table. */
static wrmf_matrix *some_matrix(int64_t users, int64_t items, int64_t most, table cells)
{
    int64_t user[SIDE * SIDE], item[SIDE * SIDE], n = 0;
    double count[SIDE * SIDE];
    memset(cells, 0, sizeof(table));
    for (int64_t u = 0; u < users; u++) {
        for (int64_t i = 0; i < items; i++) {
            if (below(3) > 0)
                continue;
            user[n] = u;
            item[n] = i;
            cells[u][i] = count[n++] = (double)(1 + below(most));
        }
    }
    return triplets(users, items, n, user, item, most > 1 ? count : NULL);
}

static void check_cells(const wrmf_matrix *matrix, int64_t users, int64_t items, table cells)
{
    int64_t entries = 0;
    assert_int_equal(wrmf_matrix_users(matrix), users);
    assert_int_equal(wrmf_matrix_items(matrix), items);
    for (int64_t u = 0; u < users; u++) {
        const int32_t *row = NULL;
        const int64_t n = wrmf_matrix_row(matrix, u, &row, NULL);
        for (int64_t k = 1; k < n; k++)
            assert_true(row[k] > row[k - 1]);
        for (int64_t i = 0; i < items; i++) {
            assert_true(wrmf_matrix_count(matrix, u, i) == cells[u][i]);
            entries += cells[u][i] > 0;
        }
    }
    assert_int_equal(wrmf_matrix_entries(matrix), entries);
}

/* ---- new numbers ---- */

/* Numbers for n rows out of 0 .. size - 1, each once, some left out: size >= n. */
static void some_numbers(int64_t n, int64_t size, int64_t *numbers)
{
    bool taken[2 * SIDE] = {false};
    for (int64_t i = 0; i < n; i++) {
        int64_t number = below(size);
        while (taken[number])
            number = below(size);
        taken[number] = true;
        numbers[i] = below(4) == 0 ? -1 : number;
    }
}

static void check_renumbered(const wrmf_matrix *matrix, table cells, const int64_t *users,
                             int64_t n_users, const int64_t *items, int64_t n_items)
{
    table wanted = {{0}};
    wrmf_matrix *out = NULL;
    for (int64_t u = 0; u < wrmf_matrix_users(matrix); u++)
        for (int64_t i = 0; i < wrmf_matrix_items(matrix); i++)
            if ((!users || users[u] >= 0) && (!items || items[i] >= 0))
                wanted[users ? users[u] : u][items ? items[i] : i] = cells[u][i];
    MUST(wrmf_matrix_renumber(matrix, users, n_users, items, n_items, &out, err));
    check_cells(out, n_users, n_items, wanted);
    wrmf_matrix_free(out);
}

static void renumbered(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        const int64_t users = below(SIDE), items = below(SIDE);
        const int64_t n_users = users + below(SIDE - users + 1);
        const int64_t n_items = items + below(SIDE - items + 1);
        int64_t user[SIDE], item[SIDE], in_order[SIDE], next = 0;
        table cells;
        wrmf_matrix *const matrix = some_matrix(users, items, 1 + round % 3, cells);
        some_numbers(users, n_users, user);
        some_numbers(items, n_items, item);
        for (int64_t i = 0; i < items; i++)
            in_order[i] = below(3) == 0 ? -1 : next++;
        check_renumbered(matrix, cells, NULL, n_users, NULL, n_items);
        check_renumbered(matrix, cells, user, n_users, NULL, n_items);
        check_renumbered(matrix, cells, NULL, n_users, item, n_items);
        check_renumbered(matrix, cells, user, n_users, item, n_items);
        check_renumbered(matrix, cells, user, n_users, in_order, next);
        wrmf_matrix_free(matrix);
    }
}

static void bad_numbers(void **state)
{
    (void)state;
    const int64_t twice[] = {2, -1, 2}, high[] = {0, 1, 3}, low[] = {0, -2, 1}, fine[] = {2, -1, 0};
    table cells;
    wrmf_matrix *const matrix = some_matrix(3, 3, 1, cells), *out = untouched;
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_renumber(NULL, fine, 3, fine, 3, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_renumber(matrix, fine, 3, fine, 3, NULL, err));
    FAILS(WRMF_E_RANGE, "n_users is -1",
          wrmf_matrix_renumber(matrix, fine, -1, fine, 3, &out, err));
    FAILS(WRMF_E_RANGE, "n_items is 2147483648",
          wrmf_matrix_renumber(matrix, fine, 3, fine, 1LL << 31, &out, err));
    FAILS(WRMF_E_RANGE, "n_users is 2, and 3 keep",
          wrmf_matrix_renumber(matrix, NULL, 2, fine, 3, &out, err));
    FAILS(WRMF_E_RANGE, "n_items is 2, and 3 keep",
          wrmf_matrix_renumber(matrix, fine, 3, NULL, 2, &out, err));
    FAILS(WRMF_E_RANGE, "users[2] is 2, which users[0] is too",
          wrmf_matrix_renumber(matrix, twice, 3, fine, 3, &out, err));
    FAILS(WRMF_E_RANGE, "items[2] is 2, which items[0] is too",
          wrmf_matrix_renumber(matrix, fine, 3, twice, 3, &out, err));
    FAILS(WRMF_E_RANGE, "users[2] is 3, not in -1 .. 2",
          wrmf_matrix_renumber(matrix, high, 3, fine, 3, &out, err));
    FAILS(WRMF_E_RANGE, "items[1] is -2", wrmf_matrix_renumber(matrix, NULL, 3, low, 3, &out, err));
    assert_true(out == untouched);
    wrmf_matrix_free(matrix);
}

/* ---- merging ---- */

static double merged_count(double a, double b, wrmf_duplicates duplicates)
{
    if (a > 0 && b > 0)
        return duplicates == WRMF_DUPLICATES_SUM            ? a + b
               : duplicates == WRMF_DUPLICATES_MAX && b > a ? b
                                                            : a;
    return a + b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void merged(void **state)
{
    (void)state;
    for (int round = 0; round < 300; round++) {
        const wrmf_duplicates duplicates = (wrmf_duplicates)(round % 3);
        const int64_t users[2] = {below(SIDE), below(SIDE)}, items[2] = {below(SIDE), below(SIDE)};
        table a, b, wanted;
        wrmf_matrix *const one = some_matrix(users[0], items[0], 1 + round / 3 % 2 * 4, a);
        wrmf_matrix *const other = some_matrix(users[1], items[1], 1 + round / 6 % 2 * 4, b);
        wrmf_matrix *out = NULL;
        bool shared = false;
        for (int u = 0; u < SIDE; u++) {
            for (int i = 0; i < SIDE; i++) {
                wanted[u][i] = merged_count(a[u][i], b[u][i], duplicates);
                shared = shared || (a[u][i] > 0 && b[u][i] > 0);
            }
        }
        MUST(wrmf_matrix_merge(one, other, duplicates, &out, err));
        check_cells(out, larger(users[0], users[1]), larger(items[0], items[1]), wanted);
        wrmf_matrix_free(out);
        out = untouched;
        if (shared) {
            FAILS(WRMF_E_FORMAT, "is in both",
                  wrmf_matrix_merge(one, other, WRMF_DUPLICATES_REFUSE, &out, err));
            assert_true(out == untouched);
        } else {
            MUST(wrmf_matrix_merge(one, other, WRMF_DUPLICATES_REFUSE, &out, err));
            wrmf_matrix_free(out);
        }
        wrmf_matrix_free(one);
        wrmf_matrix_free(other);
    }
}

static void bad_merges(void **state)
{
    (void)state;
    const int64_t zero[] = {0}, one[] = {1};
    const double most[] = {DBL_MAX}, small[] = {2};
    wrmf_matrix *const large = triplets(1, 2, 1, zero, one, most), *out = untouched;
    wrmf_matrix *const other = triplets(1, 2, 1, zero, one, small);
    FAILS(WRMF_E_NULL, "a", wrmf_matrix_merge(NULL, other, WRMF_DUPLICATES_SUM, &out, err));
    FAILS(WRMF_E_NULL, "b", wrmf_matrix_merge(large, NULL, WRMF_DUPLICATES_SUM, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_merge(large, other, WRMF_DUPLICATES_SUM, NULL, err));
    FAILS(WRMF_E_RANGE, "duplicates is 4",
          wrmf_matrix_merge(large, other, (wrmf_duplicates)4, &out, err));
    FAILS(WRMF_E_NONFINITE, "user 0, item 1",
          wrmf_matrix_merge(large, large, WRMF_DUPLICATES_SUM, &out, err));
    FAILS(WRMF_E_FORMAT, "user 0, item 1 is in both",
          wrmf_matrix_merge(large, other, WRMF_DUPLICATES_REFUSE, &out, err));
    assert_true(out == untouched);
    wrmf_matrix_free(large);
    wrmf_matrix_free(other);
}

/* ---- removal ---- */

static bool is_gone(const int64_t *gone, int64_t n, int64_t index)
{
    for (int64_t k = 0; k < n; k++)
        if (gone[k] == index)
            return true;
    return false;
}

static void left_out(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        const wrmf_side side = (wrmf_side)(round % 2);
        const int64_t sizes[2] = {1 + below(SIDE - 1), 1 + below(SIDE - 1)}, n = below(9);
        int64_t gone[9], left[2] = {0, 0};
        table cells, wanted = {{0}};
        wrmf_matrix *const matrix = some_matrix(sizes[0], sizes[1], 1 + round % 3, cells);
        wrmf_matrix *out = NULL;
        for (int64_t k = 0; k < n; k++)
            gone[k] = below(sizes[side]);
        for (int64_t u = 0; u < sizes[0]; u++) {
            if (side == WRMF_USERS && is_gone(gone, n, u))
                continue;
            left[1] = 0;
            for (int64_t i = 0; i < sizes[1]; i++)
                if (side == WRMF_USERS || !is_gone(gone, n, i))
                    wanted[left[0]][left[1]++] = cells[u][i];
            left[0]++;
        }
        if (left[0] == 0) /* no row told */
            left[1] = sizes[1];
        MUST(wrmf_matrix_without(matrix, side, gone, n, &out, err));
        check_cells(out, left[0], left[1], wanted);
        wrmf_matrix_free(matrix);
        wrmf_matrix_free(out);
    }
}

static void bad_removals(void **state)
{
    (void)state;
    const int64_t high[] = {0, 5}, low[] = {-1};
    table cells;
    wrmf_matrix *const matrix = some_matrix(4, 5, 1, cells), *out = untouched;
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_without(NULL, WRMF_USERS, high, 1, &out, err));
    FAILS(WRMF_E_NULL, "indices", wrmf_matrix_without(matrix, WRMF_USERS, NULL, 1, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_without(matrix, WRMF_USERS, high, 1, NULL, err));
    FAILS(WRMF_E_RANGE, "side", wrmf_matrix_without(matrix, (wrmf_side)2, high, 1, &out, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_matrix_without(matrix, WRMF_USERS, high, -1, &out, err));
    FAILS(WRMF_E_RANGE, "indices[1] is 5, not in 0 .. 3",
          wrmf_matrix_without(matrix, WRMF_USERS, high, 2, &out, err));
    FAILS(WRMF_E_RANGE, "indices[1] is 5, not in 0 .. 4",
          wrmf_matrix_without(matrix, WRMF_ITEMS, high, 2, &out, err));
    FAILS(WRMF_E_RANGE, "indices[0] is -1",
          wrmf_matrix_without(matrix, WRMF_ITEMS, low, 1, &out, err));
    assert_true(out == untouched);
    wrmf_matrix_free(matrix);
}

/* ---- what is known of the ids ---- */

static void check_hashes(wrmf_matrix *matrix, uint64_t users, uint64_t items)
{
    assert_true(wrmf_matrix_ids_hash(matrix, WRMF_USERS) == users);
    assert_true(wrmf_matrix_ids_hash(matrix, WRMF_ITEMS) == items);
    wrmf_matrix_free(matrix);
}

static void hashes_of_ids(void **state)
{
    (void)state;
    const int64_t numbers[] = {0, 1, 2, 3}, gone[] = {1};
    table cells;
    wrmf_matrix *const matrix = some_matrix(4, 4, 1, cells), *out = NULL;
    wrmf_matrix *const other = some_matrix(4, 4, 1, cells);
    MUST(wrmf_matrix_set_ids_hash(matrix, WRMF_USERS, 11, err));
    MUST(wrmf_matrix_set_ids_hash(matrix, WRMF_ITEMS, 22, err));
    MUST(wrmf_matrix_set_ids_hash(other, WRMF_USERS, 11, err));
    MUST(wrmf_matrix_merge(matrix, other, WRMF_DUPLICATES_SUM, &out, err));
    check_hashes(out, 11, 0);
    MUST(wrmf_matrix_renumber(matrix, NULL, 4, NULL, 5, &out, err));
    check_hashes(out, 11, 0);
    MUST(wrmf_matrix_renumber(matrix, numbers, 4, NULL, 4, &out, err));
    check_hashes(out, 0, 22);
    MUST(wrmf_matrix_without(matrix, WRMF_USERS, gone, 1, &out, err));
    check_hashes(out, 0, 22);
    MUST(wrmf_matrix_without(matrix, WRMF_ITEMS, gone, 1, &out, err));
    check_hashes(out, 11, 0);
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(other);
}

static void out_of_memory(void **state)
{
    (void)state;
    const int64_t back[] = {3, 2, 1, 0}, gone[] = {1};
    table cells;
    wrmf_matrix *const matrix = some_matrix(4, 4, 3, cells);
    wrmf_matrix *out = NULL;
    OUT_OF_MEMORY(wrmf_matrix_merge(matrix, matrix, WRMF_DUPLICATES_SUM, &out, err));
    wrmf_matrix_free(out);
    OUT_OF_MEMORY(wrmf_matrix_renumber(matrix, back, 4, back, 4, &out, err));
    wrmf_matrix_free(out);
    OUT_OF_MEMORY(wrmf_matrix_renumber(matrix, back, 4, NULL, 4, &out, err));
    wrmf_matrix_free(out);
    OUT_OF_MEMORY(wrmf_matrix_without(matrix, WRMF_ITEMS, gone, 1, &out, err));
    wrmf_matrix_free(out);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(renumbered), TEST(bad_numbers),  TEST(merged),        TEST(bad_merges),
        TEST(left_out),   TEST(bad_removals), TEST(hashes_of_ids), TEST(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

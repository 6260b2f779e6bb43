/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of rows that a matrix keeps, and the chunks that an epoch cuts it into. */
#include "fixture.h"

#include "als/plan.h"
#include "base/random.h"
#include "row/long_row.h"

enum { MOST_ROWS = 2000, SHARES = 512 };

static int64_t offsets[MOST_ROWS + 1];

/* A matrix of rows with random numbers of entries. Plans look at nothing else of it. */
static wrmf_matrix *draw_matrix(uint64_t seed, int64_t rows, uint64_t longest)
{
    static const int32_t no_index;
    wrmf_matrix *matrix = NULL;
    for (int64_t row = 0; row < rows; row++) {
        const uint64_t bound = 1 + wrmf_i_random_below(seed, 1, (uint32_t)row, 0, longest);
        offsets[row + 1] =
            offsets[row] + (int64_t)wrmf_i_random_below(seed, 2, (uint32_t)row, 0, bound);
    }
    MUST(wrmf_i_matrix_view(context, rows, 1, offsets, &no_index, NULL, NULL, &matrix, err));
    return matrix;
}

static double cost_of(int64_t entries, int64_t factors)
{
    return entries == 0 ? 1 : 10 * (double)entries + 0.5 * (double)factors + 8;
}

static int64_t entries_of(int64_t row)
{
    return offsets[row + 1] - offsets[row];
}

/* Each row is there once, the longest first, equals by index. */
static void check_order(const wrmf_i_plan *plan, int64_t rows)
{
    for (int64_t i = 0; i < rows; i++) {
        const int64_t row = plan->order[i];
        assert_in_range(row, 0, rows - 1);
        if (i == 0)
            continue;
        const int64_t before = plan->order[i - 1];
        assert_true(entries_of(before) > entries_of(row) ||
                    (entries_of(before) == entries_of(row) && before < row));
    }
}

/* A chunk ends with the row that gives it its share, and not before. */
static void check_chunks(const wrmf_i_plan *plan, int64_t rows, int64_t factors)
{
    double total = 0;
    size_t chunk = 0;
    assert_int_equal(plan->bounds[0], plan->n_long);
    for (int64_t i = plan->n_long; i < rows; i++)
        total += cost_of(entries_of(plan->order[i]), factors);
    double cost = 0;
    for (int64_t i = plan->n_long; i < rows; i++) {
        cost += cost_of(entries_of(plan->order[i]), factors);
        if (cost < total / SHARES && i + 1 < rows)
            continue;
        assert_true(chunk < plan->chunks);
        assert_int_equal(plan->bounds[++chunk], i + 1);
        cost = 0;
    }
    assert_int_equal(chunk, plan->chunks);
}

static void check_sizes(const wrmf_i_plan *plan, int64_t rows, int64_t factors)
{
    int64_t n_long = 0, longest = 0, longest_of_all = 0;
    double cost = 0;
    for (int64_t row = 0; row < rows; row++) {
        const int64_t n = entries_of(row);
        n_long += n >= WRMF_I_LONG_ROW;
        longest = n > longest && n < WRMF_I_LONG_ROW ? n : longest;
        longest_of_all = n > longest_of_all ? n : longest_of_all;
        cost += cost_of(n, factors);
    }
    assert_int_equal(plan->n_long, n_long);
    assert_int_equal(plan->longest, longest);
    assert_int_equal(plan->longest_of_all, longest_of_all);
    assert_true(plan->cost >= cost && plan->cost <= cost);
}

static void plans(void **state)
{
    (void)state;
    static const struct {
        int64_t rows;
        uint64_t longest; /* the most entries of a row */
    } cases[] = {{0, 1},          {1, 1},           {1, 50},      {7, 0},    {200, 3},
                 {MOST_ROWS, 20}, {MOST_ROWS, 700}, {40, 100000}, {3, 90000}};
    for (uint64_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrmf_matrix *const matrix = draw_matrix(i, cases[i].rows, cases[i].longest + 1);
        for (int64_t factors = 1; factors <= 65; factors += 16) {
            wrmf_i_plan plan;
            MUST(wrmf_i_plan_create(&matrix->context->allocator, matrix, factors, &plan, err));
            check_order(&plan, cases[i].rows);
            check_chunks(&plan, cases[i].rows, factors);
            check_sizes(&plan, cases[i].rows, factors);
            wrmf_i_plan_free(&matrix->context->allocator, &plan);
        }
        wrmf_i_matrix_release(matrix);
    }
}

/* A matrix makes its order once, and none where there is no memory. */
static void kept(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = draw_matrix(3, 50, 9);
    const wrmf_i_row_order *first = NULL, *again = NULL;
    OUT_OF_MEMORY(wrmf_i_matrix_row_order(matrix, &first, err));
    MUST(wrmf_i_matrix_row_order(matrix, &again, err));
    assert_ptr_equal(first, again);
    wrmf_i_matrix_release(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(plans), TEST(kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

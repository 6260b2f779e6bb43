/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/plan.h"

#include "row/long_row.h"

enum { CHUNKS = 512 };

/* Estimated cost of a row with n entries: passes over its gathered rows, and a part that does not
 * depend on n (start, stop, change of basis). */
static double row_cost(int64_t n, int64_t factors)
{
    return n == 0 ? 1.0 : (double)n * 10.0 + (double)factors * 0.5 + 8.0;
}

/* Counting sort by falling number of entries; stable. */
static void sort_rows(const wrmf_matrix *matrix, int64_t longest, int64_t *starts, int32_t *order)
{
    const int64_t *const offsets = matrix->offsets;
    for (int64_t row = 0; row < matrix->rows; row++)
        starts[longest - (offsets[row + 1] - offsets[row]) + 1]++;
    for (int64_t i = 1; i <= longest + 1; i++)
        starts[i] += starts[i - 1];
    for (int64_t row = 0; row < matrix->rows; row++)
        order[starts[longest - (offsets[row + 1] - offsets[row])]++] = (int32_t)row;
}

/* The lengths of rows in their order, asked for one after the other: the offsets of rows lie all
 * over memory. */
typedef struct lengths {
    const int64_t *ends; /* ends[longest - n]: behind the last row of n entries, in the order */
    int64_t longest, n;
} lengths;

static int64_t length_at(lengths *rows, int64_t i)
{
    while (i >= rows->ends[rows->longest - rows->n])
        rows->n--;
    return rows->n;
}

static void cut_chunks(const int64_t *ends, int64_t factors, wrmf_i_plan *plan)
{
    const lengths all = {ends, plan->longest_of_all, plan->longest_of_all};
    lengths rows = all;
    double total = 0;
    plan->cost = 0;
    for (int64_t i = 0; i < plan->n_long; i++)
        plan->cost += row_cost(length_at(&rows, i), factors);
    for (int64_t i = plan->n_long; i < plan->rows; i++)
        total += row_cost(length_at(&rows, i), factors);
    plan->cost += total;
    const double share = total / CHUNKS;
    double cost = 0;
    plan->chunks = 0;
    plan->bounds[0] = plan->n_long;
    rows = all;
    for (int64_t i = plan->n_long; i < plan->rows; i++) {
        cost += row_cost(length_at(&rows, i), factors);
        if (cost >= share || i + 1 == plan->rows) {
            plan->bounds[++plan->chunks] = i + 1;
            cost = 0;
        }
    }
}

wrmf_status wrmf_i_plan_create(const wrmf_i_allocator *allocator, const wrmf_matrix *matrix,
                               int64_t factors, wrmf_i_plan *plan, wrmf_error *err)
{
    *plan = (wrmf_i_plan){.rows = matrix->rows};
    for (int64_t row = 0; row < matrix->rows; row++) {
        const int64_t n = matrix->offsets[row + 1] - matrix->offsets[row];
        plan->n_long += n >= WRMF_I_LONG_ROW;
        if (n > plan->longest_of_all)
            plan->longest_of_all = n;
        if (n > plan->longest && n < WRMF_I_LONG_ROW)
            plan->longest = n;
    }
    const size_t degrees = (size_t)plan->longest_of_all + 2;
    int64_t *const starts = wrmf_i_alloc_zero(allocator, degrees, sizeof *starts);
    plan->order = wrmf_i_alloc(allocator, (size_t)matrix->rows, sizeof *plan->order);
    plan->bounds = wrmf_i_alloc(allocator, CHUNKS + 2, sizeof *plan->bounds);
    if (!starts || !plan->order || !plan->bounds) {
        wrmf_i_free(allocator, starts, degrees, sizeof *starts);
        wrmf_i_plan_free(allocator, plan);
        return wrmf_i_fail_memory(err, "the plan of an epoch");
    }
    sort_rows(matrix, plan->longest_of_all, starts, plan->order);
    cut_chunks(starts, factors, plan); /* each start has become an end */
    wrmf_i_free(allocator, starts, degrees, sizeof *starts);
    return WRMF_OK;
}

void wrmf_i_plan_free(const wrmf_i_allocator *allocator, wrmf_i_plan *plan)
{
    wrmf_i_free(allocator, plan->order, (size_t)plan->rows, sizeof *plan->order);
    wrmf_i_free(allocator, plan->bounds, CHUNKS + 2, sizeof *plan->bounds);
    *plan = (wrmf_i_plan){0};
}

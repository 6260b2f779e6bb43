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

static void cut_chunks(const wrmf_matrix *matrix, int64_t factors, wrmf_i_plan *plan)
{
    const int64_t *const offsets = matrix->offsets;
    double total = 0;
    plan->cost = 0;
    for (int64_t i = 0; i < plan->n_long; i++)
        plan->cost += row_cost(offsets[plan->order[i] + 1] - offsets[plan->order[i]], factors);
    for (int64_t i = plan->n_long; i < matrix->rows; i++)
        total += row_cost(offsets[plan->order[i] + 1] - offsets[plan->order[i]], factors);
    plan->cost += total;
    const double share = total / CHUNKS;
    double cost = 0;
    plan->chunks = 0;
    plan->bounds[0] = plan->n_long;
    for (int64_t i = plan->n_long; i < matrix->rows; i++) {
        const int32_t row = plan->order[i];
        cost += row_cost(offsets[row + 1] - offsets[row], factors);
        if (cost >= share || i + 1 == matrix->rows) {
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
    wrmf_i_free(allocator, starts, degrees, sizeof *starts);
    cut_chunks(matrix, factors, plan);
    return WRMF_OK;
}

void wrmf_i_plan_free(const wrmf_i_allocator *allocator, wrmf_i_plan *plan)
{
    wrmf_i_free(allocator, plan->order, (size_t)plan->rows, sizeof *plan->order);
    wrmf_i_free(allocator, plan->bounds, CHUNKS + 2, sizeof *plan->bounds);
    *plan = (wrmf_i_plan){0};
}

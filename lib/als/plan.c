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

/* How many more rows of a cost each make a chunk of at least `share`, of which `done` is there. All
 * costs are whole or half numbers, and what is added up is exact. */
static int64_t rows_to_share(double share, double done, double each)
{
    const double wanted = (share - done) / each;
    int64_t rows = wanted > 1 ? (int64_t)wanted : 1;
    while (rows > 1 && done + (double)(rows - 1) * each >= share)
        rows--;
    while (done + (double)rows * each < share)
        rows++;
    return rows;
}

/* Rows from n_long on, taken until a chunk has its share of their cost. */
static void cut_chunks(const wrmf_i_row_order *order, int64_t factors, double total,
                       wrmf_i_plan *plan)
{
    const double share = total / CHUNKS;
    double cost = 0;
    int64_t row = plan->n_long;
    plan->bounds[0] = row;
    for (int64_t i = 0; i < order->n_runs; i++) {
        const wrmf_i_row_run *const run = &order->runs[i];
        const double each = row_cost(run->entries, factors);
        while (row < run->end) {
            const int64_t more = rows_to_share(share, cost, each), left = run->end - row;
            if (more > left) {
                cost += (double)left * each;
                row = run->end;
                break;
            }
            row += more;
            plan->bounds[++plan->chunks] = row;
            cost = 0;
        }
    }
    if (row > plan->bounds[plan->chunks])
        plan->bounds[++plan->chunks] = row;
}

wrmf_status wrmf_i_plan_create(const wrmf_i_allocator *allocator, const wrmf_matrix *matrix,
                               int64_t factors, wrmf_i_plan *plan, wrmf_error *err)
{
    const wrmf_i_row_order *order;
    WRMF_I_TRY(wrmf_i_matrix_row_order(matrix, &order, err));
    *plan = (wrmf_i_plan){.order = order->rows};
    double total = 0; /* of the rows in chunks */
    for (int64_t i = 0, first = 0; i < order->n_runs; first = order->runs[i++].end) {
        const int64_t n = order->runs[i].entries;
        const double cost = (double)(order->runs[i].end - first) * row_cost(n, factors);
        plan->cost += cost;
        if (n > plan->longest_of_all)
            plan->longest_of_all = n;
        if (n >= WRMF_I_LONG_ROW) {
            plan->n_long = order->runs[i].end;
            continue;
        }
        total += cost;
        if (n > plan->longest)
            plan->longest = n;
    }
    plan->bounds = wrmf_i_alloc(allocator, CHUNKS + 2, sizeof *plan->bounds);
    if (!plan->bounds)
        return wrmf_i_fail_memory(err, "the plan of an epoch");
    cut_chunks(order, factors, total, plan);
    return WRMF_OK;
}

void wrmf_i_plan_free(const wrmf_i_allocator *allocator, wrmf_i_plan *plan)
{
    wrmf_i_free(allocator, plan->bounds, CHUNKS + 2, sizeof *plan->bounds);
    *plan = (wrmf_i_plan){0};
}

size_t wrmf_i_plan_bytes(void)
{
    return (CHUNKS + 2) * sizeof(int64_t);
}

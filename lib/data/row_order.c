/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/row_order.h"

static int64_t entries_of(const wrmf_matrix *matrix, int64_t row)
{
    return matrix->offsets[row + 1] - matrix->offsets[row];
}

/* Counting sort by falling number of entries; stable. starts is longest + 2 zeros of scratch. */
static void sort_rows(const wrmf_matrix *matrix, int64_t longest, int64_t *starts, int32_t *rows)
{
    for (int64_t row = 0; row < matrix->rows; row++)
        starts[longest - entries_of(matrix, row) + 1]++;
    for (int64_t i = 1; i <= longest + 1; i++)
        starts[i] += starts[i - 1];
    for (int64_t row = 0; row < matrix->rows; row++)
        rows[starts[longest - entries_of(matrix, row)]++] = (int32_t)row;
}

/* After the sort, starts[i] is where the rows of longest - i entries end. Fills runs, unless NULL,
 * and returns their number. */
static int64_t fill_runs(const int64_t *starts, int64_t longest, wrmf_i_row_run *runs)
{
    int64_t n = 0, end = 0;
    for (int64_t i = 0; i <= longest; i++) {
        if (starts[i] == end)
            continue;
        end = starts[i];
        if (runs)
            runs[n] = (wrmf_i_row_run){longest - i, end};
        n++;
    }
    return n;
}

static wrmf_status make(const wrmf_matrix *matrix, wrmf_i_row_order **out, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    int64_t longest = 0;
    for (int64_t row = 0; row < matrix->rows; row++)
        if (entries_of(matrix, row) > longest)
            longest = entries_of(matrix, row);
    const size_t lengths = (size_t)longest + 2;
    int64_t *const starts = wrmf_i_alloc_zero(allocator, lengths, sizeof *starts);
    wrmf_i_row_order *order = wrmf_i_alloc_zero(allocator, 1, sizeof *order);
    if (order) {
        order->n = matrix->rows;
        order->rows = wrmf_i_alloc(allocator, (size_t)order->n, sizeof *order->rows);
    }
    if (starts && order && order->rows) {
        sort_rows(matrix, longest, starts, order->rows);
        order->n_runs = fill_runs(starts, longest, NULL);
        order->runs = wrmf_i_alloc(allocator, (size_t)order->n_runs, sizeof *order->runs);
        if (order->runs)
            (void)fill_runs(starts, longest, order->runs);
    }
    wrmf_i_free(allocator, starts, lengths, sizeof *starts);
    if (!order || !order->runs) {
        wrmf_i_row_order_free(allocator, order);
        return wrmf_i_fail_memory(err, "the order of rows");
    }
    *out = order;
    return WRMF_OK;
}

wrmf_status wrmf_i_matrix_row_order(const wrmf_matrix *matrix, const wrmf_i_row_order **out,
                                    wrmf_error *err)
{
    wrmf_matrix *const shared =
        (wrmf_matrix *)(uintptr_t)matrix; /* only the atomic field changes */
    wrmf_i_row_order *found = atomic_load(&shared->row_order);
    if (!found) {
        wrmf_i_row_order *made = NULL;
        WRMF_I_TRY(make(matrix, &made, err));
        if (atomic_compare_exchange_strong(&shared->row_order, &found, made))
            found = made;
        else
            wrmf_i_row_order_free(&matrix->context->allocator, made); /* another was first */
    }
    *out = found;
    return WRMF_OK;
}

void wrmf_i_row_order_free(const wrmf_i_allocator *allocator, wrmf_i_row_order *order)
{
    if (!order)
        return;
    wrmf_i_free(allocator, order->rows, (size_t)order->n, sizeof *order->rows);
    wrmf_i_free(allocator, order->runs, (size_t)order->n_runs, sizeof *order->runs);
    wrmf_i_free(allocator, order, 1, sizeof *order);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/row_sets.h"

#include "data/validate.h"

/* ---- sets ---- */

/* Move row i of a heap, whose root is the greatest, to where no child is greater. */
static void sink(int32_t *heap, int64_t i, int64_t n)
{
    const int32_t row = heap[i];
    for (int64_t child = 2 * i + 1; child < n; child = 2 * i + 1) {
        if (child + 1 < n && heap[child + 1] > heap[child])
            child++;
        if (heap[child] <= row)
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = row;
}

static bool is_ascending(const int32_t *rows, int64_t n)
{
    for (int64_t i = 1; i < n; i++)
        if (rows[i] < rows[i - 1])
            return false;
    return true;
}

static void sort(int32_t *rows, int64_t n)
{
    if (is_ascending(rows, n))
        return;
    for (int64_t i = n / 2; i-- > 0;)
        sink(rows, i, n);
    for (int64_t left = n - 1; left > 0; left--) {
        const int32_t greatest = rows[0];
        rows[0] = rows[left];
        rows[left] = greatest;
        sink(rows, 0, left);
    }
}

/* Copy rows to a set; returns how many it has. */
static int64_t make_set(const int64_t *rows, int64_t n, int32_t *to)
{
    for (int64_t i = 0; i < n; i++)
        to[i] = (int32_t)rows[i];
    sort(to, n);
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++)
        if (kept == 0 || to[i] != to[kept - 1])
            to[kept++] = to[i];
    return kept;
}

static wrmf_status make_room(const wrmf_i_allocator *allocator, wrmf_i_row_buffer *buffer,
                             int64_t n, wrmf_error *err)
{
    if ((size_t)n <= buffer->room)
        return WRMF_OK;
    int32_t *const rows =
        wrmf_i_realloc(allocator, buffer->rows, buffer->room, (size_t)n, sizeof *rows);
    if (!rows)
        return wrmf_i_fail_memory(err, "a set of rows");
    *buffer = (wrmf_i_row_buffer){rows, (size_t)n};
    return WRMF_OK;
}

void wrmf_i_row_buffer_free(const wrmf_i_allocator *allocator, wrmf_i_row_buffer *buffer)
{
    wrmf_i_free(allocator, buffer->rows, buffer->room, sizeof *buffer->rows);
    *buffer = (wrmf_i_row_buffer){NULL, 0};
}

wrmf_status wrmf_i_row_set_make(const wrmf_i_allocator *allocator, const char *name,
                                const int64_t *rows, int64_t n, int64_t size,
                                wrmf_i_row_buffer *buffer, wrmf_i_row_set *out, wrmf_error *err)
{
    WRMF_I_TRY(wrmf_i_check_indices(name, rows, n, size, err));
    WRMF_I_TRY(make_room(allocator, buffer, n, err));
    *out = (wrmf_i_row_set){buffer->rows, make_set(rows, n, buffer->rows)};
    return WRMF_OK;
}

/* ---- sets of several lists ---- */

static wrmf_status check_offsets(const int64_t *offsets, int64_t n, wrmf_error *err)
{
    if (offsets[0] != 0)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "offsets[0] is %lld, not 0", (long long)offsets[0]);
    for (int64_t i = 0; i < n; i++)
        if (offsets[i + 1] < offsets[i])
            return wrmf_i_fail(err, WRMF_E_FORMAT, "offsets[%lld] is %lld, below offsets[%lld]",
                               (long long)i + 1, (long long)offsets[i + 1], (long long)i);
    return WRMF_OK;
}

void wrmf_i_kept_lists_free(const wrmf_i_allocator *allocator, wrmf_i_kept_lists *kept)
{
    wrmf_i_free(allocator, kept->offsets, (size_t)(kept->lists.n + 1), sizeof *kept->offsets);
    wrmf_i_row_buffer_free(allocator, &kept->buffer);
    *kept = (wrmf_i_kept_lists){.lists = {.n = -1}};
}

wrmf_status wrmf_i_kept_lists_set(const wrmf_i_allocator *allocator, wrmf_i_kept_lists *kept,
                                  int64_t n, const int64_t *offsets, const int64_t *rows,
                                  int64_t size, wrmf_error *err)
{
    wrmf_i_kept_lists made = {.lists = {.n = offsets ? n : -1}};
    if (offsets) {
        WRMF_I_TRY(check_offsets(offsets, n, err));
        if (!rows && offsets[n] > 0)
            return wrmf_i_fail_null(err, "rows");
        WRMF_I_TRY(wrmf_i_check_indices("rows", rows, offsets[n], size, err));
        WRMF_I_TRY(make_room(allocator, &made.buffer, offsets[n], err));
        made.offsets = wrmf_i_alloc(allocator, (size_t)(n + 1), sizeof *made.offsets);
        if (!made.offsets) {
            wrmf_i_row_buffer_free(allocator, &made.buffer);
            return wrmf_i_fail_memory(err, "sets of rows");
        }
        made.offsets[0] = 0;
        for (int64_t i = 0; i < n; i++) {
            const int64_t given = offsets[i + 1] - offsets[i];
            made.offsets[i + 1] = made.offsets[i];
            if (given > 0) /* else there may be no rows at all */
                made.offsets[i + 1] +=
                    make_set(rows + offsets[i], given, made.buffer.rows + made.offsets[i]);
        }
        made.lists.offsets = made.offsets;
        made.lists.rows = made.buffer.rows;
    }
    wrmf_i_kept_lists_free(allocator, kept);
    *kept = made;
    return WRMF_OK;
}

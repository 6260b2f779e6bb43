/* SPDX-License-Identifier: BSD-2-Clause */
#include <float.h>
#include <math.h>

#include "als/fold.h"
#include "base/carve.h"
#include "data/validate.h"
#include "row/long_row.h"

size_t wrmf_i_fold_lay_out(const wrmf_fold *fold, int64_t most, void *memory,
                           wrmf_i_fold_space *space)
{
    const int64_t width = fold->fixed.width;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    space->longest = most < WRMF_I_LONG_ROW ? most : WRMF_I_LONG_ROW - 1;
    space->doubles = wrmf_i_long_batch_doubles(1, width, 1, most > 0 ? most : 1);
    space->keys = wrmf_i_carve(&carver, (size_t)most, sizeof *space->keys);
    space->columns = wrmf_i_carve(&carver, (size_t)most, sizeof *space->columns);
    space->counts = wrmf_i_carve(&carver, (size_t)most, sizeof *space->counts);
    space->explained = wrmf_i_carve(&carver, (size_t)most, sizeof *space->explained);
    space->diagonal = wrmf_i_carve(&carver, fold->fixed.scaled ? (size_t)width : 0, sizeof(double));
    space->scratch = wrmf_i_carve(&carver, 1, wrmf_i_fold_scratch(fold, space->longest));
    space->system = wrmf_i_carve(&carver, space->doubles, sizeof *space->system);
    space->row = wrmf_i_carve(&carver, (size_t)width, (size_t)fold->fixed.factors.bits / 8);
    return wrmf_i_carver_bytes(&carver);
}

static wrmf_status check_entry(const wrmf_fold *fold, const wrmf_i_history *history, int64_t i,
                               wrmf_error *err)
{
    const int64_t rows = fold->fixed.factors.n, index = history->indices[i];
    if (index < 0 || index >= rows)
        return wrmf_i_fail(err, WRMF_E_RANGE, "index[%lld] is %lld, not in 0 .. %lld", (long long)i,
                           (long long)index, (long long)rows - 1);
    if (!history->counts ||
        (fold->loss.takes_negatives && history->counts[i] < 0 && history->counts[i] >= -DBL_MAX))
        return WRMF_OK;
    return wrmf_i_check_count(history->counts[i], i, err);
}

/* Heap sort: no recursion, no allocation. */
static void sink(uint64_t *heap, int64_t i, int64_t n)
{
    for (int64_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && heap[child + 1] > heap[child])
            child++;
        if (heap[i] >= heap[child])
            return;
        const uint64_t other = heap[i];
        heap[i] = heap[child];
        heap[child] = other;
    }
}

static void sort_keys(uint64_t *keys, int64_t n)
{
    for (int64_t i = n / 2 - 1; i >= 0; i--)
        sink(keys, i, n);
    for (int64_t i = n - 1; i > 0; i--) {
        const uint64_t last = keys[0];
        keys[0] = keys[i];
        keys[i] = last;
        sink(keys, 0, i);
    }
}

/* Where indices do not ascend: by index, and of the same index by position. */
static wrmf_status merge(const wrmf_i_history *history, wrmf_i_fold_space *space, wrmf_i_row *row,
                         wrmf_error *err)
{
    int64_t n = 0;
    bool counted = history->counts != NULL;
    for (int64_t i = 0; i < history->n; i++)
        space->keys[i] = (uint64_t)history->indices[i] << 32 | (uint64_t)i;
    sort_keys(space->keys, history->n);
    for (int64_t i = 0; i < history->n; i++) {
        const int32_t column = (int32_t)(space->keys[i] >> 32);
        const int64_t position = (int64_t)(space->keys[i] & UINT32_MAX);
        const double count = history->counts ? history->counts[position] : 1;
        if (n > 0 && space->columns[n - 1] == column) {
            space->counts[n - 1] += count;
            counted = true;
            if (space->counts[n - 1] == 0)
                return wrmf_i_fail(err, WRMF_E_FORMAT, "the counts of index %ld add up to 0",
                                   (long)column);
            if (!(fabs(space->counts[n - 1]) <= DBL_MAX))
                return wrmf_i_fail(err, WRMF_E_NONFINITE,
                                   "the counts of index %ld add up to infinity", (long)column);
            continue;
        }
        space->columns[n] = column;
        space->counts[n++] = count;
    }
    row->n = n;
    row->counts = counted ? space->counts : NULL;
    return WRMF_OK;
}

wrmf_status wrmf_i_fold_sort(const wrmf_fold *fold, const wrmf_i_history *history,
                             wrmf_i_fold_space *space, wrmf_i_row *row, wrmf_error *err)
{
    bool ascends = true;
    for (int64_t i = 0; i < history->n; i++) {
        WRMF_I_TRY(check_entry(fold, history, i, err));
        ascends = ascends && (i == 0 || history->indices[i - 1] < history->indices[i]);
    }
    *row = (wrmf_i_row){.n = history->n, .columns = space->columns, .counts = history->counts};
    space->sorted = !ascends;
    if (!ascends)
        WRMF_I_TRY(merge(history, space, row, err));
    for (int64_t i = 0; ascends && i < history->n; i++)
        space->columns[i] = (int32_t)history->indices[i];
    for (int64_t i = 0; row->counts && i < row->n; i++) {
        const char *const infinite = wrmf_i_loss_not_finite(&fold->loss, row->counts[i]);
        if (infinite)
            return wrmf_i_fail(err, WRMF_E_NONFINITE, "the %s of index %ld is not finite", infinite,
                               (long)row->columns[i]);
    }
    wrmf_i_row_regularize(&fold->fixed, row, space->diagonal);
    return WRMF_OK;
}

int64_t wrmf_i_fold_position(const wrmf_i_fold_space *space, const wrmf_i_history *history,
                             const wrmf_i_row *row, int64_t i, int64_t *next)
{
    if (!space->sorted)
        return i;
    while (*next < history->n && (int32_t)(space->keys[*next] >> 32) < row->columns[i])
        ++*next;
    return (int64_t)(space->keys[*next] & UINT32_MAX);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/popularity.h"

#include <string.h>

#include "base/carve.h"

/* ---- counts ---- */

/* Add the likes of a matrix to the values of their rows or columns, each as 1 or as its count. */
static void add_entries(const wrmf_matrix *matrix, wrmf_side side, bool as_count, double *values)
{
    for (int64_t row = 0; row < matrix->rows; row++)
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++) {
            if (matrix->values && matrix->values[i] < 0)
                continue;
            values[side == WRMF_USERS ? row : matrix->indices[i]] +=
                as_count ? matrix->values[i] : 1;
        }
}

/* The rows by their values, best first. */
static wrmf_i_entry *sorted(const wrmf_i_allocator *allocator, const double *values, int64_t n)
{
    wrmf_i_entry *const entries = wrmf_i_alloc(allocator, (size_t)n, sizeof *entries);
    if (!entries)
        return NULL;
    wrmf_i_top top = {entries, n, 0};
    for (int64_t i = 0; i < n; i++)
        wrmf_i_top_offer(&top, values[i], (int32_t)i);
    wrmf_i_top_sort(&top);
    return entries;
}

wrmf_status wrmf_i_popularity_make(const wrmf_i_allocator *allocator, const wrmf_matrix *matrix,
                                   wrmf_side side, wrmf_i_popularity *out, wrmf_error *err)
{
    const int64_t n = side == WRMF_USERS ? matrix->rows : matrix->columns;
    wrmf_i_popularity made = {n, {NULL, NULL}};
    double *const values = wrmf_i_alloc(allocator, (size_t)n, sizeof *values);
    bool failed = !values;
    for (int kind = 0; kind < 2 && !failed; kind++) {
        if (kind == 1 && !matrix->values) {
            made.by[1] = made.by[0];
            continue;
        }
        memset(values, 0, (size_t)n * sizeof *values);
        add_entries(matrix, side, kind == 1, values);
        made.by[kind] = sorted(allocator, values, n);
        failed = !made.by[kind];
    }
    wrmf_i_free(allocator, values, (size_t)n, sizeof *values);
    if (failed) {
        wrmf_i_popularity_free(allocator, &made);
        return wrmf_i_fail_memory(err, "popularity");
    }
    *out = made;
    return WRMF_OK;
}

void wrmf_i_popularity_free(const wrmf_i_allocator *allocator, wrmf_i_popularity *popularity)
{
    const size_t n = (size_t)popularity->n;
    if (popularity->by[1] != popularity->by[0])
        wrmf_i_free(allocator, popularity->by[1], n, sizeof *popularity->by[1]);
    wrmf_i_free(allocator, popularity->by[0], n, sizeof *popularity->by[0]);
    *popularity = (wrmf_i_popularity){0};
}

size_t wrmf_i_popularity_bytes(const wrmf_i_popularity *popularity)
{
    const size_t one = (size_t)popularity->n * sizeof *popularity->by[0];
    return (popularity->by[0] ? one : 0) + (popularity->by[1] != popularity->by[0] ? one : 0);
}

/* ---- as bytes ---- */

/* The scores, and behind them the rows. */
static size_t lay_out(int64_t n, char *memory, double **scores, int32_t **rows)
{
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    *scores = wrmf_i_carve(&carver, (size_t)n, sizeof **scores);
    *rows = wrmf_i_carve(&carver, (size_t)n, sizeof **rows);
    return wrmf_i_carver_bytes(&carver);
}

size_t wrmf_i_popularity_packed(int64_t n)
{
    double *scores;
    int32_t *rows;
    return lay_out(n, NULL, &scores, &rows);
}

void wrmf_i_popularity_pack(const wrmf_i_entry *entries, int64_t n, void *to)
{
    double *scores;
    int32_t *rows;
    memset(to, 0, lay_out(n, to, &scores, &rows));
    for (int64_t i = 0; i < n; i++) {
        scores[i] = entries[i].score;
        rows[i] = entries[i].index;
    }
}

wrmf_status wrmf_i_popularity_unpack(const wrmf_i_allocator *allocator, const void *from,
                                     size_t bytes, int64_t n, wrmf_i_entry **out, wrmf_error *err)
{
    double *scores;
    int32_t *rows;
    bool good = lay_out(n, (char *)(uintptr_t)from, &scores, &rows) == bytes;
    wrmf_i_entry *const entries = wrmf_i_alloc(allocator, (size_t)n, sizeof *entries);
    if (!entries)
        return wrmf_i_fail_memory(err, "popularity");
    for (int64_t i = 0; i < n && good; i++) {
        entries[i] = (wrmf_i_entry){scores[i], rows[i]};
        good = rows[i] >= 0 && rows[i] < n;
    }
    if (!good) {
        wrmf_i_free(allocator, entries, (size_t)n, sizeof *entries);
        return wrmf_i_fail(err, WRMF_E_FORMAT, "the file's popularity is damaged");
    }
    *out = entries;
    return WRMF_OK;
}

/* ---- lists ---- */

void wrmf_i_popularity_list(const wrmf_i_popularity *popularity, wrmf_popularity kind,
                            const wrmf_i_filter *filter, wrmf_i_top *top)
{
    const wrmf_i_entry *const from = popularity->by[kind == WRMF_POPULARITY_SUM];
    /* few rows are looked for in the sets: those that are left out have a mark, and, where
     * candidates are chosen, those that are not have none */
    const wrmf_i_filter chosen = {.n_sets = 1, .left_out = {filter->chosen}};
    uint64_t marks[WRMF_I_FILTER_WORDS], among[WRMF_I_FILTER_WORDS];
    wrmf_i_filter_mark(filter, marks);
    if (filter->is_chosen)
        wrmf_i_filter_mark(&chosen, among);
    for (int64_t i = 0; i < popularity->n && top->size < top->k; i++) {
        const int32_t row = from[i].index;
        if (filter->is_chosen && wrmf_i_filter_passes(&chosen, among, row))
            continue;
        if (wrmf_i_filter_passes(filter, marks, row))
            top->entries[top->size++] = from[i];
    }
}

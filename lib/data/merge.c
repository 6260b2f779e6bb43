/* SPDX-License-Identifier: BSD-2-Clause */
/* The sum of two matrices, or what else becomes of the pairs that both have. */
#include <math.h>
#include <string.h>

#include "data/derive.h"
#include "data/draft.h"

/* The entries of a row that is still to be merged, of either matrix. */
typedef struct rest_of_row {
    const int32_t *indices;
    const double *values; /* NULL: all are 1 */
    int64_t n;
} rest_of_row;

static rest_of_row row_of(const wrmf_matrix *matrix, int64_t row)
{
    if (row >= matrix->rows)
        return (rest_of_row){NULL, NULL, 0};
    const int64_t start = matrix->offsets[row];
    return (rest_of_row){matrix->indices + start, matrix->values ? matrix->values + start : NULL,
                         matrix->offsets[row + 1] - start};
}

static double count_of(const rest_of_row *row, int64_t i)
{
    return row->values ? row->values[i] : 1.0;
}

/* How many pairs two rows have together. */
static int64_t count_row(rest_of_row a, rest_of_row b)
{
    int64_t i = 0, j = 0, pairs = 0;
    while (i < a.n && j < b.n) {
        const int32_t left = a.indices[i], right = b.indices[j];
        i += left <= right;
        j += right <= left;
        pairs++;
    }
    return pairs + (a.n - i) + (b.n - j);
}

static double merge_counts(double a, double b, wrmf_duplicates duplicates)
{
    switch (duplicates) {
    case WRMF_DUPLICATES_SUM: return a + b;
    case WRMF_DUPLICATES_MAX: return a > b ? a : b;
    default: return a;
    }
}

typedef struct merging {
    wrmf_duplicates duplicates;
    wrmf_i_draft draft;
    int64_t at; /* entries written */
} merging;

static void put(merging *m, int32_t index, double value)
{
    m->draft.indices[m->at] = index;
    if (m->draft.values)
        m->draft.values[m->at] = value;
    m->at++;
}

static wrmf_status put_both(merging *m, int64_t row, int32_t index, double a, double b,
                            wrmf_error *err)
{
    if (m->duplicates == WRMF_DUPLICATES_REFUSE)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "user %lld, item %ld is in both", (long long)row,
                           (long)index);
    const double merged = merge_counts(a, b, m->duplicates);
    if (!isfinite(merged))
        return wrmf_i_fail(err, WRMF_E_NONFINITE,
                           "the sum of the counts of user %lld, item %ld is not finite",
                           (long long)row, (long)index);
    if (merged == 0)
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "the counts of user %lld, item %ld, a like and a dislike, add up to 0",
                           (long long)row, (long)index);
    put(m, index, merged);
    return WRMF_OK;
}

static wrmf_status merge_row(merging *m, int64_t row, rest_of_row a, rest_of_row b, wrmf_error *err)
{
    int64_t i = 0, j = 0;
    while (i < a.n || j < b.n) {
        if (j == b.n || (i < a.n && a.indices[i] < b.indices[j])) {
            put(m, a.indices[i], count_of(&a, i));
            i++;
        } else if (i == a.n || b.indices[j] < a.indices[i]) {
            put(m, b.indices[j], count_of(&b, j));
            j++;
        } else {
            WRMF_I_TRY(put_both(m, row, a.indices[i], count_of(&a, i), count_of(&b, j), err));
            i++;
            j++;
        }
    }
    m->draft.offsets[row + 1] = m->at;
    return WRMF_OK;
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

wrmf_status wrmf_i_matrix_merge(const wrmf_matrix *a, const wrmf_matrix *b,
                                wrmf_duplicates duplicates, wrmf_matrix **out, wrmf_error *err)
{
    const int64_t rows = greater(a->rows, b->rows);
    int64_t entries = 0;
    for (int64_t row = 0; row < rows; row++)
        entries += count_row(row_of(a, row), row_of(b, row));
    const bool with_values = a->values || b->values || duplicates == WRMF_DUPLICATES_SUM;
    merging m = {.duplicates = duplicates};
    WRMF_I_TRY(wrmf_i_draft_create(a->context, rows, entries, with_values, &m.draft, err));
    for (int64_t row = 0; row < rows; row++) {
        const wrmf_status status = merge_row(&m, row, row_of(a, row), row_of(b, row), err);
        if (status != WRMF_OK) {
            wrmf_i_draft_free(&m.draft);
            return status;
        }
    }
    WRMF_I_TRY(wrmf_i_draft_finish(&m.draft, greater(a->columns, b->columns), out, err));
    for (int side = 0; side < 2; side++)
        if (a->ids_hash[side] == b->ids_hash[side])
            (*out)->ids_hash[side] = a->ids_hash[side];
    return WRMF_OK;
}

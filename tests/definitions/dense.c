/* SPDX-License-Identifier: BSD-2-Clause */
/* This has tables, random numbers, and the way to and from the library's objects. */
#include "dense.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

dense dense_new(int64_t rows, int64_t columns)
{
    dense table = {rows, columns, calloc((size_t)(rows * columns) + 1, sizeof(double))};
    assert_non_null(table.at);
    return table;
}

void dense_free(dense *table)
{
    free(table->at);
    table->at = NULL;
}

dense dense_transpose(const dense *table)
{
    dense out = dense_new(table->columns, table->rows);
    for (int64_t r = 0; r < table->rows; r++) {
        for (int64_t c = 0; c < table->columns; c++) {
            dense_row(&out, c)[r] = dense_row(table, r)[c];
        }
    }
    return out;
}

uint64_t random_bits(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

double random_unit(uint64_t *state)
{
    return (double)(random_bits(state) >> 11) * 0x1p-53;
}

int64_t random_below(uint64_t *state, int64_t n)
{
    return (int64_t)(random_bits(state) % (uint64_t)n);
}

double random_normal(uint64_t *state)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++) {
        sum += random_unit(state);
    }
    return sum;
}

dense dense_counts(uint64_t seed, int64_t rows, int64_t columns, double chance, int most)
{
    uint64_t state = seed * 77 + 5;
    dense table = dense_new(rows, columns);
    for (int64_t r = 0; r < rows; r++) {
        for (int64_t c = 0; c < columns; c++) {
            int empty = (rows > 4 && r == rows / 2) || (columns > 4 && c == columns / 3);
            if (random_unit(&state) < chance && !empty) {
                dense_row(&table, r)[c] = (double)(1 + random_below(&state, most));
            }
        }
    }
    return table;
}

wrmf_matrix *dense_to_matrix(wrmf_context *context, const dense *table)
{
    size_t room = (size_t)(table->rows * table->columns) + 1;
    int64_t *user = calloc(room, sizeof *user), *item = calloc(room, sizeof *item);
    double *count = calloc(room, sizeof *count);
    assert_true(user && item && count);
    int64_t n = 0;
    uint64_t state = 11;
    for (int64_t cell = 0; cell < table->rows * table->columns; cell++) {
        if (table->at[cell] > 0) {
            /* put it in the place of a random earlier one, which moves to the end */
            int64_t j = random_below(&state, n + 1);
            user[n] = user[j], item[n] = item[j], count[n] = count[j];
            user[j] = cell / table->columns, item[j] = cell % table->columns;
            count[j] = table->at[cell];
            n++;
        }
    }
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_triplets(context, table->rows, table->columns, n, user, item, count,
                                   WRMF_DUPLICATES_REFUSE, NULL, &matrix, err));
    free(user);
    free(item);
    free(count);
    return matrix;
}

dense dense_from_matrix(const wrmf_matrix *matrix)
{
    dense table = dense_new(wrmf_matrix_users(matrix), wrmf_matrix_items(matrix));
    for (int64_t r = 0; r < table.rows; r++) {
        const int32_t *items;
        const double *counts;
        int64_t n = wrmf_matrix_row(matrix, r, &items, &counts);
        for (int64_t j = 0; j < n; j++) {
            assert_true(items[j] >= 0 && items[j] < table.columns);
            dense_row(&table, r)[items[j]] = counts ? counts[j] : 1.0;
        }
    }
    return table;
}

int dense_equal(const dense *a, const dense *b)
{
    return a->rows == b->rows && a->columns == b->columns &&
           memcmp(a->at, b->at, (size_t)(a->rows * a->columns) * sizeof(double)) == 0;
}

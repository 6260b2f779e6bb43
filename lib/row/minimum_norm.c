/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/minimum_norm.h"

#include <math.h>
#include <string.h>

#include "linalg/lapack.h"

/* The equations of a row as a least-squares problem: sqrt(d) w.z = b / sqrt(d) for each entry, and
 * z = 0. Their normal equations are the row's system. Where d is small, b / sqrt(d) is large beside
 * what follows from it: such an entry has sqrt(d) w.z = 0, and z = 0 becomes z = the sum of its b
 * w. Entries with d < 0 have no equation at all: with L L' = I + the sum of their d w w', L'z =
 * L^-1 (that sum) stands in place of z = it. */
typedef struct equations {
    int64_t rows, f;
    double *a;          /* rows x f, column by column */
    double *right;      /* right sides: rows */
    double *d, *b;      /* of the entries */
    int64_t *by_weight; /* the entries, by falling d */
    double *y;          /* a fixed row, then its w: 2 f */
    double *rest;       /* the sum of b w of entries without a right side of their own: f */
    double *below;      /* f x f, where a d is below 0: L' */
    double *work;       /* of the factorization */
    int32_t *pivot;
    size_t work_doubles;
} equations;

static void free_equations(const wrmf_i_allocator *allocator, equations *e)
{
    const size_t rows = (size_t)e->rows, f = (size_t)e->f;
    wrmf_i_free(allocator, e->a, rows * f, sizeof(double));
    wrmf_i_free(allocator, e->right, rows, sizeof(double));
    wrmf_i_free(allocator, e->d, rows, sizeof(double));
    wrmf_i_free(allocator, e->b, rows, sizeof(double));
    wrmf_i_free(allocator, e->by_weight, rows, sizeof(int64_t));
    wrmf_i_free(allocator, e->y, 2 * f, sizeof(double));
    wrmf_i_free(allocator, e->rest, f, sizeof(double));
    wrmf_i_free(allocator, e->below, f * f, sizeof(double));
    wrmf_i_free(allocator, e->work, e->work_doubles, sizeof(double));
    wrmf_i_free(allocator, e->pivot, f, sizeof(int32_t));
}

static bool alloc_equations(const wrmf_i_allocator *allocator, equations *e)
{
    const size_t rows = (size_t)e->rows, f = (size_t)e->f;
    e->work_doubles = wrmf_i_least_squares_workspace(e->f);
    e->a = wrmf_i_alloc_zero(allocator, rows * f, sizeof(double));
    e->right = wrmf_i_alloc_zero(allocator, rows, sizeof(double));
    e->d = wrmf_i_alloc(allocator, rows, sizeof(double));
    e->b = wrmf_i_alloc(allocator, rows, sizeof(double));
    e->by_weight = wrmf_i_alloc(allocator, rows, sizeof(int64_t));
    e->y = wrmf_i_alloc(allocator, 2 * f, sizeof(double));
    e->rest = wrmf_i_alloc_zero(allocator, f, sizeof(double));
    e->work = wrmf_i_alloc(allocator, e->work_doubles, sizeof(double));
    e->pivot = wrmf_i_alloc(allocator, f, sizeof(int32_t));
    return e->a && e->right && e->d && e->b && e->by_weight && e->y && e->rest && e->work &&
           e->pivot;
}

/* Heap sort of indices by falling d, then by index: no recursion, no allocation. */
static bool before(const double *d, int64_t a, int64_t b)
{
    return d[a] > d[b] || (d[a] == d[b] && a < b);
}

static void sink(const double *d, int64_t *heap, int64_t i, int64_t n)
{
    for (;;) {
        int64_t child = 2 * i + 1;
        if (child >= n)
            return;
        if (child + 1 < n && before(d, heap[child], heap[child + 1]))
            child++;
        if (!before(d, heap[i], heap[child]))
            return;
        const int64_t other = heap[i];
        heap[i] = heap[child];
        heap[child] = other;
        i = child;
    }
}

static void sort_by_weight(const double *d, int64_t *heap, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        heap[i] = i;
    for (int64_t i = n / 2 - 1; i >= 0; i--)
        sink(d, heap, i, n);
    for (int64_t i = n - 1; i > 0; i--) {
        const int64_t last = heap[0];
        heap[0] = heap[i];
        heap[i] = last;
        sink(d, heap, 0, i);
    }
}

/* w = y F S of an entry, y being its fixed row. */
static const double *get_w(const wrmf_i_fixed_side *side, const wrmf_i_row *row, int64_t i,
                           const equations *e)
{
    const wrmf_i_whitening *const whitening = side->whitening;
    double *const w = e->y + e->f;
    wrmf_i_factors_get_row(&side->factors, row->columns[i], e->y);
    memset(w, 0, sizeof *w * (size_t)e->f);
    for (int64_t j = 0; j < e->f; j++)
        for (int64_t k = 0; k < e->f; k++)
            w[k] += e->y[j] * whitening->forward[j * whitening->width + k];
    for (int64_t k = 0; row->diagonal && k < e->f; k++)
        w[k] *= row->diagonal[k];
    return w;
}

/* Equation `place` of an entry, or what it adds to those of z: a target is worth an equation where
 * z can reach it, d ||w||^2 being 1 or more. */
static void write_entry(const wrmf_i_fixed_side *side, const wrmf_i_row *row, int64_t i,
                        int64_t place, const equations *e)
{
    const double *const w = get_w(side, row, i, e);
    const double d = e->d[i], root = d > 0 ? sqrt(d) : 0;
    double size = 0;
    for (int64_t k = 0; k < e->f; k++) {
        e->a[k * e->rows + place] = root * w[k];
        size += (root * w[k]) * (root * w[k]);
    }
    if (size >= 1)
        e->right[place] = e->b[i] / root;
    for (int64_t k = 0; !(size >= 1) && k < e->f; k++)
        e->rest[k] += e->b[i] * w[k];
    for (int64_t j = 0; d < 0 && j < e->f; j++)
        for (int64_t k = j; k < e->f; k++)
            e->below[j * e->f + k] += d * w[j] * w[k];
}

/* The equations of z, behind those of n entries. False if L L' is not positive definite. */
static bool write_rest(int64_t n, const equations *e)
{
    const int64_t f = e->f;
    double *const right = e->right + n;
    if (e->below) {
        for (int64_t k = 0; k < f; k++)
            e->below[k * f + k] += 1;
        memcpy(e->y, e->rest, sizeof *e->y * (size_t)f);
        if (!wrmf_i_solve_positive(f, f, e->below, e->y))
            return false;
    }
    memcpy(right, e->rest, sizeof *right * (size_t)f);
    for (int64_t j = 0; j < f; j++) {
        const double *const row = e->below ? e->below + j * f : NULL;
        right[j] /= row ? row[j] : 1;
        e->a[j * e->rows + n + j] = row ? row[j] : 1;
        for (int64_t k = j + 1; row && k < f; k++) {
            right[k] -= row[k] * right[j];
            e->a[k * e->rows + n + j] = row[k];
        }
    }
    return true;
}

static wrmf_status solve_equations(const wrmf_i_allocator *allocator, const wrmf_i_fixed_side *side,
                                   const wrmf_i_row *row, equations *e, double *z, wrmf_error *err)
{
    wrmf_i_weight_bounds bounds = WRMF_I_NO_WEIGHTS;
    wrmf_i_row_fill(side, row, 0, row->n, e->d, e->b, &bounds);
    WRMF_I_TRY(wrmf_i_lapack_begin(err));
    if (bounds.min < 0) {
        e->below = wrmf_i_alloc_zero(allocator, (size_t)(e->f * e->f), sizeof *e->below);
        if (!e->below)
            return wrmf_i_fail_memory(err, "the weights below unobserved_weight of a row");
    }
    sort_by_weight(e->d, e->by_weight, row->n);
    for (int64_t place = 0; place < row->n; place++)
        write_entry(side, row, e->by_weight[place], place, e);
    if (!write_rest(row->n, e))
        return wrmf_i_fail(err, WRMF_E_NONFINITE,
                           "the row's confidences, some below unobserved_weight, leave float64 no "
                           "digit of it");
    WRMF_I_TRY(wrmf_i_least_squares(e->rows, e->f, e->a, e->right, e->pivot, e->work, err));
    memset(z, 0, sizeof *z * (size_t)side->width);
    memcpy(z, e->right, sizeof *z * (size_t)e->f);
    return WRMF_OK;
}

wrmf_status wrmf_i_minimum_norm(const wrmf_i_allocator *allocator, const wrmf_i_fixed_side *side,
                                const wrmf_i_row *row, double *z, wrmf_error *err)
{
    const int64_t f = side->whitening->factors;
    equations e = {.rows = row->n + f, .f = f};
    const wrmf_status status = alloc_equations(allocator, &e)
                                   ? solve_equations(allocator, side, row, &e, z, err)
                                   : wrmf_i_fail_memory(err, "the minimum-norm system of a row");
    free_equations(allocator, &e);
    return status;
}

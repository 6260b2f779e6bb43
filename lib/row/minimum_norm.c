/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "als/half_epoch.h"
#include "linalg/lapack.h"

double wrmf_i_extra_weight(const wrmf_i_row_options *options, double count)
{
    if (options->confidence == WRMF_CONFIDENCE_LOG)
        return options->alpha * log1p(count / options->epsilon);
    return options->alpha * count;
}

/* The equations of a row as a least-squares problem: sqrt(d) w.z = (1 + d) / sqrt(d)
 * for each entry, and z = 0. Their normal equations are the row's system. */
typedef struct equations {
    int64_t rows, f;
    double *a; /* rows x f, column by column */
    double *b;
    double *d; /* entries, and which of them, by falling weight */
    int64_t *by_weight;
    double *work;
    int32_t *pivot;
    size_t work_doubles;
} equations;

static void free_equations(const wrmf_i_allocator *allocator, equations *e)
{
    const size_t rows = (size_t)e->rows, f = (size_t)e->f;
    wrmf_i_free(allocator, e->a, rows * f, sizeof(double));
    wrmf_i_free(allocator, e->b, rows, sizeof(double));
    wrmf_i_free(allocator, e->d, rows, sizeof(double));
    wrmf_i_free(allocator, e->by_weight, rows, sizeof(int64_t));
    wrmf_i_free(allocator, e->work, e->work_doubles, sizeof(double));
    wrmf_i_free(allocator, e->pivot, f, sizeof(int32_t));
}

static bool alloc_equations(const wrmf_i_allocator *allocator, equations *e)
{
    const size_t rows = (size_t)e->rows, f = (size_t)e->f;
    e->work_doubles = wrmf_i_least_squares_workspace(e->f);
    e->a = wrmf_i_alloc_zero(allocator, rows * f, sizeof(double));
    e->b = wrmf_i_alloc_zero(allocator, rows, sizeof(double));
    e->d = wrmf_i_alloc(allocator, rows, sizeof(double));
    e->by_weight = wrmf_i_alloc(allocator, rows, sizeof(int64_t));
    e->work = wrmf_i_alloc(allocator, e->work_doubles, sizeof(double));
    e->pivot = wrmf_i_alloc(allocator, f, sizeof(int32_t));
    return e->a && e->b && e->d && e->by_weight && e->work && e->pivot;
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

/* Row w = y forward of one column of the matrix, in float64. */
static void whiten_row(const wrmf_i_half_epoch *half, int bits, int64_t column, double *a,
                       int64_t apart, double scale)
{
    const int64_t f = half->whitening->factors, width = half->width;
    for (int64_t j = 0; j < f; j++) {
        const int64_t at = column * width + j;
        const double y = bits == 32 ? (double)((const float *)half->fixed)[at]
                                    : ((const double *)half->fixed)[at];
        for (int64_t k = 0; k < f; k++)
            a[k * apart] += scale * y * half->whitening->forward[j * width + k];
    }
}

static wrmf_status solve_equations(const wrmf_i_half_epoch *half, int bits, int64_t row,
                                   equations *e, double *z, wrmf_error *err)
{
    const wrmf_matrix *const matrix = half->matrix;
    const int64_t start = matrix->offsets[row], n = matrix->offsets[row + 1] - start;
    for (int64_t i = 0; i < n; i++) {
        e->d[i] =
            wrmf_i_extra_weight(half->options, matrix->values ? matrix->values[start + i] : 1.0);
        if (!isfinite(e->d[i]))
            return wrmf_i_fail(err, WRMF_E_NONFINITE,
                               "the confidence of entry %lld of %s %lld is not finite",
                               (long long)i, half->side, (long long)row);
    }
    sort_by_weight(e->d, e->by_weight, n);
    int64_t place = 0;
    for (; place < n; place++) {
        const int64_t i = e->by_weight[place];
        if (!(e->d[i] > 0))
            break; /* such an entry has no equation of this form, and no weight to speak of */
        const double root = sqrt(e->d[i]);
        whiten_row(half, bits, matrix->indices[start + i], e->a + place, e->rows, root);
        e->b[place] = (1 + e->d[i]) / root;
    }
    for (int64_t k = 0; k < e->f; k++)
        e->a[k * e->rows + n + k] = 1;
    WRMF_I_TRY(wrmf_i_least_squares(e->rows, e->f, e->a, e->b, e->pivot, e->work, err));
    memset(z, 0, sizeof *z * (size_t)half->width);
    memcpy(z, e->b, sizeof *z * (size_t)e->f);
    return WRMF_OK;
}

wrmf_status wrmf_i_minimum_norm(const wrmf_i_half_epoch *half, int bits, int64_t row, double *z,
                                wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &half->context->allocator;
    const int64_t *const offsets = half->matrix->offsets;
    const int64_t f = half->whitening->factors;
    equations e = {.rows = offsets[row + 1] - offsets[row] + f, .f = f};
    const wrmf_status status = alloc_equations(allocator, &e)
                                   ? solve_equations(half, bits, row, &e, z, err)
                                   : wrmf_i_fail_nomem(err);
    free_equations(allocator, &e);
    return status;
}

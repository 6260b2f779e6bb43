/* SPDX-License-Identifier: BSD-2-Clause */
#include "linalg/factors.h"

#include <math.h>
#include <string.h>

#include "linalg/row_kernels.h"

/* What depends on the precision. Places in `data` are counted in numbers. */
typedef struct precision {
    void (*load)(const void *data, int64_t at, int64_t n, double *to);
    void (*store)(const double *from, int64_t n, void *data, int64_t at);
    bool (*is_finite)(double number);
    double (*unit_scale)(const void *data, int64_t at, int64_t n);
    /* n is a multiple of WRMF_I_STRIDE */
    void (*widen)(wrmf_i_cpu cpu, const void *data, int64_t at, int64_t n, double *to);
    /* rows are padded, width apart */
    void (*dots)(wrmf_i_cpu cpu, const double *x, const void *data, const int32_t *index, int64_t n,
                 int64_t width, double *out);
} precision;

/* Numbers from LIMIT on round to infinity. */
#define PRECISION(REAL, SUFFIX, LIMIT)                                                             \
    static void load_##SUFFIX(const void *data, int64_t at, int64_t n, double *to)                 \
    {                                                                                              \
        const REAL *const from = (const REAL *)data + at;                                          \
        for (int64_t i = 0; i < n; i++)                                                            \
            to[i] = (double)from[i];                                                               \
    }                                                                                              \
    static void store_##SUFFIX(const double *from, int64_t n, void *data, int64_t at)              \
    {                                                                                              \
        REAL *const to = (REAL *)data + at;                                                        \
        for (int64_t i = 0; i < n; i++)                                                            \
            to[i] = (REAL)from[i];                                                                 \
    }                                                                                              \
    static bool is_finite_##SUFFIX(double number)                                                  \
    {                                                                                              \
        return isless(fabs(number), LIMIT);                                                        \
    }                                                                                              \
    static double unit_scale_##SUFFIX(const void *data, int64_t at, int64_t n)                     \
    {                                                                                              \
        const REAL *const row = (const REAL *)data + at;                                           \
        double largest = 0, square = 0;                                                            \
        for (int64_t k = 0; k < n; k++) {                                                          \
            const double size = fabs((double)row[k]);                                              \
            largest = size > largest ? size : largest;                                             \
        }                                                                                          \
        if (largest <= 0x1p-1024 || largest > 0x1p+1000) /* 1 by it is no normal number */         \
            return largest > 0 ? (double)INFINITY : 0;                                             \
        for (int64_t k = 0; k < n; k++) /* scaled: squares may not overflow */                     \
            square += (double)row[k] / largest * ((double)row[k] / largest);                       \
        return 1 / largest / sqrt(square);                                                         \
    }                                                                                              \
    static void widen_##SUFFIX(wrmf_i_cpu cpu, const void *data, int64_t at, int64_t n,            \
                               double *to)                                                         \
    {                                                                                              \
        wrmf_i_row_kernels_get_##SUFFIX(cpu)->widen((const REAL *)data + at, n, to);               \
    }                                                                                              \
    static void dots_##SUFFIX(wrmf_i_cpu cpu, const double *x, const void *data,                   \
                              const int32_t *index, int64_t n, int64_t width, double *out)         \
    {                                                                                              \
        wrmf_i_row_kernels_get_##SUFFIX(cpu)->dots64(x, data, index, n, width, out);               \
    }                                                                                              \
    static const precision precision_##SUFFIX = {load_##SUFFIX,      store_##SUFFIX,               \
                                                 is_finite_##SUFFIX, unit_scale_##SUFFIX,          \
                                                 widen_##SUFFIX,     dots_##SUFFIX};

PRECISION(float, f32, 0x1.ffffffp+127)
PRECISION(double, f64, (double)INFINITY)

static const precision *precision_of(int bits)
{
    return bits == 32 ? &precision_f32 : &precision_f64;
}

static bool is_padded(const wrmf_i_factors *view)
{
    return view->stride == wrmf_i_factors_width(view);
}

const double *wrmf_i_factors_block(const wrmf_i_factors *view, wrmf_i_cpu cpu, int64_t first,
                                   int64_t n, double *space)
{
    if (view->bits == 64 && is_padded(view))
        return (const double *)view->data + first * view->stride;
    wrmf_i_factors_widen(view, cpu, first, n, space);
    return space;
}

void wrmf_i_factors_widen(const wrmf_i_factors *view, wrmf_i_cpu cpu, int64_t first, int64_t n,
                          double *to)
{
    const int64_t width = wrmf_i_factors_width(view);
    if (is_padded(view)) {
        precision_of(view->bits)->widen(cpu, view->data, first * width, n * width, to);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        wrmf_i_factors_get_padded_row(view, first + i, to + i * width);
}

void wrmf_i_factors_get_row(const wrmf_i_factors *view, int64_t row, double *to)
{
    precision_of(view->bits)->load(view->data, row * view->stride, view->factors, to);
}

void wrmf_i_factors_get_padded_row(const wrmf_i_factors *view, int64_t row, double *to)
{
    const int64_t f = view->factors, behind = wrmf_i_factors_width(view) - f;
    wrmf_i_factors_get_row(view, row, to);
    memset(to + f, 0, sizeof *to * (size_t)behind);
}

double wrmf_i_factors_unit_scale(const wrmf_i_factors *view, int64_t row)
{
    return precision_of(view->bits)->unit_scale(view->data, row * view->stride, view->factors);
}

void wrmf_i_factors_dots(const wrmf_i_factors *view, wrmf_i_cpu cpu, const double *x,
                         const int32_t *index, int64_t n, double *out)
{
    const int64_t width = wrmf_i_factors_width(view);
    if (is_padded(view)) {
        precision_of(view->bits)->dots(cpu, x, view->data, index, n, width, out);
        return;
    }
    /* floats are exact as doubles, and the kernels of both precisions add in one order */
    double row[WRMF_I_MAX_FACTORS];
    const int32_t zero = 0;
    for (int64_t i = 0; i < n; i++) {
        wrmf_i_factors_widen(view, cpu, index[i], 1, row);
        precision_f64.dots(cpu, x, row, &zero, 1, width, out + i);
    }
}

bool wrmf_i_is_finite_in(int bits, double number)
{
    return precision_of(bits)->is_finite(number);
}

void wrmf_i_store_numbers(int bits, const double *from, int64_t n, void *data, int64_t at)
{
    precision_of(bits)->store(from, n, data, at);
}

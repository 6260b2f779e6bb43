/* SPDX-License-Identifier: BSD-2-Clause */
#include "rows.h"

#include <math.h>
#include <stdlib.h>

#define SINGLE 0x1p-24
#define DOUBLE 0x1p-53
/* docs/mathematics.md, "Safety": rows with t above it are solved in float64; with room for the
 * rounding of t. */
#define SPREAD_LIMIT 2100
/* Limits of the direct way for short rows, likewise. */
#define SHORT_SPREAD_LIMIT 525
#define SHORT_MIN_WEIGHT 1e-3
/* Above it W and x are surely formed in float64: the limit is 1,000, of an estimate. */
#define CONDITION_LIMIT 1e4

struct rows_half {
    int64_t n, f;
    const double *y;
    long double *b;       /* B, f x f */
    long double *inverse; /* of its Cholesky factor L, lower: F' */
    long double trace, largest, trace_inverse;
};

/* What the bounds of a row are made of. */
typedef struct sums {
    long double z;           /* ||z|| */
    long double t;           /* sum of d |w|^2 */
    long double right;       /* sum of c |w| */
    long double weights;     /* sum of (c + d |s|) |w| */
    long double left;        /* sum of |c - d s| |w| */
    long double left_reach;  /* the same of |y| ||F|| in place of |w| */
    long double d_reach;     /* sum of d |w| |y| ||F|| */
    long double short_y;     /* sum of (c - d s)^2 / d */
    long double short_right; /* sum of c^2 / d */
    double min_weight;       /* the least d */
    long double length;      /* ||x|| */
} sums;

/* a = L L', lower triangles. */
static bool factorize(long double *a, int64_t f)
{
    for (int64_t j = 0; j < f; j++) {
        for (int64_t k = 0; k < j; k++)
            for (int64_t i = j; i < f; i++)
                a[i * f + j] -= a[i * f + k] * a[j * f + k];
        if (!(a[j * f + j] > 0))
            return false;
        const long double root = sqrtl(a[j * f + j]);
        for (int64_t i = j; i < f; i++)
            a[i * f + j] /= root;
    }
    return true;
}

/* The inverse of a lower triangle. */
static void invert(const long double *l, int64_t f, long double *out)
{
    for (int64_t j = 0; j < f; j++) {
        for (int64_t i = j; i < f; i++) {
            long double sum = i == j;
            for (int64_t k = j; k < i; k++)
                sum -= l[i * f + k] * out[k * f + j];
            out[i * f + j] = sum / l[i * f + i];
        }
    }
}

static long double dot(const double *a, const double *b, int64_t f)
{
    long double sum = 0;
    for (int64_t k = 0; k < f; k++)
        sum += (long double)a[k] * b[k];
    return sum;
}

rows_half *rows_half_new(const double *y, int64_t n, int64_t f, double lambda)
{
    rows_half *const half = calloc(1, sizeof *half);
    const size_t square = (size_t)(f * f);
    long double *const l = calloc(square, sizeof *l);
    if (half) {
        *half = (rows_half){.n = n, .f = f, .y = y};
        half->b = calloc(square, sizeof *l);
        half->inverse = calloc(square, sizeof *l);
    }
    bool ok = half && l && half->b && half->inverse;
    for (int64_t i = 0; i < n && ok; i++)
        for (int64_t j = 0; j < f; j++)
            for (int64_t k = 0; k <= j; k++)
                half->b[j * f + k] += (long double)y[i * f + j] * y[i * f + k];
    for (int64_t j = 0; j < f && ok; j++) {
        half->b[j * f + j] += lambda;
        half->trace += half->b[j * f + j];
        for (int64_t k = 0; k <= j; k++)
            l[j * f + k] = half->b[k * f + j] = half->b[j * f + k];
    }
    ok = ok && factorize(l, f);
    if (ok)
        invert(l, f, half->inverse);
    for (int64_t j = 0; j < f && ok; j++) {
        long double row = 0;
        for (int64_t k = 0; k < f; k++) {
            row += fabsl(half->b[j * f + k]);
            half->trace_inverse += half->inverse[j * f + k] * half->inverse[j * f + k];
        }
        half->largest = fmaxl(half->largest, row); /* no eigenvalue is above the largest of these */
    }
    half->largest = ok ? fminl(half->largest, half->trace) : 0;
    free(l);
    if (ok)
        return half;
    rows_half_free(half);
    return NULL;
}

void rows_half_free(rows_half *half)
{
    if (!half)
        return;
    free(half->b);
    free(half->inverse);
    free(half);
}

/* w = F'y; returns its length. */
static long double whiten(const rows_half *half, const double *y, long double *w)
{
    long double square = 0;
    for (int64_t i = 0; i < half->f; i++) {
        w[i] = 0;
        for (int64_t k = 0; k <= i; k++)
            w[i] += half->inverse[i * half->f + k] * y[k];
        square += w[i] * w[i];
    }
    return sqrtl(square);
}

/* Add a pair to the system I + V'V, the gradient and the sums. */
static void add_pair(const rows_half *half, const double *y, double d, const double *x,
                     long double *a, long double *r, long double *w, sums *s)
{
    const int64_t f = half->f;
    const long double length = whiten(half, y, w), c = 1 + (long double)d;
    const long double score = dot(x, y, f), left = fabsl(c - d * score);
    const long double reach = sqrtl(dot(y, y, f) * half->trace_inverse);
    for (int64_t i = 0; i < f; i++) {
        for (int64_t k = 0; k <= i; k++)
            a[i * f + k] += d * w[i] * w[k];
        r[i] += (c - d * score) * w[i];
    }
    s->t += d * length * length;
    s->right += c * length;
    s->weights += (c + d * fabsl(score)) * length;
    s->left += left * length;
    s->left_reach += left * reach;
    s->d_reach += d * length * reach;
    s->min_weight = fmin(s->min_weight, d);
    s->short_y += d > 0 ? left * left / d : 0;
    s->short_right += d > 0 ? c * c / d : 0;
}

/* e := a^-1 r by the Cholesky factorization of a, in place. */
static bool solve(long double *a, long double *r, int64_t f)
{
    if (!factorize(a, f))
        return false;
    for (int64_t i = 0; i < f; i++) {
        for (int64_t k = 0; k < i; k++)
            r[i] -= a[i * f + k] * r[k];
        r[i] /= a[i * f + i];
    }
    for (int64_t i = f - 1; i >= 0; i--) {
        for (int64_t k = i + 1; k < f; k++)
            r[i] -= a[k * f + i] * r[k];
        r[i] /= a[i * f + i];
    }
    return true;
}

/* z exact - z, allocated, or NULL. */
static long double *find_error(const rows_half *half, rows_entries entries, const double *x,
                               sums *s)
{
    const int64_t f = half->f;
    long double *const a = calloc((size_t)(f * f), sizeof *a);
    long double *const r = calloc((size_t)f, sizeof *r), *const w = calloc((size_t)f, sizeof *w);
    bool ok = a && r && w;
    *s = (sums){.min_weight = INFINITY};
    for (int64_t i = 0; i < entries.n && ok; i++)
        add_pair(half, half->y + entries.columns[i] * f, entries.d[i], x, a, r, w, s);
    long double square = 0;
    for (int64_t i = 0; i < f && ok; i++) { /* w = B x, then F'B x */
        w[i] = 0;
        for (int64_t k = 0; k < f; k++)
            w[i] += half->b[i * f + k] * x[k];
        square += w[i] * x[i];
        a[i * f + i] += 1;
    }
    for (int64_t i = 0; i < f && ok; i++)
        for (int64_t k = 0; k <= i; k++)
            r[i] -= half->inverse[i * f + k] * w[k];
    s->z = sqrtl(square);
    s->length = ok ? sqrtl(dot(x, x, f)) : 0;
    ok = ok && solve(a, r, f);
    free(a);
    free(w);
    if (ok)
        return r;
    free(r);
    return NULL;
}

/* The most that any of the ways may lose: see tests/oracle/bounds.py. */
static long double way_bound(const rows_half *half, int64_t entries, const sums *s,
                             rows_manner manner, double unit, double solving)
{
    const long double f = (long double)half->f, n = (long double)entries;
    const long double k = 2 * fminl(n, f) + 2, tolerance = manner.single ? 1e-6L : 1e-12L;
    const long double factor = (3 * f + 1) * solving * (f + s->t) * s->z;
    const long double gap = solving * ((f + n + 4) * sqrtl(k) + 3 * k) * (1 + s->t);
    const long double cg = (tolerance + gap) * s->z + (solving < unit ? factor : 0);
    const long double y = sqrtl(s->short_y);
    const bool is_short = entries <= 32 && s->min_weight >= SHORT_MIN_WEIGHT &&
                          (!manner.single || s->t <= SHORT_SPREAD_LIMIT);
    const long double direct =
        is_short ? solving * (((3 * n + 1) * (n + s->t) + (f + 2) * s->t) * y / 2 +
                              sqrtl(s->short_right) + (n + 1) * sqrtl(s->t) * y)
                 : 0;
    return manner.solver == ROWS_CHOLESKY ? factor
           : manner.solver == ROWS_CG     ? cg
                                          : fmaxl(factor, fmaxl(cg, direct));
}

static long double row_bound(const rows_half *half, int64_t entries, const sums *s,
                             rows_manner manner)
{
    const double unit = manner.single ? SINGLE : DOUBLE;
    const double solving = manner.solved_in_double || s->t > SPREAD_LIMIT ? DOUBLE : unit;
    const long double f = (long double)half->f;
    const long double condition = half->trace * half->trace_inverse; /* at most f^2 times it */
    const double turning = condition > CONDITION_LIMIT * f * f ? DOUBLE : unit;
    const long double wide = (f + 2) * fmin(turning, solving);
    long double bound = way_bound(half, entries, s, manner, unit, solving);
    /* W and the weights rounded; sums over the entries */
    bound += solving * (s->left + s->t * s->z) + wide * (s->left_reach + s->d_reach * s->z);
    bound += 4 * solving * s->weights;
    bound += (long double)(entries + 2) * solving * (s->right + s->t * s->z);
    /* x = F z, rounded */
    bound += (unit + (f + 2) * turning * sqrtl(half->largest * half->trace_inverse)) * s->z;
    bound += unit * sqrtl(half->largest) * s->length;
    /* B and F in float64 */
    return bound + ((long double)half->n + 10 * f) * DOUBLE * condition * s->z;
}

double rows_error(const rows_half *half, rows_entries entries, const double *x, rows_manner manner)
{
    if (entries.n == 0)
        return dot(x, x, half->f) == 0 ? 0 : INFINITY;
    sums s;
    long double *const e = find_error(half, entries, x, &s), square = 0;
    if (!e)
        return -1;
    for (int64_t k = 0; k < half->f; k++)
        square += e[k] * e[k];
    free(e);
    return (double)(sqrtl(square) / row_bound(half, entries.n, &s, manner));
}

bool rows_step(const rows_half *half, rows_entries entries, const double *x, double *out)
{
    sums s;
    long double *const e = find_error(half, entries, x, &s);
    for (int64_t k = 0; k < half->f && e; k++) { /* F e */
        long double sum = 0;
        for (int64_t i = k; i < half->f; i++)
            sum += half->inverse[i * half->f + k] * e[i];
        out[k] = (double)sum;
    }
    free(e);
    return e != NULL;
}

void rows_apply(const rows_half *half, rows_entries entries, const double *x, double *out)
{
    const int64_t f = half->f;
    for (int64_t i = 0; i < f; i++) {
        long double sum = 0;
        for (int64_t k = 0; k < f; k++)
            sum += half->b[i * f + k] * x[k];
        out[i] = (double)sum;
    }
    for (int64_t e = 0; e < entries.n; e++) {
        const double *const y = half->y + entries.columns[e] * f;
        const long double score = dot(x, y, f);
        for (int64_t i = 0; i < f; i++)
            out[i] += (double)(entries.d[e] * score * y[i]);
    }
}

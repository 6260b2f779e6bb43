/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Block principal pivoting (Kim and Park 2011) from the free set that a few sweeps over the
 * coordinates find; where exchanges do not come to an end, the active-set method of Lawson and
 * Hanson (1974), which does.
 */
#include "linalg/nnls.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "linalg/factors.h"
#include "linalg/lapack.h"

/* Sweeps over the coordinates, from x = 0, that guess the free set. */
enum { SWEEPS = 20 };
/* Exchanges of all factors that break a condition which do not leave less of them than any before:
 * so many in a row are allowed. */
enum { PATIENCE = 8 };
/* Columns of a tile while A is mirrored. */
enum { MIRRORED = 16 };

/* Unit roundoffs, times factors + 4, that a diagonal is raised by at first, relative to size. It is
 * below what a factorization's rounding does. */
static const double RIDGE = 4;
/* By how much more where A is not positive definite to rounding, or no search comes to an end; and
 * up to where. */
static const double RIDGE_STEP = 64, MOST_RIDGE = 1e-6;
/* How far below 0 a gradient may be found, in the same unit, to which the ridge adds: a
 * factorization and its solution have 3, and the gradient itself 2. So conditions hold to 16 where
 * the ridge is not raised. */
static const double TOLERANCE = 8;
/* The factors that are freed one at a time: so many for each factor at most. */
enum { MOST_FREED = 8 };

void wrmf_i_nnls_carve(wrmf_i_carver *carver, wrmf_i_nnls *nnls, int64_t width)
{
    const size_t w = (size_t)width;
    nnls->size = wrmf_i_carve(carver, w, sizeof(double));
    nnls->x = wrmf_i_carve(carver, w, sizeof(double));
    nnls->root = wrmf_i_carve(carver, w, sizeof(double));
    nnls->g = wrmf_i_carve(carver, w, sizeof(double));
    nnls->z = wrmf_i_carve(carver, w, sizeof(double));
    nnls->v = wrmf_i_carve(carver, w, sizeof(double));
    nnls->inner = wrmf_i_carve(carver, 16 * w, sizeof(double));
    nnls->matrix = wrmf_i_carve(carver, w, w * sizeof(double));
    nnls->index = wrmf_i_carve(carver, w, sizeof(int32_t));
    nnls->free = wrmf_i_carve(carver, w, 1);
    nnls->barred = wrmf_i_carve(carver, w, 1);
}

/* A few units of rounding, for this many factors. */
static double units(const wrmf_i_nnls *nnls, double of)
{
    return of * (double)(nnls->factors + 4) * (DBL_EPSILON / 2);
}

/* ---- what is given ---- */

/* The part below the diagonal becomes that above it. */
static void mirror(const wrmf_i_nnls *nnls)
{
    const int64_t width = nnls->width;
    double *const a = nnls->a;
    for (int64_t i0 = 0; i0 < width; i0 += MIRRORED)
        for (int64_t j0 = i0; j0 < width; j0 += MIRRORED)
            for (int64_t i = i0; i < i0 + MIRRORED; i++)
                for (int64_t j = j0 > i ? j0 : i + 1; j < j0 + MIRRORED; j++)
                    a[j * width + i] = a[i * width + j];
}

/* Returns false if a number is not finite. */
static bool begin(wrmf_i_nnls *nnls)
{
    double largest = 0;
    nnls->fell_back = false;
    nnls->ridge = units(nnls, RIDGE);
    for (int64_t k = 0; k < nnls->width; k++) {
        const double size = k < nnls->factors ? nnls->size[k] : 0;
        if (!(size <= DBL_MAX) || !(fabs(nnls->b[k]) <= DBL_MAX))
            return false;
        nnls->root[k] = sqrt(size);
        largest = fmax(largest, nnls->root[k]);
    }
    mirror(nnls);
    return largest <= DBL_MAX;
}

/* ---- the sweeps ---- */

/* Move one coordinate to its minimum; g stays A x - b. Returns whether it came to 0 or left it. */
static bool move(const wrmf_i_nnls *nnls, int64_t k)
{
    const double *const row = nnls->a + k * nnls->width;
    const double before = nnls->x[k];
    if (!(row[k] > 0) || !(before > 0 || nnls->g[k] < 0))
        return false;
    const double wanted = before - nnls->g[k] / row[k];
    const double now = wanted > 0 ? wanted : 0, step = now - before;
    nnls->x[k] = now;
    nnls->kernels->combine(row, 1, nnls->width, &step, nnls->g);
    return (before > 0) != (now > 0);
}

static void guess_free_set(const wrmf_i_nnls *nnls)
{
    memset(nnls->x, 0, sizeof *nnls->x * (size_t)nnls->width);
    for (int64_t k = 0; k < nnls->width; k++)
        nnls->g[k] = -nnls->b[k];
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        bool changed = false;
        for (int64_t k = 0; k < nnls->factors; k++)
            changed = move(nnls, k) || changed;
        if (!changed)
            break;
    }
    for (int64_t k = 0; k < nnls->factors; k++)
        nnls->free[k] = nnls->x[k] > 0;
}

/* ---- systems of the free set ---- */

/* Rows of a small matrix from its own tile of columns on: those of A in the free set. */
static void gather(const wrmf_i_nnls *nnls, int64_t n, int64_t width, double ridge)
{
    for (int64_t r = 0; r < n; r++) {
        const double *const from = nnls->a + nnls->index[r] * nnls->width;
        double *const to = nnls->matrix + r * width;
        for (int64_t c = r / WRMF_I_STRIDE * WRMF_I_STRIDE; c < n; c++)
            to[c] = from[nnls->index[c]];
        for (int64_t c = n; c < width; c++)
            to[c] = 0;
        to[r] += ridge * nnls->size[nnls->index[r]];
    }
    for (int64_t r = n; r < width; r++) {
        memset(nnls->matrix + r * width, 0, sizeof(double) * (size_t)width);
        nnls->matrix[r * width + r] = 1;
    }
}

/* z, in the order of index, is the right side and becomes the solution. */
static bool factorize(const wrmf_i_nnls *nnls, int64_t n, int64_t width)
{
    if (width >= WRMF_I_WIDE)
        return wrmf_i_solve_positive(n, width, nnls->matrix, nnls->z);
    return nnls->kernels->cholesky(nnls->matrix, n, width, nnls->z, nnls->inner) != 0;
}

static bool raise_ridge(wrmf_i_nnls *nnls)
{
    nnls->fell_back = true;
    nnls->ridge *= RIDGE_STEP;
    return nnls->ridge < MOST_RIDGE;
}

bool wrmf_i_nnls_solve_free(wrmf_i_nnls *nnls, const double *right, double *v)
{
    int64_t n = 0;
    for (int64_t k = 0; k < nnls->factors; k++)
        if (nnls->free[k])
            nnls->index[n++] = (int32_t)k;
    const int64_t width = wrmf_i_padded_width(n);
    bool solved = n == 0;
    while (!solved) {
        gather(nnls, n, width, nnls->ridge);
        memset(nnls->z, 0, sizeof(double) * (size_t)width);
        for (int64_t i = 0; i < n; i++)
            nnls->z[i] = right[nnls->index[i]];
        solved = factorize(nnls, n, width);
        if (!solved && !raise_ridge(nnls))
            break;
    }
    memset(v, 0, sizeof *v * (size_t)nnls->width);
    for (int64_t i = 0; solved && i < n; i++)
        v[nnls->index[i]] = nnls->z[i];
    return solved;
}

/* ---- the conditions ---- */

/* g = A x - b. Returns how far below 0 a number of it may be, over root. */
static double find_gradient(const wrmf_i_nnls *nnls)
{
    double sum = 0;
    for (int64_t k = 0; k < nnls->width; k++) {
        nnls->g[k] = -nnls->b[k];
        sum += nnls->root[k] * fabs(nnls->x[k]);
    }
    nnls->kernels->combine(nnls->a, nnls->factors, nnls->width, nnls->x, nnls->g);
    return (units(nnls, TOLERANCE) + nnls->ridge) * sum;
}

/* Whether a factor that is held at 0 would be better above it. */
static bool is_wanted(const wrmf_i_nnls *nnls, int64_t k, double tolerance)
{
    return !nnls->free[k] && nnls->root[k] > 0 && nnls->g[k] < -tolerance * nnls->root[k];
}

/* ---- exchanges ---- */

/* Factors that break a condition change sides. Returns how many. */
static int64_t exchange(const wrmf_i_nnls *nnls)
{
    const double tolerance = find_gradient(nnls);
    int64_t n = 0;
    for (int64_t k = 0; k < nnls->factors; k++) {
        const bool breaks = nnls->free[k] ? nnls->x[k] < 0 : is_wanted(nnls, k, tolerance);
        nnls->free[k] ^= breaks;
        n += breaks;
    }
    return n;
}

/* ---- one factor at a time ---- */

/* The part of the way from x to v at which a factor becomes 0; beyond 1 if it does not. */
static double part_to_zero(double x, double v)
{
    if (v > 0)
        return 2;
    return x > 0 ? x / (x - v) : 0;
}

/* Step from x towards v, the solution in the free set, until the first factor that falls becomes 0,
 * and hold those that do. Returns whether it came to v. */
static bool step_to(const wrmf_i_nnls *nnls, const double *v)
{
    double part = 2;
    for (int64_t k = 0; k < nnls->factors; k++)
        if (nnls->free[k])
            part = fmin(part, part_to_zero(nnls->x[k], v[k]));
    for (int64_t k = 0; k < nnls->factors; k++) {
        if (!nnls->free[k])
            continue;
        const bool ends = part <= 1 && part_to_zero(nnls->x[k], v[k]) <= part;
        nnls->x[k] = ends ? 0 : part > 1 ? v[k] : nnls->x[k] + part * (v[k] - nnls->x[k]);
        nnls->free[k] = !ends;
    }
    return part > 1;
}

/* From x on to the minimum where one more factor is free, as the free set shrinks. *moved: x is
 * another than before. Returns false where a system cannot be solved. */
static bool descend(wrmf_i_nnls *nnls, int64_t added, bool *moved)
{
    nnls->free[added] = 1;
    if (!wrmf_i_nnls_solve_free(nnls, nnls->b, nnls->v))
        return false;
    *moved = nnls->v[added] > 0;
    nnls->free[added] = *moved;
    while (*moved && !step_to(nnls, nnls->v))
        if (!wrmf_i_nnls_solve_free(nnls, nnls->b, nnls->v))
            return false;
    return true;
}

/* The factor that the objective falls with most, or -1. */
static int64_t most_wanted(const wrmf_i_nnls *nnls)
{
    const double tolerance = find_gradient(nnls);
    int64_t most = -1;
    for (int64_t k = 0; k < nnls->factors; k++)
        if (is_wanted(nnls, k, tolerance) && !nnls->barred[k] &&
            (most < 0 || nnls->g[k] / nnls->root[k] < nnls->g[most] / nnls->root[most]))
            most = k;
    return most;
}

/* From x = 0: each minimum in a free set is below those before, but for rounding, so that no free
 * set comes twice. Returns false where a system cannot be solved or, for rounding, there is no end.
 */
static bool free_one_by_one(wrmf_i_nnls *nnls)
{
    nnls->fell_back = true;
    memset(nnls->x, 0, sizeof *nnls->x * (size_t)nnls->width);
    memset(nnls->free, 0, (size_t)nnls->width);
    memset(nnls->barred, 0, (size_t)nnls->width);
    for (int64_t freed = 0; freed < MOST_FREED * nnls->factors; freed++) {
        const int64_t k = most_wanted(nnls);
        bool moved;
        if (k < 0)
            return true;
        if (!descend(nnls, k, &moved))
            return false;
        if (moved)
            memset(nnls->barred, 0, (size_t)nnls->width);
        else
            nnls->barred[k] = 1; /* what its gradient says is rounding */
    }
    return false;
}

/* ---- all of it ---- */

static bool exchange_many(wrmf_i_nnls *nnls)
{
    int64_t least = nnls->factors + 1;
    guess_free_set(nnls);
    for (int patience = PATIENCE; patience > 0;) {
        if (!wrmf_i_nnls_solve_free(nnls, nnls->b, nnls->x))
            return false;
        const int64_t n = exchange(nnls);
        if (n == 0)
            return true;
        patience = n < least ? PATIENCE : patience - 1;
        least = n < least ? n : least;
    }
    return false;
}

bool wrmf_i_nnls_solve(wrmf_i_nnls *nnls)
{
    if (!begin(nnls))
        return false;
    do
        if (exchange_many(nnls) || free_one_by_one(nnls))
            return true;
    while (raise_ridge(nnls));
    return false;
}

bool wrmf_i_nnls_solve_slowly(wrmf_i_nnls *nnls)
{
    if (!begin(nnls))
        return false;
    do
        if (free_one_by_one(nnls))
            return true;
    while (raise_ridge(nnls));
    return false;
}

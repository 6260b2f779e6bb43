/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conjugate gradients on a row's system, whose matrix is never formed: each step makes one pass
 * over the gathered rows.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "linalg/row_templates.h"
#include "linalg/vector.h"

/* ---- q += W' D W p: four rows at a time, dots and update in one pass ---- */

/* p and q in registers. */
static ALWAYS_INLINE void apply_short(const row_system *system, int vectors, const real *p,
                                      wrmf_i_prefetch *next, real *q)
{
    const int64_t padded = wrmf_i_padded_row(system->n), width = (int64_t)vectors * LANES;
    const real *const w = system->w, *const d = system->d;
    vec x[8], y[8];
    for (int v = 0; v < vectors; v++) {
        x[v] = load(p + v * LANES);
        y[v] = load(q + v * LANES);
    }
    for (int64_t i = 0; i < padded; i += 4) {
        const real *const row = w + i * width;
        vec s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
        wrmf_i_prefetch_one(next);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            s0 += x[v] * load(row + v * LANES);
            s1 += x[v] * load(row + width + v * LANES);
            s2 += x[v] * load(row + 2 * width + v * LANES);
            s3 += x[v] * load(row + 3 * width + v * LANES);
        }
        const vec4 t = sum4(s0, s1, s2, s3) * *(const vec4_unaligned *)(d + i);
        const vec t0 = splat(t[0]), t1 = splat(t[1]), t2 = splat(t[2]), t3 = splat(t[3]);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            y[v] += t0 * load(row + v * LANES);
            y[v] += t1 * load(row + width + v * LANES);
            y[v] += t2 * load(row + 2 * width + v * LANES);
            y[v] += t3 * load(row + 3 * width + v * LANES);
        }
    }
    for (int v = 0; v < vectors; v++)
        store(q + v * LANES, y[v]);
}

static void apply_long(const row_system *system, const real *p, wrmf_i_prefetch *next, real *q)
{
    const int64_t padded = wrmf_i_padded_row(system->n), width = system->width;
    const real *const w = system->w, *const d = system->d;
    for (int64_t i = 0; i < padded; i += 4) {
        const real *const row = w + i * width;
        vec s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
        wrmf_i_prefetch_one(next);
        for (int64_t k = 0; k < width; k += LANES) {
            const vec x = load(p + k);
            s0 += x * load(row + k);
            s1 += x * load(row + width + k);
            s2 += x * load(row + 2 * width + k);
            s3 += x * load(row + 3 * width + k);
        }
        const vec4 t = sum4(s0, s1, s2, s3) * *(const vec4_unaligned *)(d + i);
        const vec t0 = splat(t[0]), t1 = splat(t[1]), t2 = splat(t[2]), t3 = splat(t[3]);
        for (int64_t k = 0; k < width; k += LANES) {
            vec y = load(q + k);
            y += t0 * load(row + k);
            y += t1 * load(row + width + k);
            y += t2 * load(row + 2 * width + k);
            y += t3 * load(row + 3 * width + k);
            store(q + k, y);
        }
    }
}

static void apply(const row_system *system, const real *p, wrmf_i_prefetch *next, real *q)
{
    switch (system->width / LANES) {
    case 1: apply_short(system, 1, p, next, q); break;
    case 2: apply_short(system, 2, p, next, q); break;
    case 3: apply_short(system, 3, p, next, q); break;
    case 4: apply_short(system, 4, p, next, q); break;
    case 5: apply_short(system, 5, p, next, q); break;
    case 6: apply_short(system, 6, p, next, q); break;
    case 7: apply_short(system, 7, p, next, q); break;
    case 8: apply_short(system, 8, p, next, q); break;
    default: apply_long(system, p, next, q); break;
    }
}

/* ---- conjugate gradients ---- */

static real dot(const real *a, const real *b, int64_t width)
{
    vec s = {0};
    for (int64_t k = 0; k < width; k += LANES)
        s += load(a + k) * load(b + k);
    return sum(s);
}

/* q = p, or q = (G + shift I) p */
static void start_product(const real *g, real shift, int64_t width, const real *p, real *q)
{
    if (!g) {
        memcpy(q, p, sizeof(real) * (size_t)width);
        return;
    }
    memset(q, 0, sizeof(real) * (size_t)width);
    KFN(combine)(g, width, width, p, q); /* g is symmetric: its rows are its columns */
    for (int64_t k = 0; shift > 0 && k < width; k += LANES)
        store(q + k, load(q + k) + shift * load(p + k));
}

/* z += step p and r -= step q; *zz and *rr get the new z.z and r.r. */
static void advance(real step, int64_t width, const real *p, const real *q, real *z, real *r,
                    real *zz, real *rr)
{
    vec z_sum = {0}, r_sum = {0};
    for (int64_t k = 0; k < width; k += LANES) {
        const vec new_z = load(z + k) + step * load(p + k);
        const vec new_r = load(r + k) - step * load(q + k);
        store(z + k, new_z);
        store(r + k, new_r);
        z_sum += new_z * new_z;
        r_sum += new_r * new_r;
    }
    *zz = sum(z_sum);
    *rr = sum(r_sum);
}

/* p = r + beta p */
static void turn(real beta, int64_t width, const real *r, real *p)
{
    for (int64_t k = 0; k < width; k += LANES)
        store(p + k, load(r + k) + beta * load(p + k));
}

/* r = right side - matrix z; a cold start sets z to 0. q is scratch. */
static void start(const real *g, const row_system *system, bool warm, wrmf_i_prefetch *next,
                  real *z, real *r, real *q)
{
    const int64_t width = system->width;
    if (system->b) {
        memset(r, 0, sizeof(real) * (size_t)width);
        KFN(combine)(system->w, system->n, width, system->b, r);
    } else {
        memcpy(r, z, sizeof(real) * (size_t)width);
    }
    if (!warm) {
        memset(z, 0, sizeof(real) * (size_t)width);
        return;
    }
    start_product(g, system->shift, width, z, q);
    apply(system, z, next, q);
    for (int64_t k = 0; k < width; k += LANES)
        store(r + k, load(r + k) - load(q + k));
}

/* In squares: residuals that grow by more than this tell of rounding, since those of a system that
 * the precision can tell do not (measured: 1e3 and less). */
#define MAX_GROWTH 1e6
/* Numbers whose squares, times tolerances, are normal; and the largest power of 2 of a scale. */
#if WRMF_BITS == 32
#define SAFE_SMALL 1e-10
#define SAFE_LARGE 1e10
enum { MAX_SCALE = 120 };
#else
#define SAFE_SMALL 1e-100
#define SAFE_LARGE 1e100
enum { MAX_SCALE = 1000 };
#endif

/* Divide z and r, where their squares could over- or underflow, by a power of 2, by which the
 * solution is to be multiplied. That changes no digit of it. */
static real scale_down(int64_t width, real *z, real *r)
{
    const real of_r = real_largest(r, width), of_z = real_largest(z, width);
    const double largest = (double)(of_r > of_z ? of_r : of_z);
    int exponent = 0;
    if (!isfinite(largest) || largest == 0 ||
        (largest > SAFE_SMALL && (double)of_r < SAFE_LARGE && (double)of_z < SAFE_LARGE))
        return 1;
    (void)frexp(largest, &exponent);
    exponent = exponent < -MAX_SCALE ? -MAX_SCALE : exponent > MAX_SCALE ? MAX_SCALE : exponent;
    const real factor = (real)ldexp(1, -exponent);
    for (int64_t k = 0; k < width; k++) {
        z[k] *= factor;
        r[k] *= factor;
    }
    return (real)ldexp(1, exponent);
}

static void multiply(int64_t width, real factor, real *z)
{
    for (int64_t k = 0; factor != 1 && k < width; k++)
        z[k] *= factor;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* Whether a residual is as small as the rule asks; and whether it is half way to that. All numbers
 * are squares, rr0 that of the residual at the start. */
static bool is_reached(const wrmf_i_cg_rule *rule, double rr, double zz, double rr0)
{
    const double tolerance = rule->tolerance, reduction = rule->warm ? rule->reduction : 0;
    return rr <= larger(tolerance * tolerance * zz, reduction * reduction * rr0);
}

static bool is_half_way(const wrmf_i_cg_rule *rule, double rr, double zz, double rr0)
{
    return rr <= larger(rule->tolerance * zz, rule->warm ? rule->reduction * rr0 : 0);
}

static int solve_cg(const real *g, const row_system *system, const wrmf_i_cg_rule *rule, real *z,
                    real *work, wrmf_i_cg_end *end)
{
    const int64_t width = system->width;
    real *const r = work, *const p = work + width, *const q = work + 2 * width;
    wrmf_i_prefetch none = {0}, *const next = system->prefetch ? system->prefetch : &none;
    start(g, system, rule->warm, next, z, r, q);
    /* whitened, no square overflows: rows and residuals are bounded by their trace */
    const bool tiny = !g && (double)dot(r, r, width) < SAFE_SMALL * SAFE_SMALL;
    const real scale = g || tiny ? scale_down(width, z, r) : 1;
    memcpy(p, r, sizeof(real) * (size_t)width);
    real rr = dot(r, r, width), zz = dot(z, z, width);
    const double rr0 = (double)rr, most = MAX_GROWTH * rr0;
    const double lost = (double)zz * (double)(REAL_EPSILON * REAL_EPSILON) * 256;
    int step = 0;
    while (!is_reached(rule, (double)rr, (double)zz, rr0) &&
           (step < rule->try_steps ||
            (step < rule->max_steps && is_half_way(rule, (double)rr, (double)zz, rr0)))) {
        start_product(g, system->shift, width, p, q);
        apply(system, p, next, q);
        const real pq = dot(p, q, width);
        if (!(pq > 0) || !isfinite(pq))
            return -1;
        const real before = rr;
        advance(rr / pq, width, p, q, z, r, &zz, &rr);
        step++;
        if (!((double)rr <= most))
            return -1;
        turn(rr / before, width, r, p);
    }
    if ((double)zz < lost) { /* so far from z, its roundings are as large as the solution */
        wrmf_i_cg_rule cold = *rule;
        cold.warm = false;
        return solve_cg(g, system, &cold, z, work, end);
    }
    multiply(width, scale, z);
    end->residual = zz > 0 ? sqrt((double)rr / (double)zz) : rr > 0 ? (double)INFINITY : 0.0;
    end->reached = is_reached(rule, (double)rr, (double)zz, rr0);
    return isfinite(rr) && isfinite(zz) ? step : -1;
}

int KFN(cg)(const row_system *system, const wrmf_i_cg_rule *rule, real *z, real *work,
            wrmf_i_cg_end *end)
{
    return solve_cg(NULL, system, rule, z, work, end);
}

int KFN(cg_unwhitened)(const real *g, const row_system *system, const wrmf_i_cg_rule *rule, real *z,
                       real *work, wrmf_i_cg_end *end)
{
    return solve_cg(g, system, rule, z, work, end);
}

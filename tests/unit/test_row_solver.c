/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One row at a time by the solver of row/, with scratch of the caller's and no context: every
 * solver, light and heavy counts, with and without a diagonal of the row's own, against a direct
 * solution in long double. Compiled once per precision.
 *
 * In the whitened basis the matrix is S^-2 + W'DW; S times it times S has eigenvalues in
 * [1, 1 + t]. A row that is solved in its precision has an error of at most its tolerance and (the
 * operations of a chain) * unit roundoff * (1 + t), relative to S^-1 z; one that is rescued, of
 * the tolerance and the roundings of its result. F then magnifies it by its condition.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "row/minimum_norm.h"
#include "row/solve.h"
#include "thin.h"

enum { COLUMNS = 150, MAX_WIDTH = 80, MAX_N = 100 };

static wrmf_error err;
static uint64_t draws;
/* Rows that float32 solved with residuals of float64: without a diagonal, with one. */
static int refined[2];

static double uniform(double low, double high)
{
    const double u = (double)(wrmf_i_random_u64(7, 97, 0, draws++) >> 11) * 0x1p-53;
    return low + (high - low) * u;
}

/* A fixed side, and all that it borrows. */
typedef struct side {
    wrmf_i_fixed_side fixed;
    wrmf_i_loss loss;
    wrmf_i_row_options options;
    wrmf_i_whitening whitening;
    wrmf_context context; /* for its allocator */
    real y[COLUMNS * MAX_WIDTH], w[COLUMNS * MAX_WIDTH], norms[WRMF_I_NORM_LEVELS * COLUMNS];
    real rounded[WRMF_I_ROUNDED * MAX_WIDTH * MAX_WIDTH];
    double gram[MAX_WIDTH * MAX_WIDTH];
} side;

/* With scaled, rows have a regularization that grows with their entries. */
static side *make_side(int64_t factors, wrmf_solver solver, double scale, bool scaled)
{
    const double lambda = 0.5;
    const int64_t width = wrmf_i_padded_width(factors);
    side *const s = calloc(1, sizeof *s);
    s->context.allocator = wrmf_i_default_allocator;
    s->loss = (wrmf_i_loss){.confidence = WRMF_CONFIDENCE_LINEAR,
                            .factor = 10,
                            .confidence_offset = 1,
                            .unit_weight = 10,
                            .unit_confidence = 11,
                            .unit_target = 11,
                            .lambda = {lambda, lambda},
                            .exponent = scaled ? 1 : 0,
                            .size = WRMF_SIZE_ENTRIES};
    s->options = (wrmf_i_row_options){
        .solver = solver, .tolerance = WRMF_BITS == 32 ? 1e-6 : 1e-12, .scaled = scaled};
    for (int64_t i = 0; i < COLUMNS; i++)
        for (int64_t k = 0; k < factors; k++)
            s->y[i * width + k] = (real)(uniform(-1, 1) * (k == 0 ? scale : 1));
    for (int64_t i = 0; i < COLUMNS; i++)
        for (int64_t k = 0; k < width; k++)
            for (int64_t j = k; j < width; j++)
                s->gram[k * width + j] += (double)s->y[i * width + k] * (double)s->y[i * width + j];
    assert_int_equal(wrmf_i_whitening_create(&s->context, factors, width, &s->whitening, &err),
                     WRMF_OK);
    assert_int_equal((scaled ? wrmf_i_whitening_make_rotation
                             : wrmf_i_whitening_make)(&s->whitening, s->gram, lambda, &err),
                     WRMF_OK);
    s->fixed = (wrmf_i_fixed_side){
        .cpu = wrmf_i_cpu_best(),
        .factors = {s->y, WRMF_BITS, COLUMNS, factors, width},
        .width = width,
        .lambda = lambda,
        .scaled = scaled,
        .loss = &s->loss,
        .options = &s->options,
        .whitening = &s->whitening,
        .w = s->w,
        .norms = s->norms,
        .rounded = s->rounded,
    };
    return s;
}

/* The solution x of a row in long double, S^-1 z of it in *size, and t. */
static long double solve_direct(const side *s, const wrmf_i_row *row, long double *x,
                                long double *trace)
{
    const int64_t f = s->whitening.factors, width = s->fixed.width;
    long double a[MAX_WIDTH][MAX_WIDTH] = {{0}}, z[MAX_WIDTH] = {0}, size = 0;
    *trace = 0;
    for (int64_t k = 0; k < f; k++) /* of S M S, and its right side */
        a[k][k] = 1;
    for (int64_t i = 0; i < row->n; i++) {
        long double w[MAX_WIDTH] = {0};
        for (int64_t k = 0; k < f; k++) {
            for (int64_t j = 0; j < f; j++)
                w[k] += (long double)s->y[row->columns[i] * width + j] *
                        s->whitening.forward[j * width + k];
            w[k] *= row->diagonal ? row->diagonal[k] : 1;
        }
        const long double d = 10 * (long double)(row->counts ? row->counts[i] : 1);
        for (int64_t k = 0; k < f; k++) {
            *trace += d * w[k] * w[k];
            z[k] += (1 + d) * w[k];
            for (int64_t j = 0; j < f; j++)
                a[k][j] += d * w[k] * w[j];
        }
    }
    for (int64_t p = 0; p < f; p++) /* positive definite: no pivoting */
        for (int64_t i = 0; i < f; i++) {
            const long double by = a[i][p] / a[p][p];
            for (int64_t j = p; i != p && j < f; j++)
                a[i][j] -= by * a[p][j];
            z[i] -= i != p ? by * z[p] : 0;
        }
    memset(x, 0, sizeof *x * MAX_WIDTH);
    for (int64_t k = 0; k < f; k++) {
        z[k] /= a[k][k];
        size += z[k] * z[k];
        for (int64_t j = 0; j < f; j++)
            x[j] +=
                z[k] * (row->diagonal ? row->diagonal[k] : 1) * s->whitening.back[k * width + j];
    }
    return sqrtl(size);
}

/* An upper bound of the largest ||F S z|| / ||z||: the Frobenius norm. */
static long double norm_of_back(const side *s, const wrmf_i_row *row)
{
    long double sum = 0;
    for (int64_t k = 0; k < s->whitening.factors; k++)
        for (int64_t j = 0; j < s->whitening.factors; j++) {
            const long double entry =
                s->whitening.back[k * s->fixed.width + j] * (row->diagonal ? row->diagonal[k] : 1);
            sum += entry * entry;
        }
    return sqrtl(sum);
}

/* Solve a row in a batch of its own, and count; true if it took wrmf_i_minimum_norm(). */
static bool solve(const side *s, const wrmf_i_row *row, bool warm, real *x,
                  wrmf_i_row_counts *counts)
{
    const int64_t width = s->fixed.width;
    const size_t bytes = RFN(row_scratch_bytes)(&s->options, width, MAX_N);
    void *const memory = aligned_alloc(WRMF_I_ALIGN, bytes);
    row_scratch scratch;
    row_solver solver;
    row_waiting waiting;
    unsigned char pending = 0;
    double z[MAX_WIDTH];
    *counts = (wrmf_i_row_counts){0};
    RFN(row_scratch_place)(&scratch, memory, &s->options, width, MAX_N);
    RFN(row_solver_init)(&solver, &s->fixed);
    solver.warm = solver.warm || warm;
    RFN(whiten_rows)(&solver, 0, COLUMNS, &scratch);
    RFN(whitened_all)(&solver);
    RFN(fill_constant)(&solver, &scratch, row->n);
    memcpy(scratch.batch, x, sizeof *x * (size_t)width);
    const bool starts_warm = RFN(starts_warm)(&solver, row->n);
    RFN(batch_start)(&solver, starts_warm, &scratch, &waiting);
    row_task task = {.row = *row, .pending = &pending, .holds_x = !starts_warm};
    RFN(regularize_row)(&solver, &task, &scratch);
    RFN(solve_row)(&solver, &task, &scratch, scratch.batch, &waiting, counts);
    RFN(batch_finish)(&solver, 1, &scratch, &waiting, counts);
    assert_int_equal(counts->rows, 1);
    assert_int_equal(counts->cg + counts->cholesky + pending, 1);
    memcpy(x, scratch.batch, sizeof *x * (size_t)width);
    if (pending) {
        assert_int_equal(wrmf_i_minimum_norm(&s->context.allocator, &s->fixed, row, z, &err),
                         WRMF_OK);
        assert_true(RFN(row_from_float64)(&solver, row, z, x));
    }
    free(memory);
    return pending;
}

/* What weights without limit demand of a row with fewer pairs than factors: scores of 1. */
static void check_scores(const side *s, const wrmf_i_row *row, const real *x)
{
    const int64_t width = s->fixed.width;
    if (2 * row->n > s->whitening.factors)
        return;
    for (int64_t i = 0; i < row->n; i++) {
        double score = 0;
        for (int64_t k = 0; k < width; k++)
            score += (double)x[k] * (double)s->y[row->columns[i] * width + k];
        assert_true(fabs(score - 1) < 1e-3);
    }
}

/* A bound of ||S^-1 z||'s relative error. */
static long double bound_of(const side *s, const wrmf_i_row *row, long double trace)
{
    const long double chain = 2 * (long double)(row->n + s->fixed.width);
    const long double unit = (long double)(REAL_EPSILON / 2), unit64 = DBL_EPSILON / 2;
    const bool in_precision = trace < (long double)ROW_TRACE_LIMIT;
    return 2 * (long double)s->options.tolerance +
           chain * (in_precision ? unit * (1 + trace) : unit + unit64 * (1 + trace));
}

static void check_row(const side *s, const wrmf_i_row *row)
{
    const int64_t width = s->fixed.width;
    long double want[MAX_WIDTH], trace;
    const long double size = solve_direct(s, row, want, &trace);
    const long double bound = bound_of(s, row, trace) * size * norm_of_back(s, row);
    for (int warm = 0; warm < 2; warm++) {
        real x[MAX_WIDTH] = {0};
        long double error = 0;
        wrmf_i_row_counts counts;
        for (int64_t k = 0; k < s->whitening.factors; k++)
            x[k] = (real)(want[k] * (1 + 0.1L * (long double)uniform(-1, 1)));
        if (trace >= 1e12L) { /* long double cannot tell either */
            assert_true(solve(s, row, warm == 1, x, &counts));
            check_scores(s, row, x);
            continue;
        }
        assert_false(solve(s, row, warm == 1, x, &counts));
        refined[row->diagonal != NULL] += counts.float64 > 0 && counts.cg > 0;
        for (int64_t k = 0; k < width; k++)
            error += (x[k] - want[k]) * (x[k] - want[k]);
        if (!(sqrtl(error) <= bound))
            fail_msg("solver %d, %ld factors, n %ld, t %Lg, %s, %s: error %Lg, bound %Lg",
                     (int)s->options.solver, (long)s->whitening.factors, (long)row->n, trace,
                     row->diagonal ? "diagonal" : "none", warm ? "warm" : "cold", sqrtl(error),
                     bound);
    }
}

/* Rows of several lengths, with the counts that `heavy` times 1 .. 5 are; 0: all 1. */
static void check_rows(const side *s, double heavy)
{
    static const int64_t lengths[] = {1, 4, 20, 33, 70, MAX_N};
    int32_t columns[MAX_N];
    double counts[MAX_N], numbers[MAX_WIDTH] = {0};
    static size_t calls;
    calls++;
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        for (int64_t i = 0; i < lengths[l]; i++) {
            columns[i] = (int32_t)(i * COLUMNS / lengths[l]);
            counts[i] = heavy * (double)(1 + i % 5);
        }
        wrmf_i_row row = {.n = lengths[l], .columns = columns, .counts = heavy > 0 ? counts : NULL};
        wrmf_i_row_regularize(&s->fixed, &row, numbers);
        if (!thin_values() || (l + calls) % 4 == 0) /* in turn, others at the next call */
            check_row(s, &row);
    }
}

/* Counts whose t is small, above what float32 alone can solve, above what it refines, and above
 * what float64 can. */
static void test_rows(void **state)
{
    (void)state;
    static const int64_t factors[] = {10, 40, 70};
    static const wrmf_solver solvers[] = {WRMF_SOLVER_AUTO, WRMF_SOLVER_CHOLESKY,
                                          WRMF_SOLVER_WHITENED};
    static const double heavy[] = {0, 1, 30, 3e3, 1e6, 1e16};
    for (int f = 0; f < 3; f++)
        for (int k = 0; k < 6; k++) {
            side *const s = make_side(factors[f], solvers[k / 2], 1, k % 2 == 1);
            for (size_t h = 0; h < sizeof heavy / sizeof *heavy; h++)
                check_rows(s, heavy[h]);
            wrmf_i_whitening_free(&s->context, &s->whitening);
            free(s);
        }
    assert_true(WRMF_BITS == 64 || (refined[0] > 0 && refined[1] > 0));
}

/* From its own solution a row needs few steps: the start is put into the row's basis. */
static void test_warm(void **state)
{
    (void)state;
    enum { N = 60 };
    int32_t columns[N];
    double counts[N], diagonal[MAX_WIDTH];
    real x[MAX_WIDTH] = {0};
    for (int i = 0; i < N; i++) {
        columns[i] = (int32_t)(2 * i);
        counts[i] = 0.1 * (1 + i % 5);
    }
    for (int scaled = 0; scaled < 2; scaled++) {
        side *const s = make_side(70, WRMF_SOLVER_WHITENED, 1, scaled == 1);
        wrmf_i_row row = {.n = N, .columns = columns, .counts = counts};
        wrmf_i_row_counts cold, warm;
        wrmf_i_row_regularize(&s->fixed, &row, diagonal);
        assert_false(solve(s, &row, false, x, &cold));
        assert_false(solve(s, &row, true, x, &warm));
        assert_true(cold.steps > 4 && 2 * warm.steps <= cold.steps);
        wrmf_i_whitening_free(&s->context, &s->whitening);
        free(s);
    }
}

/* The same for a row of few entries that are too heavy to be solved directly. */
static void test_warm_of_few(void **state)
{
    (void)state;
    enum { N = 20 };
    side *const s = make_side(70, WRMF_SOLVER_AUTO, 1, false);
    int32_t columns[N];
    double counts[N];
    long double want[MAX_WIDTH], trace;
    real x[MAX_WIDTH] = {0};
    wrmf_i_row_counts cold, warm;
    s->options.tolerance = 1e-6; /* in float64, too, fewer steps than a factorization costs */
    for (int i = 0; i < N; i++) {
        columns[i] = (int32_t)(7 * i);
        counts[i] = 1;
    }
    const wrmf_i_row row = {.n = N, .columns = columns, .counts = counts};
    (void)solve_direct(s, &row, want, &trace);
    for (int i = 0; i < N; i++)
        counts[i] = 1.5 * ROW_SHORT_TRACE_LIMIT / (double)trace;
    assert_false(solve(s, &row, false, x, &cold));
    assert_false(solve(s, &row, true, x, &warm));
    assert_true(cold.cg == 1 && warm.cg == 1);
    assert_true(cold.steps > 4 && 2 * warm.steps <= cold.steps);
    wrmf_i_whitening_free(&s->context, &s->whitening);
    free(s);
}

/* A reduction makes the start warm, and takes fewer steps the less it asks for. */
static void test_reduction(void **state)
{
    (void)state;
    enum { N = 60 };
    static const double reductions[] = {0, 0.01, 0.5};
    side *const s = make_side(70, WRMF_SOLVER_WHITENED, 1, false);
    int32_t columns[N];
    long double want[MAX_WIDTH], trace;
    int64_t steps = 1000;
    for (int i = 0; i < N; i++)
        columns[i] = (int32_t)(2 * i);
    const wrmf_i_row row = {.n = N, .columns = columns};
    (void)solve_direct(s, &row, want, &trace);
    for (int i = 0; i < 3; i++) {
        real x[MAX_WIDTH] = {0};
        wrmf_i_row_counts counts;
        s->options.reduction = reductions[i];
        for (int k = 0; k < 70; k++)
            x[k] = (real)(want[k] * (k % 2 ? 1.2L : 0.8L));
        assert_false(solve(s, &row, i == 0, x, &counts));
        assert_true(counts.cg == 1 && counts.steps > 0 && counts.steps < steps);
        assert_true((counts.residual > s->options.tolerance) == (i > 0));
        steps = counts.steps;
    }
    wrmf_i_whitening_free(&s->context, &s->whitening);
    free(s);
}

/* Rows in the eigenbasis: one direction is far larger than the others. */
static void test_eigenbasis(void **state)
{
    (void)state;
    for (int scaled = 0; scaled < 2; scaled++) {
        side *const s = make_side(20, WRMF_SOLVER_AUTO, 300, scaled == 1);
        assert_true(s->whitening.upper == WRMF_I_FULL);
        check_rows(s, scaled);
        wrmf_i_whitening_free(&s->context, &s->whitening);
        free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),        cmocka_unit_test(test_warm),
        cmocka_unit_test(test_warm_of_few), cmocka_unit_test(test_reduction),
        cmocka_unit_test(test_eigenbasis),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

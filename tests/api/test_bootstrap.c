/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/bootstrap.h: what is known of resamples whatever is drawn, what follows from the binomial
 * distribution, bits, and what is refused.
 */
#include "fixture.h"

#include <math.h>
#include <string.h>

#include "wrmf/bootstrap.h"

enum { N = 301, COLUMNS = 3 };

static wrmf_resampling how(int64_t resamples, double level)
{
    return (wrmf_resampling){sizeof(wrmf_resampling), resamples, level, 7};
}

/* Column 0: whole numbers; 1: the same plus 8; 2: a constant. Sums of whole numbers are exact. */
static void fill(double values[N * COLUMNS])
{
    for (int i = 0; i < N; i++) {
        values[i * COLUMNS] = (double)(i * i % 17);
        values[i * COLUMNS + 1] = values[i * COLUMNS] + 8;
        values[i * COLUMNS + 2] = 3;
    }
}

/* ---- intervals ---- */

/* The columns of a table are drawn together. */
static void columns_are_drawn_together(void **state)
{
    (void)state;
    double values[N * COLUMNS], sum = 0;
    wrmf_interval got[COLUMNS];
    fill(values);
    for (int i = 0; i < N; i++)
        sum += values[i * COLUMNS];
    MUST(wrmf_bootstrap_means(context, values, N, COLUMNS, NULL, got, err));
    assert_true(got[0].mean == sum / N);
    assert_true(got[0].low < got[0].mean && got[0].mean < got[0].high);
    assert_true(fabs(got[1].low - got[0].low - 8) < 1e-12);
    assert_true(fabs(got[1].high - got[0].high - 8) < 1e-12);
    assert_true(got[2].mean == 3 && got[2].low == 3 && got[2].high == 3);
}

/* A resample of a 0 and a 1 has the mean 0, 1/2, 1 with probability 1/4, 1/2, 1/4: of 10,000, less
 * than a fifth or more than a third are 0 with a probability below 1e-29 (Hoeffding). */
static void two_rows(void **state)
{
    (void)state;
    static const double values[] = {0, 1};
    const wrmf_resampling narrow = how(10000, 1.0 / 3), wide = how(10000, 0.6);
    wrmf_interval got;
    MUST(wrmf_bootstrap_means(context, values, 2, 1, &narrow, &got, err));
    assert_true(got.mean == 0.5 && got.low == 0.5 && got.high == 0.5);
    MUST(wrmf_bootstrap_means(context, values, 2, 1, &wide, &got, err));
    assert_true(got.mean == 0.5 && got.low == 0 && got.high == 1);
}

static void rows_without_a_value(void **state)
{
    (void)state;
    static const double values[] = {1, 5, NAN, 7, 3, 9, 4, NAN};
    wrmf_interval got[2];
    MUST(wrmf_bootstrap_means(context, values, 4, 2, NULL, got, err));
    assert_true(got[0].mean == 2 && got[1].mean == 7);
    MUST(wrmf_bootstrap_means(context, values + 2, 1, 2, NULL, got, err));
    assert_true(isnan(got[0].mean) && isnan(got[1].low) && isnan(got[1].high));
    MUST(wrmf_bootstrap_means(context, NULL, 0, 1, NULL, got, err));
    assert_true(isnan(got[0].mean));
    MUST(wrmf_bootstrap_means(context, values, 1, 2, NULL, got, err));
    assert_true(got[0].low == 1 && got[0].high == 1 && got[1].mean == 5);
}

/* ---- chance ---- */

/* All of 10 differences are 1: 2 of 1,024 choices of signs have a sum as far from 0. Of 100,000
 * draws less than half or more than twice as many as expected, 195, have it with a probability
 * below 1e-17 (Chernoff). */
static void signs(void **state)
{
    (void)state;
    double ones[10], both[10], p = -1;
    const wrmf_resampling many = how(100000, 0.5);
    for (int i = 0; i < 10; i++) {
        ones[i] = 1;
        both[i] = i % 2 ? -0.1 : 0.1;
    }
    MUST(wrmf_randomization_test(context, ones, 10, 1, &many, &p, err));
    assert_true(p > 1.0 / 1024 && p < 4.0 / 1024);
    MUST(wrmf_randomization_test(context, both, 10, 1, NULL, &p, err));
    assert_true(p == 1); /* the sum is 0, but for its rounding */
    MUST(wrmf_randomization_test(context, ones, 1, 1, NULL, &p, err));
    assert_true(p == 1); /* one user says nothing */
    MUST(wrmf_randomization_test(context, NULL, 0, 1, NULL, &p, err));
    assert_true(isnan(p));
}

/* ---- bits ---- */

static void threads_do_not_matter(void **state)
{
    (void)state;
    double values[N * COLUMNS], p[2][COLUMNS];
    wrmf_interval got[2][COLUMNS];
    wrmf_resampling other = how(500, 0.9);
    fill(values);
    for (int i = 0; i < N; i++)
        values[i * COLUMNS + 2] = 1.0 / (i + 1) - 0.02;
    for (int i = 0; i < 2; i++) {
        const wrmf_resampling same = how(500, 0.9);
        MUST(wrmf_context_set_threads(context, i ? 3 : 1, err));
        MUST(wrmf_bootstrap_means(context, values, N, COLUMNS, &same, got[i], err));
        wrmf_resampling any = same;
        any.level = (double)NAN; /* which is not read */
        MUST(wrmf_randomization_test(context, values, N, COLUMNS, &any, p[i], err));
    }
    assert_memory_equal(got[0], got[1], sizeof got[0]);
    assert_memory_equal(p[0], p[1], sizeof p[0]);
    other.seed = 8;
    MUST(wrmf_bootstrap_means(context, values, N, COLUMNS, &other, got[1], err));
    assert_true(memcmp(got[0], got[1], sizeof got[0]) != 0);
}

/* ---- what is refused ---- */

static void calls_that_are_refused(void **state)
{
    (void)state;
    static const double values[] = {1, 2}, infinite[] = {1, INFINITY}, huge[] = {1e308, 1e308};
    static const wrmf_interval untouched = {-1, -1, -1};
    wrmf_interval got = untouched;
    wrmf_resampling bad = how(0, 0.5);
    FAILS(WRMF_E_NULL, "context", wrmf_bootstrap_means(NULL, values, 2, 1, NULL, &got, err));
    FAILS(WRMF_E_NULL, "values", wrmf_bootstrap_means(context, NULL, 2, 1, NULL, &got, err));
    FAILS(WRMF_E_NULL, "intervals", wrmf_bootstrap_means(context, values, 2, 1, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_bootstrap_means(context, values, -1, 1, NULL, &got, err));
    FAILS(WRMF_E_RANGE, "columns is 0",
          wrmf_bootstrap_means(context, values, 2, 0, NULL, &got, err));
    FAILS(WRMF_E_RANGE, "columns is 65537",
          wrmf_bootstrap_means(context, values, 2, 65537, NULL, &got, err));
    FAILS(WRMF_E_RANGE, "resamples is 0",
          wrmf_bootstrap_means(context, values, 2, 1, &bad, &got, err));
    bad.resamples = 1000001;
    FAILS(WRMF_E_RANGE, "resamples is 1000001",
          wrmf_bootstrap_means(context, values, 2, 1, &bad, &got, err));
    bad = how(10, 1);
    FAILS(WRMF_E_RANGE, "level is 1", wrmf_bootstrap_means(context, values, 2, 1, &bad, &got, err));
    bad = how(10, (double)NAN);
    FAILS(WRMF_E_RANGE, "level is", wrmf_bootstrap_means(context, values, 2, 1, &bad, &got, err));
    bad.struct_size = 1;
    FAILS(WRMF_E_RANGE, "struct_size",
          wrmf_bootstrap_means(context, values, 2, 1, &bad, &got, err));
    FAILS(WRMF_E_NONFINITE, "row 1, column 0 is infinite",
          wrmf_bootstrap_means(context, infinite, 2, 1, NULL, &got, err));
    FAILS(WRMF_E_NONFINITE, "column 0", wrmf_bootstrap_means(context, huge, 2, 1, NULL, &got, err));
    OUT_OF_MEMORY(wrmf_bootstrap_means(context, values, 2, 1, NULL, &got, err));
    got = untouched;
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_bootstrap_means(context, values, 2, 1, NULL, &got, err));
    MUST(wrmf_context_set_runner(context, NULL, runner_that_is_slow, 1, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_bootstrap_means(context, values, 2, 1, NULL, &got, err));
    assert_memory_equal(&got, &untouched, sizeof got);
}

static void tests_that_are_refused(void **state)
{
    (void)state;
    static const double values[] = {1, 2}, infinite[] = {-INFINITY, 1};
    double p = -1;
    const wrmf_resampling bad = how(0, 0.5);
    FAILS(WRMF_E_NULL, "context", wrmf_randomization_test(NULL, values, 2, 1, NULL, &p, err));
    FAILS(WRMF_E_NULL, "differences", wrmf_randomization_test(context, NULL, 2, 1, NULL, &p, err));
    FAILS(WRMF_E_NULL, "p_values", wrmf_randomization_test(context, values, 2, 1, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "resamples", wrmf_randomization_test(context, values, 2, 1, &bad, &p, err));
    FAILS(WRMF_E_NONFINITE, "row 0",
          wrmf_randomization_test(context, infinite, 2, 1, NULL, &p, err));
    OUT_OF_MEMORY(wrmf_randomization_test(context, values, 2, 1, NULL, &p, err));
    p = -1;
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_randomization_test(context, values, 2, 1, NULL, &p, err));
    MUST(wrmf_context_set_runner(context, NULL, runner_that_is_slow, 1, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_randomization_test(context, values, 2, 1, NULL, &p, err));
    assert_true(p == -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(columns_are_drawn_together), TEST(two_rows),
        TEST(rows_without_a_value),       TEST(signs),
        TEST(threads_do_not_matter),      TEST(calls_that_are_refused),
        TEST(tests_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

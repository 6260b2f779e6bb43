/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernels of exact pruning on every level that this CPU can run, against sums
 * of whole numbers in 64 bits.
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
#include "linalg/screen_kernels.h"

enum {
    PANEL = WRMF_I_SCREEN_PANEL,
    QUERIES = WRMF_I_SCREEN_QUERIES,
    MOST = 4096, /* factors */
    GUARD = 4,
};

static const int64_t lengths[] = {1, 2, 3, 4, 5, 8, 40, 63, 130, MOST};
static uint64_t draws;

static int64_t below(int64_t n)
{
    return (int64_t)(wrmf_i_random_u64(9, 31, 0, draws++) % (uint64_t)n);
}

/* Coordinates, and the same in words. */
static int16_t x[QUERIES][MOST], y[PANEL][MOST];
static int32_t x_words[QUERIES][MOST / 2], y_words[MOST / 2 * PANEL];
static int64_t sums[QUERIES][PANEL];

static int32_t word_of(const wrmf_i_screen_kernels *k, const int16_t *q, int offset)
{
    uint32_t word = 0;
    for (int i = 0; i < 32 / k->bits; i++)
        word |= ((uint32_t)(q[i] + offset) & ((UINT32_C(1) << k->bits) - 1)) << i * k->bits;
    int32_t value;
    memcpy(&value, &word, sizeof value);
    return value;
}

/* extreme: every coordinate at an end of its range, so that sums are as large as they get. */
static int64_t fill(const wrmf_i_screen_kernels *k, int64_t f, int64_t n, bool extreme,
                    wrmf_i_screen_queries *queries)
{
    const int64_t in_word = 32 / k->bits, words = (f + in_word - 1) / in_word;
    memset(x, 0, sizeof x);
    memset(y, 0, sizeof y);
    for (int64_t i = 0; i < QUERIES; i++)
        for (int64_t j = 0; j < f; j++)
            x[i][j] = (int16_t)(extreme ? (i % 2 ? 1 : -1) * k->largest
                                        : below(2 * k->largest + 1) - k->largest);
    for (int64_t i = 0; i < PANEL; i++)
        for (int64_t j = 0; j < f; j++)
            y[i][j] = (int16_t)(extreme ? (i % 3 ? 1 : -1) * k->largest
                                        : below(2 * k->largest + 1) - k->largest);
    queries->n = n;
    for (int64_t i = 0; i < n; i++) {
        queries->words[i] = x_words[i];
        queries->shift[i] = 0;
        for (int64_t j = 0; j < f; j++)
            queries->shift[i] += k->offset * x[i][j];
        for (int64_t w = 0; w < words; w++)
            x_words[i][w] = word_of(k, &x[i][w * in_word], 0);
        for (int64_t p = 0; p < PANEL; p++) {
            sums[i][p] = 0;
            for (int64_t j = 0; j < f; j++)
                sums[i][p] += (int64_t)x[i][j] * y[p][j];
        }
    }
    for (int64_t p = 0; p < PANEL; p++)
        for (int64_t w = 0; w < words; w++)
            y_words[w * PANEL + p] = word_of(k, &y[p][w * in_word], k->offset);
    return words;
}

/* Bounds of a query: what they say of a threshold in units of the sums. */
static void set_bounds(wrmf_i_screen_queries *queries, int64_t i, double threshold)
{
    queries->threshold[i] = threshold;
    queries->per_step[i] = 1 + (double)(i % 7);
    queries->loss[i] = (double)(i % 5);
    queries->length[i] = (double)(i % 3);
}

static void check_reach(const wrmf_i_screen_kernels *k, int64_t f, int64_t n, bool extreme)
{
    static wrmf_i_screen_queries queries;
    const int64_t words = fill(k, f, n, extreme, &queries);
    const wrmf_i_screen_panel panel = {y_words, 0.5, 0.25, 2.0};
    uint64_t masks[QUERIES + GUARD];
    for (int i = 0; i < QUERIES + GUARD; i++)
        masks[i] = 0x1234;
    for (int64_t i = 0; i < n; i++) {
        const double steps = 1 / ((1 + (double)(i % 7)) * panel.per_step);
        set_bounds(&queries, i,
                   i % 11 == 10 ? -(double)INFINITY
                                : (double)sums[i][below(PANEL)] * steps + (double)(i % 4));
    }
    k->reach(&queries, &panel, words, masks);
    for (int i = 0; i < GUARD; i++)
        assert_true(masks[QUERIES + i] == 0x1234);
    for (int64_t i = 0; i < n; i++) {
        const double bound = queries.loss[i] * panel.length + queries.length[i] * panel.loss;
        for (int p = 0; p < PANEL; p++) {
            const double most = (double)sums[i][p] / (queries.per_step[i] * panel.per_step) + bound;
            const bool bit = masks[i] >> p & 1;
            if (most >= queries.threshold[i])
                assert_true(bit);
            /* the limit is cut off to a whole number, less 2: within three units of a sum, and
             * sums stay far below 2^52, where float64 begins to round */
            const double slack = 4 / (queries.per_step[i] * panel.per_step);
            if (most + slack < queries.threshold[i])
                assert_false(bit);
        }
    }
}

static void check_peak(const wrmf_i_screen_kernels *k, int64_t f, int64_t n, bool extreme)
{
    static wrmf_i_screen_queries queries;
    static float peaks[QUERIES * PANEL + GUARD], was[QUERIES * PANEL];
    uint64_t left_out[QUERIES];
    const int64_t words = fill(k, f, n, extreme, &queries);
    const wrmf_i_screen_panel panel = {y_words, 0.5, 0.25, 2.0};
    for (int64_t i = 0; i < QUERIES * PANEL + GUARD; i++)
        peaks[i] = i % 5 == 0 ? (float)f * 100 : -(float)INFINITY;
    memcpy(was, peaks, sizeof was);
    for (int64_t i = 0; i < n; i++) {
        set_bounds(&queries, i, 0);
        left_out[i] = (uint64_t)below(INT64_MAX) << (i % 2);
    }
    k->peak(&queries, &panel, words, left_out, peaks);
    for (int i = 0; i < GUARD; i++)
        assert_true(peaks[QUERIES * PANEL + i] ==
                    ((QUERIES * PANEL + i) % 5 == 0 ? (float)f * 100 : -(float)INFINITY));
    for (int64_t i = 0; i < n; i++) {
        const double bound = queries.loss[i] * panel.length + queries.length[i] * panel.loss;
        for (int p = 0; p < PANEL; p++) {
            const float before = was[i * PANEL + p], after = peaks[i * PANEL + p];
            const double score = (double)sums[i][p] / (queries.per_step[i] * panel.per_step);
            if (left_out[i] >> p & 1) {
                assert_true(after == before);
                continue;
            }
            const double least = score - bound;
            /* a sum, the step, their product, the loss and the difference are rounded to single
             * precision; the kernel takes off a millionth of |x||y| for that */
            const double rounding = 4 * 0x1p-24 * (fabs(score) + bound);
            const double taken_off = queries.length[i] * panel.length * 1e-6;
            const double want = least > (double)before ? least : (double)before;
            assert_true((double)after >= want - rounding - taken_off);
            assert_true((double)after <= want + rounding);
        }
    }
}

static void each(void (*check)(const wrmf_i_screen_kernels *, int64_t, int64_t, bool))
{
    static const int64_t counts[] = {1, 2, 5, 6, 7, 12, 95, 96};
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
        if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            continue;
        const wrmf_i_screen_kernels *const k = wrmf_i_screen_kernels_get((wrmf_i_cpu)cpu);
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
            for (size_t j = 0; j < sizeof counts / sizeof *counts; j++)
                if (lengths[i] < MOST || counts[j] < 6)
                    check(k, lengths[i], counts[j], lengths[i] == MOST);
    }
}

static void test_reach(void **state)
{
    (void)state;
    each(check_reach);
}

static void test_peak(void **state)
{
    (void)state;
    each(check_peak);
}

static void test_kth(void **state)
{
    (void)state;
    float peaks[PANEL];
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
        if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            continue;
        const wrmf_i_screen_kernels *const k = wrmf_i_screen_kernels_get((wrmf_i_cpu)cpu);
        for (int round = 0; round < 3000; round++) {
            const int there = (int)below(PANEL + 1);
            for (int i = 0; i < PANEL; i++)
                peaks[(i * 37 + round) % PANEL] =
                    i < there ? (float)(below(round % 3 ? 100000 : 3) - (round % 5) * 25000)
                              : -(float)INFINITY;
            const int64_t wanted = 1 + below(PANEL);
            const float got = k->kth(peaks, wanted);
            int64_t reached = 0;
            for (int i = 0; i < PANEL; i++)
                reached += peaks[i] >= got;
            assert_true(reached >= wanted || got == -(float)INFINITY);
        }
        for (int i = 0; i < PANEL; i++)
            peaks[i] = (float)i;
        for (int64_t wanted = 1; wanted <= PANEL; wanted++) { /* and it is close */
            assert_true(k->kth(peaks, wanted) <= (float)(PANEL - wanted));
            /* the range of the peaks was halved twelve times */
            assert_true(k->kth(peaks, wanted) > (float)(PANEL - wanted) - (float)PANEL / 4096);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reach),
        cmocka_unit_test(test_peak),
        cmocka_unit_test(test_kth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

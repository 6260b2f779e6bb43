/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel of single lists on every level that this CPU can run, against sums of whole numbers in
 * 64 bits: which rows are let through, at thresholds between any two of them and at both ends.
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
#include "linalg/sieve_kernels.h"

enum { PANEL = WRMF_I_SIEVE_PANEL, IN_WORD = WRMF_I_SIEVE_IN_WORD, MOST = 4096, PANELS = 3 };

static uint64_t draws;

static int64_t below(int64_t n)
{
    return (int64_t)(wrmf_i_random_u64(9, 31, 0, draws++) % (uint64_t)n);
}

static double uniform(void)
{
    return (double)below(1 << 20) / (1 << 20);
}

static int8_t q[MOST];
static uint32_t packed[PANELS * (WRMF_I_SIEVE_ROWS + MOST / IN_WORD * PANEL)];
static double reached[PANELS * PANEL]; /* what each row may reach, in the query's steps */

/* Fill a panel and say what its rows reach; extreme: all coordinates are at an end. */
static void fill_panel(uint32_t *panel, int64_t f, bool extreme, double scale,
                       const wrmf_i_sieve_query *query, double *reach)
{
    float steps[PANEL], losses[PANEL];
    memset(panel, 0, sizeof *panel * (size_t)wrmf_i_sieve_panel_size(query->words));
    for (int i = 0; i < PANEL; i++) {
        int64_t sum = 0;
        for (int64_t k = 0; k < f; k++) {
            const int64_t y = extreme ? (i % 2 ? 7 : -8) : below(16) - 8;
            panel[WRMF_I_SIEVE_ROWS + k / IN_WORD * PANEL + i] |= (uint32_t)(y - WRMF_I_SIEVE_LEAST)
                                                                  << k % IN_WORD * 4;
            sum += y * q[k];
        }
        steps[i] = i % 9 ? (float)(uniform() / 8) : 0;
        losses[i] = (float)uniform();
        reach[i] = scale * ((double)sum * (double)steps[i] + query->length * (double)losses[i]);
    }
    memcpy(panel + WRMF_I_SIEVE_STEPS, steps, sizeof steps);
    memcpy(panel + WRMF_I_SIEVE_LOSSES, losses, sizeof losses);
}

/* A row that reaches the threshold is let through; one that is below it by more than twice what the
 * kernel takes off for single precision is not. */
static void check(const wrmf_i_sieve_kernels *kernels, wrmf_i_sieve_query *query,
                  const wrmf_i_sieve_panel *panels, double threshold)
{
    uint64_t masks[PANELS];
    query->threshold = threshold;
    kernels->reach(query, panels, packed, PANELS, masks);
    for (int i = 0; i < PANELS * PANEL; i++) {
        const wrmf_i_sieve_panel *const panel = &panels[i / PANEL];
        const double wanted = (threshold - query->loss * panel->length) * query->per_step;
        const double slack =
            2e-6 * (fabs(wanted) + query->length * (panel->length + 2 * panel->scale));
        const bool passes = masks[i / PANEL] >> i % PANEL & 1;
        if (reached[i] >= wanted)
            assert_true(passes);
        if (reached[i] < wanted - slack)
            assert_false(passes);
    }
}

static void check_level(const wrmf_i_sieve_kernels *kernels, int64_t f, bool extreme, double scale)
{
    const int64_t words = (f + IN_WORD - 1) / IN_WORD;
    wrmf_i_sieve_query query = {.row = q, .words = words, .per_step = 1 / (scale * 3)};
    double squares = 0;
    memset(q, 0, sizeof q);
    for (int64_t k = 0; k < f; k++) {
        q[k] = (int8_t)(extreme ? (k % 3 || draws % 2 ? 127 : -127) : below(255) - 127);
        query.sum += q[k];
        squares += q[k] * q[k];
    }
    query.length = sqrt(squares);
    query.loss = scale * uniform();
    wrmf_i_sieve_panel panels[PANELS];
    for (int i = 0; i < PANELS; i++) {
        panels[i] = (wrmf_i_sieve_panel){scale * sqrt((double)f), scale};
        fill_panel(packed + i * wrmf_i_sieve_panel_size(words), f, extreme, scale, &query,
                   reached + i * PANEL);
    }
    for (int i = 0; i < 60; i++) {
        const int at = (int)below(PANELS * PANEL);
        const double loss = query.loss * panels[at / PANEL].length;
        check(kernels, &query, panels, reached[at] / query.per_step + loss);
    }
    check(kernels, &query, panels, -(double)INFINITY);
    check(kernels, &query, panels, 1e300);
    check(kernels, &query, panels, 0);
}

static void test_rows_let_through(void **state)
{
    (void)state;
    static const int64_t lengths[] = {1, 7, 8, 9, 31, 32, 33, 64, 130, MOST};
    static const double scales[] = {1, 1e-30, 1e30, 1e-100};
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
        if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            continue;
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
            for (int kind = 0; kind < 4; kind++)
                check_level(wrmf_i_sieve_kernels_get((wrmf_i_cpu)cpu), lengths[i], kind % 2,
                            scales[(i + (size_t)kind) % 4]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows_let_through)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

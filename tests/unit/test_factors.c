/* SPDX-License-Identifier: BSD-2-Clause */
/* Views of factor rows: padded and unpadded ones of both precisions give the same bits. */
#include "host.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/carve.h"
#include "base/random.h"
#include "linalg/factors.h"
#include "linalg/gram.h"
#include "par/context.h"

enum { ROWS = 150, PICKED = 23 };

static wrmf_error err;

static double number_at(int64_t row, int64_t column)
{
    double pair[2];
    wrmf_i_random_normal2(5, 90, (uint32_t)column, (uint64_t)row, pair);
    return pair[0];
}

/* The same rows: padded and not, which is what differs between a model and its file. */
typedef struct pair {
    void *memory[2];
    wrmf_i_factors padded, packed;
} pair;

static pair make_pair(int bits, int64_t factors)
{
    pair p = {.padded = {.bits = bits, .n = ROWS, .factors = factors}};
    p.padded.stride = wrmf_i_padded_width(factors);
    p.packed = p.padded;
    p.packed.stride = factors;
    wrmf_i_factors *const views[2] = {&p.padded, &p.packed};
    double *const row = malloc((size_t)factors * sizeof *row);
    for (int which = 0; which < 2; which++) {
        const size_t numbers = (size_t)(ROWS * views[which]->stride);
        p.memory[which] = wrmf_i_alloc_zero(&wrmf_i_default_allocator, numbers, (size_t)bits / 8);
        for (int64_t i = 0; i < ROWS; i++) {
            for (int64_t k = 0; k < factors; k++)
                row[k] = number_at(i, k);
            wrmf_i_store_numbers(bits, row, factors, p.memory[which], i * views[which]->stride);
        }
        views[which]->data = p.memory[which];
    }
    free(row);
    return p;
}

static void free_pair(pair *p)
{
    for (int which = 0; which < 2; which++)
        free(p->memory[which]);
}

static double rounded(int bits, double number)
{
    return bits == 32 ? (double)(float)number : number;
}

/* Rows as doubles: each number is the stored one, zeros are behind it. */
static void check_rows(const wrmf_i_factors *view, wrmf_i_cpu cpu)
{
    enum { FIRST = 3, N = 70 };
    const int64_t f = view->factors, width = wrmf_i_factors_width(view);
    double *const to = malloc((size_t)(N * width) * sizeof *to);
    double *const space = malloc((size_t)(N * width) * sizeof *space);
    memset(to, 0x5a, (size_t)(N * width) * sizeof *to);
    memset(space, 0x5a, (size_t)(N * width) * sizeof *space);
    wrmf_i_factors_widen(view, cpu, FIRST, N, to);
    const double *const block = wrmf_i_factors_block(view, cpu, FIRST, N, space);
    assert_memory_equal(to, block, (size_t)(N * width) * sizeof *to);
    for (int64_t i = 0; i < N; i++) {
        for (int64_t k = 0; k < width; k++) {
            const double want = k < f ? rounded(view->bits, number_at(FIRST + i, k)) : 0;
            assert_memory_equal(&to[i * width + k], &want, sizeof want);
        }
        wrmf_i_factors_get_row(view, FIRST + i, space);
        assert_memory_equal(to + i * width, space, (size_t)f * sizeof *space);
    }
    free(to);
    free(space);
}

/* Dot products of 0, 1, .. PICKED rows: equal bits whatever is computed beside them, and not
 * further from the exact sum than float64's rounding of f products may bring them. */
static void check_dots(const pair *p, wrmf_i_cpu cpu)
{
    const int64_t f = p->padded.factors, width = wrmf_i_factors_width(&p->padded);
    double *const x = calloc((size_t)width, sizeof *x);
    int32_t index[PICKED];
    for (int64_t k = 0; k < f; k++)
        x[k] = number_at(-1, k);
    for (int32_t i = 0; i < PICKED; i++)
        index[i] = (i * 37 + 11) % ROWS;
    for (int64_t n = 0; n <= PICKED; n++) {
        double padded[PICKED] = {0}, packed[PICKED] = {0}, single;
        wrmf_i_factors_dots(&p->padded, cpu, x, index, n, padded);
        wrmf_i_factors_dots(&p->packed, cpu, x, index, n, packed);
        assert_memory_equal(padded, packed, sizeof padded);
        for (int64_t i = 0; i < n; i++) {
            wrmf_i_factors_dots(&p->padded, cpu, x, index + i, 1, &single);
            assert_memory_equal(&single, &padded[i], sizeof single);
            long double sum = 0, size = 0;
            for (int64_t k = 0; k < f; k++) {
                const long double term =
                    (long double)x[k] * rounded(p->padded.bits, number_at(index[i], k));
                sum += term;
                size += fabsl(term);
            }
            assert_true(fabsl(padded[i] - sum) <= (long double)(f + 1) * 0x1p-53L * size);
        }
    }
    free(x);
}

static void check_grams(const pair *p, wrmf_context *context)
{
    const int64_t width = wrmf_i_factors_width(&p->padded);
    const size_t bytes = wrmf_i_gram_scratch(context, ROWS, p->padded.factors);
    const size_t numbers = (size_t)(width * width);
    void *const scratch = wrmf_i_alloc(&wrmf_i_default_allocator, bytes, 1);
    double *const grams = calloc(2 * numbers, sizeof *grams);
    assert_int_equal(wrmf_i_gram(context, &p->padded, grams, scratch, &err), WRMF_OK);
    assert_int_equal(wrmf_i_gram(context, &p->packed, grams + numbers, scratch, &err), WRMF_OK);
    for (int64_t i = 0; i < width; i++)
        for (int64_t j = i; j < width; j++)
            assert_memory_equal(&grams[i * width + j], &grams[(width + i) * width + j],
                                sizeof *grams);
    free(grams);
    free(scratch);
}

static void views(void **state)
{
    (void)state;
    static const int64_t factors[] = {1, 7, 16, 17, 32, 40, 129};
    wrmf_context *context = NULL;
    assert_int_equal(wrmf_i_context_new(&wrmf_i_default_allocator, &context, &err), WRMF_OK);
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        for (int bits = 32; bits <= 64; bits += 32) {
            pair p = make_pair(bits, factors[i]);
            assert_int_equal(wrmf_i_factors_number_bytes(&p.packed), bits / 8);
            for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
                if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
                    continue;
                context->cpu = (wrmf_i_cpu)cpu;
                check_rows(&p.padded, context->cpu);
                check_rows(&p.packed, context->cpu);
                check_dots(&p, context->cpu);
                check_grams(&p, context);
            }
            free_pair(&p);
        }
    }
    wrmf_i_context_release(context);
}

/* What is in place is not copied. */
static void blocks_in_place(void **state)
{
    (void)state;
    double space[16];
    pair p = make_pair(64, 9);
    assert_ptr_equal(wrmf_i_factors_block(&p.padded, WRMF_I_CPU_GENERIC, 2, 1, space),
                     (const double *)p.padded.data + 32);
    assert_ptr_equal(wrmf_i_factors_block(&p.packed, WRMF_I_CPU_GENERIC, 2, 1, space), space);
    free_pair(&p);
}

static void finite_numbers(void **state)
{
    (void)state;
    assert_true(wrmf_i_is_finite_in(32, 3e38) && wrmf_i_is_finite_in(64, 1e300));
    assert_false(wrmf_i_is_finite_in(32, 1e39));
    assert_false(wrmf_i_is_finite_in(32, (double)NAN) || wrmf_i_is_finite_in(64, (double)NAN));
    assert_false(wrmf_i_is_finite_in(64, -(double)INFINITY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views),
        cmocka_unit_test(blocks_in_place),
        cmocka_unit_test(finite_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

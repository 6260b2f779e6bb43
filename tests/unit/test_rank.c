/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact pruning, and one list at a time with rows in place or from rounded ones, against the full
 * scan of a block: the same lists, bit for bit, with ties, zeros, copies, lengths far apart and
 * numbers near the ends of their range. The argument is the CPU level to run.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/carve.h"
#include "base/random.h"
#include "level.h"
#include "rank/screen.h"
#include "rank/sieve.h"
#include "thin.h"

enum { MOST_K = 700 };

static uint64_t draws;
static wrmf_error err;

static double uniform(void)
{
    return (double)(wrmf_i_random_u64(3, 17, 0, draws++) >> 11) * 0x1p-52 - 1.0;
}

static int64_t below(int64_t n)
{
    return (int64_t)(wrmf_i_random_u64(3, 17, 0, draws++) % (uint64_t)n);
}

/* Kinds of numbers in a table. */
typedef enum kind { PLAIN, SPREAD, WHOLE, ONE_SIGN, TINY, LARGE, MIXED, KINDS } kind;

static double number(kind what, double length)
{
    const double x = uniform();
    switch (what) {
    case SPREAD: return x * length;
    case WHOLE: return floor(x * 2.5 + 0.5);
    case ONE_SIGN: return -fabs(x) * length;
    case TINY: return x * 1e-18 * length;
    case LARGE: return x * 1e18 * length;
    case MIXED: return x * pow(10, floor(uniform() * 6));
    default: return x;
    }
}

static void *fill(kind what, int bits, int64_t n, int64_t f, int64_t stride)
{
    void *const rows = calloc((size_t)(n * stride), (size_t)bits / 8);
    assert_non_null(rows);
    for (int64_t i = 0; i < n; i++) {
        const double length = exp(3 * uniform());
        const int64_t like = i > 0 && below(8) == 0 ? below(i) : i; /* some are copies */
        const bool zero = below(12) == 0;
        for (int64_t k = 0; k < f; k++) {
            const double x = zero ? 0 : number(what, length);
            if (bits == 32)
                ((float *)rows)[i * stride + k] =
                    like < i ? ((float *)rows)[like * stride + k] : (float)x;
            else
                ((double *)rows)[i * stride + k] =
                    like < i ? ((double *)rows)[like * stride + k] : x;
        }
    }
    return rows;
}

/* About a fraction of the rows, ascending. */
static int64_t leave_out(int32_t *out, int64_t n, double fraction)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++)
        if ((uniform() + 1) / 2 < fraction)
            out[count++] = (int32_t)i;
    return count;
}

static wrmf_i_filter filter_of(const int32_t *out, int64_t n)
{
    wrmf_i_filter filter = {.n_sets = 0};
    wrmf_i_filter_leave_out(&filter, out, n);
    return filter;
}

typedef struct lists {
    wrmf_i_row_query queries[WRMF_I_RANK_BLOCK];
    wrmf_i_entry *entries;
} lists;

static lists new_lists(int64_t n, int64_t k, int64_t asking, int32_t *const *out,
                       const int64_t *n_out)
{
    lists made = {.entries = calloc((size_t)(n * k + 1), sizeof(wrmf_i_entry))};
    assert_non_null(made.entries);
    for (int64_t q = 0; q < n; q++)
        made.queries[q] = (wrmf_i_row_query){.row = (q * 7) % asking,
                                             .filter = filter_of(out[q], n_out[q]),
                                             .top = {made.entries + q * k, k, 0}};
    return made;
}

static void same(const lists *a, const lists *b, int64_t n)
{
    for (int64_t q = 0; q < n; q++) {
        const wrmf_i_top *const x = &a->queries[q].top, *const y = &b->queries[q].top;
        assert_int_equal(x->size, y->size);
        for (int64_t i = 0; i < x->size; i++) {
            assert_int_equal(x->entries[i].index, y->entries[i].index);
            assert_memory_equal(&x->entries[i].score, &y->entries[i].score, sizeof(double));
        }
    }
}

/* The first lists again, each by itself: rows are then scored in place. */
static void same_alone(const wrmf_i_ranking *ranking, const lists *full, int64_t n, void *scratch)
{
    const wrmf_i_table *const table = &ranking->ranked;
    double *const scales = calloc((size_t)table->rows.n + 1, sizeof *scales);
    assert_non_null(scales);
    for (int64_t i = 0; i < table->rows.n; i++)
        scales[i] = wrmf_i_factors_unit_scale(&table->rows, i);
    wrmf_i_ranking known = *ranking;
    if (table->unit)
        known.ranked.unit_scales = scales;
    for (int64_t q = 0; q < n && q < 4; q++) {
        const wrmf_i_row_query *const query = &full->queries[q];
        const wrmf_i_row_set out = query->filter.left_out[0];
        const int64_t n_out = query->filter.n_sets > 0 ? out.n : 0;
        lists one = new_lists(1, query->top.k, 1, (int32_t *const[]){(int32_t *)out.rows}, &n_out);
        one.queries[0].row = query->row;
        wrmf_i_rank(q % 2 ? ranking : &known, one.queries, 1, NULL, scratch);
        const lists same_query = {.queries = {*query}};
        same(&same_query, &one, 1);
        free(one.entries);
    }
    free(scales);
}

/* All lists again, each by itself from a sieve; NULL where the rows are too long for one. */
static void same_sieved(wrmf_context *context, const wrmf_i_ranking *ranking, const lists *full,
                        int64_t n, void *scratch)
{
    wrmf_i_sieve sieve;
    wrmf_i_ranking sieved = *ranking;
    const size_t bytes = wrmf_i_sieve_bytes(&ranking->ranked);
    void *const memory = aligned_alloc(64, bytes);
    memset(memory, 0x5a, bytes);
    assert_int_equal(wrmf_i_sieve_make(context, &ranking->ranked, &sieve, memory, &err), WRMF_OK);
    sieved.ranked.sieve = &sieve;
    for (int64_t q = 0; q < n; q++) {
        const wrmf_i_row_query *const query = &full->queries[q];
        const wrmf_i_row_set out = query->filter.left_out[0];
        const int64_t n_out = query->filter.n_sets > 0 ? out.n : 0;
        lists one = new_lists(1, query->top.k, 1, (int32_t *const[]){(int32_t *)out.rows}, &n_out);
        one.queries[0].row = query->row;
        wrmf_i_rank(&sieved, one.queries, 1, NULL, scratch);
        const lists same_query = {.queries = {*query}};
        same(&same_query, &one, 1);
        free(one.entries);
    }
    free(memory);
}

/* Lists of a table without a screen and with one. Returns whether one could be made. */
static bool same_lists(wrmf_context *context, wrmf_i_ranking *ranking, int64_t n, int64_t k,
                       int32_t *const *out, const int64_t *n_out)
{
    lists full = new_lists(n, k, ranking->asking.rows.n, out, n_out);
    lists pruned = new_lists(n, k, ranking->asking.rows.n, out, n_out);
    void *const scratch = aligned_alloc(64, wrmf_i_rank_scratch(&ranking->ranked));
    wrmf_i_rank(ranking, full.queries, n, NULL, scratch);
    same_alone(ranking, &full, n, scratch);
    same_sieved(context, ranking, &full, n, scratch);
    wrmf_i_screen screen;
    const size_t bytes = wrmf_i_screen_bytes(&ranking->ranked);
    void *const memory = aligned_alloc(64, bytes);
    memset(memory, 0x5a, bytes);
    assert_int_equal(wrmf_i_screen_make(context, &ranking->ranked, &screen, memory, &err), WRMF_OK);
    const bool made = ranking->ranked.screen != NULL;
    wrmf_i_rank(ranking, pruned.queries, n, NULL, scratch);
    same(&full, &pruned, n);
    free(full.entries);
    free(pruned.entries);
    free(memory);
    free(scratch);
    return made;
}

typedef struct shape {
    int64_t rows, asking, factors, queries, k;
    double left_out;
    bool unit;
} shape;

static bool compare(wrmf_context *context, kind what, int bits, const shape *s)
{
    const int64_t stride = (s->factors + 15) / 16 * 16;
    void *const rows = fill(what, bits, s->rows, s->factors, stride);
    void *const users = fill(what, bits, s->asking, s->factors, stride);
    wrmf_i_ranking ranking = {
        .cpu = context->cpu,
        .asking = {.rows = {users, bits, s->asking, s->factors, stride}, .unit = s->unit},
        .ranked = {.rows = {rows, bits, s->rows, s->factors, stride}, .unit = s->unit}};
    int32_t *out[WRMF_I_RANK_BLOCK];
    int64_t n_out[WRMF_I_RANK_BLOCK];
    for (int64_t q = 0; q < s->queries; q++) {
        out[q] = calloc((size_t)s->rows, sizeof **out);
        n_out[q] = leave_out(out[q], s->rows, q % 3 == 2 ? 0 : s->left_out);
    }
    const bool made = same_lists(context, &ranking, s->queries, s->k, out, n_out);
    for (int64_t q = 0; q < s->queries; q++)
        free(out[q]);
    free(rows);
    free(users);
    return made;
}

static wrmf_context *new_context(void)
{
    wrmf_context *context = NULL;
    assert_int_equal(wrmf_i_context_new(&wrmf_i_default_allocator, &context, &err), WRMF_OK);
    context->cpu = level_chosen;
    return context;
}

static void test_same_lists(void **state)
{
    (void)state;
    static const int64_t ks[] = {1, 2, 5, 10, 24, 25, 100, MOST_K};
    wrmf_context *const context = new_context();
    for (int round = 0; round < thin_bytes_or(thin_or(50, 25), 10); round++) {
        const shape s = {.rows = 1 + below(round % 4 == 3 ? 4000 : 300),
                         .asking = 1 + below(200),
                         .factors = 1 + below(round % 5 == 4 ? 140 : 40),
                         .queries = 1 + below(WRMF_I_RANK_BLOCK),
                         .k = ks[below(8)],
                         .left_out = (uniform() + 1) / 4,
                         .unit = round % 2 == 1};
        for (int what = 0; what < KINDS; what++)
            for (int bits = 32; bits <= 64; bits += 32)
                compare(context, (kind)what, bits, &s);
    }
    wrmf_i_context_release(context);
}

/* Blocks of equal scores: the lower index wins wherever its row's place is. */
static void test_ties(void **state)
{
    (void)state;
    wrmf_context *const context = new_context();
    for (int round = 0; round < thin_bytes_or(thin_or(20, 10), 4); round++) {
        const shape s = {.rows = 2000,
                         .asking = 50,
                         .factors = 1 + below(3),
                         .queries = 96,
                         .k = 10,
                         .left_out = 0.2,
                         .unit = round % 2 == 1};
        assert_true(compare(context, WHOLE, round % 4 < 2 ? 32 : 64, &s));
    }
    wrmf_i_context_release(context);
}

/* Ends of the range: rows too long for bounds are scanned, subnormal ones keep their order. */
static void test_range(void **state)
{
    (void)state;
    static const double scales[] = {1e-320, 1e-300, 1e-160, 1e-120, 1e-99, 1e-46, 1e-40,
                                    1e-22,  1e19,   1e37,   1e99,   1e101, 1e154, 1e300};
    wrmf_context *const context = new_context();
    enum { ROWS = 1500, F = 7, K = 10, N = 12 };
    for (int pick = 0; pick < 4 * (int)(sizeof scales / sizeof *scales); pick++) {
        const double scale = scales[pick / 4];
        const int bits = pick % 2 ? 32 : 64;
        if (bits == 32 && (scale > 1e38 || scale < 1e-46))
            continue;
        void *const rows = fill(PLAIN, bits, ROWS, F, F);
        for (int64_t i = 0; i < ROWS * F; i++) { /* one row in two at the scale */
            if (bits == 32)
                ((float *)rows)[i] *= i / F % 2 ? (float)scale : 1;
            else
                ((double *)rows)[i] *= i / F % 2 ? scale : 1;
        }
        const wrmf_i_table table = {.rows = {rows, bits, ROWS, F, F}, .unit = pick % 4 > 1};
        wrmf_i_ranking ranking = {context->cpu, table, table, NULL};
        int32_t *out[N] = {NULL};
        int64_t n_out[N] = {0};
        same_lists(context, &ranking, N, K, out, n_out);
        free(rows);
    }
    wrmf_i_context_release(context);
}

/* Sizes that do not fit are said, not wrapped. */
static void test_sizes(void **state)
{
    (void)state;
    const wrmf_i_table table = {
        .rows = {.bits = 64, .n = INT64_MAX / 64, .factors = 4096, .stride = 4096}, .unit = true};
    assert_true(wrmf_i_screen_bytes(&table) == WRMF_I_TOO_MANY_BYTES);
}

int main(int argc, char **argv)
{
    const int chosen = level_choose(argc, argv);
    if (chosen != 0)
        return chosen;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_lists),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_range),
        cmocka_unit_test(test_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

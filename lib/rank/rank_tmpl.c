/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranking in one precision: tiles of 12 queries by a panel of rows, a vector
 * comparison of each query's scores with its worst kept one, and a heap for the
 * few that pass. docs/performance.md has the reasons for the sizes.
 */
#include <math.h>
#include <string.h>

#include "base/carve.h"
#include "linalg/real.h"
#include "linalg/score_kernels.h"
#include "rank/rank_tmpl.h"

#if WRMF_BITS == 32
typedef wrmf_i_score_kernels_f32 score_kernels;
enum { PANEL = WRMF_I_PANEL_F32 };
#else
typedef wrmf_i_score_kernels_f64 score_kernels;
enum { PANEL = WRMF_I_PANEL_F64 };
#endif

static const score_kernels *kernels_of(wrmf_i_cpu cpu)
{
#if WRMF_BITS == 32
    return wrmf_i_score_kernels_get_f32(cpu);
#else
    return wrmf_i_score_kernels_get_f64(cpu);
#endif
}

/* Scratch: queries, one panel, rows on their way into it, scores. */
typedef struct space {
    real *queries; /* WRMF_I_RANK_BLOCK x factors */
    real *panel;   /* factors x PANEL */
    real *rows;    /* PANEL x factors */
    real *scores;  /* WRMF_I_TILE_USERS x PANEL */
    double *seen;  /* PANEL */
} space;

static size_t lay_out(space *s, void *memory, int64_t factors)
{
    const size_t f = (size_t)factors;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->seen = wrmf_i_carve(&carver, PANEL, sizeof *s->seen);
    s->scores = wrmf_i_carve(&carver, WRMF_I_TILE_USERS * PANEL, sizeof *s->scores);
    s->panel = wrmf_i_carve(&carver, f, PANEL * sizeof *s->panel);
    s->rows = wrmf_i_carve(&carver, f, PANEL * sizeof *s->rows);
    s->queries = wrmf_i_carve(&carver, f, WRMF_I_RANK_BLOCK * sizeof *s->queries);
    return wrmf_i_carver_bytes(&carver);
}

size_t RFN(rank_scratch)(int64_t factors)
{
    space s;
    const size_t all = lay_out(&s, NULL, factors), screened = RFN(screen_scratch)(factors);
    return all > screened ? all : screened;
}

int64_t RFN(panel_count)(int64_t n)
{
    return (n + PANEL - 1) / PANEL;
}

void RFN(copy_row)(const wrmf_i_table *table, int64_t row, real *to)
{
    const real *const from = (const real *)table->rows + row * table->stride;
    memcpy(to, from, sizeof(real) * (size_t)table->factors);
    if (!table->unit)
        return;
    const double largest = (double)real_largest(from, table->factors);
    if (largest == 0)
        return;
    double square = 0;
    for (int64_t k = 0; k < table->factors; k++) /* scaled: squares may not overflow */
        square += (double)from[k] / largest * ((double)from[k] / largest);
    const double root = sqrt(square);
    const double scale = 1 / largest / root;
    for (int64_t k = 0; k < table->factors; k++)
        to[k] = (real)(isfinite(scale) ? (double)from[k] * scale
                                       : (double)from[k] / largest / root); /* subnormal */
}

static void pack_panel(const score_kernels *kernels, const wrmf_i_table *table, int64_t panel,
                       real *rows, real *to)
{
    const int64_t first = panel * PANEL, left = table->n - first;
    const int64_t n = left < PANEL ? left : PANEL;
    if (!table->unit) {
        kernels->pack((const real *)table->rows + first * table->stride, n, table->stride,
                      table->factors, to);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        RFN(copy_row)(table, first + i, rows + i * table->factors);
    kernels->pack(rows, n, table->factors, table->factors, to);
}

void RFN(pack_panels)(wrmf_i_cpu cpu, const wrmf_i_table *table, int64_t first, int64_t last,
                      void *panels)
{
    const score_kernels *const kernels = kernels_of(cpu);
    const int64_t size = PANEL * table->factors;
    for (int64_t panel = first; panel < last; panel++) {
        real *const to = (real *)panels + panel * size;
        if (!table->unit) {
            pack_panel(kernels, table, panel, NULL, to);
            continue;
        }
        real row[WRMF_I_MAX_FACTORS]; /* unit rows go in one by one: no scratch is needed */
        const int64_t start = panel * PANEL;
        memset(to, 0, sizeof(real) * (size_t)size);
        for (int64_t i = 0; i < PANEL && start + i < table->n; i++) {
            RFN(copy_row)(table, start + i, row);
            for (int64_t k = 0; k < table->factors; k++)
                to[k * PANEL + i] = row[k];
        }
    }
}

/* ---- one query, one panel ---- */

/* Where a query stands in its list of rows to leave out. */
typedef struct progress {
    int64_t next;
    real threshold;
    bool unit;
} progress;

static void offer(wrmf_i_query *query, progress *at, real score, int64_t index)
{
    if (at->unit)
        score = RFN(cosine)(score);
    wrmf_i_top_offer(&query->top, (double)score, (int32_t)index);
    if (query->top.size == query->top.k)
        at->threshold = (real)query->top.entries[0].score;
}

static void take_panel(const score_kernels *kernels, wrmf_i_query *query, progress *at,
                       const real *scores, int64_t first, int64_t n)
{
    const bool full = query->top.size == query->top.k;
    uint32_t candidates = full ? kernels->above(scores, at->threshold) : ~(uint32_t)0;
    if (n < 32)
        candidates &= ((uint32_t)1 << n) - 1;
    while (at->next < query->n_left_out && query->left_out[at->next] < first + n)
        candidates &= ~((uint32_t)1 << (query->left_out[at->next++] - first));
    while (candidates) {
        const int i = __builtin_ctz(candidates);
        candidates &= candidates - 1;
        offer(query, at, scores[i], first + i);
    }
}

void RFN(rank)(wrmf_i_cpu cpu, const wrmf_i_table *asking, const wrmf_i_table *table,
               wrmf_i_query *queries, int64_t n, void *scratch, wrmf_i_see_fn see, void *self)
{
    const score_kernels *const kernels = kernels_of(cpu);
    const int64_t f = table->factors;
    if (table->screen && !see && RFN(rank_screened)(kernels, asking, table, queries, n, scratch))
        return;
    space s;
    progress at[WRMF_I_RANK_BLOCK];
    lay_out(&s, scratch, f);
    for (int64_t q = 0; q < WRMF_I_RANK_BLOCK; q++) {
        if (q < n)
            RFN(copy_row)(asking, queries[q].row, s.queries + q * f);
        else if (q < n + WRMF_I_TILE_USERS)
            memset(s.queries + q * f, 0, sizeof(real) * (size_t)f);
        at[q] = (progress){0, 0, table->unit};
    }
    for (int64_t panel = 0; panel * PANEL < table->n; panel++) {
        const int64_t first = panel * PANEL, left = table->n - first;
        const int64_t rows = left < PANEL ? left : PANEL;
        const real *packed = s.panel;
        if (table->panels)
            packed = (const real *)table->panels + panel * PANEL * f;
        else
            pack_panel(kernels, table, panel, s.rows, s.panel);
        for (int64_t group = 0; group < n; group += WRMF_I_TILE_USERS) {
            if (n == 1)
                kernels->single(s.queries, f, packed, s.scores);
            else
                kernels->tile(s.queries + group * f, f, packed, s.scores);
            for (int64_t q = group; q < n && q < group + WRMF_I_TILE_USERS; q++) {
                const real *const scores = s.scores + (q - group) * PANEL;
                if (queries[q].top.k > 0)
                    take_panel(kernels, &queries[q], &at[q], scores, first, rows);
                if (see) {
                    for (int64_t i = 0; i < rows; i++)
                        s.seen[i] = (double)scores[i];
                    see(self, q, first, s.seen, rows);
                }
            }
        }
    }
    for (int64_t q = 0; q < n; q++)
        wrmf_i_top_sort(&queries[q].top);
}

void RFN(scores)(wrmf_i_cpu cpu, const wrmf_i_table *asking, int64_t row, const wrmf_i_table *table,
                 const int32_t *others, int64_t n, double *scores, void *scratch)
{
    const score_kernels *const kernels = kernels_of(cpu);
    const int64_t f = table->factors;
    space s;
    lay_out(&s, scratch, f);
    RFN(copy_row)(asking, row, s.queries);
    for (int64_t i = 0; i < n; i += PANEL) {
        const int64_t rows = n - i < PANEL ? n - i : PANEL;
        for (int64_t j = 0; j < rows; j++)
            RFN(copy_row)(table, others[i + j], s.rows + j * f);
        kernels->pack(s.rows, rows, f, f, s.panel);
        kernels->single(s.queries, f, s.panel, s.scores);
        for (int64_t j = 0; j < rows; j++)
            scores[i + j] = (double)s.scores[j];
    }
}

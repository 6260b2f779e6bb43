/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranking in one precision: tiles of 12 queries by a panel of rows, a vector
 * comparison of each query's scores with its worst kept one, and a heap for the
 * few that pass. docs/performance.md has the reasons for the sizes.
 */
#include <string.h>

#include "base/carve.h"
#include "rank/rank_real.h"
#include "rank/rank_tmpl.h"

enum {
    PANEL = WRMF_I_PANEL_BYTES / (int)sizeof(real),
    POLL = 32, /* panels between two looks whether the call is to stop */
};

/* A ranking's scratch. */
typedef struct space {
    real *queries;   /* WRMF_I_RANK_BLOCK x factors: the asking rows */
    real *panel;     /* factors x PANEL, where the table has no packed ones */
    real *rows;      /* PANEL x factors: unit rows on their way into a panel */
    real *scores;    /* WRMF_I_TILE_USERS x PANEL: of a tile */
    double *doubles; /* PANEL: a query's scores of a panel, for on_scores */
} space;

static size_t lay_out(space *s, void *memory, int64_t factors)
{
    const size_t f = (size_t)factors;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->doubles = wrmf_i_carve(&carver, PANEL, sizeof *s->doubles);
    s->scores = wrmf_i_carve(&carver, WRMF_I_TILE_USERS * PANEL, sizeof *s->scores);
    s->panel = wrmf_i_carve(&carver, f, PANEL * sizeof *s->panel);
    s->rows = wrmf_i_carve(&carver, f, PANEL * sizeof *s->rows);
    s->queries = wrmf_i_carve(&carver, f, WRMF_I_RANK_BLOCK * sizeof *s->queries);
    return wrmf_i_carver_bytes(&carver);
}

static size_t rank_scratch(int64_t factors)
{
    space s;
    const size_t ways[] = {lay_out(&s, NULL, factors), RFN(screen_scratch)(factors),
                           RFN(sieve_scratch)(factors), RFN(chosen_scratch)(factors)};
    size_t most = 0;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        most = ways[i] > most ? ways[i] : most;
    return most;
}

static void pack_panel(const score_kernels *kernels, const wrmf_i_table *table, int64_t panel,
                       real *rows, real *to)
{
    const int64_t first = panel * PANEL, left = table->rows.n - first;
    const int64_t n = left < PANEL ? left : PANEL;
    if (!table->unit) {
        kernels->pack((const real *)table->rows.data + first * table->rows.stride, n,
                      table->rows.stride, table->rows.factors, to);
        return;
    }
    for (int64_t i = 0; i < n; i++)
        RFN(copy_row)(table, first + i, rows + i * table->rows.factors);
    kernels->pack(rows, n, table->rows.factors, table->rows.factors, to);
}

static void pack_panels(wrmf_i_cpu cpu, const wrmf_i_table *table, int64_t first, int64_t last,
                        void *panels)
{
    const score_kernels *const kernels = kernels_of(cpu);
    const int64_t size = PANEL * table->rows.factors;
    for (int64_t panel = first; panel < last; panel++) {
        real *const to = (real *)panels + panel * size;
        if (!table->unit) {
            pack_panel(kernels, table, panel, NULL, to);
            continue;
        }
        real row[WRMF_I_MAX_FACTORS]; /* unit rows go in one by one: no scratch is needed */
        const int64_t start = panel * PANEL;
        memset(to, 0, sizeof(real) * (size_t)size);
        for (int64_t i = 0; i < PANEL && start + i < table->rows.n; i++) {
            RFN(copy_row)(table, start + i, row);
            for (int64_t k = 0; k < table->rows.factors; k++)
                to[k * PANEL + i] = row[k];
        }
    }
}

/* ---- one query, one panel ---- */

/* How far a query is. */
typedef struct progress {
    wrmf_i_filter_walk walk; /* over the rows, with its filter */
    real threshold;          /* its worst kept score, once it keeps k */
    bool unit;
} progress;

static void offer(wrmf_i_row_query *query, progress *at, real score, int64_t index)
{
    if (at->unit)
        score = RFN(cosine)(score);
    wrmf_i_top_offer(&query->top, (double)score, (int32_t)index);
    if (query->top.size == query->top.k)
        at->threshold = (real)query->top.entries[0].score;
}

/* Offer those of a panel's rows that are `among` the bits, and are not left out: the last first, so
 * that of rows that become better and better most are refused at once. */
static void take_rows(wrmf_i_row_query *query, progress *at, const real *scores, int64_t first,
                      int64_t n, uint32_t among)
{
    among &= wrmf_i_filter_step(&query->filter, &at->walk, first, n);
    while (among) {
        const int i = 31 - __builtin_clz(among);
        among &= ~((uint32_t)1 << i);
        offer(query, at, scores[i], first + i);
    }
}

static bool is_full(const wrmf_i_row_query *query)
{
    return query->top.size == query->top.k;
}

static void take_panel(const score_kernels *kernels, wrmf_i_row_query *query, progress *at,
                       const real *scores, int64_t first, int64_t n)
{
    const uint32_t all = ~(uint32_t)0;
    take_rows(query, at, scores, first, n,
              is_full(query) ? kernels->above(scores, at->threshold) : all);
}

/* The asking rows, and zeros behind them that fill the last tile. */
static void load_queries(const wrmf_i_ranking *ranking, const wrmf_i_row_query *queries, int64_t n,
                         real *to)
{
    const int64_t f = ranking->ranked.rows.factors;
    for (int64_t q = 0; q < n; q++)
        RFN(copy_row)(&ranking->asking, queries[q].row, to + q * f);
    const int64_t end = n + WRMF_I_TILE_USERS;
    for (int64_t q = n; q < WRMF_I_RANK_BLOCK && q < end; q++)
        memset(to + q * f, 0, sizeof(real) * (size_t)f);
}

static void show_scores(const wrmf_i_on_scores *on_scores, int64_t query, const real *scores,
                        int64_t first, int64_t n, double *doubles)
{
    for (int64_t i = 0; i < n; i++)
        doubles[i] = wrmf_i_ordered_score((double)scores[i]);
    on_scores->call(on_scores->self, query, first, doubles, n);
}

/* ---- one query, rows in place ---- */

/* Whether whole panels of the table can be scored where they are. */
static bool is_in_place(const wrmf_i_table *table)
{
    return !table->panels && table->rows.stride >= wrmf_i_factors_width(&table->rows) &&
           (!table->unit || table->unit_scales);
}

/* The cosine of row i with the query's is scores[i] * unit_scales[i], but for rounding: of the
 * scaled row's numbers, by epsilon / 2 of each; and of two sums, by (factors + 1) epsilon / 2 of
 * |x||y| = 1; twice that is allowed for. Only rows that may be above the threshold are scored as
 * cosines are everywhere. */
static uint32_t score_cosines(const score_kernels *kernels, const wrmf_i_table *table,
                              const space *s, real threshold, int64_t first)
{
    const int64_t f = table->rows.factors;
    const real rounding = 2 * (real)(f + 8) * REAL_EPSILON;
    const uint32_t found =
        kernels->scaled_above(s->scores, table->unit_scales + first, threshold - rounding);
    for (uint32_t left = found; left; left &= left - 1) {
        const int i = __builtin_ctz(left);
        RFN(copy_row)(table, first + i, s->rows);
        s->scores[i] = kernels->score(s->queries, s->rows, f);
    }
    return found & kernels->above(s->scores, threshold);
}

/* Score panels in place, as long as they are whole, and offer their rows. Returns the panels that
 * are done. */
static int64_t rank_in_place(const score_kernels *kernels, const wrmf_i_table *table,
                             wrmf_i_row_query *query, progress *at, const space *s)
{
    const int64_t stride = table->rows.stride;
    const real *rows = (const real *)table->rows.data;
    const bool cosine = table->unit && real_largest(s->queries, table->rows.factors) > 0;
    int64_t panel = 0;
    for (; (panel + 1) * PANEL <= table->rows.n; panel++, rows += PANEL * stride) {
        const int64_t first = panel * PANEL;
        if (cosine && !is_full(query)) { /* all of them are needed */
            pack_panel(kernels, table, panel, s->rows, s->panel);
            kernels->single(s->queries, table->rows.factors, s->panel, s->scores);
            take_panel(kernels, query, at, s->scores, first, PANEL);
            continue;
        }
        kernels->in_place(s->queries, table->rows.factors, rows, stride, s->scores);
        if (cosine)
            take_rows(query, at, s->scores, first, PANEL,
                      score_cosines(kernels, table, s, at->threshold, first));
        else
            take_panel(kernels, query, at, s->scores, first, PANEL);
    }
    return panel;
}

/* ---- a block of queries ---- */

/* Score all rows. */
static void scan(const wrmf_i_ranking *ranking, wrmf_i_row_query *queries, int64_t n,
                 const wrmf_i_on_scores *on_scores, void *scratch)
{
    const score_kernels *const kernels = kernels_of(ranking->cpu);
    const wrmf_i_table *const table = &ranking->ranked;
    const int64_t f = table->rows.factors;
    space s;
    progress at[WRMF_I_RANK_BLOCK];
    lay_out(&s, scratch, f);
    load_queries(ranking, queries, n, s.queries);
    for (int64_t q = 0; q < n; q++)
        at[q] = (progress){.unit = table->unit};
    int64_t panel = 0;
    if (n == 1 && !on_scores && queries[0].top.k > 0 && is_in_place(table))
        panel = rank_in_place(kernels, table, &queries[0], &at[0], &s);
    for (; panel * PANEL < table->rows.n; panel++) {
        const int64_t first = panel * PANEL, left = table->rows.n - first;
        const int64_t rows = left < PANEL ? left : PANEL;
        const real *packed = s.panel;
        if (panel % POLL == 0 && wrmf_i_rank_should_stop(ranking))
            return;
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
                if (on_scores)
                    show_scores(on_scores, q, scores, first, rows, s.doubles);
            }
        }
    }
    for (int64_t q = 0; q < n && !wrmf_i_rank_should_stop(ranking); q++)
        wrmf_i_top_sort(&queries[q].top);
}

static void rank(const wrmf_i_ranking *ranking, wrmf_i_row_query *queries, int64_t n,
                 const wrmf_i_on_scores *on_scores, void *scratch)
{
    const wrmf_i_table *const table = &ranking->ranked;
    if (queries[0].filter.is_chosen) {
        for (int64_t q = 0; q < n; q++)
            RFN(rank_chosen)(ranking, &queries[q], scratch);
        return;
    }
    if (table->screen && !on_scores && RFN(rank_screened)(ranking, queries, n, scratch))
        return;
    if (table->sieve && n == 1 && !on_scores && queries[0].top.k > 0 &&
        RFN(rank_sieved)(ranking, queries, scratch))
        return;
    scan(ranking, queries, n, on_scores, scratch);
}

static double score(const wrmf_i_ranking *ranking, int64_t row, int64_t other)
{
    const wrmf_i_factors *const asking = &ranking->asking.rows, *const ranked =
                                                                    &ranking->ranked.rows;
    return wrmf_i_ordered_score((double)kernels_of(ranking->cpu)
                                    ->score((const real *)asking->data + row * asking->stride,
                                            (const real *)ranked->data + other * ranked->stride,
                                            ranked->factors));
}

static void scores_of(const wrmf_i_ranking *ranking, int64_t row, const int32_t *others, int64_t n,
                      double *scores, void *scratch)
{
    const score_kernels *const kernels = kernels_of(ranking->cpu);
    const wrmf_i_table *const table = &ranking->ranked;
    const int64_t f = table->rows.factors;
    space s;
    lay_out(&s, scratch, f);
    RFN(copy_row)(&ranking->asking, row, s.queries);
    for (int64_t i = 0; i < n; i += PANEL) {
        const int64_t rows = n - i < PANEL ? n - i : PANEL;
        for (int64_t j = 0; j < rows; j++)
            RFN(copy_row)(table, others[i + j], s.rows + j * f);
        kernels->pack(s.rows, rows, f, f, s.panel);
        kernels->single(s.queries, f, s.panel, s.scores);
        for (int64_t j = 0; j < rows; j++)
            scores[i + j] = wrmf_i_ordered_score((double)s.scores[j]);
    }
}

const wrmf_i_rank_functions RFN(rank_functions) = {
    .panel_rows = PANEL,
    .scratch = rank_scratch,
    .pack_panels = pack_panels,
    .rank = rank,
    .score = score,
    .scores = scores_of,
    .score_pairs = RFN(score_pairs),
    .score_block = RFN(score_block),
    .measure = RFN(measure),
    .sieve_pack = RFN(sieve_pack),
    .screen_measure = RFN(screen_measure),
    .screen_pack = RFN(screen_pack),
};

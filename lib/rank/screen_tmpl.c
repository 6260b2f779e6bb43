/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact pruning in one precision: rows are rounded, panel by panel, and each query goes over the
 * panels until nothing that is left can enter its list.
 */
#include <math.h>
#include <string.h>

#include "base/carve.h"
#include "rank/rank_real.h"
#include "rank/rank_tmpl.h"
#include "rank/rounding.h"
#include "rank/screen.h"

enum {
    PANEL = WRMF_I_SCREEN_PANEL,
    DROP_EVERY = 4,   /* panels between two looks for queries that are done */
    POLL = 32,        /* panels between two looks whether the call is to stop */
    HEAD_PANELS = 16, /* panels that the first thresholds are taken from, at most */
    HEAD_K = 24,      /* longest list that has a first threshold */
    FEW = WRMF_I_SCORE_FEW,
};

/* ---- rounding ---- */

/* A row x rounded to x^ = step * q; lengths are upper bounds. */
typedef struct rounded {
    double length; /* |x^| */
    double loss;   /* |x - x^| */
    int32_t sum;   /* of all q */
} rounded;

/* Round a row. Word k of its coordinates, with the offset added, goes to words[k * apart]. */
static rounded round_row(const wrmf_i_screen_kernels *kernels, const real *row, int64_t n,
                         double step, int offset, int32_t *words, int64_t apart)
{
    const int bits = kernels->bits, in_word = 32 / bits;
    const uint32_t mask = (UINT32_C(1) << bits) - 1;
    const double per_step = 1 / step;
    double squares = 0, lost = 0, most = 0;
    int32_t sum = 0;
    for (int64_t first = 0; first < n; first += in_word) {
        uint32_t word = 0;
        for (int i = 0; i < in_word; i++) {
            const double x = first + i < n ? (double)row[first + i] : 0;
            const int32_t q = nearest(x, per_step);
            const double loss = x - (double)q * step;
            squares += (double)q * (double)q;
            lost += loss * loss;
            most = fabs(loss) > most ? fabs(loss) : most;
            sum += q;
            word |= ((uint32_t)(q + offset) & mask) << i * bits;
        }
        memcpy(&words[first / in_word * apart], &word, sizeof word);
    }
    return (rounded){sqrt(squares) * step * UPWARDS, length_of(most, lost, n), sum};
}

/* ---- the ranked rows ---- */

void RFN(screen_measure)(const wrmf_i_table *table, wrmf_i_screen *screen, int64_t first,
                         int64_t last)
{
    for (int64_t i = first; i < last; i++) {
        const real *row = (const real *)table->rows.data + i * table->rows.stride;
        if (table->unit) {
            real *const unit = (real *)screen->unit + i * table->rows.factors;
            RFN(copy_row)(table, i, unit);
            row = unit;
        }
        screen->lengths[i] =
            row_length(row, (double)real_largest(row, table->rows.factors), table->rows.factors);
    }
}

void RFN(screen_pack)(const wrmf_i_table *table, wrmf_i_screen *screen, int64_t first, int64_t last)
{
    const int64_t size = screen->words * PANEL;
    for (int64_t panel = first; panel < last; panel++) {
        int32_t *const words = screen->packed + panel * size;
        const int32_t *const order = screen->order + panel * PANEL;
        const int64_t left = table->rows.n - panel * PANEL, n = left < PANEL ? left : PANEL;
        double largest = 0, length = 0, loss = 0;
        if (n < PANEL)
            memset(words, 0, (size_t)size * sizeof *words);
        for (int64_t i = 0; i < n; i++) {
            const real *const row = (const real *)screen->rows + order[i] * screen->stride;
            largest = fmax(largest, (double)real_largest(row, table->rows.factors));
            length = fmax(length, screen->lengths[order[i]]);
        }
        const double step = step_of(largest, screen->kernels->largest);
        for (int64_t i = 0; i < n; i++) {
            const real *const row = (const real *)screen->rows + order[i] * screen->stride;
            const rounded done = round_row(screen->kernels, row, table->rows.factors, step,
                                           screen->kernels->offset, words + i, PANEL);
            loss = fmax(loss, done.loss);
        }
        screen->bounds[panel] = (wrmf_i_screen_panel){words, length, loss, 1 / step};
    }
}

/* ---- queries ---- */

/* The queries of a block that are not done, side by side: number i of each array is one. Those
 * that are done are taken out, so an i is not a query's number in the block. */
typedef struct active_queries {
    wrmf_i_screen_queries bounds;
    int32_t number[WRMF_I_SCREEN_QUERIES]; /* in the block */
    double length[WRMF_I_SCREEN_QUERIES];  /* |x|, with what rounding may add to scores */
    uint64_t masks[WRMF_I_SCREEN_QUERIES]; /* rows of a panel that may reach the threshold */
    double floor[WRMF_I_SCREEN_QUERIES];   /* no score below it is in the list */
    double underflow; /* a score of f products may lose this below the normal numbers */
    const wrmf_i_table *table;
    const score_kernels *kernels;
    wrmf_i_row_query *queries;                /* of the block */
    const real *rows;                         /* their rows, one after another */
    uint64_t (*filters)[WRMF_I_FILTER_WORDS]; /* their filters */
    /* pairs that wait to be scored together */
    const real *x[FEW], *y[FEW];
    int32_t active[FEW], row[FEW];
    int waiting;
} active_queries;

/* A screened ranking's scratch. */
typedef struct space {
    uint64_t (*filters)[WRMF_I_FILTER_WORDS]; /* RANK_BLOCK */
    uint64_t (*marks)[WRMF_I_RANK_BLOCK];     /* HEAD_PANELS: rows of a panel that are left out */
    float (*peaks)[PANEL];                    /* RANK_BLOCK */
    real *rows;                               /* RANK_BLOCK x factors */
    int32_t *words;                           /* RANK_BLOCK x words */
} space;

static size_t lay_out(space *s, void *memory, int64_t factors)
{
    const size_t f = (size_t)factors;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->filters = wrmf_i_carve(&carver, WRMF_I_RANK_BLOCK, sizeof *s->filters);
    s->marks = wrmf_i_carve(&carver, HEAD_PANELS, sizeof *s->marks);
    s->peaks = wrmf_i_carve(&carver, WRMF_I_RANK_BLOCK, sizeof *s->peaks);
    s->rows = wrmf_i_carve(&carver, f, WRMF_I_RANK_BLOCK * sizeof *s->rows);
    s->words = wrmf_i_carve(&carver, (f + 1) / 2, WRMF_I_RANK_BLOCK * sizeof *s->words);
    return wrmf_i_carver_bytes(&carver);
}

size_t RFN(screen_scratch)(int64_t factors)
{
    space s;
    return lay_out(&s, NULL, factors);
}

/* Add a query of the block; false if its numbers are so large that bounds could overflow. */
static bool add_query(active_queries *a, int64_t number, double largest, int32_t *words)
{
    const wrmf_i_screen *const screen = a->table->screen;
    const wrmf_i_screen_kernels *const kernels = screen->kernels;
    const int64_t f = a->table->rows.factors, i = a->bounds.n;
    const real *const row = a->rows + number * f;
    const double length = row_length(row, largest, f), step = step_of(largest, kernels->largest);
    if (!(length < WRMF_I_SCREEN_LONGEST) || !(length * screen->bounds[0].length < REAL_MAX / 2))
        return false;
    const rounded done = round_row(kernels, row, f, step, 0, words, 1);
    const double rounding = score_rounding(f);
    a->bounds.words[i] = words;
    const wrmf_i_filter *const filter = &a->queries[number].filter;
    a->floor[i] = filter->has_minimum ? filter->minimum - a->underflow : -INFINITY;
    a->bounds.threshold[i] = a->floor[i];
    a->bounds.loss[i] = done.loss + rounding * length;
    a->bounds.length[i] = done.length;
    a->bounds.per_step[i] = 1 / step;
    a->bounds.shift[i] = kernels->offset * done.sum;
    a->length[i] = length * (1 + rounding);
    a->number[i] = (int32_t)number;
    a->bounds.n++;
    return true;
}

/* Take out the queries whose thresholds no row of this length, or less, can reach. */
static void drop_done(active_queries *a, double length)
{
    wrmf_i_screen_queries *const bounds = &a->bounds;
    int64_t kept = 0;
    for (int64_t i = 0; i < bounds->n; i++) {
        if (a->length[i] * length < bounds->threshold[i])
            continue;
        if (kept < i) {
            bounds->words[kept] = bounds->words[i];
            bounds->threshold[kept] = bounds->threshold[i];
            bounds->loss[kept] = bounds->loss[i];
            bounds->length[kept] = bounds->length[i];
            bounds->per_step[kept] = bounds->per_step[i];
            bounds->shift[kept] = bounds->shift[i];
            a->length[kept] = a->length[i];
            a->floor[kept] = a->floor[i];
            a->number[kept] = a->number[i];
        }
        kept++;
    }
    bounds->n = kept;
}

static void offer(active_queries *a, int32_t i, int32_t row, real score)
{
    wrmf_i_top *const top = &a->queries[a->number[i]].top;
    if (a->table->unit)
        score = RFN(cosine)(score);
    if (top->size == top->k && (double)score < top->entries[0].score)
        return;
    wrmf_i_top_offer(top, (double)score, row);
    if (top->size == top->k)
        a->bounds.threshold[i] = fmax(top->entries[0].score - a->underflow, a->floor[i]);
}

static void score_waiting(active_queries *a)
{
    real scores[FEW];
    for (int i = a->waiting; i < FEW; i++) {
        a->x[i] = a->x[0];
        a->y[i] = a->y[0];
    }
    a->kernels->few(a->x, a->y, a->table->rows.factors, scores);
    for (int i = 0; i < a->waiting; i++)
        offer(a, a->active[i], a->row[i], scores[i]);
    a->waiting = 0;
}

/* Score the rows of a panel that may reach a threshold, less those that are left out. Bits of
 * `present` are set where the panel has a row; order has the rows' numbers. */
static void score_panel(active_queries *a, const int32_t *order, uint64_t present)
{
    const wrmf_i_screen *const screen = a->table->screen;
    const int64_t f = a->table->rows.factors;
    for (int32_t i = 0; i < a->bounds.n; i++) {
        const int32_t number = a->number[i];
        uint64_t mask = a->masks[i] & present;
        while (mask) {
            const int32_t row = order[__builtin_ctzll(mask)];
            const real *const y = (const real *)screen->rows + row * screen->stride;
            mask &= mask - 1;
            if (!wrmf_i_filter_passes(&a->queries[number].filter, a->filters[number], row))
                continue;
            for (int64_t k = 0; k < f; k += 64 / (int64_t)sizeof(real))
                __builtin_prefetch(y + k);
            a->x[a->waiting] = a->rows + number * f;
            a->y[a->waiting] = y;
            a->active[a->waiting] = i;
            a->row[a->waiting] = row;
            if (++a->waiting == FEW)
                score_waiting(a);
        }
    }
    if (a->waiting > 0)
        score_waiting(a);
}

/* Set in marks[panel][i] the bits of rows that query i leaves out. */
static void mark_left_out(const active_queries *a, int64_t panels,
                          uint64_t (*marks)[WRMF_I_RANK_BLOCK])
{
    const wrmf_i_screen *const screen = a->table->screen;
    memset(marks, 0, (size_t)panels * sizeof *marks);
    for (int64_t i = 0; i < a->bounds.n; i++) {
        const wrmf_i_filter *const filter = &a->queries[a->number[i]].filter;
        for (int set = 0; set < filter->n_sets; set++)
            for (int64_t j = 0; j < filter->left_out[set].n; j++) {
                const int32_t place = screen->place[filter->left_out[set].rows[j]];
                if (place < panels * PANEL)
                    marks[place / PANEL][i] |= UINT64_C(1) << place % PANEL;
            }
        for (int64_t place = 0; filter->allowed && place < panels * PANEL; place++)
            if (!wrmf_i_bit_is_set(filter->allowed, screen->order[place]))
                marks[place / PANEL][i] |= UINT64_C(1) << place % PANEL;
    }
}

/* First thresholds, from lower bounds of the scores of the longest rows. The rows at places j,
 * j + 64, ... share peak j, the highest of their bounds; so k peaks belong to k rows. */
static void find_first_thresholds(active_queries *a, space *s)
{
    const wrmf_i_screen *const screen = a->table->screen;
    int64_t panels = screen->panels / 8;
    panels = panels < HEAD_PANELS ? panels : HEAD_PANELS;
    if (panels == 0)
        return;
    for (int64_t i = 0; i < a->bounds.n; i++) { /* peaks are floats, which must not overflow */
        const double most = a->length[i] * screen->bounds[0].length;
        if (a->queries[a->number[i]].top.k > HEAD_K || !(most > 1e-25 && most < 1e25))
            return;
        for (int j = 0; j < PANEL; j++)
            s->peaks[i][j] = -INFINITY;
    }
    mark_left_out(a, panels, s->marks);
    for (int64_t panel = 0; panel < panels; panel++)
        screen->kernels->peak(&a->bounds, &screen->bounds[panel], screen->words, s->marks[panel],
                              s->peaks[0]);
    for (int64_t i = 0; i < a->bounds.n; i++) {
        const float peak = screen->kernels->kth(s->peaks[i], a->queries[a->number[i]].top.k);
        /* a float may lose this below the normal numbers */
        a->floor[i] = fmax(a->floor[i], (double)peak - 1e-36);
        a->bounds.threshold[i] = a->floor[i];
    }
}

static void scan_panels(const wrmf_i_ranking *ranking, active_queries *a)
{
    const wrmf_i_screen *const screen = a->table->screen;
    for (int64_t panel = 0; panel < screen->panels; panel++) {
        const wrmf_i_screen_panel *const bounds = &screen->bounds[panel];
        if (panel % DROP_EVERY == 0)
            drop_done(a, bounds->length);
        if (a->bounds.n == 0 || (panel % POLL == 0 && wrmf_i_rank_should_stop(ranking)))
            break;
        const int64_t left = a->table->rows.n - panel * PANEL;
        const uint64_t present = left < PANEL ? (UINT64_C(1) << left) - 1 : ~UINT64_C(0);
        screen->kernels->reach(&a->bounds, bounds, screen->words, a->masks);
        score_panel(a, screen->order + panel * PANEL, present);
    }
}

bool RFN(rank_screened)(const wrmf_i_ranking *ranking, wrmf_i_row_query *queries, int64_t n,
                        void *scratch)
{
    const wrmf_i_table *const table = &ranking->ranked;
    const int64_t f = table->rows.factors;
    space s;
    lay_out(&s, scratch, f);
    active_queries a = {.underflow = (double)f * (double)REAL_TRUE_MIN,
                        .table = table,
                        .kernels = kernels_of(ranking->cpu),
                        .queries = queries,
                        .rows = s.rows,
                        .filters = s.filters};
    bool zero[WRMF_I_RANK_BLOCK];
    for (int64_t q = 0; q < n; q++) {
        real *const row = s.rows + q * f;
        RFN(copy_row)(&ranking->asking, queries[q].row, row);
        wrmf_i_filter_mark(&queries[q].filter, s.filters[q]);
        const double largest = (double)real_largest(row, f);
        zero[q] = largest == 0;
        if (queries[q].top.k > 0 && !zero[q] &&
            !add_query(&a, q, largest, s.words + q * table->screen->words))
            return false;
    }
    for (int64_t q = 0; q < n; q++)
        if (zero[q])
            wrmf_i_filter_offer_zeros(&queries[q].filter, table->rows.n, &queries[q].top);
    find_first_thresholds(&a, &s);
    scan_panels(ranking, &a);
    for (int64_t q = 0; q < n && !wrmf_i_rank_should_stop(ranking); q++)
        wrmf_i_top_sort(&queries[q].top);
    return true;
}

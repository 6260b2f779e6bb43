/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact pruning in one precision: rows are rounded, panel by panel, and each query
 * goes over them until nothing that is left can enter its list.
 */
#include <math.h>
#include <string.h>

#include "base/carve.h"
#include "linalg/real.h"
#include "linalg/score_kernels.h"
#include "rank/rank_tmpl.h"
#include "rank/screen.h"

#if WRMF_BITS == 32
typedef wrmf_i_score_kernels_f32 score_kernels;
#define LEAST FLT_TRUE_MIN
#else
typedef wrmf_i_score_kernels_f64 score_kernels;
#define LEAST DBL_TRUE_MIN
#endif

enum {
    PANEL = WRMF_I_SCREEN_PANEL,
    FILTER = 32,  /* words of 64 bits: which remainders of row numbers are left out */
    PATIENCE = 4, /* panels between two looks for queries that are done */
    HEAD = 16,    /* panels gone over for first thresholds, */
    HEAD_K = 24,  /* of lists that are not longer */
    FEW = WRMF_I_SCORE_FEW,
};

/* ---- rounding ---- */

/* What a length in float64 may lack, and steps that stay normal numbers. */
static const double UPWARDS = 1 + 1e-9, LEAST_STEP = 1e-120;

/* The length of numbers, or more, from the largest and the sum of squares. */
static double length_of(double largest, double squares, int64_t n)
{
    if (largest > 1e-100 && largest < 1e100)
        return sqrt(squares) * UPWARDS;
    return largest * sqrt((double)n) * UPWARDS; /* squares may not be numbers */
}

static double row_length(const real *row, double largest, int64_t n)
{
    double squares[4] = {0};
    int64_t k = 0;
    for (; k + 4 <= n; k += 4)
        for (int i = 0; i < 4; i++)
            squares[i] += (double)row[k + i] * (double)row[k + i];
    for (; k < n; k++)
        squares[0] += (double)row[k] * (double)row[k];
    return length_of(largest, squares[0] + squares[1] + squares[2] + squares[3], n);
}

static double step_for(const wrmf_i_screen_kernels *kernels, double largest)
{
    const double step = largest / kernels->largest;
    return step > LEAST_STEP ? step : LEAST_STEP;
}

/* What became of a row. */
typedef struct rounded {
    double length, loss; /* |x^|, |x - x^| */
    int32_t sum;         /* of q */
} rounded;

/* Word k goes to words[k * apart]. */
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
            const int32_t q = (int32_t)(x * per_step + 1024.5) - 1024; /* q is above -1024 */
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

/* ---- the table ---- */

void RFN(screen_measure)(const wrmf_i_table *table, wrmf_i_screen *screen, int64_t first,
                         int64_t last)
{
    for (int64_t i = first; i < last; i++) {
        const real *row = (const real *)table->rows + i * table->stride;
        if (table->unit) {
            real *const unit = (real *)screen->unit + i * table->factors;
            RFN(copy_row)(table, i, unit);
            row = unit;
        }
        screen->lengths[i] =
            row_length(row, (double)real_largest(row, table->factors), table->factors);
    }
}

void RFN(screen_pack)(const wrmf_i_table *table, wrmf_i_screen *screen, int64_t first, int64_t last)
{
    const int64_t size = screen->words * PANEL;
    for (int64_t panel = first; panel < last; panel++) {
        int32_t *const words = screen->packed + panel * size;
        const int32_t *const order = screen->order + panel * PANEL;
        const int64_t left = table->n - panel * PANEL, n = left < PANEL ? left : PANEL;
        double largest = 0, length = 0, loss = 0;
        if (n < PANEL)
            memset(words, 0, (size_t)size * sizeof *words);
        for (int64_t i = 0; i < n; i++) {
            const real *const row = (const real *)screen->rows + order[i] * screen->stride;
            largest = fmax(largest, (double)real_largest(row, table->factors));
            length = fmax(length, screen->lengths[order[i]]);
        }
        const double step = step_for(screen->kernels, largest);
        for (int64_t i = 0; i < n; i++) {
            const real *const row = (const real *)screen->rows + order[i] * screen->stride;
            const rounded done = round_row(screen->kernels, row, table->factors, step,
                                           screen->kernels->offset, words + i, PANEL);
            loss = fmax(loss, done.loss);
        }
        screen->bounds[panel] = (wrmf_i_screen_panel){words, length, loss, 1 / step};
    }
}

/* ---- queries ---- */

/* Queries that are not done yet, side by side. */
typedef struct walk {
    wrmf_i_screen_queries at;
    int32_t query[WRMF_I_SCREEN_QUERIES]; /* which of the block */
    double reach[WRMF_I_SCREEN_QUERIES];  /* |x|, with what rounding may add to scores */
    uint64_t masks[WRMF_I_SCREEN_QUERIES];
    double floor[WRMF_I_SCREEN_QUERIES]; /* the k-th best score is not below */
    double least;                        /* scores may lose this below the normal numbers */
    wrmf_i_query *queries;
    const real *rows;
    int64_t factors;
    bool unit;
    uint64_t (*filters)[FILTER];
    /* to be scored together */
    const real *x[FEW], *y[FEW];
    int32_t place[FEW], row[FEW];
    int n;
} walk;

typedef struct space {
    uint64_t (*filters)[FILTER];
    uint64_t (*marks)[WRMF_I_RANK_BLOCK]; /* HEAD: a query's rows of the panel that are left out */
    float (*peaks)[PANEL];                /* RANK_BLOCK */
    real *rows;                           /* RANK_BLOCK x factors */
    int32_t *words;                       /* RANK_BLOCK x words */
} space;

static size_t lay_out(space *s, void *memory, int64_t factors)
{
    const size_t f = (size_t)factors;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->filters = wrmf_i_carve(&carver, WRMF_I_RANK_BLOCK, sizeof *s->filters);
    s->marks = wrmf_i_carve(&carver, HEAD, sizeof *s->marks);
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

static void fill_filter(const wrmf_i_query *query, uint64_t *filter)
{
    memset(filter, 0, FILTER * sizeof *filter);
    for (int64_t i = 0; i < query->n_left_out; i++)
        filter[query->left_out[i] / 64 % FILTER] |= UINT64_C(1) << query->left_out[i] % 64;
}

static bool is_left_out(const wrmf_i_query *query, const uint64_t *filter, int32_t row)
{
    return filter[row / 64 % FILTER] >> row % 64 & 1 &&
           wrmf_i_find_index(query->left_out, query->n_left_out, row) >= 0;
}

/* A row of zeros scores 0 with all: the first rows that are not left out. */
static void list_zeros(wrmf_i_query *query, int64_t n)
{
    int64_t out = 0;
    for (int32_t row = 0; row < n && query->top.size < query->top.k; row++) {
        if (out < query->n_left_out && query->left_out[out] == row)
            out++;
        else
            wrmf_i_top_offer(&query->top, 0, row);
    }
}

/* Add a query; false if its numbers are too large for bounds. */
static bool enter(walk *w, const wrmf_i_screen *screen, int64_t query, double largest,
                  int32_t *words)
{
    const wrmf_i_screen_kernels *const kernels = screen->kernels;
    const int64_t f = w->factors, i = w->at.n;
    const real *const row = w->rows + query * f;
    const double length = row_length(row, largest, f), step = step_for(kernels, largest);
    if (!(length < WRMF_I_SCREEN_LONGEST) || !(length * screen->bounds[0].length < REAL_MAX / 2))
        return false;
    const rounded done = round_row(kernels, row, f, step, 0, words, 1);
    /* a sum of f products is off by less than f + 1 roundings of |x||y|; and a cosine
     * that was rounded beyond 1 comes back by as much */
    const double rounding = 2 * (double)(f + 2) * REAL_EPSILON;
    w->at.words[i] = words;
    w->at.threshold[i] = w->floor[i] = -INFINITY;
    w->at.loss[i] = done.loss + rounding * length;
    w->at.length[i] = done.length;
    w->at.per_step[i] = 1 / step;
    w->at.shift[i] = kernels->offset * done.sum;
    w->reach[i] = length * (1 + rounding);
    w->query[i] = (int32_t)query;
    w->at.n++;
    return true;
}

/* Take out the queries to which no row of this length is of use. */
static void drop_done(walk *w, double length)
{
    wrmf_i_screen_queries *const at = &w->at;
    int64_t kept = 0;
    for (int64_t i = 0; i < at->n; i++) {
        if (w->reach[i] * length < at->threshold[i])
            continue;
        if (kept < i) {
            at->words[kept] = at->words[i];
            at->threshold[kept] = at->threshold[i];
            at->loss[kept] = at->loss[i];
            at->length[kept] = at->length[i];
            at->per_step[kept] = at->per_step[i];
            at->shift[kept] = at->shift[i];
            w->reach[kept] = w->reach[i];
            w->floor[kept] = w->floor[i];
            w->query[kept] = w->query[i];
        }
        kept++;
    }
    at->n = kept;
}

static void offer(walk *w, int32_t place, int32_t row, real score)
{
    const int32_t number = w->query[place];
    wrmf_i_query *const query = &w->queries[number];
    wrmf_i_top *const top = &query->top;
    if (w->unit)
        score = RFN(cosine)(score);
    if (top->size == top->k && (double)score < top->entries[0].score)
        return;
    wrmf_i_top_offer(top, (double)score, row);
    if (top->size == top->k)
        w->at.threshold[place] = fmax(top->entries[0].score - w->least, w->floor[place]);
}

static void score_few(walk *w, const score_kernels *kernels)
{
    real scores[FEW];
    for (int i = w->n; i < FEW; i++) {
        w->x[i] = w->x[0];
        w->y[i] = w->y[0];
    }
    kernels->few(w->x, w->y, w->factors, scores);
    for (int i = 0; i < w->n; i++)
        offer(w, w->place[i], w->row[i], scores[i]);
    w->n = 0;
}

/* Score the rows of a panel that came through. */
static void take_panel(walk *w, const wrmf_i_screen *screen, const score_kernels *kernels,
                       const int32_t *order, uint64_t there)
{
    for (int32_t place = 0; place < w->at.n; place++) {
        uint64_t mask = w->masks[place] & there;
        while (mask) {
            const int32_t row = order[__builtin_ctzll(mask)];
            const real *const y = (const real *)screen->rows + row * screen->stride;
            mask &= mask - 1;
            if (is_left_out(&w->queries[w->query[place]], w->filters[w->query[place]], row))
                continue;
            for (int64_t k = 0; k < w->factors; k += 64 / (int64_t)sizeof(real))
                __builtin_prefetch(y + k);
            w->x[w->n] = w->rows + w->query[place] * w->factors;
            w->y[w->n] = y;
            w->place[w->n] = place;
            w->row[w->n] = row;
            if (++w->n == FEW)
                score_few(w, kernels);
        }
    }
    if (w->n > 0)
        score_few(w, kernels);
}

/* Set in marks[panel][place] the bits of rows that are left out. */
static void mark_left_out(const walk *w, const wrmf_i_screen *screen, int64_t panels,
                          uint64_t (*marks)[WRMF_I_RANK_BLOCK])
{
    memset(marks, 0, (size_t)panels * sizeof *marks);
    for (int64_t place = 0; place < w->at.n; place++) {
        const wrmf_i_query *const query = &w->queries[w->query[place]];
        for (int64_t i = 0; i < query->n_left_out; i++) {
            const int32_t at = screen->place[query->left_out[i]];
            if (at < panels * PANEL)
                marks[at / PANEL][place] |= UINT64_C(1) << at % PANEL;
        }
    }
}

/* First thresholds: the best scores of the longest rows, by their lower bounds. Places i, i + 64,
 * ... share a peak; k peaks are scores of k rows. */
static void look_ahead(walk *w, const wrmf_i_screen *screen, space *s)
{
    int64_t panels = screen->panels / 8;
    panels = panels < HEAD ? panels : HEAD;
    if (panels == 0)
        return;
    for (int64_t i = 0; i < w->at.n; i++) { /* peaks are in single precision */
        const double most = w->reach[i] * screen->bounds[0].length;
        if (w->queries[w->query[i]].top.k > HEAD_K || !(most > 1e-25 && most < 1e25))
            return;
        for (int j = 0; j < PANEL; j++)
            s->peaks[i][j] = -INFINITY;
    }
    mark_left_out(w, screen, panels, s->marks);
    for (int64_t panel = 0; panel < panels; panel++)
        screen->kernels->peak(&w->at, &screen->bounds[panel], screen->words, s->marks[panel],
                              s->peaks[0]);
    for (int64_t i = 0; i < w->at.n; i++) {
        const float peak = screen->kernels->kth(s->peaks[i], w->queries[w->query[i]].top.k);
        w->floor[i] = (double)peak - 1e-36; /* what is below single precision's least */
        w->at.threshold[i] = w->floor[i];
    }
}

static void go_over_panels(walk *w, const wrmf_i_table *table, const score_kernels *kernels)
{
    const wrmf_i_screen *const screen = table->screen;
    for (int64_t panel = 0; panel < screen->panels; panel++) {
        const wrmf_i_screen_panel *const bounds = &screen->bounds[panel];
        if (panel % PATIENCE == 0)
            drop_done(w, bounds->length);
        if (w->at.n == 0)
            break;
        const int64_t left = table->n - panel * PANEL;
        const uint64_t there = left < PANEL ? (UINT64_C(1) << left) - 1 : ~UINT64_C(0);
        screen->kernels->reach(&w->at, bounds, screen->words, w->masks);
        take_panel(w, screen, kernels, screen->order + panel * PANEL, there);
    }
}

bool RFN(rank_screened)(const score_kernels *kernels, const wrmf_i_table *asking,
                        const wrmf_i_table *table, wrmf_i_query *queries, int64_t n, void *scratch)
{
    const wrmf_i_screen *const screen = table->screen;
    const int64_t f = table->factors;
    space s;
    lay_out(&s, scratch, f);
    walk w = {.least = (double)f * (double)LEAST,
              .queries = queries,
              .rows = s.rows,
              .factors = f,
              .unit = table->unit,
              .filters = s.filters};
    bool zero[WRMF_I_RANK_BLOCK];
    for (int64_t q = 0; q < n; q++) {
        real *const row = s.rows + q * f;
        RFN(copy_row)(asking, queries[q].row, row);
        fill_filter(&queries[q], s.filters[q]);
        const double largest = (double)real_largest(row, f);
        zero[q] = largest == 0;
        if (queries[q].top.k > 0 && !zero[q] &&
            !enter(&w, screen, q, largest, s.words + q * screen->words))
            return false;
    }
    for (int64_t q = 0; q < n; q++)
        if (zero[q])
            list_zeros(&queries[q], table->n);
    look_ahead(&w, screen, &s);
    go_over_panels(&w, table, kernels);
    for (int64_t q = 0; q < n; q++)
        wrmf_i_top_sort(&queries[q].top);
    return true;
}

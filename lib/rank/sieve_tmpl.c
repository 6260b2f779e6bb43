/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One list from a sieve, in one precision; and the rounding of a sieve's rows.
 */
#include <string.h>

#include "base/carve.h"
#include "rank/rank_real.h"
#include "rank/rank_tmpl.h"
#include "rank/rounding.h"
#include "rank/sieve.h"

#if WRMF_BITS == 32
#define SCALE_LEAST WRMF_I_SCALE_LEAST_F32
#define SCALE_MOST WRMF_I_SCALE_MOST_F32
#else
#define SCALE_LEAST WRMF_I_SCALE_LEAST_F64
#define SCALE_MOST WRMF_I_SCALE_MOST_F64
#endif

enum {
    PANEL = WRMF_I_SIEVE_PANEL,
    IN_WORD = WRMF_I_SIEVE_IN_WORD,
    LEAST = WRMF_I_SIEVE_LEAST,
    MOST = 15 + LEAST,
    FEW = WRMF_I_SCORE_FEW,
    TOGETHER = 8, /* panels between two looks at the threshold, once it has settled */
    EARLY = 8,    /* panels before that */
};

/* ---- the ranked rows ---- */

/* A row as it is ranked: in the table, or in `space` where unit rows are. */
static const real *ranked_row(const wrmf_i_table *table, int64_t row, real *space)
{
    if (!table->unit)
        return (const real *)table->rows.data + row * table->rows.stride;
    RFN(copy_row)(table, row, space);
    return space;
}

void RFN(measure)(const wrmf_i_table *table, int64_t first, int64_t last, double *lengths)
{
    const int64_t f = table->rows.factors;
    real space[WRMF_I_MAX_FACTORS];
    for (int64_t i = first; i < last; i++) {
        const real *const row = ranked_row(table, i, space);
        lengths[i] = row_length(row, (double)real_largest(row, f), f);
    }
}

/* A number as a whole number of steps, LEAST .. MOST. */
static int32_t rounded(double x, double per_step)
{
    double limited = x * per_step;
    limited = limited < LEAST ? LEAST : limited;
    return nearest(limited > MOST ? MOST : limited, 1);
}

/* The square of what rounding a row takes off its length, or more. */
static double squared_loss(const real *row, int64_t n, double step)
{
    const double per_step = 1 / step;
    double squares = 0;
    for (int64_t k = 0; k < n; k++) {
        const double loss = (double)row[k] - rounded((double)row[k], per_step) * step;
        squares += loss * loss;
    }
    return squares;
}

/* What rounding takes off the length of a row, at most. */
static double loss_of(const real *row, int64_t n, double step)
{
    const double per_step = 1 / step;
    double most = 0;
    for (int64_t k = 0; k < n; k++) {
        const double loss = fabs((double)row[k] - rounded((double)row[k], per_step) * step);
        most = loss > most ? loss : most;
    }
    return length_of(most, squared_loss(row, n, step), n);
}

/* A few large numbers may lose more so that all others lose less: the step is the one of some
 * parts of the largest that leaves the least loss. */
static double best_step(const real *row, int64_t n, double largest)
{
    static const double parts[] = {1, 0.85, 0.7, 0.58, 0.48, 0.4};
    const double widest = largest / MOST;
    double best = widest, least = INFINITY;
    if (!(widest > 1e-90 && widest < 1e90)) /* squares could over- or underflow */
        return widest;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const double loss = squared_loss(row, n, widest * parts[i]);
        if (loss < least) {
            least = loss;
            best = widest * parts[i];
        }
    }
    return best;
}

/* Word k of a row goes to words[k * PANEL]. */
static void pack_row(const real *row, int64_t n, double step, uint32_t *words)
{
    const double per_step = 1 / step;
    for (int64_t first = 0; first < n; first += IN_WORD) {
        uint32_t word = 0;
        for (int64_t i = 0; i < IN_WORD && first + i < n; i++)
            word |= (uint32_t)(rounded((double)row[first + i], per_step) - LEAST) << 4 * i;
        words[first / IN_WORD * PANEL] = word;
    }
}

/* A float that is not below a number between 0 and 2. */
static float float_from(double number)
{
    return (float)(number * (1 + 1e-6) + 1e-30);
}

/* Round row i of a panel: its step, its loss, and its words. A row so short that its step is next
 * to nothing is rounded to zeros. */
static void round_row(const real *row, int64_t n, double length, double scale, float *step,
                      float *loss, uint32_t *words)
{
    const double part = best_step(row, n, (double)real_largest(row, n)) / scale;
    *step = part > 1e-30 ? (float)part : 0;
    if (*step > 0) {
        pack_row(row, n, (double)*step * scale, words);
        *loss = float_from(loss_of(row, n, (double)*step * scale) / scale);
        return;
    }
    for (int64_t first = 0; first < n; first += IN_WORD)
        words[first / IN_WORD * PANEL] = 0;
    *loss = float_from(length / scale);
}

void RFN(sieve_pack)(const wrmf_i_table *table, wrmf_i_sieve *sieve, const double *lengths,
                     int64_t first, int64_t last)
{
    const int64_t size = wrmf_i_sieve_panel_size(sieve->words);
    real space[WRMF_I_MAX_FACTORS];
    for (int64_t panel = first; panel < last; panel++) {
        uint32_t *const packed = sieve->packed + panel * size;
        const int32_t *const order = sieve->order + panel * PANEL;
        const int64_t left = table->rows.n - panel * PANEL, n = left < PANEL ? left : PANEL;
        float steps[PANEL] = {0}, losses[PANEL] = {0};
        double length = 0;
        memset(packed, 0, (size_t)size * sizeof *packed);
        for (int64_t i = 0; i < n; i++)
            length = fmax(length, lengths[order[i]]);
        const double scale = fmax(length, LEAST_STEP);
        for (int64_t i = 0; i < n; i++)
            round_row(ranked_row(table, order[i], space), table->rows.factors, lengths[order[i]],
                      scale, &steps[i], &losses[i], packed + WRMF_I_SIEVE_ROWS + i);
        memcpy(packed + WRMF_I_SIEVE_STEPS, steps, sizeof steps);
        memcpy(packed + WRMF_I_SIEVE_LOSSES, losses, sizeof losses);
        sieve->bounds[panel] = (wrmf_i_sieve_panel){length, scale};
    }
}

/* ---- one list ---- */

/* A list's scratch. */
typedef struct space {
    uint64_t *marks; /* WRMF_I_FILTER_WORDS: of its filter */
    real *row;       /* factors: the asking row */
    int8_t *rounded; /* words * IN_WORD: the same, rounded */
    real *units;     /* FEW x factors: unit rows that wait */
} space;

static size_t lay_out(space *s, void *memory, int64_t factors)
{
    const size_t f = (size_t)factors;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->marks = wrmf_i_carve(&carver, WRMF_I_FILTER_WORDS, sizeof *s->marks);
    s->row = wrmf_i_carve(&carver, f, sizeof *s->row);
    s->rounded = wrmf_i_carve(&carver, f + IN_WORD, sizeof *s->rounded);
    s->units = wrmf_i_carve(&carver, f, FEW * sizeof *s->units);
    return wrmf_i_carver_bytes(&carver);
}

size_t RFN(sieve_scratch)(int64_t factors)
{
    space s;
    return lay_out(&s, NULL, factors);
}

/* A query on its way through the panels. */
typedef struct search {
    const wrmf_i_table *table;
    const score_kernels *kernels;
    const space *s;
    wrmf_i_row_query *query;
    wrmf_i_sieve_query bounds;
    double length;    /* |x|, with what rounding may add to scores */
    double floor;     /* no score below it is in the list */
    double underflow; /* a score of f products may lose this below the normal numbers */
    /* rows that wait to be scored together */
    const real *x[FEW], *y[FEW];
    int32_t row[FEW];
    int waiting;
} search;

/* `length` is finite. */
static void round_query(search *q, double largest, double length)
{
    const int64_t f = q->table->rows.factors;
    const double step = step_of(largest, WRMF_I_SIEVE_QUERY), per_step = 1 / step;
    const double rounding = score_rounding(f);
    double squares = 0, lost = 0, most = 0;
    int32_t sum = 0;
    memset(q->s->rounded, 0, (size_t)(q->bounds.words * IN_WORD));
    for (int64_t k = 0; k < f; k++) {
        const double x = (double)q->s->row[k];
        const int32_t whole = nearest(x, per_step);
        const double loss = x - (double)whole * step;
        q->s->rounded[k] = (int8_t)whole;
        squares += (double)whole * (double)whole;
        lost += loss * loss;
        most = fmax(most, fabs(loss));
        sum += whole;
    }
    q->bounds.loss = length_of(most, lost, f) + rounding * length;
    q->bounds.length = sqrt(squares) * UPWARDS;
    q->bounds.per_step = per_step;
    q->bounds.sum = sum;
    q->length = length * (1 + rounding);
}

/* Offer the rows that wait, with the scores that all lists have. */
static void score_waiting(search *q)
{
    wrmf_i_top *const top = &q->query->top;
    real scores[FEW];
    for (int i = q->waiting; i < FEW; i++)
        q->y[i] = q->y[0];
    q->kernels->few(q->x, q->y, q->table->rows.factors, scores);
    for (int i = 0; i < q->waiting; i++) {
        const real score = q->table->unit ? RFN(cosine)(scores[i]) : scores[i];
        if (top->size < top->k || !((double)score < top->entries[0].score))
            wrmf_i_top_offer(top, (double)score, q->row[i]);
    }
    q->waiting = 0;
    if (top->size == top->k)
        q->bounds.threshold = fmax(top->entries[0].score - q->underflow, q->floor);
}

static void add_row(search *q, int32_t row)
{
    q->y[q->waiting] = ranked_row(q->table, row, q->s->units + q->waiting * q->table->rows.factors);
    q->row[q->waiting] = row;
    if (++q->waiting == FEW)
        score_waiting(q);
}

/* Whether the cosine of a row, whose product with the query's unit row is known, can reach the
 * threshold: as in a full scan, the product times what makes the row a unit row is off by less
 * than `rounding`. */
static bool may_reach(const search *q, int32_t row, real product)
{
    const double rounding = 2 * (double)(q->table->rows.factors + 8) * (double)REAL_EPSILON;
    const double scale = q->table->unit_scales[row];
    if (!(scale >= SCALE_LEAST && scale <= SCALE_MOST))
        return true;
    return (double)product * scale >= q->bounds.threshold - rounding;
}

/* Rows that are not unit rows, n <= FEW of them: those that may have a cosine that counts are made
 * unit rows and added. */
static void add_rows(search *q, const int32_t *rows, int64_t n)
{
    const wrmf_i_table *const table = q->table;
    const real *y[FEW];
    real products[FEW];
    for (int i = 0; i < FEW; i++)
        y[i] = (const real *)table->rows.data + (i < n ? rows[i] : rows[0]) * table->rows.stride;
    q->kernels->few(q->x, y, table->rows.factors, products);
    for (int i = 0; i < n; i++)
        if (may_reach(q, rows[i], products[i]))
            add_row(q, rows[i]);
}

static void prefetch_row(const wrmf_i_table *table, int32_t row)
{
    const char *const at =
        (const char *)((const real *)table->rows.data + row * table->rows.stride);
    for (int64_t i = 0; i < table->rows.factors * (int64_t)sizeof(real); i += 64)
        __builtin_prefetch(at + i);
    if (table->unit && table->unit_scales)
        __builtin_prefetch(table->unit_scales + row);
}

/* Score the rows of n panels that may reach the threshold and may be in the list. What passes is
 * asked for first, so that it comes out of memory together. */
static void score_panels(search *q, const int32_t *order, const uint64_t *masks, int64_t n)
{
    int32_t found[TOGETHER * PANEL];
    int64_t n_found = 0;
    for (int64_t i = 0; i < n; i++)
        for (uint64_t mask = masks[i]; mask; mask &= mask - 1) {
            const int32_t row = order[i * PANEL + __builtin_ctzll(mask)];
            if (!wrmf_i_filter_passes(&q->query->filter, q->s->marks, row))
                continue;
            prefetch_row(q->table, row);
            found[n_found++] = row;
        }
    const bool can_judge = q->table->unit && q->table->unit_scales;
    for (int64_t i = 0; can_judge && i < n_found; i += FEW)
        add_rows(q, found + i, n_found - i < FEW ? n_found - i : FEW);
    for (int64_t i = 0; !can_judge && i < n_found; i++)
        add_row(q, found[i]);
    if (q->waiting > 0)
        score_waiting(q);
}

static void scan_panels(search *q, const wrmf_i_sieve *sieve, wrmf_i_cpu cpu)
{
    const wrmf_i_sieve_kernels *const kernels = wrmf_i_sieve_kernels_get(cpu);
    const int64_t rows = q->table->rows.n;
    for (int64_t panel = 0, n; panel < sieve->panels; panel += n) {
        uint64_t masks[TOGETHER];
        const int64_t left = sieve->panels - panel, most = left < TOGETHER ? left : TOGETHER;
        if (q->length * sieve->bounds[panel].length < q->bounds.threshold)
            return;
        n = panel < EARLY || q->query->top.size < q->query->top.k ? 1 : most;
        kernels->reach(&q->bounds, sieve->bounds + panel,
                       sieve->packed + panel * wrmf_i_sieve_panel_size(sieve->words), n, masks);
        if ((panel + n) * PANEL > rows)
            masks[n - 1] &= (UINT64_C(1) << rows % PANEL) - 1;
        score_panels(q, sieve->order + panel * PANEL, masks, n);
    }
}

bool RFN(rank_sieved)(const wrmf_i_ranking *ranking, wrmf_i_row_query *query, void *scratch)
{
    const wrmf_i_table *const table = &ranking->ranked;
    const wrmf_i_sieve *const sieve = table->sieve;
    const int64_t f = table->rows.factors;
    space s;
    lay_out(&s, scratch, f);
    search q = {.table = table,
                .kernels = kernels_of(ranking->cpu),
                .s = &s,
                .query = query,
                .bounds = {.row = s.rounded, .words = sieve->words},
                .underflow = (double)f * (double)REAL_TRUE_MIN};
    if (sieve->panels == 0)
        return false;
    RFN(copy_row)(&ranking->asking, query->row, s.row);
    const double largest = (double)real_largest(s.row, f);
    if (largest == 0) {
        wrmf_i_filter_offer_zeros(&query->filter, table->rows.n, &query->top);
        wrmf_i_top_sort(&query->top);
        return true;
    }
    const double length = row_length(s.row, largest, f);
    if (!(length < WRMF_I_SCREEN_LONGEST)) /* or a number of a damaged file is not finite */
        return false;
    round_query(&q, largest, length);
    if (!(q.length * sieve->bounds[0].length < REAL_MAX / 2))
        return false;
    q.floor = query->filter.has_minimum ? query->filter.minimum - q.underflow : -INFINITY;
    q.bounds.threshold = q.floor;
    for (int i = 0; i < FEW; i++)
        q.x[i] = s.row;
    wrmf_i_filter_mark(&query->filter, s.marks);
    scan_panels(&q, sieve, ranking->cpu);
    wrmf_i_top_sort(&query->top);
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A list whose candidates are given, in one precision: they alone are scored.
 */
#include "base/carve.h"
#include "rank/rank_real.h"
#include "rank/rank_tmpl.h"

enum { FEW = WRMF_I_SCORE_FEW };

/* A list's scratch. */
typedef struct space {
    uint64_t *marks; /* WRMF_I_FILTER_WORDS: of its filter */
    real *row;       /* factors: the asking row */
    real *units;     /* FEW x factors: unit rows that wait */
} space;

static size_t lay_out(space *s, void *memory, int64_t factors)
{
    const size_t f = (size_t)factors;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->marks = wrmf_i_carve(&carver, WRMF_I_FILTER_WORDS, sizeof *s->marks);
    s->row = wrmf_i_carve(&carver, f, sizeof *s->row);
    s->units = wrmf_i_carve(&carver, f, FEW * sizeof *s->units);
    return wrmf_i_carver_bytes(&carver);
}

size_t RFN(chosen_scratch)(int64_t factors)
{
    space s;
    return lay_out(&s, NULL, factors);
}

/* Offer n <= FEW rows. */
static void offer_rows(const score_kernels *kernels, const wrmf_i_table *table,
                       wrmf_i_row_query *query, const space *s, const int32_t *rows, int n)
{
    const int64_t f = table->rows.factors;
    const real *x[FEW], *y[FEW];
    real scores[FEW];
    for (int i = 0; i < FEW; i++) {
        const int64_t row = rows[i < n ? i : 0]; /* the first one fills the places behind n */
        x[i] = s->row;
        y[i] = (const real *)table->rows.data + row * table->rows.stride;
        if (table->unit) {
            RFN(copy_row)(table, row, s->units + i * f);
            y[i] = s->units + i * f;
        }
    }
    kernels->few(x, y, f, scores);
    for (int i = 0; i < n; i++)
        wrmf_i_top_offer(&query->top, (double)(table->unit ? RFN(cosine)(scores[i]) : scores[i]),
                         rows[i]);
}

void RFN(rank_chosen)(const wrmf_i_ranking *ranking, wrmf_i_row_query *query, void *scratch)
{
    const wrmf_i_table *const table = &ranking->ranked;
    const wrmf_i_row_set *const chosen = &query->filter.chosen;
    const score_kernels *const kernels = kernels_of(ranking->cpu);
    int32_t rows[FEW];
    int waiting = 0;
    space s;
    lay_out(&s, scratch, table->rows.factors);
    RFN(copy_row)(&ranking->asking, query->row, s.row);
    wrmf_i_filter_mark(&query->filter, s.marks);
    for (int64_t i = 0; i < chosen->n && query->top.k > 0; i++) {
        if (!wrmf_i_filter_passes(&query->filter, s.marks, chosen->rows[i]))
            continue;
        rows[waiting++] = chosen->rows[i];
        if (waiting == FEW) {
            offer_rows(kernels, table, query, &s, rows, waiting);
            waiting = 0;
        }
    }
    if (waiting > 0)
        offer_rows(kernels, table, query, &s, rows, waiting);
    wrmf_i_top_sort(&query->top);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scores of pairs and of blocks of rows, for rows as they are, without lists and without memory
 * besides the stack's.
 */
#include "rank/rank_real.h"
#include "rank/rank_tmpl.h"

enum {
    FEW = WRMF_I_SCORE_FEW,
    USERS = WRMF_I_TILE_USERS,
    PANEL = WRMF_I_PANEL_BYTES / (int)sizeof(real),
    STACK_BYTES = 1 << 14,                           /* of a panel on the stack */
    MOST_FACTORS = STACK_BYTES / WRMF_I_PANEL_BYTES, /* that a panel there may have */
};

static const real *row_of(const wrmf_i_table *table, int64_t row)
{
    return (const real *)table->rows.data + row * table->rows.stride;
}

static int64_t index_of(const int64_t *indices, int64_t i)
{
    return indices ? indices[i] : i;
}

static void put(wrmf_i_numbers to, int64_t at, const real *scores, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (to.float32)
            to.float32[at + i] = (float)scores[i];
        else
            to.float64[at + i] = (double)scores[i];
}

/* n <= FEW scores; places behind the n of x and y are filled. */
static void score_few(const score_kernels *kernels, const real **x, const real **y, int64_t n,
                      int64_t factors, real *scores)
{
    for (int64_t i = n; i < FEW; i++) {
        x[i] = x[0];
        y[i] = y[0];
    }
    kernels->few(x, y, factors, scores);
}

void RFN(score_pairs)(const wrmf_i_ranking *ranking, const int64_t *rows, const int64_t *others,
                      int64_t n, wrmf_i_numbers to)
{
    const score_kernels *const kernels = kernels_of(ranking->cpu);
    for (int64_t first = 0; first < n; first += FEW) {
        const int64_t here = n - first < FEW ? n - first : FEW;
        const real *x[FEW], *y[FEW];
        real scores[FEW];
        for (int64_t i = 0; i < here; i++) {
            x[i] = row_of(&ranking->asking, rows[first + i]);
            y[i] = row_of(&ranking->ranked, others[first + i]);
        }
        score_few(kernels, x, y, here, ranking->ranked.rows.factors, scores);
        put(to, first, scores, here);
    }
}

/* Long rows: each asking row with a few of the others at a time. */
static void block_of_long(const wrmf_i_ranking *ranking, const wrmf_i_score_block *b)
{
    const score_kernels *const kernels = kernels_of(ranking->cpu);
    for (int64_t u = 0; u < b->n_rows; u++)
        for (int64_t first = 0; first < b->n_others; first += FEW) {
            const int64_t here = b->n_others - first < FEW ? b->n_others - first : FEW;
            const real *x[FEW], *y[FEW];
            real scores[FEW];
            for (int64_t i = 0; i < here; i++) {
                x[i] = row_of(&ranking->asking, index_of(b->rows, u));
                y[i] = row_of(&ranking->ranked, index_of(b->others, first + i));
            }
            score_few(kernels, x, y, here, ranking->ranked.rows.factors, scores);
            put(b->to, u * b->n_others + first, scores, here);
        }
}

/* A panel of the others with all asking rows, a tile at a time. */
static void score_panel(const wrmf_i_ranking *ranking, const wrmf_i_score_block *b, int64_t first,
                        int64_t n)
{
    const score_kernels *const kernels = kernels_of(ranking->cpu);
    const int64_t f = ranking->ranked.rows.factors;
    real panel[PANEL * MOST_FACTORS], x[USERS * MOST_FACTORS], scores[USERS * PANEL];
    memset(panel, 0, sizeof(real) * (size_t)(PANEL * f));
    for (int64_t i = 0; i < n; i++) {
        const real *const y = row_of(&ranking->ranked, index_of(b->others, first + i));
        for (int64_t k = 0; k < f; k++)
            panel[k * PANEL + i] = y[k];
    }
    for (int64_t u = 0; u < b->n_rows; u += USERS) {
        const int64_t here = b->n_rows - u < USERS ? b->n_rows - u : USERS;
        for (int64_t i = 0; i < USERS; i++) /* the last row fills the tile */
            memcpy(x + i * f,
                   row_of(&ranking->asking, index_of(b->rows, u + (i < here ? i : here - 1))),
                   sizeof(real) * (size_t)f);
        if (here == 1)
            kernels->single(x, f, panel, scores);
        else
            kernels->tile(x, f, panel, scores);
        for (int64_t i = 0; i < here; i++)
            put(b->to, (u + i) * b->n_others + first, scores + i * PANEL, n);
    }
}

void RFN(score_block)(const wrmf_i_ranking *ranking, const wrmf_i_score_block *b)
{
    if (ranking->ranked.rows.factors > MOST_FACTORS) {
        block_of_long(ranking, b);
        return;
    }
    for (int64_t first = 0; first < b->n_others; first += PANEL)
        score_panel(ranking, b, first, b->n_others - first < PANEL ? b->n_others - first : PANEL);
}

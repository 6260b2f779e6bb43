/* SPDX-License-Identifier: BSD-2-Clause */
#include "rank/rank.h"

#include "base/carve.h"
#include "rank/rank_tmpl.h"

enum { PACK_PANELS = 8 }; /* panels that a task packs */

static int64_t panel_count(const wrmf_i_table *table)
{
    const int64_t rows = wrmf_i_rank_functions_of(table)->panel_rows;
    return (table->rows.n + rows - 1) / rows;
}

size_t wrmf_i_table_panel_bytes(const wrmf_i_table *table)
{
    wrmf_i_carver carver = wrmf_i_carver_over(NULL);
    (void)wrmf_i_carve_matrix(&carver, (size_t)panel_count(table), (size_t)table->rows.factors,
                              WRMF_I_PANEL_BYTES);
    return wrmf_i_carver_bytes(&carver);
}

typedef struct pack_job {
    const wrmf_i_table *table;
    void *memory;
    wrmf_i_cpu cpu;
    int64_t panels;
} pack_job;

static void pack_chunk(void *self, size_t chunk, size_t worker)
{
    const pack_job *const job = self;
    const int64_t first = (int64_t)chunk * PACK_PANELS;
    const int64_t last = first + PACK_PANELS < job->panels ? first + PACK_PANELS : job->panels;
    (void)worker;
    wrmf_i_rank_functions_of(job->table)
        ->pack_panels(job->cpu, job->table, first, last, job->memory);
}

wrmf_status wrmf_i_table_pack(wrmf_context *context, wrmf_i_table *table, void *memory,
                              wrmf_error *err)
{
    pack_job job = {table, memory, context->cpu, panel_count(table)};
    table->panels = memory;
    return wrmf_i_parallel(context, (size_t)((job.panels + PACK_PANELS - 1) / PACK_PANELS),
                           pack_chunk, &job, err);
}

size_t wrmf_i_rank_scratch(const wrmf_i_table *table)
{
    return wrmf_i_rank_functions_of(table)->scratch(table->rows.factors);
}

bool wrmf_i_rank(const wrmf_i_ranking *ranking, wrmf_i_row_query *queries, int64_t n,
                 const wrmf_i_on_scores *on_scores, void *scratch)
{
    wrmf_i_rank_functions_of(&ranking->ranked)->rank(ranking, queries, n, on_scores, scratch);
    if (wrmf_i_rank_should_stop(ranking))
        return false;
    for (int64_t q = 0; q < n; q++)
        wrmf_i_filter_cut(&queries[q].filter, &queries[q].top);
    return true;
}

double wrmf_i_score(const wrmf_i_ranking *ranking, int64_t row, int64_t other)
{
    return wrmf_i_rank_functions_of(&ranking->ranked)->score(ranking, row, other);
}

void wrmf_i_score_pairs(const wrmf_i_ranking *ranking, const int64_t *rows, const int64_t *others,
                        int64_t n, wrmf_i_numbers to)
{
    wrmf_i_rank_functions_of(&ranking->ranked)->score_pairs(ranking, rows, others, n, to);
}

void wrmf_i_score_all(const wrmf_i_ranking *ranking, const wrmf_i_score_block *block)
{
    wrmf_i_rank_functions_of(&ranking->ranked)->score_block(ranking, block);
}

void wrmf_i_scores(const wrmf_i_ranking *ranking, int64_t row, const int32_t *others, int64_t n,
                   double *scores, void *scratch)
{
    wrmf_i_rank_functions_of(&ranking->ranked)->scores(ranking, row, others, n, scores, scratch);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "rank/rank.h"

#include "base/carve.h"
#include "linalg/score_kernels.h"
#include "rank/rank_tmpl.h"

enum { PACK_PANELS = 32 }; /* panels a task packs */

static int64_t panel_count(const wrmf_i_table *table)
{
    return table->bits == 32 ? wrmf_i_panel_count_f32(table->n) : wrmf_i_panel_count_f64(table->n);
}

size_t wrmf_i_table_panel_bytes(const wrmf_i_table *table)
{
    wrmf_i_carver carver = wrmf_i_carver_over(NULL);
    (void)wrmf_i_carve_matrix(&carver, (size_t)panel_count(table), (size_t)table->factors,
                              WRMF_I_PANEL_BYTES);
    return wrmf_i_carver_bytes(&carver);
}

typedef struct pack_job {
    wrmf_i_table *table;
    wrmf_i_cpu cpu;
    int64_t panels;
} pack_job;

static void pack_chunk(void *self, size_t chunk, size_t worker)
{
    const pack_job *const job = self;
    const int64_t first = (int64_t)chunk * PACK_PANELS;
    const int64_t last = first + PACK_PANELS < job->panels ? first + PACK_PANELS : job->panels;
    (void)worker;
    if (job->table->bits == 32)
        wrmf_i_pack_panels_f32(job->cpu, job->table, first, last, job->table->panels);
    else
        wrmf_i_pack_panels_f64(job->cpu, job->table, first, last, job->table->panels);
}

wrmf_status wrmf_i_table_pack(wrmf_context *context, wrmf_i_table *table, void *memory,
                              wrmf_error *err)
{
    table->panels = memory;
    pack_job job = {table, context->cpu, panel_count(table)};
    return wrmf_i_parallel(context, (size_t)((job.panels + PACK_PANELS - 1) / PACK_PANELS),
                           pack_chunk, &job, err);
}

size_t wrmf_i_rank_scratch(const wrmf_i_table *table)
{
    return table->bits == 32 ? wrmf_i_rank_scratch_f32(table->factors)
                             : wrmf_i_rank_scratch_f64(table->factors);
}

void wrmf_i_rank(wrmf_i_cpu cpu, const wrmf_i_table *asking, const wrmf_i_table *table,
                 wrmf_i_query *queries, int64_t n, void *scratch, wrmf_i_see_fn see, void *self)
{
    if (table->bits == 32)
        wrmf_i_rank_f32(cpu, asking, table, queries, n, scratch, see, self);
    else
        wrmf_i_rank_f64(cpu, asking, table, queries, n, scratch, see, self);
}

void wrmf_i_scores(wrmf_i_cpu cpu, const wrmf_i_table *asking, int64_t row,
                   const wrmf_i_table *table, const int32_t *others, int64_t n, double *scores,
                   void *scratch)
{
    if (table->bits == 32)
        wrmf_i_scores_f32(cpu, asking, row, table, others, n, scores, scratch);
    else
        wrmf_i_scores_f64(cpu, asking, row, table, others, n, scores, scratch);
}

double wrmf_i_score(wrmf_i_cpu cpu, const wrmf_i_table *asking, int64_t row,
                    const wrmf_i_table *table, int64_t other)
{
    const int64_t a = row * asking->stride, b = other * table->stride;
    if (table->bits == 32)
        return (double)wrmf_i_score_kernels_get_f32(cpu)->score(
            (const float *)asking->rows + a, (const float *)table->rows + b, table->factors);
    return wrmf_i_score_kernels_get_f64(cpu)->score(
        (const double *)asking->rows + a, (const double *)table->rows + b, table->factors);
}

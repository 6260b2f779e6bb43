/* SPDX-License-Identifier: BSD-2-Clause */
#include "rank/sieve.h"

#include "base/carve.h"
#include "rank/length_order.h"
#include "rank/rank_tmpl.h"

enum {
    PANEL = WRMF_I_SIEVE_PANEL,
    ROWS = 256, /* rows that a task measures */
    PANELS = 4, /* panels that a task packs */
};

static size_t lay_out(const wrmf_i_table *table, wrmf_i_sieve *sieve, void *memory)
{
    const size_t n = (size_t)table->rows.n;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    sieve->panels = (table->rows.n + PANEL - 1) / PANEL;
    sieve->words = (table->rows.factors + WRMF_I_SIEVE_IN_WORD - 1) / WRMF_I_SIEVE_IN_WORD;
    sieve->order = wrmf_i_carve(&carver, n, sizeof *sieve->order);
    sieve->bounds = wrmf_i_carve(&carver, (size_t)sieve->panels, sizeof *sieve->bounds);
    sieve->packed =
        wrmf_i_carve_matrix(&carver, (size_t)sieve->panels,
                            (size_t)wrmf_i_sieve_panel_size(sieve->words), sizeof *sieve->packed);
    return wrmf_i_carver_bytes(&carver);
}

size_t wrmf_i_sieve_bytes(const wrmf_i_table *table)
{
    wrmf_i_sieve sieve;
    return lay_out(table, &sieve, NULL);
}

typedef struct make_job {
    const wrmf_i_table *table;
    wrmf_i_sieve *sieve;
    double *lengths;
} make_job;

static void measure_chunk(void *self, size_t chunk, size_t worker)
{
    const make_job *const job = self;
    const int64_t first = (int64_t)chunk * ROWS, n = job->table->rows.n;
    const int64_t last = first + ROWS < n ? first + ROWS : n;
    (void)worker;
    wrmf_i_rank_functions_of(job->table)->measure(job->table, first, last, job->lengths);
}

static void pack_chunk(void *self, size_t chunk, size_t worker)
{
    const make_job *const job = self;
    const int64_t first = (int64_t)chunk * PANELS, n = job->sieve->panels;
    const int64_t last = first + PANELS < n ? first + PANELS : n;
    (void)worker;
    wrmf_i_rank_functions_of(job->table)
        ->sieve_pack(job->table, job->sieve, job->lengths, first, last);
}

static bool are_bounded(const double *lengths, int64_t n)
{
    for (int64_t row = 0; row < n; row++)
        if (!(lengths[row] < WRMF_I_SCREEN_LONGEST))
            return false;
    return true;
}

static wrmf_status make(wrmf_context *context, make_job *job, int32_t *buckets, wrmf_error *err)
{
    wrmf_i_sieve *const sieve = job->sieve;
    const int64_t n = job->table->rows.n;
    WRMF_I_TRY(wrmf_i_parallel(context, (size_t)((n + ROWS - 1) / ROWS), measure_chunk, job, err));
    if (!are_bounded(job->lengths, n)) {
        sieve->panels = 0;
        return WRMF_OK;
    }
    wrmf_i_order_by_length(job->lengths, n, buckets, sieve->order);
    WRMF_I_TRY(wrmf_i_parallel(context, (size_t)((sieve->panels + PANELS - 1) / PANELS), pack_chunk,
                               job, err));
    for (int64_t panel = sieve->panels - 2; panel >= 0; panel--)
        if (sieve->bounds[panel].length < sieve->bounds[panel + 1].length)
            sieve->bounds[panel].length = sieve->bounds[panel + 1].length;
    return WRMF_OK;
}

wrmf_status wrmf_i_sieve_make(wrmf_context *context, const wrmf_i_table *table, wrmf_i_sieve *sieve,
                              void *memory, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t n = (size_t)table->rows.n;
    (void)lay_out(table, sieve, memory);
    make_job job = {table, sieve, wrmf_i_alloc(allocator, n, sizeof(double))};
    int32_t *const buckets = wrmf_i_alloc(allocator, WRMF_I_LENGTH_BUCKETS, sizeof *buckets);
    const wrmf_status status = job.lengths && buckets ? make(context, &job, buckets, err)
                                                      : wrmf_i_fail_memory(err, "a server");
    wrmf_i_free(allocator, job.lengths, n, sizeof *job.lengths);
    wrmf_i_free(allocator, buckets, WRMF_I_LENGTH_BUCKETS, sizeof *buckets);
    return status;
}

bool wrmf_i_sieve_use(const wrmf_i_table *table, wrmf_i_sieve *sieve, const void *memory,
                      size_t bytes)
{
    const int64_t n = table->rows.n;
    if (lay_out(table, sieve, (void *)(uintptr_t)memory) != bytes)
        return false;
    for (int64_t i = 0; i < n; i++)
        if (sieve->order[i] < 0 || sieve->order[i] >= n)
            return false;
    return true;
}

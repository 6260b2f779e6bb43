/* SPDX-License-Identifier: BSD-2-Clause */
#include "rank/lists.h"

#include "base/carve.h"
#include "par/progress.h"
#include "rank/screen.h"

/* A task is a block of queries; progress is told between batches of tasks. Fewer lists
 * than MANY are not worth a screen. */
enum { BATCH_BLOCKS = 64, MANY = 24 };

static bool same_side(const wrmf_i_list_job *job)
{
    return job->asking == job->ranked;
}

wrmf_i_list_job wrmf_i_list_job_of(const wrmf_model *model, wrmf_side asking, wrmf_side ranked,
                                   int64_t n)
{
    return (wrmf_i_list_job){.model = model,
                             .asking = asking,
                             .ranked = ranked,
                             .unit = asking == ranked,
                             .self = WRMF_SELF_OMIT,
                             .n = n};
}

typedef struct batch {
    const wrmf_i_list_job *job;
    wrmf_i_cpu cpu;
    wrmf_i_table asking, ranked;
    const int64_t *rows;
    int64_t n_rows, first_block;
    int64_t k; /* entries kept by a heap */
    int64_t *indices, *counts;
    double *scores;
    char *scratch; /* scratch_bytes a worker */
    size_t scratch_bytes;
} batch;

/* A worker's scratch. */
typedef struct space {
    wrmf_i_entry *entries; /* k a query of a block */
    void *ranking;         /* wrmf_i_rank()'s */
} space;

static size_t lay_out(const batch *b, space *s, void *memory)
{
    const int64_t queries = b->n_rows < WRMF_I_RANK_BLOCK ? b->n_rows : WRMF_I_RANK_BLOCK;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->entries = wrmf_i_carve_matrix(&carver, (size_t)queries, (size_t)b->k, sizeof *s->entries);
    s->ranking = wrmf_i_carve(&carver, 1, wrmf_i_rank_scratch(&b->ranked));
    return wrmf_i_carver_bytes(&carver);
}

static int64_t row_of(const batch *b, int64_t i)
{
    return b->rows ? b->rows[i] : i;
}

/* A row's similarity with itself: 1, or 0 where it is zero; or its dot product. */
static double own_score(const batch *b, int64_t row, void *scratch)
{
    const int32_t self = (int32_t)row;
    double score;
    wrmf_i_scores(b->cpu, &b->asking, row, &b->ranked, &self, 1, &score, scratch);
    return b->job->unit ? (double)(score > 0) : score;
}

static void write_list(const batch *b, int64_t i, const wrmf_i_top *top, void *scratch)
{
    const int64_t n = b->job->n;
    int64_t at = 0;
    if (same_side(b->job) && b->job->self == WRMF_SELF_FIRST) {
        b->indices[i * n] = row_of(b, i);
        if (b->scores)
            b->scores[i * n] = own_score(b, row_of(b, i), scratch);
        at = 1;
    }
    for (int64_t j = 0; j < top->size; j++, at++) {
        b->indices[i * n + at] = top->entries[j].index;
        if (b->scores)
            b->scores[i * n + at] = top->entries[j].score;
    }
    b->counts[i] = at;
}

static void list_block(void *self, size_t chunk, size_t worker)
{
    const batch *const b = self;
    const int64_t first = (b->first_block + (int64_t)chunk) * WRMF_I_RANK_BLOCK;
    const int64_t left = b->n_rows - first;
    const int64_t n = left < WRMF_I_RANK_BLOCK ? left : WRMF_I_RANK_BLOCK;
    space s;
    lay_out(b, &s, b->scratch + worker * b->scratch_bytes);
    wrmf_i_query queries[WRMF_I_RANK_BLOCK];
    int32_t own[WRMF_I_RANK_BLOCK];
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = row_of(b, first + i);
        own[i] = (int32_t)row;
        queries[i] = (wrmf_i_query){.row = row, .top = {s.entries + i * b->k, b->k, 0}};
        if (same_side(b->job)) {
            queries[i].left_out = &own[i];
            queries[i].n_left_out = 1;
        } else if (b->job->seen) {
            const wrmf_matrix *const seen = b->job->seen;
            queries[i].left_out = seen->indices + seen->offsets[row];
            queries[i].n_left_out = seen->offsets[row + 1] - seen->offsets[row];
        }
    }
    wrmf_i_rank(b->cpu, &b->asking, &b->ranked, queries, n, s.ranking, NULL, NULL);
    for (int64_t i = 0; i < n; i++)
        write_list(b, first + i, &queries[i].top, s.ranking);
}

static wrmf_status run_blocks(wrmf_context *context, batch *b, wrmf_error *err)
{
    const int64_t blocks = (b->n_rows + WRMF_I_RANK_BLOCK - 1) / WRMF_I_RANK_BLOCK;
    if (!context) {
        for (int64_t block = 0; block < blocks; block++)
            list_block(b, (size_t)block, 0);
        return WRMF_OK;
    }
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "rank", b->n_rows);
    for (b->first_block = 0; b->first_block < blocks; b->first_block += BATCH_BLOCKS) {
        const int64_t left = blocks - b->first_block;
        const int64_t now = left < BATCH_BLOCKS ? left : BATCH_BLOCKS;
        WRMF_I_TRY(wrmf_i_parallel(context, (size_t)now, list_block, b, err));
        int64_t done = (b->first_block + now) * WRMF_I_RANK_BLOCK;
        if (done > b->n_rows)
            done = b->n_rows;
        if (wrmf_i_progress_step(&progress, done, done == b->n_rows) && done < b->n_rows)
            return wrmf_i_fail_cancelled(err);
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_lists(wrmf_context *context, const wrmf_i_list_job *job, const int64_t *rows,
                         int64_t n_rows, int64_t *indices, double *scores, int64_t *counts,
                         wrmf_error *err)
{
    const wrmf_i_allocator *const allocator =
        context ? &context->allocator : &job->model->context->allocator;
    batch b = {.job = job,
               .rows = rows,
               .n_rows = n_rows,
               .indices = indices,
               .scores = scores,
               .counts = counts};
    b.cpu = context ? context->cpu : job->model->context->cpu;
    b.asking = wrmf_i_table_of(job->model, job->asking, job->unit);
    b.ranked = wrmf_i_table_of(job->model, job->ranked, job->unit);
    b.k = job->n - (same_side(job) && job->self == WRMF_SELF_FIRST);
    if (b.k > b.ranked.n)
        b.k = b.ranked.n;
    /* one list packs each panel when it needs it; some share packed ones, many a screen */
    const bool screened = context && n_rows >= MANY;
    const size_t workers = context ? (size_t)context->workers : 1;
    size_t ready = 0; /* bytes of panels or a screen */
    if (context)
        ready = screened ? wrmf_i_screen_bytes(&b.ranked) : wrmf_i_table_panel_bytes(&b.ranked);
    space s;
    b.scratch_bytes = lay_out(&b, &s, NULL);
    if (ready == WRMF_I_TOO_MANY_BYTES || b.scratch_bytes == WRMF_I_TOO_MANY_BYTES)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "lists of %lld are too long", (long long)job->n);
    b.scratch = wrmf_i_alloc(allocator, workers, b.scratch_bytes);
    void *const memory = context ? wrmf_i_alloc(allocator, ready, 1) : NULL;
    wrmf_i_screen screen;
    wrmf_status status = WRMF_OK;
    if (!b.scratch || (context && !memory))
        status = wrmf_i_fail_nomem(err);
    if (status == WRMF_OK && screened)
        status = wrmf_i_screen_make(context, &b.ranked, &screen, memory, err);
    else if (status == WRMF_OK && context)
        status = wrmf_i_table_pack(context, &b.ranked, memory, err);
    if (status == WRMF_OK)
        status = run_blocks(context, &b, err);
    wrmf_i_free(allocator, b.scratch, workers, b.scratch_bytes);
    wrmf_i_free(allocator, memory, ready, 1);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "rank/lists.h"

#include "base/carve.h"
#include "par/progress.h"
#include "rank/screen.h"

/* A task is a block of queries. Where there is a hook, progress is told between batches of tasks,
 * which have so many, and so many a worker, at least. */
enum { BATCH_BLOCKS = 64, BLOCKS_A_WORKER = 8 };
/* So few lists are not worth making a screen; and so few not even packing the rows: each is made by
 * itself, with rows in place. */
enum { FEW_LISTS = 23, LISTS_ALONE = 5 };

static bool same_side(const wrmf_i_query *query)
{
    return query->asking == query->ranked;
}

typedef struct batch {
    const wrmf_i_query *query;
    const wrmf_i_lists *lists;
    wrmf_i_ranking ranking;
    wrmf_i_screen screen;
    bool self_first;     /* each list begins with the asking row */
    int64_t k;           /* entries of a list that are ranked */
    int64_t block;       /* lists of a task, at most */
    int64_t first_block; /* of the tasks that run */
    char *scratch;       /* scratch_bytes a worker */
    size_t scratch_bytes;
    void *prepared; /* prepared_bytes: the ranked rows' panels or screen */
    size_t prepared_bytes;
} batch;

/* A worker's scratch. */
typedef struct space {
    wrmf_i_entry *entries; /* of each query of a block: room for k */
    void *ranking;         /* wrmf_i_rank()'s */
} space;

static size_t lay_out(const batch *b, space *s, void *memory)
{
    const int64_t n = b->lists->n_rows, queries = n < b->block ? n : b->block;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->entries = wrmf_i_carve_matrix(&carver, (size_t)queries, (size_t)b->k, sizeof *s->entries);
    s->ranking = wrmf_i_carve(&carver, 1, wrmf_i_rank_scratch(&b->ranking.ranked));
    return wrmf_i_carver_bytes(&carver);
}

static int64_t row_of(const batch *b, int64_t i)
{
    return b->lists->rows ? b->lists->rows[i] : i;
}

/* The similarity of a row with itself. */
static double own_score(const batch *b, int64_t row, void *scratch)
{
    const int32_t self = (int32_t)row;
    double score;
    wrmf_i_scores(&b->ranking, row, &self, 1, &score, scratch);
    if (b->query->similarity == WRMF_SIMILARITY_COSINE)
        return (double)(score > 0); /* 1 but for rounding; 0 where the row is zero */
    return score;
}

static void write_list(const batch *b, int64_t i, const wrmf_i_top *top, void *scratch)
{
    const wrmf_i_lists *const lists = b->lists;
    const int64_t begin = i * b->query->length;
    int64_t at = begin;
    if (b->self_first) {
        lists->indices[at] = row_of(b, i);
        if (lists->scores)
            lists->scores[at] = own_score(b, row_of(b, i), scratch);
        at++;
    }
    for (int64_t j = 0; j < top->size; j++, at++) {
        lists->indices[at] = top->entries[j].index;
        if (lists->scores)
            lists->scores[at] = top->entries[j].score;
    }
    lists->counts[i] = at - begin;
}

static void list_block(void *self, size_t chunk, size_t worker)
{
    const batch *const b = self;
    const wrmf_matrix *const seen = b->query->seen;
    const int64_t first = (b->first_block + (int64_t)chunk) * b->block;
    const int64_t left = b->lists->n_rows - first;
    const int64_t n = left < b->block ? left : b->block;
    wrmf_i_row_query queries[WRMF_I_RANK_BLOCK];
    int32_t own[WRMF_I_RANK_BLOCK];
    space s;
    lay_out(b, &s, b->scratch + worker * b->scratch_bytes);
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = row_of(b, first + i);
        own[i] = (int32_t)row;
        queries[i] = (wrmf_i_row_query){.row = row, .top = {s.entries + i * b->k, b->k, 0}};
        if (same_side(b->query)) {
            queries[i].left_out = &own[i];
            queries[i].n_left_out = 1;
        } else if (seen) {
            queries[i].left_out = seen->indices + seen->offsets[row];
            queries[i].n_left_out = seen->offsets[row + 1] - seen->offsets[row];
        }
    }
    if (!wrmf_i_rank(&b->ranking, queries, n, NULL, s.ranking))
        return;
    for (int64_t i = 0; i < n; i++)
        write_list(b, first + i, &queries[i].top, s.ranking);
}

static wrmf_status run_blocks(wrmf_context *context, batch *b, wrmf_i_progress *progress,
                              wrmf_error *err)
{
    const int64_t n = b->lists->n_rows, blocks = (n + b->block - 1) / b->block;
    const int64_t several = (int64_t)context->workers * BLOCKS_A_WORKER;
    const int64_t step = !context->watch ? blocks : several > BATCH_BLOCKS ? several : BATCH_BLOCKS;
    for (b->first_block = 0; b->first_block < blocks; b->first_block += step) {
        const int64_t left = blocks - b->first_block;
        const int64_t now = left < step ? left : step;
        WRMF_I_TRY(wrmf_i_parallel(context, (size_t)now, list_block, b, err));
        int64_t done = (b->first_block + now) * b->block;
        if (done > n)
            done = n;
        if (wrmf_i_progress_step(progress, done, done == n) && done < n)
            return wrmf_i_fail_stopped(context, err);
    }
    return WRMF_OK;
}

/* Bytes of what the lists of a batch share. */
static size_t prepared_bytes(const batch *b)
{
    if (b->lists->n_rows <= LISTS_ALONE)
        return 0;
    return b->lists->n_rows > FEW_LISTS ? wrmf_i_screen_bytes(&b->ranking.ranked)
                                        : wrmf_i_table_panel_bytes(&b->ranking.ranked);
}

/* A few lists that workers make share packed panels, many a screen. */
static wrmf_status run_watched(wrmf_context *context, batch *b, wrmf_i_progress *progress,
                               wrmf_error *err)
{
    if (b->lists->n_rows > FEW_LISTS)
        WRMF_I_TRY(wrmf_i_screen_make(context, &b->ranking.ranked, &b->screen, b->prepared, err));
    else if (b->lists->n_rows > LISTS_ALONE)
        WRMF_I_TRY(wrmf_i_table_pack(context, &b->ranking.ranked, b->prepared, err));
    return run_blocks(context, b, progress, err);
}

static wrmf_status run(wrmf_context *context, batch *b, wrmf_error *err)
{
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "rank", 0, b->lists->n_rows);
    b->ranking.caller = context;
    const wrmf_status status = run_watched(context, b, &progress, err);
    wrmf_i_progress_end(&progress);
    return status;
}

static wrmf_status new_batch(wrmf_i_cpu cpu, const wrmf_i_query *query, const wrmf_i_lists *lists,
                             batch *b, wrmf_error *err)
{
    const bool unit = query->similarity == WRMF_SIMILARITY_COSINE;
    wrmf_i_ranking ranking = {cpu, wrmf_i_table_of(query->model, query->asking, unit),
                              wrmf_i_table_of(query->model, query->ranked, unit), NULL};
    if (unit) {
        WRMF_I_TRY(wrmf_i_model_unit_scales(query->model, query->asking,
                                            &ranking.asking.unit_scales, err));
        WRMF_I_TRY(wrmf_i_model_unit_scales(query->model, query->ranked,
                                            &ranking.ranked.unit_scales, err));
    }
    const bool self_first = same_side(query) && query->self == WRMF_SELF_FIRST;
    const int64_t k = query->length - self_first, most = ranking.ranked.rows.n;
    *b = (batch){.query = query,
                 .lists = lists,
                 .ranking = ranking,
                 .self_first = self_first,
                 .block = lists->n_rows <= LISTS_ALONE ? 1 : WRMF_I_RANK_BLOCK,
                 .k = k < most ? k : most};
    return WRMF_OK;
}

static wrmf_status fail_too_long(const wrmf_i_query *query, wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_OVERFLOW, "lists of %lld are too long",
                       (long long)query->length);
}

void wrmf_i_list_memory_free(const wrmf_i_allocator *allocator, wrmf_i_list_memory *memory)
{
    wrmf_i_free(allocator, memory->block, memory->bytes, 1);
    *memory = (wrmf_i_list_memory){NULL, 0};
}

wrmf_status wrmf_i_make_list(const wrmf_context *context, const wrmf_i_query *query,
                             wrmf_i_list_memory *memory, const wrmf_i_lists *lists, wrmf_error *err)
{
    batch b;
    WRMF_I_TRY(new_batch(context->cpu, query, lists, &b, err));
    space s;
    const size_t bytes = lay_out(&b, &s, NULL);
    if (bytes == WRMF_I_TOO_MANY_BYTES)
        return fail_too_long(query, err);
    if (bytes > memory->bytes) {
        wrmf_i_list_memory_free(&context->allocator, memory);
        memory->block = wrmf_i_alloc(&context->allocator, bytes, 1);
        if (!memory->block)
            return wrmf_i_fail_memory(err, "a list");
        memory->bytes = bytes;
    }
    b.scratch = memory->block;
    list_block(&b, 0, 0);
    return WRMF_OK;
}

wrmf_status wrmf_i_make_lists(wrmf_context *context, const wrmf_i_query *query,
                              const wrmf_i_lists *lists, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t workers = (size_t)context->workers;
    batch b;
    WRMF_I_TRY(new_batch(context->cpu, query, lists, &b, err));
    space s;
    b.scratch_bytes = lay_out(&b, &s, NULL);
    b.prepared_bytes = prepared_bytes(&b);
    if (b.scratch_bytes == WRMF_I_TOO_MANY_BYTES || b.prepared_bytes == WRMF_I_TOO_MANY_BYTES)
        return fail_too_long(query, err);
    b.scratch = wrmf_i_alloc(allocator, workers, b.scratch_bytes);
    b.prepared = wrmf_i_alloc(allocator, b.prepared_bytes, 1);
    const wrmf_status status =
        b.scratch && b.prepared ? run(context, &b, err) : wrmf_i_fail_memory(err, "lists");
    wrmf_i_free(allocator, b.scratch, workers, b.scratch_bytes);
    wrmf_i_free(allocator, b.prepared, b.prepared_bytes, 1);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/lists.h"

#include "base/carve.h"
#include "par/progress.h"
#include "rank/screen.h"

/* A task is a block of queries. Where there is a hook or a sink, it is called between batches of
 * tasks, which have so many, and so many a worker, at least. */
enum { BATCH_BLOCKS = 64, BLOCKS_A_WORKER = 8 };
/* So few lists are not worth making a screen; and so few not even packing the rows: each is made by
 * itself, with rows in place. With a server's rounded rows, more are made like that. */
enum { FEW_LISTS = 23, LISTS_ALONE = 5, SERVED_ALONE = 64 };
/* Rows of the side for each candidate, at least, where candidates are scored one by one: from the
 * rows in place, besides a sieve, besides a screen. */
enum { CHOSEN_PLAIN = 4, CHOSEN_SIEVED = 16, CHOSEN_SCREENED = 64, CHOSEN_BLOCK = 16 };
/* Bytes of the entries of a block, and of the lists that a sink is given at a time: about. */
#define BLOCK_BYTES ((int64_t)1 << 26)

/* How the rows of lists are found. */
typedef enum way {
    WAY_CHOSEN,   /* candidates are scored one by one */
    WAY_ALONE,    /* each list by itself: rows in place, or a server's sieve */
    WAY_PACKED,   /* blocks of lists share packed rows */
    WAY_SCREENED, /* blocks of lists share a screen */
} way;

static bool same_side(const wrmf_i_query *query)
{
    return query->asking == query->ranked;
}

typedef struct batch {
    const wrmf_i_query *query;
    const wrmf_i_lists *lists;
    wrmf_i_list_arrays to;
    wrmf_i_ranking ranking;
    wrmf_i_screen screen;
    way way;
    int64_t k;           /* entries of a list that are ranked, at most */
    int64_t block;       /* lists of a task, at most */
    int64_t step;        /* blocks that are made between two looks at the hook and the sink */
    int64_t first_block; /* of the tasks that run */
    char *scratch;       /* scratch_bytes a worker */
    size_t scratch_bytes;
    void *prepared; /* prepared_bytes: the ranked rows' panels or screen */
    size_t prepared_bytes;
    void *buffer; /* buffer_bytes: lists for the sink */
    size_t buffer_bytes;
} batch;

/* A worker's scratch. */
typedef struct space {
    wrmf_i_entry *entries; /* of each query of a block: room for k */
    void *vectors;         /* of a block, in the model's precision */
    void *ranking;         /* wrmf_i_rank()'s */
} space;

/* Whether vectors that ask are to be brought to the model's precision. */
static bool has_vectors(const batch *b)
{
    const wrmf_i_asking_kind kind = b->lists->asking.kind;
    return kind == WRMF_I_ASKING_FLOAT64 || kind == WRMF_I_ASKING_FLOAT32;
}

static size_t lay_out(const batch *b, space *s, void *memory)
{
    const int64_t n = b->lists->n, queries = n < b->block ? n : b->block;
    const wrmf_i_factors *const rows = &b->ranking.ranked.rows;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->entries = wrmf_i_carve_matrix(&carver, (size_t)queries, (size_t)b->k, sizeof *s->entries);
    s->vectors = wrmf_i_carve_matrix(&carver, has_vectors(b) ? (size_t)queries : 0,
                                     (size_t)rows->factors, wrmf_i_factors_number_bytes(rows));
    s->ranking = wrmf_i_carve(&carver, 1, wrmf_i_rank_scratch(&b->ranking.ranked));
    return wrmf_i_carver_bytes(&carver);
}

/* ---- a block of lists ---- */

/* A block on its way. */
typedef struct block {
    const batch *batch;
    wrmf_i_ranking ranking; /* asking rows are those of the batch, or the block's vectors */
    int64_t first, n;       /* lists */
    wrmf_i_row_query queries[WRMF_I_RANK_BLOCK];
    int32_t own[WRMF_I_RANK_BLOCK];        /* the row that asks */
    double own_score[WRMF_I_RANK_BLOCK];   /* its similarity with itself */
    bool shows_own[WRMF_I_RANK_BLOCK];     /* the list begins with it */
    bool is_popular[WRMF_I_RANK_BLOCK];    /* the list is of popularity */
    wrmf_i_top popular[WRMF_I_RANK_BLOCK]; /* and is here */
} block;

/* What list i asks for, but for the row itself. */
static void fill_filter(const batch *b, int64_t i, int64_t row, wrmf_i_filter *filter)
{
    const wrmf_i_query *const query = b->query;
    const wrmf_i_asking *const asking = &b->lists->asking;
    if (query->seen && row >= 0)
        wrmf_i_filter_leave_out(filter, query->seen->indices + query->seen->offsets[row],
                                query->seen->offsets[row + 1] - query->seen->offsets[row]);
    if (asking->kind == WRMF_I_ASKING_STORED && asking->histories.n >= 0) {
        const wrmf_i_row_set set = wrmf_i_row_lists_at(&asking->histories, i);
        wrmf_i_filter_leave_out(filter, set.rows, set.n);
    }
    wrmf_i_filter_leave_out(filter, query->excluded.rows, query->excluded.n);
    if (query->excluded_each.n >= 0) {
        const wrmf_i_row_set set = wrmf_i_row_lists_at(&query->excluded_each, i);
        wrmf_i_filter_leave_out(filter, set.rows, set.n);
    }
    filter->has_minimum = query->has_minimum;
    filter->minimum = query->minimum;
    filter->is_chosen = b->way == WAY_CHOSEN;
    if (query->candidates_each.n >= 0) {
        filter->chosen = wrmf_i_row_lists_at(&query->candidates_each, i);
        filter->allowed = query->has_candidates ? query->allowed : NULL;
    } else if (b->way == WAY_CHOSEN) {
        filter->chosen = query->candidates;
    } else if (query->has_candidates) {
        filter->allowed = query->allowed;
    }
}

/* The similarity of a row with itself. */
static double own_score(const batch *b, int32_t row, void *scratch)
{
    double score;
    wrmf_i_scores(&b->ranking, row, &row, 1, &score, scratch);
    if (b->query->similarity == WRMF_SIMILARITY_COSINE)
        return (double)(score > 0); /* 1 but for rounding; 0 where the row is zero */
    return score;
}

/* The row itself is never ranked: where its list is to have it, and nothing else rules it out, it
 * comes first. */
static void place_own(block *a, int64_t i, int64_t row, void *scratch)
{
    const batch *const b = a->batch;
    wrmf_i_row_query *const query = &a->queries[i];
    a->own[i] = (int32_t)row;
    a->shows_own[i] = false;
    if (b->query->self == WRMF_SELF_FIRST && wrmf_i_filter_admits(&query->filter, a->own[i])) {
        a->own_score[i] = own_score(b, a->own[i], scratch);
        a->shows_own[i] = !query->filter.has_minimum || a->own_score[i] >= query->filter.minimum;
    }
    if (a->shows_own[i] && b->k == b->query->length)
        query->top.k--;
    wrmf_i_filter_leave_out(&query->filter, &a->own[i], 1);
}

/* A list of popularity for an asking row of zeros. */
static void list_popular(block *a, int64_t i)
{
    const wrmf_i_query *const asked = a->batch->query;
    wrmf_i_row_query *const query = &a->queries[i];
    a->is_popular[i] = true;
    a->popular[i] = query->top;
    wrmf_i_popularity_list(&asked->server->popularity[asked->ranked], asked->fallback,
                           &query->filter, &a->popular[i]);
    query->top.k = 0;
}

/* Whether all factors of an asking row are 0. */
static bool is_zero(const block *a, int64_t row)
{
    wrmf_i_factors rows = a->ranking.asking.rows;
    rows.factors -= wrmf_i_model_bias_columns(a->batch->query->model);
    return wrmf_i_factors_unit_scale(&rows, row) == 0;
}

/* Prepare the queries; returns how many are to be ranked. */
static int64_t make_queries(block *a, const space *s)
{
    const batch *const b = a->batch;
    int64_t ranked = 0;
    for (int64_t i = 0; i < a->n; i++) {
        const int64_t row = wrmf_i_asking_row(&b->lists->asking, a->first + i);
        wrmf_i_row_query *const query = &a->queries[i];
        *query =
            (wrmf_i_row_query){.row = row >= 0 ? row : i, .top = {s->entries + i * b->k, b->k, 0}};
        fill_filter(b, a->first + i, row, &query->filter);
        a->shows_own[i] = a->is_popular[i] = false;
        if (same_side(b->query) && row >= 0)
            place_own(a, i, row, s->ranking);
        if (b->query->fallback != WRMF_POPULARITY_NONE && is_zero(a, query->row))
            list_popular(a, i);
        ranked += query->top.k > 0;
    }
    return ranked;
}

static void write_list(const block *a, int64_t i)
{
    const wrmf_i_list_arrays *const to = &a->batch->to;
    const wrmf_i_top *const top = a->is_popular[i] ? &a->popular[i] : &a->queries[i].top;
    const int64_t list = a->first + i - to->first, begin = list * to->stride;
    int64_t at = begin;
    if (a->shows_own[i]) {
        to->indices[at] = a->own[i];
        if (to->scores)
            to->scores[at] = a->own_score[i];
        at++;
    }
    for (int64_t j = 0; j < top->size; j++, at++) {
        to->indices[at] = top->entries[j].index;
        if (to->scores)
            to->scores[at] = top->entries[j].score;
    }
    to->counts[list] = at - begin;
    if (to->popular)
        to->popular[list] = a->is_popular[i];
}

/* Have the block's vectors ask, if it is vectors that do. */
static void use_vectors(block *a, void *vectors)
{
    const wrmf_i_asking *const asking = &a->batch->lists->asking;
    wrmf_i_factors *const rows = &a->ranking.asking.rows;
    if (asking->kind == WRMF_I_ASKING_ROWS)
        return;
    a->ranking.asking.unit_scales = NULL;
    rows->n = a->n;
    if (asking->kind == WRMF_I_ASKING_STORED) {
        const size_t row = (size_t)rows->stride * wrmf_i_factors_number_bytes(rows);
        rows->data = (const char *)asking->stored + (size_t)a->first * row;
        return;
    }
    rows->data = vectors;
    rows->stride = rows->factors;
    wrmf_i_asking_load(asking, rows->bits, rows->factors, a->first, a->n, vectors);
}

static void list_block(void *self, size_t chunk, size_t worker)
{
    const batch *const b = self;
    block a;
    space s;
    lay_out(b, &s, b->scratch + worker * b->scratch_bytes);
    a.batch = b;
    a.ranking = b->ranking;
    a.first = (b->first_block + (int64_t)chunk) * b->block;
    a.n = b->lists->n - a.first < b->block ? b->lists->n - a.first : b->block;
    use_vectors(&a, s.vectors);
    const int64_t ranked = make_queries(&a, &s);
    if (ranked > 0 && !wrmf_i_rank(&a.ranking, a.queries, a.n, NULL, s.ranking))
        return;
    for (int64_t i = 0; i < a.n; i++)
        write_list(&a, i);
}

/* ---- batches ---- */

/* Lists first .. first + n - 1, which are made, go to the sink. */
static bool sink_stops(const batch *b, int64_t n)
{
    const wrmf_i_list_arrays *const to = &b->to;
    const wrmf_lists made = {sizeof made, to->first,  n,          to->stride,
                             to->indices, to->scores, to->counts, to->popular};
    return b->lists->sink(b->lists->sink_self, &made) != 0;
}

static wrmf_status run_blocks(wrmf_context *context, batch *b, wrmf_i_progress *progress,
                              wrmf_error *err)
{
    const int64_t n = b->lists->n, blocks = (n + b->block - 1) / b->block;
    for (b->first_block = 0; b->first_block < blocks; b->first_block += b->step) {
        const int64_t left = blocks - b->first_block;
        const int64_t now = left < b->step ? left : b->step;
        if (b->lists->sink)
            b->to.first = b->first_block * b->block;
        WRMF_I_TRY(wrmf_i_parallel(context, (size_t)now, list_block, b, err));
        int64_t done = (b->first_block + now) * b->block;
        if (done > n)
            done = n;
        if (b->lists->sink && sink_stops(b, done - b->to.first))
            return wrmf_i_fail(err, WRMF_E_CANCELLED, "the sink of the lists asked to stop");
        if (wrmf_i_progress_step(progress, done, done == n) && done < n)
            return wrmf_i_fail_stopped(context, err);
    }
    return WRMF_OK;
}

/* A few lists that workers make share packed panels, many a screen. */
static wrmf_status run_watched(wrmf_context *context, batch *b, wrmf_i_progress *progress,
                               wrmf_error *err)
{
    if (b->way == WAY_SCREENED)
        WRMF_I_TRY(wrmf_i_screen_make(context, &b->ranking.ranked, &b->screen, b->prepared, err));
    else if (b->way == WAY_PACKED)
        WRMF_I_TRY(wrmf_i_table_pack(context, &b->ranking.ranked, b->prepared, err));
    return run_blocks(context, b, progress, err);
}

static wrmf_status run(wrmf_context *context, batch *b, wrmf_error *err)
{
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "rank", 0, b->lists->n);
    b->ranking.caller = context;
    const wrmf_status status = run_watched(context, b, &progress, err);
    wrmf_i_progress_end(&progress);
    return status;
}

static way way_of(const wrmf_i_query *query, const wrmf_i_table *ranked, int64_t n)
{
    const bool alone = n <= (ranked->sieve ? SERVED_ALONE : LISTS_ALONE);
    const int64_t each = !alone && n > FEW_LISTS ? CHOSEN_SCREENED
                         : ranked->sieve         ? CHOSEN_SIEVED
                                                 : CHOSEN_PLAIN;
    if (query->candidates_each.n >= 0 ||
        (query->has_candidates && query->candidates.n <= ranked->rows.n / each))
        return WAY_CHOSEN;
    return alone ? WAY_ALONE : n <= FEW_LISTS ? WAY_PACKED : WAY_SCREENED;
}

/* Lists of a task. */
static int64_t block_of(way chosen, int64_t k)
{
    const int64_t wanted = chosen == WAY_ALONE    ? 1
                           : chosen == WAY_CHOSEN ? CHOSEN_BLOCK
                                                  : WRMF_I_RANK_BLOCK;
    const int64_t fit = BLOCK_BYTES / (int64_t)sizeof(wrmf_i_entry) / (k > 0 ? k : 1);
    return fit < 1 ? 1 : fit < wanted ? fit : wanted;
}

static wrmf_status new_batch(wrmf_i_cpu cpu, const wrmf_i_query *query, const wrmf_i_lists *lists,
                             batch *b, wrmf_error *err)
{
    const bool unit = query->similarity == WRMF_SIMILARITY_COSINE;
    wrmf_i_ranking ranking = {cpu, wrmf_i_table_of(query->model, query->asking, unit),
                              wrmf_i_table_of(query->model, query->ranked, unit), NULL};
    if (same_side(query)) /* rows are compared without what biases stand in */
        ranking.asking.dropped = ranking.ranked.dropped = wrmf_i_model_bias_columns(query->model);
    ranking.ranked.sieve = wrmf_i_server_sieve(query->server, query->ranked, unit);
    if (unit) {
        WRMF_I_TRY(wrmf_i_model_unit_scales(query->model, query->asking,
                                            &ranking.asking.unit_scales, err));
        WRMF_I_TRY(wrmf_i_model_unit_scales(query->model, query->ranked,
                                            &ranking.ranked.unit_scales, err));
    }
    const int64_t most = ranking.ranked.rows.n;
    *b = (batch){.query = query,
                 .lists = lists,
                 .to = lists->to,
                 .ranking = ranking,
                 .way = way_of(query, &ranking.ranked, lists->n),
                 .k = query->length < most ? query->length : most};
    b->block = block_of(b->way, b->k);
    return WRMF_OK;
}

static wrmf_status fail_too_long(const wrmf_i_query *query, wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_OVERFLOW, "lists of %lld are too long",
                       (long long)query->length);
}

/* ---- one list ---- */

void wrmf_i_list_memory_free(const wrmf_i_allocator *allocator, wrmf_i_list_memory *memory)
{
    wrmf_i_free(allocator, memory->block, memory->bytes, 1);
    *memory = (wrmf_i_list_memory){NULL, 0};
}

wrmf_status wrmf_i_list_memory_grow(const wrmf_context *context, wrmf_i_list_memory *memory,
                                    size_t bytes, wrmf_error *err)
{
    if (bytes <= memory->bytes)
        return WRMF_OK;
    wrmf_i_list_memory_free(&context->allocator, memory);
    memory->block = wrmf_i_alloc(&context->allocator, bytes, 1);
    if (!memory->block)
        return wrmf_i_fail_memory(err, "a list");
    memory->bytes = bytes;
    return WRMF_OK;
}

wrmf_status wrmf_i_make_list(const wrmf_context *context, const wrmf_i_query *query,
                             wrmf_i_list_memory *memory, const wrmf_i_lists *lists, wrmf_error *err)
{
    batch b;
    space s;
    WRMF_I_TRY(new_batch(context->cpu, query, lists, &b, err));
    const size_t bytes = lay_out(&b, &s, NULL);
    if (bytes == WRMF_I_TOO_MANY_BYTES)
        return fail_too_long(query, err);
    WRMF_I_TRY(wrmf_i_list_memory_grow(context, memory, bytes, err));
    b.scratch = memory->block;
    list_block(&b, 0, 0);
    return WRMF_OK;
}

wrmf_status wrmf_i_make_popular_list(const wrmf_context *context, const wrmf_i_query *query,
                                     wrmf_popularity kind, wrmf_i_list_memory *memory,
                                     const wrmf_i_list_arrays *to, wrmf_error *err)
{
    const wrmf_i_popularity *const popularity = &query->server->popularity[query->ranked];
    const int64_t k = query->length < popularity->n ? query->length : popularity->n;
    const wrmf_i_lists lists = {.n = 1};
    const batch b = {.query = query,
                     .lists = &lists,
                     .way = query->has_candidates || query->candidates_each.n >= 0 ? WAY_CHOSEN
                                                                                   : WAY_ALONE};
    wrmf_i_carver carver = wrmf_i_carver_over(NULL);
    (void)wrmf_i_carve(&carver, (size_t)k, sizeof(wrmf_i_entry));
    if (!wrmf_i_carver_fits(&carver))
        return fail_too_long(query, err);
    WRMF_I_TRY(wrmf_i_list_memory_grow(context, memory, wrmf_i_carver_bytes(&carver), err));
    wrmf_i_top top = {memory->block, k, 0};
    wrmf_i_filter filter = {.n_sets = 0};
    fill_filter(&b, 0, -1, &filter);
    wrmf_i_popularity_list(popularity, kind, &filter, &top);
    for (int64_t i = 0; i < top.size; i++) {
        to->indices[i] = top.entries[i].index;
        if (to->scores)
            to->scores[i] = top.entries[i].score;
    }
    *to->counts = top.size;
    return WRMF_OK;
}

/* ---- many ---- */

/* Bytes of what the lists of a batch share. */
static size_t prepared_bytes(const batch *b)
{
    if (b->way == WAY_SCREENED)
        return wrmf_i_screen_bytes(&b->ranking.ranked);
    return b->way == WAY_PACKED ? wrmf_i_table_panel_bytes(&b->ranking.ranked) : 0;
}

/* Blocks between two looks at the hook and the sink. */
static int64_t step_of(const wrmf_context *context, const batch *b)
{
    const int64_t blocks = (b->lists->n + b->block - 1) / b->block;
    const int64_t several = (int64_t)context->workers * BLOCKS_A_WORKER;
    int64_t step = several > BATCH_BLOCKS ? several : BATCH_BLOCKS;
    if (b->lists->sink) {
        const int64_t list = 16 * (b->k > 0 ? b->k : 1), fit = BLOCK_BYTES / list / b->block;
        step = step < fit ? step : fit < 1 ? 1 : fit;
    } else if (!context->watch && !context->progress) {
        step = blocks;
    }
    return step < 1 ? 1 : step > blocks && blocks > 0 ? blocks : step;
}

/* The arrays for the sink, of the lists of a step. */
static size_t lay_out_buffer(batch *b, void *memory)
{
    if (!b->lists->sink)
        return 0;
    const size_t n = (size_t)(b->step * b->block), k = (size_t)b->k;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    b->to = (wrmf_i_list_arrays){.stride = b->k};
    b->to.indices = wrmf_i_carve_matrix(&carver, n, k, sizeof *b->to.indices);
    b->to.scores = wrmf_i_carve_matrix(&carver, n, k, sizeof *b->to.scores);
    b->to.counts = wrmf_i_carve(&carver, n, sizeof *b->to.counts);
    b->to.popular = wrmf_i_carve(&carver, n, sizeof *b->to.popular);
    return wrmf_i_carver_bytes(&carver);
}

wrmf_status wrmf_i_make_lists(wrmf_context *context, const wrmf_i_query *query,
                              const wrmf_i_lists *lists, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t workers = (size_t)context->workers;
    batch b;
    space s;
    WRMF_I_TRY(new_batch(context->cpu, query, lists, &b, err));
    b.step = step_of(context, &b);
    b.scratch_bytes = lay_out(&b, &s, NULL);
    b.prepared_bytes = prepared_bytes(&b);
    b.buffer_bytes = lay_out_buffer(&b, NULL);
    if (b.scratch_bytes == WRMF_I_TOO_MANY_BYTES || b.prepared_bytes == WRMF_I_TOO_MANY_BYTES ||
        b.buffer_bytes == WRMF_I_TOO_MANY_BYTES)
        return fail_too_long(query, err);
    b.scratch = wrmf_i_alloc(allocator, workers, b.scratch_bytes);
    b.prepared = wrmf_i_alloc(allocator, b.prepared_bytes, 1);
    b.buffer = wrmf_i_alloc(allocator, b.buffer_bytes, 1);
    (void)lay_out_buffer(&b, b.buffer);
    const wrmf_status status = b.scratch && b.prepared && b.buffer
                                   ? run(context, &b, err)
                                   : wrmf_i_fail_memory(err, "lists");
    wrmf_i_free(allocator, b.scratch, workers, b.scratch_bytes);
    wrmf_i_free(allocator, b.prepared, b.prepared_bytes, 1);
    wrmf_i_free(allocator, b.buffer, b.buffer_bytes, 1);
    return status;
}

double wrmf_i_lists_bytes(const wrmf_context *context, const wrmf_i_query *query, int64_t n)
{
    const wrmf_i_lists lists = {.n = n};
    batch b;
    space s;
    if (new_batch(context->cpu, query, &lists, &b, NULL) != WRMF_OK)
        return 0; /* not where rows are compared by dot products */
    return (double)context->workers * (double)lay_out(&b, &s, NULL) + (double)prepared_bytes(&b);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cosines of one item with all others are gathered over its users' rows; each item is worked on
 * by one worker, so that any number of workers gives the same bits.
 */
#include "eval/baseline.h"

#include <math.h>
#include <string.h>

#include "base/carve.h"
#include "data/derive.h"
#include "par/progress.h"

enum {
    CHUNK = 8,
    BATCH = 256
}; /* items of a chunk; chunks of each worker between looks at a hook */

/* ---- cosines ---- */

/* A worker's scratch. */
typedef struct scratch {
    double *sums;          /* of each item: the product so far, 0 between items */
    int32_t *touched;      /* items whose sum is not 0 */
    wrmf_i_entry *entries; /* room for the nearest */
} scratch;

typedef struct job {
    wrmf_baseline *baseline;
    const wrmf_matrix *transpose;
    const double *lengths; /* of each item: |r_i|, or 0 */
    char *memory;          /* scratch of all workers */
    size_t scratch_bytes;  /* of one */
    int64_t first;         /* the chunk that task 0 of the batch is */
} job;

static size_t lay_out(scratch *s, void *memory, int64_t items, int64_t neighbors)
{
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    s->sums = wrmf_i_carve(&carver, (size_t)items, sizeof *s->sums);
    s->touched = wrmf_i_carve(&carver, (size_t)items, sizeof *s->touched);
    s->entries = wrmf_i_carve(&carver, (size_t)neighbors, sizeof *s->entries);
    return wrmf_i_carver_bytes(&carver);
}

static double count_at(const wrmf_matrix *matrix, int64_t entry)
{
    return matrix->values ? matrix->values[entry] : 1;
}

/* The length of a row, without overflow on the way. */
static double row_length(const wrmf_matrix *matrix, int64_t row)
{
    double most = 0, sum = 0;
    for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++)
        most = fmax(most, count_at(matrix, i));
    for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++) {
        const double share = count_at(matrix, i) / most;
        sum += share * share;
    }
    return most * sqrt(sum);
}

/* Add what the users of an item give to the products; returns how many items are touched. */
static int64_t gather(const job *j, int64_t item, scratch *s)
{
    const wrmf_matrix *const matrix = j->baseline->matrix, *const users = j->transpose;
    int64_t n = 0;
    for (int64_t at = users->offsets[item]; at < users->offsets[item + 1]; at++) {
        const int64_t user = users->indices[at];
        const double own = count_at(users, at) / j->lengths[item];
        for (int64_t i = matrix->offsets[user]; i < matrix->offsets[user + 1]; i++) {
            const int32_t other = matrix->indices[i];
            const double product = own * (count_at(matrix, i) / j->lengths[other]);
            if (s->sums[other] == 0 && product > 0)
                s->touched[n++] = other;
            s->sums[other] += product;
        }
    }
    return n;
}

static void find_nearest(const job *j, int64_t item, scratch *s)
{
    wrmf_baseline *const baseline = j->baseline;
    const int64_t first = item * baseline->neighbors, n = gather(j, item, s);
    wrmf_i_top top = {s->entries, baseline->neighbors, 0};
    for (int64_t i = 0; i < n; i++) {
        wrmf_i_top_offer(&top, s->sums[s->touched[i]], s->touched[i]);
        s->sums[s->touched[i]] = 0;
    }
    wrmf_i_top_sort(&top);
    baseline->counts[item] = top.size;
    for (int64_t i = 0; i < top.size; i++) {
        baseline->near[first + i] = top.entries[i].index;
        baseline->cosines[first + i] = top.entries[i].score;
    }
}

static void run_chunk(void *self, size_t task, size_t worker)
{
    const job *const j = self;
    const int64_t items = j->baseline->matrix->columns;
    const int64_t first = (j->first + (int64_t)task) * CHUNK;
    scratch s;
    lay_out(&s, j->memory + worker * j->scratch_bytes, items, j->baseline->neighbors);
    for (int64_t item = first; item < first + CHUNK && item < items; item++)
        find_nearest(j, item, &s);
}

/* Run all chunks, some at a time where there is a hook. */
static wrmf_status run_chunks(wrmf_context *context, job *j, wrmf_i_progress *progress,
                              wrmf_error *err)
{
    const int64_t items = j->baseline->matrix->columns, chunks = (items + CHUNK - 1) / CHUNK;
    const int64_t batch = context->watch ? (int64_t)context->workers * BATCH : chunks;
    for (j->first = 0; j->first < chunks; j->first += batch) {
        const int64_t left = chunks - j->first, now = left < batch ? left : batch;
        WRMF_I_TRY(wrmf_i_parallel(context, (size_t)now, run_chunk, j, err));
        const int64_t done = now < left ? (j->first + now) * CHUNK : items;
        if (wrmf_i_progress_step(progress, done, false) && now < left)
            return wrmf_i_fail_stopped(context, err);
    }
    return WRMF_OK;
}

static wrmf_status find_all(wrmf_context *context, wrmf_baseline *baseline, double *lengths,
                            wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const int64_t items = baseline->matrix->columns;
    scratch s;
    job j = {.baseline = baseline,
             .lengths = lengths,
             .scratch_bytes = lay_out(&s, NULL, items, baseline->neighbors)};
    WRMF_I_TRY(wrmf_i_matrix_transposed(context, baseline->matrix, &j.transpose, err));
    for (int64_t item = 0; item < items; item++)
        lengths[item] = row_length(j.transpose, item);
    if (j.scratch_bytes == WRMF_I_TOO_MANY_BYTES)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "the cosines of items are too many");
    const size_t workers = (size_t)context->workers;
    j.memory = wrmf_i_alloc_zero(allocator, workers, j.scratch_bytes);
    if (!j.memory)
        return wrmf_i_fail_memory(err, "cosines of items");
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "baseline", 0, items);
    const wrmf_status status = run_chunks(context, &j, &progress, err);
    wrmf_i_progress_end(&progress);
    wrmf_i_free(allocator, j.memory, workers, j.scratch_bytes);
    return status;
}

static wrmf_status make_cosines(wrmf_context *context, wrmf_baseline *baseline, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t items = (size_t)baseline->matrix->columns, room = (size_t)baseline->neighbors;
    size_t bytes;
    if (!wrmf_i_mul_size(room, sizeof(double), &bytes))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "the cosines of items are too many");
    baseline->near = wrmf_i_alloc(allocator, items, room * sizeof *baseline->near);
    baseline->cosines = wrmf_i_alloc(allocator, items, bytes);
    baseline->counts = wrmf_i_alloc_zero(allocator, items, sizeof *baseline->counts);
    double *const lengths = wrmf_i_alloc(allocator, items, sizeof *lengths);
    const wrmf_status status = baseline->near && baseline->cosines && baseline->counts && lengths
                                   ? find_all(context, baseline, lengths, err)
                                   : wrmf_i_fail_memory(err, "the nearest of items");
    wrmf_i_free(allocator, lengths, items, sizeof *lengths);
    return status;
}

/* ---- popularity ---- */

static wrmf_status make_popular(wrmf_context *context, wrmf_baseline *baseline, wrmf_error *err)
{
    const wrmf_matrix *const matrix = baseline->matrix;
    baseline->popular =
        wrmf_i_alloc_zero(&context->allocator, (size_t)matrix->columns, sizeof *baseline->popular);
    if (!baseline->popular)
        return wrmf_i_fail_memory(err, "the popularity of items");
    for (int64_t i = 0; i < wrmf_i_matrix_entries(matrix); i++)
        baseline->popular[matrix->indices[i]]++;
    return WRMF_OK;
}

/* ---- both ---- */

wrmf_status wrmf_i_baseline_new(wrmf_context *context, const wrmf_matrix *matrix,
                                wrmf_baseline_kind kind, int64_t neighbors, wrmf_baseline **out,
                                wrmf_error *err)
{
    wrmf_baseline *const baseline = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *baseline);
    if (!baseline)
        return wrmf_i_fail_memory(err, "a baseline");
    const int64_t most = matrix->columns > 0 ? matrix->columns : 1;
    wrmf_status status = wrmf_i_matrix_likes(matrix, &baseline->matrix, err);
    if (status != WRMF_OK) {
        wrmf_i_free(&context->allocator, baseline, 1, sizeof *baseline);
        return status;
    }
    baseline->context = wrmf_i_context_hold(context);
    baseline->kind = kind;
    baseline->neighbors = neighbors < most ? neighbors : most;
    status = kind == WRMF_BASELINE_POPULAR ? make_popular(context, baseline, err)
                                           : make_cosines(context, baseline, err);
    if (status == WRMF_OK)
        *out = baseline;
    else
        wrmf_i_baseline_free(baseline);
    return status;
}

void wrmf_i_baseline_free(wrmf_baseline *baseline)
{
    wrmf_context *const context = baseline->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t items = (size_t)baseline->matrix->columns, room = (size_t)baseline->neighbors;
    wrmf_i_free(allocator, baseline->popular, items, sizeof *baseline->popular);
    wrmf_i_free(allocator, baseline->near, items, room * sizeof *baseline->near);
    wrmf_i_free(allocator, baseline->cosines, items, room * sizeof *baseline->cosines);
    wrmf_i_free(allocator, baseline->counts, items, sizeof *baseline->counts);
    wrmf_i_matrix_release(baseline->matrix);
    wrmf_i_free(allocator, baseline, 1, sizeof *baseline);
    wrmf_i_context_release(context);
}

static void drop(void *baseline)
{
    wrmf_i_baseline_free(baseline);
}

wrmf_status wrmf_i_baseline_read(wrmf_i_call *call, const wrmf_baseline *baseline, wrmf_error *err)
{
    wrmf_baseline *const used = (wrmf_baseline *)(uintptr_t)baseline; /* only its use changes */
    return wrmf_i_call_share(call, &used->use, used, drop, "baseline", err);
}

void wrmf_i_baseline_row_scores(const wrmf_baseline *baseline, const wrmf_matrix *matrix,
                                int64_t user, double *scores)
{
    const size_t items = (size_t)matrix->columns;
    if (baseline->kind == WRMF_BASELINE_POPULAR) {
        if (items > 0)
            memcpy(scores, baseline->popular, items * sizeof *scores);
        return;
    }
    if (items > 0)
        memset(scores, 0, items * sizeof *scores);
    for (int64_t at = matrix->offsets[user]; at < matrix->offsets[user + 1]; at++) {
        const int64_t item = matrix->indices[at], first = item * baseline->neighbors;
        for (int64_t i = first; i < first + baseline->counts[item]; i++)
            scores[baseline->near[i]] += count_at(matrix, at) * baseline->cosines[i];
    }
}

void wrmf_i_baseline_scores(void *self, int64_t user, double *scores)
{
    const wrmf_baseline *const baseline = self;
    wrmf_i_baseline_row_scores(baseline, baseline->matrix, user, scores);
}

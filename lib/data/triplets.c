/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/triplets.h"

#include <math.h>
#include <string.h>

#include "data/key_sort.h"
#include "par/first_failure.h"

/* Chunks of users whose triplets are merged by a task each, where there are workers. */
enum { CHUNKS = 64 };

/* Triplets by user, then by item; those of one pair in the order in which they were given. */
typedef struct sorted {
    const wrmf_i_allocator *allocator; /* borrowed */
    wrmf_context *workers;             /* whose workers may be used; or NULL */
    int64_t users, items, n;
    int64_t *offsets;   /* users + 1: where the triplets of each user begin */
    int32_t *item;      /* n */
    int64_t *positions; /* n: where each was given, from 0; NULL unless asked for */
    size_t chunks;
    int64_t first_user[CHUNKS + 1], first[CHUNKS + 1]; /* of each chunk: its users, its triplets */
    int64_t repeats[CHUNKS];                           /* of each: that give a pair again */
    int64_t earliest[CHUNKS]; /* of each: the least position of these, or n; if positions are */
} sorted;

/* Triplets by item: what the first of two passes leaves for the second. */
typedef struct by_item {
    int64_t *offsets;   /* items + 1: where the triplets of each item begin */
    int32_t *user;      /* n */
    int64_t *positions; /* n, or NULL, as above */
} by_item;

/* Set offsets[k] to the number of keys that are k or below. A pass over the keys from the last to
 * the first that counts these down, and puts each key where the count then says, sorts them stably
 * and leaves in offsets[k] where the keys k begin. */
static void count_keys(const int32_t *key, int64_t n, int64_t size, int64_t *offsets)
{
    memset(offsets, 0, ((size_t)size + 1) * sizeof *offsets);
    for (int64_t i = 0; i < n; i++)
        offsets[key[i]]++;
    for (int64_t k = 0, sum = 0; k <= size; k++)
        offsets[k] = sum += offsets[k];
}

static void sort_twice(const wrmf_i_triplets *triplets, by_item *first, sorted *s)
{
    const int32_t *const user = triplets->user, *const item = triplets->item;
    count_keys(item, s->n, s->items, first->offsets);
    for (int64_t i = s->n - 1; i >= 0; i--) {
        const int64_t at = --first->offsets[item[i]];
        first->user[at] = user[i];
        if (s->positions)
            first->positions[at] = i;
    }
    count_keys(user, s->n, s->users, s->offsets);
    for (int64_t k = s->items - 1; k >= 0; k--) {
        for (int64_t i = first->offsets[k + 1] - 1; i >= first->offsets[k]; i--) {
            const int64_t at = --s->offsets[first->user[i]];
            s->item[at] = (int32_t)k;
            if (s->positions)
                s->positions[at] = first->positions[i];
        }
    }
}

/* ---- the same by blocks, on all workers ---- */

typedef struct move_job {
    const wrmf_i_triplets *triplets;
    by_item *first;
    sorted *s;
    wrmf_i_key_sort sort;
} move_job;

static void move_by_item(void *self, size_t block, size_t worker)
{
    const move_job *const job = self;
    const int32_t *const user = job->triplets->user, *const item = job->triplets->item;
    int64_t *const places = wrmf_i_key_sort_places(&job->sort, block);
    (void)worker;
    for (int64_t i = job->sort.bounds[block]; i < job->sort.bounds[block + 1]; i++) {
        const int64_t at = places[item[i]]++;
        job->first->user[at] = user[i];
        if (job->s->positions)
            job->first->positions[at] = i;
    }
}

static void move_by_user(void *self, size_t block, size_t worker)
{
    const move_job *const job = self;
    const by_item *const first = job->first;
    const sorted *const s = job->s;
    int64_t *const places = wrmf_i_key_sort_places(&job->sort, block);
    int64_t item = 0;
    (void)worker;
    for (int64_t i = job->sort.bounds[block]; i < job->sort.bounds[block + 1]; i++) {
        while (first->offsets[item + 1] <= i)
            item++;
        const int64_t at = places[first->user[i]]++;
        s->item[at] = (int32_t)item;
        if (s->positions)
            s->positions[at] = first->positions[i];
    }
}

/* Sort by keys: `moved` and `positions` are the arrays that the task moves triplets to. */
static wrmf_status sort_by_blocks(move_job *job, const int32_t *key, int64_t keys, int64_t *offsets,
                                  int32_t *moved, int64_t *positions, wrmf_task_fn task,
                                  wrmf_error *err)
{
    wrmf_context *const context = job->s->workers;
    const int64_t n = job->s->n, blocks = wrmf_i_key_sort_blocks(context, n, keys);
    job->sort = (wrmf_i_key_sort){.context = context, .key = key, .keys = keys, .blocks = blocks};
    for (int64_t block = 0; block < blocks; block++)
        job->sort.bounds[block] = n / blocks * block;
    job->sort.bounds[blocks] = n;
    WRMF_I_TRY(wrmf_i_key_sort_begin(context, &job->sort, offsets, err));
    wrmf_status status = wrmf_i_key_sort_touch(context, moved, (size_t)n * sizeof *moved, err);
    if (status == WRMF_OK)
        status = wrmf_i_key_sort_touch(context, positions, (size_t)n * sizeof *positions, err);
    if (status == WRMF_OK)
        status = wrmf_i_parallel(context, (size_t)blocks, task, job, err);
    wrmf_i_key_sort_end(&job->sort);
    return status;
}

static wrmf_status sort_any(const wrmf_i_triplets *triplets, by_item *first, sorted *s,
                            wrmf_error *err)
{
    if (wrmf_i_key_sort_blocks(s->workers, s->n, s->items) == 1 &&
        wrmf_i_key_sort_blocks(s->workers, s->n, s->users) == 1) {
        sort_twice(triplets, first, s);
        return WRMF_OK;
    }
    move_job job = {.triplets = triplets, .first = first, .s = s};
    WRMF_I_TRY(sort_by_blocks(&job, triplets->item, s->items, first->offsets, first->user,
                              first->positions, move_by_item, err));
    return sort_by_blocks(&job, first->user, s->users, s->offsets, s->item, s->positions,
                          move_by_user, err);
}

static void free_sorted(sorted *s)
{
    wrmf_i_free(s->allocator, s->offsets, (size_t)s->users + 1, sizeof *s->offsets);
    wrmf_i_free(s->allocator, s->item, (size_t)s->n, sizeof *s->item);
    wrmf_i_free(s->allocator, s->positions, (size_t)s->n, sizeof *s->positions);
}

static wrmf_status sort_triplets(const wrmf_i_triplets *triplets, bool positions, sorted *s,
                                 wrmf_error *err)
{
    const size_t n = (size_t)s->n, offsets = (size_t)s->items + 1;
    by_item first = {0};
    first.offsets = wrmf_i_alloc(s->allocator, offsets, sizeof *first.offsets);
    first.user = wrmf_i_alloc(s->allocator, n, sizeof *first.user);
    s->offsets = wrmf_i_alloc(s->allocator, (size_t)s->users + 1, sizeof *s->offsets);
    s->item = wrmf_i_alloc(s->allocator, n, sizeof *s->item);
    if (positions) {
        first.positions = wrmf_i_alloc(s->allocator, n, sizeof *first.positions);
        s->positions = wrmf_i_alloc(s->allocator, n, sizeof *s->positions);
    }
    wrmf_status status = WRMF_OK;
    if (first.offsets && first.user && s->offsets && s->item &&
        (!positions || (first.positions && s->positions)))
        status = sort_any(triplets, &first, s, err);
    else
        status = wrmf_i_fail_memory(err, "sorting triplets");
    wrmf_i_free(s->allocator, first.offsets, offsets, sizeof *first.offsets);
    wrmf_i_free(s->allocator, first.user, n, sizeof *first.user);
    wrmf_i_free(s->allocator, first.positions, n, sizeof *first.positions);
    return status;
}

/* ---- merging ---- */

/* Cut the users into chunks of about as many triplets, or into one where there are no workers. */
static void cut_chunks(sorted *s)
{
    int64_t user = 0;
    s->chunks = s->workers ? CHUNKS : 1;
    for (size_t chunk = 0; chunk < s->chunks; chunk++) {
        while (user < s->users && s->offsets[user] < s->n / (int64_t)s->chunks * (int64_t)chunk)
            user++;
        s->first_user[chunk] = user;
        s->first[chunk] = s->offsets[user];
    }
    s->first_user[s->chunks] = s->users;
    s->first[s->chunks] = s->n;
}

static wrmf_status run_chunks(const sorted *s, wrmf_task_fn task, void *job, wrmf_error *err)
{
    if (s->workers)
        return wrmf_i_parallel(s->workers, s->chunks, task, job, err);
    task(job, 0, 0);
    return WRMF_OK;
}

static void count_chunk(void *self, size_t chunk, size_t worker)
{
    sorted *const s = self;
    int64_t repeats = 0, earliest = s->n;
    (void)worker;
    for (int64_t user = s->first_user[chunk]; user < s->first_user[chunk + 1]; user++) {
        for (int64_t i = s->offsets[user] + 1; i < s->offsets[user + 1]; i++) {
            if (s->item[i] != s->item[i - 1])
                continue;
            repeats++;
            if (s->positions && s->positions[i] < earliest)
                earliest = s->positions[i];
        }
    }
    s->repeats[chunk] = repeats;
    s->earliest[chunk] = earliest;
}

/* *repeats becomes the number of triplets that give a pair again, *earliest the least of their
 * positions, if these are known. */
static wrmf_status count_repeats(sorted *s, int64_t *repeats, int64_t *earliest, wrmf_error *err)
{
    *repeats = 0;
    *earliest = s->n;
    cut_chunks(s);
    WRMF_I_TRY(run_chunks(s, count_chunk, s, err));
    for (size_t chunk = 0; chunk < s->chunks; chunk++) {
        *repeats += s->repeats[chunk];
        if (s->earliest[chunk] < *earliest)
            *earliest = s->earliest[chunk];
    }
    return WRMF_OK;
}

static void merge_count(double *value, double count, wrmf_duplicates duplicates)
{
    if (duplicates == WRMF_DUPLICATES_SUM)
        *value += count;
    else if (duplicates == WRMF_DUPLICATES_MAX && count > *value)
        *value = count;
}

typedef struct merge_job {
    sorted *s;
    const double *count;
    wrmf_duplicates duplicates;
    bool keeps_sums;
    int32_t *indices;
    double *values;     /* NULL: all are 1 */
    int64_t at[CHUNKS]; /* of each chunk: where its entries begin */
    wrmf_i_first_failure failure;
} merge_job;

/* Write an entry a pair for a user's triplets i .. end - 1. Returns where the next user's begin. */
static int64_t merge_row(merge_job *job, int64_t user, int64_t i, int64_t end, int64_t at)
{
    const sorted *const s = job->s;
    const int64_t first = at;
    bool has_summed = false;
    for (const int64_t start = i; i < end; i++) {
        const double one = job->count ? job->count[s->positions[i]] : 1.0;
        const int32_t item = s->item[i];
        if (i == start || item != s->item[i - 1]) {
            job->indices[at] = item;
            if (job->values)
                job->values[at] = one;
            at++;
        } else if (job->values) {
            merge_count(&job->values[at - 1], one, job->duplicates);
            has_summed = job->duplicates == WRMF_DUPLICATES_SUM;
            if (!job->keeps_sums && !isfinite(job->values[at - 1]))
                wrmf_i_first_failure_set(
                    &job->failure, at, WRMF_E_NONFINITE,
                    "the sum of the counts of user %lld, item %ld is not finite", (long long)user,
                    (long)item);
        }
    }
    for (int64_t k = first; has_summed && !job->keeps_sums && k < at; k++)
        if (job->values[k] == 0) /* of a like and a dislike */
            wrmf_i_first_failure_set(&job->failure, k, WRMF_E_FORMAT,
                                     "the counts of user %lld, item %ld add up to 0",
                                     (long long)user, (long)job->indices[k]);
    return at;
}

static void merge_chunk(void *self, size_t chunk, size_t worker)
{
    merge_job *const job = self;
    sorted *const s = job->s;
    const int64_t last = s->first_user[chunk + 1];
    int64_t at = job->at[chunk], i = s->first[chunk];
    (void)worker;
    for (int64_t user = s->first_user[chunk]; user < last; user++) {
        /* the offset behind the last is the next chunk's, which changes it */
        const int64_t end = user + 1 < last ? s->offsets[user + 1] : s->first[chunk + 1];
        s->offsets[user] = at;
        at = merge_row(job, user, i, end, at);
        i = end;
    }
}

/* Write one entry a pair, and make the offsets those of the entries. */
static wrmf_status merge_rows(sorted *s, const wrmf_i_triplets *triplets,
                              wrmf_duplicates duplicates, int32_t *indices, double *values,
                              wrmf_error *err)
{
    merge_job job = {.s = s,
                     .count = triplets->count,
                     .duplicates = duplicates,
                     .keeps_sums = triplets->keeps_sums,
                     .indices = indices,
                     .values = values,
                     .failure = WRMF_I_FIRST_FAILURE_INIT};
    int64_t at = 0;
    for (size_t chunk = 0; chunk < s->chunks; chunk++) {
        job.at[chunk] = at;
        at += s->first[chunk + 1] - s->first[chunk] - s->repeats[chunk];
    }
    WRMF_I_TRY(run_chunks(s, merge_chunk, &job, err));
    s->offsets[s->users] = at;
    return wrmf_i_first_failure_get(&job.failure, err);
}

/* Make the matrix of sorted triplets, `kept` of which are the first of their pair. On success it
 * has taken the offsets away. */
static wrmf_status finish(wrmf_context *context, sorted *s, const wrmf_i_triplets *triplets,
                          wrmf_duplicates duplicates, int64_t kept, wrmf_matrix **out,
                          wrmf_error *err)
{
    const bool with_values = triplets->count || (duplicates == WRMF_DUPLICATES_SUM && kept < s->n);
    int32_t *const indices = wrmf_i_alloc(s->allocator, (size_t)kept, sizeof *indices);
    double *values = with_values ? wrmf_i_alloc(s->allocator, (size_t)kept, sizeof *values) : NULL;
    wrmf_status status;
    if (indices && (values || !with_values))
        status = merge_rows(s, triplets, duplicates, indices, values, err);
    else
        status = wrmf_i_fail_memory(err, "a matrix");
    if (status == WRMF_OK) {
        wrmf_i_drop_ones(s->allocator, kept, &values);
        status =
            wrmf_i_matrix_adopt(context, s->users, s->items, s->offsets, indices, values, out, err);
    }
    if (status == WRMF_OK) {
        s->offsets = NULL; /* the matrix has it */
        return WRMF_OK;
    }
    wrmf_i_free(s->allocator, indices, (size_t)kept, sizeof *indices);
    wrmf_i_free(s->allocator, values, (size_t)kept, sizeof *values);
    return status;
}

static sorted not_sorted(wrmf_context *context, const wrmf_i_triplets *triplets)
{
    const bool shared =
        triplets->workers && triplets->workers->workers > 1 && triplets->n >= WRMF_I_KEY_FEWEST;
    return (sorted){.allocator = &context->allocator,
                    .workers = shared ? triplets->workers : NULL,
                    .users = triplets->users,
                    .items = triplets->items,
                    .n = triplets->n};
}

wrmf_status wrmf_i_matrix_from_triplets(wrmf_context *context, const wrmf_i_triplets *triplets,
                                        wrmf_duplicates duplicates, int64_t *merged,
                                        wrmf_matrix **out, wrmf_error *err)
{
    sorted s = not_sorted(context, triplets);
    const bool refuse = duplicates == WRMF_DUPLICATES_REFUSE;
    int64_t repeats = 0, earliest;
    wrmf_status status = sort_triplets(triplets, triplets->count || refuse, &s, err);
    if (status == WRMF_OK)
        status = count_repeats(&s, &repeats, &earliest, err);
    if (status == WRMF_OK && refuse && repeats > 0)
        status = wrmf_i_fail(
            err, WRMF_E_FORMAT, "triplet %lld: user %ld, item %ld is there already",
            (long long)earliest, (long)triplets->user[earliest], (long)triplets->item[earliest]);
    if (status == WRMF_OK)
        status = finish(context, &s, triplets, duplicates, s.n - repeats, out, err);
    if (status == WRMF_OK && merged)
        *merged = repeats;
    free_sorted(&s);
    return status;
}

wrmf_status wrmf_i_first_repeat(wrmf_context *context, const wrmf_i_triplets *triplets,
                                int64_t *position, wrmf_error *err)
{
    sorted s = not_sorted(context, triplets);
    int64_t repeats;
    wrmf_status status = sort_triplets(triplets, true, &s, err);
    if (status == WRMF_OK)
        status = count_repeats(&s, &repeats, position, err);
    if (status == WRMF_OK && repeats == 0)
        *position = -1;
    free_sorted(&s);
    return status;
}

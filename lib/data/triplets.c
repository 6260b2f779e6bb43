/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/triplets.h"

#include <math.h>
#include <string.h>

/* Triplets by user, then by item; those of one pair in the order in which they were given. */
typedef struct sorted {
    const wrmf_i_allocator *allocator; /* borrowed */
    int64_t users, items, n;
    int64_t *offsets;   /* users + 1: where the triplets of each user begin */
    int32_t *item;      /* n */
    int64_t *positions; /* n: where each was given, from 0; NULL unless asked for */
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
        sort_twice(triplets, &first, s);
    else
        status = wrmf_i_fail_memory(err, "sorting triplets");
    wrmf_i_free(s->allocator, first.offsets, offsets, sizeof *first.offsets);
    wrmf_i_free(s->allocator, first.user, n, sizeof *first.user);
    wrmf_i_free(s->allocator, first.positions, n, sizeof *first.positions);
    return status;
}

/* How many triplets give a pair again. *earliest becomes the least of their positions, if these are
 * known. */
static int64_t count_repeats(const sorted *s, int64_t *earliest)
{
    int64_t repeats = 0;
    *earliest = s->n;
    for (int64_t user = 0; user < s->users; user++) {
        for (int64_t i = s->offsets[user] + 1; i < s->offsets[user + 1]; i++) {
            if (s->item[i] != s->item[i - 1])
                continue;
            repeats++;
            if (s->positions && s->positions[i] < *earliest)
                *earliest = s->positions[i];
        }
    }
    return repeats;
}

static void merge_count(double *value, double count, wrmf_duplicates duplicates)
{
    if (duplicates == WRMF_DUPLICATES_SUM)
        *value += count;
    else if (duplicates == WRMF_DUPLICATES_MAX && count > *value)
        *value = count;
}

/* Write one entry a pair, and make the offsets those of the entries. */
static wrmf_status merge_rows(sorted *s, const double *count, wrmf_duplicates duplicates,
                              int32_t *indices, double *values, wrmf_error *err)
{
    int64_t at = 0, i = 0;
    for (int64_t user = 0; user < s->users; user++) {
        const int64_t start = i, end = s->offsets[user + 1];
        s->offsets[user] = at;
        for (; i < end; i++) {
            const double one = count ? count[s->positions[i]] : 1.0;
            const int32_t item = s->item[i];
            if (i == start || item != s->item[i - 1]) {
                indices[at] = item;
                if (values)
                    values[at] = one;
                at++;
            } else if (values) {
                merge_count(&values[at - 1], one, duplicates);
                if (!isfinite(values[at - 1]))
                    return wrmf_i_fail(err, WRMF_E_NONFINITE,
                                       "the sum of the counts of user %lld, item %ld is not finite",
                                       (long long)user, (long)item);
            }
        }
    }
    s->offsets[s->users] = at;
    return WRMF_OK;
}

/* Make the matrix of sorted triplets, `kept` of which are the first of their pair. On success it
 * has taken the offsets away. */
static wrmf_status finish(wrmf_context *context, sorted *s, const double *count,
                          wrmf_duplicates duplicates, int64_t kept, wrmf_matrix **out,
                          wrmf_error *err)
{
    const bool with_values = count || (duplicates == WRMF_DUPLICATES_SUM && kept < s->n);
    int32_t *const indices = wrmf_i_alloc(s->allocator, (size_t)kept, sizeof *indices);
    double *values = with_values ? wrmf_i_alloc(s->allocator, (size_t)kept, sizeof *values) : NULL;
    wrmf_status status;
    if (indices && (values || !with_values))
        status = merge_rows(s, count, duplicates, indices, values, err);
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
    return (sorted){.allocator = &context->allocator,
                    .users = triplets->users,
                    .items = triplets->items,
                    .n = triplets->n};
}

wrmf_status wrmf_i_matrix_from_triplets(wrmf_context *context, const wrmf_i_triplets *triplets,
                                        wrmf_duplicates duplicates, int64_t *merged,
                                        wrmf_matrix **out, wrmf_error *err)
{
    sorted s = not_sorted(context, triplets);
    const double *const count = triplets->count;
    const bool refuse = duplicates == WRMF_DUPLICATES_REFUSE;
    int64_t repeats = 0, earliest;
    wrmf_status status = sort_triplets(triplets, count || refuse, &s, err);
    if (status == WRMF_OK) {
        repeats = count_repeats(&s, &earliest);
        if (refuse && repeats > 0)
            status =
                wrmf_i_fail(err, WRMF_E_FORMAT, "triplet %lld: user %ld, item %ld is there already",
                            (long long)earliest, (long)triplets->user[earliest],
                            (long)triplets->item[earliest]);
    }
    if (status == WRMF_OK)
        status = finish(context, &s, count, duplicates, s.n - repeats, out, err);
    if (status == WRMF_OK && merged)
        *merged = repeats;
    free_sorted(&s);
    return status;
}

wrmf_status wrmf_i_first_repeat(wrmf_context *context, const wrmf_i_triplets *triplets,
                                int64_t *position, wrmf_error *err)
{
    sorted s = not_sorted(context, triplets);
    const wrmf_status status = sort_triplets(triplets, true, &s, err);
    if (status == WRMF_OK && count_repeats(&s, position) == 0)
        *position = -1;
    free_sorted(&s);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/pairs.h"

#include <math.h>
#include <string.h>

#include "data/triplets.h"

enum {
    FIRST_ROOM = 1 << 14, /* pairs that memory is made for at first */
    PATIENCE = 1 << 22,   /* pairs before repeats are merged early */
};

void wrmf_i_pairs_init(wrmf_i_pairs *pairs, wrmf_context *context, wrmf_duplicates duplicates,
                       bool timed)
{
    *pairs = (wrmf_i_pairs){
        .context = context, .duplicates = duplicates, .patience = PATIENCE, .timed = timed};
}

static void free_arrays(wrmf_i_pairs *pairs)
{
    const wrmf_i_allocator *const allocator = &pairs->context->allocator;
    const size_t room = (size_t)pairs->room;
    wrmf_i_free(allocator, pairs->user, room, sizeof *pairs->user);
    wrmf_i_free(allocator, pairs->item, room, sizeof *pairs->item);
    wrmf_i_free(allocator, pairs->count, room, sizeof *pairs->count);
    wrmf_i_free(allocator, pairs->time, room, sizeof *pairs->time);
    wrmf_i_free(allocator, pairs->lines, room, sizeof *pairs->lines);
    wrmf_i_free(allocator, pairs->locations, room, sizeof *pairs->locations);
    pairs->user = pairs->item = NULL;
    pairs->count = pairs->time = pairs->lines = NULL;
    pairs->locations = NULL;
    pairs->n = pairs->room = 0;
}

void wrmf_i_pairs_free(wrmf_i_pairs *pairs)
{
    if (pairs->context)
        free_arrays(pairs);
}

/* Put in *array a new one of `room` elements that begins with the pairs->n of the old one, which
 * moves to *old. False if there is no memory. */
static bool regrow(const wrmf_i_pairs *pairs, void **array, size_t size, int64_t room, void **old)
{
    void *const grown = wrmf_i_alloc(&pairs->context->allocator, (size_t)room, size);
    if (!grown)
        return false;
    if (pairs->n > 0)
        memcpy(grown, *array, (size_t)pairs->n * size);
    *old = *array;
    *array = grown;
    return true;
}

/* Grow all arrays or none, so that `room` is always that of each. */
static wrmf_status grow_to(wrmf_i_pairs *pairs, int64_t room, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &pairs->context->allocator;
    enum { PARTS = 6 };
    const bool locations = pairs->duplicates == WRMF_DUPLICATES_REFUSE;
    struct {
        void *array, *old;
        size_t size;
        bool wanted, grown;
    } parts[PARTS] = {{pairs->user, NULL, sizeof *pairs->user, true, false},
                      {pairs->item, NULL, sizeof *pairs->item, true, false},
                      {pairs->count, NULL, sizeof *pairs->count, pairs->count != NULL, false},
                      {pairs->locations, NULL, sizeof *pairs->locations, locations, false},
                      {pairs->time, NULL, sizeof *pairs->time, pairs->timed, false},
                      {pairs->lines, NULL, sizeof *pairs->lines, pairs->lines != NULL, false}};
    bool enough = true;
    for (int i = 0; i < PARTS; i++) {
        if (enough && parts[i].wanted) {
            parts[i].grown = regrow(pairs, &parts[i].array, parts[i].size, room, &parts[i].old);
            enough = parts[i].grown;
        }
    }
    for (int i = 0; i < PARTS; i++) {
        if (parts[i].grown)
            wrmf_i_free(allocator, enough ? parts[i].old : parts[i].array,
                        (size_t)(enough ? pairs->room : room), parts[i].size);
    }
    if (!enough)
        return wrmf_i_fail_memory(err, "interactions");
    pairs->user = parts[0].array;
    pairs->item = parts[1].array;
    pairs->count = parts[2].array;
    pairs->locations = parts[3].array;
    pairs->time = parts[4].array;
    pairs->lines = parts[5].array;
    pairs->room = room;
    return WRMF_OK;
}

static wrmf_i_triplets triplets_of(const wrmf_i_pairs *pairs, int64_t users, int64_t items)
{
    return (wrmf_i_triplets){.users = users,
                             .items = items,
                             .n = pairs->n,
                             .user = pairs->user,
                             .item = pairs->item,
                             .count = pairs->count,
                             .workers = pairs->context,
                             .keeps_sums = true};
}

/* Replace the pairs by the entries of the matrix that was made from them. */
static wrmf_status take_back(wrmf_i_pairs *pairs, const wrmf_matrix *matrix, wrmf_error *err)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    if (matrix->values && !pairs->count)
        WRMF_I_TRY(wrmf_i_pairs_count(pairs, err));
    for (int64_t row = 0; row < matrix->rows; row++) {
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++)
            pairs->user[i] = (int32_t)row;
    }
    if (entries > 0)
        memcpy(pairs->item, matrix->indices, (size_t)entries * sizeof *pairs->item);
    for (int64_t i = 0; pairs->count && i < entries; i++)
        pairs->count[i] = matrix->values ? matrix->values[i] : 1.0;
    pairs->n = pairs->distinct = entries;
    return WRMF_OK;
}

/* Put the largest of the numbers of each pair, which may be in `to`, there, in the order of the
 * matrix's entries. */
static wrmf_status largest_of(const wrmf_i_pairs *pairs, int64_t users, int64_t items,
                              const double *numbers, double *to, wrmf_error *err)
{
    wrmf_i_triplets triplets = triplets_of(pairs, users, items);
    wrmf_matrix *matrix = NULL;
    triplets.count = numbers; /* any finite numbers have a maximum */
    WRMF_I_TRY(wrmf_i_matrix_from_triplets(pairs->context, &triplets, WRMF_DUPLICATES_MAX, NULL,
                                           &matrix, err));
    for (int64_t i = 0; i < wrmf_i_matrix_entries(matrix); i++)
        to[i] = matrix->values ? matrix->values[i] : 1.0;
    wrmf_i_matrix_release(matrix);
    return WRMF_OK;
}

/* Merge the repeats among the pairs. What is left stands before all that follow, so that in the end
 * the first of a pair, and the order in which its counts are added, are as if nothing had been
 * merged. */
static wrmf_status merge(wrmf_i_pairs *pairs, int64_t users, int64_t items, wrmf_error *err)
{
    const wrmf_i_triplets triplets = triplets_of(pairs, users, items);
    wrmf_matrix *matrix = NULL;
    int64_t merged = 0;
    WRMF_I_TRY(wrmf_i_matrix_from_triplets(pairs->context, &triplets, pairs->duplicates, &merged,
                                           &matrix, err));
    wrmf_status status = WRMF_OK;
    if (pairs->timed)
        status = largest_of(pairs, users, items, pairs->time, pairs->time, err);
    if (status == WRMF_OK && pairs->lines)
        status = largest_of(pairs, users, items, pairs->lines, pairs->lines, err);
    if (status == WRMF_OK)
        status = take_back(pairs, matrix, err);
    wrmf_i_matrix_release(matrix);
    if (status == WRMF_OK)
        pairs->merged += merged;
    return status;
}

int64_t wrmf_i_pairs_room(int64_t n)
{
    int64_t room = n > 0 ? FIRST_ROOM : 0;
    while (room < n)
        room *= 2;
    return room;
}

wrmf_status wrmf_i_pairs_grow(wrmf_i_pairs *pairs, int64_t users, int64_t items, wrmf_error *err)
{
    if (pairs->n >= pairs->patience && pairs->n / 2 >= pairs->distinct && !pairs->locations) {
        WRMF_I_TRY(merge(pairs, users, items, err));
        if (pairs->n <= pairs->room / 2)
            return WRMF_OK;
    }
    return grow_to(pairs, pairs->room > 0 ? pairs->room * 2 : FIRST_ROOM, err);
}

wrmf_status wrmf_i_pairs_count(wrmf_i_pairs *pairs, wrmf_error *err)
{
    pairs->count =
        wrmf_i_alloc(&pairs->context->allocator, (size_t)pairs->room, sizeof *pairs->count);
    if (!pairs->count)
        return wrmf_i_fail_memory(err, "counts of interactions");
    for (int64_t i = 0; i < pairs->n; i++)
        pairs->count[i] = 1.0;
    return WRMF_OK;
}

wrmf_status wrmf_i_pairs_number(wrmf_i_pairs *pairs, wrmf_error *err)
{
    if (pairs->duplicates != WRMF_DUPLICATES_SUM)
        return WRMF_OK;
    pairs->lines =
        wrmf_i_alloc_zero(&pairs->context->allocator, (size_t)pairs->room, sizeof *pairs->lines);
    return pairs->lines ? WRMF_OK : wrmf_i_fail_memory(err, "lines of interactions");
}

/* The first pair whose counts add up to 0, or to no finite number. */
static wrmf_i_bad_sum find_bad_sum(const wrmf_i_pairs *pairs, const wrmf_matrix *matrix)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    wrmf_i_bad_sum bad = {.user = -1};
    int64_t at = 0;
    while (at < entries && isfinite(matrix->values[at]) && matrix->values[at] != 0)
        at++;
    if (at == entries)
        return bad;
    bad.user = 0;
    while (matrix->offsets[bad.user + 1] <= at)
        bad.user++;
    bad.item = matrix->indices[at];
    bad.sum = matrix->values[at];
    for (int64_t i = 0; pairs->lines && i < pairs->n; i++)
        if (pairs->user[i] == bad.user && pairs->item[i] == bad.item)
            bad.line = (int64_t)pairs->lines[i];
    return bad;
}

static wrmf_status check_sums(const wrmf_i_pairs *pairs, const wrmf_matrix *matrix,
                              wrmf_i_bad_sum *bad, wrmf_error *err)
{
    if (pairs->duplicates == WRMF_DUPLICATES_SUM && matrix->values)
        *bad = find_bad_sum(pairs, matrix);
    if (bad->user < 0)
        return WRMF_OK;
    return wrmf_i_fail(err, bad->sum == 0 ? WRMF_E_FORMAT : WRMF_E_NONFINITE,
                       "counts do not add up to a count");
}

static wrmf_status refuse_repeats(const wrmf_i_pairs *pairs, int64_t users, int64_t items,
                                  wrmf_error *err)
{
    const wrmf_i_triplets triplets = triplets_of(pairs, users, items);
    int64_t position;
    WRMF_I_TRY(wrmf_i_first_repeat(pairs->context, &triplets, &position, err));
    if (position < 0)
        return WRMF_OK;
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &pairs->locations[position],
                          "this pair occurs a second time");
}

static wrmf_status make_times(const wrmf_i_pairs *pairs, int64_t users, int64_t items,
                              int64_t entries, double **out, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &pairs->context->allocator;
    double *const times = wrmf_i_alloc(allocator, (size_t)entries, sizeof *times);
    if (!times)
        return wrmf_i_fail_memory(err, "times of interactions");
    const wrmf_status status = largest_of(pairs, users, items, pairs->time, times, err);
    if (status == WRMF_OK)
        *out = times;
    else
        wrmf_i_free(allocator, times, (size_t)entries, sizeof *times);
    return status;
}

wrmf_status wrmf_i_pairs_matrix(wrmf_i_pairs *pairs, int64_t users, int64_t items,
                                wrmf_matrix **out, double **times, wrmf_i_bad_sum *bad,
                                wrmf_error *err)
{
    const wrmf_i_triplets triplets = triplets_of(pairs, users, items);
    wrmf_matrix *matrix = NULL;
    int64_t merged = 0;
    *bad = (wrmf_i_bad_sum){.user = -1};
    if (pairs->locations)
        WRMF_I_TRY(refuse_repeats(pairs, users, items, err));
    WRMF_I_TRY(wrmf_i_matrix_from_triplets(pairs->context, &triplets, pairs->duplicates, &merged,
                                           &matrix, err));
    wrmf_status status = check_sums(pairs, matrix, bad, err);
    if (status == WRMF_OK && pairs->timed)
        status = make_times(pairs, users, items, wrmf_i_matrix_entries(matrix), times, err);
    if (status != WRMF_OK) {
        wrmf_i_matrix_release(matrix);
        return status;
    }
    *out = matrix;
    pairs->merged += merged;
    return WRMF_OK;
}

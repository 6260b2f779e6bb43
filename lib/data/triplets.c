/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/triplets.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

wrmf_status wrmf_i_check_count(double count, int64_t position, wrmf_error *err)
{
    if (!isfinite(count))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "count[%lld] is not finite", (long long)position);
    if (count > 0)
        return WRMF_OK;
    char text[WRMF_I_NUMBER_TEXT]; /* printf follows the host's locale */
    wrmf_i_number_print_real(count, text);
    return wrmf_i_fail(err, WRMF_E_FORMAT, "count[%lld] is %s, not above 0", (long long)position,
                       text);
}

bool wrmf_i_all_ones(int64_t entries, const double *values)
{
    for (int64_t i = 0; values && i < entries; i++)
        if (values[i] != 1.0)
            return false;
    return true;
}

void wrmf_i_drop_ones(const wrmf_i_allocator *allocator, int64_t entries, double **values)
{
    if (!wrmf_i_all_ones(entries, *values))
        return;
    wrmf_i_free(allocator, *values, (size_t)entries, sizeof **values);
    *values = NULL;
}

/* ---- rows ---- */

static wrmf_status check_offsets(int64_t users, const int64_t *offsets, wrmf_error *err)
{
    if (offsets[0] != 0)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "offsets[0] is %lld, not 0", (long long)offsets[0]);
    for (int64_t row = 0; row < users; row++)
        if (offsets[row + 1] < offsets[row])
            return wrmf_i_fail(
                err, WRMF_E_FORMAT, "offsets[%lld] is %lld, below the %lld before it",
                (long long)row + 1, (long long)offsets[row + 1], (long long)offsets[row]);
    return WRMF_OK;
}

wrmf_status wrmf_i_check_rows(int64_t users, int64_t items, const int64_t *offsets,
                              const int32_t *item32, const int64_t *item64, const double *count,
                              wrmf_error *err)
{
    WRMF_I_TRY(check_offsets(users, offsets, err));
    for (int64_t row = 0; row < users; row++) {
        int64_t before = -1;
        for (int64_t i = offsets[row]; i < offsets[row + 1]; i++) {
            const int64_t item = item32 ? item32[i] : item64[i];
            if (item < 0 || item >= items)
                return wrmf_i_fail(err, WRMF_E_RANGE,
                                   "row %lld: item[%lld] is %lld, not in 0 .. %lld", (long long)row,
                                   (long long)i, (long long)item, (long long)items - 1);
            if (item <= before)
                return wrmf_i_fail(err, WRMF_E_FORMAT,
                                   "row %lld: item[%lld] is %lld, not above the %lld before it",
                                   (long long)row, (long long)i, (long long)item,
                                   (long long)before);
            before = item;
            if (count)
                WRMF_I_TRY(wrmf_i_check_count(count[i], i, err));
        }
    }
    return WRMF_OK;
}

/* ---- triplets ---- */

/* Triplets by user, then item; those of one pair in the order in which they were
 * given. */
typedef struct sorted {
    const wrmf_i_allocator *allocator;
    int64_t users, items, n;
    int64_t *offsets;   /* users + 1: where each user's begin */
    int32_t *items_of;  /* n */
    int64_t *positions; /* n places in the order given; NULL unless asked for */
} sorted;

/* Triplets by item: what the first of two passes leaves for the second. */
typedef struct by_item {
    int64_t *starts; /* items + 1 */
    int32_t *users;
    int64_t *positions;
} by_item;

/* offsets[k] = how many keys are k or below. Counting these down while walking the
 * keys backwards places them in a stable order, and leaves where each k begins. */
static void count_keys(const int32_t *key, int64_t n, int64_t size, int64_t *offsets)
{
    memset(offsets, 0, ((size_t)size + 1) * sizeof *offsets);
    for (int64_t i = 0; i < n; i++)
        offsets[key[i]]++;
    for (int64_t k = 0, sum = 0; k <= size; k++)
        offsets[k] = sum += offsets[k];
}

static void sort_twice(const int32_t *user, const int32_t *item, by_item *first, sorted *s)
{
    count_keys(item, s->n, s->items, first->starts);
    for (int64_t i = s->n - 1; i >= 0; i--) {
        const int64_t at = --first->starts[item[i]];
        first->users[at] = user[i];
        if (s->positions)
            first->positions[at] = i;
    }
    count_keys(user, s->n, s->users, s->offsets);
    for (int64_t k = s->items - 1; k >= 0; k--) {
        for (int64_t i = first->starts[k + 1] - 1; i >= first->starts[k]; i--) {
            const int64_t at = --s->offsets[first->users[i]];
            s->items_of[at] = (int32_t)k;
            if (s->positions)
                s->positions[at] = first->positions[i];
        }
    }
}

static void free_sorted(sorted *s)
{
    wrmf_i_free(s->allocator, s->offsets, (size_t)s->users + 1, sizeof *s->offsets);
    wrmf_i_free(s->allocator, s->items_of, (size_t)s->n, sizeof *s->items_of);
    wrmf_i_free(s->allocator, s->positions, (size_t)s->n, sizeof *s->positions);
}

static wrmf_status sort_triplets(const int32_t *user, const int32_t *item, bool positions,
                                 sorted *s, wrmf_error *err)
{
    const size_t n = (size_t)s->n, starts = (size_t)s->items + 1;
    by_item first = {0};
    first.starts = wrmf_i_alloc(s->allocator, starts, sizeof *first.starts);
    first.users = wrmf_i_alloc(s->allocator, n, sizeof *first.users);
    s->offsets = wrmf_i_alloc(s->allocator, (size_t)s->users + 1, sizeof *s->offsets);
    s->items_of = wrmf_i_alloc(s->allocator, n, sizeof *s->items_of);
    if (positions) {
        first.positions = wrmf_i_alloc(s->allocator, n, sizeof *first.positions);
        s->positions = wrmf_i_alloc(s->allocator, n, sizeof *s->positions);
    }
    wrmf_status status = WRMF_OK;
    if (first.starts && first.users && s->offsets && s->items_of &&
        (!positions || (first.positions && s->positions)))
        sort_twice(user, item, &first, s);
    else
        status = wrmf_i_fail_nomem(err);
    wrmf_i_free(s->allocator, first.starts, starts, sizeof *first.starts);
    wrmf_i_free(s->allocator, first.users, n, sizeof *first.users);
    wrmf_i_free(s->allocator, first.positions, n, sizeof *first.positions);
    return status;
}

/* How many triplets give a pair again; *earliest gets the least of their
 * positions, if these are known. */
static int64_t count_repeats(const sorted *s, int64_t *earliest)
{
    int64_t repeats = 0;
    *earliest = s->n;
    for (int64_t user = 0; user < s->users; user++) {
        for (int64_t i = s->offsets[user] + 1; i < s->offsets[user + 1]; i++) {
            if (s->items_of[i] != s->items_of[i - 1])
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

/* One entry a pair; the offsets become those of what is left. */
static wrmf_status merge_rows(sorted *s, const double *count, wrmf_duplicates duplicates,
                              int32_t *indices, double *values, wrmf_error *err)
{
    int64_t at = 0, i = 0;
    for (int64_t user = 0; user < s->users; user++) {
        const int64_t start = i, end = s->offsets[user + 1];
        s->offsets[user] = at;
        for (; i < end; i++) {
            const double one = count ? count[s->positions[i]] : 1.0;
            const int32_t item = s->items_of[i];
            if (i == start || item != s->items_of[i - 1]) {
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

/* The matrix of sorted triplets, `kept` of which are the first of their pair. */
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
        status = wrmf_i_fail_nomem(err);
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

wrmf_status wrmf_i_matrix_from_triplets(wrmf_context *context, int64_t users, int64_t items,
                                        int64_t n, const int32_t *user, const int32_t *item,
                                        const double *count, wrmf_duplicates duplicates,
                                        int64_t *merged, wrmf_matrix **out, wrmf_error *err)
{
    sorted s = {.allocator = &context->allocator, .users = users, .items = items, .n = n};
    const bool refuse = duplicates == WRMF_DUPLICATES_REFUSE;
    int64_t repeats = 0, earliest;
    wrmf_status status = sort_triplets(user, item, count || refuse, &s, err);
    if (status == WRMF_OK) {
        repeats = count_repeats(&s, &earliest);
        if (refuse && repeats > 0)
            status =
                wrmf_i_fail(err, WRMF_E_FORMAT, "triplet %lld: user %ld, item %ld is there already",
                            (long long)earliest, (long)user[earliest], (long)item[earliest]);
    }
    if (status == WRMF_OK)
        status = finish(context, &s, count, duplicates, n - repeats, out, err);
    if (status == WRMF_OK && merged)
        *merged = repeats;
    free_sorted(&s);
    return status;
}

wrmf_status wrmf_i_first_repeat(wrmf_context *context, int64_t users, int64_t items, int64_t n,
                                const int32_t *user, const int32_t *item, int64_t *position,
                                wrmf_error *err)
{
    sorted s = {.allocator = &context->allocator, .users = users, .items = items, .n = n};
    const wrmf_status status = sort_triplets(user, item, true, &s, err);
    if (status == WRMF_OK && count_repeats(&s, position) == 0)
        *position = -1;
    free_sorted(&s);
    return status;
}

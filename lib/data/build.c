/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/build.h"

#include <math.h>
#include <string.h>

wrmf_status wrmf_i_check_count(double count, int64_t position, wrmf_error *err)
{
    if (!isfinite(count))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "count[%lld] is not finite", (long long)position);
    if (!(count > 0))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "count[%lld] is %.17g, not above 0",
                           (long long)position, count);
    return WRMF_OK;
}

void wrmf_i_drop_ones(const wrmf_i_allocator *allocator, int64_t entries, double **values)
{
    if (!*values)
        return;
    for (int64_t i = 0; i < entries; i++)
        if ((*values)[i] != 1.0)
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

typedef struct builder {
    const wrmf_i_allocator *allocator;
    int64_t users, items, n;
    const int32_t *user, *item;
    const double *count;
    int64_t *starts;  /* of users or items, + 2 */
    int64_t longest;  /* elements of starts */
    int64_t *by_item; /* positions sorted by item */
    int64_t *offsets; /* of the matrix */
    int64_t *order;   /* positions sorted by user, then item */
} builder;

static void free_builder(builder *b)
{
    wrmf_i_free(b->allocator, b->starts, (size_t)b->longest, sizeof *b->starts);
    wrmf_i_free(b->allocator, b->by_item, (size_t)b->n, sizeof *b->by_item);
    wrmf_i_free(b->allocator, b->order, (size_t)b->n, sizeof *b->order);
}

/* positions[] in a stable order by key; from NULL: 0 .. n - 1 */
static void counting_sort(builder *b, const int32_t *key, const int64_t *from, int64_t *to)
{
    int64_t *const starts = b->starts;
    memset(starts, 0, (size_t)b->longest * sizeof *starts);
    for (int64_t i = 0; i < b->n; i++)
        starts[key[i] + 1]++;
    for (int64_t k = 1; k < b->longest; k++)
        starts[k] += starts[k - 1];
    for (int64_t i = 0; i < b->n; i++) {
        const int64_t position = from ? from[i] : i;
        to[starts[key[position]]++] = position;
    }
}

/* Merge the entries at `position` into the last one of the row. */
static wrmf_status merge(double *value, double added, wrmf_duplicates duplicates, const builder *b,
                         int64_t position, wrmf_error *err)
{
    switch (duplicates) {
    case WRMF_DUPLICATES_SUM: *value += added; break;
    case WRMF_DUPLICATES_MAX: *value = fmax(*value, added); break;
    case WRMF_DUPLICATES_REFUSE:
        return wrmf_i_fail(err, WRMF_E_FORMAT, "triplet %lld: user %ld, item %ld is there already",
                           (long long)position, (long)b->user[position], (long)b->item[position]);
    default: break; /* WRMF_DUPLICATES_DROP: the first stays */
    }
    if (!isfinite(*value))
        return wrmf_i_fail(err, WRMF_E_NONFINITE,
                           "the counts of user %ld, item %ld sum to infinity",
                           (long)b->user[position], (long)b->item[position]);
    return WRMF_OK;
}

/* Write the sorted entries to indices and values; *kept gets how many are left. */
static wrmf_status emit(const builder *b, wrmf_duplicates duplicates, int32_t *indices,
                        double *values, int64_t *kept, wrmf_error *err)
{
    int64_t at = 0, i = 0;
    for (int64_t user = 0; user < b->users; user++) {
        const int64_t row = at;
        b->offsets[user] = row;
        for (; i < b->n && b->user[b->order[i]] == user; i++) {
            const int64_t position = b->order[i];
            const double value = b->count ? b->count[position] : 1.0;
            if (at > row && indices[at - 1] == b->item[position]) {
                WRMF_I_TRY(merge(&values[at - 1], value, duplicates, b, position, err));
                continue;
            }
            indices[at] = b->item[position];
            values[at++] = value;
        }
    }
    b->offsets[b->users] = at;
    *kept = at;
    return WRMF_OK;
}

/* Arrays of exactly `kept` elements, or the same ones if that is all of them. */
static wrmf_status shrink(const builder *b, int64_t kept, int32_t **indices, double **values,
                          wrmf_error *err)
{
    if (kept == b->n)
        return WRMF_OK;
    int32_t *const small_indices = wrmf_i_alloc(b->allocator, (size_t)kept, sizeof **indices);
    double *const small_values = wrmf_i_alloc(b->allocator, (size_t)kept, sizeof **values);
    if (!small_indices || !small_values) {
        wrmf_i_free(b->allocator, small_indices, (size_t)kept, sizeof **indices);
        wrmf_i_free(b->allocator, small_values, (size_t)kept, sizeof **values);
        return wrmf_i_fail_nomem(err);
    }
    memcpy(small_indices, *indices, (size_t)kept * sizeof **indices);
    memcpy(small_values, *values, (size_t)kept * sizeof **values);
    wrmf_i_free(b->allocator, *indices, (size_t)b->n, sizeof **indices);
    wrmf_i_free(b->allocator, *values, (size_t)b->n, sizeof **values);
    *indices = small_indices;
    *values = small_values;
    return WRMF_OK;
}

wrmf_status wrmf_i_matrix_build(wrmf_context *context, int64_t users, int64_t items, int64_t n,
                                const int32_t *user, const int32_t *item, const double *count,
                                wrmf_duplicates duplicates, int64_t *merged, wrmf_matrix **out,
                                wrmf_error *err)
{
    builder b = {.allocator = &context->allocator,
                 .users = users,
                 .items = items,
                 .n = n,
                 .user = user,
                 .item = item,
                 .count = count};
    b.longest = (users > items ? users : items) + 1;
    b.starts = wrmf_i_alloc(b.allocator, (size_t)b.longest, sizeof *b.starts);
    b.by_item = wrmf_i_alloc(b.allocator, (size_t)n, sizeof *b.by_item);
    b.order = wrmf_i_alloc(b.allocator, (size_t)n, sizeof *b.order);
    b.offsets = wrmf_i_alloc(b.allocator, (size_t)users + 1, sizeof *b.offsets);
    int32_t *indices = wrmf_i_alloc(b.allocator, (size_t)n, sizeof *indices);
    double *values = wrmf_i_alloc(b.allocator, (size_t)n, sizeof *values);
    int64_t room = n, kept = 0; /* elements of indices and values */
    wrmf_status status = WRMF_OK;
    if (!b.starts || !b.by_item || !b.order || !b.offsets || !indices || !values)
        status = wrmf_i_fail_nomem(err);
    if (status == WRMF_OK) {
        counting_sort(&b, item, NULL, b.by_item);
        counting_sort(&b, user, b.by_item, b.order);
        status = emit(&b, duplicates, indices, values, &kept, err);
    }
    if (status == WRMF_OK)
        status = shrink(&b, kept, &indices, &values, err);
    if (status == WRMF_OK) {
        room = kept;
        wrmf_i_drop_ones(b.allocator, kept, &values);
        status = wrmf_i_matrix_adopt(context, users, items, b.offsets, indices, values, out, err);
    }
    free_builder(&b);
    if (status != WRMF_OK)
        wrmf_i_matrix_free_arrays(b.allocator, users, room, b.offsets, indices, values);
    else if (merged)
        *merged = n - kept;
    return status;
}

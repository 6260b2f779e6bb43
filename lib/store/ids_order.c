/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/ids_order.h"

#include <stdlib.h>
#include <string.h>

/* An id with its index. */
typedef struct keyed {
    const char *text; /* NULL: an integer */
    int64_t number;   /* the integer, or the length of the text */
    int32_t index;
} keyed;

static int by_id(const void *a, const void *b)
{
    const keyed *const x = a, *const y = b;
    if (x->text)
        return wrmf_i_text_order(x->text, (size_t)x->number, y->text, (size_t)y->number);
    return (x->number > y->number) - (x->number < y->number);
}

static keyed key_of(const wrmf_ids *ids, int64_t index)
{
    keyed key = {.index = (int32_t)index};
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_INTEGER) {
        key.number = wrmf_i_ids_integer(ids, index);
    } else {
        size_t length;
        key.text = wrmf_i_ids_string(ids, index, &length);
        key.number = (int64_t)length;
    }
    return key;
}

wrmf_status wrmf_i_ids_order(const wrmf_i_allocator *allocator, const wrmf_ids *ids,
                             int32_t **order, wrmf_error *err)
{
    const size_t n = (size_t)wrmf_i_ids_size(ids);
    keyed *const keys = wrmf_i_alloc(allocator, n, sizeof *keys);
    int32_t *const indices = wrmf_i_alloc(allocator, n, sizeof *indices);
    if (!keys || !indices) {
        wrmf_i_free(allocator, keys, n, sizeof *keys);
        wrmf_i_free(allocator, indices, n, sizeof *indices);
        return wrmf_i_fail_memory(err, "the order of ids");
    }
    for (size_t i = 0; i < n; i++)
        keys[i] = key_of(ids, (int64_t)i);
    qsort(keys, n, sizeof *keys, by_id);
    for (size_t i = 0; i < n; i++)
        indices[i] = keys[i].index;
    wrmf_i_free(allocator, keys, n, sizeof *keys);
    *order = indices;
    return WRMF_OK;
}

static int32_t index_at(const wrmf_i_ids_stored *stored, int64_t place)
{
    int32_t index;
    memcpy(&index, (const char *)stored->order + (size_t)place * sizeof index, sizeof index);
    return index;
}

/* How the ids at two indices are ordered. */
static int order_of(const wrmf_i_ids_stored *stored, int64_t a, int64_t b)
{
    keyed one = {.text = NULL}, other = {.text = NULL};
    if (stored->integers) {
        one.number = wrmf_i_stored_integer(stored, a);
        other.number = wrmf_i_stored_integer(stored, b);
    } else {
        size_t length;
        one.text = wrmf_i_stored_text(&stored->texts, a, &length);
        one.number = (int64_t)length;
        other.text = wrmf_i_stored_text(&stored->texts, b, &length);
        other.number = (int64_t)length;
    }
    return by_id(&one, &other);
}

/* Ids that ascend are distinct, and so are their indices: n of them are all that there are. */
wrmf_status wrmf_i_ids_order_check(const wrmf_i_ids_stored *stored, const char *order_name,
                                   const char *ids_name, wrmf_error *err)
{
    for (int64_t i = 0, before = 0; i < stored->n; i++) {
        const int64_t index = index_at(stored, i);
        if (index < 0 || index >= stored->n)
            return wrmf_i_fail(err, WRMF_E_FORMAT,
                               "tensor \"%s\": [%lld] is %lld, not in 0 .. %lld", order_name,
                               (long long)i, (long long)index, (long long)stored->n - 1);
        const int order = i == 0 ? -1 : order_of(stored, before, index);
        if (order == 0)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "%s[%lld] is the same as [%lld]", ids_name,
                               (long long)index, (long long)before);
        if (order > 0)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": the ids at [%lld] descend",
                               order_name, (long long)i);
        before = index;
    }
    return WRMF_OK;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/ids_stored.h"

#include <string.h>

static int64_t load64(const void *numbers, int64_t i)
{
    int64_t number;
    memcpy(&number, (const char *)numbers + (size_t)i * sizeof number, sizeof number);
    return number;
}

/* The index at a place of the order; -1 where it is damaged. */
static int64_t index_at(const wrmf_i_ids_stored *ids, int64_t place)
{
    int32_t index;
    memcpy(&index, (const char *)ids->order + (size_t)place * sizeof index, sizeof index);
    return index >= 0 && index < ids->n ? index : -1;
}

const char *wrmf_i_stored_text(const wrmf_i_stored_texts *texts, int64_t index, size_t *length)
{
    const int64_t begin = load64(texts->offsets, index), end = load64(texts->offsets, index + 1);
    *length = 0;
    if (begin < 0 || end <= begin || end > texts->n_bytes || texts->bytes[end - 1] != '\0')
        return "";
    *length = (size_t)(end - begin - 1);
    return texts->bytes + begin;
}

int64_t wrmf_i_stored_integer(const wrmf_i_ids_stored *ids, int64_t index)
{
    return load64(ids->integers, index);
}

int wrmf_i_text_order(const char *a, size_t a_length, const char *b, size_t b_length)
{
    const int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

int64_t wrmf_i_stored_find_text(const wrmf_i_ids_stored *ids, const char *id, size_t length)
{
    int64_t low = 0, high = ids->n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2, index = index_at(ids, middle);
        if (index < 0)
            return -1;
        size_t own_length;
        const char *const own = wrmf_i_stored_text(&ids->texts, index, &own_length);
        const int order = wrmf_i_text_order(own, own_length, id, length);
        if (order == 0)
            return index;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

int64_t wrmf_i_stored_find_integer(const wrmf_i_ids_stored *ids, int64_t id)
{
    int64_t low = 0, high = ids->n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2, index = index_at(ids, middle);
        if (index < 0)
            return -1;
        const int64_t own = wrmf_i_stored_integer(ids, index);
        if (own == id)
            return index;
        if (own < id)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

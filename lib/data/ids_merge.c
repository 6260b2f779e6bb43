/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/ids_merge.h"

#include <string.h>

#include "base/number.h"

/* Parse a text as the integer that is printed like it. "+7" and "007" are not: two texts could
 * become one id. */
static bool parse_printed(const char *text, size_t length, int64_t *integer)
{
    char printed[WRMF_I_NUMBER_TEXT];
    return wrmf_i_number_parse_int(text, length, integer) &&
           wrmf_i_number_print_int(*integer, printed) == length &&
           memcmp(printed, text, length) == 0;
}

/* Add the id at `index` of `from` to ids, which may be of the other kind. */
static wrmf_status add_id(wrmf_ids *ids, const wrmf_ids *from, int64_t index, int64_t *added,
                          wrmf_error *err)
{
    char scratch[WRMF_I_NUMBER_TEXT];
    size_t length;
    int64_t integer;
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_INTEGER && wrmf_i_ids_kind(from) == WRMF_IDS_INTEGER)
        return wrmf_i_ids_add_integer(ids, wrmf_i_ids_integer(from, index), added, err);
    const char *const text = wrmf_i_ids_text(from, index, scratch, &length);
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_STRING)
        return wrmf_i_ids_add_string(ids, text, length, added, err);
    if (!parse_printed(text, length, &integer))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "id %lld, '%.*s', is no integer in decimal",
                           (long long)index, length < 80 ? (int)length : 80, text);
    return wrmf_i_ids_add_integer(ids, integer, added, err);
}

static wrmf_status add_one(wrmf_ids *ids, const wrmf_ids *from, int64_t index, int64_t *added,
                           wrmf_error *err)
{
    size_t length, unused;
    WRMF_I_TRY(add_id(ids, from, index, added, err));
    const char *const name = wrmf_i_ids_name(from, index, &length);
    return name && !wrmf_i_ids_name(ids, *added, &unused)
               ? wrmf_i_ids_set_name(ids, *added, name, length, err)
               : WRMF_OK;
}

static wrmf_status add_all(wrmf_ids *ids, const wrmf_ids *more, int64_t *indices, wrmf_error *err)
{
    for (int64_t i = 0; i < wrmf_i_ids_size(more); i++)
        WRMF_I_TRY(add_one(ids, more, i, &indices[i], err));
    return WRMF_OK;
}

wrmf_status wrmf_i_ids_merge(wrmf_context *context, const wrmf_ids *ids, const wrmf_ids *more,
                             int64_t *indices, wrmf_ids **out, wrmf_error *err)
{
    const size_t n = (size_t)wrmf_i_ids_size(more);
    wrmf_ids *merged = NULL;
    /* the caller's array is written when nothing can fail any more */
    int64_t *const found = wrmf_i_alloc(&context->allocator, n, sizeof *found);
    wrmf_status status = found ? WRMF_OK : wrmf_i_fail_memory(err, "indices of ids");
    if (status == WRMF_OK)
        status = wrmf_i_ids_copy(context, ids, &merged, err);
    if (status == WRMF_OK)
        status = add_all(merged, more, found, err);
    if (status == WRMF_OK && indices && n > 0)
        memcpy(indices, found, n * sizeof *found);
    wrmf_i_free(&context->allocator, found, n, sizeof *found);
    if (status == WRMF_OK)
        *out = merged;
    else
        wrmf_i_ids_free(merged);
    return status;
}

/* Where the id at `index` of `wanted` is among ids, or -1. */
static int64_t find_id(const wrmf_ids *ids, const wrmf_ids *wanted, int64_t index)
{
    char scratch[WRMF_I_NUMBER_TEXT];
    size_t length;
    int64_t integer;
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_INTEGER && wrmf_i_ids_kind(wanted) == WRMF_IDS_INTEGER)
        return wrmf_i_ids_find_integer(ids, wrmf_i_ids_integer(wanted, index));
    const char *const text = wrmf_i_ids_text(wanted, index, scratch, &length);
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_STRING)
        return wrmf_i_ids_find_text(ids, text, length);
    return parse_printed(text, length, &integer) ? wrmf_i_ids_find_integer(ids, integer) : -1;
}

int64_t wrmf_i_ids_match(const wrmf_ids *ids, const wrmf_ids *wanted, int64_t *indices)
{
    int64_t found = 0;
    for (int64_t i = 0; i < wrmf_i_ids_size(wanted); i++) {
        indices[i] = find_id(ids, wanted, i);
        found += indices[i] >= 0;
    }
    return found;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/ids.h"

#include <string.h>

#include "base/number.h"
#include "data/ids_merge.h"
#include "data/removal.h"
#include "io/escape.h"
#include "text/ids_text.h"

static wrmf_status check_kind(wrmf_ids_kind kind, wrmf_error *err)
{
    if (kind == WRMF_IDS_STRING || kind == WRMF_IDS_INTEGER)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_RANGE, "kind is %d, none of wrmf_ids_kind", (int)kind);
}

static wrmf_status check_length(const char *what, size_t length, size_t least, wrmf_error *err)
{
    if (length >= least && length <= WRMF_I_IDS_MAX)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_RANGE, "%s is %zu bytes long, not %zu .. 2^31 - 1", what, length,
                       least);
}

/* Check an index, which the caller gives in an array at `position`, or by itself: position is -1.
 */
static wrmf_status check_index(const wrmf_ids *ids, const char *what, int64_t position,
                               int64_t index, wrmf_error *err)
{
    if (index >= 0 && index < wrmf_i_ids_size(ids))
        return WRMF_OK;
    if (position < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "%s is %lld, not in 0 .. %lld", what,
                           (long long)index, (long long)wrmf_i_ids_size(ids) - 1);
    return wrmf_i_fail(err, WRMF_E_RANGE, "%s[%lld] is %lld, not in 0 .. %lld", what,
                       (long long)position, (long long)index, (long long)wrmf_i_ids_size(ids) - 1);
}

static bool has(const wrmf_ids *ids, int64_t index)
{
    return ids && index >= 0 && index < wrmf_i_ids_size(ids);
}

wrmf_status wrmf_ids_create(wrmf_context *context, wrmf_ids_kind kind, wrmf_ids **out,
                            wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    WRMF_I_TRY(check_kind(kind, err));
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_ids_new(context, kind, out, err);
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_ids_free(wrmf_ids *ids)
{
    wrmf_i_ids_retire(ids);
}

wrmf_status wrmf_ids_add(wrmf_ids *ids, const char *id, size_t length, int64_t *index,
                         wrmf_error *err)
{
    if (!ids)
        return wrmf_i_fail_null(err, "ids");
    if (!id)
        return wrmf_i_fail_null(err, "id");
    if (wrmf_i_ids_kind(ids) != WRMF_IDS_STRING)
        return wrmf_i_fail(err, WRMF_E_STATE, "the ids are integers, not strings");
    WRMF_I_TRY(check_length("id", length, 1, err));
    int64_t unused;
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_ids_change(&call, ids, err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_add_string(ids, id, length, index ? index : &unused, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_ids_add_integer(wrmf_ids *ids, int64_t id, int64_t *index, wrmf_error *err)
{
    if (!ids)
        return wrmf_i_fail_null(err, "ids");
    if (wrmf_i_ids_kind(ids) != WRMF_IDS_INTEGER)
        return wrmf_i_fail(err, WRMF_E_STATE, "the ids are strings, not integers");
    int64_t unused;
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_ids_change(&call, ids, err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_add_integer(ids, id, index ? index : &unused, err);
    wrmf_i_call_end(&call);
    return status;
}

int64_t wrmf_ids_size(const wrmf_ids *ids)
{
    return ids ? wrmf_i_ids_size(ids) : 0;
}

wrmf_ids_kind wrmf_ids_get_kind(const wrmf_ids *ids)
{
    return ids ? wrmf_i_ids_kind(ids) : WRMF_IDS_STRING;
}

int64_t wrmf_ids_find(const wrmf_ids *ids, const char *id, size_t length)
{
    if (!ids || !id || length == 0 || length > WRMF_I_IDS_MAX)
        return -1;
    return wrmf_i_ids_find_text(ids, id, length);
}

int64_t wrmf_ids_find_integer(const wrmf_ids *ids, int64_t id)
{
    if (!ids || wrmf_i_ids_kind(ids) != WRMF_IDS_INTEGER)
        return -1;
    return wrmf_i_ids_find_integer(ids, id);
}

const char *wrmf_ids_string(const wrmf_ids *ids, int64_t index, size_t *length)
{
    size_t bytes = 0;
    const bool is_string = has(ids, index) && wrmf_i_ids_kind(ids) == WRMF_IDS_STRING;
    const char *const text = is_string ? wrmf_i_ids_string(ids, index, &bytes) : NULL;
    if (length)
        *length = bytes;
    return text;
}

int64_t wrmf_ids_integer(const wrmf_ids *ids, int64_t index)
{
    if (!has(ids, index) || wrmf_i_ids_kind(ids) != WRMF_IDS_INTEGER)
        return 0;
    return wrmf_i_ids_integer(ids, index);
}

size_t wrmf_ids_format(const wrmf_ids *ids, int64_t index, char *buffer, size_t capacity)
{
    char scratch[WRMF_I_NUMBER_TEXT];
    size_t length = 0;
    const char *text = "";
    if (has(ids, index))
        text = wrmf_i_ids_text(ids, index, scratch, &length);
    if (buffer && capacity > 0) {
        const size_t shown = length < capacity - 1 ? length : capacity - 1;
        memcpy(buffer, text, shown);
        buffer[shown] = '\0';
    }
    return length;
}

uint64_t wrmf_ids_hash(const wrmf_ids *ids)
{
    return ids ? wrmf_i_ids_hash(ids) : 0;
}

wrmf_status wrmf_ids_set_name(wrmf_ids *ids, int64_t index, const char *name, size_t length,
                              wrmf_error *err)
{
    if (!ids)
        return wrmf_i_fail_null(err, "ids");
    if (!name && length > 0)
        return wrmf_i_fail_null(err, "name");
    WRMF_I_TRY(check_index(ids, "index", -1, index, err));
    WRMF_I_TRY(check_length("name", length, 0, err));
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_ids_change(&call, ids, err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_set_name(ids, index, name, length, err);
    wrmf_i_call_end(&call);
    return status;
}

const char *wrmf_ids_name(const wrmf_ids *ids, int64_t index, size_t *length)
{
    size_t bytes = 0;
    const char *const name = has(ids, index) ? wrmf_i_ids_name(ids, index, &bytes) : NULL;
    if (length)
        *length = bytes;
    return name;
}

wrmf_status wrmf_ids_select(const wrmf_ids *ids, const int64_t *indices, int64_t n, wrmf_ids **out,
                            wrmf_error *err)
{
    if (!ids)
        return wrmf_i_fail_null(err, "ids");
    if (!indices && n > 0)
        return wrmf_i_fail_null(err, "indices");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, below 0", (long long)n);
    for (int64_t i = 0; i < n; i++)
        WRMF_I_TRY(check_index(ids, "indices", i, indices[i], err));
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_ids_read_only(&call, ids, err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_select(wrmf_i_ids_context(ids), ids, indices, n, out, err);
    wrmf_i_call_end(&call);
    return status;
}

static wrmf_status without(const wrmf_ids *ids, const int64_t *indices, int64_t n, wrmf_ids **out,
                           wrmf_error *err)
{
    wrmf_context *const context = wrmf_i_ids_context(ids);
    wrmf_i_removal removal;
    WRMF_I_TRY(
        wrmf_i_removal_begin(&context->allocator, wrmf_i_ids_size(ids), indices, n, &removal, err));
    const wrmf_status status =
        wrmf_i_ids_select(context, ids, removal.from, removal.kept, out, err);
    wrmf_i_removal_end(&removal);
    return status;
}

wrmf_status wrmf_ids_without(const wrmf_ids *ids, const int64_t *indices, int64_t n, wrmf_ids **out,
                             wrmf_error *err)
{
    if (!ids)
        return wrmf_i_fail_null(err, "ids");
    if (!indices && n > 0)
        return wrmf_i_fail_null(err, "indices");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, below 0", (long long)n);
    for (int64_t i = 0; i < n; i++)
        WRMF_I_TRY(check_index(ids, "indices", i, indices[i], err));
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_ids_read_only(&call, ids, err);
    if (status == WRMF_OK)
        status = without(ids, indices, n, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_ids_merge(const wrmf_ids *ids, const wrmf_ids *more, int64_t *indices,
                           wrmf_ids **out, wrmf_error *err)
{
    if (!ids)
        return wrmf_i_fail_null(err, "ids");
    if (!more)
        return wrmf_i_fail_null(err, "more");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_ids_read_only(&call, ids, err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_read_only(&call, more, err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_merge(wrmf_i_ids_context(ids), ids, more, indices, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_ids_match(const wrmf_ids *ids, const wrmf_ids *wanted, int64_t *indices,
                           int64_t *found, wrmf_error *err)
{
    if (!ids)
        return wrmf_i_fail_null(err, "ids");
    if (!wanted)
        return wrmf_i_fail_null(err, "wanted");
    if (!indices)
        return wrmf_i_fail_null(err, "indices");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_ids_read_only(&call, ids, err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_read_only(&call, wanted, err);
    if (status == WRMF_OK) {
        const int64_t n = wrmf_i_ids_match(ids, wanted, indices);
        if (found)
            *found = n;
    }
    wrmf_i_call_end(&call);
    return status;
}

size_t wrmf_ids_escape(const char *text, size_t length, char *buffer, size_t capacity)
{
    return wrmf_i_escape(text, text ? length : 0, buffer, buffer ? capacity : 0);
}

wrmf_status wrmf_ids_unescape(const char *text, size_t length, char *buffer, size_t *n,
                              wrmf_error *err)
{
    if (!text && length > 0)
        return wrmf_i_fail_null(err, "text");
    if (!buffer && length > 0)
        return wrmf_i_fail_null(err, "buffer");
    if (!n)
        return wrmf_i_fail_null(err, "n");
    size_t bytes = 0;
    if (length > 0 && !wrmf_i_unescape(text, length, buffer, &bytes))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "byte %zu: " WRMF_I_ESCAPE_WRONG, bytes);
    *n = bytes;
    return WRMF_OK;
}

wrmf_status wrmf_ids_read(wrmf_context *context, wrmf_input *input, wrmf_ids_kind kind,
                          wrmf_ids **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!input)
        return wrmf_i_fail_null(err, "input");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    WRMF_I_TRY(check_kind(kind, err));
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    wrmf_status status = wrmf_i_input_enter(&call, input, err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_read(context, input, kind, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_ids_write(const wrmf_ids *ids, wrmf_output *output, wrmf_error *err)
{
    if (!ids)
        return wrmf_i_fail_null(err, "ids");
    if (!output)
        return wrmf_i_fail_null(err, "output");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_ids_read_only(&call, ids, err);
    if (status == WRMF_OK)
        status = wrmf_i_output_enter(&call, output, err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_write(ids, output, err);
    wrmf_i_call_end(&call);
    return status;
}

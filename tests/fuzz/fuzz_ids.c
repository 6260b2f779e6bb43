/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target: ids as text, one a line. The first byte of the input chooses the kind.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "wrmf/ids.h"

static wrmf_status read_once(wrmf_context *context, const uint8_t *data, size_t size,
                             wrmf_ids_kind kind, wrmf_ids **out, wrmf_error *err)
{
    fuzz_bytes bytes = {data, size, 0};
    wrmf_input *const input = fuzz_input(context, &bytes);
    const wrmf_status status = wrmf_ids_read(context, input, kind, out, err);
    wrmf_input_free(input);
    return status;
}

static void check_round_trip(wrmf_context *context, const wrmf_ids *ids)
{
    fuzz_sink sink = {NULL, 0, 0};
    wrmf_output *const output = fuzz_output(context, &sink);
    HOLDS(wrmf_ids_write(ids, output, NULL) == WRMF_OK);
    fuzz_output_finish(output);
    wrmf_ids *back = NULL;
    HOLDS(read_once(context, sink.data, sink.size, wrmf_ids_get_kind(ids), &back, NULL) == WRMF_OK);
    HOLDS(wrmf_ids_size(back) == wrmf_ids_size(ids));
    for (int64_t i = 0; i < wrmf_ids_size(ids); i++) {
        char text[32];
        size_t length = wrmf_ids_format(ids, i, text, sizeof text), other;
        const char *const id = wrmf_ids_string(ids, i, &length);
        if (!id)
            length = strlen(text);
        HOLDS(wrmf_ids_find(back, id ? id : text, length) == i);
        const char *const name = wrmf_ids_name(ids, i, &length);
        const char *const named = wrmf_ids_name(back, i, &other);
        HOLDS(length == other && !name == !named);
        HOLDS(!name || memcmp(name, named, length) == 0);
    }
    wrmf_ids_free(back);
    free(sink.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    wrmf_context *const context = fuzz_context();
    wrmf_ids *ids = NULL;
    wrmf_error failure;
    memset(&failure, 'x', sizeof failure);
    const wrmf_ids_kind kind = data[0] & 1 ? WRMF_IDS_INTEGER : WRMF_IDS_STRING;
    const wrmf_status status = read_once(context, data + 1, size - 1, kind, &ids, &failure);
    if (status == WRMF_OK)
        check_round_trip(context, ids);
    else
        fuzz_check_failure(status, &failure);
    HOLDS((status == WRMF_OK) == (ids != NULL));
    wrmf_ids_free(ids);
    fuzz_context_free(context);
    return 0;
}

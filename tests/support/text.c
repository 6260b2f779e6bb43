/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "host.h"

int64_t text_read(void *self, void *buffer, size_t capacity)
{
    text_source *const source = self;
    size_t n = source->length - source->at;
    if (source->fails_at > 0 && source->at >= source->fails_at)
        return -1;
    if (source->lies)
        return (int64_t)capacity + 1;
    if (n > capacity)
        n = capacity;
    if (source->piece > 0 && n > source->piece)
        n = source->piece;
    if (n > 0)
        memcpy(buffer, source->data + source->at, n);
    source->at += n;
    return (int64_t)n;
}

int text_write(void *self, const void *data, size_t bytes)
{
    text_sink *const sink = self;
    if (sink->fails_at > 0 && sink->length + bytes > sink->fails_at)
        return 1;
    if (sink->length + bytes + 1 > sink->capacity) {
        sink->capacity = 2 * (sink->length + bytes + 1);
        sink->data = realloc(sink->data, sink->capacity);
        assert_non_null(sink->data);
    }
    memcpy(sink->data + sink->length, data, bytes);
    sink->length += bytes;
    sink->data[sink->length] = '\0';
    return 0;
}

wrmf_input *text_input(wrmf_context *context, text_source *source)
{
    wrmf_input *input = NULL;
    MUST(wrmf_input_open_callback(context, source, text_read, "t", &input, err));
    return input;
}

wrmf_input *text_string(wrmf_context *context, text_source *source, const char *string)
{
    source->data = string;
    source->length = strlen(string);
    source->at = 0;
    return text_input(context, source);
}

wrmf_output *text_output(wrmf_context *context, text_sink *sink)
{
    wrmf_output *output = NULL;
    MUST(wrmf_output_open_callback(context, sink, text_write, "t", &output, err));
    return output;
}

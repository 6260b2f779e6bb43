/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_BLOCK = 64 << 20, ALL_BLOCKS = 256 << 20 };

static size_t in_use;

void fuzz_holds(int holds, const char *condition, const char *file, int line)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, condition);
    abort();
}

static void *give(void *self, size_t bytes, size_t alignment)
{
    (void)self;
    void *memory = NULL;
    if (bytes > LARGEST_BLOCK || bytes > ALL_BLOCKS - in_use)
        return NULL;
    if (posix_memalign(&memory, alignment < sizeof(void *) ? sizeof(void *) : alignment, bytes) !=
        0)
        return NULL;
    in_use += bytes;
    return memory;
}

static void take(void *self, void *memory, size_t bytes)
{
    (void)self;
    in_use -= bytes;
    free(memory);
}

wrmf_context *fuzz_context(void)
{
    wrmf_context *context = NULL;
    HOLDS(wrmf_context_create_with_allocator(NULL, give, take, &context, NULL) == WRMF_OK);
    return context;
}

void fuzz_context_free(wrmf_context *context)
{
    wrmf_context_free(context);
    HOLDS(in_use == 0);
}

static int64_t read_bytes(void *self, void *buffer, size_t capacity)
{
    fuzz_bytes *const bytes = self;
    size_t n = bytes->size - bytes->at;
    if (n > capacity)
        n = capacity;
    if (n > 7)
        n = 7;
    if (n > 0)
        memcpy(buffer, bytes->data + bytes->at, n);
    bytes->at += n;
    return (int64_t)n;
}

wrmf_input *fuzz_input(wrmf_context *context, fuzz_bytes *bytes)
{
    wrmf_input *input = NULL;
    bytes->at = 0;
    HOLDS(wrmf_input_open_callback(context, bytes, read_bytes, "t", &input, NULL) == WRMF_OK);
    return input;
}

static int write_bytes(void *self, const void *data, size_t bytes)
{
    fuzz_sink *const sink = self;
    if (sink->size + bytes > sink->capacity) {
        sink->capacity = 2 * (sink->size + bytes);
        sink->data = realloc(sink->data, sink->capacity);
        HOLDS(sink->data);
    }
    memcpy(sink->data + sink->size, data, bytes);
    sink->size += bytes;
    return 0;
}

wrmf_output *fuzz_output(wrmf_context *context, fuzz_sink *sink)
{
    wrmf_output *output = NULL;
    HOLDS(wrmf_output_open_callback(context, sink, write_bytes, "t", &output, NULL) == WRMF_OK);
    return output;
}

void fuzz_output_finish(wrmf_output *output)
{
    HOLDS(wrmf_output_close(output, NULL) == WRMF_OK);
    wrmf_output_free(output);
}

void fuzz_check_failure(wrmf_status status, const wrmf_error *failure)
{
    HOLDS(status != WRMF_OK && status != WRMF_E_INTERNAL);
    HOLDS(failure->code == status);
    const char *const end = memchr(failure->text, '\0', sizeof failure->text);
    HOLDS(end && end > failure->text);
    HOLDS(!strchr(failure->text, '\n'));
    HOLDS(strcmp(wrmf_status_name(status), "unknown") != 0);
}

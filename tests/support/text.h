/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - inputs and outputs in memory.
 */
#ifndef TESTS_SUPPORT_TEXT_H
#define TESTS_SUPPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wrmf/io.h"

/** Bytes to read; zero-initialise what is not named. */
typedef struct text_source {
    const char *data;
    size_t length, at;
    size_t piece;    /* bytes given at once; 0: as many as are asked for */
    size_t fails_at; /* the byte at which reading fails; 0: none */
    bool lies;       /* says that it gave more than was asked for */
} text_source;

/** Bytes that were written; free data. */
typedef struct text_sink {
    char *data; /* with a NUL behind it */
    size_t length, capacity;
    size_t fails_at; /* how many bytes may be written; 0: all */
} text_sink;

int64_t text_read(void *self, void *buffer, size_t capacity);
int text_write(void *self, const void *data, size_t bytes);

/** An input called "t" on the source. */
wrmf_input *text_input(wrmf_context *context, text_source *source);
/** The same on a source that holds a string, from its first byte. */
wrmf_input *text_string(wrmf_context *context, text_source *source, const char *string);
/** An output called "t" on the sink. */
wrmf_output *text_output(wrmf_context *context, text_sink *sink);

#endif /* TESTS_SUPPORT_TEXT_H */

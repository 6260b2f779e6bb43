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

/** Bytes that an input reads; zero-initialise what is not named. */
typedef struct text_source {
    const char *data;
    size_t length, at;
    size_t piece;    /* bytes given at once; 0: as many as are asked for */
    size_t fails_at; /* the byte at which reading fails; 0: none */
    bool lies;       /* reading reports more bytes than were asked for */
} text_source;

/** Bytes that an output has written; the caller frees data. */
typedef struct text_sink {
    char *data; /* with a NUL behind it */
    size_t length, capacity;
    size_t fails_at; /* how many bytes may be written; 0: all */
} text_sink;

int64_t text_read(void *self, void *buffer, size_t capacity);
int text_write(void *self, const void *data, size_t bytes);

/** Make an input called "t" that reads the source. */
wrmf_input *text_input(wrmf_context *context, text_source *source);
/** Make the same on a source that holds a string, from its first byte. */
wrmf_input *text_string(wrmf_context *context, text_source *source, const char *string);
/** Make an output called "t" that writes to the sink. */
wrmf_output *text_output(wrmf_context *context, text_sink *sink);

#endif /* TESTS_SUPPORT_TEXT_H */

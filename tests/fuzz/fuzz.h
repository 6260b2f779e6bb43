/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz.h - what fuzz targets share. A target gets any bytes, hands them to a parser
 * through the public functions and checks what must hold whatever they are.
 *
 * `meson test --suite fuzz` replays the corpus and mutations of it with driver.c.
 * To search for more with libFuzzer, from this folder:
 *
 *     CC=clang meson setup ../../build-fuzz ../.. -Db_lundef=false \
 *         -Dbuildtype=debugoptimized -Db_sanitize=address,undefined \
 *         -Dc_args=-fsanitize=fuzzer-no-link
 *     ninja -C ../../build-fuzz lib/libwrmf.a
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -I../../include fuzz_reader.c fuzz.c \
 *         ../../build-fuzz/lib/libwrmf.a $(pkg-config --libs openblas lapacke zlib jansson \
 *         libxxhash) -lm -lpthread -o fuzz_reader
 *     mkdir found; ./fuzz_reader found corpus/reader
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/context.h"
#include "wrmf/io.h"

/** The target; gives 0 always. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** End the process, unless the condition holds. */
#define HOLDS(condition) fuzz_holds((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
void fuzz_holds(int holds, const char *condition, const char *file, int line);

/** Make a context whose allocator gives 256 MiB in all and no block above 64 MiB, so that text that
 *  announces a matrix of 2^31 rows fails at once. */
wrmf_context *fuzz_context(void);
/** Free the context; everything must have been given back. */
void fuzz_context_free(wrmf_context *context);

/** Bytes that an input reads, a few at a time. */
typedef struct fuzz_bytes {
    const uint8_t *data;
    size_t size, at;
} fuzz_bytes;
wrmf_input *fuzz_input(wrmf_context *context, fuzz_bytes *bytes);

/** Bytes that an output has written; the caller frees data. */
typedef struct fuzz_sink {
    uint8_t *data;
    size_t size, capacity;
} fuzz_sink;
wrmf_output *fuzz_output(wrmf_context *context, fuzz_sink *sink);
/** Close an output, which must succeed, and free it. */
void fuzz_output_finish(wrmf_output *output);

/** Check that a call that failed reported its failure as documented. */
void fuzz_check_failure(wrmf_status status, const wrmf_error *failure);

#endif /* TESTS_FUZZ_FUZZ_H */

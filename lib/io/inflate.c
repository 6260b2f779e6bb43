/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/inflate.h"

#include <limits.h>
#include <string.h>

#include "config.h"

#if WRMF_HAVE_ZLIB

#include <zlib.h>

/* Where in the packed data the next byte stands. */
typedef enum position {
    INSIDE,  /* a member */
    BETWEEN, /* two members: another may begin */
    PADDING, /* the zeros that tapes and some tools leave behind the last member */
} position;

struct wrmf_i_inflate {
    const wrmf_i_allocator *allocator;
    z_stream stream;
    position position;   /* of the byte that comes next */
    const char *message; /* what is wrong, or NULL; static */
};

/* zlib does not say how large a block is when it gives it back, so each begins with a cache line
 * that holds its size. */
static voidpf zlib_alloc(voidpf self, uInt count, uInt size)
{
    const size_t bytes = (size_t)count * size + WRMF_I_ALIGN;
    char *const block = wrmf_i_alloc(self, bytes, 1);
    if (!block)
        return NULL;
    memcpy(block, &bytes, sizeof bytes);
    return block + WRMF_I_ALIGN;
}

static void zlib_free(voidpf self, voidpf memory)
{
    char *const block = (char *)memory - WRMF_I_ALIGN;
    size_t bytes;
    memcpy(&bytes, block, sizeof bytes);
    wrmf_i_free(self, block, bytes, 1);
}

wrmf_i_inflate_result wrmf_i_inflate_new(const wrmf_i_allocator *allocator, wrmf_i_inflate **out)
{
    wrmf_i_inflate *const state = wrmf_i_alloc_zero(allocator, 1, sizeof *state);
    if (!state)
        return WRMF_I_INFLATE_NOMEM;
    state->allocator = allocator;
    state->stream.zalloc = zlib_alloc;
    state->stream.zfree = zlib_free;
    state->stream.opaque = (voidpf)(uintptr_t)allocator;
    if (inflateInit2(&state->stream, 16 + MAX_WBITS) != Z_OK) { /* 16: gzip alone */
        wrmf_i_free(allocator, state, 1, sizeof *state);
        return WRMF_I_INFLATE_NOMEM;
    }
    *out = state;
    return WRMF_I_INFLATE_OK;
}

void wrmf_i_inflate_free(wrmf_i_inflate *state)
{
    if (!state)
        return;
    inflateEnd(&state->stream);
    wrmf_i_free(state->allocator, state, 1, sizeof *state);
}

static wrmf_i_inflate_result damaged(wrmf_i_inflate *state, const char *message)
{
    state->message = message;
    return WRMF_I_INFLATE_DAMAGED;
}

/* One call of zlib inside a member. */
static wrmf_i_inflate_result step(wrmf_i_inflate *state, const char **from, size_t *n_from,
                                  char **to, size_t *n_to)
{
    z_stream *const stream = &state->stream;
    const uInt in = *n_from < INT_MAX ? (uInt)*n_from : INT_MAX;
    const uInt out = *n_to < INT_MAX ? (uInt)*n_to : INT_MAX;
    stream->next_in = (z_const Bytef *)(uintptr_t)*from;
    stream->avail_in = in;
    stream->next_out = (Bytef *)*to;
    stream->avail_out = out;
    const int code = inflate(stream, Z_NO_FLUSH);
    *from += in - stream->avail_in;
    *n_from -= in - stream->avail_in;
    *to += out - stream->avail_out;
    *n_to -= out - stream->avail_out;
    switch (code) {
    case Z_OK:
    case Z_BUF_ERROR: return WRMF_I_INFLATE_OK; /* no input or no room left */
    case Z_STREAM_END: state->position = BETWEEN; return WRMF_I_INFLATE_OK;
    case Z_MEM_ERROR: return WRMF_I_INFLATE_NOMEM;
    default: return damaged(state, stream->msg ? stream->msg : "not gzip");
    }
}

wrmf_i_inflate_result wrmf_i_inflate_run(wrmf_i_inflate *state, const char **from, size_t *n_from,
                                         char **to, size_t *n_to)
{
    while (*n_to > 0) {
        if (state->position == INSIDE) {
            const size_t had_from = *n_from, had_to = *n_to;
            const wrmf_i_inflate_result result = step(state, from, n_from, to, n_to);
            if (result != WRMF_I_INFLATE_OK)
                return result;
            if (state->position == INSIDE && *n_from == had_from && *n_to == had_to)
                return WRMF_I_INFLATE_OK;
            continue;
        }
        if (*n_from == 0)
            return WRMF_I_INFLATE_OK;
        if (**from == 0) {
            state->position = PADDING;
            (*from)++;
            (*n_from)--;
        } else if (state->position == PADDING) {
            return damaged(state, "something else behind the packed data");
        } else {
            if (inflateReset(&state->stream) != Z_OK)
                return damaged(state, "cannot begin another member");
            state->position = INSIDE;
        }
    }
    return WRMF_I_INFLATE_OK;
}

bool wrmf_i_inflate_complete(const wrmf_i_inflate *state)
{
    return state->position != INSIDE;
}

const char *wrmf_i_inflate_message(const wrmf_i_inflate *state)
{
    return state->message ? state->message : "damaged";
}

#else

struct wrmf_i_inflate {
    int none;
};

wrmf_i_inflate_result wrmf_i_inflate_new(const wrmf_i_allocator *allocator, wrmf_i_inflate **out)
{
    (void)allocator;
    (void)out;
    return WRMF_I_INFLATE_UNSUPPORTED;
}

void wrmf_i_inflate_free(wrmf_i_inflate *state)
{
    (void)state;
}

wrmf_i_inflate_result wrmf_i_inflate_run(wrmf_i_inflate *state, const char **from, size_t *n_from,
                                         char **to, size_t *n_to)
{
    (void)state;
    (void)from;
    (void)n_from;
    (void)to;
    (void)n_to;
    return WRMF_I_INFLATE_UNSUPPORTED;
}

bool wrmf_i_inflate_complete(const wrmf_i_inflate *state)
{
    (void)state;
    return true;
}

const char *wrmf_i_inflate_message(const wrmf_i_inflate *state)
{
    (void)state;
    return "";
}

#endif

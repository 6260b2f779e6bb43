/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/inflate.h"
#include "io/location.h"

/* Packed data are read in pieces of this size. So is the first piece of plain data, which shows
 * that they are plain; what follows goes into the caller's buffer directly. */
enum { RAW_BYTES = 64 << 10 };

struct wrmf_input {
    wrmf_context *context; /* held */
    wrmf_i_use use;        /* of the call that reads */
    char *name;
    int fd; /* -1: bytes come from read() */
    bool owns_fd;
    void *self;
    wrmf_read_fn read;
    int64_t taken;           /* bytes read so far, packed */
    int64_t total;           /* bytes there are to read, packed; -1: not known */
    char *raw;               /* RAW_BYTES */
    size_t begin, end;       /* raw[begin] .. raw[end - 1] were read and not yet used */
    size_t limits[2];        /* bytes, by wrmf_input_limit */
    bool sniffed;            /* it is known whether the data are packed */
    bool ended;              /* the source has no more bytes */
    wrmf_i_inflate *inflate; /* NULL: the data are plain */
    wrmf_error failure;      /* the first failure; its code is WRMF_OK while there is none */
};

/* ---- life ---- */

void wrmf_i_input_free(wrmf_input *input)
{
    if (!input)
        return;
    wrmf_context *const context = input->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    if (input->owns_fd)
        close(input->fd);
    wrmf_i_inflate_free(input->inflate);
    wrmf_i_strfree(allocator, input->name);
    wrmf_i_free(allocator, input->raw, RAW_BYTES, 1);
    wrmf_i_free(allocator, input, 1, sizeof *input);
    wrmf_i_context_release(context);
}

static void drop(void *input)
{
    wrmf_i_input_free(input);
}

wrmf_status wrmf_i_input_enter(wrmf_i_call *call, wrmf_input *input, wrmf_error *err)
{
    return wrmf_i_call_alone(call, &input->use, input, drop, "input", err);
}

void wrmf_i_input_retire(wrmf_input *input)
{
    if (input && wrmf_i_use_retire(&input->use))
        wrmf_i_input_free(input);
}

static wrmf_status new_input(wrmf_context *context, const char *name, wrmf_input **out,
                             wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    wrmf_input *const input = wrmf_i_alloc_zero(allocator, 1, sizeof *input);
    if (!input)
        return wrmf_i_fail_memory(err, "an input");
    input->context = wrmf_i_context_hold(context);
    input->fd = -1;
    input->total = -1;
    input->limits[WRMF_LIMIT_LINE] = (size_t)16 << 20;
    input->limits[WRMF_LIMIT_ID] = (size_t)1 << 20;
    input->name = wrmf_i_strdup(allocator, name);
    input->raw = wrmf_i_alloc(allocator, RAW_BYTES, 1);
    if (!input->name || !input->raw) {
        wrmf_i_input_free(input);
        return wrmf_i_fail_memory(err, "an input");
    }
    *out = input;
    return WRMF_OK;
}

/* Use the descriptor, unless it is that of a directory, and find out how many bytes it has. */
static wrmf_status attach(wrmf_input *input, int fd, wrmf_error *err)
{
    struct stat file;
    if (fstat(fd, &file) != 0)
        return wrmf_i_fail_errno(err, "cannot read", input->name, errno);
    if (S_ISDIR(file.st_mode))
        return wrmf_i_fail_errno(err, "cannot read", input->name, EISDIR);
    input->fd = fd;
    if (S_ISREG(file.st_mode)) {
        const off_t at = lseek(fd, 0, SEEK_CUR);
        input->total = at >= 0 && at <= file.st_size ? (int64_t)(file.st_size - at) : -1;
    }
    return WRMF_OK;
}

static int open_file(const char *path)
{
    int fd;
    do
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (fd < 0 && errno == EINTR);
    return fd;
}

wrmf_status wrmf_i_input_path(wrmf_context *context, const char *path, wrmf_input **out,
                              wrmf_error *err)
{
    wrmf_input *input = NULL;
    WRMF_I_TRY(new_input(context, path, &input, err));
    const int fd = open_file(path);
    wrmf_status status =
        fd < 0 ? wrmf_i_fail_errno(err, "cannot open", path, errno) : attach(input, fd, err);
    if (status != WRMF_OK) {
        if (fd >= 0)
            close(fd);
        wrmf_i_input_free(input);
        return status;
    }
    input->owns_fd = true;
    *out = input;
    return WRMF_OK;
}

wrmf_status wrmf_i_input_fd(wrmf_context *context, int fd, const char *name, wrmf_input **out,
                            wrmf_error *err)
{
    char own[32];
    snprintf(own, sizeof own, "<fd %d>", fd);
    wrmf_input *input = NULL;
    WRMF_I_TRY(new_input(context, name ? name : own, &input, err));
    const wrmf_status status = attach(input, fd, err);
    if (status != WRMF_OK) {
        wrmf_i_input_free(input);
        return status;
    }
    *out = input;
    return WRMF_OK;
}

wrmf_status wrmf_i_input_callback(wrmf_context *context, void *self, wrmf_read_fn read,
                                  const char *name, wrmf_input **out, wrmf_error *err)
{
    wrmf_input *input = NULL;
    WRMF_I_TRY(new_input(context, name ? name : "<callback>", &input, err));
    input->self = self;
    input->read = read;
    *out = input;
    return WRMF_OK;
}

size_t wrmf_i_input_limit(const wrmf_input *input, wrmf_input_limit limit)
{
    return input->limits[limit];
}

void wrmf_i_input_set_limit(wrmf_input *input, wrmf_input_limit limit, size_t bytes)
{
    input->limits[limit] = bytes;
}

const char *wrmf_i_input_name(const wrmf_input *input)
{
    return input->name;
}

int64_t wrmf_i_input_taken(const wrmf_input *input)
{
    return input->taken;
}

int64_t wrmf_i_input_total(const wrmf_input *input)
{
    return input->total;
}

/* ---- reading ---- */

static wrmf_status take_fd(wrmf_input *input, char *buffer, size_t capacity, size_t *got,
                           wrmf_error *err)
{
    ssize_t n;
    do
        n = read(input->fd, buffer, capacity);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return wrmf_i_fail_errno(err, "cannot read", input->name, errno);
    *got = (size_t)n;
    return WRMF_OK;
}

static wrmf_status take_callback(wrmf_input *input, char *buffer, size_t capacity, size_t *got,
                                 wrmf_error *err)
{
    const int64_t n = input->read(input->self, buffer, capacity);
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_IO, "cannot read %s: its function failed at byte %lld",
                           input->name, (long long)input->taken);
    if ((uint64_t)n > capacity)
        return wrmf_i_fail(err, WRMF_E_IO,
                           "cannot read %s: its function gave %lld bytes, %zu were asked for",
                           input->name, (long long)n, capacity);
    *got = (size_t)n;
    return WRMF_OK;
}

/* Read some bytes, as many as come at once; none come only at the end. */
static wrmf_status take(wrmf_input *input, char *buffer, size_t capacity, size_t *got,
                        wrmf_error *err)
{
    const size_t most = (size_t)1 << 30; /* the most that one read() gives on every system */
    *got = 0;
    if (input->ended)
        return WRMF_OK;
    if (capacity > most)
        capacity = most;
    WRMF_I_TRY(input->fd >= 0 ? take_fd(input, buffer, capacity, got, err)
                              : take_callback(input, buffer, capacity, got, err));
    input->taken += (int64_t)*got;
    input->ended = *got == 0;
    return WRMF_OK;
}

static wrmf_status fail_inflate(const wrmf_input *input, wrmf_i_inflate_result result,
                                wrmf_error *err)
{
    if (result == WRMF_I_INFLATE_NOMEM)
        return wrmf_i_fail_memory(err, "unpacking gzip data");
    if (result == WRMF_I_INFLATE_UNSUPPORTED)
        return wrmf_i_fail(err, WRMF_E_UNSUPPORTED,
                           "%s is packed by gzip, which this build cannot read", input->name);
    const int64_t at = input->taken - (int64_t)(input->end - input->begin);
    return wrmf_i_fail(err, WRMF_E_IO, "%s: damaged gzip data at byte %lld: %s", input->name,
                       (long long)at, wrmf_i_inflate_message(input->inflate));
}

/* Read the first bytes, which tell whether the data are packed. */
static wrmf_status sniff(wrmf_input *input, wrmf_error *err)
{
    while (input->end < 2 && !input->ended) {
        size_t got;
        WRMF_I_TRY(take(input, input->raw + input->end, RAW_BYTES - input->end, &got, err));
        input->end += got;
    }
    input->sniffed = true;
    if (input->end < 2 || memcmp(input->raw, "\x1f\x8b", 2) != 0)
        return WRMF_OK;
    const wrmf_i_inflate_result result =
        wrmf_i_inflate_new(&input->context->allocator, &input->inflate);
    return result == WRMF_I_INFLATE_OK ? WRMF_OK : fail_inflate(input, result, err);
}

static wrmf_status read_packed(wrmf_input *input, char *buffer, size_t capacity, size_t *got,
                               wrmf_error *err)
{
    char *to = buffer;
    size_t room = capacity;
    while (room > 0) {
        if (input->begin == input->end) {
            input->begin = input->end = 0;
            WRMF_I_TRY(take(input, input->raw, RAW_BYTES, &input->end, err));
        }
        const char *from = input->raw + input->begin;
        size_t left = input->end - input->begin;
        const size_t had = room;
        const wrmf_i_inflate_result result =
            wrmf_i_inflate_run(input->inflate, &from, &left, &to, &room);
        input->begin = input->end - left;
        if (result != WRMF_I_INFLATE_OK)
            return fail_inflate(input, result, err);
        if (input->ended && room == had)
            break;
    }
    *got = capacity - room;
    if (room > 0 && !wrmf_i_inflate_complete(input->inflate))
        return wrmf_i_fail(err, WRMF_E_IO, "%s: the gzip data ends too early, at byte %lld",
                           input->name, (long long)input->taken);
    return WRMF_OK;
}

static wrmf_status read_plain(wrmf_input *input, char *buffer, size_t capacity, size_t *got,
                              wrmf_error *err)
{
    const size_t held = input->end - input->begin;
    size_t filled = held < capacity ? held : capacity;
    memcpy(buffer, input->raw + input->begin, filled);
    input->begin += filled;
    while (filled < capacity && !input->ended) {
        size_t more;
        WRMF_I_TRY(take(input, buffer + filled, capacity - filled, &more, err));
        filled += more;
    }
    *got = filled;
    return WRMF_OK;
}

wrmf_status wrmf_i_input_read(wrmf_input *input, char *buffer, size_t capacity, size_t *got,
                              wrmf_error *err)
{
    wrmf_error *const failure = &input->failure;
    *got = 0;
    if (failure->code == WRMF_OK && !input->sniffed)
        (void)sniff(input, failure);
    if (failure->code == WRMF_OK && input->inflate)
        (void)read_packed(input, buffer, capacity, got, failure);
    else if (failure->code == WRMF_OK)
        (void)read_plain(input, buffer, capacity, got, failure);
    if (failure->code == WRMF_OK)
        return WRMF_OK;
    *got = 0;
    return wrmf_i_fail(err, failure->code, "%s", failure->text);
}

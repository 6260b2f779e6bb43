/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "search/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "io/location.h"
#include "search/journal_text.h"

/* Locks of an open file, where the system has them, keep out a second grid of the same process
 * too; those of a process do not. */
#ifdef F_OFD_SETLK
#define SET_LOCK F_OFD_SETLK
#else
#define SET_LOCK F_SETLK
#endif

/* ---- finding configurations ---- */

typedef struct hashed_key {
    uint64_t hash; /* of the configuration's key */
    int64_t configuration;
} hashed_key;

typedef struct reader {
    wrmf_grid *grid;
    const wrmf_i_journal *journal;
    hashed_key *keys; /* of all configurations, by hash */
    double *values;   /* of the line being read */
} reader;

static int by_hash(const void *a, const void *b)
{
    const hashed_key *const x = a, *const y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->configuration > y->configuration) - (x->configuration < y->configuration);
}

static void hash_keys(const reader *r)
{
    const wrmf_grid *const grid = r->grid;
    for (int64_t i = 0; i < grid->space.size; i++) {
        wrmf_i_value values[WRMF_I_PARAM_COUNT];
        char key[WRMF_I_JOURNAL_KEY];
        wrmf_i_space_values(&grid->space, i, values);
        const size_t length = wrmf_i_journal_key(values, key);
        r->keys[i] = (hashed_key){XXH3_64bits(key, length), i};
    }
    qsort(r->keys, (size_t)grid->space.size, sizeof *r->keys, by_hash);
}

/* Where in keys a hash is, or would be: the first that is not below it. */
static int64_t find_hash(const reader *r, uint64_t hash)
{
    int64_t low = 0, high = r->grid->space.size;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (r->keys[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_key(const wrmf_grid *grid, int64_t configuration, const char *key, size_t length)
{
    wrmf_i_value values[WRMF_I_PARAM_COUNT];
    char own[WRMF_I_JOURNAL_KEY];
    wrmf_i_space_values(&grid->space, configuration, values);
    return wrmf_i_journal_key(values, own) == length && memcmp(own, key, length) == 0;
}

/* ---- reading ---- */

static wrmf_status take_curve(const reader *r, int64_t configuration, wrmf_error *err)
{
    wrmf_grid *const grid = r->grid;
    if (grid->curves[configuration])
        return WRMF_OK;
    wrmf_curve *curve;
    WRMF_I_TRY(wrmf_i_grid_curve(grid, configuration, &curve, err));
    memcpy(curve->values, r->values,
           (size_t)(grid->n_epochs * grid->columns->count) * sizeof *curve->values);
    grid->curves[configuration] = curve;
    grid->done++;
    return WRMF_OK;
}

/* Take the curve of a whole line. A line whose configuration is none of the grid's belongs to
 * another grid that shares the journal, and is passed over. */
static wrmf_status take_line(const reader *r, const char *line, size_t length, int64_t number,
                             wrmf_error *err)
{
    const wrmf_grid *const grid = r->grid;
    if (!wrmf_i_journal_values(line, length, r->values, grid->n_epochs * grid->columns->count))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "%s:%lld: these are not the values of a curve",
                           r->journal->path, (long long)number);
    const size_t key = wrmf_i_journal_key_length(line, length);
    const uint64_t hash = XXH3_64bits(line, key);
    for (int64_t i = find_hash(r, hash); i < grid->space.size && r->keys[i].hash == hash; i++)
        if (has_key(grid, r->keys[i].configuration, line, key))
            WRMF_I_TRY(take_curve(r, r->keys[i].configuration, err));
    return WRMF_OK;
}

/* Take the whole lines behind the first, which has `head` bytes, and set *end behind the last.
 * Only the last line may be incomplete. */
static wrmf_status take_lines(const reader *r, const char *data, size_t bytes, size_t head,
                              int64_t *end, wrmf_error *err)
{
    int64_t number = 1;
    for (size_t at = head; at < bytes;) {
        const char *const line = data + at;
        const char *const broken = memchr(line, '\n', bytes - at);
        const size_t length = broken ? (size_t)(broken - line) : bytes - at;
        const bool whole = broken && wrmf_i_journal_is_whole(line, length);
        number++;
        if (!whole && at + length + 1 < bytes)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "%s:%lld: the line is damaged", r->journal->path,
                               (long long)number);
        if (!whole)
            return WRMF_OK; /* the last line, incomplete */
        WRMF_I_TRY(take_line(r, line, length, number, err));
        at += length + 1;
        *end = (int64_t)at;
    }
    return WRMF_OK;
}

/* Fail for a journal whose first line is not the grid's own, naming the first word in which
 * the two differ. */
static wrmf_status fail_other(const char *path, const char *found, size_t bytes, const char *own,
                              size_t head, wrmf_error *err)
{
    const size_t magic = strlen(WRMF_I_JOURNAL_MAGIC);
    if (bytes < magic || memcmp(found, own, magic) != 0 || !memchr(found, '\n', bytes))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "%s is no journal of a grid", path);
    size_t word = magic;
    for (size_t i = magic; i < bytes && i < head && found[i] == own[i]; i++)
        if (own[i] == ' ')
            word = i + 1;
    const int length = (int)strcspn(own + word, "= \n");
    if (word == magic)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "%s is a journal of another version", path);
    const bool is_plural = length > 0 && own[word + (size_t)length - 1] == 's';
    return wrmf_i_fail(err, WRMF_E_STATE, "%s is the journal of another grid: its %.*s %s", path,
                       length, own + word, is_plural ? "differ" : "differs");
}

/* Take the curves of a journal that has some bytes; the lines before *end are kept. */
static wrmf_status read_all(const reader *r, const char *data, size_t bytes,
                            const wrmf_i_text *head, int64_t *end, wrmf_error *err)
{
    const size_t common = bytes < head->length ? bytes : head->length;
    *end = 0;
    if (memcmp(data, head->data, common) != 0)
        return fail_other(r->journal->path, data, bytes, head->data, head->length, err);
    if (bytes < head->length)
        return WRMF_OK; /* the first line is incomplete */
    *end = (int64_t)head->length;
    return take_lines(r, data, bytes, head->length, end, err);
}

static wrmf_status read_mapped(const reader *r, const wrmf_i_text *head, int64_t *end,
                               wrmf_error *err)
{
    struct stat file;
    const wrmf_i_journal *const journal = r->journal;
    if (fstat(journal->fd, &file) != 0)
        return wrmf_i_fail_errno(err, "cannot read", journal->path, errno);
    if (!S_ISREG(file.st_mode))
        return wrmf_i_fail(err, WRMF_E_IO, "%s is no regular file", journal->path);
    *end = 0;
    if (file.st_size == 0)
        return WRMF_OK;
    const size_t bytes = (size_t)file.st_size;
    void *const data = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, journal->fd, 0);
    if (data == MAP_FAILED)
        return wrmf_i_fail_errno(err, "cannot map", journal->path, errno);
    const wrmf_status status = read_all(r, data, bytes, head, end, err);
    munmap(data, bytes);
    return status;
}

/* ---- writing ---- */

static wrmf_status append(wrmf_i_journal *journal, const wrmf_i_text *text, wrmf_error *err)
{
    if (text->failed)
        return wrmf_i_fail_nomem(err);
    size_t done = 0;
    while (done < text->length) {
        const ssize_t n = write(journal->fd, text->data + done, text->length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) /* what was written of the line is dropped on opening */
            return wrmf_i_fail_errno(err, "cannot write", journal->path, errno);
        done += (size_t)n;
    }
    if (fdatasync(journal->fd) != 0)
        return wrmf_i_fail_errno(err, "cannot flush", journal->path, errno);
    journal->end += (int64_t)text->length;
    return WRMF_OK;
}

wrmf_status wrmf_i_journal_append(wrmf_i_journal *journal, const wrmf_curve *curve, wrmf_error *err)
{
    wrmf_i_text text = {.allocator = journal->allocator};
    wrmf_i_journal_print_curve(&text, curve);
    const wrmf_status status = append(journal, &text, err);
    wrmf_i_text_free(&text);
    return status;
}

/* ---- opening ---- */

static wrmf_status open_locked(wrmf_i_journal *journal, wrmf_error *err)
{
    /* O_NONBLOCK: a FIFO is refused, not waited for */
    journal->fd =
        open(journal->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    if (journal->fd < 0)
        return wrmf_i_fail_errno(err, "cannot open", journal->path, errno);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(journal->fd, SET_LOCK, &lock) == 0)
        return WRMF_OK;
    if (errno == EAGAIN || errno == EACCES)
        return wrmf_i_fail(err, WRMF_E_STATE, "%s is in use by another grid", journal->path);
    return wrmf_i_fail_errno(err, "cannot lock", journal->path, errno);
}

static wrmf_status read_journal(wrmf_grid *grid, wrmf_i_journal *journal, const wrmf_i_text *head,
                                wrmf_error *err)
{
    const size_t size = (size_t)grid->space.size;
    const size_t numbers = (size_t)(grid->n_epochs * grid->columns->count);
    reader r = {.grid = grid, .journal = journal};
    r.keys = wrmf_i_alloc(journal->allocator, size, sizeof *r.keys);
    r.values = wrmf_i_alloc(journal->allocator, numbers, sizeof *r.values);
    wrmf_status status = WRMF_OK;
    if (r.keys && r.values) {
        hash_keys(&r);
        status = read_mapped(&r, head, &journal->end, err);
    } else {
        status = wrmf_i_fail_nomem(err);
    }
    wrmf_i_free(journal->allocator, r.keys, size, sizeof *r.keys);
    wrmf_i_free(journal->allocator, r.values, numbers, sizeof *r.values);
    return status;
}

static wrmf_status begin(wrmf_grid *grid, wrmf_i_journal *journal, const wrmf_i_text *head,
                         wrmf_error *err)
{
    if (head->failed)
        return wrmf_i_fail_nomem(err);
    WRMF_I_TRY(open_locked(journal, err));
    WRMF_I_TRY(read_journal(grid, journal, head, err));
    if (ftruncate(journal->fd, (off_t)journal->end) != 0)
        return wrmf_i_fail_errno(err, "cannot cut", journal->path, errno);
    return journal->end > 0 ? WRMF_OK : append(journal, head, err);
}

wrmf_status wrmf_i_journal_open(wrmf_grid *grid, wrmf_i_journal *journal, wrmf_error *err)
{
    *journal =
        (wrmf_i_journal){.allocator = &grid->context->allocator, .path = grid->journal, .fd = -1};
    wrmf_i_text head = {.allocator = journal->allocator};
    wrmf_i_journal_print_head(&head, grid);
    const wrmf_status status = begin(grid, journal, &head, err);
    wrmf_i_text_free(&head);
    return status;
}

void wrmf_i_journal_close(wrmf_i_journal *journal)
{
    if (journal->fd >= 0)
        close(journal->fd);
    journal->fd = -1;
}

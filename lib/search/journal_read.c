/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/journal_read.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/number.h"
#include "io/descriptor.h"
#include "io/location.h"
#include "model/params_table.h"
#include "search/journal_lines.h"

/* ---- finding configurations ---- */

typedef struct hashed_key {
    uint64_t hash; /* of the configuration's key */
    int64_t configuration;
} hashed_key;

typedef struct reader {
    wrmf_grid *grid;
    const char *path;
    hashed_key *keys; /* of all configurations, by hash */
    double *values;   /* of the line being read */
    int64_t n_values; /* of a whole curve */
    int64_t end;      /* where the last line that is of use ends in the file */
    int64_t damaged;  /* lines that are */
    int64_t first_damaged;
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

/* Take `points` points of values, unless the grid has as many of the configuration. */
static wrmf_status take_curve(const reader *r, int64_t configuration, int64_t points,
                              wrmf_error *err)
{
    wrmf_grid *const grid = r->grid;
    wrmf_curve *curve = grid->curves[configuration];
    if (curve && curve->points >= points)
        return WRMF_OK;
    if (!curve) {
        WRMF_I_TRY(wrmf_i_grid_curve(grid, configuration, &curve, err));
        grid->curves[configuration] = curve;
        grid->done++;
    }
    memcpy(curve->values, r->values,
           (size_t)(points * grid->columns->count) * sizeof *curve->values);
    curve->points = points;
    return WRMF_OK;
}

/* Take the curve of a whole line. A line whose configuration is none of the grid's belongs to
 * another grid that shares the journal, and is passed over. */
static wrmf_status take_line(const reader *r, const char *line, size_t length, int64_t number,
                             wrmf_error *err)
{
    const wrmf_grid *const grid = r->grid;
    const int64_t width = grid->columns->count;
    const int64_t n_values = wrmf_i_journal_values(line, length, r->values, r->n_values);
    if (n_values < width || n_values % width != 0)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "%s:%lld: these are not the values of a curve",
                           r->path, (long long)number);
    const size_t key = wrmf_i_journal_key_length(line, length);
    const uint64_t hash = XXH3_64bits(line, key);
    for (int64_t i = find_hash(r, hash); i < grid->space.size && r->keys[i].hash == hash; i++)
        if (has_key(grid, r->keys[i].configuration, line, key))
            WRMF_I_TRY(take_curve(r, r->keys[i].configuration, n_values / width, err));
    return WRMF_OK;
}

/* The whole line that a line is, or that a damaged one ends with: a write that was broken off, and
 * could not be cut back, leaves half a line in front of the next. NULL: there is none. */
static const char *find_whole(const char *line, size_t *length)
{
    const char *const first = wrmf_i_param_table[0].name;
    const size_t bytes = strlen(first);
    if (wrmf_i_journal_is_whole(line, *length))
        return line;
    for (size_t at = 1; at + bytes < *length; at++) {
        if (memcmp(line + at, first, bytes) == 0 && line[at + bytes] == '=' &&
            wrmf_i_journal_is_whole(line + at, *length - at)) {
            *length -= at;
            return line + at;
        }
    }
    return NULL;
}

static void count_damaged(reader *r, int64_t number)
{
    if (r->damaged++ == 0)
        r->first_damaged = number;
}

/* Take the lines behind the first. A last one without its break is what a crash leaves, and is
 * passed over without a word. */
static wrmf_status take_lines(reader *r, wrmf_i_journal_lines *lines, wrmf_error *err)
{
    for (;;) {
        wrmf_i_journal_line kind;
        const char *line;
        size_t length;
        const int failed = wrmf_i_journal_lines_next(lines, &kind, &line, &length);
        if (failed != 0)
            return wrmf_i_fail_errno(err, "cannot read", r->path, failed);
        if (kind == WRMF_I_LINE_END || kind == WRMF_I_LINE_UNENDED)
            return WRMF_OK;
        if (length > 0 && line[length - 1] == '\r') /* it has been text of another system */
            length--;
        const size_t all = length;
        const char *const whole = kind == WRMF_I_LINE_ENDED ? find_whole(line, &length) : NULL;
        if (!whole || length < all)
            count_damaged(r, lines->number);
        if (!whole)
            continue;
        WRMF_I_TRY(take_line(r, whole, length, lines->number, err));
        r->end = lines->line_end;
    }
}

/* Fail for a journal whose first line is not the grid's own, naming the first word in which
 * the two differ. */
static wrmf_status fail_other(const char *path, const char *found, size_t bytes,
                              const wrmf_i_text *head, wrmf_error *err)
{
    const char *const own = head->data;
    const size_t magic = strlen(WRMF_I_JOURNAL_MAGIC);
    if (bytes < magic || memcmp(found, own, magic) != 0)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "%s is no journal of a grid", path);
    size_t word = magic;
    for (size_t i = magic; i < bytes && i < head->length && found[i] == own[i]; i++)
        if (own[i] == ' ')
            word = i + 1;
    const int length = (int)strcspn(own + word, "= \n");
    if (word == magic)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "%s is a journal of another version", path);
    const bool is_plural = length > 0 && own[word + (size_t)length - 1] == 's';
    return wrmf_i_fail(err, WRMF_E_STATE, "%s is the journal of another grid: its %.*s %s", path,
                       length, own + word, is_plural ? "differ" : "differs");
}

/* Compare the first line with the grid's own, and set *end to where it ends, 0 where it is missing
 * or cut short. */
static wrmf_status check_head(const reader *r, int fd, const wrmf_i_text *head, int64_t *end,
                              wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = head->allocator;
    const size_t text = head->length - 1; /* without its line break, which may have a CR */
    char *const found = wrmf_i_alloc(allocator, text + 2, 1);
    if (!found)
        return wrmf_i_fail_memory(err, "the first line of a journal");
    size_t bytes;
    const int failed = wrmf_i_read_at(fd, 0, found, text + 2, &bytes);
    wrmf_status status = WRMF_OK;
    *end = 0;
    if (failed != 0)
        status = wrmf_i_fail_errno(err, "cannot read", r->path, failed);
    else if (bytes == text + 2 && memcmp(found, head->data, text) == 0 &&
             memcmp(found + text, "\r\n", 2) == 0)
        *end = (int64_t)bytes;
    else if (memcmp(found, head->data, bytes < head->length ? bytes : head->length) != 0)
        status = fail_other(r->path, found, bytes, head, err);
    else if (bytes >= head->length)
        *end = (int64_t)head->length;
    wrmf_i_free(allocator, found, text + 2, 1);
    return status;
}

static wrmf_status read_file(reader *r, int fd, const wrmf_i_text *head, wrmf_error *err)
{
    int64_t begun;
    WRMF_I_TRY(check_head(r, fd, head, &begun, err));
    if (begun == 0)
        return WRMF_OK;
    r->end = begun;
    wrmf_i_journal_lines lines;
    /* twice the longest: half a line may stand in front of a whole one */
    const size_t longest =
        2 * (WRMF_I_JOURNAL_KEY + (size_t)(r->n_values + 2) * WRMF_I_NUMBER_TEXT);
    if (!wrmf_i_journal_lines_begin(&lines, head->allocator, fd, longest))
        return wrmf_i_fail_memory(err, "reading a journal");
    lines.offset = r->end;
    lines.number = 1;
    const wrmf_status status = take_lines(r, &lines, err);
    wrmf_i_journal_lines_end(&lines);
    return status;
}

wrmf_status wrmf_i_journal_read(wrmf_context *context, wrmf_grid *grid, int fd,
                                const wrmf_i_text *head, int64_t *end, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = head->allocator;
    const size_t size = (size_t)grid->space.size;
    reader r = {.grid = grid, .path = grid->journal};
    r.n_values = grid->n_epochs * grid->columns->count;
    r.keys = wrmf_i_alloc(allocator, size, sizeof *r.keys);
    r.values = wrmf_i_alloc(allocator, (size_t)r.n_values, sizeof *r.values);
    wrmf_status status = WRMF_OK;
    if (r.keys && r.values) {
        hash_keys(&r);
        status = read_file(&r, fd, head, err);
    } else {
        status = wrmf_i_fail_memory(err, "reading a journal");
    }
    wrmf_i_free(allocator, r.keys, size, sizeof *r.keys);
    wrmf_i_free(allocator, r.values, (size_t)r.n_values, sizeof *r.values);
    if (status == WRMF_OK && r.damaged > 0)
        wrmf_i_log(
            context, WRMF_LOG_WARNING,
            "%s:%lld: the line is damaged; what damaged lines held is run again: %lld in all",
            r.path, (long long)r.first_damaged, (long long)r.damaged);
    *end = r.end;
    return status;
}

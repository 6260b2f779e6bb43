/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/market.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "io/lines.h"
#include "io/signature.h"
#include "par/progress.h"
#include "text/pairs.h"

enum { MAX_ROWS = 0x7fffffff }; /* and columns */

/* What an entry's line holds behind its two indices. */
typedef enum field { PATTERN, INTEGER, UNSIGNED, REAL } field;

typedef struct market {
    wrmf_i_lines lines;
    wrmf_i_progress progress;
    const char *line; /* the one at hand; NULL: behind the last */
    size_t length;    /* of the line, in bytes */
    size_t at;        /* bytes of it that are behind us */
    field field;
    bool symmetric;    /* an entry is that of its mirror image, too */
    bool has_dislikes; /* counts below 0 are these */
    wrmf_zeros zeros;
    int64_t dropped;      /* counts of 0 that were passed over */
    int64_t sizes[2];     /* rows, columns */
    int64_t announced;    /* entries */
    uint64_t ids_hash[2]; /* of the ids of rows and columns; 0: not told */
    wrmf_i_pairs pairs;
} market;

/* ---- words ---- */

typedef struct word {
    const char *text;
    size_t length;
} word;

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* The next word of the line; behind the last, one of no bytes. */
static word next_word(market *m)
{
    while (m->at < m->length && is_space(m->line[m->at]))
        m->at++;
    const size_t begin = m->at;
    while (m->at < m->length && !is_space(m->line[m->at]))
        m->at++;
    return (word){m->line + begin, m->at - begin};
}

static bool word_is(word w, const char *text)
{
    return w.length == strlen(text) && strncasecmp(w.text, text, w.length) == 0;
}

/* Digits, with or without a sign. */
static bool is_whole(word w)
{
    for (size_t i = 0; i < w.length; i++) {
        const bool sign = i == 0 && w.length > 1 && (w.text[i] == '-' || w.text[i] == '+');
        if (!sign && (w.text[i] < '0' || w.text[i] > '9'))
            return false;
    }
    return w.length > 0;
}

static wrmf_i_location location_of(const market *m, word w)
{
    return wrmf_i_lines_location(&m->lines, m->line ? (size_t)(w.text - m->line) + 1 : 1);
}

static wrmf_status next_line(market *m, wrmf_error *err)
{
    char *line;
    m->at = 0;
    WRMF_I_TRY(wrmf_i_lines_next(&m->lines, &line, &m->length, err));
    m->line = line;
    return WRMF_OK;
}

/* The next line that has a word and is no comment. */
static wrmf_status next_filled_line(market *m, wrmf_error *err)
{
    for (;;) {
        WRMF_I_TRY(next_line(m, err));
        if (!m->line)
            return WRMF_OK;
        const word first = next_word(m);
        m->at = 0;
        if (first.length > 0 && first.text[0] != '%')
            return WRMF_OK;
    }
}

/* Refuse a line that has more words. */
static wrmf_status end_of_line(market *m, wrmf_error *err)
{
    const word more = next_word(m);
    if (more.length == 0)
        return WRMF_OK;
    char shown[WRMF_I_EXCERPT];
    const wrmf_i_location location = location_of(m, more);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                          "\"%s\" is more than this line should hold",
                          wrmf_i_excerpt(more.text, more.length, shown));
}

/* ---- the head ---- */

static wrmf_status unsupported(const market *m, const char *what, word w, const char *known,
                               wrmf_error *err)
{
    char shown[WRMF_I_EXCERPT];
    const wrmf_i_location location = location_of(m, w);
    if (w.length == 0)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "the %s is missing", what);
    return wrmf_i_fail_at(err, WRMF_E_UNSUPPORTED, &location,
                          "the %s is \"%s\"; what can be read is %s", what,
                          wrmf_i_excerpt(w.text, w.length, shown), known);
}

static wrmf_status read_field(market *m, wrmf_error *err)
{
    static const struct {
        const char *name;
        field field;
    } known[] = {{"real", REAL},
                 {"double", REAL},
                 {"integer", INTEGER},
                 {"unsigned-integer", UNSIGNED},
                 {"pattern", PATTERN}};
    const word w = next_word(m);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (word_is(w, known[i].name)) {
            m->field = known[i].field;
            return WRMF_OK;
        }
    }
    return unsupported(m, "field", w, "real, double, integer, unsigned-integer and pattern", err);
}

static wrmf_status read_symmetry(market *m, wrmf_error *err)
{
    const word w = next_word(m);
    m->symmetric = word_is(w, "symmetric");
    if (m->symmetric || word_is(w, "general"))
        return WRMF_OK;
    return unsupported(m, "symmetry", w,
                       word_is(w, "skew-symmetric")
                           ? "general and symmetric (half of the counts would be below 0)"
                           : "general and symmetric",
                       err);
}

static wrmf_status read_banner(market *m, wrmf_error *err)
{
    WRMF_I_TRY(next_line(m, err));
    const char *const begin = m->line;
    if (!begin || !word_is(next_word(m), "%%MatrixMarket")) {
        const wrmf_i_location location = wrmf_i_lines_location(&m->lines, 1);
        const char *const what =
            begin ? wrmf_i_signature(begin, wrmf_i_lines_at_hand(&m->lines, begin)) : NULL;
        if (what)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "%s: this is no Matrix Market file, but %s",
                               location.name, what);
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                              "no Matrix Market file: it does not begin with %%%%MatrixMarket");
    }
    const word object = next_word(m);
    if (!word_is(object, "matrix"))
        return unsupported(m, "object", object, "matrix", err);
    const word format = next_word(m);
    if (!word_is(format, "coordinate"))
        return unsupported(m, "format", format, "coordinate", err);
    WRMF_I_TRY(read_field(m, err));
    WRMF_I_TRY(read_symmetry(m, err));
    return end_of_line(m, err);
}

static wrmf_status read_size(market *m, const char *what, int64_t most, int64_t *out,
                             wrmf_error *err)
{
    const word w = next_word(m);
    const wrmf_i_location location = location_of(m, w);
    char shown[WRMF_I_EXCERPT];
    wrmf_i_excerpt(w.text, w.length, shown);
    if (w.length == 0)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "the number of %s is missing", what);
    if (!is_whole(w))
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                              "the number of %s is \"%s\", not a whole number", what, shown);
    if (w.text[0] == '-')
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "the number of %s is %s, below 0",
                              what, shown);
    if (!wrmf_i_number_parse_int(w.text, w.length, out) || *out > most)
        return wrmf_i_fail_at(err, WRMF_E_OVERFLOW, &location,
                              "the number of %s is %s, more than %lld", what, shown,
                              (long long)most);
    return WRMF_OK;
}

/* Give the hash that 16 hexadecimal digits are; 0 where they are something else. */
static uint64_t hash_of(word w)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < w.length; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *const digit = w.text[i] ? strchr(digits, w.text[i]) : NULL;
        if (!digit || w.length != 16)
            return 0;
        hash = hash << 4 | (uint64_t)(digit - digits);
    }
    return hash;
}

/* Take `%wrmf users HASH items HASH dislikes`; any other comment, and other words in this one, are
 * passed over. */
static void read_comment(market *m)
{
    static const char *const names[2] = {"users", "items"};
    uint64_t found[2] = {0, 0};
    m->at = 0;
    if (!word_is(next_word(m), "%wrmf"))
        return;
    m->has_dislikes = false;
    for (word name = next_word(m); name.length > 0; name = next_word(m)) {
        if (word_is(name, "dislikes")) {
            m->has_dislikes = true;
            continue;
        }
        const uint64_t hash = hash_of(next_word(m));
        for (int side = 0; side < 2; side++)
            if (word_is(name, names[side]))
                found[side] = hash;
    }
    memcpy(m->ids_hash, found, sizeof found);
}

/* Go to the first line that has a word and is no comment. */
static wrmf_status pass_comments(market *m, wrmf_error *err)
{
    for (;;) {
        WRMF_I_TRY(next_line(m, err));
        if (!m->line)
            return WRMF_OK;
        const word first = next_word(m);
        if (first.length > 0 && first.text[0] == '%')
            read_comment(m);
        m->at = 0;
        if (first.length > 0 && first.text[0] != '%')
            return WRMF_OK;
    }
}

static wrmf_status read_sizes(market *m, wrmf_error *err)
{
    WRMF_I_TRY(pass_comments(m, err));
    if (!m->line) {
        const wrmf_i_location location = wrmf_i_lines_location(&m->lines, 1);
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "the line with the sizes is missing");
    }
    WRMF_I_TRY(read_size(m, "rows", MAX_ROWS, &m->sizes[0], err));
    WRMF_I_TRY(read_size(m, "columns", MAX_ROWS, &m->sizes[1], err));
    if (m->symmetric && m->sizes[0] != m->sizes[1]) {
        const wrmf_i_location location = wrmf_i_lines_location(&m->lines, 1);
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                              "%lld rows and %lld columns, which cannot be symmetric",
                              (long long)m->sizes[0], (long long)m->sizes[1]);
    }
    WRMF_I_TRY(read_size(m, "entries", INT64_MAX, &m->announced, err));
    return end_of_line(m, err);
}

/* ---- entries ---- */

/* Read an index, which counts from 1 in the text and from 0 in *out. */
static wrmf_status read_index(market *m, int side, int64_t *out, wrmf_error *err)
{
    static const char *const names[2] = {"row", "column"};
    const word w = next_word(m);
    int64_t value;
    if (wrmf_i_number_parse_int(w.text, w.length, &value) && value >= 1 &&
        value <= m->sizes[side]) {
        *out = value - 1;
        return WRMF_OK;
    }
    char shown[WRMF_I_EXCERPT];
    const wrmf_i_location location = location_of(m, w);
    if (w.length == 0)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "the %s is missing", names[side]);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "%s is \"%s\", not in 1 .. %lld",
                          names[side], wrmf_i_excerpt(w.text, w.length, shown),
                          (long long)m->sizes[side]);
}

static bool says_not_finite(word w)
{
    if (w.length > 0 && (*w.text == '-' || *w.text == '+'))
        w = (word){w.text + 1, w.length - 1};
    return word_is(w, "nan") || word_is(w, "inf") || word_is(w, "infinity");
}

static wrmf_status read_count(market *m, double *out, wrmf_error *err)
{
    *out = 1.0;
    if (m->field == PATTERN)
        return WRMF_OK;
    const word w = next_word(m);
    double value = 0.0;
    wrmf_status status = WRMF_E_FORMAT;
    const char *problem = NULL;
    if (w.length == 0) {
        problem = "missing";
    } else if (says_not_finite(w)) {
        problem = "not finite";
        status = WRMF_E_NONFINITE;
    } else if (!wrmf_i_number_parse_real(w.text, w.length, &value)) {
        problem = "not a number";
    } else if (m->field != REAL && !is_whole(w)) {
        problem = "not a whole number";
    } else if (value == 0.0 && m->zeros == WRMF_ZEROS_DROP) {
        problem = NULL;
    } else if (!(value > 0.0) && !(value < 0.0 && m->has_dislikes)) {
        problem = "not above 0";
    } else if (value < 0.0 && m->field == UNSIGNED) {
        problem = "below 0, where the first line says unsigned-integer";
    } else if (!isfinite(value)) {
        problem = "not finite";
        status = WRMF_E_NONFINITE;
    }
    if (!problem) {
        *out = value;
        return WRMF_OK;
    }
    char shown[WRMF_I_EXCERPT];
    const wrmf_i_location location = location_of(m, w);
    return wrmf_i_fail_at(err, status, &location, "count is \"%s\", %s",
                          wrmf_i_excerpt(w.text, w.length, shown), problem);
}

static wrmf_status add_entry(market *m, int64_t row, int64_t column, double count, wrmf_error *err)
{
    wrmf_i_pairs *const pairs = &m->pairs;
    if (pairs->n == pairs->room)
        WRMF_I_TRY(wrmf_i_pairs_grow(pairs, m->sizes[0], m->sizes[1], err));
    if (pairs->locations)
        pairs->locations[pairs->n] = wrmf_i_lines_location(&m->lines, 1);
    return wrmf_i_pairs_add(pairs, row, column, count, m->lines.line, err);
}

static wrmf_status read_entry(market *m, wrmf_error *err)
{
    int64_t row, column;
    double count;
    WRMF_I_TRY(read_index(m, 0, &row, err));
    WRMF_I_TRY(read_index(m, 1, &column, err));
    WRMF_I_TRY(read_count(m, &count, err));
    WRMF_I_TRY(end_of_line(m, err));
    if (count == 0.0) {
        m->dropped++;
        return WRMF_OK;
    }
    WRMF_I_TRY(add_entry(m, row, column, count, err));
    return m->symmetric && row != column ? add_entry(m, column, row, count, err) : WRMF_OK;
}

static wrmf_status read_entries(market *m, wrmf_error *err)
{
    wrmf_input *const input = m->lines.window.input;
    for (int64_t n = 0;; n++) {
        if (n % 4096 == 0 && wrmf_i_progress_step(&m->progress, wrmf_i_input_taken(input), false))
            return wrmf_i_fail_stopped(m->progress.context, err);
        WRMF_I_TRY(next_filled_line(m, err));
        if (!m->line && n == m->announced)
            break;
        const wrmf_i_location location = wrmf_i_lines_location(&m->lines, 1);
        if (!m->line)
            return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                                  "the file ends after %lld of %lld entries", (long long)n,
                                  (long long)m->announced);
        if (n == m->announced)
            return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                                  "more entries than the %lld announced", (long long)n);
        WRMF_I_TRY(read_entry(m, err));
    }
    if (wrmf_i_progress_step(&m->progress, wrmf_i_input_taken(input), true))
        return wrmf_i_fail_stopped(m->progress.context, err);
    return WRMF_OK;
}

/* Explain counts of a pair that do not add up to a count. */
static wrmf_status fail_sum(const market *m, const wrmf_i_bad_sum *bad, wrmf_status code,
                            wrmf_error *err)
{
    wrmf_i_location location = wrmf_i_lines_location(&m->lines, 1);
    const long long row = bad->user + 1, column = bad->item + 1;
    const char *const sum = bad->sum == 0 ? "0" : "a number that is not finite";
    location.line = bad->line;
    if (bad->line > 0)
        return wrmf_i_fail_at(err, code, &location,
                              "the counts of row %lld, column %lld add up to %s", row, column, sum);
    return wrmf_i_fail(err, code, "%s: the counts of row %lld, column %lld add up to %s",
                       location.name, row, column, sum);
}

static wrmf_status read_all(market *m, wrmf_matrix **out, wrmf_error *err)
{
    WRMF_I_TRY(read_banner(m, err));
    WRMF_I_TRY(read_sizes(m, err));
    WRMF_I_TRY(read_entries(m, err));
    wrmf_i_bad_sum bad;
    const wrmf_status status =
        wrmf_i_pairs_matrix(&m->pairs, m->sizes[0], m->sizes[1], out, NULL, &bad, err);
    if (status != WRMF_OK)
        return bad.user >= 0 ? fail_sum(m, &bad, status, err) : status;
    memcpy((*out)->ids_hash, m->ids_hash, sizeof m->ids_hash);
    return WRMF_OK;
}

wrmf_status wrmf_i_market_read(wrmf_context *context, wrmf_input *input, wrmf_duplicates duplicates,
                               wrmf_zeros zeros, int64_t *merged, int64_t *dropped,
                               wrmf_matrix **out, wrmf_error *err)
{
    market m = {.field = REAL, .zeros = zeros};
    WRMF_I_TRY(wrmf_i_lines_init(&m.lines, context, input, err));
    wrmf_i_pairs_init(&m.pairs, context, duplicates, false);
    wrmf_i_progress_begin(&m.progress, context, "read", 0, wrmf_i_input_total(input));
    const wrmf_status status = read_all(&m, out, err);
    wrmf_i_progress_end(&m.progress);
    if (status == WRMF_OK && merged)
        *merged = m.pairs.merged;
    if (status == WRMF_OK && dropped)
        *dropped = m.dropped;
    wrmf_i_pairs_free(&m.pairs);
    wrmf_i_lines_free(&m.lines);
    return status;
}

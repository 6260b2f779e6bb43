/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/guess.h"

#include <string.h>

#include "base/number.h"

enum {
    LINES = 100, /* that are looked at, at most */
    FIELDS = 64, /* of each line */
};

static const char *bounded(const char *begin, const char *end)
{
    return end - begin > WRMF_I_GUESS_BYTES ? begin + WRMF_I_GUESS_BYTES : end;
}

/* ---- the delimiter ---- */

static const char candidates[4] = {'\t', ',', ';', '|'};

static int candidate_of(char c)
{
    for (int i = 0; i < 4; i++)
        if (c == candidates[i])
            return i;
    return -1;
}

static bool ends_line(char c)
{
    return c == '\n' || c == '\r';
}

/* The quote that closes the field that the one at `open` begins, if a delimiter or the end of a
 * line follows it; else NULL. */
static const char *find_close(const char *open, const char *end, bool backslash)
{
    for (const char *p = open + 1; p < end; p++) {
        if (backslash && *p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\'))
            p++;
        else if (*p == '"' && p + 1 < end && p[1] == '"')
            p++;
        else if (*p == '"')
            return p + 1 == end || ends_line(p[1]) || candidate_of(p[1]) >= 0 ? p : NULL;
    }
    return NULL;
}

/* The candidate that occurs most often in the line at `begin`; -1 if none does. */
static int candidate_of_line(const char *begin, const char *stop, const wrmf_i_dialect *dialect)
{
    size_t counts[4] = {0};
    bool field_begins = dialect->quotes != WRMF_I_QUOTES_TEXT;
    const char *p = begin;
    for (; p < stop && !ends_line(*p); p++) {
        const char *const close =
            field_begins && *p == '"' ? find_close(p, stop, dialect->backslash) : NULL;
        const int candidate = candidate_of(*p);
        field_begins = candidate >= 0 && dialect->quotes != WRMF_I_QUOTES_TEXT;
        if (candidate >= 0)
            counts[candidate]++;
        if (close)
            p = close;
    }
    int best = 0;
    for (int i = 1; i < 4; i++)
        best = counts[i] > counts[best] ? i : best;
    return counts[best] > 0 ? best : -1;
}

char wrmf_i_guess_delimiter(const char *begin, const char *end, const wrmf_i_dialect *dialect)
{
    const int candidate = candidate_of_line(begin, bounded(begin, end), dialect);
    return candidates[candidate < 0 ? 0 : candidate];
}

char wrmf_i_guess_delimiter_of_most(const char *begin, const char *end,
                                    const wrmf_i_dialect *dialect)
{
    const char *const limit = bounded(begin, end);
    const char *stop, *next;
    wrmf_i_breaks breaks = {0};
    int votes[4] = {0}, best = -1;
    for (int i = 0; i < LINES && begin < limit; i++, begin = next) {
        (void)wrmf_i_breaks_find(&breaks, begin, limit, true, &stop, &next);
        const int candidate = candidate_of_line(begin, limit, dialect);
        if (candidate < 0)
            continue;
        votes[candidate]++;
        if (best < 0 || votes[candidate] > votes[best])
            best = candidate;
    }
    return candidates[best < 0 ? 0 : best];
}

char wrmf_i_guess_directive(const char *begin, const char *end, bool last, const char **next)
{
    wrmf_i_breaks breaks = {0};
    const char *stop;
    if (!wrmf_i_breaks_find(&breaks, begin, bounded(begin, end), last, &stop, next))
        return '\0';
    if (stop - begin == 7 && begin[0] == '"' && begin[6] == '"') {
        begin++;
        stop--;
    }
    if (stop - begin != 5)
        return '\0';
    return memcmp(begin, "sep=", 4) == 0 || memcmp(begin, "SEP=", 4) == 0 ? begin[4] : '\0';
}

/* ---- lines ---- */

/* What values of a column are like, from strict to loose. A number is made of more than words. */
typedef enum likeness {
    EMPTY = 0,
    NUMBER = 1,
    DIGITS = 2, /* at least one: ids such as u17, dates, hashes */
    WORDS = 3,
} likeness;

static likeness likeness_of(const wrmf_i_field *field)
{
    double number;
    if (field->length == 0)
        return EMPTY;
    if (wrmf_i_number_parse_real(field->text, field->length, &number))
        return NUMBER;
    for (size_t i = 0; i < field->length; i++)
        if (field->text[i] >= '0' && field->text[i] <= '9')
            return DIGITS;
    return WORDS;
}

/* What is known of the lines so far. */
typedef struct survey {
    wrmf_i_field first[FIELDS]; /* of the first line */
    size_t n_first;             /* fields of the first line, stored or not */
    likeness below[FIELDS];     /* the loosest of each column's values below; EMPTY: none yet */
    size_t n_fields[LINES];     /* of each line */
    int n_lines;
    bool again; /* a user or an item of the first line occurs again below */
} survey;

static bool same_field(const wrmf_i_field *a, const wrmf_i_field *b)
{
    return a->length > 0 && a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static void compare_below(survey *s, const wrmf_i_record *record, const int64_t columns[2])
{
    const size_t n = record->n_fields < FIELDS ? record->n_fields : FIELDS;
    bool same = record->n_fields == s->n_first;
    for (size_t i = 0; same && i < n; i++)
        same = s->first[i].length == record->fields[i].length &&
               memcmp(s->first[i].text, record->fields[i].text, s->first[i].length) == 0;
    if (same)
        return; /* a header that comes again tells nothing */
    for (size_t i = 0; i < n; i++) {
        const likeness now = likeness_of(&record->fields[i]);
        if (now > s->below[i])
            s->below[i] = now;
    }
    for (int side = 0; side < 2; side++) {
        const int64_t i = columns[side];
        if (i >= 0 && i < (int64_t)n && i < (int64_t)s->n_first)
            s->again = s->again || same_field(&s->first[i], &record->fields[i]);
    }
}

static void add_line(survey *s, const wrmf_i_record *record, const int64_t columns[2])
{
    if (s->n_lines == 0) {
        const size_t n = record->n_fields < FIELDS ? record->n_fields : FIELDS;
        memcpy(s->first, record->fields, n * sizeof *s->first);
        s->n_first = record->n_fields;
    } else {
        compare_below(s, record, columns);
    }
    s->n_fields[s->n_lines++] = record->n_fields;
}

static size_t most_frequent(const survey *s)
{
    size_t best = 0;
    int most = 0;
    for (int i = 0; i < s->n_lines; i++) {
        int same = 0;
        for (int k = i; k < s->n_lines; k++)
            same += s->n_fields[k] == s->n_fields[i];
        if (same > most) {
            most = same;
            best = s->n_fields[i];
        }
    }
    return best;
}

/* Columns of words tell nothing; one of numbers, or of values with digits, tells by what stands
 * over it. */
static wrmf_i_look look_of(const survey *s)
{
    const size_t n = s->n_first < FIELDS ? s->n_first : FIELDS;
    bool alike = false;
    for (size_t i = 0; i < n; i++) {
        const likeness above = likeness_of(&s->first[i]);
        if (s->below[i] == EMPTY || s->below[i] == WORDS || above == EMPTY)
            continue;
        if (above > s->below[i])
            return WRMF_I_LOOK_HEADER;
        alike = true;
    }
    return alike || s->again ? WRMF_I_LOOK_DATA : WRMF_I_LOOK_OPEN;
}

/* The lines that are looked at. */
typedef struct lines {
    const char *begin, *end;
    bool last; /* the text is over at end */
    const wrmf_i_dialect *dialect;
} lines;

/* Add all lines, or those with n_fields fields where that is not 0. */
static void survey_lines(survey *s, const lines *l, const int64_t columns[2], size_t n_fields)
{
    wrmf_i_field fields[FIELDS];
    wrmf_i_record record = {.fields = fields, .room = FIELDS};
    s->n_lines = 0;
    for (const char *p = l->begin; p < l->end && s->n_lines < LINES; p = record.next) {
        const wrmf_i_cut cut = wrmf_i_record_cut(&record, p, l->end, l->last, l->dialect);
        if (cut == WRMF_I_CUT_MORE)
            break;
        if (cut == WRMF_I_CUT_OK && record.n_fields > 0 &&
            (n_fields == 0 || record.n_fields == n_fields))
            add_line(s, &record, columns);
    }
}

wrmf_i_guess wrmf_i_guess_lines(const char *begin, const char *end, bool last,
                                const wrmf_i_dialect *dialect, const int64_t columns[2], bool skips)
{
    const char *const stop = bounded(begin, end);
    const lines l = {begin, stop, last && stop == end, dialect};
    survey s = {.n_lines = 0};
    survey_lines(&s, &l, columns, 0);
    const size_t n_fields = most_frequent(&s);
    if (skips) {
        s = (survey){.n_lines = 0};
        survey_lines(&s, &l, columns, n_fields);
    }
    return (wrmf_i_guess){look_of(&s), n_fields};
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/records.h"

#include <string.h>

/* ---- lines ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Take the blanks at the end of the line, from p on, for no text of it where they delimit. */
static inline void trim_line(wrmf_i_record *record, const char *p, const wrmf_i_dialect *dialect)
{
    if (dialect->separation == WRMF_I_SEPARATION_BLANKS)
        while (record->end > p && is_blank(record->end[-1]))
            record->end--;
}

/* Find the end of the line that p stands in, and set record->end and record->next. False if it is
 * not among the bytes. */
static bool end_line(wrmf_i_record *record, const char *p, const char *end, bool last,
                     const wrmf_i_dialect *dialect)
{
    if (!wrmf_i_breaks_find(&record->known, p, end, last, &record->end, &record->next))
        return false;
    trim_line(record, p, dialect);
    return true;
}

/* Count the line breaks up to where the following record begins. */
static void count_breaks(wrmf_i_record *record)
{
    int64_t bytes;
    wrmf_i_breaks_count(record->begin, record->next, &record->breaks, &bytes);
}

/* Let the record end with the line in which `at` stands. */
static void resume_behind(wrmf_i_record *record, const char *at, const char *end, bool last)
{
    (void)wrmf_i_breaks_find(&record->known, at, end, last, &record->end, &record->next);
    count_breaks(record);
}

void wrmf_i_record_shorten(wrmf_i_record *record, const char *end, bool last)
{
    resume_behind(record, record->span, end, last);
}

wrmf_i_location wrmf_i_record_location(const wrmf_i_record *record, wrmf_i_location start,
                                       const char *at)
{
    int64_t breaks, bytes;
    wrmf_i_breaks_count(record->begin, at, &breaks, &bytes);
    return (wrmf_i_location){start.name, start.line + breaks, bytes + 1};
}

/* ---- quotes ---- */

/* The quote that closes a field whose text begins at p, where backslashes mean nothing; NULL if the
 * bytes end before it is sure which one does. */
static const char *find_plain_close(const char *p, const char *end, bool last, wrmf_i_field *field)
{
    for (;;) {
        p = memchr(p, '"', (size_t)(end - p));
        if (!p)
            return NULL;
        if (p + 1 == end)
            return last ? p : NULL;
        if (p[1] != '"')
            return p;
        field->doubled = true;
        p += 2;
    }
}

/* The same where a backslash takes away the meaning of what follows it. */
static const char *find_escaped_close(const char *p, const char *end, bool last,
                                      wrmf_i_field *field)
{
    for (; p < end; p++) {
        const bool ends = p + 1 == end;
        if (*p == '\\' && !ends && (p[1] == '"' || p[1] == '\\')) {
            field->backslash = true;
            p++;
        } else if (*p == '"' && !ends && p[1] == '"') {
            field->doubled = true;
            p++;
        } else if (*p == '"') {
            return ends && !last ? NULL : p;
        }
    }
    return NULL;
}

/* Find the quote that closes the field that the one at `open` begins, and set *field. */
static const char *find_close(const char *open, const char *end, bool last,
                              const wrmf_i_dialect *dialect, wrmf_i_field *field)
{
    *field = (wrmf_i_field){.text = open + 1, .quoted = true};
    const char *const close = dialect->backslash ? find_escaped_close(open + 1, end, last, field)
                                                 : find_plain_close(open + 1, end, last, field);
    if (close)
        field->length = (size_t)(close - open - 1);
    return close;
}

/* ---- delimiters ---- */

/* Whether a delimiter stands at p, which is before `end`. */
static bool is_delimiter(const wrmf_i_dialect *dialect, const char *p, const char *end)
{
    if (dialect->separation == WRMF_I_SEPARATION_BYTE)
        return *p == dialect->delimiter[0];
    if (dialect->separation == WRMF_I_SEPARATION_BLANKS)
        return is_blank(*p);
    return *p == dialect->delimiter[0] && (size_t)(end - p) >= dialect->delimiter_length &&
           memcmp(p, dialect->delimiter, dialect->delimiter_length) == 0;
}

/* The first delimiter from p to end - 1, or NULL. */
static const char *find_delimiter(const wrmf_i_dialect *dialect, const char *p, const char *end)
{
    if (dialect->separation == WRMF_I_SEPARATION_BYTE)
        return memchr(p, dialect->delimiter[0], (size_t)(end - p));
    for (; p < end; p++) {
        if (is_delimiter(dialect, p, end))
            return p;
    }
    return NULL;
}

/* The byte behind the delimiter at p. */
static const char *pass_delimiter(const wrmf_i_dialect *dialect, const char *p, const char *end)
{
    if (dialect->separation != WRMF_I_SEPARATION_BLANKS)
        return p + dialect->delimiter_length;
    while (p < end && is_blank(*p))
        p++;
    return p;
}

/* ---- fields ---- */

/* Count a field that begins at `begin`; what it is goes to the place that is returned, or NULL if
 * there is no room. */
static inline wrmf_i_field *add_field(wrmf_i_record *record, const char *begin)
{
    const size_t i = record->n_fields++;
    if (i < record->room)
        return &record->fields[i];
    if (!record->extra)
        record->extra = begin;
    return NULL;
}

static void store_quoted(wrmf_i_record *record, const wrmf_i_field *field, const char *open)
{
    wrmf_i_field *const to = add_field(record, open);
    if (to)
        *to = *field;
}

static inline void store(wrmf_i_record *record, const char *text, size_t length)
{
    wrmf_i_field *const to = add_field(record, text);
    if (to)
        *to = (wrmf_i_field){.text = text, .length = length};
}

/* Cut the field in quotes at *p, which moves behind the closing quote. */
static wrmf_i_cut cut_spanning(wrmf_i_record *record, const char **p, const char *end, bool last,
                               const wrmf_i_dialect *dialect)
{
    const char *const open = *p;
    wrmf_i_field field;
    const char *const close = find_close(open, end, last, dialect, &field);
    record->open = open;
    if (!close)
        return last ? WRMF_I_CUT_OPEN : WRMF_I_CUT_MORE;
    *p = close + 1;
    if (*p > record->end) {
        if (!end_line(record, *p, end, last, dialect))
            return WRMF_I_CUT_MORE;
        record->n_spans++;
        if (!record->span)
            record->span = open;
    }
    store_quoted(record, &field, open);
    if (*p == record->end || is_delimiter(dialect, *p, record->end))
        return WRMF_I_CUT_OK;
    record->fault = *p;
    return WRMF_I_CUT_BEHIND;
}

/* ---- careful quotes ---- */

/* Cut the field at *p, which begins with a quote, if that closes within the line. */
static bool cut_in_line(wrmf_i_record *record, const char **p, const wrmf_i_dialect *dialect)
{
    wrmf_i_field field;
    const char *const close = find_close(*p, record->end, true, dialect, &field);
    if (!close || (close + 1 < record->end && !is_delimiter(dialect, close + 1, record->end)))
        return false;
    store_quoted(record, &field, *p);
    *p = close + 1;
    return true;
}

/* The number of fields of a piece of a line, if no quote in it reaches farther. */
static size_t count_fields(const char *p, const char *end, const wrmf_i_dialect *dialect)
{
    size_t n = 0;
    wrmf_i_record piece = {.end = end};
    while (p < end) {
        n++;
        if (*p != '"' || !cut_in_line(&piece, &p, dialect)) {
            const char *const found = find_delimiter(dialect, p, end);
            p = found ? found : end;
        }
        if (p == end)
            return n;
        p = pass_delimiter(dialect, p, end);
    }
    return n + 1; /* there is nothing, or a delimiter before the end */
}

/* Whether the field that a quote at `open` begins may end at `close`, in a line that ends at
 * `stop`: a delimiter follows, and no more fields than all lines have. */
static bool may_close(const wrmf_i_record *record, const char *close, const char *stop,
                      const wrmf_i_dialect *dialect)
{
    const char *const p = close + 1;
    if (p == stop)
        return true;
    if (!is_delimiter(dialect, p, stop))
        return false;
    const size_t rest = count_fields(pass_delimiter(dialect, p, stop), stop, dialect);
    return record->n_fields + 1 + rest <= dialect->n_fields;
}

/* Whether the quote at `open`, which its line does not close, reaches over line breaks: CUT_OK if
 * it does, CUT_OPEN if it is text. */
static wrmf_i_cut reach(wrmf_i_record *record, const char *open, const char *end, bool last,
                        const wrmf_i_dialect *dialect)
{
    if (dialect->n_fields == 0)
        return WRMF_I_CUT_OPEN;
    const bool stands_alone =
        record->n_fields + count_fields(open, record->end, dialect) == dialect->n_fields;
    const char *stop, *next = record->next;
    for (const char *p = next; p < end && p - open <= WRMF_I_CAREFUL_BYTES; p = next) {
        wrmf_i_field field;
        if (!wrmf_i_breaks_find(&record->known, p, end, last, &stop, &next))
            return WRMF_I_CUT_MORE;
        const char *const close = find_close(p - 1, stop, true, dialect, &field);
        const bool row = count_fields(p, stop, dialect) == dialect->n_fields;
        if (row && (stands_alone || !close))
            return WRMF_I_CUT_OPEN;
        if (close)
            return may_close(record, close, stop, dialect) ? WRMF_I_CUT_OK : WRMF_I_CUT_OPEN;
    }
    return last || next < end ? WRMF_I_CUT_OPEN : WRMF_I_CUT_MORE;
}

/* Cut the field at *p, which begins with a quote. *quoted becomes false, and nothing is cut, if the
 * quote is text. */
static wrmf_i_cut cut_quoted(wrmf_i_record *record, const char **p, const char *end, bool last,
                             const wrmf_i_dialect *dialect, bool *quoted)
{
    *quoted = true;
    if (dialect->quotes == WRMF_I_QUOTES_SPAN)
        return cut_spanning(record, p, end, last, dialect);
    *quoted = dialect->quotes == WRMF_I_QUOTES_CAREFUL && cut_in_line(record, p, dialect);
    if (*quoted || dialect->quotes == WRMF_I_QUOTES_TEXT)
        return WRMF_I_CUT_OK;
    wrmf_i_field field;
    wrmf_i_cut cut = WRMF_I_CUT_OPEN; /* text, if the line closes it in the middle of a field */
    if (!find_close(*p, record->end, true, dialect, &field))
        cut = reach(record, *p, end, last, dialect);
    if (cut == WRMF_I_CUT_MORE)
        return cut;
    *quoted = cut == WRMF_I_CUT_OK;
    if (*quoted)
        return cut_spanning(record, p, end, last, dialect);
    if (!record->literal)
        record->literal = *p;
    return WRMF_I_CUT_OK;
}

/* ---- all fields ---- */

/* The quote that closes the field which the one at p begins, if that is plain to see: the next
 * quote of the line, and a delimiter or the end follow it. Else NULL. */
static inline const char *close_of_plain(const char *p, const char *stop, char delimiter)
{
    const char *const close = memchr(p + 1, '"', (size_t)(stop - p - 1));
    return close && (close + 1 == stop || close[1] == delimiter) ? close : NULL;
}

/* Cut the fields from p on in a line whose delimiter is one byte, up to one that begins with a
 * quote and is not plain: returns where that one begins, or NULL at the end of the line. */
static inline const char *cut_plain(wrmf_i_record *record, const char *p,
                                    const wrmf_i_dialect *dialect)
{
    const char delimiter = dialect->delimiter[0];
    const char *const stop = record->end;
    wrmf_i_field *const fields = record->fields;
    const size_t room = record->room;
    size_t n = 0;
    for (;;) {
        const char *begin = p, *found;
        const bool quoted = p < stop && *p == '"';
        if (quoted) {
            const bool plain = dialect->quotes != WRMF_I_QUOTES_TEXT && !dialect->backslash;
            const char *const close = plain ? close_of_plain(p, stop, delimiter) : NULL;
            if (!close)
                break;
            begin = p + 1;
            found = close + 1 < stop ? close + 1 : NULL;
        } else {
            found = memchr(p, delimiter, (size_t)(stop - p));
        }
        const char *const end = (found ? found : stop) - quoted;
        if (n < room)
            fields[n] =
                (wrmf_i_field){.text = begin, .length = (size_t)(end - begin), .quoted = quoted};
        else if (n == room)
            record->extra = p;
        n++;
        if (!found) {
            p = NULL;
            break;
        }
        p = found + 1;
    }
    record->n_fields = n;
    return p;
}

/* Cut the fields from p to the end of the record, which a line break inside quotes moves on. */
static wrmf_i_cut cut_fields(wrmf_i_record *record, const char *p, const char *end, bool last,
                             const wrmf_i_dialect *dialect)
{
    for (;;) {
        if (p < record->end && *p == '"') {
            bool quoted;
            const wrmf_i_cut cut = cut_quoted(record, &p, end, last, dialect, &quoted);
            if (cut != WRMF_I_CUT_OK || (quoted && p == record->end))
                return cut;
            if (quoted) {
                p = pass_delimiter(dialect, p, record->end);
                continue;
            }
        }
        const char *const found = find_delimiter(dialect, p, record->end);
        store(record, p, (size_t)((found ? found : record->end) - p));
        if (!found)
            return WRMF_I_CUT_OK;
        p = pass_delimiter(dialect, found, record->end);
    }
}

/* ---- records ---- */

/* Where the text of the record's first line begins: a file that was put together from several has
 * byte order marks inside, and blanks before the first field are none of its text where runs of
 * them are delimiters. */
static const char *begin_of(const wrmf_i_record *record, const wrmf_i_dialect *dialect)
{
    const char *p = record->begin;
    if (p < record->end && *p == '\xef' && record->end - p >= 3 &&
        memcmp(p, "\xef\xbb\xbf", 3) == 0)
        p += 3;
    if (dialect->separation == WRMF_I_SEPARATION_BLANKS)
        p = pass_delimiter(dialect, p, record->end);
    return p;
}

/* Whether the record's line, which has bytes, is a comment. */
static bool is_comment(const wrmf_i_record *record, const wrmf_i_dialect *dialect)
{
    return dialect->comment && (size_t)(record->end - record->text) >= dialect->comment_length &&
           memcmp(record->text, dialect->comment, dialect->comment_length) == 0;
}

/* Cut the fields from p on, where some may begin with quotes that are not plain. */
static wrmf_i_cut cut_rest(wrmf_i_record *record, const char *p, const char *end, bool last,
                           const wrmf_i_dialect *dialect)
{
    const wrmf_i_cut cut = cut_fields(record, p, end, last, dialect);
    if (cut == WRMF_I_CUT_MORE)
        return cut;
    record->reach = cut == WRMF_I_CUT_OPEN ? end : record->end;
    if (cut != WRMF_I_CUT_OK)
        resume_behind(record, record->open, end, last);
    else if (record->n_spans > 0)
        count_breaks(record);
    return cut;
}

wrmf_i_cut wrmf_i_record_cut(wrmf_i_record *record, const char *begin, const char *end, bool last,
                             const wrmf_i_dialect *dialect)
{
    record->n_fields = 0;
    record->comment = false;
    record->begin = begin;
    record->extra = record->fault = record->open = record->span = record->literal = NULL;
    record->n_spans = 0;
    if (!wrmf_i_breaks_find(&record->known, begin, end, last, &record->end, &record->next))
        return WRMF_I_CUT_MORE;
    record->breaks = record->next > record->end;
    trim_line(record, begin, dialect);
    const char *p = record->text = begin_of(record, dialect);
    record->reach = record->end;
    if (p == record->end)
        return WRMF_I_CUT_OK;
    record->comment = is_comment(record, dialect);
    if (record->comment)
        return WRMF_I_CUT_OK;
    if (dialect->separation == WRMF_I_SEPARATION_BYTE)
        p = cut_plain(record, p, dialect);
    return p ? cut_rest(record, p, end, last, dialect) : WRMF_I_CUT_OK;
}

/* ---- text of fields ---- */

/* The byte that the text of a field means at *from, which moves behind it. */
static char meant(const wrmf_i_field *field, const char **from)
{
    const char c = *(*from)++;
    if (c == '"' && field->doubled)
        return *(*from)++; /* the second of two; a quote behind a backslash is not seen here */
    const char *const end = field->text + field->length;
    if (c == '\\' && field->backslash && *from < end && (**from == '"' || **from == '\\'))
        return *(*from)++;
    return c;
}

size_t wrmf_i_field_unquote(const wrmf_i_field *field, char *to)
{
    const char *const end = field->text + field->length;
    char *const begin = to;
    for (const char *from = field->text; from < end;)
        *to++ = meant(field, &from);
    return (size_t)(to - begin);
}

bool wrmf_i_field_is(const wrmf_i_field *field, const char *text, size_t length)
{
    const char *const end = field->text + field->length;
    if (!field->doubled && !field->backslash)
        return field->length == length && memcmp(field->text, text, length) == 0;
    size_t at = 0;
    for (const char *from = field->text; from < end; at++) {
        if (at == length || meant(field, &from) != text[at])
            return false;
    }
    return at == length;
}

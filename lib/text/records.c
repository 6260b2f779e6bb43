/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/records.h"

#include <string.h>

/* Find the end of the line that p stands in, and set record->end (without CR) and record->next.
 * False if it is not among the bytes. */
static bool end_line(wrmf_i_record *record, const char *p, const char *end, bool last)
{
    const char *const lf = memchr(p, '\n', (size_t)(end - p));
    if (!lf && !last)
        return false;
    record->end = lf ? lf : end;
    record->next = lf ? lf + 1 : end;
    if (record->end > p && record->end[-1] == '\r')
        record->end--;
    return true;
}

/* The quote that closes a field whose text begins at p; NULL if the bytes end before it is sure
 * which one does. *doubled becomes whether the text has quotes, each written as two. */
static const char *find_close(const char *p, const char *end, bool last, bool *doubled)
{
    *doubled = false;
    for (;;) {
        p = memchr(p, '"', (size_t)(end - p));
        if (!p)
            return NULL;
        if (p + 1 == end)
            return last ? p : NULL;
        if (p[1] != '"')
            return p;
        *doubled = true;
        p += 2;
    }
}

/* Count a field that begins at `begin`, and store it if there is room. */
static void store(wrmf_i_record *record, const char *text, size_t length, bool doubled,
                  const char *begin)
{
    if (record->n_fields < record->room)
        record->fields[record->n_fields] = (wrmf_i_field){text, length, doubled};
    else if (!record->extra)
        record->extra = begin;
    record->n_fields++;
}

/* Cut the field in quotes at *p, which moves behind the closing quote. */
static wrmf_i_cut cut_quoted(wrmf_i_record *record, const char **p, const char *end, bool last)
{
    const char *const open = *p;
    bool doubled;
    const char *const close = find_close(open + 1, end, last, &doubled);
    if (!close) {
        if (!last)
            return WRMF_I_CUT_MORE;
        record->fault = open;
        record->next = end;
        return WRMF_I_CUT_OPEN;
    }
    *p = close + 1;
    if (*p > record->end && !end_line(record, *p, end, last))
        return WRMF_I_CUT_MORE;
    store(record, open + 1, (size_t)(close - open - 1), doubled, open);
    return WRMF_I_CUT_OK;
}

/* Cut the fields from p to the end of the record, which a line break inside quotes moves on.
 * *quoted becomes true if any is in quotes. */
static wrmf_i_cut cut_fields(wrmf_i_record *record, const char *p, const char *end, bool last,
                             char delimiter, bool *quoted)
{
    for (;;) {
        if (p < record->end && *p == '"') {
            *quoted = true;
            const wrmf_i_cut cut = cut_quoted(record, &p, end, last);
            if (cut != WRMF_I_CUT_OK)
                return cut;
            if (p == record->end)
                return WRMF_I_CUT_OK;
            if (*p != delimiter) {
                record->fault = p;
                return WRMF_I_CUT_BEHIND;
            }
            p++;
            continue;
        }
        const char *const found = memchr(p, delimiter, (size_t)(record->end - p));
        store(record, p, (size_t)((found ? found : record->end) - p), false, p);
        if (!found)
            return WRMF_I_CUT_OK;
        p = found + 1;
    }
}

wrmf_i_cut wrmf_i_record_cut(wrmf_i_record *record, const char *begin, const char *end, bool last,
                             char delimiter)
{
    record->begin = begin;
    record->n_fields = 0;
    record->extra = NULL;
    record->fault = NULL;
    record->breaks = 0;
    if (!end_line(record, begin, end, last))
        return WRMF_I_CUT_MORE;
    bool quoted = false;
    wrmf_i_cut cut = WRMF_I_CUT_OK;
    if (record->end > begin)
        cut = cut_fields(record, begin, end, last, delimiter, &quoted);
    if (cut == WRMF_I_CUT_MORE)
        return cut;
    if (quoted) {
        int64_t bytes;
        wrmf_i_record_locate(begin, record->next, &record->breaks, &bytes);
    } else {
        record->breaks = record->next > begin && record->next[-1] == '\n';
    }
    return cut;
}

void wrmf_i_record_locate(const char *begin, const char *at, int64_t *breaks, int64_t *bytes)
{
    *breaks = 0;
    for (const char *lf; (lf = memchr(begin, '\n', (size_t)(at - begin))) != NULL; begin = lf + 1)
        ++*breaks;
    *bytes = at - begin;
}

wrmf_i_location wrmf_i_record_location(const wrmf_i_record *record, wrmf_i_location start,
                                       const char *at)
{
    int64_t breaks, bytes;
    wrmf_i_record_locate(record->begin, at, &breaks, &bytes);
    return (wrmf_i_location){start.name, start.line + breaks, bytes + 1};
}

size_t wrmf_i_field_unquote(const wrmf_i_field *field, char *to)
{
    const char *from = field->text;
    const char *const end = from + field->length;
    char *const begin = to;
    while (from < end) {
        const char *const quote = memchr(from, '"', (size_t)(end - from));
        const size_t plain = (size_t)((quote ? quote + 1 : end) - from);
        memcpy(to, from, plain);
        to += plain;
        from += plain + (quote != NULL);
    }
    return (size_t)(to - begin);
}

bool wrmf_i_field_is(const wrmf_i_field *field, const char *text, size_t length)
{
    if (!field->doubled)
        return field->length == length && memcmp(field->text, text, length) == 0;
    size_t at = 0;
    for (size_t i = 0; i < field->length; i++, at++) {
        if (at == length || field->text[i] != text[at])
            return false;
        if (field->text[i] == '"')
            i++; /* the second of two */
    }
    return at == length;
}

char wrmf_i_delimiter_guess(const char *begin, const char *end, bool last)
{
    static const char candidates[4] = {'\t', ',', ';', '|'};
    size_t counts[4] = {0};
    bool field_begins = true;
    const char *p = begin;
    for (; p < end && *p != '\n'; p++) {
        if (field_begins && *p == '"') {
            bool doubled;
            p = find_close(p + 1, end, last, &doubled);
            if (!p)
                break;
            field_begins = false;
            continue;
        }
        field_begins = false;
        for (int i = 0; i < 4; i++) {
            if (*p == candidates[i]) {
                counts[i]++;
                field_begins = true;
            }
        }
    }
    if ((!p || p == end) && !last)
        return '\0';
    int best = 0;
    for (int i = 1; i < 4; i++)
        best = counts[i] > counts[best] ? i : best;
    return candidates[best];
}

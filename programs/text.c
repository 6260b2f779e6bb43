/* SPDX-License-Identifier: BSD-2-Clause */
/* This makes ids, names and numbers safe for where they are put. */
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"

const char *id_text(const wrmf_ids *ids, int64_t index)
{
    static _Thread_local char buffers[4][32];
    static _Thread_local int turn;
    const char *text = ids ? wrmf_ids_string(ids, index, NULL) : NULL;
    if (text)
        return text;
    char *buffer = buffers[turn++ % 4];
    if (ids)
        wrmf_ids_format(ids, index, buffer, sizeof buffers[0]);
    else
        snprintf(buffer, sizeof buffers[0], "%lld", (long long)index);
    return buffer;
}

const char *with_commas(int64_t number)
{
    static _Thread_local char buffers[8][32];
    static _Thread_local int turn;
    char *buffer = buffers[turn++ % 8];
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%lld", (long long)number);
    char *to = buffer;
    for (int i = 0; i < length; i++) {
        if (i && digits[i - 1] != '-' && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return buffer;
}

static const char *number_text(const char *format, double value, const char *unit)
{
    static _Thread_local char buffers[16][48];
    static _Thread_local int turn;
    char *buffer = buffers[turn++ % 16];
    if (isnan(value)) {
        snprintf(buffer, sizeof buffers[0], "nan%s", unit);
        return buffer;
    }
    /* a small negative number is not to be shown as -0.00000 */
    const int length = snprintf(buffer, sizeof buffers[0], format, value);
    if (*buffer == '-' && strspn(buffer + 1, "0.") == (size_t)length - 1)
        memmove(buffer, buffer + 1, (size_t)length);
    const size_t end = strlen(buffer);
    snprintf(buffer + end, sizeof buffers[0] - end, "%s", unit);
    return buffer;
}

const char *figure_text(double value)
{
    return number_text(fabs(value) < 1e9 ? "%.5f" : "%.9g", value, "");
}

const char *objective_text(double value)
{
    return number_text("%.9g", value, "");
}

const char *seconds_text(double seconds)
{
    return number_text("%.2f", seconds, " s");
}

const char *percent_text(double share)
{
    return number_text("%.3f", 100 * share, " %");
}

const char *column_text(const char *column, double value)
{
    if (strcmp(column, "seconds") == 0)
        return number_text("%.2f", value, "");
    if (strcmp(column, "objective") == 0)
        return objective_text(value);
    return figure_text(value);
}

const char *counted(int64_t n, const char *one, const char *many)
{
    static _Thread_local char buffers[8][96];
    static _Thread_local int turn;
    char *buffer = buffers[turn++ % 8];
    snprintf(buffer, sizeof buffers[0], "%s %s", with_commas(n), n == 1 ? one : many);
    return buffer;
}

/* Gives the length in bytes of the character that begins at text; 0 if it is none in UTF-8. */
static int utf8_length(const unsigned char *text)
{
    /* lowest and highest second byte; they keep out overlong forms, surrogates
     * and what lies above U+10FFFF (The Unicode Standard, table 3-7) */
    unsigned low = 0x80, high = 0xbf;
    int length = 0;
    const unsigned first = text[0];
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        length = 2;
    else if (first >= 0xe0 && first <= 0xef)
        length = 3;
    else if (first >= 0xf0 && first <= 0xf4)
        length = 4;
    else
        return 0;
    low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : low;
    high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : high;
    if (text[1] < low || text[1] > high)
        return 0;
    for (int i = 2; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

/* Gives what a character of ASCII, or a control character of U+0080 .. U+009F, is replaced by;
 * NULL: nothing, it stays as it is. */
typedef const char *(*escape_fn)(unsigned char c, char buffer[8]);

static void put_escaped(FILE *file, const char *text, escape_fn escape)
{
    const unsigned char *at = (const unsigned char *)text;
    char buffer[8];
    while (*at) {
        const int length = utf8_length(at);
        const char *instead = NULL;
        if (length == 0)
            instead = "\xef\xbf\xbd";
        else if (length == 1)
            instead = escape(*at, buffer);
        else if (length == 2 && at[0] == 0xc2 && at[1] < 0xa0)
            instead = escape(at[1], buffer); /* U+0080 .. U+009F are control characters too */
        if (instead)
            fputs(instead, file);
        else
            fwrite(at, 1, (size_t)length, file);
        at += length ? length : 1;
    }
}

static const char *escape_json(unsigned char c, char buffer[8])
{
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
        return NULL;
    if (c == '"' || c == '\\')
        snprintf(buffer, 8, "\\%c", c);
    else
        snprintf(buffer, 8, "\\u%04x", c);
    return buffer;
}

static const char *escape_html(unsigned char c, char buffer[8])
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\t':
    case '\n':
    case '\r': return " ";
    default: break;
    }
    if (c >= 0x20 && c < 0x7f)
        return NULL;
    snprintf(buffer, 8, "\xef\xbf\xbd");
    return buffer;
}

/* Gives a text as the library writes ids; to be freed. */
static char *escaped(const char *text)
{
    const size_t length = strlen(text);
    const size_t room = wrmf_ids_escape(text, length, NULL, 0) + 1;
    char *buffer = allocate(room, 1);
    wrmf_ids_escape(text, length, buffer, room);
    return buffer;
}

void put_plain(FILE *file, const char *text)
{
    char *shown = escaped(text);
    fputs(shown, file);
    free(shown);
}

void put_json_id(FILE *file, const wrmf_ids *ids, int64_t index)
{
    char *shown = escaped(id_text(ids, index));
    put_json(file, shown);
    free(shown);
}

void put_html_id(FILE *file, const wrmf_ids *ids, int64_t index)
{
    char *shown = escaped(id_text(ids, index));
    put_html(file, shown);
    free(shown);
}

int64_t id_find(const wrmf_ids *ids, const char *option, const char *text)
{
    const size_t length = strlen(text);
    char *bytes = allocate(length, 1);
    size_t n = 0;
    const int64_t raw = wrmf_ids_find(ids, text, length);
    int64_t found = raw;
    if (wrmf_ids_unescape(text, length, bytes, &n, NULL) == WRMF_OK)
        found = wrmf_ids_find(ids, bytes, n);
    free(bytes);
    if (found >= 0 && raw >= 0 && found != raw)
        warn("--%s '%s' is taken for the id that is printed so; there is another that has just "
             "these bytes; to mean that, write each backslash twice",
             option, text);
    return found >= 0 ? found : raw;
}

void put_json(FILE *file, const char *text)
{
    fputc('"', file);
    put_escaped(file, text, escape_json);
    fputc('"', file);
}

void put_html(FILE *file, const char *text)
{
    put_escaped(file, text, escape_html);
}

void put_json_number(FILE *file, double number)
{
    char text[32];
    if (!isfinite(number)) {
        fputs("null", file);
        return;
    }
    /* print the fewest digits that give the same double back */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    fputs(text, file);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/escape.h"

#include <string.h>

/* ---- what stands for itself ---- */

static bool is_continuation(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

/* The length of the character of more than one byte that begins at c, of which `left` bytes are
 * there; 0 if it is none in UTF-8 (The Unicode Standard, table 3-7). */
static size_t long_character(const unsigned char *c, size_t left)
{
    size_t length = 2;
    if (c[0] < 0xc2 || c[0] > 0xf4)
        return 0;
    if (c[0] >= 0xe0)
        length = c[0] < 0xf0 ? 3 : 4;
    if (length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (!is_continuation(c[i]))
            return 0;
    /* forms that are longer than need be, surrogates, and what lies above U+10FFFF */
    const bool wrong = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
                       (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f);
    return wrong ? 0 : length;
}

/* Whether a character of several bytes is a control character, U+0080 .. U+009F, or the byte order
 * mark, which readers of text pass over. */
static bool is_hidden(const unsigned char *c, size_t length)
{
    if (length == 2)
        return c[0] == 0xc2 && c[1] < 0xa0;
    return length == 3 && memcmp(c, "\xef\xbb\xbf", 3) == 0;
}

size_t wrmf_i_escape_plain(const char *text, size_t length)
{
    const unsigned char *const c = (const unsigned char *)text;
    size_t at = 0;
    while (at < length) {
        if (c[at] < 0x80) {
            if (c[at] < 0x20 || c[at] == 0x7f || c[at] == '\\')
                break;
            at++;
            continue;
        }
        const size_t bytes = long_character(c + at, length - at);
        if (bytes == 0 || is_hidden(c + at, bytes))
            break;
        at += bytes;
    }
    return at;
}

/* ---- there ---- */

size_t wrmf_i_escape_byte(char byte, char out[WRMF_I_ESCAPE])
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char c = (unsigned char)byte;
    out[0] = '\\';
    switch (byte) {
    case '\\': out[1] = '\\'; return 2;
    case '\t': out[1] = 't'; return 2;
    case '\n': out[1] = 'n'; return 2;
    case '\r': out[1] = 'r'; return 2;
    default: break;
    }
    out[1] = 'x';
    out[2] = digits[c >> 4];
    out[3] = digits[c & 15];
    return 4;
}

/* The length of as many characters of a plain text as fit. */
static size_t whole_characters(const char *text, size_t length, size_t room)
{
    if (length <= room)
        return length;
    while (room > 0 && is_continuation((unsigned char)text[room]))
        room--;
    return room;
}

size_t wrmf_i_escape(const char *text, size_t length, char *buffer, size_t capacity)
{
    size_t total = 0, written = 0;
    bool fits = capacity > 0;
    for (size_t at = 0; at < length;) {
        const size_t plain = wrmf_i_escape_plain(text + at, length - at);
        if (fits) {
            const size_t some = whole_characters(text + at, plain, capacity - 1 - written);
            memcpy(buffer + written, text + at, some);
            written += some;
            fits = some == plain;
        }
        at += plain;
        total += plain;
        if (at == length)
            break;
        char escape[WRMF_I_ESCAPE];
        const size_t bytes = wrmf_i_escape_byte(text[at], escape);
        fits = fits && bytes <= capacity - 1 - written;
        if (fits) {
            memcpy(buffer + written, escape, bytes);
            written += bytes;
        }
        at++;
        total += bytes;
    }
    if (capacity > 0)
        buffer[written] = '\0';
    return total;
}

/* ---- and back ---- */

/* The value of a hexadecimal digit, or -1. */
static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The length of the escape at text, of which `left` bytes are there, and the byte that it stands
 * for; 0 if it is wrong. */
static size_t parse_escape(const char *text, size_t left, char *byte)
{
    if (left < 2)
        return 0;
    switch (text[1]) {
    case '\\': *byte = '\\'; return 2;
    case 't': *byte = '\t'; return 2;
    case 'n': *byte = '\n'; return 2;
    case 'r': *byte = '\r'; return 2;
    case 'x': break;
    default: return 0;
    }
    if (left < 4 || digit(text[2]) < 0 || digit(text[3]) < 0)
        return 0;
    *byte = (char)(digit(text[2]) << 4 | digit(text[3]));
    return 4;
}

bool wrmf_i_unescape(const char *text, size_t length, char *buffer, size_t *n)
{
    char byte = 0;
    const char *next;
    size_t at = 0;
    while ((next = memchr(text + at, '\\', length - at)) != NULL) {
        at = (size_t)(next - text);
        const size_t bytes = parse_escape(next, length - at, &byte);
        if (bytes == 0) {
            *n = at;
            return false;
        }
        at += bytes;
    }
    size_t written = 0;
    for (at = 0; at < length;) {
        if (text[at] == '\\') {
            at += parse_escape(text + at, length - at, &byte);
            buffer[written++] = byte;
        } else {
            buffer[written++] = text[at++];
        }
    }
    *n = written;
    return true;
}

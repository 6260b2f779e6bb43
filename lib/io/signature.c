/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/signature.h"

#include <stdbool.h>
#include <string.h>

typedef struct signature {
    const char *bytes;
    size_t n;
    bool word; /* an id could begin so: only one with a control character behind it counts */
    const char *what;
} signature;

#define SIGNATURE(bytes, what)                                                                     \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, false, what                                                      \
    }
#define WORD(bytes, what)                                                                          \
    {                                                                                              \
        bytes, sizeof(bytes) - 1, true, what                                                       \
    }

/* Longer ones stand before those that they begin with. */
static const signature signatures[] = {
    SIGNATURE("\xff\xfe\0\0", "text in UTF-32; convert it to UTF-8"),
    SIGNATURE("\0\0\xfe\xff", "text in UTF-32; convert it to UTF-8"),
    SIGNATURE("\xff\xfe", "text in UTF-16; convert it to UTF-8"),
    SIGNATURE("\xfe\xff", "text in UTF-16; convert it to UTF-8"),
    SIGNATURE("PK\3\4", "packed by zip, or a spreadsheet or array file made so; unpack it first"),
    SIGNATURE("PK\5\6", "an empty zip archive"),
    WORD("BZh", "packed by bzip2; unpack it first"),
    SIGNATURE("\xfd"
              "7zXZ\0",
              "packed by xz; unpack it first"),
    SIGNATURE("\x28\xb5\x2f\xfd", "packed by zstd; unpack it first"),
    SIGNATURE("\x04\x22\x4d\x18", "packed by lz4; unpack it first"),
    WORD("LZIP", "packed by lzip; unpack it first"),
    SIGNATURE("]\0\0", "packed by lzma; unpack it first"),
    SIGNATURE("\xff\x06\0\0sNaPpY", "packed by snappy; unpack it first"),
    SIGNATURE("7z\xbc\xaf\x27\x1c", "packed by 7-Zip; unpack it first"),
    SIGNATURE("Rar!\x1a\x07", "packed by rar; unpack it first"),
    SIGNATURE("\x1f\x9d", "packed by compress; unpack it first"),
    SIGNATURE("\x1f\x8b", "packed by gzip twice; unpack it once"),
    SIGNATURE("SQLite format 3\0", "an SQLite database; export the table as text"),
    WORD("PAR1", "a Parquet file; export it as text"),
    WORD("ARROW1", "an Arrow file; export it as text"),
    WORD("FEA1", "a Feather file; export it as text"),
    SIGNATURE("Obj\1", "an Avro file; export it as text"),
    WORD("ORC", "an ORC file; export it as text"),
    SIGNATURE("\x89HDF\r\n\x1a\n", "an HDF5 file; export it as text"),
    SIGNATURE("\x93NUMPY", "a NumPy array; export it as text"),
    SIGNATURE("\x80\2", "a pickle of Python's; export it as text"),
    SIGNATURE("\x80\3", "a pickle of Python's; export it as text"),
    SIGNATURE("\x80\4", "a pickle of Python's; export it as text"),
    SIGNATURE("\x80\5", "a pickle of Python's; export it as text"),
    SIGNATURE("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a spreadsheet; save it as text"),
    WORD("RDX2\n", "an R data file; export it as text"),
    WORD("RDX3\n", "an R data file; export it as text"),
    SIGNATURE("X\n\0\0\0", "an R data file; export it as text"),
    SIGNATURE("\x7f"
              "ELF",
              "a program"),
};

/* ---- text that is something else ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *pass_space(const char *p, const char *end)
{
    while (p < end && is_space(*p))
        p++;
    return p;
}

/* Whether the text begins with these lower-case letters, however they are written. */
static bool begins_with(const char *p, const char *end, const char *letters)
{
    for (; *letters; letters++, p++) {
        if (p == end)
            return false;
        const char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        if (c != *letters)
            return false;
    }
    return true;
}

/* Whether a line is an array of several values, as one of JSON lines may be. */
static bool is_array(const char *p, const char *end)
{
    const char *const lf = memchr(p, '\n', (size_t)(end - p));
    const char *last = lf ? lf : end;
    while (last > p && is_space(last[-1]))
        last--;
    return last - p > 2 && last[-1] == ']' && memchr(p, ',', (size_t)(last - p)) &&
           !memchr(p, '\t', (size_t)(last - p));
}

static bool is_json(const char *p, const char *end)
{
    if (p == end || (*p != '{' && *p != '['))
        return false;
    const char *const q = pass_space(p + 1, end);
    if (q == end)
        return false;
    return *p == '{' ? *q == '"' : *q == '{' || is_array(p, end);
}

static const char *markup(const char *bytes, size_t n)
{
    const char *const end = bytes + n;
    if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        bytes += 3;
    const char *const p = pass_space(bytes, end);
    if (begins_with(p, end, "<!doctype") || begins_with(p, end, "<html"))
        return "a page of HTML, perhaps of an error while it was fetched";
    if (begins_with(p, end, "%pdf-"))
        return "a PDF file";
    if (begins_with(p, end, "version https://git-lfs"))
        return "a pointer to a file that Git LFS has not fetched";
    if (begins_with(p, end, "<?xml"))
        return "XML";
    return is_json(p, end) ? "JSON; convert it to delimited text" : NULL;
}

/* UTF-16 and UTF-32 without a mark: of two bytes of their letters, digits and delimiters one is 0,
 * of four bytes three are. */
static const char *wide(const char *bytes, size_t n)
{
    enum { GROUPS = 4 };
    int zeros[4] = {0, 0, 0, 0};
    if (n < (size_t)4 * GROUPS)
        return NULL;
    for (int i = 0; i < 4 * GROUPS; i++)
        zeros[i % 4] += bytes[i] == '\0';
    int all = 0; /* of the four places, those that are always 0 */
    for (int i = 0; i < 4; i++) {
        if (zeros[i] != 0 && zeros[i] != GROUPS)
            return NULL;
        all += zeros[i] == GROUPS;
    }
    if (all == 3 && (zeros[0] == 0 || zeros[3] == 0))
        return "text in UTF-32; convert it to UTF-8";
    if (all == 2 && zeros[0] == zeros[2])
        return "text in UTF-16; convert it to UTF-8";
    return NULL;
}

static bool is_binary(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n && i < WRMF_I_SIGNATURE_BYTES; i++) {
        const unsigned char c = (unsigned char)bytes[i];
        if (c < 0x20 && !is_space(bytes[i]))
            return true;
    }
    return false;
}

static bool matches(const signature *s, const char *bytes, size_t n)
{
    return n >= s->n && memcmp(bytes, s->bytes, s->n) == 0 && (!s->word || is_binary(bytes, n));
}

/* Archives of tar have their mark behind the first file's name. */
static bool is_tar(const char *bytes, size_t n)
{
    return n >= 262 && memcmp(bytes + 257, "ustar", 5) == 0 && is_binary(bytes, n);
}

const char *wrmf_i_signature_of_bytes(const char *bytes, size_t n)
{
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        if (matches(&signatures[i], bytes, n))
            return signatures[i].what;
    }
    if (is_tar(bytes, n))
        return "an archive of tar; unpack it first";
    return wide(bytes, n);
}

const char *wrmf_i_signature(const char *bytes, size_t n)
{
    const char *const what = wrmf_i_signature_of_bytes(bytes, n);
    return what ? what : markup(bytes, n);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/foreign.h"

#include <stdbool.h>
#include <string.h>

static const struct {
    const char *begin;
    size_t length;
    const char *what;
} kinds[] = {
#define BEGINS(begin, what)                                                                        \
    {                                                                                              \
        begin, sizeof(begin) - 1, what                                                             \
    }
    BEGINS("\x1f\x8b", "packed by gzip; unpack it first"),
    BEGINS("PK\3\4", "packed by zip, as NumPy's .npz and PyTorch's files are"),
    BEGINS("BZh", "packed by bzip2; unpack it first"),
    BEGINS("\xfd"
           "7zXZ",
           "packed by xz; unpack it first"),
    BEGINS("\x28\xb5\x2f\xfd", "packed by zstd; unpack it first"),
    BEGINS("\x93NUMPY", "an array of NumPy's"),
    BEGINS("\x89HDF\r\n", "an HDF5 file"),
    BEGINS("\x80\2", "a pickle of Python's"),
    BEGINS("\x80\3", "a pickle of Python's"),
    BEGINS("\x80\4", "a pickle of Python's"),
    BEGINS("\x80\5", "a pickle of Python's"),
    BEGINS("GGUF", "a GGUF file"),
    BEGINS("PAR1", "a Parquet file"),
    BEGINS("SQLite format 3", "an SQLite database"),
    BEGINS("\x7f"
           "ELF",
           "a program"),
    BEGINS("%%MatrixMarket", "a Matrix Market file"),
    BEGINS("wrmf-grid-journal ", "the journal of a grid"),
    BEGINS("version https://git-lfs", "a pointer to a file that Git LFS has not fetched"),
    BEGINS("\xff\xfe", "text in UTF-16"),
    BEGINS("\xfe\xff", "text in UTF-16"),
#undef BEGINS
};

/* Whether all bytes are such as text has: no control characters but those of lines, tabs and
 * pages. */
static bool is_text(const unsigned char *head, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if ((head[i] < 0x20 && !(head[i] >= '\t' && head[i] <= '\r')) || head[i] == 0x7f)
            return false;
    return bytes > 0;
}

static const char *text_kind(const unsigned char *head, size_t bytes)
{
    size_t at = bytes >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < bytes && (head[at] == ' ' || (head[at] >= '\t' && head[at] <= '\r')))
        at++;
    if (at < bytes && head[at] == '<')
        return "HTML or XML";
    if (at < bytes && (head[at] == '{' || head[at] == '['))
        return "JSON";
    return "a text file";
}

const char *wrmf_i_foreign(const unsigned char *head, size_t bytes)
{
    if (bytes > WRMF_I_FOREIGN_BYTES)
        bytes = WRMF_I_FOREIGN_BYTES;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (bytes >= kinds[i].length && memcmp(head, kinds[i].begin, kinds[i].length) == 0)
            return kinds[i].what;
    if (bytes >= 262 && memcmp(head + 257, "ustar", 5) == 0)
        return "an archive of tar";
    return is_text(head, bytes) ? text_kind(head, bytes) : NULL;
}

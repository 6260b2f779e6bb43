/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/reader.h - interactions from delimited text.
 *
 * A reader holds how the text is laid out and, after a read, what it counted.
 *
 *     wrmf_reader *reader = NULL;
 *     wrmf_reader_create(context, &reader, &err);
 *     wrmf_reader_set_column(reader, WRMF_COLUMN_USER, "uid", &err);
 *     wrmf_reader_set_column(reader, WRMF_COLUMN_ITEM, "mid", &err);
 *     wrmf_reader_read(reader, input, &matrix, &users, &items, &err);
 *
 * The text. Lines end in LF, CRLF or CR; the last may lack its end. A UTF-8 byte
 * order mark at the beginning of a line is passed over. A field that begins with
 * a double quote ends at the next lone one; inside, two quotes are one, and
 * delimiters and line breaks are text: see wrmf_quoting. A quote elsewhere in a
 * field is text. Lines without a byte are passed over and counted, as is a first
 * line such as `sep=;`, which names the delimiter. Every other line must have as
 * many fields as the first. An id must not be empty; a count must be a finite
 * decimal number above 0. A time is a finite decimal number, which is taken as it is, or a date by
 * ISO 8601, `2026-01-31`, `2026-01-31T23:59`, `2026-01-31 23:59:59.5+01:00`, which becomes seconds
 * since 1970-01-01T00:00:00Z; where no zone is given it is UTC.
 *
 * What is none: UTF-16 and UTF-32, packed files but for gzip, databases, JSON,
 * HTML and more are known by their first bytes and refused by name.
 *
 * Warnings go to the context's logger: quoted fields that span lines, a header
 * that looks like data or comes again, malformed lines passed over.
 */
#ifndef WRMF_READER_H
#define WRMF_READER_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/ids.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** Whether the first line names the columns. */
typedef enum wrmf_header {
    WRMF_HEADER_NO = 0,
    WRMF_HEADER_YES = 1,
    /** it does if a column is asked for by its name. Else it does unless it looks
     *  like the lines below: each column whose values all are numbers, or all
     *  have digits, has such a value in the first line, too; or, where there is no
     *  such column, the first line's user or item occurs again below. At most 100
     *  lines, 64 columns and 64 KiB are looked at. */
    WRMF_HEADER_AUTO = 2,
    WRMF_HEADER_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_header;

/** What double quotes mean. */
typedef enum wrmf_quoting {
    /** CAREFUL where the delimiter is a tab, a run of blanks or has several bytes,
     *  for such files are mostly written by programs that never quote; else MINIMAL */
    WRMF_QUOTING_AUTO = 0,
    /** one that begins a field reaches to the one that closes it, over line breaks
     *  too; fields that span lines are counted (WRMF_READ_SPANNING) and warned of */
    WRMF_QUOTING_MINIMAL = 1,
    WRMF_QUOTING_NONE = 2, /**< nothing: they are text */
    /** one that begins a field is text unless another one closes the field within
     *  the line; or in a later line, if none of the lines between the two has as
     *  many fields as the first line of the text, nor the line of the latter where
     *  that of the former has as many: so that no line that can stand alone is
     *  swallowed. The later line begins at most 64 KiB behind the quote. What spans
     *  lines is counted and warned of as well. */
    WRMF_QUOTING_CAREFUL = 3,
    WRMF_QUOTING_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_quoting;

/** What a backslash between quotes means. */
typedef enum wrmf_escape {
    WRMF_ESCAPE_NONE = 0,           /**< nothing: it is text */
    WRMF_ESCAPE_BACKSLASH = 1,      /**< with a quote or a backslash behind it, that one as text */
    WRMF_ESCAPE_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_escape;

/** What a column is read as. */
typedef enum wrmf_column {
    WRMF_COLUMN_USER = 0,  /**< required; default: column 1 */
    WRMF_COLUMN_ITEM = 1,  /**< required; default: column 2 */
    WRMF_COLUMN_COUNT = 2, /**< the pair's count; default: none, each line counts 1 */
    WRMF_COLUMN_NAME = 3,  /**< the item's name, taken from its first line; default: none */
    WRMF_COLUMN_TIME = 4,  /**< when it was; default: none. See wrmf_reader_times() */
    WRMF_COLUMN_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_column;

/** What becomes of a line that is not well formed. */
typedef enum wrmf_malformed {
    WRMF_MALFORMED_REFUSE = 0,         /**< reading ends with an error that names it */
    WRMF_MALFORMED_SKIP = 1,           /**< it is passed over and counted */
    WRMF_MALFORMED_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_malformed;

/** What a read counted. LINES counts records: a quoted line break is no end;
 *  of what is malformed, each line counts.
 *  ROWS + BLANK + MALFORMED + UNKNOWN + COMMENTS + HEADERS + ZEROS + the header
 *  is LINES; PAIRS + DUPLICATES is ROWS. */
typedef enum wrmf_reader_counter {
    WRMF_READ_LINES = 0,          /**< records of any kind, the header included */
    WRMF_READ_ROWS = 1,           /**< interactions read */
    WRMF_READ_BLANK = 2,          /**< empty lines passed over */
    WRMF_READ_MALFORMED = 3,      /**< lines lost to WRMF_MALFORMED_SKIP */
    WRMF_READ_UNKNOWN = 4,        /**< lines passed over for an id not among the known */
    WRMF_READ_DUPLICATES = 5,     /**< rows merged into an earlier one */
    WRMF_READ_PAIRS = 6,          /**< distinct pairs: stored entries of the matrix */
    WRMF_READ_BYTES = 7,          /**< bytes of text, unpacked */
    WRMF_READ_SPANNING = 8,       /**< quoted fields with a line break, in any column */
    WRMF_READ_COMMENTS = 9,       /**< comments passed over, and a first line `sep=;` */
    WRMF_READ_HEADERS = 10,       /**< lines passed over because they equal the header */
    WRMF_READ_ZEROS = 11,         /**< lines passed over by WRMF_ZEROS_DROP */
    WRMF_READ_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_reader_counter;

/** Make a reader with the defaults that its setters name.
 *  @retval WRMF_E_NULL   context or out is NULL.
 *  @retval WRMF_E_NOMEM  no memory. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_create(wrmf_context *context, wrmf_reader **out,
                                                        wrmf_error *err);

/** Free. NULL is allowed. Since: 0.1 */
WRMF_API void wrmf_reader_free(wrmf_reader *reader);

/** The byte between fields: any but NUL (see below), the double quote, CR and
 *  LF. Default 0: whichever of tab, comma, semicolon and bar occurs most often
 *  in the first line, outside quotes; tab if none does.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  one of the bytes that cannot be. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_delimiter(wrmf_reader *reader, char delimiter,
                                                               wrmf_error *err);

/** Text between fields, such as "::". Replaces any other delimiter.
 *  @param[in] delimiter  1 .. 15 bytes, none of which
 *                        wrmf_reader_set_delimiter() refuses; copied.
 *  @retval WRMF_E_NULL   reader or delimiter is NULL.
 *  @retval WRMF_E_RANGE  another length, or one of the bytes that cannot be.
 *  Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_delimiter_text(wrmf_reader *reader,
                                                                    const char *delimiter,
                                                                    wrmf_error *err);

/** Runs of spaces and tabs between fields; those at either end of a line are
 *  passed over. Replaces any other delimiter.
 *  @retval WRMF_E_NULL  reader is NULL. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_delimiter_blanks(wrmf_reader *reader,
                                                                      wrmf_error *err);

/** What double quotes mean; default WRMF_QUOTING_AUTO.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  quoting is none of the enum's. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_quoting(wrmf_reader *reader,
                                                             wrmf_quoting quoting, wrmf_error *err);

/** What a backslash between quotes means; default WRMF_ESCAPE_NONE.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  escape is none of the enum's. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_escape(wrmf_reader *reader, wrmf_escape escape,
                                                            wrmf_error *err);

/** What a line begins with that is to be passed over and counted, such as "%";
 *  copied. NULL, the default: there are no comments. Quotes in a comment mean
 *  nothing; nothing may stand before the prefix.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  prefix is empty or has a line break.
 *  @retval WRMF_E_NOMEM  no memory; the prefix stays as it was set. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_comment(wrmf_reader *reader,
                                                             const char *prefix, wrmf_error *err);

/** Whether the first line names the columns, one of wrmf_header; default
 *  WRMF_HEADER_YES. A line that equals the header is passed over and counted,
 *  unless the header looks like data.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  header is none of the enum's. Since: 0.1; the last since 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_header(wrmf_reader *reader, int header,
                                                            wrmf_error *err);

/** Take a column by its name in the header; copied. NULL: no such column, for
 *  COUNT, NAME and TIME. It is looked for when reading begins. Blanks around a name
 *  that is not in quotes are no part of it.
 *  @retval WRMF_E_NULL   reader is NULL, or name is NULL for USER or ITEM.
 *  @retval WRMF_E_RANGE  column is none of the enum's.
 *  @retval WRMF_E_NOMEM  no memory; the column stays as it was set.
 *  Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_column(wrmf_reader *reader, wrmf_column column,
                                                            const char *name, wrmf_error *err);

/** Take a column by its number.
 *  @param[in] number  1 .. 1,000,000; 1 is the first.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  column is none of the enum's, or number is outside its
 *                        interval. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_column_number(wrmf_reader *reader,
                                                                   wrmf_column column,
                                                                   int64_t number, wrmf_error *err);

/** What the ids of a side are; default WRMF_IDS_STRING.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  side or kind is none of its enum's. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_ids_kind(wrmf_reader *reader, wrmf_side side,
                                                              wrmf_ids_kind kind, wrmf_error *err);

/** Read against ids that are known already: indices are theirs, and lines with
 *  another id are passed over and counted. Borrowed until the reader is freed
 *  or this is set anew; NULL (the default) lets the text define the ids. After
 *  a read, the ids returned for this side are a copy.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  side is none of the enum's. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_known_ids(wrmf_reader *reader, wrmf_side side,
                                                               const wrmf_ids *ids,
                                                               wrmf_error *err);

/** What becomes of pairs that occur again; default WRMF_DUPLICATES_SUM.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  duplicates is none of the enum's. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_duplicates(wrmf_reader *reader,
                                                                wrmf_duplicates duplicates,
                                                                wrmf_error *err);

/** What becomes of a count of 0; default WRMF_ZEROS_REFUSE: the line is not well
 *  formed. A number too small for a double is not 0.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  zeros is none of the enum's. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_zeros(wrmf_reader *reader, wrmf_zeros zeros,
                                                           wrmf_error *err);

/** What becomes of a count below 0; default WRMF_NEGATIVE_REFUSE: the line is not well formed. With
 *  WRMF_NEGATIVE_DISLIKE the matrix has dislikes, as those of wrmf_matrix_with_dislikes(); counts
 *  of a pair that add up to 0 are an error then, which names its last line, and a like is above any
 *  dislike.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  negative is none of the enum's. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_negative(wrmf_reader *reader,
                                                              wrmf_negative_counts negative,
                                                              wrmf_error *err);

/** What becomes of lines that are not well formed; default
 *  WRMF_MALFORMED_REFUSE. Where they are skipped, all lines of a record are, but
 *  if a quote of it is wrong (text follows the one that closes it, or none does),
 *  or it spans lines and has too few fields or too many, reading goes on behind
 *  the line in which the quote opens. Without a header, the number of fields is
 *  what most of the first lines have then. A header is never skipped.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  malformed is none of the enum's. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_malformed(wrmf_reader *reader,
                                                               wrmf_malformed malformed,
                                                               wrmf_error *err);

/**
 * Read to the end of the input. Users and items are numbered in the order of
 * their first line. Text without an interaction gives a matrix without rows.
 *
 * @param[in,out] reader  The layout; gets the counters.
 * @param[in,out] input   Read to its end, or to the error.
 * @param[out]    matrix  Users x items; the caller frees it.
 * @param[out]    users   Ids of the rows, or NULL; the caller frees them.
 * @param[out]    items   Ids and names of the columns, or NULL; likewise.
 * @param[out]    err     Explanation on failure, or NULL.
 * @retval WRMF_E_NULL       reader, input or matrix is NULL.
 * @retval WRMF_E_NAME       the header lacks a column asked for by name, or has
 *                           it twice.
 * @retval WRMF_E_STATE      a column asked for by name, and there is no header;
 *                           or a backslash is an escape and in the delimiter.
 * @retval WRMF_E_FORMAT     a line is not well formed, or a pair occurs again
 *                           under WRMF_DUPLICATES_REFUSE, or this is something
 *                           other than text. The text gives file, line and
 *                           column, both from 1, the latter in bytes; of a
 *                           quoted field that spans lines, where it opens.
 * @retval WRMF_E_NONFINITE  a sum of counts is not finite.
 * @retval WRMF_E_IO         reading failed, or the packed data is damaged.
 * @retval WRMF_E_UNSUPPORTED  the input is packed, and this build has no zlib.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_OVERFLOW   a line longer than wrmf_input_set_limit() allows, or
 *                           2^31 ids. Lines that are too long are not skipped.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner
 *                           failed.
 * Threads: one at a time; works on the context's threads, with the results and
 * errors of one. Memory: proportional to distinct pairs and ids, plus buffers
 * of fixed size (about 1.2 MiB a thread, 20 MiB at most); not to the length of
 * the text, unless duplicates are most of it. Cost: one pass. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_read(wrmf_reader *reader, wrmf_input *input,
                                                      wrmf_matrix **matrix, wrmf_ids **users,
                                                      wrmf_ids **items, wrmf_error *err);

/** A count of the last read that succeeded; 0 before, or if reader is NULL.
 *  Since: 0.1 */
WRMF_API int64_t wrmf_reader_count(const wrmf_reader *reader, wrmf_reader_counter counter);

/** The line, from 1, of the first of what the last read that succeeded counted:
 *  for WRMF_READ_SPANNING that in which the quote opens. 0 if there is none, for
 *  DUPLICATES, PAIRS and BYTES, or if reader is NULL. Since: 0.2 */
WRMF_API int64_t wrmf_reader_first_line(const wrmf_reader *reader, wrmf_reader_counter counter);

/** What is wrong with the first malformed line that the last read that succeeded
 *  passed over, with its location; "" if there is none or reader is NULL. Valid
 *  until the next read. Since: 0.2 */
WRMF_API const char *wrmf_reader_first_malformed(const wrmf_reader *reader);

/** When each pair was, of the last read that succeeded with a WRMF_COLUMN_TIME: a number for each
 *  entry of the matrix, in the order of wrmf_matrix_csr(), for wrmf_matrix_split_last(). Of a pair
 *  that occurs again it is the latest time, whatever becomes of the counts. NULL without such a
 *  column, before the first read, or if reader is NULL. Valid until the next read. Times take 8
 *  bytes a pair, and 16 more for each row while the text is read. Since: 0.2 */
WRMF_API const double *wrmf_reader_times(const wrmf_reader *reader);

WRMF_END_DECLS
#endif /* WRMF_READER_H */

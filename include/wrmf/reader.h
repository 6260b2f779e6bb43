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
 * The text. Lines end in LF or CRLF; the last may lack its end. A UTF-8 byte
 * order mark is passed over. A field that begins with a double quote ends at
 * the next lone one; inside, two quotes are one, and delimiters and line breaks
 * are text. A quote elsewhere in a field is text. Lines without a byte are
 * passed over and counted. Every other line must have as many fields as the
 * first. An id must not be empty; a count must be a finite decimal number
 * above 0.
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

/** What a column is read as. */
typedef enum wrmf_column {
    WRMF_COLUMN_USER = 0,  /**< required; default: column 1 */
    WRMF_COLUMN_ITEM = 1,  /**< required; default: column 2 */
    WRMF_COLUMN_COUNT = 2, /**< the pair's count; default: none, each line counts 1 */
    WRMF_COLUMN_NAME = 3,  /**< the item's name, taken from its first line; default: none */
    WRMF_COLUMN_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_column;

/** What becomes of a line that is not well formed. */
typedef enum wrmf_malformed {
    WRMF_MALFORMED_REFUSE = 0,         /**< reading ends with an error that names it */
    WRMF_MALFORMED_SKIP = 1,           /**< it is passed over and counted */
    WRMF_MALFORMED_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_malformed;

/** What a read counted. LINES counts records: a quoted line break is no end.
 *  ROWS + BLANK + MALFORMED + UNKNOWN + the header is LINES;
 *  PAIRS + DUPLICATES is ROWS. */
typedef enum wrmf_reader_counter {
    WRMF_READ_LINES = 0,          /**< records of any kind, the header included */
    WRMF_READ_ROWS = 1,           /**< interactions read */
    WRMF_READ_BLANK = 2,          /**< empty lines passed over */
    WRMF_READ_MALFORMED = 3,      /**< lines passed over by WRMF_MALFORMED_SKIP */
    WRMF_READ_UNKNOWN = 4,        /**< lines passed over for an id not among the known */
    WRMF_READ_DUPLICATES = 5,     /**< rows merged into an earlier one */
    WRMF_READ_PAIRS = 6,          /**< distinct pairs: stored entries of the matrix */
    WRMF_READ_BYTES = 7,          /**< bytes of text, unpacked */
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

/** Whether the first line names the columns; default 1.
 *  @retval WRMF_E_NULL  reader is NULL. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_header(wrmf_reader *reader, int has_header,
                                                            wrmf_error *err);

/** Take a column by its name in the header; copied. NULL: no such column, for
 *  COUNT and NAME. It is looked for when reading begins.
 *  @retval WRMF_E_NULL   reader is NULL, or name is NULL for USER or ITEM.
 *  @retval WRMF_E_RANGE  column is none of the enum's.
 *  @retval WRMF_E_NOMEM  no memory; the column stays as it was set.
 *  Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_reader_set_column(wrmf_reader *reader, wrmf_column column,
                                                            const char *name, wrmf_error *err);

/** Take a column by its number, from 1.
 *  @retval WRMF_E_NULL   reader is NULL.
 *  @retval WRMF_E_RANGE  column is none of the enum's, or number is not in
 *                        1 .. 1,000,000. Since: 0.1 */
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

/** What becomes of lines that are not well formed; default
 *  WRMF_MALFORMED_REFUSE. A quote that never ends is always an error.
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
 * @retval WRMF_E_NAME       the header lacks a column asked for by name.
 * @retval WRMF_E_STATE      a column asked for by name, and there is no header.
 * @retval WRMF_E_FORMAT     a line is not well formed, or a pair occurs again
 *                           under WRMF_DUPLICATES_REFUSE. The text gives file,
 *                           line and column, both from 1, the latter in bytes.
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

WRMF_END_DECLS
#endif /* WRMF_READER_H */

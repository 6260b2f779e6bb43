/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/io.h - where text and models are read from and written to.
 *
 * Before any text that is read, a UTF-8 byte order mark is passed over.
 */
#ifndef WRMF_IO_H
#define WRMF_IO_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** Reads up to `capacity` bytes; returns how many, 0 at the end, -1 on an
 *  error. Short reads are allowed. Called on the calling thread. */
typedef int64_t (*wrmf_read_fn)(void *self, void *buffer, size_t capacity);

/** Writes all of `bytes`; returns 0, or another value on an error. Called on the
 *  calling thread. */
typedef int (*wrmf_write_fn)(void *self, const void *data, size_t bytes);

/**
 * Open a file for reading. Input compressed by gzip is recognised by its first
 * two bytes and unpacked; this holds for the other two kinds of input too. A
 * library that was built without zlib cannot, and the call that reads fails.
 *
 * @param[in]  context  Gives the allocator.
 * @param[in]  path     Name of the file; used in messages.
 * @param[out] out      The new input; the caller frees it.
 * @param[out] err      Explanation on failure, or NULL.
 * @retval WRMF_E_NULL   context, path or out is NULL.
 * @retval WRMF_E_NOMEM  no memory.
 * @retval WRMF_E_IO     the file cannot be opened, or is a directory.
 * Threads: one at a time. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_input_open_path(wrmf_context *context, const char *path,
                                                          wrmf_input **out, wrmf_error *err);

/** Read from an open file descriptor, from where it stands to its end. It is
 *  borrowed until wrmf_input_free() and not closed. `name` is copied and stands
 *  in messages; NULL gives "<fd N>".
 *  @retval WRMF_E_NULL   context or out is NULL.
 *  @retval WRMF_E_NOMEM  no memory.
 *  @retval WRMF_E_IO     it is no open descriptor. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_input_open_fd(wrmf_context *context, int fd,
                                                        const char *name, wrmf_input **out,
                                                        wrmf_error *err);

/** Read from a function of the host, borrowed until wrmf_input_free(). `name`
 *  is copied and stands in messages; NULL gives "<callback>".
 *  @retval WRMF_E_NULL   context, read or out is NULL.
 *  @retval WRMF_E_NOMEM  no memory. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_input_open_callback(wrmf_context *context, void *self,
                                                              wrmf_read_fn read, const char *name,
                                                              wrmf_input **out, wrmf_error *err);

/** What may be long, but not without end, in a text that is read from an input. */
typedef enum wrmf_input_limit {
    WRMF_LIMIT_LINE = 0, /**< a line without its end; of delimited text, a record of several lines
                              too. Default 16,777,216 */
    WRMF_LIMIT_ID = 1,   /**< an id, without its quotes and escapes. Default 1,048,576 */
    WRMF_LIMIT_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_input_limit;

/** Set how many bytes something may have in texts that are read from now on. A longer line is
 *  refused, whatever else is passed over, so that reading a text takes memory for one line of the
 *  limit, however much a few bytes of packed data become; an id that is longer is malformed.
 *  @param[in] bytes  1 .. 2^31 - 1.
 *  @retval WRMF_E_NULL   input is NULL.
 *  @retval WRMF_E_RANGE  limit is none of the enum's, or bytes is outside its interval.
 *  Threads: one at a time. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_input_set_limit(wrmf_input *input, wrmf_input_limit limit,
                                                          int64_t bytes, wrmf_error *err);

/** Close and free. NULL is allowed. Since: 0.1 */
WRMF_API void wrmf_input_free(wrmf_input *input);

/**
 * Write a file as a whole: to a temporary name in the same folder, which
 * wrmf_output_close() flushes to the disk and renames. Until then, and for
 * ever if that is not called or fails, what stood at `path` stays. The new file
 * has its mode and, where the process may give them, its owner and group; a
 * symbolic link is replaced itself. A device, pipe or socket is not replaced
 * but written to as it is, and so is /dev/stdout and what else names an open
 * descriptor.
 *
 * The temporary name is .wrmf-HASH-N.tmp. One that a killed process has left is
 * removed by the next that writes the same path; a process that lives holds a
 * lock on its own (flock), so several may write one path at a time: the last to
 * close wins.
 *
 * No output raises SIGPIPE or SIGXFSZ: a pipe that nobody reads, and a limit on
 * the size of files, are WRMF_E_IO, whatever the process does with the signals.
 *
 * @retval WRMF_E_NULL   context, path or out is NULL.
 * @retval WRMF_E_NOMEM  no memory.
 * @retval WRMF_E_IO     the temporary file cannot be made, or path is a folder
 *                       or a file that may not be written.
 * Threads: one at a time. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_output_open_path(wrmf_context *context, const char *path,
                                                           wrmf_output **out, wrmf_error *err);

/** Write to an open file descriptor, which is borrowed and not closed. `name`
 *  is copied and stands in messages; NULL gives "<fd N>".
 *  @retval WRMF_E_NULL   context or out is NULL.
 *  @retval WRMF_E_NOMEM  no memory.
 *  @retval WRMF_E_IO     it is no open descriptor. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_output_open_fd(wrmf_context *context, int fd,
                                                         const char *name, wrmf_output **out,
                                                         wrmf_error *err);

/** Write through a function of the host, borrowed until wrmf_output_free().
 *  `name` is copied and stands in messages; NULL gives "<callback>".
 *  @retval WRMF_E_NULL   context, write or out is NULL.
 *  @retval WRMF_E_NOMEM  no memory. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_output_open_callback(wrmf_context *context, void *self,
                                                               wrmf_write_fn write,
                                                               const char *name, wrmf_output **out,
                                                               wrmf_error *err);

/** Write bytes as they are. A failure is remembered: later writes and the
 *  close fail too.
 *  @retval WRMF_E_NULL   output is NULL, or data is NULL with bytes > 0.
 *  @retval WRMF_E_STATE  it was closed before.
 *  @retval WRMF_E_IO     writing failed now or before. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_output_write(wrmf_output *output, const void *data,
                                                       size_t bytes, wrmf_error *err);

/**
 * Finish: flush and, for a path, fsync and rename. The output is to be freed
 * all the same.
 * @retval WRMF_E_NULL   output is NULL.
 * @retval WRMF_E_STATE  it was closed before.
 * @retval WRMF_E_IO     something could not be written; a file at the path is
 *                       as it was before, but for a disk that fails when the
 *                       folder is flushed: then the new file stands there,
 *                       whole, and may not outlive a crash of the system.
 * Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_output_close(wrmf_output *output, wrmf_error *err);

/** Free; an output that was not closed is given up and its temporary file
 *  removed. NULL is allowed. Since: 0.1 */
WRMF_API void wrmf_output_free(wrmf_output *output);

WRMF_END_DECLS
#endif /* WRMF_IO_H */

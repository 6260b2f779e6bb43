/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/server.h - a model made ready for lists that are asked for one by one.
 *
 * A query that makes one list reads all rows of a side once, which takes what memory takes. A
 * server keeps those rows rounded to 4 bits a number, sorted by length, with bounds of what
 * rounding lost: a list then reads a sixth of the bytes (of 64 floats), or far less where a few
 * long rows come before many short ones, and scores a few rows. Lists are the same, bit for bit.
 *
 *     wrmf_server_create(context, model, WRMF_SERVE_ITEMS | WRMF_SERVE_SIMILAR_ITEMS, matrix,
 *                        &server, &err);
 *     ... in each thread that answers:
 *     wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, &query, &err);
 *     wrmf_query_set_server(query, server, &err);
 *     wrmf_query_run(query, user, items, scores, &count, &err);
 *
 * It is made from a model's rows as they are, and never changes: any number of queries on any
 * threads share it.
 */
#ifndef WRMF_SERVER_H
#define WRMF_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/query.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** What a server has ready; bits that are added. */
typedef enum wrmf_serve {
    WRMF_SERVE_NOTHING = 0,        /**< popularity alone, if a matrix is given */
    WRMF_SERVE_ITEMS = 1,          /**< lists of items by dot product: what a user may like */
    WRMF_SERVE_SIMILAR_ITEMS = 2,  /**< lists of items by cosine */
    WRMF_SERVE_USERS = 4,          /**< lists of users by dot product: who may like an item */
    WRMF_SERVE_SIMILAR_USERS = 8,  /**< lists of users by cosine */
    WRMF_SERVE_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_serve;

/**
 * Make a server.
 *
 * @param[in]  context  Workers that make it, and the allocator; held. No progress is shown.
 * @param[in]  model    Borrowed until the server is freed. Its rows must stay as they are: once
 *                      they have changed, queries refuse the server.
 * @param[in]  tables   The sum of some of wrmf_serve. Queries for other lists scan in full.
 * @param[in]  matrix   Users x items, of the model's shape, to count the popularity of items, and
 *                      of users where a table ranks them; borrowed during the call. Of a side that
 *                      the model has no row of (wrmf/store.h), it may have any number. NULL: lists
 *                      of popularity are not to be had.
 * @param[out] out      The server; the caller frees it.
 * @param[out] err      Explanation on failure, or NULL.
 * @retval WRMF_E_NULL       context, model or out is NULL.
 * @retval WRMF_E_RANGE      tables is not a sum of bits of wrmf_serve.
 * @retval WRMF_E_SHAPE      matrix has another shape than the model.
 * @retval WRMF_E_FORMAT     what the file of a mapped model has for servers is damaged.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner failed.
 * @retval WRMF_E_OVERFLOW (32-bit)  a table takes more bytes than can be counted.
 * Threads: one at a time per context. Memory: a table has half a byte for each number of the
 * side's rows, with factors rounded up to 8 and rows to 64, and 12 bytes for each row; by cosine
 * the model also makes the numbers of wrmf_query_run(). Popularity has 16 bytes for each row, 32
 * where not all counts are 1. 12 bytes a row more are needed meanwhile. Cost: O(rows factors) a
 * table; on one thread about 0.3 s for 100,000 rows of 64 factors. Tables that a mapped file has
 * (wrmf_server_save()) are used where they are: without memory, and 4 bytes of each row are read.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_server_create(wrmf_context *context,
                                                        const wrmf_model *model, unsigned tables,
                                                        const wrmf_matrix *matrix,
                                                        wrmf_server **out, wrmf_error *err);

/** Free. NULL is allowed. Queries that have it are given another, or none, before they run again.
 *  Since: 0.2 */
WRMF_API void wrmf_server_free(wrmf_server *server);

/** Bytes of memory that a server takes, besides its context and model; 0 if it is NULL. Threads:
 *  any. Since: 0.2 */
WRMF_API size_t wrmf_server_bytes(const wrmf_server *server);

/**
 * Save a server's model, to be mapped, with what the server has ready, so that processes that map
 * the file (wrmf/store.h) need not make it: wrmf_server_create() of such a model takes its tables
 * from the file, and popularity, too, where no matrix is given. Lists are the same. Who loads the
 * file instead of mapping it passes this over, and so do machines whose numbers begin with their
 * highest byte.
 *
 * @param[in] options  WRMF_SAVE_USERS or WRMF_SAVE_ITEMS for one side alone, or 0;
 *                     WRMF_SAVE_MAPPABLE is taken for granted.
 * @param[in] output   It is not closed.
 * @retval WRMF_E_NULL   server or output is NULL.
 * @retval WRMF_E_RANGE  options has other flags of wrmf_save, or both sides.
 * @retval WRMF_E_STATE  the output was closed before; or the model's rows have changed since the
 *                       server was made.
 * @retval WRMF_E_IO     writing failed now or before; small models may show it at
 *                       wrmf_output_close() only.
 * @retval WRMF_E_NOMEM  no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  a tensor takes more bytes than can be counted.
 * Threads: any. Memory: as wrmf_model_write_as(), and 12 bytes a row for each kind of popularity, 8
 * for cosines. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_server_write(const wrmf_server *server, unsigned options,
                                                       wrmf_output *output, wrmf_error *err);

/** The same to a file, which replaces what stands at path when it is whole and on the disk.
 *  @retval WRMF_E_NULL   server or path is NULL.
 *  @retval WRMF_E_IO     the file cannot be made or written.
 *  @retval WRMF_E_STATE  the model's rows have changed since the server was made.
 *  @retval WRMF_E_RANGE, WRMF_E_NOMEM, WRMF_E_OVERFLOW (32-bit)  as wrmf_server_write().
 *  Threads: any. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_server_save(const wrmf_server *server, const char *path,
                                                      unsigned options, wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_SERVER_H */

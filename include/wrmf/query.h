/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/query.h - ranked lists, and what they are asked to be.
 *
 * A query asks with the rows of one side of a model and ranks those of a side:
 *
 *   asking       ranked       a list holds
 *   WRMF_USERS   WRMF_ITEMS   what a user may like
 *   WRMF_ITEMS   WRMF_USERS   who may like an item
 *   WRMF_ITEMS   WRMF_ITEMS   the items most similar to one
 *   WRMF_USERS   WRMF_USERS   the users most similar to one
 *
 * Settings say how many entries a list has, how rows are compared and what is left out; a query
 * keeps them, and the memory in which lists are made, so that a host that answers many requests
 * makes one query a thread and asks it again and again. wrmf/recommend.h has short forms for one
 * list.
 *
 * Scores order the rows of one list; they mean nothing across models. Equal scores are ordered by
 * ascending index. A dot product that overflows the model's precision is infinite, and one that is
 * then a sum of infinities of both signs is -infinity: scores are never NaN, and a list is the head
 * of every longer one, whatever the factors. A list may have fewer entries than were asked for: its
 * length is given, and slots behind it are left as they were. Nothing here changes the model. A
 * list for one row and the same list out of a batch are equal bit for bit.
 */
#ifndef WRMF_QUERY_H
#define WRMF_QUERY_H

#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** How alike two rows a and b are. */
typedef enum wrmf_similarity {
    /** a.b / (||a|| ||b||), in -1 .. 1; 0 if either is zero. */
    WRMF_SIMILARITY_COSINE = 0,
    WRMF_SIMILARITY_DOT = 1,            /**< a.b */
    WRMF_SIMILARITY_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_similarity;

/** Whether a row stands in its own list. */
typedef enum wrmf_self {
    /** It comes first: with 1 under cosine (0 if it is zero), with its own dot
     *  product under dot. */
    WRMF_SELF_FIRST = 0,
    WRMF_SELF_OMIT = 1,           /**< it is left out */
    WRMF_SELF_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_self;

/**
 * Make a query. Lists get 10 entries; rows of two sides are compared by their dot product, which
 * is the score of a pair; rows of one side by their cosine, and the row itself is left out.
 *
 * @param[in]  context  Workers and progress hook of wrmf_query_run_batch(), and the allocator;
 *                      held.
 * @param[in]  model    Borrowed until wrmf_query_free(). It may be changed between runs.
 * @param[in]  asking   The side whose rows ask.
 * @param[in]  ranked   The side whose rows are ranked.
 * @param[out] out      The query; the caller frees it.
 * @param[out] err      Explanation on failure, or NULL.
 * @retval WRMF_E_NULL   context, model or out is NULL.
 * @retval WRMF_E_RANGE  a side is none.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any number of queries on one model; a query belongs to one thread at a time.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_create(wrmf_context *context,
                                                       const wrmf_model *model, wrmf_side asking,
                                                       wrmf_side ranked, wrmf_query **out,
                                                       wrmf_error *err);

/** Free. NULL is allowed. Since: 0.2 */
WRMF_API void wrmf_query_free(wrmf_query *query);

/** Set the number of entries that a list is to have; default 10.
 *  @param[in] length  1 .. 2^31 - 1.
 *  @retval WRMF_E_NULL, WRMF_E_RANGE. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_length(wrmf_query *query, int64_t length,
                                                           wrmf_error *err);

/** Set how rows are compared. @retval WRMF_E_NULL, WRMF_E_RANGE. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_similarity(wrmf_query *query,
                                                               wrmf_similarity similarity,
                                                               wrmf_error *err);

/** Set whether a row stands in its own list.
 *  @retval WRMF_E_STATE  the query asks one side and ranks the other: no row can be in its own
 *                        list.
 *  @retval WRMF_E_NULL, WRMF_E_RANGE. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_self(wrmf_query *query, wrmf_self self,
                                                         wrmf_error *err);

/**
 * Leave out of each list what a matrix holds together with the row that asks: the items that a
 * user has touched, or the users who touched an item.
 *
 * @param[in] seen  Of the model's shape, users x items; the query keeps a reference. NULL:
 *                  nothing is left out, the default.
 * @retval WRMF_E_NULL   query is NULL.
 * @retval WRMF_E_STATE  seen is given, and the query asks and ranks the same side.
 * @retval WRMF_E_SHAPE  seen has another shape than the model.
 * @retval WRMF_E_NOMEM  no memory for the transpose of seen, which a query that asks by items
 *                       needs. It is made once for a matrix.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_seen(wrmf_query *query, const wrmf_matrix *seen,
                                                         wrmf_error *err);

/**
 * The list of one row.
 *
 * @param[in]  row      0 .. rows of the asking side - 1.
 * @param[out] indices  Room for the length set: rows of the ranked side, best first.
 * @param[out] scores   The same room: their scores; or NULL.
 * @param[out] count    Entries given, 0 .. the length set.
 * @param[out] err      Explanation on failure, or NULL.
 * @retval WRMF_E_NULL      query, indices or count is NULL.
 * @retval WRMF_E_RANGE     there is no such row.
 * @retval WRMF_E_NOMEM     no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  a list of such a length takes more bytes than can be counted.
 * Threads: one at a time; queries of one context may run at the same time, each on the thread
 * that calls. Memory: O(min(length, rows) + factors), made by the first run and kept for those
 * that follow. By cosine, a number of 8 bytes for each row of the side, which the model makes in
 * the first such call on it and keeps until its rows change. Cost: O(rows factors), and rows
 * log length where each row is better than those before it. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_run(wrmf_query *query, int64_t row,
                                                    int64_t *indices, double *scores,
                                                    int64_t *count, wrmf_error *err);

/**
 * The lists of many rows, in parallel on the query's context (phase "rank", unit lists).
 *
 * @param[in]  rows     n_rows indices in any order, each 0 .. rows of the asking side - 1; NULL:
 *                      the first n_rows.
 * @param[in]  n_rows   0 .. rows of the asking side where rows is NULL, else >= 0.
 * @param[out] indices  Room for n_rows times the length set, a list after another.
 * @param[out] scores   The same room, or NULL.
 * @param[out] counts   Room for n_rows numbers: the entries given of each list.
 * @retval WRMF_E_NULL       query, indices or counts is NULL.
 * @retval WRMF_E_RANGE      n_rows or an index is outside its interval: the text names its
 *                           position.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner failed.
 * @retval WRMF_E_OVERFLOW (32-bit)  as wrmf_query_run().
 * After WRMF_E_CANCELLED and WRMF_E_THREAD the outputs hold the lists that were made; those that
 * were not, and their counts, are as they were.
 * Threads: one at a time per context. Memory: for more than five lists that of the ranked rows,
 * made ready and freed at the end; and by cosine what wrmf_query_run() says. Cost: O(rows factors)
 * a list at most, mostly far less for many. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_run_batch(wrmf_query *query, const int64_t *rows,
                                                          int64_t n_rows, int64_t *indices,
                                                          double *scores, int64_t *counts,
                                                          wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_QUERY_H */

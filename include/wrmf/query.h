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
 * makes one query a thread, gives it a server (wrmf/server.h), and asks it again and again.
 * wrmf/recommend.h has short forms for one list.
 *
 * All filters hold together, for lists of either side: a list has rows that are candidates, if any
 * were set; that are not excluded, nor seen by the row that asks; and whose score is not below the
 * minimum. Settings are cheap: what one request alone leaves out is set before its run.
 *
 * Who asks need not be a row of the model: a vector of as many factors, such as one that
 * wrmf/fold.h makes of a new user's interactions, is rounded to the model's precision and asks as
 * a row would. It has seen nothing, and is never in its own list.
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

#include <stddef.h>
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

/** How much a row is used, by a server's matrix. */
typedef enum wrmf_popularity {
    WRMF_POPULARITY_NONE = 0,           /**< is not looked at */
    WRMF_POPULARITY_NUMBER = 1,         /**< the number of users of an item, or items of a user */
    WRMF_POPULARITY_SUM = 2,            /**< the sum of their counts */
    WRMF_POPULARITY_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_popularity;

/** Whether what is folded in may stand in the list that it is folded in for. */
typedef enum wrmf_history {
    WRMF_HISTORY_OMIT = 0,           /**< it is left out */
    WRMF_HISTORY_KEEP = 1,           /**< it is ranked as all others are */
    WRMF_HISTORY_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_history;

/** Some lists of a batch, as a sink is given them; all is borrowed during its call. The library
 *  writes struct_size; a later release may add fields behind those that are here. */
typedef struct wrmf_lists {
    size_t struct_size;           /**< bytes the library filled */
    int64_t first;                /**< the number of the first of these lists in the batch */
    int64_t n;                    /**< how many are here */
    int64_t stride;               /**< list first + i begins at place i * stride */
    const int64_t *indices;       /**< rows of the ranked side, best first */
    const double *scores;         /**< their scores */
    const int64_t *counts;        /**< n numbers: the entries of each list */
    const unsigned char *popular; /**< n numbers: 1 if the list is of popularity, else 0 */
} wrmf_lists;

/** Takes lists, in the order of the batch, on the thread that called the library; the query and
 *  its context are in use meanwhile. Returns 0 to go on; another value ends the batch with
 *  WRMF_E_CANCELLED. */
typedef int (*wrmf_lists_fn)(void *self, const wrmf_lists *lists);

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
 * Leave rows out of every list.
 *
 * @param[in]  rows  n rows of the ranked side, in any order, some again if need be; copied. May be
 *                   NULL if n is 0.
 * @param[in]  n     >= 0; 0: none are left out, the default.
 * @retval WRMF_E_NULL   query is NULL, or rows is and n > 0.
 * @retval WRMF_E_RANGE  n or an index is outside its interval: the text names its position.
 * @retval WRMF_E_NOMEM  no memory.
 * After a failure they are as before. Memory is kept for the next setting. Cost: O(n log n). Since:
 * 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_excluded(wrmf_query *query, const int64_t *rows,
                                                             int64_t n, wrmf_error *err);

/**
 * Rank these rows alone. A few are scored one by one; where they are a good part of the side,
 * the others are passed over.
 *
 * @param[in]  rows  n rows of the ranked side, in any order, some again if need be; copied. NULL:
 *                   all rows are candidates, the default.
 * @param[in]  n     >= 0; 0 with rows: lists are empty.
 * @retval WRMF_E_NULL   query is NULL.
 * @retval WRMF_E_RANGE  n or an index is outside its interval: the text names its position.
 * @retval WRMF_E_NOMEM  no memory.
 * After a failure they are as before. Memory: a bit for each row of the side, and 4 bytes for each
 * candidate. Cost: O(n log n). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_candidates(wrmf_query *query,
                                                               const int64_t *rows, int64_t n,
                                                               wrmf_error *err);

/**
 * Leave other rows out of each list of a batch, besides those of wrmf_query_set_excluded(). They
 * are of the list's place in the batch: where a row asks twice, each of its lists has its own.
 *
 * @param[in]  n_lists  >= 0: a run is of so many lists; a single one, if it is 1.
 * @param[in]  offsets  n_lists + 1 numbers that begin with 0 and do not descend: list i leaves out
 *                      rows[offsets[i]] .. rows[offsets[i + 1] - 1]. NULL: there are no such rows,
 *                      the default.
 * @param[in]  rows     offsets[n_lists] rows of the ranked side; copied. May be NULL if there are
 *                      none.
 * @retval WRMF_E_NULL    query is NULL, or rows is and there are some.
 * @retval WRMF_E_RANGE   n_lists or an index is outside its interval: the text names its position.
 * @retval WRMF_E_FORMAT  offsets do not begin with 0, or descend.
 * @retval WRMF_E_NOMEM   no memory.
 * After a failure they are as before. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_excluded_each(wrmf_query *query,
                                                                  int64_t n_lists,
                                                                  const int64_t *offsets,
                                                                  const int64_t *rows,
                                                                  wrmf_error *err);

/** The same for rows that alone are ranked, others for each list of a batch; those that are no
 *  candidates of wrmf_query_set_candidates() stay out. Each is scored one by one. Errors as
 *  wrmf_query_set_excluded_each(). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_candidates_each(wrmf_query *query,
                                                                    int64_t n_lists,
                                                                    const int64_t *offsets,
                                                                    const int64_t *rows,
                                                                    wrmf_error *err);

/** Set the least score that an entry of a list has; -infinity, the default: any. Lists of
 *  popularity are not looked at.
 *  @retval WRMF_E_NONFINITE  minimum is not a number.
 *  @retval WRMF_E_NULL       query is NULL. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_minimum(wrmf_query *query, double minimum,
                                                            wrmf_error *err);

/**
 * Make lists with a server: the same lists, sooner where they are few.
 *
 * @param[in]  server  Of the query's model; borrowed until the query is freed or given another.
 *                     NULL: none, the default. What it has no table for is made without.
 * @retval WRMF_E_NULL   query is NULL.
 * @retval WRMF_E_STATE  the server was made from another model.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_server(wrmf_query *query,
                                                           const wrmf_server *server,
                                                           wrmf_error *err);

/**
 * Set what histories are folded in with.
 *
 * @param[in]  fold  Of the query's model and of the side that asks; borrowed until the query is
 *                   freed or given another. NULL: none, the default.
 * @retval WRMF_E_NULL   query is NULL.
 * @retval WRMF_E_STATE  the fold was made from another model, or is of the side that does not ask.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_fold(wrmf_query *query, const wrmf_fold *fold,
                                                         wrmf_error *err);

/** Set whether lists of histories leave the history out, where they rank the side that it is of;
 *  by default they do. @retval WRMF_E_NULL, WRMF_E_RANGE. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_history(wrmf_query *query, wrmf_history history,
                                                            wrmf_error *err);

/** Set what the list of a row or vector of zeros is made of, of which nothing is known: NONE, the
 *  default: its scores, all 0; else the most popular of the rows that the filters let through,
 *  with their popularity as scores, behind the row itself where that is to come first, with 0.
 *  wrmf_query_is_popular() and sinks say which lists are such. A run then needs a server with
 *  popularity.
 *  @retval WRMF_E_NULL, WRMF_E_RANGE. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_fallback(wrmf_query *query,
                                                             wrmf_popularity popularity,
                                                             wrmf_error *err);

/**
 * Have the lists of batches given to a function, a few at a time in their order, instead of being
 * stored: memory is then bounded, however many there are (64 MiB, or one list a worker where that
 * is more). The arrays of a batch's call are not used, and may be NULL. Single lists go where they
 * are asked for.
 *
 * @param[in]  self  Handed to sink.
 * @param[in]  sink  NULL: lists are stored, the default.
 * @retval WRMF_E_NULL  query is NULL.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_set_sink(wrmf_query *query, void *self,
                                                         wrmf_lists_fn sink, wrmf_error *err);

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
 * @retval WRMF_E_SHAPE     excluded rows or candidates were set for another number of lists.
 * @retval WRMF_E_STATE     a fallback is set, and there is no server with popularity; or the rows
 *                          of the ranked side have changed since the server was made.
 * @retval WRMF_E_NOMEM     no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  a list of such a length takes more bytes than can be counted.
 * Threads: one at a time; queries of one context may run at the same time, each on the thread
 * that calls. Memory: O(min(length, rows) + factors), made by the first run and kept for those
 * that follow. By cosine, a number of 8 bytes for each row of the side, which the model makes in
 * the first such call on it and keeps until its rows change. Cost: O(rows factors), and rows
 * log length where each row is better than those before it; a tenth or less of it with a server;
 * O(candidates factors) where they are few. Since: 0.2
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
 * @param[out] indices  Room for n_rows times the length set, a list after another. Not used if
 *                      the query has a sink; nor are the other two.
 * @param[out] scores   The same room, or NULL.
 * @param[out] counts   Room for n_rows numbers: the entries given of each list.
 * @retval WRMF_E_NULL       query is NULL; or indices or counts is, and there is no sink.
 * @retval WRMF_E_RANGE      n_rows or an index is outside its interval: the text names its
 *                           position.
 * @retval WRMF_E_CANCELLED  the progress hook, or the sink, asked to stop.
 * @retval WRMF_E_SHAPE, WRMF_E_STATE  as wrmf_query_run().
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

/**
 * The list of a vector that is a row in no model.
 *
 * @param[in]  vector   As many numbers as the model has factors.
 * @param[out] indices  Room for the length set: rows of the ranked side, best first.
 * @param[out] scores   The same room: their scores; or NULL.
 * @param[out] count    Entries given, 0 .. the length set.
 * @retval WRMF_E_NULL       query, vector, indices or count is NULL.
 * @retval WRMF_E_NONFINITE  a number is not finite in the model's precision; the text names it.
 * @retval WRMF_E_SHAPE, WRMF_E_STATE, WRMF_E_NOMEM, WRMF_E_OVERFLOW (32-bit)  as wrmf_query_run(),
 *                           and so are threads, memory and cost.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_run_vector(wrmf_query *query, const double *vector,
                                                           int64_t *indices, double *scores,
                                                           int64_t *count, wrmf_error *err);

/** The same for a vector of floats: the same bits as of a row of a float32 model. Errors as
 *  wrmf_query_run_vector(). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_run_vector_float32(wrmf_query *query,
                                                                   const float *vector,
                                                                   int64_t *indices, double *scores,
                                                                   int64_t *count, wrmf_error *err);

/**
 * The lists of many vectors, in parallel as wrmf_query_run_batch().
 *
 * @param[in]  vectors  n x factors numbers, a vector after another. NULL if n is 0.
 * @param[in]  n        >= 0.
 * @param[out] indices, scores, counts  As wrmf_query_run_batch().
 * @retval WRMF_E_NULL       query is NULL; vectors is, and n > 0; or indices or counts is, and
 *                           there is no sink.
 * @retval WRMF_E_RANGE      n is below 0.
 * @retval WRMF_E_NONFINITE  a number is not finite in the model's precision; the text names it.
 * @retval WRMF_E_CANCELLED, WRMF_E_SHAPE, WRMF_E_STATE, WRMF_E_NOMEM, WRMF_E_THREAD,
 *         WRMF_E_OVERFLOW (32-bit)  as wrmf_query_run_batch(), and so is what outputs hold after.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_run_vectors(wrmf_query *query,
                                                            const double *vectors, int64_t n,
                                                            int64_t *indices, double *scores,
                                                            int64_t *counts, wrmf_error *err);

/** The same for vectors of floats. Errors as wrmf_query_run_vectors(). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_run_vectors_float32(wrmf_query *query,
                                                                    const float *vectors, int64_t n,
                                                                    int64_t *indices,
                                                                    double *scores, int64_t *counts,
                                                                    wrmf_error *err);

/**
 * The list of one who is in no model: the history is folded in as wrmf_fold_row() does it, and its
 * row asks. One of no entries is the row of zeros (wrmf_query_set_fallback()).
 *
 * @param[in]  index      n rows of the side that does not ask, of a user the items; in any order.
 *                        NULL if n is 0.
 * @param[in]  count      n counts > 0; below 0 with negative_counts "dislike" or target "signed";
 *                        or NULL: each is 1.
 * @param[in]  n          0 .. 2^31 - 1.
 * @param[out] indices    Room for the length set: rows of the ranked side, best first.
 * @param[out] scores     The same room: their scores; or NULL.
 * @param[out] n_indices  Entries given, 0 .. the length set.
 * @retval WRMF_E_NULL       query, indices or n_indices is NULL; or index is, and n > 0.
 * @retval WRMF_E_RANGE      n or an index is outside its interval; the text names the position.
 * @retval WRMF_E_FORMAT     a count is none of these; the text names the position. Or those of an
 *                           index add up to 0.
 * @retval WRMF_E_NONFINITE  a count, the sum of those of an index, or its confidence is not finite;
 *                           or the row is not.
 * @retval WRMF_E_STATE      the query has no fold, or the rows of a fold, or of a server, have
 *                           changed since it was made; or as wrmf_query_run().
 * @retval WRMF_E_SHAPE, WRMF_E_NOMEM, WRMF_E_OVERFLOW (32-bit)  as wrmf_query_run().
 * Threads: as wrmf_query_run(). Memory: a workspace of wrmf_fold_workspace() for n entries, made by
 * the first run and kept for those that follow; and that of a list. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_run_history(wrmf_query *query, const int64_t *index,
                                                            const double *count, int64_t n,
                                                            int64_t *indices, double *scores,
                                                            int64_t *n_indices, wrmf_error *err);

/**
 * The lists of many who are in no model, in parallel (phases "fold" and "rank").
 *
 * @param[in]  histories  Users x items; borrowed. A query that asks by users makes a list of each
 * of its rows, whose columns are all the model's items; one that asks by items, of each column,
 * whose rows are all the model's users.
 * @param[out] indices, scores, counts  As wrmf_query_run_batch(), of as many lists.
 * @retval WRMF_E_NULL   query or histories is NULL; or indices or counts is, and there is no sink.
 * @retval WRMF_E_SHAPE  histories have not as many columns (rows) as the model has items (users);
 *                       or as wrmf_query_run().
 * @retval WRMF_E_NONFINITE  a confidence or a row would not be finite; the text names it.
 * @retval WRMF_E_FORMAT histories have a dislike that is refused (wrmf_negative_counts).
 * @retval WRMF_E_STATE  as wrmf_query_run_history().
 * @retval WRMF_E_CANCELLED, WRMF_E_NOMEM, WRMF_E_THREAD, WRMF_E_OVERFLOW (32-bit)  as
 *                       wrmf_query_run_batch(), and so is what outputs hold after.
 * Memory: besides that of a batch, a row of the model for each list. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_run_histories(wrmf_query *query,
                                                              const wrmf_matrix *histories,
                                                              int64_t *indices, double *scores,
                                                              int64_t *counts, wrmf_error *err);

/**
 * The list of the most popular rows of the ranked side that excluded rows and candidates let
 * through, whoever asks; equals by ascending index, and rows that nobody uses last.
 *
 * @param[in]  popularity  What they are ordered by; not NONE.
 * @param[out] indices     Room for the length set.
 * @param[out] scores      The same room: numbers, or sums; or NULL.
 * @param[out] count       Entries given, 0 .. the length set.
 * @retval WRMF_E_NULL   query, indices or count is NULL.
 * @retval WRMF_E_RANGE  popularity is neither of the two.
 * @retval WRMF_E_STATE  the query has no server with popularity.
 * @retval WRMF_E_SHAPE, WRMF_E_NOMEM, WRMF_E_OVERFLOW (32-bit)  as wrmf_query_run().
 * Threads: as wrmf_query_run(). Cost: O(length + rows left out). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_query_run_popular(wrmf_query *query,
                                                            wrmf_popularity popularity,
                                                            int64_t *indices, double *scores,
                                                            int64_t *count, wrmf_error *err);

/** 1 if list number `list` of the last run, which stored its lists, is of popularity in place of
 *  scores (wrmf_query_set_fallback()), else 0; of a single list the number is 0. Threads: that
 *  which runs the query. Since: 0.2 */
WRMF_API int wrmf_query_is_popular(const wrmf_query *query, int64_t list);

WRMF_END_DECLS
#endif /* WRMF_QUERY_H */

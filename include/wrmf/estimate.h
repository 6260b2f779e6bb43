/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/estimate.h - how much memory work will take, before any of it is allocated.
 *
 *     wrmf_sizes sizes = {.struct_size = sizeof sizes, .users = 500000, .items = 100000,
 *                         .entries = 50000000};
 *     wrmf_memory memory = {.struct_size = sizeof memory};
 *     wrmf_estimate_memory(context, &sizes, params, &memory, &err);
 *     if (memory.matrix + memory.fit > what_there_is) ...
 */
#ifndef WRMF_ESTIMATE_H
#define WRMF_ESTIMATE_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** What is worked on. Set struct_size, users, items and entries, and what else is known; 0 stands
 *  for what is not. */
typedef struct wrmf_sizes {
    size_t struct_size;   /**< sizeof(wrmf_sizes) */
    int64_t users;        /**< 0 .. 2^31 - 1 */
    int64_t items;        /**< 0 .. 2^31 - 1 */
    int64_t entries;      /**< pairs that the matrix stores, 0 .. users x items */
    int64_t longest_user; /**< entries of the user who has most; 0: as if those of users fell as
                               1, 1/2, 1/3, ... */
    int64_t longest_item; /**< the same of items */
    int64_t id_bytes;     /**< of all string ids together, without NULs; 0: ids are integers */
    int64_t list_length;  /**< of lists that are made; 0: 10 */
    int has_counts;       /**< not 0: counts are not all 1, and each takes 8 bytes */
    int has_times;        /**< not 0: the text that is read has a column of times */
    int has_dislikes;     /**< not 0: the text that is read has counts below 0, and counts of a pair
                               are added up: each pair takes 8 bytes more until it is read */
} wrmf_sizes;

/** Bytes of the context's allocator. "Most" is the most that are held at a time during the work,
 *  beside what was held before. The library sets fields up to struct_size. */
typedef struct wrmf_memory {
    size_t struct_size; /**< sizeof(wrmf_memory), set by the caller */
    int64_t matrix;     /**< a matrix, as long as it lives */
    int64_t ids;        /**< the ids of both sides, as long as they live */
    int64_t read;       /**< most of reading delimited text with no repeated pair: the matrix, ids
                             and times that come of it included */
    int64_t model;      /**< a fitted model without ids, as long as it lives: carried rows and Gram
                             matrices included */
    int64_t fit;        /**< most of wrmf_model_fit(): the model that comes of it, and what the
                             matrix keeps from then on, its transpose and the order of its rows,
                             included */
    int64_t evaluate;   /**< most of the first wrmf_evaluator_run() with the default metrics on all
                             users; later ones take nothing more */
    int64_t lists;      /**< most of wrmf_query_run_batch() for all users: lists of items */
    int64_t server;     /**< a wrmf_server of WRMF_SERVE_ITEMS, as long as it lives */
} wrmf_memory;

/**
 * Estimate the memory of reading, fitting, evaluating and serving, from sizes, parameters and the
 * number of the context's threads, without allocating any. The figures follow from the sizes of
 * the library's own blocks, and are within 10 % of what is measured; what depends on more than
 * sizes is taken as it most often is: rows that few would notice (systems without a unique
 * solution), texts with repeated pairs and with lines of many fields take more.
 *
 * @param[in]     context  Its number of threads counts. Borrowed.
 * @param[in]     sizes    Borrowed.
 * @param[in]     params   factors, precision, solver, relaxation and iterations count. NULL: the
 *                         defaults. Borrowed.
 * @param[in,out] memory   struct_size is set by the caller; the rest is written.
 * @retval WRMF_E_NULL      context, sizes or memory is NULL.
 * @retval WRMF_E_RANGE     a struct_size is none that the library knows, or one of the sizes is
 *                          outside its interval; the text names it.
 * @retval WRMF_E_OVERFLOW  the work takes more bytes than can be counted.
 * Threads: any. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_estimate_memory(const wrmf_context *context,
                                                          const wrmf_sizes *sizes,
                                                          const wrmf_params *params,
                                                          wrmf_memory *memory, wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_ESTIMATE_H */

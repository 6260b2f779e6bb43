/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/types.h - the nouns of the library and the small enums they share.
 *
 * Rules that hold for every header:
 *  - an object is made by a function whose last but one argument is its
 *    `wrmf_x **out`, and freed by wrmf_x_free(), which accepts NULL;
 *  - what is borrowed is read during the call only, unless the function says
 *    that it keeps a reference;
 *  - indices and sizes are int64_t, counted from 0;
 *  - a call that fails leaves its outputs as they were, unless it says otherwise;
 *  - any number of threads may read one matrix, ids, model or server at a time;
 *    everything else belongs to one thread at a time. A function with a status
 *    that comes upon an object in use gives WRMF_E_STATE, whose text names it,
 *    and leaves outputs as they were: one that runs, reads, writes or sets
 *    something needs an evaluator, grid, reader, query, input or output for
 *    itself, one that changes a model or ids needs no reader beside it.
 *    Functions without a status do not look: they read, and nobody may change
 *    what they read meanwhile;
 *  - what is freed while a call uses it is no longer the caller's at once, and
 *    goes when the call ends;
 *  - a context works for one call at a time; context.h says which: two threads
 *    that work at once use two contexts.
 */
#ifndef WRMF_TYPES_H
#define WRMF_TYPES_H

#include "wrmf/export.h"

WRMF_BEGIN_DECLS

typedef struct wrmf_context wrmf_context;     /**< context.h */
typedef struct wrmf_input wrmf_input;         /**< io.h */
typedef struct wrmf_output wrmf_output;       /**< io.h */
typedef struct wrmf_ids wrmf_ids;             /**< ids.h */
typedef struct wrmf_reader wrmf_reader;       /**< reader.h */
typedef struct wrmf_matrix wrmf_matrix;       /**< matrix.h */
typedef struct wrmf_params wrmf_params;       /**< params.h */
typedef struct wrmf_model wrmf_model;         /**< model.h */
typedef struct wrmf_fold wrmf_fold;           /**< fold.h */
typedef struct wrmf_query wrmf_query;         /**< query.h */
typedef struct wrmf_server wrmf_server;       /**< server.h */
typedef struct wrmf_evaluator wrmf_evaluator; /**< evaluator.h */
typedef struct wrmf_baseline wrmf_baseline;   /**< baseline.h */
typedef struct wrmf_curve wrmf_curve;         /**< curve.h */
typedef struct wrmf_grid wrmf_grid;           /**< grid.h */

/** The two sides of an interaction matrix and of a model. */
typedef enum wrmf_side {
    WRMF_USERS = 0,               /**< rows of the matrix */
    WRMF_ITEMS = 1,               /**< columns of the matrix */
    WRMF_SIDE_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_side;

/** What becomes of a (user, item) pair that is given more than once. */
typedef enum wrmf_duplicates {
    WRMF_DUPLICATES_SUM = 0,            /**< counts are added */
    WRMF_DUPLICATES_DROP = 1,           /**< the first count stays */
    WRMF_DUPLICATES_MAX = 2,            /**< the largest count stays */
    WRMF_DUPLICATES_REFUSE = 3,         /**< the second one is an error */
    WRMF_DUPLICATES_WIDTH_ = 0x7fffffff /**< fixes the enum's size */
} wrmf_duplicates;

/** What becomes of a count of 0 in a text. Zeros are never stored. */
typedef enum wrmf_zeros {
    WRMF_ZEROS_REFUSE = 0,         /**< it is an error, as any count that is not above 0 */
    WRMF_ZEROS_DROP = 1,           /**< it is passed over and counted: no interaction */
    WRMF_ZEROS_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_zeros;

/** What becomes of a count below 0. */
typedef enum wrmf_negative_counts {
    /** "refuse": it is an error, WRMF_E_FORMAT, of whatever fits, folds in, or reads; but under
     *  target "signed", which says what such a count means, nothing refuses it but readers. */
    WRMF_NEGATIVE_REFUSE = 0,
    /** "dislike": the pair has target 0 with the confidence of the count's absolute value, as
     *  implicit and Spark have it: its loss is c s^2. wrmf_matrix_with_dislikes() makes such
     *  matrices, and readers do. */
    WRMF_NEGATIVE_DISLIKE = 1,
    WRMF_NEGATIVE_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_negative_counts;

WRMF_END_DECLS
#endif /* WRMF_TYPES_H */

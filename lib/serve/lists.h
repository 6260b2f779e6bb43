/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve/lists.h - recommendations and similar rows: one list, and many in parallel.
 * Arguments are known to be in range.
 */
#ifndef WRMF_SERVE_LISTS_H
#define WRMF_SERVE_LISTS_H

#include "als/fold.h"
#include "rank/rank.h"
#include "serve/asking.h"
#include "serve/server.h"
#include "wrmf/query.h"

/** What lists are asked to be. */
typedef struct wrmf_i_query {
    const wrmf_model *model;
    wrmf_side asking, ranked;   /* the sides whose rows ask and are ranked; they may be the same */
    int64_t length;             /* entries wanted, at least 1 */
    wrmf_similarity similarity; /* what the ranked rows are ordered by */
    wrmf_self self;          /* where both sides are the same: what becomes of the row that asks */
    const wrmf_matrix *seen; /* row r has what r's list leaves out; NULL: nothing is left out */
    wrmf_i_row_set excluded; /* what every list leaves out */
    bool has_candidates;     /* only the rows of `candidates` are ranked */
    wrmf_i_row_set candidates;
    const uint64_t *allowed; /* the candidates as bits */
    wrmf_i_row_lists excluded_each, candidates_each;
    bool has_minimum;
    double minimum;            /* the least score of a list */
    wrmf_popularity fallback;  /* what a list is made of where the row that asks is zero */
    const wrmf_server *server; /* borrowed, or NULL */
    const wrmf_fold *fold;     /* of the asking side; borrowed, or NULL */
    bool keeps_history;        /* lists may have what was folded in */
} wrmf_i_query;

/** Where lists go: list i begins at place (i - first) * stride, and its count at i - first. */
typedef struct wrmf_i_list_arrays {
    int64_t first, stride;
    int64_t *indices;       /* the ranked rows, best first */
    double *scores;         /* their scores, or NULL */
    int64_t *counts;        /* the length of each list; places behind it are left as they were */
    unsigned char *popular; /* 1: the list is of popularity, 0: of scores; or NULL */
} wrmf_i_list_arrays;

/** Whose lists are made, and what becomes of them. */
typedef struct wrmf_i_lists {
    wrmf_i_asking asking;
    int64_t n;
    wrmf_i_list_arrays to; /* not used where there is a sink */
    wrmf_lists_fn sink;    /* is given the lists a few at a time; or NULL */
    void *sink_self;
} wrmf_i_lists;

/** Memory that is kept from one list to the next; zero-initialised: none. */
typedef struct wrmf_i_list_memory {
    void *block;
    size_t bytes;
} wrmf_i_list_memory;

void wrmf_i_list_memory_free(const wrmf_i_allocator *allocator, wrmf_i_list_memory *memory);
/** Have so many bytes at least; their contents are lost. WRMF_E_NOMEM. */
wrmf_status wrmf_i_list_memory_grow(const wrmf_context *context, wrmf_i_list_memory *memory,
                                    size_t bytes, wrmf_error *err);

/** Make the list of one row (lists->n is 1, and there is no sink) on the calling thread with the
 *  context's kernels. Nothing is allocated where the memory suffices already. */
wrmf_status wrmf_i_make_list(const wrmf_context *context, const wrmf_i_query *query,
                             wrmf_i_list_memory *memory, const wrmf_i_lists *lists,
                             wrmf_error *err);
/** Make lists on the context's workers; each is the same as if it was made alone. */
wrmf_status wrmf_i_make_lists(wrmf_context *context, const wrmf_i_query *query,
                              const wrmf_i_lists *lists, wrmf_error *err);
/** The most bytes that wrmf_i_make_lists() holds for the lists of n rows. Of the query's model its
 *  rows, factors, stride and bits are looked at, and nothing else. */
double wrmf_i_lists_bytes(const wrmf_context *context, const wrmf_i_query *query, int64_t n);
/** Make the list of the most popular rows that the query's filters let through. The server has
 *  popularity. Memory as wrmf_i_make_list(). */
wrmf_status wrmf_i_make_popular_list(const wrmf_context *context, const wrmf_i_query *query,
                                     wrmf_popularity kind, wrmf_i_list_memory *memory,
                                     const wrmf_i_list_arrays *to, wrmf_error *err);

#endif /* WRMF_SERVE_LISTS_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve/query_type.h - what a wrmf_query is.
 */
#ifndef WRMF_SERVE_QUERY_TYPE_H
#define WRMF_SERVE_QUERY_TYPE_H

#include "serve/row_sets.h"

struct wrmf_query {
    wrmf_context *context; /* held */
    wrmf_i_use use;        /* of the call that makes lists or sets something */
    wrmf_matrix *seen;     /* held, or NULL */
    wrmf_i_query asked;
    wrmf_i_list_memory memory;  /* of single lists */
    wrmf_i_list_memory folding; /* of single histories */
    /* of asked.excluded, asked.candidates, asked.allowed and the sets for each list */
    wrmf_i_row_buffer excluded, candidates;
    uint64_t *allowed; /* allowed_words, a bit for each row of the ranked side; or NULL */
    size_t allowed_words;
    wrmf_i_kept_lists excluded_each, candidates_each;
    wrmf_lists_fn sink; /* of batches, or NULL */
    void *sink_self;
    unsigned char *popular; /* popular_room: of each list of the last run */
    int64_t popular_room, popular_n;
};

void wrmf_i_query_free(wrmf_query *query);
/** Have a query alone until the call ends. */
wrmf_status wrmf_i_query_enter(wrmf_i_call *call, wrmf_query *query, wrmf_error *err);
/** Set the candidates, n rows each 0 .. rows of the ranked side - 1; rows NULL: all are. Errors of
 *  wrmf_i_row_set_make(), after which they are as they were. */
wrmf_status wrmf_i_query_set_candidates(wrmf_query *query, const int64_t *rows, int64_t n,
                                        wrmf_error *err);

#endif /* WRMF_SERVE_QUERY_TYPE_H */

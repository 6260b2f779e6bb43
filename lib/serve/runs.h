/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve/runs.h - a run of a query: what the call has until it ends, what the settings ask of it,
 * and where its lists go.
 */
#ifndef WRMF_SERVE_RUNS_H
#define WRMF_SERVE_RUNS_H

#include "serve/query_type.h"

/** Have what a run of n lists uses until the call ends: the query, and its model and server, to
 *  read them. WRMF_E_STATE if others stand in the way, the server is stale, or a fallback is set
 *  without popularity; WRMF_E_SHAPE if filters were set for another number of lists. */
wrmf_status wrmf_i_run_begin(wrmf_i_call *call, wrmf_query *query, int64_t n, wrmf_error *err);
/** WRMF_E_STATE if the query has no server with popularity of the ranked side. */
wrmf_status wrmf_i_run_check_popularity(const wrmf_query *query, wrmf_error *err);
/** WRMF_E_NULL if the lists of a batch have nowhere to go. */
wrmf_status wrmf_i_run_check_outputs(const wrmf_query *query, const int64_t *indices,
                                     const int64_t *counts, wrmf_error *err);

/** Arrays of the caller's, with room for the length set for each list. */
wrmf_i_list_arrays wrmf_i_run_arrays(const wrmf_query *query, int64_t *indices, double *scores,
                                     int64_t *counts);

/** Make one list, or many on the query's context, in a call that has begun. lists->to.popular is
 *  set. WRMF_E_NONFINITE if a vector is not finite in the model's precision. */
wrmf_status wrmf_i_run_list(wrmf_query *query, wrmf_i_lists *lists, wrmf_error *err);
wrmf_status wrmf_i_run_lists(wrmf_query *query, wrmf_i_lists *lists, wrmf_error *err);

#endif /* WRMF_SERVE_RUNS_H */

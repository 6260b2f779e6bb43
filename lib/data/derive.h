/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/derive.h - new matrices from old ones. wrmf/matrix.h says what each
 * does; arguments are known to be in range.
 */
#ifndef WRMF_DATA_DERIVE_H
#define WRMF_DATA_DERIVE_H

#include "data/csr.h"

wrmf_status wrmf_i_matrix_select(const wrmf_matrix *matrix, const int64_t *rows, int64_t n,
                                 wrmf_matrix **out, wrmf_error *err);
wrmf_status wrmf_i_matrix_add(const wrmf_matrix *a, const wrmf_matrix *b, wrmf_matrix **out,
                              wrmf_error *err);
wrmf_status wrmf_i_matrix_threshold(const wrmf_matrix *matrix, int64_t min_per_user,
                                    int64_t min_per_item, wrmf_matrix **out, int64_t *kept_users,
                                    int64_t *kept_items, wrmf_error *err);
wrmf_status wrmf_i_matrix_split(const wrmf_matrix *matrix, int64_t count, double fraction,
                                uint64_t seed, wrmf_matrix **train, wrmf_matrix **test,
                                int64_t *heldout, int64_t *n_heldout, wrmf_error *err);

/** Arrays for a matrix of so many rows and entries, being filled; values only if
 *  with_values. */
typedef struct wrmf_i_draft {
    wrmf_context *context;
    int64_t rows, entries;
    int64_t *offsets;
    int32_t *indices;
    double *values;
} wrmf_i_draft;

wrmf_status wrmf_i_draft_create(wrmf_context *context, int64_t rows, int64_t entries,
                                bool with_values, wrmf_i_draft *draft, wrmf_error *err);
/** A matrix of it; entries is then what offsets[rows] says. The draft is empty
 *  afterwards, also on failure. */
wrmf_status wrmf_i_draft_finish(wrmf_i_draft *draft, int64_t columns, wrmf_matrix **out,
                                wrmf_error *err);
void wrmf_i_draft_free(wrmf_i_draft *draft);

#endif /* WRMF_DATA_DERIVE_H */

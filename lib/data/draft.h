/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/draft.h - the arrays of a matrix while they are filled.
 */
#ifndef WRMF_DATA_DRAFT_H
#define WRMF_DATA_DRAFT_H

#include "data/csr.h"

typedef struct wrmf_i_draft {
    wrmf_context *context; /* borrowed */
    int64_t rows;
    int64_t entries;  /* that there is room for */
    int64_t *offsets; /* rows + 1 */
    int32_t *indices; /* entries */
    double *values;   /* entries; NULL: all counts are 1 */
} wrmf_i_draft;

/** Make the arrays. The offsets are 0; values are there only if with_values. */
wrmf_status wrmf_i_draft_create(wrmf_context *context, int64_t rows, int64_t entries,
                                bool with_values, wrmf_i_draft *draft, wrmf_error *err);
/** Make a matrix of the arrays; offsets[rows] must be `entries`. Values that are all 1 are dropped.
 *  The draft is empty afterwards, also on a failure. */
wrmf_status wrmf_i_draft_finish(wrmf_i_draft *draft, int64_t columns, wrmf_matrix **out,
                                wrmf_error *err);
/** Free the arrays and empty the draft. An empty one is allowed. */
void wrmf_i_draft_free(wrmf_i_draft *draft);

#endif /* WRMF_DATA_DRAFT_H */

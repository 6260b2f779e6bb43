/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/candidates_text.h - users, a positive item of each, and the items it competes with.
 */
#ifndef WRMF_TEXT_CANDIDATES_TEXT_H
#define WRMF_TEXT_CANDIDATES_TEXT_H

#include "data/ids.h"
#include "io/input.h"

/** Read what wrmf_matrix_read_candidates() describes, two users x items matrices. *repeated, which
 *  may be NULL, becomes the number of negatives that were given before in their line. */
wrmf_status wrmf_i_candidates_read(wrmf_context *context, wrmf_input *input, const int64_t shape[2],
                                   int64_t *repeated, wrmf_matrix *out[2], wrmf_error *err);

/** The same by ids, which the text defines in the order in which they come. */
wrmf_status wrmf_i_candidates_read_ids(wrmf_context *context, wrmf_input *input, int64_t *repeated,
                                       wrmf_matrix *out[2], wrmf_ids *ids[2], wrmf_error *err);

#endif /* WRMF_TEXT_CANDIDATES_TEXT_H */

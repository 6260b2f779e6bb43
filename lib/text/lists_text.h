/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/lists_text.h - users and their items, a line a user.
 */
#ifndef WRMF_TEXT_LISTS_TEXT_H
#define WRMF_TEXT_LISTS_TEXT_H

#include "data/ids.h"
#include "io/input.h"

/** What a text of lists has besides. */
typedef struct wrmf_i_lists_read {
    wrmf_matrix *matrix;
    wrmf_ids *ids[2];
    int64_t repeated; /* items that their user had already */
    int64_t bare;     /* lines that have a user and no item */
} wrmf_i_lists_read;

/** Read what wrmf_matrix_read_lists() describes. */
wrmf_status wrmf_i_lists_read_text(wrmf_context *context, wrmf_input *input, wrmf_i_lists_read *out,
                                   wrmf_error *err);

#endif /* WRMF_TEXT_LISTS_TEXT_H */

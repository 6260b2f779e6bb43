/* SPDX-License-Identifier: BSD-2-Clause */
#include "disliking.h"

#include "fixture.h"
#include "wrmf/weighting.h"

wrmf_matrix *disliking(const wrmf_matrix *pairs)
{
    wrmf_matrix *none = NULL, *out = NULL;
    MUST(wrmf_matrix_from_triplets(context, wrmf_matrix_users(pairs), wrmf_matrix_items(pairs), 0,
                                   NULL, NULL, NULL, WRMF_DUPLICATES_SUM, NULL, &none, err));
    MUST(wrmf_matrix_with_dislikes(none, pairs, &out, err));
    wrmf_matrix_free(none);
    return out;
}

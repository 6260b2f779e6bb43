/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/removal.h - what is left, in its order, of a list of things from which some are removed.
 */
#ifndef WRMF_DATA_REMOVAL_H
#define WRMF_DATA_REMOVAL_H

#include "base/alloc.h"
#include "base/error.h"

typedef struct wrmf_i_removal {
    const wrmf_i_allocator *allocator; /* borrowed */
    int64_t size, kept;                /* things before and after */
    int64_t *place;                    /* of each thing before: its new place; -1: it is removed */
    int64_t *from;                     /* of each thing after: its old place */
} wrmf_i_removal;

/** Remove the things at n places, each 0 .. size - 1, in any order; one may be given again. Ended
 *  with wrmf_i_removal_end() unless this fails. */
wrmf_status wrmf_i_removal_begin(const wrmf_i_allocator *allocator, int64_t size,
                                 const int64_t *places, int64_t n, wrmf_i_removal *removal,
                                 wrmf_error *err);
void wrmf_i_removal_end(wrmf_i_removal *removal);

#endif /* WRMF_DATA_REMOVAL_H */

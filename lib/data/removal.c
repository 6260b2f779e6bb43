/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/removal.h"

wrmf_status wrmf_i_removal_begin(const wrmf_i_allocator *allocator, int64_t size,
                                 const int64_t *places, int64_t n, wrmf_i_removal *removal,
                                 wrmf_error *err)
{
    *removal = (wrmf_i_removal){.allocator = allocator, .size = size};
    removal->place = wrmf_i_alloc_zero(allocator, (size_t)size, sizeof *removal->place);
    removal->from = wrmf_i_alloc(allocator, (size_t)size, sizeof *removal->from);
    if (!removal->place || !removal->from) {
        wrmf_i_removal_end(removal);
        return wrmf_i_fail_memory(err, "what is left");
    }
    for (int64_t i = 0; i < n; i++)
        removal->place[places[i]] = -1;
    for (int64_t i = 0; i < size; i++) {
        if (removal->place[i] < 0)
            continue;
        removal->from[removal->kept] = i;
        removal->place[i] = removal->kept++;
    }
    return WRMF_OK;
}

void wrmf_i_removal_end(wrmf_i_removal *removal)
{
    wrmf_i_free(removal->allocator, removal->place, (size_t)removal->size, sizeof *removal->place);
    wrmf_i_free(removal->allocator, removal->from, (size_t)removal->size, sizeof *removal->from);
}

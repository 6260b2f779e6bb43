/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/unit_scales.h"

static void fill(const wrmf_i_factors *rows, int64_t first, int64_t n, double *scales)
{
    for (int64_t row = first; row < first + n; row++)
        scales[row] = wrmf_i_factors_unit_scale(rows, row);
}

wrmf_status wrmf_i_unit_scales_get(const wrmf_i_unit_scales *cache, const wrmf_i_factors *rows,
                                   const wrmf_i_allocator *allocator, const double **scales,
                                   wrmf_error *err)
{
    wrmf_i_unit_scales *const shared = (wrmf_i_unit_scales *)(uintptr_t)cache;
    double *found = atomic_load(&shared->known);
    if (!found) {
        double *const made = wrmf_i_alloc(allocator, (size_t)rows->n, sizeof *made);
        if (!made)
            return wrmf_i_fail_memory(err, "norms of the rows");
        fill(rows, 0, rows->n, made);
        if (atomic_compare_exchange_strong(&shared->known, &found, made))
            found = made;
        else
            wrmf_i_free(allocator, made, (size_t)rows->n, sizeof *made); /* another was first */
    }
    *scales = found;
    return WRMF_OK;
}

void wrmf_i_unit_scales_borrow(wrmf_i_unit_scales *cache, const double *scales)
{
    cache->is_borrowed = true;
    atomic_store(&cache->known, (double *)(uintptr_t)scales);
}

void wrmf_i_unit_scales_update(wrmf_i_unit_scales *cache, const wrmf_i_factors *rows, int64_t first,
                               int64_t n)
{
    double *const scales = atomic_load(&cache->known);
    if (scales)
        fill(rows, first, n, scales);
}

void wrmf_i_unit_scales_forget(wrmf_i_unit_scales *cache, const wrmf_i_allocator *allocator,
                               int64_t n)
{
    double *const scales = atomic_exchange(&cache->known, NULL);
    if (!cache->is_borrowed)
        wrmf_i_free(allocator, scales, (size_t)n, sizeof *scales);
    cache->is_borrowed = false;
}

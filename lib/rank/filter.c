/* SPDX-License-Identifier: BSD-2-Clause */
#include "rank/filter.h"

#include <string.h>

#include "data/csr.h"

void wrmf_i_filter_leave_out(wrmf_i_filter *filter, const int32_t *rows, int64_t n)
{
    if (n > 0)
        filter->left_out[filter->n_sets++] = (wrmf_i_row_set){rows, n};
}

void wrmf_i_filter_mark(const wrmf_i_filter *filter, uint64_t marks[WRMF_I_FILTER_WORDS])
{
    memset(marks, 0, WRMF_I_FILTER_WORDS * sizeof *marks);
    for (int i = 0; i < filter->n_sets; i++) {
        const wrmf_i_row_set *const set = &filter->left_out[i];
        for (int64_t j = 0; j < set->n; j++)
            marks[set->rows[j] / 64 % WRMF_I_FILTER_WORDS] |= UINT64_C(1) << set->rows[j] % 64;
    }
}

bool wrmf_i_filter_search(const wrmf_i_filter *filter, int32_t row)
{
    for (int i = 0; i < filter->n_sets; i++)
        if (wrmf_i_find_index(filter->left_out[i].rows, filter->left_out[i].n, row) >= 0)
            return false;
    return true;
}

bool wrmf_i_filter_admits(const wrmf_i_filter *filter, int32_t row)
{
    if (filter->allowed && !wrmf_i_bit_is_set(filter->allowed, row))
        return false;
    if (filter->is_chosen && wrmf_i_find_index(filter->chosen.rows, filter->chosen.n, row) < 0)
        return false;
    return wrmf_i_filter_search(filter, row);
}

void wrmf_i_filter_offer_zeros(const wrmf_i_filter *filter, int64_t n_rows, wrmf_i_top *top)
{
    enum { STEP = 32 };
    wrmf_i_filter_walk walk = {{0}};
    for (int64_t first = 0; first < n_rows && top->size < top->k; first += STEP) {
        const int64_t left = n_rows - first, n = left < STEP ? left : STEP;
        uint32_t bits = wrmf_i_filter_step(filter, &walk, first, n);
        for (; bits && top->size < top->k; bits &= bits - 1)
            wrmf_i_top_offer(top, 0, (int32_t)(first + __builtin_ctz(bits)));
    }
}

void wrmf_i_filter_cut(const wrmf_i_filter *filter, wrmf_i_top *top)
{
    while (filter->has_minimum && top->size > 0 &&
           top->entries[top->size - 1].score < filter->minimum)
        top->size--;
}

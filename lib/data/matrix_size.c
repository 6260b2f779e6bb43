/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/matrix_size.h"

#include <math.h>

#include "data/key_sort.h"
#include "data/row_order.h"

/* Entries of both arrays of compressed rows, and of their counts. */
static double entry_bytes(const wrmf_i_matrix_size *size)
{
    return (size->has_counts ? 12.0 : 4.0) * (double)size->entries;
}

double wrmf_i_matrix_bytes(const wrmf_i_matrix_size *size)
{
    return (double)sizeof(wrmf_matrix) + 8 * ((double)size->users + 1) + entry_bytes(size);
}

/* Bytes of the places of a sort of the entries by so many keys. */
static double places_bytes(const wrmf_context *context, int64_t entries, int64_t keys)
{
    const int64_t blocks = wrmf_i_key_sort_blocks(context, entries, keys);
    return blocks > 1 ? 8 * (double)blocks * (double)keys : 0;
}

/* Bytes of the order of the rows of a side; *starts gets those that making it takes besides. No
 * more lengths can differ than rows, or than add up to the entries. */
static double order_bytes(const wrmf_i_matrix_size *size, int side, double *starts)
{
    const double rows = (double)(side == WRMF_USERS ? size->users : size->items);
    const double lengths = fmin((double)size->longest[side] + 1, sqrt(2 * (double)size->entries));
    *starts = 8 * ((double)size->longest[side] + 2);
    return (double)sizeof(wrmf_i_row_order) + 4 * rows +
           (double)sizeof(wrmf_i_row_run) * fmin(rows, lengths);
}

double wrmf_i_matrix_kept_bytes(const wrmf_context *context, const wrmf_i_matrix_size *size,
                                double *most)
{
    double starts[2];
    const double transpose =
        (double)sizeof(wrmf_matrix) + 8 * ((double)size->items + 1) + entry_bytes(size);
    const double users = order_bytes(size, WRMF_USERS, &starts[WRMF_USERS]);
    const double items = order_bytes(size, WRMF_ITEMS, &starts[WRMF_ITEMS]);
    const double all = transpose + users + items;
    *most = fmax(transpose + places_bytes(context, size->entries, size->items),
                 all + fmax(starts[WRMF_USERS], starts[WRMF_ITEMS]));
    return all;
}

double wrmf_i_triplets_bytes(const wrmf_context *context, const wrmf_i_matrix_size *size)
{
    const double n = (double)size->entries, position = size->has_counts ? 8 * n : 0;
    const double by_item = 8 * ((double)size->items + 1) + 4 * n + position;
    const double by_user = 8 * ((double)size->users + 1) + 4 * n + position;
    const double places = fmax(places_bytes(context, size->entries, size->items),
                               places_bytes(context, size->entries, size->users));
    const double end = by_user + entry_bytes(size) + (double)sizeof(wrmf_matrix);
    return fmax(by_item + by_user + places, end);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/reading_size.h"

#include <math.h>

#include "io/window.h"
#include "text/interactions.h"
#include "text/lookahead.h"
#include "text/pairs.h"

double wrmf_i_reading_bytes(const wrmf_context *context, const wrmf_i_matrix_size *size, double ids)
{
    const int64_t room = wrmf_i_pairs_room(size->entries);
    const double pair =
        (size->has_counts ? 16 : 8) + (size->has_times ? 8 : 0) + (size->has_dislikes ? 8 : 0);
    const double fields = 2 + size->has_counts + size->has_times;
    const double grown = room > wrmf_i_pairs_room(1) ? 1.5 : 1; /* the old arrays beside the new */
    const size_t window = wrmf_i_lookahead_window(context->workers);
    const double ahead = (double)wrmf_i_lookahead_size(context->workers, (size_t)fields);
    const double collecting =
        (double)(window > 0 ? window : WRMF_I_WINDOW_BYTES) + grown * (double)room * pair;
    const double sorting = (double)room * pair + wrmf_i_triplets_bytes(context, size);
    double most = fmax(collecting, sorting);
    if (size->has_times) { /* which are sorted once more, as counts, beside what came of the pairs
                            */
        wrmf_i_matrix_size times = *size;
        times.has_counts = true;
        most = fmax(most, (double)room * pair + wrmf_i_matrix_bytes(size) +
                              8 * (double)size->entries + wrmf_i_triplets_bytes(context, &times));
    }
    return ids + ahead + fields * (double)sizeof(wrmf_i_field) + most;
}

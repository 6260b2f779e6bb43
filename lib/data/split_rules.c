/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Splits of every user: a share of the entries at random, the latest, or those from a moment on.
 */
#include <math.h>

#include "base/random.h"
#include "data/derive.h"

static wrmf_status finish(const wrmf_matrix *matrix, const unsigned char *moved,
                          wrmf_matrix *parts[2], wrmf_error *err)
{
    wrmf_matrix *stays = NULL, *moves = NULL;
    WRMF_I_TRY(wrmf_i_matrix_part(matrix, moved, 0, &stays, err));
    const wrmf_status status = wrmf_i_matrix_part(matrix, moved, 1, &moves, err);
    if (status != WRMF_OK) {
        wrmf_i_matrix_release(stays);
        return status;
    }
    parts[0] = stays;
    parts[1] = moves;
    return WRMF_OK;
}

/* ---- a share ---- */

/* Choose a share of the n entries from `first` on: every subset of that size is equally likely
 * (selection sampling, as in split.c). What is drawn for an entry depends on the seed and on
 * `high` and its position alone. */
static void choose_share(unsigned char *moved, int64_t n, double share, uint64_t seed,
                         uint64_t high)
{
    int64_t wanted = wrmf_i_share_of(share, n);
    for (int64_t i = 0; wanted > 0; i++) {
        const uint64_t index = high << 32 ^ (uint64_t)i;
        if (wrmf_i_random_below(seed, WRMF_I_STREAM_SPLIT_SHARES, 0, index, (uint64_t)(n - i)) <
            (uint64_t)wanted) {
            moved[i] = 1;
            wanted--;
        }
    }
}

wrmf_status wrmf_i_matrix_split_share(const wrmf_matrix *matrix, wrmf_share_of of, double share,
                                      uint64_t seed, wrmf_matrix *parts[2], wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    unsigned char *const moved = wrmf_i_alloc_zero(allocator, (size_t)entries, 1);
    if (!moved)
        return wrmf_i_fail_memory(err, "a split");
    if (of == WRMF_SHARE_OF_ALL)
        choose_share(moved, entries, share, seed, 0);
    for (int64_t u = 0; of == WRMF_SHARE_OF_EACH_USER && u < matrix->rows; u++)
        choose_share(moved + matrix->offsets[u], matrix->offsets[u + 1] - matrix->offsets[u], share,
                     seed, (uint64_t)u);
    const wrmf_status status = finish(matrix, moved, parts, err);
    wrmf_i_free(allocator, moved, (size_t)entries, 1);
    return status;
}

/* ---- by time ---- */

static wrmf_status check_times(const wrmf_matrix *matrix, const double *times, wrmf_error *err)
{
    for (int64_t i = 0; i < wrmf_i_matrix_entries(matrix); i++)
        if (!isfinite(times[i]))
            return wrmf_i_fail(err, WRMF_E_NONFINITE, "times[%lld] is not finite", (long long)i);
    return WRMF_OK;
}

/* Move the latest of a user's entries that has not moved; of equally late ones the last. */
static void move_latest(const wrmf_matrix *matrix, const double *times, int64_t user,
                        unsigned char *moved)
{
    int64_t latest = -1;
    for (int64_t i = matrix->offsets[user]; i < matrix->offsets[user + 1]; i++)
        if (!moved[i] && (latest < 0 || times[i] >= times[latest]))
            latest = i;
    moved[latest] = 1;
}

wrmf_status wrmf_i_matrix_split_last(const wrmf_matrix *matrix, const double *times, int64_t count,
                                     wrmf_matrix *parts[2], wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    WRMF_I_TRY(check_times(matrix, times, err));
    unsigned char *const moved = wrmf_i_alloc_zero(allocator, (size_t)entries, 1);
    if (!moved)
        return wrmf_i_fail_memory(err, "a split");
    for (int64_t u = 0; u < matrix->rows; u++) {
        const int64_t n = matrix->offsets[u + 1] - matrix->offsets[u];
        for (int64_t i = 0; n > count && i < count; i++)
            move_latest(matrix, times, u, moved);
    }
    const wrmf_status status = finish(matrix, moved, parts, err);
    wrmf_i_free(allocator, moved, (size_t)entries, 1);
    return status;
}

wrmf_status wrmf_i_matrix_split_since(const wrmf_matrix *matrix, const double *times, double moment,
                                      wrmf_matrix *parts[2], wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    WRMF_I_TRY(check_times(matrix, times, err));
    unsigned char *const moved = wrmf_i_alloc(allocator, (size_t)entries, 1);
    if (!moved)
        return wrmf_i_fail_memory(err, "a split");
    for (int64_t i = 0; i < entries; i++)
        moved[i] = times[i] >= moment;
    const wrmf_status status = finish(matrix, moved, parts, err);
    wrmf_i_free(allocator, moved, (size_t)entries, 1);
    return status;
}

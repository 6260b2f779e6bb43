/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "data/operations.h"

typedef struct splitting {
    const wrmf_matrix *matrix;
    int64_t count, chosen;
    uint64_t seed;
    int64_t *users;       /* rows; the first `chosen` are held out */
    unsigned char *moved; /* entries */
    int32_t *places;      /* as many as the longest row has entries */
    int64_t longest;
} splitting;

static void free_splitting(splitting *s)
{
    const wrmf_i_allocator *const allocator = &s->matrix->context->allocator;
    wrmf_i_free(allocator, s->users, (size_t)s->matrix->rows, sizeof *s->users);
    wrmf_i_free(allocator, s->moved, (size_t)wrmf_i_matrix_entries(s->matrix), 1);
    wrmf_i_free(allocator, s->places, (size_t)s->longest, sizeof *s->places);
}

static wrmf_status alloc_splitting(splitting *s, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &s->matrix->context->allocator;
    for (int64_t u = 0; u < s->matrix->rows; u++) {
        const int64_t n = s->matrix->offsets[u + 1] - s->matrix->offsets[u];
        if (n > s->longest)
            s->longest = n;
    }
    s->users = wrmf_i_alloc(allocator, (size_t)s->matrix->rows, sizeof *s->users);
    s->moved = wrmf_i_alloc_zero(allocator, (size_t)wrmf_i_matrix_entries(s->matrix), 1);
    s->places = wrmf_i_alloc(allocator, (size_t)s->longest, sizeof *s->places);
    return s->users && s->moved && s->places ? WRMF_OK : wrmf_i_fail_nomem(err);
}

/* The first `chosen` of a random order of the users with enough entries. */
static wrmf_status choose_users(splitting *s, wrmf_error *err)
{
    const wrmf_matrix *const matrix = s->matrix;
    int64_t eligible = 0;
    for (int64_t u = 0; u < matrix->rows; u++)
        if ((matrix->offsets[u + 1] - matrix->offsets[u]) / 2 >= s->count)
            s->users[eligible++] = u;
    if (eligible < s->chosen)
        return wrmf_i_fail(err, WRMF_E_TOO_FEW,
                           "%lld users have at least 2 * %lld entries, but %lld are wanted",
                           (long long)eligible, (long long)s->count, (long long)s->chosen);
    for (int64_t i = 0; i < s->chosen; i++) { /* Fisher and Yates */
        const uint64_t left = (uint64_t)(eligible - i);
        const int64_t j = i + (int64_t)wrmf_i_random_below(s->seed, WRMF_I_STREAM_SPLIT_USERS, 0,
                                                           (uint64_t)i, left);
        const int64_t user = s->users[i];
        s->users[i] = s->users[j];
        s->users[j] = user;
    }
    return WRMF_OK;
}

/* `count` random entries of a user; each number depends on seed, user and place. */
static void choose_entries(splitting *s, int64_t user)
{
    const int64_t start = s->matrix->offsets[user];
    const int64_t n = s->matrix->offsets[user + 1] - start;
    for (int64_t i = 0; i < n; i++)
        s->places[i] = (int32_t)i;
    for (int64_t i = 0; i < s->count; i++) {
        const uint64_t low = (uint64_t)user << 32 | (uint64_t)i;
        const int64_t j = i + (int64_t)wrmf_i_random_below(s->seed, WRMF_I_STREAM_SPLIT_ENTRIES, 0,
                                                           low, (uint64_t)(n - i));
        const int32_t place = s->places[j];
        s->places[j] = s->places[i];
        s->places[i] = place;
        s->moved[start + place] = 1;
    }
}

/* The entries with moved == which. */
static wrmf_status part(const splitting *s, int which, int64_t entries, wrmf_matrix **out,
                        wrmf_error *err)
{
    const wrmf_matrix *const matrix = s->matrix;
    wrmf_i_draft draft;
    WRMF_I_TRY(
        wrmf_i_draft_create(matrix->context, matrix->rows, entries, matrix->values, &draft, err));
    int64_t at = 0;
    for (int64_t u = 0; u < matrix->rows; u++) {
        for (int64_t i = matrix->offsets[u]; i < matrix->offsets[u + 1]; i++) {
            if (s->moved[i] != which)
                continue;
            draft.indices[at] = matrix->indices[i];
            if (draft.values)
                draft.values[at] = matrix->values[i];
            at++;
        }
        draft.offsets[u + 1] = at;
    }
    return wrmf_i_draft_finish(&draft, matrix->columns, out, err);
}

static void sort_ascending(splitting *s)
{
    for (int64_t gap = s->chosen / 2; gap > 0; gap /= 2) { /* Shell */
        for (int64_t i = gap; i < s->chosen; i++) {
            const int64_t user = s->users[i];
            int64_t j = i;
            for (; j >= gap && s->users[j - gap] > user; j -= gap)
                s->users[j] = s->users[j - gap];
            s->users[j] = user;
        }
    }
}

wrmf_status wrmf_i_matrix_split(const wrmf_matrix *matrix, int64_t count, double fraction,
                                uint64_t seed, wrmf_matrix **train, wrmf_matrix **test,
                                int64_t *heldout, int64_t *n_heldout, wrmf_error *err)
{
    splitting s = {.matrix = matrix, .count = count, .seed = seed};
    s.chosen = (int64_t)floor(fraction * (double)matrix->rows);
    wrmf_matrix *stays = NULL, *moves = NULL;
    wrmf_status status = alloc_splitting(&s, err);
    if (status == WRMF_OK)
        status = choose_users(&s, err);
    if (status == WRMF_OK) {
        sort_ascending(&s);
        for (int64_t i = 0; i < s.chosen; i++)
            choose_entries(&s, s.users[i]);
        const int64_t moved = s.chosen * count;
        status = part(&s, 0, wrmf_i_matrix_entries(matrix) - moved, &stays, err);
        if (status == WRMF_OK)
            status = part(&s, 1, moved, &moves, err);
    }
    if (status == WRMF_OK) {
        *train = stays;
        *test = moves;
        if (heldout && s.chosen > 0)
            memcpy(heldout, s.users, (size_t)s.chosen * sizeof *heldout);
        if (n_heldout)
            *n_heldout = s.chosen;
    } else {
        wrmf_i_matrix_release(stays);
    }
    free_splitting(&s);
    return status;
}

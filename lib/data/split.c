/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "data/derive.h"
#include "data/draft.h"

typedef struct splitting {
    const wrmf_matrix *matrix;
    int64_t count;  /* entries that each chosen user gives to the test matrix */
    int64_t chosen; /* users that do */
    uint64_t seed;
    int64_t *users;       /* the chosen users, ascending */
    unsigned char *moved; /* of each entry: 1 if it goes to the test matrix, else 0 */
} splitting;

static void free_splitting(splitting *s)
{
    const wrmf_i_allocator *const allocator = &s->matrix->context->allocator;
    wrmf_i_free(allocator, s->users, (size_t)s->chosen, sizeof *s->users);
    wrmf_i_free(allocator, s->moved, (size_t)wrmf_i_matrix_entries(s->matrix), 1);
}

static wrmf_status alloc_splitting(splitting *s, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &s->matrix->context->allocator;
    s->users = wrmf_i_alloc(allocator, (size_t)s->chosen, sizeof *s->users);
    s->moved = wrmf_i_alloc_zero(allocator, (size_t)wrmf_i_matrix_entries(s->matrix), 1);
    return s->users && s->moved ? WRMF_OK : wrmf_i_fail_memory(err, "a split");
}

static int64_t row_length(const wrmf_matrix *matrix, int64_t row)
{
    return matrix->offsets[row + 1] - matrix->offsets[row];
}

/* Whether a user has enough entries to be chosen. */
static bool eligible(const splitting *s, int64_t user)
{
    return row_length(s->matrix, user) / 2 >= s->count; /* 2 * count may overflow */
}

/* Selection sampling (Knuth, TAOCP 2, algorithm 3.4.2 S): taking each of the
 * `left` that remain with probability wanted / left makes every subset of the
 * wanted size equally likely, and gives them in ascending order. */
static bool take(uint64_t seed, uint32_t stream, uint64_t index, int64_t wanted, int64_t left)
{
    return wrmf_i_random_below(seed, stream, 0, index, (uint64_t)left) < (uint64_t)wanted;
}

static wrmf_status choose_users(splitting *s, wrmf_error *err)
{
    int64_t left = 0, done = 0;
    for (int64_t u = 0; u < s->matrix->rows; u++)
        left += eligible(s, u);
    if (left < s->chosen)
        return wrmf_i_fail(err, WRMF_E_TOO_FEW,
                           "%lld user%s at least 2 * %lld entries, but %lld %s wanted",
                           (long long)left, left == 1 ? " has" : "s have", (long long)s->count,
                           (long long)s->chosen, s->chosen == 1 ? "is" : "are");
    for (int64_t u = 0; done < s->chosen; u++) {
        if (!eligible(s, u))
            continue;
        if (take(s->seed, WRMF_I_STREAM_SPLIT_USERS, (uint64_t)u, s->chosen - done, left--))
            s->users[done++] = u;
    }
    return WRMF_OK;
}

/* Choose `count` random entries of a user. What is drawn for an entry depends on the seed, the user
 * and the entry's position in the row alone. */
static void choose_entries(splitting *s, int64_t user)
{
    const int64_t start = s->matrix->offsets[user], n = row_length(s->matrix, user);
    int64_t wanted = s->count;
    for (int64_t i = 0; wanted > 0; i++) {
        const uint64_t index = (uint64_t)user << 32 | (uint64_t)i;
        if (take(s->seed, WRMF_I_STREAM_SPLIT_ENTRIES, index, wanted, n - i)) {
            s->moved[start + i] = 1;
            wanted--;
        }
    }
}

wrmf_status wrmf_i_matrix_part(const wrmf_matrix *matrix, const unsigned char *moved, int which,
                               wrmf_matrix **out, wrmf_error *err)
{
    int64_t entries = 0, at = 0;
    for (int64_t i = 0; i < wrmf_i_matrix_entries(matrix); i++)
        entries += moved[i] == which;
    wrmf_i_draft draft;
    WRMF_I_TRY(
        wrmf_i_draft_create(matrix->context, matrix->rows, entries, matrix->values, &draft, err));
    for (int64_t u = 0; u < matrix->rows; u++) {
        for (int64_t i = matrix->offsets[u]; i < matrix->offsets[u + 1]; i++) {
            if (moved[i] != which)
                continue;
            draft.indices[at] = matrix->indices[i];
            if (draft.values)
                draft.values[at] = matrix->values[i];
            at++;
        }
        draft.offsets[u + 1] = at;
    }
    WRMF_I_TRY(wrmf_i_draft_finish(&draft, matrix->columns, out, err));
    memcpy((*out)->ids_hash, matrix->ids_hash, sizeof matrix->ids_hash);
    return WRMF_OK;
}

/* A fraction such as 0.29 has a relative error of up to 2^-53, and its product with a whole number
 * another: 100 times 0.29 is 28.999999999999996. A tolerance of 2^-50 takes such a product for the
 * whole number that it should be, and any other for its floor, as it is. */
int64_t wrmf_i_share_of(double fraction, int64_t n)
{
    const double product = fraction * (double)n;
    return (int64_t)floor(product + product * 0x1p-50);
}

wrmf_status wrmf_i_matrix_split(const wrmf_matrix *matrix, int64_t count, double fraction,
                                uint64_t seed, wrmf_matrix **train, wrmf_matrix **test,
                                int64_t *heldout, int64_t *n_heldout, wrmf_error *err)
{
    splitting s = {.matrix = matrix,
                   .count = count,
                   .chosen = wrmf_i_share_of(fraction, matrix->rows),
                   .seed = seed};
    wrmf_matrix *stays = NULL, *moves = NULL;
    wrmf_status status = alloc_splitting(&s, err);
    if (status == WRMF_OK)
        status = choose_users(&s, err);
    if (status == WRMF_OK) {
        for (int64_t i = 0; i < s.chosen; i++)
            choose_entries(&s, s.users[i]);
        status = wrmf_i_matrix_part(matrix, s.moved, 0, &stays, err);
        if (status == WRMF_OK)
            status = wrmf_i_matrix_part(matrix, s.moved, 1, &moves, err);
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

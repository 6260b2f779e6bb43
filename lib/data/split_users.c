/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The split that holds out whole users, some of whose entries are given.
 */
#include <string.h>

#include "base/random.h"
#include "data/derive.h"

/* The users of a split: held-out ones, then the others, both ascending. */
typedef struct choice {
    const wrmf_matrix *matrix;
    int64_t n_users; /* to hold out */
    double share;    /* of the entries of each, that go to the test */
    uint64_t seed;
    int64_t *users; /* all rows of the matrix */
} choice;

static int64_t tested_of(const choice *c, int64_t user)
{
    return wrmf_i_share_of(c->share, c->matrix->offsets[user + 1] - c->matrix->offsets[user]);
}

/* Whether there would be something to test and something to fold in. */
static bool eligible(const choice *c, int64_t user)
{
    const int64_t n = c->matrix->offsets[user + 1] - c->matrix->offsets[user];
    const int64_t tested = tested_of(c, user);
    return tested > 0 && tested < n;
}

/* Selection sampling, as in split.c. */
static wrmf_status choose_users(const choice *c, wrmf_error *err)
{
    int64_t left = 0, held = 0, others = c->n_users;
    for (int64_t u = 0; u < c->matrix->rows; u++)
        left += eligible(c, u);
    if (left < c->n_users)
        return wrmf_i_fail(err, WRMF_E_TOO_FEW,
                           "%lld user%s entries for both the test and what is given, but %lld %s "
                           "wanted",
                           (long long)left, left == 1 ? " has" : "s have", (long long)c->n_users,
                           c->n_users == 1 ? "is" : "are");
    for (int64_t u = 0; u < c->matrix->rows; u++) {
        const bool taken =
            eligible(c, u) &&
            wrmf_i_random_below(c->seed, WRMF_I_STREAM_SPLIT_WHOLE_USERS, 0, (uint64_t)u,
                                (uint64_t)left--) < (uint64_t)(c->n_users - held);
        c->users[taken ? held++ : others++] = u;
    }
    return WRMF_OK;
}

/* Choose the entries of a held-out user that go to the test, evenly: `moved` is of the user's. What
 * is drawn depends on the seed, the user and the entry's position in the row alone. */
static void choose_entries(const choice *c, int64_t user, unsigned char *moved)
{
    const int64_t n = c->matrix->offsets[user + 1] - c->matrix->offsets[user];
    int64_t wanted = tested_of(c, user);
    for (int64_t i = 0; wanted > 0; i++) {
        const uint64_t index = (uint64_t)user << 32 | (uint64_t)i;
        if (wrmf_i_random_below(c->seed, WRMF_I_STREAM_SPLIT_WHOLE_USERS, 1u << 31, index,
                                (uint64_t)(n - i)) < (uint64_t)wanted) {
            moved[i] = 1;
            wanted--;
        }
    }
}

/* Set parts[1] and parts[2], what is given and the test, from the rows of held-out users. */
static wrmf_status part_rows(const choice *c, const wrmf_matrix *rows, wrmf_matrix *parts[3],
                             wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &c->matrix->context->allocator;
    const size_t entries = (size_t)wrmf_i_matrix_entries(rows);
    unsigned char *const moved = wrmf_i_alloc_zero(allocator, entries, 1);
    if (!moved)
        return wrmf_i_fail_memory(err, "a split");
    for (int64_t i = 0; i < c->n_users; i++)
        choose_entries(c, c->users[i], moved + rows->offsets[i]);
    wrmf_status status = wrmf_i_matrix_part(rows, moved, 0, &parts[1], err);
    if (status == WRMF_OK)
        status = wrmf_i_matrix_part(rows, moved, 1, &parts[2], err);
    wrmf_i_free(allocator, moved, entries, 1);
    return status;
}

static wrmf_status split(const choice *c, wrmf_matrix *parts[3], wrmf_error *err)
{
    wrmf_matrix *rows;
    WRMF_I_TRY(choose_users(c, err));
    WRMF_I_TRY(wrmf_i_matrix_select(c->matrix, c->users, c->n_users, &rows, err));
    wrmf_status status = part_rows(c, rows, parts, err);
    if (status == WRMF_OK)
        status = wrmf_i_matrix_select(c->matrix, c->users + c->n_users,
                                      c->matrix->rows - c->n_users, &parts[0], err);
    wrmf_i_matrix_release(rows);
    return status;
}

wrmf_status wrmf_i_matrix_split_users(const wrmf_matrix *matrix, int64_t n_users, double share,
                                      uint64_t seed, wrmf_matrix *parts[3], int64_t *heldout,
                                      wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    const size_t rows = (size_t)matrix->rows;
    wrmf_matrix *made[3] = {NULL, NULL, NULL};
    choice c = {.matrix = matrix,
                .n_users = n_users,
                .share = share,
                .seed = seed,
                .users = wrmf_i_alloc(allocator, rows, sizeof *c.users)};
    const wrmf_status status =
        c.users ? split(&c, made, err) : wrmf_i_fail_memory(err, "the users of a split");
    for (int i = 0; i < 3 && status != WRMF_OK; i++)
        wrmf_i_matrix_release(made[i]);
    if (status == WRMF_OK) {
        memcpy(parts, made, sizeof made);
        if (heldout && n_users > 0)
            memcpy(heldout, c.users, (size_t)n_users * sizeof *heldout);
    }
    wrmf_i_free(allocator, c.users, rows, sizeof *c.users);
    return status;
}

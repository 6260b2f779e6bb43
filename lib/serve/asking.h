/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve/asking.h - who asks for lists: rows of a model, vectors of the caller's own, which are rows
 * in no model, or rows that were folded in from histories.
 */
#ifndef WRMF_SERVE_ASKING_H
#define WRMF_SERVE_ASKING_H

#include "linalg/factors.h"
#include "rank/filter.h"

/** A set of rows for each list of a batch. */
typedef struct wrmf_i_row_lists {
    int64_t n;              /* lists; -1: there are no such sets */
    const int64_t *offsets; /* n + 1 */
    const int32_t *rows;    /* of list i: those from offsets[i] to offsets[i + 1] - 1, a set */
} wrmf_i_row_lists;

static inline wrmf_i_row_set wrmf_i_row_lists_at(const wrmf_i_row_lists *lists, int64_t i)
{
    const int64_t n = lists->offsets[i + 1] - lists->offsets[i];
    /* there may be no rows at all, not even an address */
    return (wrmf_i_row_set){n > 0 ? lists->rows + lists->offsets[i] : NULL, n};
}

typedef enum wrmf_i_asking_kind {
    WRMF_I_ASKING_ROWS,
    WRMF_I_ASKING_FLOAT64, /* vectors of doubles, which are rounded to the model's precision */
    WRMF_I_ASKING_FLOAT32, /* vectors of floats */
    WRMF_I_ASKING_STORED,  /* vectors in the model's precision, padded to the model's stride */
} wrmf_i_asking_kind;

typedef struct wrmf_i_asking {
    wrmf_i_asking_kind kind;
    const int64_t *rows;   /* in any order; NULL: 0, 1, ... */
    const double *float64; /* list i asks with factors numbers from i * factors on */
    const float *float32;
    const void *stored;
    wrmf_i_row_lists histories; /* of stored vectors: what each list leaves out */
} wrmf_i_asking;

/** The row that list i asks with; -1: it asks with a vector. */
static inline int64_t wrmf_i_asking_row(const wrmf_i_asking *asking, int64_t i)
{
    if (asking->kind != WRMF_I_ASKING_ROWS)
        return -1;
    return asking->rows ? asking->rows[i] : i;
}

/** Store the vectors of lists first .. first + n - 1, `factors` numbers of so many bits each. */
void wrmf_i_asking_load(const wrmf_i_asking *asking, int bits, int64_t factors, int64_t first,
                        int64_t n, void *to);

/** The first of n vectors that has a number which is not finite in so many bits, and its position
 *  in *at; -1 if there is none. */
int64_t wrmf_i_asking_find_nonfinite(const wrmf_i_asking *asking, int bits, int64_t factors,
                                     int64_t n, int64_t *at);

#endif /* WRMF_SERVE_ASKING_H */

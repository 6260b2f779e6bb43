/* SPDX-License-Identifier: BSD-2-Clause */
/* This drops new users and items that have too little. */
#include "thin_new.h"

#include <stdlib.h>

#include "failure.h"

static wrmf_error err;

/* Drops what has too little of one side; gives how many. */
static int64_t drop_side(wrmf_matrix **news, wrmf_ids **ids, wrmf_side side, int64_t known,
                         int64_t least)
{
    const int64_t size = wrmf_ids_size(*ids);
    int64_t *degrees = allocate((size_t)size, sizeof *degrees);
    int64_t n = 0;
    check(wrmf_matrix_degrees(*news, side, degrees, &err), &err);
    for (int64_t i = known; i < size; i++)
        if (degrees[i] < least)
            degrees[n++] = i; /* behind what is read next */
    if (n > 0) {
        wrmf_matrix *matrix = NULL;
        wrmf_ids *left = NULL;
        check(wrmf_matrix_without(*news, side, degrees, n, &matrix, &err), &err);
        check(wrmf_ids_without(*ids, degrees, n, &left, &err), &err);
        wrmf_matrix_free(*news);
        wrmf_ids_free(*ids);
        *news = matrix;
        *ids = left;
    }
    free(degrees);
    return n;
}

void thin_new(wrmf_matrix **news, wrmf_ids *ids[2], const int64_t known[2], const int64_t least[2],
              int64_t dropped[2])
{
    int64_t now;
    dropped[0] = dropped[1] = 0;
    do {
        now = 0;
        for (int side = 0; side < 2; side++) {
            const int64_t n =
                drop_side(news, &ids[side], (wrmf_side)side, known[side], least[side]);
            dropped[side] += n;
            now += n;
        }
    } while (now > 0);
}

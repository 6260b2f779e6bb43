/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/matrix_size.h - how many bytes matrices take, and what making them takes besides.
 */
#ifndef WRMF_DATA_MATRIX_SIZE_H
#define WRMF_DATA_MATRIX_SIZE_H

#include "data/csr.h"

/** The size of a matrix. */
typedef struct wrmf_i_matrix_size {
    int64_t users, items, entries;
    int64_t longest[2]; /* entries of the longest row of each side */
    bool has_counts;
    bool has_times;    /* beside it, while it is read */
    bool has_dislikes; /* likewise, and counts are added up */
} wrmf_i_matrix_size;

/** Bytes of the matrix itself. */
double wrmf_i_matrix_bytes(const wrmf_i_matrix_size *size);
/** Bytes that fitting has it keep: its transpose, and the order of the rows of both. *most gets the
 *  most that are held while they are made. */
double wrmf_i_matrix_kept_bytes(const wrmf_context *context, const wrmf_i_matrix_size *size,
                                double *most);
/** The most bytes that are held while triplets are sorted into the matrix, without the triplets
 *  and with the matrix. */
double wrmf_i_triplets_bytes(const wrmf_context *context, const wrmf_i_matrix_size *size);

#endif /* WRMF_DATA_MATRIX_SIZE_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * made.h - matrices and ids that several tests make, and the reading of a Matrix Market text; all
 * on the fixture's context.
 */
#ifndef TESTS_API_MADE_H
#define TESTS_API_MADE_H

#include "fixture.h"
#include "wrmf/ids.h"
#include "wrmf/matrix.h"

/** String ids, which get the indices 0 .. n - 1. */
wrmf_ids *string_ids(const char *const *texts, int n);

/** A matrix of pairs that differ; count NULL: each is 1. */
wrmf_matrix *triplets(int64_t users, int64_t items, int64_t n, const int64_t *user,
                      const int64_t *item, const double *count);

/** 40 users of up to 8 of 30 items each: a little matrix to split. */
wrmf_matrix *matrix_to_split(void);

/** wrmf_matrix_read_market() of a text that is given in pieces of so many bytes; 0: whole. */
wrmf_status read_market(const char *text, size_t length, size_t piece, wrmf_duplicates duplicates,
                        int64_t *merged, wrmf_matrix **out, wrmf_error *err);

/** A Matrix Market text gives a matrix, whole and in pieces, and no pair comes again. */
void check_market(const char *text, const wrmf_matrix *wanted);

#endif /* TESTS_API_MADE_H */

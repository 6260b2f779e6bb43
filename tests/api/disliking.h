/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disliking.h - matrices that are refused where negative_counts is "refuse".
 */
#ifndef TESTS_API_DISLIKING_H
#define TESTS_API_DISLIKING_H

#include "wrmf/matrix.h"

/** The same pairs, each of them disliked. */
wrmf_matrix *disliking(const wrmf_matrix *pairs);

#endif /* TESTS_API_DISLIKING_H */

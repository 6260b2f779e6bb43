/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/coordinates.h - where a coordinate search looks: along one axis through a configuration,
 * and around it (a pattern search: Hooke and Jeeves, "Direct search solution of numerical and
 * statistical problems", Journal of the ACM 8, 1961).
 */
#ifndef WRMF_SEARCH_COORDINATES_H
#define WRMF_SEARCH_COORDINATES_H

#include "search/space.h"

/** The configuration in the middle of every axis; of two middles the later one. */
int64_t wrmf_i_middle(const wrmf_i_space *space);
/** Put the configurations that differ from `center` on one axis alone, and itself, into `out`;
 *  returns how many. */
int64_t wrmf_i_line(const wrmf_i_space *space, int64_t center, int axis, int64_t *out);
/** Put the configurations that are one step from `center` on one axis or on two, and itself, into
 *  `out`, which has room for as many as the space has; returns how many. */
int64_t wrmf_i_box(const wrmf_i_space *space, int64_t center, int64_t *out);

#endif /* WRMF_SEARCH_COORDINATES_H */

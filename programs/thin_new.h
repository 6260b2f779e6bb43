/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thin_new.h - new users and items that have too little to be taken in.
 */
#ifndef PROGRAMS_THIN_NEW_H
#define PROGRAMS_THIN_NEW_H

#include <stdint.h>

#include <wrmf/wrmf.h>

/* Drops users with fewer than least[0] items and items with fewer than least[1] users, until all
 * have enough, but only such as are behind the first known[] of their side; the ids go with them.
 * dropped[] becomes how many. Sides are indexed by wrmf_side. */
void thin_new(wrmf_matrix **news, wrmf_ids *ids[2], const int64_t known[2], const int64_t least[2],
              int64_t dropped[2]);

#endif /* PROGRAMS_THIN_NEW_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find.h - users and items by their names, as people write them.
 */
#ifndef PROGRAMS_FIND_H
#define PROGRAMS_FIND_H

#include <stdint.h>

#include <wrmf/wrmf.h>

/* Finds the ids whose name, or whose own text where it has none, has every word of a text, upper
 * and lower case alike (of Latin, Greek and Cyrillic letters). The best are those that are the text
 * itself; then those that begin with it; then those of whose words more begin with words of it;
 * then shorter ones. Gives how many of at most `room` there are. */
int64_t find_names(const wrmf_ids *ids, const char *text, int64_t *found, int64_t room);

#endif /* PROGRAMS_FIND_H */

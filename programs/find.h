/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find.h - users and items by their names, as people write them.
 */
#ifndef PROGRAMS_FIND_H
#define PROGRAMS_FIND_H

#include <stdint.h>

#include <wrmf/wrmf.h>

/* Names made ready to be searched again and again, by any number of threads at a time. */
struct name_index;

/* Makes the names and ids of `n` rows ready, or their indices where ids is NULL. Ids need not stay.
 * Gives NULL where there is no memory. */
struct name_index *name_index_make(const wrmf_ids *ids, int64_t n);
/* NULL is allowed. */
void name_index_free(struct name_index *index);
/* Finds the rows whose name and id together have every word of a text, upper and lower case alike
 * (of Latin, Greek and Cyrillic letters). The best are those whose name or id is the text itself;
 * then those that begin with it; then those of whose words more begin with words of it; then
 * shorter ones. Of a text, the first 255 bytes count. Gives how many of at most `room` there are.
 */
int64_t name_index_find(const struct name_index *index, const char *text, int64_t *found,
                        int64_t room);

/* Finds ids so, once. The program ends where there is no memory. */
int64_t find_names(const wrmf_ids *ids, const char *text, int64_t *found, int64_t room);

#endif /* PROGRAMS_FIND_H */

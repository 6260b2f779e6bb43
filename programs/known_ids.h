/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * known_ids.h - interactions whose users and items are numbered by ids that are known already.
 */
#ifndef PROGRAMS_KNOWN_IDS_H
#define PROGRAMS_KNOWN_IDS_H

#include "interactions.h"

/* What becomes of interactions of a user or an item that is not known; UNKNOWN_KEEP: the caller has
 * made the ids known by interactions_extend(). */
enum unknown { UNKNOWN_DROP, UNKNOWN_REFUSE, UNKNOWN_KEEP };

/* Puts the items of `more` that are new behind those of data, and its new users behind `users`,
 * which may be those of data: they have no interactions there. */
void interactions_extend(struct interactions *data, const struct interactions *more,
                         wrmf_ids **users);

wrmf_ids *ids_copy(const wrmf_ids *ids);

/* Numbers interactions that were read by known ids, of which copies become theirs. Those of a user
 * or an item that is not among them are counted and dropped, or end the program. */
void interactions_map(struct interactions *data, const wrmf_ids *users, const wrmf_ids *items,
                      enum unknown unknown);

/* Makes a matrix of other sizes, in which row r of the given one is rows[r] and column c is
 * columns[c]; -1: it is left out. No two may become one. */
wrmf_matrix *matrix_renumber(wrmf_context *context, const wrmf_matrix *matrix, const int64_t *rows,
                             const int64_t *columns, int64_t users, int64_t items);

/* Says in a matrix whose rows and columns it has. */
void matrix_sign(wrmf_matrix *matrix, const wrmf_ids *users, const wrmf_ids *items);

#endif /* PROGRAMS_KNOWN_IDS_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/interactions.h - from records to interactions: columns, ids, counts.
 */
#ifndef WRMF_TEXT_INTERACTIONS_H
#define WRMF_TEXT_INTERACTIONS_H

#include "text/pairs.h"
#include "text/reader.h"
#include "text/records.h"

typedef struct wrmf_i_lookahead wrmf_i_lookahead;

/** One read in progress. */
typedef struct wrmf_i_interactions {
    wrmf_context *context; /* the reader's, borrowed as that is */
    const wrmf_reader *reader;
    const char *name; /* of the input */
    char delimiter;
    bool ready;                 /* the first record with bytes has told the columns */
    int64_t at[WRMF_I_COLUMNS]; /* field numbers from 0; -1: no such column */
    size_t expected;            /* fields of a record */
    wrmf_i_record record;
    int64_t line;           /* the number of the line that comes next, from 1 */
    const wrmf_ids *ids[2]; /* known or made */
    wrmf_ids *made[2];      /* NULL where they are known */
    int64_t last[2];        /* indices in the row before, or -1: rows come in groups */
    char *scratch[2];
    size_t scratch_bytes[2];
    wrmf_i_lookahead *ahead; /* text/lookahead.h; NULL on one thread */
    wrmf_i_pairs pairs;
    int64_t counters[WRMF_I_READ_COUNTERS];
} wrmf_i_interactions;

wrmf_status wrmf_i_interactions_init(wrmf_i_interactions *rows, const wrmf_reader *reader,
                                     const char *name, wrmf_error *err);
/** Also after a wrmf_i_interactions_init() that failed. */
void wrmf_i_interactions_free(wrmf_i_interactions *rows);

/** Take the records between begin and end; `last` says that the text is over there.
 *  *next gets where the first begins that was not taken, *incomplete whether more
 *  bytes are needed to go on. */
wrmf_status wrmf_i_interactions_take(wrmf_i_interactions *rows, const char *begin, const char *end,
                                     bool last, const char **next, bool *incomplete,
                                     wrmf_error *err);

/** The number in a count's field; returns what is wrong with it, or NULL. */
const char *wrmf_i_interactions_count(const wrmf_i_field *field, double *count);

/** All is read: the matrix, and the counters that follow from it. */
wrmf_status wrmf_i_interactions_matrix(wrmf_i_interactions *rows, wrmf_matrix **out,
                                       wrmf_error *err);

#endif /* WRMF_TEXT_INTERACTIONS_H */

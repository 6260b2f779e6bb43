/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/interactions.h - from records to interactions: ids and pairs are added record after record.
 */
#ifndef WRMF_TEXT_INTERACTIONS_H
#define WRMF_TEXT_INTERACTIONS_H

#include "text/guess.h"
#include "text/lookahead.h"
#include "text/pairs.h"
#include "text/parser.h"

/** One reading of a text. */
typedef struct wrmf_i_interactions {
    wrmf_context *context; /* the reader's, borrowed as that is */
    const wrmf_reader *reader;
    wrmf_i_parser parser;    /* with the layout */
    wrmf_i_lookahead *ahead; /* NULL where rows are not looked at ahead */
    wrmf_i_pairs pairs;
    wrmf_i_tally tally;
    bool guessed; /* the guess was made */
    wrmf_i_guess guess;
} wrmf_i_interactions;

/** Begin to read the text of an input, which is borrowed. To be freed after a failure too. */
wrmf_status wrmf_i_interactions_init(wrmf_i_interactions *reading, const wrmf_reader *reader,
                                     const wrmf_input *input, wrmf_error *err);
void wrmf_i_interactions_free(wrmf_i_interactions *reading);

/** Pass over the directive that names the delimiter, if the text begins with one. */
void wrmf_i_interactions_begin(wrmf_i_interactions *reading, const char *begin, const char *end,
                               bool last, const char **next);
/** Take the records between begin and end; `last` says that the text is over at end. *next becomes
 *  the beginning of the first record that was not taken, *incomplete whether more bytes are needed
 *  to go on. */
wrmf_status wrmf_i_interactions_take(wrmf_i_interactions *reading, const char *begin,
                                     const char *end, bool last, const char **next,
                                     bool *incomplete, wrmf_error *err);

/** Whether the text, as far as it was given, ends in a record with a quote that nothing closes, or
 *  not in the line in which it opens. To be asked after a take that was incomplete. */
bool wrmf_i_interactions_open(const wrmf_i_interactions *reading);
/** Take the record at begin, which has a quote that does not end before `end`, as one that is too
 *  long: no more bytes can be had. *next becomes the beginning of the record that follows it. */
wrmf_status wrmf_i_interactions_take_open(wrmf_i_interactions *reading, const char *begin,
                                          const char *end, const char **next, wrmf_error *err);

/** The matrix of all that was read, the times of its entries, and the counters that follow from it.
 *  *times, which the caller frees, is NULL where the text has none. */
wrmf_status wrmf_i_interactions_matrix(wrmf_i_interactions *reading, wrmf_matrix **out,
                                       double **times, wrmf_error *err);

#endif /* WRMF_TEXT_INTERACTIONS_H */

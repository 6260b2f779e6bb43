/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/lookahead.h - what workers find out about the rows of a window before they are
 * taken one after the other.
 *
 * The window is cut into pieces at line breaks, wherever they are. A piece's worker cuts
 * records, reads counts and looks ids up, and notes each row whose fields are good, with
 * the ids that were there already. Cutting depends on where a record begins and on nothing
 * else, so a note is right if its record does begin there; whoever takes the rows comes by
 * all beginnings in order and asks for the note of each. A line break inside quotes makes
 * notes that no one asks for.
 */
#ifndef WRMF_TEXT_LOOKAHEAD_H
#define WRMF_TEXT_LOOKAHEAD_H

#include "text/interactions.h"

/** A row. */
typedef struct wrmf_i_note {
    const char *begin, *next; /* of its record, of the following one */
    const char *text[2];      /* of its user's id, and its item's */
    int32_t length[2];
    int32_t index[2]; /* -1: was not there */
    int32_t breaks;
    double count;
} wrmf_i_note;

/** Room for a context of several workers. NULL in *out where there is nothing to gain: one
 *  worker, or rows whose places must be kept. */
wrmf_status wrmf_i_lookahead_new(const wrmf_reader *reader, wrmf_i_lookahead **out,
                                 wrmf_error *err);
void wrmf_i_lookahead_free(const wrmf_context *context, wrmf_i_lookahead *ahead);

/** Bytes of window that keep all workers busy. */
size_t wrmf_i_lookahead_bytes(const wrmf_i_lookahead *ahead);

/** Look at rows from begin on, which know their columns, up to end or less: *looked gets how far.
 *  At first little is known, so looks begin short. Notes hold until the next look. */
wrmf_status wrmf_i_lookahead_look(wrmf_i_lookahead *ahead, const wrmf_i_interactions *rows,
                                  const char *begin, const char *end, bool last,
                                  const char **looked, wrmf_error *err);
/** The note of the record that begins at begin, or NULL. Asked for in ascending order. */
const wrmf_i_note *wrmf_i_lookahead_note(wrmf_i_lookahead *ahead, const char *begin);

#endif /* WRMF_TEXT_LOOKAHEAD_H */

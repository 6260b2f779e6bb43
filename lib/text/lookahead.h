/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/lookahead.h - what workers find out about the rows of a window before text/interactions
 * takes them one after the other.
 *
 * The window is cut into pieces at line breaks, wherever they are. A piece's worker cuts records,
 * parses counts and looks ids up, and notes each row whose fields are good, with the indices of the
 * ids that were there already. How a record is cut depends on where it begins and on nothing else,
 * so a note is right if its record does begin there. text/interactions visits all beginnings in
 * order and asks for the note of each; nobody asks for the notes that begin behind a line break
 * inside quotes.
 */
#ifndef WRMF_TEXT_LOOKAHEAD_H
#define WRMF_TEXT_LOOKAHEAD_H

#include "text/layout.h"

typedef struct wrmf_i_lookahead wrmf_i_lookahead;

/** What is known of a row with good fields. Pointers are into the text. */
typedef struct wrmf_i_note {
    const char *begin;   /* where its record begins */
    const char *next;    /* where the following record begins */
    const char *text[2]; /* by side: its id */
    int32_t length[2];   /* of each id, in bytes */
    int32_t index[2];    /* of each id; -1: the id was not there */
    int32_t breaks;      /* line breaks from begin to next */
    int32_t spans;       /* fields with a line break */
    double count;        /* 0 where the layout drops zeros */
} wrmf_i_note;

/** Make what the context's workers need to look ahead. *out becomes NULL where that would gain
 *  nothing: with one worker, or where the location of each row is kept for
 *  WRMF_DUPLICATES_REFUSE. */
wrmf_status wrmf_i_lookahead_new(const wrmf_reader *reader, wrmf_i_lookahead **out,
                                 wrmf_error *err);
/** NULL is allowed. */
/** Bytes that a lookahead of so many workers holds for records of n_fields fields, and those of the
 *  window that it looks at. 0 where there is none. */
size_t wrmf_i_lookahead_size(int workers, size_t n_fields);
size_t wrmf_i_lookahead_window(int workers);
void wrmf_i_lookahead_free(wrmf_i_lookahead *ahead);

/** The number of bytes of a window that keep all workers busy. */
size_t wrmf_i_lookahead_bytes(const wrmf_i_lookahead *ahead);

/** Look at the rows from `begin` on, by a complete layout, up to `end` or less: *looked becomes how
 *  far. `last` says that the text is over at end. Few ids are there at first, so the first looks
 *  are short. Notes hold until the next look. */
wrmf_status wrmf_i_lookahead_look(wrmf_i_lookahead *ahead, const wrmf_i_layout *layout,
                                  const char *begin, const char *end, bool last,
                                  const char **looked, wrmf_error *err);
/** The note of the record that begins at `begin`, or NULL. To be asked for in ascending order. */
const wrmf_i_note *wrmf_i_lookahead_note(wrmf_i_lookahead *ahead, const char *begin);
/** The time of a note's row; 0 where the text has none. */
double wrmf_i_lookahead_time(const wrmf_i_lookahead *ahead, const wrmf_i_note *note);
/** Let *known become what is known of the line breaks about `begin`, if that is anything: for a
 *  record that has no note, for which was asked last. */
void wrmf_i_lookahead_know(const wrmf_i_lookahead *ahead, const char *begin, wrmf_i_breaks *known);

#endif /* WRMF_TEXT_LOOKAHEAD_H */

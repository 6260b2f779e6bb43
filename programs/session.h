/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.h - what a program does with the library whatever its task: a context
 * as the options want it, parameters, matrices and models from files, lists.
 */
#ifndef PROGRAMS_SESSION_H
#define PROGRAMS_SESSION_H

#include <stdint.h>
#include <stdio.h>

#include <wrmf/wrmf.h>

#include "options.h"

/* Makes a context with the threads asked for, with a progress bar where standard error is a
 * terminal, whose calls stop when interrupt.h has heard a signal. */
wrmf_context *context_open(void);

/* Makes parameters: the defaults, but for --seed and the `name=value` of a list. */
wrmf_params *params_open(wrmf_context *context, const struct text_list *settings);

/* These load from a file, or from standard input where the path is "-". */
/* Loads a matrix as matrix_options.h says. */
wrmf_matrix *matrix_load(wrmf_context *context, const char *path);
wrmf_ids *ids_load(wrmf_context *context, const char *path);
wrmf_model *model_load(wrmf_context *context, const char *path);

/* Counts the pairs that both matrices, which have as many rows, have. */
int64_t matrix_common(const wrmf_matrix *a, const wrmf_matrix *b);

/* Says whether all factors of a row are 0: of a user or an item without interactions. */
int model_row_is_zero(const wrmf_model *model, wrmf_side side, int64_t row);
/* Says whether all factors of a side are 0, as they are of a side that has no row. */
int model_side_is_zero(const wrmf_model *model, wrmf_side side);
/* Says whether every score of a model is 0, for all factors of one of its sides are. */
int model_is_zero(const wrmf_model *model);

/* Gives the index of an id, or the number that the text is where the model has no ids. */
int64_t model_find(const wrmf_model *model, wrmf_side side, const char *id);
/* The list of one user or item, or of nobody in the model. */
struct ranked_list {
    const wrmf_model *model;
    wrmf_side asked_side;
    int64_t asked; /* -1: nobody that the model has */
    wrmf_side side;
    const int64_t *indices; /* count rows of the side */
    const double *scores;
    int64_t count;
    /* Prints why a row is in the list, or NULL: lines, or a member of its object under --json. */
    void (*explain)(void *self, int64_t row);
    void *self;
};
/* Prints a list: lines of rank, score, id and name, with tabs between them; under --json as a
 * member of an array, which lists_end() ends behind the last list. */
void list_print(const struct ranked_list *list);
void lists_end(void);
/* Prints, before one of several lists, whose it is. */
void list_heading(const wrmf_model *model, wrmf_side asked_side, int64_t asked);

/* Prints the id and the name of a row, with a tab between them, and ends the line; or as members of
 * a JSON object. */
void row_print(FILE *file, const wrmf_ids *ids, int64_t row);
void put_json_row(FILE *out, const wrmf_ids *ids, int64_t row);

/* Gives the seconds of a clock that never goes back. */
double seconds_now(void);

#endif /* PROGRAMS_SESSION_H */

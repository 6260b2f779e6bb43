/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row_lists.h - users or items of a model that a command line or a file names.
 */
#ifndef PROGRAMS_ROW_LISTS_H
#define PROGRAMS_ROW_LISTS_H

#include <stdint.h>

#include <wrmf/wrmf.h>

#include "options.h"

struct row_list {
    int64_t *rows; /* freed by the caller */
    int64_t n;
};

/* Finds the ids of an option. Each text is one id, or several with commas between them; one that is
 * an id with its commas is that. An id that is given again counts once. The program ends where the
 * model lacks one. */
struct row_list row_list_parse(const wrmf_model *model, wrmf_side side,
                               const struct text_list *texts);
/* Reads a file of ids, one a line, as users.txt and items.txt are. Those that the model lacks are
 * counted, with a warning; the program ends if there is no other. */
struct row_list row_list_read(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                              const char *path);

#endif /* PROGRAMS_ROW_LISTS_H */

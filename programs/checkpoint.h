/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checkpoint.h - the file from which wrmf-train goes on after a crash, and its options.
 */
#ifndef PROGRAMS_CHECKPOINT_H
#define PROGRAMS_CHECKPOINT_H

#include <wrmf/wrmf.h>

#include "options.h"

extern const struct option checkpoint_option_table[];

/* Checks the options: ends the program for those that do not go together. A fit of another model's
 * epochs goes on by --continue, not by --resume. */
void checkpoint_check_options(const char *model_path, const char *continued_path);
/* Says whether --resume was given and there is a checkpoint. */
int checkpoint_is_there(void);
/* Ends the program if the file cannot be written, is an input, or is something else that would be
 * lost: it is removed in the end. */
void checkpoint_claim(wrmf_context *context);
/* Loads the checkpoint, which is there; ends the program if it is that of another matrix, or of
 * other parameters. */
wrmf_model *checkpoint_load(wrmf_context *context, const wrmf_matrix *matrix,
                            const wrmf_params *params);
/* Has the model write checkpoints, if they are wanted, and note of which matrix they are. */
void checkpoint_begin(wrmf_model *model, const wrmf_matrix *matrix);
/* Ends that: the model is as if there had been none. */
void checkpoint_end(wrmf_model *model);
/* Removes the file, if there is one: the model is saved. */
void checkpoint_remove(void);

#endif /* PROGRAMS_CHECKPOINT_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/model_make.h - a model is made of a file that has been checked.
 */
#ifndef WRMF_STORE_MODEL_MAKE_H
#define WRMF_STORE_MODEL_MAKE_H

#include "store/model_plan.h"

/** Make a model. With `maps` the file is in memory that stays as long as the model: its rows, and
 *  the ids of a plan that was opened without reading them, are used where they are, if this machine
 *  can; nothing of them is checked then. Else all is copied and checked. */
wrmf_status wrmf_i_model_make(wrmf_context *context, const wrmf_i_model_plan *plan, bool maps,
                              wrmf_model **out, wrmf_error *err);

/** Check a tensor of factors where it lies in memory, with its checksum: its numbers are finite,
 *  and those behind the factors 0. `view` is of the rows in place. */
wrmf_status wrmf_i_model_check_rows(const wrmf_i_model_plan *plan, const wrmf_i_tensor *tensor,
                                    const wrmf_i_factors *view, wrmf_error *err);

#endif /* WRMF_STORE_MODEL_MAKE_H */

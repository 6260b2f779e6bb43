/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/model_copy.h - a copy of a model.
 */
#ifndef WRMF_MODEL_MODEL_COPY_H
#define WRMF_MODEL_MODEL_COPY_H

#include "model/model.h"

/** Make a copy of all that a model has, with another context's allocator: of its Gram matrices,
 *  too, where it knows them, but not of what it keeps for cosines. */
wrmf_status wrmf_i_model_copy(wrmf_context *context, const wrmf_model *model, wrmf_model **out,
                              wrmf_error *err);
/** Copy epochs, statistics and notes to a new model, which has none. */
wrmf_status wrmf_i_model_copy_history(const wrmf_model *model, wrmf_model *copy, wrmf_error *err);

#endif /* WRMF_MODEL_MODEL_COPY_H */

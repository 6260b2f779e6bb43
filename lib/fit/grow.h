/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fit/grow.h - models that take in new interactions without a new fit: rows that are new, or
 * chosen, are solved, all others stay. Arguments are known to fit together.
 */
#ifndef WRMF_FIT_GROW_H
#define WRMF_FIT_GROW_H

#include "data/csr.h"
#include "model/model.h"

/** Make a model of the shape of the matrix. A row that the ids of a side name in both is the
 *  model's own, bit for bit, with what the model carries of it; where the model has no ids of a
 *  side, or none are given (NULL), rows are matched by their numbers. Any other row is folded in:
 *  users, then items against all users, then the users again if there are new items. */
wrmf_status wrmf_i_model_grow(wrmf_context *context, const wrmf_model *model,
                              const wrmf_matrix *matrix, const wrmf_ids *const ids[2],
                              wrmf_model **out, wrmf_error *err);

/** Solve n rows of a side of a model, or all where rows is NULL, against the other side as it is.
 *  Epochs go on from these rows as they are then, and from the others as before. After a failure
 *  the model is as before. */
wrmf_status wrmf_i_model_refresh(wrmf_context *context, wrmf_model *model,
                                 const wrmf_matrix *matrix, wrmf_side side, const int64_t *rows,
                                 int64_t n, wrmf_error *err);

#endif /* WRMF_FIT_GROW_H */

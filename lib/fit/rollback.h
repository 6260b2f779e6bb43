/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fit/rollback.h - a copy of what epochs change of a model, to put back after a failure.
 */
#ifndef WRMF_FIT_ROLLBACK_H
#define WRMF_FIT_ROLLBACK_H

#include "model/model.h"

/** The state of a model at one moment. */
typedef struct wrmf_i_rollback {
    void *rows[2]; /* of both sides, laid out as the model's */
    void *carried; /* room for the items' rows that the model carries, or NULL */
    bool carries;  /* it carried them */
    bool drawn;    /* the rows were the random start */
    int64_t epochs;
    double mean;
    double statistics[WRMF_I_STAT_COUNT];
} wrmf_i_rollback;

/** Make room for a state of the model as it is; ended with wrmf_i_rollback_end() unless this fails.
 */
wrmf_status wrmf_i_rollback_begin(const wrmf_model *model, wrmf_i_rollback *rollback,
                                  wrmf_error *err);
/** Copy the state of the model, on the workers of the context. After a failure, as where the
 *  progress hook asks to stop, the copy is of no use. */
wrmf_status wrmf_i_rollback_save(wrmf_context *context, const wrmf_model *model,
                                 wrmf_i_rollback *rollback, wrmf_error *err);
/** Put the state back into the same model, which has room for carried rows if the state has them.
 */
void wrmf_i_rollback_restore(const wrmf_i_rollback *rollback, wrmf_model *model);
/** Free the copy. */
void wrmf_i_rollback_end(wrmf_i_rollback *rollback, const wrmf_model *model);

#endif /* WRMF_FIT_ROLLBACK_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/checkpoint_setting.h - where and how often epochs write a model to a file.
 */
#ifndef WRMF_MODEL_CHECKPOINT_SETTING_H
#define WRMF_MODEL_CHECKPOINT_SETTING_H

#include <stdint.h>

/** Zero-initialised: nowhere. One of the two that say how often is above 0. */
typedef struct wrmf_i_checkpoint_setting {
    char *path;     /* owned; NULL: nothing is written */
    int64_t epochs; /* after so many since the last time; 0: does not matter */
    double seconds; /* after the first epoch that ends so long behind it; 0: does not matter */
} wrmf_i_checkpoint_setting;

#endif /* WRMF_MODEL_CHECKPOINT_SETTING_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fit/relaxation.h - how far beyond its solution each epoch moves a row: docs/mathematics.md,
 * "Fewer epochs".
 */
#ifndef WRMF_FIT_RELAXATION_H
#define WRMF_FIT_RELAXATION_H

#include <stdbool.h>

#include "model/params.h"

/** What the parameters say of it. */
typedef struct wrmf_i_relaxation {
    double most;  /* 0 < most < 2; 1: all epochs are plain */
    double ramp;  /* by how much an epoch's may differ from that of the epoch before */
    int64_t wait; /* plain epochs at the start */
} wrmf_i_relaxation;

wrmf_i_relaxation wrmf_i_relaxation_read(const wrmf_params *params);
/** The factor w of epoch number 1, 2, ... of a model: its rows become x + w (x* - x). */
double wrmf_i_relaxation_of(const wrmf_i_relaxation *relaxation, int64_t epoch);

/** Whether no epoch is relaxed. */
static inline bool wrmf_i_relaxation_is_plain(const wrmf_i_relaxation *relaxation)
{
    return !(relaxation->most < 1) && !(relaxation->most > 1);
}

#endif /* WRMF_FIT_RELAXATION_H */

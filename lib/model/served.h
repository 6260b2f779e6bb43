/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/served.h - what a server has made of a model's rows, as bytes that a model file keeps
 * beside them. Here nobody looks into the bytes: serve/ lays them out. They are those of a machine
 * whose numbers begin with their lowest byte, and are used in place.
 */
#ifndef WRMF_MODEL_SERVED_H
#define WRMF_MODEL_SERVED_H

#include <stddef.h>

/** What there may be of a side. */
typedef enum wrmf_i_served_part {
    WRMF_I_SERVED_DOT,    /* the sieve of its rows */
    WRMF_I_SERVED_UNIT,   /* that of its unit rows, */
    WRMF_I_SERVED_SCALES, /* and its unit scales */
    WRMF_I_SERVED_NUMBER, /* its rows by the number of their entries, */
    WRMF_I_SERVED_SUM,    /* and by the sum of their counts, if not all are 1 */
    WRMF_I_SERVED_PARTS
} wrmf_i_served_part;

/** Of each part its bytes, a multiple of 64 of them; NULL: there is none. */
typedef struct wrmf_i_served {
    const void *data[WRMF_I_SERVED_PARTS];
    size_t bytes[WRMF_I_SERVED_PARTS];
} wrmf_i_served;

#endif /* WRMF_MODEL_SERVED_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/model_plan.h - what is in a model file, found and checked before a model is made of it.
 */
#ifndef WRMF_STORE_MODEL_PLAN_H
#define WRMF_STORE_MODEL_PLAN_H

#include "store/model_file.h"
#include "store/safetensors.h"

/** A tensor that is in memory as a whole. */
typedef struct wrmf_i_vector {
    const wrmf_i_tensor *tensor; /* NULL: there is none */
    wrmf_i_piece piece;
} wrmf_i_vector;

/** Texts, one behind the other, and where each begins among them: both or neither. */
typedef struct wrmf_i_text_tensors {
    wrmf_i_vector bytes, offsets;
} wrmf_i_text_tensors;

/** Pairs are by side. */
typedef struct wrmf_i_model_plan {
    wrmf_i_safetensors file;
    bool mappable;   /* of the version that is used where it is mapped: store/model_file.h */
    bool unread;     /* what its ids and names say is not checked, nor their checksums */
    int64_t columns; /* numbers of a row, without what pads it */
    bool biases;     /* the last two of them are those of biases, */
    double mean;     /* which are about this */
    const wrmf_i_tensor *factors[2];
    const wrmf_i_tensor *carried;   /* the items' rows that the model carries, or NULL */
    wrmf_i_vector integers[2];      /* integer ids, or none */
    wrmf_i_text_tensors strings[2]; /* string ids, or none */
    wrmf_i_text_tensors names[2];   /* of ids, or none */
    wrmf_i_vector order[2];         /* of ids, where the file is mappable, or none */
    const wrmf_i_tensor *served[2][WRMF_I_SERVED_PARTS]; /* for servers, likewise, or NULL */
    bool drawn; /* the rows are the random start, to which the first epoch is to make another */
    int64_t epochs;
    double statistics[WRMF_I_STAT_COUNT];
} wrmf_i_model_plan;

/** Open a file and check all but its factors, which are not read yet. With `unread`, of a file in
 *  memory that is mappable, ids and names are not read either: only that they have the right types
 *  and sizes is checked. *plan is to be closed even after a failure; the source is borrowed until
 *  then. */
wrmf_status wrmf_i_model_plan_open(wrmf_i_model_plan *plan, const wrmf_i_allocator *allocator,
                                   const wrmf_i_source *source, bool unread, wrmf_error *err);
void wrmf_i_model_plan_close(wrmf_i_model_plan *plan);

/** Element i of a tensor of 64-bit integers. */
int64_t wrmf_i_vector_integer(const wrmf_i_vector *vector, int64_t i);
/** Check a tensor's checksum, if the file has one of it. */
wrmf_status wrmf_i_model_plan_checksum(const wrmf_i_model_plan *plan, const char *tensor,
                                       uint64_t checksum, wrmf_error *err);
/** A text of the file, without a NUL that is behind it, and its length. */
const char *wrmf_i_model_plan_text(const wrmf_i_model_plan *plan, const wrmf_i_text_tensors *texts,
                                   int64_t i, size_t *length);
/** The ids of a side of a mappable file, where they lie; n is 0 or more, and what the file lacks
 *  is NULL. */
wrmf_i_ids_stored wrmf_i_model_plan_stored(const wrmf_i_model_plan *plan, int side);

#endif /* WRMF_STORE_MODEL_PLAN_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/model_tensors.h - the tensors that the file of a model will have, in their order, and what
 * each holds.
 */
#ifndef WRMF_STORE_MODEL_TENSORS_H
#define WRMF_STORE_MODEL_TENSORS_H

#include "model/model.h"

/** The text that a tensor has of an id: the id itself, or its name. NULL: it has none. */
typedef const char *(*wrmf_i_text_fn)(const wrmf_ids *ids, int64_t index, size_t *length);

/** What a tensor holds: factors, integer ids, where each of some texts begins, the order of ids,
 * the bytes of texts, or bytes for servers. */
typedef enum wrmf_i_out_content {
    WRMF_I_OUT_FACTORS,
    WRMF_I_OUT_INTEGERS,
    WRMF_I_OUT_OFFSETS,
    WRMF_I_OUT_ORDER,
    WRMF_I_OUT_BYTES,
    WRMF_I_OUT_SERVED
} wrmf_i_out_content;

/** The most tensors of a file: of a side its factors and its ids, their order and their names, and
 *  what servers use. */
enum { WRMF_I_TENSORS_MAX = 1 + 2 * (6 + WRMF_I_SERVED_PARTS) };

typedef struct wrmf_i_out_tensor {
    const char *name, *dtype; /* static */
    wrmf_i_out_content content;
    int side;
    const void *rows;    /* FACTORS: padded rows of the model's precision; SERVED: the bytes */
    wrmf_i_text_fn text; /* OFFSETS and BYTES: which texts; else NULL */
    int dimensions;
    int64_t shape[2];
    size_t bytes; /* of the tensor */
    uint64_t checksum;
} wrmf_i_out_tensor;

typedef struct wrmf_i_tensor_list {
    const wrmf_model *model;
    bool mappable;     /* the file is of the version that is used where it is mapped */
    bool has[2];       /* of each side: its rows and ids are in the file */
    int32_t *order[2]; /* of each side's ids; owned. NULL: it has none, or is not mappable */
    int count;
    wrmf_i_out_tensor tensors[WRMF_I_TENSORS_MAX];
} wrmf_i_tensor_list;

/** List the tensors of a model's file, with those for servers if served is not NULL. *all is to be
 * freed even after a failure. */
wrmf_status wrmf_i_tensor_list_make(wrmf_i_tensor_list *all, const wrmf_model *model,
                                    unsigned options, const wrmf_i_served served[2],
                                    wrmf_error *err);
void wrmf_i_tensor_list_free(wrmf_i_tensor_list *all);
/** The ids of a side that are in the file, or NULL. */
const wrmf_ids *wrmf_i_tensor_list_ids(const wrmf_i_tensor_list *all, int side);

#endif /* WRMF_STORE_MODEL_TENSORS_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/safetensors.h - the header of a safetensors file, parsed and checked.
 *
 *   8 bytes   length of the header, little-endian
 *   header    JSON: the name, type, shape and position of each tensor, and metadata
 *   data      the tensors, one behind the other, little-endian
 */
#ifndef WRMF_STORE_SAFETENSORS_H
#define WRMF_STORE_SAFETENSORS_H

#include <stdbool.h>

#include "base/alloc.h"
#include "base/error.h"
#include "store/source.h"

/** Bytes in front of the header. */
#define WRMF_I_SAFETENSORS_PREFIX 8
/** The most bytes that a header may have, how deep its lists and objects may be nested, and how
 * many values and keys it may have: parsed, they take much more memory than as text, and not from
 * the host's allocator. */
#define WRMF_I_SAFETENSORS_HEADER_MAX ((size_t)16 << 20)
#define WRMF_I_SAFETENSORS_DEPTH_MAX 8
#define WRMF_I_SAFETENSORS_VALUES_MAX ((size_t)1 << 17)

typedef enum wrmf_i_dtype {
    WRMF_I_DTYPE_OTHER = 0, /* any type that models do not use */
    WRMF_I_DTYPE_U8 = 1,
    WRMF_I_DTYPE_I64 = 2,
    WRMF_I_DTYPE_F32 = 3,
    WRMF_I_DTYPE_F64 = 4,
    WRMF_I_DTYPE_I32 = 5
} wrmf_i_dtype;

typedef struct wrmf_i_tensor {
    const char *name; /* borrowed from the header */
    wrmf_i_dtype dtype;
    int dimensions;    /* 3: three or more */
    int64_t shape[2];  /* of the first dimensions */
    size_t begin, end; /* the bytes begin .. end - 1 of the data are the tensor's */
} wrmf_i_tensor;

typedef struct wrmf_i_safetensors {
    const wrmf_i_allocator *allocator; /* borrowed */
    const wrmf_i_source *source;       /* borrowed */
    void *json;                        /* the header: jansson's json_t */
    size_t data_begin;                 /* of the data, behind the header, in the file */
    size_t data_bytes;
    size_t n_tensors;
    wrmf_i_tensor *tensors; /* n_tensors, by position in the data */
} wrmf_i_safetensors;

/** Parse and check the header of a file: afterwards the tensors are known to fill the data and not
 *  to overlap, and each of a known type to be as long as its shape says. *file is to be closed
 * after a failure too. */
wrmf_status wrmf_i_safetensors_open(wrmf_i_safetensors *file, const wrmf_i_allocator *allocator,
                                    const wrmf_i_source *source, wrmf_error *err);
void wrmf_i_safetensors_close(wrmf_i_safetensors *file);

/** The tensor of a name, borrowed, or NULL. */
const wrmf_i_tensor *wrmf_i_safetensors_find(const wrmf_i_safetensors *file, const char *name);
/** The text of a metadata key, borrowed, or NULL. */
const char *wrmf_i_safetensors_metadata(const wrmf_i_safetensors *file, const char *key);

/** The checksum of the metadata (store/checksum.h); false if there is no memory. */
bool wrmf_i_safetensors_checksum(const wrmf_i_safetensors *file, uint64_t *checksum);

/** What is done with a key of the metadata and its text, both borrowed. */
typedef wrmf_status (*wrmf_i_metadata_fn)(void *self, const char *key, const char *text,
                                          wrmf_error *err);
/** Call a function for each key that begins with a prefix, which is left out of what the function
 *  gets, until one fails. */
wrmf_status wrmf_i_safetensors_each(const wrmf_i_safetensors *file, const char *prefix,
                                    wrmf_i_metadata_fn function, void *self, wrmf_error *err);

#endif /* WRMF_STORE_SAFETENSORS_H */

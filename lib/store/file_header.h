/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/file_header.h - the header of a safetensors file, checked.
 */
#ifndef WRMF_STORE_FILE_HEADER_H
#define WRMF_STORE_FILE_HEADER_H

#include "base/alloc.h"
#include "base/error.h"

typedef enum wrmf_i_dtype {
    WRMF_I_DTYPE_OTHER = 0, /* any that a model does not use */
    WRMF_I_DTYPE_U8 = 1,
    WRMF_I_DTYPE_I64 = 2,
    WRMF_I_DTYPE_F32 = 3,
    WRMF_I_DTYPE_F64 = 4
} wrmf_i_dtype;

typedef struct wrmf_i_tensor {
    const char *name; /* borrowed from the header */
    wrmf_i_dtype dtype;
    int dimensions; /* 3: three or more */
    int64_t shape[2];
    size_t begin, end; /* bytes of the data */
} wrmf_i_tensor;

typedef struct wrmf_i_file_header {
    const wrmf_i_allocator *allocator;
    void *json;
    const unsigned char *data; /* behind the header */
    size_t bytes;
    size_t count;
    wrmf_i_tensor *tensors;
} wrmf_i_file_header;

/** Parse and check the header of a file in memory: the tensors have known places
 *  and sizes, fill the data and do not overlap. *header is to be closed even
 *  after a failure. */
wrmf_status wrmf_i_file_header_open(wrmf_i_file_header *header, const wrmf_i_allocator *allocator,
                                    const void *file, size_t bytes, wrmf_error *err);
void wrmf_i_file_header_close(wrmf_i_file_header *header);

/** The tensor of a name, or NULL. */
const wrmf_i_tensor *wrmf_i_file_header_find(const wrmf_i_file_header *header, const char *name);
/** The text of a metadata key, or NULL. */
const char *wrmf_i_file_header_metadata(const wrmf_i_file_header *header, const char *key);

#endif /* WRMF_STORE_FILE_HEADER_H */

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/file.h - models in the safetensors layout; docs/file-format.md.
 *
 *   8 bytes   length of the header, little-endian
 *   header    JSON, closed by spaces so that the data begin at a multiple of 64
 *   data      the tensors, one behind the other, little-endian
 */
#ifndef WRMF_STORE_FILE_H
#define WRMF_STORE_FILE_H

#include "io/output.h"
#include "model/model.h"

/** Counted up when a reader of an older version would misread a file. */
#define WRMF_I_FILE_VERSION 1
/** Longer headers are refused. */
#define WRMF_I_FILE_HEADER_MAX ((size_t)16 << 20)
/** Bytes in front of the header, and what the data begin at a multiple of. */
#define WRMF_I_FILE_PREFIX 8
#define WRMF_I_FILE_ALIGN 64

/* Keys of the metadata beside the names of the parameters. */
#define WRMF_I_KEY_VERSION "wrmf_format_version"
#define WRMF_I_KEY_EPOCHS "epochs"

/** Names of both sides' tensors and metadata, by wrmf_side. Integer ids are one
 *  tensor, `ids`; strings are their bytes and the offsets of these. */
typedef struct wrmf_i_file_names {
    const char *factors, *ids, *ids_bytes, *ids_offsets, *names_bytes, *names_offsets;
} wrmf_i_file_names;

extern const wrmf_i_file_names wrmf_i_file_names_of[2];
/** Metadata keys of the statistics. */
extern const char *const wrmf_i_file_statistics[WRMF_I_STAT_COUNT];

wrmf_status wrmf_i_model_write(const wrmf_model *model, wrmf_output *output, wrmf_error *err);
/** All is checked against `bytes` before memory of any size the file gives is
 *  asked for. data need not be aligned. */
wrmf_status wrmf_i_model_read_memory(wrmf_context *context, const void *data, size_t bytes,
                                     wrmf_model **out, wrmf_error *err);
/** The same from a file, which is mapped meanwhile; its name is in messages. */
wrmf_status wrmf_i_model_read_path(wrmf_context *context, const char *path, wrmf_model **out,
                                   wrmf_error *err);

#endif /* WRMF_STORE_FILE_H */

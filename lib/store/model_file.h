/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/model_file.h - model files, written and read. They are safetensors files;
 * docs/file-format.md says which tensors and metadata they have. The header is closed by spaces, so
 * that the data begin at a multiple of 64 bytes.
 */
#ifndef WRMF_STORE_MODEL_FILE_H
#define WRMF_STORE_MODEL_FILE_H

#include "io/output.h"
#include "model/model.h"
#include "store/source.h"

/** The versions of the format, counted up where a reader of an older version would misread a file:
 *  one whose rows are as long as their factors, and one that is used where it is mapped: its rows
 *  are padded as in memory, its texts have NULs behind them, and it has the order of its ids. */
#define WRMF_I_FILE_PLAIN 1
#define WRMF_I_FILE_MAPPABLE 2
/** The data begin at a multiple of so many bytes. */
#define WRMF_I_FILE_ALIGN 64

/* Keys of metadata, beside the names of the parameters. */
#define WRMF_I_KEY_VERSION "wrmf_format_version"
#define WRMF_I_KEY_EPOCHS "epochs"
#define WRMF_I_KEY_DRAWN "start_due"
/** Of models with biases: their mean. */
#define WRMF_I_KEY_MEAN "mean"
/** What stands in front of the key of each note; no other key of the library's begins with it. */
#define WRMF_I_NOTE_PREFIX "note:"

/** Names of a side's tensors, of which a side may lack all but the first. Integer ids are one
 * tensor, `ids`; string ids are their bytes, one id behind the other, and the offset of each among
 * these. So are names. The order has the indices of a side by ascending ids (data/ids_stored.h).
 * `ids` is a key of metadata too: the kind of the ids. */
typedef struct wrmf_i_tensor_names {
    const char *factors, *ids, *ids_bytes, *ids_offsets, *names_bytes, *names_offsets, *order;
    /** Of mappable files, model/served.h. The number in a name is that of the layout: a reader that
     *  has another one passes the tensor over. */
    const char *served[WRMF_I_SERVED_PARTS];
} wrmf_i_tensor_names;

/** The items' rows that a model carries (model/model.h). */
#define WRMF_I_TENSOR_CARRIED "item_factors_carried"
/** By wrmf_side. */
extern const wrmf_i_tensor_names wrmf_i_tensor_names_of[2];
/** Metadata keys of a model's statistics, in their order. */
extern const char *const wrmf_i_statistic_keys[WRMF_I_STAT_COUNT];

/** Write a model, as the flags of wrmf_save (wrmf/store.h) say, which are known to be valid.
 *  served: of both sides what servers use, into a mappable file; or NULL. The output is not closed.
 */
wrmf_status wrmf_i_model_write(const wrmf_model *model, unsigned options,
                               const wrmf_i_served served[2], wrmf_output *output, wrmf_error *err);
/** The same to a file, which is replaced as a whole. */
wrmf_status wrmf_i_model_write_path(const wrmf_model *model, unsigned options,
                                    const wrmf_i_served served[2], const char *path,
                                    wrmf_error *err);
/** Make a model of a file. Sizes that it gives are checked against the file's before memory is
 * asked for. */
wrmf_status wrmf_i_model_read_source(wrmf_context *context, const wrmf_i_source *source,
                                     wrmf_model **out, wrmf_error *err);
/** The same of a file that is in memory as a whole, from an address that need not be aligned. */
wrmf_status wrmf_i_model_read_memory(wrmf_context *context, const void *data, size_t bytes,
                                     wrmf_model **out, wrmf_error *err);
/** The same from a regular file. Messages begin with its name. */
wrmf_status wrmf_i_model_read_path(wrmf_context *context, const char *path, wrmf_model **out,
                                   wrmf_error *err);
/** Map a model file, which is checked as wrmf/store.h says. */
wrmf_status wrmf_i_model_map_path(wrmf_context *context, const char *path, wrmf_model **out,
                                  wrmf_error *err);
/** Check all of the file of a mapped model. Nothing is to be checked of another. */
wrmf_status wrmf_i_model_verify(const wrmf_model *model, wrmf_error *err);

#endif /* WRMF_STORE_MODEL_FILE_H */

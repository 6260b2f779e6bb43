/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/store.h - model files that are mapped rather than read, or kept where no path leads, files
 * of one side alone, and checkpoints of a fit.
 *
 *     wrmf_model_save_as(model, "model.wrmf", WRMF_SAVE_MAPPABLE, &err);
 *     ...
 *     wrmf_model_map(context, "model.wrmf", &model, &err);      in any number of processes
 *
 * wrmf/model.h has what reads and writes files as a whole; docs/file-format.md has both versions.
 */
#ifndef WRMF_STORE_H
#define WRMF_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** What is saved, and how: flags, to be added up. 0: as wrmf_model_save() does. */
typedef enum wrmf_save {
    WRMF_SAVE_MAPPABLE = 1, /**< so that wrmf_model_map() uses it where it is: rows are padded to a
                                 multiple of 16 numbers, and the order of the ids is there. Needs
                                 sorting, and 4 bytes and up to 2 NULs an id */
    WRMF_SAVE_USERS = 2,    /**< the users alone: the file is that of a model with 0 items */
    WRMF_SAVE_ITEMS = 4,    /**< the items alone: the file is that of a model with 0 users, which
                                 answers for visitors and about items, and takes no part of what
                                 all users take */
    WRMF_SAVE_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_save;

/**
 * Save a model as wrmf_model_write() does, with a choice of how. What is loaded from a file of
 * one side has its factors, ids, names, parameters, notes, statistics and epochs; of the other
 * side it has no row. It answers what its side alone tells: similar rows, rows folded in against
 * it and what is ranked for them. It is not fitted on: where a matrix has to have the model's
 * shape, one of users and items is refused, and rows that relaxed epochs would go on from are
 * not saved.
 *
 * @param[in] options  Flags of wrmf_save; at most one of the sides.
 * @retval WRMF_E_NULL   model or output is NULL.
 * @retval WRMF_E_RANGE  options has other flags, or both sides.
 * @retval WRMF_E_STATE  the output was closed before.
 * @retval WRMF_E_IO     writing failed now or before; small models may show it at
 *                       wrmf_output_close() only.
 * @retval WRMF_E_NOMEM  no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  a tensor takes more bytes than can be counted.
 * Threads: any. Memory: 1 MiB; to be mappable, 28 bytes an id, too. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_write_as(const wrmf_model *model, unsigned options,
                                                         wrmf_output *output, wrmf_error *err);

/** The same to a file, which replaces what stands at path when it is whole and on the disk.
 *  @retval WRMF_E_NULL   model or path is NULL.
 *  @retval WRMF_E_IO     the file cannot be made or written.
 *  @retval WRMF_E_RANGE, WRMF_E_NOMEM, WRMF_E_OVERFLOW (32-bit)  as wrmf_model_write_as().
 *  Threads: any. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_save_as(const wrmf_model *model, const char *path,
                                                        unsigned options, wrmf_error *err);

/** Copies `bytes` bytes of a model file, from byte `offset` of it on, to buffer; returns 0, or
 *  another value on an error. Offsets need not ascend. Called on the calling thread. */
typedef int (*wrmf_read_at_fn)(void *self, int64_t offset, void *buffer, size_t bytes);

/**
 * Load a model as wrmf_model_load() does, from where a function of the host finds the bytes of its
 * file: in a database, an archive, a bucket. No more than a piece of the file is in memory beside
 * the model. It is read by offsets, once in its greater part.
 *
 * @param[in]  self   Handed to read.
 * @param[in]  read   Gives what lies within the file, and is borrowed during the call.
 * @param[in]  bytes  Of the whole file.
 * @param[out] out    The model; the caller frees it.
 * @retval WRMF_E_NULL         context, read or out is NULL.
 * @retval WRMF_E_IO           read said so.
 * @retval WRMF_E_FORMAT, WRMF_E_UNSUPPORTED, WRMF_E_NONFINITE, WRMF_E_NOMEM  as wrmf_model_load().
 * Threads: one at a time. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_load_callback(wrmf_context *context, void *self,
                                                              wrmf_read_at_fn read, size_t bytes,
                                                              wrmf_model **out, wrmf_error *err);

/**
 * Map a model file into memory, read-only: it can be used at once, takes no memory for its
 * factors and ids, and all processes that map it share one copy, of which the system reads what
 * is used. All calls that only read a model take it, wrmf_model_copy() and wrmf_model_save() too;
 * those that would change it are refused, as "WRMF_E_STATE", and are for a copy. A file that is
 * replaced, as wrmf_model_save() does, stays as it was for who has mapped it, until the model is
 * freed.
 *
 * In place are factors and ids of a file saved with WRMF_SAVE_MAPPABLE. Of one that was not, the
 * factors are in place if they are a multiple of 16, and ids are read; what cannot be used where
 * it is, as all on machines whose numbers begin with their highest byte, is read into memory
 * and checked as wrmf_model_load() does. wrmf_model_mapped() tells.
 *
 * Opening reads the header and checks it: parameters, sizes, types, the checksum of the metadata.
 * It does not read what is in place: wrmf_model_verify() checks that. A damaged file that is not
 * verified gives wrong answers, without anything outside of it being read. Who writes into the
 * file in place, instead of replacing it, changes the answers; who cuts it short ends the
 * processes that use it (SIGBUS).
 *
 * @param[in]  context  Gives the allocator; held by the model.
 * @param[in]  path     A regular file.
 * @param[out] out      The model; the caller frees it, which unmaps the file.
 * @retval WRMF_E_NULL         an argument is NULL.
 * @retval WRMF_E_IO           the file cannot be opened or mapped, or is no regular file.
 * @retval WRMF_E_FORMAT       it is no model, or its header is damaged.
 * @retval WRMF_E_UNSUPPORTED  a later version of the format.
 * @retval WRMF_E_NONFINITE    a factor that is not in place is not finite.
 * @retval WRMF_E_NOMEM        no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  the file has more bytes than can be counted.
 * Threads: one at a time. Cost: about 0.1 ms where all is in place. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_map(wrmf_context *context, const char *path,
                                                    wrmf_model **out, wrmf_error *err);

/** The bytes of the file whose factors the model uses in place; 0 if it uses none so, or model is
 *  NULL. Threads: any. Since: 0.2 */
WRMF_API int64_t wrmf_model_mapped(const wrmf_model *model);

/**
 * Check all of the file that a model is mapped from: checksums, ids, that they are distinct and
 * in their order, that factors are finite. A model that is not mapped was checked when it was
 * loaded: nothing is done.
 *
 * @retval WRMF_E_NULL       model is NULL.
 * @retval WRMF_E_FORMAT     the file is damaged; the text names the tensor.
 * @retval WRMF_E_NONFINITE  a factor is not finite; with its row and column.
 * @retval WRMF_E_NOMEM      no memory.
 * Threads: any. Memory: that of the header. Cost: that of reading the file once or twice.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_verify(const wrmf_model *model, wrmf_error *err);

/**
 * From now on wrmf_model_continue() writes the model to a file after whole epochs, now and then:
 * as wrmf_model_save() does, so that the file is always a whole one, the last or the one before,
 * whatever ends the process. After a crash the model is loaded from it and continued by the epochs
 * that it lacks, wrmf_params_get_int(wrmf_model_params(model), WRMF_PARAM_ITERATIONS) -
 * wrmf_model_epochs(model): it ends with the bits of the run that nothing has ended. A fit that is
 * to write checkpoints is wrmf_model_create() and wrmf_model_continue().
 *
 * A checkpoint is written when one of the two is due, and never behind the last epoch of a call:
 * the caller has the model then. One that cannot be written ends the call with that failure, and
 * the file that was there stays: a full disk is told at once, not in the end.
 * The setting is the model's until it is freed; neither files nor copies have it.
 *
 * @param[in] path     Of the file; copied. NULL: write none, and nothing else matters.
 * @param[in] epochs   >= 0. Write when so many are done since the last time, or since the call
 *                     began; 0: their number does not matter.
 * @param[in] seconds  >= 0, finite. Write after the first epoch that ends so long since then; 0:
 *                     where epochs is above 0, the time does not matter; else, after each epoch.
 * @retval WRMF_E_NULL   model is NULL.
 * @retval WRMF_E_RANGE  epochs or seconds is outside its interval.
 * @retval WRMF_E_STATE  the model is mapped.
 * @retval WRMF_E_NOMEM  no memory.
 * After a failure the setting is as before. Threads: one at a time. Cost: that of saving.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_set_checkpoint(wrmf_model *model, const char *path,
                                                               int64_t epochs, double seconds,
                                                               wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_STORE_H */

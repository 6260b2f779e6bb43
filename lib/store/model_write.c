/* SPDX-License-Identifier: BSD-2-Clause */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "model/params_table.h"
#include "store/checksum.h"
#include "store/little_endian.h"
#include "store/model_file.h"
#include "store/model_tensors.h"
#include "store/safetensors.h"
#include "wrmf/version.h"

typedef wrmf_i_out_tensor tensor;
typedef wrmf_i_tensor_list tensor_list;

/* ---- header ---- */

/* Put a value into an object, which owns it then, also on a failure. False if there is no memory.
 */
static bool put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

static bool put_text(json_t *object, const char *key, const char *text)
{
    return put(object, key, json_string(text));
}

static const char *print_statistic(double value, char *buffer)
{
    if (!isfinite(value))
        return isnan(value) ? "nan" : "inf";
    wrmf_i_number_print_real(value, buffer);
    return buffer;
}

static bool put_note(json_t *object, const wrmf_i_note *note)
{
    const size_t bytes = sizeof WRMF_I_NOTE_PREFIX + strlen(note->key);
    char *const key = malloc(bytes);
    if (!key)
        return false;
    snprintf(key, bytes, "%s%s", WRMF_I_NOTE_PREFIX, note->key);
    const bool good = put_text(object, key, note->value);
    free(key);
    return good;
}

/* The checksum of each tensor, and that of all metadata. */
static bool put_checksums(json_t *object, const tensor_list *all)
{
    char key[64], text[WRMF_I_CHECKSUM_TEXT];
    bool good = true;
    for (int i = 0; i < all->count && good; i++) {
        snprintf(key, sizeof key, "%s%s", WRMF_I_CHECKSUM_PREFIX, all->tensors[i].name);
        wrmf_i_checksum_print(all->tensors[i].checksum, text);
        good = put_text(object, key, text);
    }
    uint64_t checksum = 0;
    if (!good || !wrmf_i_checksum_metadata(object, &all->model->context->allocator, &checksum))
        return false;
    wrmf_i_checksum_print(checksum, text);
    return put_text(object, WRMF_I_KEY_CHECKSUM, text);
}

static json_t *metadata(const tensor_list *all)
{
    const wrmf_model *const model = all->model;
    char text[WRMF_I_NUMBER_TEXT];
    json_t *const object = json_object();
    wrmf_i_number_print_int(all->mappable ? WRMF_I_FILE_MAPPABLE : WRMF_I_FILE_PLAIN, text);
    bool good = put_text(object, WRMF_I_KEY_VERSION, text) &&
                put_text(object, "wrmf_version", WRMF_VERSION_STRING);
    for (int i = 0; i < WRMF_I_PARAM_COUNT && good; i++) {
        const wrmf_i_param_row *const row = &wrmf_i_param_table[i];
        wrmf_i_params_format(model->params->values, row->id, text, sizeof text);
        good = put_text(object, row->name, text);
    }
    wrmf_i_number_print_int(model->epochs, text);
    good = good && put_text(object, WRMF_I_KEY_EPOCHS, text);
    if (wrmf_i_model_start_is_due(model))
        good = good && put_text(object, WRMF_I_KEY_DRAWN, "1");
    if (model->biases) {
        wrmf_i_number_print_real(model->mean, text);
        good = good && put_text(object, WRMF_I_KEY_MEAN, text);
    }
    for (int i = 0; i < WRMF_I_STAT_COUNT && good; i++)
        good =
            put_text(object, wrmf_i_statistic_keys[i], print_statistic(model->statistics[i], text));
    for (int side = 0; side < 2 && good; side++) {
        const wrmf_ids *const ids = wrmf_i_tensor_list_ids(all, side);
        if (ids)
            good = put_text(object, wrmf_i_tensor_names_of[side].ids,
                            wrmf_i_ids_kind(ids) == WRMF_IDS_INTEGER ? "integer" : "string");
    }
    for (size_t i = 0; i < model->notes.count && good; i++)
        good = put_note(object, &model->notes.notes[i]);
    if (good && put_checksums(object, all))
        return object;
    json_decref(object);
    return NULL;
}

static bool put_entry(json_t *object, const tensor *one, size_t begin)
{
    json_t *const value = json_object(), *const shape = json_array(), *const offsets = json_array();
    bool good = true;
    for (int i = 0; i < one->dimensions; i++)
        good = good && json_array_append_new(shape, json_integer(one->shape[i])) == 0;
    good = good && json_array_append_new(offsets, json_integer((json_int_t)begin)) == 0;
    good =
        good && json_array_append_new(offsets, json_integer((json_int_t)(begin + one->bytes))) == 0;
    good = put_text(value, "dtype", one->dtype) && good;
    good = put(value, "shape", shape) && good; /* an object owns them even after a failure */
    good = put(value, "data_offsets", offsets) && good;
    return put(object, one->name, value) && good;
}

/* The JSON of the header, to be freed with free(), or NULL if there is no memory. */
static char *header_text(const tensor_list *all)
{
    json_t *const object = json_object();
    bool good = put(object, "__metadata__", metadata(all));
    size_t begin = 0;
    for (int i = 0; i < all->count && good; i++) {
        good = put_entry(object, &all->tensors[i], begin);
        begin += all->tensors[i].bytes;
    }
    char *const text = good ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}

/* ---- writing ---- */

/* Gathers what a tensor has by blocks, which are hashed in a first pass, for the checksums are in
 * front of the tensors, and written in a second. */
typedef struct writer {
    wrmf_output *output; /* NULL: the first pass */
    uint64_t checksum;   /* of the tensor's blocks so far */
    size_t used;         /* bytes of block that are still to be sent */
    wrmf_error *err;
    wrmf_status status;   /* the first failure, behind which nothing is written, or WRMF_OK */
    unsigned char *block; /* WRMF_I_CHECKSUM_BLOCK bytes */
} writer;

static void flush(writer *w)
{
    if (!w->output)
        w->checksum = wrmf_i_checksum_block(w->checksum, w->block, w->used);
    else if (w->status == WRMF_OK && w->used > 0)
        w->status = wrmf_i_output_write(w->output, w->block, w->used, w->err);
    w->used = 0;
}

static void put_index(writer *w, uint32_t value)
{
    if (WRMF_I_CHECKSUM_BLOCK - w->used < 4)
        flush(w);
    wrmf_i_store32(w->block + w->used, value);
    w->used += 4;
}

static void put_number(writer *w, uint64_t value)
{
    if (WRMF_I_CHECKSUM_BLOCK - w->used < 8)
        flush(w);
    wrmf_i_store64(w->block + w->used, value);
    w->used += 8;
}

static void put_bytes(writer *w, const char *data, size_t bytes)
{
    while (bytes > 0) {
        if (w->used == WRMF_I_CHECKSUM_BLOCK)
            flush(w);
        const size_t room = WRMF_I_CHECKSUM_BLOCK - w->used, now = bytes < room ? bytes : room;
        memcpy(w->block + w->used, data, now);
        w->used += now;
        data += now;
        bytes -= now;
    }
}

/* Write n numbers of a row; there is room for them. */
static void put_reals(unsigned char *to, const void *from, int bits, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t word;
        uint64_t words;
        if (bits == 32) {
            memcpy(&word, (const float *)from + i, sizeof word);
            wrmf_i_store32(to + 4 * i, word);
        } else {
            memcpy(&words, (const double *)from + i, sizeof words);
            wrmf_i_store64(to + 8 * i, words);
        }
    }
}

static void put_factors(writer *w, const wrmf_model *model, const tensor *one)
{
    const size_t size = wrmf_i_model_number_bytes(model), columns = (size_t)one->shape[1];
    for (int64_t row = 0; row < one->shape[0] && w->status == WRMF_OK; row++) {
        const char *const from =
            (const char *)one->rows + (size_t)row * (size_t)model->stride * size;
        for (size_t k = 0, n; k < columns; k += n) {
            if (w->used == WRMF_I_CHECKSUM_BLOCK)
                flush(w);
            const size_t room = (WRMF_I_CHECKSUM_BLOCK - w->used) / size;
            n = columns - k < room ? columns - k : room;
            put_reals(w->block + w->used, from + k * size, model->bits, n);
            w->used += n * size;
        }
    }
}

/* The bytes of texts, or where each begins. In a mappable file each has a NUL behind it. */
static void put_texts(writer *w, const tensor_list *all, const tensor *one)
{
    const wrmf_ids *const ids = all->model->ids[one->side];
    const size_t nul = all->mappable ? 1 : 0;
    uint64_t offset = 0;
    for (int64_t i = 0; i < wrmf_i_ids_size(ids) && w->status == WRMF_OK; i++) {
        size_t length = 0;
        const char *const text = one->text(ids, i, &length);
        if (one->content == WRMF_I_OUT_OFFSETS) {
            put_number(w, offset);
            offset += (text ? length : 0) + nul;
        } else {
            put_bytes(w, text, text ? length : 0);
            put_bytes(w, "", nul);
        }
    }
    if (one->content == WRMF_I_OUT_OFFSETS)
        put_number(w, offset);
}

static void put_integers(writer *w, const wrmf_ids *ids)
{
    for (int64_t i = 0; i < wrmf_i_ids_size(ids) && w->status == WRMF_OK; i++)
        put_number(w, (uint64_t)wrmf_i_ids_integer(ids, i));
}

static void put_order(writer *w, const int32_t *order, int64_t n)
{
    for (int64_t i = 0; i < n && w->status == WRMF_OK; i++)
        put_index(w, (uint32_t)order[i]);
}

static void put_tensor(writer *w, const tensor_list *all, const tensor *one)
{
    switch (one->content) {
    case WRMF_I_OUT_FACTORS: put_factors(w, all->model, one); break;
    case WRMF_I_OUT_INTEGERS: put_integers(w, all->model->ids[one->side]); break;
    case WRMF_I_OUT_ORDER: put_order(w, all->order[one->side], one->shape[0]); break;
    case WRMF_I_OUT_SERVED: put_bytes(w, one->rows, one->bytes); break;
    case WRMF_I_OUT_OFFSETS:
    case WRMF_I_OUT_BYTES: put_texts(w, all, one); break;
    }
    flush(w);
}

static void put_header(writer *w, const char *header)
{
    const size_t length = strlen(header);
    const size_t over = (WRMF_I_SAFETENSORS_PREFIX + length) % WRMF_I_FILE_ALIGN;
    const size_t spaces = over ? WRMF_I_FILE_ALIGN - over : 0;
    put_number(w, length + spaces);
    put_bytes(w, header, length);
    for (size_t i = 0; i < spaces; i++)
        put_bytes(w, " ", 1);
    flush(w);
}

static wrmf_status write_all(writer *w, tensor_list *all)
{
    wrmf_output *const output = w->output;
    w->output = NULL;
    for (int i = 0; i < all->count; i++) {
        w->checksum = 0;
        put_tensor(w, all, &all->tensors[i]);
        all->tensors[i].checksum = w->checksum;
    }
    w->output = output;
    char *const header = header_text(all);
    if (!header)
        return wrmf_i_fail_memory(w->err, "the header of a model file");
    put_header(w, header);
    free(header);
    for (int i = 0; i < all->count; i++)
        put_tensor(w, all, &all->tensors[i]);
    return w->status;
}

wrmf_status wrmf_i_model_write(const wrmf_model *model, unsigned options,
                               const wrmf_i_served served[2], wrmf_output *output, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &model->context->allocator;
    tensor_list all;
    wrmf_status status = wrmf_i_tensor_list_make(&all, model, options, served, err);
    writer w = {.output = output, .err = err, .status = WRMF_OK};
    w.block = wrmf_i_alloc(allocator, WRMF_I_CHECKSUM_BLOCK, 1);
    if (!w.block && status == WRMF_OK)
        status = wrmf_i_fail_memory(err, "writing a model");
    if (status == WRMF_OK)
        status = write_all(&w, &all);
    wrmf_i_free(allocator, w.block, WRMF_I_CHECKSUM_BLOCK, 1);
    wrmf_i_tensor_list_free(&all);
    return status;
}

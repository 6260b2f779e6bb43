/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/model_file.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/number.h"
#include "model/params_table.h"
#include "store/checksum.h"
#include "store/little_endian.h"
#include "store/safetensors.h"
#include "wrmf/version.h"

/* ---- which tensors ---- */

/* The text that a tensor has of an id: the id itself, or its name. NULL: it has none. */
typedef const char *(*text_fn)(const wrmf_ids *ids, int64_t index, size_t *length);

/* What a tensor holds: factors, integer ids, where each of some texts begins, or their bytes. */
typedef enum kind { FACTORS, INTEGERS, OFFSETS, BYTES } kind;

enum { MAX_TENSORS = 11 };

typedef struct tensor {
    const char *name, *dtype; /* static */
    kind content;
    int side;
    const void *rows; /* FACTORS: padded rows of the model's precision; else NULL */
    text_fn text;     /* OFFSETS and BYTES: which texts; else NULL */
    int dimensions;
    int64_t shape[2];
    size_t bytes; /* of the tensor */
    uint64_t checksum;
} tensor;

/* The tensors of a file, in their order. */
typedef struct tensor_list {
    const wrmf_model *model;
    int count;
    tensor tensors[MAX_TENSORS];
} tensor_list;

/* Add a tensor whose numbers have `number` bytes each. */
static wrmf_status add(tensor_list *all, tensor next, size_t number, wrmf_error *err)
{
    size_t numbers = (size_t)next.shape[0];
    bool fits = true;
    if (next.dimensions == 2)
        fits = wrmf_i_mul_size(numbers, (size_t)next.shape[1], &numbers);
    if (!fits || !wrmf_i_mul_size(numbers, number, &next.bytes))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "tensor %s is too large", next.name);
    all->tensors[all->count++] = next;
    return WRMF_OK;
}

static wrmf_status add_rows(tensor_list *all, int side, const char *name, const void *rows,
                            wrmf_error *err)
{
    const wrmf_model *const model = all->model;
    const tensor next = {.name = name,
                         .dtype = model->bits == 32 ? "F32" : "F64",
                         .content = FACTORS,
                         .side = side,
                         .rows = rows,
                         .dimensions = 2,
                         .shape = {model->rows[side], model->factors}};
    return add(all, next, wrmf_i_model_number_bytes(model), err);
}

static wrmf_status add_factors(tensor_list *all, wrmf_error *err)
{
    const wrmf_model *const model = all->model;
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(
            add_rows(all, side, wrmf_i_tensor_names_of[side].factors, model->data[side], err));
    if (model->carries)
        WRMF_I_TRY(add_rows(all, WRMF_ITEMS, WRMF_I_TENSOR_CARRIED, model->carried, err));
    return WRMF_OK;
}

static wrmf_status add_vector(tensor_list *all, int side, const char *name, kind content,
                              text_fn text, int64_t length, wrmf_error *err)
{
    const tensor next = {.name = name,
                         .dtype = content == BYTES ? "U8" : "I64",
                         .content = content,
                         .side = side,
                         .text = text,
                         .dimensions = 1,
                         .shape = {length, 0}};
    return add(all, next, content == BYTES ? 1 : 8, err);
}

static int64_t text_bytes(const wrmf_ids *ids, text_fn text)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < wrmf_i_ids_size(ids); i++) {
        size_t length;
        if (text(ids, i, &length))
            sum += (int64_t)length;
    }
    return sum;
}

static wrmf_status add_offsets(tensor_list *all, int side, wrmf_error *err)
{
    const wrmf_ids *const ids = all->model->ids[side];
    const wrmf_i_tensor_names *const names = &wrmf_i_tensor_names_of[side];
    if (!ids)
        return WRMF_OK;
    const int64_t n = wrmf_i_ids_size(ids);
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_INTEGER)
        WRMF_I_TRY(add_vector(all, side, names->ids, INTEGERS, NULL, n, err));
    else
        WRMF_I_TRY(
            add_vector(all, side, names->ids_offsets, OFFSETS, wrmf_i_ids_string, n + 1, err));
    if (!wrmf_i_ids_named(ids))
        return WRMF_OK;
    return add_vector(all, side, names->names_offsets, OFFSETS, wrmf_i_ids_name, n + 1, err);
}

static wrmf_status add_bytes(tensor_list *all, int side, wrmf_error *err)
{
    const wrmf_ids *const ids = all->model->ids[side];
    const wrmf_i_tensor_names *const names = &wrmf_i_tensor_names_of[side];
    if (!ids)
        return WRMF_OK;
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_STRING)
        WRMF_I_TRY(add_vector(all, side, names->ids_bytes, BYTES, wrmf_i_ids_string,
                              text_bytes(ids, wrmf_i_ids_string), err));
    if (!wrmf_i_ids_named(ids))
        return WRMF_OK;
    return add_vector(all, side, names->names_bytes, BYTES, wrmf_i_ids_name,
                      text_bytes(ids, wrmf_i_ids_name), err);
}

/* List the tensors, those of wide numbers first: so each begins at a multiple of the size of its
 * numbers though there are no holes. */
static wrmf_status list_tensors(tensor_list *all, wrmf_error *err)
{
    if (all->model->bits == 64)
        WRMF_I_TRY(add_factors(all, err));
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(add_offsets(all, side, err));
    if (all->model->bits == 32)
        WRMF_I_TRY(add_factors(all, err));
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(add_bytes(all, side, err));
    return WRMF_OK;
}

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
    wrmf_i_number_print_int(WRMF_I_FILE_VERSION, text);
    bool good = put_text(object, WRMF_I_KEY_VERSION, text) &&
                put_text(object, "wrmf_version", WRMF_VERSION_STRING);
    for (int i = 0; i < WRMF_I_PARAM_COUNT && good; i++) {
        const wrmf_i_param_row *const row = &wrmf_i_param_table[i];
        wrmf_i_params_format(model->params->values, row->id, text, sizeof text);
        good = put_text(object, row->name, text);
    }
    wrmf_i_number_print_int(model->epochs, text);
    good = good && put_text(object, WRMF_I_KEY_EPOCHS, text);
    for (int i = 0; i < WRMF_I_STAT_COUNT && good; i++)
        good =
            put_text(object, wrmf_i_statistic_keys[i], print_statistic(model->statistics[i], text));
    for (int side = 0; side < 2 && good; side++) {
        const wrmf_ids *const ids = model->ids[side];
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
    const size_t size = wrmf_i_model_number_bytes(model), factors = (size_t)model->factors;
    for (int64_t row = 0; row < model->rows[one->side] && w->status == WRMF_OK; row++) {
        const char *const from =
            (const char *)one->rows + (size_t)row * (size_t)model->stride * size;
        for (size_t k = 0, n; k < factors; k += n) {
            if (w->used == WRMF_I_CHECKSUM_BLOCK)
                flush(w);
            const size_t room = (WRMF_I_CHECKSUM_BLOCK - w->used) / size;
            n = factors - k < room ? factors - k : room;
            put_reals(w->block + w->used, from + k * size, model->bits, n);
            w->used += n * size;
        }
    }
}

static void put_ids(writer *w, const wrmf_ids *ids, const tensor *one)
{
    uint64_t offset = 0;
    for (int64_t i = 0; i < wrmf_i_ids_size(ids) && w->status == WRMF_OK; i++) {
        size_t length = 0;
        const char *const text = one->text ? one->text(ids, i, &length) : NULL;
        if (one->content == INTEGERS) {
            put_number(w, (uint64_t)wrmf_i_ids_integer(ids, i));
        } else if (one->content == OFFSETS) {
            put_number(w, offset);
            offset += text ? length : 0;
        } else if (text) {
            put_bytes(w, text, length);
        }
    }
    if (one->content == OFFSETS)
        put_number(w, offset);
}

static void put_tensor(writer *w, const tensor_list *all, const tensor *one)
{
    if (one->content == FACTORS)
        put_factors(w, all->model, one);
    else
        put_ids(w, all->model->ids[one->side], one);
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

wrmf_status wrmf_i_model_write(const wrmf_model *model, wrmf_output *output, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &model->context->allocator;
    tensor_list all = {.model = model};
    WRMF_I_TRY(list_tensors(&all, err));
    writer w = {.output = output, .err = err, .status = WRMF_OK};
    w.block = wrmf_i_alloc(allocator, WRMF_I_CHECKSUM_BLOCK, 1);
    if (!w.block)
        return wrmf_i_fail_memory(err, "writing a model");
    const wrmf_status status = write_all(&w, &all);
    wrmf_i_free(allocator, w.block, WRMF_I_CHECKSUM_BLOCK, 1);
    return status;
}

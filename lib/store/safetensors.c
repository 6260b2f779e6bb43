/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/safetensors.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "store/checksum.h"
#include "store/foreign.h"
#include "store/little_endian.h"

static const struct {
    const char *name;
    wrmf_i_dtype dtype;
    size_t bytes;
} dtypes[] = {
    {"F32", WRMF_I_DTYPE_F32, 4},   {"F64", WRMF_I_DTYPE_F64, 8},
    {"I64", WRMF_I_DTYPE_I64, 8},   {"U8", WRMF_I_DTYPE_U8, 1},
    {"I8", WRMF_I_DTYPE_OTHER, 1},  {"BOOL", WRMF_I_DTYPE_OTHER, 1},
    {"I16", WRMF_I_DTYPE_OTHER, 2}, {"U16", WRMF_I_DTYPE_OTHER, 2},
    {"F16", WRMF_I_DTYPE_OTHER, 2}, {"BF16", WRMF_I_DTYPE_OTHER, 2},
    {"I32", WRMF_I_DTYPE_I32, 4},   {"U32", WRMF_I_DTYPE_OTHER, 4},
    {"U64", WRMF_I_DTYPE_OTHER, 8},
};

static wrmf_status bad_tensor(const char *name, const char *what, wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%.80s\": %s", name, what);
}

/* Get a whole number >= 0 that fits size_t and int64_t; false if the value is none. */
static bool get_size(const json_t *value, size_t *out)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *out = (size_t)json_integer_value(value);
    return (json_int_t)*out == json_integer_value(value);
}

static wrmf_status read_shape(const json_t *shape, wrmf_i_tensor *tensor, size_t *numbers,
                              wrmf_error *err)
{
    if (!json_is_array(shape))
        return bad_tensor(tensor->name, "shape is missing or no list", err);
    *numbers = 1;
    for (size_t i = 0; i < json_array_size(shape); i++) {
        size_t extent;
        if (!get_size(json_array_get(shape, i), &extent))
            return bad_tensor(tensor->name, "shape holds what is no whole number >= 0", err);
        if (!wrmf_i_mul_size(*numbers, extent, numbers))
            return bad_tensor(tensor->name, "shape is too large", err);
        if (i < 2)
            tensor->shape[i] = (int64_t)extent;
    }
    tensor->dimensions = json_array_size(shape) < 3 ? (int)json_array_size(shape) : 3;
    return WRMF_OK;
}

/* Read the type, and check the size. A type that is not in the table, of a later safetensors, is no
 * error: no tensor of a model is of that type. */
static wrmf_status read_bytes(const json_t *dtype, size_t numbers, wrmf_i_tensor *tensor,
                              wrmf_error *err)
{
    if (!json_is_string(dtype))
        return bad_tensor(tensor->name, "dtype is missing or no text", err);
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++) {
        if (strcmp(dtypes[i].name, json_string_value(dtype)) != 0)
            continue;
        size_t bytes;
        tensor->dtype = dtypes[i].dtype;
        if (!wrmf_i_mul_size(numbers, dtypes[i].bytes, &bytes) ||
            bytes != tensor->end - tensor->begin)
            return bad_tensor(tensor->name, "shape and data_offsets differ in size", err);
    }
    return WRMF_OK;
}

static wrmf_status read_tensor(const wrmf_i_safetensors *file, const char *name,
                               const json_t *value, wrmf_i_tensor *tensor, wrmf_error *err)
{
    *tensor = (wrmf_i_tensor){.name = name};
    if (!json_is_object(value))
        return bad_tensor(name, "no object", err);
    const json_t *const offsets = json_object_get(value, "data_offsets");
    if (json_array_size(offsets) != 2 || !get_size(json_array_get(offsets, 0), &tensor->begin) ||
        !get_size(json_array_get(offsets, 1), &tensor->end))
        return bad_tensor(name, "data_offsets are not two whole numbers >= 0", err);
    if (tensor->begin > tensor->end || tensor->end > file->data_bytes)
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "tensor \"%.80s\": data_offsets %zu .. %zu are not within the %zu "
                           "bytes of data",
                           name, tensor->begin, tensor->end, file->data_bytes);
    size_t numbers = 0;
    WRMF_I_TRY(read_shape(json_object_get(value, "shape"), tensor, &numbers, err));
    return read_bytes(json_object_get(value, "dtype"), numbers, tensor, err);
}

static int by_position(const void *a, const void *b)
{
    const wrmf_i_tensor *const x = a, *const y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* Check that the tensors fill the data: safetensors allows neither holes nor overlaps. */
static wrmf_status check_spans(wrmf_i_safetensors *file, wrmf_error *err)
{
    if (file->n_tensors > 0)
        qsort(file->tensors, file->n_tensors, sizeof *file->tensors, by_position);
    size_t end = 0;
    for (size_t i = 0; i < file->n_tensors; i++) {
        if (file->tensors[i].begin != end)
            return wrmf_i_fail(err, WRMF_E_FORMAT,
                               "tensor \"%.80s\" begins at byte %zu of the data, the one before "
                               "ends at %zu",
                               file->tensors[i].name, file->tensors[i].begin, end);
        end = file->tensors[i].end;
    }
    if (end != file->data_bytes)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "the tensors end at byte %zu of %zu bytes of data",
                           end, file->data_bytes);
    return WRMF_OK;
}

static wrmf_status check_metadata(const json_t *metadata, wrmf_error *err)
{
    if (!metadata)
        return WRMF_OK;
    if (!json_is_object(metadata))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__ is no object");
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)metadata, key, value)
    {
        if (!json_is_string(value))
            return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: \"%.80s\" is no text", key);
    }
    return WRMF_OK;
}

/* ---- the header ---- */

/* Check how deep the header is nested and how many values it has, by the characters that stand
 * between them. */
static wrmf_status scan(const unsigned char *text, size_t length, wrmf_error *err)
{
    size_t values = 1;
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = text[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        values += c == ',' || c == ':' || c == '[' || c == '{';
        depth += (c == '[' || c == '{') - (c == ']' || c == '}');
        if (depth > WRMF_I_SAFETENSORS_DEPTH_MAX)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "header, byte %zu: nested more than %d deep", i,
                               WRMF_I_SAFETENSORS_DEPTH_MAX);
        if (values > WRMF_I_SAFETENSORS_VALUES_MAX)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "header, byte %zu: more than %zu values", i,
                               WRMF_I_SAFETENSORS_VALUES_MAX);
    }
    return WRMF_OK;
}

static wrmf_status parse(wrmf_i_safetensors *file, const unsigned char *text, size_t length,
                         wrmf_error *err)
{
    json_error_t error;
    WRMF_I_TRY(scan(text, length, err));
    file->json = json_loadb((const char *)text, length, JSON_REJECT_DUPLICATES, &error);
    if (!file->json && json_error_code(&error) == json_error_out_of_memory)
        return wrmf_i_fail_memory(err, "the header of a model file");
    if (!file->json)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "header, byte %d: %s", error.position, error.text);
    if (text[0] != '{' || !json_is_object((json_t *)file->json))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "the header is no JSON object");
    return check_metadata(json_object_get(file->json, "__metadata__"), err);
}

/* Fail for a file whose first bytes are no length of a header, saying what it is. */
static wrmf_status fail_foreign(const unsigned char *head, size_t bytes, uint64_t length,
                                wrmf_error *err)
{
    const char *const what = wrmf_i_foreign(head, bytes);
    if (what)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "this is no model: it is %s", what);
    if (bytes < WRMF_I_SAFETENSORS_PREFIX)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "the file has %zu bytes: no safetensors header",
                           bytes);
    if (length > WRMF_I_SAFETENSORS_HEADER_MAX)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "this is no model: it has no safetensors header");
    return wrmf_i_fail(err, WRMF_E_FORMAT,
                       "the file ends within its header of %llu bytes: it was cut off, or is no "
                       "model",
                       (unsigned long long)length);
}

static wrmf_status read_header(wrmf_i_safetensors *file, wrmf_error *err)
{
    const size_t bytes = file->source->bytes, prefix = WRMF_I_SAFETENSORS_PREFIX;
    unsigned char head[WRMF_I_FOREIGN_BYTES];
    const size_t seen = bytes < sizeof head ? bytes : sizeof head;
    WRMF_I_TRY(wrmf_i_source_read(file->source, 0, head, seen, err));
    const uint64_t length = seen >= prefix ? wrmf_i_load64(head) : 0;
    if (seen < prefix || length > WRMF_I_SAFETENSORS_HEADER_MAX || length > bytes - prefix)
        return fail_foreign(head, seen, length, err);
    file->data_begin = prefix + (size_t)length;
    file->data_bytes = bytes - file->data_begin;
    wrmf_i_piece text;
    wrmf_status status =
        wrmf_i_piece_open(&text, file->source, file->allocator, prefix, (size_t)length, err);
    if (status == WRMF_OK)
        status = parse(file, text.data, text.bytes, err);
    wrmf_i_piece_close(&text, file->allocator);
    return status;
}

wrmf_status wrmf_i_safetensors_open(wrmf_i_safetensors *file, const wrmf_i_allocator *allocator,
                                    const wrmf_i_source *source, wrmf_error *err)
{
    *file = (wrmf_i_safetensors){.allocator = allocator, .source = source};
    WRMF_I_TRY(read_header(file, err));
    file->tensors = wrmf_i_alloc(allocator, json_object_size(file->json), sizeof *file->tensors);
    if (!file->tensors)
        return wrmf_i_fail_memory(err, "the tensors of a model file");
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)file->json, name, value)
    {
        if (strcmp(name, "__metadata__") == 0)
            continue;
        WRMF_I_TRY(read_tensor(file, name, value, &file->tensors[file->n_tensors], err));
        file->n_tensors++;
    }
    return check_spans(file, err);
}

void wrmf_i_safetensors_close(wrmf_i_safetensors *file)
{
    wrmf_i_free(file->allocator, file->tensors, json_object_size(file->json),
                sizeof *file->tensors);
    json_decref(file->json);
    *file = (wrmf_i_safetensors){0};
}

const wrmf_i_tensor *wrmf_i_safetensors_find(const wrmf_i_safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->n_tensors; i++)
        if (strcmp(file->tensors[i].name, name) == 0)
            return &file->tensors[i];
    return NULL;
}

const char *wrmf_i_safetensors_metadata(const wrmf_i_safetensors *file, const char *key)
{
    return json_string_value(json_object_get(json_object_get(file->json, "__metadata__"), key));
}

wrmf_status wrmf_i_safetensors_each(const wrmf_i_safetensors *file, const char *prefix,
                                    wrmf_i_metadata_fn function, void *self, wrmf_error *err)
{
    const size_t length = strlen(prefix);
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(file->json, "__metadata__"), key, value)
    {
        if (strncmp(key, prefix, length) == 0)
            WRMF_I_TRY(function(self, key + length, json_string_value(value), err));
    }
    return WRMF_OK;
}

bool wrmf_i_safetensors_checksum(const wrmf_i_safetensors *file, uint64_t *checksum)
{
    return wrmf_i_checksum_metadata(json_object_get(file->json, "__metadata__"), file->allocator,
                                    checksum);
}

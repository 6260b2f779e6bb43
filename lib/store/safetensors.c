/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/safetensors.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

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
    {"I32", WRMF_I_DTYPE_OTHER, 4}, {"U32", WRMF_I_DTYPE_OTHER, 4},
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

/* Parse the header of a file, which is in memory as a whole. */
static wrmf_status parse(wrmf_i_safetensors *file, const unsigned char *all, size_t bytes,
                         wrmf_error *err)
{
    if (bytes < WRMF_I_SAFETENSORS_PREFIX)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "the file has %zu bytes: no safetensors header",
                           bytes);
    uint64_t length = 0;
    for (int i = WRMF_I_SAFETENSORS_PREFIX - 1; i >= 0; i--)
        length = length << 8 | all[i];
    if (length > WRMF_I_SAFETENSORS_HEADER_MAX || length > bytes - WRMF_I_SAFETENSORS_PREFIX)
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "the header is said to have %llu bytes: no safetensors file, or cut off",
                           (unsigned long long)length);
    const char *const text = (const char *)all + WRMF_I_SAFETENSORS_PREFIX;
    json_error_t error;
    file->json = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &error);
    if (!file->json && json_error_code(&error) == json_error_out_of_memory)
        return wrmf_i_fail_memory(err, "the header of a model file");
    if (!file->json)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "header, byte %d: %s", error.position, error.text);
    if (text[0] != '{' || !json_is_object((json_t *)file->json))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "the header is no JSON object");
    file->data = all + WRMF_I_SAFETENSORS_PREFIX + length;
    file->data_bytes = bytes - WRMF_I_SAFETENSORS_PREFIX - (size_t)length;
    return check_metadata(json_object_get(file->json, "__metadata__"), err);
}

wrmf_status wrmf_i_safetensors_open(wrmf_i_safetensors *file, const wrmf_i_allocator *allocator,
                                    const void *all, size_t bytes, wrmf_error *err)
{
    *file = (wrmf_i_safetensors){.allocator = allocator};
    WRMF_I_TRY(parse(file, all, bytes, err));
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

/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "model/params_table.h"
#include "store/model_file.h"
#include "store/safetensors.h"

/* Compilers make plain loads of these two where the machine is little-endian. */
static uint32_t load32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t load64(const unsigned char *p)
{
    return (uint64_t)load32(p) | (uint64_t)load32(p + 4) << 32;
}

/* ---- what is in the file ---- */

/* Texts, one behind the other, and where each begins among them: both or neither. */
typedef struct text_tensors {
    const wrmf_i_tensor *bytes, *offsets;
} text_tensors;

/* What is in the file, checked before the model is made. Pairs are by side. */
typedef struct plan {
    wrmf_i_safetensors file;
    const wrmf_i_tensor *factors[2];
    const wrmf_i_tensor *integers[2]; /* integer ids, or NULL */
    text_tensors strings[2];          /* string ids, or nothing */
    text_tensors names[2];            /* of ids, or nothing */
    int64_t epochs;
    double statistics[WRMF_I_STAT_COUNT];
} plan;

static const unsigned char *data_of(const plan *all, const wrmf_i_tensor *tensor)
{
    return all->file.data + tensor->begin;
}

/* Element i of a tensor of 64-bit integers. */
static int64_t integer_at(const plan *all, const wrmf_i_tensor *tensor, int64_t i)
{
    return (int64_t)load64(data_of(all, tensor) + 8 * i);
}

static wrmf_status plan_factors(plan *all, wrmf_error *err)
{
    for (int side = 0; side < 2; side++) {
        const char *const name = wrmf_i_tensor_names_of[side].factors;
        const wrmf_i_tensor *const tensor = wrmf_i_safetensors_find(&all->file, name);
        if (!tensor)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "there is no tensor \"%s\"", name);
        if (tensor->dtype != WRMF_I_DTYPE_F32 && tensor->dtype != WRMF_I_DTYPE_F64)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": dtype is not F32 or F64", name);
        if (tensor->dimensions != 2 || tensor->shape[0] > INT32_MAX)
            return wrmf_i_fail(err, WRMF_E_FORMAT,
                               "tensor \"%s\": shape is not [rows, factors] with at most 2^31 - 1 "
                               "rows",
                               name);
        all->factors[side] = tensor;
    }
    const wrmf_i_tensor *const users = all->factors[0], *const items = all->factors[1];
    if (users->shape[1] != items->shape[1] || users->dtype != items->dtype)
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "user_factors and item_factors differ in factors or in dtype");
    return WRMF_OK;
}

/* Check that offsets ascend from 0 to the number of bytes, and that no text has a NUL or, unless
 * that is allowed, is empty. */
static wrmf_status check_texts(const plan *all, const text_tensors *texts, int64_t rows,
                               bool may_be_empty, wrmf_error *err)
{
    const char *const name = texts->offsets->name;
    const int64_t bytes = texts->bytes->shape[0];
    if (integer_at(all, texts->offsets, 0) != 0 || integer_at(all, texts->offsets, rows) != bytes)
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "tensor \"%s\": it does not go from 0 to the %lld bytes of \"%s\"", name,
                           (long long)bytes, texts->bytes->name);
    for (int64_t i = 0, before = 0; i < rows; i++) {
        const int64_t next = integer_at(all, texts->offsets, i + 1);
        if (next < before || next > bytes || (next == before && !may_be_empty) ||
            next - before > INT32_MAX)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": [%lld] is %lld behind %lld",
                               name, (long long)i + 1, (long long)next, (long long)before);
        if (memchr(data_of(all, texts->bytes) + before, 0, (size_t)(next - before)))
            return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": text %lld holds a NUL",
                               texts->bytes->name, (long long)i);
        before = next;
    }
    return WRMF_OK;
}

/* Find a tensor of one dimension; *out becomes NULL if there is none. A length below 0 is any. */
static wrmf_status plan_vector(const plan *all, const char *name, wrmf_i_dtype dtype,
                               int64_t length, const wrmf_i_tensor **out, wrmf_error *err)
{
    *out = wrmf_i_safetensors_find(&all->file, name);
    if (!*out)
        return WRMF_OK;
    if ((*out)->dtype != dtype || (*out)->dimensions != 1)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": not of type %s and one dimension",
                           name, dtype == WRMF_I_DTYPE_U8 ? "U8" : "I64");
    if (length >= 0 && (*out)->shape[0] != length)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": its length is %lld, not %lld", name,
                           (long long)(*out)->shape[0], (long long)length);
    return WRMF_OK;
}

static wrmf_status plan_texts(const plan *all, const char *bytes, const char *offsets, int64_t rows,
                              bool may_be_empty, text_tensors *out, wrmf_error *err)
{
    WRMF_I_TRY(plan_vector(all, bytes, WRMF_I_DTYPE_U8, -1, &out->bytes, err));
    WRMF_I_TRY(plan_vector(all, offsets, WRMF_I_DTYPE_I64, rows + 1, &out->offsets, err));
    if (!out->bytes != !out->offsets)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "there is a tensor \"%s\", but no \"%s\"",
                           out->bytes ? bytes : offsets, out->bytes ? offsets : bytes);
    return out->bytes ? check_texts(all, out, rows, may_be_empty, err) : WRMF_OK;
}

static wrmf_status plan_ids(plan *all, int side, wrmf_error *err)
{
    const wrmf_i_tensor_names *const names = &wrmf_i_tensor_names_of[side];
    const int64_t rows = all->factors[side]->shape[0];
    text_tensors *const strings = &all->strings[side];
    WRMF_I_TRY(plan_vector(all, names->ids, WRMF_I_DTYPE_I64, rows, &all->integers[side], err));
    WRMF_I_TRY(plan_texts(all, names->ids_bytes, names->ids_offsets, rows, false, strings, err));
    WRMF_I_TRY(plan_texts(all, names->names_bytes, names->names_offsets, rows, true,
                          &all->names[side], err));
    if (all->integers[side] && strings->bytes)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "there are both \"%s\" and \"%s\"", names->ids,
                           names->ids_bytes);
    if (all->names[side].bytes && !all->integers[side] && !strings->bytes)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "there is a tensor \"%s\", but no ids",
                           names->names_bytes);
    const char *const kind = wrmf_i_safetensors_metadata(&all->file, names->ids);
    const char *const found = all->integers[side] ? "integer" : strings->bytes ? "string" : NULL;
    if (kind && (!found || strcmp(kind, found) != 0))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: %s is \"%.40s\", the tensors are %s",
                           names->ids, kind, found ? found : "missing");
    return WRMF_OK;
}

/* ---- metadata ---- */

static wrmf_status check_version(const plan *all, wrmf_error *err)
{
    const char *const text = wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_VERSION);
    int64_t version;
    if (!text)
        return WRMF_OK;
    if (!wrmf_i_number_parse_int(text, strlen(text), &version) || version < 1)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: %s is \"%.40s\", no version",
                           WRMF_I_KEY_VERSION, text);
    if (version > WRMF_I_FILE_VERSION)
        return wrmf_i_fail(err, WRMF_E_UNSUPPORTED,
                           "the file is of format version %lld; this library reads up to %d",
                           (long long)version, WRMF_I_FILE_VERSION);
    return WRMF_OK;
}

static bool parse_statistic(const char *text, double *out)
{
    if (strcmp(text, "nan") == 0)
        *out = (double)NAN;
    else if (strcmp(text, "inf") == 0)
        *out = (double)INFINITY;
    else
        return wrmf_i_number_parse_real(text, strlen(text), out) && *out >= 0;
    return true;
}

static wrmf_status read_counts(plan *all, wrmf_error *err)
{
    const char *text = wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_EPOCHS);
    if (text && (!wrmf_i_number_parse_int(text, strlen(text), &all->epochs) || all->epochs < 0))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: epochs is \"%.40s\", no count", text);
    for (int i = 0; i < WRMF_I_STAT_COUNT; i++) {
        text = wrmf_i_safetensors_metadata(&all->file, wrmf_i_statistic_keys[i]);
        if (text && !parse_statistic(text, &all->statistics[i]))
            return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: %s is \"%.40s\", no number >= 0",
                               wrmf_i_statistic_keys[i], text);
    }
    return WRMF_OK;
}

static wrmf_status set_factors(const plan *all, wrmf_i_value *values, wrmf_error *err)
{
    wrmf_error inner;
    const int64_t precision = all->factors[0]->dtype == WRMF_I_DTYPE_F32 ? WRMF_PRECISION_FLOAT32
                                                                         : WRMF_PRECISION_FLOAT64;
    values[WRMF_PARAM_PRECISION - 1].integer = precision;
    if (wrmf_i_params_set_int(values, wrmf_i_param_row_get(WRMF_PARAM_FACTORS),
                              all->factors[0]->shape[1], &inner) != WRMF_OK)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"user_factors\": %s", inner.text);
    return WRMF_OK;
}

/* Read the parameters. Those that the metadata do not give have their defaults: files of other
 * tools give none, and files of earlier versions lack later parameters. Other tools may use our
 * names for something else, so the metadata are looked at only where they have our version. */
static wrmf_status read_params(const plan *all, wrmf_i_value *values, wrmf_error *err)
{
    wrmf_i_params_defaults(values);
    WRMF_I_TRY(set_factors(all, values, err));
    if (!wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_VERSION))
        return WRMF_OK;
    const wrmf_i_value factors = values[WRMF_PARAM_FACTORS - 1];
    const wrmf_i_value precision = values[WRMF_PARAM_PRECISION - 1];
    for (int i = 0; i < WRMF_I_PARAM_COUNT; i++) {
        const char *const name = wrmf_i_param_table[i].name;
        const char *const text = wrmf_i_safetensors_metadata(&all->file, name);
        wrmf_error inner;
        if (text && wrmf_i_params_set_text(values, name, text, &inner) != WRMF_OK)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: %s", inner.text);
    }
    if (values[WRMF_PARAM_FACTORS - 1].integer != factors.integer ||
        values[WRMF_PARAM_PRECISION - 1].integer != precision.integer)
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "__metadata__: factors or precision are not those of the tensors");
    return WRMF_OK;
}

/* ---- filling the model ---- */

static wrmf_status fill_factors(const plan *all, wrmf_model *model, int side, wrmf_error *err)
{
    const unsigned char *from = data_of(all, all->factors[side]);
    for (int64_t row = 0; row < model->rows[side]; row++) {
        for (int64_t k = 0; k < model->factors; k++) {
            const int64_t at = row * model->stride + k;
            bool finite;
            if (model->bits == 32) {
                float *const number = (float *)model->data[side] + at;
                const uint32_t bits = load32(from);
                memcpy(number, &bits, sizeof bits);
                finite = isfinite(*number);
            } else {
                double *const number = (double *)model->data[side] + at;
                const uint64_t bits = load64(from);
                memcpy(number, &bits, sizeof bits);
                finite = isfinite(*number);
            }
            if (!finite)
                return wrmf_i_fail(err, WRMF_E_NONFINITE,
                                   "tensor \"%s\": row %lld, column %lld is not finite",
                                   all->factors[side]->name, (long long)row, (long long)k);
            from += wrmf_i_model_number_bytes(model);
        }
    }
    return WRMF_OK;
}

static const char *text_at(const plan *all, const text_tensors *texts, int64_t i, size_t *length)
{
    const int64_t begin = integer_at(all, texts->offsets, i);
    *length = (size_t)(integer_at(all, texts->offsets, i + 1) - begin);
    return (const char *)data_of(all, texts->bytes) + begin;
}

static wrmf_status fill_ids(const plan *all, wrmf_model *model, int side, wrmf_error *err)
{
    const wrmf_i_tensor *const integers = all->integers[side];
    const text_tensors *const strings = &all->strings[side], *const names = &all->names[side];
    if (!integers && !strings->bytes)
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_ids_new(model->context, integers ? WRMF_IDS_INTEGER : WRMF_IDS_STRING,
                              &model->ids[side], err));
    wrmf_ids *const ids = model->ids[side];
    for (int64_t i = 0; i < model->rows[side]; i++) {
        int64_t index;
        size_t length;
        if (integers) {
            WRMF_I_TRY(wrmf_i_ids_add_integer(ids, integer_at(all, integers, i), &index, err));
        } else {
            const char *const id = text_at(all, strings, i, &length);
            WRMF_I_TRY(wrmf_i_ids_add_string(ids, id, length, &index, err));
        }
        if (index != i)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "%s[%lld] is the same as [%lld]",
                               wrmf_i_tensor_names_of[side].ids, (long long)i, (long long)index);
        const char *const name = names->bytes ? text_at(all, names, i, &length) : NULL;
        if (name && length > 0)
            WRMF_I_TRY(wrmf_i_ids_set_name(ids, i, name, length, err));
    }
    return WRMF_OK;
}

static wrmf_status fill_note(void *self, const char *key, const char *value, wrmf_error *err)
{
    wrmf_model *const model = self;
    wrmf_error inner;
    const wrmf_status status =
        wrmf_i_notes_set(&model->notes, &model->context->allocator, key, value, &inner);
    if (status == WRMF_OK || status == WRMF_E_NOMEM)
        return status == WRMF_OK ? WRMF_OK : wrmf_i_fail(err, status, "%s", inner.text);
    return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: %s", inner.text);
}

static wrmf_status fill_notes(const plan *all, wrmf_model *model, wrmf_error *err)
{
    if (!wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_VERSION))
        return WRMF_OK;
    return wrmf_i_safetensors_each(&all->file, WRMF_I_NOTE_PREFIX, fill_note, model, err);
}

static wrmf_status make(wrmf_context *context, const plan *all, wrmf_model **out, wrmf_error *err)
{
    wrmf_params params = {.context = context};
    WRMF_I_TRY(read_params(all, params.values, err));
    wrmf_model *model;
    WRMF_I_TRY(wrmf_i_model_new(context, all->factors[0]->shape[0], all->factors[1]->shape[0],
                                &params, &model, err));
    model->epochs = all->epochs;
    memcpy(model->statistics, all->statistics, sizeof model->statistics);
    wrmf_status status = fill_notes(all, model, err);
    for (int side = 0; side < 2 && status == WRMF_OK; side++) {
        status = fill_factors(all, model, side, err);
        if (status == WRMF_OK)
            status = fill_ids(all, model, side, err);
    }
    if (status == WRMF_OK)
        *out = model;
    else
        wrmf_i_model_free(model);
    return status;
}

static wrmf_status read_plan(plan *all, wrmf_error *err)
{
    WRMF_I_TRY(check_version(all, err));
    WRMF_I_TRY(plan_factors(all, err));
    if (wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_VERSION))
        WRMF_I_TRY(read_counts(all, err));
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(plan_ids(all, side, err));
    return WRMF_OK;
}

wrmf_status wrmf_i_model_read_memory(wrmf_context *context, const void *data, size_t bytes,
                                     wrmf_model **out, wrmf_error *err)
{
    plan all = {.epochs = 0};
    wrmf_status status = wrmf_i_safetensors_open(&all.file, &context->allocator, data, bytes, err);
    if (status == WRMF_OK)
        status = read_plan(&all, err);
    if (status == WRMF_OK)
        status = make(context, &all, out, err);
    wrmf_i_safetensors_close(&all.file);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "model/params_table.h"
#include "store/checksum.h"
#include "store/little_endian.h"
#include "store/model_plan.h"

typedef wrmf_i_model_plan plan;

/* ---- parameters ---- */

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
 * names for something else, so the metadata are looked at only where they have our version. Epochs
 * were plain before there was a parameter that says so. */
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
    if (!wrmf_i_safetensors_metadata(&all->file, "relaxation"))
        values[WRMF_PARAM_RELAXATION - 1].real = 1;
    if (values[WRMF_PARAM_FACTORS - 1].integer != factors.integer ||
        values[WRMF_PARAM_PRECISION - 1].integer != precision.integer)
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "__metadata__: factors or precision are not those of the tensors");
    return WRMF_OK;
}

/* ---- filling the model ---- */

/* Copy numbers of a block into a row; the number of those in front of the first that is not finite.
 */
static int64_t copy_finite(int bits, const unsigned char *from, void *row, int64_t first, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        bool finite;
        if (bits == 32) {
            float *const number = (float *)row + first + i;
            const uint32_t word = wrmf_i_load32(from + 4 * i);
            memcpy(number, &word, sizeof word);
            finite = isfinite(*number);
        } else {
            double *const number = (double *)row + first + i;
            const uint64_t word = wrmf_i_load64(from + 8 * i);
            memcpy(number, &word, sizeof word);
            finite = isfinite(*number);
        }
        if (!finite)
            return i;
    }
    return n;
}

/* Copy a block of numbers, of which the first is number `at` of the side. */
static wrmf_status fill_block(const wrmf_model *model, const char *tensor, void *rows,
                              const unsigned char *block, size_t bytes, int64_t at, wrmf_error *err)
{
    const size_t size = wrmf_i_model_number_bytes(model);
    const int64_t end = at + (int64_t)(bytes / size);
    while (at < end) {
        const int64_t row = at / model->factors, column = at % model->factors;
        const int64_t left = model->factors - column, n = end - at < left ? end - at : left;
        char *const to = (char *)rows + (size_t)row * (size_t)model->stride * size;
        const int64_t good = copy_finite(model->bits, block, to, column, n);
        if (good < n)
            return wrmf_i_fail(err, WRMF_E_NONFINITE,
                               "tensor \"%s\": row %lld, column %lld is not finite", tensor,
                               (long long)row, (long long)(column + good));
        block += (size_t)n * size;
        at += n;
    }
    return WRMF_OK;
}

/* Read a tensor of factors into padded rows, by blocks. */
static wrmf_status fill_rows(const plan *all, const wrmf_model *model, const wrmf_i_tensor *tensor,
                             void *rows, unsigned char *scratch, wrmf_error *err)
{
    const wrmf_i_source *const source = all->file.source;
    const size_t size = wrmf_i_model_number_bytes(model);
    uint64_t checksum = 0;
    for (size_t at = tensor->begin; at < tensor->end; at += WRMF_I_CHECKSUM_BLOCK) {
        const size_t left = tensor->end - at;
        const size_t bytes = left < WRMF_I_CHECKSUM_BLOCK ? left : WRMF_I_CHECKSUM_BLOCK;
        const size_t offset = all->file.data_begin + at;
        if (!source->memory)
            WRMF_I_TRY(wrmf_i_source_read(source, offset, scratch, bytes, err));
        const unsigned char *const block = source->memory ? source->memory + offset : scratch;
        const int64_t first = (int64_t)((at - tensor->begin) / size);
        WRMF_I_TRY(fill_block(model, tensor->name, rows, block, bytes, first, err));
        checksum = wrmf_i_checksum_block(checksum, block, bytes);
    }
    return wrmf_i_model_plan_checksum(all, tensor->name, checksum, err);
}

/* Read the rows that the model carries, if it does. */
static wrmf_status fill_carried(const plan *all, wrmf_model *model, unsigned char *scratch,
                                wrmf_error *err)
{
    if (!all->carried)
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_model_carried_alloc(model, err));
    const size_t numbers = (size_t)model->rows[WRMF_ITEMS] * (size_t)model->stride;
    memset(model->carried, 0, numbers * wrmf_i_model_number_bytes(model));
    WRMF_I_TRY(fill_rows(all, model, all->carried, model->carried, scratch, err));
    model->carries = true;
    return WRMF_OK;
}

static const char *text_at(const wrmf_i_text_tensors *texts, int64_t i, size_t *length)
{
    const int64_t begin = wrmf_i_vector_integer(&texts->offsets, i);
    *length = (size_t)(wrmf_i_vector_integer(&texts->offsets, i + 1) - begin);
    return (const char *)texts->bytes.piece.data + begin;
}

static wrmf_status fill_ids(const plan *all, wrmf_model *model, int side, wrmf_error *err)
{
    const wrmf_i_vector *const integers = &all->integers[side];
    const bool whole_numbers = integers->tensor;
    const wrmf_i_text_tensors *const strings = &all->strings[side];
    const wrmf_i_text_tensors *const names = &all->names[side];
    if (!whole_numbers && !strings->bytes.tensor)
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_ids_new(model->context, whole_numbers ? WRMF_IDS_INTEGER : WRMF_IDS_STRING,
                              &model->ids[side], err));
    wrmf_ids *const ids = model->ids[side];
    for (int64_t i = 0; i < model->rows[side]; i++) {
        int64_t index;
        size_t length;
        if (whole_numbers) {
            WRMF_I_TRY(
                wrmf_i_ids_add_integer(ids, wrmf_i_vector_integer(integers, i), &index, err));
        } else {
            const char *const id = text_at(strings, i, &length);
            WRMF_I_TRY(wrmf_i_ids_add_string(ids, id, length, &index, err));
        }
        if (index != i)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "%s[%lld] is the same as [%lld]",
                               wrmf_i_tensor_names_of[side].ids, (long long)i, (long long)index);
        const char *const name = names->bytes.tensor ? text_at(names, i, &length) : NULL;
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
    unsigned char *const scratch =
        wrmf_i_alloc(&context->allocator, WRMF_I_CHECKSUM_BLOCK, sizeof *scratch);
    if (!scratch)
        status = wrmf_i_fail_memory(err, "reading a model");
    for (int side = 0; side < 2 && status == WRMF_OK; side++) {
        status = fill_rows(all, model, all->factors[side], model->data[side], scratch, err);
        if (status == WRMF_OK)
            status = fill_ids(all, model, side, err);
    }
    if (status == WRMF_OK)
        status = fill_carried(all, model, scratch, err);
    wrmf_i_free(&context->allocator, scratch, WRMF_I_CHECKSUM_BLOCK, sizeof *scratch);
    if (status == WRMF_OK)
        *out = model;
    else
        wrmf_i_model_free(model);
    return status;
}

wrmf_status wrmf_i_model_read_source(wrmf_context *context, const wrmf_i_source *source,
                                     wrmf_model **out, wrmf_error *err)
{
    plan all;
    wrmf_status status = wrmf_i_model_plan_open(&all, &context->allocator, source, err);
    if (status == WRMF_OK)
        status = make(context, &all, out, err);
    wrmf_i_model_plan_close(&all);
    return status;
}

wrmf_status wrmf_i_model_read_memory(wrmf_context *context, const void *data, size_t bytes,
                                     wrmf_model **out, wrmf_error *err)
{
    const wrmf_i_source source = {.memory = data, .fd = -1, .bytes = bytes};
    return wrmf_i_model_read_source(context, &source, out, err);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/model_make.h"

#include <math.h>
#include <string.h>

#include "model/params_table.h"
#include "store/checksum.h"
#include "store/little_endian.h"

typedef wrmf_i_model_plan plan;

/* ---- parameters ---- */

static wrmf_status set_factors(const plan *all, wrmf_i_value *values, wrmf_error *err)
{
    wrmf_error inner;
    const int64_t precision = all->factors[0]->dtype == WRMF_I_DTYPE_F32 ? WRMF_PRECISION_FLOAT32
                                                                         : WRMF_PRECISION_FLOAT64;
    values[WRMF_PARAM_PRECISION - 1].integer = precision;
    const int64_t factors = all->columns - (all->biases ? WRMF_I_BIAS_COLUMNS : 0);
    if (wrmf_i_params_set_int(values, wrmf_i_param_row_get(WRMF_PARAM_FACTORS), factors, &inner) !=
        WRMF_OK)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"user_factors\": %s", inner.text);
    if (all->columns > WRMF_I_MAX_FACTORS)
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "tensor \"user_factors\": rows of %lld numbers are too long",
                           (long long)all->columns);
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
    if ((values[WRMF_PARAM_BIASES - 1].integer != 0) != all->biases)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: biases is neither \"0\" nor \"1\"");
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

/* Copy a block of numbers of a tensor of factors, of which the first is number `at`. */
static wrmf_status fill_block(const wrmf_model *model, const wrmf_i_tensor *tensor, void *rows,
                              const unsigned char *block, size_t bytes, int64_t at, wrmf_error *err)
{
    const size_t size = wrmf_i_model_number_bytes(model);
    const int64_t end = at + (int64_t)(bytes / size), columns = tensor->shape[1];
    while (at < end) {
        const int64_t row = at / columns, column = at % columns;
        const int64_t left = columns - column, n = end - at < left ? end - at : left;
        char *const to = (char *)rows + (size_t)row * (size_t)model->stride * size;
        const int64_t good = copy_finite(model->bits, block, to, column, n);
        if (good < n)
            return wrmf_i_fail(err, WRMF_E_NONFINITE,
                               "tensor \"%s\": row %lld, column %lld is not finite", tensor->name,
                               (long long)row, (long long)(column + good));
        block += (size_t)n * size;
        at += n;
    }
    return WRMF_OK;
}

/* What pads the rows of a mappable file is zero, as that of a model is. */
static wrmf_status check_padding(const wrmf_i_tensor *tensor, const wrmf_i_factors *rows,
                                 wrmf_error *err)
{
    double row[WRMF_I_MAX_FACTORS];
    wrmf_i_factors whole = *rows;
    whole.factors = tensor->shape[1];
    for (int64_t i = 0; i < rows->n && whole.factors > rows->factors; i++) {
        wrmf_i_factors_get_row(&whole, i, row);
        for (int64_t k = rows->factors; k < whole.factors; k++)
            if (row[k] < 0 || row[k] > 0)
                return wrmf_i_fail(err, WRMF_E_FORMAT,
                                   "tensor \"%s\": row %lld, column %lld, behind the factors, is "
                                   "not 0",
                                   tensor->name, (long long)i, (long long)k);
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
        WRMF_I_TRY(fill_block(model, tensor, rows, block, bytes, first, err));
        checksum = wrmf_i_checksum_block(checksum, block, bytes);
    }
    const wrmf_i_factors view = {rows, model->bits, tensor->shape[0], model->factors,
                                 model->stride};
    WRMF_I_TRY(wrmf_i_model_plan_checksum(all, tensor->name, checksum, err));
    return check_padding(tensor, &view, err);
}

static wrmf_status check_finite(const wrmf_i_tensor *tensor, const wrmf_i_factors *rows,
                                wrmf_error *err)
{
    double row[WRMF_I_MAX_FACTORS];
    for (int64_t i = 0; i < rows->n; i++) {
        wrmf_i_factors_get_row(rows, i, row);
        for (int64_t k = 0; k < rows->factors; k++)
            if (!isfinite(row[k]))
                return wrmf_i_fail(err, WRMF_E_NONFINITE,
                                   "tensor \"%s\": row %lld, column %lld is not finite",
                                   tensor->name, (long long)i, (long long)k);
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_model_check_rows(const wrmf_i_model_plan *all, const wrmf_i_tensor *tensor,
                                    const wrmf_i_factors *view, wrmf_error *err)
{
    WRMF_I_TRY(check_finite(tensor, view, err));
    WRMF_I_TRY(wrmf_i_model_plan_checksum(
        all, tensor->name, wrmf_i_checksum(view->data, tensor->end - tensor->begin), err));
    return check_padding(tensor, view, err);
}

/* Zeros behind the factors, where the file does not have them. */
static void clear_rows(const wrmf_model *model, int side, void *rows)
{
    memset(rows, 0,
           (size_t)model->rows[side] * (size_t)model->stride * wrmf_i_model_number_bytes(model));
}

static wrmf_status read_rows(const plan *all, wrmf_model *model, unsigned char *scratch,
                             wrmf_error *err)
{
    for (int side = 0; side < 2; side++) {
        WRMF_I_TRY(wrmf_i_model_alloc_rows(model, side, err));
        clear_rows(model, side, model->data[side]);
        WRMF_I_TRY(fill_rows(all, model, all->factors[side], model->data[side], scratch, err));
    }
    if (!all->carried)
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_model_carried_alloc(model, err));
    clear_rows(model, WRMF_ITEMS, model->carried);
    WRMF_I_TRY(fill_rows(all, model, all->carried, model->carried, scratch, err));
    model->carries = true;
    return WRMF_OK;
}

/* ---- rows in place ---- */

static const unsigned char *bytes_of(const plan *all, const wrmf_i_tensor *tensor)
{
    return all->file.source->memory + all->file.data_begin + tensor->begin;
}

/* Whether rows of the file are laid out as those of a model: then they need not be read. */
static bool can_be_in_place(const plan *all, const wrmf_model *model)
{
    const wrmf_i_tensor *const tensors[] = {all->factors[WRMF_USERS], all->factors[WRMF_ITEMS],
                                            all->carried};
    if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
        return false;
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        if (tensors[i] && (tensors[i]->shape[1] != model->stride ||
                           (uintptr_t)bytes_of(all, tensors[i]) % (size_t)(model->bits / 8) != 0))
            return false;
    return true;
}

static void use_in_place(const plan *all, wrmf_model *model)
{
    for (int side = 0; side < 2; side++)
        model->data[side] = (void *)(uintptr_t)bytes_of(all, all->factors[side]);
    if (all->carried)
        model->carried = (void *)(uintptr_t)bytes_of(all, all->carried);
    model->carries = all->carried;
    model->in_place = true;
    for (int side = 0; side < 2; side++)
        for (int part = 0; part < WRMF_I_SERVED_PARTS; part++) {
            const wrmf_i_tensor *const tensor = all->served[side][part];
            if (!tensor || (uintptr_t)bytes_of(all, tensor) % WRMF_I_FILE_ALIGN != 0)
                continue;
            model->served[side].data[part] = bytes_of(all, tensor);
            model->served[side].bytes[part] = tensor->end - tensor->begin;
        }
    for (int side = 0; side < 2; side++) {
        const size_t needed = (size_t)model->rows[side] * sizeof(double);
        if (model->served[side].bytes[WRMF_I_SERVED_SCALES] >= needed && needed > 0)
            wrmf_i_unit_scales_borrow(&model->unit_scales[side],
                                      model->served[side].data[WRMF_I_SERVED_SCALES]);
    }
}

static wrmf_status take_rows(const plan *all, wrmf_model *model, bool maps, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &model->context->allocator;
    if (maps && can_be_in_place(all, model)) {
        use_in_place(all, model);
        return WRMF_OK;
    }
    unsigned char *const scratch = wrmf_i_alloc(allocator, WRMF_I_CHECKSUM_BLOCK, sizeof *scratch);
    if (!scratch)
        return wrmf_i_fail_memory(err, "reading a model");
    const wrmf_status status = read_rows(all, model, scratch, err);
    wrmf_i_free(allocator, scratch, WRMF_I_CHECKSUM_BLOCK, sizeof *scratch);
    return status;
}

/* ---- ids and notes ---- */

static wrmf_status fill_ids(const plan *all, wrmf_model *model, int side, wrmf_error *err)
{
    const wrmf_i_vector *const integers = &all->integers[side];
    const bool whole_numbers = integers->tensor;
    const wrmf_i_text_tensors *const strings = &all->strings[side];
    const wrmf_i_text_tensors *const names = &all->names[side];
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
            const char *const id = wrmf_i_model_plan_text(all, strings, i, &length);
            WRMF_I_TRY(wrmf_i_ids_add_string(ids, id, length, &index, err));
        }
        if (index != i)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "%s[%lld] is the same as [%lld]",
                               wrmf_i_tensor_names_of[side].ids, (long long)i, (long long)index);
        const char *const name =
            names->bytes.tensor ? wrmf_i_model_plan_text(all, names, i, &length) : NULL;
        if (name && length > 0)
            WRMF_I_TRY(wrmf_i_ids_set_name(ids, i, name, length, err));
    }
    return WRMF_OK;
}

static wrmf_status take_ids(const plan *all, wrmf_model *model, int side, wrmf_error *err)
{
    if (!all->integers[side].tensor && !all->strings[side].bytes.tensor)
        return WRMF_OK;
    if (!all->unread)
        return fill_ids(all, model, side, err);
    const wrmf_i_ids_stored stored = wrmf_i_model_plan_stored(all, side);
    return wrmf_i_ids_new_stored(model->context, &stored, &model->ids[side], err);
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

/* ---- all of it ---- */

wrmf_status wrmf_i_model_make(wrmf_context *context, const wrmf_i_model_plan *all, bool maps,
                              wrmf_model **out, wrmf_error *err)
{
    wrmf_params params = {.context = context};
    WRMF_I_TRY(read_params(all, params.values, err));
    wrmf_model *model;
    WRMF_I_TRY(wrmf_i_model_new_bare(context, all->factors[0]->shape[0], all->factors[1]->shape[0],
                                     &params, &model, err));
    model->epochs = all->epochs;
    model->drawn = all->drawn;
    model->mean = all->mean;
    memcpy(model->statistics, all->statistics, sizeof model->statistics);
    wrmf_status status = fill_notes(all, model, err);
    if (status == WRMF_OK)
        status = take_rows(all, model, maps, err);
    for (int side = 0; side < 2 && status == WRMF_OK; side++)
        status = take_ids(all, model, side, err);
    if (status == WRMF_OK)
        *out = model;
    else
        wrmf_i_model_free(model);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/model_plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "store/checksum.h"
#include "store/little_endian.h"

/* ---- tensors ---- */

int64_t wrmf_i_vector_integer(const wrmf_i_vector *vector, int64_t i)
{
    return (int64_t)wrmf_i_load64(vector->piece.data + 8 * i);
}

static wrmf_status plan_factors(wrmf_i_model_plan *all, wrmf_error *err)
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
    all->columns = users->shape[1];
    return WRMF_OK;
}

/* Whether rows have the columns of biases, which the metadata say. */
static wrmf_status plan_biases(wrmf_i_model_plan *all, wrmf_error *err)
{
    const char *const asked = wrmf_i_safetensors_metadata(&all->file, "biases");
    const char *const text = wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_MEAN);
    if (!wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_VERSION) || !asked ||
        strcmp(asked, "1") != 0)
        return WRMF_OK;
    all->biases = true;
    if (!text || !wrmf_i_number_parse_real(text, strlen(text), &all->mean) ||
        !wrmf_i_is_finite_in(all->factors[0]->dtype == WRMF_I_DTYPE_F32 ? 32 : 64, all->mean))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: mean is \"%.40s\", no finite number",
                           text ? text : "");
    return WRMF_OK;
}

/* In a mappable file rows are padded, and the metadata say how many factors they have. */
static wrmf_status plan_columns(wrmf_i_model_plan *all, wrmf_error *err)
{
    const char *const text = wrmf_i_safetensors_metadata(&all->file, "factors");
    const int64_t width = all->columns;
    int64_t factors;
    WRMF_I_TRY(plan_biases(all, err));
    if (!all->mappable)
        return WRMF_OK;
    const bool is_number = text && wrmf_i_number_parse_int(text, strlen(text), &factors) &&
                           factors >= 1 && factors <= WRMF_I_MAX_FACTORS;
    all->columns = is_number ? factors + (all->biases ? WRMF_I_BIAS_COLUMNS : 0) : 0;
    if (!is_number || all->columns > WRMF_I_MAX_FACTORS ||
        wrmf_i_padded_width(all->columns) != width)
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "tensor \"user_factors\": rows of %lld numbers are not those of %.40s "
                           "factors, padded",
                           (long long)width, text ? text : "unknown");
    return WRMF_OK;
}

/* Rows that epochs go on from are the library's own: a tensor of that name in other files is not.
 */
static wrmf_status plan_carried(wrmf_i_model_plan *all, wrmf_error *err)
{
    const wrmf_i_tensor *const items = all->factors[WRMF_ITEMS];
    const wrmf_i_tensor *const carried = wrmf_i_safetensors_find(&all->file, WRMF_I_TENSOR_CARRIED);
    if (!carried)
        return WRMF_OK;
    if (carried->dtype != items->dtype || carried->dimensions != 2 ||
        carried->shape[0] != items->shape[0] || carried->shape[1] != items->shape[1])
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "tensor \"%s\": not of the shape and type of \"item_factors\"",
                           WRMF_I_TENSOR_CARRIED);
    all->carried = carried;
    return WRMF_OK;
}

/* Check that offsets ascend from 0 to the number of bytes, and that no text has a NUL, but for the
 * one that `ends` each, or, unless that is allowed, is empty. */
static wrmf_status check_texts(const wrmf_i_text_tensors *texts, int64_t rows, bool may_be_empty,
                               int64_t ends, wrmf_error *err)
{
    const wrmf_i_vector *const offsets = &texts->offsets;
    const char *const name = offsets->tensor->name, *const of = texts->bytes.tensor->name;
    const int64_t bytes = texts->bytes.tensor->shape[0];
    if (wrmf_i_vector_integer(offsets, 0) != 0 || wrmf_i_vector_integer(offsets, rows) != bytes)
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "tensor \"%s\": it does not go from 0 to the %lld bytes of \"%s\"", name,
                           (long long)bytes, of);
    for (int64_t i = 0, before = 0; i < rows; i++) {
        const int64_t next = wrmf_i_vector_integer(offsets, i + 1);
        if (next < before || next > bytes || next - before < ends + !may_be_empty ||
            next - before - ends > INT32_MAX)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": [%lld] is %lld behind %lld",
                               name, (long long)i + 1, (long long)next, (long long)before);
        const unsigned char *const text = texts->bytes.piece.data + before;
        const int64_t length = next - before - ends;
        if (memchr(text, 0, (size_t)length))
            return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": text %lld holds a NUL", of,
                               (long long)i);
        if (ends && text[length] != 0)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": text %lld has no NUL behind it",
                               of, (long long)i);
        before = next;
    }
    return WRMF_OK;
}

/* Find a tensor of one dimension, if there is one, and get it. A length below 0 is any. */
static wrmf_status plan_vector(const wrmf_i_model_plan *all, const char *name, wrmf_i_dtype dtype,
                               int64_t length, wrmf_i_vector *out, wrmf_error *err)
{
    const wrmf_i_tensor *const tensor = wrmf_i_safetensors_find(&all->file, name);
    if (!tensor)
        return WRMF_OK;
    if (tensor->dtype != dtype || tensor->dimensions != 1)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": not of type %s and one dimension",
                           name,
                           dtype == WRMF_I_DTYPE_U8    ? "U8"
                           : dtype == WRMF_I_DTYPE_I32 ? "I32"
                                                       : "I64");
    if (length >= 0 && tensor->shape[0] != length)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "tensor \"%s\": its length is %lld, not %lld", name,
                           (long long)tensor->shape[0], (long long)length);
    out->tensor = tensor;
    WRMF_I_TRY(wrmf_i_piece_open(&out->piece, all->file.source, all->file.allocator,
                                 all->file.data_begin + tensor->begin, tensor->end - tensor->begin,
                                 err));
    if (all->unread)
        return WRMF_OK;
    return wrmf_i_model_plan_checksum(all, name, wrmf_i_checksum(out->piece.data, out->piece.bytes),
                                      err);
}

static wrmf_status plan_texts(const wrmf_i_model_plan *all, const char *bytes, const char *offsets,
                              int64_t rows, bool may_be_empty, wrmf_i_text_tensors *out,
                              wrmf_error *err)
{
    WRMF_I_TRY(plan_vector(all, bytes, WRMF_I_DTYPE_U8, -1, &out->bytes, err));
    WRMF_I_TRY(plan_vector(all, offsets, WRMF_I_DTYPE_I64, rows + 1, &out->offsets, err));
    const bool has_bytes = out->bytes.tensor, has_offsets = out->offsets.tensor;
    if (has_bytes != has_offsets)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "there is a tensor \"%s\", but no \"%s\"",
                           has_bytes ? bytes : offsets, has_bytes ? offsets : bytes);
    if (!has_bytes || all->unread)
        return WRMF_OK;
    return check_texts(out, rows, may_be_empty, all->mappable ? 1 : 0, err);
}

/* In a mappable file ids have their order beside them. */
static wrmf_status plan_order(wrmf_i_model_plan *all, int side, wrmf_error *err)
{
    const char *const name = wrmf_i_tensor_names_of[side].order;
    if (!all->mappable || (!all->integers[side].tensor && !all->strings[side].bytes.tensor))
        return WRMF_OK;
    WRMF_I_TRY(plan_vector(all, name, WRMF_I_DTYPE_I32, all->factors[side]->shape[0],
                           &all->order[side], err));
    return all->order[side].tensor
               ? WRMF_OK
               : wrmf_i_fail(err, WRMF_E_FORMAT, "there are ids, but no tensor \"%s\"", name);
}

static wrmf_status plan_ids(wrmf_i_model_plan *all, int side, wrmf_error *err)
{
    const wrmf_i_tensor_names *const names = &wrmf_i_tensor_names_of[side];
    const int64_t rows = all->factors[side]->shape[0];
    wrmf_i_text_tensors *const strings = &all->strings[side];
    WRMF_I_TRY(plan_vector(all, names->ids, WRMF_I_DTYPE_I64, rows, &all->integers[side], err));
    WRMF_I_TRY(plan_texts(all, names->ids_bytes, names->ids_offsets, rows, false, strings, err));
    WRMF_I_TRY(plan_texts(all, names->names_bytes, names->names_offsets, rows, true,
                          &all->names[side], err));
    if (all->integers[side].tensor && strings->bytes.tensor)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "there are both \"%s\" and \"%s\"", names->ids,
                           names->ids_bytes);
    if (all->names[side].bytes.tensor && !all->integers[side].tensor && !strings->bytes.tensor)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "there is a tensor \"%s\", but no ids",
                           names->names_bytes);
    const char *const kind = wrmf_i_safetensors_metadata(&all->file, names->ids);
    const char *const found = all->integers[side].tensor ? "integer"
                              : strings->bytes.tensor    ? "string"
                                                         : NULL;
    if (kind && (!found || strcmp(kind, found) != 0))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: %s is \"%.40s\", the tensors are %s",
                           names->ids, kind, found ? found : "missing");
    return plan_order(all, side, err);
}

const char *wrmf_i_model_plan_text(const wrmf_i_model_plan *plan, const wrmf_i_text_tensors *texts,
                                   int64_t i, size_t *length)
{
    const int64_t begin = wrmf_i_vector_integer(&texts->offsets, i);
    const int64_t end = wrmf_i_vector_integer(&texts->offsets, i + 1) - (plan->mappable ? 1 : 0);
    *length = (size_t)(end - begin);
    return (const char *)texts->bytes.piece.data + begin;
}

static wrmf_i_stored_texts stored_texts(const wrmf_i_text_tensors *texts)
{
    return (wrmf_i_stored_texts){.bytes = (const char *)texts->bytes.piece.data,
                                 .n_bytes = (int64_t)texts->bytes.piece.bytes,
                                 .offsets = texts->offsets.piece.data};
}

wrmf_i_ids_stored wrmf_i_model_plan_stored(const wrmf_i_model_plan *plan, int side)
{
    return (wrmf_i_ids_stored){.n = plan->factors[side]->shape[0],
                               .integers = plan->integers[side].piece.data,
                               .texts = stored_texts(&plan->strings[side]),
                               .names = stored_texts(&plan->names[side]),
                               .order = plan->order[side].piece.data};
}

/* What is of another layout has another name. */
static wrmf_status plan_served(wrmf_i_model_plan *all, int side, wrmf_error *err)
{
    for (int part = 0; part < WRMF_I_SERVED_PARTS && all->mappable; part++) {
        const char *const name = wrmf_i_tensor_names_of[side].served[part];
        const wrmf_i_tensor *const tensor = wrmf_i_safetensors_find(&all->file, name);
        if (tensor && (tensor->dtype != WRMF_I_DTYPE_U8 || tensor->dimensions != 1))
            return wrmf_i_fail(err, WRMF_E_FORMAT,
                               "tensor \"%s\": not of type U8 and one dimension", name);
        all->served[side][part] = tensor;
    }
    return WRMF_OK;
}

/* ---- metadata ---- */

static wrmf_status read_version(wrmf_i_model_plan *all, wrmf_error *err)
{
    const char *const text = wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_VERSION);
    int64_t version;
    if (!text)
        return WRMF_OK;
    if (!wrmf_i_number_parse_int(text, strlen(text), &version) || version < 1)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: %s is \"%.40s\", no version",
                           WRMF_I_KEY_VERSION, text);
    if (version > WRMF_I_FILE_MAPPABLE)
        return wrmf_i_fail(err, WRMF_E_UNSUPPORTED,
                           "the file is of format version %lld; this library reads up to %d",
                           (long long)version, WRMF_I_FILE_MAPPABLE);
    all->mappable = version == WRMF_I_FILE_MAPPABLE;
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

static wrmf_status read_counts(wrmf_i_model_plan *all, wrmf_error *err)
{
    const char *text = wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_EPOCHS);
    if (text && (!wrmf_i_number_parse_int(text, strlen(text), &all->epochs) || all->epochs < 0 ||
                 all->epochs > WRMF_I_EPOCHS_MAX))
        return wrmf_i_fail(err, WRMF_E_FORMAT,
                           "__metadata__: epochs is \"%.40s\", not a count of at most 2^53", text);
    text = wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_DRAWN);
    all->drawn = text && all->epochs == 0;
    for (int i = 0; i < WRMF_I_STAT_COUNT; i++) {
        text = wrmf_i_safetensors_metadata(&all->file, wrmf_i_statistic_keys[i]);
        if (text && !parse_statistic(text, &all->statistics[i]))
            return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: %s is \"%.40s\", no number >= 0",
                               wrmf_i_statistic_keys[i], text);
    }
    return WRMF_OK;
}

/* ---- checksums ---- */

wrmf_status wrmf_i_model_plan_checksum(const wrmf_i_model_plan *plan, const char *tensor,
                                       uint64_t checksum, wrmf_error *err)
{
    char key[64], text[WRMF_I_CHECKSUM_TEXT];
    snprintf(key, sizeof key, "%s%s", WRMF_I_CHECKSUM_PREFIX, tensor);
    const char *const wanted = wrmf_i_safetensors_metadata(&plan->file, key);
    wrmf_i_checksum_print(checksum, text);
    if (!wanted || strcmp(wanted, text) == 0)
        return WRMF_OK;
    return wrmf_i_fail(
        err, WRMF_E_FORMAT,
        "tensor \"%s\": its checksum is %s, not %.40s: it is damaged, or was changed "
        "without its checksum",
        tensor, text, wanted);
}

/* A tensor that has a checksum is there. */
static wrmf_status check_key(void *self, const char *tensor, const char *text, wrmf_error *err)
{
    const wrmf_i_model_plan *const plan = self;
    (void)text;
    if (!wrmf_i_safetensors_metadata(&plan->file, WRMF_I_KEY_CHECKSUM))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "__metadata__: there is a %s%.40s, but no %s",
                           WRMF_I_CHECKSUM_PREFIX, tensor, WRMF_I_KEY_CHECKSUM);
    if (wrmf_i_safetensors_find(&plan->file, tensor))
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_FORMAT, "there is no tensor \"%.40s\", though its checksum is",
                       tensor);
}

static wrmf_status check_metadata(wrmf_i_model_plan *all, wrmf_error *err)
{
    WRMF_I_TRY(wrmf_i_safetensors_each(&all->file, WRMF_I_CHECKSUM_PREFIX, check_key, all, err));
    const char *const wanted = wrmf_i_safetensors_metadata(&all->file, WRMF_I_KEY_CHECKSUM);
    if (!wanted)
        return WRMF_OK;
    uint64_t checksum;
    char text[WRMF_I_CHECKSUM_TEXT];
    if (!wrmf_i_safetensors_checksum(&all->file, &checksum))
        return wrmf_i_fail_memory(err, "the checksum of a model file");
    wrmf_i_checksum_print(checksum, text);
    if (strcmp(wanted, text) == 0)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_FORMAT,
                       "__metadata__: its checksum is %s, not %.40s: it is damaged, or was changed "
                       "without its checksum",
                       text, wanted);
}

/* ---- all of it ---- */

wrmf_status wrmf_i_model_plan_open(wrmf_i_model_plan *plan, const wrmf_i_allocator *allocator,
                                   const wrmf_i_source *source, bool unread, wrmf_error *err)
{
    *plan = (wrmf_i_model_plan){.epochs = 0};
    WRMF_I_TRY(wrmf_i_safetensors_open(&plan->file, allocator, source, err));
    WRMF_I_TRY(read_version(plan, err));
    plan->unread = unread && plan->mappable;
    WRMF_I_TRY(plan_factors(plan, err));
    WRMF_I_TRY(plan_columns(plan, err));
    if (wrmf_i_safetensors_metadata(&plan->file, WRMF_I_KEY_VERSION)) {
        WRMF_I_TRY(plan_carried(plan, err));
        WRMF_I_TRY(read_counts(plan, err));
    }
    WRMF_I_TRY(check_metadata(plan, err));
    for (int side = 0; side < 2; side++) {
        WRMF_I_TRY(plan_ids(plan, side, err));
        WRMF_I_TRY(plan_served(plan, side, err));
    }
    return WRMF_OK;
}

void wrmf_i_model_plan_close(wrmf_i_model_plan *plan)
{
    const wrmf_i_allocator *const allocator = plan->file.allocator;
    for (int side = 0; side < 2; side++) {
        wrmf_i_piece_close(&plan->integers[side].piece, allocator);
        wrmf_i_piece_close(&plan->strings[side].bytes.piece, allocator);
        wrmf_i_piece_close(&plan->strings[side].offsets.piece, allocator);
        wrmf_i_piece_close(&plan->names[side].bytes.piece, allocator);
        wrmf_i_piece_close(&plan->names[side].offsets.piece, allocator);
        wrmf_i_piece_close(&plan->order[side].piece, allocator);
    }
    wrmf_i_safetensors_close(&plan->file);
}

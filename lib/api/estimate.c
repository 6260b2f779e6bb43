/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/estimate.h"

#include <math.h>

#include "als/als.h"
#include "eval/workspace.h"
#include "fit/relaxation.h"
#include "model/params_table.h"
#include "row/row_options.h"
#include "serve/lists.h"
#include "text/reading_size.h"

/* ---- checks ---- */

static wrmf_status check_interval(const char *name, int64_t value, int64_t most, wrmf_error *err)
{
    if (value >= 0 && value <= most)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_RANGE, "%s is %lld, not in 0 .. %lld", name, (long long)value,
                       (long long)most);
}

static wrmf_status check_sizes(const wrmf_sizes *sizes, wrmf_error *err)
{
    if (sizes->struct_size != sizeof *sizes)
        return wrmf_i_fail(err, WRMF_E_RANGE, "struct_size of sizes is %zu, not %zu",
                           sizes->struct_size, sizeof *sizes);
    WRMF_I_TRY(check_interval("users", sizes->users, INT32_MAX, err));
    WRMF_I_TRY(check_interval("items", sizes->items, INT32_MAX, err));
    WRMF_I_TRY(check_interval("entries", sizes->entries, sizes->users * sizes->items, err));
    WRMF_I_TRY(check_interval("longest_user", sizes->longest_user, sizes->items, err));
    WRMF_I_TRY(check_interval("longest_item", sizes->longest_item, sizes->users, err));
    WRMF_I_TRY(check_interval("id_bytes", sizes->id_bytes, INT64_MAX, err));
    return check_interval("list_length", sizes->list_length, INT64_MAX, err);
}

/* ---- sizes ---- */

/* Entries of the longest of n rows, of at most `most` each, where they fall as 1, 1/2, 1/3, ... */
static int64_t longest_of(int64_t entries, int64_t n, int64_t most)
{
    const double euler = 0.5772156649015329;
    if (n == 0 || entries == 0)
        return 0;
    const double longest = ceil((double)entries / (log((double)n) + euler + 1 / (2.0 * (double)n)));
    return longest < (double)most ? (int64_t)longest : most;
}

static wrmf_i_matrix_size size_of(const wrmf_sizes *sizes)
{
    wrmf_i_matrix_size size = {.users = sizes->users,
                               .items = sizes->items,
                               .entries = sizes->entries,
                               .longest = {sizes->longest_user, sizes->longest_item},
                               .has_counts = sizes->has_counts != 0,
                               .has_times = sizes->has_times != 0,
                               .has_dislikes = sizes->has_dislikes != 0};
    if (size.longest[WRMF_USERS] == 0)
        size.longest[WRMF_USERS] = longest_of(size.entries, size.users, size.items);
    if (size.longest[WRMF_ITEMS] == 0)
        size.longest[WRMF_ITEMS] = longest_of(size.entries, size.items, size.users);
    return size;
}

/* A model of the shape that is asked for, with nothing in it. */
static wrmf_model shape_of(const wrmf_sizes *sizes, wrmf_params *params)
{
    const int64_t factors = wrmf_i_params_columns(params);
    const int64_t precision = wrmf_i_params_int(params, WRMF_PARAM_PRECISION);
    return (wrmf_model){.params = params,
                        .rows = {sizes->users, sizes->items},
                        .factors = factors,
                        .biases = wrmf_i_params_int(params, WRMF_PARAM_BIASES) != 0,
                        .stride = wrmf_i_padded_width(factors),
                        .bits = precision == WRMF_PRECISION_FLOAT32 ? 32 : 64};
}

static double row_bytes(const wrmf_model *model, int64_t rows)
{
    return (double)rows * (double)model->stride * (double)wrmf_i_model_number_bytes(model);
}

/* Bytes of a model without its Gram matrices, which the fitter counts, and without carried rows. */
static double model_bytes(const wrmf_model *model)
{
    return (double)sizeof *model + (double)sizeof *model->params +
           row_bytes(model, model->rows[WRMF_USERS]) + row_bytes(model, model->rows[WRMF_ITEMS]);
}

/* Whether the model of a fit carries rows: its last epoch is relaxed, or is not exact. */
static bool carries(const wrmf_model *model, const wrmf_i_relaxation *relaxation, int64_t epochs)
{
    wrmf_i_row_options options;
    const double last = wrmf_i_relaxation_of(relaxation, epochs);
    const bool is_plain = !(last < 1) && !(last > 1);
    wrmf_i_row_options_read(model->params, model->bits, &options);
    if (is_plain)
        options = wrmf_i_row_options_plain(&options);
    return !is_plain || !wrmf_i_row_options_is_exact(&options);
}

/* ---- the work ---- */

static void estimate_fit(const wrmf_context *context, const wrmf_i_matrix_size *size,
                         const wrmf_model *shape, double *model, double *fit)
{
    const int64_t epochs = wrmf_i_params_int(shape->params, WRMF_PARAM_ITERATIONS);
    const double rows = model_bytes(shape), items = row_bytes(shape, shape->rows[WRMF_ITEMS]);
    const wrmf_i_relaxation relaxation = wrmf_i_relaxation_read(shape->params);
    const bool may_carry = !wrmf_i_relaxation_is_plain(&relaxation);
    double making;
    const double kept = wrmf_i_matrix_kept_bytes(context, size, &making);
    const double fitter = wrmf_i_fitter_bytes(context, shape, size->longest);
    *fit = *model = rows;
    if (epochs == 0)
        return; /* nothing is prepared */
    *model += 2 * sizeof(double) * (double)wrmf_i_model_square(shape);
    *model += may_carry && carries(shape, &relaxation, epochs) ? items : 0;
    *fit += (may_carry ? items : 0) + fmax(making, kept + fitter);
}

static double ids_bytes(const wrmf_sizes *sizes)
{
    const double n = (double)sizes->users + (double)sizes->items;
    const double each = n > 0 ? (double)sizes->id_bytes / n : 0;
    return wrmf_i_ids_bytes(sizes->users, each * (double)sizes->users) +
           wrmf_i_ids_bytes(sizes->items, each * (double)sizes->items);
}

static double lists_bytes(const wrmf_context *context, const wrmf_sizes *sizes,
                          const wrmf_model *shape)
{
    const wrmf_i_query query = {.model = shape,
                                .asking = WRMF_USERS,
                                .ranked = WRMF_ITEMS,
                                .length = sizes->list_length > 0 ? sizes->list_length : 10,
                                .similarity = WRMF_SIMILARITY_DOT,
                                .excluded_each = {.n = -1},
                                .candidates_each = {.n = -1}};
    return wrmf_i_lists_bytes(context, &query, sizes->users);
}

static wrmf_status put(int64_t *to, double bytes, wrmf_error *err)
{
    if (!(bytes < 0x1p62 && bytes < (double)SIZE_MAX))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "the work takes more bytes than can be counted");
    *to = (int64_t)bytes;
    return WRMF_OK;
}

static wrmf_status estimate(const wrmf_context *context, const wrmf_sizes *sizes,
                            const wrmf_params *params, wrmf_memory *memory, wrmf_error *err)
{
    wrmf_params own;
    wrmf_i_params_defaults(own.values);
    if (params)
        own = *params;
    const wrmf_i_matrix_size size = size_of(sizes);
    const wrmf_model shape = shape_of(sizes, &own);
    const wrmf_i_table items = wrmf_i_table_of(&shape, WRMF_ITEMS, false);
    wrmf_memory out = {.struct_size = sizeof out};
    double model, fit;
    estimate_fit(context, &size, &shape, &model, &fit);
    const double ids = ids_bytes(sizes);
    WRMF_I_TRY(put(&out.matrix, wrmf_i_matrix_bytes(&size), err));
    WRMF_I_TRY(put(&out.ids, ids, err));
    WRMF_I_TRY(put(&out.read, wrmf_i_reading_bytes(context, &size, ids), err));
    WRMF_I_TRY(put(&out.model, model, err));
    WRMF_I_TRY(put(&out.fit, fit, err));
    WRMF_I_TRY(put(&out.evaluate, wrmf_i_eval_workspace_bytes(context, &shape), err));
    WRMF_I_TRY(put(&out.lists, lists_bytes(context, sizes, &shape), err));
    WRMF_I_TRY(
        put(&out.server, (double)sizeof(wrmf_server) + (double)wrmf_i_sieve_bytes(&items), err));
    *memory = out;
    return WRMF_OK;
}

wrmf_status wrmf_estimate_memory(const wrmf_context *context, const wrmf_sizes *sizes,
                                 const wrmf_params *params, wrmf_memory *memory, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!sizes)
        return wrmf_i_fail_null(err, "sizes");
    if (!memory)
        return wrmf_i_fail_null(err, "memory");
    WRMF_I_TRY(check_sizes(sizes, err));
    if (memory->struct_size != sizeof *memory)
        return wrmf_i_fail(err, WRMF_E_RANGE, "struct_size of memory is %zu, not %zu",
                           memory->struct_size, sizeof *memory);
    return estimate(context, sizes, params, memory, err);
}

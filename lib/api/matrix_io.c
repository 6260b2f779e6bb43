/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/matrix.h"

#include "text/candidates_text.h"
#include "text/delimited.h"
#include "text/lists_text.h"
#include "text/market.h"
#include "text/reader.h"

wrmf_status wrmf_matrix_read_market_zeros(wrmf_context *context, wrmf_input *input,
                                          wrmf_duplicates duplicates, wrmf_zeros zeros,
                                          int64_t *merged, int64_t *dropped, wrmf_matrix **out,
                                          wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!input)
        return wrmf_i_fail_null(err, "input");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if ((int)duplicates < WRMF_DUPLICATES_SUM || (int)duplicates > WRMF_DUPLICATES_REFUSE)
        return wrmf_i_fail(err, WRMF_E_RANGE, "duplicates is %d, none of wrmf_duplicates",
                           (int)duplicates);
    if (zeros != WRMF_ZEROS_REFUSE && zeros != WRMF_ZEROS_DROP)
        return wrmf_i_fail(err, WRMF_E_RANGE, "zeros is %d, none of wrmf_zeros", (int)zeros);
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_input_enter(&call, input, err);
    if (status == WRMF_OK)
        status = wrmf_i_market_read(context, input, duplicates, zeros, merged, dropped, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_read_market(wrmf_context *context, wrmf_input *input,
                                    wrmf_duplicates duplicates, int64_t *merged, wrmf_matrix **out,
                                    wrmf_error *err)
{
    return wrmf_matrix_read_market_zeros(context, input, duplicates, WRMF_ZEROS_REFUSE, merged,
                                         NULL, out, err);
}

wrmf_status wrmf_matrix_write_market(const wrmf_matrix *matrix, wrmf_output *output,
                                     wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!output)
        return wrmf_i_fail_null(err, "output");
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_output_enter(&call, output, err);
    if (status == WRMF_OK)
        status = wrmf_i_market_write(matrix, output, err);
    wrmf_i_call_end(&call);
    return status;
}

/* Check that there is an id for each of `wanted` rows or columns; ids may be NULL. */
static wrmf_status check_ids(const char *name, const wrmf_ids *ids, int64_t wanted,
                             const char *unit, wrmf_error *err)
{
    if (!ids || wrmf_i_ids_size(ids) >= wanted)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_SHAPE, "%s has %lld ids, the matrix has %lld %s", name,
                       (long long)wrmf_i_ids_size(ids), (long long)wanted, unit);
}

wrmf_status wrmf_matrix_write_text(const wrmf_matrix *matrix, const wrmf_ids *users,
                                   const wrmf_ids *items, char delimiter, wrmf_output *output,
                                   wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!output)
        return wrmf_i_fail_null(err, "output");
    if (!wrmf_i_delimiter_valid(delimiter))
        return wrmf_i_fail(err, WRMF_E_RANGE,
                           "delimiter is the byte %d, which cannot stand between fields",
                           delimiter);
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_output_enter(&call, output, err);
    if (status == WRMF_OK && users)
        status = wrmf_i_ids_read_only(&call, users, err);
    if (status == WRMF_OK && items)
        status = wrmf_i_ids_read_only(&call, items, err);
    if (status == WRMF_OK)
        status = check_ids("users", users, matrix->rows, "rows", err);
    if (status == WRMF_OK)
        status = check_ids("items", items, matrix->columns, "columns", err);
    if (status == WRMF_OK)
        status = wrmf_i_delimited_write(matrix, users, items, delimiter, output, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_read_candidates(wrmf_context *context, wrmf_input *input, int64_t users,
                                        int64_t items, int64_t *repeated, wrmf_matrix **positives,
                                        wrmf_matrix **candidates, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!input)
        return wrmf_i_fail_null(err, "input");
    if (!positives)
        return wrmf_i_fail_null(err, "positives");
    if (!candidates)
        return wrmf_i_fail_null(err, "candidates");
    if (users < 0 || users > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "users is %lld, not in 0 .. 2^31 - 1",
                           (long long)users);
    if (items < 0 || items > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "items is %lld, not in 0 .. 2^31 - 1",
                           (long long)items);
    const int64_t shape[2] = {users, items};
    wrmf_matrix *out[2];
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_input_enter(&call, input, err);
    if (status == WRMF_OK)
        status = wrmf_i_candidates_read(context, input, shape, repeated, out, err);
    if (status == WRMF_OK) {
        *positives = out[0];
        *candidates = out[1];
    }
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_read_candidates_ids(wrmf_context *context, wrmf_input *input,
                                            int64_t *repeated, wrmf_matrix **positives,
                                            wrmf_matrix **candidates, wrmf_ids **users,
                                            wrmf_ids **items, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!input)
        return wrmf_i_fail_null(err, "input");
    if (!positives)
        return wrmf_i_fail_null(err, "positives");
    if (!candidates)
        return wrmf_i_fail_null(err, "candidates");
    if (!users)
        return wrmf_i_fail_null(err, "users");
    if (!items)
        return wrmf_i_fail_null(err, "items");
    wrmf_matrix *out[2];
    wrmf_ids *ids[2];
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_input_enter(&call, input, err);
    if (status == WRMF_OK)
        status = wrmf_i_candidates_read_ids(context, input, repeated, out, ids, err);
    if (status == WRMF_OK) {
        *positives = out[0];
        *candidates = out[1];
        *users = ids[0];
        *items = ids[1];
    }
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_read_lists(wrmf_context *context, wrmf_input *input, int64_t *repeated,
                                   int64_t *bare, wrmf_matrix **matrix, wrmf_ids **users,
                                   wrmf_ids **items, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!input)
        return wrmf_i_fail_null(err, "input");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!users)
        return wrmf_i_fail_null(err, "users");
    if (!items)
        return wrmf_i_fail_null(err, "items");
    wrmf_i_lists_read read;
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_input_enter(&call, input, err);
    if (status == WRMF_OK)
        status = wrmf_i_lists_read_text(context, input, &read, err);
    if (status == WRMF_OK) {
        if (repeated)
            *repeated = read.repeated;
        if (bare)
            *bare = read.bare;
        *matrix = read.matrix;
        *users = read.ids[WRMF_USERS];
        *items = read.ids[WRMF_ITEMS];
    }
    wrmf_i_call_end(&call);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/biases.h"

void wrmf_i_biases_clear_row(const wrmf_model *model, wrmf_side side, void *rows, int64_t row)
{
    const double users[2] = {0, 1}, items[2] = {1, model->mean};
    if (model->biases)
        wrmf_i_store_numbers(model->bits, side == WRMF_USERS ? users : items, 2, rows,
                             row * model->stride + model->factors - 2);
}

void wrmf_i_biases_clear(const wrmf_model *model, wrmf_side side, void *rows, int64_t first,
                         int64_t n)
{
    for (int64_t i = first; model->biases && i < first + n; i++)
        wrmf_i_biases_clear_row(model, side, rows, i);
}

wrmf_status wrmf_i_biases_check_rows(const wrmf_model *model, wrmf_side side, int64_t first,
                                     const wrmf_i_factors *rows, wrmf_error *err)
{
    const int64_t one = wrmf_i_biases_one(side, model->factors);
    double row[WRMF_I_MAX_FACTORS];
    for (int64_t i = 0; model->biases && i < rows->n; i++) {
        wrmf_i_factors_get_row(rows, i, row);
        if (row[one] < 1 || row[one] > 1)
            return wrmf_i_fail(err, WRMF_E_RANGE,
                               "row %lld, column %lld is not 1: biases is 1, and it stands beside "
                               "the other side's bias",
                               (long long)(first + i), (long long)one);
    }
    return WRMF_OK;
}

/* Of one buffer of the items' rows. */
static void move_rows(const wrmf_model *model, double by, void *rows)
{
    const int64_t column = model->factors - 1;
    for (int64_t i = 0; i < model->rows[WRMF_ITEMS]; i++) {
        const int64_t at = i * model->stride + column;
        const double now =
            model->bits == 32 ? (double)((const float *)rows)[at] : ((const double *)rows)[at];
        const double moved = now + by;
        wrmf_i_store_numbers(model->bits, &moved, 1, rows, at);
    }
}

void wrmf_i_biases_move_mean(wrmf_model *model, double mean)
{
    move_rows(model, mean - model->mean, model->data[WRMF_ITEMS]);
    if (model->carries)
        move_rows(model, mean - model->mean, model->carried);
    model->mean = mean;
}

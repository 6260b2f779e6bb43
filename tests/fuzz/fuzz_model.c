/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target: model files.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "wrmf/model.h"

static void check_numbers(const wrmf_model *model, wrmf_side side, int64_t rows)
{
    const int64_t factors = wrmf_model_factors(model);
    double *const row = calloc((size_t)factors + 1, sizeof *row);
    HOLDS(row && factors >= 1);
    for (int64_t i = 0; i < rows; i++) {
        HOLDS(wrmf_model_get_rows(model, side, i, 1, row, NULL) == WRMF_OK);
        for (int64_t f = 0; f < factors; f++)
            HOLDS(row[f] - row[f] == 0); /* finite */
    }
    free(row);
}

/* A model that is saved, loaded and saved again must give the same file. */
static void check_round_trip(wrmf_context *context, const wrmf_model *model)
{
    fuzz_sink first = {NULL, 0, 0}, second = {NULL, 0, 0};
    wrmf_output *output = fuzz_output(context, &first);
    HOLDS(wrmf_model_write(model, output, NULL) == WRMF_OK);
    fuzz_output_finish(output);
    wrmf_model *back = NULL;
    HOLDS(wrmf_model_load_memory(context, first.data, first.size, &back, NULL) == WRMF_OK);
    output = fuzz_output(context, &second);
    HOLDS(wrmf_model_write(back, output, NULL) == WRMF_OK);
    fuzz_output_finish(output);
    HOLDS(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    wrmf_model_free(back);
    free(first.data);
    free(second.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wrmf_context *const context = fuzz_context();
    wrmf_model *model = NULL;
    wrmf_error failure;
    memset(&failure, 'x', sizeof failure);
    const wrmf_status status = wrmf_model_load_memory(context, data, size, &model, &failure);
    if (status == WRMF_OK) {
        check_numbers(model, WRMF_USERS, wrmf_model_users(model));
        check_numbers(model, WRMF_ITEMS, wrmf_model_items(model));
        check_round_trip(context, model);
    } else {
        fuzz_check_failure(status, &failure);
    }
    HOLDS((status == WRMF_OK) == (model != NULL));
    wrmf_model_free(model);
    fuzz_context_free(context);
    return 0;
}

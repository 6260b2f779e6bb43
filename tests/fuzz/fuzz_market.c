/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target: Matrix Market files.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "wrmf/matrix.h"

static wrmf_status read_once(wrmf_context *context, const uint8_t *data, size_t size,
                             wrmf_duplicates duplicates, wrmf_matrix **out, wrmf_error *err)
{
    fuzz_bytes bytes = {data, size, 0};
    wrmf_input *const input = fuzz_input(context, &bytes);
    int64_t merged = -1;
    const wrmf_status status =
        wrmf_matrix_read_market(context, input, duplicates, &merged, out, err);
    HOLDS((status == WRMF_OK) == (merged >= 0));
    wrmf_input_free(input);
    return status;
}

static void check_round_trip(wrmf_context *context, const wrmf_matrix *matrix)
{
    fuzz_sink sink = {NULL, 0, 0};
    wrmf_output *const output = fuzz_output(context, &sink);
    HOLDS(wrmf_matrix_write_market(matrix, output, NULL) == WRMF_OK);
    fuzz_output_finish(output);
    wrmf_matrix *back = NULL;
    const wrmf_status status =
        read_once(context, sink.data, sink.size, WRMF_DUPLICATES_REFUSE, &back, NULL);
    /* two large matrices may be more than the allocator gives */
    HOLDS(status == WRMF_E_NOMEM || (status == WRMF_OK && wrmf_matrix_equal(matrix, back)));
    wrmf_matrix_free(back);
    free(sink.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wrmf_context *const context = fuzz_context();
    wrmf_matrix *matrix = NULL;
    wrmf_error failure;
    memset(&failure, 'x', sizeof failure);
    const wrmf_duplicates duplicates = (wrmf_duplicates)(size & 3);
    const wrmf_status status = read_once(context, data, size, duplicates, &matrix, &failure);
    if (status == WRMF_OK)
        check_round_trip(context, matrix);
    else
        fuzz_check_failure(status, &failure);
    HOLDS((status == WRMF_OK) == (matrix != NULL));
    wrmf_matrix_free(matrix);
    fuzz_context_free(context);
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "data/derive.h"
#include "text/market.h"

/* What an entry's line holds behind its two indices. */
typedef enum field { PATTERN, INTEGER, REAL } field;

static field field_of(const wrmf_matrix *matrix)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    field found = PATTERN;
    for (int64_t i = 0; matrix->values && i < entries; i++) {
        const double value = matrix->values[i];
        if (fabs(value) >= 0x1p53 || value != floor(value))
            return REAL;
        if (value != 1.0)
            found = INTEGER;
    }
    return found;
}

/* Write the comment of wrmf/matrix.h that says whose rows and columns these are, and whether counts
 * below 0 are dislikes. */
static wrmf_status write_comment(const wrmf_matrix *matrix, wrmf_output *output, wrmf_error *err)
{
    static const char *const names[2] = {"users", "items"};
    char line[100] = "%wrmf";
    size_t length = strlen(line);
    for (int side = 0; side < 2; side++)
        if (matrix->ids_hash[side] != 0)
            length += (size_t)snprintf(line + length, sizeof line - length, " %s %016" PRIx64,
                                       names[side], matrix->ids_hash[side]);
    if (wrmf_i_has_dislikes(matrix))
        length += (size_t)snprintf(line + length, sizeof line - length, " dislikes");
    if (length == strlen("%wrmf"))
        return WRMF_OK;
    line[length++] = '\n';
    return wrmf_i_output_write(output, line, length, err);
}

wrmf_status wrmf_i_market_write(const wrmf_matrix *matrix, wrmf_output *output, wrmf_error *err)
{
    static const char *const names[] = {"pattern", "integer", "real"};
    const field kind = field_of(matrix);
    char line[4 * WRMF_I_NUMBER_TEXT];
    int length =
        snprintf(line, sizeof line, "%%%%MatrixMarket matrix coordinate %s general\n", names[kind]);
    WRMF_I_TRY(wrmf_i_output_write(output, line, (size_t)length, err));
    WRMF_I_TRY(write_comment(matrix, output, err));
    length = snprintf(line, sizeof line, "%lld %lld %lld\n", (long long)matrix->rows,
                      (long long)matrix->columns, (long long)wrmf_i_matrix_entries(matrix));
    WRMF_I_TRY(wrmf_i_output_write(output, line, (size_t)length, err));
    for (int64_t row = 0; row < matrix->rows; row++) {
        char *const behind_row = line + wrmf_i_number_print_int(row + 1, line);
        *behind_row = ' ';
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++) {
            char *to = behind_row + 1;
            to += wrmf_i_number_print_int((int64_t)matrix->indices[i] + 1, to);
            if (kind != PATTERN) {
                *to++ = ' ';
                to += wrmf_i_number_print_real(matrix->values[i], to);
            }
            *to++ = '\n';
            WRMF_I_TRY(wrmf_i_output_write(output, line, (size_t)(to - line), err));
        }
    }
    return WRMF_OK;
}

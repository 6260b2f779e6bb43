/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/journal_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/number.h"
#include "model/params_table.h"

/* Hexadecimal digits of a line's checksum, which is its XXH3. */
enum { CHECKSUM = 16 };

/* ---- a growing text ---- */

void wrmf_i_text_free(wrmf_i_text *text)
{
    wrmf_i_free(text->allocator, text->data, text->capacity, 1);
    text->data = NULL;
    text->length = text->capacity = 0;
}

static void put(wrmf_i_text *text, const char *from, size_t length)
{
    if (text->failed)
        return;
    if (text->capacity - text->length < length) {
        const size_t capacity = 2 * (text->length + length) + 256;
        char *const grown =
            wrmf_i_realloc(text->allocator, text->data, text->capacity, capacity, 1);
        if (!grown) {
            text->failed = true;
            return;
        }
        text->data = grown;
        text->capacity = capacity;
    }
    memcpy(text->data + text->length, from, length);
    text->length += length;
}

static void put_text(wrmf_i_text *text, const char *from)
{
    put(text, from, strlen(from));
}

static void put_int(wrmf_i_text *text, int64_t value)
{
    char number[WRMF_I_NUMBER_TEXT];
    put(text, number, wrmf_i_number_print_int(value, number));
}

static void put_hash(wrmf_i_text *text, uint64_t hash)
{
    char number[CHECKSUM + 1];
    snprintf(number, sizeof number, "%016" PRIx64, hash);
    put(text, number, CHECKSUM);
}

static void put_real(wrmf_i_text *text, double value)
{
    char number[WRMF_I_NUMBER_TEXT];
    if (isnan(value))
        put_text(text, "nan");
    else if (isinf(value))
        put_text(text, value > 0 ? "inf" : "-inf");
    else
        put(text, number, wrmf_i_number_print_real(value, number));
}

/* ---- lines ---- */

/* Fill key with "name=value" of all parameters, separated by `between`. */
static size_t print_values(const wrmf_i_value *values, char between, char *key)
{
    size_t length = 0;
    for (int i = 0; i < WRMF_I_PARAM_COUNT; i++) {
        const wrmf_i_param_row *const row = &wrmf_i_param_table[i];
        char value[64];
        wrmf_i_params_format(values, row->id, value, sizeof value);
        const int n =
            snprintf(key + length, WRMF_I_JOURNAL_KEY - length, "%s=%s", row->name, value);
        length += (size_t)n;
        if (i + 1 < WRMF_I_PARAM_COUNT && length + 1 < WRMF_I_JOURNAL_KEY)
            key[length++] = between;
    }
    return length;
}

size_t wrmf_i_journal_key(const wrmf_i_value values[WRMF_I_PARAM_COUNT],
                          char key[WRMF_I_JOURNAL_KEY])
{
    return print_values(values, ' ', key);
}

void wrmf_i_journal_print_head(wrmf_i_text *text, const wrmf_grid *grid)
{
    char key[WRMF_I_JOURNAL_KEY];
    put_text(text, WRMF_I_JOURNAL_MAGIC WRMF_I_JOURNAL_VERSION " matrix=");
    put_hash(text, wrmf_i_matrix_hash(grid->train));
    put_text(text, " base=");
    put(text, key, print_values(grid->space.base, ',', key));
    put_text(text, " epochs=");
    for (int64_t i = 0; i < grid->n_epochs; i++) {
        put_text(text, i ? "," : "");
        put_int(text, grid->epochs[i]);
    }
    put_text(text, " evaluators=");
    for (int64_t i = 0; i < grid->n_evaluators; i++) {
        put_text(text, i ? "," : "");
        put_text(text, grid->labels[i]);
        put_text(text, ":");
        put_hash(text, wrmf_i_evaluator_hash(grid->evaluators[i]));
    }
    put_text(text, " columns=");
    for (int64_t i = 0; i < grid->columns->count; i++) {
        put_text(text, i ? "," : "");
        put_text(text, grid->columns->at[i].name);
    }
    put_text(text, "\n");
}

void wrmf_i_journal_print_curve(wrmf_i_text *text, const wrmf_curve *curve)
{
    char key[WRMF_I_JOURNAL_KEY];
    const size_t begin = text->length;
    put(text, key, wrmf_i_journal_key(curve->params->values, key));
    for (int64_t i = 0; i < curve->points * curve->columns->count; i++) {
        put_text(text, i ? " " : "\t");
        put_real(text, curve->values[i]);
    }
    put_text(text, "\t");
    if (text->failed)
        return;
    put_hash(text, XXH3_64bits(text->data + begin, text->length - begin));
    put_text(text, "\n");
}

bool wrmf_i_journal_is_whole(const char *line, size_t length)
{
    char number[CHECKSUM + 1];
    if (length < CHECKSUM)
        return false;
    snprintf(number, sizeof number, "%016" PRIx64, (uint64_t)XXH3_64bits(line, length - CHECKSUM));
    return memcmp(number, line + length - CHECKSUM, CHECKSUM) == 0;
}

size_t wrmf_i_journal_key_length(const char *line, size_t length)
{
    const char *const tab = memchr(line, '\t', length);
    return tab ? (size_t)(tab - line) : length;
}

static bool read_real(const char *text, size_t length, double *out)
{
    if (length == 3 && memcmp(text, "nan", 3) == 0)
        *out = (double)NAN;
    else if (length == 3 && memcmp(text, "inf", 3) == 0)
        *out = (double)INFINITY;
    else if (length == 4 && memcmp(text, "-inf", 4) == 0)
        *out = -(double)INFINITY;
    else
        return wrmf_i_number_parse_real(text, length, out);
    return true;
}

int64_t wrmf_i_journal_values(const char *line, size_t length, double *values, int64_t n)
{
    const char *at = line + wrmf_i_journal_key_length(line, length);
    const char *const end = line + length - CHECKSUM;
    int64_t read = 0;
    while (at + 1 < end) {
        if (read == n || *at != (read ? ' ' : '\t'))
            return -1;
        const char *const from = ++at;
        while (at < end && *at != ' ' && *at != '\t')
            at++;
        if (!read_real(from, (size_t)(at - from), &values[read++]))
            return -1;
    }
    return at + 1 == end && *at == '\t' ? read : -1;
}

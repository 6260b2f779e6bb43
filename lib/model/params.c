/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/params.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "model/params_table.h"
#include "model/presets.h"

/* The least unobserved_weight above 0, by which confidences are divided. */
static const double LEAST_WEIGHT = 1e-9;

static const char *const confidences[] = {"linear", "log", "plain", NULL};
static const char *const scopes[] = {"unstored", "all", NULL};
static const char *const sizes[] = {"cells", "entries", "weights", NULL};
static const char *const negatives[] = {"refuse", "dislike", NULL};
static const char *const targets[] = {"one", "count", "log", "signed", NULL};
static const char *const inits[] = {"random", "svd", NULL};
static const char *const precisions[] = {"float32", "float64", NULL};
static const char *const solvers[] = {"auto", "cholesky", "whitened", "cg", "blocks", NULL};

/* The one table. Order: by id, without gaps. */
const wrmf_i_param_row wrmf_i_param_table[WRMF_I_PARAM_COUNT] = {
    {WRMF_PARAM_FACTORS, "factors", WRMF_TYPE_INT, 1, WRMF_I_MAX_FACTORS, 64, NULL,
     "length of a factor row"},
    {WRMF_PARAM_ITERATIONS, "iterations", WRMF_TYPE_INT, 0, 1000000, 15, NULL,
     "epochs of a fit; one solves all users, then all items"},
    {WRMF_PARAM_REGULARIZATION_USER, "regularization_user", WRMF_TYPE_REAL, 0, 1e30, 0.1, NULL,
     "lambda of the users' rows; \"regularization\" sets both sides'"},
    {WRMF_PARAM_REGULARIZATION_ITEM, "regularization_item", WRMF_TYPE_REAL, 0, 1e30, 0.1, NULL,
     "lambda of the items' rows; \"regularization\" sets both sides'"},
    {WRMF_PARAM_ALPHA, "alpha", WRMF_TYPE_REAL, 0, 1e30, 40, NULL,
     "factor of a count in the confidence"},
    {WRMF_PARAM_CONFIDENCE, "confidence", WRMF_TYPE_CHOICE, 0, 2, 0, confidences,
     "1 + alpha r (linear), 1 + alpha log(1 + r / epsilon) (log) or alpha r (plain)"},
    {WRMF_PARAM_EPSILON, "epsilon", WRMF_TYPE_REAL, 1e-30, 1e30, 1, NULL,
     "scale of counts in the log confidence and the log target"},
    {WRMF_PARAM_INIT_SCALE, "init_scale", WRMF_TYPE_REAL, 0, 1e6, 0.1, NULL,
     "the start is drawn from N(0, (init_scale / sqrt(factors))^2)"},
    {WRMF_PARAM_SEED, "seed", WRMF_TYPE_INT, 0, 9223372036854775807.0, 42, NULL,
     "seed of the start"},
    {WRMF_PARAM_PRECISION, "precision", WRMF_TYPE_CHOICE, 0, 1, 0, precisions,
     "type of the factors"},
    {WRMF_PARAM_SOLVER, "solver", WRMF_TYPE_CHOICE, 0, 4, 0, solvers,
     "how a row is solved; auto takes the cheaper of cholesky and whitened"},
    {WRMF_PARAM_TOLERANCE, "tolerance", WRMF_TYPE_REAL, 0, 0.1, 0, NULL,
     "relative residual of a row; 0: 1e-6 in float32, 1e-12 in float64"},
    {WRMF_PARAM_CG_STEPS, "cg_steps", WRMF_TYPE_INT, 0, 10000, 0, NULL,
     "warm steps of conjugate gradients in a row; 0: as many as the tolerance takes"},
    {WRMF_PARAM_RELAXATION, "relaxation", WRMF_TYPE_REAL, 0.001, 1.999, 1.75, NULL,
     "how far an epoch moves a row: x + relaxation (solution - x); 1 is plain least squares"},
    {WRMF_PARAM_RELAXATION_RAMP, "relaxation_ramp", WRMF_TYPE_REAL, 0, 2, 0.4, NULL,
     "by how much an epoch may be more relaxed than the one before"},
    {WRMF_PARAM_RELAXATION_WAIT, "relaxation_wait", WRMF_TYPE_INT, 0, 1000000, 2, NULL,
     "plain epochs before the first that is relaxed"},
    {WRMF_PARAM_RELAXATION_REDUCTION, "relaxation_reduction", WRMF_TYPE_REAL, 0, 0.9, 0.1, NULL,
     "of a row's residual, to which a relaxed epoch is content to reduce it; 0: to the tolerance"},
    {WRMF_PARAM_BLOCK_SIZE, "block_size", WRMF_TYPE_INT, 1, WRMF_I_MAX_FACTORS, 64, NULL,
     "factors that solver blocks solves for at a time, up to a multiple of 16"},
    {WRMF_PARAM_UNOBSERVED_WEIGHT, "unobserved_weight", WRMF_TYPE_REAL, 0, 1e9, 1, NULL,
     "weight of the squared score of a cell that is not stored: 0, or 1e-9 and more"},
    {WRMF_PARAM_UNOBSERVED_SCOPE, "unobserved_scope", WRMF_TYPE_CHOICE, 0, 1, 0, scopes,
     "the cells that have unobserved_weight: those that are not stored, or all"},
    {WRMF_PARAM_REGULARIZATION_EXPONENT, "regularization_exponent", WRMF_TYPE_REAL, 0, 2, 0, NULL,
     "a row's lambda is its side's times the row's size to this power"},
    {WRMF_PARAM_REGULARIZATION_SIZE, "regularization_size", WRMF_TYPE_CHOICE, 0, 2, 0, sizes,
     "size of a row: unobserved_weight x other side + entries (cells), entries, or weights"},
    {WRMF_PARAM_NEGATIVE_COUNTS, "negative_counts", WRMF_TYPE_CHOICE, 0, 1, 0, negatives,
     "a count below 0: refuse it, or take it as a dislike with the confidence of its size"},
    {WRMF_PARAM_TARGET, "target", WRMF_TYPE_CHOICE, 0, 3, 0, targets,
     "what a stored pair's score is to be: 1, r (count; with its sign: signed) or "
     "log(1 + r / epsilon)"},
    {WRMF_PARAM_NONNEGATIVE, "nonnegative", WRMF_TYPE_INT, 0, 1, 0, NULL,
     "1: no factor is below 0, and each row is the best of those"},
    {WRMF_PARAM_BIASES, "biases", WRMF_TYPE_INT, 0, 1, 0, NULL,
     "1: scores have a mean, a user's bias and an item's beside the factors"},
    {WRMF_PARAM_INIT, "init", WRMF_TYPE_CHOICE, 0, 1, 0, inits,
     "what a fit starts from: drawn numbers, or sweeps towards a truncated SVD of the targets"},
    {WRMF_PARAM_INIT_ITERATIONS, "init_iterations", WRMF_TYPE_INT, 1, 1000, 3, NULL,
     "sweeps of the start that is made by init=svd"},
};

const wrmf_i_param_row *wrmf_i_param_row_get(wrmf_param id)
{
    return (int)id >= 1 && (int)id <= WRMF_I_PARAM_COUNT ? &wrmf_i_param_table[id - 1] : NULL;
}

const wrmf_i_param_row *wrmf_i_param_row_find(const char *name)
{
    for (int i = 0; i < WRMF_I_PARAM_COUNT; i++)
        if (strcmp(wrmf_i_param_table[i].name, name) == 0)
            return &wrmf_i_param_table[i];
    return NULL;
}

void wrmf_i_params_defaults(wrmf_i_value values[WRMF_I_PARAM_COUNT])
{
    for (int i = 0; i < WRMF_I_PARAM_COUNT; i++) {
        if (wrmf_i_param_table[i].type == WRMF_TYPE_REAL)
            values[i].real = wrmf_i_param_table[i].initial;
        else
            values[i].integer = (int64_t)wrmf_i_param_table[i].initial;
    }
}

wrmf_status wrmf_i_params_new(wrmf_context *context, const wrmf_params *from, wrmf_params **out,
                              wrmf_error *err)
{
    wrmf_i_value values[WRMF_I_PARAM_COUNT]; /* read before the host's allocator may free `from` */
    if (from)
        memcpy(values, from->values, sizeof values);
    else
        wrmf_i_params_defaults(values);
    wrmf_params *const params = wrmf_i_alloc(&context->allocator, 1, sizeof *params);
    if (!params)
        return wrmf_i_fail_memory(err, "parameters");
    memcpy(params->values, values, sizeof values);
    params->context = wrmf_i_context_hold(context);
    *out = params;
    return WRMF_OK;
}

void wrmf_i_params_free(wrmf_params *params)
{
    if (!params)
        return;
    wrmf_context *const context = params->context;
    wrmf_i_free(&context->allocator, params, 1, sizeof *params);
    wrmf_i_context_release(context);
}

/* ---- setting ---- */

static wrmf_status out_of_range(const wrmf_i_param_row *row, const char *value, wrmf_error *err)
{
    char lowest[WRMF_I_NUMBER_TEXT], highest[WRMF_I_NUMBER_TEXT];
    wrmf_i_number_print_real(row->lowest, lowest);
    wrmf_i_number_print_real(row->highest, highest);
    return wrmf_i_fail(err, WRMF_E_RANGE, "%s is %.60s, not in %s .. %s", row->name, value, lowest,
                       highest);
}

wrmf_status wrmf_i_params_set_int(wrmf_i_value *values, const wrmf_i_param_row *row, int64_t value,
                                  wrmf_error *err)
{
    /* the highest seed, 2^63 - 1, is no double; every int64 is at most that */
    const bool too_high = row->highest < 9e18 && value > (int64_t)row->highest;
    if (value < (int64_t)row->lowest || too_high) {
        char text[WRMF_I_NUMBER_TEXT];
        wrmf_i_number_print_int(value, text);
        return out_of_range(row, text, err);
    }
    values[row->id - 1].integer = value;
    return WRMF_OK;
}

wrmf_status wrmf_i_params_set_real(wrmf_i_value *values, const wrmf_i_param_row *row, double value,
                                   wrmf_error *err)
{
    const bool too_small =
        row->id == WRMF_PARAM_UNOBSERVED_WEIGHT && value > 0 && value < LEAST_WEIGHT;
    if (!(value >= row->lowest && value <= row->highest) || too_small) {
        char text[WRMF_I_NUMBER_TEXT];
        wrmf_i_number_print_real(value, text);
        return too_small
                   ? wrmf_i_fail(err, WRMF_E_RANGE,
                                 "unobserved_weight is %s, neither 0 nor in 1e-9 .. 1e9", text)
                   : out_of_range(row, text, err);
    }
    values[row->id - 1].real = value + 0.0; /* no -0 */
    return WRMF_OK;
}

static wrmf_status set_choice(wrmf_i_value *values, const wrmf_i_param_row *row, const char *value,
                              wrmf_error *err)
{
    char list[128] = "";
    for (int i = 0; row->choices[i]; i++) {
        if (strcmp(row->choices[i], value) == 0) {
            values[row->id - 1].integer = i;
            return WRMF_OK;
        }
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", row->choices[i]);
    }
    return wrmf_i_fail(err, WRMF_E_NAME, "%s is \"%.60s\": there are %s", row->name, value, list);
}

/* A whole number, whether it fits int64_t or not. */
static bool is_whole(const char *text)
{
    text += *text == '-' || *text == '+';
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static wrmf_status set_row(wrmf_i_value *values, const wrmf_i_param_row *row, const char *value,
                           wrmf_error *err)
{
    if (row->type == WRMF_TYPE_CHOICE)
        return set_choice(values, row, value, err);
    if (row->type == WRMF_TYPE_REAL) {
        double real;
        if (!wrmf_i_number_parse_real(value, strlen(value), &real))
            return wrmf_i_fail(err, WRMF_E_FORMAT, "%s is \"%.60s\", no number", row->name, value);
        return wrmf_i_params_set_real(values, row, real, err);
    }
    int64_t integer;
    if (!wrmf_i_number_parse_int(value, strlen(value), &integer)) {
        if (is_whole(value))
            return out_of_range(row, value, err);
        return wrmf_i_fail(err, WRMF_E_FORMAT, "%s is \"%.60s\", no whole number", row->name,
                           value);
    }
    return wrmf_i_params_set_int(values, row, integer, err);
}

static wrmf_status set_pair(void *values, const char *name, const char *value, wrmf_error *err)
{
    return wrmf_i_params_set_text(values, name, value, err);
}

static wrmf_status set_preset(wrmf_i_value *values, const char *name, wrmf_error *err)
{
    const char *text;
    WRMF_I_TRY(wrmf_i_preset_find(name, &text, err));
    return wrmf_i_params_each(text, set_pair, values, err);
}

wrmf_status wrmf_i_params_set_text(wrmf_i_value values[WRMF_I_PARAM_COUNT], const char *name,
                                   const char *value, wrmf_error *err)
{
    if (strcmp(name, "regularization") == 0) {
        WRMF_I_TRY(
            set_row(values, wrmf_i_param_row_get(WRMF_PARAM_REGULARIZATION_USER), value, err));
        values[WRMF_PARAM_REGULARIZATION_ITEM - 1] = values[WRMF_PARAM_REGULARIZATION_USER - 1];
        return WRMF_OK;
    }
    if (strcmp(name, "preset") == 0)
        return set_preset(values, value, err);
    const wrmf_i_param_row *const row = wrmf_i_param_row_find(name);
    if (row)
        return set_row(values, row, value, err);
    char list[500] = "regularization, preset";
    for (int i = 0; i < WRMF_I_PARAM_COUNT; i++) {
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, ", %s", wrmf_i_param_table[i].name);
    }
    return wrmf_i_fail(err, WRMF_E_NAME, "no parameter \"%.60s\": there are %s", name, list);
}

/* ---- text ---- */

wrmf_status wrmf_i_params_each(const char *text, wrmf_i_pair_fn pair, void *self, wrmf_error *err)
{
    static const char separators[] = " \t\r\n";
    char word[4096];
    const char *at = text + strspn(text, separators);
    while (*at) {
        const size_t length = strcspn(at, separators);
        if (length >= sizeof word)
            return wrmf_i_fail(err, WRMF_E_RANGE, "\"%.40s...\" is too long", at);
        memcpy(word, at, length);
        word[length] = 0;
        char *const equals = strchr(word, '=');
        if (!equals || equals == word || !equals[1])
            return wrmf_i_fail(err, WRMF_E_FORMAT, "\"%.60s\" is not of the form name=value", word);
        *equals = 0;
        WRMF_I_TRY(pair(self, word, equals + 1, err));
        at += length;
        at += strspn(at, separators);
    }
    return WRMF_OK;
}

size_t wrmf_i_params_format(const wrmf_i_value values[WRMF_I_PARAM_COUNT], wrmf_param id,
                            char *buffer, size_t capacity)
{
    char text[WRMF_I_NUMBER_TEXT] = "";
    const char *from = text;
    const wrmf_i_param_row *const row = wrmf_i_param_row_get(id);
    if (row && row->type == WRMF_TYPE_REAL)
        wrmf_i_number_print_real(values[id - 1].real, text);
    else if (row && row->type == WRMF_TYPE_INT)
        wrmf_i_number_print_int(values[id - 1].integer, text);
    else if (row)
        from = row->choices[values[id - 1].integer];
    const size_t length = strlen(from);
    if (capacity > 0) {
        const size_t copied = length < capacity ? length : capacity - 1;
        memcpy(buffer, from, copied);
        buffer[copied] = 0;
    }
    return length;
}

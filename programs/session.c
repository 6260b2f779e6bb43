/* SPDX-License-Identifier: BSD-2-Clause */
/* This is what a program does with the library whatever its task. */
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "failure.h"
#include "files.h"
#include "interrupt.h"
#include "matrix_options.h"
#include "progress.h"
#include "streams.h"
#include "text.h"

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Is a wrmf_progress_fn. */
static int on_progress(void *self, const wrmf_progress *progress)
{
    (void)self;
    if (isatty(STDERR_FILENO) && !common.quiet)
        progress_draw(progress);
    return interrupt_name() != NULL;
}

wrmf_context *context_open(void)
{
    wrmf_error err;
    wrmf_context *context = NULL;
    check(wrmf_context_create(&context, &err), &err);
    check(wrmf_context_set_threads(context, (int)common.threads, &err), &err);
    wrmf_context_set_logger(context, NULL, warn_of, WRMF_LOG_WARNING);
    wrmf_context_set_progress(context, NULL, on_progress);
    return context;
}

/* Says whether two settings, name=value, have the same name. */
static int is_same_setting(const char *a, const char *b)
{
    const size_t length = strcspn(a, "=");
    return strncmp(a, b, length) == 0 && b[length] == '=';
}

wrmf_params *params_open(wrmf_context *context, const struct text_list *settings)
{
    wrmf_error err;
    wrmf_params *params = NULL;
    check(wrmf_params_create(context, &params, &err), &err);
    check(wrmf_params_set_int(params, WRMF_PARAM_SEED, common.seed, &err), &err);
    for (int i = 0; i < settings->count; i++) {
        const char *text = settings->text[i];
        const char *equals = strchr(text, '=');
        if (!equals)
            die_usage("--set '%s' is not name=value", text);
        for (int k = 0; k < i; k++)
            if (is_same_setting(settings->text[k], text))
                warn("--set %s replaces --set %s", text, settings->text[k]);
        char *name = allocate((size_t)(equals - text) + 1, 1);
        memcpy(name, text, (size_t)(equals - text));
        check_usage(wrmf_params_set(params, name, equals + 1, &err), &err);
        free(name);
    }
    return params;
}

wrmf_matrix *matrix_load(wrmf_context *context, const char *path)
{
    struct source source;
    source_open(&source, context, path);
    wrmf_matrix *matrix = matrix_read(context, source.input, path);
    source_close(&source);
    return matrix;
}

int64_t matrix_common(const wrmf_matrix *a, const wrmf_matrix *b)
{
    int64_t shared = 0;
    for (int64_t user = 0; user < wrmf_matrix_users(a); user++) {
        const int32_t *left = NULL, *right = NULL;
        const int64_t n = wrmf_matrix_row(a, user, &left, NULL);
        const int64_t m = wrmf_matrix_row(b, user, &right, NULL);
        for (int64_t i = 0, j = 0; i < n && j < m;) {
            const int32_t x = left[i], y = right[j];
            shared += x == y;
            i += x <= y;
            j += y <= x;
        }
    }
    return shared;
}

wrmf_ids *ids_load(wrmf_context *context, const char *path)
{
    wrmf_error err;
    struct source source;
    wrmf_ids *ids = NULL;
    source_open(&source, context, path);
    check(wrmf_ids_read(context, source.input, WRMF_IDS_STRING, &ids, &err), &err);
    source_close(&source);
    return ids;
}

/* Loads a model from standard input, which has no size and cannot be mapped. */
static wrmf_model *model_load_standard(wrmf_context *context)
{
    wrmf_error err;
    wrmf_model *model = NULL;
    struct document document;
    char piece[1 << 16];
    size_t n;
    document_open(&document);
    while ((n = fread(piece, 1, sizeof piece, stdin)) > 0)
        fwrite(piece, 1, n, document.file);
    if (ferror(stdin))
        die("standard input: %s", strerror(errno));
    if (fclose(document.file) != 0)
        die("out of memory for the model on standard input");
    if (wrmf_model_load_memory(context, document.text, document.length, &model, &err) != WRMF_OK)
        die("standard input: %s", err.text);
    free(document.text);
    return model;
}

wrmf_model *model_load(wrmf_context *context, const char *path)
{
    wrmf_error err;
    wrmf_model *model = NULL;
    if (is_standard(path))
        return model_load_standard(context);
    check(wrmf_model_load(context, path, &model, &err), &err);
    return model;
}

int model_row_is_zero(const wrmf_model *model, wrmf_side side, int64_t row)
{
    wrmf_error err;
    const int64_t factors = wrmf_model_factors(model);
    double *values = allocate((size_t)factors, sizeof *values);
    int64_t i = 0;
    check(wrmf_model_get_rows(model, side, row, 1, values, &err), &err);
    while (i < factors && values[i] == 0)
        i++;
    free(values);
    return i == factors;
}

int model_side_is_zero(const wrmf_model *model, wrmf_side side)
{
    const int64_t rows = side == WRMF_USERS ? wrmf_model_users(model) : wrmf_model_items(model);
    int64_t row = 0;
    while (row < rows && model_row_is_zero(model, side, row))
        row++;
    return row == rows;
}

int model_is_zero(const wrmf_model *model)
{
    return model_side_is_zero(model, WRMF_USERS) || model_side_is_zero(model, WRMF_ITEMS);
}

int64_t model_find(const wrmf_model *model, wrmf_side side, const char *id)
{
    const char *what = side == WRMF_USERS ? "user" : "item";
    const int64_t rows = side == WRMF_USERS ? wrmf_model_users(model) : wrmf_model_items(model);
    const wrmf_ids *ids = wrmf_model_ids(model, side);
    if (ids) {
        const int64_t index = id_find(ids, what, id);
        if (index < 0)
            die("the model has no %s '%s'", what, id);
        return index;
    }
    char *end = NULL;
    errno = 0;
    const long long index = strtoll(id, &end, 10);
    if (rows == 0)
        die("the model has no %s '%s': it has no %ss", what, id, what);
    if (!*id || *end || errno || index < 0 || index >= rows)
        die("the model has no %s '%s': it was made without ids, its %ss are 0 .. %lld", what, id,
            what, (long long)rows - 1);
    return index;
}

static int lists_printed;

void put_json_row(FILE *out, const wrmf_ids *ids, int64_t row)
{
    const char *name = ids ? wrmf_ids_name(ids, row, NULL) : NULL;
    fputs("\"id\": ", out);
    put_json_id(out, ids, row);
    fputs(", \"name\": ", out);
    if (name)
        put_json(out, name);
    else
        fputs("null", out);
}

static void print_json_list(const struct ranked_list *list)
{
    const wrmf_ids *ids = wrmf_model_ids(list->model, list->side);
    printf("%s\n    {\"%s\": ", lists_printed++ ? "," : "{\n  \"lists\": [",
           list->asked_side == WRMF_USERS ? "user" : "item");
    if (list->asked >= 0)
        put_json_id(stdout, wrmf_model_ids(list->model, list->asked_side), list->asked);
    else
        fputs("null", stdout);
    fputs(", \"list\": [", stdout);
    for (int64_t i = 0; i < list->count; i++) {
        printf("%s\n      {\"rank\": %lld, \"score\": ", i ? "," : "", (long long)i + 1);
        put_json_number(stdout, list->scores[i]);
        fputs(", ", stdout);
        put_json_row(stdout, ids, list->indices[i]);
        if (list->explain)
            list->explain(list->self, list->indices[i]);
        putchar('}');
    }
    fputs("]}", stdout);
}

void list_heading(const wrmf_model *model, wrmf_side asked_side, int64_t asked)
{
    if (common.json)
        return;
    printf("%s%s ", lists_printed++ ? "\n" : "", asked_side == WRMF_USERS ? "user" : "item");
    put_plain(stdout, id_text(wrmf_model_ids(model, asked_side), asked));
    putchar('\n');
}

void lists_end(void)
{
    if (common.json)
        printf("%s]\n}\n", lists_printed ? "" : "{\n  \"lists\": [");
}

void row_print(FILE *file, const wrmf_ids *ids, int64_t row)
{
    const char *name = ids ? wrmf_ids_name(ids, row, NULL) : NULL;
    put_plain(file, id_text(ids, row));
    fputc('\t', file);
    put_plain(file, name ? name : "");
    fputc('\n', file);
}

void list_print(const struct ranked_list *list)
{
    const wrmf_ids *ids = wrmf_model_ids(list->model, list->side);
    if (common.json) {
        print_json_list(list);
        return;
    }
    for (int64_t i = 0; i < list->count; i++) {
        printf("%lld\t%s\t", (long long)i + 1, figure_text(list->scores[i]));
        row_print(stdout, ids, list->indices[i]);
        if (list->explain)
            list->explain(list->self, list->indices[i]);
    }
}

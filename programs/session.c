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
#include "progress.h"
#include "text.h"

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

wrmf_context *context_open(void)
{
    wrmf_error err;
    wrmf_context *context = NULL;
    check(wrmf_context_create(&context, &err), &err);
    check(wrmf_context_set_threads(context, (int)common.threads, &err), &err);
    if (isatty(STDERR_FILENO))
        wrmf_context_set_progress(context, NULL, progress_draw);
    return context;
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
        char *name = allocate((size_t)(equals - text) + 1, 1);
        memcpy(name, text, (size_t)(equals - text));
        check_usage(wrmf_params_set(params, name, equals + 1, &err), &err);
        free(name);
    }
    return params;
}

wrmf_matrix *matrix_load(wrmf_context *context, const char *path)
{
    wrmf_error err;
    wrmf_input *input = NULL;
    wrmf_matrix *matrix = NULL;
    check(wrmf_input_open_path(context, path, &input, &err), &err);
    check(wrmf_matrix_read_market(context, input, WRMF_DUPLICATES_REFUSE, NULL, &matrix, &err),
          &err);
    wrmf_input_free(input);
    return matrix;
}

wrmf_model *model_load(wrmf_context *context, const char *path)
{
    wrmf_error err;
    wrmf_model *model = NULL;
    check(wrmf_model_load(context, path, &model, &err), &err);
    return model;
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
    if (!*id || *end || errno || index < 0 || index >= rows)
        die("the model has no %s '%s': it was made without ids, its %ss are 0 .. %lld", what, id,
            what, (long long)rows - 1);
    return index;
}

void model_print_list(const wrmf_model *model, wrmf_side side, const int64_t *indices,
                      const double *scores, int64_t count)
{
    const wrmf_ids *ids = wrmf_model_ids(model, side);
    for (int64_t i = 0; i < count; i++) {
        printf("%lld\t%.6f\t", (long long)i + 1, scores[i]);
        put_plain(stdout, id_text(ids, indices[i]));
        const char *name = ids ? wrmf_ids_name(ids, indices[i], NULL) : NULL;
        putchar('\t');
        put_plain(stdout, name ? name : "");
        putchar('\n');
    }
}

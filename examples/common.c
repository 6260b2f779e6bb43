/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs share of the library: context, progress, loading, lists. */
#include "common.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int finish(void)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        die("standard output: %s", strerror(errno));
    return 0;
}

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void *allocate(size_t n, size_t size)
{
    void *memory = calloc(n ? n : 1, size);
    if (!memory)
        die("out of memory");
    return memory;
}

/* ---- progress ---- */

static int bar_is_drawn;

void progress_clear(void)
{
    if (bar_is_drawn)
        fputs("\r\033[K", stderr);
    bar_is_drawn = 0;
}

static void put_time(double seconds)
{
    const long whole = (long)(seconds + 0.5);
    if (whole >= 3600)
        fprintf(stderr, "%ld h %02ld min", whole / 3600, whole / 60 % 60);
    else if (whole >= 60)
        fprintf(stderr, "%ld min %02ld s", whole / 60, whole % 60);
    else
        fprintf(stderr, "%ld s", whole);
}

static int progress_draw(void *self, const wrmf_progress *progress)
{
    enum { WIDTH = 30 };
    (void)self;
    if (progress->seconds < 0.5) /* what is over at once needs no bar */
        return 0;
    fprintf(stderr, "\r\033[K%-8s ", progress->phase);
    if (progress->total > 0) {
        const double share = (double)progress->done / (double)progress->total;
        const int full = (int)(share * WIDTH);
        for (int i = 0; i < WIDTH; i++)
            fputs(i < full ? "#" : "-", stderr);
        fprintf(stderr, " %3.0f %% ", 100 * share);
    } else {
        fprintf(stderr, "%s ", with_commas(progress->done));
    }
    if (progress->seconds_left >= 0) {
        put_time(progress->seconds_left);
        fputs(" left", stderr);
    }
    bar_is_drawn = 1;
    if (progress->done == progress->total)
        progress_clear();
    fflush(stderr);
    return 0;
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

/* ---- parameters, matrices, models ---- */

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
        const int64_t index = wrmf_ids_find(ids, id, strlen(id));
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

/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-train: fit a model to a Matrix Market file. */
#include <stdlib.h>

#include "failure.h"
#include "files.h"
#include "session.h"
#include "text.h"

static const char *directory, *model_path;
static struct text_list settings;
static int with_objective;

static const struct option options[] = {
    {"ids", "DIR",
     "keep DIR/users.txt and DIR/items.txt in the model; without\nthem an id is its index",
     OPTION_TEXT, &directory, 0, 0},
    {"set", "NAME=VALUE", "set a parameter; again for another. They are listed above", OPTION_LIST,
     &settings, 0, 0},
    {"out", "FILE", "the model, such as model.safetensors", OPTION_TEXT, &model_path, 0, 0},
    {"objective", NULL, "print the objective and its parts", OPTION_FLAG, &with_objective, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

/* Gives the library's own table of parameters as text for --help. */
static const char *about(wrmf_context *context)
{
    struct document document;
    const struct text_list none = {.count = 0};
    wrmf_params *params = params_open(context, &none);
    document_open(&document);
    fputs("Fits a model to TRAIN.mtx (Matrix Market, users x items) and writes it in the\n"
          "safetensors layout.\n\nParameters, with their defaults:\n",
          document.file);
    for (int i = 0; i < wrmf_params_size(); i++) {
        char value[64], setting[128];
        const wrmf_param id = wrmf_params_id(i);
        wrmf_params_format(params, id, value, sizeof value);
        snprintf(setting, sizeof setting, "%s=%s", wrmf_params_name(id), value);
        fprintf(document.file, "\n  %-24s %s", setting, wrmf_params_help(id));
    }
    wrmf_params_free(params);
    fclose(document.file);
    return document.text;
}

static void attach_ids(wrmf_context *context, wrmf_model *model, wrmf_side side, const char *name)
{
    wrmf_error err;
    wrmf_input *input = NULL;
    wrmf_ids *ids = NULL;
    char *path = path_join(directory, name);
    check(wrmf_input_open_path(context, path, &input, &err), &err);
    check(wrmf_ids_read(context, input, WRMF_IDS_STRING, &ids, &err), &err);
    if (wrmf_model_set_ids(model, side, ids, &err) != WRMF_OK)
        die("%s: %s", path, err.text);
    wrmf_ids_free(ids);
    wrmf_input_free(input);
    free(path);
}

static void print_objective(wrmf_context *context, const wrmf_model *model,
                            const wrmf_matrix *matrix)
{
    wrmf_error err;
    double total, observed, all, regularization;
    check(wrmf_model_objective(context, model, matrix, &total, &observed, &all, &regularization,
                               &err),
          &err);
    printf("objective %.9g = all cells %.9g + observed %.9g + regularization %.9g\n", total, all,
           observed, regularization);
}

static void print_fit(const wrmf_model *model, double seconds)
{
    const double again = wrmf_model_statistic(model, WRMF_STAT_ROWS_FLOAT64);
    const double minimum = wrmf_model_statistic(model, WRMF_STAT_ROWS_MINIMUM_NORM);
    printf("%s users x %s items, %lld factors, %lld epochs in %.2f s\n",
           with_commas(wrmf_model_users(model)), with_commas(wrmf_model_items(model)),
           (long long)wrmf_model_factors(model), (long long)wrmf_model_epochs(model), seconds);
    if (again > 0 || minimum > 0)
        printf("rows solved again in float64: %s, by minimum norm: %s\n",
               with_commas((int64_t)again), with_commas((int64_t)minimum));
}

int main(int argc, char **argv)
{
    wrmf_error err;
    const char *input = NULL;
    wrmf_model *model = NULL;

    wrmf_context *plain = NULL;
    check(wrmf_context_create(&plain, &err), &err);
    const char *text = about(plain);
    const struct program program = {
        "wrmf-train",
        "TRAIN.mtx [--ids DIR] [--set NAME=VALUE ...] --out FILE [--objective]",
        text,
        {options}};
    options_parse(&program, argc, argv, 1, &input);
    if (!model_path)
        die_usage("--out is needed: the file for the model");

    wrmf_context *context = context_open();
    wrmf_params *params = params_open(context, &settings);
    wrmf_matrix *matrix = matrix_load(context, input);

    /* wrmf_model_fit() in two steps, so that wrong ids are told at once */
    check(wrmf_model_create(context, wrmf_matrix_users(matrix), wrmf_matrix_items(matrix), params,
                            &model, &err),
          &err);
    if (directory) {
        attach_ids(context, model, WRMF_USERS, "users.txt");
        attach_ids(context, model, WRMF_ITEMS, "items.txt");
    }
    const double start = seconds_now();
    check(wrmf_model_continue(context, model, matrix,
                              wrmf_params_get_int(params, WRMF_PARAM_ITERATIONS), &err),
          &err);
    print_fit(model, seconds_now() - start);
    if (with_objective)
        print_objective(context, model, matrix);
    check(wrmf_model_save(model, model_path, &err), &err);

    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    wrmf_params_free(params);
    wrmf_context_free(context);
    wrmf_context_free(plain);
    free((void *)text);
    return finish();
}

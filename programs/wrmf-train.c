/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-train: fit a model to a Matrix Market file. */
#include <stdlib.h>
#include <string.h>

#include "checkpoint.h"
#include "failure.h"
#include "files.h"
#include "identity.h"
#include "interrupt.h"
#include "matrix_options.h"
#include "narration.h"
#include "session.h"
#include "settings.h"
#include "streams.h"
#include "text.h"

static const char *directory, *model_path, *continued_path;
static char *users_path, *items_path; /* of the ids in directory */
static int with_objective, mappable;

static const struct option options[] = {
    {"ids", "DIR",
     "keep DIR/users.txt and DIR/items.txt in the model; without\nthem an id is its index",
     OPTION_TEXT, &directory, 0, 0},
    {"out", "FILE", "the model, such as model.safetensors; - is standard output", OPTION_TEXT,
     &model_path, 0, 0},
    {"continue", "MODEL",
     "go on from a model instead of from a random start, with\n"
     "its parameters and ids: to the epochs it was asked for,\n"
     "or for as many more as --set iterations=N says. 4 and 6\n"
     "are 10, bit for bit. Without --out it replaces MODEL",
     OPTION_TEXT, &continued_path, 0, 0},
    {"mappable", NULL,
     "write the model so that servers map it (docs/serving.md)\n"
     "instead of reading it",
     OPTION_FLAG, &mappable, 0, 0},
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
    fputs("Fits a model to TRAIN.mtx (Matrix Market, users x items; - is standard input) and\n"
          "writes it in the safetensors layout. What wrmf-prepare wrote knows whose users and\n"
          "items it has: a TRAIN.mtx that does not belong to DIR or MODEL is refused.\n\n"
          "SIGINT (Ctrl-C), SIGTERM and SIGHUP stop it within an epoch; the whole epochs that\n"
          "are done are written, and --continue goes on from them. A second signal kills it at\n"
          "once, and the file is as it was before. After a crash, a fit with --checkpoint goes\n"
          "on by --resume, and ends with the same bits.\n\n"
          "Parameters, with their defaults:\n",
          document.file);
    settings_put_parameters(document.file, params);
    wrmf_params_free(params);
    fclose(document.file);
    return document.text;
}

/* Says whether both have the same ids in the same order. */
static int have_same_ids(const wrmf_ids *a, const wrmf_ids *b)
{
    const int64_t n = wrmf_ids_size(a);
    if (n != wrmf_ids_size(b))
        return 0;
    for (int64_t i = 0; i < n; i++)
        if (strcmp(id_text(a, i), id_text(b, i)) != 0)
            return 0;
    return 1;
}

static void attach_ids(wrmf_context *context, wrmf_model *model, wrmf_side side, const char *path)
{
    wrmf_error err;
    wrmf_ids *ids = ids_load(context, path);
    const wrmf_ids *own = wrmf_model_ids(model, side);
    if (own && !have_same_ids(own, ids))
        die("%s: these are not the ids of %s", path, continued_path);
    if (!own && wrmf_model_set_ids(model, side, ids, &err) != WRMF_OK)
        die("%s: %s", path, err.text);
    wrmf_ids_free(ids);
}

/* Gives the model the ids of the folder that --ids names. Those of the matrix are to be the same,
 * and to be those that a model has that is continued. */
static void take_ids(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                     const char *input)
{
    const struct identity wanted = identity_of_matrix(matrix, input);
    struct identity given = identity_of_model(model, continued_path);
    identity_match(&wanted, &given);
    if (directory) {
        attach_ids(context, model, WRMF_USERS, users_path);
        attach_ids(context, model, WRMF_ITEMS, items_path);
        given = identity_of_model(model, directory);
        identity_match(&wanted, &given);
    }
    identity_note(model, matrix);
}

/* Claims what will be read and the model's file, before anything takes long. */
static void claim_all(wrmf_context *context, const char *input)
{
    input_claim(input);
    /* a model that is continued may be replaced */
    if (continued_path &&
        (is_standard(continued_path) || !is_same_file(continued_path, model_path)))
        input_claim(continued_path);
    if (directory && is_standard(directory))
        die_usage("--ids is a folder; standard input, -, can be none");
    if (directory) {
        users_path = path_join(directory, "users.txt");
        items_path = path_join(directory, "items.txt");
        input_claim(users_path);
        input_claim(items_path);
    }
    checkpoint_claim(context);
    output_claim(context, model_path);
}

/* ---- going on with a model ---- */

/* A model keeps its parameters: all but how many epochs it is fitted for. */
static void refuse_settings(void)
{
    static const char name[] = "iterations=";
    for (int i = 0; i < settings_given.count; i++)
        if (strncmp(settings_given.text[i], name, sizeof name - 1) != 0)
            die_usage(
                "--set %s: a model that is continued keeps its parameters, all but iterations",
                settings_given.text[i]);
}

/* Gives the epochs to add to a model: as many as --set iterations says, or those that it lacks. */
static int64_t epochs_to_go(const wrmf_model *model, const wrmf_params *params)
{
    if (settings_given.count)
        return wrmf_params_get_int(params, WRMF_PARAM_ITERATIONS);
    const int64_t asked = wrmf_params_get_int(wrmf_model_params(model), WRMF_PARAM_ITERATIONS);
    const int64_t done = wrmf_model_epochs(model);
    if (asked <= done)
        die("%s has the %s that it was asked for; --set iterations=N adds N more", continued_path,
            counted(done, "epoch", "epochs"));
    return asked - done;
}

/* ---- what is done ---- */

struct fit {
    wrmf_context *context;
    wrmf_model *model;
    wrmf_matrix *matrix;
    int64_t before, wanted; /* epochs: that the model had, that it was to get */
    double seconds;
    double objective[4]; /* total, all cells, observed, regularization; under --objective */
};

static void run(struct fit *fit)
{
    wrmf_error err;
    const double start = seconds_now();
    fit->before = wrmf_model_epochs(fit->model);
    interrupt_watch();
    checkpoint_begin(fit->model, fit->matrix);
    const wrmf_status status =
        wrmf_model_continue(fit->context, fit->model, fit->matrix, fit->wanted, &err);
    if (status != WRMF_E_CANCELLED) {
        check(status, &err);
    } else { /* what is kept is what a fit of as many epochs gives */
        wrmf_context_set_progress(fit->context, NULL, NULL);
        check(wrmf_model_finish(fit->context, fit->model, fit->matrix, &err), &err);
    }
    checkpoint_end(fit->model);
    fit->seconds = seconds_now() - start;
    if (with_objective)
        check(wrmf_model_objective(fit->context, fit->model, fit->matrix, &fit->objective[0],
                                   &fit->objective[2], &fit->objective[1], &fit->objective[3],
                                   &err),
              &err);
}

static void print_fit(const struct fit *fit)
{
    FILE *out = narration();
    const wrmf_model *model = fit->model;
    const double again = wrmf_model_statistic(model, WRMF_STAT_ROWS_FLOAT64);
    const double minimum = wrmf_model_statistic(model, WRMF_STAT_ROWS_MINIMUM_NORM);
    const int64_t epochs = wrmf_model_epochs(model);
    const wrmf_params *const params = wrmf_model_params(model);
    fprintf(out, "%s x %s, %s%s, %s", counted(wrmf_model_users(model), "user", "users"),
            counted(wrmf_model_items(model), "item", "items"),
            counted(wrmf_params_get_int(params, WRMF_PARAM_FACTORS), "factor", "factors"),
            wrmf_params_get_int(params, WRMF_PARAM_BIASES) ? " and biases" : "",
            counted(epochs, "epoch", "epochs"));
    if (fit->before)
        fprintf(out, ", %s of them now,", with_commas(epochs - fit->before));
    fprintf(out, " in %s\n", seconds_text(fit->seconds));
    if (again > 0 || minimum > 0)
        fprintf(out, "rows solved again in float64: %s, by minimum norm: %s\n",
                with_commas((int64_t)again), with_commas((int64_t)minimum));
    if (with_objective && !common.json) /* it was asked for: -q prints it, too */
        printf("objective %s = all cells %s + observed %s + regularization %s\n",
               objective_text(fit->objective[0]), objective_text(fit->objective[1]),
               objective_text(fit->objective[2]), objective_text(fit->objective[3]));
}

/* Says whether the model is written: not if a signal stopped the fit before an epoch was done. */
static int is_kept(const struct fit *fit)
{
    return !interrupt_name() || wrmf_model_epochs(fit->model) > fit->before;
}

static void print_json(const struct fit *fit)
{
    static const char *const parts[] = {"total", "all", "observed", "regularization"};
    const wrmf_model *model = fit->model;
    fputs("{\n  \"model\": ", stdout);
    if (is_kept(fit))
        put_json(stdout, model_path);
    else
        fputs("null", stdout);
    printf(",\n  \"users\": %lld,\n  \"items\": %lld,\n  \"factors\": %lld,\n"
           "  \"epochs\": %lld,\n  \"epochs_before\": %lld,\n  \"interrupted\": %s,\n",
           (long long)wrmf_model_users(model), (long long)wrmf_model_items(model),
           (long long)wrmf_params_get_int(wrmf_model_params(model), WRMF_PARAM_FACTORS),
           (long long)wrmf_model_epochs(model), (long long)fit->before,
           interrupt_name() ? "true" : "false");
    printf("  \"seconds\": %.3f,\n  \"rows_float64\": %.0f,\n  \"rows_minimum_norm\": %.0f",
           fit->seconds, wrmf_model_statistic(model, WRMF_STAT_ROWS_FLOAT64),
           wrmf_model_statistic(model, WRMF_STAT_ROWS_MINIMUM_NORM));
    for (int i = 0; with_objective && i < 4; i++) {
        printf("%s\"%s\": ", i ? ", " : ",\n  \"objective\": {", parts[i]);
        put_json_number(stdout, fit->objective[i]);
    }
    puts(with_objective ? "}\n}" : "\n}");
}

/* Says, of a fit that a signal has stopped, what is kept and how to go on. */
static void print_interrupt(const struct fit *fit)
{
    const int64_t done = wrmf_model_epochs(fit->model);
    const char *signal = interrupt_name();
    if (!signal)
        return;
    if (!is_kept(fit))
        warn("%s: no epoch was done, nothing is written", signal);
    else
        warn("%s: %s of %s done, %s has them; --continue %s goes on from there", signal,
             with_commas(done), counted(fit->before + fit->wanted, "epoch", "epochs"), model_path,
             model_path);
}

static void check_options(void)
{
    if (continued_path)
        refuse_settings();
    if (continued_path && settings_preset)
        die_usage("--preset: a model that is continued keeps its parameters");
    if (continued_path && !model_path)
        model_path = continued_path;
    if (!model_path)
        die_usage("--out is needed: the file for the model");
    checkpoint_check_options(model_path, continued_path);
    settings_begin_with_preset();
}

static wrmf_model *model_begin(wrmf_context *context, const wrmf_matrix *matrix,
                               const wrmf_params *params)
{
    wrmf_error err;
    wrmf_model *model = NULL;
    if (continued_path)
        return model_load(context, continued_path);
    if (checkpoint_is_there())
        return checkpoint_load(context, matrix, params);
    check(wrmf_model_create(context, wrmf_matrix_users(matrix), wrmf_matrix_items(matrix), params,
                            &model, &err),
          &err);
    return model;
}

int main(int argc, char **argv)
{
    wrmf_error err;
    const char *input = NULL;

    wrmf_context *plain = NULL;
    check(wrmf_context_create(&plain, &err), &err);
    const char *text = about(plain);
    const struct program program = {
        "wrmf-train",
        "TRAIN.mtx [--ids DIR] [--set NAME=VALUE ...] --out FILE [--objective]\n"
        "       wrmf-train TRAIN.mtx --continue MODEL [--set iterations=N] [--out FILE]",
        text,
        {options, settings_option_table, checkpoint_option_table, matrix_option_table},
        "fit a model to a matrix of interactions",
        "wrmf-train prepared/train.mtx --ids prepared --set factors=40 \\\n"
        "    --out model.safetensors"};
    options_parse(&program, argc, argv, 1, &input);
    check_options();
    wrmf_context *context = context_open();
    wrmf_params *params = params_open(context, &settings_given);
    claim_all(context, input);
    struct fit fit = {.context = context, .matrix = matrix_load(context, input)};
    if (wrmf_matrix_entries(fit.matrix) == 0)
        die("%s: there is no interaction in it: nothing can be fitted", input);

    /* wrmf_model_fit() in two steps, so that wrong ids are told at once */
    fit.model = model_begin(context, fit.matrix, params);
    take_ids(context, fit.model, fit.matrix, input);
    fit.wanted = continued_path ? epochs_to_go(fit.model, params)
                                : wrmf_params_get_int(params, WRMF_PARAM_ITERATIONS) -
                                      wrmf_model_epochs(fit.model);
    run(&fit);
    print_fit(&fit);
    if (is_kept(&fit)) {
        wrmf_output *output = output_open(context, model_path);
        const wrmf_status status =
            wrmf_model_write_as(fit.model, mappable ? WRMF_SAVE_MAPPABLE : 0, output, &err);
        output_finish(output, status, &err);
        checkpoint_remove();
    }
    if (model_is_zero(fit.model))
        warn("the model is zero everywhere: it ranks nothing. Regularize less");
    if (common.json)
        print_json(&fit);
    print_interrupt(&fit);
    interrupt_end();

    wrmf_model_free(fit.model);
    wrmf_matrix_free(fit.matrix);
    wrmf_params_free(params);
    wrmf_context_free(context);
    wrmf_context_free(plain);
    free(users_path);
    free(items_path);
    free((void *)text);
    return finish();
}

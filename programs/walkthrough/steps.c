/* SPDX-License-Identifier: BSD-2-Clause */
/* These are the steps of the walk-through. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../failure.h"
#include "../files.h"
#include "../folder.h"
#include "../input_options.h"
#include "../interrupt.h"
#include "../narration.h"
#include "../session.h"
#include "../streams.h"
#include "../text.h"
#include "walkthrough.h"

enum {
    MOST_EPOCHS = 10000,
    FIRST_RUNG = 4, /* epoch: the order after two says little of the end; docs/performance.md */
};

static wrmf_error err;

/* ---- options ---- */

/* Reads "2:38:2" (first, last, step) or "10,20,30". */
static void parse_epochs(struct walk *walk, const char *text)
{
    walk->epochs = allocate(MOST_EPOCHS, sizeof *walk->epochs);
    if (!strchr(text, ':')) {
        walk->n_epochs = numbers_parse("epochs", text, 0, walk->epochs, MOST_EPOCHS);
        return;
    }
    long long from, to, step = 1;
    char tail;
    const int read = sscanf(text, "%9lld:%9lld:%9lld%c", &from, &to, &step, &tail);
    if (read < 2 || read > 3 || (read == 2 && strchr(strchr(text, ':') + 1, ':')) || from < 0 ||
        to < from || step < 1)
        die_usage("--epochs '%s' is not FROM:TO:STEP", text);
    if ((to - from) / step >= MOST_EPOCHS)
        die_usage("--epochs '%s' are more than %d", text, MOST_EPOCHS);
    for (long long epoch = from; epoch <= to; epoch += step)
        walk->epochs[walk->n_epochs++] = epoch;
}

/* Checks, before a file is read, that the library takes the grid. */
static void check_grid(struct walk *walk)
{
    wrmf_matrix *empty = NULL;
    wrmf_grid *grid = NULL;
    check(wrmf_matrix_from_triplets(walk->context, 1, 1, 0, NULL, NULL, NULL, WRMF_DUPLICATES_SUM,
                                    NULL, &empty, &err),
          &err);
    check(wrmf_grid_create(walk->context, empty, walk->base, &grid, &err), &err);
    if (wrmf_grid_parse(grid, walk_options.grid, &err) != WRMF_OK)
        die_usage("--grid: %s", err.text);
    check_usage(wrmf_grid_set_epochs(grid, walk->epochs, walk->n_epochs, &err), &err);
    wrmf_grid_free(grid);
    wrmf_matrix_free(empty);
}

/* ---- the folder ---- */

static struct folder folder;

static void open_folder(void)
{
    static const char *const names[] = {
        "report.html", "grid.csv",        "learning-curve.svg", "learning-curve-narrow.svg",
        "grid.svg",    "grid-narrow.svg", "model.safetensors",  "heldout-users.txt",
        NULL};
    char *journal = path_join(walk_options.directory, "grid.journal");
    output_check(journal);
    free(journal);
    folder_open(&folder, walk_options.directory, names);
    walk_options.new_files = folder.new_files;
}

void walk_add(const char *name)
{
    folder_add(&folder, name);
}

void walk_write_model(const struct walk *walk)
{
    folder_begin(&folder);
    char *path = path_join(walk_options.new_files, "model.safetensors");
    check(wrmf_model_save(walk->model, path, &err), &err);
    walk_add("model.safetensors");
    interactions_write_heldout(&walk->data, walk_options.new_files);
    walk_add("heldout-users.txt");
    free(path);
}

void walk_put_files(FILE *file)
{
    folder_put_json(&folder, file);
}

void walk_close_folder(void)
{
    folder_close(&folder);
    walk_options.new_files = NULL;
}

/* ---- options that are checked together ---- */

void walk_check_options(struct walk *walk, const char *input)
{
    input_options_check();
    if (!walk_options.directory || !*walk_options.directory)
        die_usage("--out is needed: the folder for the results");
    if (strcmp(walk_options.exclude, "none") != 0 && strcmp(walk_options.exclude, "train") != 0)
        die_usage("--exclude '%s' is neither none nor train", walk_options.exclude);
    if (walk_options.thumbnail && !strstr(walk_options.thumbnail, "{id}"))
        die_usage("--thumbnail '%s' lacks {id}, which stands for the id", walk_options.thumbnail);
    if (walk_options.finish && !walk_options.patience)
        die_usage("--finish needs --patience: without it all configurations run to the end");
    if (walk_options.items.count > MOST_LISTS)
        die_usage("--similar-to is given more than %d times", MOST_LISTS);
    walk->base = params_open(walk->context, &walk_options.settings);
    for (int i = 0; i < walk_options.settings.count; i++)
        if (strncmp(walk_options.settings.text[i], "iterations=", 11) == 0)
            warn("--set iterations has no effect: --epochs says how long is fitted");
    parse_epochs(walk, walk_options.epochs);
    check_grid(walk);
    walk_name_measures(walk);
    input_claim(input);
    open_folder();
}

/* ---- data ---- */

void walk_read(struct walk *walk, const char *input)
{
    struct interactions *data = &walk->data;
    interactions_read(data, walk->context, input);
    interactions_print_read(data, narration());
    interactions_thin(data);
    interactions_print_figures(data, narration());
    interactions_split(data);
    interactions_print_split(data, narration());
    for (int i = 0; i < walk_options.items.count; i++)
        if (id_find(data->items, "similar-to", walk_options.items.text[i]) < 0)
            die("--similar-to: after thinning there is no item '%s'", walk_options.items.text[i]);
}

/* ---- grid ---- */

wrmf_evaluator *walk_evaluator(struct walk *walk, const wrmf_matrix *target,
                               const wrmf_matrix *train, int seen_out)
{
    const wrmf_metric metrics[] = {walk->metric, WRMF_METRIC_MSE};
    wrmf_evaluator *evaluator = NULL;
    check(wrmf_evaluator_create(walk->context, target, train, &evaluator, &err), &err);
    check(wrmf_evaluator_set_protocol(evaluator, WRMF_PROTOCOL_ARTICLE, &err), &err);
    if (seen_out)
        check(wrmf_evaluator_set_exclude(evaluator, WRMF_EXCLUDE_TRAIN, &err), &err);
    check(wrmf_evaluator_set_users(evaluator, walk->data.heldout, walk->data.n_heldout, &err),
          &err);
    check(wrmf_evaluator_set_metrics(evaluator, metrics, seen_out ? 1 : 2, &err), &err);
    check(wrmf_evaluator_set_cutoffs(evaluator, &walk_options.k, 1, &err), &err);
    return evaluator;
}

static void make_grid(struct walk *walk)
{
    const struct interactions *data = &walk->data;
    wrmf_evaluator *test = walk_evaluator(walk, data->test, data->train, 0);
    wrmf_evaluator *serving = walk_evaluator(walk, data->test, data->train, 1);
    wrmf_evaluator *train = walk_evaluator(walk, data->train, NULL, 0);
    check(wrmf_grid_create(walk->context, data->train, walk->base, &walk->grid, &err), &err);
    check(wrmf_grid_parse(walk->grid, walk_options.grid, &err), &err);
    check(wrmf_grid_set_epochs(walk->grid, walk->epochs, walk->n_epochs, &err), &err);
    check(wrmf_grid_add_evaluator(walk->grid, "test", test, &err), &err);
    check(wrmf_grid_add_evaluator(walk->grid, "serving", serving, &err), &err);
    check(wrmf_grid_add_evaluator(walk->grid, "train", train, &err), &err);
    wrmf_evaluator_free(test);
    wrmf_evaluator_free(serving);
    wrmf_evaluator_free(train);
}

static int shown_before(const struct walk *walk, wrmf_param id)
{
    for (int i = 0; i < walk->n_shown; i++)
        if (walk->shown[i].id == id)
            return 1;
    return 0;
}

/* Says whether the grid has a configuration in which parameter a differs from parameter b, or,
 * with b 0, from its own value in the first configuration. */
static int differs(struct walk *walk, wrmf_param a, wrmf_param b)
{
    const wrmf_params *first = wrmf_grid_params(walk->grid, 0);
    for (int64_t i = 0; i < wrmf_grid_size(walk->grid); i++) {
        const wrmf_params *params = wrmf_grid_params(walk->grid, i);
        const double other = b ? wrmf_params_get_real(params, b) : wrmf_params_get_real(first, a);
        if (wrmf_params_get_real(params, a) < other || wrmf_params_get_real(params, a) > other)
            return 1;
    }
    return 0;
}

/* Chooses what tables show: the parameters that the article varies and those varied here. */
static void choose_shown(struct walk *walk)
{
    const int two = differs(walk, WRMF_PARAM_REGULARIZATION_USER, WRMF_PARAM_REGULARIZATION_ITEM);
    walk->shown[0] = (struct shown){WRMF_PARAM_FACTORS, "factors"};
    walk->shown[1] = (struct shown){WRMF_PARAM_REGULARIZATION_USER,
                                    two ? "regularization_user" : "regularization"};
    walk->shown[2] = (struct shown){WRMF_PARAM_ALPHA, "alpha"};
    walk->n_shown = 3;
    for (int i = 0; i < wrmf_params_size() && walk->n_shown < MOST_SHOWN; i++) {
        const wrmf_param id = wrmf_params_id(i);
        const int item_side = id == WRMF_PARAM_REGULARIZATION_ITEM;
        if (shown_before(walk, id) || (item_side ? !two : !differs(walk, id, (wrmf_param)0)))
            continue;
        walk->shown[walk->n_shown++] = (struct shown){id, wrmf_params_name(id)};
    }
}

_Noreturn void walk_stop(const struct walk *walk)
{
    warn("%s: %s of %s done; the same command goes on", interrupt_name(),
         with_commas(wrmf_grid_done(walk->grid)), with_commas(wrmf_grid_size(walk->grid)));
    folder_give_up();
    interrupt_end();
    exit(1); /* not reached */
}

/* Tells the grid which of its configurations to try, and until when. */
static void set_search(struct walk *walk)
{
    const struct walk_options *o = &walk_options;
    const int64_t all = o->budget > 0 && !o->coordinates ? wrmf_grid_size(walk->grid) : 0;
    check(wrmf_grid_set_sample(walk->grid, o->tries ? o->tries : all, common.seed, &err), &err);
    if (o->halving)
        check(wrmf_grid_set_halving(walk->grid, walk->measure, o->halving, FIRST_RUNG, &err), &err);
    if (o->coordinates)
        check(wrmf_grid_set_coordinates(walk->grid, walk->measure, &err), &err);
    if (o->patience)
        check(wrmf_grid_set_patience(walk->grid, walk->measure, o->patience, &err), &err);
    check(wrmf_grid_set_finish(walk->grid, o->finish, &err), &err);
    check(wrmf_grid_set_budget(walk->grid, o->budget, &err), &err);
}

static void print_search(const struct walk *walk)
{
    const struct walk_options *o = &walk_options;
    FILE *out = narration();
    fprintf(out, "\n%s, %s, each evaluated %s\n",
            counted(wrmf_grid_size(walk->grid), "configuration", "configurations"),
            counted(walk->epochs[walk->n_epochs - 1], "epoch", "epochs"),
            counted(walk->n_epochs, "time", "times"));
    if (o->tries)
        fprintf(out, "of which %s drawn\n", counted(o->tries, "is", "are"));
    if (o->halving)
        fprintf(out, "successive halving: one of %s goes on from rung to rung\n",
                with_commas(o->halving));
    if (o->coordinates)
        fputs("coordinate search: along one parameter after the other, from the best so far\n",
              out);
    if (o->patience)
        fprintf(out, "a configuration ends %s behind its best\n",
                counted(o->patience, "evaluation", "evaluations"));
    if (o->patience && o->finish)
        fprintf(out, "in the end the best of them %s to the last epoch: %s\n",
                o->finish == 1 ? "goes" : "go", with_commas(o->finish));
    if (o->budget > 0)
        fprintf(out, "for %s at most\n", seconds_text(o->budget));
    fflush(stdout);
}

void walk_run_grid(struct walk *walk)
{
    char *journal = path_join(walk_options.directory, "grid.journal");
    make_grid(walk);
    choose_shown(walk);
    check(wrmf_grid_set_journal(walk->grid, journal, &err), &err);
    set_search(walk);
    print_search(walk);
    interrupt_watch();
    const double start = seconds_now();
    const wrmf_status status = wrmf_grid_run(walk->context, walk->grid, &err);
    if (status == WRMF_E_STATE || status == WRMF_E_FORMAT)
        die("%s; remove %s to begin anew, or choose another --out", err.text, journal);
    if (status == WRMF_E_CANCELLED)
        walk_stop(walk);
    check(status, &err);
    walk->seconds_grid = seconds_now() - start;
    if (wrmf_grid_done(walk->grid) == 0)
        die("--budget: in %s no configuration came to its first evaluation",
            seconds_text(walk_options.budget));
    for (int64_t i = 0; i < wrmf_grid_done(walk->grid); i++) {
        const wrmf_curve *curve = wrmf_grid_curve(walk->grid, i);
        walk->seconds_fitted += wrmf_curve_value(curve, wrmf_curve_points(curve) - 1,
                                                 wrmf_curve_find(curve, "seconds"));
    }
    free(journal);
}

/* ---- the model for use ---- */

void walk_refit(struct walk *walk)
{
    const struct interactions *data = &walk->data;
    const double start = seconds_now();
    wrmf_params *params = NULL;
    check(wrmf_params_copy(wrmf_curve_params(walk->best), &params, &err), &err);
    check(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, walk->best_epoch, &err), &err);
    const wrmf_status status =
        wrmf_model_fit(walk->context, data->matrix, params, &walk->model, &err);
    if (status == WRMF_E_CANCELLED || interrupt_name())
        walk_stop(walk);
    interrupt_end(); /* what comes now is short */
    check(status, &err);
    walk->seconds_refit = seconds_now() - start;
    wrmf_params_free(params);
    if (model_is_zero(walk->model))
        die("the model of the best configuration is zero everywhere: it ranks and compares "
            "nothing. "
            "Regularize less");

    check(wrmf_model_objective(walk->context, walk->model, data->matrix, &walk->objective, NULL,
                               NULL, NULL, &err),
          &err);
    check(wrmf_model_set_ids(walk->model, WRMF_USERS, data->users, &err), &err);
    check(wrmf_model_set_ids(walk->model, WRMF_ITEMS, data->items, &err), &err);
    walk_print_refit(walk);
}

struct popular {
    int64_t item, users;
};

static int by_users(const void *a, const void *b)
{
    const struct popular *x = a, *y = b;
    if (x->users != y->users)
        return x->users > y->users ? -1 : 1;
    return (x->item > y->item) - (x->item < y->item);
}

/* What everybody has is similar to nothing in particular, so the items are
 * taken further and further down the list of the popular ones. */
static void choose_items(struct walk *walk, const int64_t *users)
{
    const int64_t n = walk->data.after.items;
    if (walk_options.items.count) {
        for (int i = 0; i < walk_options.items.count; i++) {
            const char *id = walk_options.items.text[i];
            walk->lists[walk->n_lists++].item = id_find(walk->data.items, "similar-to", id);
        }
    } else {
        struct popular *popular = allocate((size_t)n, sizeof *popular);
        for (int64_t i = 0; i < n; i++)
            popular[i] = (struct popular){i, users[i]};
        qsort(popular, (size_t)n, sizeof *popular, by_users);
        for (int64_t rank = 1; rank < n && walk->n_lists < MOST_LISTS; rank = 2 * rank + 3)
            walk->lists[walk->n_lists++].item = popular[rank - 1].item;
        free(popular);
    }
    for (int i = 0; i < walk->n_lists; i++)
        walk->lists[i].users = users[walk->lists[i].item];
}

void walk_find_similar(struct walk *walk)
{
    int64_t *users = allocate((size_t)walk->data.after.items, sizeof *users);
    check(wrmf_matrix_degrees(walk->data.matrix, WRMF_ITEMS, users, &err), &err);
    choose_items(walk, users);
    for (int i = 0; i < walk->n_lists; i++) {
        struct similar_list *list = &walk->lists[i];
        check(wrmf_similar(walk->model, WRMF_ITEMS, list->item, LIST_LENGTH, list->items,
                           list->scores, &list->count, &err),
              &err);
    }
    free(users);
}

void walk_free(struct walk *walk)
{
    wrmf_model_free(walk->model);
    wrmf_grid_free(walk->grid);
    wrmf_params_free(walk->base);
    interactions_free(&walk->data);
    wrmf_context_free(walk->context);
    free(walk->epochs);
}

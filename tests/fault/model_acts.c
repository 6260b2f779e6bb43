/* SPDX-License-Identifier: BSD-2-Clause */
/* The acts of this file fit models, continue them, take objectives, and write and load files. */
#include "world.h"

#include <string.h>

/* ---- fitting ---- */

static wrmf_status create(world *w)
{
    MAKES(model, wrmf_model_create(w->context, USERS, ITEMS, w->params, &out, &w->error));
}

static wrmf_status fit_with(world *w, const char *settings)
{
    world_hold(w);
    MUST(wrmf_params_parse(w->params, settings, err));
    world_go(w);
    MAKES(model, wrmf_model_fit(w->context, w->matrix, w->params, &out, &w->error));
}

static wrmf_status fit(world *w)
{
    return fit_with(w, "");
}

static wrmf_status fit_float64(world *w)
{
    return fit_with(w, "precision=float64 confidence=log");
}

static wrmf_status fit_cholesky(world *w)
{
    return fit_with(w, "solver=cholesky");
}

static wrmf_status fit_cg(world *w)
{
    return fit_with(w, "solver=cg");
}

static wrmf_status fit_whitened(world *w)
{
    return fit_with(w, "solver=whitened");
}

/* There are more factors than rows and no regularization, so rows get the minimum norm. */
static wrmf_status fit_singular(world *w)
{
    return fit_with(w, "factors=40 regularization=0 alpha=1e8");
}

static wrmf_status fit_singular_float64(world *w)
{
    return fit_with(w, "factors=40 regularization=0 alpha=1e8 precision=float64");
}

typedef struct rows {
    double users[USERS * FACTORS], items[ITEMS * FACTORS];
} rows;

static void take_rows(const wrmf_model *model, rows *r)
{
    MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, r->users, err));
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, r->items, err));
}

/* The rows of a model after so many epochs of a fit of `iterations`. */
static void take_fitted(world *w, int64_t epochs, int64_t iterations, rows *r)
{
    wrmf_model *model = NULL;
    world_hold(w);
    MUST(wrmf_params_set_int(w->params, WRMF_PARAM_ITERATIONS, iterations, err));
    MUST(wrmf_model_create(w->context, USERS, ITEMS, w->params, &model, err));
    MUST(wrmf_model_continue(w->context, model, w->matrix, epochs, err));
    world_go(w);
    take_rows(model, r);
    wrmf_model_free(model);
}

/* A failure leaves the model as it was, with what it carries; a cancelled call leaves it as after
 * its last whole epoch. */
static wrmf_status go_on(world *w)
{
    rows before, after;
    take_rows(w->model, &before);
    const int64_t epochs = wrmf_model_epochs(w->model);
    const double solved = wrmf_model_statistic(w->model, WRMF_STAT_ROWS);
    const wrmf_status status = wrmf_model_continue(w->context, w->model, w->matrix, 4, &w->error);
    take_rows(w->model, &after);
    if (status == WRMF_OK) {
        assert_int_equal(wrmf_model_epochs(w->model), epochs + 4);
    } else if (status == WRMF_E_CANCELLED) {
        const int64_t done = wrmf_model_epochs(w->model) - epochs;
        /* the hook is called once an epoch, and within one on a machine that is slow */
        assert_true(done <= w->at && done < 4);
        if (done > 0) /* else it is the model that was fitted to its end before */
            take_fitted(w, epochs + done, epochs + 4, &before);
        assert_memory_equal(&before, &after, sizeof before);
    } else {
        assert_int_equal(wrmf_model_epochs(w->model), epochs);
        assert_true(wrmf_model_statistic(w->model, WRMF_STAT_ROWS) == solved);
        assert_memory_equal(&before, &after, sizeof before);
        world_hold(w);
        MUST(wrmf_model_continue(w->context, w->model, w->matrix, 2, err));
        world_go(w);
        take_rows(w->model, &after);
        take_fitted(w, epochs + 2, epochs + 2, &before);
        assert_memory_equal(&before, &after, sizeof before);
    }
    return status;
}

static wrmf_status objective(world *w)
{
    double total = -7, observed = -7, all = -7, regularization = -7;
    const wrmf_status status = wrmf_model_objective(w->context, w->model, w->matrix, &total,
                                                    &observed, &all, &regularization, &w->error);
    if (status != WRMF_OK)
        assert_true(total == -7 && observed == -7 && all == -7 && regularization == -7);
    return status;
}

/* ---- ids and files ---- */

static wrmf_status set_ids(world *w)
{
    world_hold(w);
    MUST(wrmf_model_set_ids(w->model, WRMF_USERS, w->users, err));
    world_go(w);
    const wrmf_ids *const before = wrmf_model_ids(w->model, WRMF_USERS);
    const wrmf_status status = wrmf_model_set_ids(w->model, WRMF_USERS, w->numbers, &w->error);
    if (status != WRMF_OK)
        assert_ptr_equal(wrmf_model_ids(w->model, WRMF_USERS), before);
    return status;
}

static wrmf_status write_model(world *w)
{
    wrmf_output *const output = world_output(w);
    const wrmf_status status = wrmf_model_write(w->model, output, &w->error);
    wrmf_output_free(output);
    return status;
}

/* What stood at the path can still be loaded. */
static wrmf_status save(world *w)
{
    const wrmf_status status = wrmf_model_save(w->model, w->path, &w->error);
    wrmf_model *loaded = NULL;
    world_hold(w);
    MUST(wrmf_model_load(w->context, w->path, &loaded, err));
    world_go(w);
    wrmf_model_free(loaded);
    return status;
}

static wrmf_status load(world *w)
{
    MAKES(model, wrmf_model_load(w->context, w->path, &out, &w->error));
}

const act model_acts[] = {
    {"create a model", create, 0},
    {"fit", fit, 0},
    {"fit in float64", fit_float64, 0},
    {"fit by Cholesky", fit_cholesky, 0},
    {"fit by conjugate gradients", fit_cg, 0},
    {"fit whitened", fit_whitened, 0},
    {"fit a singular model", fit_singular, 0},
    {"fit a singular model in float64", fit_singular_float64, 0},
    {"go on fitting", go_on, NEEDS_MODEL},
    {"objective", objective, NEEDS_MODEL},
    {"set ids", set_ids, NEEDS_MODEL | NEEDS_IDS},
    {"write a model", write_model, NEEDS_FILE | NEEDS_IDS},
    {"save a model", save, NEEDS_FILE | NEEDS_IDS},
    {"load a model", load, NEEDS_FILE | NEEDS_IDS},
    {NULL, NULL, 0},
};

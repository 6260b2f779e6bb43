/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * speed.c - what an application waits for, on a matrix of the shape S or M of common.py: epochs,
 * lists, an evaluation, an objective. benchmarks/same_speed compiles it into a module with each of
 * two builds of the library, of which one may be the first release; same_speed.c loads both and
 * times them in turn. The matrix is drawn by shapes.h, so that two builds see the same pairs.
 */
#include "speed.h"

#include <time.h>

#include "shapes.h"

enum { LISTS = 2000, SINGLE = 20, LENGTH = 10 };

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- what is timed ---- */

struct speed {
    wrmf_context *context;
    wrmf_matrix *train, *test;
    wrmf_model *exact, *steps; /* solved to working precision; three warm steps a row */
    wrmf_evaluator *evaluator;
    int64_t *lists, *counts;
};

static wrmf_model *start(wrmf_context *context, const wrmf_matrix *matrix, int factors,
                         const char *text)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    TRY(wrmf_params_create(context, &params, &err));
    TRY(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, factors, &err));
    TRY(wrmf_params_parse(params, text, &err));
    TRY(wrmf_model_create(context, wrmf_matrix_users(matrix), wrmf_matrix_items(matrix), params,
                          &model, &err));
    wrmf_params_free(params);
    TRY(wrmf_model_continue(context, model, matrix, 1, &err)); /* touches all memory */
    return model;
}

static void epoch(speed *s)
{
    TRY(wrmf_model_continue(s->context, s->exact, s->train, 1, &err));
}

static void epoch_of_steps(speed *s)
{
    TRY(wrmf_model_continue(s->context, s->steps, s->train, 1, &err));
}

static void many_lists(speed *s)
{
#if WRMF_ABI_VERSION == 0
    TRY(wrmf_recommend_batch(s->context, s->exact, NULL, LISTS, s->train, LENGTH, s->lists, NULL,
                             s->counts, &err));
#else
    wrmf_query *query = NULL;
    TRY(wrmf_query_create(s->context, s->exact, WRMF_USERS, WRMF_ITEMS, &query, &err));
    TRY(wrmf_query_set_seen(query, s->train, &err));
    TRY(wrmf_query_set_length(query, LENGTH, &err));
    TRY(wrmf_query_run_batch(query, NULL, LISTS, s->lists, NULL, s->counts, &err));
    wrmf_query_free(query);
#endif
}

static void single_lists(speed *s)
{
    for (int64_t user = 0; user < SINGLE; user++)
        TRY(wrmf_recommend(s->exact, user, s->train, LENGTH, s->lists, NULL, s->counts, &err));
}

static void evaluation(speed *s)
{
    TRY(wrmf_evaluator_run(s->context, s->evaluator, s->exact, &err));
}

static void objective(speed *s)
{
    double total;
    TRY(wrmf_model_objective(s->context, s->exact, s->train, &total, NULL, NULL, NULL, &err));
}

static const struct {
    const char *name;
    void (*run)(speed *s);
} works[] = {{"epoch", epoch},           {"3-steps", epoch_of_steps}, {"2000-lists", many_lists},
             {"20-lists", single_lists}, {"evaluation", evaluation},  {"objective", objective}};

/* ---- the module ---- */

const char *speed_name(int work)
{
    return work < (int)(sizeof works / sizeof *works) ? works[work].name : NULL;
}

speed *speed_open(const char *name, int factors, int threads)
{
    static const wrmf_metric metrics[] = {WRMF_METRIC_PRECISION, WRMF_METRIC_NDCG, WRMF_METRIC_MSE};
    speed *const s = allocate(1, sizeof *s);
    TRY(wrmf_context_create(&s->context, &err));
    TRY(wrmf_context_set_threads(s->context, threads, &err));
    wrmf_matrix *const matrix = draw_matrix(s->context, find_shape(name));
    TRY(wrmf_matrix_split(matrix, 5, 0.1, 1, &s->train, &s->test, NULL, NULL, &err));
    wrmf_matrix_free(matrix);
    s->exact = start(s->context, s->train, factors, "alpha=40");
    s->steps = start(s->context, s->train, factors, "alpha=40 solver=whitened cg_steps=3");
    TRY(wrmf_evaluator_create(s->context, s->test, s->train, &s->evaluator, &err));
    TRY(wrmf_evaluator_set_metrics(s->evaluator, metrics, 3, &err));
    s->lists = allocate(LISTS * LENGTH, sizeof *s->lists);
    s->counts = allocate(LISTS, sizeof *s->counts);
    return s;
}

double speed_time(speed *s, int work)
{
    const double begin = seconds();
    works[work].run(s);
    return seconds() - begin;
}

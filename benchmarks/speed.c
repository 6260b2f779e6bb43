/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * speed.c - what an application waits for, on a matrix of the shape S or M of common.py: epochs,
 * lists, an evaluation, an objective. benchmarks/same_speed compiles it into a module with each of
 * two builds of the library, of which one may be the first release; same_speed.c loads both and
 * times them in turn.
 *
 * Users' degrees are log-normal, items' popularities fall as a power of their rank, and no item is
 * a user's twice; the generator is the module's own, so that two builds see the same pairs.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <wrmf/wrmf.h>

#include "speed.h"

enum { LISTS = 2000, SINGLE = 20, LENGTH = 10 };

typedef struct shape {
    const char *name;
    int64_t users, items;
    double pairs, least, spread, exponent;
} shape;

static const shape shapes[] = {{"S", 15274, 25655, 547000, 4, 1.15, 0.5},
                               {"M", 138493, 26744, 10000000, 9, 1.1, 0.9}};

#define TRY(call)                                                                                  \
    do {                                                                                           \
        wrmf_error err;                                                                            \
        if ((call) != WRMF_OK) {                                                                   \
            fprintf(stderr, "speed: %s: %s\n", #call, err.text);                                   \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static void *allocate(int64_t n, size_t size)
{
    void *const memory = calloc((size_t)n, size);
    if (!memory)
        exit(1);
    return memory;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static uint64_t state = 1;

/* Draws a number, uniform in 0 .. 1: the high bits of a linear congruential generator. */
static double uniform(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(state >> 11) * 0x1p-53;
}

static double normal(void)
{
    const double radius = sqrt(-2 * log(1 - uniform()));
    return radius * cos(6.283185307179586 * uniform());
}

static int64_t item_at(const double *ends, int64_t items, double at)
{
    int64_t low = 0, high = items - 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (ends[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int ascending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Sort a user's n draws and keep each item once. Returns how many are left. */
static int64_t keep_once(int64_t *item, int64_t n)
{
    int64_t kept = 0;
    qsort(item, (size_t)n, sizeof *item, ascending);
    for (int64_t i = 0; i < n; i++)
        if (i == 0 || item[i] != item[i - 1])
            item[kept++] = item[i];
    return kept;
}

static wrmf_matrix *draw(wrmf_context *context, const shape *s)
{
    int64_t *const offsets = allocate(s->users + 1, sizeof *offsets);
    int64_t *const item = allocate((int64_t)(2 * s->pairs) + s->items, sizeof *item);
    double *const ends = allocate(s->items, sizeof *ends);
    double sum = 0;
    for (int64_t i = 0; i < s->items; i++)
        ends[i] = sum += pow((double)i + 10, -s->exponent);
    const double mean = exp(s->spread * s->spread / 2);
    for (int64_t u = 0; u < s->users; u++) {
        const double more = 1.12 * s->pairs / (double)s->users - s->least;
        double degree = s->least + exp(s->spread * normal()) / mean * more;
        if (degree > (double)s->items / 4)
            degree = (double)s->items / 4;
        const int64_t begin = offsets[u], n = (int64_t)degree;
        for (int64_t i = 0; i < n; i++)
            item[begin + i] = item_at(ends, s->items, uniform() * sum);
        offsets[u + 1] = begin + keep_once(item + begin, n);
        if ((double)offsets[u + 1] > 1.9 * s->pairs) {
            fprintf(stderr, "speed: more pairs than there is room for\n");
            exit(1);
        }
    }
    wrmf_matrix *matrix = NULL;
    TRY(wrmf_matrix_from_csr(context, s->users, s->items, offsets, item, NULL, &matrix, &err));
    free(offsets);
    free(item);
    free(ends);
    return matrix;
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
    const shape *const chosen = strcmp(name, "M") == 0 ? &shapes[1] : &shapes[0];
    speed *const s = allocate(1, sizeof *s);
    TRY(wrmf_context_create(&s->context, &err));
    TRY(wrmf_context_set_threads(s->context, threads, &err));
    wrmf_matrix *const matrix = draw(s->context, chosen);
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

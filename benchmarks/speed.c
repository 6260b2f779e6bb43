/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * speed SHAPE FACTORS THREADS: seconds of an epoch to working precision, of one of three warm
 * steps, of an evaluation, of 2,000 lists and of an objective, a line each, on a matrix of the
 * shape S or M of common.py. benchmarks/same_speed compiles it against two trees, of which one may
 * be the first release, and runs them in turn.
 *
 * Users' degrees are log-normal, items' popularities fall as a power of their rank, and no item is
 * a user's twice; the generator is the program's own, so that two builds see the same pairs.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <wrmf/wrmf.h>

enum { LISTS = 2000, LENGTH = 10 };

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

static wrmf_model *start(wrmf_context *context, const wrmf_matrix *matrix, int64_t factors,
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
    TRY(wrmf_model_continue(context, model, matrix, 1,
                            &err)); /* not timed: it touches the memory for the first time */
    return model;
}

/* Prints the seconds of an epoch; gives the model. */
static wrmf_model *time_epochs(wrmf_context *context, const wrmf_matrix *matrix, int64_t factors,
                               const char *name, const char *text)
{
    wrmf_model *const model = start(context, matrix, factors, text);
    const int64_t epochs = wrmf_matrix_entries(matrix) > 2000000 ? 2 : 8;
    const double begin = seconds();
    TRY(wrmf_model_continue(context, model, matrix, epochs, &err));
    printf("%s %.6f\n", name, (seconds() - begin) / (double)epochs);
    return model;
}

static void time_lists(wrmf_context *context, const wrmf_model *model, const wrmf_matrix *seen)
{
    int64_t *const lists = allocate(LISTS * LENGTH, sizeof *lists);
    int64_t *const counts = allocate(LISTS, sizeof *counts);
    double begin;
#if WRMF_ABI_VERSION == 0
    begin = seconds();
    TRY(wrmf_recommend_batch(context, model, NULL, LISTS, seen, LENGTH, lists, NULL, counts, &err));
#else
    wrmf_query *query = NULL;
    TRY(wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, &query, &err));
    TRY(wrmf_query_set_seen(query, seen, &err));
    TRY(wrmf_query_set_length(query, LENGTH, &err));
    begin = seconds();
    TRY(wrmf_query_run_batch(query, NULL, LISTS, lists, NULL, counts, &err));
    wrmf_query_free(query);
#endif
    printf("lists %.6f\n", seconds() - begin);
    free(lists);
    free(counts);
}

static void time_one_list(const wrmf_model *model, const wrmf_matrix *seen)
{
    int64_t list[LENGTH], count;
    const double begin = seconds();
    for (int64_t user = 0; user < 100; user++)
        TRY(wrmf_recommend(model, user, seen, LENGTH, list, NULL, &count, &err));
    printf("one-list %.6f\n", (seconds() - begin) / 100);
}

static void time_evaluation(wrmf_context *context, const wrmf_model *model, const wrmf_matrix *test,
                            const wrmf_matrix *train)
{
    static const wrmf_metric metrics[] = {WRMF_METRIC_PRECISION, WRMF_METRIC_NDCG, WRMF_METRIC_MSE};
    wrmf_evaluator *evaluator = NULL;
    TRY(wrmf_evaluator_create(context, test, train, &evaluator, &err));
    TRY(wrmf_evaluator_set_metrics(evaluator, metrics, 3, &err));
    TRY(wrmf_evaluator_run(context, evaluator, model, &err));
    const double begin = seconds();
    TRY(wrmf_evaluator_run(context, evaluator, model, &err));
    printf("evaluation %.6f\n", seconds() - begin);
    wrmf_evaluator_free(evaluator);
}

static void time_objective(wrmf_context *context, const wrmf_model *model, const wrmf_matrix *train)
{
    double total;
    const double begin = seconds();
    for (int i = 0; i < 4; i++)
        TRY(wrmf_model_objective(context, model, train, &total, NULL, NULL, NULL, &err));
    printf("objective %.6f\n", (seconds() - begin) / 4);
}

int main(int argc, char **argv)
{
    const shape *chosen = NULL;
    for (size_t i = 0; argc == 4 && i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(argv[1], shapes[i].name) == 0)
            chosen = &shapes[i];
    if (!chosen) {
        fprintf(stderr, "speed: SHAPE (S or M) FACTORS THREADS are wanted\n");
        return 2;
    }
    const int64_t factors = strtol(argv[2], NULL, 10);
    wrmf_context *context = NULL;
    wrmf_matrix *train = NULL, *test = NULL;
    TRY(wrmf_context_create(&context, &err));
    TRY(wrmf_context_set_threads(context, (int)strtol(argv[3], NULL, 10), &err));
    wrmf_matrix *const matrix = draw(context, chosen);
    TRY(wrmf_matrix_split(matrix, 5, 0.1, 1, &train, &test, NULL, NULL, &err));
    wrmf_model_free(
        time_epochs(context, train, factors, "three-steps", "alpha=40 solver=whitened cg_steps=3"));
    wrmf_model *const model = time_epochs(context, train, factors, "epoch", "alpha=40");
    time_lists(context, model, train);
    time_one_list(model, train);
    time_evaluation(context, model, test, train);
    time_objective(context, model, train);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    wrmf_context_free(context);
    return 0;
}

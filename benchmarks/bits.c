/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bits [LEVEL ...]: fit, rank and evaluate in many ways on each CPU level that runs here (or
 * those named), and print a hash of the bits of every result, a line each. Two builds that print
 * the same lines compute the same. benchmarks/same_bits compiles it against two trees, of which
 * one may be the first release, and compares.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wrmf/wrmf.h>

enum { USERS = 2500, ITEMS = 900, LONG_USERS = 33500, LONG_ITEMS = 40, LIST = 10, ASKED = 100 };

static const char *const params[] = {
    "factors=8 alpha=40 iterations=2",
    "factors=40 alpha=40 iterations=3",
    "factors=64 alpha=1 regularization=10 iterations=2",
    "factors=64 alpha=1000 regularization=1e-3 iterations=2",
    "factors=64 alpha=1e12 regularization=1e-9 iterations=2",
    "factors=100 alpha=10 regularization=0 iterations=1",
    "factors=128 alpha=40 confidence=log epsilon=0.5 iterations=1",
    "factors=64 alpha=40 cg_steps=3 iterations=3",
    "factors=64 alpha=40 solver=whitened iterations=2",
    "factors=64 alpha=40 solver=cholesky iterations=2",
    "factors=64 alpha=40 solver=cg iterations=3",
    "factors=200 alpha=5 regularization_user=2 regularization_item=1e-4 iterations=1",
};

static void fail(const char *what, const wrmf_error *err)
{
    fprintf(stderr, "bits: %s: %s\n", what, err->text);
    exit(1);
}

#define TRY(call)                                                                                  \
    do {                                                                                           \
        wrmf_error err;                                                                            \
        if ((call) != WRMF_OK)                                                                     \
            fail(#call, &err);                                                                     \
    } while (0)

/* Continues a hash h: FNV-1a with 64 bits, a byte at a time. */
static uint64_t hash(uint64_t h, const void *data, size_t bytes)
{
    const unsigned char *const p = data;
    for (size_t i = 0; i < bytes; i++)
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    return h;
}

static uint64_t state;

/* Draws a number, uniform in 0 .. n - 1: the high bits of a linear congruential generator. */
static int64_t draw(int64_t n)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((state >> 33) % (uint64_t)n);
}

/* Makes a matrix in which few users have many items and few items have many users; counts are
 * drawn if `counted`, else all are 1. */
static wrmf_matrix *interactions(wrmf_context *context, int counted)
{
    enum { N = 60000 };
    int64_t *const user = malloc(N * sizeof *user), *const item = malloc(N * sizeof *item);
    double *const count = malloc(N * sizeof *count);
    wrmf_matrix *matrix = NULL;
    if (!user || !item || !count)
        exit(1);
    state = 7;
    for (int64_t i = 0; i < N; i++) {
        user[i] = draw(1 + draw(USERS));
        item[i] = draw(1 + draw(ITEMS));
        count[i] = counted ? 1 + (double)draw(20) * (double)draw(20) / 8 : 1;
    }
    TRY(wrmf_matrix_from_triplets(context, USERS, ITEMS, N, user, item, count, WRMF_DUPLICATES_MAX,
                                  NULL, &matrix, &err));
    free(user);
    free(item);
    free(count);
    return matrix;
}

/* Makes a matrix of few items, of which every user has the first: all workers sum up its row. */
static wrmf_matrix *long_rows(wrmf_context *context)
{
    const int64_t n = 2 * LONG_USERS;
    int64_t *const user = malloc((size_t)n * sizeof *user);
    int64_t *const item = malloc((size_t)n * sizeof *item);
    wrmf_matrix *matrix = NULL;
    if (!user || !item)
        exit(1);
    state = 11;
    for (int64_t i = 0; i < LONG_USERS; i++) {
        user[2 * i] = user[2 * i + 1] = i;
        item[2 * i] = 0;
        item[2 * i + 1] = 1 + draw(LONG_ITEMS - 1);
    }
    TRY(wrmf_matrix_from_triplets(context, LONG_USERS, LONG_ITEMS, n, user, item, NULL,
                                  WRMF_DUPLICATES_SUM, NULL, &matrix, &err));
    free(user);
    free(item);
    return matrix;
}

static uint64_t model_bits(const wrmf_model *model)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (int side = 0; side < 2; side++) {
        const int64_t rows = side ? wrmf_model_items(model) : wrmf_model_users(model);
        const size_t numbers = (size_t)(rows * wrmf_model_factors(model));
        double *const values = malloc(numbers * sizeof *values);
        if (!values)
            exit(1);
        TRY(wrmf_model_get_rows(model, (wrmf_side)side, 0, rows, values, &err));
        h = hash(h, values, numbers * sizeof *values);
        free(values);
    }
    return h;
}

static uint64_t objective_bits(wrmf_context *context, const wrmf_model *model,
                               const wrmf_matrix *matrix)
{
    double parts[4];
    TRY(wrmf_model_objective(context, model, matrix, &parts[0], &parts[1], &parts[2], &parts[3],
                             &err));
    return hash(1, parts, sizeof parts);
}

static uint64_t add_list(uint64_t h, int64_t count, const int64_t *list, const double *scores)
{
    h = hash(h, &count, sizeof count);
    h = hash(h, list, (size_t)count * sizeof *list);
    return hash(h, scores, (size_t)count * sizeof *scores);
}

/* Hashes recommendations without what was seen, which are made for one user at a time. */
static uint64_t list_bits(const wrmf_model *model, const wrmf_matrix *seen)
{
    uint64_t h = 1;
    for (int64_t row = 0; row < ASKED; row++) {
        int64_t list[LIST] = {0}, count = 0;
        double scores[LIST] = {0};
        TRY(wrmf_recommend(model, row, seen, LIST, list, scores, &count, &err));
        h = add_list(h, count, list, scores);
    }
    return h;
}

#if WRMF_ABI_VERSION == 0
static void many_similar(wrmf_context *context, const wrmf_model *model, wrmf_similarity by,
                         int64_t *lists, double *scores, int64_t *counts)
{
    TRY(wrmf_similar_batch(context, model, WRMF_ITEMS, NULL, ASKED, by, WRMF_SELF_FIRST, LIST,
                           lists, scores, counts, &err));
}
#else
static void many_similar(wrmf_context *context, const wrmf_model *model, wrmf_similarity by,
                         int64_t *lists, double *scores, int64_t *counts)
{
    wrmf_query *query = NULL;
    TRY(wrmf_query_create(context, model, WRMF_ITEMS, WRMF_ITEMS, &query, &err));
    TRY(wrmf_query_set_similarity(query, by, &err));
    TRY(wrmf_query_set_self(query, WRMF_SELF_FIRST, &err));
    TRY(wrmf_query_set_length(query, LIST, &err));
    TRY(wrmf_query_run_batch(query, NULL, ASKED, lists, scores, counts, &err));
    wrmf_query_free(query);
}
#endif

/* Hashes lists of similar items, which are made many at a time: by rounded rows and their bounds.
 */
static uint64_t similar_bits(wrmf_context *context, const wrmf_model *model)
{
    static int64_t lists[ASKED * LIST], counts[ASKED];
    static double scores[ASKED * LIST];
    const int64_t items = wrmf_model_items(model);
    uint64_t h = 1;
    if (items < ASKED)
        return 0;
    for (int by = 0; by < 2; by++) {
        many_similar(context, model, (wrmf_similarity)by, lists, scores, counts);
        for (int64_t i = 0; i < ASKED; i++)
            h = add_list(h, counts[i], lists + i * LIST, scores + i * LIST);
    }
    return h;
}

static uint64_t metric_bits(wrmf_context *context, const wrmf_model *model, const wrmf_matrix *test,
                            const wrmf_matrix *train)
{
    static const int64_t cutoffs[] = {1, 5, 20};
    static const wrmf_metric metrics[] = {
        WRMF_METRIC_PRECISION, WRMF_METRIC_RECALL_CAPPED, WRMF_METRIC_NDCG, WRMF_METRIC_MAP,
        WRMF_METRIC_MRR,       WRMF_METRIC_COVERAGE,      WRMF_METRIC_AUC,  WRMF_METRIC_MSE};
    wrmf_evaluator *evaluator = NULL;
    uint64_t h = 1;
    TRY(wrmf_evaluator_create(context, test, train, &evaluator, &err));
    TRY(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, 3, &err));
    TRY(wrmf_evaluator_set_metrics(evaluator, metrics, 8, &err));
    TRY(wrmf_evaluator_run(context, evaluator, model, &err));
    for (int m = 0; m < 8; m++)
        for (int k = 0; k < 3; k++) {
            const double value = wrmf_evaluator_value(evaluator, metrics[m], cutoffs[k]);
            h = hash(h, &value, sizeof value);
        }
    wrmf_evaluator_free(evaluator);
    return h;
}

/* Ask for plain epochs: before 0.2 there were no others. */
static void make_plain(wrmf_params *values)
{
    if (wrmf_params_find("relaxation"))
        TRY(wrmf_params_set(values, "relaxation", "1", &err));
}

static uint64_t grid_bits(wrmf_context *context, const wrmf_matrix *train, const wrmf_matrix *test)
{
    static const int64_t epochs[] = {1, 3};
    wrmf_evaluator *evaluator = NULL;
    wrmf_grid *grid = NULL;
    wrmf_params *values = NULL;
    uint64_t h = 1;
    TRY(wrmf_evaluator_create(context, test, train, &evaluator, &err));
    TRY(wrmf_params_create(context, &values, &err));
    make_plain(values);
    TRY(wrmf_grid_create(context, train, values, &grid, &err));
    wrmf_params_free(values);
    TRY(wrmf_grid_parse(grid, "factors=10,24 alpha=1,40 regularization=1e-2,10", &err));
    TRY(wrmf_grid_set_epochs(grid, epochs, 2, &err));
    TRY(wrmf_grid_add_evaluator(grid, "test", evaluator, &err));
    TRY(wrmf_grid_run(context, grid, &err));
    for (int64_t i = 0; i < wrmf_grid_done(grid); i++) {
        const wrmf_curve *const curve = wrmf_grid_curve(grid, i);
        const int64_t seconds = wrmf_curve_find(curve, "seconds");
        for (int64_t point = 0; point < wrmf_curve_points(curve); point++)
            for (int64_t column = 0; column < wrmf_curve_columns(curve); column++) {
                const double value = wrmf_curve_value(curve, point, column);
                h = column == seconds ? h : hash(h, &value, sizeof value);
            }
    }
    wrmf_grid_free(grid);
    wrmf_evaluator_free(evaluator);
    return h;
}

/* Prints what one fit gives: hashes of its model, objective, lists and metrics. A fit that fails
 * because a row is not finite under extreme weights is a result, too. */
static void show(wrmf_context *context, const char *what, const char *text,
                 const wrmf_matrix *train, const wrmf_matrix *test, wrmf_precision precision)
{
    wrmf_params *values = NULL;
    wrmf_model *model = NULL;
    wrmf_error err;
    TRY(wrmf_params_create(context, &values, &err));
    TRY(wrmf_params_parse(values, text, &err));
    make_plain(values);
    TRY(wrmf_params_set_int(values, WRMF_PARAM_PRECISION, precision, &err));
    printf("%s %s float%d \"%s\"", wrmf_context_cpu(context), what,
           precision == WRMF_PRECISION_FLOAT32 ? 32 : 64, text);
    if (wrmf_model_fit(context, train, values, &model, &err) == WRMF_OK)
        printf(" model %016" PRIx64 " objective %016" PRIx64 " lists %016" PRIx64
               " similar %016" PRIx64 " metrics %016" PRIx64 "\n",
               model_bits(model), objective_bits(context, model, train), list_bits(model, train),
               similar_bits(context, model), metric_bits(context, model, test, train));
    else
        printf(" %s\n", err.text);
    fflush(stdout);
    wrmf_model_free(model);
    wrmf_params_free(values);
}

static void show_level(const char *level)
{
    wrmf_context *context = NULL;
    wrmf_matrix *train = NULL, *test = NULL;
    TRY(wrmf_context_create(&context, &err));
    TRY(wrmf_context_set_threads(context, 2, &err));
    if (wrmf_context_set_cpu(context, level, NULL) != WRMF_OK) {
        printf("%s: this CPU, or this build, cannot run it\n", level);
        wrmf_context_free(context);
        return;
    }
    for (int counted = 0; counted < 2; counted++) {
        wrmf_matrix *const all = interactions(context, counted);
        TRY(wrmf_matrix_split(all, 2, 0.5, 3, &train, &test, NULL, NULL, &err));
        for (size_t i = 0; i < sizeof params / sizeof *params; i++)
            for (int precision = 0; precision < 2; precision++)
                show(context, counted ? "counts" : "ones", params[i], train, test,
                     (wrmf_precision)precision);
        printf("%s %s grid %016" PRIx64 "\n", level, counted ? "counts" : "ones",
               grid_bits(context, train, test));
        wrmf_matrix_free(all);
        wrmf_matrix_free(train);
        wrmf_matrix_free(test);
    }
    wrmf_matrix *const rows = long_rows(context);
    show(context, "long", "factors=16 alpha=4 iterations=2", rows, rows, WRMF_PRECISION_FLOAT32);
    show(context, "long", "factors=32 alpha=4 iterations=2", rows, rows, WRMF_PRECISION_FLOAT64);
    wrmf_matrix_free(rows);
    wrmf_context_free(context);
}

int main(int argc, char **argv)
{
    static const char *const levels[] = {"generic", "avx2", "avx512", "avx512vnni", "neon"};
    for (size_t i = 0; argc < 2 && i < sizeof levels / sizeof *levels; i++)
        show_level(levels[i]);
    for (int i = 1; i < argc; i++)
        show_level(argv[i]);
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that is in range runs in a host that has floating-point traps on: a division by zero,
 * an invalid operation or an overflow would end this program by a signal, which names what ran.
 *
 * Traps belong to a thread, and threads that are started take them over from the thread that
 * starts them. Underflow and inexact results are no errors: they are left off, as everywhere.
 */
#define _GNU_SOURCE /* feenableexcept() */
#include <fenv.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host.h"
#include "wrmf/wrmf.h"

enum { USERS = 40, ITEMS = 140 };

/* What runs, for the signal's message. */
static char running[256];

static void on_trap(int number)
{
    static const char text[] = "trap in: ";
    (void)number;
    if (write(2, text, sizeof text - 1) < 0 || write(2, running, strlen(running)) < 0 ||
        write(2, "\n", 1) < 0)
        _exit(4);
    _exit(3);
}

/* Memory full of numbers whose sums and products overflow: whoever reads what nobody wrote is
 * trapped, on every run. */
static void *allocate(void *self, size_t bytes, size_t alignment)
{
    void *memory = NULL;
    (void)self;
    if (posix_memalign(&memory, alignment < sizeof memory ? sizeof memory : alignment, bytes) != 0)
        return NULL;
    return memset(memory, 0x7f, bytes);
}

static void release(void *self, void *memory, size_t bytes)
{
    (void)self;
    (void)bytes;
    free(memory);
}

static uint64_t state;

static double draw(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(state >> 11) * 0x1p-53;
}

/* Counts in all sizes that a matrix may hold, or such as people have, or ones. */
typedef enum counts { ONES, MILD, LARGE, TINY, UNEVEN, KINDS } counts;
static const char *const count_names[] = {"ones", "mild", "large", "tiny", "uneven"};

static double draw_count(counts kind)
{
    switch (kind) {
    case MILD: return 1 + floor(20 * draw() * draw());
    case LARGE: return exp(log(1e8) + draw() * log(1e22));
    case TINY: return exp(draw() * log(1e-300));
    case UNEVEN: return draw() < 0.5 ? 1e20 : 1e-20;
    default: return 1;
    }
}

static wrmf_matrix *matrix_of(wrmf_context *context, counts kind)
{
    enum { N = 700 };
    static int64_t user[N], item[N];
    static double count[N];
    wrmf_matrix *matrix = NULL;
    state = 7;
    for (int i = 0; i < N; i++) { /* user 0 and item 0 have none */
        user[i] = 1 + (int64_t)((USERS - 1) * draw() * draw());
        item[i] = 1 + (int64_t)((ITEMS - 1) * draw());
        count[i] = draw_count(kind);
    }
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, N, user, item, count, WRMF_DUPLICATES_MAX,
                                   NULL, &matrix, err));
    return matrix;
}

static void ask(wrmf_context *context, const wrmf_model *model, const wrmf_matrix *seen)
{
    static int64_t list[ITEMS * ITEMS], counted[ITEMS];
    static double scores[ITEMS * ITEMS];
    int64_t count;
    wrmf_query *query = NULL;
    MUST(wrmf_recommend(model, 3, seen, 7, list, scores, &count, err));
    MUST(wrmf_recommend(model, 0, NULL, ITEMS, list, scores, &count, err));
    MUST(wrmf_similar(model, WRMF_ITEMS, 5, 10, list, scores, &count, err));
    MUST(wrmf_similar(model, WRMF_USERS, 0, 10, list, scores, &count, err));
    (void)wrmf_model_score(model, 1, 1);
    for (int by = 0; by < 3; by++) {
        const wrmf_side asking = by == 0 ? WRMF_USERS : WRMF_ITEMS;
        MUST(wrmf_query_create(context, model, asking, WRMF_ITEMS, &query, err));
        if (by > 0)
            MUST(wrmf_query_set_similarity(query, (wrmf_similarity)(by - 1), err));
        MUST(
            wrmf_query_run_batch(query, NULL, by == 0 ? USERS : ITEMS, list, scores, counted, err));
        wrmf_query_free(query);
    }
}

static void evaluate(wrmf_context *context, const wrmf_model *model, const wrmf_matrix *train,
                     const wrmf_matrix *test)
{
    static const int64_t cutoffs[] = {1, 10, ITEMS + 5};
    wrmf_metric metrics[11];
    wrmf_evaluator *evaluator = NULL;
    for (int i = 0; i < 11; i++)
        metrics[i] = (wrmf_metric)i;
    MUST(wrmf_evaluator_create(context, test, train, &evaluator, err));
    MUST(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, 3, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, 11, err));
    MUST(wrmf_evaluator_run(context, evaluator, model, err)); /* AUC asks for all scores */
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, 9, err));
    MUST(wrmf_evaluator_run(context, evaluator, model, err)); /* lists alone are screened */
    wrmf_evaluator_free(evaluator);
}

static void save_and_load(wrmf_context *context, const wrmf_model *model)
{
    char path[] = "traps-XXXXXX";
    wrmf_model *loaded = NULL;
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    MUST(wrmf_model_save(model, path, err));
    MUST(wrmf_model_load(context, path, &loaded, err));
    wrmf_model_free(loaded);
    unlink(path);
}

/* Fit by such parameters and use the model in every way. A fit may find that its result has no
 * place in the precision, and say so. */
static void run(wrmf_context *context, const char *text, counts kind, const wrmf_matrix *matrix)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    wrmf_error error;
    double parts[4];
    snprintf(running, sizeof running, "%s, counts %s, kernels %s", text, count_names[kind],
             wrmf_context_cpu(context));
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, text, err));
    const wrmf_status status = wrmf_model_fit(context, matrix, params, &model, &error);
    wrmf_params_free(params);
    if (status == WRMF_E_NONFINITE) {
        if (getenv("TRAPS_TALK"))
            printf("%s: %s\n", running, error.text);
        return;
    }
    assert_int_equal(status, WRMF_OK);
    MUST(wrmf_model_objective(context, model, matrix, &parts[0], &parts[1], &parts[2], &parts[3],
                              err));
    ask(context, model, matrix);
    evaluate(context, model, NULL, matrix);
    save_and_load(context, model);
    wrmf_model_free(model);
}

static const char *const levels[] = {"generic", "avx2", "avx512", "avx512vnni", "neon"};
enum { LEVELS = sizeof levels / sizeof *levels, SETTINGS = 17 };
/* How often each setting is run: some times here, in all ways by hand (-DTURNS=40). */
#ifndef TURNS
#define TURNS 1
#endif

/* A split, and a curve of what it leaves, with metrics of both parts. */
static void test_curve(void **unused)
{
    static const int64_t epochs[] = {0, 1, 3};
    static const char *const labels[] = {"test", "train"};
    wrmf_context *context = NULL;
    wrmf_matrix *train = NULL, *test = NULL;
    wrmf_evaluator *evaluators[2] = {NULL};
    wrmf_curve *curve = NULL;
    (void)unused;
    signal(SIGFPE, on_trap);
    snprintf(running, sizeof running, "a split and a curve");
    MUST(wrmf_context_create_with_allocator(NULL, allocate, release, &context, err));
    wrmf_matrix *const matrix = matrix_of(context, MILD);
    MUST(wrmf_matrix_split(matrix, 2, 0.2, 1, &train, &test, NULL, NULL, err));
    MUST(wrmf_evaluator_create(context, test, train, &evaluators[0], err));
    MUST(wrmf_evaluator_create(context, train, NULL, &evaluators[1], err));
    MUST(wrmf_curve_run(context, train, NULL, epochs, 3, evaluators, labels, 2, &curve, err));
    assert_true(wrmf_curve_best(curve, 1) == 2);
    wrmf_curve_free(curve);
    wrmf_evaluator_free(evaluators[0]);
    wrmf_evaluator_free(evaluators[1]);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
}

/* Each list of settings is run with each solver and precision. */
static void test_fits(void **unused)
{
    static const char *const settings[SETTINGS] = {
        "factors=40 iterations=3 regularization=1e4",
        "factors=1",
        "factors=7 regularization=0",
        "factors=16 regularization=1e30",
        "factors=20 regularization_user=1e30 regularization_item=1e-30",
        "factors=24 alpha=0",
        "factors=33 alpha=1e30 regularization=1e-9",
        "factors=40 init_scale=0",
        "factors=40 init_scale=1e6 regularization=1e-3",
        "factors=48 init_scale=1e-30 regularization=1",
        "factors=64 confidence=log epsilon=1e-30",
        "factors=64 confidence=log epsilon=1e30 alpha=1e30",
        "factors=70 regularization=1e-30 tolerance=0.1",
        "factors=80 cg_steps=3 alpha=1e3",
        "factors=100 regularization=0",
        "factors=9 init=svd init_scale=0",
        "factors=50 init=svd init_scale=1e-30 regularization=1",
    };
    static const char *const solvers[] = {"auto", "cholesky", "whitened", "cg"};
    (void)unused;
    signal(SIGFPE, on_trap); /* cmocka has a handler of its own, which names nothing */
    for (int level = 0; level < LEVELS; level++) {
        wrmf_context *context = NULL;
        wrmf_matrix *matrices[KINDS];
        MUST(wrmf_context_create_with_allocator(NULL, allocate, release, &context, err));
        MUST(wrmf_context_set_threads(context, 2, err));
        const bool runs = wrmf_context_set_cpu(context, levels[level], NULL) == WRMF_OK;
        for (int kind = 0; kind < KINDS; kind++)
            matrices[kind] = matrix_of(context, (counts)kind);
        /* every setting, each time with the next solver, precision and counts: none divides
         * another's number, so that in the end all have met */
        for (int i = 0, round = 0; runs && i < TURNS * SETTINGS; i++) {
            char text[200];
            round += i % SETTINGS == 0;
            const int way = i + level + round;
            snprintf(text, sizeof text, "iterations=2 %s solver=%s precision=%s",
                     settings[i % SETTINGS], solvers[way % 4], way / 4 % 2 ? "float64" : "float32");
            run(context, text, (counts)(way % KINDS), matrices[way % KINDS]);
        }
        for (int kind = 0; kind < KINDS; kind++)
            wrmf_matrix_free(matrices[kind]);
        wrmf_context_free(context);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fits), cmocka_unit_test(test_curve)};
    if (feenableexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW) < 0) {
        printf("skipped: this machine has no floating-point traps\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What holds whichever BLAS is linked: right results, also when two threads of the
 * host fit at once; no more cores than were asked for; the host's settings as they
 * were. WRMF_TEST_BLAS names the folder that BLAS must have come from, WRMF_TEST_CORE,
 * if set, the kernels that OpenBLAS must have taken.
 */
#define _GNU_SOURCE /* RTLD_DEFAULT */
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <cmocka.h>

#include "rows.h"
#include "wrmf/wrmf.h"

static const char *wanted_folder;

#define REQUIRE(call)                                                                              \
    do {                                                                                           \
        wrmf_error err_ = {WRMF_OK, ""};                                                           \
        if ((call) != WRMF_OK)                                                                     \
            fail_msg("%s: %s", #call, err_.text);                                                  \
    } while (0)
#define ERR (&err_)

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static wrmf_context *new_context(int threads)
{
    wrmf_context *context = NULL;
    REQUIRE(wrmf_context_create(&context, ERR));
    REQUIRE(wrmf_context_set_threads(context, threads, ERR));
    return context;
}

static wrmf_params *new_params(wrmf_context *context, const char *text)
{
    wrmf_params *params = NULL;
    REQUIRE(wrmf_params_create(context, &params, ERR));
    REQUIRE(wrmf_params_parse(params, text, ERR));
    return params;
}

/* counts 1 .. 3 at random places; dense (or NULL) gets users x items numbers */
static wrmf_matrix *new_matrix(wrmf_context *context, int users, int items, int pairs,
                               uint32_t seed, double *dense_counts)
{
    int64_t *user = malloc(sizeof *user * (size_t)pairs);
    int64_t *item = malloc(sizeof *item * (size_t)pairs);
    double *count = malloc(sizeof *count * (size_t)pairs);
    assert_true(user && item && count);
    for (int i = 0; i < pairs; i++) {
        user[i] = draw(&seed) % (unsigned)users;
        item[i] = draw(&seed) % (unsigned)items;
        count[i] = 1 + draw(&seed) % 3;
        if (dense_counts)
            dense_counts[user[i] * items + item[i]] += count[i];
    }
    wrmf_matrix *matrix = NULL;
    REQUIRE(wrmf_matrix_from_triplets(context, users, items, pairs, user, item, count,
                                      WRMF_DUPLICATES_SUM, NULL, &matrix, ERR));
    free(user);
    free(item);
    free(count);
    return matrix;
}

/* ---- which BLAS this is ---- */

static void the_wanted_blas_is_loaded(void **state)
{
    (void)state;
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[4096];
    int from_there = 0;
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        const char *path = strchr(line, '/');
        if (!path || !(strstr(path, "libblas") || strstr(path, "libopenblas")))
            continue;
        if (strncmp(path, wanted_folder, strlen(wanted_folder)) == 0)
            from_there = 1;
        else
            fail_msg("a BLAS from elsewhere: %s", path);
    }
    fclose(maps);
    assert_true(from_there);
}

static void epochs_over_the_wanted_core(void **state)
{
    (void)state;
    const char *const wanted = getenv("WRMF_TEST_CORE");
    if (!wanted)
        return;
    char *(*core)(void) = NULL;
    void *symbol = dlsym(RTLD_DEFAULT, "openblas_get_corename");
    assert_non_null(symbol);
    memcpy(&core, &symbol, sizeof core);
    if (strcasecmp(core(), wanted) != 0)
        fail_msg("the kernels of %s, not of %s", core(), wanted);
}

/* ---- right results ---- */

enum { USERS = 40, ITEMS = 30, FACTORS = 8, EPOCHS = 3 };
static const double ALPHA = 3, LAMBDA_USER = 0.5, LAMBDA_ITEM = 0.25;

/* The rows of one half-epoch against those that the other side's rows, y, demand. The count of row
 * r and column c is counts[r * row_stride + c * column_stride]. */
static void check_half(const double *counts, int rows, int columns, int row_stride,
                       int column_stride, double lambda, const double *y, const double *x,
                       bool single)
{
    rows_half *half = rows_half_new(y, columns, FACTORS, lambda);
    assert_non_null(half);
    for (int r = 0; r < rows; r++) {
        int32_t index[USERS + ITEMS];
        double d[USERS + ITEMS];
        rows_entries entries = {0, index, d};
        for (int c = 0; c < columns; c++) {
            const double count = counts[r * row_stride + c * column_stride];
            if (count > 0) {
                index[entries.n] = c;
                d[entries.n++] = ALPHA * count;
            }
        }
        const double error =
            rows_error(half, entries, x + r * FACTORS, (rows_manner){.single = single});
        if (!(error >= 0 && error <= 1))
            fail_msg("row %d of %d: %g of what rounding explains", r, rows, error);
    }
    rows_half_free(half);
}

/* The objective over all cells, and what rounding may move it by: its sums have at most as many
 * terms as there are rows, pairs and products of two Gram matrices together. */
static double dense_objective(const double *counts, const double *x, const double *y, double *bound)
{
    double sum = 0, sizes = 0, pairs = 0;
    for (int u = 0; u < USERS; u++)
        for (int i = 0; i < ITEMS; i++) {
            const double count = counts[u * ITEMS + i];
            double miss = count > 0, size = 1;
            for (int k = 0; k < FACTORS; k++) {
                const double product = x[u * FACTORS + k] * y[i * FACTORS + k];
                miss -= product;
                size += fabs(product);
            }
            pairs += count > 0;
            sum += (1 + ALPHA * count) * miss * miss;
            sizes += (1 + ALPHA * count) * size * size;
        }
    double squares = 0;
    for (int k = 0; k < USERS * FACTORS; k++)
        squares += LAMBDA_USER * x[k] * x[k];
    for (int k = 0; k < ITEMS * FACTORS; k++)
        squares += LAMBDA_ITEM * y[k] * y[k];
    *bound =
        2 * 0x1p-53 * (USERS + ITEMS + pairs + FACTORS * (FACTORS + 2) + 10) * (sizes + squares);
    return sum + squares;
}

static void check_epochs(const char *precision, bool single)
{
    static double counts[USERS * ITEMS];
    double x[USERS * FACTORS], y[ITEMS * FACTORS];
    char text[160];
    memset(counts, 0, sizeof counts);
    wrmf_context *context = new_context(2);
    wrmf_matrix *matrix = new_matrix(context, USERS, ITEMS, 300, 7, counts);
    snprintf(text, sizeof text,
             "factors=%d alpha=%g regularization_user=%g regularization_item=%g precision=%s "
             "relaxation=1", /* each row is its solution */
             FACTORS, ALPHA, LAMBDA_USER, LAMBDA_ITEM, precision);
    wrmf_params *params = new_params(context, text);
    wrmf_model *model = NULL;
    REQUIRE(wrmf_model_create(context, USERS, ITEMS, params, &model, ERR));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        REQUIRE(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, y, ERR));
        REQUIRE(wrmf_model_continue(context, model, matrix, 1, ERR));
        REQUIRE(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, x, ERR));
        check_half(counts, USERS, ITEMS, ITEMS, 1, LAMBDA_USER, y, x, single);
        REQUIRE(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, y, ERR));
        check_half(counts, ITEMS, USERS, 1, ITEMS, LAMBDA_ITEM, x, y, single);
    }
    double objective = 0, bound;
    REQUIRE(wrmf_model_objective(context, model, matrix, &objective, NULL, NULL, NULL, ERR));
    const double expected = dense_objective(counts, x, y, &bound);
    if (!(fabs(objective - expected) <= bound))
        fail_msg("%s: objective %.17g, dense %.17g, bound %.3g", precision, objective, expected,
                 bound);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
}

static void epochs_in_float64(void **state)
{
    (void)state;
    check_epochs("float64", false);
}

static void epochs_in_float32(void **state)
{
    (void)state;
    check_epochs("float32", true);
}

/* ---- two hosts' threads at once ---- */

/* 96 factors: large enough for a threaded BLAS to want its threads */
enum { BIG_USERS = 300, BIG_ITEMS = 250, BIG_FACTORS = 96, REPEATS = 20 };
static const char big_params[] = "factors=96 iterations=2 alpha=10 regularization=0.1 "
                                 "precision=float64";

typedef struct fitter {
    pthread_t thread;
    pthread_barrier_t *barrier;
    int threads;
    uint32_t seed;
    double *alone; /* factors of a fit that nothing disturbed */
    int different;
    int failed;
} fitter;

enum { BIG_NUMBERS = (BIG_USERS + BIG_ITEMS) * BIG_FACTORS };

/* a whole fit, with a context of its own; asserts belong to the main thread, so it
 * says whether it went well */
static int fit(int threads, uint32_t seed, double *factors)
{
    wrmf_context *context = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    int ok =
        !wrmf_context_create(&context, NULL) && !wrmf_context_set_threads(context, threads, NULL) &&
        !wrmf_params_create(context, &params, NULL) && !wrmf_params_parse(params, big_params, NULL);
    if (ok) {
        wrmf_matrix *matrix = new_matrix(context, BIG_USERS, BIG_ITEMS, 6000, seed, NULL);
        ok = !wrmf_model_fit(context, matrix, params, &model, NULL) &&
             !wrmf_model_get_rows(model, WRMF_USERS, 0, BIG_USERS, factors, NULL) &&
             !wrmf_model_get_rows(model, WRMF_ITEMS, 0, BIG_ITEMS,
                                  factors + BIG_USERS * BIG_FACTORS, NULL);
        wrmf_matrix_free(matrix);
    }
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_context_free(context);
    return ok;
}

static void *fit_again(void *argument)
{
    fitter *self = argument;
    double *factors = malloc(sizeof *factors * BIG_NUMBERS);
    for (int i = 0; i < REPEATS; i++) {
        pthread_barrier_wait(self->barrier);
        if (!factors || !fit(self->threads, self->seed, factors))
            self->failed++;
        else if (memcmp(factors, self->alone, sizeof *factors * BIG_NUMBERS) != 0)
            self->different++;
    }
    free(factors);
    return NULL;
}

static void check_two_at_once(int threads)
{
    pthread_barrier_t barrier;
    fitter fitters[2];
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    for (int i = 0; i < 2; i++) {
        fitters[i] = (fitter){.barrier = &barrier, .threads = threads, .seed = 11u + (uint32_t)i};
        fitters[i].alone = malloc(sizeof(double) * BIG_NUMBERS);
        assert_non_null(fitters[i].alone);
        assert_true(fit(1, fitters[i].seed, fitters[i].alone));
    }
    assert_memory_not_equal(fitters[0].alone, fitters[1].alone, sizeof(double) * BIG_NUMBERS);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&fitters[i].thread, NULL, fit_again, &fitters[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(fitters[i].thread, NULL);
    for (int i = 0; i < 2; i++) {
        free(fitters[i].alone);
        assert_int_equal(fitters[i].failed, 0);
        assert_int_equal(fitters[i].different, 0);
    }
    pthread_barrier_destroy(&barrier);
}

static void two_hosts_with_one_thread_each(void **state)
{
    (void)state;
    check_two_at_once(1);
}

static void two_hosts_with_two_threads_each(void **state)
{
    (void)state;
    check_two_at_once(2);
}

/* ---- the host's settings ---- */

/* -1 where the process has no such function */
static int ask(const char *name)
{
    int (*get)(void) = NULL;
    void *symbol = dlsym(RTLD_DEFAULT, name);
    memcpy(&get, &symbol, sizeof get);
    return get ? get() : -1;
}

static void tell(const char *name, int number)
{
    void (*set)(int) = NULL;
    void *symbol = dlsym(RTLD_DEFAULT, name);
    memcpy(&set, &symbol, sizeof set);
    if (set)
        set(number);
}

static void settings_are_as_before(void **state)
{
    (void)state;
    double *factors = malloc(sizeof *factors * BIG_NUMBERS);
    assert_non_null(factors);
    /* 0: whatever the process started with */
    for (int set = 0; set <= 3; set++) {
        if (set > 0) {
            tell("openblas_set_num_threads", set);
            tell("omp_set_num_threads", set);
        }
        const int openblas = ask("openblas_get_num_threads");
        const int openmp = ask("omp_get_max_threads");
        for (int threads = 1; threads <= 2; threads++) {
            assert_true(fit(threads, 5, factors));
            assert_int_equal(ask("openblas_get_num_threads"), openblas);
            assert_int_equal(ask("omp_get_max_threads"), openmp);
        }
    }
    free(factors);
}

/* ---- cores ---- */

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Wait until no thread of the process works: those of OpenBLAS, which earlier tests have given
 * work, go on looking for more for a while, and that is not ours. */
static void wait_for_rest(void)
{
    double before, now = seconds(CLOCK_PROCESS_CPUTIME_ID);
    do {
        before = now;
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        now = seconds(CLOCK_PROCESS_CPUTIME_ID);
    } while (now - before > 0.005);
}

/* 512 factors and few rows: most of the time is LAPACK's, whose threads would show.
 * Not a test of speed: other processes can only make the number of cores smaller. And
 * they cannot hide that threads other than the one we were given have worked. */
static void check_cores(int threads)
{
    wrmf_context *context = new_context(threads);
    wrmf_matrix *matrix = new_matrix(context, 60, 50, 900, 3, NULL);
    wrmf_params *params = new_params(context, "factors=512 alpha=10 regularization=0.1");
    wrmf_model *model = NULL;
    REQUIRE(wrmf_model_create(context, 60, 50, params, &model, ERR));
    /* the first epoch starts threads and is not counted */
    REQUIRE(wrmf_model_continue(context, model, matrix, 1, ERR));
    wait_for_rest();
    const double wall = seconds(CLOCK_MONOTONIC);
    const double process = seconds(CLOCK_PROCESS_CPUTIME_ID);
    const double thread = seconds(CLOCK_THREAD_CPUTIME_ID);
    do {
        REQUIRE(wrmf_model_continue(context, model, matrix, 1, ERR));
    } while (seconds(CLOCK_MONOTONIC) - wall < 1.2);
    const double here = seconds(CLOCK_THREAD_CPUTIME_ID) - thread;
    const double all = seconds(CLOCK_PROCESS_CPUTIME_ID) - process;
    const double cores = all / (seconds(CLOCK_MONOTONIC) - wall);
    const double elsewhere = (all - here) / all;
    print_message("%d threads asked for: %.2f cores, %.0f %% of it in other threads\n", threads,
                  cores, 100 * elsewhere);
    if (!(cores <= threads + 0.15))
        fail_msg("%d threads asked for, %.2f cores busy", threads, cores);
    if (threads == 1 && !(elsewhere <= 0.05))
        fail_msg("one thread asked for, %.2f of the time spent in others", elsewhere);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
}

static void one_thread_is_one_core(void **state)
{
    (void)state;
    check_cores(1);
}

static void two_threads_are_two_cores(void **state)
{
    (void)state;
    check_cores(2);
}

/* The argument, if there is one, is a pattern of the tests to run. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wanted_blas_is_loaded),
        cmocka_unit_test(epochs_over_the_wanted_core),
        cmocka_unit_test(epochs_in_float64),
        cmocka_unit_test(epochs_in_float32),
        cmocka_unit_test(two_hosts_with_one_thread_each),
        cmocka_unit_test(two_hosts_with_two_threads_each),
        cmocka_unit_test(settings_are_as_before),
        cmocka_unit_test(one_thread_is_one_core),
        cmocka_unit_test(two_threads_are_two_cores),
    };
    wanted_folder = getenv("WRMF_TEST_BLAS");
    if (!wanted_folder) {
        fprintf(stderr, "WRMF_TEST_BLAS names no folder: run.sh sets it\n");
        return 2;
    }
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

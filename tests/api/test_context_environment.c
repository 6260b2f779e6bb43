/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Workers take over the calling thread's floating-point environment, whenever they were started:
 * any number of threads, and the host's own, give the same bits in each rounding mode and each
 * treatment of subnormal numbers.
 */
#include "fixture.h"

#include <fenv.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "wrmf/wrmf.h"

enum { USERS = 400, ITEMS = 150, ENTRIES = 4000, FACTORS = 8 };

typedef struct rows {
    double users[USERS * FACTORS], items[ITEMS * FACTORS];
} rows;

static wrmf_matrix *make_matrix(double scale)
{
    static int64_t user[ENTRIES], item[ENTRIES];
    static double count[ENTRIES];
    wrmf_matrix *matrix = NULL;
    for (int64_t i = 0; i < ENTRIES; i++) {
        user[i] = i * 7919 % USERS;
        item[i] = i * i % 1009 % ITEMS;
        count[i] = scale * (double)(1 + i % 5);
    }
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, ENTRIES, user, item, count,
                                   WRMF_DUPLICATES_DROP, NULL, &matrix, err));
    return matrix;
}

static void fit(const wrmf_matrix *matrix, const char *text, rows *r)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, text, err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, r->users, err));
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, r->items, err));
    wrmf_model_free(model);
    wrmf_params_free(params);
}

/* ---- a runner whose threads have an environment of their own ---- */

typedef struct share {
    wrmf_task_fn task;
    void *job;
    size_t chunks, worker;
    int wrong; /* the thread did not get its environment back */
} share;

static void *run_share(void *self)
{
    share *const s = self;
    fesetround(FE_DOWNWARD);
    for (size_t chunk = s->worker; chunk < s->chunks; chunk += 2)
        s->task(s->job, chunk, s->worker);
    s->wrong = fegetround() != FE_DOWNWARD;
    return NULL;
}

static int run_on_two(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    pthread_t threads[2];
    share shares[2];
    (void)self;
    for (size_t i = 0; i < 2; i++) {
        shares[i] = (share){.task = task, .job = job, .chunks = chunks, .worker = i};
        if (pthread_create(&threads[i], NULL, run_share, &shares[i]) != 0)
            return 1;
    }
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return shares[0].wrong || shares[1].wrong;
}

/* ---- the environments ---- */

static void set_nothing(void)
{
}

static void set_upward(void)
{
    fesetround(FE_UPWARD);
}

static void set_toward_zero(void)
{
    fesetround(FE_TOWARDZERO);
}

/* Subnormal numbers are taken, and given, as zeros, where C has no word for it. */
static void set_flushing(void)
{
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0x8040);
#elif defined(__aarch64__)
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    control |= UINT64_C(1) << 24;
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
#endif
}

static void same_bits(void (*set)(void), double scale, const char *text, bool differs)
{
    static const int threads[] = {2, 3, 7};
    static rows plain, one, many;
    wrmf_matrix *const matrix = make_matrix(scale);
    fenv_t before;
    MUST(wrmf_context_set_threads(context, 1, err));
    fit(matrix, text, &plain);
    assert_int_equal(fegetenv(&before), 0);
    set();
    fit(matrix, text, &one);
    for (size_t t = 0; t < 3; t++) {
        fesetenv(&before); /* threads start in the ordinary environment, and in the other one */
        MUST(wrmf_context_set_threads(context, threads[t], err));
        fit(matrix, text, &many);
        assert_memory_equal(&many, &plain, sizeof plain);
        set();
        fit(matrix, text, &many);
        assert_memory_equal(&many, &one, sizeof one);
        MUST(wrmf_context_set_threads(context, 1, err));
        MUST(wrmf_context_set_threads(context, threads[t], err));
        fit(matrix, text, &many);
        assert_memory_equal(&many, &one, sizeof one);
        fesetenv(&before);
        fit(matrix, text, &many);
        assert_memory_equal(&many, &plain, sizeof plain);
        set();
    }
    MUST(wrmf_context_set_runner(context, NULL, run_on_two, 2, err));
    fit(matrix, text, &many);
    fesetenv(&before);
    assert_memory_equal(&many, &one, sizeof one);
    if (differs) /* else the test shows nothing */
        assert_memory_not_equal(&one, &plain, sizeof one);
    wrmf_matrix_free(matrix);
}

static void rounding(void **state)
{
    (void)state;
    same_bits(set_nothing, 1, "factors=8 iterations=2", false);
    same_bits(set_upward, 1, "factors=8 iterations=2", true);
    same_bits(set_toward_zero, 1, "factors=8 iterations=2 precision=float64", true);
}

/* So small an init_scale that the start, and what is made of it, is subnormal in part. */
static void subnormals(void **state)
{
    (void)state;
    same_bits(set_flushing, 1e-18, "factors=8 iterations=2 alpha=1e-18 init_scale=1e-20", false);
    same_bits(set_flushing, 1, "factors=8 iterations=1 init_scale=1e-30", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(rounding), TEST(subnormals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

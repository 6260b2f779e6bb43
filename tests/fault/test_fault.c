/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every public function that can fail for want of memory, because the host's runner fails, or
 * because the host cancels, is made to fail at each place where it can. It must give the status
 * that is documented, change nothing and lose nothing.
 */
#include "world.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    wrmf_status status;
} troubles[TROUBLES] = {
    [NO_MEMORY] = {"refusing one allocation", WRMF_E_NOMEM},
    [NO_MEMORY_ONWARDS] = {"refusing all allocations from one on", WRMF_E_NOMEM},
    [RUNNER_REFUSES] = {"a runner that refuses", WRMF_E_THREAD},
    [RUNNER_BREAKS_OFF] = {"a runner that breaks off", WRMF_E_THREAD},
    [CANCEL] = {"cancelling", WRMF_E_CANCELLED},
};

/* Runs an act with trouble at the n-th time. False if the act ended before trouble came. */
static bool survives(const act *a, trouble_kind trouble, int threads, long n)
{
    const bool memory = trouble == NO_MEMORY || trouble == NO_MEMORY_ONWARDS;
    world w;
    world_open(&w, a->needs, trouble, threads);
    w.at = n;
    world_go(&w);
    const wrmf_status status = a->run(&w);
    const bool came = memory ? atomic_load(&w.host.refused) > 0 : w.came;
    world_hold(&w);
    const wrmf_status want = came ? troubles[trouble].status : WRMF_OK;
    /* a call that is cancelled when all is done succeeds */
    const bool late = trouble == CANCEL && came && w.last && status == WRMF_OK;
    if (status != want && !late)
        fail_msg("%s, %s at %ld, %d threads: %s (%s), not %s", a->name, troubles[trouble].name, n,
                 threads, wrmf_status_name(status), w.error.text, wrmf_status_name(want));
    if (status != WRMF_OK && (w.error.code != status || w.error.text[0] == '\0'))
        fail_msg("%s, %s at %ld: the error is not filled", a->name, troubles[trouble].name, n);
    world_close(&w);
    return came;
}

/* On one thread the thread sanitizer has nothing to find. */
#if defined(__SANITIZE_THREAD__)
enum { ONE_THREAD = 0, SANITIZED_STEP = 7 };
#else
enum { ONE_THREAD = 1, SANITIZED_STEP = 3 };
#endif

/* At each place. Under a sanitizer, on two threads, at each of the first, then at one of three, or
 * of seven under that of threads. */
static void sweep(const act *a, trouble_kind trouble, int threads)
{
    enum { FIRST = 12, MOST = 5000 };
    const int step = HOST_SANITIZED && threads > 1 ? SANITIZED_STEP : 1;
    for (long n = 1; survives(a, trouble, threads, n); n += n < FIRST ? 1 : step)
        if (n >= MOST)
            fail_msg("%s: %s, %d times and no end", a->name, troubles[trouble].name, MOST);
}

static void sweep_all(const act *acts)
{
    for (const act *a = acts; a->name; a++) {
        for (int t = 0; ONE_THREAD && t < TROUBLES; t++)
            sweep(a, (trouble_kind)t, 1);
        sweep(a, NO_MEMORY, 2);
    }
}

static void data(void **state)
{
    (void)state;
    sweep_all(data_acts);
}

static void texts(void **state)
{
    (void)state;
    sweep_all(text_acts);
}

static void models(void **state)
{
    (void)state;
    sweep_all(model_acts);
}

static void searches(void **state)
{
    (void)state;
    sweep_all(search_acts);
}

static void grids(void **state)
{
    (void)state;
    sweep_all(grid_acts);
}

static void contexts(void **state)
{
    (void)state;
    host none = {0};
    host_fail(&none, 1, false);
    wrmf_context *context = UNTOUCHED;
    FAILS(WRMF_E_NOMEM, "memory",
          wrmf_context_create_with_allocator(&none, host_alloc, host_free, &context, err));
    assert_ptr_equal(context, UNTOUCHED);
    host_check(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contexts), cmocka_unit_test(data),     cmocka_unit_test(texts),
        cmocka_unit_test(models),   cmocka_unit_test(searches), cmocka_unit_test(grids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A child of fork() uses and frees all that its parent had, with threads of its own; what a thread
 * was inside of that the child lacks is refused, and may be freed. A child that hangs is killed by
 * an alarm.
 */
#include "fixture.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wrmf/wrmf.h"

enum { USERS = 300, ITEMS = 200, ENTRIES = 3000, LIMIT = 60 };
/* The thread sanitizer does not see which threads a child lacks, and takes new ones that get the
 * place of an old one for an error of its own: there children work on one thread, and OpenBLAS,
 * which would start its threads anew, has one. */
#if defined(__SANITIZE_THREAD__) /* as gcc has it, with which it is built */
enum { TIMES = 3, ONE_THREAD = 1 };
#else
enum { TIMES = 8, ONE_THREAD = 0 };
#endif

typedef struct world {
    wrmf_context *context;
    wrmf_matrix *matrix;
    wrmf_params *params;
    wrmf_model *model;
    wrmf_evaluator *evaluator;
    double objective; /* of the model after one more epoch */
} world;

static pid_t parent;

static wrmf_status go_on(world *w, double *objective)
{
    if (ONE_THREAD && getpid() != parent &&
        wrmf_context_set_threads(w->context, 1, NULL) != WRMF_OK)
        return WRMF_E_INTERNAL;
    wrmf_status status = wrmf_model_continue(w->context, w->model, w->matrix, 1, NULL);
    if (status == WRMF_OK)
        status = wrmf_model_objective(w->context, w->model, w->matrix, objective, NULL, NULL, NULL,
                                      NULL);
    return status;
}

static void open_world(world *w, wrmf_context *c)
{
    static int64_t user[ENTRIES], item[ENTRIES];
    memset(w, 0, sizeof *w);
    w->context = c;
    for (int64_t i = 0; i < ENTRIES; i++) {
        user[i] = i * 7919 % USERS;
        item[i] = i * i % 1009 % ITEMS;
    }
    MUST(wrmf_context_set_threads(c, 3, err));
    MUST(wrmf_matrix_from_triplets(c, USERS, ITEMS, ENTRIES, user, item, NULL, WRMF_DUPLICATES_DROP,
                                   NULL, &w->matrix, err));
    MUST(wrmf_params_create(c, &w->params, err));
    MUST(wrmf_params_parse(w->params, "factors=8 iterations=2", err));
    MUST(wrmf_evaluator_create(c, w->matrix, NULL, &w->evaluator, err));
    MUST(wrmf_model_fit(c, w->matrix, w->params, &w->model, err));
    wrmf_model *same = NULL;
    MUST(wrmf_model_fit(c, w->matrix, w->params, &same, err));
    world other = *w;
    other.model = same;
    assert_int_equal(go_on(&other, &w->objective), WRMF_OK);
    wrmf_model_free(same);
}

static void free_world(world *w)
{
    wrmf_evaluator_free(w->evaluator);
    wrmf_model_free(w->model);
    wrmf_params_free(w->params);
    wrmf_matrix_free(w->matrix);
}

/* Run in a child, which ends with what the function returns: 0 if all was right. */
static void in_child(const char *name, int (*function)(world *w), world *w)
{
    int ended = 0;
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(LIMIT);
        _exit(function(w));
    }
    assert_true(waitpid(child, &ended, 0) == child);
    if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0)
        fail_msg("%s: %s %d", name, WIFEXITED(ended) ? "the child ends with" : "killed by",
                 WIFEXITED(ended) ? WEXITSTATUS(ended) : WTERMSIG(ended));
}

/* ---- what a child does; each failure is a number ---- */

static int uses(world *w)
{
    double objective = 0;
    int64_t lists[4 * USERS], counts[USERS];
    wrmf_query *query = NULL;
    wrmf_model *made = NULL;
    if (go_on(w, &objective) != WRMF_OK || objective != w->objective)
        return 1;
    if (wrmf_evaluator_run(w->context, w->evaluator, w->model, NULL) != WRMF_OK)
        return 2;
    if (wrmf_query_create(w->context, w->model, WRMF_USERS, WRMF_ITEMS, &query, NULL) != WRMF_OK ||
        wrmf_query_set_length(query, 4, NULL) != WRMF_OK ||
        wrmf_query_run_batch(query, NULL, USERS, lists, NULL, counts, NULL) != WRMF_OK)
        return 3;
    wrmf_query_free(query);
    if (wrmf_context_set_threads(w->context, 2 - ONE_THREAD, NULL) != WRMF_OK ||
        wrmf_model_fit(w->context, w->matrix, w->params, &made, NULL) != WRMF_OK)
        return 4;
    wrmf_model_free(made);
    free_world(w);
    wrmf_context_free(w->context);
    return 0;
}

static int sets_threads_first(world *w)
{
    double objective = 0;
    return wrmf_context_set_threads(w->context, 5, NULL) != WRMF_OK ||
           go_on(w, &objective) != WRMF_OK || objective != w->objective;
}

static int only_frees(world *w)
{
    wrmf_context_free(w->context);
    free_world(w);
    return 0;
}

static int forks_again(world *w)
{
    double objective = 0;
    int ended = 0;
    if (go_on(w, &objective) != WRMF_OK)
        return 1;
    const pid_t child = fork();
    if (child == 0)
        _exit(go_on(w, &objective) != WRMF_OK);
    return child < 0 || waitpid(child, &ended, 0) != child || ended != 0;
}

static void a_child_has_all(void **state)
{
    (void)state;
    world w;
    open_world(&w, context);
    for (int i = 0; i < TIMES; i++) {
        in_child("uses", uses, &w);
        in_child("sets threads first", sets_threads_first, &w);
        in_child("only frees", only_frees, &w);
        in_child("forks again", forks_again, &w);
    }
    double objective = 0; /* and the parent has what it had */
    assert_int_equal(go_on(&w, &objective), WRMF_OK);
    assert_true(objective == w.objective);
    free_world(&w);
}

/* ---- a fork while another thread is inside ---- */

typedef struct sleeper {
    world *w;
    sem_t inside, go_on;
    bool slept;
    wrmf_status status;
} sleeper;

static int wait_inside(void *self, const wrmf_progress *progress)
{
    sleeper *const s = self;
    if (progress->done == 1 && !s->slept) {
        s->slept = true;
        sem_post(&s->inside);
        sem_wait(&s->go_on);
    }
    return 0;
}

static void *fit(void *self)
{
    sleeper *const s = self;
    wrmf_model *made = NULL;
    s->status = wrmf_model_fit(s->w->context, s->w->matrix, s->w->params, &made, NULL);
    wrmf_model_free(made);
    return NULL;
}

static int finds_it_in_use(world *w)
{
    wrmf_error error = {WRMF_OK, ""};
    int64_t items[3], count;
    if (wrmf_model_continue(w->context, w->model, w->matrix, 1, &error) != WRMF_E_STATE ||
        !strstr(error.text, "forked"))
        return 1;
    if (wrmf_context_set_threads(w->context, 2, NULL) != WRMF_E_STATE)
        return 2;
    if (wrmf_recommend(w->model, 0, NULL, 3, items, NULL, &count, NULL) != WRMF_OK)
        return 3;
    wrmf_context *fresh = NULL; /* a context of its own works on the same objects */
    if (wrmf_context_create(&fresh, NULL) != WRMF_OK ||
        wrmf_context_set_threads(fresh, 2 - ONE_THREAD, NULL) != WRMF_OK ||
        wrmf_model_continue(fresh, w->model, w->matrix, 1, NULL) != WRMF_OK)
        return 4;
    wrmf_context_free(fresh);
    free_world(w);
    wrmf_context_free(w->context);
    return 0;
}

static void while_another_is_inside(void **state)
{
    (void)state;
    world w;
    open_world(&w, context);
    for (int i = 0; i < TIMES; i++) {
        sleeper s = {.w = &w, .status = WRMF_E_INTERNAL};
        pthread_t thread;
        sem_init(&s.inside, 0, 0);
        sem_init(&s.go_on, 0, 0);
        wrmf_context_set_progress(context, &s, wait_inside);
        assert_int_equal(pthread_create(&thread, NULL, fit, &s), 0);
        sem_wait(&s.inside);
        in_child("another inside", finds_it_in_use, &w);
        sem_post(&s.go_on);
        pthread_join(thread, NULL);
        assert_int_equal(s.status, WRMF_OK);
        sem_destroy(&s.inside);
        sem_destroy(&s.go_on);
    }
    free_world(&w);
}

/* ---- a fork in the hook ---- */

static int fork_in_hook(void *self, const wrmf_progress *progress)
{
    pid_t *const child = self;
    if (progress->done == 1 && *child == -1)
        *child = fork();
    return 0;
}

/* The parent's call goes on; the child's ends with a status, and the child can use all. */
static void in_the_hook(void **state)
{
    (void)state;
    world w;
    open_world(&w, context);
    for (int threads = 1; threads <= 3; threads++) {
        pid_t child = -1;
        int ended = 0;
        wrmf_error error = {WRMF_OK, ""};
        fflush(NULL);
        MUST(wrmf_context_set_threads(context, threads, err));
        wrmf_context_set_progress(context, &child, fork_in_hook);
        const wrmf_status status = wrmf_model_continue(context, w.model, w.matrix, 3, &error);
        if (child == 0) {
            double objective;
            alarm(LIMIT);
            _exit(status != WRMF_E_STATE || !strstr(error.text, "forked") ||
                  go_on(&w, &objective) != WRMF_OK);
        }
        assert_int_equal(status, WRMF_OK);
        assert_true(child > 0 && waitpid(child, &ended, 0) == child);
        assert_int_equal(ended, 0);
    }
    free_world(&w);
}

/* ---- a fork at any moment ---- */

static void *fit_on_and_on(void *self)
{
    world *const w = self;
    for (int i = 0; i < 20; i++) {
        wrmf_model *made = NULL;
        if (wrmf_model_fit(w->context, w->matrix, w->params, &made, NULL) != WRMF_OK)
            return w;
        wrmf_model_free(made);
    }
    return NULL;
}

static int ends_in_time(world *w)
{
    double objective;
    const wrmf_status status = go_on(w, &objective);
    free_world(w);
    return status != WRMF_OK && status != WRMF_E_STATE;
}

/* Others fit in contexts of their own: the child's calls succeed or are refused. The malloc of the
 * C library is usable in such a child; the one of the address sanitizer may be locked for good by a
 * thread that the child lacks. */
static void at_any_moment(void **state)
{
    (void)state;
    if (HOST_SANITIZED && !ONE_THREAD)
        skip();
    world own, w;
    wrmf_context *busy = NULL;
    pthread_t thread;
    void *bad = NULL;
    MUST(wrmf_context_create(&busy, err));
    open_world(&own, context);
    open_world(&w, busy);
    assert_int_equal(pthread_create(&thread, NULL, fit_on_and_on, &w), 0);
    for (int i = 0; i < 2 * TIMES; i++)
        in_child("any moment", ends_in_time, &own);
    pthread_join(thread, &bad);
    assert_null(bad);
    free_world(&own);
    free_world(&w);
    wrmf_context_free(busy);
}

int main(int argc, char **argv)
{
    (void)argc;
    if (ONE_THREAD && !getenv("OPENBLAS_NUM_THREADS")) { /* it is read when OpenBLAS is loaded */
        setenv("OPENBLAS_NUM_THREADS", "1", 1);
        execv("/proc/self/exe", argv);
    }
    parent = getpid();
    const struct CMUnitTest tests[] = {TEST(a_child_has_all), TEST(while_another_is_inside),
                                       TEST(in_the_hook), TEST(at_any_moment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Little address space: whatever the limit, a fit, and what is done with its model, ends with
 * success or with a status. Each limit is tried in a process of its own.
 */
#include "host.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wrmf/wrmf.h"

enum { STEP = 16, MOST = 256 }; /* MiB above what is mapped */

/* Seconds after which a process is taken to hang. */
enum { PATIENCE = 10 };

static int limit_memory(size_t mib)
{
    struct rlimit limit;
    long pages = 0;
    FILE *const file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld", &pages) != 1 || getrlimit(RLIMIT_AS, &limit) != 0)
        return -1;
    fclose(file);
    limit.rlim_cur = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (rlim_t)(mib << 20);
    return setrlimit(RLIMIT_AS, &limit);
}

static wrmf_status use(wrmf_context *context, const wrmf_matrix *matrix, const wrmf_params *params,
                       wrmf_error *err)
{
    wrmf_model *model = NULL;
    double total;
    int64_t item, count;
    wrmf_status status = wrmf_model_fit(context, matrix, params, &model, err);
    if (status == WRMF_OK)
        status = wrmf_model_objective(context, model, matrix, &total, NULL, NULL, NULL, err);
    if (status == WRMF_OK)
        status = wrmf_recommend(model, 0, matrix, 1, &item, NULL, &count, err);
    if (status == WRMF_OK)
        status = wrmf_model_save(model, "/dev/null", err);
    wrmf_model_free(model);
    return status;
}

static wrmf_status run_all(int threads, const char *parameters, wrmf_error *err)
{
    static const int64_t user[] = {0, 0, 1, 2}, item[] = {0, 1, 1, 2};
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL;
    wrmf_status status = wrmf_context_create(&context, err);
    if (status == WRMF_OK)
        status = wrmf_context_set_threads(context, threads, err);
    if (status == WRMF_OK)
        status = wrmf_matrix_from_triplets(context, 3, 3, 4, user, item, NULL,
                                           WRMF_DUPLICATES_REFUSE, NULL, &matrix, err);
    if (status == WRMF_OK)
        status = wrmf_params_create(context, &params, err);
    if (status == WRMF_OK)
        status = wrmf_params_parse(params, parameters, err);
    if (status == WRMF_OK)
        status = use(context, matrix, params, err);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return status;
}

/* In a process of its own: do everything with so much room. _exit, for BLAS's own threads may not
 * end where they have no room. */
static void run_limited(size_t mib, int threads, const char *parameters)
{
    wrmf_error error = {WRMF_OK, ""};
    alarm(PATIENCE);
    if (limit_memory(mib) != 0)
        _exit(99);
    const wrmf_status status = run_all(threads, parameters, &error);
    _exit(status != WRMF_OK && error.code != status ? 98 : (int)status);
}

static const char *own_name;

/* The status of a process that has so much room: a fork of this one, whose BLAS has no threads, or
 * a new one. */
static wrmf_status try_room(size_t mib, int threads, const char *parameters, bool forked)
{
    char room[24], count[24];
    snprintf(room, sizeof room, "%zu", mib);
    snprintf(count, sizeof count, "%d", threads);
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0 && forked)
        run_limited(mib, threads, parameters);
    if (child == 0) {
        execl(own_name, own_name, room, count, parameters, (char *)NULL);
        _exit(97);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        fail_msg("%zu MiB, %d threads, %s: signal %d%s", mib, threads, parameters, WTERMSIG(status),
                 WTERMSIG(status) == SIGALRM ? ": it hangs" : "");
    return (wrmf_status)WEXITSTATUS(status);
}

static void sweep(int threads, const char *parameters, bool forked)
{
    for (size_t mib = STEP; mib <= MOST; mib += STEP) {
        const wrmf_status status = try_room(mib, threads, parameters, forked);
        if (status != WRMF_OK && status != WRMF_E_NOMEM && status != WRMF_E_THREAD)
            fail_msg("%zu MiB, %d threads, %s: status %d", mib, threads, parameters, (int)status);
    }
    assert_int_equal(try_room((size_t)1 << 20, threads, parameters, forked), WRMF_OK);
}

static void every_limit(void **state)
{
    (void)state;
    if (HOST_SANITIZED)
        skip(); /* a sanitizer maps terabytes */
    for (int forked = 0; forked < 2; forked++) {
        sweep(1, "iterations=2", forked);
        sweep(3, "iterations=2 factors=100", forked);
        sweep(1, "iterations=2 factors=7 regularization=0", forked); /* least norm */
    }
}

int main(int argc, char **argv)
{
    if (argc == 4)
        run_limited((size_t)atol(argv[1]), atoi(argv[2]), argv[3]);
    own_name = argv[0];
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_limit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/server.h: what a server refuses, that a stale one is refused, and that any number of threads
 * share one. That lists are the same with it is in test_query_filters.c and unit/test_rank.c.
 */
#include <pthread.h>
#include <string.h>

#include "fixture.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"
#include "wrmf/query.h"
#include "wrmf/server.h"

enum { M = 20, N = 700, LENGTH = 12 };

static wrmf_model *model;

static int set_up(void **state)
{
    fixture_set_up(state);
    MUST(wrmf_model_create(context, M, N, NULL, &model, err));
    return 0;
}

static int tear_down(void **state)
{
    wrmf_model_free(model);
    return fixture_tear_down(state);
}

static void what_is_refused(void **state)
{
    (void)state;
    wrmf_server *server = NULL;
    wrmf_matrix *other = NULL;
    MUST(wrmf_matrix_from_triplets(context, N, M, 0, NULL, NULL, NULL, WRMF_DUPLICATES_SUM, NULL,
                                   &other, err));
    FAILS(WRMF_E_NULL, "context", wrmf_server_create(NULL, model, 1, NULL, &server, err));
    FAILS(WRMF_E_NULL, "model", wrmf_server_create(context, NULL, 1, NULL, &server, err));
    FAILS(WRMF_E_NULL, "out", wrmf_server_create(context, model, 1, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "tables is 16", wrmf_server_create(context, model, 16, NULL, &server, err));
    FAILS(WRMF_E_SHAPE, "20 x 700, the matrix 700 x 20",
          wrmf_server_create(context, model, 1, other, &server, err));
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_server_create(context, model, 1, NULL, &server, err));
    MUST(wrmf_context_set_threads(context, 1, err));
    assert_null(server);
    assert_true(wrmf_server_bytes(NULL) == 0);
    wrmf_server_free(NULL);
    wrmf_matrix_free(other);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 1, 1}, item[] = {2, 2, 9};
    static const double amount[] = {1, 2, 3};
    wrmf_server *server = NULL;
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_triplets(context, M, N, 3, user, item, amount, WRMF_DUPLICATES_SUM, NULL,
                                   &matrix, err));
    OUT_OF_MEMORY(wrmf_server_create(context, model, WRMF_SERVE_ITEMS | WRMF_SERVE_SIMILAR_ITEMS,
                                     matrix, &server, err));
    assert_true(wrmf_server_bytes(server) > 0);
    wrmf_server_free(server);
    wrmf_matrix_free(matrix);
}

/* The memory that a server says it takes is what it took. */
static void bytes_are_true(void **state)
{
    (void)state;
    for (unsigned tables = 0; tables < 16; tables++) {
        const long long before = atomic_load(&machine.bytes);
        wrmf_server *server = NULL;
        /* the model's own numbers for cosines are made before */
        MUST(wrmf_server_create(context, model, 15, NULL, &server, err));
        wrmf_server_free(server);
        const long long own = atomic_load(&machine.bytes);
        MUST(wrmf_server_create(context, model, tables, NULL, &server, err));
        assert_true(atomic_load(&machine.bytes) - own == (long long)wrmf_server_bytes(server));
        wrmf_server_free(server);
        assert_true(own >= before);
    }
}

static void a_stale_server(void **state)
{
    (void)state;
    double row[64] = {1};
    int64_t list[10], count;
    wrmf_server *server = NULL;
    wrmf_query *query = NULL;
    MUST(wrmf_server_create(context, model, WRMF_SERVE_ITEMS, NULL, &server, err));
    MUST(wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, &query, err));
    MUST(wrmf_query_set_server(query, server, err));
    MUST(wrmf_model_set_rows(model, WRMF_USERS, 0, 1, row, err)); /* who asks may change */
    MUST(wrmf_query_run(query, 0, list, NULL, &count, err));
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 5, 0, row, err)); /* which changes nothing */
    MUST(wrmf_query_run(query, 0, list, NULL, &count, err));
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 5, 1, row, err));
    FAILS(WRMF_E_STATE, "items have changed", wrmf_query_run(query, 0, list, NULL, &count, err));
    FAILS(WRMF_E_STATE, "items have changed",
          wrmf_query_run_batch(query, NULL, 1, list, NULL, &count, err));
    MUST(wrmf_query_set_server(query, NULL, err));
    MUST(wrmf_query_run(query, 0, list, NULL, &count, err));
    assert_int_equal(list[0], 5);
    wrmf_query_free(query);
    wrmf_server_free(server);
}

typedef struct worker {
    const wrmf_server *server;
    int64_t lists[M][LENGTH];
    double scores[M][LENGTH];
    bool is_fine;
} worker;

static void *ask(void *self)
{
    worker *const w = self;
    wrmf_query *query = NULL;
    int64_t count;
    w->is_fine =
        wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, &query, NULL) == WRMF_OK &&
        wrmf_query_set_length(query, LENGTH, NULL) == WRMF_OK &&
        wrmf_query_set_server(query, w->server, NULL) == WRMF_OK;
    for (int round = 0; round < 20; round++)
        for (int64_t i = 0; i < M && w->is_fine; i++)
            w->is_fine =
                wrmf_query_run(query, i, w->lists[i], w->scores[i], &count, NULL) == WRMF_OK &&
                count == LENGTH;
    wrmf_query_free(query);
    return NULL;
}

static void threads_share_it(void **state)
{
    (void)state;
    enum { THREADS = 3 };
    static worker workers[THREADS], alone;
    pthread_t threads[THREADS];
    wrmf_server *server = NULL;
    MUST(wrmf_server_create(context, model, WRMF_SERVE_ITEMS, NULL, &server, err));
    ask(&alone);
    assert_true(alone.is_fine);
    for (int i = 0; i < THREADS; i++) {
        workers[i].server = server;
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(workers[i].is_fine);
        assert_memory_equal(workers[i].lists, alone.lists, sizeof alone.lists);
        assert_memory_equal(workers[i].scores, alone.scores, sizeof alone.scores);
    }
    wrmf_server_free(server);
}

#define ON_MODEL(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(what_is_refused),  ON_MODEL(every_allocation_fails_in_turn),
        ON_MODEL(bytes_are_true),   ON_MODEL(a_stale_server),
        ON_MODEL(threads_share_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

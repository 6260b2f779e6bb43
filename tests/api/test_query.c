/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/query.h: lists of a model whose rows are small whole numbers, so that every score is exact
 * and every list can be told by hand; what is refused, and that it leaves outputs as they were.
 */
#include "small_model.h"

#include <time.h>

#include "wrmf/matrix.h"
#include "wrmf/model.h"
#include "wrmf/query.h"

static wrmf_query *query_of(wrmf_side asking, wrmf_side ranked)
{
    wrmf_query *query = NULL;
    MUST(wrmf_query_create(context, model, asking, ranked, &query, err));
    return query;
}

/* The list of a row is `want`, of n entries, and what is behind it was not touched. */
static void check_run(wrmf_query *query, int64_t row, const int64_t *want, int64_t n)
{
    clear_lists();
    MUST(wrmf_query_run(query, row, list, scores, &count, err));
    assert_int_equal(count, n);
    for (int64_t i = 0; i < n; i++)
        assert_int_equal(list[i], want[i]);
    for (int64_t i = n; i < ROOM; i++)
        assert_true(list[i] == UNTOUCHED && scores[i] == UNTOUCHED);
    const int64_t first = list[0];
    MUST(wrmf_query_run(query, row, list, NULL, &count, err)); /* scores are not wanted */
    assert_int_equal(list[0], first);
}

static void what_a_user_may_like(void **state)
{
    (void)state;
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
    check_run(query, 0, (const int64_t[]){2, 0, 3, 1, 4}, 5); /* 10 are asked for by default */
    MUST(wrmf_query_run(query, 0, list, scores, &count, err));
    assert_true(scores[0] == 4 && scores[1] == 2 && scores[2] == 1 && scores[3] == 0);
    check_run(query, 2, (const int64_t[]){0, 1, 2, 3, 4}, 5); /* equals by ascending index */
    MUST(wrmf_query_set_length(query, 2, err));
    check_run(query, 0, (const int64_t[]){2, 0}, 2);
    MUST(wrmf_query_set_seen(query, seen, err));
    check_run(query, 0, (const int64_t[]){0, 3}, 2);
    MUST(wrmf_query_set_length(query, 5, err));
    check_run(query, 1, (const int64_t[]){3, 0, 2}, 3);
    MUST(wrmf_query_set_seen(query, NULL, err));
    check_run(query, 1, (const int64_t[]){1, 3, 0, 2, 4}, 5);
    wrmf_query_free(query);
}

/* A query keeps what it left out when the caller has freed it. */
static void who_may_like_an_item(void **state)
{
    (void)state;
    wrmf_query *const query = query_of(WRMF_ITEMS, WRMF_USERS);
    check_run(query, 3, (const int64_t[]){0, 1, 2}, 3);
    MUST(wrmf_query_set_seen(query, seen, err));
    wrmf_matrix_free(seen);
    seen = NULL;
    check_run(query, 2, (const int64_t[]){1, 2}, 2);
    check_run(query, 1, (const int64_t[]){0, 2}, 2);
    check_run(query, 0, (const int64_t[]){0, 1, 2}, 3);
    wrmf_query_free(query);
}

static void similar_rows(void **state)
{
    (void)state;
    wrmf_query *const query = query_of(WRMF_ITEMS, WRMF_ITEMS);
    check_run(query, 0, (const int64_t[]){2, 3, 1, 4}, 4); /* by cosine, without itself */
    MUST(wrmf_query_run(query, 0, list, scores, &count, err));
    assert_true(scores[0] == 1 && scores[2] == 0 && scores[3] == 0);
    assert_true(scores[1] > 0.8 && scores[1] < 0.9); /* 2 / sqrt(5) */
    MUST(wrmf_query_set_self(query, WRMF_SELF_FIRST, err));
    check_run(query, 0, (const int64_t[]){0, 2, 3, 1, 4}, 5);
    check_run(query, 4, (const int64_t[]){4, 0, 1, 2, 3}, 5); /* a row of zeros */
    MUST(wrmf_query_run(query, 4, list, scores, &count, err));
    assert_true(scores[0] == 0 && scores[4] == 0);
    MUST(wrmf_query_set_similarity(query, WRMF_SIMILARITY_DOT, err));
    MUST(wrmf_query_run(query, 0, list, scores, &count, err));
    assert_true(list[0] == 0 && scores[0] == 1 && list[1] == 2 && scores[1] == 2);
    MUST(wrmf_query_set_length(query, 1, err));
    check_run(query, 3, (const int64_t[]){3}, 1); /* room for itself alone */
    wrmf_query_free(query);
}

/* Lists of many rows are those of each, in the order of the rows, on any number of threads. */
static void batches(void **state)
{
    (void)state;
    static const int64_t rows[] = {1, 0, 1};
    for (int threads = 1; threads <= 3; threads += 2) {
        MUST(wrmf_context_set_threads(context, threads, err));
        wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
        int64_t lists[3][ROOM], counts[3] = {UNTOUCHED, UNTOUCHED, UNTOUCHED};
        double values[3][ROOM];
        MUST(wrmf_query_set_seen(query, seen, err));
        MUST(wrmf_query_set_length(query, ROOM, err));
        MUST(wrmf_query_run_batch(query, rows, 3, lists[0], values[0], counts, err));
        for (int i = 0; i < 3; i++) {
            clear_lists();
            MUST(wrmf_query_run(query, rows[i], list, scores, &count, err));
            assert_int_equal(counts[i], count);
            assert_memory_equal(lists[i], list, (size_t)count * sizeof *list);
            assert_memory_equal(values[i], scores, (size_t)count * sizeof *scores);
        }
        MUST(wrmf_query_run_batch(query, NULL, 2, lists[0], NULL, counts, err));
        assert_true(lists[0][0] == 0 && lists[1][0] == 3); /* rows 0 and 1 */
        MUST(wrmf_query_run_batch(query, NULL, 0, lists[0], NULL, counts, err));
        wrmf_query_free(query);
    }
}

static void the_model_may_change_between_runs(void **state)
{
    (void)state;
    static const double up[] = {0, 9};
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
    check_run(query, 1, (const int64_t[]){1, 3, 0, 2, 4}, 5);
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 4, 1, up, err));
    check_run(query, 1, (const int64_t[]){4, 1, 3, 0, 2}, 5);
    wrmf_query_free(query);
}

/* A query's lists are made with the kernels of its own context, not those of the model's: one list
 * and the same out of a batch, few of them or many, have the same bits on every level. */
static void a_context_of_its_own(void **state)
{
    (void)state;
    enum { ROWS = 40, ASKED = 30, LENGTH = 6 };
    static const char *const levels[] = {"generic", "avx2", "avx512", "avx512vnni", "neon"};
    wrmf_model *drawn = NULL;
    MUST(wrmf_model_create(context, ROWS, ROWS, NULL, &drawn, err));
    for (size_t level = 0; level < sizeof levels / sizeof *levels; level++) {
        wrmf_context *own = NULL;
        wrmf_query *query = NULL;
        MUST(wrmf_context_create(&own, err));
        const bool runs = wrmf_context_set_cpu(own, levels[level], NULL) == WRMF_OK;
        MUST(wrmf_query_create(own, drawn, WRMF_USERS, WRMF_ITEMS, &query, err));
        wrmf_context_free(own); /* the query holds it */
        MUST(wrmf_query_set_length(query, LENGTH, err));
        for (int64_t n = 3; n <= ASKED && runs; n += ASKED - 3) {
            int64_t lists[ASKED][LENGTH], counts[ASKED];
            double values[ASKED][LENGTH];
            MUST(wrmf_query_run_batch(query, NULL, n, lists[0], values[0], counts, err));
            for (int64_t i = 0; i < n; i++) {
                MUST(wrmf_query_run(query, i, list, scores, &count, err));
                assert_true(count == LENGTH && counts[i] == LENGTH);
                assert_memory_equal(lists[i], list, sizeof lists[i]);
                assert_memory_equal(values[i], scores, sizeof values[i]);
            }
        }
        wrmf_query_free(query);
    }
    wrmf_model_free(drawn);
}

static void what_is_refused(void **state)
{
    (void)state;
    wrmf_query *query = NULL, *alike = query_of(WRMF_ITEMS, WRMF_ITEMS);
    wrmf_matrix *other = NULL;
    FAILS(WRMF_E_NULL, "context",
          wrmf_query_create(NULL, model, WRMF_USERS, WRMF_ITEMS, &query, err));
    FAILS(WRMF_E_NULL, "model",
          wrmf_query_create(context, NULL, WRMF_USERS, WRMF_ITEMS, &query, err));
    FAILS(WRMF_E_NULL, "out", wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, NULL, err));
    FAILS(WRMF_E_RANGE, "asking is 2",
          wrmf_query_create(context, model, (wrmf_side)2, WRMF_ITEMS, &query, err));
    FAILS(WRMF_E_RANGE, "ranked is 7",
          wrmf_query_create(context, model, WRMF_USERS, (wrmf_side)7, &query, err));
    assert_null(query);

    query = query_of(WRMF_USERS, WRMF_ITEMS);
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_length(NULL, 3, err));
    FAILS(WRMF_E_RANGE, "length is 0", wrmf_query_set_length(query, 0, err));
    FAILS(WRMF_E_RANGE, "length is 2147483648", wrmf_query_set_length(query, 2147483648, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_similarity(NULL, WRMF_SIMILARITY_DOT, err));
    FAILS(WRMF_E_RANGE, "similarity is 5",
          wrmf_query_set_similarity(query, (wrmf_similarity)5, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_self(NULL, WRMF_SELF_OMIT, err));
    FAILS(WRMF_E_RANGE, "self is 9", wrmf_query_set_self(alike, (wrmf_self)9, err));
    FAILS(WRMF_E_STATE, "the other", wrmf_query_set_self(query, WRMF_SELF_OMIT, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_seen(NULL, seen, err));
    FAILS(WRMF_E_STATE, "the same side", wrmf_query_set_seen(alike, seen, err));
    MUST(wrmf_query_set_seen(alike, NULL, err));
    MUST(wrmf_matrix_from_triplets(context, ITEMS, USERS, 0, NULL, NULL, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &other, err));
    FAILS(WRMF_E_SHAPE, "3 x 5, seen 5 x 3", wrmf_query_set_seen(query, other, err));
    wrmf_matrix_free(other);

    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_query_create(context, model, 0, 1, &query, err));
    FAILS(WRMF_E_NOMEM, "", wrmf_query_run(query, 0, list, scores, &count, err));
    host_fail(&machine, 0, false);
    FAILS(WRMF_E_NULL, "query", wrmf_query_run(NULL, 0, list, scores, &count, err));
    FAILS(WRMF_E_NULL, "indices", wrmf_query_run(query, 0, NULL, scores, &count, err));
    FAILS(WRMF_E_NULL, "count", wrmf_query_run(query, 0, list, scores, NULL, err));
    FAILS(WRMF_E_RANGE, "user is -1", wrmf_query_run(query, -1, list, scores, &count, err));
    FAILS(WRMF_E_RANGE, "user is 3, not in 0 .. 2",
          wrmf_query_run(query, USERS, list, scores, &count, err));
    FAILS(WRMF_E_RANGE, "item is 5", wrmf_query_run(alike, ITEMS, list, scores, &count, err));
    check_untouched();
    wrmf_query_free(query);
    wrmf_query_free(alike);
    wrmf_query_free(NULL);
}

static void what_batches_refuse(void **state)
{
    (void)state;
    static const int64_t rows[] = {0, 2, 3}, below[] = {0, -1};
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
    MUST(wrmf_query_set_length(query, 1, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_run_batch(NULL, rows, 1, list, scores, &count, err));
    FAILS(WRMF_E_NULL, "indices", wrmf_query_run_batch(query, rows, 1, NULL, scores, &count, err));
    FAILS(WRMF_E_NULL, "counts", wrmf_query_run_batch(query, rows, 1, list, scores, NULL, err));
    FAILS(WRMF_E_RANGE, "n_rows is -1",
          wrmf_query_run_batch(query, rows, -1, list, scores, &count, err));
    FAILS(WRMF_E_RANGE, "n_rows is 4, not in 0 .. 3",
          wrmf_query_run_batch(query, NULL, 4, list, scores, &count, err));
    FAILS(WRMF_E_RANGE, "rows[2] is 3, not in 0 .. 2",
          wrmf_query_run_batch(query, rows, 3, list, scores, &count, err));
    FAILS(WRMF_E_RANGE, "rows[1] is -1",
          wrmf_query_run_batch(query, below, 2, list, scores, &count, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_query_run_batch(query, NULL, 3, list, scores, &count, err));
    host_fail(&machine, 0, false);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_query_run_batch(query, NULL, 3, list, scores, &count, err));
    check_untouched();
    wrmf_query_free(query);
}

/* Enough lists that the hook is called on the way: those that were made stay. */
static void a_batch_that_is_stopped(void **state)
{
    (void)state;
    enum { CROWD = 30000 };
    static int64_t lists[CROWD], counts[CROWD];
    wrmf_model *crowd = NULL;
    wrmf_query *query = NULL;
    int64_t made = 0;
    MUST(wrmf_model_create(context, CROWD, 3, NULL, &crowd, err));
    MUST(wrmf_query_create(context, crowd, WRMF_USERS, WRMF_ITEMS, &query, err));
    MUST(wrmf_query_set_length(query, 1, err));
    MUST(wrmf_context_set_runner(context, NULL, runner_that_is_slow, 1, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    for (int64_t i = 0; i < CROWD; i++)
        lists[i] = counts[i] = UNTOUCHED;
    FAILS(WRMF_E_CANCELLED, "hook",
          wrmf_query_run_batch(query, NULL, CROWD, lists, NULL, counts, err));
    for (int64_t i = 0; i < CROWD; i++) {
        const bool there = counts[i] == 1 && lists[i] >= 0 && lists[i] < 3;
        assert_true(there || (counts[i] == UNTOUCHED && lists[i] == UNTOUCHED));
        made += there;
    }
    assert_true(made < CROWD); /* none, if it was stopped while rows were made ready */
    wrmf_query_free(query);
    wrmf_model_free(crowd);
}

/* Runs pieces one after another; sleeps before the lists, so that the hook is due. */
static int runner_that_sleeps_before_lists(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    static const struct timespec pause = {0, 60000000};
    int *const calls = self; /* that are left before the lists */
    if ((*calls)-- == 0)
        nanosleep(&pause, NULL);
    for (size_t chunk = 0; chunk < chunks; chunk++)
        task(job, chunk, 0);
    return 0;
}

/* A stop does not wait for the lists of a block, however long they are. */
static void a_block_that_is_stopped(void **state)
{
    (void)state;
    enum { LISTS = 30 };
    static const struct {
        int64_t lists;
        int calls;                    /* of the runner, to make rows ready */
    } kinds[] = {{8, 1}, {LISTS, 2}}; /* packed; and with a screen */
    for (int i = 0; i < 2; i++) {
        int calls = kinds[i].calls;
        int64_t lists[LISTS * 10], counts[LISTS];
        wrmf_model *crowd = NULL;
        wrmf_query *query = NULL;
        MUST(wrmf_model_create(context, LISTS, 40, NULL, &crowd, err));
        MUST(wrmf_query_create(context, crowd, WRMF_USERS, WRMF_ITEMS, &query, err));
        MUST(wrmf_context_set_runner(context, &calls, runner_that_sleeps_before_lists, 1, err));
        wrmf_context_set_progress(context, NULL, hook_that_stops);
        for (int64_t q = 0; q < LISTS; q++)
            counts[q] = UNTOUCHED;
        FAILS(WRMF_E_CANCELLED, "hook",
              wrmf_query_run_batch(query, NULL, kinds[i].lists, lists, NULL, counts, err));
        assert_int_equal(calls, -1);
        for (int64_t q = 0; q < LISTS; q++)
            assert_int_equal(counts[q], UNTOUCHED);
        MUST(wrmf_context_set_threads(context, 1, err));
        wrmf_context_set_progress(context, NULL, NULL);
        wrmf_query_free(query);
        wrmf_model_free(crowd);
    }
}

/* Each allocation that fails is WRMF_E_NOMEM, leaves outputs as they were and loses nothing;
 * the next call is right. */
static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    wrmf_status status = WRMF_E_NOMEM;
    for (long n = 1; status != WRMF_OK; n++) {
        wrmf_query *query = NULL;
        clear_lists();
        host_fail(&machine, n, false);
        status = wrmf_query_create(context, model, WRMF_ITEMS, WRMF_USERS, &query, NULL);
        if (status == WRMF_OK)
            status = wrmf_query_set_seen(query, seen, NULL);
        if (status == WRMF_OK)
            status = wrmf_query_run(query, 1, list, scores, &count, NULL);
        host_fail(&machine, 0, false);
        if (status != WRMF_OK) {
            assert_int_equal(status, WRMF_E_NOMEM);
            check_untouched();
        }
        if (query) {
            MUST(wrmf_query_set_seen(query, seen, err));
            check_run(query, 1, (const int64_t[]){0, 2}, 2);
        }
        wrmf_query_free(query);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SMALL_MODEL(what_a_user_may_like),
        ON_SMALL_MODEL(who_may_like_an_item),
        ON_SMALL_MODEL(similar_rows),
        ON_SMALL_MODEL(batches),
        ON_SMALL_MODEL(the_model_may_change_between_runs),
        ON_SMALL_MODEL(a_context_of_its_own),
        ON_SMALL_MODEL(what_is_refused),
        ON_SMALL_MODEL(what_batches_refuse),
        ON_SMALL_MODEL(a_batch_that_is_stopped),
        ON_SMALL_MODEL(a_block_that_is_stopped),
        ON_SMALL_MODEL(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

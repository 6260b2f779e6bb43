/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/query.h: lists of histories that are folded in, lists of popularity, in place of scores
 * where nothing is known, and batches that go to a sink: the same lists as by hand.
 */
#include <string.h>

#include "disliking.h"
#include "fixture.h"
#include "wrmf/fold.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"
#include "wrmf/params.h"
#include "wrmf/query.h"
#include "wrmf/server.h"

enum { M = 150, N = 40, F = 5, LENGTH = 6 };

static wrmf_model *model;
static wrmf_matrix *matrix;
static wrmf_fold *fold;
static wrmf_server *server;
static int64_t lists[M][LENGTH], counts[M], list[LENGTH], count;
static double values[M][LENGTH], scores[LENGTH];

/* User 3 has nothing. */
static int set_up(void **state)
{
    int64_t user[6 * M], item[6 * M], n = 0;
    double amount[6 * M];
    wrmf_params *params = NULL;
    fixture_set_up(state);
    for (int64_t u = 0; u < M; u++)
        for (int64_t j = 0; j < 1 + u % 6 && u != 3; j++, n++) {
            user[n] = u;
            item[n] = (u * 7 + j * j * 3 + u / 9) % N;
            amount[n] = (double)(1 + (u + j) % 5);
        }
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, F, err));
    MUST(wrmf_matrix_from_triplets(context, M, N, n, user, item, amount, WRMF_DUPLICATES_SUM, NULL,
                                   &matrix, err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    MUST(wrmf_fold_create(context, model, WRMF_USERS, &fold, err));
    MUST(wrmf_server_create(context, model, WRMF_SERVE_ITEMS | WRMF_SERVE_SIMILAR_USERS, matrix,
                            &server, err));
    wrmf_params_free(params);
    return 0;
}

static int tear_down(void **state)
{
    wrmf_server_free(server);
    wrmf_fold_free(fold);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    return fixture_tear_down(state);
}

static wrmf_query *query_of(wrmf_side asking, wrmf_side ranked)
{
    wrmf_query *query = NULL;
    MUST(wrmf_query_create(context, model, asking, ranked, &query, err));
    MUST(wrmf_query_set_length(query, LENGTH, err));
    return query;
}

static int64_t history_of(int64_t user, int64_t *index, double *amount)
{
    const int32_t *items = NULL;
    const double *amounts = NULL;
    const int64_t n = wrmf_matrix_row(matrix, user, &items, &amounts);
    for (int64_t i = 0; i < n; i++) {
        index[i] = items[i];
        amount[i] = amounts ? amounts[i] : 1;
    }
    return n;
}

/* A history asks as the row that it gives, and leaves itself out, unless it is to be kept or is of
 * the side that is not ranked. */
static void a_history(void **state)
{
    (void)state;
    static char workspace[1 << 20];
    for (int kind = 0; kind < 3; kind++) {
        const wrmf_side ranked = kind < 2 ? WRMF_ITEMS : WRMF_USERS;
        wrmf_query *const query = query_of(WRMF_USERS, ranked), *const by_hand =
                                                                    query_of(WRMF_USERS, ranked);
        MUST(wrmf_query_set_fold(query, fold, err));
        MUST(wrmf_query_set_history(query, kind == 1 ? WRMF_HISTORY_KEEP : WRMF_HISTORY_OMIT, err));
        for (int64_t user = 0; user < M; user += 7) {
            int64_t index[16], n = history_of(user, index, values[0]), wanted[LENGTH], n_wanted;
            double amount[16], row[F];
            memcpy(amount, values[0], sizeof amount);
            MUST(wrmf_fold_row(fold, index, amount, n, workspace, sizeof workspace, row, err));
            if (kind == 0)
                MUST(wrmf_query_set_excluded(by_hand, index, n, err));
            MUST(wrmf_query_run_vector(by_hand, row, wanted, values[1], &n_wanted, err));
            MUST(wrmf_query_run_history(query, index, amount, n, list, scores, &count, err));
            assert_int_equal(count, n_wanted);
            assert_memory_equal(list, wanted, (size_t)count * sizeof *list);
            assert_memory_equal(scores, values[1], (size_t)count * sizeof *scores);
        }
        MUST(wrmf_query_run_histories(query, matrix, lists[0], values[0], counts, err));
        for (int64_t user = 0; user < M; user++) {
            int64_t index[16];
            double amount[16];
            const int64_t n = history_of(user, index, amount);
            MUST(wrmf_query_run_history(query, index, amount, n, list, scores, &count, err));
            assert_int_equal(counts[user], count);
            assert_memory_equal(list, lists[user], (size_t)count * sizeof *list);
            assert_memory_equal(scores, values[user], (size_t)count * sizeof *scores);
        }
        wrmf_query_free(query);
        wrmf_query_free(by_hand);
    }
}

/* New items, from who touched them, ask for users. */
static void histories_of_items(void **state)
{
    (void)state;
    wrmf_fold *items = NULL;
    wrmf_query *const query = query_of(WRMF_ITEMS, WRMF_USERS);
    MUST(wrmf_fold_create(context, model, WRMF_ITEMS, &items, err));
    MUST(wrmf_query_set_fold(query, items, err));
    MUST(wrmf_query_run_histories(query, matrix, lists[0], values[0], counts, err));
    for (int64_t item = 0; item < N; item++) {
        int64_t index[M], n = 0;
        for (int64_t user = 0; user < M; user++)
            if (wrmf_matrix_count(matrix, user, item) > 0)
                index[n++] = user;
        for (int64_t i = 0; i < counts[item]; i++)
            for (int64_t j = 0; j < n; j++)
                assert_true(lists[item][i] != index[j]);
    }
    wrmf_query_free(query);
    wrmf_fold_free(items);
}

static double popularity(int64_t item, bool sum)
{
    double value = 0;
    for (int64_t user = 0; user < M; user++) {
        const double amount = wrmf_matrix_count(matrix, user, item);
        value += sum ? amount : (double)(amount > 0);
    }
    return value;
}

static void popular_lists(void **state)
{
    (void)state;
    static const int64_t candidates[] = {39, 4, 8, 12, 21, 4}, out[] = {8};
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
    MUST(wrmf_query_set_server(query, server, err));
    for (int kind = 0; kind < 4; kind++) {
        const bool sum = kind % 2;
        MUST(wrmf_query_set_candidates(query, kind > 1 ? candidates : NULL, 6, err));
        MUST(wrmf_query_set_excluded(query, out, kind > 1, err));
        MUST(wrmf_query_run_popular(query, sum ? WRMF_POPULARITY_SUM : WRMF_POPULARITY_NUMBER, list,
                                    scores, &count, err));
        assert_int_equal(count, kind > 1 ? 4 : LENGTH);
        for (int64_t i = 0; i < count; i++) {
            assert_true(scores[i] == popularity(list[i], sum));
            assert_true(kind < 2 || list[i] != 8);
            assert_true(i == 0 || scores[i] < scores[i - 1] ||
                        (scores[i] == scores[i - 1] && list[i] > list[i - 1]));
        }
        for (int64_t item = 0; item < N && kind < 2; item++) /* none that is more popular */
            if (popularity(item, sum) > scores[count - 1]) {
                int64_t i = 0;
                while (i < count && list[i] != item)
                    i++;
                assert_true(i < count);
            }
    }
    wrmf_query_free(query);
}

/* Who is not known is answered by popularity, and told apart. */
static void a_fallback(void **state)
{
    (void)state;
    int64_t popular[LENGTH], n_popular;
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
    MUST(wrmf_query_set_server(query, server, err));
    MUST(wrmf_query_set_fold(query, fold, err));
    MUST(wrmf_query_set_seen(query, matrix, err));
    MUST(wrmf_query_run_popular(query, WRMF_POPULARITY_SUM, popular, scores, &n_popular, err));
    assert_false(wrmf_query_is_popular(query, 0));
    MUST(wrmf_query_set_fallback(query, WRMF_POPULARITY_SUM, err));
    MUST(wrmf_query_run(query, 3, list, values[0], &count, err));
    assert_true(wrmf_query_is_popular(query, 0) && !wrmf_query_is_popular(query, 1));
    assert_int_equal(count, n_popular);
    assert_memory_equal(list, popular, sizeof list);
    assert_memory_equal(values[0], scores, sizeof scores);
    MUST(wrmf_query_run(query, 4, list, values[0], &count, err));
    assert_false(wrmf_query_is_popular(query, 0));
    MUST(wrmf_query_run_history(query, NULL, NULL, 0, list, NULL, &count, err));
    assert_true(wrmf_query_is_popular(query, 0));
    assert_memory_equal(list, popular, sizeof list);
    MUST(wrmf_query_run_batch(query, NULL, M, lists[0], values[0], counts, err));
    for (int64_t user = 0; user < M; user++)
        assert_int_equal(wrmf_query_is_popular(query, user), user == 3);
    assert_memory_equal(lists[3], popular, sizeof popular);
    MUST(wrmf_query_set_fallback(query, WRMF_POPULARITY_NONE, err));
    MUST(wrmf_query_run(query, 3, list, values[0], &count, err));
    assert_true(!wrmf_query_is_popular(query, 0) && list[0] == 0 && values[0][0] == 0);
    wrmf_query_free(query);
}

typedef struct received {
    int64_t next; /* list */
    int64_t stop_at;
    int popular;
} received;

static int take(void *self, const wrmf_lists *some)
{
    received *const r = self;
    assert_true(some->struct_size == sizeof *some && some->first == r->next);
    for (int64_t i = 0; i < some->n; i++, r->next++) {
        assert_int_equal(some->counts[i], counts[r->next]);
        assert_memory_equal(some->indices + i * some->stride, lists[r->next],
                            (size_t)some->counts[i] * sizeof *list);
        assert_memory_equal(some->scores + i * some->stride, values[r->next],
                            (size_t)some->counts[i] * sizeof *scores);
        r->popular += some->popular[i];
    }
    return r->next >= r->stop_at;
}

/* A sink is given the lists that would have been stored, in their order. */
static void a_sink(void **state)
{
    (void)state;
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
    MUST(wrmf_query_set_server(query, server, err));
    MUST(wrmf_query_set_fold(query, fold, err));
    MUST(wrmf_query_set_fallback(query, WRMF_POPULARITY_NUMBER, err));
    for (int threads = 1; threads < 4; threads += 2) {
        received r = {0, M + 1, 0};
        MUST(wrmf_context_set_threads(context, threads, err));
        MUST(wrmf_query_run_batch(query, NULL, M, lists[0], values[0], counts, err));
        MUST(wrmf_query_set_sink(query, &r, take, err));
        MUST(wrmf_query_run_batch(query, NULL, M, NULL, NULL, NULL, err));
        assert_true(r.next == M && r.popular == 1);
        r.stop_at = r.next = 0;
        FAILS(WRMF_E_CANCELLED, "sink",
              wrmf_query_run_batch(query, NULL, M, NULL, NULL, NULL, err));
        MUST(wrmf_query_set_sink(query, NULL, NULL, err));
        MUST(wrmf_query_run_histories(query, matrix, lists[0], values[0], counts, err));
        r = (received){0, M + 1, 0};
        MUST(wrmf_query_set_sink(query, &r, take, err));
        MUST(wrmf_query_run_histories(query, matrix, NULL, NULL, NULL, err));
        assert_true(r.next == M && r.popular == 1);
        r.stop_at = r.next = 0;
        FAILS(WRMF_E_CANCELLED, "sink",
              wrmf_query_run_histories(query, matrix, NULL, NULL, NULL, err));
        r.next = 0;
        static double vectors[M * F];
        static float floats[M * F];
        MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, M, vectors, err));
        MUST(wrmf_model_get_rows_float32(model, WRMF_USERS, 0, M, floats, err));
        MUST(wrmf_query_set_sink(query, NULL, NULL, err));
        MUST(wrmf_query_run_vectors(query, vectors, M, lists[0], values[0], counts, err));
        MUST(wrmf_query_set_sink(query, &r, take, err));
        FAILS(WRMF_E_CANCELLED, "sink",
              wrmf_query_run_vectors(query, vectors, M, NULL, NULL, NULL, err));
        r.next = 0;
        FAILS(WRMF_E_CANCELLED, "sink",
              wrmf_query_run_vectors_float32(query, floats, M, NULL, NULL, NULL, err));
        MUST(wrmf_query_set_sink(query, NULL, NULL, err));
    }
    wrmf_query_free(query);
}

static void settings_that_are_refused(void **state)
{
    (void)state;
    wrmf_fold *items = NULL;
    wrmf_model *copy = NULL;
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS), *foreign = NULL;
    MUST(wrmf_fold_create(context, model, WRMF_ITEMS, &items, err));
    MUST(wrmf_model_copy(context, model, &copy, err));
    MUST(wrmf_query_create(context, copy, WRMF_USERS, WRMF_ITEMS, &foreign, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_fold(NULL, fold, err));
    FAILS(WRMF_E_STATE, "another model", wrmf_query_set_fold(foreign, fold, err));
    FAILS(WRMF_E_STATE, "does not ask", wrmf_query_set_fold(query, items, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_history(NULL, WRMF_HISTORY_KEEP, err));
    FAILS(WRMF_E_RANGE, "history is 4", wrmf_query_set_history(query, (wrmf_history)4, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_fallback(NULL, WRMF_POPULARITY_SUM, err));
    FAILS(WRMF_E_RANGE, "popularity is 7", wrmf_query_set_fallback(query, (wrmf_popularity)7, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_server(NULL, server, err));
    FAILS(WRMF_E_STATE, "another model", wrmf_query_set_server(foreign, server, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_sink(NULL, NULL, take, err));
    wrmf_query_free(query);
    wrmf_query_free(foreign);
    wrmf_model_free(copy);
    wrmf_fold_free(items);
}

static void a_history_that_is_refused(void **state)
{
    (void)state;
    static const int64_t index[] = {1, 2, N};
    static const double amount[] = {1, -1}, huge[] = {1e308, 1e308};
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
    FAILS(WRMF_E_STATE, "no fold",
          wrmf_query_run_history(query, index, NULL, 2, list, NULL, &count, err));
    MUST(wrmf_query_set_fold(query, fold, err));
    FAILS(WRMF_E_NULL, "query",
          wrmf_query_run_history(NULL, index, NULL, 2, list, NULL, &count, err));
    FAILS(WRMF_E_NULL, "index",
          wrmf_query_run_history(query, NULL, NULL, 2, list, NULL, &count, err));
    FAILS(WRMF_E_NULL, "indices",
          wrmf_query_run_history(query, index, NULL, 2, NULL, NULL, &count, err));
    FAILS(WRMF_E_NULL, "n_indices",
          wrmf_query_run_history(query, index, NULL, 2, list, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "n is -1",
          wrmf_query_run_history(query, index, NULL, -1, list, NULL, &count, err));
    FAILS(WRMF_E_RANGE, "[2] is 40",
          wrmf_query_run_history(query, index, NULL, 3, list, NULL, &count, err));
    FAILS(WRMF_E_FORMAT, "count[1]",
          wrmf_query_run_history(query, index, amount, 2, list, NULL, &count, err));
    FAILS(WRMF_E_NONFINITE, "",
          wrmf_query_run_history(query, index, huge, 2, list, NULL, &count, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_query_run_history(query, index, NULL, 2, list, NULL, &count, err));
    host_fail(&machine, 0, false);
    wrmf_query_free(query);
}

static void histories_that_are_refused(void **state)
{
    (void)state;
    static const int64_t index[] = {1, 2}, none[] = {0, 0};
    static const double huge[] = {1e308, 1e308}, row[F] = {0};
    static const float floats[F] = {0};
    wrmf_matrix *other = NULL;
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
    FAILS(WRMF_E_STATE, "no fold",
          wrmf_query_run_histories(query, matrix, lists[0], NULL, counts, err));
    MUST(wrmf_query_set_fold(query, fold, err));
    FAILS(WRMF_E_NULL, "query",
          wrmf_query_run_histories(NULL, matrix, lists[0], NULL, counts, err));
    FAILS(WRMF_E_NULL, "histories",
          wrmf_query_run_histories(query, NULL, lists[0], NULL, counts, err));
    FAILS(WRMF_E_NULL, "counts",
          wrmf_query_run_histories(query, matrix, lists[0], NULL, NULL, err));
    MUST(wrmf_matrix_from_triplets(context, 2, N - 1, 0, NULL, NULL, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &other, err));
    FAILS(WRMF_E_SHAPE, "39 items, the model 40",
          wrmf_query_run_histories(query, other, lists[0], NULL, counts, err));
    wrmf_matrix_free(other);
    other = NULL;
    MUST(wrmf_matrix_from_triplets(context, 1, N, 2, none, index, huge, WRMF_DUPLICATES_SUM, NULL,
                                   &other, err));
    FAILS(WRMF_E_NONFINITE, "",
          wrmf_query_run_histories(query, other, lists[0], NULL, counts, err));
    wrmf_matrix *const disliked = disliking(matrix);
    FAILS(WRMF_E_FORMAT, "dislikes item",
          wrmf_query_run_histories(query, disliked, lists[0], NULL, counts, err));
    wrmf_matrix_free(disliked);
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_query_run_history(query, index, NULL, 2, list, NULL, &count, err));
    FAILS(WRMF_E_NOMEM, "", wrmf_query_run_histories(query, matrix, lists[0], NULL, counts, err));
    host_fail(&machine, 0, false);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "", wrmf_query_run_histories(query, matrix, lists[0], NULL, counts, err));
    FAILS(WRMF_E_THREAD, "", wrmf_query_run_vectors(query, row, 1, list, NULL, &count, err));
    FAILS(WRMF_E_THREAD, "",
          wrmf_query_run_vectors_float32(query, floats, 1, list, NULL, &count, err));
    MUST(wrmf_context_set_threads(context, 1, err));
    wrmf_matrix_free(other);
    wrmf_query_free(query);
}

static void popularity_that_is_refused(void **state)
{
    (void)state;
    static const int64_t index[] = {1, 2}, none[] = {0, 0, 0};
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
    MUST(wrmf_query_set_fold(query, fold, err));
    FAILS(WRMF_E_STATE, "popularity",
          wrmf_query_run_popular(query, WRMF_POPULARITY_SUM, list, NULL, &count, err));
    FAILS(WRMF_E_NULL, "query",
          wrmf_query_run_popular(NULL, WRMF_POPULARITY_SUM, list, NULL, &count, err));
    FAILS(WRMF_E_NULL, "indices",
          wrmf_query_run_popular(query, WRMF_POPULARITY_SUM, NULL, NULL, &count, err));
    FAILS(WRMF_E_NULL, "count",
          wrmf_query_run_popular(query, WRMF_POPULARITY_SUM, list, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "popularity is 0",
          wrmf_query_run_popular(query, WRMF_POPULARITY_NONE, list, NULL, &count, err));
    MUST(wrmf_query_set_server(query, server, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "",
          wrmf_query_run_popular(query, WRMF_POPULARITY_SUM, list, NULL, &count, err));
    host_fail(&machine, 0, false);
    MUST(wrmf_query_set_excluded_each(query, 2, none, NULL, err));
    FAILS(WRMF_E_SHAPE, "for 2 lists",
          wrmf_query_run_popular(query, WRMF_POPULARITY_SUM, list, NULL, &count, err));
    FAILS(WRMF_E_SHAPE, "for 2 lists",
          wrmf_query_run_history(query, index, NULL, 2, list, NULL, &count, err));
    wrmf_query_free(query);
}

/* There is nothing to count without a server. */
static void a_fallback_that_is_refused(void **state)
{
    (void)state;
    static const double row[F] = {0};
    static const float floats[F] = {0};
    wrmf_query *const query = query_of(WRMF_USERS, WRMF_ITEMS);
    MUST(wrmf_query_set_fallback(query, WRMF_POPULARITY_SUM, err));
    FAILS(WRMF_E_STATE, "popularity", wrmf_query_run(query, 0, list, NULL, &count, err));
    FAILS(WRMF_E_STATE, "popularity",
          wrmf_query_run_batch(query, NULL, 2, lists[0], NULL, counts, err));
    FAILS(WRMF_E_STATE, "popularity", wrmf_query_run_vector(query, row, list, NULL, &count, err));
    FAILS(WRMF_E_STATE, "popularity",
          wrmf_query_run_vector_float32(query, floats, list, NULL, &count, err));
    FAILS(WRMF_E_STATE, "popularity",
          wrmf_query_run_vectors(query, row, 1, list, NULL, &count, err));
    FAILS(WRMF_E_STATE, "popularity",
          wrmf_query_run_vectors_float32(query, floats, 1, list, NULL, &count, err));
    assert_false(wrmf_query_is_popular(NULL, 0));
    wrmf_query_free(query);
}

static int take_any(void *self, const wrmf_lists *some)
{
    *(int64_t *)self += some->n;
    return 0;
}

/* Nothing is lost where memory ends, and the next call is right. */
static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    static const int64_t rows[] = {5, 3, 8}, offsets[] = {0, 3};
    int64_t taken = 0;
    double vectors[F] = {1};
    wrmf_query *query = query_of(WRMF_USERS, WRMF_ITEMS);
    MUST(wrmf_query_set_server(query, server, err));
    MUST(wrmf_query_set_fold(query, fold, err));
    MUST(wrmf_query_set_fallback(query, WRMF_POPULARITY_SUM, err));
    OUT_OF_MEMORY(wrmf_query_set_excluded(query, rows, 1, err));
    OUT_OF_MEMORY(wrmf_query_set_candidates(query, rows, 3, err));
    OUT_OF_MEMORY(wrmf_query_set_candidates(query, rows, 2, err));
    OUT_OF_MEMORY(wrmf_query_run_history(query, rows, NULL, 3, list, scores, &count, err));
    assert_int_equal(count, 0); /* all candidates are of the history */
    OUT_OF_MEMORY(wrmf_query_run_histories(query, matrix, lists[0], values[0], counts, err));
    MUST(wrmf_query_set_sink(query, &taken, take_any, err));
    OUT_OF_MEMORY(wrmf_query_run_batch(query, NULL, M, NULL, NULL, NULL, err));
    OUT_OF_MEMORY(wrmf_query_run_vectors(query, vectors, 1, NULL, NULL, NULL, err));
    assert_int_equal(taken, M + 1);
    OUT_OF_MEMORY(wrmf_query_set_excluded_each(query, 1, offsets, rows, err));
    OUT_OF_MEMORY(wrmf_query_set_candidates_each(query, 1, offsets, rows, err));
    MUST(wrmf_query_run(query, 0, list, scores, &count, err));
    assert_int_equal(count, 0);
    wrmf_query_free(query);
}

#define ON_MODEL(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(a_history),
        ON_MODEL(histories_of_items),
        ON_MODEL(popular_lists),
        ON_MODEL(a_fallback),
        ON_MODEL(a_sink),
        ON_MODEL(every_allocation_fails_in_turn),
        ON_MODEL(settings_that_are_refused),
        ON_MODEL(a_history_that_is_refused),
        ON_MODEL(histories_that_are_refused),
        ON_MODEL(popularity_that_is_refused),
        ON_MODEL(a_fallback_that_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The acts of this file make lists and run evaluators. */
#include "world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- lists ---- */

enum { N = 4 };

static wrmf_status recommend(world *w)
{
    int64_t items[N] = {-7}, count = -7;
    double scores[N] = {-7};
    const wrmf_status status =
        wrmf_recommend(w->model, 2, w->matrix, N, items, scores, &count, &w->error);
    if (status != WRMF_OK)
        assert_true(items[0] == -7 && scores[0] == -7 && count == -7);
    return status;
}

static wrmf_status similar(world *w)
{
    int64_t items[N] = {-7}, count = -7;
    double scores[N] = {-7};
    const wrmf_status status =
        wrmf_similar(w->model, WRMF_ITEMS, 2, N, items, scores, &count, &w->error);
    if (status != WRMF_OK)
        assert_true(items[0] == -7 && scores[0] == -7 && count == -7);
    return status;
}

/* Makes a query, sets it up, runs a batch and frees it. */
static wrmf_status run_batch(world *w, const wrmf_model *model, wrmf_side ranked, int64_t n_rows,
                             int64_t length, int64_t *indices, double *scores, int64_t *counts)
{
    wrmf_query *query = NULL;
    wrmf_status status =
        wrmf_query_create(w->context, model, WRMF_USERS, ranked, &query, &w->error);
    if (status == WRMF_OK)
        status = wrmf_query_set_length(query, length, &w->error);
    if (status == WRMF_OK && ranked == WRMF_ITEMS && model == w->model)
        status = wrmf_query_set_seen(query, w->matrix, &w->error);
    if (status == WRMF_OK)
        status = wrmf_query_run_batch(query, NULL, n_rows, indices, scores, counts, &w->error);
    wrmf_query_free(query);
    return status;
}

/* Asks who may like an item, which makes the transpose of what is seen. */
static wrmf_status audience(world *w)
{
    int64_t users[N] = {-7}, count = -7;
    wrmf_query *query = NULL;
    wrmf_status status =
        wrmf_query_create(w->context, w->model, WRMF_ITEMS, WRMF_USERS, &query, &w->error);
    if (status == WRMF_OK)
        status = wrmf_query_set_length(query, N, &w->error);
    if (status == WRMF_OK)
        status = wrmf_query_set_seen(query, w->matrix, &w->error);
    if (status == WRMF_OK)
        status = wrmf_query_run(query, 1, users, NULL, &count, &w->error);
    if (status != WRMF_OK)
        assert_true(users[0] == -7 && count == -7);
    wrmf_query_free(query);
    return status;
}

static wrmf_status recommend_batch(world *w)
{
    int64_t items[USERS * N] = {-7}, counts[USERS] = {-7};
    double scores[USERS * N] = {-7};
    const wrmf_status status = run_batch(w, w->model, WRMF_ITEMS, USERS, N, items, scores, counts);
    if (status == WRMF_E_NOMEM)
        assert_true(items[0] == -7 && scores[0] == -7 && counts[0] == -7);
    return status;
}

static wrmf_status similar_batch(world *w)
{
    int64_t users[USERS * N] = {-7}, counts[USERS] = {-7};
    const wrmf_status status = run_batch(w, w->model, WRMF_USERS, USERS, N, users, NULL, counts);
    if (status == WRMF_E_NOMEM)
        assert_true(users[0] == -7 && counts[0] == -7);
    return status;
}

/* ---- enough users that the progress hook is called on the way ---- */

enum { CROWD = 6000 };

static wrmf_model *crowd_model(world *w)
{
    wrmf_model *model = NULL;
    world_hold(w);
    MUST(wrmf_model_create(w->context, CROWD, 3, w->params, &model, err));
    world_go(w);
    return model;
}

/* Checks the lists that were made before the call was cancelled: they are there, and right. */
static wrmf_status recommend_crowd(world *w)
{
    wrmf_model *const model = crowd_model(w);
    int64_t *const items = malloc(CROWD * sizeof *items), *const counts = calloc(CROWD, 8);
    const wrmf_status status = run_batch(w, model, WRMF_ITEMS, CROWD, 1, items, NULL, counts);
    world_hold(w);
    int64_t made = 0;
    for (int64_t u = 0; u < CROWD; u++) {
        if (counts[u] == 0)
            continue;
        int64_t item, count;
        MUST(wrmf_recommend(model, u, NULL, 1, &item, NULL, &count, err));
        assert_true(counts[u] == count && items[u] == item);
        made++;
    }
    if (status == WRMF_OK)
        assert_int_equal(made, CROWD);
    free(items);
    free(counts);
    wrmf_model_free(model);
    return status;
}

static wrmf_status evaluate_crowd(world *w)
{
    const int64_t user[] = {0, CROWD - 1}, item[] = {0, 2};
    wrmf_model *const model = crowd_model(w);
    wrmf_matrix *test = NULL;
    wrmf_evaluator *evaluator = NULL;
    world_hold(w);
    MUST(wrmf_matrix_from_triplets(w->context, CROWD, 3, 2, user, item, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &test, err));
    MUST(wrmf_evaluator_create(w->context, test, NULL, &evaluator, err));
    world_go(w);
    const wrmf_status status = wrmf_evaluator_run(w->context, evaluator, model, &w->error);
    assert_int_equal(isnan(wrmf_evaluator_value(evaluator, WRMF_METRIC_MSE, 0)), status != WRMF_OK);
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(test);
    wrmf_model_free(model);
    return status;
}

/* ---- evaluators ---- */

static const wrmf_metric metrics[] = {WRMF_METRIC_PRECISION, WRMF_METRIC_NDCG, WRMF_METRIC_COVERAGE,
                                      WRMF_METRIC_AUC, WRMF_METRIC_MSE};
static const int64_t cutoffs[] = {1, 3, 5}, some_users[] = {1, 4, 5, 9};

static wrmf_status evaluator_create(world *w)
{
    MAKES(evaluator, wrmf_evaluator_create(w->context, w->test, w->matrix, &out, &w->error));
}

static wrmf_status set_up_evaluator(world *w, wrmf_evaluator *evaluator)
{
    wrmf_status status = wrmf_evaluator_set_users(evaluator, some_users, 4, &w->error);
    assert_int_equal(wrmf_evaluator_users(evaluator), status == WRMF_OK ? 4 : USERS);
    if (status == WRMF_OK)
        status = wrmf_evaluator_set_cutoffs(evaluator, cutoffs, 3, &w->error);
    if (status == WRMF_OK)
        status = wrmf_evaluator_set_metrics(evaluator, metrics, 5, &w->error);
    if (status == WRMF_OK)
        status = wrmf_evaluator_set_per_user(evaluator, 1, &w->error);
    return status;
}

static wrmf_evaluator *new_evaluator(world *w)
{
    wrmf_evaluator *evaluator = NULL;
    world_hold(w);
    MUST(wrmf_evaluator_create(w->context, w->test, w->matrix, &evaluator, err));
    world_go(w);
    return evaluator;
}

static wrmf_status evaluator_set(world *w)
{
    wrmf_evaluator *const evaluator = new_evaluator(w);
    const wrmf_status status = set_up_evaluator(w, evaluator);
    wrmf_evaluator_free(evaluator);
    return status;
}

/* A second run is of a model that needs workspace of other sizes. A failure of it keeps what the
 * first run has found. */
static wrmf_status evaluator_run(world *w)
{
    wrmf_evaluator *const evaluator = new_evaluator(w);
    world_hold(w);
    assert_int_equal(set_up_evaluator(w, evaluator), WRMF_OK);
    world_go(w);
    const wrmf_status status = wrmf_evaluator_run(w->context, evaluator, w->model, &w->error);
    double values[4] = {-7, -7, -7, -7};
    if (status == WRMF_OK) {
        MUST(wrmf_evaluator_user_values(evaluator, WRMF_METRIC_NDCG, 3, values, err));
    } else {
        assert_true(isnan(wrmf_evaluator_value(evaluator, WRMF_METRIC_PRECISION, 3)));
        FAILS(WRMF_E_STATE, "",
              wrmf_evaluator_user_values(evaluator, WRMF_METRIC_NDCG, 3, values, err));
        assert_true(values[0] == -7);
    }
    wrmf_evaluator_free(evaluator);
    return status;
}

static wrmf_status evaluator_run_again(world *w)
{
    static const wrmf_metric each[] = {WRMF_METRIC_PRECISION, WRMF_METRIC_NDCG,
                                       WRMF_METRIC_COVERAGE};
    wrmf_evaluator *const evaluator = new_evaluator(w);
    wrmf_model *other = NULL;
    double before[6], users_before[4], users_after[4];
    world_hold(w);
    assert_int_equal(set_up_evaluator(w, evaluator), WRMF_OK);
    MUST(wrmf_evaluator_run(w->context, evaluator, w->model, err));
    for (int i = 0; i < 6; i++)
        before[i] = wrmf_evaluator_value(evaluator, each[i / 2], i % 2 ? 3 : 5);
    MUST(wrmf_evaluator_user_values(evaluator, WRMF_METRIC_AUC, 0, users_before, err));
    MUST(wrmf_params_parse(w->params, "factors=40 precision=float64", err));
    MUST(wrmf_model_create(w->context, USERS, ITEMS, w->params, &other, err));
    world_go(w);
    const wrmf_status status = wrmf_evaluator_run(w->context, evaluator, other, &w->error);
    if (status != WRMF_OK) {
        for (int i = 0; i < 6; i++)
            assert_true(before[i] == wrmf_evaluator_value(evaluator, each[i / 2], i % 2 ? 3 : 5));
        MUST(wrmf_evaluator_user_values(evaluator, WRMF_METRIC_AUC, 0, users_after, err));
        assert_memory_equal(users_before, users_after, sizeof users_before);
        assert_int_equal(wrmf_evaluator_counted(evaluator) + wrmf_evaluator_skipped(evaluator), 4);
    }
    wrmf_model_free(other);
    wrmf_evaluator_free(evaluator);
    return status;
}

const act search_acts[] = {
    {"recommend", recommend, NEEDS_MODEL},
    {"similar", similar, NEEDS_MODEL},
    {"recommend to many", recommend_batch, NEEDS_MODEL},
    {"similar to many", similar_batch, NEEDS_MODEL},
    {"who may like an item", audience, NEEDS_MODEL},
    {"recommend to a crowd", recommend_crowd, SLOWLY},
    {"evaluate a crowd", evaluate_crowd, SLOWLY},
    {"create an evaluator", evaluator_create, 0},
    {"set up an evaluator", evaluator_set, 0},
    {"evaluate", evaluator_run, NEEDS_MODEL},
    {"evaluate again", evaluator_run_again, NEEDS_MODEL},
    {NULL, NULL, 0},
};

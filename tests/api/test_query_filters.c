/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/query.h: filters. Every list, of rows, vectors and batches, with a server and without, is
 * held against one that a test makes by itself from the scores of a query without filters: the same
 * rows and the same bits, for all combinations of filters.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "thin.h"
#include "wrmf/fold.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"
#include "wrmf/params.h"
#include "wrmf/query.h"
#include "wrmf/server.h"

enum { M = 61, N = 310, F = 11, LISTS = 70 };

/* What a list is asked to be. Bits of filters: */
enum { SEEN = 1, EXCLUDED = 2, EACH = 4, CANDIDATES = 8, CHOSEN_EACH = 16, MINIMUM = 32, ALL = 64 };

static wrmf_model *model;
static wrmf_matrix *seen;
static wrmf_server *server;
static int64_t excluded[7] = {0};
static int64_t candidates[N], few[9], n_candidates;
static int64_t each_offsets[LISTS + 1], each_rows[LISTS * 9], chosen_offsets[LISTS + 1],
    chosen_rows[LISTS * 30];
static uint32_t state_of_draws = 1;

static uint32_t draw(uint32_t n)
{
    state_of_draws = state_of_draws * 1664525U + 1013904223U;
    return (state_of_draws >> 8) % n;
}

static void fill_sets(int64_t ranked)
{
    n_candidates = ranked * 2 / 3;
    for (int64_t i = 0; i < n_candidates; i++)
        candidates[i] = draw((uint32_t)ranked);
    for (size_t i = 0; i < sizeof excluded / sizeof *excluded; i++)
        excluded[i] = draw((uint32_t)ranked);
    for (size_t i = 0; i < sizeof few / sizeof *few; i++)
        few[i] = draw((uint32_t)ranked);
    for (int64_t i = 0; i < LISTS; i++) {
        each_offsets[i + 1] = each_offsets[i] + draw(9);
        chosen_offsets[i + 1] = chosen_offsets[i] + draw(30);
    }
    for (int64_t i = 0; i < each_offsets[LISTS]; i++)
        each_rows[i] = draw((uint32_t)ranked);
    for (int64_t i = 0; i < chosen_offsets[LISTS]; i++)
        chosen_rows[i] = draw((uint32_t)ranked);
}

/* Rows with ties, zeros and lengths far apart. */
static void make_model(wrmf_precision precision)
{
    static double rows[N * F];
    wrmf_params *params = NULL;
    int64_t user[4 * M], item[4 * M];
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, F, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
    MUST(wrmf_model_create(context, M, N, params, &model, err));
    for (int side = 0; side < 2; side++) {
        const int64_t n = side == WRMF_USERS ? M : N;
        for (int64_t i = 0; i < n; i++) {
            const double length = draw(3) ? 1 : pow(10, (double)draw(6) - 3);
            const int64_t like = i > 0 && draw(6) == 0 ? draw((uint32_t)i) : i;
            for (int64_t k = 0; k < F; k++)
                rows[i * F + k] = like < i      ? rows[like * F + k]
                                  : i % 23 == 7 ? 0
                                                : length * ((double)draw(2001) - 1000) / 700;
        }
        MUST(wrmf_model_set_rows(model, (wrmf_side)side, 0, n, rows, err));
    }
    for (int64_t i = 0; i < 4 * M; i++) {
        user[i] = i / 4;
        item[i] = draw(N);
    }
    MUST(wrmf_matrix_from_triplets(context, M, N, 4 * M, user, item, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &seen, err));
    MUST(wrmf_server_create(context, model,
                            WRMF_SERVE_ITEMS | WRMF_SERVE_SIMILAR_ITEMS | WRMF_SERVE_USERS |
                                WRMF_SERVE_SIMILAR_USERS,
                            seen, &server, err));
    wrmf_params_free(params);
}

static void free_model(void)
{
    wrmf_server_free(server);
    wrmf_matrix_free(seen);
    wrmf_model_free(model);
}

typedef struct kind {
    wrmf_side asking, ranked;
    wrmf_similarity similarity;
    wrmf_self self;
    int filters;
    bool is_few; /* candidates are */
    int64_t length;
    double minimum;
} kind;

static int64_t rows_of(wrmf_side side)
{
    return side == WRMF_USERS ? M : N;
}

static bool among(const int64_t *rows, int64_t n, int64_t row)
{
    for (int64_t i = 0; i < n; i++)
        if (rows[i] == row)
            return true;
    return false;
}

static bool was_seen(wrmf_side asking, int64_t row, int64_t other)
{
    const int64_t user = asking == WRMF_USERS ? row : other,
                  item = asking == WRMF_USERS ? other : row;
    return wrmf_matrix_count(seen, user, item) > 0;
}

static wrmf_query *query_of(const kind *k, int64_t lists)
{
    wrmf_query *query = NULL;
    MUST(wrmf_query_create(context, model, k->asking, k->ranked, &query, err));
    MUST(wrmf_query_set_similarity(query, k->similarity, err));
    MUST(wrmf_query_set_length(query, k->length, err));
    if (k->asking == k->ranked)
        MUST(wrmf_query_set_self(query, k->self, err));
    if (k->filters & SEEN)
        MUST(wrmf_query_set_seen(query, seen, err));
    if (k->filters & EXCLUDED)
        MUST(wrmf_query_set_excluded(query, excluded, 7, err));
    if (k->filters & EACH)
        MUST(wrmf_query_set_excluded_each(query, lists, each_offsets, each_rows, err));
    if (k->filters & CANDIDATES)
        MUST(wrmf_query_set_candidates(query, k->is_few ? few : candidates,
                                       k->is_few ? 9 : n_candidates, err));
    if (k->filters & CHOSEN_EACH)
        MUST(wrmf_query_set_candidates_each(query, lists, chosen_offsets, chosen_rows, err));
    if (k->filters & MINIMUM)
        MUST(wrmf_query_set_minimum(query, k->minimum, err));
    return query;
}

/* Whether filters let a row into list `list`; the row that asks is -1 for a vector. */
static bool passes(const kind *k, int64_t list, int64_t row, int64_t other, double score)
{
    const int f = k->filters;
    const int64_t *const each = each_rows + each_offsets[list];
    const int64_t *const chosen = chosen_rows + chosen_offsets[list];
    return !(f & SEEN && row >= 0 && was_seen(k->asking, row, other)) &&
           !(f & EXCLUDED && among(excluded, 7, other)) &&
           !(f & EACH && among(each, each_offsets[list + 1] - each_offsets[list], other)) &&
           !(f & CANDIDATES &&
             !among(k->is_few ? few : candidates, k->is_few ? 9 : n_candidates, other)) &&
           !(f & CHOSEN_EACH &&
             !among(chosen, chosen_offsets[list + 1] - chosen_offsets[list], other)) &&
           !(f & MINIMUM && score < k->minimum);
}

/* Everything a list could have, in its order: the list of a query without filters. */
typedef struct full_list {
    int64_t indices[N], n;
    double scores[N];
} full_list;

static void make_full(const kind *k, int64_t row, full_list *full)
{
    const kind plain = {.asking = k->asking,
                        .ranked = k->ranked,
                        .similarity = k->similarity,
                        .self = k->self,
                        .length = N};
    wrmf_query *const query = query_of(&plain, 1);
    MUST(wrmf_query_run(query, row, full->indices, full->scores, &full->n, err));
    wrmf_query_free(query);
}

static void check_list(const kind *k, const full_list *full, int64_t list, int64_t row,
                       const int64_t *indices, const double *scores, int64_t count)
{
    int64_t at = 0;
    for (int64_t i = 0; i < full->n && at < k->length; i++) {
        if (!passes(k, list, row, full->indices[i], full->scores[i]))
            continue;
        assert_true(at < count);
        assert_int_equal(indices[at], full->indices[i]);
        assert_memory_equal(&scores[at], &full->scores[i], sizeof *scores);
        at++;
    }
    assert_int_equal(count, at);
}

/* Lists of a few rows one by one, where the sets of list 0 are for all of them, and of all in a
 * batch, without a server and with it. */
static void check_kind(const kind *k)
{
    static full_list full[LISTS];
    static int64_t rows[LISTS], indices[LISTS * N], counts[LISTS], count;
    static double scores[LISTS * N];
    for (int64_t i = 0; i < LISTS; i++) { /* the last ask again */
        rows[i] = i < LISTS - 5 ? draw((uint32_t)rows_of(k->asking)) : rows[i - 5];
        make_full(k, rows[i], &full[i]);
    }
    for (int served = 0; served < 2; served++) {
        wrmf_query *const one = query_of(k, 1);
        MUST(wrmf_query_set_server(one, served ? server : NULL, err));
        for (int64_t i = 0; i < 6; i++) {
            MUST(wrmf_query_run(one, rows[i], indices, scores, &count, err));
            check_list(k, &full[i], 0, rows[i], indices, scores, count);
        }
        wrmf_query_free(one);
        static const int64_t sizes[] = {LISTS, 14, 3};
        for (int size = 0; size < 3; size++) {
            wrmf_query *const many = query_of(k, sizes[size]);
            MUST(wrmf_query_set_server(many, served ? server : NULL, err));
            MUST(wrmf_query_run_batch(many, rows, sizes[size], indices, scores, counts, err));
            for (int64_t i = 0; i < sizes[size]; i++)
                check_list(k, &full[i], i, rows[i], indices + i * k->length, scores + i * k->length,
                           counts[i]);
            wrmf_query_free(many);
        }
    }
}

static void all_combinations(void **state)
{
    (void)state;
    static const wrmf_precision precisions[] = {WRMF_PRECISION_FLOAT32, WRMF_PRECISION_FLOAT64};
    for (int p = 0; p < 2; p++) {
        make_model(precisions[p]);
        for (int sides = 0; sides < 4; sides++) {
            kind k = {.asking = (wrmf_side)(sides % 2), .ranked = (wrmf_side)(sides / 2)};
            fill_sets(rows_of(k.ranked));
            for (int filters = 0; filters < ALL; filters++) {
                if (k.asking == k.ranked && filters & SEEN)
                    continue;
                if (thin_or(0, 1) && (filters * 7 + sides) % 5)
                    continue;
                k.filters = filters;
                k.similarity = draw(2) ? WRMF_SIMILARITY_DOT : WRMF_SIMILARITY_COSINE;
                k.self = draw(2) ? WRMF_SELF_FIRST : WRMF_SELF_OMIT;
                k.is_few = draw(2);
                k.length = draw(3) ? 1 + draw(12) : 1 + draw(N - 1);
                k.minimum = k.similarity == WRMF_SIMILARITY_DOT ? (double)draw(5) - 1
                                                                : (double)draw(9) / 10;
                check_kind(&k);
            }
        }
        free_model();
    }
}

/* A vector that is a row of the model has its list, but for what depends on who asks. */
static void vectors(void **state)
{
    (void)state;
    static full_list full;
    static double doubles[LISTS * F], scores[LISTS * N];
    static float floats[LISTS * F];
    static int64_t indices[LISTS * N], counts[LISTS], count;
    for (int p = 0; p < 2; p++) {
        make_model(p ? WRMF_PRECISION_FLOAT64 : WRMF_PRECISION_FLOAT32);
        fill_sets(N);
        for (int filters = 0; filters < ALL; filters += 2) {
            const kind k = {WRMF_USERS,     WRMF_ITEMS, (wrmf_similarity)(filters / 2 % 2),
                            WRMF_SELF_OMIT, filters,    draw(2),
                            1 + draw(20),   0.3};
            const int64_t n = 1 + draw(M - 1);
            MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, n, doubles, err));
            for (int64_t i = 0; i < n * F; i++)
                floats[i] = (float)doubles[i];
            wrmf_query *const query = query_of(&k, n), *const single = query_of(&k, 1);
            MUST(wrmf_query_set_server(query, draw(2) ? server : NULL, err));
            MUST(wrmf_query_set_server(single, draw(2) ? server : NULL, err));
            if (p == 0 && draw(2))
                MUST(
                    wrmf_query_run_vectors_float32(query, floats, n, indices, scores, counts, err));
            else
                MUST(wrmf_query_run_vectors(query, doubles, n, indices, scores, counts, err));
            for (int64_t i = 0; i < n; i++) {
                make_full(&k, i, &full);
                check_list(&k, &full, i, -1, indices + i * k.length, scores + i * k.length,
                           counts[i]);
            }
            make_full(&k, n - 1, &full);
            MUST(
                wrmf_query_run_vector(single, doubles + (n - 1) * F, indices, scores, &count, err));
            check_list(&k, &full, 0, -1, indices, scores, count);
            if (p == 0) {
                MUST(wrmf_query_run_vector_float32(single, floats + (n - 1) * F, indices, scores,
                                                   &count, err));
                check_list(&k, &full, 0, -1, indices, scores, count);
            }
            wrmf_query_free(query);
            wrmf_query_free(single);
        }
        free_model();
    }
}

/* Filters are set anew for each request, and taken away again. */
static void settings_change(void **state)
{
    (void)state;
    static full_list full;
    static int64_t indices[N], count;
    static double scores[N];
    make_model(WRMF_PRECISION_FLOAT32);
    fill_sets(N);
    kind k = {WRMF_USERS, WRMF_ITEMS, WRMF_SIMILARITY_DOT, WRMF_SELF_OMIT, 0, false, 15, 0};
    wrmf_query *const query = query_of(&k, 1);
    make_full(&k, 5, &full);
    for (int round = 0; round < 40; round++) {
        k.filters = (int)draw(ALL) & (EXCLUDED | CANDIDATES | MINIMUM);
        k.is_few = draw(2);
        MUST(wrmf_query_set_excluded(query, excluded, k.filters & EXCLUDED ? 7 : 0, err));
        MUST(wrmf_query_set_candidates(
            query, k.filters & CANDIDATES ? (k.is_few ? few : candidates) : NULL,
            k.is_few ? 9 : n_candidates, err));
        MUST(wrmf_query_set_minimum(query, k.filters & MINIMUM ? k.minimum : -(double)INFINITY,
                                    err));
        MUST(wrmf_query_run(query, 5, indices, scores, &count, err));
        check_list(&k, &full, 0, 5, indices, scores, count);
    }
    MUST(wrmf_query_set_candidates(query, candidates, 0, err)); /* none is one */
    MUST(wrmf_query_run(query, 5, indices, scores, &count, err));
    assert_int_equal(count, 0);
    wrmf_query_free(query);
    free_model();
}

static wrmf_query *plain_query(void)
{
    const kind plain = {.ranked = WRMF_ITEMS, .length = 10, .similarity = WRMF_SIMILARITY_DOT};
    make_model(WRMF_PRECISION_FLOAT32);
    return query_of(&plain, 1);
}

static void filters_that_are_refused(void **state)
{
    (void)state;
    static const int64_t rows[] = {0, N, -1}, up[] = {0, 2}, down[] = {0, 2, 1}, from[] = {1, 2};
    wrmf_query *const query = plain_query();
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_excluded(NULL, rows, 1, err));
    FAILS(WRMF_E_NULL, "rows", wrmf_query_set_excluded(query, NULL, 1, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_query_set_excluded(query, rows, -1, err));
    FAILS(WRMF_E_RANGE, "rows[1] is 310, not in 0 .. 309",
          wrmf_query_set_excluded(query, rows, 2, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_candidates(NULL, rows, 1, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_query_set_candidates(query, rows, -1, err));
    FAILS(WRMF_E_RANGE, "rows[0] is -1", wrmf_query_set_candidates(query, rows + 2, 1, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_minimum(NULL, 0, err));
    FAILS(WRMF_E_NONFINITE, "minimum", wrmf_query_set_minimum(query, (double)NAN, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_excluded_each(NULL, 1, up, rows, err));
    FAILS(WRMF_E_NULL, "rows", wrmf_query_set_excluded_each(query, 1, up, NULL, err));
    FAILS(WRMF_E_RANGE, "n_lists is -1", wrmf_query_set_excluded_each(query, -1, up, rows, err));
    FAILS(WRMF_E_RANGE, "rows[1]", wrmf_query_set_excluded_each(query, 1, up, rows, err));
    FAILS(WRMF_E_FORMAT, "offsets[2] is 1, below offsets[1]",
          wrmf_query_set_excluded_each(query, 2, down, rows, err));
    FAILS(WRMF_E_NULL, "query", wrmf_query_set_candidates_each(NULL, 1, up, rows, err));
    FAILS(WRMF_E_NULL, "rows", wrmf_query_set_candidates_each(query, 1, up, NULL, err));
    FAILS(WRMF_E_RANGE, "rows[1]", wrmf_query_set_candidates_each(query, 1, up, rows, err));
    FAILS(WRMF_E_FORMAT, "offsets[0] is 1",
          wrmf_query_set_candidates_each(query, 1, from, rows, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_query_set_excluded(query, rows, 1, err));
    FAILS(WRMF_E_NOMEM, "", wrmf_query_set_candidates(query, rows, 1, err));
    FAILS(WRMF_E_NOMEM, "", wrmf_query_set_excluded_each(query, 1, up, each_rows, err));
    FAILS(WRMF_E_NOMEM, "", wrmf_query_set_candidates_each(query, 1, up, each_rows, err));
    host_fail(&machine, 0, false);
    wrmf_query_free(query);
    free_model();
}

static void too_little_memory_or_sets(void **state)
{
    (void)state;
    static const int64_t none[] = {0, 0, 0}, rows[] = {0};
    int64_t indices[10], count = -7;
    double vector[F] = {0};
    float floats[F] = {0};
    wrmf_query *const query = plain_query();
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_query_run_vector(query, vector, indices, NULL, &count, err));
    FAILS(WRMF_E_NOMEM, "",
          wrmf_query_run_vector_float32(query, floats, indices, NULL, &count, err));
    FAILS(WRMF_E_NOMEM, "", wrmf_query_run_vectors(query, vector, 1, indices, NULL, &count, err));
    FAILS(WRMF_E_NOMEM, "",
          wrmf_query_run_vectors_float32(query, floats, 1, indices, NULL, &count, err));
    host_fail(&machine, 0, false);

    MUST(wrmf_query_set_excluded_each(query, 2, none, NULL, err));
    FAILS(WRMF_E_SHAPE, "for 2 lists, not for 1",
          wrmf_query_run(query, 0, indices, NULL, &count, err));
    FAILS(WRMF_E_SHAPE, "for 1", wrmf_query_run_batch(query, rows, 1, indices, NULL, &count, err));
    FAILS(WRMF_E_SHAPE, "", wrmf_query_run_vector(query, vector, indices, NULL, &count, err));
    FAILS(WRMF_E_SHAPE, "",
          wrmf_query_run_vector_float32(query, floats, indices, NULL, &count, err));
    FAILS(WRMF_E_SHAPE, "", wrmf_query_run_vectors(query, vector, 1, indices, NULL, &count, err));
    FAILS(WRMF_E_SHAPE, "",
          wrmf_query_run_vectors_float32(query, floats, 1, indices, NULL, &count, err));
    assert_int_equal(count, -7);
    wrmf_query_free(query);
    free_model();
}

static void vectors_that_are_refused(void **state)
{
    (void)state;
    int64_t indices[10], count = -7;
    double vector[F] = {0};
    float huge[F] = {0};
    wrmf_query *const query = plain_query();
    FAILS(WRMF_E_NULL, "query", wrmf_query_run_vector(NULL, vector, indices, NULL, &count, err));
    FAILS(WRMF_E_NULL, "vector", wrmf_query_run_vector(query, NULL, indices, NULL, &count, err));
    FAILS(WRMF_E_NULL, "indices", wrmf_query_run_vector(query, vector, NULL, NULL, &count, err));
    FAILS(WRMF_E_NULL, "count", wrmf_query_run_vector(query, vector, indices, NULL, NULL, err));
    FAILS(WRMF_E_NULL, "vector",
          wrmf_query_run_vector_float32(query, NULL, indices, NULL, &count, err));
    FAILS(WRMF_E_NULL, "query",
          wrmf_query_run_vectors(NULL, vector, 1, indices, NULL, &count, err));
    FAILS(WRMF_E_NULL, "vectors",
          wrmf_query_run_vectors(query, NULL, 1, indices, NULL, &count, err));
    FAILS(WRMF_E_RANGE, "n is -1",
          wrmf_query_run_vectors(query, vector, -1, indices, NULL, &count, err));
    FAILS(WRMF_E_NULL, "counts",
          wrmf_query_run_vectors_float32(query, huge, 1, indices, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "n is -1",
          wrmf_query_run_vectors_float32(query, huge, -1, indices, NULL, &count, err));
    vector[3] = 1e39; /* no float */
    huge[2] = (float)INFINITY;
    FAILS(WRMF_E_NONFINITE, "number 3 of vector 0",
          wrmf_query_run_vector(query, vector, indices, NULL, &count, err));
    FAILS(WRMF_E_NONFINITE, "number 3",
          wrmf_query_run_vectors(query, vector, 1, indices, NULL, &count, err));
    FAILS(WRMF_E_NONFINITE, "number 2",
          wrmf_query_run_vector_float32(query, huge, indices, NULL, &count, err));
    FAILS(WRMF_E_NONFINITE, "number 2",
          wrmf_query_run_vectors_float32(query, huge, 1, indices, NULL, &count, err));
    assert_int_equal(count, -7);
    wrmf_query_free(query);
    free_model();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_combinations),          TEST(vectors),
        TEST(settings_change),           TEST(filters_that_are_refused),
        TEST(too_little_memory_or_sets), TEST(vectors_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

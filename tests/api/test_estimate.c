/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/estimate.h: estimates are within 10 % of what the allocator counts, from 1 x 1 on, for both
 * precisions, all solvers and any number of threads.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made.h"
#include "text.h"
#include "thin.h"
#include "wrmf/wrmf.h"

typedef struct work {
    int64_t users, items, entries; /* about */
    int threads;
    const char *parameters;
} work;

static const work cases[] = {
    {1, 1, 1, 1, "factors=1"},
    {1, 1, 1, 3, "factors=64"},
    {3, 2, 5, 1, "factors=10 precision=float64"},
    {40, 30, 300, 2, "factors=20"},
    {300, 200, 4000, 1, "factors=40 relaxation=1"},
    {300, 200, 4000, 4, "factors=64 solver=cg cg_steps=3"},
    {1000, 20, 5000, 2, "factors=33 solver=cholesky precision=float64"},
    {20, 3000, 9000, 1, "factors=16 solver=blocks"},
    {2000, 3000, 40000, 2, "factors=130"},
    {500, 300, 9000, 2, "factors=140 preset=spark"},
    {700, 900, 9000, 2, "factors=50 nonnegative=1"},
    {700, 900, 9000, 3, "factors=50 init=svd"},
    {300, 200, 9000, 2, "factors=300 init=svd precision=float64"},
    {20000, 5000, 200000, 3, "factors=64"},
    {60000, 400, 120000, 2, "factors=8"},
    {2000, 3000, 20000, 2, "factors=60 preset=explicit biases=1"},
};
enum { CASES = sizeof cases / sizeof *cases };

static uint64_t state_;

static int64_t below(int64_t n)
{
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((state_ >> 33) % (uint64_t)n);
}

/* Pairs of which some items have more; counts other than 1 on demand. */
static void draw(const work *w, int64_t *user, int64_t *item, double *count)
{
    for (int64_t i = 0; i < w->entries; i++) {
        user[i] = i % w->users;
        item[i] = below(below(w->items) + 1);
        if (count)
            count[i] = 1 + (double)(i % 4);
    }
}

/* The most that is held from now on, beside what is held now. */
static void begin(long long *held)
{
    *held = atomic_load(&machine.bytes);
    atomic_store(&machine.peak, *held);
}

static long long most(long long held)
{
    return atomic_load(&machine.peak) - held;
}

static void check_near(const work *w, const char *what, int64_t estimate, long long measured)
{
    const double ratio = measured > 0 ? (double)estimate / (double)measured : 0;
    if (!(ratio > 0.9 && ratio < 1.1))
        fail_msg("%lld x %lld, %d threads, %s: %s is %lld, and was estimated as %lld",
                 (long long)w->users, (long long)w->items, w->threads, w->parameters, what,
                 measured, (long long)estimate);
}

static int64_t longest(const wrmf_matrix *matrix, wrmf_side side, int64_t n)
{
    int64_t *const degrees = malloc(((size_t)n + 1) * sizeof *degrees), most_ = 0;
    MUST(wrmf_matrix_degrees(matrix, side, degrees, err));
    for (int64_t i = 0; i < n; i++)
        most_ = degrees[i] > most_ ? degrees[i] : most_;
    free(degrees);
    return most_;
}

static wrmf_memory estimate(const work *w, const wrmf_matrix *matrix, const wrmf_params *params,
                            int counts, int times, int dislikes, int64_t id_bytes)
{
    const wrmf_sizes sizes = {.struct_size = sizeof sizes,
                              .users = wrmf_matrix_users(matrix),
                              .items = wrmf_matrix_items(matrix),
                              .entries = wrmf_matrix_entries(matrix),
                              .longest_user = longest(matrix, WRMF_USERS, w->users),
                              .longest_item = longest(matrix, WRMF_ITEMS, w->items),
                              .has_counts = counts,
                              .has_times = times,
                              .has_dislikes = dislikes,
                              .id_bytes = id_bytes};
    wrmf_memory memory = {.struct_size = sizeof memory};
    const long long calls = atomic_load(&machine.calls);
    MUST(wrmf_estimate_memory(context, &sizes, params, &memory, err));
    assert_int_equal(atomic_load(&machine.calls), calls); /* it allocates nothing */
    return memory;
}

/* The context's threads are there before anything is measured. */
static void start_threads(void)
{
    wrmf_model *model = NULL;
    MUST(wrmf_model_create(context, 1000, 1000, NULL, &model, err));
    wrmf_model_free(model);
}

static void check_serving(const work *w, const wrmf_matrix *matrix, const wrmf_model *model,
                          const wrmf_memory *memory)
{
    const size_t n = (size_t)w->users;
    int64_t *const lists = malloc((12 * n + 1) * sizeof *lists);
    double *const scores = malloc((10 * n + 1) * sizeof *scores);
    wrmf_evaluator *evaluator = NULL;
    wrmf_query *query = NULL;
    wrmf_server *server = NULL;
    long long held;
    MUST(wrmf_evaluator_create(context, matrix, NULL, &evaluator, err));
    begin(&held);
    MUST(wrmf_evaluator_run(context, evaluator, model, err));
    check_near(w, "evaluate", memory->evaluate, most(held));
    wrmf_evaluator_free(evaluator);
    MUST(wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, &query, err));
    MUST(wrmf_query_set_similarity(query, WRMF_SIMILARITY_DOT, err));
    for (size_t i = 0; i < n; i++)
        lists[10 * n + i] = (int64_t)i;
    begin(&held);
    MUST(wrmf_query_run_batch(query, lists + 10 * n, w->users, lists, scores, lists + 11 * n, err));
    check_near(w, "lists", memory->lists, most(held));
    wrmf_query_free(query);
    begin(&held);
    MUST(wrmf_server_create(context, model, WRMF_SERVE_ITEMS, NULL, &server, err));
    check_near(w, "server", memory->server, atomic_load(&machine.bytes) - held);
    wrmf_server_free(server);
    free(scores);
    free(lists);
}

static void fitting_and_serving(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i += thin_or(1, 4)) {
        const work *const w = &cases[i];
        const int counts = i % 2;
        int64_t *const pairs = malloc(2 * (size_t)w->entries * sizeof *pairs);
        double *const count = malloc((size_t)w->entries * sizeof *count);
        wrmf_matrix *matrix = NULL;
        wrmf_params *params = NULL;
        wrmf_model *model = NULL;
        long long held;
        MUST(wrmf_context_set_threads(context, w->threads, err));
        start_threads();
        draw(w, pairs, pairs + w->entries, count);
        begin(&held);
        MUST(wrmf_matrix_from_triplets(context, w->users, w->items, w->entries, pairs,
                                       pairs + w->entries, counts ? count : NULL,
                                       WRMF_DUPLICATES_DROP, NULL, &matrix, err));
        const long long matrix_bytes = atomic_load(&machine.bytes) - held;
        MUST(wrmf_params_create(context, &params, err));
        MUST(wrmf_params_parse(params, w->parameters, err));
        MUST(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, 2, err));
        const wrmf_memory memory = estimate(w, matrix, params, counts, 0, 0, 0);
        check_near(w, "matrix", memory.matrix, matrix_bytes);
        begin(&held);
        MUST(wrmf_model_fit(context, matrix, params, &model, err));
        check_near(w, "fit", memory.fit, most(held));
        check_serving(w, matrix, model, &memory);
        held = atomic_load(&machine.bytes);
        wrmf_model_free(model);
        check_near(w, "model", memory.model, held - atomic_load(&machine.bytes));
        wrmf_params_free(params);
        wrmf_matrix_free(matrix);
        free(count);
        free(pairs);
    }
}

/* A text of distinct pairs. */
static char *make_text(const work *w, int counts, int times, int dislikes, size_t *length)
{
    char *const text = malloc((size_t)w->entries * 60 + 1);
    const int64_t each = (w->entries + w->users - 1) / w->users;
    size_t at = 0;
    for (int64_t i = 0; i < w->entries; i++) {
        const int64_t user = i / each, item = (i % each + user * 7) % w->items;
        at += (size_t)sprintf(text + at, "user-%lld,item-%lld", (long long)user, (long long)item);
        if (counts)
            at += (size_t)sprintf(text + at, ",%d", dislikes && i % 3 == 0 ? -2 : 1 + (int)(i % 5));
        if (times)
            at += (size_t)sprintf(text + at, ",%d", (int)(i % 99991));
        text[at++] = '\n';
    }
    *length = at;
    return text;
}

static int64_t bytes_of(const wrmf_ids *ids)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < wrmf_ids_size(ids); i++)
        sum += (int64_t)wrmf_ids_format(ids, i, NULL, 0);
    return sum;
}

static void check_reading(const work *w, int counts, int times, int dislikes)
{
    size_t length;
    char *const text = make_text(w, counts, times, dislikes, &length);
    text_source source = {.data = text, .length = length};
    wrmf_input *const input = text_input(context, &source);
    wrmf_reader *reader = NULL;
    wrmf_matrix *matrix = NULL;
    wrmf_ids *users = NULL, *items = NULL;
    long long held;
    MUST(wrmf_reader_create(context, &reader, err));
    MUST(wrmf_reader_set_delimiter(reader, ',', err));
    MUST(wrmf_reader_set_header(reader, WRMF_HEADER_NO, err));
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_USER, 1, err));
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_ITEM, 2, err));
    if (counts)
        MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_COUNT, 3, err));
    if (times)
        MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_TIME, counts ? 4 : 3, err));
    if (dislikes)
        MUST(wrmf_reader_set_negative(reader, WRMF_NEGATIVE_DISLIKE, err));
    begin(&held);
    MUST(wrmf_reader_read(reader, input, &matrix, &users, &items, err));
    const long long read = most(held);
    const wrmf_memory memory =
        estimate(&(work){wrmf_matrix_users(matrix), wrmf_matrix_items(matrix), 0, 0, ""}, matrix,
                 NULL, counts, times, dislikes, bytes_of(users) + bytes_of(items));
    check_near(w, "read", memory.read, read);
    held = atomic_load(&machine.bytes);
    wrmf_ids_free(users);
    wrmf_ids_free(items);
    check_near(w, "ids", memory.ids, held - atomic_load(&machine.bytes));
    wrmf_matrix_free(matrix);
    wrmf_reader_free(reader);
    wrmf_input_free(input);
    free(text);
}

static void reading(void **state)
{
    (void)state;
    for (int i = 0; i < CASES; i += thin_or(1, 4)) {
        MUST(wrmf_context_set_threads(context, cases[i].threads, err));
        start_threads();
        check_reading(&cases[i], i % 2, i / 2 % 2, 0);
        if (i % 2)
            check_reading(&cases[i], 1, i / 2 % 2, 1);
    }
}

static void calls_that_fail(void **state)
{
    (void)state;
    wrmf_sizes sizes = {.struct_size = sizeof sizes, .users = 3, .items = 4, .entries = 5};
    wrmf_memory memory = {.struct_size = sizeof memory, .matrix = -7};
    FAILS(WRMF_E_NULL, "context", wrmf_estimate_memory(NULL, &sizes, NULL, &memory, err));
    FAILS(WRMF_E_NULL, "sizes", wrmf_estimate_memory(context, NULL, NULL, &memory, err));
    FAILS(WRMF_E_NULL, "memory", wrmf_estimate_memory(context, &sizes, NULL, NULL, err));
    sizes.entries = 13;
    FAILS(WRMF_E_RANGE, "entries", wrmf_estimate_memory(context, &sizes, NULL, &memory, err));
    sizes.entries = 5;
    sizes.users = -1;
    FAILS(WRMF_E_RANGE, "users", wrmf_estimate_memory(context, &sizes, NULL, &memory, err));
    sizes.users = 3;
    sizes.struct_size = 8;
    FAILS(WRMF_E_RANGE, "of sizes", wrmf_estimate_memory(context, &sizes, NULL, &memory, err));
    sizes.struct_size = sizeof sizes;
    memory.struct_size = 8;
    FAILS(WRMF_E_RANGE, "of memory", wrmf_estimate_memory(context, &sizes, NULL, &memory, err));
    memory.struct_size = sizeof memory;
    sizes.list_length = INT64_MAX;
    sizes.users = sizes.items = INT32_MAX;
    sizes.entries = INT64_MAX / 8;
    FAILS(WRMF_E_OVERFLOW, "counted", wrmf_estimate_memory(context, &sizes, NULL, &memory, err));
    assert_int_equal(memory.matrix, -7);
    sizes = (wrmf_sizes){.struct_size = sizeof sizes};
    MUST(wrmf_estimate_memory(context, &sizes, NULL, &memory, err)); /* nothing is little */
    assert_in_range(memory.matrix, 1, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(fitting_and_serving), TEST(reading),
                                       TEST(calls_that_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

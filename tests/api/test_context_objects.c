/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * While a call uses an object, other calls that need it alone are refused, and it may be freed,
 * with all that the call was given: it goes when the call ends. The fixture sees that nothing is
 * lost.
 */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#include "wrmf/wrmf.h"

enum { USERS = 12, ITEMS = 9, ENTRIES = 40 };

/* What callbacks see. Each act refuses or frees once, when `armed`. */
typedef struct world {
    wrmf_context *own; /* another than the fixture's, whose calls are interrupted */
    wrmf_matrix *matrix;
    wrmf_params *params;
    wrmf_model *model;
    wrmf_evaluator *evaluator;
    wrmf_query *query;
    wrmf_grid *grid;
    wrmf_reader *reader;
    wrmf_input *input;
    wrmf_output *output;
    wrmf_ids *ids;
    void (*act)(struct world *w);
    int wrong; /* the number of the call that was not refused */
} world;

static int interrupt(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    world *const w = self;
    void (*const act)(world *) = w->act;
    w->act = NULL;
    if (act)
        act(w);
    for (size_t chunk = 0; chunk < chunks; chunk++)
        task(job, chunk, 0);
    return 0;
}

static void expect_refusals(world *w, const wrmf_status *statuses, int n)
{
    for (int i = 0; i < n; i++)
        if (statuses[i] != WRMF_E_STATE)
            w->wrong = i + 1;
}
#define REFUSES(w, ...)                                                                            \
    do {                                                                                           \
        const wrmf_status given_[] = {__VA_ARGS__};                                                \
        expect_refusals(w, given_, (int)(sizeof given_ / sizeof *given_));                         \
    } while (0)

static world open_world(void)
{
    int64_t user[ENTRIES], item[ENTRIES];
    world w = {0};
    for (int64_t i = 0; i < ENTRIES; i++) {
        user[i] = i * 5 % USERS;
        item[i] = (i * 7 + i / 9) % ITEMS;
    }
    w.own = host_context(&machine);
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, ENTRIES, user, item, NULL,
                                   WRMF_DUPLICATES_DROP, NULL, &w.matrix, err));
    MUST(wrmf_params_create(context, &w.params, err));
    MUST(wrmf_params_parse(w.params, "factors=3 iterations=2", err));
    MUST(wrmf_model_create(context, USERS, ITEMS, w.params, &w.model, err));
    MUST(wrmf_evaluator_create(context, w.matrix, NULL, &w.evaluator, err));
    MUST(wrmf_query_create(context, w.model, WRMF_USERS, WRMF_ITEMS, &w.query, err));
    MUST(wrmf_grid_create(context, w.matrix, w.params, &w.grid, err));
    MUST(wrmf_grid_add_evaluator(w.grid, "all", w.evaluator, err));
    MUST(wrmf_reader_create(context, &w.reader, err));
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &w.ids, err));
    return w;
}

/* The caller's handles that are left. */
static void close_world(world *w)
{
    assert_int_equal(w->wrong, 0);
    assert_null(w->act); /* it was done */
    wrmf_context_free(w->own);
    wrmf_ids_free(w->ids);
    wrmf_reader_free(w->reader);
    wrmf_grid_free(w->grid);
    wrmf_query_free(w->query);
    wrmf_evaluator_free(w->evaluator);
    wrmf_model_free(w->model);
    wrmf_params_free(w->params);
    wrmf_matrix_free(w->matrix);
}

#define FREE(noun)                                                                                 \
    do {                                                                                           \
        wrmf_##noun##_free(w->noun);                                                               \
        w->noun = NULL;                                                                            \
    } while (0)

/* ---- a model that is fitted ---- */

static void during_continue(world *w)
{
    double row[3] = {0};
    int64_t items[3], count;
    wrmf_context *const c = w->own;
    REFUSES(w, wrmf_model_set_rows(w->model, WRMF_USERS, 0, 1, row, NULL),
            wrmf_model_get_rows(w->model, WRMF_USERS, 0, 1, row, NULL),
            wrmf_model_set_ids(w->model, WRMF_USERS, NULL, NULL),
            wrmf_model_set_note(w->model, "a", "b", NULL),
            wrmf_model_save(w->model, "/nowhere", NULL),
            wrmf_recommend(w->model, 0, NULL, 3, items, NULL, &count, NULL),
            wrmf_model_continue(c, w->model, w->matrix, 1, NULL),
            wrmf_model_finish(c, w->model, w->matrix, NULL),
            wrmf_model_objective(c, w->model, w->matrix, row, NULL, NULL, NULL, NULL),
            wrmf_evaluator_run(c, w->evaluator, w->model, NULL),
            wrmf_query_run(w->query, 0, items, NULL, &count, NULL));
    FREE(query);
    FREE(model);
    FREE(matrix);
    FREE(evaluator);
    FREE(grid);
}

static void model_in_use(void **state)
{
    (void)state;
    world w = open_world();
    MUST(wrmf_context_set_runner(context, &w, interrupt, 2, err));
    w.act = during_continue;
    wrmf_model *const model = w.model;
    MUST(wrmf_model_continue(context, model, w.matrix, 2, err));
    close_world(&w);
}

/* ---- an evaluator that runs, and the model that it reads ---- */

static void during_evaluation(world *w)
{
    static const int64_t one = 1, epochs = 1;
    static const wrmf_metric metric = WRMF_METRIC_MSE;
    double values[USERS];
    const char *label = "a";
    wrmf_curve *curve = NULL;
    if (wrmf_model_get_rows(w->model, WRMF_USERS, 0, 1, values, NULL) != WRMF_OK)
        w->wrong = -1; /* others may read it */
    REFUSES(w, wrmf_evaluator_set_users(w->evaluator, &one, 1, NULL),
            wrmf_evaluator_set_cutoffs(w->evaluator, &one, 1, NULL),
            wrmf_evaluator_set_metrics(w->evaluator, &metric, 1, NULL),
            wrmf_evaluator_set_exclude(w->evaluator, WRMF_EXCLUDE_NONE, NULL),
            wrmf_evaluator_set_empty(w->evaluator, WRMF_EMPTY_ZERO, NULL),
            wrmf_evaluator_set_protocol(w->evaluator, WRMF_PROTOCOL_ARTICLE, NULL),
            wrmf_evaluator_set_per_user(w->evaluator, 1, NULL),
            wrmf_evaluator_user_values(w->evaluator, WRMF_METRIC_MSE, 0, values, NULL),
            wrmf_evaluator_run(w->own, w->evaluator, w->model, NULL),
            wrmf_grid_add_evaluator(w->grid, "again", w->evaluator, NULL),
            wrmf_curve_run(w->own, w->matrix, w->params, &epochs, 1, &w->evaluator, &label, 1,
                           &curve, NULL),
            wrmf_model_set_rows(w->model, WRMF_USERS, 0, 1, values, NULL),
            wrmf_model_continue(w->own, w->model, w->matrix, 1, NULL));
    FREE(evaluator);
    FREE(query);
    FREE(model);
}

static void evaluator_in_use(void **state)
{
    (void)state;
    world w = open_world();
    MUST(wrmf_context_set_runner(context, &w, interrupt, 2, err));
    w.act = during_evaluation;
    MUST(wrmf_evaluator_run(context, w.evaluator, w.model, err));
    close_world(&w);
}

/* ---- queries and grids ---- */

static void during_batch(world *w)
{
    int64_t items[10], count;
    REFUSES(w, wrmf_query_set_length(w->query, 2, NULL),
            wrmf_query_set_similarity(w->query, WRMF_SIMILARITY_DOT, NULL),
            wrmf_query_set_seen(w->query, w->matrix, NULL),
            wrmf_query_run(w->query, 0, items, NULL, &count, NULL),
            wrmf_query_run_batch(w->query, NULL, 1, items, NULL, &count, NULL));
    FREE(query);
    FREE(model);
}

static void query_in_use(void **state)
{
    (void)state;
    int64_t items[USERS * 10], counts[USERS];
    world w = open_world();
    MUST(wrmf_context_set_runner(context, &w, interrupt, 2, err));
    w.act = during_batch;
    MUST(wrmf_query_run_batch(w.query, NULL, USERS, items, NULL, counts, err));
    close_world(&w);
}

static void during_grid(world *w)
{
    static const int64_t epochs = 1;
    REFUSES(
        w, wrmf_grid_add(w->grid, "alpha", "3", NULL), wrmf_grid_parse(w->grid, "alpha=3", NULL),
        wrmf_grid_set_epochs(w->grid, &epochs, 1, NULL), wrmf_grid_set_journal(w->grid, NULL, NULL),
        wrmf_grid_add_evaluator(w->grid, "b", w->evaluator, NULL),
        wrmf_grid_sort(w->grid, "objective", NULL), wrmf_grid_run(w->own, w->grid, NULL));
    if (wrmf_grid_params(w->grid, 0) || wrmf_grid_done(w->grid) != 0)
        w->wrong = -1;
    FREE(grid);
    FREE(matrix);
    FREE(params);
}

static void grid_in_use(void **state)
{
    (void)state;
    world w = open_world();
    MUST(wrmf_context_set_runner(context, &w, interrupt, 2, err));
    w.act = during_grid;
    MUST(wrmf_grid_run(context, w.grid, err));
    close_world(&w);
}

/* ---- texts ---- */

static const char *text;

static int64_t read_text(void *self, void *buffer, size_t capacity)
{
    world *const w = self;
    const size_t n = strlen(text) < capacity ? strlen(text) : capacity;
    void (*const act)(world *) = w->act;
    w->act = NULL;
    if (act)
        act(w);
    memcpy(buffer, text, n);
    text += n;
    return (int64_t)n;
}

static void during_read(world *w)
{
    wrmf_matrix *matrix = NULL;
    wrmf_ids *ids = NULL;
    REFUSES(w, wrmf_reader_set_header(w->reader, 0, NULL),
            wrmf_reader_set_delimiter(w->reader, ';', NULL),
            wrmf_reader_set_column(w->reader, WRMF_COLUMN_USER, "x", NULL),
            wrmf_reader_set_known_ids(w->reader, WRMF_USERS, NULL, NULL),
            wrmf_reader_read(w->reader, w->input, &matrix, NULL, NULL, NULL),
            wrmf_ids_read(w->own, w->input, WRMF_IDS_STRING, &ids, NULL),
            wrmf_ids_add(w->ids, "z", 1, NULL, NULL));
    FREE(reader);
    FREE(input);
    FREE(ids);
}

static void reader_in_use(void **state)
{
    (void)state;
    world w = open_world();
    wrmf_matrix *matrix = NULL;
    text = "user,item\na,b\nc,d\n";
    MUST(wrmf_ids_add(w.ids, "a", 1, NULL, err));
    MUST(wrmf_ids_add(w.ids, "c", 1, NULL, err));
    MUST(wrmf_reader_set_known_ids(w.reader, WRMF_USERS, w.ids, err));
    MUST(wrmf_input_open_callback(context, &w, read_text, NULL, &w.input, err));
    w.act = during_read;
    MUST(wrmf_reader_read(w.reader, w.input, &matrix, NULL, NULL, err));
    assert_int_equal(wrmf_matrix_entries(matrix), 2);
    wrmf_matrix_free(matrix);
    close_world(&w);
}

static int write_text(void *self, const void *data, size_t bytes)
{
    world *const w = self;
    void (*const act)(world *) = w->act;
    (void)data;
    (void)bytes;
    w->act = NULL;
    if (act)
        act(w);
    return 0;
}

static void during_write(world *w)
{
    REFUSES(w, wrmf_output_write(w->output, "x", 1, NULL), wrmf_output_close(w->output, NULL),
            wrmf_matrix_write_market(w->matrix, w->output, NULL));
    FREE(output);
}

static void output_in_use(void **state)
{
    (void)state;
    world w = open_world();
    MUST(wrmf_output_open_callback(context, &w, write_text, NULL, &w.output, err));
    MUST(wrmf_matrix_write_market(w.matrix, w.output, err)); /* buffered */
    w.act = during_write;
    MUST(wrmf_output_close(w.output, err));
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(model_in_use),  TEST(evaluator_in_use),
                                       TEST(query_in_use),  TEST(grid_in_use),
                                       TEST(reader_in_use), TEST(output_in_use)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/context.h: what is refused, what settings do, what hooks are shown, that objects keep their
 * context.
 */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#include "wrmf/wrmf.h"

static void made_and_freed(void **state)
{
    (void)state;
    wrmf_context *made = NULL;
    MUST(wrmf_context_create(&made, err));
    assert_int_equal(wrmf_context_threads(made), 1);
    assert_ptr_equal(wrmf_context_cpu(made), wrmf_context_cpu(context)); /* the best there is */
    wrmf_context_free(made);
    wrmf_context_free(NULL);
    FAILS(WRMF_E_NULL, "out", wrmf_context_create(NULL, err));
}

static void an_allocator_of_the_host(void **state)
{
    (void)state;
    wrmf_context *const untouched = (wrmf_context *)&machine;
    wrmf_context *made = untouched;
    FAILS(WRMF_E_NULL, "alloc",
          wrmf_context_create_with_allocator(&machine, NULL, host_free, &made, err));
    FAILS(WRMF_E_NULL, "free",
          wrmf_context_create_with_allocator(&machine, host_alloc, NULL, &made, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_context_create_with_allocator(&machine, host_alloc, host_free, NULL, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "",
          wrmf_context_create_with_allocator(&machine, host_alloc, host_free, &made, err));
    host_fail(&machine, 0, false);
    assert_ptr_equal(made, untouched);
    const long before = machine.blocks;
    OUT_OF_MEMORY(wrmf_context_create_with_allocator(&machine, host_alloc, host_free, &made, err));
    assert_true(machine.blocks > before);
    wrmf_context_free(made);
    assert_true(machine.blocks == before);
}

static int run_all(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    ++*(int *)self;
    for (size_t chunk = 0; chunk < chunks; chunk++)
        task(job, chunk, 0);
    return 0;
}

static void threads(void **state)
{
    (void)state;
    FAILS(WRMF_E_NULL, "context", wrmf_context_set_threads(NULL, 1, err));
    FAILS(WRMF_E_RANGE, "threads is -1", wrmf_context_set_threads(context, -1, err));
    FAILS(WRMF_E_RANGE, "threads is 1025", wrmf_context_set_threads(context, 1025, err));
    assert_int_equal(wrmf_context_threads(context), 1);
    MUST(wrmf_context_set_threads(context, 1024, err)); /* none is started yet */
    assert_int_equal(wrmf_context_threads(context), 1024);
    MUST(wrmf_context_set_threads(context, 0, err));
    assert_true(wrmf_context_threads(context) >= 1);
    assert_int_equal(wrmf_context_threads(NULL), 0);
}

static void a_runner_of_the_host(void **state)
{
    (void)state;
    int calls = 0;
    wrmf_model *model = NULL;
    FAILS(WRMF_E_NULL, "context", wrmf_context_set_runner(NULL, &calls, run_all, 1, err));
    FAILS(WRMF_E_NULL, "runner", wrmf_context_set_runner(context, &calls, NULL, 1, err));
    FAILS(WRMF_E_RANGE, "workers is 0", wrmf_context_set_runner(context, &calls, run_all, 0, err));
    FAILS(WRMF_E_RANGE, "workers is 1025",
          wrmf_context_set_runner(context, &calls, run_all, 1025, err));
    assert_int_equal(wrmf_context_threads(context), 1);
    MUST(wrmf_context_set_runner(context, &calls, run_all, 1024, err));
    assert_int_equal(wrmf_context_threads(context), 1024);
    MUST(wrmf_context_set_runner(context, &calls, run_all, 9, err));
    assert_int_equal(wrmf_context_threads(context), 9);
    MUST(wrmf_model_create(context, 20, 20, NULL, &model, err));
    assert_true(calls > 0);
    wrmf_model_free(model);
    model = NULL;
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_model_create(context, 20, 20, NULL, &model, err));
    assert_null(model);
    calls = 0;
    MUST(wrmf_context_set_threads(context, 1, err)); /* the runner is dropped */
    MUST(wrmf_model_create(context, 20, 20, NULL, &model, err));
    assert_int_equal(calls, 0);
    wrmf_model_free(model);
}

static void kernels(void **state)
{
    (void)state;
    const char *const best = wrmf_context_cpu(context);
    assert_non_null(best);
    FAILS(WRMF_E_NULL, "context", wrmf_context_set_cpu(NULL, "generic", err));
    FAILS(WRMF_E_NULL, "name", wrmf_context_set_cpu(context, NULL, err));
    FAILS(WRMF_E_NAME, "sse9", wrmf_context_set_cpu(context, "sse9", err));
    FAILS(WRMF_E_NAME, "", wrmf_context_set_cpu(context, "", err));
    /* no machine is both */
    const char *const foreign = strcmp(best, "neon") == 0 ? "avx2" : "neon";
    FAILS(WRMF_E_UNSUPPORTED, foreign, wrmf_context_set_cpu(context, foreign, err));
    assert_string_equal(wrmf_context_cpu(context), best);
    static const char *const names[] = {"generic", "avx2", "avx512", "avx512vnni", "neon"};
    int runs = 0;
    for (int i = 0; i < 5; i++) {
        const wrmf_status status = wrmf_context_set_cpu(context, names[i], NULL);
        assert_true(status == WRMF_OK || (i > 0 && status == WRMF_E_UNSUPPORTED));
        if (status == WRMF_OK)
            assert_string_equal(wrmf_context_cpu(context), names[i]);
        runs += status == WRMF_OK && strcmp(names[i], best) == 0;
    }
    assert_int_equal(runs, 1); /* the best that it began with is one of them */
    assert_null(wrmf_context_cpu(NULL));
}

/* Objects made with a context work, and give everything back, when the caller's
 * hold of it is long gone; its threads end with the last of them. */
static void objects_keep_it(void **state)
{
    (void)state;
    MUST(wrmf_context_set_threads(context, 3, err));
    const int64_t user[] = {0, 1, 2, 3}, item[] = {1, 0, 2, 1};
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL, *copy = NULL;
    wrmf_model *model = NULL;
    wrmf_ids *ids = NULL;
    wrmf_evaluator *evaluator = NULL;
    MUST(wrmf_matrix_from_triplets(context, 4, 3, 4, user, item, NULL, WRMF_DUPLICATES_SUM, NULL,
                                   &matrix, err));
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_ids_create(context, WRMF_IDS_INTEGER, &ids, err));
    MUST(wrmf_evaluator_create(context, matrix, NULL, &evaluator, err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    wrmf_context_free(context);
    context = NULL;
    MUST(wrmf_params_copy(params, &copy, err));
    MUST(wrmf_ids_add_integer(ids, 5, NULL, err));
    int64_t items[2], count;
    MUST(wrmf_recommend(model, 0, matrix, 2, items, NULL, &count, err));
    assert_int_equal(count, 2);
    wrmf_params_free(params);
    wrmf_params_free(copy);
    wrmf_ids_free(ids);
    wrmf_matrix_free(matrix); /* the evaluator holds it */
    wrmf_evaluator_free(evaluator);
    wrmf_model_free(model);
}

/* ---- what a logger hears ---- */

typedef struct heard {
    int lines, warnings;
    char last[200];
} heard;

static void hear(void *self, wrmf_log_level level, const char *line)
{
    heard *const h = self;
    h->lines++;
    h->warnings += level == WRMF_LOG_WARNING;
    assert_true(strlen(line) > 0 && !strpbrk(line, "\n\r"));
    snprintf(h->last, sizeof h->last, "%s", line);
}

static int64_t read_once(void *self, void *buffer, size_t capacity)
{
    const char **const text = self;
    const size_t n = *text ? strlen(*text) : 0;
    assert_true(n <= capacity);
    if (n > 0)
        memcpy(buffer, *text, n);
    *text = NULL;
    return (int64_t)n;
}

static wrmf_matrix *read_logged(void)
{
    const char *text = "u,i\na,x\nb\nb,y\n";
    wrmf_input *input = NULL;
    wrmf_reader *reader = NULL;
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_input_open_callback(context, &text, read_once, "a\nname", &input, err));
    MUST(wrmf_reader_create(context, &reader, err));
    MUST(wrmf_reader_set_malformed(reader, WRMF_MALFORMED_SKIP, err));
    MUST(wrmf_reader_read(reader, input, &matrix, NULL, NULL, err));
    wrmf_reader_free(reader);
    wrmf_input_free(input);
    return matrix;
}

static void logger(void **state)
{
    (void)state;
    heard h = {0};
    wrmf_context_set_logger(context, &h, hear, WRMF_LOG_INFO);
    wrmf_matrix *const matrix = read_logged();
    assert_true(h.lines == 2 && h.warnings == 1);
    assert_string_equal(h.last, "read a?name: 1 malformed line was passed over; the first: "
                                "a?name:3:2: 1 field, not 2 as in the first line");
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "factors=4 iterations=3", err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    assert_true(h.lines == 5 && h.warnings == 1);
    assert_string_equal(h.last, "fit: epoch 3 done");
    wrmf_model_free(model);
    /* more factors than rows, and nothing that holds them */
    MUST(wrmf_params_parse(params, "regularization=0 alpha=1e8 iterations=1", err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    assert_int_equal(h.warnings > 1, wrmf_model_statistic(model, WRMF_STAT_ROWS_MINIMUM_NORM) > 0);
    assert_true(h.warnings > 1);
    wrmf_model_free(model);
    wrmf_context_set_logger(context, &h, NULL, WRMF_LOG_DEBUG);
    const int lines = h.lines;
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    assert_int_equal(h.lines, lines);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
}

/* ---- what a progress hook is shown ---- */

typedef struct shown {
    int calls;
    int64_t done;
} shown;

static int look(void *self, const wrmf_progress *progress)
{
    shown *const s = self;
    assert_true(progress->struct_size >= sizeof *progress);
    assert_string_equal(progress->phase, "fit");
    assert_true(progress->done >= s->done && progress->done <= progress->total);
    assert_int_equal(progress->total, 3);
    assert_true(progress->seconds >= 0);
    assert_true(progress->seconds_left >= 0 || progress->seconds_left == -1);
    s->calls++;
    s->done = progress->done;
    return 0;
}

static void progress(void **state)
{
    (void)state;
    shown s = {0, 0};
    static const int64_t user[] = {0, 1}, item[] = {1, 0};
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_matrix_from_triplets(context, 2, 2, 2, user, item, NULL, WRMF_DUPLICATES_SUM, NULL,
                                   &matrix, err));
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "factors=4 iterations=3", err));
    wrmf_context_set_progress(context, &s, look);
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    assert_true(s.calls >= 3); /* once an epoch */
    assert_int_equal(s.done, 3);
    wrmf_model_free(model);
    wrmf_context_set_progress(context, NULL, NULL);
    const int calls = s.calls;
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    assert_int_equal(s.calls, calls);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
}

static void setters_take_null(void **state)
{
    (void)state;
    wrmf_context_set_logger(NULL, NULL, NULL, WRMF_LOG_DEBUG);
    wrmf_context_set_progress(NULL, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(made_and_freed),
        TEST(an_allocator_of_the_host),
        TEST(threads),
        TEST(a_runner_of_the_host),
        TEST(kernels),
        TEST(objects_keep_it),
        TEST(logger),
        TEST(progress),
        TEST(setters_take_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

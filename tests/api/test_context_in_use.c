/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * While a call uses a context, from its progress hook, logger, runner and allocator, and from
 * another thread: what would use the context for itself is refused and touches no output, what
 * only allocates or reads works, and the call goes on as if nothing had been.
 */
#include "fixture.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

#include "wrmf/wrmf.h"

enum { USERS = 12, ITEMS = 9, ENTRIES = 40, FACTORS = 3 };
static char untouched;
#define UNTOUCHED ((void *)&untouched)

/* What a callback has at hand, besides what the call that it interrupts works on. */
typedef struct spare {
    wrmf_context *context;
    wrmf_matrix *matrix;
    wrmf_params *params;
    wrmf_model *model;
    wrmf_evaluator *evaluator;
    wrmf_query *query;
    wrmf_grid *grid;
    wrmf_reader *reader;
} spare;

typedef struct text {
    const char *left;
} text;
static int64_t read_text(void *self, void *buffer, size_t capacity)
{
    text *const t = self;
    const size_t n = strlen(t->left) < capacity ? strlen(t->left) : capacity;
    memcpy(buffer, t->left, n);
    t->left += n;
    return (int64_t)n;
}

static atomic_bool opening; /* a text is being opened: callbacks do not interrupt */

static wrmf_status open_text(wrmf_context *c, text *t, wrmf_input **input, wrmf_error *err)
{
    atomic_store(&opening, true);
    const wrmf_status status = wrmf_input_open_callback(c, t, read_text, NULL, input, err);
    atomic_store(&opening, false);
    return status;
}

static wrmf_status make_matrix(wrmf_context *c, wrmf_matrix **out, wrmf_error *err)
{
    int64_t user[ENTRIES], item[ENTRIES];
    for (int64_t i = 0; i < ENTRIES; i++) {
        user[i] = i * 5 % USERS;
        item[i] = (i * 7 + i / 9) % ITEMS;
    }
    return wrmf_matrix_from_triplets(c, USERS, ITEMS, ENTRIES, user, item, NULL,
                                     WRMF_DUPLICATES_DROP, NULL, out, err);
}

static spare make_spare(wrmf_context *c)
{
    static const int64_t epochs = 1;
    spare s = {.context = c};
    MUST(make_matrix(c, &s.matrix, err));
    MUST(wrmf_params_create(c, &s.params, err));
    MUST(wrmf_params_parse(s.params, "factors=3 iterations=5", err));
    MUST(wrmf_model_create(c, USERS, ITEMS, s.params, &s.model, err));
    MUST(wrmf_model_continue(c, s.model, s.matrix, 1, err)); /* of 5: it can be finished */
    MUST(wrmf_evaluator_create(c, s.matrix, NULL, &s.evaluator, err));
    MUST(wrmf_query_create(c, s.model, WRMF_USERS, WRMF_ITEMS, &s.query, err));
    MUST(wrmf_grid_create(c, s.matrix, s.params, &s.grid, err));
    MUST(wrmf_grid_set_epochs(s.grid, &epochs, 1, err));
    MUST(wrmf_grid_parse(s.grid, "alpha=1,2", err));
    MUST(wrmf_reader_create(c, &s.reader, err));
    return s;
}

static void free_spare(spare *s)
{
    wrmf_reader_free(s->reader);
    wrmf_grid_free(s->grid);
    wrmf_query_free(s->query);
    wrmf_evaluator_free(s->evaluator);
    wrmf_model_free(s->model);
    wrmf_params_free(s->params);
    wrmf_matrix_free(s->matrix);
}

/* ---- calls that use the context for themselves ---- */

/* Each makes one call, and gives WRMF_E_INTERNAL if a refused one has touched an output. */
#define FUNCTION(name) static wrmf_status call_##name(spare *s, wrmf_error *err)
#define MAKES(noun, call)                                                                          \
    do {                                                                                           \
        wrmf_##noun *out = UNTOUCHED;                                                              \
        const wrmf_status made_ = (call);                                                          \
        if (made_ == WRMF_OK)                                                                      \
            wrmf_##noun##_free(out);                                                               \
        return made_ == WRMF_OK || out == UNTOUCHED ? made_ : WRMF_E_INTERNAL;                     \
    } while (0)

static int run_serially(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    (void)self;
    for (size_t chunk = 0; chunk < chunks; chunk++)
        task(job, chunk, 0);
    return 0;
}

FUNCTION(wrmf_context_set_threads)
{
    return wrmf_context_set_threads(s->context, 1, err);
}

FUNCTION(wrmf_context_set_runner)
{
    return wrmf_context_set_runner(s->context, NULL, run_serially, 16, err);
}

FUNCTION(wrmf_context_set_cpu)
{
    return wrmf_context_set_cpu(s->context, wrmf_context_cpu(s->context), err);
}

FUNCTION(wrmf_model_create)
{
    MAKES(model, wrmf_model_create(s->context, USERS, ITEMS, s->params, &out, err));
}

FUNCTION(wrmf_model_fit)
{
    MAKES(model, wrmf_model_fit(s->context, s->matrix, s->params, &out, err));
}

FUNCTION(wrmf_model_continue)
{
    const int64_t before = wrmf_model_epochs(s->model);
    const wrmf_status status = wrmf_model_continue(s->context, s->model, s->matrix, 1, err);
    return status == WRMF_OK || wrmf_model_epochs(s->model) == before ? status : WRMF_E_INTERNAL;
}

FUNCTION(wrmf_model_finish)
{
    return wrmf_model_finish(s->context, s->model, s->matrix, err);
}

FUNCTION(wrmf_model_objective)
{
    double total = -7;
    const wrmf_status status =
        wrmf_model_objective(s->context, s->model, s->matrix, &total, NULL, NULL, NULL, err);
    return status == WRMF_OK || total == -7 ? status : WRMF_E_INTERNAL;
}

FUNCTION(wrmf_evaluator_run)
{
    return wrmf_evaluator_run(s->context, s->evaluator, s->model, err);
}

FUNCTION(wrmf_curve_run)
{
    static const int64_t epochs = 1;
    MAKES(curve,
          wrmf_curve_run(s->context, s->matrix, s->params, &epochs, 1, NULL, NULL, 0, &out, err));
}

FUNCTION(wrmf_grid_run)
{
    return wrmf_grid_run(s->context, s->grid, err);
}

FUNCTION(wrmf_query_run_batch)
{
    int64_t indices[USERS * 10], counts[USERS] = {-7};
    const wrmf_status status =
        wrmf_query_run_batch(s->query, NULL, USERS, indices, NULL, counts, err);
    return status == WRMF_OK || counts[0] == -7 ? status : WRMF_E_INTERNAL;
}

FUNCTION(wrmf_reader_read)
{
    text t = {"user,item\na,b\n"};
    wrmf_input *input = NULL;
    wrmf_matrix *out = UNTOUCHED;
    wrmf_status status = open_text(s->context, &t, &input, err);
    if (status == WRMF_OK)
        status = wrmf_reader_read(s->reader, input, &out, NULL, NULL, err);
    wrmf_input_free(input);
    if (status == WRMF_OK)
        wrmf_matrix_free(out);
    return status == WRMF_OK || out == UNTOUCHED ? status : WRMF_E_INTERNAL;
}

FUNCTION(wrmf_matrix_read_market)
{
    text t = {"%%MatrixMarket matrix coordinate pattern general\n1 1 1\n1 1\n"};
    wrmf_input *input = NULL;
    wrmf_matrix *out = UNTOUCHED;
    wrmf_status status = open_text(s->context, &t, &input, err);
    if (status == WRMF_OK)
        status = wrmf_matrix_read_market(s->context, input, WRMF_DUPLICATES_SUM, NULL, &out, err);
    wrmf_input_free(input);
    if (status == WRMF_OK)
        wrmf_matrix_free(out);
    return status == WRMF_OK || out == UNTOUCHED ? status : WRMF_E_INTERNAL;
}

/* ---- calls that only allocate, or read ---- */

FUNCTION(makers)
{
    wrmf_matrix *matrix = NULL;
    wrmf_ids *ids = NULL;
    wrmf_params *params = NULL;
    wrmf_evaluator *evaluator = NULL;
    wrmf_grid *grid = NULL;
    wrmf_reader *reader = NULL;
    wrmf_query *query = NULL;
    wrmf_context *const c = s->context;
    const wrmf_status statuses[] = {
        make_matrix(c, &matrix, err),
        wrmf_ids_create(c, WRMF_IDS_STRING, &ids, err),
        wrmf_ids_add(ids, "a", 1, NULL, err),
        wrmf_params_create(c, &params, err),
        wrmf_evaluator_create(c, s->matrix, NULL, &evaluator, err),
        wrmf_grid_create(c, s->matrix, NULL, &grid, err),
        wrmf_reader_create(c, &reader, err),
        wrmf_query_create(c, s->model, WRMF_ITEMS, WRMF_ITEMS, &query, err),
    };
    wrmf_matrix_free(matrix);
    wrmf_ids_free(ids);
    wrmf_params_free(params);
    wrmf_evaluator_free(evaluator);
    wrmf_grid_free(grid);
    wrmf_reader_free(reader);
    wrmf_query_free(query);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i] != WRMF_OK)
            return statuses[i];
    return WRMF_OK;
}

FUNCTION(ids_read)
{
    text t = {"a\nb\n"};
    wrmf_input *input = NULL;
    wrmf_ids *ids = NULL;
    wrmf_status status = open_text(s->context, &t, &input, err);
    if (status == WRMF_OK)
        status = wrmf_ids_read(s->context, input, WRMF_IDS_STRING, &ids, err);
    wrmf_input_free(input);
    wrmf_ids_free(ids);
    return status;
}

FUNCTION(lists)
{
    int64_t items[3], count;
    wrmf_status status = wrmf_recommend(s->model, 1, s->matrix, 3, items, NULL, &count, err);
    if (status == WRMF_OK)
        status = wrmf_similar(s->model, WRMF_ITEMS, 1, 3, items, NULL, &count, err);
    return status;
}

FUNCTION(rows)
{
    double values[FACTORS];
    wrmf_status status = wrmf_model_get_rows(s->model, WRMF_USERS, 0, 1, values, err);
    if (status == WRMF_OK)
        status = wrmf_model_set_rows(s->model, WRMF_USERS, 0, 1, values, err);
    return status;
}

/* Ignored while a call uses the context. */
FUNCTION(ignored)
{
    (void)err;
    wrmf_context_set_logger(s->context, NULL, NULL, WRMF_LOG_NONE);
    wrmf_context_set_progress(s->context, NULL, NULL);
    return wrmf_context_threads(s->context) > 0 ? WRMF_OK : WRMF_E_INTERNAL;
}

typedef struct function {
    const char *name;
    wrmf_status (*call)(spare *s, wrmf_error *err);
} function;

#define ROW(name)                                                                                  \
    {                                                                                              \
#name, call_##name                                                                         \
    }
static const function refused[] = {
    ROW(wrmf_context_set_threads), ROW(wrmf_context_set_runner), ROW(wrmf_context_set_cpu),
    ROW(wrmf_model_create),        ROW(wrmf_model_fit),          ROW(wrmf_model_continue),
    ROW(wrmf_model_finish),        ROW(wrmf_model_objective),    ROW(wrmf_evaluator_run),
    ROW(wrmf_curve_run),           ROW(wrmf_grid_run),           ROW(wrmf_query_run_batch),
    ROW(wrmf_reader_read),         ROW(wrmf_matrix_read_market)};
static const function allowed[] = {ROW(makers), ROW(ids_read), ROW(lists), ROW(rows), ROW(ignored)};
enum { REFUSED = sizeof refused / sizeof *refused, ALLOWED = sizeof allowed / sizeof *allowed };

/* ---- interruptions ---- */

enum { HOOK, LOGGER, RUNNER, ALLOCATOR, KINDS };

/* The host of a call that is interrupted. */
typedef struct interruption {
    spare at_hand;
    int kind;
    bool armed;     /* the next callback of the kind interrupts */
    atomic_bool on; /* it is on its way */
    int came;
    char failed[200];
    sem_t inside, go_on; /* for the test of another thread */
    bool waits;          /* the hook waits there */
} interruption;

static void try_all(interruption *in)
{
    for (int i = 0; i < REFUSED + ALLOWED && !in->failed[0]; i++) {
        const function *const f = i < REFUSED ? &refused[i] : &allowed[i - REFUSED];
        wrmf_error error = {WRMF_OK, ""};
        const wrmf_status want = i < REFUSED ? WRMF_E_STATE : WRMF_OK;
        const wrmf_status got = f->call(&in->at_hand, &error);
        if (got != want || (want != WRMF_OK && !strstr(error.text, "context is in use")))
            snprintf(in->failed, sizeof in->failed, "%s gives %s (%.60s)", f->name,
                     wrmf_status_name(got), error.text);
    }
}

static void interrupt(interruption *in, int kind)
{
    if (kind != in->kind || !in->armed || opening || atomic_exchange(&in->on, true))
        return;
    in->armed = false;
    in->came++;
    if (in->waits) {
        sem_post(&in->inside);
        sem_wait(&in->go_on);
    } else {
        try_all(in);
    }
    atomic_store(&in->on, false);
}

static int hook(void *self, const wrmf_progress *progress)
{
    (void)progress;
    interrupt(self, HOOK);
    return 0;
}

static void logger(void *self, wrmf_log_level level, const char *line)
{
    (void)level;
    (void)line;
    interrupt(self, LOGGER);
}

static int runner(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    interrupt(self, RUNNER);
    return run_serially(NULL, chunks, task, job);
}

static void *alloc(void *self, size_t bytes, size_t alignment)
{
    interrupt(self, ALLOCATOR);
    return host_alloc(&machine, bytes, alignment);
}

static void release(void *self, void *memory, size_t bytes)
{
    interrupt(self, ALLOCATOR);
    host_free(&machine, memory, bytes);
}

static void open_host(interruption *in, int kind)
{
    wrmf_context *c = NULL;
    memset(in, 0, sizeof *in);
    in->kind = kind;
    MUST(wrmf_context_create_with_allocator(in, alloc, release, &c, err));
    in->at_hand = make_spare(c);
    if (kind == RUNNER)
        MUST(wrmf_context_set_runner(c, in, runner, 2, err));
    else
        MUST(wrmf_context_set_threads(c, 3, err));
    wrmf_context_set_progress(c, in, hook);
    wrmf_context_set_logger(c, in, logger, WRMF_LOG_DEBUG);
}

/* Each call that uses a context, interrupted by each kind of callback that it makes. */
static void from_callbacks(void **state)
{
    (void)state;
    int came[KINDS] = {0};
    for (int kind = 0; kind < KINDS; kind++) {
        for (int i = 3; i < REFUSED; i++) { /* but for the setters */
            interruption in;
            open_host(&in, kind);
            spare own = make_spare(in.at_hand.context);
            in.armed = true;
            wrmf_error error = {WRMF_OK, ""};
            if (refused[i].call(&own, &error) != WRMF_OK)
                fail_msg("%s, interrupted: %s", refused[i].name, error.text);
            if (in.failed[0])
                fail_msg("in %s, from %d: %s", refused[i].name, kind, in.failed);
            came[kind] += in.came > 0;
            in.armed = false;
            free_spare(&own);
            free_spare(&in.at_hand);
            wrmf_context_free(in.at_hand.context);
        }
    }
    /* most show progress, four are logged, all but Matrix Market run chunks, all
     * but the objective, whose Gram matrices are known, allocate */
    assert_true(came[HOOK] >= 7 && came[LOGGER] >= 3);
    assert_int_equal(came[RUNNER], REFUSED - 3 - 1);
    assert_int_equal(came[ALLOCATOR], REFUSED - 3 - 1);
}

static void *fit(void *self)
{
    interruption *const in = self;
    wrmf_model *model = NULL;
    wrmf_error error;
    if (wrmf_model_fit(in->at_hand.context, in->at_hand.matrix, NULL, &model, &error) != WRMF_OK)
        snprintf(in->failed, sizeof in->failed, "the fit: %.100s", error.text);
    wrmf_model_free(model);
    return NULL;
}

/* Another thread is refused for as long as the fit lasts; it may free the context. */
static void from_another_thread(void **state)
{
    (void)state;
    interruption in;
    pthread_t thread;
    open_host(&in, HOOK);
    sem_init(&in.inside, 0, 0);
    sem_init(&in.go_on, 0, 0);
    in.waits = in.armed = true;
    assert_int_equal(pthread_create(&thread, NULL, fit, &in), 0);
    sem_wait(&in.inside);
    try_all(&in);
    wrmf_context *const c = in.at_hand.context;
    FAILS(WRMF_E_STATE, "in use", wrmf_context_set_threads(c, 2, err));
    FAILS(WRMF_E_STATE, "in use", wrmf_context_set_runner(c, NULL, run_serially, 2, err));
    FAILS(WRMF_E_STATE, "in use", wrmf_context_set_cpu(c, "generic", err));
    wrmf_context_free(c);
    sem_post(&in.go_on);
    pthread_join(thread, NULL);
    if (in.failed[0])
        fail_msg("%s", in.failed);
    free_spare(&in.at_hand);
    sem_destroy(&in.inside);
    sem_destroy(&in.go_on);
}

/* ---- two threads that care for nothing ---- */

static void *fit_often(void *self)
{
    spare *const s = self;
    long bad = 0;
    for (int i = 0; i < 40; i++) {
        const wrmf_status status = call_wrmf_model_fit(s, NULL);
        const wrmf_status set = wrmf_context_set_threads(s->context, 1 + i % 3, NULL);
        bad += (status != WRMF_OK && status != WRMF_E_STATE) ||
               (set != WRMF_OK && set != WRMF_E_STATE);
    }
    return bad ? self : NULL;
}

static void at_once(void **state)
{
    (void)state;
    spare s = make_spare(context);
    pthread_t threads[2];
    void *bad[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, fit_often, &s), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], &bad[i]);
    assert_true(!bad[0] && !bad[1]);
    free_spare(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(from_callbacks), TEST(from_another_thread),
                                       TEST(at_once)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

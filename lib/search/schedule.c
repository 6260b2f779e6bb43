/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "par/first_failure.h"
#include "par/lock.h"
#include "par/pool.h"
#include "par/progress.h"
#include "search/journal.h"
#include "search/order.h"
#include "search/trial.h"

/* What a worker that runs trials has to itself. Where one trial after another runs on all
 * workers, it is the caller's context and the grid's evaluators. */
typedef struct worker {
    wrmf_context *context;
    wrmf_evaluator *evaluators[WRMF_I_EVALUATORS_MAX];
} worker;

/* One run of a grid. */
typedef struct schedule {
    wrmf_grid *grid;
    wrmf_context *context;   /* the caller's */
    wrmf_i_journal *journal; /* NULL: none */
    int64_t *queue;          /* configurations to run, in the order they are begun */
    int64_t n_queue;
    worker *workers; /* n_workers of them, or NULL: one trial after another */
    int n_workers;
    wrmf_i_lock *journal_lock;
    const void *calling_thread; /* its wrmf_i_this_thread() */
    wrmf_i_progress progress;
    atomic_llong done; /* curves that the grid has */
    atomic_bool stop;
    wrmf_i_first_failure failure; /* of the first configuration in run order that failed */
} schedule;

/* ---- one configuration ---- */

/* Show the hook how many curves there are, if this is the calling thread: hooks run on no
 * other. */
static void show_progress(schedule *s, bool always)
{
    if (wrmf_i_this_thread() == s->calling_thread &&
        wrmf_i_progress_step(&s->progress, atomic_load(&s->done), always))
        atomic_store(&s->stop, true);
    if (wrmf_i_should_stop(s->context))
        atomic_store(&s->stop, true);
}

/* Asked by a trial after each of its epochs. */
static bool should_stop(void *self)
{
    schedule *const s = self;
    show_progress(s, false);
    return atomic_load(&s->stop);
}

/* Run the trial of a new curve, and append the curve to the journal. */
static wrmf_status fill_curve(schedule *s, const worker *own, wrmf_curve *curve, wrmf_error *err)
{
    const wrmf_i_trial trial = {.train = s->grid->train,
                                .evaluators = own->evaluators,
                                .should_stop = should_stop,
                                .self = s};
    WRMF_I_TRY(wrmf_i_trial_run(own->context, &trial, curve, err));
    if (!s->journal)
        return WRMF_OK;
    wrmf_i_lock_take(s->journal_lock);
    const wrmf_status status = wrmf_i_journal_append(s->journal, curve, err);
    wrmf_i_lock_give(s->journal_lock);
    return status;
}

static wrmf_status compute(schedule *s, const worker *own, int64_t i, wrmf_error *err)
{
    wrmf_curve *curve;
    WRMF_I_TRY(wrmf_i_grid_curve(s->grid, i, &curve, err));
    const wrmf_status status = fill_curve(s, own, curve, err);
    if (status == WRMF_OK)
        s->grid->curves[i] = curve;
    else
        wrmf_i_curve_free(curve);
    return status;
}

/* Run configuration i. One that cannot be fitted does not keep the others from running;
 * anything else that goes wrong would go wrong for them too. */
static void run_one(schedule *s, const worker *own, int64_t i)
{
    wrmf_error error;
    if (atomic_load(&s->stop))
        return;
    const wrmf_status status = compute(s, own, i, &error);
    if (status == WRMF_OK) {
        wrmf_i_progress_done(&s->progress, atomic_fetch_add(&s->done, 1) + 1);
    } else if (status != WRMF_E_CANCELLED) {
        char name[200];
        wrmf_i_space_describe(&s->grid->space, i, name, sizeof name);
        wrmf_i_first_failure_set(&s->failure, i, status, "%s%s%s", name, *name ? ": " : "",
                                 error.text);
        if (status != WRMF_E_NONFINITE)
            atomic_store(&s->stop, true);
    }
    show_progress(s, true);
}

/* ---- all of them ---- */

static void run_chunk(void *self, size_t chunk, size_t number)
{
    schedule *const s = self;
    run_one(s, &s->workers[number], s->queue[chunk]);
}

/* Each worker runs trials of its own. */
static wrmf_status run_parallel(schedule *s, wrmf_error *err)
{
    const wrmf_status status = wrmf_i_parallel(s->context, (size_t)s->n_queue, run_chunk, s, err);
    show_progress(s, true);
    return status;
}

/* One trial after another, each on all workers of the caller's context. */
static void run_serial(schedule *s)
{
    worker own = {.context = s->context};
    memcpy(own.evaluators, s->grid->evaluators, sizeof own.evaluators);
    for (int64_t i = 0; i < s->n_queue; i++)
        run_one(s, &own, s->queue[i]);
}

static void free_workers(schedule *s)
{
    for (int w = 0; s->workers && w < s->n_workers; w++) {
        for (int64_t i = 0; i < s->grid->n_evaluators; i++)
            wrmf_i_evaluator_free(s->workers[w].evaluators[i]);
        wrmf_i_context_release(s->workers[w].context);
    }
    wrmf_i_free(&s->context->allocator, s->workers, (size_t)s->n_workers, sizeof *s->workers);
}

/* free_workers() frees them, even after a failure. */
static wrmf_status make_workers(schedule *s, wrmf_error *err)
{
    const wrmf_grid *const grid = s->grid;
    s->workers =
        wrmf_i_alloc_zero(&s->context->allocator, (size_t)s->n_workers, sizeof *s->workers);
    if (!s->workers)
        return wrmf_i_fail_memory(err, "the workers of a grid");
    for (int w = 0; w < s->n_workers; w++) {
        worker *const own = &s->workers[w];
        WRMF_I_TRY(wrmf_i_context_child(s->context, &own->context, err));
        for (int64_t i = 0; i < grid->n_evaluators; i++)
            WRMF_I_TRY(
                wrmf_i_evaluator_copy(own->context, grid->evaluators[i], &own->evaluators[i], err));
    }
    return WRMF_OK;
}

typedef struct sized {
    int64_t configuration, factors;
} sized;

static int largest_first(const void *a, const void *b)
{
    const sized *const x = a, *const y = b;
    if (x->factors != y->factors)
        return x->factors > y->factors ? -1 : 1;
    return (x->configuration > y->configuration) - (x->configuration < y->configuration);
}

/* The largest models first, so that no worker is left with one at the end. */
static wrmf_status sort_queue(const schedule *s, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &s->context->allocator;
    sized *const list = wrmf_i_alloc(allocator, (size_t)s->n_queue, sizeof *list);
    if (!list)
        return wrmf_i_fail_memory(err, "the queue of a grid");
    for (int64_t i = 0; i < s->n_queue; i++) {
        wrmf_i_value values[WRMF_I_PARAM_COUNT];
        wrmf_i_space_values(&s->grid->space, s->queue[i], values);
        list[i] = (sized){s->queue[i], values[WRMF_PARAM_FACTORS - 1].integer};
    }
    qsort(list, (size_t)s->n_queue, sizeof *list, largest_first);
    for (int64_t i = 0; i < s->n_queue; i++)
        s->queue[i] = list[i].configuration;
    wrmf_i_free(allocator, list, (size_t)s->n_queue, sizeof *list);
    return WRMF_OK;
}

static wrmf_status run_queue(schedule *s, wrmf_error *err)
{
    s->journal_lock = wrmf_i_lock_new(&s->context->allocator);
    if (!s->journal_lock)
        return wrmf_i_fail_memory(err, "the lock of a journal");
    if (wrmf_i_progress_step(&s->progress, s->grid->done, true))
        return wrmf_i_fail_stopped(s->context, err);
    /* made here once: workers that all lacked it would each make one */
    const wrmf_matrix *transpose;
    WRMF_I_TRY(wrmf_i_matrix_transposed(s->context, s->grid->train, &transpose, err));
    if (s->n_queue >= s->n_workers && s->n_workers > 1) {
        WRMF_I_TRY(sort_queue(s, err));
        WRMF_I_TRY(make_workers(s, err));
        const wrmf_status status = run_parallel(s, err);
        WRMF_I_TRY(wrmf_i_first_failure_get(&s->failure, err));
        if (status != WRMF_E_CANCELLED) /* all may be done nevertheless */
            WRMF_I_TRY(status);
    } else {
        run_serial(s);
        WRMF_I_TRY(wrmf_i_first_failure_get(&s->failure, err));
    }
    return atomic_load(&s->done) < s->grid->space.size && atomic_load(&s->stop)
               ? wrmf_i_fail_stopped(s->context, err)
               : WRMF_OK;
}

/* Run the configurations that have no curve. */
static wrmf_status run_missing(wrmf_context *context, wrmf_grid *grid, wrmf_i_journal *journal,
                               wrmf_error *err)
{
    const size_t size = (size_t)grid->space.size;
    if (grid->done == grid->space.size)
        return WRMF_OK;
    schedule s = {.grid = grid,
                  .context = context,
                  .journal = journal,
                  .n_workers = context->workers,
                  .calling_thread = wrmf_i_this_thread(),
                  .failure = WRMF_I_FIRST_FAILURE_INIT};
    s.queue = wrmf_i_alloc(&context->allocator, size, sizeof *s.queue);
    if (!s.queue)
        return wrmf_i_fail_memory(err, "the queue of a grid");
    for (int64_t i = 0; i < grid->space.size; i++)
        if (!grid->curves[i])
            s.queue[s.n_queue++] = i;
    atomic_init(&s.done, grid->done);
    atomic_init(&s.stop, false);
    wrmf_i_progress_begin(&s.progress, context, "grid", grid->done, grid->space.size);
    const wrmf_status status = run_queue(&s, err);
    wrmf_i_progress_end(&s.progress);
    grid->done = atomic_load(&s.done);
    free_workers(&s);
    wrmf_i_lock_free(s.journal_lock);
    wrmf_i_free(&context->allocator, s.queue, size, sizeof *s.queue);
    return status;
}

/* ---- the run ---- */

/* Make what a grid has from its first run on. */
static wrmf_status make_room(wrmf_grid *grid, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    const size_t size = (size_t)grid->space.size;
    if (grid->curves)
        return WRMF_OK;
    wrmf_status status = wrmf_i_curve_columns_create(grid->context, grid->evaluators,
                                                     (const char *const *)grid->labels,
                                                     grid->n_evaluators, &grid->columns, err);
    if (status == WRMF_OK) {
        grid->curves = wrmf_i_alloc_zero(allocator, size, sizeof(wrmf_curve *));
        grid->order = wrmf_i_alloc(allocator, size, sizeof *grid->order);
        if (!grid->curves || !grid->order)
            status = wrmf_i_fail_memory(err, "the curves of a grid");
    }
    if (status != WRMF_OK)
        wrmf_i_grid_forget(grid);
    return status;
}

wrmf_status wrmf_i_grid_run(wrmf_context *context, wrmf_grid *grid, wrmf_error *err)
{
    WRMF_I_TRY(make_room(grid, err));
    wrmf_i_journal journal = {.fd = -1};
    wrmf_status status = WRMF_OK;
    const int64_t before = grid->done;
    if (grid->journal)
        status = wrmf_i_journal_open(context, grid, &journal, err);
    if (status == WRMF_OK)
        status = run_missing(context, grid, grid->journal ? &journal : NULL, err);
    else if (before == 0)
        wrmf_i_grid_forget(grid); /* as if it had not run */
    wrmf_i_journal_close(&journal);
    if (grid->curves)
        wrmf_i_grid_unsort(grid);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "par/pool.h"
#include "search/trial.h"

typedef wrmf_i_schedule schedule;
typedef wrmf_i_schedule_worker worker;

/* What a worker that runs trials has to itself. Where one trial after another runs on all
 * workers, it is the caller's context and the grid's evaluators. */
struct wrmf_i_schedule_worker {
    wrmf_context *context;
    wrmf_evaluator *evaluators[WRMF_I_EVALUATORS_MAX];
};

/* ---- one configuration ---- */

/* Whether the run is to end: something has failed, or the hook has asked, in parallel work maybe.
 */
static bool is_stopped(schedule *s, const wrmf_context *context)
{
    if (wrmf_i_should_stop(context))
        atomic_store(&s->stop, true);
    return atomic_load(&s->stop);
}

/* Show the hook how many trials are done, if this is the calling thread: hooks run on no
 * other. */
static void show_progress(schedule *s, bool always)
{
    if (wrmf_i_this_thread() == s->calling_thread &&
        wrmf_i_progress_step(&s->progress, atomic_load(&s->done), always))
        atomic_store(&s->stop, true);
    is_stopped(s, s->context);
}

/* Asked by a trial after each of its epochs. */
static bool should_stop(void *self)
{
    schedule *const s = self;
    show_progress(s, false);
    if (wrmf_i_seconds() >= s->deadline)
        atomic_store(&s->over, true);
    return atomic_load(&s->stop) || atomic_load(&s->over);
}

/* Run the trial of a curve, and append the curve to the journal. A trial that the deadline ends
 * keeps the points that it has come to. */
static wrmf_status fill_curve(schedule *s, const worker *own, wrmf_curve *curve, wrmf_error *err)
{
    const int64_t before = curve->points;
    const wrmf_i_trial trial = {.train = s->grid->train,
                                .evaluators = own->evaluators,
                                .until = s->round->until,
                                .patience_column = s->patience_column,
                                .patience = s->round->impatient ? s->grid->search.patience : 0,
                                .should_stop = should_stop,
                                .self = s};
    wrmf_status status = wrmf_i_trial_run(own->context, &trial, curve, err);
    if (status == WRMF_E_CANCELLED && curve->points > before && !is_stopped(s, own->context))
        status = WRMF_OK;
    if (status == WRMF_OK && s->journal) {
        wrmf_i_lock_take(s->journal_lock);
        status = wrmf_i_journal_append(s->journal, curve, err);
        wrmf_i_lock_give(s->journal_lock);
    }
    if (status != WRMF_OK)
        curve->points = before;
    return status;
}

/* Make the curve of configuration i, or lengthen it where there is one. */
static wrmf_status compute(schedule *s, const worker *own, int64_t i, wrmf_error *err)
{
    wrmf_curve *curve = s->grid->curves[i];
    if (curve)
        return fill_curve(s, own, curve, err);
    WRMF_I_TRY(wrmf_i_grid_curve(s->grid, i, &curve, err));
    const wrmf_status status = fill_curve(s, own, curve, err);
    if (status == WRMF_OK)
        s->grid->curves[i] = curve;
    else
        wrmf_i_curve_free(curve);
    return status;
}

/* Run configuration i, unless it is too late. One that cannot be fitted does not keep the others
 * from running; anything else that goes wrong would go wrong for them too. */
static void run_one(schedule *s, const worker *own, int64_t i)
{
    wrmf_error error;
    const double now = wrmf_i_seconds();
    if (atomic_load(&s->stop) || now >= s->round->last_call || now >= s->deadline)
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

/* ---- a round ---- */

static void run_chunk(void *self, size_t chunk, size_t number)
{
    schedule *const s = self;
    run_one(s, &s->workers[number], s->round->queue[chunk]);
}

/* Each worker runs trials of its own. */
static wrmf_status run_parallel(schedule *s, wrmf_error *err)
{
    const wrmf_status status = wrmf_i_parallel(s->context, (size_t)s->round->n, run_chunk, s, err);
    show_progress(s, true);
    return status;
}

/* One trial after another, each on all workers of the caller's context. */
static void run_serial(schedule *s)
{
    worker own = {.context = s->context};
    memcpy(own.evaluators, s->grid->evaluators, sizeof own.evaluators);
    for (int64_t i = 0; i < s->round->n; i++)
        run_one(s, &own, s->round->queue[i]);
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
    if (s->workers)
        return WRMF_OK;
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
    int64_t *const queue = s->round->queue;
    const size_t n = (size_t)s->round->n;
    sized *const list = wrmf_i_alloc(allocator, n, sizeof *list);
    if (!list)
        return wrmf_i_fail_memory(err, "the queue of a grid");
    for (size_t i = 0; i < n; i++) {
        wrmf_i_value values[WRMF_I_PARAM_COUNT];
        wrmf_i_space_values(&s->grid->space, queue[i], values);
        list[i] = (sized){queue[i], values[WRMF_PARAM_FACTORS - 1].integer};
    }
    qsort(list, n, sizeof *list, largest_first);
    for (size_t i = 0; i < n; i++)
        queue[i] = list[i].configuration;
    wrmf_i_free(allocator, list, n, sizeof *list);
    return WRMF_OK;
}

static wrmf_status run_on_workers(schedule *s, wrmf_error *err)
{
    if (!s->round->keeps_order)
        WRMF_I_TRY(sort_queue(s, err));
    WRMF_I_TRY(make_workers(s, err));
    const wrmf_status status = run_parallel(s, err);
    /* all may be done although the hook asked to stop */
    return status == WRMF_E_CANCELLED ? WRMF_OK : status;
}

wrmf_status wrmf_i_schedule_run(wrmf_i_schedule *s, const wrmf_i_round *round, wrmf_error *err)
{
    const int64_t done = atomic_load(&s->done);
    if (wrmf_i_progress_step(&s->progress, done, true))
        return wrmf_i_fail_stopped(s->context, err);
    s->round = round;
    wrmf_status status = WRMF_OK;
    if (round->n >= s->n_workers && s->n_workers > 1)
        status = run_on_workers(s, err);
    else
        run_serial(s);
    if (atomic_load(&s->stop))
        WRMF_I_TRY(wrmf_i_first_failure_get(&s->failure, err));
    WRMF_I_TRY(status);
    return atomic_load(&s->stop) && atomic_load(&s->done) < done + round->n
               ? wrmf_i_fail_stopped(s->context, err)
               : WRMF_OK;
}

/* ---- the run ---- */

wrmf_status wrmf_i_schedule_begin(wrmf_i_schedule *s, int64_t done, int64_t total, wrmf_error *err)
{
    s->n_workers = s->context->workers;
    s->calling_thread = wrmf_i_this_thread();
    s->failure = (wrmf_i_first_failure)WRMF_I_FIRST_FAILURE_INIT;
    atomic_init(&s->done, done);
    atomic_init(&s->stop, false);
    atomic_init(&s->over, false);
    wrmf_i_progress_begin(&s->progress, s->context, "grid", done, total);
    s->journal_lock = wrmf_i_lock_new(&s->context->allocator);
    if (!s->journal_lock)
        return wrmf_i_fail_memory(err, "the lock of a journal");
    return WRMF_OK;
}

void wrmf_i_schedule_end(wrmf_i_schedule *s)
{
    wrmf_i_progress_end(&s->progress);
    free_workers(s);
    wrmf_i_lock_free(s->journal_lock);
}

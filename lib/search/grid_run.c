/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "par/first_failure.h"
#include "par/lock.h"
#include "par/progress.h"
#include "search/grid.h"
#include "search/journal.h"

/* What one worker has to itself; the caller's own where configurations are run
 * one after another. */
typedef struct seat {
    wrmf_context *context;
    wrmf_evaluator *evaluators[WRMF_I_EVALUATORS_MAX];
} seat;

typedef struct run {
    wrmf_grid *grid;
    wrmf_context *context;   /* the caller's */
    wrmf_i_journal *journal; /* NULL: none */
    int64_t left;            /* configurations to run */
    int64_t *queue;          /* in the order they are begun */
    seat *seats;             /* one a worker; NULL: one after another */
    int workers;
    wrmf_i_lock *lock; /* of the journal */
    const char *home;  /* marks the calling thread */
    wrmf_i_progress progress;
    atomic_llong done; /* curves that the grid has */
    atomic_bool stop;
    wrmf_i_first_failure failure; /* by configuration */
    int64_t batch;                /* where in the queue chunk 0 is */
} run;

/* A thread is known by the address of its own copy. */
static _Thread_local char thread_mark;

/* ---- one configuration ---- */

/* Called after each epoch. Hooks are shown things on the calling thread alone. */
static bool should_stop(void *self, int64_t epoch)
{
    run *const r = self;
    (void)epoch;
    if (&thread_mark == r->home && wrmf_i_progress_step(&r->progress, atomic_load(&r->done), false))
        atomic_store(&r->stop, true);
    return atomic_load(&r->stop);
}

static wrmf_status compute(run *r, const seat *own, int64_t i, wrmf_curve **out, wrmf_error *err)
{
    const wrmf_grid *const grid = r->grid;
    wrmf_params params = {.context = grid->context};
    wrmf_i_grid_values(grid, i, params.values);
    wrmf_curve *curve;
    WRMF_I_TRY(wrmf_i_curve_new(grid->context, &params, grid->columns, grid->epochs, grid->n_epochs,
                                &curve, err));
    const wrmf_i_curve_task task = {.train = grid->train,
                                    .evaluators = own->evaluators,
                                    .n_evaluators = grid->n_evaluators,
                                    .stop = should_stop,
                                    .stop_self = r};
    wrmf_status status = wrmf_i_curve_run(own->context, &task, curve, err);
    if (status == WRMF_OK && r->journal) {
        wrmf_i_lock_take(r->lock);
        status = wrmf_i_journal_append(r->journal, curve, err);
        wrmf_i_lock_give(r->lock);
    }
    if (status != WRMF_OK) {
        wrmf_i_curve_free(curve);
        return status;
    }
    curve->of_grid = true;
    *out = curve;
    return WRMF_OK;
}

/* A configuration that cannot be fitted does not keep the others from running;
 * anything else that goes wrong would go wrong for them too. */
static void run_one(run *r, const seat *own, int64_t i)
{
    wrmf_error error;
    if (atomic_load(&r->stop))
        return;
    const wrmf_status status = compute(r, own, i, &r->grid->curves[i], &error);
    if (status == WRMF_OK) {
        atomic_fetch_add(&r->done, 1);
    } else if (status != WRMF_E_CANCELLED) {
        char name[200];
        wrmf_i_grid_describe(r->grid, i, name, sizeof name);
        wrmf_i_first_failure_set(&r->failure, i, status, "%s%s%s", name, *name ? ": " : "",
                                 error.text);
        if (status != WRMF_E_NONFINITE)
            atomic_store(&r->stop, true);
    }
    if (&thread_mark == r->home && wrmf_i_progress_step(&r->progress, atomic_load(&r->done), true))
        atomic_store(&r->stop, true);
}

/* ---- all of them ---- */

static void run_chunk(void *self, size_t chunk, size_t worker)
{
    run *const r = self;
    run_one(r, &r->seats[worker], r->queue[r->batch + (int64_t)chunk]);
}

/* Threads of the host may not include the calling one, so the hook is shown
 * something between batches. */
static wrmf_status run_parallel(run *r, wrmf_error *err)
{
    const bool own_threads = !r->context->runner || !r->context->progress;
    const int64_t most = own_threads ? r->left : 4 * (int64_t)r->workers;
    for (r->batch = 0; r->batch < r->left && !atomic_load(&r->stop); r->batch += most) {
        const int64_t n = r->left - r->batch < most ? r->left - r->batch : most;
        WRMF_I_TRY(wrmf_i_parallel(r->context, (size_t)n, run_chunk, r, err));
        if (wrmf_i_progress_step(&r->progress, atomic_load(&r->done), true))
            atomic_store(&r->stop, true);
    }
    return WRMF_OK;
}

static void run_serial(run *r)
{
    seat own = {.context = r->context};
    memcpy(own.evaluators, r->grid->evaluators, sizeof own.evaluators);
    for (int64_t i = 0; i < r->left; i++)
        run_one(r, &own, r->queue[i]);
}

static void leave_seats(run *r)
{
    for (int w = 0; r->seats && w < r->workers; w++) {
        for (int64_t i = 0; i < r->grid->n_evaluators; i++)
            wrmf_i_evaluator_free(r->seats[w].evaluators[i]);
        wrmf_i_context_release(r->seats[w].context);
    }
    wrmf_i_free(&r->context->allocator, r->seats, (size_t)r->workers, sizeof *r->seats);
}

static wrmf_status take_seats(run *r, wrmf_error *err)
{
    const wrmf_grid *const grid = r->grid;
    r->seats = wrmf_i_alloc_zero(&r->context->allocator, (size_t)r->workers, sizeof *r->seats);
    if (!r->seats)
        return wrmf_i_fail_nomem(err);
    for (int w = 0; w < r->workers; w++) {
        seat *const own = &r->seats[w];
        WRMF_I_TRY(wrmf_i_context_child(r->context, &own->context, err));
        for (int64_t i = 0; i < grid->n_evaluators; i++)
            WRMF_I_TRY(
                wrmf_i_evaluator_copy(own->context, grid->evaluators[i], &own->evaluators[i], err));
    }
    return WRMF_OK;
}

typedef struct priced {
    int64_t configuration, factors;
} priced;

static int dearest_first(const void *a, const void *b)
{
    const priced *const x = a, *const y = b;
    if (x->factors != y->factors)
        return x->factors > y->factors ? -1 : 1;
    return (x->configuration > y->configuration) - (x->configuration < y->configuration);
}

/* Dear configurations first, so that no worker is left with one at the end. */
static wrmf_status sort_queue(const run *r, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &r->context->allocator;
    priced *const list = wrmf_i_alloc(allocator, (size_t)r->left, sizeof *list);
    if (!list)
        return wrmf_i_fail_nomem(err);
    for (int64_t i = 0; i < r->left; i++) {
        wrmf_i_value values[WRMF_I_PARAM_COUNT];
        wrmf_i_grid_values(r->grid, r->queue[i], values);
        list[i] = (priced){r->queue[i], values[WRMF_PARAM_FACTORS - 1].integer};
    }
    qsort(list, (size_t)r->left, sizeof *list, dearest_first);
    for (int64_t i = 0; i < r->left; i++)
        r->queue[i] = list[i].configuration;
    wrmf_i_free(allocator, list, (size_t)r->left, sizeof *list);
    return WRMF_OK;
}

static wrmf_status run_queue(run *r, wrmf_error *err)
{
    r->lock = wrmf_i_lock_new(&r->context->allocator);
    if (!r->lock)
        return wrmf_i_fail_nomem(err);
    if (wrmf_i_progress_step(&r->progress, r->grid->done, true))
        return wrmf_i_fail_cancelled(err);
    if (r->left >= r->workers && r->workers > 1) {
        WRMF_I_TRY(sort_queue(r, err));
        WRMF_I_TRY(take_seats(r, err));
        const wrmf_status status = run_parallel(r, err);
        WRMF_I_TRY(wrmf_i_first_failure_get(&r->failure, err));
        WRMF_I_TRY(status);
    } else {
        run_serial(r);
        WRMF_I_TRY(wrmf_i_first_failure_get(&r->failure, err));
    }
    return atomic_load(&r->done) < r->grid->size && atomic_load(&r->stop)
               ? wrmf_i_fail_cancelled(err)
               : WRMF_OK;
}

static wrmf_status run_left(wrmf_context *context, wrmf_grid *grid, wrmf_i_journal *journal,
                            wrmf_error *err)
{
    const size_t size = (size_t)grid->size;
    const wrmf_matrix *transpose;
    if (grid->done == grid->size)
        return WRMF_OK;
    run r = {.grid = grid,
             .context = context,
             .journal = journal,
             .workers = context->workers,
             .home = &thread_mark,
             .failure = WRMF_I_FIRST_FAILURE_INIT};
    WRMF_I_TRY(wrmf_i_matrix_transposed(grid->train, &transpose, err));
    r.queue = wrmf_i_alloc(&context->allocator, size, sizeof *r.queue);
    if (!r.queue)
        return wrmf_i_fail_nomem(err);
    for (int64_t i = 0; i < grid->size; i++)
        if (!grid->curves[i])
            r.queue[r.left++] = i;
    atomic_init(&r.done, grid->done);
    atomic_init(&r.stop, false);
    wrmf_i_progress_begin(&r.progress, context, "grid", grid->size);
    const wrmf_status status = run_queue(&r, err);
    grid->done = atomic_load(&r.done);
    leave_seats(&r);
    wrmf_i_lock_free(r.lock);
    wrmf_i_free(&context->allocator, r.queue, size, sizeof *r.queue);
    return status;
}

/* ---- before the first run ---- */

static wrmf_status make_room(wrmf_grid *grid, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    const size_t size = (size_t)grid->size;
    if (grid->curves)
        return WRMF_OK;
    wrmf_status status =
        wrmf_i_columns_create(grid->context, grid->evaluators, (const char *const *)grid->labels,
                              grid->n_evaluators, &grid->columns, err);
    if (status == WRMF_OK) {
        grid->curves = wrmf_i_alloc_zero(allocator, size, sizeof(wrmf_curve *));
        grid->order = wrmf_i_alloc(allocator, size, sizeof *grid->order);
        if (!grid->curves || !grid->order)
            status = wrmf_i_fail_nomem(err);
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
        status = wrmf_i_journal_open(grid, &journal, err);
    if (status == WRMF_OK)
        status = run_left(context, grid, grid->journal ? &journal : NULL, err);
    else if (before == 0)
        wrmf_i_grid_forget(grid); /* as if it had not run */
    wrmf_i_journal_close(&journal);
    if (grid->curves)
        wrmf_i_grid_unsort(grid);
    return status;
}

/* ---- order ---- */

void wrmf_i_grid_unsort(wrmf_grid *grid)
{
    int64_t place = 0;
    for (int64_t i = 0; i < grid->size; i++)
        if (grid->curves[i])
            grid->order[place++] = i;
}

typedef struct ranked {
    double value; /* less is better; +infinity and worst: no number */
    bool none;
    int64_t configuration;
} ranked;

static int best_first(const void *a, const void *b)
{
    const ranked *const x = a, *const y = b;
    if (x->none != y->none)
        return x->none ? 1 : -1;
    if (!x->none && x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->configuration > y->configuration) - (x->configuration < y->configuration);
}

static wrmf_status fail_column(const wrmf_i_columns *columns, const char *name, wrmf_error *err)
{
    char list[360] = "";
    size_t used = 0;
    for (int64_t i = 0; i < columns->count && used + 2 < sizeof list; i++) {
        const size_t room = sizeof list - used - 1, length = strlen(columns->at[i].name);
        if (i > 0)
            list[used++] = ' ';
        const size_t copied = length < room - 1 ? length : room - 1;
        memcpy(list + used, columns->at[i].name, copied);
        used += copied;
        list[used] = 0;
    }
    return wrmf_i_fail(err, WRMF_E_NAME, "no column \"%.60s\": there are %s", name, list);
}

wrmf_status wrmf_i_grid_sort(wrmf_grid *grid, const char *column, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    if (grid->done == 0)
        return wrmf_i_fail(err, WRMF_E_STATE, "the grid has no curve yet");
    const int64_t c = wrmf_i_columns_find(grid->columns, column);
    if (c < 0)
        return fail_column(grid->columns, column, err);
    ranked *const list = wrmf_i_alloc(allocator, (size_t)grid->done, sizeof *list);
    if (!list)
        return wrmf_i_fail_nomem(err);
    wrmf_i_grid_unsort(grid);
    for (int64_t i = 0; i < grid->done; i++) {
        const wrmf_curve *const curve = grid->curves[grid->order[i]];
        const int64_t best = wrmf_i_curve_best(curve, c);
        const double value = best < 0 ? 0 : curve->values[best * grid->columns->count + c];
        list[i] = (ranked){grid->columns->at[c].less ? value : -value, best < 0, grid->order[i]};
    }
    qsort(list, (size_t)grid->done, sizeof *list, best_first);
    for (int64_t i = 0; i < grid->done; i++)
        grid->order[i] = list[i].configuration;
    wrmf_i_free(allocator, list, (size_t)grid->done, sizeof *list);
    return WRMF_OK;
}

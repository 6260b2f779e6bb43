/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/rounds.h"

#include <math.h>

#include "base/clock.h"
#include "base/random.h"
#include "search/coordinates.h"
#include "search/halving.h"
#include "search/order.h"
#include "search/schedule.h"

/* One run of a grid. */
typedef struct search_run {
    wrmf_grid *grid;
    wrmf_context *context; /* the caller's */
    wrmf_i_rungs rungs;
    int64_t *candidates; /* n of them, configurations that have come to the rung at hand */
    int64_t n;
    int64_t *queue; /* room for as many as there are configurations; or points of each */
    bool *ended;    /* whether this search has brought a configuration to its end */
    int64_t halving_column, patience_column, coordinates_column;
    double start; /* in seconds, when the run began */
    wrmf_i_schedule schedule;
} search_run;

/* ---- candidates ---- */

/* The candidates of the first rung: all configurations in run order, or some that are drawn. A
 * coordinate search that draws none begins in the middle. */
static void draw(search_run *r)
{
    const wrmf_i_search *const search = &r->grid->search;
    const int64_t size = r->grid->space.size;
    int64_t *const list = r->candidates;
    for (int64_t i = 0; i < size; i++)
        list[i] = i;
    if (search->coordinates_column && search->sample == 0) {
        list[0] = wrmf_i_middle(&r->grid->space);
        r->n = 1;
        return;
    }
    r->n = search->sample > 0 && search->sample < size ? search->sample : size;
    for (int64_t i = 0; search->sample > 0 && i < r->n; i++) {
        const int64_t other =
            i + (int64_t)wrmf_i_random_below((uint64_t)search->seed, WRMF_I_STREAM_SEARCH, 0,
                                             (uint64_t)i, (uint64_t)(size - i));
        const int64_t drawn = list[other];
        list[other] = list[i];
        list[i] = drawn;
    }
}

/* Whether a configuration's curve has the points of a rung, or its patience is over before. */
static bool has_come_to(const search_run *r, int64_t configuration, int64_t points)
{
    const int64_t patience = r->grid->search.patience;
    const wrmf_curve *const curve = r->grid->curves[configuration];
    if (!curve || curve->points >= points)
        return curve != NULL;
    return patience > 0 && wrmf_i_curve_is_past_best(curve, r->patience_column, patience, points);
}

/* Whether configurations that patience ends go on in the end. */
static bool finishes(const search_run *r)
{
    return r->grid->search.finish > 0 && r->grid->search.patience > 0;
}

/* The trials that a run takes if none ends early, -1 if nobody knows, and how many of the first
 * rung's are done. */
static void count_trials(const search_run *r, int64_t *done, int64_t *total)
{
    int64_t n = r->n;
    *done = *total = 0;
    for (int64_t i = 0; i < r->n; i++)
        *done += has_come_to(r, r->candidates[i], r->rungs.points[0]);
    for (int64_t rung = 0; rung < r->rungs.count; rung++) {
        *total += n;
        n = wrmf_i_rung_survivors(r->grid, n);
    }
    if (r->grid->search.coordinates_column || finishes(r))
        *total = -1;
}

/* How many of the first points of a curve count: those that its patience leaves it, even where an
 * earlier run, or the end of a search, took it further. */
static int64_t counted(const search_run *r, int64_t configuration, int64_t points)
{
    return wrmf_i_curve_counted(r->grid->curves[configuration], r->patience_column,
                                r->grid->search.patience, points);
}

/* Leave the candidates that have come to a rung, the best first. */
static wrmf_status rank(search_run *r, int64_t column, int64_t points, wrmf_error *err)
{
    int64_t n = 0;
    for (int64_t i = 0; i < r->n; i++)
        if (has_come_to(r, r->candidates[i], points))
            r->candidates[n++] = r->candidates[i];
    r->n = n;
    for (int64_t i = 0; i < n; i++)
        r->queue[i] = counted(r, r->candidates[i], points);
    return n > 0 ? wrmf_i_grid_rank(r->grid, column, r->queue, r->candidates, n, err) : WRMF_OK;
}

/* Leave the best of the candidates that have come to a rung, one of eta, the best first. */
static wrmf_status choose(search_run *r, int64_t points, wrmf_error *err)
{
    WRMF_I_TRY(rank(r, r->halving_column, points, err));
    r->n = wrmf_i_rung_survivors(r->grid, r->n);
    return WRMF_OK;
}

/* Note which candidates, run so far, ended there. What else is known of a curve says nothing: it is
 * of another search. */
static void note_ended(search_run *r, int64_t points)
{
    for (int64_t i = 0; i < r->n; i++) {
        const int64_t configuration = r->candidates[i];
        const wrmf_curve *const curve = r->grid->curves[configuration];
        const int64_t patience = r->grid->search.patience;
        if (curve && ((points == r->grid->n_epochs && curve->points == points) ||
                      (patience > 0 &&
                       wrmf_i_curve_is_past_best(curve, r->patience_column, patience, points))))
            r->ended[configuration] = true;
    }
}

/* ---- rungs ---- */

/* Run the candidates that have fewer points; nothing is begun after the last call. */
static wrmf_status run_candidates(search_run *r, int64_t points, double last_call, bool counted,
                                  wrmf_error *err)
{
    wrmf_i_round round = {.queue = r->queue,
                          .until = points,
                          .impatient = true,
                          .keeps_order = r->grid->search.budget > 0,
                          .last_call = last_call};
    for (int64_t i = 0; i < r->n; i++)
        if (!has_come_to(r, r->candidates[i], round.until))
            r->queue[round.n++] = r->candidates[i];
    if (!counted)
        wrmf_i_progress_done(&r->schedule.progress,
                             atomic_fetch_add(&r->schedule.done, r->n - round.n) + r->n - round.n);
    if (round.n > 0)
        WRMF_I_TRY(wrmf_i_schedule_run(&r->schedule, &round, err));
    note_ended(r, points);
    return WRMF_OK;
}

/* Run the candidates that have not come to a rung. With a budget each rung may begin trials until
 * its share of the seconds is over, as all rungs take about as long. */
static wrmf_status run_rung(search_run *r, int64_t rung, wrmf_error *err)
{
    const double budget = r->grid->search.budget;
    const double share = (double)(rung + 1) / (double)r->rungs.count;
    /* the first rung's that are done were counted when the run began */
    return run_candidates(r, r->rungs.points[rung],
                          budget > 0 ? r->start + share * budget : (double)INFINITY, rung == 0,
                          err);
}

static wrmf_status run_rungs(search_run *r, wrmf_error *err)
{
    for (int64_t rung = 0; rung < r->rungs.count && r->n > 0; rung++) {
        WRMF_I_TRY(run_rung(r, rung, err));
        if (rung + 1 < r->rungs.count)
            WRMF_I_TRY(choose(r, r->rungs.points[rung], err));
    }
    return WRMF_OK;
}

/* ---- coordinates ---- */

/* Whether a configuration's best value is better than another's, which may be -1. */
static bool is_better(const search_run *r, int64_t a, int64_t b)
{
    const wrmf_curve *const x = r->grid->curves[a], *const y = b < 0 ? NULL : r->grid->curves[b];
    const int64_t column = r->coordinates_column, columns = r->grid->columns->count;
    const int64_t points = r->grid->n_epochs;
    const int64_t at = wrmf_i_curve_best(x, column, counted(r, a, points));
    const int64_t other = y ? wrmf_i_curve_best(y, column, counted(r, b, points)) : -1;
    if (at < 0 || other < 0)
        return at >= 0;
    const double value = x->values[at * columns + column];
    const double before = y->values[other * columns + column];
    return r->grid->columns->at[column].lower_is_better ? value < before : value > before;
}

/* Run the candidates to the end, and move to the best of them if it is better than `best`. */
static wrmf_status move(search_run *r, int64_t *best, bool *has_moved, wrmf_error *err)
{
    const int64_t points = r->grid->n_epochs;
    WRMF_I_TRY(run_candidates(r, points, r->schedule.deadline, false, err));
    WRMF_I_TRY(rank(r, r->coordinates_column, points, err));
    *has_moved = r->n > 0 && is_better(r, r->candidates[0], *best);
    if (*has_moved)
        *best = r->candidates[0];
    return WRMF_OK;
}

/* From the best candidate go to the best along each axis in turn, until none leads further; then
 * to the best around it, and again along the axes, until nothing around it is better. */
static wrmf_status descend(search_run *r, wrmf_error *err)
{
    const wrmf_i_space *const space = &r->grid->space;
    int64_t best = -1;
    bool has_moved;
    WRMF_I_TRY(move(r, &best, &has_moved, err));
    int axis = 0, in_vain = 0; /* axes, one after the other */
    while (best >= 0 && wrmf_i_seconds() < r->schedule.deadline) {
        const bool around = in_vain == space->axes;
        r->n = around ? wrmf_i_box(space, best, r->candidates)
                      : wrmf_i_line(space, best, axis, r->candidates);
        WRMF_I_TRY(move(r, &best, &has_moved, err));
        if (around && !has_moved)
            return WRMF_OK;
        in_vain = has_moved ? 0 : in_vain + 1;
        axis = space->axes > 0 ? (axis + 1) % space->axes : 0;
    }
    return WRMF_OK;
}

/* ---- the end ---- */

/* Run the best of the configurations that this search brought to the end, or to that of their
 * patience, to the last epoch. Which they are depends on nothing that is behind their patience, and
 * on no curve of another search. */
static wrmf_status finish(search_run *r, wrmf_error *err)
{
    const int64_t points = r->grid->n_epochs;
    r->n = 0;
    for (int64_t i = 0; i < r->grid->space.size; i++)
        if (r->ended[i])
            r->candidates[r->n++] = i;
    WRMF_I_TRY(rank(r, r->patience_column, points, err));
    wrmf_i_round round = {.queue = r->queue,
                          .until = points,
                          .keeps_order = r->grid->search.budget > 0,
                          .last_call = r->schedule.deadline};
    for (int64_t i = 0; i < r->n && i < r->grid->search.finish; i++)
        if (r->grid->curves[r->candidates[i]]->points < points)
            r->queue[round.n++] = r->candidates[i];
    return round.n > 0 ? wrmf_i_schedule_run(&r->schedule, &round, err) : WRMF_OK;
}

/* ---- the search ---- */

static wrmf_status run_parts(search_run *r, wrmf_error *err)
{
    /* made here once: workers that all lacked it would each make one */
    const wrmf_matrix *transpose;
    WRMF_I_TRY(wrmf_i_matrix_transposed(r->context, r->grid->train, &transpose, err));
    WRMF_I_TRY(run_rungs(r, err));
    if (r->grid->search.coordinates_column)
        WRMF_I_TRY(descend(r, err));
    if (finishes(r))
        WRMF_I_TRY(finish(r, err));
    return wrmf_i_first_failure_get(&r->schedule.failure, err);
}

/* Run what the search lacks. */
static wrmf_status run_search(search_run *r, wrmf_i_journal *journal, wrmf_error *err)
{
    const double budget = r->grid->search.budget;
    int64_t done, total;
    draw(r);
    count_trials(r, &done, &total);
    if (done == total)
        return WRMF_OK;
    wrmf_i_schedule *const schedule = &r->schedule;
    schedule->grid = r->grid;
    schedule->context = r->context;
    schedule->journal = journal;
    schedule->patience_column = r->patience_column;
    schedule->deadline = budget > 0 ? r->start + budget : (double)INFINITY;
    wrmf_status status = wrmf_i_schedule_begin(schedule, done, total, err);
    if (status == WRMF_OK)
        status = run_parts(r, err);
    wrmf_i_schedule_end(schedule);
    return status;
}

static wrmf_status find_columns(search_run *r, wrmf_error *err)
{
    const wrmf_i_search *const search = &r->grid->search;
    if (search->eta > 0)
        WRMF_I_TRY(wrmf_i_curve_columns_need(r->grid->columns, search->halving_column,
                                             &r->halving_column, err));
    if (search->patience > 0)
        WRMF_I_TRY(wrmf_i_curve_columns_need(r->grid->columns, search->patience_column,
                                             &r->patience_column, err));
    if (search->coordinates_column)
        WRMF_I_TRY(wrmf_i_curve_columns_need(r->grid->columns, search->coordinates_column,
                                             &r->coordinates_column, err));
    return WRMF_OK;
}

static void count_curves(wrmf_grid *grid)
{
    grid->done = 0;
    for (int64_t i = 0; i < grid->space.size; i++)
        grid->done += grid->curves[i] != NULL;
}

static wrmf_status run_missing(search_run *r, wrmf_i_journal *journal, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &r->context->allocator;
    const size_t size = (size_t)r->grid->space.size;
    r->rungs = wrmf_i_rungs_of(r->grid);
    r->candidates = wrmf_i_alloc(allocator, size, sizeof *r->candidates);
    r->queue = wrmf_i_alloc(allocator, size, sizeof *r->queue);
    r->ended = wrmf_i_alloc_zero(allocator, size, sizeof *r->ended);
    const wrmf_status status = r->candidates && r->queue && r->ended
                                   ? run_search(r, journal, err)
                                   : wrmf_i_fail_memory(err, "the queue of a grid");
    count_curves(r->grid);
    wrmf_i_free(allocator, r->candidates, size, sizeof *r->candidates);
    wrmf_i_free(allocator, r->queue, size, sizeof *r->queue);
    wrmf_i_free(allocator, r->ended, size, sizeof *r->ended);
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
    search_run run = {.grid = grid, .context = context, .start = wrmf_i_seconds()};
    wrmf_i_journal journal = {.fd = -1};
    const int64_t before = grid->done;
    wrmf_status status = find_columns(&run, err);
    if (status == WRMF_OK && grid->journal)
        status = wrmf_i_journal_open(context, grid, &journal, err);
    if (status == WRMF_OK)
        status = run_missing(&run, grid->journal ? &journal : NULL, err);
    else if (before == 0)
        wrmf_i_grid_forget(grid); /* as if it had not run */
    wrmf_i_journal_close(&journal);
    if (grid->curves)
        wrmf_i_grid_unsort(grid);
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/grid.h - learning curves of many configurations, best first.
 *
 *     wrmf_grid_create(context, train, NULL, &grid, &err);
 *     wrmf_grid_parse(grid, "factors=10,20,40 alpha=1,10,50", &err);
 *     wrmf_grid_set_epochs(grid, epochs, n_epochs, &err);
 *     wrmf_grid_add_evaluator(grid, "test", evaluator, &err);
 *     wrmf_grid_run(context, grid, &err);
 *     wrmf_grid_sort(grid, "test_precision@5", &err);
 *     best = wrmf_curve_params(wrmf_grid_curve(grid, 0));
 */
#ifndef WRMF_GRID_H
#define WRMF_GRID_H

#include <stdint.h>

#include "wrmf/curve.h"
#include "wrmf/evaluator.h"
#include "wrmf/export.h"
#include "wrmf/params.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/**
 * Make a grid of one configuration, over train, which it holds.
 * @param[in]  base  Values of the parameters that are not varied; copied. NULL:
 *                   the defaults.
 * @param[out] out   The grid; the caller frees it.
 * @retval WRMF_E_NULL   context, train or out is NULL.
 * @retval WRMF_E_NOMEM  no memory. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_create(wrmf_context *context,
                                                      const wrmf_matrix *train,
                                                      const wrmf_params *base, wrmf_grid **out,
                                                      wrmf_error *err);

/** Free, with its curves. NULL is allowed. Since: 0.1 */
WRMF_API void wrmf_grid_free(wrmf_grid *grid);

/**
 * Vary a parameter over a list of values, "10,20,40". All combinations of all
 * lists are run, the one added last varying fastest.
 * @param[in] name  A parameter, or "regularization" for both sides'; not
 *                  iterations: wrmf_grid_set_epochs() says how long is fitted; nor
 *                  "preset", which stands for several.
 * @retval WRMF_E_NULL      grid, name or values is NULL.
 * @retval WRMF_E_STATE     the grid has run, or the parameter is varied already.
 * @retval WRMF_E_NAME, WRMF_E_RANGE  as wrmf_params_set(); WRMF_E_NAME for
 *                          iterations and preset, too.
 * @retval WRMF_E_FORMAT    a value is missing, is no number, or has 128 bytes or
 *                          more.
 * @retval WRMF_E_OVERFLOW  more than 1,000,000 configurations.
 * @retval WRMF_E_NOMEM     no memory.
 * After a failure the grid is as before. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_add(wrmf_grid *grid, const char *name,
                                                   const char *values, wrmf_error *err);

/** Several at once, "factors=10,20,40 alpha=1,10": all or, on an error, none.
 *  Errors as wrmf_grid_add(); WRMF_E_FORMAT also where a `=`, or what stands on
 *  one side of it, is missing, and WRMF_E_RANGE where 4096 bytes come without
 *  white space. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_parse(wrmf_grid *grid, const char *text,
                                                     wrmf_error *err);

/** Epochs to evaluate at, as wrmf_curve_run(); default 10, 20, 30.
 *  @param[in] epochs  n numbers >= 0, ascending, each once; copied.
 *  @param[in] n       >= 1.
 *  @retval WRMF_E_NULL    grid or epochs is NULL.
 *  @retval WRMF_E_STATE   the grid has run.
 *  @retval WRMF_E_RANGE   n or an epoch is outside its interval.
 *  @retval WRMF_E_FORMAT  epochs do not ascend.
 *  @retval WRMF_E_NOMEM   no memory. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_set_epochs(wrmf_grid *grid, const int64_t *epochs,
                                                          int64_t n, wrmf_error *err);

/** Add an evaluator, whose settings and matrices are copied or held: the
 *  caller's may be changed or freed. At most 16; labels as wrmf_curve_run().
 *  @retval WRMF_E_NULL    grid, label or evaluator is NULL.
 *  @retval WRMF_E_SHAPE   it has another shape than train.
 *  @retval WRMF_E_STATE   the grid has run, or the label is taken.
 *  @retval WRMF_E_FORMAT  the label has other characters, or none.
 *  @retval WRMF_E_RANGE   there are 16 already.
 *  @retval WRMF_E_NOMEM   no memory. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_add_evaluator(wrmf_grid *grid, const char *label,
                                                             const wrmf_evaluator *evaluator,
                                                             wrmf_error *err);

/**
 * Append each curve to a file as it is done, or as it ends early (wrmf/search.h). If the file is
 * there, curves in it are taken from it instead of being computed; a last line that was cut off is
 * dropped, and lines that are damaged are passed over with a warning to the
 * logger: what they held is run again. A line that cannot be written whole is
 * taken off the file again. The path is copied; NULL: no journal (the default).
 * Whether the file can be used shows in wrmf_grid_run().
 * @retval WRMF_E_NULL   grid is NULL.
 * @retval WRMF_E_STATE  the grid has run.
 * @retval WRMF_E_NOMEM  no memory. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_set_journal(wrmf_grid *grid, const char *path,
                                                           wrmf_error *err);

/**
 * Run all configurations, or those that a search tries (wrmf/search.h), that have no curve yet or
 * one that ended early: one a worker if there are at
 * least as many as workers, else one after another with all workers on each.
 * The figures (all columns but seconds) are the same bits either way.
 * @param[in] context  Workers; progress phase "grid", unit configurations.
 * @retval WRMF_E_CANCELLED  the hook asked to stop. Curves that are done stay;
 *                           another run goes on from there.
 * @retval WRMF_E_NONFINITE  a configuration cannot be fitted; its name is in
 *                           the text. The others are run all the same, and of
 *                           several such the first in run order is named.
 * @retval WRMF_E_RANGE      a configuration has unobserved_weight 0, and so is the regularization
 *                           of a side; its name is in the text. As after all that follows, no
 *                           other configuration is begun.
 * @retval WRMF_E_NULL       context or grid is NULL.
 * @retval WRMF_E_NAME       the column of a search is none; the text lists those that there are.
 * @retval WRMF_E_IO         the journal cannot be opened, read or written.
 * @retval WRMF_E_FORMAT     a file at the journal's path is no journal, and is
 *                           left alone; or the matrix has a dislike that a
 *                           configuration refuses (wrmf_negative_counts).
 * @retval WRMF_E_STATE      it is the journal of another matrix, base, list of
 *                           epochs or set of evaluators, or another grid is
 *                           writing it; it is left alone.
 * @retval WRMF_E_NOMEM, WRMF_E_OVERFLOW, WRMF_E_THREAD  as wrmf_curve_run().
 * After any failure curves that are done stay, and another run goes on. Threads: one at a time.
 * Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_run(wrmf_context *context, wrmf_grid *grid,
                                                   wrmf_error *err);

/** The number of configurations in all; 0 if grid is NULL. Since: 0.1 */
WRMF_API int64_t wrmf_grid_size(const wrmf_grid *grid);
/** The number of configurations that have a curve, be it one that ended early; 0 if grid is NULL.
 * Since: 0.1 */
WRMF_API int64_t wrmf_grid_done(const wrmf_grid *grid);
/** The parameters of the i-th configuration in the order they are run;
 *  borrowed from the grid until lists are added. NULL if there is none such, no
 *  memory, or another call uses the grid. Since: 0.1 */
WRMF_API const wrmf_params *wrmf_grid_params(wrmf_grid *grid, int64_t i);

/** Sort the curves, best first, by a column's value at its best point (see
 *  wrmf_curve_best()); equals in the order they are run; a curve whose column
 *  has no number comes last. Before a sort they are in the order they are run.
 *  @retval WRMF_E_NULL   grid or column is NULL.
 *  @retval WRMF_E_STATE  no curve is done.
 *  @retval WRMF_E_NAME   no such column; the text lists them.
 *  @retval WRMF_E_NOMEM  no memory.
 *  After a failure the order is as before. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_sort(wrmf_grid *grid, const char *column,
                                                    wrmf_error *err);

/** The curve at a place, 0 .. wrmf_grid_done() - 1, or NULL. Borrowed from the
 *  grid. Since: 0.1 */
WRMF_API const wrmf_curve *wrmf_grid_curve(const wrmf_grid *grid, int64_t place);
/** The place in run order (the i of wrmf_grid_params()) of the curve at a
 *  place of the sorted order, or -1. Since: 0.1 */
WRMF_API int64_t wrmf_grid_index(const wrmf_grid *grid, int64_t place);

WRMF_END_DECLS
#endif /* WRMF_GRID_H */

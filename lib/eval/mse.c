/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/mse.h"

#include <float.h>
#include <math.h>

#include "linalg/gram.h"
#include "linalg/row_kernels.h"
#include "linalg/twofold.h"
#include "model/grams.h"

wrmf_status wrmf_i_mse_triangle(wrmf_context *context, const wrmf_i_eval_job *job, wrmf_error *err)
{
    const wrmf_i_eval_workspace *const workspace = &job->leader->workspace;
    const int64_t width = job->model->stride;
    double *const triangle = workspace->triangle; /* a Gram matrix not known is made in it */
    const double *gram;
    WRMF_I_TRY(wrmf_i_model_borrow_gram(context, job->model, WRMF_ITEMS, triangle,
                                        workspace->gram_scratch, &gram, err));
    for (int64_t i = 0; i < width; i++)
        for (int64_t j = 0; j < width; j++)
            triangle[i * width + j] = j < i    ? 0
                                      : j == i ? gram[i * width + j]
                                               : 2 * gram[i * width + j];
    return WRMF_OK;
}

void wrmf_i_mse_squares(const wrmf_i_eval_job *job, const wrmf_i_row_query *queries, int64_t n,
                        const wrmf_i_eval_scratch *scratch, double *squares)
{
    const wrmf_i_ranking *const ranking = &job->ranking;
    const wrmf_i_row_kernels_f64 *const kernels = wrmf_i_row_kernels_get_f64(ranking->cpu);
    const int64_t width = job->model->stride;
    double *const rows = scratch->rows, *const products = scratch->products;
    const int32_t zero = 0;
    for (int64_t i = 0; i < n; i++)
        wrmf_i_factors_widen(&ranking->asking.rows, ranking->cpu, queries[i].row, 1,
                             rows + i * width);
    kernels->rotate(rows, n, width, job->leader->workspace.triangle, WRMF_I_UPPER, products,
                    scratch->rotation);
    for (int64_t i = 0; i < n; i++)
        kernels->dots64(rows + i * width, products + i * width, &zero, 1, width, &squares[i]);
}

/* ---- one user ---- */

enum { BLOCK = 256 };
/* The relative error that the expanded sum may have; where rounding may have moved it by more, the
 * squared errors are summed cell by cell, and cannot cancel. */
static const double TOLERANCE = 1e-8;

/* A user's cells. */
typedef struct cells {
    const wrmf_i_factors *items;
    wrmf_i_cpu cpu;
    const double *x;     /* the user's row, padded */
    double x_square;     /* ||x||^2 */
    double trace;        /* the sum of ||y_i||^2 over all items */
    const int32_t *test; /* the user's test items */
    int64_t n_test;
} cells;

/* By how much rounding may have moved the expanded sum, of which the test items have the part
 * whose terms add up to `terms` without their signs. */
static double rounding_of(const wrmf_i_eval_job *job, const cells *c, double terms)
{
    const double *const triangle = job->leader->workspace.triangle;
    const int64_t f = job->model->factors, width = job->model->stride;
    const double n = (double)c->n_test, unit = DBL_EPSILON / 2;
    double reach = 0;
    for (int64_t k = 0; k < f; k++)
        reach += fabs(c->x[k]) * sqrt(triangle[k * width + k]);
    return unit *
           ((wrmf_i_gram_roundings(c->items->n, f) + 2 * (double)f) * reach * reach +
            fmin(n, 8 * sqrt(n)) * terms + 2 * (double)(f + 1) * sqrt(n * c->x_square * c->trace));
}

/* The squared errors of all cells, each from a score in float64. */
static double sum_plainly(const cells *c)
{
    int32_t index[BLOCK];
    double scores[BLOCK], sum = 0;
    int64_t next = 0;
    for (int64_t first = 0; first < c->items->n; first += BLOCK) {
        const int64_t left = c->items->n - first, n = left < BLOCK ? left : BLOCK;
        for (int64_t i = 0; i < n; i++)
            index[i] = (int32_t)(first + i);
        wrmf_i_factors_dots(c->items, c->cpu, c->x, index, n, scores);
        for (; next < c->n_test && c->test[next] < first + n; next++)
            scores[c->test[next] - first] -= 1;
        for (int64_t i = 0; i < n; i++)
            sum += scores[i] * scores[i];
    }
    return sum;
}

/* Numbers divided by a power of 2 that is returned: the largest of them is in 1/2 .. 1. */
static int scale(const double *from, int64_t n, double *to)
{
    int exponent = 0;
    double largest = 0;
    for (int64_t k = 0; k < n; k++)
        largest = fmax(largest, fabs(from[k]));
    (void)frexp(largest, &exponent);
    for (int64_t k = 0; k < n; k++)
        to[k] = ldexp(from[k], -exponent);
    return exponent;
}

/* The same, each from a score in twice the precision of float64, which cannot overflow on its way.
 * Infinite if a score, or the sum, is beyond the doubles. */
static double sum_carefully(const cells *c)
{
    double x[WRMF_I_MAX_FACTORS], y[WRMF_I_MAX_FACTORS], sum = 0;
    const int64_t f = c->items->factors;
    const int exponent = scale(c->x, f, x);
    int64_t next = 0;
    for (int64_t i = 0; i < c->items->n; i++) {
        const bool wanted = next < c->n_test && c->test[next] == i;
        next += wanted;
        wrmf_i_factors_get_row(c->items, i, y);
        const int both = exponent + scale(y, f, y);
        const wrmf_i_twofold dot = wrmf_i_twofold_dot(x, y, f);
        const wrmf_i_twofold score = {ldexp(dot.high, both), ldexp(dot.low, both)};
        if (!isfinite(score.high))
            return (double)INFINITY;
        const double error = wrmf_i_twofold_error(wanted, score);
        sum += error * error;
    }
    return sum;
}

static double sum_cells(const cells *c)
{
    const double unit = (double)(c->items->factors + 1) * DBL_EPSILON / 2;
    const double of_scores = unit * unit * c->x_square * c->trace; /* squares of their errors */
    const double sum = sum_plainly(c);
    if (of_scores <= TOLERANCE * TOLERANCE / 16 * sum && isfinite(sum))
        return sum;
    return sum_carefully(c);
}

double wrmf_i_mse_user(const wrmf_i_eval_job *job, const wrmf_evaluator *evaluator, int64_t user,
                       const double *x, double square)
{
    const wrmf_matrix *const test = evaluator->test;
    const double *const triangle = job->leader->workspace.triangle;
    const int64_t start = test->offsets[user], width = job->model->stride;
    cells c = {.items = &job->ranking.ranked.rows,
               .cpu = job->ranking.cpu,
               .x = x,
               .test = test->indices + start,
               .n_test = test->offsets[user + 1] - start};
    double sum = square, terms = 0, scores[BLOCK];
    if (test->columns == 0)
        return (double)NAN;
    for (int64_t k = 0; k < job->model->factors; k++) {
        c.x_square += x[k] * x[k];
        c.trace += triangle[k * width + k];
    }
    for (int64_t i = 0; i < c.n_test; i += BLOCK) {
        const int64_t n = c.n_test - i < BLOCK ? c.n_test - i : BLOCK;
        wrmf_i_factors_dots(c.items, c.cpu, x, c.test + i, n, scores);
        for (int64_t j = 0; j < n; j++) {
            const double term = 1 - 2 * scores[j];
            sum += term;
            terms += fabs(term);
        }
    }
    if (!(rounding_of(job, &c, terms) <= TOLERANCE * sum) || !isfinite(sum))
        sum = sum_cells(&c);
    return sum / (double)test->columns;
}

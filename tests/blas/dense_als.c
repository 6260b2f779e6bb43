/* SPDX-License-Identifier: BSD-2-Clause */
#include "dense_als.h"

#include <math.h>
#include <string.h>

/* x := a^-1 b for a symmetric positive definite a, by Gaussian elimination */
static void solve(int n, double a[][DENSE_FACTORS_MAX], double *b, double *x)
{
    for (int k = 0; k < n; k++)
        for (int i = k + 1; i < n; i++) {
            const double ratio = a[i][k] / a[k][k];
            for (int j = k; j < n; j++)
                a[i][j] -= ratio * a[k][j];
            b[i] -= ratio * b[k];
        }
    for (int i = n - 1; i >= 0; i--) {
        double sum = b[i];
        for (int j = i + 1; j < n; j++)
            sum -= a[i][j] * x[j];
        x[i] = sum / a[i][i];
    }
}

/* one row: the count of column i is counts[i * stride], its factors fixed + i f */
static void solve_row(const dense *d, int columns, const double *counts, int stride, double lambda,
                      const double *fixed, double *row)
{
    const int f = d->factors;
    double a[DENSE_FACTORS_MAX][DENSE_FACTORS_MAX] = {{0}};
    double b[DENSE_FACTORS_MAX] = {0};
    int pairs = 0;

    for (int i = 0; i < columns; i++) {
        const double count = counts[(long)i * stride];
        const double confidence = 1 + d->alpha * count;
        const double *y = fixed + (long)i * f;
        pairs += count > 0;
        for (int j = 0; j < f; j++) {
            for (int k = 0; k < f; k++)
                a[j][k] += confidence * y[j] * y[k];
            b[j] += count > 0 ? confidence * y[j] : 0;
        }
    }
    for (int j = 0; j < f; j++)
        a[j][j] += lambda;
    if (pairs == 0)
        memset(row, 0, (size_t)f * sizeof *row);
    else
        solve(f, a, b, row);
}

void dense_epoch(const dense *d, double *x, double *y)
{
    for (int u = 0; u < d->users; u++)
        solve_row(d, d->items, d->counts + (long)u * d->items, 1, d->lambda_user, y,
                  x + (long)u * d->factors);
    for (int i = 0; i < d->items; i++)
        solve_row(d, d->users, d->counts + i, d->items, d->lambda_item, x,
                  y + (long)i * d->factors);
}

static double squares(long n, const double *v)
{
    double sum = 0;
    for (long i = 0; i < n; i++)
        sum += v[i] * v[i];
    return sum;
}

double dense_objective(const dense *d, const double *x, const double *y)
{
    double sum = 0;
    for (int u = 0; u < d->users; u++)
        for (int i = 0; i < d->items; i++) {
            const double count = d->counts[(long)u * d->items + i];
            double score = 0;
            for (int k = 0; k < d->factors; k++)
                score += x[(long)u * d->factors + k] * y[(long)i * d->factors + k];
            const double miss = (count > 0) - score;
            sum += (1 + d->alpha * count) * miss * miss;
        }
    return sum + d->lambda_user * squares((long)d->users * d->factors, x) +
           d->lambda_item * squares((long)d->items * d->factors, y);
}

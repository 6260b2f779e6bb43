# SPDX-License-Identifier: BSD-2-Clause
"""The grid of the 2016 article: 180 configurations, 38 epochs and 19 evaluations each.

The other side is implicit, with the article's way to evaluate. libwrmf runs the whole grid: plain
and over-relaxed epochs, with rows solved to working precision and, "3 steps", with three steps of
conjugate gradients, as implicit has them. "third" is a third of the epochs, 13, with an evaluation
after each: a third of the spacing would be two thirds of an epoch. "half" is 19 epochs with 19
evaluations. implicit is measured on samples and extrapolated to 38 epochs and 19 evaluations a
configuration. A sample is two epochs and one evaluation (train and test); of SAMPLES at each number
of factors the median counts.
"""

import statistics
import time

import numpy as np
import scipy.sparse as sp

from common import arguments, datasets, heading, ours, record, table_head, table_row, target
from common import timed, wrmf
from metrics import dense_way, scipy_of
from wrmf_search import Grid

GRID = 'factors=10,20,40,80,120 regularization=0,1e-5,1e-3,1e-1,1e1,1e2 alpha=1,10,50,100,500,1000'
FACTORS = (10, 20, 40, 80, 120)
SAMPLES = 3
ARTICLE, THIRD, HALF = range(2, 39, 2), range(1, 14), range(1, 20)
PLAIN, STEPS = {'relaxation': 1}, {'cg_steps': 3}
SIDES = {
    'plain': (PLAIN, ARTICLE),
    'plain, 3 steps': ({**PLAIN, **STEPS}, ARTICLE),
    'relaxed': ({}, ARTICLE),
    'relaxed, 3 steps': (STEPS, ARTICLE),
    'relaxed, half': ({}, HALF),
    'relaxed, third': ({}, THIRD),
    'relaxed, third, 3 steps': (STEPS, THIRD),
}


def full_grid(context, train, test, heldout, values, epochs):
    """Seconds, configurations, the best test precision@5, and where it lies."""
    evaluators = {
        label: wrmf.Evaluator(
            context,
            data,
            users=heldout,
            cutoffs=[5],
            metrics=['precision', 'mse'],
            protocol='article',
            per_user=False,
        )
        for label, data in (('train', train), ('test', test))
    }
    base = wrmf.Params(context, **values)
    grid = Grid(context, train, base, GRID, np.array(epochs), evaluators)
    seconds = timed(lambda: grid.run(context))
    grid.sort('test_precision@5')
    curves = grid.curves()
    curve = curves[0][1]
    point = curve.best['test_precision@5']
    params = curve.params
    where = (
        f'{params["factors"]} factors, lambda {params["regularization_user"]}, '
        f'alpha {params["alpha"]}, epoch {curve.epochs[point]}'
    )
    return seconds, len(curves), curve.columns['test_precision@5'][point], where


def sample(train, test, heldout, factors, alpha, threads):
    from implicit.cpu.als import AlternatingLeastSquares

    data = sp.csr_matrix(train)
    data.data = (1 + alpha * data.data).astype(np.float32)
    model = AlternatingLeastSquares(
        factors=factors,
        regularization=0.1,
        alpha=1.0,
        iterations=2,
        num_threads=threads,
        random_state=1,
    )
    epoch = timed(lambda: model.fit(data, show_progress=False)) / 2
    start = time.perf_counter()
    for part in (train, test):
        dense_way(model.user_factors, model.item_factors, part, heldout, 5)
    return epoch, time.perf_counter() - start


def run_implicit(options, name, train, test, heldout):
    """Seconds of implicit's grid, extrapolated."""
    parts = scipy_of(train), scipy_of(test)
    total = 0.0
    for factors in FACTORS:
        taken = [sample(*parts, heldout, factors, 40.0, options.threads) for _ in range(SAMPLES)]
        epoch, evaluation = (statistics.median(values) for values in zip(*taken))
        print(
            f'implicit, f = {factors}: {epoch:.3f} s an epoch, '
            f'{evaluation:.2f} s an evaluation (medians of {len(taken)})',
            flush=True,
        )
        total += 36 * (38 * epoch + 19 * evaluation)
    print(f"implicit, the article's metrics, extrapolated: {total:.0f} s ({total / 3600:.1f} h)")
    side = 'implicit, NumPy (extrapolated)'
    record(options, 'grid', shape=name, side=side, seconds=f'{total:.0f}')
    return total


def compare(options, name, matrix):
    context = wrmf.Context(options.threads)
    train, test, heldout = ours(context, matrix).split(5, 0.2, 1)
    print(f'\n{name}: {matrix.shape[0]} x {matrix.shape[1]}, {options.threads} thread(s)\n')
    table_head('epochs and rows', 'points', 'configurations', 'seconds', 'precision@5', 'where')
    seconds = {}
    for label in options.sides.split(';'):
        values, epochs = SIDES[label]
        taken, size, best, where = full_grid(context, train, test, heldout, values, epochs)
        seconds[label] = taken
        table_row(label, len(epochs), size, f'{taken:.1f}', f'{best:.5f}', where)
    print()
    if not options.no_implicit:
        total = run_implicit(options, name, train, test, heldout)
    for label, taken in seconds.items():
        record(options, 'grid', shape=name, side=f'libwrmf, {label}', seconds=f'{taken:.0f}')
        if 'plain' in seconds:
            print(f'plain / {label}: {seconds["plain"] / taken:.2f}')
        if not options.no_implicit:
            print(f'implicit / {label}: {total / taken:.1f}')
            what = f'grid, {name}: libwrmf {label} against implicit with NumPy'
            target(options, what, total / taken, 100)
        if name == 'S':
            target(options, f'grid, S: 8 minutes / libwrmf {label}', 480 / taken, 1)


def main():
    parser = arguments(__doc__)
    parser.add_argument(
        '--sides',
        default='plain;relaxed;relaxed, third',
        help='of libwrmf, separated by semicolons: ' + '; '.join(SIDES),
    )
    parser.add_argument('--no-implicit', action='store_true', help='libwrmf alone')
    options = parser.parse_args()
    heading("The article's grid", wrmf.Context(1))
    for name, matrix in datasets(options, 'likes'):
        compare(options, name, matrix)


if __name__ == '__main__':
    main()

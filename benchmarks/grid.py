# SPDX-License-Identifier: BSD-2-Clause
"""The grid of the 2016 article: 180 configurations, 38 epochs and 19 evaluations each.

The other side is implicit, with the article's way to evaluate. libwrmf runs the whole grid: with
rows solved to working precision, and again with three steps of conjugate gradients, as implicit has
them. implicit is measured on samples and extrapolated to 38 epochs and 19 evaluations a
configuration. A sample is two epochs and one evaluation (train and test); of SAMPLES at each number
of factors the median counts.
"""

import ctypes
import statistics
import time

import numpy as np
import scipy.sparse as sp

from common import arguments, datasets, heading, ours, record, target, timed, wrmf
from metrics import dense_way, scipy_of

GRID = 'factors=10,20,40,80,120 regularization=0,1e-5,1e-3,1e-1,1e1,1e2 alpha=1,10,50,100,500,1000'
FACTORS = (10, 20, 40, 80, 120)
SAMPLES = 3


def full_grid(context, train, test, heldout, **values):
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
    grid = ctypes.c_void_p()
    params = wrmf.Params(context, **values)
    wrmf._call(
        'wrmf_grid_create', context.pointer, train.pointer, params.pointer, ctypes.byref(grid)
    )
    wrmf._call('wrmf_grid_parse', grid, GRID.encode())
    epochs = np.arange(2, 39, 2, dtype=np.int64)
    wrmf._call('wrmf_grid_set_epochs', grid, wrmf._at(epochs), ctypes.c_int64(len(epochs)))
    for label, evaluator in evaluators.items():
        wrmf._call('wrmf_grid_add_evaluator', grid, label.encode(), evaluator.pointer)
    seconds = timed(lambda: wrmf._call('wrmf_grid_run', context.pointer, grid))
    wrmf._call('wrmf_grid_sort', grid, b'test_precision@5')
    curve = wrmf._get('wrmf_grid_curve', ctypes.c_void_p, grid, ctypes.c_int64(0))
    curve = ctypes.c_void_p(curve)
    column = wrmf._get('wrmf_curve_find', ctypes.c_int64, curve, b'test_precision@5')
    point = wrmf._get('wrmf_curve_best', ctypes.c_int64, curve, ctypes.c_int64(column))
    best = wrmf._get(
        'wrmf_curve_value', ctypes.c_double, curve, ctypes.c_int64(point), ctypes.c_int64(column)
    )
    size = wrmf._get('wrmf_grid_done', ctypes.c_int64, grid)
    wrmf._get('wrmf_grid_free', None, grid)
    return seconds, size, best


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


def main():
    parser = arguments(__doc__)
    parser.add_argument('--sides', default='to 1e-6,3 steps', help='of libwrmf')
    options = parser.parse_args()
    heading("The article's grid", wrmf.Context(1))
    for name, matrix in datasets(options, 'likes'):
        context = wrmf.Context(options.threads)
        train, test, heldout = ours(context, matrix).split(5, 0.2, 1)
        ours_ = {
            label: full_grid(
                context, train, test, heldout, **({} if label == 'to 1e-6' else {'cg_steps': 3})
            )
            for label in options.sides.split(',')
        }
        print(
            f'\n{name}: {matrix.shape[0]} x {matrix.shape[1]}, 19 evaluations each, '
            f'{options.threads} thread(s)\n'
        )
        for label, (seconds, size, best) in ours_.items():
            print(
                f'libwrmf, {label}: {size} configurations, {seconds:.1f} s '
                f'({seconds / 60:.1f} minutes); best test precision@5 {best:.5f}',
                flush=True,
            )
        parts = scipy_of(train), scipy_of(test)
        total = 0.0
        for factors in FACTORS:
            taken = [
                sample(*parts, heldout, factors, 40.0, options.threads) for _ in range(SAMPLES)
            ]
            epoch, evaluation = (statistics.median(values) for values in zip(*taken))
            print(
                f'implicit, f = {factors}: {epoch:.3f} s an epoch, '
                f'{evaluation:.2f} s an evaluation (medians of {len(taken)})',
                flush=True,
            )
            total += 36 * (38 * epoch + 19 * evaluation)
        print(
            f'implicit with the article\'s metrics, extrapolated: {total:.0f} s '
            f'({total / 3600:.1f} hours)'
        )
        record(
            options,
            'grid',
            shape=name,
            side='implicit, NumPy (extrapolated)',
            seconds=f'{total:.0f}',
        )
        for label, (seconds, _, _) in ours_.items():
            print(f'ratio, {label}: {total / seconds:.1f}')
            record(options, 'grid', shape=name, side=f'libwrmf, {label}', seconds=f'{seconds:.0f}')
            target(
                options,
                f'grid, {name}: libwrmf {label} against implicit with NumPy',
                total / seconds,
                100,
            )
            if name == 'S':
                target(options, f'grid, S: 8 minutes / libwrmf {label}', 480 / seconds, 1)


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: BSD-2-Clause
"""libwrmf against itself.

One and two threads, CPU levels, solvers, what an objective adds to an epoch, and memory. Sides run
in turn; times are medians of --rounds (5).
"""

import os
import subprocess

import numpy as np

from common import arguments, datasets, heading, in_turn, ours, record, table_head, table_row
from common import target, timed, wrmf
from epoch import LAMBDA, Ours, starting_factors
from wrmf_search import Curve

ROWS = (('to 1e-6', {}), ('3 warm steps', {'cg_steps': 3, 'solver': 'whitened'}))
LEVELS = ('generic', 'avx2', 'avx512', 'avx512vnni', 'neon')


def scaling(options, name, matrix):
    for factors in (64, 128):
        start = starting_factors(matrix, factors)
        for label, values in ROWS:
            sides = {}
            for threads in (1, 2):
                context = wrmf.Context(threads)
                sides[threads] = Ours(context, ours(context, matrix), factors, start, **values)
                sides[threads].run(2)
            epochs = 1 if matrix.nnz > 2_000_000 else 4
            seconds = in_turn(
                {t: lambda s=s: timed(lambda: s.run(epochs)) / epochs for t, s in sides.items()},
                options.rounds,
            )
            ratio = seconds[1] / seconds[2]
            one, two = f'{seconds[1]:.4f}', f'{seconds[2]:.4f}'
            table_row(name, factors, label, one, two, f'{ratio:.2f}')
            target(options, f'one thread / two, epoch, {name}, f = {factors}, {label}', ratio, 1.85)


def levels(options, name, matrix):
    sides, lists = {}, {}
    for level in LEVELS:
        try:
            context = wrmf.Context(options.threads, cpu=level)
        except Exception as problem:
            print(f'({level}: {problem})')
            continue
        train, test, _ = ours(context, matrix).split(5, 0.2, 1)
        model = Ours(context, train, 64, starting_factors(matrix, 64))
        model.run(2)
        evaluator = wrmf.Evaluator(
            context, test, train, cutoffs=[5, 10], metrics=['precision', 'ndcg'], per_user=False
        )
        sides[level] = lambda model=model: timed(lambda: model.run(3)) / 3
        lists[level] = lambda model=model, evaluator=evaluator, context=context: timed(
            lambda: evaluator.run(context, model.model)
        )
    epochs, lists = in_turn(sides, options.rounds), in_turn(lists, options.rounds)
    for level in epochs:
        table_row(name, level, f'{epochs[level]:.4f}', f'{lists[level]:.4f}')
        record(
            options,
            'level',
            shape=name,
            level=level,
            epoch=f'{epochs[level]:.5f}',
            lists=f'{lists[level]:.5f}',
        )


def solvers(options, name, matrix):
    """Whether auto finds the cheaper way.

    It stands beside conjugate gradients for all rows and a factorization for all.
    """
    context = wrmf.Context(options.threads)
    data = ours(context, matrix)
    for factors in (10, 20, 40, 80, 120):
        for alpha in (1, 40, 1000):
            sides = {}
            for solver in ('whitened', 'cholesky', 'auto'):
                params = wrmf.Params(
                    context, factors=factors, alpha=alpha, regularization=0.1, solver=solver
                )
                sides[solver] = wrmf.Model.create(context, *data.shape, params)
                sides[solver].continue_(context, data, 2)
            seconds = in_turn(
                {
                    solver: lambda model=model: timed(lambda: model.continue_(context, data, 2)) / 2
                    for solver, model in sides.items()
                },
                options.rounds,
            )
            table_row(name, factors, alpha, *(f'{value:.4f}' for value in seconds.values()))


def objectives(options, name, matrix):
    """What objectives add to the 20 epochs of a curve: one at each, against one at the end."""
    context = wrmf.Context(options.threads)
    data = ours(context, matrix)
    for factors in (64, 128):
        params = wrmf.Params(context, factors=factors, alpha=40, regularization=0.1)
        seconds = in_turn(
            {
                'end': lambda: timed(lambda: Curve.run(context, data, params, [20], {})),
                'each': lambda: timed(
                    lambda: Curve.run(context, data, params, list(range(1, 21)), {})
                ),
            },
            options.rounds,
        )
        share = (seconds['each'] - seconds['end']) / 19 / (seconds['end'] / 20)
        table_row(name, factors, f'{seconds["end"] / 20:.4f}', f'{share:.3f}')
        target(
            options,
            f'epochs that one objective of a curve may take (10), {name}, f = {factors}: 1 / share',
            1 / share,
            10,
        )


def regularized_by_size(options, name, matrix):
    """A regularization for each row beside one for all, of which it is the mean over the rows."""
    context = wrmf.Context(options.threads)
    data = ours(context, matrix)
    entries = [np.diff(m.indptr) for m in (matrix.tocsr(), matrix.tocsc())]
    for factors in (64, 128):
        start = starting_factors(matrix, factors)
        for label, values in ROWS:
            sides = {'none': Ours(context, data, factors, start, **values)}
            for size in ('cells', 'entries'):
                means = [
                    np.mean(own + (other if size == 'cells' else 0))
                    for own, other in zip(entries, matrix.shape[::-1])
                ]
                sides[size] = Ours(
                    context,
                    data,
                    factors,
                    start,
                    regularization_exponent=1,
                    regularization_size=size,
                    regularization_user=float(LAMBDA / means[0]),
                    regularization_item=float(LAMBDA / means[1]),
                    **values,
                )
            for side in sides.values():
                side.run(2)
            seconds = in_turn(
                {k: lambda s=s: timed(lambda: s.run(4)) / 4 for k, s in sides.items()},
                options.rounds,
            )
            none = seconds.pop('none')
            cells = [f'{value:.4f} ({value / none:.2f})' for value in seconds.values()]
            table_row(name, factors, label, f'{none:.4f}', *cells)
            for size, value in seconds.items():
                what = f'not scaled (1.15) / scaled by {size}, {name}, f = {factors}, {label}'
                target(options, what, 1.15 * none / value, 1)


def memory(options):
    program = os.path.join(options.programs, 'bench-memory')
    print('\nPeak of a fit in MiB, as its allocator counts it, beside the formula of')
    print('docs/performance.md\n')
    columns = ('users', 'items', 'pairs', 'factors', 'threads', 'factors, matrix, W')
    table_head(*columns, 'peak', 'scratch')
    for shape in (
        '15274 25655 547000 128 2',
        '138493 26744 10000000 128 2',
        '500000 100000 10000000 64 2',
        '500000 100000 10000000 128 2',
    ):
        line = subprocess.run(
            [program, *shape.split()], stdout=subprocess.PIPE, text=True, check=True
        ).stdout.strip()
        print(line, flush=True)
        scratch = float(line.rstrip('| ').rsplit('|', 1)[1])
        target(options, f'MiB of scratch below 64, {shape}: 64 / scratch', 64 / scratch, 1)


# each table's columns
TABLES = {
    scaling: ('data', 'f', 'rows', 'one thread', 'two threads', 'ratio'),
    levels: ('data, f = 64', 'level', 'epoch', 'precision@5, nDCG@10'),
    solvers: ('data', 'f', 'alpha', 'whitened', 'cholesky', 'auto'),
    objectives: ('data', 'f', 'epoch', 'an objective in a curve, of an epoch'),
    regularized_by_size: ('data', 'f', 'rows', 'one λ', 'λ by cells', 'λ by entries'),
}


def main():
    parser = arguments(__doc__)
    names = [table.__name__ for table in TABLES]
    parser.add_argument('--programs', default='', help='folder of bench-memory')
    parser.add_argument('--tables', default=','.join(names), help='which; all by default')
    options = parser.parse_args()
    heading('libwrmf against itself', wrmf.Context(1))
    matrices = dict(datasets(options))
    small = {name: matrix for name, matrix in matrices.items() if name in ('S', 'likes')}
    for table, columns in TABLES.items():
        if table.__name__ not in options.tables.split(','):
            continue
        table_head(*columns)
        for name, matrix in (matrices if table is scaling else small).items():
            table(options, name, matrix)
        print()
    if options.programs:
        memory(options)


if __name__ == '__main__':
    main()

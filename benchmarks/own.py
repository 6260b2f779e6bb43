# SPDX-License-Identifier: BSD-2-Clause
"""libwrmf against itself.

One and two threads, CPU levels, solvers, what an objective adds to an epoch, and memory. Sides run
in turn; times are medians of --rounds (5).
"""

import os
import subprocess

from common import arguments, datasets, heading, in_turn, ours, record, table_head, table_row
from common import target, timed, wrmf
from epoch import Ours, starting_factors
from wrmf_search import Curve

LEVELS = ('generic', 'avx2', 'avx512', 'avx512vnni', 'neon')


def scaling(options, name, matrix):
    for factors in (64, 128):
        start = starting_factors(matrix, factors)
        for label, values in (
            ('to 1e-6', {}),
            ('3 warm steps', dict(cg_steps=3, solver='whitened')),
        ):
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


def main():
    parser = arguments(__doc__)
    parser.add_argument('--programs', default='', help='folder of bench-memory')
    options = parser.parse_args()
    heading('libwrmf against itself', wrmf.Context(1))
    matrices = dict(datasets(options))
    table_head('data', 'f', 'rows', 'one thread', 'two threads', 'ratio')
    for name, matrix in matrices.items():
        scaling(options, name, matrix)
    small = {name: matrix for name, matrix in matrices.items() if name in ('S', 'likes')}
    print()
    table_head('data, f = 64', 'level', 'epoch', 'precision@5, nDCG@10')
    for name, matrix in small.items():
        levels(options, name, matrix)
    print()
    table_head('data', 'f', 'alpha', 'whitened', 'cholesky', 'auto')
    for name, matrix in small.items():
        solvers(options, name, matrix)
    print()
    table_head('data', 'f', 'epoch', 'an objective in a curve, of an epoch')
    for name, matrix in small.items():
        objectives(options, name, matrix)
    if options.programs:
        memory(options)


if __name__ == '__main__':
    main()

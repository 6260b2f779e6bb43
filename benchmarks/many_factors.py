# SPDX-License-Identifier: BSD-2-Clause
"""Many factors: objective and held-out quality against time, all solvers and the peers'.

A fit on the train part of a split goes on, epoch by epoch, until it has reached the objective that
libwrmf has after five plain epochs of exact rows, or --patience seconds are gone. All sides but
cmfrec begin at the same factors, but "svd", whose start is made by its first epoch. After each
epoch libwrmf computes, untimed, the objective in float64 and the test nDCG@20 of half of the users,
seen items left out. Two clocks run: the wall, and the process's CPU time divided by --threads,
which is what the wall would show on a machine of one's own and which a shared machine disturbs
less. Rows that are over-relaxed are measured as they are carried, one epoch at a time, as a host
sees them that goes on epoch by epoch.

What the peers offer: irspack's iALS++ with subspaces of 32, 64 and 128 factors and its three steps
of conjugate gradients; those of implicit and cmfrec.
"""

import time

import numpy as np

from common import arguments, datasets, heading, ours, record, table_head, table_row, target, wrmf
from epoch import ALPHA, LAMBDA, Cmfrec, Implicit, Irspack, Ours, guarded, objective
from epoch import starting_factors
from metrics import scipy_of

MOST_EPOCHS = 20
RELAXED = 1.75  # the default
PLAIN = 'libwrmf exact, plain'


class Far(Ours):
    """libwrmf on its way to many more epochs."""

    def __init__(self, context, data, factors, start, **values):
        super().__init__(context, data, factors, start, iterations=1000, **values)


def makers(context, matrix, data, factors, threads, peers):
    start = starting_factors(matrix, factors)

    def own(**values):
        rows = None if 'init' in values else start
        return lambda: Far(context, data, factors, rows, **values)

    sides = {
        PLAIN: own(relaxation=1),
        'libwrmf exact': own(relaxation=RELAXED),
        'libwrmf 3 warm steps, plain': own(solver='whitened', cg_steps=3, relaxation=1),
        'libwrmf 3 warm steps': own(solver='whitened', cg_steps=3, relaxation=RELAXED),
        'libwrmf exact, svd': own(relaxation=RELAXED, init='svd'),
        'libwrmf 3 warm steps, svd': own(
            solver='whitened', cg_steps=3, relaxation=RELAXED, init='svd'
        ),
        'libwrmf blocks of 64, svd': own(solver='blocks', relaxation=RELAXED, init='svd'),
        'libwrmf blocks of 64, plain': own(solver='blocks', relaxation=1),
        'libwrmf blocks of 32': own(solver='blocks', block_size=32, relaxation=RELAXED),
        'libwrmf blocks of 64': own(solver='blocks', relaxation=RELAXED),
        'libwrmf blocks of 128': own(solver='blocks', block_size=128, relaxation=RELAXED),
    }
    for size in (32, 64, 128):
        sides[f'irspack iALS++ {size}'] = lambda size=size: Irspack(
            matrix, factors, start, 'IALSPP', threads, size
        )
    sides['irspack CG-3'] = lambda: Irspack(matrix, factors, start, 'CG', threads)
    sides['implicit CG-3'] = lambda: Implicit(matrix, factors, start, True, threads)
    sides['cmfrec CG-3'] = lambda: Cmfrec(matrix, factors, threads)
    return {name: make for name, make in sides.items() if peers or name.startswith('libwrmf')}


def quality(context, evaluator, model_of, side):
    model = side.model if isinstance(side, Ours) else model_of(side.factors())
    evaluator.run(context, model)
    return evaluator.value('ndcg', 20)


def follow(options, side, epochs, measure, enough):
    """[(wall seconds, CPU seconds of a thread, objective, quality)] after each epoch."""
    points, wall, cpu = [], 0.0, 0.0
    for epoch in range(1, epochs + 1):
        start = time.perf_counter(), time.process_time()
        side.run(epoch if isinstance(side, Cmfrec) else 1)
        spent = time.perf_counter() - start[0], (time.process_time() - start[1]) / options.threads
        if isinstance(side, Cmfrec):  # each of its points is a fit of its own
            wall, cpu = spent
        else:
            wall, cpu = wall + spent[0], cpu + spent[1]
        points.append((wall, cpu, *measure(side)))
        if (enough and points[-1][2] <= enough) or wall > options.patience:
            break
    return points


def reached(points, enough, clock):
    return next((point[clock] for point in points if point[2] <= enough), None)


def shown(value, text):
    return '-' if value is None else format(value, text)


def write_rows(options, name, factors, label, points):
    for epoch, (wall, cpu, value, ndcg) in enumerate(points, 1):
        record(
            options,
            'many_factors',
            shape=name,
            f=factors,
            solver=label,
            epoch=epoch,
            wall=f'{wall:.4f}',
            cpu=f'{cpu:.4f}',
            objective=f'{value:.1f}',
            ndcg=f'{ndcg:.5f}',
        )


def compare(options, name, matrix, factors):
    context = wrmf.Context(options.threads)
    train, test, _ = ours(context, matrix).split(5, 0.5, 1)
    scipy_train = scipy_of(train)
    evaluator = wrmf.Evaluator(
        context, test, train, cutoffs=[20], metrics=['ndcg'], per_user=False
    )

    def model_of(rows):
        model = wrmf.Model.create(context, *train.shape, wrmf.Params(context, factors=factors))
        for side in (0, 1):
            model.set_rows(side, np.asarray(rows[side], dtype=np.float64)[:, :factors])
        return model

    def measure(side):
        return (
            objective(context, train, factors, side.factors()),
            quality(context, evaluator, model_of, side),
        )

    enough, table = None, {}
    sides = makers(context, scipy_train, train, factors, options.threads, options.peers)
    for label, make in sides.items():
        if options.only and not any(part in label for part in options.only.split(',')):
            if label != PLAIN:
                continue
        side = guarded(make)
        if not side:
            continue
        points = follow(options, side, 5 if label == PLAIN else MOST_EPOCHS, measure, enough)
        enough = enough or points[-1][2]
        write_rows(options, name, factors, label, points)
        table[label] = points
        print(label, [f'{p[1]:.2f} s {p[2]:.0f} {p[3]:.4f}' for p in points], flush=True)
        del side
    print(f'\n{name}: {train.shape[0]} x {train.shape[1]}, {train.entries} pairs, f = {factors},')
    print(f'{options.threads} thread(s), alpha {ALPHA:g}, lambda {LAMBDA:g}: until {enough:.0f}\n')
    table_head('solver', 'epochs', 'CPU s a thread', 'wall s', 'an epoch, CPU s', 'best nDCG@20')
    for label, points in table.items():
        cpu, wall = reached(points, enough, 1), reached(points, enough, 0)
        epochs = len(points) if cpu else f'> {len(points)}'
        best = max(point[3] for point in points)
        row = shown(cpu, '.2f'), shown(wall, '.2f'), f'{points[-1][1] / len(points):.2f}'
        table_row(label, epochs, *row, f'{best:.4f}')
    times = {label: reached(points, enough, 1) for label, points in table.items()}
    mine = [v for label, v in times.items() if label.startswith('libwrmf') and v]
    theirs = [v for label, v in times.items() if 'iALS++' in label and v]
    if mine and theirs:
        what = f'many factors, {name}, f = {factors}: time until the objective, irspack iALS++'
        target(options, what, min(theirs) / min(mine), 4)
        print(f'\niALS++ of irspack takes {min(theirs) / min(mine):.1f} times as long')


def main():
    parser = arguments(__doc__)
    parser.add_argument('--patience', type=float, default=120, help='wall seconds of a side')
    parser.add_argument('--only', default='', help='sides whose name has one of these parts')
    parser.add_argument('--no-peers', dest='peers', action='store_false')
    options = parser.parse_args()
    heading('Many factors', wrmf.Context(1))
    for name, matrix in datasets(options, 'S'):
        for factors in (options.factors or '512,1024').split(','):
            compare(options, name, matrix, int(factors))


if __name__ == '__main__':
    main()

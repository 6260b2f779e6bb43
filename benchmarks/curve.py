# SPDX-License-Identifier: BSD-2-Clause
"""The objective against wall time, epoch by epoch, all sides from the same factors.

Up to 128 factors (--factors 64,128 is the default) every side runs 8 epochs. With more, libwrmf
stands beside irspack's solvers, each of which runs until it reaches the objective that libwrmf has
after 5 epochs, but 20 epochs at most. Time is that of epochs alone; libwrmf computes the objective,
in float64. cmfrec cannot be continued: its points are fits of 1, 2, ... iterations, each timed
whole.
"""

from common import arguments, datasets, heading, ours, record, table_head, table_row, target
from common import timed, wrmf
from epoch import Cmfrec, EXACT, Irspack, Ours, WARM, make_sides, objective, starting_factors

EPOCHS = 8  # of each side, up to 128 factors
MAX_EPOCHS = 20  # of a side that has not reached the objective, with more factors


def follow(side, epochs, measure, enough=None):
    """[(seconds so far, objective)] after each epoch."""
    points, spent = [], 0.0
    for epoch in range(1, epochs + 1):
        if isinstance(side, Cmfrec):
            spent = timed(lambda: side.run(epoch))
        else:
            spent += timed(lambda: side.run(1))
        points.append((spent, measure(side)))
        if enough is not None and points[-1][1] <= enough:
            break
    return points


def write(options, name, factors, label, points):
    for epoch, (seconds, value) in enumerate(points, 1):
        record(
            options,
            'curve',
            shape=name,
            f=factors,
            solver=label,
            epoch=epoch,
            seconds=f'{seconds:.4f}',
            objective=f'{value:.1f}',
        )


def compare(options, name, matrix, factors):
    context = wrmf.Context(options.threads)
    data = ours(context, matrix)
    start, sides = make_sides(context, matrix, data, factors, options.threads)
    plain = Ours(context, data, factors, start, solver='cg', cg_steps=3)
    sides['libwrmf (3 plain steps)'] = plain
    curves = {}
    for label, side in sides.items():
        side.run(1)  # not timed: it allocates buffers and starts threads
        side.restart(start)
        curves[label] = follow(
            side, EPOCHS, lambda s: objective(context, data, factors, s.factors())
        )
        write(options, name, factors, label, curves[label])
    print(
        f'\n{name}, f = {factors}, {options.threads} thread(s): '
        'objective after each epoch (seconds so far)\n'
    )
    table_head('solver', *(str(epoch) for epoch in range(1, EPOCHS + 1)))
    for label, points in curves.items():
        table_row(label, *(f'{value:.0f} ({seconds:.2f})' for seconds, value in points))
    for peer in ('irspack CG-3', 'libwrmf (3 plain steps)'):
        if peer in curves:
            worse = sum(
                ours_[1] > theirs[1] * (1 + 1e-7)
                for ours_, theirs in zip(curves[WARM], curves[peer])
            )
            target(
                options,
                f'objective, {name}, f = {factors}: epochs of {EPOCHS} at which {WARM} '
                f'is not above {peer}',
                EPOCHS - worse,
                EPOCHS,
            )


def wide(options, name, matrix, factors):
    """libwrmf against irspack's best solver, at equal objective."""
    context = wrmf.Context(options.threads)
    data = ours(context, matrix)
    start = starting_factors(matrix, factors)
    measure = lambda s: objective(context, data, factors, s.factors())  # noqa: E731
    sides = {
        EXACT: Ours(context, data, factors, start),
        WARM: Ours(context, data, factors, start, cg_steps=3, solver='whitened'),
        'irspack CG-3': Irspack(matrix, factors, start, 'CG', options.threads),
    }
    for size in (32, 64, 128):
        sides[f'irspack iALS++ {size}'] = Irspack(
            matrix, factors, start, 'IALSPP', options.threads, size
        )
    print(
        f'\n{name}, f = {factors}, {options.threads} thread(s): '
        'until the objective that libwrmf has after 5 epochs\n'
    )
    table_head('solver', 'epochs', 'seconds', 'objective', 'reached')
    enough, seconds = None, {}
    for label, side in sides.items():
        side.run(1)
        side.restart(start)
        points = follow(side, 5 if enough is None else MAX_EPOCHS, measure, enough)
        if enough is None:
            enough = points[-1][1] * (1 + 1e-6)
        write(options, name, factors, label, points)
        spent, value = points[-1]
        reached = value <= enough
        if reached:
            seconds[label] = spent
        said = 'yes' if reached else 'no'
        table_row(label, len(points), f'{spent:.2f}', f'{value:.0f}', said)
    best = min(
        (value for label, value in seconds.items() if label.startswith('irspack')),
        default=float('inf'),
    )
    mine = min(value for label, value in seconds.items() if label.startswith('libwrmf'))
    target(
        options,
        f'epochs, {name}, f = {factors}: libwrmf against the best solver of irspack '
        'at equal objective',
        best / mine,
        1.5,
    )


def main():
    options = arguments(__doc__).parse_args()
    heading('Objective against wall time', wrmf.Context(1))
    for name, matrix in datasets(options):
        for factors in map(int, (options.factors or '64,128').split(',')):
            (compare if factors <= 128 else wide)(options, name, matrix, factors)


if __name__ == '__main__':
    main()

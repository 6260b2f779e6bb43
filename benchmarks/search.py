# SPDX-License-Identifier: BSD-2-Clause
"""How near a search comes to the full grid, and what it costs: wrmf/search.h on the article's grid.

For each seed the matrix is split anew (or, with --splits, into one of so many splits in turn), the
full grid is run on a split that is new, and then each search, with the seed, without the grid's
journal. --only leaves the other seeds to other processes, so that they run side by side. "of the
best" is the best test precision@5 that the search found over that of the grid; "epochs" and
"seconds" are shares of the grid's. Epochs count those that were run, configurations that are fitted
anew from their start on a later rung included; those of many factors cost more. Seconds are the
processors', all threads together, so that other work on the machine counts less.

--replay JOURNAL looks up what a search along coordinates comes to among the curves of a whole grid,
as --journal left it, where each is cut by the patience: from the middle, and from the best of eight
configurations that each seed draws, without and with some that go on in the end (before which the
eight are compared at their second point). Seconds are those of the fits, without evaluations.
"""

import statistics
import sys
import time

import numpy as np

from common import arguments, datasets, heading, ours, record, table_head, table_row, thinned
from common import wrmf
from coordinates import Coordinates
from wrmf_search import Grid

# the article's; factors, which make fits longer, are last
GRID = 'regularization=0,1e-5,1e-3,1e-1,1e1,1e2 alpha=1,10,50,100,500,1000 factors=10,20,40,80,120'
COLUMN = 'test_precision@5'
# what Grid.search() is asked for
SEARCHES = {
    'coordinates': dict(coordinates=True, patience=2),
    'coordinates, from 8 drawn': dict(coordinates=True, sample=8, patience=2),
    'coordinates, patience 1': dict(coordinates=True, patience=1),
    'coordinates, from 8 drawn, patience 1': dict(coordinates=True, sample=8, patience=1),
    'coordinates, 8 go on': dict(coordinates=True, patience=2, finish=8),
    'coordinates, from 8 drawn, patience 1, 12 go on': dict(
        coordinates=True, sample=8, eta=8, first_epoch=4, patience=1, finish=12
    ),
    'random, 18': dict(sample=18),
    'random, 36, patience 2': dict(sample=36, patience=2),
    'halving, eta 4': dict(eta=4, patience=2),
    'halving, eta 6': dict(eta=6, patience=2),
    'halving, eta 8': dict(eta=8, patience=2),
    'halving, 90, eta 4': dict(sample=90, eta=4, patience=2),
    'halving, 90, eta 6': dict(sample=90, eta=6, patience=2),
    'halving, 120, eta 8': dict(sample=120, eta=8, patience=2),
    'halving from 4, 60, eta 6': dict(sample=60, eta=6, first_epoch=4, patience=2),
    'halving from 4, eta 8': dict(eta=8, first_epoch=4, patience=2),
}


def patient_epochs(curve, patience):
    """The last epoch that patience leaves a curve."""
    values = curve.columns[COLUMN]
    return curve.epochs[end_of(values, patience) if patience else len(values) - 1]


def end_of(values, patience):
    """The point at which patience is over, or the last one."""
    ends = (p for p in range(len(values)) if p - values[: p + 1].argmax() >= patience)
    return next(ends, len(values) - 1)


def epochs_run(curves, epochs, search):
    """The epochs of all trials: one that went from rung to rung, or on in the end, began anew."""
    eta, patience = search.get('eta', 0), search.get('patience', 0)
    total = 0
    rungs = []
    if eta:
        rungs = [next(e for e in epochs if e >= search.get('first_epoch', 1))]
        while rungs[-1] != epochs[-1]:
            rungs.append(next((e for e in epochs if e >= eta * rungs[-1]), epochs[-1]))
    for curve in curves:
        last = patient_epochs(curve, patience)
        # a search along coordinates that halving begins runs most configurations without rungs
        passed = [] if search.get('coordinates') else [rung for rung in rungs if rung < last]
        total += sum(passed) + last + (curve.epochs[-1] if curve.epochs[-1] > last else 0)
    return total


def run(context, split, grid, epochs, seed, search, journal=''):
    """Seconds of the processors, epochs, and the best value."""
    train, test, heldout = split
    evaluator = wrmf.Evaluator(
        context,
        test,
        train=train,
        users=heldout,
        cutoffs=[5],
        metrics=['precision'],
        protocol='article',
        per_user=False,
    )
    base = wrmf.Params(context)
    searched = Grid(context, train, base, grid, np.array(epochs), {'test': evaluator})
    if search:
        searched.search(COLUMN, seed=seed, **search)
    elif journal:
        searched.journal(journal)
    before = time.process_time()
    searched.run(context)
    seconds = time.process_time() - before
    searched.sort(COLUMN)
    curves = [curve for _, curve in searched.curves()]
    taken = (
        epochs_run(curves, epochs, search)
        if search
        else sum(curve.epochs[-1] for curve in curves)
    )
    best = curves[0].columns[COLUMN][curves[0].best[COLUMN]]
    return seconds, taken, best


def read_journal(path, lists):
    """Seconds and values of each configuration, by its place in the grid."""
    names = [name if name != 'regularization' else 'regularization_user' for name in lists]
    curves = {}
    with open(path) as file:
        header = next(file)
        columns = header.rstrip('\n').split('columns=')[1].split(',')
        epochs = header.split(' epochs=')[1].split(' ')[0].split(',')
        for line in file:
            settings, _, numbers = line.partition('\t')
            params = dict(text.split('=', 1) for text in settings.split(' '))
            table = np.array(numbers.split()[: len(columns) * len(epochs)], dtype=float)
            table = table.reshape(len(epochs), len(columns))
            place = tuple(
                [float(value) for value in values].index(float(params[name]))
                for name, values in zip(names, lists.values())
            )
            curves[place] = table[:, columns.index('seconds')], table[:, columns.index(COLUMN)]
    return curves


def look_up(curves, lists, patience, drawn, finish):
    """Configurations, points and seconds of a search along coordinates, and the best it finds."""
    points, seconds = [], []

    def run_to(place, last):
        fits, values = curves[place]
        points.append(last + 1)
        seconds.append(fits[last])
        return values[: last + 1].max()

    def evaluate(place):
        return run_to(place, end_of(curves[place][1], patience))

    search = Coordinates(list(lists.values()), evaluate)
    if drawn and finish:  # the best by the second point
        drawn = [max(drawn, key=lambda place: run_to(place, 1))]
    search.run(drawn or [search.middle()])
    best = sorted(search.found, key=search.found.get, reverse=True)
    value = search.found[best[0]]
    for place in best[:finish]:
        last = len(curves[place][1]) - 1
        if end_of(curves[place][1], patience) < last:
            value = max(value, run_to(place, last))
    return len(search.found), sum(points), sum(seconds), value


def replay(options):
    lists = dict(text.split('=') for text in options.grid.split(' '))
    lists = {name: values.split(',') for name, values in lists.items()}
    curves = read_journal(options.replay, lists)
    best = max(values.max() for _, values in curves.values())
    whole = sum(seconds[-1] for seconds, _ in curves.values())
    points = sum(len(seconds) for seconds, _ in curves.values())
    size = int(np.prod([len(values) for values in lists.values()]))
    print(f'{len(curves)} of {size} configurations, fits of {whole:.0f} s, best {best:.5f}\n')
    if len(curves) < size:
        sys.exit('the journal lacks configurations')
    places = sorted(curves)
    table_head('search', 'configurations', 'epochs', 'seconds', 'most', 'of the best', 'least')
    for patience, finish in ((1, 0), (1, 12), (2, 0), (2, 8)):
        for drawn in (0, 8):
            rows = []
            for seed in range(1, (options.seeds if drawn else 1) + 1):
                order = np.random.default_rng(seed).permutation(len(places))
                starts = [places[i] for i in order[:drawn]]
                tried, taken, seconds, value = look_up(curves, lists, patience, starts, finish)
                rows.append((tried, taken / points, seconds / whole, value / best))
            tried, taken, seconds, value = zip(*rows)
            start = f'from the best of {drawn} drawn' if drawn else 'from the middle'
            if drawn and finish:
                start += ' by epoch 4'
            table_row(
                f'{start}, patience {patience}' + (f', {finish} go on' if finish else ''),
                f'{statistics.mean(tried):.1f}',
                f'{statistics.mean(taken):.3f}',
                f'{statistics.mean(seconds):.3f}',
                f'{max(seconds):.3f}',
                f'{statistics.mean(value):.4f}',
                f'{min(value):.4f}',
            )


def compare(options, name, matrix):
    context = wrmf.Context(options.threads)
    epochs = list(range(2, options.last + 1, 2))
    print(
        f'\n{name}: {matrix.shape[0]} x {matrix.shape[1]}, {int(matrix.nnz)} pairs, '
        f'{options.threads} thread(s), {options.seeds} seed(s), {options.grid}\n'
    )
    searches = options.searches.split(';') if options.searches else list(SEARCHES)
    shares = {label: [] for label in searches}
    wholes = {}
    for seed in range(1, options.seeds + 1):
        number = (seed - 1) % (options.splits or options.seeds) + 1
        if options.only and str(seed) not in options.only.split(','):
            continue
        split = ours(context, matrix).split(5, 0.2, number)
        if options.skip_grid:
            wholes[number] = 1, 1, 1
        elif number not in wholes:
            wholes[number] = run(
                context, split, options.grid, epochs, seed, None, options.journal
            )
            seconds, taken, best = wholes[number]
            print(f'split {number}: the grid: {seconds:.1f} s, {taken} epochs, {best:.5f}')
        whole = wholes[number]
        for label in searches:
            found = run(context, split, options.grid, epochs, seed, SEARCHES[label])
            print(f'seed {seed}: {label}: {found[0]:.1f} s, {found[1]} epochs, {found[2]:.5f}')
            sys.stdout.flush()
            shares[label].append([a / b for a, b in zip(found, whole)])
    print()
    table_head('search', 'seconds', 'epochs', 'of the best: mean', 'least', 'within 1 %')
    for label, rows in shares.items():
        seconds, taken, best = zip(*rows)
        near = sum(value >= 0.99 for value in best)
        table_row(
            label,
            f'{statistics.mean(seconds):.3f}',
            f'{statistics.mean(taken):.3f}',
            f'{statistics.mean(best):.4f}',
            f'{min(best):.4f}',
            f'{near} of {len(best)}',
        )
        record(
            options,
            'search',
            shape=name,
            search=label,
            seconds=f'{statistics.mean(seconds):.4f}',
            epochs=f'{statistics.mean(taken):.4f}',
            best=f'{statistics.mean(best):.4f}',
            least=f'{min(best):.4f}',
            near=near,
        )


def main():
    parser = arguments(__doc__)
    parser.add_argument('--seeds', type=int, default=10)
    parser.add_argument('--replay', default='', help='a journal of the whole grid')
    parser.add_argument('--splits', type=int, default=0, help='0: one for each seed')
    parser.add_argument('--only', default='', help='of the seeds, these: 1,4')
    parser.add_argument('--skip-grid', action='store_true', help='print what is found as it is')
    parser.add_argument('--journal', default='', help='of the grid; for one split')
    parser.add_argument('--grid', default=GRID)
    parser.add_argument('--last', type=int, default=38, help='epoch; evaluated at every second one')
    parser.add_argument(
        '--searches', default='', help='separated by semicolons: ' + '; '.join(SEARCHES)
    )
    parser.add_argument('--least', type=int, default=5, help='pairs of each user and item')
    options = parser.parse_args()
    heading('Searches', wrmf.Context(1))
    if options.replay:
        replay(options)
        return
    for name, matrix in datasets(options, 'likes'):
        compare(options, name, thinned(matrix, options.least))


if __name__ == '__main__':
    main()

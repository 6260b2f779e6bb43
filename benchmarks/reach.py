# SPDX-License-Identifier: BSD-2-Clause
"""Wall time until a fit is as good as asked, against irspack, implicit and cmfrec.

Two goals: the objective that exact plain alternating least squares have after --goal (30) epochs,
on all pairs; and test nDCG@20, seen items left out, within 1 % of the best that any side has on its
way, 20 % of each user's pairs being held out.

First each side goes epoch by epoch, untimed work between epochs, until it is there: that gives the
epochs that it needs. A peer's further settings are given up where they take longer than its best
one so far; --most epochs or --patience seconds end a side that is not there, which ">" marks. Then
each side is timed: whole fits of so many epochs, in turn, medians of --rounds.

Time is that of fitting alone, from matrices that each library has in the form in which it takes
them: for all sides with what they do once (transposes, orders, scratch, random start), without
evaluations. libwrmf computes the objective in float64, and nDCG, for everyone's factors. irspack
and implicit begin at libwrmf's random start; "svd" are fits with init=svd. cmfrec cannot be started
from given factors, and its own start leads elsewhere: its goal is the objective that exact plain
epochs of libwrmf have after 29 more from the factors that cmfrec has after one. Nor can it be
continued: its epochs are found by fits of 8, 16, 32, ... and then by halving, or by fits of
QUALITY_EPOCHS.
BLAS has one thread a worker, or as many as there are workers where that is faster for two epochs.
"""

import contextlib
import re
import statistics
import sys
import time

import numpy as np

from common import arguments, datasets, heading, held_out, ours, record, table_head, table_row
from common import target, timed, wrmf
from epoch import Cmfrec, guarded, Implicit, Irspack, objective
from wrmf_search import Curve

CLOSE = 1e-6  # relative excess at which an objective counts as reached
QUALITY_EPOCHS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30)  # of cmfrec
# What is asked of libwrmf: so many times as fast as each peer's best setting.
ASKED = {'irspack': 8, 'implicit': 12, 'cmfrec': 12}
ASKED_QUALITY = 5

OURS = {
    'libwrmf': {},
    'libwrmf 3 steps': {'cg_steps': 3},
    'libwrmf svd': {'init': 'svd'},
    'libwrmf svd 3 steps': {'init': 'svd', 'cg_steps': 3},
    'libwrmf plain': {'relaxation': 1},
    'libwrmf plain 3 steps': {'relaxation': 1, 'cg_steps': 3},
}
# Of each library, the setting that is expected to be its best comes first.
PEERS = {
    'irspack CG-3': ('irspack', {'solver': 'CG'}),
    'irspack CG-2': ('irspack', {'solver': 'CG', 'steps': 2}),
    'irspack CG-4': ('irspack', {'solver': 'CG', 'steps': 4}),
    'irspack CG-5': ('irspack', {'solver': 'CG', 'steps': 5}),
    'irspack iALS++ 32': ('irspack', {'solver': 'IALSPP', 'subspace': 32}),
    'irspack iALS++ 64': ('irspack', {'solver': 'IALSPP', 'subspace': 64}),
    'irspack exact': ('irspack', {'solver': 'CHOLESKY'}),
    'implicit CG-3': ('implicit', {}),
    'implicit CG-2': ('implicit', {'steps': 2}),
    'implicit CG-4': ('implicit', {'steps': 4}),
    'implicit CG-5': ('implicit', {'steps': 5}),
    'implicit exact': ('implicit', {'cg': False}),
    # what it leaves of the users after its steps is far from their solutions: its best setting ends
    # with an exact half-epoch of them
    'cmfrec CG-3, exact end': ('cmfrec', {'finalize': True}),
    'cmfrec CG-3': ('cmfrec', {}),
    'cmfrec CG-2, exact end': ('cmfrec', {'steps': 2, 'finalize': True}),
    'cmfrec CG-5, exact end': ('cmfrec', {'steps': 5, 'finalize': True}),
    'cmfrec exact': ('cmfrec', {'cg': False}),
}


def make_peer(label, case):
    library, values = PEERS[label]
    values = {'alpha': case.alpha, 'regularization': case.regularization, **values}
    if library == 'irspack':
        solver = values.pop('solver')
        return Irspack(case.matrix, case.factors, case.start, solver, case.threads, **values)
    if library == 'implicit':
        cg = values.pop('cg', True)
        return Implicit(case.matrix, case.factors, case.start, cg, case.threads, **values)
    return Cmfrec(case.matrix, case.factors, case.threads, **values)


class Case:
    """One data set, setting and goal."""

    def __init__(self, options, name, matrix, factors, setting, test=None):
        self.options, self.name, self.matrix, self.factors = options, name, matrix, factors
        self.threads = options.threads
        self.alpha, self.regularization = map(float, setting.split(':'))
        self.context = wrmf.Context(options.threads)
        self.data = ours(self.context, matrix)
        self.evaluator = test is not None and wrmf.Evaluator(
            self.context,
            ours(self.context, test),
            self.data,
            cutoffs=[20],
            metrics=['ndcg'],
            exclude='train',
            per_user=False,
        )
        model = wrmf.Model.create(self.context, *matrix.shape, self.params())
        self.start = [model.rows(side) for side in (0, 1)]

    def params(self, **values):
        return wrmf.Params(
            self.context,
            factors=self.factors,
            alpha=self.alpha,
            regularization=self.regularization,
            **values,
        )

    def measure(self, rows):
        """The objective of factors, or their nDCG where there is a test matrix."""
        rows = [np.asarray(part, dtype=np.float64)[:, : self.factors] for part in rows]
        if not self.evaluator:
            setting = self.alpha, self.regularization
            return objective(self.context, self.data, self.factors, rows, *setting)
        model = wrmf.Model.create(self.context, *self.matrix.shape, self.params())
        for side in (0, 1):
            model.set_rows(side, rows[side])
        return self.evaluator.run(self.context, model).value('ndcg', 20)

    def curve(self, epochs, **values):
        """What libwrmf's fits of so many epochs each give."""
        evaluators = {'test': self.evaluator} if self.evaluator else {}
        curve = Curve.run(self.context, self.data, self.params(**values), epochs, evaluators)
        return curve.columns['test_ndcg@20' if self.evaluator else 'objective']

    def fit(self, epochs, **values):
        """Seconds of a fit from a matrix whose transpose nobody has asked for yet."""
        data = ours(self.context, self.matrix)
        params = self.params(iterations=epochs, **values)
        return timed(lambda: wrmf.Model.fit(self.context, data, params))


class Trace:
    """How a side went: points, of which each is (epochs, seconds so far, measure)."""

    def __init__(self, case, enough):
        self.case, self.enough = case, enough  # enough(measure), or None: go to the end
        self.points = []
        self.reached = False

    def add(self, epochs, seconds, rows):
        """Whether the side is to go on."""
        measure = self.case.measure(rows)
        self.points.append((epochs, seconds, measure))
        self.reached = self.enough is not None and self.enough(measure)
        return not self.reached


class Enough(Exception):
    pass


def trace_irspack(side, trace, most, patience):
    seconds = timed(side.prepare)
    side.restart(trace.case.start)
    for epoch in range(1, most + 1):
        seconds += timed(lambda: side.run(1))
        if not trace.add(epoch, seconds, side.factors()) or seconds > patience:
            return


def trace_implicit(side, trace, most, patience):
    side.restart(trace.case.start)
    side.model.iterations = most
    start, spent = time.perf_counter(), 0.0

    def on_epoch(epoch, *_):
        nonlocal spent
        now = time.perf_counter()
        seconds = now - start - spent
        if not trace.add(epoch + 1, seconds, side.factors()) or seconds > patience:
            raise Enough
        spent += time.perf_counter() - now

    with contextlib.suppress(Enough):
        side.model.fit(side.data, show_progress=False, callback=on_epoch)


def trace_cmfrec(side, trace, most, patience):
    def is_enough(epochs):
        seconds = timed(lambda: side.run(epochs))
        trace.add(epochs, seconds, side.factors())
        return trace.reached or seconds > patience

    if trace.enough is None:
        for epochs in QUALITY_EPOCHS:
            if epochs <= most and is_enough(epochs):
                return
        return
    low, high = 0, min(8, most)  # not there after low epochs
    while not is_enough(high):
        if high == most:
            return
        low, high = high, min(2 * high, most)
    if not trace.reached:
        return
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    trace.reached = True
    trace.points.sort()
    trace.points = [point for point in trace.points if point[0] <= high]


FOLLOW = {'irspack': trace_irspack, 'implicit': trace_implicit, 'cmfrec': trace_cmfrec}


@contextlib.contextmanager
def blas_threads(threads):
    if threads == 1:
        yield
        return
    import threadpoolctl

    with threadpoolctl.threadpool_limits(threads, 'blas'):
        yield


def best_blas(side, library, threads):
    """Threads of BLAS with which two epochs are faster; irspack uses no BLAS."""
    if library == 'irspack' or threads == 1 or not guarded(lambda: __import__('threadpoolctl')):
        return 1
    seconds = {}
    for n in (1, threads):
        with blas_threads(n):
            side.run(1)
            seconds[n] = min(timed(lambda: side.run(2)) for _ in range(2))
    return min(seconds, key=seconds.get)


class Entry:
    """A side in the table."""

    def __init__(self, label, run, epochs, seconds, measure, reached, note=''):
        self.label, self.run, self.epochs, self.seconds = label, run, epochs, seconds
        self.measure, self.reached, self.note = measure, reached, note
        self.times = []  # of whole fits


def time_entries(entries, rounds, patience):
    """Whole fits in turn; a side that has taken `patience` seconds gets no further round, and one
    that took as long on its way has that time."""
    for _ in range(rounds):
        for entry in entries:
            if entry.reached and sum(entry.times) < patience and entry.seconds < patience:
                entry.times.append(entry.run(entry.epochs))
    for entry in entries:
        if entry.times:
            entry.seconds = statistics.median(entry.times)


def run_peer(side, case):
    """A function that fits anew for so many epochs and returns the seconds that count."""

    def run(epochs):
        seconds = timed(side.prepare) if hasattr(side, 'prepare') else 0
        side.restart(case.start)
        return seconds + timed(lambda: side.run(epochs))

    return run


def labels_of(options, labels):
    return [label for label in labels if re.search(options.sides, label)]


def say(case, entry):
    """Long runs say on the way how far a side came; its time is not the one that counts yet."""
    there = 'there' if entry.reached else 'last'
    print(
        f'reach.py: {case.name}, f = {case.factors}: {entry.label}: {there} at epoch '
        f'{entry.epochs}, {entry.measure:.9g}, {entry.seconds:.2f} s so far',
        file=sys.stderr,
        flush=True,
    )


def follow_peers(case, enough, most, only=None):
    """[(Entry, Trace)] of all peers, or of one library, each as far as it gets."""
    found, best = [], {}
    for label in labels_of(case.options, PEERS):
        library = PEERS[label][0]
        if only and library != only:
            continue
        side = guarded(lambda: make_peer(label, case))
        if not side:
            continue
        side.run(1)  # not timed: it starts threads
        blas = best_blas(side, library, case.threads)
        trace = Trace(case, enough)
        patience = min(case.options.patience, best.get(library, float('inf')))
        with blas_threads(blas):
            FOLLOW[library](side, trace, most, patience)
        epochs, seconds, measure = trace.points[-1]
        if trace.reached:
            best[library] = min(best.get(library, float('inf')), seconds)

        def run(n, side=side, blas=blas):
            with blas_threads(blas):
                return run_peer(side, case)(n)

        note = f'BLAS with {blas} threads' if blas > 1 else ''
        found.append((Entry(label, run, epochs, seconds, measure, trace.reached, note), trace))
        say(case, found[-1][0])
    return found


def follow_ours(case, enough, most):
    """[(Entry, measures of 1, 2, ... epochs)] of libwrmf's sides."""
    found = []
    for label in labels_of(case.options, OURS):
        values = OURS[label]
        there = []
        # over-relaxed fits are there soon, if they are
        for epochs in [most] if enough is None else [most // 2, most]:
            measures = case.curve(np.arange(1, epochs + 1), **values)
            if enough is not None:
                there = [i for i, measure in enumerate(measures) if enough(measure)]
            if there:
                break
        at = there[0] if there else most - 1

        def run(epochs, values=values):
            return case.fit(epochs, **values)

        entry = Entry(label, run, at + 1, 0.0, measures[at], bool(there))
        if not there:
            entry.seconds = run(most)
        found.append((entry, measures))
        say(case, entry)
    return found


def show(case, goal, entries, describe):
    """The table of a case; returns libwrmf's best seconds, or None."""
    mine = [e.seconds for e in entries if e.label in OURS and e.reached]
    table_head('side', 'epochs', 'seconds', '/ best of libwrmf', describe[0], 'note')
    for entry in entries:
        mark = '' if entry.reached else '> '
        ratio = f'{mark}{entry.seconds / min(mine):.1f}' if mine else ''
        table_row(
            entry.label,
            f'{mark}{entry.epochs}',
            f'{mark}{entry.seconds:.3f}',
            ratio,
            describe[1](entry.measure),
            entry.note,
        )
        record(
            case.options,
            'reach',
            shape=case.name,
            f=case.factors,
            setting=f'{case.alpha:g}:{case.regularization:g}',
            goal=goal,
            side=entry.label,
            epochs=entry.epochs,
            seconds=f'{entry.seconds:.4f}',
            reached='yes' if entry.reached else 'no',
        )
    return min(mine) if mine else None


def targets(case, goal, entries, mine, asked):
    """Each peer at its best setting; one that is not there has at least the time it has taken."""
    for library, times in asked.items():
        of_peer = [e for e in entries if e.label in PEERS and PEERS[e.label][0] == library]
        there = [e for e in of_peer if e.reached]
        pool = there or of_peer
        if not pool or mine is None:
            continue
        # of those that are not there, the one that went on for longest
        chosen = (min if there else max)(pool, key=lambda e: e.seconds)
        where = f'{case.name}, f = {case.factors}, alpha {case.alpha:g}'
        target(
            case.options,
            f'{goal}, {where}: libwrmf against {chosen.label}{"" if there else " (not there)"}',
            chosen.seconds / mine,
            times,
        )


def title(case, what):
    rows, columns = case.matrix.shape
    print(
        f'\n{case.name}: {rows} x {columns}, {case.matrix.nnz} pairs, f = {case.factors}, '
        f'alpha {case.alpha:g}, lambda {case.regularization:g}, {case.threads} thread(s): {what}\n'
    )


def goal_of_cmfrec(case):
    """What exact plain epochs reach from cmfrec's start; None where it is not there."""
    side = guarded(lambda: make_peer('cmfrec CG-3, exact end', case))
    if not side:
        return None
    side.run(1)
    model = wrmf.Model.create(case.context, *case.matrix.shape, case.params(relaxation=1))
    for which, rows in enumerate(side.factors()):
        model.set_rows(which, np.asarray(rows, dtype=np.float64)[:, : case.factors])
    model.continue_(case.context, case.data, case.options.goal - 1)
    return case.measure([model.rows(0), model.rows(1)])


def reach_objective(options, name, matrix, factors, setting):
    case = Case(options, name, matrix, factors, setting)
    goal = case.curve([options.goal], relaxation=1)[0]
    title(case, f'until the objective that exact plain epochs have after {options.goal}')
    has_cmfrec = any(PEERS[label][0] == 'cmfrec' for label in labels_of(options, PEERS))
    of_cmfrec = goal_of_cmfrec(case) if has_cmfrec else None

    def enough_for(own):
        return lambda value: value <= own * (1 + CLOSE)

    entries = [entry for entry, _ in follow_ours(case, enough_for(goal), max(options.goal, 40))]
    for library in ASKED:
        own = of_cmfrec if library == 'cmfrec' else goal
        for entry, _ in follow_peers(case, enough_for(own), options.most, library) if own else []:
            entry.measure *= goal / own  # the excess above its own goal is shown
            if own != goal:
                note = f'its own goal, {100 * (own / goal - 1):+.2f} %'
                entry.note = '; '.join(filter(None, (entry.note, note)))
            entries.append(entry)
    time_entries(entries, options.rounds, options.patience)
    excess = 'objective above it', lambda value: f'{100 * (value / goal - 1):+.4f} %'
    mine = show(case, 'objective', entries, excess)
    targets(case, 'objective', entries, mine, ASKED)


def reach_quality(options, name, matrix, factors, setting):
    train, test = held_out(matrix)
    case = Case(options, name, train, factors, setting, test)
    title(case, 'until test nDCG@20 is within 1 % of the best that any side has')
    most = min(options.most, options.quality_epochs)
    entries = []
    for entry, measures in follow_ours(case, None, most):
        entries.append((entry, [(i + 1, 0.0, value) for i, value in enumerate(measures)]))
    for entry, trace in follow_peers(case, None, most):
        entries.append((entry, trace.points))
    best = max(value for _, points in entries for _, _, value in points)
    for entry, points in entries:
        there = [point for point in points if point[2] >= 0.99 * best]
        highest = max(value for _, _, value in points)
        entry.note = f'best {highest:.4f}' + (f'; {entry.note}' if entry.note else '')
        if there:
            entry.reached = True
            entry.epochs, entry.seconds, entry.measure = there[0]
        else:
            entry.measure = highest
    entries = [entry for entry, _ in entries]
    time_entries(entries, options.rounds, options.patience)
    mine = show(case, 'nDCG@20', entries, ('nDCG@20', lambda value: f'{value:.4f}'))
    targets(case, 'nDCG@20', entries, mine, dict.fromkeys(ASKED, ASKED_QUALITY))


def main():
    parser = arguments(__doc__)
    parser.add_argument('--goal', type=int, default=30, help='plain exact epochs to be equalled')
    parser.add_argument('--most', type=int, default=60, help='epochs of a side')
    parser.add_argument('--quality-epochs', type=int, default=30, help='the same, for nDCG')
    parser.add_argument('--patience', type=float, default=120, help='seconds of a side')
    parser.add_argument('--settings', default='40:0.1', help='alpha:lambda, ...')
    parser.add_argument('--sides', default='', help='a regular expression: those to run')
    parser.add_argument('--goals', default='objective,ndcg')
    options = parser.parse_args()
    heading('Until it is as good', wrmf.Context(1))
    for name, matrix in datasets(options, 'S,likes'):
        for factors in map(int, (options.factors or '64,128').split(',')):
            for setting in options.settings.split(','):
                if 'objective' in options.goals:
                    reach_objective(options, name, matrix, factors, setting)
                if 'ndcg' in options.goals:
                    reach_quality(options, name, matrix, factors, setting)


if __name__ == '__main__':
    main()

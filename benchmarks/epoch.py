# SPDX-License-Identifier: BSD-2-Clause
"""Seconds of one epoch, and the objective after equal epochs, against implicit, irspack and cmfrec.

All sides solve the same problem in float32: confidence 1 + 40 for stored pairs, 1 for all others,
lambda 0.1. libwrmf, irspack and implicit begin at the same factors. The time of an epoch is that of
a call of several epochs, divided by their number. libwrmf computes the objective, in float64, for
everyone's factors. A side that has taken --patience seconds gets no further round; the column
"rounds" says how many it had.
"""

import statistics

import numpy as np
import scipy.sparse as sp

from common import arguments, datasets, heading, ours, record, table_head, table_row, target
from common import timed, wrmf

ALPHA, LAMBDA = 40.0, 0.1


class Ours:
    """Epochs are plain, as the others' are, unless values say otherwise."""

    def __init__(self, context, data, factors, start, **values):
        self.context, self.data = context, data
        values = {'relaxation': 1, **values}
        params = wrmf.Params(context, factors=factors, alpha=ALPHA, regularization=LAMBDA, **values)
        self.model = wrmf.Model.create(context, *data.shape, params)
        if start is not None:  # else from where its parameters say
            self.restart(start)

    def restart(self, start):
        for side in (0, 1):
            self.model.set_rows(side, start[side])

    def run(self, epochs):
        self.model.continue_(self.context, self.data, epochs)

    def factors(self):
        return self.model.rows(0), self.model.rows(1)


class Irspack:
    def __init__(
        self,
        matrix,
        factors,
        start,
        solver,
        threads,
        subspace=32,
        steps=3,
        alpha=ALPHA,
        regularization=LAMBDA,
    ):
        from irspack.recommenders.ials import IALSTrainer, LossType, SolverType

        data = sp.csr_matrix(matrix * alpha)
        self.make = lambda: IALSTrainer(
            data,
            factors,
            1.0,
            regularization,
            0.0,
            0.1,
            getattr(SolverType, solver),
            steps,
            subspace,
            LossType.ORIGINAL,
            42,
            threads,
            5,
            7,
        )
        self.prepare()
        self.restart(start)

    def prepare(self):
        """What it does once for each fit."""
        self.trainer = self.make()

    def restart(self, start):
        self.trainer.core_trainer.user = start[0].astype(np.float32)
        self.trainer.core_trainer.item = start[1].astype(np.float32)

    def run(self, epochs):
        for _ in range(epochs):
            self.trainer.run_epoch()

    def factors(self):
        return self.trainer.core_trainer.user, self.trainer.core_trainer.item


class Implicit:
    def __init__(
        self,
        matrix,
        factors,
        start,
        cg,
        threads,
        steps=3,
        alpha=ALPHA,
        regularization=LAMBDA,
    ):
        from implicit.cpu.als import AlternatingLeastSquares

        self.model = AlternatingLeastSquares(
            factors=factors,
            regularization=regularization,
            alpha=1.0,
            dtype=np.float32,
            use_cg=cg,
            iterations=1,
            num_threads=threads,
        )
        self.model.cg_steps = steps
        self.data = sp.csr_matrix(matrix * alpha)
        self.data.data += 1
        self.data = self.data.astype(np.float32)
        self.restart(start)

    def restart(self, start):
        self.model.user_factors = start[0].astype(np.float32)
        self.model.item_factors = start[1].astype(np.float32)

    def run(self, epochs):
        self.model.iterations = epochs
        self.model.fit(self.data, show_progress=False)

    def factors(self):
        return self.model.user_factors, self.model.item_factors


class Cmfrec:
    """It cannot be started from given factors, or continued: every run is a fit."""

    def __init__(
        self,
        matrix,
        factors,
        threads,
        cg=True,
        steps=3,
        finalize=False,
        alpha=ALPHA,
        regularization=LAMBDA,
    ):
        from cmfrec import CMF_implicit

        self.data = sp.coo_matrix(matrix)
        self.make = lambda epochs: CMF_implicit(
            k=factors,
            lambda_=regularization,
            alpha=alpha,
            niter=epochs,
            use_cg=cg,
            max_cg_steps=steps,
            finalize_chol=finalize,
            precompute_for_predictions=False,
            use_float=True,
            nthreads=threads,
            verbose=False,
            random_state=1,
        )

    def restart(self, start):
        pass

    def run(self, epochs):
        self.model = self.make(epochs).fit(self.data)

    def factors(self):
        return self.model.A_, self.model.B_


def objective(context, data, factors, rows, alpha=ALPHA, regularization=LAMBDA):
    params = wrmf.Params(
        context,
        factors=factors,
        alpha=alpha,
        regularization=regularization,
        precision='float64',
    )
    model = wrmf.Model.create(context, *data.shape, params)
    for side in (0, 1):
        model.set_rows(side, np.asarray(rows[side], dtype=np.float64)[:, :factors])
    return model.objective(context, data)['total']


def guarded(make):
    try:
        return make()
    except Exception as problem:  # the peer is not installed, or fails: report it, go on
        print(f'(left out: {problem})')
        return None


def starting_factors(matrix, factors):
    rng = np.random.default_rng(7)
    return [
        (rng.standard_normal((n, factors)) * 0.1 / np.sqrt(factors))
        .astype(np.float32)
        .astype(np.float64)
        for n in matrix.shape
    ]


EXACT, WARM = 'libwrmf (to 1e-6)', 'libwrmf (3 warm steps)'


def make_sides(context, matrix, data, factors, threads, large=False):
    """The starting factors and each side by its name; a side that cannot be made is left out."""
    start = starting_factors(matrix, factors)
    makers = {
        EXACT: lambda: Ours(context, data, factors, start),
        WARM: lambda: Ours(context, data, factors, start, cg_steps=3, solver='whitened'),
        'libwrmf (auto, 3 warm steps)': lambda: Ours(context, data, factors, start, cg_steps=3),
        'irspack exact': lambda: Irspack(matrix, factors, start, 'CHOLESKY', threads),
        'irspack CG-3': lambda: Irspack(matrix, factors, start, 'CG', threads),
        'implicit CG-3': lambda: Implicit(matrix, factors, start, True, threads),
        'cmfrec CG-3': lambda: Cmfrec(matrix, factors, threads),
    }
    if not large:
        makers['libwrmf (cholesky)'] = lambda: Ours(
            context, data, factors, start, solver='cholesky'
        )
        makers['implicit exact'] = lambda: Implicit(matrix, factors, start, False, threads)
    sides = {label: guarded(make) for label, make in makers.items()}
    return start, {label: side for label, side in sides.items() if side}


def write_targets(options, name, factors, threads, seconds):
    asked = {'irspack exact': (EXACT, 3.5 if factors == 64 else 8), 'irspack CG-3': (EXACT, 1.2)}
    warm = {'irspack CG-3': 2.0, 'implicit CG-3': 2.5, 'cmfrec CG-3': 2.5}
    for peer, (side, ratio) in asked.items():
        if peer in seconds:
            target(
                options,
                f'epoch, {name}, f = {factors}, {threads} threads: {side} against {peer}',
                seconds[peer] / seconds[side],
                ratio,
            )
    for peer, ratio in warm.items():
        if peer in seconds:
            target(
                options,
                f'epoch, {name}, f = {factors}, {threads} threads: {WARM} against {peer}',
                seconds[peer] / seconds[WARM],
                ratio,
            )


def compare(options, name, matrix, factors):
    threads, large = options.threads, name in ('M', 'L')
    context = wrmf.Context(threads)
    data = ours(context, matrix)
    start, sides = make_sides(context, matrix, data, factors, threads, large)
    epochs, equal = (1, 2) if large else (3, 5)
    after, seconds, rounds = {}, {}, {}
    for label, side in sides.items():  # the problem is the same: objectives after equal epochs
        side.restart(start)
        side.run(equal)
        after[label] = objective(context, data, factors, side.factors())
    for _ in range(options.rounds):
        for label, side in sides.items():
            if sum(seconds.get(label, ())) < options.patience:
                seconds.setdefault(label, []).append(
                    timed(lambda side=side: side.run(epochs)) / epochs
                )
    rounds = {label: len(values) for label, values in seconds.items()}
    seconds = {label: statistics.median(values) for label, values in seconds.items()}
    print(
        f'\n{name}: {matrix.shape[0]} x {matrix.shape[1]}, {matrix.nnz} pairs, f = {factors}, '
        f'{threads} thread(s); objective after {equal} epochs\n'
    )
    columns = ('solver', 'seconds an epoch', 'rounds', '/ libwrmf to 1e-6', '/ libwrmf 3 steps')
    table_head(*columns, 'objective')
    for label, value in seconds.items():
        ratios = f'{value / seconds[EXACT]:.2f}', f'{value / seconds[WARM]:.2f}'
        table_row(label, f'{value:.4f}', rounds[label], *ratios, f'{after[label]:.0f}')
        record(
            options,
            'epoch',
            shape=name,
            f=factors,
            threads=threads,
            solver=label,
            seconds=f'{value:.5f}',
            objective=f'{after[label]:.1f}',
        )
    if threads == 2:
        write_targets(options, name, factors, threads, seconds)


def main():
    parser = arguments(__doc__)
    parser.add_argument(
        '--patience',
        type=float,
        default=20,
        help='no further round of a side that has taken so many seconds',
    )
    options = parser.parse_args()
    heading('One epoch', wrmf.Context(1))
    for name, matrix in datasets(options):
        for factors in (options.factors or '64,128').split(','):
            compare(options, name, matrix, int(factors))


if __name__ == '__main__':
    main()

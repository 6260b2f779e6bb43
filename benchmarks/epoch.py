# SPDX-License-Identifier: BSD-2-Clause
"""Seconds of one epoch, and the objective after equal epochs, against implicit, irspack and cmfrec.

All sides solve c = 1 + 40 on stored pairs, 1 elsewhere, lambda 0.1, float32; libwrmf, irspack and implicit begin at the
same factors. The time of an epoch is that of a call of several, divided. The objective is computed by libwrmf,
in float64, for everyone's factors.
"""
import numpy as np
import scipy.sparse as sp

from common import arguments, heading, in_turn, load, ours, timed, wrmf

ALPHA, LAMBDA = 40.0, 0.1


class Ours:
    def __init__(self, context, data, factors, start, **values):
        self.context, self.data = context, data
        params = wrmf.Params(context, factors=factors, alpha=ALPHA, regularization=LAMBDA, **values)
        self.model = wrmf.Model.create(context, *data.shape, params)
        self.restart(start)

    def restart(self, start):
        for side in (0, 1):
            self.model.set_rows(side, start[side])

    def run(self, epochs):
        self.model.continue_(self.context, self.data, epochs)

    def factors(self):
        return self.model.rows(0), self.model.rows(1)


class Irspack:
    def __init__(self, matrix, factors, start, solver, threads, subspace=32):
        from irspack.recommenders.ials import IALSTrainer, LossType, SolverType
        self.trainer = IALSTrainer(sp.csr_matrix(matrix * ALPHA), factors, 1.0, LAMBDA, 0.0, 0.1,
                                   getattr(SolverType, solver), 3, subspace, LossType.ORIGINAL, 42, threads, 5, 7)
        self.restart(start)

    def restart(self, start):
        self.trainer.core_trainer.user = start[0].astype(np.float32)
        self.trainer.core_trainer.item = start[1].astype(np.float32)

    def run(self, epochs):
        for _ in range(epochs):
            self.trainer.run_epoch()

    def factors(self):
        return self.trainer.core_trainer.user, self.trainer.core_trainer.item


class Implicit:
    def __init__(self, matrix, factors, start, cg, threads):
        from implicit.cpu.als import AlternatingLeastSquares
        self.model = AlternatingLeastSquares(factors=factors, regularization=LAMBDA, alpha=1.0, dtype=np.float32,
                                             use_cg=cg, iterations=1, num_threads=threads)
        self.data = sp.csr_matrix(matrix * ALPHA)
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

    def __init__(self, matrix, factors, threads):
        from cmfrec import CMF_implicit
        self.data = sp.coo_matrix(matrix)
        self.make = lambda epochs: CMF_implicit(
            k=factors, lambda_=LAMBDA, alpha=ALPHA, niter=epochs, use_cg=True, max_cg_steps=3, finalize_chol=False,
            precompute_for_predictions=False, use_float=True, nthreads=threads, verbose=False, random_state=1)

    def restart(self, start):
        pass

    def run(self, epochs):
        self.model = self.make(epochs).fit(self.data)

    def factors(self):
        return self.model.A_, self.model.B_


def objective(context, data, factors, rows):
    params = wrmf.Params(context, factors=factors, alpha=ALPHA, regularization=LAMBDA, precision='float64')
    model = wrmf.Model.create(context, *data.shape, params)
    for side in (0, 1):
        model.set_rows(side, np.asarray(rows[side], dtype=np.float64)[:, :factors])
    return model.objective(context, data)['total']


def guarded(make):
    try:
        return make()
    except Exception as problem:  # a peer that is not there, or fails, is said and left out
        print(f'(left out: {problem})')
        return None


def compare(name, matrix, factors, threads, rounds, quick):
    context = wrmf.Context(threads)
    data = ours(context, matrix)
    rng = np.random.default_rng(7)
    start = [(rng.standard_normal((n, factors)) * 0.1 / np.sqrt(factors)).astype(np.float32).astype(np.float64)
             for n in matrix.shape]
    sides = {
        'libwrmf (to 1e-6)': Ours(context, data, factors, start),
        'libwrmf (3 warm steps)': Ours(context, data, factors, start, cg_steps=3, solver='whitened'),
        'libwrmf (auto, 3 warm steps)': Ours(context, data, factors, start, cg_steps=3),
        'libwrmf (cholesky)': Ours(context, data, factors, start, solver='cholesky') if not quick else None,
        'irspack exact': guarded(lambda: Irspack(matrix, factors, start, 'CHOLESKY', threads)),
        'irspack CG-3': guarded(lambda: Irspack(matrix, factors, start, 'CG', threads)),
        'irspack iALS++': guarded(lambda: Irspack(matrix, factors, start, 'IALSPP', threads)) if factors >= 256 else None,
        'implicit exact': guarded(lambda: Implicit(matrix, factors, start, False, threads))
        if name in ('S', 'likes') and factors <= 128 else None,
        'implicit CG-3': guarded(lambda: Implicit(matrix, factors, start, True, threads)),
        'cmfrec CG-3': guarded(lambda: Cmfrec(matrix, factors, threads)),
    }
    sides = {label: side for label, side in sides.items() if side}
    epochs = 1 if quick else 3
    after = {}
    for label, side in sides.items():  # the problem is the same: objectives after 5 epochs
        side.restart(start)
        side.run(2 if quick else 5)
        after[label] = objective(context, data, factors, side.factors())
    seconds = in_turn({label: (lambda side=side: timed(lambda: side.run(epochs)) / epochs)
                       for label, side in sides.items()}, rounds)
    exact, warm = seconds['libwrmf (to 1e-6)'], seconds['libwrmf (3 warm steps)']
    print(f'\n{name}: {matrix.shape[0]} x {matrix.shape[1]}, {matrix.nnz} pairs, f = {factors}, {threads} thread(s); '
          f'objective after {2 if quick else 5} epochs\n')
    print('| solver | seconds an epoch | / libwrmf to 1e-6 | / libwrmf 3 steps | objective |')
    print('| --- | --- | --- | --- | --- |')
    for label, value in seconds.items():
        print(f'| {label} | {value:.4f} | {value / exact:.2f} | {value / warm:.2f} | {after[label]:.0f} |', flush=True)


def main():
    parser = arguments(__doc__)
    options = parser.parse_args()
    heading('One epoch', wrmf.Context(1))
    for name in (options.shapes or 'S,likes').split(','):
        matrix = load(name, options.data)
        if matrix is None:
            print(f'({name}: no data folder given)')
            continue
        for factors in (options.factors or '64,128').split(','):
            compare(name, matrix, int(factors), options.threads, options.rounds, name in ('M', 'L'))


if __name__ == '__main__':
    main()

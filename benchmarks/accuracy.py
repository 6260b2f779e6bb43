# SPDX-License-Identifier: BSD-2-Clause
"""How far float32 rows are from float64 rows solved from the same float32 factors.

On real data with heavy counts, libwrmf in float32 stands against libwrmf in float64, which
tests/oracle/als.py holds to dense solutions. On nearly singular Gram matrices (50 x 400, 64
factors) it stands against normal equations solved by NumPy, beside the exact solvers of implicit
and irspack. An error is ||x - x64|| / ||x64|| of a user's row; of scores, it is the largest
difference.
"""

import numpy as np
import scipy.sparse as sp

from common import arguments, heading, load, ours, table_head, table_row, wrmf


def relative(rows, want):
    size = np.linalg.norm(want, axis=1)
    kept = size > 0
    return np.linalg.norm(rows - want, axis=1)[kept] / size[kept]


def heavy(name, matrix, context, alpha, factors):
    values = dict(factors=factors, alpha=alpha, regularization=1e-5)
    data = ours(context, matrix)
    single = wrmf.Model.create(context, *matrix.shape, wrmf.Params(context, **values))
    single.continue_(context, data, 4)
    rows = single.statistic('rows'), single.statistic('rows_float64')
    double = wrmf.Model.create(
        context, *matrix.shape, wrmf.Params(context, precision='float64', **values)
    )
    for side in (0, 1):
        double.set_rows(side, single.rows(side))
    for model in (single, double):
        model.continue_(context, data, 1)
    error = relative(single.rows(0), double.rows(0))
    errors = f'{np.median(error):.1e}', f'{error.max():.1e}'
    above = f'{(error > 1e-4).sum()} of {error.size}'
    table_row(name, factors, f'{alpha:g}', *errors, above, f'{100 * rows[1] / rows[0]:.1f} %')


def exact_rows(matrix, items, alpha, regularization):
    gram = items.T @ items + regularization * np.eye(items.shape[1])
    rows = []
    for user in range(matrix.shape[0]):
        y = items[matrix[user].indices]
        d = alpha * matrix[user].data
        rows.append(np.linalg.solve(gram + (y.T * d) @ y, y.T @ (1 + d)))
    return np.array(rows)


def singular(matrix, context, regularization, threads):
    from implicit.cpu.als import AlternatingLeastSquares
    from irspack.recommenders.ials import IALSTrainer, LossType, SolverType

    alpha, factors = 40.0, 64
    data = ours(context, matrix)
    model = wrmf.Model.create(
        context,
        *matrix.shape,
        wrmf.Params(context, factors=factors, alpha=alpha, regularization=regularization),
    )
    model.continue_(context, data, 5)
    start = model.rows(0), model.rows(1)
    want = exact_rows(matrix, start[1], alpha, regularization)
    model.continue_(context, data, 1)
    implicit = AlternatingLeastSquares(
        factors=factors,
        regularization=regularization,
        alpha=1.0,
        use_cg=False,
        iterations=1,
        dtype=np.float32,
        num_threads=threads,
    )
    implicit.user_factors, implicit.item_factors = (part.astype(np.float32) for part in start)
    weights = sp.csr_matrix(matrix * alpha)
    weights.data += 1
    trainer = IALSTrainer(
        sp.csr_matrix(matrix * alpha),
        factors,
        1.0,
        regularization,
        0.0,
        0.1,
        SolverType.CHOLESKY,
        3,
        32,
        LossType.ORIGINAL,
        42,
        threads,
        5,
        7,
    )
    trainer.core_trainer.user, trainer.core_trainer.item = (
        part.astype(np.float32) for part in start
    )
    peers = {
        'implicit exact': (
            lambda: implicit.fit(weights.astype(np.float32), show_progress=False),
            lambda: implicit.user_factors,
        ),
        'irspack exact': (trainer.run_epoch, lambda: trainer.core_trainer.user),
    }
    found = {'libwrmf': model.rows(0)}
    for name, (run, rows) in peers.items():
        try:
            run()
            found[name] = rows()
        except Exception as problem:
            found[name] = None
            table_row(f'{regularization:g}', name, f'fails: {problem}', '', '')
    for name, rows in found.items():
        if rows is None:
            continue
        error = relative(np.asarray(rows, dtype=np.float64), want)
        scores = np.abs((rows - want) @ start[1].T).max()
        errors = f'{np.median(error):.1e}', f'{error.max():.1e}'
        table_row(f'{regularization:g}', name, *errors, f'{scores:.1e}')


def main():
    options = arguments(__doc__).parse_args()
    context = wrmf.Context(options.threads)
    heading('Accuracy of float32 rows', context)
    print('### Real data, regularization 1e-5, users after 4 epochs\n')
    columns = ('data', 'f', 'alpha', 'median error', 'largest', 'above 1e-4')
    table_head(*columns, 'rows solved or corrected in float64')
    for name in ('likes', 'ml-100k', 'online-retail-agg', 'hetrec-lastfm-2k'):
        matrix = load(name, options.data)
        if matrix is not None:
            for factors in (64, 128):
                for alpha in (1.0, 40.0, 1000.0):
                    heavy(name, matrix, context, alpha, factors)
    columns = ('regularization', 'solver', 'median error', 'largest', 'largest error of a score')
    print('\n### 50 x 400, 64 factors, alpha 40, users after 5 epochs\n')
    table_head(*columns)
    rng = np.random.default_rng(0)
    matrix = sp.csr_matrix((rng.random((50, 400)) < 0.1) * 1.0)
    for regularization in (1e-1, 1e-2, 1e-3, 1e-5):
        singular(matrix, context, regularization, options.threads)
    print(
        '\n### Its transpose, 400 x 50: the Gram matrix has fewer independent rows than factors\n'
    )
    table_head(*columns)
    for regularization in (1e-1, 1e-2, 1e-3, 1e-5):
        singular(sp.csr_matrix(matrix.T), context, regularization, options.threads)


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: BSD-2-Clause
"""Presets against what they are named after: implicit's exact solver from the same start, and the
row systems of the others as their sources and articles write them, in NumPy.

Epochs are plain (relaxation 1) and in float64, so that both sides differ by rounding alone.
"""

from common import Checks, np, random_counts  # first: it skips where packages are missing
import wrmf

try:
    import implicit.cpu.als
    import scipy.sparse as sparse
except ImportError:
    implicit = None

FACTORS, EPOCHS, LAMBDA = 6, 4, 0.3
check = Checks('presets')
context = wrmf.Context(threads=2)
# counts from 0.25 to 5: some of implicit's confidences are below 1
table = random_counts(11, 45, 33, 0.2) * np.where(np.arange(33) % 3, 0.25, 1.0)
rng = np.random.default_rng(5)
start = [rng.normal(scale=0.3, size=(n, FACTORS)) for n in table.shape]
matrix = wrmf.Matrix.from_dense(context, table)


def ours(preset, **values):
    params = wrmf.Params(
        context,
        preset=preset,
        factors=FACTORS,
        regularization=LAMBDA,
        relaxation=1,
        iterations=EPOCHS,
        precision='float64',
        **values,
    )
    model = wrmf.Model.create(context, *table.shape, params)
    for side, rows in zip((wrmf.USERS, wrmf.ITEMS), start):
        model.set_rows(side, rows)
    model.continue_(context, matrix, EPOCHS)
    return model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)


def half(counts, fixed, weight, right, unobserved, lambda_of):
    """Rows of one side: (unobserved Y'Y + sum weight y y' + lambda_u I) x = sum right y."""
    rows = np.zeros((len(counts), FACTORS))
    for u, r in enumerate(counts):
        on = r > 0
        if on.any():
            y, w, b = fixed[on], weight(r[on]), right(r[on])
            a = unobserved * fixed.T @ fixed + (y.T * w) @ y
            a += lambda_of(on.sum(), len(r)) * np.eye(FACTORS)
            rows[u] = np.linalg.solve(a, y.T @ b)
    return rows


def theirs(*system):
    x, y = start
    for _ in range(EPOCHS):
        x = half(table, y, *system)
        y = half(table.T, x, *system)
    return x, y


def compare(label, got, want):
    for side, a, b in zip(('users', 'items'), got, want):
        # four epochs of systems whose condition is below 1e4, each solved to 1e-12
        bound = EPOCHS * 1e4 * 1e-12 * np.abs(b).max()
        check.bounded(f'{label}, {side}', a, b, np.full_like(b, bound), label)


ALPHA, ALPHA0 = 3.0, 0.1
constant = lambda n, others: LAMBDA
hu = (lambda r: ALPHA * r, lambda r: 1 + ALPHA * r, 1.0, constant)
for preset in ('hu2008', 'cmfrec', 'lenskit'):
    compare(preset, ours(preset, alpha=ALPHA), theirs(*hu))
compare('spark', ours('spark', alpha=ALPHA), theirs(*hu[:3], lambda n, others: LAMBDA * n))
rendle = (lambda r: r, lambda r: r, ALPHA0, lambda n, others: LAMBDA * (n + ALPHA0 * others))
for preset in ('ials2021', 'irspack'):
    compare(preset, ours(preset, unobserved_weight=ALPHA0), theirs(*rendle))
plain = (lambda r: ALPHA * r - 1, lambda r: ALPHA * r, 1.0, constant)
compare("implicit's formula", ours('implicit', alpha=ALPHA), theirs(*plain))
if implicit:
    model = implicit.cpu.als.AlternatingLeastSquares(
        factors=FACTORS,
        alpha=ALPHA,
        regularization=LAMBDA,
        dtype=np.float64,
        use_cg=False,
        iterations=EPOCHS,
        num_threads=1,
    )
    model.user_factors, model.item_factors = (rows.copy() for rows in start)
    model.fit(sparse.csr_matrix(table), show_progress=False)
    compare(
        f'implicit {implicit.__version__}',
        ours('implicit', alpha=ALPHA),
        (model.user_factors, model.item_factors),
    )
else:
    print('  implicit is not there: its formula alone')
check.finish()

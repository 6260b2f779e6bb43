# SPDX-License-Identifier: BSD-2-Clause
"""Epochs, their start and the objective, against dense normal equations.

Each half-epoch is held against the other side's rows as the library has them, read back (or put
in): the gradient of the objective, over all cells and all of C, must vanish but for rounding.
"""

from common import (
    THIN,
    Checks,
    np,
    random_counts,
    real_dense,
)  # first: it skips where packages are missing
from bounds import UNIT, check_half, objective_bounds
import formulas
import wrmf

check = Checks('als')
context = wrmf.Context(threads=2)


def compare_epochs(label, table, settings, n=10):
    """n epochs, one at a time: the rows of each half against those that the other side demands. The
    last epoch leaves solutions of the items; others, relaxed, tell theirs by where rows came from.
    """
    n = min(n, 6) if THIN else n
    settings = dict(dict(relaxation=1, relaxation_reduction=0), **settings)
    alpha, kind = settings.get('alpha', 40), settings.get('confidence', 'linear')
    c = formulas.confidence(table, alpha, kind, settings.get('epsilon', 1.0))
    lambdas = [
        settings.get('regularization_' + side, settings.get('regularization', 0.1))
        for side in ('user', 'item')
    ]
    matrix = wrmf.Matrix.from_dense(context, table)
    for precision in UNIT:
        params = wrmf.Params(context, precision=precision, iterations=n, **settings)
        model = wrmf.Model.create(context, *table.shape, params)
        check.equal('epochs of a new model', model.epochs, 0)
        for epoch in range(1, n + 1):
            before = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
            model.continue_(context, matrix, 1)
            x, y = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
            w = formulas.relaxation(epoch, settings)
            for *half, moved in (
                (table, c, before[1], x, lambdas[0], (before[0], w)),
                (table.T, c.T, x, y, lambdas[1], (before[1], w if epoch < n else 1)),
            ):
                solver = settings.get('solver', 'auto')
                what = f'{label}, {precision}'
                check_half(check, what, *half, precision, epoch, solver, moved)
        compare_objective(f'{label}, {precision}', model, matrix, table, c, lambdas)
        compare_parts(precision, matrix, params, model, n)


def compare_parts(precision, matrix, params, whole, n):
    """fit is create and continue; n epochs are n times one, and 4 and then the others, bit for
    bit."""
    fitted = wrmf.Model.fit(context, matrix, params)
    parts = wrmf.Model.create(context, *matrix.shape, params)
    parts.continue_(context, matrix, min(4, n))
    parts.continue_(context, matrix, n - min(4, n))
    for other, label in ((fitted, 'fit'), (parts, '4 epochs continued')):
        check.equal(f'{label}: epochs', other.epochs, whole.epochs)
        for side in (wrmf.USERS, wrmf.ITEMS):
            check.true(
                f'{label}: the same bits, {precision}',
                other.rows(side).tobytes() == whole.rows(side).tobytes(),
            )


def compare_objective(label, model, matrix, table, c, lambdas):
    x, y = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
    got, want = model.objective(context, matrix), formulas.objective(table, c, x, y, *lambdas)
    for part, bound in objective_bounds(table, c, x, y, lambdas).items():
        check.bounded(f'objective, {part}', got[part], want[part], bound, label)


# ---- random tables ----
plain = random_counts(1, 60, 45, 0.15)
heavy = random_counts(2, 50, 70, 0.2, heavy=True)
print(f'  heavy counts up to {heavy.max():.0f}')
compare_epochs('counts 1 to 5', plain, dict(factors=8))
compare_epochs(
    'sides regularized apart',
    plain,
    dict(factors=12, regularization_user=0.3, regularization_item=5.0, alpha=10),
)
compare_epochs('log confidence', heavy, dict(factors=8, confidence='log', epsilon=0.5, alpha=4))
compare_epochs(
    'log confidence, large epsilon',
    heavy,
    dict(factors=8, confidence='log', epsilon=50.0, alpha=40),
)
compare_epochs('heavy counts', heavy, dict(factors=8, alpha=40, regularization=1.0))
compare_epochs('alpha 0', plain, dict(factors=5, alpha=0, regularization=0.5))
compare_epochs('one factor', plain, dict(factors=1))
compare_epochs('relaxed', plain, dict(factors=8, relaxation=1.8))
compare_epochs('relaxed at once', heavy, dict(factors=8, relaxation=1.95, relaxation_ramp=2))
compare_epochs('less than plain', plain, dict(factors=6, relaxation=0.5, relaxation_wait=1))
compare_epochs('one item', random_counts(3, 9, 1, 0.8), dict(factors=3))
compare_epochs(
    'more factors than rows', random_counts(4, 12, 9, 0.4), dict(factors=20, regularization=1.0), 3
)
for solver in ('cholesky', 'whitened'):
    compare_epochs(f'solver {solver}', heavy, dict(factors=10, solver=solver, alpha=2))
    # small weights, few factors: what rounding explains is smallest here
    light = dict(factors=6, solver=solver, alpha=0.05, regularization=1.0)
    compare_epochs(f'solver {solver}, light', plain, light)
wide = random_counts(6, 160, 210, 0.25)
for factors in (33, 64, 130):
    compare_epochs(
        f'{factors} factors', wide, dict(factors=factors, alpha=3, regularization=10.0), 3
    )

# ---- real tables: their most active corners ----
for name, shape, settings, *by_count in (
    ('ml-100k', (300, 400), dict(factors=16)),
    ('hetrec-lastfm-2k', (250, 300), dict(factors=12)),
    ('hetrec-lastfm-2k', (200, 300), dict(factors=12, confidence='log', alpha=5)),
    ('online-retail-agg', (250, 300), dict(factors=12, alpha=40)),
    ('online-retail-agg', (300, 300), dict(factors=16, alpha=40), True),
):
    table = real_dense(name, *shape, *by_count)
    if table is not None:
        print(f'  {name}: {np.count_nonzero(table)} entries, counts up to {table.max():.0f}')
        compare_epochs(name, table, settings)

# ---- objective and epochs from rows of our own ----
for precision in UNIT:
    rng = np.random.default_rng(8)
    params = wrmf.Params(
        context,
        factors=6,
        precision=precision,
        regularization_user=0.7,
        regularization_item=0.02,
        alpha=15,
    )
    model = wrmf.Model.create(context, *plain.shape, params)
    x, y = (rng.normal(size=(n, 6)).astype(np.float32).astype(float) for n in plain.shape)
    model.set_rows(wrmf.USERS, x)
    model.set_rows(wrmf.ITEMS, y)
    check.equal('rows come back as they went in', model.rows(wrmf.USERS), x)
    c = formulas.confidence(plain, 15)
    matrix = wrmf.Matrix.from_dense(context, plain)
    compare_objective(f'own rows, {precision}', model, matrix, plain, c, (0.7, 0.02))
    model.continue_(context, matrix, 1)
    got = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
    label = f'epoch from own rows, {precision}'
    check_half(check, label, plain, c, y, got[0], 0.7, precision)
    check_half(check, label, plain.T, c.T, got[0], got[1], 0.02, precision)

# ---- the objective never rises ----
for table, settings in ((plain, dict(factors=8)), (heavy, dict(factors=16, regularization=0.01))):
    matrix = wrmf.Matrix.from_dense(context, table)
    params = wrmf.Params(context, precision='float64', **settings)
    model = wrmf.Model.create(context, *table.shape, params)
    c = formulas.confidence(table, 40)
    lambdas = (settings.get('regularization', 0.1),) * 2
    last, least = np.inf, 0.0
    for _ in range(12):
        model.continue_(context, matrix, 1)
        total = model.objective(context, matrix)['total']
        # each is off by the rounding of its sums; that the rows are off, too, adds squares of
        # what bounds.py allows them
        x, y = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
        bound = objective_bounds(table, c, x, y, lambdas)['total']
        check.true('objective never rises', total <= last + least + bound, (total, last))
        last, least = total, bound

# ---- the start ----
starts = ((64, 0.1, 'float32'), (7, 2.5, 'float64'))
for factors, scale, precision in () if THIN else starts:  # they come from no kernel and no BLAS
    import scipy.stats

    def start(users, items, seed, factors=factors, scale=scale, precision=precision):
        params = wrmf.Params(
            context, factors=factors, init_scale=scale, seed=seed, precision=precision
        )
        model = wrmf.Model.create(context, users, items, params)
        return (
            model.rows(wrmf.USERS) * np.sqrt(factors) / scale,
            model.rows(wrmf.ITEMS) * np.sqrt(factors) / scale,
        )

    x, y = start(2000, 1500, 42)
    for label, z in (('users', x), ('items', y)):
        p = scipy.stats.kstest(z.ravel(), 'norm').pvalue
        print(
            f'  start of {label}: Kolmogorov-Smirnov p = {p:.3f}, mean {z.mean():.4f}, '
            f'deviation {z.std():.4f}'
        )
        check.true('start is normal', p > 1e-4, p)
        check.true(
            'columns and rows are independent',
            np.abs(np.corrcoef(z[:, :7].T) - np.eye(7)).max() < 5 / np.sqrt(len(z))
            and abs(np.corrcoef(z[1:, 0], z[:-1, 0])[0, 1]) < 5 / np.sqrt(len(z)),
        )
    # five standard deviations of a correlation of so many independent pairs
    check.true(
        'sides differ',
        abs(np.corrcoef(x[:1500].ravel(), y.ravel())[0, 1]) < 5 / np.sqrt(y.size),
    )
    other = start(2000, 1500, 43)
    check.true(
        'seeds differ',
        abs(np.corrcoef(x.ravel(), other[0].ravel())[0, 1]) < 5 / np.sqrt(x.size),
    )
    small = start(30, 40, 42)
    check.equal('a start depends on side, row and column alone', small[0], x[:30])
    check.equal('a start depends on side, row and column alone', small[1], y[:40])
    narrow = start(30, 40, 42, factors=3)
    # both were scaled and rounded once, and are scaled back here
    check.bounded(
        'a start does not depend on factors but for its scale',
        narrow[0],
        x[:30, :3],
        (2 * UNIT[precision] + 8 * UNIT['float64']) * np.abs(x[:30, :3]),
    )
check.finish()

# SPDX-License-Identifier: BSD-2-Clause
"""Rows where the Gram matrix is nearly singular: 50 users, 400 items, 64 factors.

50 user rows cannot span 64 factors, so the items' systems are held up by the regularization
alone, or by nothing. The rows themselves are then hardly determined: bounds.py compares what is,
from the very same rows of the other side.
"""

from common import Checks, few, np, random_counts, real_dense
from bounds import check_half
import formulas
import wrmf

check = Checks('ill-conditioned')
context = wrmf.Context(threads=2)
USERS, ITEMS, FACTORS = 50, 400, 64


# the smaller alpha, the less rounding explains
for seed, alpha in ((1, 40), (2, 40), (3, 0.5)):
    rng = np.random.default_rng(seed)
    table = (rng.random((USERS, ITEMS)) < 0.1).astype(float)
    start = [rng.normal(0, 0.1, (n, FACTORS)).astype(np.float32).astype(float) for n in table.shape]
    matrix = wrmf.Matrix.from_dense(context, table)
    c = formulas.confidence(table, alpha)
    for solver in ('auto', 'cholesky', 'whitened') if seed != 2 else ('auto',):
        for regularization in few((0.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5)):
            params = wrmf.Params(
                context, factors=FACTORS, alpha=alpha, regularization=regularization, solver=solver
            )
            model = wrmf.Model.create(context, USERS, ITEMS, params)
            model.set_rows(wrmf.USERS, start[0])
            model.set_rows(wrmf.ITEMS, start[1])
            for epoch in (1, 2):
                before = model.rows(wrmf.ITEMS)
                model.continue_(context, matrix, 1)
                x, y = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
                check.true('all finite', np.isfinite(x).all() and np.isfinite(y).all())
                label = f'{solver}, alpha {alpha}, regularization {regularization:g}'
                for side, *half in (
                    ('users', table, c, before, x),
                    ('items', table.T, c.T, x, y),
                ):
                    check_half(
                        check,
                        f'{label}, {side}',
                        *half,
                        regularization,
                        'float32',
                        (seed, epoch),
                        solver,
                    )

# ---- corners of the article's grid on real tables: every row against float64 ----
for name, shape in (('ml-100k', (60, 90)), ('online-retail-agg', (70, 60))):
    table = real_dense(name, *shape)
    if table is None:
        continue
    matrix = wrmf.Matrix.from_dense(context, table)
    for factors in (40, 120):
        for alpha in few((1, 50, 1000)):
            c = formulas.confidence(table, alpha)
            for regularization in few((0.0, 1e-5, 1e-1)):
                params = wrmf.Params(
                    context,
                    factors=factors,
                    alpha=alpha,
                    regularization=regularization,
                    relaxation=1,
                )
                model = wrmf.Model.create(context, *table.shape, params)
                model.continue_(context, matrix, 2)
                before = model.rows(wrmf.ITEMS)
                model.continue_(context, matrix, 1)
                x, y = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
                check.true('all finite', np.isfinite(x).all() and np.isfinite(y).all())
                label = f'{name}, regularization {regularization:g}'
                detail = f'{factors} factors, alpha {alpha}'
                for half in ((table, c, before, x), (table.T, c.T, x, y)):
                    check_half(check, label, *half, regularization, 'float32', detail)

# ---- dependent factors without regularization: the solution of least norm ----
for precision in ('float32', 'float64'):
    for solver in ('auto', 'cholesky', 'whitened'):
        rng = np.random.default_rng(4)
        table = random_counts(4, 40, 30, 0.3)
        y = rng.integers(-3, 4, (30, 7)).astype(float)
        y[:, 5], y[:, 0] = y[:, 4], 0.0  # both exactly dependent
        matrix = wrmf.Matrix.from_dense(context, table)
        params = wrmf.Params(
            context,
            factors=7,
            alpha=5,
            regularization_user=0.0,
            regularization_item=1.0,
            precision=precision,
            solver=solver,
        )
        model = wrmf.Model.create(context, *table.shape, params)
        model.set_rows(wrmf.ITEMS, y)
        model.continue_(context, matrix, 1)
        c = formulas.confidence(table, 5)
        got = model.rows(wrmf.USERS)
        check_half(check, f'least norm, {precision}', table, c, y, got, 0.0, precision, solver)
        check.true(
            'rows of least norm are counted',
            model.statistic('rows_minimum_norm') >= table.any(axis=1).sum(),
            (solver, precision, model.statistic('rows_minimum_norm')),
        )

# ---- a direction of which rounding decides whether it is one: rows are no worse without it ----
for precision in ('float32', 'float64'):
    for apart in (1e-7, 2e-7):
        rng = np.random.default_rng(5)
        table = random_counts(4, 40, 30, 0.3)
        y = rng.normal(size=(30, 7))
        y[:, 5] = y[:, 4] + apart * y[:, 5]
        matrix = wrmf.Matrix.from_dense(context, table)
        params = wrmf.Params(
            context, factors=7, alpha=5, regularization_user=0.0, precision=precision
        )
        model = wrmf.Model.create(context, *table.shape, params)
        model.set_rows(wrmf.ITEMS, y)
        y = model.rows(wrmf.ITEMS)
        model.continue_(context, matrix, 1)
        got, c = model.rows(wrmf.USERS), formulas.confidence(table, 5)
        check_half(check, f'unclear rank, {precision}', table, c, y, got, 0.0, precision, apart)

# ---- whatever the input: finite factors, or an error that names a row ----
outcomes = {'finite': 0, 'refused': 0}
for precision in ('float32', 'float64'):
    for largest in (1.0, 1e20, 1e300):
        table = random_counts(3, 14, 11, 0.4)
        table[table > 3] = largest
        matrix = wrmf.Matrix.from_dense(context, table)
        for alpha in (0.0, 40.0, 1e30):
            for regularization in (0.0, 1e-30, 1e30):
                for init_scale in (0.0, 1e-6, 0.1, 1e6):
                    params = wrmf.Params(
                        context,
                        factors=16,
                        precision=precision,
                        alpha=alpha,
                        regularization=regularization,
                        init_scale=init_scale,
                        iterations=3,
                    )
                    label = f'{precision} {largest:g} {alpha:g} {regularization:g} {init_scale:g}'
                    try:
                        model = wrmf.Model.fit(context, matrix, params)
                    except wrmf.Error as failure:
                        outcomes['refused'] += 1
                        check.true(
                            'a refusal names the row',
                            failure.status == wrmf.E_NONFINITE
                            and any(digit.isdigit() for digit in failure.text),
                            f'{label}: {failure}',
                        )
                        continue
                    outcomes['finite'] += 1
                    for side in (wrmf.USERS, wrmf.ITEMS):
                        check.true('finite', np.isfinite(model.rows(side)).all(), label)
print(f'  extremes: {outcomes}')
check.finish()

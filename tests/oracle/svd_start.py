# SPDX-License-Identifier: BSD-2-Clause
"""The start that init=svd makes: sweeps in NumPy from the same random rows, then one exact epoch by
dense normal equations, against a fit of one epoch; and how soon it is where random starts get.

How far rounding moves rows is followed pass by pass. X = T Y G^-1, G = Y'Y + epsilon I, changes
with Y by no more than 3 |T| |Y| |G^-1| times its relative change (the derivative has three terms,
none larger, for |Y| |Y|' <= |G|), and is itself computed to (n + 4 f) cond(G) units of what its
terms add up to. The epoch is a pass of the same kind with each row's own system.
"""

from common import Checks, np, random_counts, real
from presets_case import ALPHA, LAMBDA, UNIT32, UNIT64, context, disliking, lambda_constant
from presets_case import signed, systems, table
import wrmf

check = Checks('the start from the matrix')
RIDGE = 1e-6


def norm(a):
    return np.linalg.norm(a, 2)


def sweep_side(targets, fixed, error, unit):
    """A side's rows, and how far they may be off, relative to their norm."""
    gram = fixed.T @ fixed
    gram += RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram))
    inverse = np.linalg.inv(gram)
    rows = targets @ fixed @ inverse
    size = norm(targets) * norm(fixed) * norm(inverse) / norm(rows)
    terms = norm(np.abs(targets)) * np.linalg.norm(fixed) * norm(inverse) / norm(rows)
    rounding = (targets.shape[1] + 4 * len(gram)) * np.linalg.cond(gram) * unit * terms
    return rows, 3 * size * np.linalg.cond(gram) ** 0.5 * error + rounding


def start_of(targets, items, sweeps, unit):
    error = 0.0
    for _ in range(sweeps):
        users, error = sweep_side(targets, items, error, unit)
        items, error = sweep_side(targets.T, users, error, unit)
    factor = (np.linalg.norm(items) / np.linalg.norm(users)) ** 0.5
    return items / factor, error + 4 * unit


def solve(counts, fixed, system, factors):
    rows, worst = np.zeros((len(counts), factors)), 0.0
    for u, a, b, _ in systems(counts, fixed, system):
        rows[u] = np.linalg.solve(a, b)
        worst = max(worst, np.linalg.cond(a))
    return rows, worst


def compare(label, counts, factors, sweeps, precision, target, targets, system, **values):
    unit = UNIT32 if precision == 'float32' else UNIT64
    params = wrmf.Params(
        context,
        init='svd',
        init_iterations=sweeps,
        factors=factors,
        precision=precision,
        target=target,
        alpha=ALPHA,
        regularization=LAMBDA,
        relaxation=1,
        iterations=1,
        **values,
    )
    drawn = wrmf.Model.create(context, *counts.shape, params).rows(wrmf.ITEMS)
    items, error = start_of(targets(counts), drawn, sweeps, unit)
    users, condition = solve(counts, items, system, factors)
    # rows are solved to 1e-12 or 1e-6, and to the precision, of systems of this condition
    tolerance = 1e-6 if precision == 'float32' else 1e-12
    error = condition * (4 * error + 4 * tolerance)
    model = wrmf.Model.fit(context, signed(counts), params)
    got = model.rows(wrmf.USERS)
    bound = min(error, 0.5) * np.linalg.norm(users, axis=1)[:, None]
    check.within('what the bound leaves open', error, 0.1, label)
    check.bounded('rows of the users', got, users, np.broadcast_to(bound, got.shape), label)
    check.true('a row without entries is 0', not got[~counts.any(axis=1)].any(), label)


HU = (
    lambda r: ALPHA * np.abs(r),
    lambda r: np.where(r > 0, 1 + ALPHA * r, 0),
    1.0,
    lambda_constant,
)
sparse = random_counts(3, 140, 90, 0.08)
sparse[5] = sparse[:, 7] = 0
for factors, sweeps, precision in ((3, 3, 'float64'), (6, 1, 'float64'), (3, 1, 'float32')):
    label = f'{factors} factors, {sweeps} sweeps, {precision}'
    compare(label, table, factors, sweeps, precision, 'one', np.sign, HU)
compare('few pairs', sparse, 20, 1, 'float64', 'one', np.sign, HU)
compare(
    'dislikes',
    disliking,
    3,
    2,
    'float64',
    'one',
    lambda r: (r > 0).astype(float),
    HU,
    negative_counts='dislike',
)
compare(
    'counts as targets',
    table,
    3,
    2,
    'float64',
    'count',
    lambda r: r,
    (HU[0], lambda r: (1 + ALPHA * r) * r, 1.0, lambda_constant),
)

# On real data: fewer epochs to the objective that a random start has after 15 of them, whatever is
# rounded: it takes 7 or so.
ml = real('ml-100k')
if ml is not None:
    user, item, count, users, items = ml
    ml = wrmf.Matrix.from_triplets(context, users, items, user, item, count)
    objectives = {}
    for init, epochs in (('random', 15), ('svd', 12)):
        params = wrmf.Params(context, init=init, factors=32, alpha=10, iterations=epochs)
        model = wrmf.Model.fit(context, ml, params)
        objectives[init] = model.objective(context, ml)['total']
    check.true(
        '12 epochs are worth 15 of a random start',
        objectives['svd'] <= objectives['random'],
        f'{objectives}',
    )
check.finish()

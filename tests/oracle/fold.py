# SPDX-License-Identifier: BSD-2-Clause
"""Rows that are folded in, and explanations, against dense normal equations in float64.

A model is fitted on some users; others, whom it has never seen, are folded in against its items,
and items against its users. What each entry contributes to a score is c y_t' A^-1 y_j with A formed
and solved densely (Hu, Koren and Volinsky 2008, section 5).
"""

from common import Checks, few, np, random_counts  # first: it skips where packages are missing
from bounds import UNIT, Half, check_half
import formulas
import wrmf

check = Checks('fold')
context = wrmf.Context(threads=2)


def check_rows(label, model, settings, new, side, precision):
    """new: rows to solve x rows of the other side."""
    alpha, kind = settings.get('alpha', 40), settings.get('confidence', 'linear')
    c = formulas.confidence(new, alpha, kind, settings.get('epsilon', 1.0))
    fixed = model.rows(1 - side)
    fold = wrmf.Fold(context, model, side)
    table = new if side == wrmf.USERS else new.T
    rows = fold.rows(context, wrmf.Matrix.from_dense(context, table))
    check_half(check, label, new, c, fixed, rows, settings['regularization'], precision)
    order = np.random.default_rng(3)
    for i in range(0, len(new), 7):
        index = order.permutation(np.flatnonzero(new[i]))
        same = fold.row(index, new[i, index]).tobytes() == rows[i].tobytes()
        check.true('one row has the bits of many', same, label)
    check_explanations(label, fold, fixed, new, c, settings['regularization'])


def check_explanations(label, fold, fixed, new, c, regularization):
    """The bound adds up what rounding may lose: sums of n products of the entries and of f of a
    row, the factorization, and a basis that is off by the condition of the Gram matrix."""
    half, f = Half(fixed, regularization), fixed.shape[1]
    lengths = np.linalg.norm(half.w, axis=1)
    for i in range(0, len(new), 11):
        index = np.flatnonzero(new[i])
        d = c[i, index] - 1
        a = half.b + (fixed[index].T * d) @ fixed[index]
        trace = f + float((d * lengths[index] ** 2).sum())
        lost = (len(index) + 4 * f + 10) * trace + 10 * f**2 * half.condition
        for target in range(0, len(fixed), 13):
            want = c[i, index] * (fixed[index] @ np.linalg.solve(a, fixed[target]))
            bound = UNIT['float64'] * lost * c[i, index] * lengths[index] * lengths[target]
            got, score = fold.explain(index, new[i, index], target)
            check.bounded('what an entry contributes', got, want, bound, label)
            check.bounded('the sum of all', score, want.sum(), bound.sum(), label)


known, new = random_counts(5, 60, 45, 0.15), random_counts(6, 40, 45, 0.2)
ones = (random_counts(7, 40, 45, 0.3) > 0).astype(float)
items = random_counts(8, 33, 60, 0.2)
CASES = [
    ('few factors', dict(factors=5, regularization=0.1)),
    ('more factors than rows', dict(factors=70, regularization=0.5)),
    ('logarithms', dict(factors=16, regularization=1.0, alpha=10, confidence='log')),
    ('heavy', dict(factors=24, regularization=0.1, alpha=1e5)),
    ('cholesky', dict(factors=33, regularization=10.0, solver='cholesky')),
    ('few steps', dict(factors=12, regularization=0.1, cg_steps=2)),
    ('solver cg', dict(factors=12, regularization=0.1, solver='cg')),
    ('blocks', dict(factors=20, regularization=0.1, solver='blocks')),
]
for label, settings in few(CASES):
    for precision in UNIT:
        params = wrmf.Params(context, precision=precision, iterations=3, **settings)
        model = wrmf.Model.fit(context, wrmf.Matrix.from_dense(context, known), params)
        name = f'{label}, {precision}'
        check_rows(f'users, {name}', model, settings, new, wrmf.USERS, precision)
        check_rows(f'counts of 1, {name}', model, settings, ones, wrmf.USERS, precision)
        check_rows(f'items, {name}', model, settings, items, wrmf.ITEMS, precision)
check.finish()

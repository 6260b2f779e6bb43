# SPDX-License-Identifier: BSD-2-Clause
"""Targets other than 1, and with them the loss of explicit models (L_exp): fits against dense
normal equations from the same start, slopes of the objective, explanations, cmfrec's model of
ratings without biases.
"""

from common import Checks, np  # first: it skips where packages are missing
from presets_case import (
    EPOCHS,
    FACTORS,
    LAMBDA,
    UNIT64,
    check_half,
    check_solutions,
    context,
    lambda_constant,
    ours,
    signed,
    solved,
    start,
    systems,
    table,
)
import growth
import wrmf

check = Checks('targets')
ratings = np.ceil(table)  # 1 to 5
explicit = (np.ones_like, lambda r: r, 0.0, lambda_constant)
SPARK = {'regularization_exponent': 1, 'regularization_size': 'entries'}
# text of the parameters, the counts, (extra weight, right side, weight of all cells, lambda)
CASES = [
    ('explicit', {}, ratings, explicit),
    ("explicit, Spark's", SPARK, ratings, (*explicit[:3], lambda n, others: LAMBDA * n)),
    (
        'logarithms beside unobserved cells',
        {'alpha': 2.0, 'confidence': 'plain', 'target': 'log', 'epsilon': 0.5}
        | {'unobserved_weight': 0.1, 'unobserved_scope': 'all'},
        table,
        (lambda r: 2 * r, lambda r: 2 * r * np.log1p(r / 0.5), 0.1, lambda_constant),
    ),
    (
        'counts beside unobserved cells',
        {'alpha': 1.0, 'unobserved_weight': 0.5},
        ratings,
        (lambda r: 0.5 + r, lambda r: (1 + r) * r, 0.5, lambda_constant),
    ),
]


def theirs(counts, system):
    x, y = start
    for _ in range(EPOCHS):
        x = solved(counts, y, system)
        y = solved(counts.T, x, system)
    return x, y


def model_of(rows, counts, **values):
    """A model with these rows, and the matrix of the counts."""
    params = wrmf.Params(
        context, preset='explicit', factors=FACTORS, precision='float64', **values
    )
    model = wrmf.Model.create(context, *counts.shape, params)
    for side, of_side in zip((wrmf.USERS, wrmf.ITEMS), rows):
        model.set_rows(side, of_side)
    return model, signed(counts)


def check_slopes(label, rows, counts, values):
    """Items are solved last: the objective is flat there. It is quadratic along each coordinate, so
    that its second difference is exact and the first is the slope, but for what sums of as many
    terms as there are cells lose, relative to the objective."""
    x, y = rows
    step = 0.01
    for item in range(0, len(y), 5):
        sides = []
        for sign in (-1, 0, 1):
            moved = y.copy()
            moved[item, item % FACTORS] += sign * step
            model, matrix = model_of((x, moved), counts, regularization=LAMBDA, **values)
            sides.append(model.objective(context, matrix)['total'])
        rounding = 4 * counts.size * UNIT64 * max(sides)
        curvature = sides[0] - 2 * sides[1] + sides[2]
        slope = (sides[2] - sides[0]) / 2
        # rows are solved to 1e-12 of the largest curvature, which is below their sizes' product
        solved_to = 1e-12 * np.linalg.norm(x) ** 2 * max(counts.max(), 1) * np.abs(y).max() * step
        check.within('slope', abs(slope), rounding + solved_to * counts.max(), label)
        check.true('a minimum', curvature > 0 or not counts[:, item].any(), label)


def check_explanations(label, rows, counts, values, system):
    """b_j y_j' A^-1 y_t, by a dense solution: n products a sum, the condition of A below 1e5."""
    model, _ = model_of(rows, counts, regularization=LAMBDA, **values)
    fold = wrmf.Fold(context, model, wrmf.USERS)
    for user, a, _, _ in systems(counts, rows[1], system):
        index = np.flatnonzero(counts[user])
        for target in range(0, counts.shape[1], 11):
            terms = rows[1][index] @ np.linalg.solve(a, rows[1][target])
            want = system[1](counts[user, index]) * terms
            got, score = fold.explain(index, counts[user, index], target)
            bound = 1e5 * UNIT64 * len(rows[1]) * np.abs(want).max(initial=0)
            check.bounded('what an entry contributes', got, want, bound, label)
            check.bounded('the sum of all', score, want.sum(), len(index) * bound, label)


for label, values, counts, system in CASES:
    got, want = ours('explicit', counts, **values), theirs(counts, system)
    for side, a, b in zip(('users', 'items'), got, want):
        # four epochs of systems whose condition is below 1e4, each solved to 1e-12
        bound = EPOCHS * 1e4 * 1e-12 * np.abs(b).max()
        check.bounded(f'{label}, {side}', a, b, np.full_like(b, bound), label)
    check_slopes(label, got, counts, values)
    check_explanations(label, got, counts, values, system)

def check_grown(label, values, counts, system):
    """A model of a part of the counts grows to all of them, in float64."""

    def check_rows(what, rows, got, fixed):
        check_solutions(check, what, rows, fixed, got, system, UNIT64)

    params = wrmf.Params(
        context,
        preset='explicit',
        factors=FACTORS,
        precision='float64',
        iterations=5,
        regularization=LAMBDA,
        **values,
    )
    model = wrmf.Model.fit(context, signed(counts[:38, :27]), params)
    growth.check_growth(check, f'grown, {label}', context, model, signed, counts, check_rows)


# residuals of ratings, above and below 0
residuals = np.where(ratings > 0, ratings - 2.5, 0)
signed_targets = (
    lambda r: 1 + 2 * np.abs(r),
    lambda r: (1 + 2 * np.abs(r)) * r,
    0.0,
    lambda_constant,
)
for case in (*CASES[:3], ('signed', {'target': 'signed', 'alpha': 2.0}, residuals, signed_targets)):
    check_grown(case[0], case[1], case[2], case[3])

try:
    import cmfrec
    import scipy.sparse as sparse

    peer = cmfrec.CMF(
        k=FACTORS,
        lambda_=LAMBDA,
        user_bias=False,
        item_bias=False,
        center=False,
        use_cg=False,
        use_float=False,
        niter=EPOCHS,
        nthreads=1,
        verbose=False,
    )
    peer.fit(sparse.coo_matrix(ratings))
    # rows without ratings stay at the start
    users = np.where(ratings.any(axis=1)[:, None], peer.A_, 0)
    check_half(check, 'cmfrec', 'explicit', ratings, peer.B_, users, explicit, UNIT64)
except ImportError as missing:
    print(f'  its formula alone: {missing}')
check.finish()

# SPDX-License-Identifier: BSD-2-Clause
"""Targets other than 1, and with them the loss of explicit models (L_exp): fits against dense
normal equations from the same start, slopes of the objective, explanations, cmfrec's model of
ratings without biases, and the error on ratings held out of real data.
"""

from common import Checks, np, real  # first: it skips where packages are missing
from presets_case import (
    EPOCHS,
    FACTORS,
    LAMBDA,
    UNIT64,
    check_half,
    context,
    lambda_constant,
    ours,
    signed,
    solved,
    start,
    systems,
    table,
)
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


def held_out(user, item, count, users, items):
    """A fifth of the ratings held out: the root of their mean squared error, as ratings are
    foretold by the sum of the mean and what users and items are above it, and by the model."""
    test = np.random.default_rng(0).permutation(len(count)) < len(count) // 5
    train = [a[~test] for a in (user, item, count)]
    mean, above = train[2].mean(), {0: np.zeros(users), 1: np.zeros(items)}
    for _ in range(10):
        for side in (1, 0):
            rest = train[2] - mean - above[1 - side][train[1 - side]]
            n, sums = (np.bincount(train[side], w, len(above[side])) for w in (None, rest))
            above[side] = sums / (n + 5)
    plain = mean + above[0][user[test]] + above[1][item[test]]
    params = wrmf.Params(
        context, preset='explicit', factors=5, regularization=0.1, iterations=20, **SPARK
    )
    matrix = wrmf.Matrix.from_triplets(context, users, items, *train)
    model = wrmf.Model.fit(context, matrix, params)
    rest = wrmf.Matrix.from_triplets(context, users, items, user[test], item[test], count[test])
    scores = (model.rows(0)[user[test]] * model.rows(1)[item[test]]).sum(axis=1)
    ours, biases = (np.mean((count[test] - s) ** 2) for s in (scores, plain))
    # `observed` of other pairs than those of the fit is the sum of their squared errors
    squares = model.objective(context, rest)['observed']
    check.bounded('squared errors by the objective', squares, ours * test.sum(), 1e-6 * squares)
    print(f'  ml-100k, RMSE of 20,000 ratings: {ours**0.5:.4f}, by biases alone {biases**0.5:.4f}')
    check.true('better than biases alone', ours < biases)


if real('ml-100k'):
    held_out(*real('ml-100k'))
check.finish()

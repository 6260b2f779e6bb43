# SPDX-License-Identifier: BSD-2-Clause
"""Biases: fits against dense normal equations from the same start, each row's factors and bias
solved for together; the objective against its formula, its slopes, and that it never rises; folds;
lists of similar rows; cmfrec's model of ratings with biases; and the error on ratings held out of
real data.
"""

import ctypes

from common import Checks, np, real  # first: it skips where packages are missing
from presets_case import EPOCHS, FACTORS, LAMBDA, UNIT64, context, signed, table
import wrmf

check = Checks('biases')
USERS, ITEMS = wrmf.USERS, wrmf.ITEMS
ratings = np.ceil(table)  # 1 to 5
SCALED = {'regularization_exponent': 1, 'regularization_size': 'entries'}
disliking = ratings * np.where(np.arange(table.size).reshape(table.shape) % 3, 1, -1)
one = np.ones_like
rng = np.random.default_rng(7)


def constant(r):
    return LAMBDA


def by_entries(r):
    return LAMBDA * max((r > 0).sum(), 1)


# text of the parameters, the counts, confidence and target of a count, lambda of a row of counts
CASES = [
    ('ratings', {}, ratings, one, lambda r: r, constant),
    ('scaled', SCALED, ratings, one, lambda r: r, by_entries),
    ('weighed', {'alpha': 2.0}, table, lambda r: 1 + 2 * r, lambda r: r, constant),
    (
        'logarithms',
        {'alpha': 2.0, 'confidence': 'plain', 'target': 'log', 'epsilon': 0.5},
        table,
        lambda r: 2 * r,
        lambda r: np.log1p(r / 0.5),
        constant,
    ),
    (
        'dislikes',
        {'negative_counts': 'dislike', **SCALED},
        disliking,
        one,
        lambda r: np.where(r > 0, r, 0),
        by_entries,
    ),
    ('signed', {'target': 'signed'}, disliking, one, lambda r: r, constant),
    ('ones', {'target': 'one', 'alpha': 1.0}, (table > 0) * 1.0, lambda r: 1 + r, one, constant),
]


def mean_of(model):
    return wrmf._get('wrmf_model_mean', ctypes.c_double, model.pointer)


def params_of(**values):
    values = {'regularization': LAMBDA, 'precision': 'float64', **values}
    return wrmf.Params(context, preset='explicit', biases=1, factors=FACTORS, **values)


def split(model):
    """(x, b), (y, c), mean: the constant columns are checked."""
    users, items, mean = model.rows(USERS), model.rows(ITEMS), mean_of(model)
    check.equal('the constant columns', users[:, -1], np.ones(len(users)))
    check.equal('the constant columns', items[:, -2], np.ones(len(items)))
    return users[:, :-1], np.column_stack([items[:, :-2], items[:, -1] - mean]), mean


def solved(counts, fixed, mean, case):
    """The rows (factors, bias) of counts' rows, given those of its columns."""
    _, _, _, confidence, target, lambda_of = case
    rows = np.zeros((len(counts), fixed.shape[1]))
    for u, r in enumerate(counts):
        on = r != 0
        if on.any():
            y = np.column_stack([fixed[on, :-1], np.ones(on.sum())])
            w, p = confidence(r[on]), target(r[on]) - mean - fixed[on, -1]
            a = (y.T * w) @ y + lambda_of(r) * np.eye(y.shape[1])
            rows[u] = np.linalg.solve(a, y.T @ (w * p))
    return rows


def loss(counts, users, items, mean, case):
    """The objective by its formula, in pieces: of pairs, of regularization."""
    _, _, _, confidence, target, lambda_of = case
    on = counts != 0
    scores = mean + users[:, -1:] + items[:, -1] + users[:, :-1] @ items[:, :-1].T
    observed = (confidence(counts[on]) * (target(counts[on]) - scores[on]) ** 2).sum()
    rows = ((users, counts), (items, counts.T))
    return observed, sum(lambda_of(r) * (x**2).sum() for side in rows for x, r in zip(*side))


def check_fit(case, **more):
    """Plain epochs from the same start."""
    label, values, counts, confidence, target, _ = case
    on = counts != 0
    mean = np.average(target(counts[on]), weights=confidence(counts[on]))
    matrix = signed(counts)
    model = wrmf.Model.create(
        context, *counts.shape, params_of(relaxation=1, iterations=EPOCHS, **values, **more)
    )
    start = [rng.normal(scale=0.3, size=(n, FACTORS + 1)) for n in counts.shape]
    ones = [np.ones(n) for n in counts.shape]
    model.set_rows(USERS, np.column_stack([start[0], ones[0]]))
    model.set_rows(ITEMS, np.column_stack([start[1][:, :-1], ones[1], start[1][:, -1]]))
    model.continue_(context, matrix, EPOCHS)
    users, items, got_mean = split(model)
    check.bounded('the mean', got_mean, mean, 1e-14 * counts.size, label)
    x, y = start
    for _ in range(EPOCHS):
        x = solved(counts, y, got_mean, case)
        y = solved(counts.T, x, got_mean, case)
    for side, got, want in (('users', users, x), ('items', items, y)):
        # four epochs of systems whose condition is below 1e4, each solved to 1e-12
        bound = EPOCHS * 1e4 * 1e-12 * np.abs(want).max()
        check.bounded(f'{label}, {side}', got, want, np.full_like(want, bound), str(more))
    return model, matrix, (users, items, got_mean)


def check_objective(case, model, matrix, rows):
    """Its parts; and that it is flat where items were solved last: second differences are exact."""
    label, _, counts = case[:3]
    users, items, mean = rows
    parts = model.objective(context, matrix)
    observed, regularization = loss(counts, *rows, case)
    rounding = 8 * counts.size * UNIT64
    check.bounded('observed', parts['observed'], observed, rounding * observed, label)
    check.equal('all cells', parts['all'], 0.0, label)
    check.bounded(
        'regularization', parts['regularization'], regularization, rounding * regularization, label
    )
    whole, step = model.rows(ITEMS), 0.01
    for item in range(0, len(items), 7):
        for column in (item % FACTORS, FACTORS + 1):
            totals = []
            for sign in (-1, 0, 1):
                moved = whole.copy()
                moved[item, column] += sign * step
                model.set_rows(ITEMS, moved)
                totals.append(model.objective(context, matrix)['total'])
            slope = (totals[2] - totals[0]) / 2
            check.within('slope', abs(slope), 1e-11 * max(totals), label)
            check.true('a minimum', totals[0] - 2 * totals[1] + totals[2] > 0, label)
    model.set_rows(ITEMS, whole)


def check_folds(case, model, matrix, rows):
    label, _, counts = case[:3]
    users, items, mean = rows
    got = wrmf.Fold(context, model, USERS).rows(context, matrix)
    want = solved(counts, items, mean, case)
    bound = np.full_like(want, 1e4 * 1e-12 * np.abs(want).max())
    check.bounded('users that are folded in', got[:, :-1], want, bound, label)
    check.equal('and their last column', got[:, -1], np.ones(len(got)))
    got = wrmf.Fold(context, model, ITEMS).rows(context, matrix)
    check.bounded(
        'items that are folded in', got, model.rows(ITEMS), 1e-8 * np.abs(items).max(), label
    )


def check_falls(label, counts, **values):
    """No epoch raises the objective, by any solver."""
    matrix, before = signed(counts), np.inf
    model = wrmf.Model.create(context, *counts.shape, params_of(iterations=0, **values))
    for _ in range(12):
        model.continue_(context, matrix, 1)
        now = model.objective(context, matrix)['total']
        check.true('the objective falls', now <= before * (1 + 1e-6), f'{label}: {now} {before}')
        before = now
    return before


def check_similar(model, side):
    """By cosine and by product of the factors alone: one list, many, few, with a server."""
    factors = model.rows(side)[:, :-2]
    lengths = np.linalg.norm(factors, axis=1)
    unit = factors / np.where(lengths > 0, lengths, 1)[:, None]
    for dot, rows in ((0, unit), (1, factors)):
        scores = rows @ rows.T
        np.fill_diagonal(scores, -np.inf)
        best = -np.sort(-scores, axis=1)[:, :5]
        bound = 1e-12 if model.bits == 64 else 1e-5
        bound *= max(1, np.abs(rows).max() ** 2)
        query = wrmf.Query(context, model, side, side, 5, dot, 1)
        server = wrmf.Server(context, model, 15)
        many = query.run_batch()
        check.bounded('similar rows', many[1], best, np.full_like(best, bound))
        check.bounded('and these', np.take_along_axis(scores, many[0], 1), best, bound)
        for ways in (query, query.serve(server)):
            for row in range(0, len(rows), 3):
                got = ways.run(row)
                check.equal('one list', got[0], many[0][row])
                check.equal('its scores', got[1], many[1][row])
            few = ways.run_batch([1, 5, 2, 4, 3, 0, 7])
            check.equal('few lists', few[0], many[0][[1, 5, 2, 4, 3, 0, 7]])


def check_large(factors, counts, precision, tolerance):
    """Wide rows, and one of so many entries that all workers share it: the items that a fit ends
    with, given its users; and the same bits on one thread and three."""
    matrix, fits = signed(counts), []
    for threads in (1, 3):
        params = params_of(precision=precision, iterations=3)
        wrmf._call('wrmf_params_set', params.pointer, b'factors', str(factors).encode())
        fits.append(wrmf.Model.fit(wrmf.Context(threads=threads), matrix, params))
    for side in (USERS, ITEMS):
        check.equal('bits of one thread and three', fits[0].rows(side), fits[1].rows(side))
    users, items, mean = split(fits[0])
    want = solved(counts.T, users, mean, CASES[0])
    # a row is solved to the tolerance relative to its system, whose condition is at most this
    most = (counts > 0).sum(axis=0).max() * (1 + (users[:, :-1] ** 2).sum(axis=1).max())
    bound = np.full_like(want, tolerance * (1 + most / LAMBDA) * np.abs(want).max())
    check.bounded(f'large rows, {precision}', items, want, bound, str(factors))


def check_cmfrec():
    """Its users, solved last, given its items: its rows are ours, folded in."""
    try:
        import cmfrec
        import scipy.sparse as sparse
    except ImportError as missing:
        print(f'  without cmfrec: {missing}')
        return
    peer = cmfrec.CMF(
        k=FACTORS,
        lambda_=LAMBDA,
        use_cg=False,
        use_float=False,
        niter=EPOCHS,
        nthreads=1,
        verbose=False,
    )
    peer.fit(sparse.coo_matrix(ratings))
    model = wrmf.Model.create(context, *ratings.shape, params_of())
    ones = np.ones((len(peer.B_), 1))
    bias = peer.item_bias_[:, None] + peer.glob_mean_
    model.set_rows(ITEMS, np.hstack([peer.B_, ones, bias]))
    wrmf._call('wrmf_model_set_mean', model.pointer, ctypes.c_double(peer.glob_mean_))
    got = wrmf.Fold(context, model, USERS).rows(context, signed(ratings))[:, :-1]
    want = np.column_stack([peer.A_, peer.user_bias_])
    rated = ratings.any(axis=1)
    bound = np.full_like(want[rated], 1e4 * 1e-12 * np.abs(want).max())
    check.bounded("cmfrec's mean", peer.glob_mean_, ratings[ratings > 0].mean(), 1e-12)
    check.bounded("cmfrec's users", got[rated], want[rated], bound)


def held_out(user, item, count, users, items):
    """A fifth of the ratings held out: the root of their mean squared error."""
    test = np.random.default_rng(0).permutation(len(count)) < len(count) // 5
    pairs = [[a[part] for a in (user, item, count)] for part in (~test, test)]
    train, rest = (wrmf.Matrix.from_triplets(context, users, items, *p) for p in pairs)
    errors = {}
    print('  ml-100k, RMSE of a fifth of the ratings:')
    for label, values in (
        ('without biases', {'regularization': 0.1, **SCALED}),
        ('with biases', {'regularization': 10, 'biases': 1}),
    ):
        params = wrmf.Params(context, preset='explicit', factors=5, iterations=20, **values)
        model = wrmf.Model.fit(context, train, params)
        squares = model.objective(context, rest)['observed']
        scores = (model.rows(USERS)[user[test]] * model.rows(ITEMS)[item[test]]).sum(axis=1)
        want = ((count[test] - scores) ** 2).sum()
        check.bounded('squared errors by the objective', squares, want, 1e-6 * want, label)
        errors[label] = (squares / test.sum()) ** 0.5
        print(f'    {label} {errors[label]:.4f}')
    check.true('biases help', errors['with biases'] < errors['without biases'])


for case in CASES:
    model, matrix, rows = check_fit(case)
    check_objective(case, model, matrix, rows)
    check_folds(case, model, matrix, rows)
for solver in ('cholesky', 'whitened'):
    check_fit(CASES[1], solver=solver)
check_fit(CASES[0], solver='cg', cg_steps=200)
floors = [
    check_falls(label, ratings, **SCALED, **values)
    for label, values in (
        ('float32', {'precision': 'float32'}),
        ('float64', {}),
        ('blocks', {'solver': 'blocks'}),
        ('cg', {'solver': 'cg'}),
        ('steps', {'solver': 'whitened', 'cg_steps': 2}),
        ('under-relaxed', {'relaxation': 0.6}),
    )
]
check.within('all fall as far', max(floors), 1.05 * min(floors))
for precision in ('float32', 'float64'):
    model = wrmf.Model.fit(context, signed(ratings), params_of(precision=precision))
    model.bits = int(precision[-2:])
    for side in (USERS, ITEMS):
        check_similar(model, side)
crowd = np.zeros((33000, 4))
crowd[:, 0] = 1 + np.arange(len(crowd)) % 5
crowd[::16, 1] = 1 + np.arange(len(crowd[::16])) % 4
check_large(FACTORS, crowd, 'float64', 1e-12)
check_large(FACTORS, crowd, 'float32', 1e-6)
check_large(300, ratings, 'float64', 1e-12)
check_large(140, ratings, 'float32', 1e-6)
check_cmfrec()
if real('ml-100k'):
    held_out(*real('ml-100k'))
check.finish()

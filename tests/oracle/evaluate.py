# SPDX-License-Identifier: BSD-2-Clause
"""Every ranking metric and the mean squared error, by their definitions in plain Python."""

import itertools
import math

# first: it skips where packages are missing
from common import Checks, few, np, random_counts, real_dense
from bounds import metric_bound, mse_bounds, score_bounds
import formulas
import wrmf
from sklearn.metrics import mean_squared_error, ndcg_score, roc_auc_score

check = Checks('evaluate')
context = wrmf.Context(threads=2)


def model_with_rows(x, y, precision):
    model = wrmf.Model.create(
        context, len(x), len(y), wrmf.Params(context, factors=x.shape[1], precision=precision)
    )
    model.set_rows(wrmf.USERS, x)
    model.set_rows(wrmf.ITEMS, y)
    return model


def library_scores(model, precision):
    """The scores that the library ranks by, after a check that they are the products."""
    cells = model.rows(wrmf.USERS) @ model.rows(wrmf.ITEMS).T
    items, scores, counts = model.recommend_batch(context, max(cells.shape[1], 1))
    check.true('all items are ranked', (counts == cells.shape[1]).all())
    table = np.full(cells.shape, np.nan)
    np.put_along_axis(table, items[:, : cells.shape[1]], scores[:, : cells.shape[1]], axis=1)
    bound = score_bounds(model.rows(wrmf.USERS), model.rows(wrmf.ITEMS), precision)
    check.bounded(f'scores are the products, {precision}', table, cells, bound)
    for u, i in itertools.product(range(0, len(cells), 7), range(0, cells.shape[1], 11)):
        check.equal('score of a pair', model.score(u, i), table[u, i])
    return table, cells


def compare(label, evaluator, want, counted, skipped, cutoffs, users, model):
    check.equal('users counted', evaluator.counted, counted, label)
    check.equal('users skipped', evaluator.skipped, skipped, label)
    squares = mse_bounds(model.rows(wrmf.USERS), model.rows(wrmf.ITEMS), list(users))
    for (metric, k), (mean, per_user) in want.items():
        got, detail = evaluator.value(metric, k), f'{label}, k = {k}'
        bound = metric_bound(cutoffs, users)
        # sums over items, in bits, or over pairs
        if metric in ('gini', 'entropy', 'novelty', 'rmse', 'mae'):
            cells = len(model.rows(wrmf.ITEMS)) * max(len(model.rows(wrmf.USERS)), 1)
            bound = metric_bound([cells], users) * max(1, abs(mean))
        if metric == 'mse':
            bound = squares.mean() if len(squares) else 0.0
        check.bounded(f'{metric}', got, mean, bound, detail)
        if per_user is not None:
            values = evaluator.user_values(metric, k)
            if metric != 'novelty':
                bound = squares if metric == 'mse' else metric_bound(cutoffs, [0])
            check.bounded(f'{metric} of each user', values, per_user, bound, detail)
    check.true(
        'no value at a cut-off that was not asked for',
        math.isnan(evaluator.value('precision', max(cutoffs) + 1)),
        label,
    )


def compare_all(label, model, precision, train, test, cutoffs, users=None):
    scores, cells = library_scores(model, precision)
    matrices = [wrmf.Matrix.from_dense(context, t) for t in (train, test)]
    chosen = list(range(len(test))) if users is None else list(users)
    for exclude, empty in itertools.product(('none', 'train'), ('skip', 'zero')):
        want, counted, skipped = formulas.evaluate(
            scores,
            cells,
            test,
            train if exclude == 'train' else None,
            chosen,
            cutoffs,
            empty,
            train,
        )
        evaluator = wrmf.Evaluator(
            context, matrices[1], matrices[0], users, cutoffs, list(wrmf.METRICS), exclude, empty
        )
        evaluator.run(context, model)
        compare(
            f'{label}, {precision}, exclude {exclude}, empty {empty}',
            evaluator,
            want,
            counted,
            skipped,
            cutoffs,
            chosen,
            model,
        )
        if (exclude, empty) in (('train', 'skip'), ('none', 'zero')):
            protocol = 'standard' if exclude == 'train' else 'article'
            named = wrmf.Evaluator(
                context,
                matrices[1],
                matrices[0],
                users,
                cutoffs,
                list(wrmf.METRICS),
                protocol=protocol,
            ).run(context, model)
            compare(
                f'{label}, {precision}, {protocol}',
                named,
                want,
                counted,
                skipped,
                cutoffs,
                chosen,
                model,
            )
    alone = wrmf.Evaluator(context, matrices[1], None, users, cutoffs, list(wrmf.METRICS)).run(
        context, model
    )
    want, counted, skipped = formulas.evaluate(scores, cells, test, None, chosen, cutoffs, 'skip')
    label = f'{label}, {precision}'
    compare(f'{label}, without train', alone, want, counted, skipped, cutoffs, chosen, model)
    compare_article(
        label, evaluator_article(matrices, users, cutoffs, model), scores, test, chosen, cutoffs
    )


def evaluator_article(matrices, users, cutoffs, model):
    return wrmf.Evaluator(
        context, matrices[1], matrices[0], users, cutoffs, ['precision'], protocol='article'
    ).run(context, model)


def compare_article(label, evaluator, scores, test, users, cutoffs):
    """Precision at k as the article computes it: argsort of the negated scores of all items."""
    for k in cutoffs:
        hits = [
            np.isin(np.argsort(-scores[u], kind='stable')[:k], np.flatnonzero(test[u])).sum() / k
            for u in users
        ]
        check.bounded(
            'precision as in the article',
            evaluator.value('precision', k),
            np.mean(hits) if hits else math.nan,
            metric_bound(cutoffs, users),
            label,
        )


def parts(seed, table):
    """Train and test out of one table, some users without test entries, some items in both."""
    rng = np.random.default_rng(seed)
    test = np.where(rng.random(table.shape) < 0.4, table, 0)
    test[rng.random(len(table)) < 0.2] = 0
    overlap = (rng.random(table.shape) < 0.1) & (test > 0)
    return np.where((test > 0) & ~overlap, 0, table), test


# ---- whole numbers as factors: scores are exact and many are equal ----
for seed, (users, items, factors) in enumerate(
    few(((30, 25, 2), (12, 40, 3), (20, 9, 1), (1, 1, 2), (5, 300, 2)))
):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-2, 3, (users, factors)).astype(float), rng.integers(
        -2, 3, (items, factors)
    ).astype(float)
    train, test = parts(seed, random_counts(seed, users, items, 0.3))
    for precision in ('float32', 'float64'):
        compare_all(
            'many ties', model_with_rows(x, y, precision), precision, train, test, [1, 2, 5, 10, 64]
        )
# a model of zeros: all scores are equal
train, test = parts(3, random_counts(3, 14, 11, 0.4))
compare_all(
    'all scores equal',
    model_with_rows(np.zeros((14, 2)), np.zeros((11, 2)), 'float32'),
    'float32',
    train,
    test,
    [1, 4, 11, 12],
)

# ---- factors of any size ----
shapes = few(((60, 80, 8), (25, 400, 16), (130, 33, 33)))
for seed, (users, items, factors) in enumerate(shapes):
    rng = np.random.default_rng(50 + seed)
    x, y = rng.normal(size=(users, factors)), rng.normal(size=(items, factors))
    train, test = parts(seed, random_counts(seed, users, items, 0.15))
    for precision in ('float32', 'float64'):
        model = model_with_rows(x, y, precision)
        compare_all('random factors', model, precision, train, test, [1, 3, 5, 10, 50])
        some = np.sort(rng.choice(users, users // 3, replace=False))
        compare_all('some users', model, precision, train, test, [5, 20], some)

# ---- fitted to real tables ----
for name, shape in few(
    (
        ('ml-100k', (150, 300)),
        ('hetrec-lastfm-2k', (120, 400)),
        ('online-retail-agg', (120, 300)),
    ),
    3,
):
    table = real_dense(name, *shape)
    if table is not None:
        train, test = parts(9, table)
        params = wrmf.Params(context, factors=16, iterations=3)
        model = wrmf.Model.fit(context, wrmf.Matrix.from_dense(context, train), params)
        compare_all(name, model, 'float32', train, test, [1, 5, 10])

# ---- against scikit-learn, where its definitions are these ----
rng = np.random.default_rng(77)
users, items = 80, 120
test = (rng.random((users, items)) < 0.1).astype(float)
test[:, 0] = 1  # at least one good and one bad item for each
test[:, 1] = 0
for label, x, y in (
    ('', rng.normal(size=(users, 6)), rng.normal(size=(items, 6))),
    (
        ' with ties',
        rng.integers(-2, 3, (users, 3)).astype(float),
        rng.integers(-2, 3, (items, 3)).astype(float),
    ),
):
    model = model_with_rows(x, y, 'float64')
    cutoffs = [1, 5, 10, 50]
    evaluator = wrmf.Evaluator(
        context, wrmf.Matrix.from_dense(context, test), None, None, cutoffs, ['auc', 'ndcg', 'mse']
    ).run(context, model)
    scores, cells = library_scores(model, 'float64')
    check.bounded(
        f'auc against roc_auc_score{label}',
        evaluator.user_values('auc'),
        [roc_auc_score(t, s) for t, s in zip(test, scores)],
        metric_bound([items], [0]),  # it sums up trapezoids, at most one an item
    )
    check.bounded(
        f'mse against mean_squared_error{label}',
        evaluator.value('mse'),
        mean_squared_error(test, cells),
        mse_bounds(x, y, range(users)).mean(),
    )
    # its gains are the sums that ours are divided from; ties are averaged there, so we break
    # them first
    order = np.argsort(np.argsort(-scores, axis=1, kind='stable'), axis=1)
    for k in cutoffs:
        want = [ndcg_score(t[None], -r[None].astype(float), k=k) for t, r in zip(test, order)]
        check.bounded(
            f'ndcg against ndcg_score{label}',
            evaluator.user_values('ndcg', k),
            want,
            metric_bound([items], [0]),  # it sums up all items
            k,
        )

# ---- an evaluator used again gives what a new one gives ----
train, test = parts(4, random_counts(4, 40, 50, 0.3))
evaluator = wrmf.Evaluator(
    context,
    wrmf.Matrix.from_dense(context, test),
    wrmf.Matrix.from_dense(context, train),
    None,
    [3, 9],
    list(wrmf.METRICS),
)
for seed in range(4):
    rng = np.random.default_rng(seed)
    model = model_with_rows(rng.normal(size=(40, 5)), rng.normal(size=(50, 5)), 'float32')
    evaluator.run(context, model)
    scores, cells = library_scores(model, 'float32')
    want, counted, skipped = formulas.evaluate(
        scores, cells, test, train, list(range(40)), [3, 9], 'skip', train
    )
    compare('used again', evaluator, want, counted, skipped, [3, 9], range(40), model)
check.finish()

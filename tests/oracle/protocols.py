# SPDX-License-Identifier: BSD-2-Clause
"""Baselines, candidates, folded users, intervals and tests by NumPy; pooled precision by implicit.

Resamples are drawn by the library's own counters, so that intervals and p-values are compared with
what any good resampling gives: their own standard errors bound the difference.
"""

import math

# first: it skips where packages are missing
from common import Checks, np, random_counts
from bounds import metric_bound
import formulas
import wrmf
import scipy.sparse
import scipy.stats

check = Checks('protocols')
context = wrmf.Context(threads=2)
CUTOFFS = [1, 5, 10]
METRICS = ['precision', 'recall', 'ndcg', 'map', 'mrr', 'hit_rate', 'auc', 'precision_pooled']


def parts(seed, users, items, density=0.25):
    table = random_counts(seed, users, items, density)
    rng = np.random.default_rng(seed)
    table = table * (1 + rng.random(table.shape))  # so that no two cosines are equal
    moved = rng.random(table.shape) < 0.3
    return np.where(moved, 0, table), np.where(moved, table, 0)


def matrix(table):
    return wrmf.Matrix.from_dense(context, table)


def compare(label, evaluator, scores, test, excluded):
    """The library's figures beside those of a table of scores, in which ties are exact."""
    users = list(range(len(test)))
    want, counted, _ = formulas.evaluate(scores, scores, test, excluded, users, CUTOFFS, 'skip')
    check.equal(f'{label}: users counted', evaluator.counted, counted)
    for metric in METRICS:
        for k in [0] if metric == 'auc' else CUTOFFS:
            check.bounded(
                f'{label}: {metric}',
                evaluator.value(metric, k),
                want[metric, k][0],
                metric_bound([test.shape[1]], users),
            )


def near_cosines(train, neighbors):
    """Items x items: the cosine where the column is among the nearest of the row, else 0."""
    cosines = formulas.cosine(train.T)
    order = np.argsort(-cosines, axis=1, kind='stable')[:, :neighbors]
    kept = np.zeros_like(cosines)
    np.put_along_axis(kept, order, np.take_along_axis(cosines, order, axis=1), axis=1)
    return kept


# ---- baselines ----
for seed, neighbors in ((1, 100), (2, 7)):
    train, test = parts(seed, 50, 40)
    evaluator = wrmf.Evaluator(context, matrix(test), matrix(train), None, CUTOFFS, METRICS)
    evaluator.run_baseline(context, matrix(train), 'popular')
    popular = np.tile((train > 0).sum(axis=0).astype(float), (len(train), 1))
    compare('most popular', evaluator, popular, test, train)
    evaluator.run_baseline(context, matrix(train), 'cosine', neighbors)
    compare('item cosine', evaluator, train @ near_cosines(train, neighbors), test, train)

# ---- one positive among sampled negatives, scored by whole numbers ----
rng = np.random.default_rng(5)
scores = rng.integers(-9, 10, (60, 200)).astype(float)
positives, candidates = np.zeros_like(scores), np.zeros_like(scores)
for u in range(len(scores)):
    chosen = rng.choice(scores.shape[1], 21, replace=False)
    positives[u, chosen[0]] = candidates[u, chosen] = 1
evaluator = wrmf.Evaluator(context, matrix(positives), None, None, CUTOFFS, METRICS)
evaluator.set_candidates(matrix(candidates)).run_scores(context, lambda u: scores[u])
compare('candidates', evaluator, scores, positives, 1 - candidates)
ahead = (candidates > 0) & (
    (scores > (scores * positives).sum(axis=1)[:, None])
    | (
        (scores == (scores * positives).sum(axis=1)[:, None])
        & (np.arange(scores.shape[1]) < positives.argmax(axis=1)[:, None])
    )
)
ranks = ahead.sum(axis=1)  # from 0
for k in CUTOFFS:
    check.bounded('hit rate', evaluator.value('hit_rate', k), (ranks < k).mean(), 1e-15)
    gain = np.where(ranks < k, 1 / np.log2(ranks + 2), 0).mean()
    check.bounded('ndcg of one positive', evaluator.value('ndcg', k), gain, 1e-14)

# ---- users that are folded in, by the normal equations ----
train, _ = parts(7, 80, 45)
given, test = parts(8, 30, 45)
params = wrmf.Params(
    context, factors=6, precision='float64', alpha=3, tolerance=1e-12, regularization_user=0.5
)
model = wrmf.Model.fit(context, matrix(train), params)
y = model.rows(wrmf.ITEMS)
confidence = 3 * given
rows = np.stack(
    [
        np.linalg.solve(
            y.T @ y + (y.T * confidence[u]) @ y + 0.5 * np.eye(6),
            y.T @ ((1 + confidence[u]) * (given[u] > 0)),
        )
        for u in range(len(given))
    ]
)
evaluator = wrmf.Evaluator(context, matrix(test), matrix(given), None, CUTOFFS, METRICS)
evaluator.run_folded(context, model, matrix(given))
compare('folded users', evaluator, rows @ y.T, test, given)

# ---- pooled precision, as implicit counts it ----
try:
    from implicit.evaluation import precision_at_k
except ImportError:
    print('  implicit is missing: pooled precision is compared with the formula alone')
else:

    class Lists:
        """What implicit's evaluation asks of a model."""

        def recommend(self, users, liked, N):
            masked = np.where(train[users] > 0, -np.inf, popular[users])
            order = np.argsort(-masked, axis=1, kind='stable')[:, :N]
            return order.astype(np.int32), np.take_along_axis(masked, order, axis=1)

    train, test = parts(11, 300, 60)
    popular = np.tile((train > 0).sum(axis=0).astype(float), (len(train), 1))
    evaluator = wrmf.Evaluator(context, matrix(test), matrix(train), None, CUTOFFS, METRICS)
    evaluator.run_baseline(context, matrix(train), 'popular')
    liked, wanted = scipy.sparse.csr_matrix(train), scipy.sparse.csr_matrix(test)
    for k in CUTOFFS:
        want = precision_at_k(Lists(), liked, wanted, K=k, show_progress=False, num_threads=1)
        got = evaluator.value('precision_pooled', k)
        check.equal('pooled precision as implicit has it', got, want)

# ---- intervals: those of a bootstrap by NumPy, and of the normal distribution ----
rng = np.random.default_rng(3)
table = np.column_stack([rng.random(400), rng.random(400) < 0.3, rng.exponential(size=400)])
n, resamples, level = len(table), 20000, 0.9
means = np.stack([table[rng.integers(0, n, n)].mean(axis=0) for _ in range(resamples)])
got = wrmf.bootstrap_means(context, table, resamples, level, 17)
deviation = means.std(axis=0)
check.bounded('mean', got[:, 0], table.mean(axis=0), 1e-12)
for end, q in ((1, 0.05), (2, 0.95)):
    # the standard error of a quantile of each of two sets of resamples, six times
    density = scipy.stats.norm.pdf(scipy.stats.norm.ppf(q)) / deviation
    error = math.sqrt(2 * q * (1 - q) / resamples) / density
    check.bounded('end of an interval', got[:, end], np.quantile(means, q, axis=0), 6 * error)
check.equal('the same seed', wrmf.bootstrap_means(context, table, 50, level, 17).tolist(),
            wrmf.bootstrap_means(context, table, 50, level, 17).tolist())  # fmt: skip

# ---- p-values: all 2^10 signs by NumPy ----
few = rng.normal(0.4, 1, (10, 3))
signs = 1 - 2 * (np.arange(1024)[:, None] >> np.arange(10) & 1)
exact = (np.abs(signs @ few) >= np.abs(few.sum(axis=0)) * (1 - 1e-12)).mean(axis=0)
got = wrmf.randomization_test(context, few, resamples, 23)
check.bounded('p-value', got, exact, 6 * np.sqrt(exact * (1 - exact) / resamples) + 1 / resamples)
check.finish()

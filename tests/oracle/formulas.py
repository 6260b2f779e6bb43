# SPDX-License-Identifier: BSD-2-Clause
"""The definitions, written down densely in float64 as they stand in the headers.

Nothing here is fast, and nothing here knows how the library computes.
"""

import math

import numpy as np

# ---- matrices ----


def merge_triplets(users, items, user, item, count, duplicates):
    """Dense table and the number of merged triplets."""
    cells = {}
    merged = 0
    for u, i, d in zip(user, item, count):
        if (u, i) not in cells:
            cells[u, i] = d
            continue
        merged += 1
        if duplicates == 'sum':
            cells[u, i] += d
        elif duplicates == 'max':
            cells[u, i] = max(cells[u, i], d)
    table = np.zeros((users, items))
    for (u, i), d in cells.items():
        table[u, i] = d
    return table, merged


def threshold(observed, min_per_user, min_per_item):
    """Kept rows and columns of a boolean table: users, then items, until nothing changes."""
    users, items = np.arange(observed.shape[0]), np.arange(observed.shape[1])
    while True:
        before = (len(users), len(items))
        users = users[observed[np.ix_(users, items)].sum(axis=1) >= min_per_user]
        items = items[observed[np.ix_(users, items)].sum(axis=0) >= min_per_item]
        if (len(users), len(items)) == before:
            return users, items


# ---- the model ----


def confidence(table, alpha, kind='linear', epsilon=1.0):
    """c_ui of every cell; 1 where nothing was observed."""
    grown = table if kind == 'linear' else np.log1p(table / epsilon)
    return np.where(table > 0, 1.0 + alpha * grown, 1.0)


def relaxation(epoch, settings):
    """w of epoch 1, 2, ...: docs/mathematics.md, "Fewer epochs"."""
    most = settings.get('relaxation', 1.75)
    relaxed = max(0, epoch - settings.get('relaxation_wait', 2))
    return 1 + np.sign(most - 1) * min(
        abs(most - 1), settings.get('relaxation_ramp', 0.4) * relaxed
    )


def objective(table, c, x, y, lambda_user, lambda_item):
    """The parts of L, from the matrix of all cells."""
    p = (table > 0).astype(float)
    errors = (p - x @ y.T) ** 2
    parts = {
        'all': errors.sum(),
        'observed': ((c - 1.0) * errors)[table > 0].sum(),
        'regularization': lambda_user * (x**2).sum() + lambda_item * (y**2).sum(),
    }
    parts['total'] = (c * errors).sum() + parts['regularization']
    return parts


# ---- ranking ----


def ranked(scores, left_out):
    """Indices by descending score, the lower first among equals, without those left out."""
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    return [i for i in order if i not in left_out]


def user_metrics(scores, relevant, excluded, k):
    """All metrics of one user at one cut-off, from a list of scores. relevant, excluded: sets."""
    candidates = ranked(scores, excluded)
    top = candidates[:k]
    hit = [1 if i in relevant else 0 for i in top]
    n_hits, n_relevant = sum(hit), len(relevant)
    out = dict.fromkeys(
        ('precision', 'recall', 'recall_capped', 'ndcg', 'map', 'map_capped', 'mrr', 'hit_rate'),
        0.0,
    )
    out['precision'] = n_hits / k
    out['hit_rate'] = 1.0 if n_hits else 0.0
    for rank, h in enumerate(hit, start=1):
        if h:
            out['mrr'] = 1.0 / rank
            break
    if n_relevant:
        capped = min(k, n_relevant)
        out['recall'] = n_hits / n_relevant
        out['recall_capped'] = n_hits / capped
        gain = math.fsum(h / math.log2(j + 1) for j, h in enumerate(hit, start=1))
        out['ndcg'] = gain / math.fsum(1 / math.log2(j + 1) for j in range(1, capped + 1))
        precisions = math.fsum(sum(hit[:j]) / j for j, h in enumerate(hit, start=1) if h)
        out['map'] = precisions / n_relevant
        out['map_capped'] = precisions / capped
    out['auc'] = auc(scores, relevant, candidates)
    return out, set(top)


def auc(scores, relevant, candidates):
    good = np.array([scores[i] for i in candidates if i in relevant])
    bad = np.array([scores[i] for i in candidates if i not in relevant])
    if len(good) == 0 or len(bad) == 0:
        return 0.5
    above = (good[:, None] > bad[None, :]).sum() + 0.5 * (good[:, None] == bad[None, :]).sum()
    return float(above / (len(good) * len(bad)))


def concentration(lists, n_items):
    """Gini coefficient and entropy in bits of how many lists each item is in."""
    counts = np.sort(np.bincount([i for items in lists for i in items], minlength=n_items))
    total = counts.sum()
    if total == 0:
        return math.nan, math.nan
    p = counts[counts > 0] / total
    # the mean difference of all pairs, over twice the mean
    pairs = np.abs(counts[:, None] - counts[None, :]).sum() / n_items**2
    return pairs / (2 * total / n_items), float(-(p * np.log2(p)).sum())


def novelty(items, popularity):
    """Mean self-information in bits of the items of a list; popularity: dense counts, or None."""
    if popularity is None:
        return math.nan
    users = (popularity[:, sorted(items)] > 0).sum(axis=0)
    return float(np.log2(len(popularity) / np.maximum(users, 1)).mean()) if items else 0.0


def evaluate(scores, cells, test, train, users, cutoffs, empty, popularity=None):
    """{(metric, k): (mean, per user)}, users counted and skipped; k is 0 for metrics without.

    scores: dense table, as the library ranks; cells: the same products in float64, for mse; test:
    dense counts; train: dense counts to exclude, or None."""
    n_items = test.shape[1]
    per_user, lists, pooled = {}, {k: [] for k in cutoffs}, {k: [0, 0] for k in cutoffs}
    counted = []
    for place, u in enumerate(users):
        relevant = set(np.flatnonzero(test[u]).tolist())
        excluded = set(np.flatnonzero(train[u]).tolist()) if train is not None else set()
        is_counted = bool(relevant) or empty == 'zero'
        counted.append(is_counted)
        for k in cutoffs:
            values, top = user_metrics(scores[u].tolist(), relevant, excluded, k)
            values['novelty'] = novelty(top, popularity)
            if is_counted:
                lists[k].append(top)
                pooled[k][0] += len(top & relevant)
                pooled[k][1] += min(k, len(relevant))
            for name, value in values.items():
                if not relevant and name != 'novelty':
                    value = 0.5 if name == 'auc' else 0.0
                slot = per_user.setdefault(
                    (name, 0 if name == 'auc' else k), [math.nan] * len(users)
                )
                slot[place] = value if is_counted else math.nan
    out = {}
    for key, values in per_user.items():
        kept = [v for v, c in zip(values, counted) if c]
        out[key] = (math.fsum(kept) / len(kept) if kept else math.nan, np.array(values))
    # the mean squared error takes all chosen users and every item
    errors = ((test[users] > 0) - cells[users]) ** 2
    out['mse', 0] = (
        errors.mean() if errors.size else math.nan,
        errors.mean(axis=1) if errors.size else np.full(len(users), math.nan),
    )
    # of test pairs, by scores as they are ranked
    rest = (test - scores)[users][test[users] > 0]
    out['rmse', 0] = (np.sqrt((rest**2).mean()) if rest.size else math.nan, None)
    out['mae', 0] = (np.abs(rest).mean() if rest.size else math.nan, None)
    for k in cutoffs:
        listed = len(set().union(*lists[k]))
        out['coverage', k] = (listed / n_items if n_items else math.nan, None)
        gini, entropy = concentration(lists[k], n_items)
        out['gini', k], out['entropy', k] = (gini, None), (entropy, None)
        hits, places = pooled[k]
        out['precision_pooled', k] = (hits / places if places else math.nan, None)
    return out, sum(counted), len(counted) - sum(counted)


def cosine(rows):
    """Cosine of all pairs; 0 where either row is zero."""
    length = np.sqrt((rows**2).sum(axis=1))
    products = np.outer(length, length)
    return np.divide(rows @ rows.T, products, out=np.zeros_like(products), where=products > 0)

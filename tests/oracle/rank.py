# SPDX-License-Identifier: BSD-2-Clause
"""Recommended and similar lists against a stable sort of dense products."""

from common import Checks, few, np, random_counts, real_dense
from bounds import UNIT, score_bounds
import formulas
import wrmf

check = Checks('rank')
context = wrmf.Context(threads=2)


def model_with_rows(x, y, precision):
    model = wrmf.Model.create(
        context, len(x), len(y), wrmf.Params(context, factors=x.shape[1], precision=precision)
    )
    model.set_rows(wrmf.USERS, x)
    model.set_rows(wrmf.ITEMS, y)
    return model


def compare_list(label, got, got_scores, want_scores, left_out, n, bound):
    """One list. bound: of each score; None where scores are exact, and the list must be the stable
    order. Else each score must be right, and the order that of the scores given, the lower index
    first, with nothing better left behind."""
    candidates = [i for i in range(len(want_scores)) if i not in left_out]
    check.equal(f'{label}: length', len(got), min(n, len(candidates)))
    if bound is None:
        best = np.argsort(-want_scores, kind='stable')
        best = best[~np.isin(best, list(left_out))][:n]
        check.equal(f'{label}: list', got, best)
        check.equal(f'{label}: scores', got_scores, want_scores[best])
        return
    given = set(got.tolist())
    check.true(
        f'{label}: no index twice, none left out',
        len(given) == len(got) and not given & set(left_out),
    )
    check.bounded(f'{label}: scores', got_scores, want_scores[got], bound[got])
    check.true(
        f'{label}: order',
        all(
            a > b or (a == b and i < j)
            for a, b, i, j in zip(got_scores, got_scores[1:], got, got[1:])
        ),
    )
    behind = [i for i in candidates if i not in given]
    if behind and len(got):
        # neither the best score left behind nor the worst one given can be further off
        better = want_scores[behind] - bound[behind] > (want_scores + bound)[got].min()
        check.true(f'{label}: nothing better behind', not better.any())


def compare_recommend(label, model, seen, precision, exact=False):
    x, y = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
    scores, bounds = x @ y.T, score_bounds(x, y, precision)
    users, items = scores.shape
    matrix = wrmf.Matrix.from_dense(context, seen)
    for n in few((items + 5, 1, 3, 10, items), 3):
        for with_seen in (None, matrix):
            lists = model.recommend_batch(context, n, seen=with_seen)
            for u in range(users):
                left_out = np.flatnonzero(seen[u]).tolist() if with_seen else []
                got, got_scores = lists[0][u, : lists[2][u]], lists[1][u, : lists[2][u]]
                compare_list(
                    f'{label}, recommend',
                    got,
                    got_scores,
                    scores[u],
                    left_out,
                    n,
                    None if exact else bounds[u],
                )
                check.true('slots behind a list are left', (lists[0][u, lists[2][u] :] == -7).all())
                one, one_scores = model.recommend(u, n, with_seen)
                check.true(
                    'one and batch: the same bits',
                    one.tobytes() == got.tobytes() and one_scores.tobytes() == got_scores.tobytes(),
                )
    some = [users - 1, 0, users // 2, 0]
    batch, alone = model.recommend_batch(context, 4, some), [model.recommend(u, 4) for u in some]
    check.true(
        'users in any order',
        all(np.array_equal(batch[0][i, : len(a[0])], a[0]) for i, a in enumerate(alone)),
    )


def cosine_bounds(rows, precision):
    """A row of unit length is off by half of what its squares' sum loses, a root and a division;
    a cosine by both rows' and by a sum of f products whose sizes add up to 1 at most. The oracle's
    own are in float64."""
    f = rows.shape[1]
    return np.full((len(rows),) * 2, (2 * f + 6) * (UNIT[precision] + UNIT['float64']))


def compare_similar(label, model, side, dot, precision, exact=False):
    rows = model.rows(side)
    table = rows @ rows.T if dot else formulas.cosine(rows)
    name = f'{label}, {"dot" if dot else "cosine"}'
    bounds = score_bounds(rows, rows, precision) if dot else cosine_bounds(rows, precision)
    if exact and dot:
        bounds = np.zeros_like(bounds)
    for n in few((len(rows) + 3, 1, 2, 7, len(rows)), 3):
        for omit in (False, True):
            lists = model.similar_batch(context, side, n, dot=dot, omit=omit)
            for r in range(len(rows)):
                got, scores = lists[0][r, : lists[2][r]], lists[1][r, : lists[2][r]]
                bound = None if exact and dot else bounds[r]
                if not omit:
                    check.equal(f'{name}: itself first', got[0], r)
                    own = table[r, r] if dot else float(rows[r].any())
                    if dot:
                        check.bounded(f'{name}: score of itself', scores[0], own, bounds[r, r])
                    else:
                        check.equal(f'{name}: score of itself', scores[0], own)
                    compare_list(
                        f'{name}: others', got[1:], scores[1:], table[r], [r], n - 1, bound
                    )
                else:
                    compare_list(f'{name}: others', got, scores, table[r], [r], n, bound)
                if not rows[r].any() and not dot:
                    check.true('a zero row is like nothing', (scores == 0).all(), scores)
                check.true('cosines are -1 to 1', dot or (np.abs(scores) <= 1).all(), scores)
                one = model.similar(side, r, n, dot=dot, omit=omit)
                check.true(
                    'one and batch: the same bits',
                    one[0].tobytes() == got.tobytes() and one[1].tobytes() == scores.tobytes(),
                )


for seed, (users, items, factors) in enumerate(((8, 30, 2), (5, 1, 3), (20, 70, 4), (3, 200, 1))):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-2, 3, (users, factors)).astype(float), rng.integers(
        -2, 3, (items, factors)
    ).astype(float)
    y[::7] = 0
    for precision in ('float32', 'float64'):
        model = model_with_rows(x, y, precision)
        seen = random_counts(seed, users, items, 0.3)
        compare_recommend(f'whole numbers, {precision}', model, seen, precision, True)
        for side in (wrmf.USERS, wrmf.ITEMS):
            for dot in (False, True):
                compare_similar(f'whole numbers, {precision}', model, side, dot, precision, True)
for seed, (users, items, factors) in enumerate(((12, 90, 16), (9, 130, 65))):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(users, factors)), rng.normal(size=(items, factors))
    y[5] = 0
    y[8] = y[3]  # equal rows: the lower index comes first
    y[11] = -y[3]  # cosine -1
    for precision in UNIT:
        model = model_with_rows(x, y, precision)
        seen = random_counts(seed, users, items, 0.3)
        compare_recommend(f'any numbers, {precision}', model, seen, precision)
        got = model.recommend(0, items)[0].tolist()
        check.equal('equal rows stand together', got.index(8), got.index(3) + 1)
        for side in (wrmf.USERS, wrmf.ITEMS):
            for dot in (False, True):
                compare_similar(f'any numbers, {precision}', model, side, dot, precision)
# very small and very large rows have cosines too
rng = np.random.default_rng(12)
for precision, sizes in (
    ('float32', (1e-30, 1e30)),
    ('float64', (1e-200, 1e200)),
    ('float64', (1e-315, 1e300)),  # 1 by the length of the short ones is no normal number
):
    y = rng.normal(size=(20, 5))
    y[::2] *= sizes[0]
    y[1::2] *= sizes[1]
    unit = y / np.abs(y).max(axis=1, keepdims=True)
    model = model_with_rows(np.ones((2, 5)), y, precision)
    for r in range(20):
        got, scores = model.similar(wrmf.ITEMS, r, 20)
        check.bounded(
            f'cosines of rows far apart in size, {precision}',
            scores,
            formulas.cosine(unit)[r][got],
            # scaling by the largest, here and there, rounds each once more
            cosine_bounds(y, precision)[r] + 4 * UNIT[precision],
        )

for name, shape in (('ml-100k', (40, 200)), ('hetrec-lastfm-2k', (30, 150))):
    table = real_dense(name, *shape)
    if table is not None:
        model = wrmf.Model.fit(
            context,
            wrmf.Matrix.from_dense(context, table),
            wrmf.Params(context, factors=20, iterations=4),
        )
        compare_recommend(f'{name}, float32', model, table, 'float32')
        for dot in (False, True):
            compare_similar(f'{name}, float32', model, wrmf.ITEMS, dot, 'float32')
check.finish()

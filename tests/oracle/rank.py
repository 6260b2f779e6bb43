# SPDX-License-Identifier: BSD-2-Clause
"""Recommended and similar lists against a stable sort of dense products."""

from common import Checks, np, random_counts, real_dense
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


def compare_list(label, got, got_scores, want_scores, left_out, n, tolerance):
    """One list. With exact scores it must be the stable order; else each score must be right, and
    the order that of the scores given, the lower index first, with nothing better left behind."""
    candidates = [i for i in range(len(want_scores)) if i not in left_out]
    check.equal(f'{label}: length', len(got), min(n, len(candidates)))
    if tolerance == 0.0:
        best = np.argsort(-want_scores, kind='stable')
        best = best[~np.isin(best, list(left_out))][:n]
        check.equal(f'{label}: list', got, best)
        check.equal(f'{label}: scores', got_scores, want_scores[best])
        return
    scale = np.abs(want_scores).max(initial=0.0) or 1.0
    check.true(
        f'{label}: no index twice, none left out',
        len(set(got.tolist())) == len(got) and not set(got.tolist()) & set(left_out),
    )
    check.close(f'{label}: scores', got_scores, want_scores[got], tolerance, scale=scale)
    check.true(
        f'{label}: order',
        all(
            a > b or (a == b and i < j)
            for a, b, i, j in zip(got_scores, got_scores[1:], got, got[1:])
        ),
    )
    behind = [i for i in candidates if i not in set(got.tolist())]
    if behind and len(got):
        check.within(
            f'{label}: nothing better behind',
            max(0.0, (want_scores[behind].max() - want_scores[got].min()) / scale),
            tolerance,
        )


def compare_recommend(label, model, seen, tolerance):
    scores = model.rows(wrmf.USERS) @ model.rows(wrmf.ITEMS).T
    users, items = scores.shape
    matrix = wrmf.Matrix.from_dense(context, seen)
    for n in (1, 3, 10, items, items + 5):
        for with_seen in (None, matrix):
            lists = model.recommend_batch(context, n, seen=with_seen)
            for u in range(users):
                left_out = np.flatnonzero(seen[u]).tolist() if with_seen else []
                got, got_scores = lists[0][u, : lists[2][u]], lists[1][u, : lists[2][u]]
                compare_list(
                    f'{label}, recommend', got, got_scores, scores[u], left_out, n, tolerance
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


def compare_similar(label, model, side, dot, exact):
    rows = model.rows(side)
    table = rows @ rows.T if dot else formulas.cosine(rows)
    name = f'{label}, {"dot" if dot else "cosine"}'
    tolerance = 0.0 if exact and dot else 2e-6 if label.endswith('float32') else 1e-13
    for n in (1, 2, 7, len(rows), len(rows) + 3):
        for omit in (False, True):
            lists = model.similar_batch(context, side, n, dot=dot, omit=omit)
            for r in range(len(rows)):
                got, scores = lists[0][r, : lists[2][r]], lists[1][r, : lists[2][r]]
                if not omit:
                    check.equal(f'{name}: itself first', got[0], r)
                    own = table[r, r] if dot else float(rows[r].any())
                    if dot:
                        check.close(
                            f'{name}: score of itself', scores[0], own, max(tolerance, 1e-15)
                        )
                    else:
                        check.equal(f'{name}: score of itself', scores[0], own)
                    compare_list(
                        f'{name}: others', got[1:], scores[1:], table[r], [r], n - 1, tolerance
                    )
                else:
                    compare_list(f'{name}: others', got, scores, table[r], [r], n, tolerance)
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
        compare_recommend(
            f'whole numbers, {precision}', model, random_counts(seed, users, items, 0.3), 0.0
        )
        for side in (wrmf.USERS, wrmf.ITEMS):
            for dot in (False, True):
                compare_similar(f'whole numbers, {precision}', model, side, dot, True)
for seed, (users, items, factors) in enumerate(((12, 90, 16), (9, 130, 65))):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(users, factors)), rng.normal(size=(items, factors))
    y[5] = 0
    y[8] = y[3]  # equal rows: the lower index comes first
    y[11] = -y[3]  # cosine -1
    for precision, tolerance in (('float32', 2e-6), ('float64', 1e-14)):
        model = model_with_rows(x, y, precision)
        compare_recommend(
            f'any numbers, {precision}', model, random_counts(seed, users, items, 0.3), tolerance
        )
        got = model.recommend(0, items)[0].tolist()
        check.equal('equal rows stand together', got.index(8), got.index(3) + 1)
        for side in (wrmf.USERS, wrmf.ITEMS):
            for dot in (False, True):
                compare_similar(f'any numbers, {precision}', model, side, dot, False)
# very small and very large rows have cosines too
rng = np.random.default_rng(12)
for precision, sizes in (('float32', (1e-30, 1e30)), ('float64', (1e-200, 1e200))):
    y = rng.normal(size=(20, 5))
    y[::2] *= sizes[0]
    y[1::2] *= sizes[1]
    unit = y / np.abs(y).max(axis=1, keepdims=True)
    model = model_with_rows(np.ones((2, 5)), y, precision)
    for r in range(20):
        got, scores = model.similar(wrmf.ITEMS, r, 20)
        check.close(
            f'cosines of rows far apart in size, {precision}',
            scores,
            formulas.cosine(unit)[r][got],
            2e-6 if precision == 'float32' else 1e-13,
        )

for name, shape in (('ml-100k', (40, 200)), ('hetrec-lastfm-2k', (30, 150))):
    table = real_dense(name, *shape)
    if table is not None:
        model = wrmf.Model.fit(
            context,
            wrmf.Matrix.from_dense(context, table),
            wrmf.Params(context, factors=20, iterations=4),
        )
        compare_recommend(f'{name}, float32', model, table, 2e-6)
        for dot in (False, True):
            compare_similar(f'{name}, float32', model, wrmf.ITEMS, dot, False)
check.finish()

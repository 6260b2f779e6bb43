# SPDX-License-Identifier: BSD-2-Clause
"""A class of the shape that Python programs know from the library "implicit", on the public calls.

What such programs ask of it is tested by its meaning, and against brute force in NumPy: lists with
filters and given candidates, for users known, recalculated and new, one and many; similar items and
users; explanations; users and items that come later. Each method is a few calls: what a binding had
to work around would show here.
"""

from common import Checks, np  # first: it skips where packages are missing
import ctypes
from ctypes import byref, c_double, c_int, c_int64, c_void_p

import wrmf
from wrmf import ITEMS, USERS, _at, _call, _double, _int64, _lists

check = Checks('binding_shape')


class Lists(wrmf.Query):
    """A query with filters."""

    def filtered(self, excluded=None, candidates=None):
        excluded, candidates = _int64(excluded), _int64(candidates)
        size = 0 if excluded is None else len(excluded)
        _call('wrmf_query_set_excluded', self.pointer, _at(excluded), c_int64(size))
        size = 0 if candidates is None else len(candidates)
        _call('wrmf_query_set_candidates', self.pointer, _at(candidates), c_int64(size))
        return self

    def run_vectors(self, vectors):
        vectors = _double(vectors)
        indices, scores, counts = _lists(len(vectors), self.n)
        _call(
            'wrmf_query_run_vectors',
            self.pointer,
            _at(vectors),
            c_int64(len(vectors)),
            _at(indices),
            _at(scores),
            _at(counts),
        )
        return indices, scores, counts


class AlternatingLeastSquares:
    """user_items: a dense table, for the tests' sake."""

    def __init__(self, threads=2, **params):
        self.context, self.params = wrmf.Context(threads), params

    def _matrix(self, table):
        return wrmf.Matrix.from_dense(self.context, np.asarray(table, dtype=float))

    def fit(self, user_items):
        self.table = np.array(user_items, dtype=float)
        params = wrmf.Params(self.context, **self.params)
        self.model = wrmf.Model.fit(self.context, self._matrix(self.table), params)
        return self

    def _adopt(self, pointer):
        self.model = wrmf.Model(pointer)

    user_factors = property(lambda self: self.model.rows(USERS))
    item_factors = property(lambda self: self.model.rows(ITEMS))

    def recalculate_user(self, user_items):
        fold = wrmf.Fold(self.context, self.model, USERS)
        return fold.rows(self.context, self._matrix(user_items))

    def recalculate_item(self, item_users):
        fold = wrmf.Fold(self.context, self.model, ITEMS)
        return fold.rows(self.context, self._matrix(np.transpose(item_users)))

    def recommend(
        self,
        userid,
        user_items,
        N=10,
        liked=False,
        filter_items=None,
        recalculate=False,
        items=None,
    ):
        """liked: liked items may be in a list. Returns ids and scores, of one user or of many."""
        one, users = np.ndim(userid) == 0, np.atleast_1d(userid)
        given = np.atleast_2d(user_items)
        query = Lists(self.context, self.model, USERS, ITEMS, N).filtered(filter_items, items)
        if not liked:
            offsets = _int64(np.concatenate([[0], np.cumsum((given > 0).sum(axis=1))]))
            rows = _int64(np.nonzero(given)[1])
            _call(
                'wrmf_query_set_excluded_each',
                query.pointer,
                c_int64(len(given)),
                _at(offsets),
                _at(rows),
            )
        if recalculate:
            indices, scores, counts = query.run_vectors(self.recalculate_user(given))
        else:
            indices, scores, counts = query.run_batch(users)
        lists = [(i[:n], s[:n]) for i, s, n in zip(indices, scores, counts)]
        return lists[0] if one else lists

    def similar(self, side, row, N=10, filter_rows=None, rows=None):
        query = Lists(self.context, self.model, side, side, N, False, False)
        return query.filtered(filter_rows, rows).run(row)

    def explain(self, user_items, itemid, N=10):
        index = np.flatnonzero(user_items)
        fold = wrmf.Fold(self.context, self.model, USERS)
        terms, score = fold.explain(index, np.asarray(user_items)[index], itemid)
        order = np.argsort(-terms, kind='stable')[:N]
        return score, list(zip(index[order], terms[order]))

    def _extend(self, table):
        out = c_void_p()
        matrix = self._matrix(table)
        _call(
            'wrmf_model_grow',
            self.context.pointer,
            self.model.pointer,
            matrix.pointer,
            c_void_p(),
            c_void_p(),
            byref(out),
        )
        self._adopt(out)

    def _partial_fit(self, side, rows, table):
        """Rows of a side have these interactions now; some may be new."""
        n = max(int(np.max(rows)) + 1, self.table.shape[side])
        shape = (n, self.table.shape[1]) if side == USERS else (self.table.shape[0], n)
        whole = np.zeros(shape)
        whole[: self.table.shape[0], : self.table.shape[1]] = self.table
        if side == USERS:
            whole[rows] = table
        else:
            whole[:, rows] = np.transpose(table)
        if shape != self.table.shape:
            self._extend(whole)
        self.table, rows = whole, _int64(rows)
        matrix = self._matrix(whole)
        _call(
            'wrmf_model_refresh',
            self.context.pointer,
            self.model.pointer,
            matrix.pointer,
            c_int(side),
            _at(rows),
            c_int64(len(rows)),
        )

    def partial_fit_users(self, userids, user_items):
        self._partial_fit(USERS, userids, user_items)

    def partial_fit_items(self, itemids, item_users):
        self._partial_fit(ITEMS, itemids, item_users)


def board(n):
    """Even users like even items, odd users odd ones; the diagonal is held back."""
    parity = np.arange(n) % 2
    return (parity[:, None] == parity) * 1.0 - np.eye(n)


def brute(scores, n, excluded=(), candidates=None):
    order = [i for i in np.argsort(-scores, kind='stable') if i not in set(excluded)]
    return [i for i in order if candidates is None or i in set(candidates)][:n]


def same_scores(label, got, want):
    # both are sums of at most 32 products in float32, of rows of scores up to 2
    check.bounded(label, got, want, 1e-5)


# ---- recommendations ----
table = board(50)
als = AlternatingLeastSquares(factors=32, regularization=1, alpha=2, seed=23).fit(table)
for user in range(50):
    ids, scores = als.recommend(user, table[user], N=1)
    check.equal('the item that was held back comes first', ids, [user])
    again, others = als.recommend(user, table[user], N=1, recalculate=True)
    check.equal('also for a user who is recalculated', again, [user])
    # somebody new, with the same items: her own row is in no model
    check.true('nobody sees what she has seen', table[user, ids[0]] == 0)
ids, _ = als.recommend(0, table[0], N=10000)
check.equal('all there are, where more are wanted', len(ids), 50 - int(table[0].sum()))
ids, _ = als.recommend(0, table[0], N=10000, liked=True)
check.equal('liked items on demand', sorted(ids), list(range(50)))
ids, _ = als.recommend(0, table[0], N=10, filter_items=[0, 3, 3, 7])
check.true('filtered', not set(ids) & {0, 3, 7})
exact = als.user_factors @ als.item_factors.T
for user in range(0, 50, 5):
    some = [(7 * user + 3 * k) % 50 for k in range(20)] + [user, user]
    ids, scores = als.recommend(user, table[user], N=8, liked=True, items=some)
    check.equal('of given candidates alone', set(ids) <= set(some), True)
    same_scores('their scores', scores, exact[user, ids])
    check.equal('no score of a candidate is passed over', len(ids), 8)
    liked = np.flatnonzero(table[user])
    ids, scores = als.recommend(user, table[user], N=8, filter_items=[1, 2], items=some)
    left = brute(exact[user], 8, [*liked, 1, 2], some)
    same_scores('filters and candidates together', scores, exact[user, left])
batch = als.recommend(np.arange(50), table, N=5)
for user, (ids, scores) in enumerate(batch):
    alone, _ = als.recommend(user, table[user], N=5)
    check.equal('a batch gives what each gives alone', ids, alone)
twice = als.recommend([4, 4, 9], np.array([table[4], np.zeros(50), table[9]]), N=50)
check.equal('a user twice, with other items each time', len(twice[1][0]), 50)
check.equal('... and without', len(twice[0][0]), 50 - int(table[4].sum()))

# ---- similar ones ----
for side in (ITEMS, USERS):
    rows = als.model.rows(side)
    unit = rows / np.linalg.norm(rows, axis=1)[:, None]
    for row in range(50):
        ids, scores = als.similar(side, row, N=10)
        check.equal('a row is the most similar to itself', ids[0], row)
        check.true('similar rows are alike', all(i % 2 == row % 2 for i in ids))
        same_scores('cosines', scores, unit[ids] @ unit[row])
        best = np.sort(unit @ unit[row])[::-1][:10]
        same_scores('no row that is more similar is passed over', scores, best)
        ids, _ = als.similar(side, row, N=5, filter_rows=[2, 3, 5])
        check.true('filtered', not set(ids[1:]) & {2, 3, 5})
        ids, _ = als.similar(side, row, N=5, rows=[8, 9, 10, 11])
        check.true('of given candidates alone', set(ids[1:]) <= {8, 9, 10, 11})

# ---- explanations ----
counts = np.array(
    [
        [1, 1, 0, 1, 0, 0],
        [0, 1, 1, 1, 0, 0],
        [1, 4, 1, 0, 7, 0],
        [1, 1, 0, 0, 0, 0],
        [9, 0, 4, 1, 0, 1],
        [0, 1, 0, 0, 0, 1],
        [0, 0, 2, 0, 1, 1],
    ]
)
few = AlternatingLeastSquares(factors=4, regularization=20, alpha=2, iterations=100).fit(counts)
for user in range(len(counts)):
    ids, scores = few.recommend(user, counts[user], N=3, recalculate=True)
    score, terms = few.explain(counts[user], ids[0])
    check.bounded('an explanation adds up', sum(t for _, t in terms), score, 1e-12)
    check.bounded('to the score of the list', score, scores[0], 1e-4)
    check.equal('the most first', [t for _, t in terms], sorted((t for _, t in terms))[::-1])
    check.equal('of her items', sorted(i for i, _ in terms), np.flatnonzero(counts[user]))
    _, two = few.explain(counts[user], ids[0], N=2)
    check.equal('the two that say most', two, terms[:2])

# ---- those who come later ----
half = AlternatingLeastSquares(factors=32, regularization=1, alpha=2).fit(table[:40, :40])
before = half.user_factors
half.partial_fit_users(np.arange(40, 50), table[40:, :40])
check.equal('new users', half.user_factors.shape, (50, 32))
check.equal('others stay, bit for bit', half.user_factors[:40], before)
users = half.user_factors
half.partial_fit_items(np.arange(40, 50), table[:, 40:].T)
check.equal('new items', half.item_factors.shape, (50, 32))
for user in range(50):
    ids, _ = half.recommend(user, table[user], N=1, recalculate=True)
    check.equal('lists of those who came later', ids[0] % 2, user % 2)
for item in range(50):
    ids, _ = half.similar(ITEMS, item, N=10)
    check.true('similar items of those that came later', all(i % 2 == item % 2 for i in ids))
changed = table[:3].copy()
changed[0] = 1 - table[0]
items = half.item_factors
half.partial_fit_users([0], changed[:1])
check.equal('a user who has changed her mind', half.item_factors, items)
ids, _ = half.recommend(0, changed[0], N=5, liked=True)
check.true('... gets what goes with what she has now', all(i % 2 == 1 for i in ids))
check.finish()

# SPDX-License-Identifier: BSD-2-Clause
"""Splits: what must hold for each, and that users and entries are drawn evenly."""

import math
from fractions import Fraction

# first: it skips where packages are missing
from common import Checks, likes, np, random_counts, real
import wrmf
import scipy.sparse
import scipy.stats

check = Checks('split')
context = wrmf.Context(threads=2)


def whole(ratio, m):
    """How many of m users a ratio is: what people mean by 0.29, given as text, or by a third."""
    return math.floor(Fraction(ratio) * m)


def sparse(matrix):
    """For real matrices, which are wide."""
    offsets, items, counts = matrix.csr()
    return scipy.sparse.csr_matrix((counts, items, offsets), matrix.shape)


def same(a, b):
    return a.shape == b.shape and (a != b).nnz == 0


def compare_split(label, made, count, fraction, seed):
    """All that the definition says of one split."""
    table = sparse(made)
    degrees = table.getnnz(axis=1)
    eligible = np.flatnonzero(degrees >= 2 * count)
    wanted = whole(str(fraction), table.shape[0])
    if len(eligible) < wanted:
        failure = check.raises(
            f'{label}: too few',
            wrmf.Error,
            wrmf.E_TOO_FEW,
            lambda: made.split(count, fraction, seed),
        )
        if failure:
            check.true(
                f'{label}: too few says how many',
                str(len(eligible)) in failure.text and str(wanted) in failure.text,
                failure.text,
            )
        return None
    train_matrix, test_matrix, heldout = made.split(count, fraction, seed)
    train, test = sparse(train_matrix), sparse(test_matrix)
    check.equal(f'{label}: shapes', (train.shape, test.shape), (table.shape, table.shape))
    check.true(f'{label}: disjoint', train.multiply(test).nnz == 0)
    check.true(f'{label}: counts go with their entries', same(train + test, table))
    check.true(f'{label}: sum of the two', train_matrix.add(test_matrix).equal(made))
    check.equal(f'{label}: number of users', len(heldout), wanted)
    per_user = test.getnnz(axis=1)
    check.equal(f'{label}: users with test entries', np.flatnonzero(per_user), heldout)
    check.true(f'{label}: enough entries', np.isin(heldout, eligible).all())
    check.true(f'{label}: count each', (per_user[heldout] == count).all())
    again = made.split(count, fraction, seed)
    check.true(
        f'{label}: same seed, same split',
        again[0].equal(train_matrix)
        and again[1].equal(test_matrix)
        and np.array_equal(again[2], heldout),
    )
    return heldout, test


for seed in range(30):
    rng = np.random.default_rng(seed)
    table = random_counts(
        seed,
        int(rng.integers(1, 60)),
        int(rng.integers(1, 50)),
        0.05 + rng.random() / 2,
        heavy=seed % 2 == 1,
    )
    made = wrmf.Matrix.from_dense(context, table)
    for count in (1, 2, 5):
        for fraction in (0.0, 0.1, 0.2, 0.33, 0.5, 1.0):
            compare_split('random', made, count, fraction, seed * 7919)
# ---- a fraction of the users is what people mean by it ----
for m in (1, 3, 10, 30, 90, 100, 1000, 4321):
    made = wrmf.Matrix.from_triplets(
        context, m, 2, np.repeat(np.arange(m), 2), np.tile([0, 1], m), None
    )
    ratios = [f'{i / 100:.2f}' for i in range(101)]
    ratios += [f'{i}/{d}' for d in (3, 7, 9) for i in range(d)]
    if m >= 1000:
        ratios += [f'{i / 1000:.3f}' for i in range(1, 1000, 7)]
    got = [len(made.split(1, float(Fraction(ratio)), 1)[2]) for ratio in ratios]
    want = [whole(ratio, m) for ratio in ratios]
    wrong = [case for case in zip(ratios, got, want) if case[1] != case[2]]
    check.true(f'{len(ratios)} fractions of {m} users (fraction, got, want)', not wrong, wrong)
    # a fraction that is more than a few units in the last place below is another one
    below = 0.29 - 16 * math.ulp(0.29)
    if m % 100 == 0:
        check.equal(f'below 0.29 of {m}', len(made.split(1, below, 1)[2]), whole('0.29', m) - 1)
for name in ('ml-100k', 'hetrec-lastfm-2k', 'online-retail-agg'):
    data = real(name)
    if data is not None:
        user, item, value, users, items = data
        made = wrmf.Matrix.from_triplets(context, users, items, user, item, value)
        for count, fraction in ((5, 0.2), (1, 0.5), (50, 0.9)):
            compare_split(name, made, count, fraction, 17)

# ---- the likes, whose figures an independent implementation found ----
data = likes()
if data is not None:
    user, item, users, items = data
    full = wrmf.Matrix.from_triplets(context, users, items, user, item)
    thin, kept_users, kept_items = full.threshold(5, 5)
    degrees = thin.degrees(wrmf.USERS)
    train, test, heldout = thin.split(5, 0.2, 1)
    figures = (*full.shape, full.entries, *thin.shape, thin.entries, (degrees >= 10).sum())
    check.equal('figures of likes', figures, (48871, 9986, 912705, 39289, 9691, 889278, 30863))
    check.equal('users held out of likes', len(heldout), 7857)
    before, after = user * items + item, []
    for part in (train, test):
        rows, columns, _ = part.triplets()
        after.append(kept_users[rows] * items + kept_items[columns])
    after = np.concatenate(after)
    check.equal('likes: entries of both', len(np.unique(after)), len(after))
    check.true('likes: all were there', np.isin(after, before).all())
    check.equal('likes: five each', test.degrees(wrmf.USERS)[heldout], np.full(7857, 5))
    check.true('likes: enough entries', (degrees[heldout] >= 10).all())

# ---- evenly drawn: chi-square over many seeds ----
# 40 users, 10 of them with too few entries; 6 of the 30 others are drawn, 2 entries of each.
users, items, count, draws = 40, 12, 2, 3000
rng = np.random.default_rng(5)
table = np.zeros((users, items))
for u in range(users):
    table[u, rng.choice(items, 3 if u % 4 == 3 else 8, replace=False)] = 1
made = wrmf.Matrix.from_dense(context, table)
eligible = np.flatnonzero(table.sum(axis=1) >= 2 * count)
chosen = np.zeros(users)
together = np.zeros((users, users))
moved = np.zeros((users, items))
pairs = np.zeros((8, 8))
for seed in range(draws):
    _, test, heldout = made.split(count, 0.15, seed)
    chosen[heldout] += 1
    together[np.ix_(heldout, heldout)] += 1
    user, item, _ = test.triplets()
    np.add.at(moved, (user, item), 1)
    for u in heldout:
        first, second = np.searchsorted(np.flatnonzero(table[u]), item[user == u])
        pairs[first, second] += 1


def even(label, observed, variance_ratio=1.0):
    """Chi-square against equal frequencies. Draws without replacement vary less than
    independent ones, by variance_ratio."""
    expected = observed.mean()
    statistic = ((observed - expected) ** 2).sum() / expected / variance_ratio
    p = scipy.stats.chi2.sf(statistic, len(observed) - 1)
    print(f'  {label}: chi-square {statistic:.1f} on {len(observed) - 1} degrees, p = {p:.3f}')
    check.true(f'{label} even', 1e-4 < p < 1 - 1e-6, f'p = {p}')


wanted = whole('0.15', users)
check.equal('only users with enough entries', np.flatnonzero(chosen), eligible)
n = len(eligible)
even('users', chosen[eligible], 1 - wanted / n + wanted / n / n)
for u in eligible[:5]:
    even(f'entries of user {u}', moved[u][table[u] > 0], 1 - count / 8 + count / 64)
even('place of an entry', sum(moved[u][table[u] > 0] for u in eligible), 1 - count / 8 + count / 64)
even('pairs of places', pairs[np.triu_indices(8, 1)])
upper = together[np.ix_(eligible, eligible)][np.triu_indices(n, 1)]
spread = upper.std() / math.sqrt(upper.mean())
print(f'  pairs of users: mean {upper.mean():.1f}, spread {spread:.3f} of a Poisson law')
check.true('pairs of users even', 0.85 < spread < 1.15, spread)
check.finish()

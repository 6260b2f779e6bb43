# SPDX-License-Identifier: BSD-2-Clause
"""Matrices: merging, shapes, transpose, selection, sum, thresholds."""

from common import Checks, np, random_counts, real, real_dense
import formulas
import wrmf

check = Checks('matrix')
context = wrmf.Context(threads=2)

# ---- construction from triplets with repeated pairs ----
for seed in range(12):
    rng = np.random.default_rng(seed)
    users, items = int(rng.integers(1, 9)), int(rng.integers(1, 9))
    n = int(rng.integers(0, 60))
    user, item = rng.integers(0, users, n), rng.integers(0, items, n)
    count = rng.integers(1, 9, n) / 4.0  # sums are exact
    for rule in ('sum', 'drop', 'max'):
        table, merged = formulas.merge_triplets(users, items, user, item, count, rule)
        made = wrmf.Matrix.from_triplets(context, users, items, user, item, count, rule)
        label = f'triplets, {rule}'
        check.equal(label, made.dense(), table, seed)
        check.equal(f'{label}: merged', made.merged, merged)
        check.equal(f'{label}: entries', made.entries, np.count_nonzero(table))
        offsets, columns, _ = made.csr()
        check.true(
            f'{label}: rows ascend',
            all((np.diff(columns[a:b]) > 0).all() for a, b in zip(offsets[:-1], offsets[1:])),
        )
    if merged:
        failure = check.raises(
            'refuse',
            wrmf.Error,
            wrmf.E_FORMAT,
            lambda: wrmf.Matrix.from_triplets(context, users, items, user, item, count, 'refuse'),
        )
        seen, second = set(), None
        for place, pair in enumerate(zip(user, item)):
            if pair in seen:
                second = place
                break
            seen.add(pair)
        check.true(
            'refuse names a place',
            failure is not None and any(c.isdigit() for c in failure.text),
            f'{failure} {second}',
        )

# ---- everything a matrix says about itself ----
tables = [
    random_counts(s, u, i, d, heavy)
    for s, u, i, d, heavy in (
        (1, 1, 1, 0.9, False),
        (2, 17, 5, 0.3, True),
        (3, 40, 60, 0.1, True),
        (4, 64, 33, 0.5, False),
        (5, 7, 90, 0.02, False),
    )
] + [np.zeros((4, 3)), np.zeros((0, 3)), np.zeros((3, 0))]
for table in tables:
    made = wrmf.Matrix.from_dense(context, table)
    check.equal('dense', made.dense(), table)
    check.equal('shape', made.shape, table.shape)
    check.equal(
        'density', made.density, np.count_nonzero(table) / table.size if table.size else 0.0
    )
    check.equal('total', made.total, table.sum())  # whole numbers: exact in any order
    check.equal('degrees of users', made.degrees(wrmf.USERS), (table > 0).sum(axis=1))
    check.equal('degrees of items', made.degrees(wrmf.ITEMS), (table > 0).sum(axis=0))
    check.equal('transpose', made.transpose().dense(), table.T)
    check.equal('transpose of transpose', made.transpose().transpose().dense(), table)
    check.equal(
        'count',
        (
            [[made.count(u, i) for i in range(table.shape[1])] for u in range(table.shape[0])]
            if table.size
            else []
        ),
        table if table.size else [],
    )
    rows = np.random.default_rng(9).integers(0, max(len(table), 1), 11 if len(table) else 0)
    check.equal('select', made.select(rows).dense(), table[rows])
    other = np.roll(table, 1, axis=0)
    check.equal('sum', made.add(wrmf.Matrix.from_dense(context, other)).dense(), table + other)
    check.true('equal to itself', made.equal(wrmf.Matrix.from_dense(context, table)))
    check.true(
        'equal only to itself',
        made.equal(wrmf.Matrix.from_dense(context, other)) == np.array_equal(table, other),
    )
    offsets, columns, counts = made.csr()
    check.true(
        'from csr',
        wrmf.Matrix.from_csr(context, *table.shape, offsets, columns, counts).equal(made),
    )

# ---- thresholds: the naive repeated loop ----


def compare_threshold(label, table, low_user, low_item):
    thin, users, items = wrmf.Matrix.from_dense(context, table).threshold(low_user, low_item)
    want_users, want_items = formulas.threshold(table > 0, low_user, low_item)
    check.equal(f'{label}: kept users', users, want_users, (low_user, low_item))
    check.equal(f'{label}: kept items', items, want_items, (low_user, low_item))
    check.equal(f'{label}: what is left', thin.dense(), table[np.ix_(want_users, want_items)])


for seed in range(20):
    rng = np.random.default_rng(100 + seed)
    table = random_counts(
        seed, int(rng.integers(0, 60)), int(rng.integers(0, 60)), rng.random() * 0.4
    )
    for low_user, low_item in (
        (0, 0),
        (1, 1),
        (0, 3),
        (3, 0),
        (2, 5),
        (5, 2),
        (4, 4),
        (7, 7),
        (100, 1),
    ):
        compare_threshold('threshold', table, low_user, low_item)
for name, bounds in (
    ('ml-100k', ((5, 5), (40, 60), (100, 100))),
    ('hetrec-lastfm-2k', ((5, 5), (10, 20), (50, 2))),
    ('online-retail-agg', ((5, 5), (30, 40))),
):
    table = real_dense(name, 10**9, 10**9)
    if table is not None:
        for low_user, low_item in bounds:
            compare_threshold(f'threshold of {name}', table, low_user, low_item)
        user, item, count, users, items = real(name)
        made = wrmf.Matrix.from_triplets(context, users, items, user, item, count)
        check.equal(f'{name} from its rows', made.dense(), table)

check.finish()

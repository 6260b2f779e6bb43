# SPDX-License-Identifier: BSD-2-Clause
"""What all oracles share: checks that are printed, and the matrices to work on."""

import functools
import gzip
import importlib.metadata
import os
import sys

try:
    import numpy as np

    # not imported here, as few need it and it takes a second or two
    VERSIONS = {name: importlib.metadata.version(name) for name in ('scipy', 'scikit-learn')}
except ImportError as missing:
    print(f'skipped: {missing}')
    sys.exit(77)


# Of all cases a part: where they run in full on another level of kernels or over another BLAS.
THIN = os.environ.get('WRMF_TEST_THIN') == 'all'


def few(cases, of_all=2):
    """All of the cases, or of a thin run one of so many, beginning with the first."""
    return cases[::of_all] if THIN else cases


class Checks:
    """Collects comparisons under a label; finish() prints the largest deviation of each."""

    def __init__(self, topic):
        self.topic, self.lines, self.failed = topic, {}, []
        print(
            f'{topic}: numpy {np.__version__}, scipy {VERSIONS["scipy"]}, '
            f'scikit-learn {VERSIONS["scikit-learn"]}'
        )

    def _note(self, label, deviation, bound):
        count, worst, bound = self.lines.get(label, (0, 0.0, bound))
        self.lines[label] = (count + 1, max(worst, deviation), bound)

    def true(self, label, condition, detail=''):
        self._note(label, 0.0 if condition else 1.0, 0.0)
        if not condition:
            self.failed.append(f'{label}: {detail}')

    def equal(self, label, got, want, detail=''):
        """Exactly the same, NaN equal to NaN."""
        got, want = np.asarray(got), np.asarray(want)
        same = got.shape == want.shape and np.array_equal(
            got, want, equal_nan=got.dtype.kind == 'f'
        )
        # arrays are not turned to text for nothing: that takes longer than all else
        self.true(label, same, '' if same else f'{detail} got {got!r} want {want!r}')

    def bounded(self, label, got, want, bound, detail=''):
        """|got - want| <= bound of each, NaN equal to NaN; bound: of the same shape, or one."""
        got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
        if got.shape != want.shape or not np.array_equal(np.isnan(got), np.isnan(want)):
            self.true(label, False, f'{detail} shape or NaN: got {got!r} want {want!r}')
            return
        error, bound = np.abs(got - want), np.broadcast_to(bound, got.shape)
        ratio = np.divide(error, bound, out=np.where(error > 0, np.inf, 0.0), where=bound > 0)
        worst = float(ratio[~np.isnan(want)].max(initial=0.0))
        self.within(f'{label}: error over bound', worst, 1.0, detail)

    def within(self, label, deviation, bound, detail=''):
        self._note(label, deviation, bound)
        if not deviation <= bound:
            self.failed.append(f'{label}: {detail} deviation {deviation:.3g} above {bound:.3g}')

    def raises(self, label, error, status, call):
        try:
            call()
        except error as failure:
            self.true(label, failure.status == status, f'{failure}')
            return failure
        self.true(label, False, 'did not fail')
        return None

    def finish(self):
        for label, (count, worst, bound) in self.lines.items():
            deviation = (
                'exact' if bound == 0.0 and worst == 0.0 else f'{worst:.3g} (bound {bound:.3g})'
            )
            print(f'  {label}: {count} compared, {deviation}')
        for line in self.failed[:20]:
            print(f'FAILED {line[:600]}')
        print(f'{self.topic}: ' + (f'{len(self.failed)} FAILED' if self.failed else 'all agree'))
        sys.exit(1 if self.failed else 0)


def random_counts(seed, users, items, density, heavy=False, empty=True):
    """A dense table of counts, with empty rows and columns, and entries by popularity."""
    rng = np.random.default_rng(seed)
    table = np.zeros((users, items))
    popularity = rng.permutation(1.0 / np.sqrt(1.0 + np.arange(items)))
    chance = density * popularity / popularity.mean() if items else popularity
    observed = rng.random((users, items)) < chance
    counts = (
        np.ceil(rng.pareto(0.7, (users, items)) + 1e-9)
        if heavy
        else rng.integers(1, 6, (users, items))
    )
    table[observed] = np.minimum(counts, 100000)[observed]
    if empty and users > 4 and items > 4:
        table[users // 2] = 0
        table[-1] = 0
        table[:, items // 3] = 0
    return table


def data_folder():
    return os.environ.get('WRMF_DATA_DIR', '')


def numbered(texts):
    """Texts as numbers in the order in which they are met first, and how many there are."""
    numbers = {text: i for i, text in enumerate(dict.fromkeys(texts))}
    return np.fromiter(map(numbers.__getitem__, texts), np.int64, len(texts)), len(numbers)


@functools.cache
def real(name):
    """(user, item, count, users, items) of a real data set with its own numbering, or None."""
    path = os.path.join(data_folder(), name + '.tsv.gz')
    if not data_folder() or not os.path.exists(path):
        print(f'  without {name}: WRMF_DATA_DIR does not have it')
        return None
    with gzip.open(path, 'rt', encoding='utf-8') as text:
        # all at once: line by line takes several times as long
        fields = text.read().rstrip('\n').replace('\n', '\t').split('\t')
    (user, users), (item, items) = numbered(fields[0::3]), numbered(fields[1::3])
    return user, item, np.array(fields[2::3], float), users, items


def real_dense(name, users, items, by_count=False):
    """The most active corner of a real data set as a dense table, or None: the users and items
    with the most pairs or, by_count, with the largest counts."""
    data = real(name)
    if data is None:
        return None
    user, item, count, n_users, n_items = data
    weight = count if by_count else None

    def top(index, size, n):
        return np.sort(np.argsort(-np.bincount(index, weight, size), kind='stable')[:n])

    top_user, top_item = top(user, n_users, users), top(item, n_items, items)
    to_user, to_item = np.full(n_users, -1), np.full(n_items, -1)
    to_user[top_user], to_item[top_item] = np.arange(len(top_user)), np.arange(len(top_item))
    inside = (to_user[user] >= 0) & (to_item[item] >= 0)
    table = np.zeros((len(top_user), len(top_item)))
    np.add.at(table, (to_user[user[inside]], to_item[item[inside]]), count[inside])
    return table


def likes():
    """Distinct (user, item) of likes.psv.gz, users and items, numbered as met; or None."""
    path = os.path.join(data_folder(), 'likes.psv.gz')
    if not data_folder() or not os.path.exists(path):
        print('  without likes: WRMF_DATA_DIR does not have it')
        return None
    with gzip.open(path, 'rt', encoding='utf-8') as text:
        lines = text.read().rstrip('\n').split('\n')[1:]
    fields = [line.rsplit('|', 2) for line in lines]
    user, users = numbered([line[2] for line in fields])
    item, items = numbered([line[1] for line in fields])
    pair = np.unique(user * items + item)
    return pair // items, pair % items, users, items

# SPDX-License-Identifier: BSD-2-Clause
"""What the benchmarks share: data, shapes, timing in turn, tables.

Shapes S, M and L are drawn by a seeded generator: items fall into clusters, users take most of
their items from a few of these, and both sides have long tails.
"""

import argparse
import gzip
import os
import platform
import statistics
import sys
import time

import numpy as np
import scipy.sparse as sp

sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'tests', 'oracle'))
import wrmf  # noqa: E402  (needs WRMF_LIBRARY)

# Users, items, pairs; the least number of pairs of a user, and the sigma of the log-normal law by
# which a user has more; the exponent of the items' power law; the seed.
SHAPES = {
    'S': (15_274, 25_655, 547_000, 4, 1.15, 0.5, 1),
    'M': (138_493, 26_744, 10_000_000, 9, 1.1, 0.9, 2),
    'L': (500_000, 100_000, 10_000_000, 1, 1.3, 0.8, 3),
}


def draw(name):
    users, items, pairs, least, spread, exponent, seed = SHAPES[name]
    rng = np.random.default_rng(seed)
    degree = rng.lognormal(0, spread, users)
    degree = np.minimum(
        (least + degree * (pairs * 1.12 / users - least) / degree.mean()).astype(np.int64),
        items // 4,
    )
    clusters = 60
    weight = (np.arange(items) + 10.0) ** -exponent
    cluster = rng.integers(0, clusters, items)
    order = np.argsort(cluster, kind='stable')
    ends = np.cumsum(weight[order])
    bounds = np.searchsorted(cluster[order], np.arange(clusters + 1))
    starts = np.concatenate([[0.0], ends])[bounds]
    user = np.repeat(np.arange(users), degree)
    favourite = rng.integers(0, clusters, (users, 4))
    own = rng.random(user.size) < 0.7
    at = rng.random(user.size) * ends[-1]
    mine = favourite[user, rng.integers(0, 4, user.size)]
    span = starts[mine + 1] - starts[mine]
    at = np.where(own, starts[mine] + rng.random(user.size) * span, at)
    item = order[np.minimum(np.searchsorted(ends, at), items - 1)]
    matrix = sp.csr_matrix((np.ones(user.size), (user, item)), shape=(users, items))
    matrix.data[:] = 1
    return matrix


def thinned(matrix, least=5):
    while True:
        shape = matrix.shape
        matrix = matrix[np.asarray(matrix.sum(1)).ravel() >= least]
        matrix = matrix[:, np.asarray(matrix.sum(0)).ravel() >= least]
        if matrix.shape == shape:
            return sp.csr_matrix(matrix)


def likes(folder):
    users, items, rows, columns = {}, {}, [], []
    with gzip.open(os.path.join(folder, 'likes.psv.gz'), 'rt', encoding='utf-8') as text:
        next(text)
        for line in text:
            _, item, user = line.rstrip('\n').rsplit('|', 2)
            rows.append(users.setdefault(user, len(users)))
            columns.append(items.setdefault(item, len(items)))
    matrix = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(users), len(items)))
    matrix.data[:] = 1
    return thinned(matrix)


def real(folder, name):
    users, items, rows, columns, counts = {}, {}, [], [], []
    with gzip.open(os.path.join(folder, name + '.tsv.gz'), 'rt', encoding='utf-8') as text:
        for line in text:
            user, item, count = line.rstrip('\n').split('\t')
            rows.append(users.setdefault(user, len(users)))
            columns.append(items.setdefault(item, len(items)))
            counts.append(float(count))
    return sp.csr_matrix((counts, (rows, columns)), shape=(len(users), len(items)))


def load(name, folder):
    if name in SHAPES:
        return draw(name)
    if not folder:
        return None
    return likes(folder) if name == 'likes' else real(folder, name)


def datasets(options, usual='S,likes'):
    """(name, matrix) of each shape asked for.

    A shape whose file is not there is left out, with a line that says so.
    """
    for name in (options.shapes or usual).split(','):
        matrix = load(name, options.data)
        if matrix is None:
            print(f'({name}: no data folder given)')
        else:
            yield name, matrix


def ours(context, matrix):
    matrix = sp.csr_matrix(matrix)
    matrix.sort_indices()
    return wrmf.Matrix.from_csr(context, *matrix.shape, matrix.indptr, matrix.indices, matrix.data)


def held_out(matrix, share=0.2, seed=1):
    """(train, test): of each user's n pairs, floor(share n) at random are the test's."""
    matrix = sp.csr_matrix(matrix)
    n = np.diff(matrix.indptr)
    user = np.repeat(np.arange(matrix.shape[0]), n)
    order = np.lexsort((np.random.default_rng(seed).random(matrix.nnz), user))
    place = np.empty(matrix.nnz, dtype=np.int64)  # of a pair among its user's, drawn
    place[order] = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], n)
    out = place < np.floor(share * n)[user]
    return [
        sp.csr_matrix(
            (matrix.data[part], (user[part], matrix.indices[part])), shape=matrix.shape
        )
        for part in (~out, out)
    ]


def in_turn(sides, rounds=5):
    """The median seconds of each side; `sides` maps a name to a function that returns seconds.

    Each round runs all sides, one after the other, so that a slow minute of the machine hits all.
    """
    seconds = {name: [] for name in sides}
    for _ in range(rounds):
        for name, run in sides.items():
            seconds[name].append(run())
    return {name: statistics.median(values) for name, values in seconds.items()}


def record(options, table, **values):
    """Append a row to OUT/table.tsv, which the pictures and the summary are made from."""
    if not options.out:
        return
    os.makedirs(options.out, exist_ok=True)
    path = os.path.join(options.out, table + '.tsv')
    new = not os.path.exists(path)
    with open(path, 'a', encoding='utf-8') as file:
        if new:
            print(*values, sep='\t', file=file)
        print(*values.values(), sep='\t', file=file)


def target(options, what, reached, asked):
    """Record the ratio that was asked for and the one that was reached; more is better."""
    record(
        options,
        'targets',
        what=what,
        asked=asked,
        reached=f'{reached:.2f}',
        met='yes' if reached >= asked else 'NO',
    )


def table_head(*columns):
    print('| ' + ' | '.join(columns) + ' |\n' + '| --- ' * len(columns) + '|')


def table_row(*cells):
    print('| ' + ' | '.join(map(str, cells)) + ' |', flush=True)


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def versions():
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for package in ('implicit', 'irspack', 'cmfrec', 'numpy', 'scipy', 'pandas'):
        try:
            found.append(f'{package} {version(package)}')
        except PackageNotFoundError:
            found.append(f'{package} -')
    return ', '.join(found)


def machine():
    model = platform.processor()
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as info:
            model = next(
                line.split(':')[1].strip() for line in info if line.startswith('model name')
            )
    except (OSError, StopIteration):
        pass
    return f'{model}, {os.cpu_count()} processors, {platform.system()}'


def heading(title, context):
    import ctypes

    library = ctypes.CDLL(os.environ['WRMF_LIBRARY'])
    library.wrmf_version_string.restype = ctypes.c_char_p
    library.wrmf_context_cpu.restype = ctypes.c_char_p
    level = library.wrmf_context_cpu(context.pointer).decode()
    release = library.wrmf_version_string().decode()
    print(f'\n## {title}\n')
    print(f'libwrmf {release} ({level} kernels); {versions()}; {machine()}\n', flush=True)


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('--data', default=os.environ.get('WRMF_DATA_DIR', ''))
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--shapes', default='')
    parser.add_argument('--factors', default='')
    parser.add_argument('--out', default='')
    return parser

# SPDX-License-Identifier: BSD-2-Clause
"""Fold-in of one user at a time, on one thread: what an answer to somebody new waits for.

The model has 100,000 items; its factors are those of a short fit of random interactions, so that
systems of rows are as they are in training. Histories have 5, 50 and 500 items; each user is
another. Sides take turns, --rounds rounds of CALLS calls each; every call is timed by itself, in
its library's own Python interface: implicit's recalculate_user(), irspack's transform_user(), which
compute_user_embedding() calls, and libwrmf's wrmf_fold_row() by ctypes with arrays that are made
before. "made ready" is what each does once: libwrmf's wrmf_fold_create(), implicit's YtY. irspack
has nothing that is made once: each call sums up the Gram matrix of all items.
"""

import statistics
import time

import numpy as np
import scipy.sparse as sp

from common import arguments, heading, record, table_head, table_row, target, wrmf
from epoch import ALPHA, Implicit, Irspack, guarded

USERS, ITEMS, CALLS = 20_000, 100_000, 200
HISTORIES = (5, 50, 500)
ASKED = 3


def interactions(seed, users, each):
    """So many items of each user, the popular ones more often."""
    rng = np.random.default_rng(seed)
    item = np.minimum((ITEMS * rng.random(users * each) ** 2).astype(np.int64), ITEMS - 1)
    user = np.repeat(np.arange(users), each)
    made = sp.csr_matrix((np.ones(len(user), np.float32), (user, item)), shape=(users, ITEMS))
    made.data[:] = 1
    made.sort_indices()
    return made


def sides_of(factors, context, model, histories):
    """{side: (seconds to make ready, call of user i)}"""
    items = model.rows(wrmf.ITEMS).astype(np.float32)
    begun = time.perf_counter()
    fold = wrmf.Fold(context, model, wrmf.USERS)
    sides = {'libwrmf': (time.perf_counter() - begun, None)}
    fold.workspace(ITEMS)
    given = [np.ascontiguousarray(histories[i].indices, np.int64) for i in range(CALLS)]
    sides['libwrmf'] = (sides['libwrmf'][0], lambda i: fold.row(given[i]))
    rows = [histories[i] for i in range(CALLS)]
    plain = rows
    peer = guarded(lambda: Implicit(histories, factors, (items[:1], items), False, 1).model)
    if peer:
        # implicit's confidence is the count itself where ours is 1 + alpha count
        rows = [sp.csr_matrix(row * (1 + ALPHA)) for row in rows]
        begun = time.perf_counter()
        _ = peer.YtY
        ready = time.perf_counter() - begun
        sides['implicit'] = (ready, lambda i: peer.recalculate_user(0, rows[i]))
    few = interactions(9, 8, 20)
    start = np.zeros((8, factors), np.float32), items
    trainer = guarded(lambda: Irspack(few, factors, start, 'CG', 1).trainer)
    if trainer:
        scaled = [sp.csr_matrix(row * ALPHA) for row in plain]
        sides['irspack'] = (0.0, lambda i: trainer.transform_user(scaled[i]))
    return sides


def main():
    parser = arguments(__doc__)
    parser.set_defaults(rounds=3)
    options = parser.parse_args()
    context = wrmf.Context(1)
    heading('Fold-in of one user', context)
    matrix_of = interactions(1, USERS, 20)
    matrix = wrmf.Matrix.from_csr(context, USERS, ITEMS, matrix_of.indptr, matrix_of.indices)
    for factors in (64, 128):
        params = wrmf.Params(context, factors=factors, iterations=1)
        model = wrmf.Model.fit(context, matrix, params)
        print(f'\n{ITEMS} items, f = {factors}, one thread: microseconds a call\n')
        table_head('history', 'side', 'p50', 'p99', 'made ready, ms')
        for n in HISTORIES:
            sides = sides_of(factors, context, model, interactions(n, CALLS, n))
            found = {name: [] for name in sides}
            for _ in range(options.rounds):
                for name, (_, call) in sides.items():
                    calls = CALLS if name != 'irspack' else 10
                    for i in range(calls):
                        begun = time.perf_counter()
                        call(i)
                        found[name].append(1e6 * (time.perf_counter() - begun))
            half = {name: statistics.median(values) for name, values in found.items()}
            for name, values in found.items():
                most = float(np.percentile(values, 99))
                ready = f'{1e3 * sides[name][0]:.1f}'
                table_row(n, name, f'{half[name]:.1f}', f'{most:.1f}', ready)
                record(options, 'fold', f=factors, n=n, side=name, p50=half[name], p99=most)
            for name in sides:
                if name != 'libwrmf' and n < 500:
                    ratio = half[name] / half['libwrmf']
                    target(options, f'fold-in, {n} items, f = {factors}, {name}', ratio, ASKED)


if __name__ == '__main__':
    main()

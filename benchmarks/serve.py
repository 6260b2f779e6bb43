# SPDX-License-Identifier: BSD-2-Clause
"""One request at a time with a server, on one thread, beside implicit: p50 and p99.

A request is ten items that a user has not seen, of 50 that she has: of a user of the model; of a
visitor, whose 50 items are folded in (implicit: recalculate_user); or ten items similar to one by
cosine. "without" is libwrmf without a server. Sides take turns; each call is timed by itself, in
each library's own Python interface, with libwrmf's arrays made before. Three kinds of items:

normal   100,000 rows drawn from a normal law: about equally long, so that none can be passed over
fitted   a model that was fitted on the interactions that are below, of as many items
real     Amazon books, 82,629 items, where --data has them

and 1,000,000 rows of both laws that are drawn: the fitted ones' lengths are those of the 100,000.
64 factors. --rounds (3) rounds of 100 calls.
"""

import time

import numpy as np
import scipy.sparse as sp

from common import arguments, heading, ours, real, record, table_head, table_row
from common import target, wrmf

USERS, ITEMS, FACTORS, LENGTH, CALLS, SEEN = 20_000, 100_000, 64, 10, 100, 50
TABLES = 1 | 2  # items by dot product, and by cosine


def interactions(users, items, each):
    """So many items of each user, the popular ones more often, one group of items most."""
    rng = np.random.default_rng(5)
    user = np.repeat(np.arange(users), each)
    group = rng.integers(0, 50, users)[user]
    item = (items * rng.random(user.size) ** 2.5).astype(np.int64) // 50 * 50
    within = np.where(rng.random(user.size) < 0.6, group, rng.integers(0, 50, user.size))
    item = item + within
    made = sp.csr_matrix(
        (np.ones(user.size, np.float32), (user, np.minimum(item, items - 1))), shape=(users, items)
    )
    made.data[:] = 1
    made.sort_indices()
    return made


def drawn(context, x, y):
    model = wrmf.Model.create(context, len(x), len(y), wrmf.Params(context, factors=FACTORS))
    model.set_rows(wrmf.USERS, x)
    model.set_rows(wrmf.ITEMS, y)
    return model


def peer_of(model):
    try:
        from implicit.cpu.als import AlternatingLeastSquares
    except ImportError:
        return None
    peer = AlternatingLeastSquares(factors=FACTORS, regularization=0.1, num_threads=1)
    peer.user_factors = model.rows(wrmf.USERS).astype(np.float32)
    peer.item_factors = model.rows(wrmf.ITEMS).astype(np.float32)
    return peer


def requests(context, model, seen, histories):
    """{request: {side: call of number i}}, and the servers, which are to stay."""
    peer, matrix = peer_of(model), ours(context, seen)
    begun = time.perf_counter()
    server = wrmf.Server(context, model, TABLES)
    ready = time.perf_counter() - begun
    fold = wrmf.Fold(context, model, wrmf.USERS)
    made = [wrmf.Query(context, model, wrmf.USERS, wrmf.ITEMS, LENGTH, seen=matrix) for _ in 'ab']
    alike = [wrmf.Query(context, model, wrmf.ITEMS, wrmf.ITEMS, LENGTH, False, True) for _ in 'ab']
    made[0].serve(server, fold)
    made[1].serve(None, fold)
    alike[0].serve(server)
    given = [np.ascontiguousarray(histories[i].indices, np.int64) for i in range(CALLS)]
    rows = [histories[i] for i in range(CALLS)]
    users, items = seen.shape
    of_user = {
        'libwrmf': lambda i: made[0].run(i % users),
        'without': lambda i: made[1].run(i % users),
    }
    of_visitor = {
        'libwrmf': lambda i: made[0].run_history(given[i]),
        'without': lambda i: made[1].run_history(given[i]),
    }
    similar = {
        'libwrmf': lambda i: alike[0].run(i * 7919 % items),
        'without': lambda i: alike[1].run(i * 7919 % items),
    }
    if peer:
        weighted = [row * 41 for row in rows]  # its confidence is ours, 1 + 40 count
        _ = peer.YtY
        of_user['implicit'] = lambda i: peer.recommend(i % users, seen[i % users], LENGTH)
        of_visitor['implicit'] = lambda i: peer.recommend(
            0, weighted[i], LENGTH, recalculate_user=True
        )
        similar['implicit'] = lambda i: peer.similar_items(i * 7919 % items, LENGTH)
    return {'user': of_user, 'visitor': of_visitor, 'similar': similar}, server.bytes, ready


def compare(options, context, what, model, seen, asked):
    users, items = seen.shape
    calls, size, ready = requests(context, model, seen, interactions(CALLS, items, SEEN))
    record(options, 'serve_memory', what=what, bytes=size, seconds=f'{ready:.2f}')
    for request, sides in calls.items():
        found = {name: [] for name in sides}
        for _ in range(options.rounds):
            for name, call in sides.items():
                call(0)
                for i in range(CALLS if name == 'libwrmf' else CALLS // 5):
                    begun = time.perf_counter()
                    call(i)
                    found[name].append(1e3 * (time.perf_counter() - begun))
        cells = []
        for name, values in found.items():
            p50, p99 = np.percentile(values, (50, 99))
            cells += [f'{p50:.3f}', f'{p99:.3f}']
            record(options, 'serve', what=what, request=request, side=name, p50=f'{p50:.4f}',
                   p99=f'{p99:.4f}')
        table_row(f'{what}, {request}', *cells)
        reached = asked / np.median(found['libwrmf'])
        target(options, f'one request, {what}, {request}, in {asked} ms', reached, 1)
    print(f'  server: {size / 1e6:.1f} MB for two tables, made in {ready:.2f} s')


def main():
    parser = arguments(__doc__)
    parser.set_defaults(rounds=3)
    options = parser.parse_args()
    context = wrmf.Context(1)
    heading(f'One request, ten items, {FACTORS} factors, one thread: milliseconds', context)
    table_head('request', 'libwrmf p50', 'p99', 'without p50', 'p99', 'implicit p50', 'p99')
    rng = np.random.default_rng(1)

    def normal(n):
        return rng.standard_normal((n, FACTORS)).astype(np.float32)

    def fitted(seen):
        params = wrmf.Params(context, factors=FACTORS, iterations=3)
        return wrmf.Model.fit(context, ours(context, seen), params)

    seen = interactions(USERS, ITEMS, SEEN)
    compare(options, context, 'normal', drawn(context, normal(USERS), normal(ITEMS)), seen, 0.4)
    model = fitted(seen)
    compare(options, context, 'fitted', model, seen, 0.4)
    if options.data:
        books = real(options.data, 'amazon-book-testsplit')
        compare(options, context, 'real', fitted(books), books, 0.4)
    few, many = interactions(1000, 10 * ITEMS, SEEN), 10 * ITEMS
    x = normal(1000)
    compare(options, context, 'normal, million', drawn(context, x, normal(many)), few, 4)
    y = np.repeat(model.rows(wrmf.ITEMS).astype(np.float32), 10, axis=0)
    y *= 1 + 0.3 * normal(many)  # ten of each, none like another
    compare(options, context, 'fitted, million',
            drawn(context, model.rows(wrmf.USERS)[:1000].astype(np.float32), y), few, 4)


if __name__ == '__main__':
    main()

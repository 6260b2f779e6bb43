# SPDX-License-Identifier: BSD-2-Clause
"""One list at a time, on one thread, beside implicit: what a request waits for.

Both sides have the same factors: 100,000 items of 64 factors, drawn from a normal law, so that all
rows are about equally long and none can be passed over. Times are medians of --rounds (21) rounds
in which the sides run in turn; each run makes LISTS lists, of other rows in each round.
"""

import numpy as np
import scipy.sparse as sp

from common import arguments, heading, in_turn, ours, record, table_head, table_row
from common import target, timed, wrmf

USERS, ITEMS, FACTORS, LENGTH, LISTS = 1000, 100_000, 64, 10, 20


def seen_items(rng, each):
    """A matrix of users x items with about so many items of each user."""
    user = np.repeat(np.arange(USERS), each)
    item = rng.integers(0, ITEMS, user.size)
    seen = sp.csr_matrix((np.ones(user.size, np.float32), (user, item)), shape=(USERS, ITEMS))
    seen.data[:] = 1
    return seen


def peer_of(x, y):
    """implicit's model with these factors, or None where implicit is not installed."""
    try:
        from implicit.cpu.als import AlternatingLeastSquares
    except ImportError:
        return None
    peer = AlternatingLeastSquares(factors=FACTORS, num_threads=1)
    peer.user_factors, peer.item_factors = x, y
    return peer


def compare(options, what, asked, mine, theirs):
    """mine and theirs make the list of a row; theirs may be None."""
    rows = iter(range(10**9))

    def side(make):
        def run():
            first = next(rows) * LISTS
            return timed(lambda: [make((first + i) % USERS) for i in range(LISTS)]) / LISTS

        return run

    sides = {'libwrmf': side(mine)}
    if theirs:
        sides['implicit'] = side(theirs)
    for run in sides.values():
        run()
    ms = {name: 1e3 * value for name, value in in_turn(sides, options.rounds).items()}
    peer = f'{ms["implicit"]:.2f}' if theirs else '-'
    table_row(what, f'{ms["libwrmf"]:.2f}', peer)
    record(options, 'one_list', what=what, libwrmf=f'{ms["libwrmf"]:.4f}', implicit=peer)
    if theirs and asked:
        target(options, f'one list: {what}', ms['implicit'] / ms['libwrmf'], asked)


def main():
    parser = arguments(__doc__)
    parser.set_defaults(rounds=21)
    options = parser.parse_args()
    context = wrmf.Context(1)
    heading(f'One list of {LENGTH}, {ITEMS:,} items of {FACTORS} factors, one thread', context)
    rng = np.random.default_rng(1)
    x, y = (rng.standard_normal((n, FACTORS)).astype(np.float32) for n in (USERS, ITEMS))
    model = wrmf.Model.create(context, USERS, ITEMS, wrmf.Params(context, factors=FACTORS))
    model.set_rows(wrmf.USERS, x)
    model.set_rows(wrmf.ITEMS, y)
    peer = peer_of(x, y)
    table_head('milliseconds of a list', 'libwrmf', 'implicit')
    for each in (0, 100, 10_000):
        seen = seen_items(rng, each)
        matrix = ours(context, seen) if each else None
        theirs = None
        if peer:
            theirs = lambda user: peer.recommend(  # noqa: E731
                user, seen[user], LENGTH, filter_already_liked_items=each > 0
            )
        what = f'recommend, {each:,} items left out' if each else 'recommend'
        compare(options, what, 1, lambda user: model.recommend(user, LENGTH, matrix), theirs)
    for name, dot in (('similar by dot product', True), ('similar by cosine', False)):
        query = wrmf.Query(context, model, wrmf.ITEMS, wrmf.ITEMS, LENGTH, dot, True)
        theirs = (lambda item: peer.similar_items(item, LENGTH)) if peer and not dot else None
        compare(options, name, 1, query.run, theirs)


if __name__ == '__main__':
    main()

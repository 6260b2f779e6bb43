# SPDX-License-Identifier: BSD-2-Clause
"""Models that grow, are refreshed and lose rows, against dense normal equations in float64.

Rows that are folded in are held against the other side's rows as the grown model has them; and what
a model goes on from is read from its file: an epoch more moves users and items from there, to rows
that the relaxed equations demand.
"""

import json
import os
import tempfile

from common import Checks, few, np, random_counts  # first: it skips where packages are missing
from bounds import UNIT, check_half
import formulas
import growth
import wrmf

check = Checks('grow')
context = wrmf.Context(threads=2)


def tensor(model, name):
    """A tensor of a model's file as float64, or None."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'model')
        model.save(path)
        with open(path, 'rb') as file:
            data = file.read()
    start = 8 + int.from_bytes(data[:8], 'little')
    entry = json.loads(data[8:start]).get(name)
    if entry is None:
        return None
    first, last = entry['data_offsets']
    kind = {'F32': '<f4', 'F64': '<f8'}[entry['dtype']]
    values = np.frombuffer(data[start + first : start + last], dtype=kind)
    return values.reshape(entry['shape']).astype(float)


def goes_on_from(model):
    carried = tensor(model, 'item_factors_carried')
    return model.rows(wrmf.ITEMS) if carried is None else carried


def same(what, a, b, label):
    check.true(f'{what}: the same bits', a.tobytes() == b.tobytes(), label)


def check_next_epoch(label, model, table, settings, precision):
    """One more epoch, which ends a fit: users from the rows that the model goes on from, items from
    the users."""
    matrix = wrmf.Matrix.from_dense(context, table)
    c = formulas.confidence(table, settings.get('alpha', 40))
    moved = formulas.relaxation(model.epochs + 1, settings)
    x, y = model.rows(wrmf.USERS), goes_on_from(model)
    model.continue_(context, matrix, 1)
    users, items, regularization = (
        model.rows(wrmf.USERS),
        model.rows(wrmf.ITEMS),
        settings['regularization'],
    )
    solver = settings.get('solver', 'auto')
    for what, *half in (
        ('users', table, c, y, users, regularization, precision, '', solver, (x, moved)),
        ('items', table.T, c.T, users, items, regularization, precision),
        (
            *('carried items', table.T, c.T, users, goes_on_from(model)),
            *(regularization, precision, '', solver, (y, moved)),
        ),
    ):
        check_half(check, f'{label}: {what} of the next epoch', *half)


def check_growth(label, settings, precision):
    params = wrmf.Params(
        context, precision=precision, iterations=5, relaxation_reduction=0, **settings
    )
    model = wrmf.Model.fit(context, wrmf.Matrix.from_dense(context, old), params)
    users, items = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
    carried, regularization = goes_on_from(model), settings['regularization']
    c = formulas.confidence(new, settings.get('alpha', 40))
    matrix = wrmf.Matrix.from_dense(context, new)
    grown = growth.grow(context, model, matrix)
    x, y, after = grown.rows(wrmf.USERS), grown.rows(wrmf.ITEMS), goes_on_from(grown)
    same('known users', x[:U], users, label)
    same('known items', y[:I], items, label)
    same('what known items go on from', after[:I], carried, label)
    same('what new items go on from', after[I:], y[I:], label)
    what = f'{label}, new users'
    check_half(check, what, new[U:], c[U:], y, x[U:], regularization, precision)

    # new items alone: all users are known
    part = wrmf.Matrix.from_dense(context, new[:U])
    wider = growth.grow(context, model, part)
    what, got = f'{label}, new items', wider.rows(wrmf.ITEMS)[I:]
    check_half(check, what, new[:U, I:].T, c[:U, I:].T, users, got, regularization, precision)

    # chosen rows of both sides
    chosen = [3, 0, I + 1]
    growth.refresh(context, grown, matrix, wrmf.ITEMS, chosen)
    z, now = grown.rows(wrmf.ITEMS), goes_on_from(grown)
    others = np.setdiff1d(np.arange(len(y)), chosen)
    same('items that were not chosen', z[others], y[others], label)
    same('what these go on from', now[others], after[others], label)
    same('what chosen items go on from', now[chosen], z[chosen], label)
    half = new.T[chosen], c.T[chosen], x, z[chosen], regularization, precision
    check_half(check, f'{label}, chosen items', *half)
    growth.refresh(context, grown, matrix, wrmf.USERS, [U, 5])
    got = grown.rows(wrmf.USERS)[[U, 5]]
    half = new[[U, 5]], c[[U, 5]], z, got, regularization, precision
    check_half(check, f'{label}, chosen users', *half)
    check_next_epoch(f'{label}, grown', grown, new, settings, precision)

    # without some of both sides
    fewer = growth.without(context, grown, wrmf.ITEMS, [1, I])
    less = growth.without(context, fewer, wrmf.USERS, [0, U + 2])
    kept = [np.setdiff1d(np.arange(n), gone) for n, gone in zip(new.shape, ([0, U + 2], [1, I]))]
    same('users that are left', less.rows(wrmf.USERS), grown.rows(wrmf.USERS)[kept[0]], label)
    same('what items that are left go on from', goes_on_from(less), goes_on_from(grown)[kept[1]],
         label)  # fmt: skip
    check_next_epoch(f'{label}, without some', less, new[np.ix_(*kept)], settings, precision)


U, I = 60, 45
new = random_counts(5, 72, 53, 0.2)
old = new[:U, :I].copy()
old[np.random.default_rng(2).random(old.shape) < 0.1] = 0  # known users have news
new[-1], new[:, -1] = 0, 0  # of one of each side nothing is known
CASES = [
    ('few factors', dict(factors=5, regularization=0.1)),
    ('plain epochs', dict(factors=8, regularization=0.1, relaxation=1)),
    ('heavy', dict(factors=16, regularization=1.0, alpha=1000)),
    ('more factors than rows', dict(factors=80, regularization=0.5)),
]
for label, settings in few(CASES):
    for precision in UNIT:
        check_growth(f'{label}, {precision}', settings, precision)
check.finish()

# SPDX-License-Identifier: BSD-2-Clause
"""What the oracles of presets share: a table, a start, our rows, and how far rounding moves a row.

A library that starts as it likes, or rounds to float32, is held half-epoch by half-epoch: given the
other side's rows as that library has them, its rows are the solutions of the preset's systems. That
is exact, whatever the start was and however many epochs went before.
"""

import ctypes

from common import np, random_counts
import wrmf

FACTORS, EPOCHS, LAMBDA, ALPHA, ALPHA0 = 6, 4, 0.3, 3.0, 0.1
UNIT32, UNIT64 = 2.0**-24, 2.0**-53
context = wrmf.Context(threads=2)
# counts from 0.25 to 5: some of implicit's confidences are below 1
table = random_counts(11, 45, 33, 0.2) * np.where(np.arange(33) % 3, 0.25, 1.0)
rng = np.random.default_rng(5)
start = [rng.normal(scale=0.3, size=(n, FACTORS)) for n in table.shape]


def signed(counts):
    """The matrix of a table, whose counts below 0 are dislikes."""
    out = ctypes.c_void_p()
    parts = [wrmf.Matrix.from_dense(context, np.maximum(sign * counts, 0)) for sign in (1, -1)]
    if (counts < 0).any():
        wrmf._call('wrmf_matrix_with_dislikes', *(p.pointer for p in parts), ctypes.byref(out))
    return wrmf.Matrix(out) if out else parts[0]


def ours(preset, counts=table, begin=start, epochs=EPOCHS, **values):
    """Both sides after plain epochs in float64."""
    values = {'regularization': LAMBDA, **values}
    params = wrmf.Params(
        context,
        preset=preset,
        factors=FACTORS,
        relaxation=1,
        iterations=epochs,
        precision='float64',
        **values,
    )
    model = wrmf.Model.create(context, *counts.shape, params)
    for side, rows in zip((wrmf.USERS, wrmf.ITEMS), begin):
        model.set_rows(side, rows)
    model.continue_(context, signed(counts), epochs)
    return model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)


def our_rows(preset, counts, fixed, **values):
    """The rows of counts' rows, where those of its columns are given."""
    nothing = np.zeros((len(counts), FACTORS))
    return ours(preset, counts, (nothing, np.asarray(fixed, float)), 1, **values)[0]


def systems(counts, fixed, system):
    """(u, A, b, sum of |terms of b|) of each row that has entries: A x = b is
    (w0 Y'Y + sum weight y y' + lambda_u I) x = sum right y."""
    weight, right, unobserved, lambda_of = system
    for u, r in enumerate(counts):
        on = r != 0
        if on.any():
            y, w, b = fixed[on], weight(r[on]), right(r[on])
            a = unobserved * fixed.T @ fixed + (y.T * w) @ y
            a += lambda_of(max((r > 0).sum(), 1), len(r)) * np.eye(len(a))  # dislikes not counted
            yield u, a, y.T @ b, np.abs(b) @ np.linalg.norm(y, axis=1)


def solved(counts, fixed, system):
    rows = np.zeros((len(counts), FACTORS))
    for u, a, b, _ in systems(counts, fixed, system):
        rows[u] = np.linalg.solve(a, b)
    return rows


def check_solutions(check, label, counts, fixed, rows, system, unit):
    """Rows against the formula; returns what they may be off by.

    A is a sum of at most n products, b one of n_u, the factorization takes (3 f + 1) units of A's
    trace (Higham 2002, 3.1 and 10.4); all that moves x by ||A^-1|| times as much, and our own
    rows, to a tolerance of 1e-12 in the whitened basis, by cond(A) 1e-12.
    """
    fixed = np.asarray(fixed, float)
    want = solved(counts, fixed, system)
    bound = np.zeros_like(want)
    for u, a, _, terms in systems(counts, fixed, system):
        inverse, trace = np.linalg.norm(np.linalg.inv(a), 2), np.trace(a)
        n, size = counts.shape[1], np.linalg.norm(want[u])
        moved = (n + 3 * FACTORS + 8) * inverse * (trace * size + terms)
        bound[u] = unit * moved + UNIT64 * moved + 1e-12 * inverse * trace * size
    check.bounded(f'{label}, formula', np.asarray(rows, float), want, bound, label)
    return bound


def check_half(check, label, preset, counts, fixed, theirs, system, unit, **values):
    """Their rows against ours and against the preset's formula."""
    bound = check_solutions(check, label, counts, fixed, theirs, system, unit)
    got = our_rows(preset, counts, fixed, **values)
    check.bounded(f'{label}, rows', got, np.asarray(theirs, float), bound, label)


def lambda_constant(n, others):
    return LAMBDA


# a third of the pairs are dislikes, and all of user 3
disliking = table * np.where(np.arange(table.size).reshape(table.shape) % 3, 1, -1)
disliking[3] = -np.abs(disliking[3])
hu = (
    lambda r: ALPHA * np.abs(r),
    lambda r: np.where(r > 0, 1 + ALPHA * r, 0),
    1.0,
    lambda_constant,
)

# SPDX-License-Identifier: BSD-2-Clause
"""Rows whose counts differ by hundreds of powers of ten, against the same equations in fractions.

A row's system is A x = Y_u' b with A = Y'Y + Y_u' D Y_u + lambda I. Errors e are measured in the
norm of A_0 = Y'Y + lambda I, as tests/oracle/bounds.py has it. The bound: rows are solved to the
tolerance; each of the O(n f^2) operations of an orthogonal factorization whose equations come in
falling order of weight, and of a basis, may lose u of its own equation (Cox and Higham 1998), and
the condition of the system without its heavy entries magnifies that.
"""

from fractions import Fraction

from common import Checks, np  # first: it skips where packages are missing
from exact import plus_identity, solved
import wrmf

UNIT, TOLERANCE = {'float32': 2.0**-24, 'float64': 2.0**-53}, {'float32': 1e-6, 'float64': 1e-12}
ITEMS, FACTORS, REGULARIZATION = 12, 6, 0.25


def systems(rows, index, d, b):
    """A_0, the condition of what light entries make of it, and the row, all exact but that."""
    whole = [[Fraction(int(v), 16) for v in row] for row in np.rint(rows * 16).astype(int)]
    span = range(FACTORS)

    def summed(pairs):
        return [[sum(v * whole[j][r] * whole[j][c] for j, v in pairs) for c in span] for r in span]

    a0 = plus_identity(summed([(j, 1) for j in range(ITEMS)]), Fraction(REGULARIZATION))
    more = summed(list(zip(index, d)))
    a = [[v + w for v, w in zip(*both)] for both in zip(a0, more)]
    right = [[sum(v * whole[j][r] for j, v in zip(index, b))] for r in span]
    below = summed([(j, v) for j, v in zip(index, d) if v < 1])
    light = np.array([[float(v + w) for v, w in zip(*both)] for both in zip(a0, below)])
    return np.array(a0, dtype=float), np.linalg.cond(light), [v[0] for v in solved(a, right)]


def check_row(label, given, rows, index, counts, settings):
    a0, condition, x = systems(rows, index, *weights(counts, settings))
    got = [Fraction(float(v)) for v in given]
    scale = max(abs(v) for v in x)
    error = np.array([float((v - w) / scale) for v, w in zip(got, x)])
    length = np.array([float(v / scale) for v in x])
    n, unit = len(index), UNIT[settings['precision']]
    lost = 10 * n * FACTORS**2 * (UNIT['float64'] * condition + unit)
    bound = (4 * TOLERANCE[settings['precision']] + lost) * np.linalg.cond(a0) ** 0.5
    check.within(
        'a row, error over bound',
        float(np.sqrt(error @ a0 @ error) / np.sqrt(length @ a0 @ length)) / bound,
        1.0,
        label,
    )


def weights(counts, settings):
    exact = [Fraction(float(v)) for v in counts]
    if settings['confidence'] == 'plain':
        return [40 * v - 1 for v in exact], [40 * v for v in exact]
    return [40 * v for v in exact], [1 + 40 * v for v in exact]


check = Checks('uneven')
context = wrmf.Context()
random = np.random.default_rng(12)
ROWS = np.round(random.normal(size=(ITEMS, FACTORS)) * 16) / 16
CASES = [
    ([1, 2], [1e15, 1e-300]),
    ([1, 2, 5], [1e15, 1.0, 1e-20]),
    ([0, 3, 4, 7], [1e24, 1e-300, 1e15, 3.0]),
    ([0, 2, 4, 9, 11], [1e25, 1e-310, 0.5, 1e12, 1e-8]),
    ([6, 8], [1e-30, 1e-30]),
    ([3, 5], [1e15, 0.025]),  # alpha 0.025 is 1
    ([6, 8, 9], [1e13, 1.0, 1.0]),
]
for index, counts in CASES:
    for confidence in ['linear', 'plain']:
        for precision in UNIT:
            settings = {'confidence': confidence, 'precision': precision}
            params = wrmf.Params(
                context, factors=FACTORS, regularization=REGULARIZATION, **settings
            )
            model = wrmf.Model.create(context, 2, ITEMS, params)
            model.set_rows(wrmf.ITEMS, ROWS)
            row = wrmf.Fold(context, model, wrmf.USERS).row(index, counts)
            check_row(f'{counts}, {settings}', row, ROWS, index, counts, settings)
check.finish()

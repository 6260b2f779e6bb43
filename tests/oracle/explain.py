# SPDX-License-Identifier: BSD-2-Clause
"""Explanations where weights are large, against the same equations in fractions.

With the items' rows Y fixed, A_0 = Y'Y + lambda I and K = Y_u A_0^-1 Y_u', the row of A^-1 y_t
gives u = Y_u A^-1 y_t = (I + K D)^-1 k_t for the entries of u, and b_j u_j is what entry j
contributes. With G = YY', K is a part of G (G + lambda I)^-1, so that all is as small as the number
of items, whatever the number of factors; fractions round nothing.

The bound: u is one of two unknowns, u - W v = r and W' D u + v = w_t + s, where r and s are what
rounding leaves of sums of f and n + f products, in a basis F with F' A_0 F = I. Then u is off by
(I + K D)^-1 (W s + r): no more than it moves where the factors move by their own rounding.
"""

from fractions import Fraction

from common import Checks, np  # first: it skips where packages are missing
from exact import plus_identity, solved
import wrmf

UNIT = 2.0**-53
ITEMS, REGULARIZATION = 10, 0.25
check = Checks('explain')
context = wrmf.Context()


def kernel_of(fixed):
    """G (G + lambda I)^-1; numbers of `fixed` are whole sixteenths."""
    whole = np.rint(fixed * 16).astype(np.int64)
    gram = [[Fraction(int(v), 256) for v in row] for row in whole @ whole.T]
    return solved(plus_identity(gram, Fraction(REGULARIZATION)), gram)


def check_row(label, fold, fixed, kernel, index, counts, alpha):
    d = [Fraction(alpha) * Fraction(float(v)) for v in counts]
    b = [1 + v for v in d]
    part = [[kernel[i][j] for j in index] for i in index]
    system = plus_identity([[v * w for v, w in zip(row, d)] for row in part])
    inverse = solved(system, plus_identity([[Fraction(0)] * len(index) for _ in index]))
    spread = np.abs(np.array([[float(v) for v in row] for row in inverse]))
    n, f = len(index), fixed.shape[1]
    basis = 1 / np.sqrt(REGULARIZATION + max(0, np.linalg.eigvalsh(fixed.T @ fixed)[0]))
    reach = np.linalg.norm(fixed, axis=1) * basis  # at least the length of a row of W
    for target in range(0, len(fixed), 3):
        u = [sum(v * kernel[j][target] for v, j in zip(row, index)) for row in inverse]
        sums = [x * y for x, y in zip(u, d)]
        length = kernel[target][target]
        length -= 2 * sum(s * kernel[j][target] for s, j in zip(sums, index))
        length += sum(s * t * v for s, row in zip(sums, part) for t, v in zip(sums, row))
        v = float(length) ** 0.5
        of_u, of_sums = np.abs([float(x) for x in u]), np.abs([float(x) for x in sums])
        r = of_u + reach[index] * v
        s = reach[target] + v + (of_sums * reach[index]).sum()
        lost = 4 * (n + 2 * f + 10) * f * UNIT
        bound = lost * np.array([float(x) for x in b]) * (spread @ (r + reach[index] * s))
        want = np.array([float(x * y) for x, y in zip(b, u)])
        got, score = fold.explain(index, counts, target)
        check.bounded('what an entry contributes', got, want, bound, f'{label}, {target}')
        exact = float(sum(x * y for x, y in zip(b, u)))
        rounded = bound.sum() + n * UNIT * np.abs(want).sum()
        check.bounded('the sum of all', score, exact, rounded, f'{label}, {target}')


random = np.random.default_rng(11)
for factors, entries in [(16, 5), (16, 9), (3, 8), (300, 6), (7, 7)]:
    rows = np.round(random.normal(size=(ITEMS, factors)) * 16) / 16
    rows[3] = rows[2]  # who were liked by the same people
    kernel = kernel_of(rows)
    index = np.sort(random.permutation(ITEMS)[:entries])
    for precision, alpha, heavy in [
        ('float64', 1.0, 1.0),
        ('float64', 1e3, 1024.0),
        ('float32', 1e9, 1.0),
        ('float64', 1e9, 1024.0),
        ('float64', 1e11, 1024.0),
    ]:
        params = wrmf.Params(
            context,
            factors=factors,
            precision=precision,
            alpha=alpha,
            regularization=REGULARIZATION,
        )
        model = wrmf.Model.create(context, 2, ITEMS, params)
        model.set_rows(wrmf.ITEMS, rows)
        fold = wrmf.Fold(context, model, wrmf.USERS)
        counts = np.where(index % 3 == 1, heavy, 1.0)
        label = f'{entries} of {factors} factors, {precision}, alpha {alpha:g}, {heavy:g}'
        check_row(label, fold, rows, kernel, index, counts, alpha)
check.finish()

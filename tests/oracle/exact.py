# SPDX-License-Identifier: BSD-2-Clause
"""Small systems of equations in fractions, which round nothing."""

from fractions import Fraction


def plus_identity(a, scale=Fraction(1)):
    return [[v + (scale if i == j else 0) for j, v in enumerate(row)] for i, row in enumerate(a)]


def solved(a, b):
    """a^-1 b, by elimination."""
    n, rows = len(a), [list(x) + list(y) for x, y in zip(a, b)]
    for k in range(n):
        at = next(i for i in range(k, n) if rows[i][k])
        rows[k], rows[at] = rows[at], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [v - rows[i][k] * w for v, w in zip(rows[i], rows[k])]
    return [row[n:] for row in rows]

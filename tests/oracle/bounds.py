# SPDX-License-Identifier: BSD-2-Clause
"""How far rounding can move the rows of one half-epoch, from the quantities at hand.

With Y fixed, B = Y'Y + lambda I and F' B F = I, a row x = F z solves (I + V'V) z = W'c, where
W = Y F and V = D^(1/2) W_u (docs/mathematics.md, "Whitening"). Every eigenvalue of that matrix is
at least 1, so the error of z is at most the residual that rounding leaves; and

    ||z||^2 = x'B x = ||Y x||^2 + lambda ||x||^2,

the size of a row's scores and of its own length as the objective weighs them. That is the norm in
which rows are compared here: what it does not see, neither a score nor the objective sees, however
ill determined the row itself. Rows are held against the exact solution for the other side as the
library has it, half-epoch by half-epoch, so nothing that epochs magnify is in the way.

The bounds add up what each step may lose at most (Higham, Accuracy and Stability of Numerical
Algorithms, 2002): a sum of k products loses at most k u of the sum of their sizes (3.1), a
Cholesky factorization (3 k + 1) u of the trace (10.3 and 10.4). They hold whatever the order of
the sums, the width of vectors and the BLAS.
"""

import numpy as np

UNIT = {'float32': 2.0**-24, 'float64': 2.0**-53}
# the parameter's default, include/wrmf/params.h
TOLERANCE = {'float32': 1e-6, 'float64': 1e-12}
# docs/mathematics.md, "Safety": rows with t above it are solved in float64 (rule 4); with room for
# the rounding of t
SPREAD_LIMIT = 2100.0
# "How a row is solved": limits of the direct way for short rows, likewise
SHORT_ENTRIES, SHORT_MIN_WEIGHT = 32, 1e-3
SHORT_SPREAD_LIMIT = {'float32': 525.0, 'float64': 1.05e6}
# Above it W and x are surely formed in float64 (rule 2, 1,000, of a condition that is estimated)
CONDITION_LIMIT = 1e4


class Half:
    """One side's systems: the other side's rows fixed, B decomposed in float64."""

    def __init__(self, fixed, regularization, zero=None):
        n, f = fixed.shape
        wide = fixed.astype(np.longdouble)
        b = (wide.T @ wide + regularization * np.eye(f)).astype(float)
        values, vectors = np.linalg.eigh(b)
        largest = values[-1]
        # what an eigenvalue's error may amount to: such directions are dropped (rule 3)
        self.zero = 4 * f * 2.0**-52 * largest if zero is None else zero
        kept = values > self.zero
        self.fixed, self.regularization, self.b = fixed, regularization, b
        self.values, self.forward = values[kept], vectors[:, kept] / np.sqrt(values[kept])
        self.vectors, self.dropped = vectors[:, kept], f - int(kept.sum())
        self.w = fixed @ self.forward
        # |Y| |F| bounds what forming W loses; F is one of two that differ by a rotation
        self.reach = np.linalg.norm(np.abs(fixed) @ np.abs(self.forward), axis=1)
        if self.dropped == 0 and self.condition < CONDITION_LIMIT:
            triangular = np.linalg.inv(np.linalg.cholesky(b)).T
            other = np.linalg.norm(np.abs(fixed) @ np.abs(triangular), axis=1)
            self.reach = np.maximum(self.reach, other)

    @property
    def condition(self):
        return self.values[-1] / self.values[0]

    def gradient(self, table, c, x):
        """Half of the objective's gradient by x, negated: zero at the exact rows."""
        wide, y = x.astype(np.longdouble), self.fixed.astype(np.longdouble)
        return (c * ((table > 0) - wide @ y.T)) @ y - self.regularization * wide

    def _solve(self, table, c, x):
        """z exact - z of each row, from the gradient. A few digits of it are enough."""
        r = (self.gradient(table, c, x) @ self.forward).astype(float)
        systems = np.tile(np.eye(r.shape[1]), (len(table), 1, 1))
        for u in range(len(table)):
            stored = np.flatnonzero(table[u])
            v = self.w[stored] * np.sqrt(c[u, stored] - 1)[:, None]
            systems[u] += v.T @ v
        return np.linalg.solve(systems, r[:, :, None])[:, :, 0]

    def errors(self, table, c, x):
        """||z - z exact|| of each row."""
        return np.linalg.norm(self._solve(table, c, x), axis=1)

    def steps(self, table, c, x):
        """x exact - x of each row, among the directions that B has."""
        return self._solve(table, c, x) @ self.forward.T

    def sizes(self, x):
        """||z|| of each row."""
        return np.linalg.norm((x @ self.vectors) * np.sqrt(self.values), axis=1)

    def bounds(self, table, c, x, precision, solver='auto'):
        """What rounding explains of errors(). "auto" may take any of three ways."""
        n, f = self.fixed.shape
        unit, double = UNIT[precision], UNIT['float64']
        stored = table > 0
        d, n_u = np.where(stored, c - 1, 0), stored.sum(axis=1)
        w, z = np.linalg.norm(self.w, axis=1), self.sizes(x)
        scores = x @ self.fixed.T
        left = np.where(stored, np.abs(1 + d * (1 - scores)), 0)  # c - d s
        t = d @ w**2
        solving = np.where(t <= SPREAD_LIMIT, unit, double)
        right = np.where(stored, c, 0) @ w
        in_double = self.dropped > 0 or self.condition > CONDITION_LIMIT
        turning = double if in_double else unit
        # W, and the weights, rounded once
        lost = solving[:, None] * w + (f + 2) * np.minimum(turning, solving)[:, None] * self.reach
        total = ((left + d * w * z[:, None]) * lost).sum(axis=1)
        total += 4 * solving * ((np.where(stored, c, 0) + d * np.abs(scores)) @ w)
        # the sums over the row's entries; a factorization
        total += (n_u + 2) * solving * (right + t * z)
        ways = {'cholesky': (3 * f + 1) * solving * (f + t) * z}
        # Conjugate gradients end at the tolerance of a residual that is updated, not computed. The
        # two part by what each step loses: its product with the matrix, (f + n_u) u (1 + t) of the
        # step's length, and the sums of z and r. The lengths of k steps add up to at most
        # sqrt(k) ||z||, as steps from 0 never point against each other (Steihaug 1983).
        k = 2 * np.minimum(n_u, f) + 2
        gap = solving * ((f + n_u + 4) * np.sqrt(k) + 3 * k) * (1 + t)
        # rows in float64 are factorized, or refined to the tolerance
        direct = np.where(solving < unit, ways['cholesky'], 0)
        ways['whitened'] = (TOLERANCE[precision] + gap) * z + direct
        short = self._short(d, c, stored, left, f, t, solving)
        ways['short'] = np.where(t <= SHORT_SPREAD_LIMIT[precision], short, 0)
        total += np.max([ways[w] for w in ways if solver in ('auto', w)], axis=0)
        # x = F z, and its rounding
        largest = np.sqrt(self.values[-1])
        total += (unit + (f + 2) * turning * largest * np.linalg.norm(self.forward)) * z
        total += unit * largest * np.linalg.norm(x, axis=1)
        # B and F in float64
        total += (n + 10 * f) * double * self.values.sum() / self.values[0] * z
        return total

    @staticmethod
    def _short(d, c, stored, left, f, t, solving):
        """(I + V V') y = D^(-1/2) c, y = D^(-1/2) (c - D s), z = V'y: (5b). ||V'(I + VV')^-1|| is
        at most 1/2."""
        n_u = stored.sum(axis=1)
        root = np.sqrt(np.where(stored & (d > 0), d, np.inf))
        y, right = np.linalg.norm(left / root, axis=1), np.linalg.norm(c / root, axis=1)
        lost = ((3 * n_u + 1) * (n_u + t) + (f + 2) * t) * y / 2 + right
        min_weight = np.where(stored, d, np.inf).min(axis=1)
        taken = (n_u <= SHORT_ENTRIES) & (min_weight >= SHORT_MIN_WEIGHT)
        return np.where(taken, solving * (lost + (n_u + 1) * np.sqrt(t) * y), 0)

    def outside(self, x):
        """Length of each row's part in the dropped directions, over the row's."""
        inside = (x @ self.vectors) @ self.vectors.T
        length = np.linalg.norm(x, axis=1)
        return np.linalg.norm(x - inside, axis=1) / np.where(length > 0, length, 1)


    @property
    def unclear(self):
        """Whether rounding may decide which directions are dropped."""
        values = np.linalg.eigvalsh(self.b)
        return bool(((values > self.zero / 16) & (values < 16 * self.zero)).any())


def losses(table, c, fixed, x, regularization):
    """Each row's part of the objective, in long double."""
    wide = x.astype(np.longdouble)
    miss = (table > 0) - wide @ fixed.astype(np.longdouble).T
    return (c * miss**2).sum(axis=1) + regularization * (wide**2).sum(axis=1)


def check_half(
    check,
    label,
    table,
    c,
    fixed,
    got,
    regularization,
    precision,
    detail='',
    solver='auto',
    moved=(None, 1),
):
    """Each row of one half-epoch against the exact one. moved: (rows before, w) where the rows got
    are before + w (solution - before). Where there is no regularization and it
    is rounding that decides which directions B has, rows may not be worse than the exact ones of
    the directions that B surely has: their part of the objective says so."""
    some = table.any(axis=1)
    check.equal('rows without entries are zero', got[~some], 0 * got[~some])
    if not some.any():
        return
    table, c, got = table[some], c[some], got[some]
    half = Half(fixed, regularization)
    before, w = moved
    if w != 1:
        # three roundings, each of at most |before| + |x| for the x that is got, or the solution
        before = before[some]
        solved = before + (got - before) / w
        lengths = [np.linalg.norm(rows, axis=1) for rows in (before, got, solved)]
        rounding = 3 * UNIT[precision] * np.sqrt(half.values[-1]) * sum(lengths) * (1 + 1 / w)
        ratio = half.errors(table, c, solved)
        ratio /= half.bounds(table, c, solved, precision, solver) + rounding
        check.within(f'{label}: relaxed rows, error over bound', float(ratio.max()), 1.0, detail)
        return
    if half.unclear:
        half = Half(fixed, regularization, 16 * half.zero)
        inside = (got @ half.vectors) @ half.vectors.T
        best = inside + half.steps(table, c, inside)
        # exact to first order, so off by the square of what float64 loses
        least = losses(table, c, fixed, best, regularization)
        excess = losses(table, c, fixed, got, regularization) - least
        bound = half.bounds(table, c, best, precision, solver)
        spread = 1 + np.where(table > 0, c - 1, 0) @ np.linalg.norm(half.w, axis=1) ** 2
        n, f = fixed.shape
        summing = 4 * (n + f) * np.finfo(np.longdouble).eps * least
        ratio = excess / (spread * bound**2 + summing)
        check.within(f'{label}: losses, excess over bound', float(ratio.max()), 1.0, detail)
        return
    ratio = half.errors(table, c, got) / half.bounds(table, c, got, precision, solver)
    check.within(f'{label}: rows, error over bound', float(ratio.max()), 1.0, detail)
    if half.dropped > 0:
        # what is dropped comes in by the rounding of x, and by the eigenvectors: an error of B of
        # p u turns them by p u over the gap between kept and dropped values (Davis and Kahan)
        n, f = fixed.shape
        turned = (n + 10 * f) * UNIT['float64'] * half.values.sum() / half.values[0]
        bound = (2 if precision == 'float32' else f + 2) * UNIT[precision] + turned
        check.within(f'{label}: part in no direction of B', half.outside(got).max(), bound, detail)


def objective_bounds(table, c, x, y, lambdas):
    """What rounding may move the parts of the objective by: no sum of the library's has more terms
    than the rows, entries and products of Gram matrices together, and NumPy's have fewer."""
    stored = table > 0
    reach = np.abs(x) @ np.abs(y).T  # at least the sizes of all that a score is summed from
    terms = x.shape[0] + y.shape[0] + x.shape[1] ** 2 + stored.sum() + 2 * x.shape[1] + 10
    unit = 2 * UNIT['float64'] * terms
    out = {
        'all': unit * ((1 + reach) ** 2).sum(),
        'observed': unit * ((c - 1) * (1 + reach) ** 2)[stored].sum(),
        'regularization': unit * (lambdas[0] * (x**2).sum() + lambdas[1] * (y**2).sum()),
    }
    out['total'] = sum(out.values())
    return out


def score_bounds(x, y, precision):
    """The same for all scores, sums of f products in the precision, and for NumPy's products."""
    unit = UNIT[precision] + UNIT['float64']
    return (x.shape[1] + 1) * unit * (np.abs(x) @ np.abs(y).T)


def mse_bounds(x, y, users):
    """The same for the mean of (p - s)^2 over all items, of each of the users: the library sums up
    products with a Gram matrix and stored cells, NumPy all cells, both then maybe the users."""
    terms = len(y) + y.shape[1] ** 2 + len(users) + 2 * y.shape[1] + 10
    sizes = (1 + np.abs(x[users]) @ np.abs(y).T) ** 2
    means = sizes.mean(axis=1) if sizes.size else np.zeros(len(users))
    return 2 * UNIT['float64'] * terms * means


def metric_bound(cutoffs, users):
    """The same for ranking metrics, which lie in 0 .. 1: a user's is a ratio of two sums of at most
    k terms, each a ratio or the inverse of a logarithm, and a mean sums up the users."""
    return UNIT['float64'] * (2 * max(cutoffs) + len(users) + 20)

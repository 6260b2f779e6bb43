# SPDX-License-Identifier: BSD-2-Clause
"""Rows without a number below 0, against scipy.optimize.nnls (Lawson and Hanson's method).

x'Ax / 2 - b'x is ||L'x - L^-1 b||^2 / 2 for A = L L', which is what nnls takes. Where rows x and z
break the conditions of the minimum by r and s, factor by factor, the least eigenvalue of A times
||x - z|| is at most ||r|| + ||s||: (x - z)'A (x - z) <= (r + s)'|x - z|. The s of nnls is computed,
the r of the library bounded as docs/mathematics.md has it.
"""

from common import THIN, Checks, few, np, random_counts  # first: it skips without packages
from bounds import UNIT
import formulas
import growth
import wrmf

from scipy.optimize import nnls

check = Checks('nonnegative')
context = wrmf.Context(threads=2)


class Rows:
    """Solutions of the rows of a table, with confidences c, against the other side's."""

    def __init__(self, table, c, fixed, regularization, precision):
        self.fixed, f = fixed, fixed.shape[1]
        gram = fixed.T @ fixed
        self.systems, self.solutions, self.bounds = [], [], []
        for counts, weights in zip(table, c):
            a = gram + (fixed.T * (weights - 1)) @ fixed + regularization * np.eye(f)
            b = fixed.T @ (weights * (counts > 0))
            root = np.sqrt(np.diag(a) + np.diag(gram))
            factor = np.linalg.cholesky(a)
            x = nnls(factor.T, np.linalg.solve(factor, b), maxiter=50 * f)[0]
            roundings = 16 * (f + 4) + 4 * (len(fixed) + (counts > 0).sum() + f + 20)
            relative = UNIT[precision] + roundings * UNIT['float64']
            mine = relative * np.linalg.norm(root) * float(root @ x)
            g = a @ x - b
            theirs = np.linalg.norm(np.where(x > 0, g, np.minimum(g, 0)))
            least = float(np.linalg.eigvalsh(a)[0])
            self.systems.append((a, b))
            self.solutions.append(x)
            # beside what was said, the rounding of A and b here
            self.bounds.append((2 * mine + theirs) / least)
        self.solutions = np.array(self.solutions)

    def value(self, i, x):
        a, b = self.systems[i]
        return x @ a @ x / 2 - b @ x

    def check(self, label, got, detail=''):
        check.true(f'{label}: none below 0', (got >= 0).all(), detail)
        error = np.linalg.norm(got - self.solutions, axis=1)
        check.bounded(f'{label}: distance', error, 0 * error, self.bounds, detail)


def relaxed(rows, i, before, w):
    """What becomes of a row in a relaxed epoch, as include/wrmf/params.h has it, and how clear that
    is: the difference of the objective that decides, relative to its terms."""
    x = rows.solutions[i]
    moved = np.maximum(0, before + w * (x - before))
    a, b = rows.systems[i]
    difference = (moved - before) @ (a @ (moved + before) / 2 - b)
    sizes = np.abs(moved - before) @ (a @ (moved + before) / 2 + b)
    if difference > 0:
        falls = x < before
        part = min(w, (before[falls] / (before[falls] - x[falls])).min(initial=w))
        moved = np.maximum(0, before + part * (x - before))
    return moved, abs(difference) / sizes if sizes > 0 else 1.0


def check_relaxed(label, before, got, rows, w, precision):
    stopped = 0
    for i, some in enumerate(before):
        want, clear = relaxed(rows, i, some, w)
        if clear < 1e-6:
            continue
        stopped += rows.value(i, np.maximum(0, some + w * (rows.solutions[i] - some))) > rows.value(
            i, some
        )
        # a distance of x moves by w times as much, and rounding is that of a few numbers
        bound = 2 * rows.bounds[i] + 8 * UNIT[precision] * (
            np.linalg.norm(some) + np.linalg.norm(want)
        )
        check.bounded(f'{label}: relaxed rows', np.linalg.norm(got[i] - want), 0.0, bound)
    return stopped


def compare(label, table, settings, precision, epochs=4):
    alpha, regularization = settings['alpha'], settings['regularization']
    c = formulas.confidence(table, alpha)
    matrix = wrmf.Matrix.from_dense(context, table)
    params = wrmf.Params(
        context, precision=precision, iterations=epochs, nonnegative=1, init_scale=1, **settings
    )
    model = wrmf.Model.create(context, *table.shape, params)
    name = f'{label}, {precision}'
    stopped = 0
    for epoch in range(1, epochs + 1):
        before = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
        model.continue_(context, matrix, 1)
        x, y = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
        some = table.any(axis=1)
        rows = Rows(table[some], c[some], before[1], regularization, precision)
        w = formulas.relaxation(epoch, settings)
        if w == 1:
            rows.check(f'users, {name}', x[some])
        else:
            stopped += check_relaxed(f'users, {name}', before[0][some], x[some], rows, w, precision)
        check.equal('rows without entries', x[~some], 0 * x[~some])
    some = table.any(axis=0)
    rows = Rows(table.T[some], c.T[some], x, regularization, precision)
    rows.check(f'items, {name}', y[some])
    fold = wrmf.Fold(context, model, wrmf.USERS)
    new = random_counts(77, 20, table.shape[1], 0.2)
    rows = Rows(new, formulas.confidence(new, alpha), y, regularization, precision)
    got = fold.rows(context, wrmf.Matrix.from_dense(context, new))
    rows.check(f'folded users, {name}', got)
    for i in range(0, len(new), 5):
        explain(name, fold, new[i], rows, i, got[i], alpha)
    return stopped


def explain(name, fold, counts, rows, i, x, alpha):
    """Contributions are those of the unconstrained system of the factors above 0."""
    index, free = np.flatnonzero(counts), rows.solutions[i] > 0
    a = rows.systems[i][0][np.ix_(free, free)]
    if not free.any():  # nothing is there to be explained
        return
    for target in range(0, len(rows.fixed), 9):
        solved = np.linalg.solve(a, rows.fixed[target, free])
        want = (1 + alpha * counts[index]) * (rows.fixed[index][:, free] @ solved)
        got, score = fold.explain(index, counts[index], target)
        size = np.abs(want).sum()
        # of a system of a few dozen factors, to the condition of A
        bound = 1e3 * UNIT['float64'] * len(a) * np.linalg.cond(a) * max(size, 1e-300)
        check.bounded('what an entry contributes', got, want, bound, name)
        check.bounded('the sum is the score', score, got.sum(), bound, name)


def check_grown(label, settings, precision):
    """A model of a part of the table grows to all of it."""
    alpha, regularization = settings['alpha'], settings['regularization']

    def check_rows(what, counts, got, fixed):
        some = counts.any(axis=1)
        c = formulas.confidence(counts[some], alpha)
        rows = Rows(counts[some], c, fixed, regularization, precision)
        rows.check(what, got[some])
        check.equal(f'{what}: rows without entries', got[~some], 0 * got[~some])

    def matrix_of(counts):
        return wrmf.Matrix.from_dense(context, counts)

    params = wrmf.Params(context, precision=precision, iterations=5, nonnegative=1, **settings)
    model = wrmf.Model.fit(context, matrix_of(table[:33, :25]), params)
    name = f'grown, {label}, {precision}'
    growth.check_growth(check, name, context, model, matrix_of, table, check_rows)


CASES = [
    ('few factors', dict(factors=4, alpha=10, regularization=0.5)),
    ('relaxed at once', dict(factors=12, alpha=3, regularization=0.3, relaxation_wait=0,
                             relaxation_ramp=2)),
    ('more factors than entries', dict(factors=35, alpha=40, regularization=0.1)),
    ('far relaxed', dict(factors=6, alpha=40, regularization=1.0, relaxation=1.99,
                         relaxation_wait=0, relaxation_ramp=2)),
    ('under-relaxed', dict(factors=9, alpha=2, regularization=2.0, relaxation=0.6,
                           relaxation_wait=1)),
]
table = random_counts(21, 40, 30, 0.2)
stopped = 0
for label, settings in few(CASES):
    for precision in UNIT:
        stopped += compare(label, table, settings, precision)
for label, settings in CASES[: 1 if THIN else 3]:
    for precision in UNIT:
        check_grown(label, settings, precision)

# ---- cmfrec's nonneg=True: the same rows for the same rows of items ----
def their_systems(counts, fixed, weight, right, unobserved, regularization):
    for u, r in enumerate(counts):
        on = r > 0
        if on.any():
            y = fixed[on]
            a = unobserved * fixed.T @ fixed + (y.T * weight(r[on])) @ y
            yield u, a + regularization(on.sum()) * np.eye(fixed.shape[1]), y.T @ right(r[on])


def check_peer(name, peer, system, **values):
    """Their users' rows, solved last, meet the conditions of the minimum for our systems to 1e-6
    of the terms of a gradient: their sweeps over the coordinates end by a change of some 1e-8. Ours
    are as near to theirs as what both leave of a gradient allows: that is at least the least
    eigenvalue times their distance."""
    fixed, theirs = np.asarray(peer.B_, float), np.asarray(peer.A_, float)
    values |= {'nonnegative': 1, 'factors': fixed.shape[1], 'precision': 'float64'}
    model = wrmf.Model.create(context, *table.shape, wrmf.Params(context, **values))
    model.set_rows(wrmf.ITEMS, fixed)
    fold = wrmf.Fold(context, model, wrmf.USERS)
    ours = fold.rows(context, wrmf.Matrix.from_dense(context, table))
    bounded = (theirs >= 0).all() and (theirs == 0).any()
    check.true(f'cmfrec {name}: none below 0, some at it', bounded)
    for u, a, b in their_systems(table, fixed, *system):
        root, left = np.sqrt(np.diag(a)), []
        for x in (theirs[u], ours[u]):
            g = a @ x - b
            left.append(np.where(x > 0, g, np.minimum(g, 0)))
        conditions = np.abs(left[0]) / (root * (root @ theirs[u]))
        check.within(f'cmfrec {name}: conditions', conditions.max(), 1e-6)
        conditions = np.abs(left[1]) / (root * (root @ ours[u]))
        check.within(f'cmfrec {name}: our conditions', conditions.max(), 1e-12)
        reach = sum(np.linalg.norm(r) for r in left) / np.linalg.eigvalsh(a)[0]
        distance = np.linalg.norm(theirs[u] - ours[u])
        check.within(f'cmfrec {name}: distance over bound', distance, 1.01 * reach)


def check_peers():
    settings = dict(
        k=6,
        niter=4,
        use_cg=False,
        use_float=False,
        nonneg=True,
        max_cd_steps=100000,
        nthreads=1,
        verbose=False,
    )
    counts = sparse.coo_matrix(table)
    peer = cmfrec.CMF_implicit(lambda_=0.3, alpha=3.0, **settings)
    peer.fit(counts)
    system = lambda r: 3 * r, lambda r: 1 + 3 * r, 1, lambda n: 0.3
    check_peer('implicit', peer, system, preset='cmfrec', alpha=3.0, regularization=0.3)
    for scaled in (False, True):
        plain = dict(user_bias=False, item_bias=False, center=False, scale_lam=scaled)
        peer = cmfrec.CMF(lambda_=0.2, **plain, **settings)
        peer.fit(counts)
        system = np.ones_like, lambda r: r, 0, lambda n: 0.2 * (n if scaled else 1)
        values = {'preset': 'explicit', 'regularization': 0.2}
        if scaled:
            values |= {'regularization_exponent': 1, 'regularization_size': 'entries'}
        check_peer(f'explicit, scale_lam={scaled}', peer, system, **values)


try:
    import cmfrec
    import scipy.sparse as sparse
except ImportError as missing:
    print(f'  without cmfrec: {missing}')
else:
    check_peers()
if not THIN:
    check.true('some rows stop where a factor becomes 0', stopped > 0)
check.finish()

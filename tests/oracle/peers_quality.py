# SPDX-License-Identifier: BSD-2-Clause
"""Test precision@5 of libwrmf, implicit and irspack at equal hyperparameters, over five seeds.

    WRMF_LIBRARY=.../libwrmf.so WRMF_DATA_DIR=... python3 peers_quality.py [data set] [epochs]

Needs the packages implicit and irspack beside those of the other oracles; skipped without.
All three minimise the same objective with exact (Cholesky) rows: implicit takes c itself as
its data, irspack takes c - 1 with alpha0 = 1, the original loss and nu = 0. All are judged by
the same plain NumPy code, the article's: all items compete, argsort, hits / k.
"""

import contextlib
import io
import os
import sys
import time

os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')  # implicit asks for it

from common import Checks, likes, np, real  # first: it skips where packages are missing
from bounds import UNIT, Half, check_half
import wrmf
import scipy.sparse as sparse

try:
    import implicit
    from implicit.als import AlternatingLeastSquares
    import irspack
    from irspack.recommenders import IALSRecommender
except ImportError as missing:
    print(f'skipped: {missing}')
    sys.exit(77)

ALPHA, FACTORS, REGULARIZATION, K, THREADS = 40, 40, 0.1, 5, 2
name = sys.argv[1] if len(sys.argv) > 1 else 'likes'
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 10
check = Checks('peers_quality')
print(f'  implicit {implicit.__version__}, irspack {irspack.__version__}')
context = wrmf.Context(threads=THREADS)


def thinned_likes():
    data = likes()
    if data is None:
        sys.exit(77)
    user, item, users, items = data
    whole = wrmf.Matrix.from_triplets(context, users, items, user, item)
    return whole.threshold(5, 5)[0]


def other(name):
    data = real(name)
    if data is None:
        sys.exit(77)
    user, item, _, users, items = data
    return wrmf.Matrix.from_triplets(context, users, items, user, item, None, 'drop').threshold(
        5, 5
    )[0]


def precision(x, y, test, heldout):
    offsets, items, _ = test.csr()
    hits = 0
    for block in np.array_split(heldout, max(1, len(heldout) // 256)):
        scores = x[block] @ y.T
        top = np.argsort(-scores, axis=1, kind='stable')[:, :K]
        hits += sum(
            len(np.intersect1d(t, items[offsets[u] : offsets[u + 1]])) for t, u in zip(top, block)
        )
    return hits / (K * len(heldout))


def fit_wrmf(train, csr, seed):
    model = wrmf.Model.fit(
        context,
        train,
        wrmf.Params(
            context,
            factors=FACTORS,
            alpha=ALPHA,
            regularization=REGULARIZATION,
            iterations=epochs,
            seed=seed,
        ),
    )
    return model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)


def fit_implicit(train, csr, seed, start=None, dtype=np.float32, epochs=epochs):
    model = AlternatingLeastSquares(
        factors=FACTORS,
        alpha=1.0,
        regularization=REGULARIZATION,
        dtype=dtype,
        use_cg=False,
        use_gpu=False,
        iterations=epochs,
        num_threads=THREADS,
        random_state=seed,
    )
    if start is not None:
        model.user_factors, model.item_factors = (s.astype(dtype) for s in start)
    model.fit((csr * (1.0 + ALPHA)).astype(dtype), show_progress=False)
    return model.user_factors, model.item_factors


def fit_irspack(train, csr, seed):
    model = IALSRecommender(
        (csr * float(ALPHA)).astype(np.float32),
        n_components=FACTORS,
        alpha0=1.0,
        reg=REGULARIZATION,
        nu=0.0,
        solver_type='CHOLESKY',
        loss_type='ORIGINAL',
        random_seed=seed,
        n_threads=THREADS,
        train_epochs=epochs,
    )
    with contextlib.redirect_stdout(io.StringIO()):  # it draws a bar
        model.learn()
    return model.get_user_embedding(), model.get_item_embedding()


matrix = thinned_likes() if name == 'likes' else other(name)
train, test, heldout = matrix.split(K, 0.2, 1)
offsets, items, _ = train.csr()
csr = sparse.csr_matrix((np.ones(len(items)), items, offsets), shape=train.shape)
print(
    f'  {train.entries} train, {test.entries} test entries of {len(heldout)} users; '
    f'{FACTORS} factors, alpha {ALPHA}, regularization {REGULARIZATION}, {epochs} epochs'
)
results = {}
for seed in range(1, 6):
    for label, fit in (('libwrmf', fit_wrmf), ('implicit', fit_implicit), ('irspack', fit_irspack)):
        begin = time.perf_counter()
        x, y = fit(train, csr, seed)
        seconds = time.perf_counter() - begin
        value = precision(x, y, test, heldout)
        results.setdefault(label, []).append(value)
        print(f'  seed {seed}, {label}: precision@{K} {value:.5f}, fit {seconds:.2f} s', flush=True)
spread = {
    label: (np.mean(v), np.min(v), np.max(v), np.std(v, ddof=1)) for label, v in results.items()
}
for label, (mean, low, high, deviation) in spread.items():
    print(
        f'  {label}: mean {mean:.5f}, {low:.5f} to {high:.5f}, standard deviation {deviation:.5f}'
    )
mean = spread['libwrmf'][0]
for label in ('implicit', 'irspack'):
    # within the spread: what seeds alone move, of either side, or a quarter of a per cent of the
    # value
    width = max(
        spread['libwrmf'][2] - spread['libwrmf'][1],
        spread[label][2] - spread[label][1],
        0.0025 * mean,
    )
    check.within(
        f'mean precision@{K} against {label}, in spreads of five seeds',
        abs(mean - spread[label][0]) / width,
        1.0,
    )
# and from the same start, one epoch in float64: some users' rows, each against the exact one
params = wrmf.Params(
    context, factors=FACTORS, alpha=ALPHA, regularization=REGULARIZATION, precision='float64'
)
model = wrmf.Model.create(context, *train.shape, params)
start = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
model.continue_(context, train, 1)
theirs = fit_implicit(train, csr, 1, start, np.float64, 1)[0]
some = heldout[:: max(1, len(heldout) // 200)]
table = csr[some].toarray()
c = 1 + ALPHA * table
check_half(
    check, 'libwrmf', table, c, start[1], model.rows(wrmf.USERS)[some], REGULARIZATION, 'float64'
)
# Theirs sum up and factorize A = Y'CY + lambda I, with a residual of so many units of its trace;
# what that makes of the error is at most divided by the root of the least eigenvalue.
half = Half(start[1], REGULARIZATION)
n, f = start[1].shape
squares = (start[1] ** 2).sum(axis=1)
trace = half.values.sum() + (c - 1) @ squares
right = np.where(table > 0, c, 0) @ np.sqrt(squares)
bound = (2 * n + 3 * f + 4) * UNIT['float64'] / np.sqrt(half.values[0])
bound = bound * (trace * np.linalg.norm(theirs[some], axis=1) + right)
ratio = half.errors(table, c, theirs[some]) / bound
check.within('implicit: rows, error over bound', float(ratio.max()), 1.0)
check.finish()

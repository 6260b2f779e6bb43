# SPDX-License-Identifier: BSD-2-Clause
"""The same bits for 1, 2, 3 and 7 threads, and for a host's runner in a mad order."""

from common import Checks, few, np, random_counts, real
import wrmf

check = Checks('threads')


def backwards(chunks, task):
    """A host that runs all chunks on one thread, in a shuffled order, under changing workers."""
    for chunk in np.random.default_rng(chunks).permutation(chunks):
        task(int(chunk), int(chunk) % 3)


CONTEXTS = [(f'{n} threads', wrmf.Context(threads=n)) for n in few((1, 2, 3, 7))]
CONTEXTS.append(('host runner', wrmf.Context(runner=backwards, workers=3)))


def everything(context, triplets, shape, settings):
    """Bytes of all that a user can see."""
    user, item, count = triplets
    whole = wrmf.Matrix.from_triplets(context, *shape, user, item, count)
    matrix, test, heldout = whole.split(2, 0.2, 3)
    out = {'split': matrix.csr() + test.csr() + (heldout,)}
    thin = whole.threshold(3, 3)
    out['threshold'] = thin[0].csr() + thin[1:]
    model = wrmf.Model.fit(context, matrix, wrmf.Params(context, **settings))
    out['factors'] = (model.rows(wrmf.USERS), model.rows(wrmf.ITEMS))
    out['objective'] = (np.array(list(model.objective(context, matrix).values())),)
    for exclude in ('none', 'train'):
        evaluator = wrmf.Evaluator(
            context, test, matrix, None, [1, 5, 10], list(wrmf.METRICS), exclude, 'zero'
        )
        evaluator.run(context, model)
        values, each = [], []
        for metric in wrmf.METRICS:
            for k in (0,) if metric in wrmf.NO_CUTOFF else (1, 5, 10):
                values.append(evaluator.value(metric, k))
                if metric not in wrmf.OVER_ALL:
                    each.append(evaluator.user_values(metric, k))
        out[f'metrics, exclude {exclude}'] = (np.array(values), np.array(each))
        check.true('metrics are numbers', np.isfinite(values).all(), values)
    out['recommend'] = model.recommend_batch(context, 10, seen=matrix)
    out['similar items'] = model.similar_batch(context, wrmf.ITEMS, 6)
    out['similar users'] = model.similar_batch(context, wrmf.USERS, 6, dot=True, omit=True)
    return {key: tuple(a.tobytes() for a in arrays) for key, arrays in out.items()}


def compare(label, triplets, shape, settings):
    first = None
    for name, context in CONTEXTS:
        got = everything(context, triplets, shape, settings)
        first = first or got
        for key, value in got.items():
            check.true(f'{key}: same bits', value == first[key], f'{label}, {name}')


for seed, (users, items) in enumerate(((300, 200), (37, 1500), (2500, 90))):
    table = random_counts(seed, users, items, min(0.2, 12 / items + 0.02), heavy=seed == 1)
    triplets = (*np.nonzero(table), table[table > 0])
    for precision in ('float32', 'float64'):
        for solver in ('auto', 'cholesky', 'whitened', 'cg'):
            compare(
                f'{users} x {items}, {precision}, {solver}',
                triplets,
                table.shape,
                dict(factors=20, iterations=2, precision=precision, solver=solver),
            )
for name in few(('ml-100k', 'hetrec-lastfm-2k', 'online-retail-agg'), 3):
    data = real(name)
    if data is not None:
        compare(name, data[:3], data[3:], dict(factors=32, iterations=2))
check.finish()

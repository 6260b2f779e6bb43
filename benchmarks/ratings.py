# SPDX-License-Identifier: BSD-2-Clause
"""Ratings that are foretold: RMSE on a fifth of them, held out at random, with and without biases.

Sides: the mean and biases alone, by NumPy; libwrmf's preset explicit, with and without biases,
lambda times a row's entries (nu = 1) or not (nu = 0); cmfrec's CMF, where it is installed,
likewise. Each side's settings, factors and lambda, are chosen by the mean RMSE over the --rounds
splits, which is then told: all sides are a little too good, alike.
"""

import itertools

import numpy as np

from common import arguments, heading, real, record, table_head, table_row, wrmf

EPOCHS = 20
FACTORS = (5, 10, 20)
# lambda with nu = 0, and with nu = 1
PLAIN = (3, 5, 8, 12, 20)
SCALED = (0.03, 0.06, 0.1, 0.13, 0.2)


def alone(train, test, shape, weight=5):
    """mean + b_u + c_i, each pulled towards 0 by a weight, in turn."""
    user, item, count = train
    mean, above = count.mean(), [np.zeros(n) for n in shape]
    for _ in range(10):
        for side, index in ((1, item), (0, user)):
            rest = count - mean - above[1 - side][train[1 - side]]
            n = np.bincount(index, minlength=shape[side])
            above[side] = np.bincount(index, rest, shape[side]) / (n + weight)
    return mean + above[0][test[0]] + above[1][test[1]]


def by_libwrmf(context, train, test, shape, factors, regularization, exponent, biases):
    params = wrmf.Params(
        context,
        preset='explicit',
        biases=int(biases),
        factors=factors,
        iterations=EPOCHS,
        regularization=regularization,
        regularization_exponent=exponent,
        regularization_size='entries',
    )
    model = wrmf.Model.fit(context, wrmf.Matrix.from_triplets(context, *shape, *train), params)
    return (model.rows(wrmf.USERS)[test[0]] * model.rows(wrmf.ITEMS)[test[1]]).sum(axis=1)


def by_cmfrec(cmfrec, threads, train, test, shape, factors, regularization, exponent, biases):
    from scipy.sparse import coo_matrix

    model = cmfrec.CMF(
        k=factors,
        lambda_=regularization,
        scale_lam=bool(exponent),
        user_bias=biases,
        item_bias=biases,
        center=biases,
        niter=EPOCHS,
        nthreads=threads,
        use_float=True,
        verbose=False,
    )
    model.fit(coo_matrix((train[2], (train[0], train[1])), shape=shape))
    return model.predict(test[0], test[1])


def splits(data, rounds):
    user, item, count = data
    for seed in range(rounds):
        held = np.random.default_rng(seed).permutation(len(count)) < len(count) // 5
        yield tuple([a[part] for a in (user, item, count)] for part in (~held, held))


def main():
    options = arguments(__doc__).parse_args()
    context = wrmf.Context(threads=options.threads)
    data = real(options.data, 'ml-100k').tocoo()
    shape = data.shape
    heading('Ratings held out of ml-100k', context)
    parts = list(splits((data.row, data.col, data.data), options.rounds))
    sides = {'libwrmf': lambda *a: by_libwrmf(context, *a)}
    try:
        import cmfrec

        sides['cmfrec'] = lambda *a: by_cmfrec(cmfrec, options.threads, *a)
    except ImportError as missing:
        print(f'without cmfrec: {missing}')

    def mean_error(predict):
        squares = [((test[2] - predict(train, test, shape)) ** 2).mean() for train, test in parts]
        return float(np.mean(np.sqrt(squares)))

    table_head('side', 'biases', 'nu', 'factors', 'lambda', 'RMSE')
    table_row('mean and biases alone', 'yes', '', '', '', f'{mean_error(alone):.4f}')
    for (name, side), biases, exponent in itertools.product(sides.items(), (False, True), (0, 1)):
        best = min(
            (mean_error(lambda *a: side(*a, f, value, exponent, biases)), f, value)
            for f in FACTORS
            for value in (SCALED if exponent else PLAIN)
        )
        yes = 'yes' if biases else 'no'
        table_row(name, yes, exponent, best[1], best[2], f'{best[0]:.4f}')
        record(
            options,
            'ratings',
            side=name,
            biases=biases,
            nu=exponent,
            factors=best[1],
            regularization=best[2],
            rmse=best[0],
        )


if __name__ == '__main__':
    main()

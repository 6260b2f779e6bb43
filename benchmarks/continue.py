# SPDX-License-Identifier: BSD-2-Clause
"""What early stopping from a host's own loop costs: continued by single epochs, or by one call.

Two models at the same state go on for --epochs epochs, the one by one call of
wrmf_model_continue(), the other by a call an epoch; afterwards both have the same bits. The two
take turns at going first. Times are medians of --rounds, the ratio is the median of the rounds'
ratios, and "least" the ratio of the least times.
"""

import statistics

from common import arguments, datasets, heading, ours, record, table_head, table_row, target
from common import timed, wrmf
from epoch import ALPHA, LAMBDA


def compare(options, name, matrix, factors, label, **values):
    context = wrmf.Context(options.threads)
    data = ours(context, matrix)
    params = wrmf.Params(context, factors=factors, alpha=ALPHA, regularization=LAMBDA, **values)

    def at_once(model):
        model.continue_(context, data, options.epochs)

    def one_by_one(model):
        for _ in range(options.epochs):
            model.continue_(context, data, 1)

    ways = {'at once': at_once, 'one by one': one_by_one}
    models = {way: wrmf.Model.create(context, *data.shape, params) for way in ways}
    for model in models.values():
        model.continue_(context, data, 1)
    seconds = {way: [] for way in ways}
    for turn in range(options.rounds):
        for way in list(ways)[:: 1 if turn % 2 else -1]:
            seconds[way].append(timed(lambda: ways[way](models[way])) / options.epochs)
    same = all(
        (models['at once'].rows(side) == models['one by one'].rows(side)).all() for side in (0, 1)
    )
    ratio = statistics.median(
        single / whole for whole, single in zip(seconds['at once'], seconds['one by one'])
    )
    least = min(seconds['one by one']) / min(seconds['at once'])
    table_row(
        name,
        factors,
        label,
        *(f'{statistics.median(values):.4f}' for values in seconds.values()),
        f'{ratio:.3f}',
        f'{least:.3f}',
        'the same' if same else 'NOT THE SAME',
    )
    record(
        options,
        'continue',
        shape=name,
        f=factors,
        rows=label,
        at_once=f'{statistics.median(seconds["at once"]):.5f}',
        one_by_one=f'{statistics.median(seconds["one by one"]):.5f}',
        ratio=f'{ratio:.4f}',
    )
    target(
        options,
        f'continue by single epochs, {name}, f = {factors}, {label}: 1.03 / ratio',
        1.03 / ratio,
        1,
    )


def main():
    parser = arguments(__doc__)
    parser.add_argument('--epochs', type=int, default=10, help='of each way in a round')
    options = parser.parse_args()
    heading('Continued by single epochs', wrmf.Context(1))
    table_head(
        'data', 'f', 'rows', 'an epoch, at once', 'one by one', 'ratio', 'least', 'bits'
    )
    for name, matrix in datasets(options, 'S,M'):
        usual = '64' if matrix.nnz > 2_000_000 else '40,64,128'
        for factors in map(int, (options.factors or usual).split(',')):
            # on the way: the fit ends far behind; ended: each call ends it, and solves the items
            plain = dict(relaxation=1)
            compare(options, name, matrix, factors, 'plain, to 1e-6', **plain)
            compare(options, name, matrix, factors, 'plain, 3 steps', cg_steps=3, **plain)
            compare(options, name, matrix, factors, 'relaxed, on the way', iterations=1_000_000)
            compare(options, name, matrix, factors, 'relaxed, ended', iterations=0)


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: BSD-2-Clause
"""Metrics and similar items: against implicit's, and against the dense way of the 2016 article.

All sides have the same factors. The dense way forms the predictions X Y', takes each user's k best
by argsort, counts hits by sets, and takes the squared error over the dense rows; it does so for the
held-out users, 20 % of all.
"""

import numpy as np
import scipy.sparse as sp

from common import arguments, datasets, heading, in_turn, ours, record, table_head, table_row
from common import target, timed, wrmf


def scipy_of(matrix):
    offsets, items, counts = matrix.csr()
    return sp.csr_matrix((counts.astype(np.float32), items, offsets), shape=matrix.shape)


def dense_way(x, y, test, users, k):
    """precision@k and mean squared error from the dense table of predictions."""
    predictions = x @ y.T
    found = [
        len(set(np.argsort(-predictions[user])[:k]) & set(test[user].indices)) / k for user in users
    ]
    error = np.mean((test[users].toarray().ravel() - predictions[users].ravel()) ** 2)
    return np.mean(found), error


def rows(options, data, title, seconds, against, asked):
    """Print a table of seconds, whose first side is libwrmf.

    `asked` is the ratio that is asked for to the side `against`, or None.
    """
    mine = next(iter(seconds.values()))
    print(f'\n{title}\n')
    table_head('side', 'seconds', '/ libwrmf')
    for name, value in seconds.items():
        table_row(name, f'{value:.4f}', f'{value / mine:.1f}')
        record(options, 'evaluation', data=data, what=title, side=name, seconds=f'{value:.5f}')
    if asked:
        target(options, f'{data}: {title}, against {against}', seconds[against] / mine, asked)


def beside_sgemm(options, name, matrix):
    """Lists of all users, train items left out, in multiples of what sgemm takes for the scores."""
    context = wrmf.Context(1)
    train, test, _ = ours(context, matrix).split(5, 0.2, 1)
    print('\nLists of all users, one thread, in multiples of sgemm alone (512 users at a time)\n')
    table_head('f', 'k', 'libwrmf', 'sgemm', 'ratio')
    for factors in (40, 128):
        model = wrmf.Model.fit(context, train, wrmf.Params(context, factors=factors, iterations=3))
        x, y = (model.rows(side).astype(np.float32) for side in (0, 1))
        space = np.empty((512, len(y)), np.float32)

        def products():
            for first in range(0, len(x), 512):
                part = x[first : first + 512]
                np.dot(part, y.T, out=space[: len(part)])

        for k in (5, 10, 100):
            settings = dict(empty='zero', metrics=['precision'], per_user=False)
            lists = wrmf.Evaluator(context, test, train, cutoffs=[k], **settings)
            sides = {
                'libwrmf': lambda: timed(lambda: lists.run(context, model)),
                'sgemm': lambda: timed(products),
            }
            seconds = in_turn(sides, options.rounds)
            ratio = seconds['libwrmf'] / seconds['sgemm']
            table_row(factors, k, *(f'{value:.3f}' for value in seconds.values()), f'{ratio:.2f}')
            if k <= 20:
                what = f'{name}: lists of {k}, f = {factors}: 1.35 sgemm / libwrmf'
                target(options, what, 1.35 / ratio, 1)


class Case:
    """One data set, split, with a model that libwrmf fitted and a peer that has its factors."""

    def __init__(self, options, name, matrix):
        self.options, self.name = options, name
        self.context = wrmf.Context(options.threads)
        self.train, self.test, self.heldout = ours(self.context, matrix).split(5, 0.2, 1)
        self.train_csr, self.test_csr = scipy_of(self.train), scipy_of(self.test)

    def fit(self, factors):
        from implicit.cpu.als import AlternatingLeastSquares

        params = wrmf.Params(self.context, factors=factors, iterations=5)
        self.factors = factors
        self.model = wrmf.Model.create(self.context, *self.train.shape, params)
        self.epoch = timed(lambda: self.model.continue_(self.context, self.train, 5)) / 5
        self.x, self.y = (self.model.rows(side).astype(np.float32) for side in (0, 1))
        self.peer = AlternatingLeastSquares(factors=factors, num_threads=self.options.threads)
        self.peer.user_factors, self.peer.item_factors = self.x, self.y

    def ranking(self):
        from implicit.evaluation import ranking_metrics_at_k

        settings = dict(cutoffs=[5, 10], metrics=['precision', 'ndcg'], per_user=False)
        everyone = wrmf.Evaluator(self.context, self.test, self.train, **settings)

        def theirs(k):
            ranking_metrics_at_k(
                self.peer,
                self.train_csr,
                self.test_csr,
                K=k,
                show_progress=False,
                num_threads=self.options.threads,
            )

        sides = {
            'libwrmf (both in one run)': lambda: timed(
                lambda: everyone.run(self.context, self.model)
            ),
            'implicit (a call each)': lambda: timed(lambda: [theirs(k) for k in (5, 10)]),
            'implicit (one call, K=10)': lambda: timed(lambda: theirs(10)),
        }
        title = f'precision@5 and nDCG@10, users with test items, f = {self.factors}'
        seconds = in_turn(sides, self.options.rounds)
        rows(self.options, self.name, title, seconds, 'implicit (a call each)', 4)

    def article(self):
        """The metrics of the article, for the held-out users."""
        settings = dict(cutoffs=[5], metrics=['precision', 'mse'], protocol='article')
        mine = {
            side: wrmf.Evaluator(self.context, data, users=self.heldout, per_user=False, **settings)
            for side, data in (('train', self.train), ('test', self.test))
        }

        def both():
            for evaluator in mine.values():
                evaluator.run(self.context, self.model)

        def dense():
            for data in (self.train_csr, self.test_csr):
                dense_way(self.x, self.y, data, self.heldout, 5)

        sides = {'libwrmf': lambda: timed(both), 'dense, NumPy': lambda: timed(dense)}
        seconds = in_turn(sides, min(self.options.rounds, 3))
        title = f'train and test precision@5 and MSE of the held-out users, f = {self.factors}'
        rows(self.options, self.name, title, seconds, 'dense, NumPy', 50)
        share = seconds['libwrmf'] / self.epoch
        print(f'\nlibwrmf: {share:.3f} of an epoch ({self.epoch:.4f} s)')
        precision, mse = dense_way(self.x, self.y, self.test_csr, self.heldout, 5)
        print(
            f'test precision@5 {mine["test"].value("precision", 5):.8f} (dense {precision:.8f}), '
            f'MSE {mine["test"].value("mse"):.10f} (dense {mse:.10f})'
        )

    def similar_items(self):
        items = self.train.shape[1]

        def theirs():
            for first in range(0, items, 1000):
                self.peer.similar_items(np.arange(first, min(first + 1000, items)), N=10)

        sides = {
            'libwrmf': lambda: timed(
                lambda: self.model.similar_batch(self.context, wrmf.ITEMS, 10)
            ),
            'implicit': lambda: timed(theirs),
        }
        title = f'all items\' 10 most similar, f = {self.factors}'
        seconds = in_turn(sides, self.options.rounds)
        asked = 4 if self.name == 'S' else None
        rows(self.options, self.name, title, seconds, 'implicit', asked)

    def losses(self):
        """The MSE of all users and the objective, as shares of an epoch."""
        context, model, train = self.context, self.model, self.train
        mse = wrmf.Evaluator(context, self.test, metrics=['mse'], per_user=False)
        mse.run(context, model)
        sides = {
            'epoch': lambda: timed(lambda: model.continue_(context, train, 3)) / 3,
            'MSE': lambda: timed(lambda: mse.run(context, model)),
            'objective': lambda: timed(lambda: model.objective(context, train)),
        }
        seconds = in_turn(sides, self.options.rounds)
        shares = {name: value / seconds['epoch'] for name, value in seconds.items()}
        print(
            f'\nf = {self.factors}: MSE of all users {shares["MSE"]:.3f} of an epoch, '
            f'objective after a fit {shares["objective"]:.3f}'
        )


def compare(options, name, matrix):
    case = Case(options, name, matrix)
    print(
        f'\n### {name}: {matrix.shape[0]} x {matrix.shape[1]}, {len(case.heldout)} held-out users, '
        f'{options.threads} thread(s)'
    )
    for factors in (40, 128):
        case.fit(factors)
        if factors == 40:
            case.ranking()
            case.article()
        case.similar_items()
        case.losses()


def main():
    options = arguments(__doc__).parse_args()
    heading('Metrics and similar items', wrmf.Context(1))
    for name, matrix in datasets(options):
        compare(options, name, matrix)
        beside_sgemm(options, name, matrix)


if __name__ == '__main__':
    main()

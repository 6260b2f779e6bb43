# SPDX-License-Identifier: BSD-2-Clause
"""Metrics and similar items: against implicit's, and against the way of the 2016 article (dense predictions).

The same factors for all sides. The dense way: predictions = X Y', the k best of each user by argsort, hits by sets,
squared error over the dense rows; for the 20 % held-out users.
"""
import numpy as np
import scipy.sparse as sp

from common import arguments, datasets, heading, in_turn, ours, record, target, timed, wrmf


def scipy_of(matrix):
    offsets, items, counts = matrix.csr()
    return sp.csr_matrix((counts.astype(np.float32), items, offsets), shape=matrix.shape)


def dense_way(x, y, test, users, k):
    """precision@k and mean squared error from the dense table of predictions."""
    predictions = x @ y.T
    found = [len(set(np.argsort(-predictions[user])[:k]) & set(test[user].indices)) / k for user in users]
    error = np.mean((test[users].toarray().ravel() - predictions[users].ravel()) ** 2)
    return np.mean(found), error


def rows(options, data, title, seconds, against, asked):
    """A table; the first side is ours. `asked`: the ratio to the side `against`, or None."""
    mine = next(iter(seconds.values()))
    print(f'\n{title}\n\n| side | seconds | / libwrmf |\n| --- | --- | --- |')
    for name, value in seconds.items():
        print(f'| {name} | {value:.4f} | {value / mine:.1f} |', flush=True)
        record(options, 'evaluation', data=data, what=title, side=name, seconds=f'{value:.5f}')
    if asked:
        target(options, f'{data}: {title}, against {against}', seconds[against] / mine, asked)


def beside_sgemm(options, name, matrix):
    """Lists of all users, train items left out, in multiples of the time that sgemm takes to form the scores."""
    context = wrmf.Context(1)
    train, test, _ = ours(context, matrix).split(5, 0.2, 1)
    print('\nLists of all users, one thread, in multiples of sgemm alone (512 users at a time)\n')
    print('| f | k | libwrmf | sgemm | ratio |\n| --- | --- | --- | --- | --- |')
    for factors in (40, 128):
        model = wrmf.Model.fit(context, train, wrmf.Params(context, factors=factors, iterations=3))
        x, y = (model.rows(side).astype(np.float32) for side in (0, 1))
        space = np.empty((512, len(y)), np.float32)
        for k in (5, 10, 100):
            lists = wrmf.Evaluator(context, test, train, empty='zero', cutoffs=[k], metrics=['precision'], per_user=False)
            seconds = in_turn({
                'libwrmf': lambda: timed(lambda: lists.run(context, model)),
                'sgemm': lambda: timed(lambda: [np.dot(x[i:i + 512], y.T, out=space[:len(x[i:i + 512])])
                                                for i in range(0, len(x), 512)])}, options.rounds)
            print(f'| {factors} | {k} | {seconds["libwrmf"]:.3f} | {seconds["sgemm"]:.3f} | '
                  f'{seconds["libwrmf"] / seconds["sgemm"]:.2f} |', flush=True)
            if k <= 20:
                target(options, f'{name}: lists of {k}, f = {factors}: 1.35 sgemm / libwrmf',
                       1.35 * seconds['sgemm'] / seconds['libwrmf'], 1)


def compare(options, name, matrix):
    from implicit.cpu.als import AlternatingLeastSquares
    from implicit.evaluation import ranking_metrics_at_k
    threads, rounds = options.threads, options.rounds
    context = wrmf.Context(threads)
    train, test, heldout = ours(context, matrix).split(5, 0.2, 1)
    train_csr, test_csr = scipy_of(train), scipy_of(test)
    print(f'\n### {name}: {matrix.shape[0]} x {matrix.shape[1]}, {len(heldout)} held-out users, {threads} thread(s)')
    for factors in (40, 128):
        params = wrmf.Params(context, factors=factors, iterations=5)
        model = wrmf.Model.create(context, *matrix.shape, params)
        epoch = timed(lambda: model.continue_(context, train, 5)) / 5
        x, y = (model.rows(side).astype(np.float32) for side in (0, 1))
        peer = AlternatingLeastSquares(factors=factors, num_threads=threads)
        peer.user_factors, peer.item_factors = x, y
        if factors == 40:
            everyone = wrmf.Evaluator(context, test, train, cutoffs=[5, 10], metrics=['precision', 'ndcg'], per_user=False)
            rows(options, name, f'precision@5 and nDCG@10, users with test items, f = {factors}', in_turn({
                'libwrmf (both in one run)': lambda: timed(lambda: everyone.run(context, model)),
                'implicit (a call each)': lambda: timed(lambda: [ranking_metrics_at_k(
                    peer, train_csr, test_csr, K=k, show_progress=False, num_threads=threads) for k in (5, 10)]),
                'implicit (one call, K=10)': lambda: timed(lambda: ranking_metrics_at_k(
                    peer, train_csr, test_csr, K=10, show_progress=False, num_threads=threads)),
            }, rounds), 'implicit (a call each)', 4)
            article = {side: wrmf.Evaluator(context, data, users=heldout, cutoffs=[5], metrics=['precision', 'mse'],
                                            protocol='article', per_user=False) for side, data in
                       (('train', train), ('test', test))}
            both = lambda: [article[side].run(context, model) for side in article]  # noqa: E731
            seconds = in_turn({
                'libwrmf': lambda: timed(both),
                'dense, NumPy': lambda: timed(lambda: [dense_way(x, y, data, heldout, 5) for data in (train_csr, test_csr)]),
            }, min(rounds, 3))
            rows(options, name, f'train and test precision@5 and MSE of the held-out users, f = {factors}', seconds, 'dense, NumPy', 50)
            print(f'\nlibwrmf: {seconds["libwrmf"] / epoch:.3f} of an epoch ({epoch:.4f} s)')
            want = dense_way(x, y, test_csr, heldout, 5)
            got = article['test'].value('precision', 5), article['test'].value('mse')
            print(f'test precision@5 {got[0]:.8f} (dense {want[0]:.8f}), MSE {got[1]:.10f} (dense {want[1]:.10f})')
        rows(options, name, f'all items\' 10 most similar, f = {factors}', in_turn({
            'libwrmf': lambda: timed(lambda: model.similar_batch(context, wrmf.ITEMS, 10)),
            'implicit': lambda: timed(lambda: [peer.similar_items(np.arange(i, min(i + 1000, matrix.shape[1])), N=10)
                                               for i in range(0, matrix.shape[1], 1000)]),
        }, rounds), 'implicit', 4 if name == 'S' else None)
        mse = wrmf.Evaluator(context, test, metrics=['mse'], per_user=False)
        mse.run(context, model)
        seconds = in_turn({'epoch': lambda: timed(lambda: model.continue_(context, train, 3)) / 3,
                           'MSE': lambda: timed(lambda: mse.run(context, model)),
                           'objective': lambda: timed(lambda: model.objective(context, train))}, rounds)
        print(f'\nf = {factors}: MSE of all users {seconds["MSE"] / seconds["epoch"]:.3f} of an epoch, objective after a fit '
              f'{seconds["objective"] / seconds["epoch"]:.3f}')


def main():
    options = arguments(__doc__).parse_args()
    heading('Metrics and similar items', wrmf.Context(1))
    for name, matrix in datasets(options):
        compare(options, name, matrix)
        beside_sgemm(options, name, matrix)


if __name__ == '__main__':
    main()

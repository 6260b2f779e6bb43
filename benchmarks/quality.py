# SPDX-License-Identifier: BSD-2-Clause
"""How good recommendations get, each side tuned in the same number of seconds.

Of each user's n pairs floor(0.2 n), drawn by the seed, are the test's, and of what is left as many
again the validation's (with --users, those of so many users, drawn). A side searches for --budget
seconds of its processor (of all threads, so that other work on the machine takes nothing away)
along the coordinates of its table, from the middle, as wrmf_grid_set_coordinates() does: from a
configuration to the best of those that differ from it in one parameter, parameter by parameter,
again and again; --factors gives the tables others. Each is evaluated after every second epoch, and
given up where nDCG@20 on the validation pairs has not risen for two evaluations, or after --epochs.
The one with the highest nDCG@20 is fitted again, to its best epoch, to test's complement, and
evaluated on the test.
Seen items are left out. Counts d are taken as 1 + ln d by every side. Everyone's factors are
evaluated by libwrmf, and the time of it counts.

Sides: "wrmf:PRESET" (searched by wrmf/search.h, the others by the same in Python), implicit,
irspack (iALS++ objective, its default solver), lenskit (ImplicitMF), ease (closed form by NumPy;
left out above --most-items, where its matrix does not fit), and the baselines "popular" and
"cosine", which have nothing to tune. One row: --shapes ml-100k --sides implicit. Each row is the
mean over seeds 1 .. --seeds, each of which draws the pairs anew, and the interval that Student's t
gives at 95 %.
"""

import ctypes
import statistics
import time

import numpy as np
import scipy.sparse as sp

from common import arguments, datasets, heading, held_out, ours, record, table_head, table_row
from common import wrmf
from coordinates import Coordinates
from epoch import guarded, Implicit
from wrmf_search import Grid

METRICS = (('recall', 20), ('ndcg', 20), ('precision', 5))
GOAL = 'valid_ndcg@20'
STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 8: 2.365, 10: 2.262}  # two-sided 95 %
FACTORS = (16, 32, 64, 128)


def powers(low, high, per_decade=2):
    """10^low .. 10^high, so many a decade."""
    steps = range(low * per_decade, high * per_decade + 1)
    return [float(f'{10 ** (k / per_decade):.3g}') for k in steps]


# The objective of Hu, Koren and Volinsky: confidence of a pair, regularization.
HU = {'alpha': powers(0, 3), 'regularization': powers(-2, 3), 'factors': FACTORS}
# The same with regularization times a row's entries.
SCALED = {'alpha': powers(0, 3), 'regularization': powers(-4, 1), 'factors': FACTORS}
# Rendle et al.: weight of all cells, regularization that is scaled by them.
RENDLE = {'unobserved_weight': powers(-3, 0), 'regularization': powers(-4, 0), 'factors': FACTORS}
TABLES = {
    'hu2008': HU,
    'implicit': HU,
    'spark': SCALED,
    'ials2021': RENDLE,
    'irspack': RENDLE,
    'cmfrec': HU,
    'lenskit': HU,
}


class Case:
    """One split of a data set."""

    def __init__(self, options, matrix, seed):
        self.options, self.seed = options, seed
        self.context = wrmf.Context(options.threads)
        self.train, test = held_out(matrix, seed=seed)
        self.part, valid = held_out(self.train, seed=1000 + seed)
        if 0 < options.users < valid.shape[0]:
            drawn = np.random.default_rng(seed).permutation(valid.shape[0])[: options.users]
            keep = np.isin(np.arange(valid.shape[0]), drawn)
            valid = sp.csr_matrix(sp.diags(keep.astype(float)) @ valid)
            valid.eliminate_zeros()
        self.data, self.part_data = ours(self.context, self.train), ours(self.context, self.part)
        self.test = self.evaluator(test, self.data, METRICS)
        self.valid = self.evaluator(valid, self.part_data, (('ndcg', 20),))

    def evaluator(self, held, train, metrics):
        return wrmf.Evaluator(
            self.context,
            ours(self.context, held),
            train,
            cutoffs=sorted({k for _, k in metrics}),
            metrics=[name for name, _ in metrics],
            exclude='train',
            per_user=False,
        )

    def results(self):
        return [self.test.value(name, k) for name, k in METRICS]

    def ndcg(self):
        return self.valid.value('ndcg', 20)

    def run_factors(self, evaluator, rows):
        """Evaluate another library's factors."""
        rows = [np.ascontiguousarray(part, dtype=np.float64) for part in rows]
        params = wrmf.Params(self.context, factors=rows[0].shape[1])
        model = wrmf.Model.create(self.context, len(rows[0]), len(rows[1]), params)
        for side in (0, 1):
            model.set_rows(side, rows[side])
        evaluator.run(self.context, model)


# ---- libwrmf ----


class Progress(ctypes.Structure):
    """The first members of wrmf_progress."""

    _fields_ = [('size', ctypes.c_size_t), ('phase', ctypes.c_char_p), ('done', ctypes.c_int64)]


HOOK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Progress))


def run_grid(context, grid, budget):
    """Run a grid for so many seconds of the processor, and until one configuration is done."""
    end = time.process_time() + budget

    def is_over(_, progress):
        return int(progress.contents.done > 0 and time.process_time() > end)

    hook = HOOK(is_over)
    wrmf._get('wrmf_context_set_progress', None, context.pointer, None, hook)
    try:
        grid.run(context)
    except wrmf.Error as error:
        if 'asked to stop' not in error.text:
            raise
    finally:
        wrmf._get('wrmf_context_set_progress', None, context.pointer, None, None)


def tune_ours(case, preset, budget):
    """(results, the configuration, how many were tried)"""
    epochs = np.arange(2, case.options.epochs + 1, 2)
    base = wrmf.Params(case.context, preset=preset)
    table = TABLES[preset]
    lists = ' '.join(f'{name}={",".join(map(str, values))}' for name, values in table.items())
    grid = Grid(case.context, case.part_data, base, lists, epochs, {'valid': case.valid})
    grid.search(GOAL, patience=2, seed=case.seed, coordinates=True)
    run_grid(case.context, grid, budget)
    grid.sort(GOAL)
    curves = grid.curves()
    best = curves[0][1]
    values = {name: best.params[name] for name in best.params if name != 'iterations'}
    values['iterations'] = best.epochs[best.best[GOAL]]
    model = wrmf.Model.fit(case.context, case.data, wrmf.Params(case.context, **values))
    case.test.run(case.context, model)
    get = best.params.get
    shown = {name: get(name, get(name + '_user')) for name in table}
    return case.results(), {**shown, 'epochs': values['iterations']}, len(curves)


# ---- others ----


class ImplicitSide:
    table = HU

    def __init__(self, case, matrix, factors, alpha, regularization):
        params = wrmf.Params(case.context, factors=factors)
        model = wrmf.Model.create(case.context, *matrix.shape, params)
        start = [model.rows(side) for side in (0, 1)]
        values = {'alpha': alpha, 'regularization': regularization}
        self.side = Implicit(matrix, factors, start, True, case.options.threads, **values)

    def run(self, epochs):
        self.side.run(epochs)

    def factors(self):
        return self.side.factors()


class IrspackSide:
    table = RENDLE

    def __init__(self, case, matrix, factors, unobserved_weight, regularization):
        from irspack.recommenders.ials import IALSTrainer, LossType, SolverType

        self.trainer = IALSTrainer(
            sp.csr_matrix(matrix, dtype=np.float32),
            factors,
            unobserved_weight,
            regularization,
            1.0,  # the exponent of Rendle et al.
            0.1,
            SolverType.CG,
            3,
            64,
            LossType.IALSPP,
            case.seed,
            case.options.threads,
            5,
            7,
        )

    def run(self, epochs):
        for _ in range(epochs):
            self.trainer.run_epoch()

    def factors(self):
        return self.trainer.core_trainer.user, self.trainer.core_trainer.item


class LenskitSide:
    table = HU

    def __init__(self, case, matrix, factors, alpha, regularization):
        import pandas as pd
        from lenskit.als import ImplicitMFScorer
        from lenskit.data import from_interactions_df
        from lenskit.training import TrainingOptions

        matrix = sp.coo_matrix(matrix)
        self.shape, self.size = matrix.shape, factors
        frame = pd.DataFrame({'user_id': matrix.row, 'item_id': matrix.col, 'rating': matrix.data})
        data = from_interactions_df(frame)
        self.users, self.items = data.users.ids(), data.items.ids()
        self.scorer = ImplicitMFScorer(
            embedding_size=factors, regularization=regularization, weight=alpha, use_ratings=True
        )
        self.trainer = self.scorer.create_trainer(data, TrainingOptions(rng=case.seed))

    def run(self, epochs):
        for _ in range(epochs):
            self.trainer.train_epoch()

    def factors(self):
        # it knows only users and items that have pairs; the others' rows are zero
        rows = [np.zeros((n, self.size)) for n in self.shape]
        rows[0][self.users] = self.scorer.user_embeddings
        rows[1][self.items] = self.scorer.item_embeddings
        return rows


def tune_peer(case, peer, budget):
    """What tune_ours() leaves to the library, by hand."""
    end = time.process_time() + budget

    def is_over():
        return time.process_time() > end

    def values(place):
        return {name: table[at] for (name, table), at in zip(peer.table.items(), place)}

    def evaluate(place):
        """(nDCG, epoch)"""
        best, since = (-1.0, 0), 0
        side = peer(case, case.part, **values(place))
        for epoch in range(2, case.options.epochs + 1, 2):
            side.run(2)
            case.run_factors(case.valid, side.factors())
            ndcg = case.ndcg()
            best, since = ((ndcg, epoch), 0) if ndcg > best[0] else (best, since + 1)
            if since == 2 or is_over():
                break
        return best

    search = Coordinates(list(peer.table.values()), evaluate, is_over)
    place = search.run([search.middle()])
    epochs = search.found[place][1]
    side = peer(case, case.train, **values(place))
    side.run(epochs)
    case.run_factors(case.test, side.factors())
    return case.results(), {**values(place), 'epochs': epochs}, len(search.found)


def ease(matrix, regularization):
    """The scores of all users, and the matrix of items (Steck 2019, equation 8)."""
    gram = (matrix.T @ matrix).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += regularization
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    weights[np.diag_indices_from(weights)] = 0
    return weights


def tune_ease(case, budget):
    start = time.process_time()
    table = powers(0, 4)
    middle = len(table) // 2
    best, tried = (-1.0, 0), 0

    def evaluate(evaluator, matrix, regularization):
        matrix = sp.csr_matrix(matrix)
        matrix.data = np.ones_like(matrix.data)
        weights = ease(matrix, regularization)
        evaluator.run_scores(case.context, lambda user: matrix[user] @ weights)

    for at in sorted(range(len(table)), key=lambda at: abs(at - middle)):
        regularization = table[at]
        evaluate(case.valid, case.part, regularization)
        tried += 1
        best = max(best, (case.ndcg(), regularization))
        if time.process_time() - start > budget:
            break
    evaluate(case.test, case.train, best[1])
    return case.results(), {'regularization': best[1]}, tried


def baseline(case, kind):
    case.test.run_baseline(case.context, case.data, kind)
    return case.results(), {}, 1


PEERS = {'implicit': ImplicitSide, 'irspack': IrspackSide, 'lenskit': LenskitSide}


def run_side(case, side):
    budget = case.options.budget
    if side in PEERS:
        return tune_peer(case, PEERS[side], budget)
    if side == 'ease':
        return tune_ease(case, budget)
    if side in ('popular', 'cosine'):
        return baseline(case, side)
    return tune_ours(case, side.removeprefix('wrmf:'), budget)


def interval(values):
    if len(values) < 2:
        return f'{values[0]:.4f}'
    half = STUDENT[len(values)] * statistics.stdev(values) / len(values) ** 0.5
    return f'{statistics.mean(values):.4f} ± {half:.4f}'


# cmfrec's and lenskit's presets are hu2008, and irspack's is ials2021, as long as their tables are.
ALL = (
    'popular,cosine,ease,implicit,irspack,lenskit,'
    'wrmf:hu2008,wrmf:implicit,wrmf:spark,wrmf:ials2021'
)


def main():
    parser = arguments(__doc__)
    parser.add_argument('--sides', default=ALL)
    parser.add_argument('--budget', type=float, default=30, help='seconds of a search')
    parser.add_argument('--epochs', type=int, default=20, help='the most of a configuration')
    parser.add_argument('--users', type=int, default=0, help='of the validation, drawn; 0: all')
    parser.add_argument('--seeds', type=int, choices=[1, *STUDENT], default=5)
    parser.add_argument('--most-items', type=int, default=10000, help='of ease')
    options = parser.parse_args()
    if options.factors:
        for table in (HU, SCALED, RENDLE):
            table['factors'] = tuple(int(text) for text in options.factors.split(','))
    heading('Quality in the same seconds', wrmf.Context(1))
    for name, matrix in datasets(options, 'ml-100k,hetrec-lastfm-2k,likes'):
        matrix.data = 1 + np.log(matrix.data)
        cases = [Case(options, matrix, seed) for seed in range(1, options.seeds + 1)]
        print(
            f'\n{name}: {matrix.shape[0]} x {matrix.shape[1]}, {matrix.nnz} pairs; '
            f'{options.budget:g} s a search, {options.threads} thread(s), {options.seeds} seed(s)'
            + (f', validation by {options.users} users\n' if options.users else '\n')
        )
        table_head('side', 'recall@20', 'nDCG@20', 'precision@5', 'tried', 'found with seed 1')
        for side in options.sides.split(','):
            if side == 'ease' and matrix.shape[1] > options.most_items:
                table_row(side, '-', '-', '-', '0', f'{matrix.shape[1]} items: not run')
                continue
            found = guarded(lambda: [run_side(case, side) for case in cases])
            if not found:
                continue
            columns = [[row[0][m] for row in found] for m in range(len(METRICS))]
            where = ', '.join(f'{k} {v}' for k, v in found[0][1].items())
            tried = statistics.median(row[2] for row in found)
            table_row(side, *map(interval, columns), f'{tried:g}', where)
            record(
                options,
                'quality',
                shape=name,
                side=side,
                budget=options.budget,
                seeds=options.seeds,
                **{
                    f'{metric}@{k}': f'{statistics.mean(values):.5f}'
                    for (metric, k), values in zip(METRICS, columns)
                },
            )


if __name__ == '__main__':
    main()

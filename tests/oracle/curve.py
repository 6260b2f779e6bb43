# SPDX-License-Identifier: BSD-2-Clause
"""Learning curves and grids: each column against metrics and objective of the oracle, of a model
that is continued by hand to the same epochs (als.py judges those)."""

import itertools

from common import Checks, np, random_counts
from bounds import metric_bound, mse_bounds, objective_bounds
import formulas
import wrmf
from wrmf_search import Curve, Grid

check = Checks('curve')
METRICS = [m for m in wrmf.METRICS]
OF_MANY = ('gini', 'entropy', 'novelty', 'rmse', 'mae')
NO_AUC = [m for m in wrmf.METRICS if m not in ('auc', 'mse')]
CUTOFFS = [1, 5]
EPOCHS = [0, 1, 3, 6]


def evaluators(context, train, test):
    matrices = [wrmf.Matrix.from_dense(context, t) for t in (train, test)]
    return matrices[0], {
        'test': wrmf.Evaluator(context, matrices[1], matrices[0], None, CUTOFFS, METRICS),
        'train': wrmf.Evaluator(
            context, matrices[0], None, [1, 4, 9], [5], ['precision', 'mse'], protocol='article'
        ),
        # these share the lists of those before: of `train`, and of each other
        'held': wrmf.Evaluator(
            context,
            matrices[1],
            None,
            [1, 4, 9],
            [2, 7],
            ['precision', 'coverage'],
            protocol='article',
        ),
        'short': wrmf.Evaluator(context, matrices[1], matrices[0], None, [3], NO_AUC),
        'long': wrmf.Evaluator(context, matrices[1], matrices[0], None, [4, 25], NO_AUC),
        'errors': wrmf.Evaluator(context, matrices[1], matrices[0], None, [1], ['mse']),
    }


def model_scores(model):
    """The scores that the library ranks by; evaluate.py checks that they are the products."""
    table = np.full((model.size(wrmf.USERS), model.size(wrmf.ITEMS)), np.nan)
    items, scores, _ = model.recommend_batch(context, table.shape[1])
    np.put_along_axis(table, items, scores, axis=1)
    return table


def oracle_curve(context, train, test, settings):
    """Columns by name, and how far rounding may move them."""
    # a model that has as many epochs as its iterations says is what a fit gives: so are points
    params = wrmf.Params(context, iterations=0, **settings)
    model = wrmf.Model.create(context, *train.shape, params)
    matrix = wrmf.Matrix.from_dense(context, train)
    c = formulas.confidence(train, settings['alpha'])
    lambdas = (settings['regularization'],) * 2
    columns, bounds = {}, {}

    def add(name, value, bound):
        columns.setdefault(name, []).append(value)
        bounds.setdefault(name, []).append(bound)

    for epoch in EPOCHS:
        model.continue_(context, matrix, epoch - model.epochs)
        x, y = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
        scores = model_scores(model)
        add(
            'objective',
            formulas.objective(train, c, x, y, *lambdas)['total'],
            objective_bounds(train, c, x, y, lambdas)['total'],
        )
        parts = (
            ('test', test, train, range(len(test)), CUTOFFS, 'skip', METRICS),
            ('train', train, None, [1, 4, 9], [5], 'zero', ['precision', 'mse']),
            ('held', test, None, [1, 4, 9], [2, 7], 'zero', ['precision', 'coverage']),
            ('short', test, train, range(len(test)), [3], 'skip', NO_AUC),
            ('long', test, train, range(len(test)), [4, 25], 'skip', NO_AUC),
            ('errors', test, train, range(len(test)), [1], 'skip', ['mse']),
        )
        for label, table, excluded, users, cutoffs, empty, metrics in parts:
            values = formulas.evaluate(
                scores, x @ y.T, table, excluded, list(users), cutoffs, empty, popularity=train
            )[0]
            for metric in metrics:
                for k in (0,) if metric in wrmf.NO_CUTOFF else cutoffs:
                    bound = metric_bound(cutoffs, users)
                    if metric == 'mse':
                        bound = mse_bounds(x, y, list(users)).mean()
                    elif metric in OF_MANY:  # sums over items or pairs
                        size = max(1, abs(values[metric, k][0]))
                        bound = metric_bound([table.size], users) * size
                    add(f'{label}_{metric}' + (f'@{k}' if k else ''), values[metric, k][0], bound)
    return {name: np.array(values) for name, values in columns.items()}, bounds


def is_less_better(name):
    return name in ('seconds', 'objective') or any(
        f'_{metric}' in name for metric in ('mse', 'rmse', 'mae', 'gini')
    )


def best_point(name, values):
    best = -1
    for point, value in enumerate(values):
        if not np.isnan(value) and (
            best < 0 or (value < values[best] if is_less_better(name) else value > values[best])
        ):
            best = point
    return best


context = wrmf.Context(threads=2)
table = random_counts(5, 40, 30, 0.3)
rng = np.random.default_rng(1)
test = np.where(rng.random(table.shape) < 0.3, table, 0)
train = np.where(test > 0, 0, table)
settings = dict(factors=5, alpha=8, regularization=0.5, precision='float64', seed=7)
want, bounds = oracle_curve(context, train, test, settings)
curves = []
for threads in (1, 2, 3, 7):
    many = wrmf.Context(threads=threads)
    matrix, both = evaluators(many, train, test)
    curve = Curve.run(many, matrix, wrmf.Params(many, **settings), EPOCHS, both)
    check.equal('epochs', curve.epochs, EPOCHS)
    check.equal('names of columns', sorted(curve.columns), sorted([*want, 'seconds']))
    for name, values in want.items():
        check.bounded('columns against the oracle', curve.columns[name], values, bounds[name], name)
    for name, values in curve.columns.items():
        check.equal('best point', curve.best[name], best_point(name, values), name)
    check.true('seconds do not fall', (np.diff(curve.columns['seconds']) >= 0).all())
    curve.columns.pop('seconds')
    curves.append({name: values.tobytes() for name, values in curve.columns.items()})
check.true('same bits for 1, 2, 3, 7 threads', all(c == curves[0] for c in curves))

# ---- a grid is its curves, sorted ----
lists = {'factors': (2, 5), 'regularization': (0.01, 1.0), 'alpha': (1, 20, 100)}
text = ' '.join(f'{name}=' + ','.join(str(v) for v in values) for name, values in lists.items())
for threads in (1, 3, 7, 20):  # 20: fewer configurations than workers
    many = wrmf.Context(threads=threads)
    matrix, both = evaluators(many, train, test)
    base = wrmf.Params(many, precision='float64', seed=3)
    grid = Grid(many, matrix, base, text, EPOCHS, both)
    combinations = list(itertools.product(*lists.values()))
    check.equal('configurations', grid.size, len(combinations))
    grid.run(many)
    got = grid.curves()
    check.equal('order of the run', [place for place, _ in got], range(len(combinations)))
    for (place, curve), values in zip(got, combinations):
        one = dict(zip(lists, values))
        alone = Curve.run(
            many, matrix, wrmf.Params(many, precision='float64', seed=3, **one), EPOCHS, both
        )
        for name, column in alone.columns.items():
            if name != 'seconds':
                check.true(
                    'same figures as alone',
                    column.tobytes() == curve.columns[name].tobytes(),
                    f'{one} {name}: {column} {curve.columns[name]}',
                )
        check.equal(
            'parameters of a curve',
            (
                float(curve.params['alpha']),
                int(curve.params['factors']),
                float(curve.params['regularization_item']),
            ),
            (one['alpha'], one['factors'], one['regularization']),
        )
    for column in (
        'test_precision@5',
        'test_mse',
        'objective',
        'train_precision@5',
        'test_coverage@1',
    ):
        at_best = [c.columns[column][best_point(column, c.columns[column])] for _, c in got]
        sign = 1 if is_less_better(column) else -1
        grid.sort(column)
        check.equal(
            'best first',
            [place for place, _ in grid.curves()],
            sorted(range(len(got)), key=lambda i: (sign * at_best[i], i)),
            column,
        )
check.finish()

# SPDX-License-Identifier: BSD-2-Clause
"""Fewer epochs: schemes of over-relaxation against plain exact epochs, on many data sets.

For each data set, alpha, lambda and number of factors, plain exact epochs run first (--epochs, 30);
each scheme then has as many epochs to reach the objective that they have after 8, 15, 22 and 30 of
them ("-": not reached). A scheme is a text of parameters, such as "relaxation=1.8
relaxation_ramp=0.3 relaxation_wait=2 cg_steps=3"; --schemes gives them, separated by commas. A
point of a curve is what a fit of so many epochs gives. Seconds are those of the epochs that the
last of these goals takes, at the scheme's time of an epoch in one long fit. Where pairs are held
out (20 % of each user's, seeded), fits are on the others, and "nDCG@20" is the best of the test
pairs, seen items left out, "at" the epoch that has it; the last column is the first epoch that is
within 1 % of the best of plain epochs. --square takes nine settings of a Latin square instead of
all 27: each pair of values of two of the three parameters once. At the end a table sums up the
settings of each data set: medians, with the least and the most in brackets. Losses, in bold: a rise
of the objective; a goal that takes more epochs or time than plain ones do; a best nDCG more than
1 % below theirs.
"""

import numpy as np

from common import arguments, datasets, heading, ours, record, table_head, table_row, wrmf
from reach import held_out
from wrmf_search import Curve

GOALS = (8, 15, 22, 30)
PLAIN = 'relaxation=1'
SCHEMES = (
    'relaxation_reduction=0.1',  # the default
    'relaxation_reduction=0',
    'cg_steps=3',
)
DATA = 'likes,S,ml-100k,citeulike-a,amazon-book-testsplit,hetrec-lastfm-2k,online-retail-agg'
CLOSE = 1e-7  # relative: a rise below it is rounding, and so is what a goal is missed by


class Scheme:
    """What a scheme does on a training matrix."""

    def __init__(self, context, train, evaluator, setting, text, epochs):
        values = dict(word.split('=', 1) for word in text.split())
        params = wrmf.Params(context, **setting, **values)
        every = list(range(1, epochs + 1))
        curve = Curve.run(context, train, params, every, {'test': evaluator} if evaluator else {})
        self.objective = curve.columns['objective']
        self.ndcg = curve.columns['test_ndcg@20'] if evaluator else None
        if text != PLAIN:
            # a curve with a point at its end alone: no epoch but the last ends a fit
            curve = Curve.run(context, train, params, [epochs], {})
        self.epoch_seconds = curve.columns['seconds'][-1] / epochs

    def rises(self):
        before, after = self.objective[:-1], self.objective[1:]
        return int((after > before * (1 + CLOSE)).sum())

    def reaches(self, value):
        """The first epoch at or below an objective, or None."""
        there = np.flatnonzero(self.objective <= value * (1 + CLOSE))
        return int(there[0]) + 1 if len(there) else None

    def within(self, value):
        """The first epoch at or above an nDCG, or None."""
        there = np.flatnonzero(self.ndcg >= value)
        return int(there[0]) + 1 if len(there) else None


def bold(text, loss):
    return f'**{text}**' if loss else str(text)


def middle(values, form='g'):
    """The median, the least and the most; None is beyond all."""
    values = sorted(np.inf if value is None else value for value in values)
    texts = [f'{v:{form}}'.replace('inf', '-') for v in (np.median(values), values[0], values[-1])]
    return f'{texts[0]} ({texts[1]}-{texts[2]})'


def sum_up(goals, summary):
    """summary: {(data, scheme): [(epochs to each goal, rises, plain time / its, nDCG / plain)]}"""
    print()
    table_head('data', 'scheme', 'settings', *goals, 'rises', 'plain / it', 'nDCG@20 / plain')
    for (name, text), rows in summary.items():
        reached = [middle(column) for column in zip(*(row[0] for row in rows))]
        ratios, quality = ([row[i] for row in rows if row[i] is not None] for i in (2, 3))
        table_row(
            name,
            text,
            len(rows),
            *reached,
            sum(row[1] for row in rows),
            middle(ratios, '.1f') if len(ratios) == len(rows) else '-',
            middle(quality, '.3f') if quality else '-',
        )


def show(options, place, text, scheme, plain):
    goals = [goal for goal in GOALS if goal <= options.epochs]
    reached = [scheme.reaches(plain.objective[goal - 1]) for goal in goals]
    cells = [bold(n or '-', n is None or n > goal) for n, goal in zip(reached, goals)]
    rises = scheme.rises()
    cells.append(bold(rises, rises > 0))
    seconds = reached[-1] * scheme.epoch_seconds if reached[-1] else None
    plain_seconds = goals[-1] * plain.epoch_seconds
    if seconds is None:
        cells += ['**-**', '**-**']
    else:
        ratio = plain_seconds / seconds
        cells += [f'{seconds:.3f}', bold(f'{ratio:.1f}', ratio < 1)]
    best = first = None
    if scheme.ndcg is not None:
        best, first = scheme.ndcg.max(), scheme.within(0.99 * plain.ndcg.max())
        cells.append(bold(f'{best:.4f}', best < 0.99 * plain.ndcg.max()))
        cells += [int(scheme.ndcg.argmax()) + 1, bold(first or '-', first is None)]
    table_row(*place, text, *cells)
    record(
        options,
        'relaxation',
        **dict(zip(('shape', 'f', 'alpha', 'regularization'), place)),
        scheme=text,
        **{f'reaches_{goal}': n or '' for goal, n in zip(goals, reached)},
        rises=rises,
        seconds='' if seconds is None else f'{seconds:.4f}',
        plain_seconds=f'{plain_seconds:.4f}',
        ndcg='' if best is None else f'{best:.5f}',
        ndcg_epoch='' if best is None else int(scheme.ndcg.argmax()) + 1,
        ndcg_first=first or '',
    )
    return (
        [n if n is None or n <= options.epochs else None for n in reached],
        rises,
        None if seconds is None else plain_seconds / seconds,
        None if best is None else best / plain.ndcg.max(),
    )


def compare(options, context, name, matrix, setting, summary):
    train, test = held_out(matrix) if options.quality else (matrix, None)
    data = ours(context, train)
    evaluator = test is not None and wrmf.Evaluator(
        context,
        ours(context, test),
        data,
        cutoffs=[20],
        metrics=['ndcg'],
        exclude='train',
        per_user=False,
    )
    place = name, *(f'{setting[key]:g}' for key in ('factors', 'alpha', 'regularization'))
    plain = Scheme(context, data, evaluator, setting, PLAIN, options.epochs)
    show(options, place, PLAIN, plain, plain)
    for text in options.schemes.split(','):
        scheme = Scheme(context, data, evaluator, setting, text.strip(), options.epochs)
        row = show(options, place, text.strip(), scheme, plain)
        summary.setdefault((name, text.strip()), []).append(row)


def settings_of(options):
    factors = [int(value) for value in (options.factors or '32,64,128').split(',')]
    alphas = [float(value) for value in options.alphas.split(',')]
    regularizations = [float(value) for value in options.regularizations.split(',')]
    for i, f in enumerate(factors):
        for j, alpha in enumerate(alphas):
            for k, regularization in enumerate(regularizations):
                if not options.square or (i + j + k) % len(regularizations) == 0:
                    yield {'factors': f, 'alpha': alpha, 'regularization': regularization}


def main():
    parser = arguments(__doc__)
    parser.add_argument('--epochs', type=int, default=30)
    parser.add_argument('--alphas', default='1,10,40')
    parser.add_argument('--regularizations', default='0.1,1,10')
    parser.add_argument('--schemes', default=','.join(SCHEMES))
    parser.add_argument('--square', action='store_true')
    parser.add_argument('--no-quality', dest='quality', action='store_false')
    options = parser.parse_args()
    heading('Fewer epochs', wrmf.Context(1))
    context = wrmf.Context(options.threads)
    goals = [f'to {goal}' for goal in GOALS if goal <= options.epochs]
    columns = ['data', 'f', 'alpha', 'lambda', 'scheme', *goals, 'rises', 'seconds', 'plain / it']
    table_head(*columns, *(['nDCG@20', 'at', 'within 1 % at'] if options.quality else []))
    summary = {}
    for name, matrix in datasets(options, DATA):
        for setting in settings_of(options):
            compare(options, context, name, matrix, setting, summary)
    sum_up(goals, summary)


if __name__ == '__main__':
    main()

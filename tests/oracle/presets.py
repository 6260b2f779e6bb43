# SPDX-License-Identifier: BSD-2-Clause
"""Presets against the libraries they are named after, and against the row systems of their sources
and articles in NumPy.

implicit and irspack are given the start and run exact epochs. cmfrec draws its own start; lenskit
is given one. All are held half-epoch by half-epoch, too (presets_case). A library that is not
there is named, and its formula alone is compared. Epochs are plain (relaxation 1), ours in float64.
"""

import contextlib
import io

from common import Checks, np  # first: it skips where packages are missing
from presets_case import (
    ALPHA,
    ALPHA0,
    EPOCHS,
    FACTORS,
    LAMBDA,
    UNIT32,
    UNIT64,
    check_half,
    disliking,
    hu,
    lambda_constant,
    ours,
    solved,
    start,
    table,
)
import scipy.sparse as sparse

check = Checks('presets')


def theirs(system):
    x, y = start
    for _ in range(EPOCHS):
        x = solved(table, y, system)
        y = solved(table.T, x, system)
    return x, y


def compare(label, got, want, unit=1e-12):
    for side, a, b in zip(('users', 'items'), got, want):
        # four epochs of systems whose condition is below 1e4, each solved to the unit
        bound = EPOCHS * 1e4 * unit * np.abs(b).max()
        check.bounded(f'{label}, {side}', a, b, np.full_like(b, bound), label)


def rendle(nu, regularization=LAMBDA):
    return (lambda r: r, lambda r: r, ALPHA0, lambda n, m: regularization * (n + ALPHA0 * m) ** nu)


plain = (
    lambda r: ALPHA * np.abs(r) - 1,
    lambda r: np.where(r > 0, ALPHA * r, 0),
    1.0,
    lambda_constant,
)
for preset in ('hu2008', 'cmfrec', 'lenskit'):
    compare(preset, ours(preset, alpha=ALPHA), theirs(hu))
compare('spark', ours('spark', alpha=ALPHA), theirs((*hu[:3], lambda n, others: LAMBDA * n)))
for preset in ('ials2021', 'irspack'):
    compare(preset, ours(preset, unobserved_weight=ALPHA0), theirs(rendle(1)))
compare("implicit's formula", ours('implicit', alpha=ALPHA), theirs(plain))


def with_implicit():
    import implicit.cpu.als

    for name, counts in (('implicit', table), ('implicit with dislikes', disliking)):
        model = implicit.cpu.als.AlternatingLeastSquares(
            factors=FACTORS,
            alpha=ALPHA,
            regularization=LAMBDA,
            dtype=np.float64,
            use_cg=False,
            iterations=EPOCHS,
            num_threads=1,
        )
        model.user_factors, model.item_factors = (rows.copy() for rows in start)
        model.fit(sparse.csr_matrix(counts), show_progress=False)
        rows = (model.user_factors, model.item_factors)
        name = f'{name} {implicit.__version__}'
        compare(name, ours('implicit', counts, alpha=ALPHA), rows)
        check_half(check, name, 'implicit', counts.T, *rows, plain, UNIT64, alpha=ALPHA)


def irspack_rows(core, loss, nu, regularization, epochs):
    """Its exact solver, in float32, from our start; its alternation is users, items."""
    builder = core.IALSModelConfigBuilder().set_K(FACTORS).set_alpha0(ALPHA0)
    builder = builder.set_reg(regularization).set_nu(nu).set_init_stdev(0.1)
    config = builder.set_random_seed(1).set_loss_type(loss).build()
    exact = core.IALSSolverConfigBuilder().set_n_threads(1)
    exact = exact.set_solver_type(core.SolverType.CHOLESKY).build()
    trainer = core.IALSTrainer(config, sparse.csr_matrix(table).astype(np.float32))
    trainer.user, trainer.item = (rows.astype(np.float32) for rows in start)
    for _ in range(epochs):
        trainer.step(exact)
    return trainer.user, trainer.item


def with_irspack():
    from irspack import __version__
    import irspack.recommenders._ials_core as core

    name, y = f'irspack {__version__}', start[1].astype(np.float32)
    for nu in (1.0, 0.5):
        values = {'unobserved_weight': ALPHA0, 'regularization_exponent': nu}
        users, items = irspack_rows(core, core.LossType.IALSPP, nu, LAMBDA, 1)
        for side, counts, fixed, rows in (
            ('users', table, y, users),
            ('items', table.T, users, items),
        ):
            label = f'{name}, nu {nu}, {side}'
            check_half(
                check, label, 'irspack', counts, fixed, rows, rendle(nu), UNIT32, **values
            )
        whole = irspack_rows(core, core.LossType.IALSPP, nu, LAMBDA, EPOCHS)
        compare(f'{name}, nu {nu}, {EPOCHS} epochs', ours('irspack', **values), whole, UNIT32)
    # its other loss has weight alpha0 + r: Hu's divided by alpha0, docs/coming-from.md
    users, items = irspack_rows(core, core.LossType.ORIGINAL, 0.0, LAMBDA, 1)
    system = (lambda r: r, lambda r: r + ALPHA0, ALPHA0, lambda_constant)
    values = {'alpha': 1 / ALPHA0, 'regularization': LAMBDA / ALPHA0}
    label = f'{name}, its original loss'
    check_half(check, label, 'hu2008', table, y, users, system, UNIT32, **values)
    check_half(check, label, 'hu2008', table.T, users, items, system, UNIT32, **values)


def with_cmfrec():
    from importlib.metadata import version
    import cmfrec

    model = cmfrec.CMF_implicit(
        k=FACTORS,
        lambda_=LAMBDA,
        alpha=ALPHA,
        use_cg=False,
        use_float=False,
        niter=EPOCHS,
        nthreads=1,
        precompute_for_predictions=False,
        verbose=False,
    )
    model.fit(sparse.coo_matrix(table))
    # items first, then users: these solve the systems that the items make
    label = f'cmfrec {version("cmfrec")}, users'
    check_half(check, label, 'cmfrec', table, model.B_, model.A_, hu, UNIT64, alpha=ALPHA)


def with_lenskit():
    import pandas as pd
    from importlib.metadata import version
    from lenskit.als import ImplicitMFScorer
    from lenskit.data import from_interactions_df
    from lenskit.training import TrainingOptions

    user, item = np.nonzero(table)
    data = from_interactions_df(
        pd.DataFrame({'user_id': user, 'item_id': item, 'rating': table[user, item]})
    )
    for rated in (False, True):
        scorer = ImplicitMFScorer(
            embedding_size=FACTORS, regularization=LAMBDA, weight=ALPHA, use_ratings=rated
        )
        trainer = scorer.create_trainer(data, TrainingOptions(rng=1))
        # it numbers the users and items that have entries, by their ids
        users, items = data.users.ids(), data.items.ids()
        counts = (table if rated else np.sign(table))[np.ix_(users, items)]
        scorer.item_embeddings[:] = start[1][items]
        trainer.train_epoch()
        x, y = scorer.user_embeddings, scorer.item_embeddings
        label = f'lenskit {version("lenskit")}, ratings {"" if rated else "not "}used'
        fixed = start[1][items].astype(np.float32)
        check_half(check, f'{label}, users', 'lenskit', counts, fixed, x, hu, UNIT32, alpha=ALPHA)
        check_half(check, f'{label}, items', 'lenskit', counts.T, x, y, hu, UNIT32, alpha=ALPHA)


for peer in (with_implicit, with_irspack, with_cmfrec, with_lenskit):
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # what they say on being imported
            peer()
    except ImportError as missing:
        print(f'  its formula alone: {missing}')
check.finish()

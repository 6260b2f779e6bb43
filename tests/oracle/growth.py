# SPDX-License-Identifier: BSD-2-Clause
"""Models that grow, are refreshed and lose rows, for the oracles that ask for it."""

from ctypes import byref, c_int, c_int64, c_void_p

import wrmf


def _model(name, context, *arguments):
    """The model that a function makes of a context and the arguments."""
    out = c_void_p()
    wrmf._call(name, context.pointer, *arguments, byref(out))
    return wrmf.Model(out)


def grow(context, model, matrix):
    return _model('wrmf_model_grow', context, model.pointer, matrix.pointer, None, None)


def without(context, model, side, rows):
    rows = wrmf._int64(rows)
    count = c_int64(len(rows))
    return _model(
        'wrmf_model_without', context, model.pointer, c_int(side), wrmf._at(rows), count
    )


def refresh(context, model, matrix, side, rows):
    rows = wrmf._int64(rows)
    arguments = c_int(side), wrmf._at(rows), c_int64(len(rows))
    wrmf._call(
        'wrmf_model_refresh', context.pointer, model.pointer, matrix.pointer, *arguments
    )


def check_growth(check, label, context, model, matrix_of, table, check_rows):
    """Grow a model of the first users and items of a table to all of them, refresh some rows, and
    go on for an epoch. check_rows(what, rows of the table, their solutions as they are got, the
    other side's rows) checks that these are the solutions; items are given as rows of the
    transpose."""
    matrix = matrix_of(table)
    x, y = model.rows(wrmf.USERS), model.rows(wrmf.ITEMS)
    users, items = len(x), len(y)
    grown = grow(context, model, matrix)
    x_now, y_now = grown.rows(wrmf.USERS), grown.rows(wrmf.ITEMS)
    check.equal(f'{label}: known users', x_now[:users], x)
    check.equal(f'{label}: known items', y_now[:items], y)
    check_rows(f'{label}: new users', table[users:], x_now[users:], y_now)
    # new items alone: users are all known
    wider = grow(context, model, matrix_of(table[:users]))
    new = wider.rows(wrmf.ITEMS)[items:]
    check_rows(f'{label}: new items', table[:users, items:].T, new, x)

    chosen = [2, 0, users + 1]
    refresh(context, grown, matrix, wrmf.USERS, chosen)
    got = grown.rows(wrmf.USERS)[chosen]
    check_rows(f'{label}: chosen users', table[chosen], got, y_now)
    chosen = [1, items]
    refresh(context, grown, matrix, wrmf.ITEMS, chosen)
    got, x_now = grown.rows(wrmf.ITEMS)[chosen], grown.rows(wrmf.USERS)
    check_rows(f'{label}: chosen items', table.T[chosen], got, x_now)

    grown.continue_(context, matrix, 1)
    check_rows(
        f'{label}: items an epoch later', table.T, grown.rows(wrmf.ITEMS), grown.rows(wrmf.USERS)
    )

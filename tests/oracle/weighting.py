# SPDX-License-Identifier: BSD-2-Clause
"""BM25 and TF-IDF weights against implicit's functions, or their formulas where it is not there.

A weight is a few products and quotients of numbers that are off by a few roundings each, but for
idf, a difference of two logarithms: its error is a few units of log N.
"""

from ctypes import byref, c_double, c_int, c_void_p

from common import Checks, np, random_counts  # first: it skips where packages are missing
import wrmf
import scipy.sparse as sparse

try:
    from implicit.nearest_neighbours import bm25_weight, tfidf_weight
except ImportError:
    print('  implicit is not there: its formulas alone')
    bm25_weight = tfidf_weight = None

UNIT = 2.0**-53
check = Checks('weighting')
context = wrmf.Context()


def ours(dense, documents, bm25=None):
    matrix, out = wrmf.Matrix.from_dense(context, dense), c_void_p()
    if bm25:
        k1, b = map(c_double, bm25)
        call = ('wrmf_matrix_weight_bm25', matrix.pointer, c_int(documents), k1, b, byref(out))
    else:
        call = ('wrmf_matrix_weight_tfidf', matrix.pointer, c_int(documents), byref(out))
    wrmf._call(*call)
    return wrmf.Matrix(out).dense()


def formula(x, bm25=None):
    idf = np.log(len(x)) - np.log1p((x > 0).sum(axis=0))
    if not bm25:
        return np.sqrt(x) * idf
    k1, b = bm25
    norm = (1 - b + b * x.sum(axis=1) / x.sum(axis=1).mean())[:, None]
    return np.divide(x * (k1 + 1), k1 * norm + x, out=np.zeros_like(x), where=x > 0) * idf


for seed, users, items, density, heavy in (
    (1, 40, 30, 0.2, False),
    (2, 25, 60, 0.5, True),
    (3, 6, 5, 0.9, False),  # some terms are in all documents: weights below 0
):
    table = random_counts(seed, users, items, density, heavy)
    for documents in (wrmf.USERS, wrmf.ITEMS):
        x = table if documents == wrmf.USERS else table.T
        for bm25 in (None, (100, 0.8), (1.2, 0.75), (0, 0), (3, 1)):
            wants = [formula(x, bm25)]
            if bm25_weight:
                theirs = bm25_weight(sparse.csr_matrix(x), *bm25) if bm25 else tfidf_weight(x)
                wants.append(theirs.toarray())
            got = ours(table, documents, bm25)
            got = got if documents == wrmf.USERS else got.T
            for label, want in zip(('formula', 'implicit'), wants):
                idf_error = 8 * np.log(len(x)) * UNIT
                size = np.abs(want).max()
                factor = np.sqrt(x) if not bm25 else np.full_like(x, bm25[0] + 1)
                bound = factor * idf_error + (len(x) + 20) * UNIT * size
                name = f'{"bm25" if bm25 else "tfidf"}, {label}'
                check.bounded(name, got, np.maximum(want, 0), bound, f'{seed} {bm25}')
check.finish()

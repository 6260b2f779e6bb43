# SPDX-License-Identifier: BSD-2-Clause
"""A thin binding to libwrmf for the oracles, made from include/wrmf/ alone.

WRMF_LIBRARY names the shared library; WRMF_TEST_LEVEL, if set, the kernels that every context
takes ("generic", ...), and WRMF_TEST_CORE the core type that OpenBLAS must have chosen. Every
failing call raises Error with the status and the library's own text. Arrays go in and come out as
NumPy arrays.
"""

import ctypes
import os
import sys
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_int64, c_size_t, c_uint64, c_void_p

import numpy as np

USERS, ITEMS = 0, 1
DUPLICATES = {'sum': 0, 'drop': 1, 'max': 2, 'refuse': 3}
METRICS = {
    'precision': 0,
    'recall': 1,
    'recall_capped': 2,
    'ndcg': 3,
    'map': 4,
    'map_capped': 5,
    'mrr': 6,
    'hit_rate': 7,
    'coverage': 8,
    'auc': 9,
    'mse': 10,
    'gini': 11,
    'entropy': 12,
    'novelty': 13,
    'precision_pooled': 14,
    'rmse': 15,
    'mae': 16,
}
NO_CUTOFF = ('auc', 'mse', 'rmse', 'mae')
OVER_ALL = ('coverage', 'gini', 'entropy', 'precision_pooled', 'rmse', 'mae')  # of all users
STATISTICS = {
    'rows': 0,
    'rows_cg': 1,
    'cg_steps': 2,
    'rows_cholesky': 3,
    'rows_float64': 4,
    'rows_minimum_norm': 5,
    'condition': 6,
    'residual': 7,
}
E_TOO_FEW, E_FORMAT, E_NONFINITE, E_UNSUPPORTED = 22, 19, 48, 36
LEVEL = os.environ.get('WRMF_TEST_LEVEL')

_lib = ctypes.CDLL(os.environ['WRMF_LIBRARY'])
_TASK = ctypes.CFUNCTYPE(None, c_void_p, c_size_t, c_size_t)
_RUNNER = ctypes.CFUNCTYPE(c_int, c_void_p, c_size_t, _TASK, c_void_p)


class _ErrorStruct(ctypes.Structure):
    _fields_ = [('code', c_int), ('text', ctypes.c_char * 508)]


class Error(Exception):
    def __init__(self, name, status, text):
        super().__init__(f'{name}: status {status}: {text}')
        self.status, self.text = status, text


def _call(name, *arguments):
    """Call a fallible function: its error argument is added behind the others."""
    function = getattr(_lib, name)
    function.restype = c_int
    error = _ErrorStruct()
    status = function(*arguments, byref(error))
    if status != 0:
        raise Error(name, status, error.text.decode('utf-8', 'replace'))


def _get(name, restype, *arguments):
    function = getattr(_lib, name)
    function.restype = restype
    return function(*arguments)


def _int64(values):
    return None if values is None else np.ascontiguousarray(values, dtype=np.int64)


def _double(values):
    return None if values is None else np.ascontiguousarray(values, dtype=np.float64)


def _at(array):
    return c_void_p(None) if array is None else c_void_p(array.ctypes.data)


class _Handle:
    _free = None

    def __init__(self, pointer):
        self.pointer = pointer

    def __del__(self):
        if getattr(self, 'pointer', None) is not None and self._free:
            function = getattr(_lib, self._free)
            function.restype = None
            function(self.pointer)
            self.pointer = None


class Context(_Handle):
    _free = 'wrmf_context_free'

    def __init__(self, threads=1, runner=None, workers=1, cpu=LEVEL):
        """runner(chunks, task), task(chunk, worker): the host's own way to run work. cpu None: the
        best level."""
        super().__init__(c_void_p())
        _call('wrmf_context_create', byref(self.pointer))
        _call('wrmf_context_set_threads', self.pointer, c_int(threads))
        if cpu:
            _call('wrmf_context_set_cpu', self.pointer, c_char_p(cpu.encode()))
        if runner:

            def run(_, chunks, task, job):
                runner(chunks, lambda chunk, worker: task(job, chunk, worker))
                return 0

            self._keep = _RUNNER(run)
            _call('wrmf_context_set_runner', self.pointer, c_void_p(), self._keep, c_int(workers))

    @property
    def cpu(self):
        return _get('wrmf_context_cpu', c_char_p, self.pointer).decode()


def _announce():
    """Say which kernels are tested, the library's and its BLAS's; skip what the CPU lacks."""
    try:
        context = Context()
    except Error as failure:
        if failure.status != E_UNSUPPORTED:
            raise
        print(f'skipped: {failure.text}')
        sys.exit(77)
    print(f'kernels: {context.cpu}')
    if context.cpu != Context(cpu=None).cpu or os.environ.get('WRMF_TEST_BLAS'):
        os.environ['WRMF_DATA_DIR'] = ''  # real tables: on the best level and the usual BLAS alone
    wanted = os.environ.get('WRMF_TEST_CORE')
    if wanted:
        got = _get('openblas_get_corename', c_char_p).decode()
        print(f'OpenBLAS core: {got}')
        if got.lower() != wanted.lower():
            sys.exit(f'OpenBLAS should have taken its {wanted} kernels')


_announce()


class Matrix(_Handle):
    _free = 'wrmf_matrix_free'

    @classmethod
    def from_triplets(cls, context, users, items, user, item, count=None, duplicates='sum'):
        user, item, count = _int64(user), _int64(item), _double(count)
        merged, out = c_int64(-1), c_void_p()
        _call(
            'wrmf_matrix_from_triplets',
            context.pointer,
            c_int64(users),
            c_int64(items),
            c_int64(len(user)),
            _at(user),
            _at(item),
            _at(count),
            c_int(DUPLICATES[duplicates]),
            byref(merged),
            byref(out),
        )
        made = cls(out)
        made.merged = merged.value
        return made

    @classmethod
    def from_csr(cls, context, users, items, offsets, item, count=None):
        offsets, item, count, out = _int64(offsets), _int64(item), _double(count), c_void_p()
        _call(
            'wrmf_matrix_from_csr',
            context.pointer,
            c_int64(users),
            c_int64(items),
            _at(offsets),
            _at(item),
            _at(count),
            byref(out),
        )
        return cls(out)

    @classmethod
    def from_dense(cls, context, dense):
        user, item = np.nonzero(dense)
        return cls.from_triplets(context, *dense.shape, user, item, dense[user, item])

    @property
    def shape(self):
        return (
            _get('wrmf_matrix_users', c_int64, self.pointer),
            _get('wrmf_matrix_items', c_int64, self.pointer),
        )

    @property
    def entries(self):
        return _get('wrmf_matrix_entries', c_int64, self.pointer)

    @property
    def density(self):
        return _get('wrmf_matrix_density', c_double, self.pointer)

    @property
    def total(self):
        return _get('wrmf_matrix_total', c_double, self.pointer)

    def count(self, user, item):
        return _get('wrmf_matrix_count', c_double, self.pointer, c_int64(user), c_int64(item))

    def csr(self):
        """Copies of offsets, items and counts (ones where the matrix stores none)."""
        offsets, items, counts = c_void_p(), c_void_p(), c_void_p()
        _get('wrmf_matrix_csr', None, self.pointer, byref(offsets), byref(items), byref(counts))

        def copy(pointer, ctype, n):
            if n == 0:
                return np.zeros(0, dtype=ctype)
            return np.ctypeslib.as_array(ctypes.cast(pointer, POINTER(ctype)), (n,)).copy()

        n = self.entries
        return (
            copy(offsets, c_int64, self.shape[0] + 1),
            copy(items, ctypes.c_int32, n),
            copy(counts, c_double, n) if counts.value else np.ones(n),
        )

    def triplets(self):
        offsets, items, counts = self.csr()
        return np.repeat(np.arange(self.shape[0]), np.diff(offsets)), items.astype(np.int64), counts

    def dense(self):
        out = np.zeros(self.shape)
        user, item, count = self.triplets()
        out[user, item] = count
        return out

    def degrees(self, side):
        out = np.full(self.shape[side], -1, dtype=np.int64)
        _call('wrmf_matrix_degrees', self.pointer, c_int(side), _at(out))
        return out

    def transpose(self):
        out = c_void_p()
        _call('wrmf_matrix_transpose', self.pointer, byref(out))
        return Matrix(out)

    def select(self, users):
        users, out = _int64(users), c_void_p()
        _call('wrmf_matrix_select', self.pointer, _at(users), c_int64(len(users)), byref(out))
        return Matrix(out)

    def add(self, other):
        out = c_void_p()
        _call('wrmf_matrix_add', self.pointer, other.pointer, byref(out))
        return Matrix(out)

    def equal(self, other):
        return bool(_get('wrmf_matrix_equal', c_int, self.pointer, other.pointer))

    def threshold(self, min_per_user, min_per_item):
        out = c_void_p()
        users, items = (np.full(n, -1, dtype=np.int64) for n in self.shape)
        _call(
            'wrmf_matrix_threshold',
            self.pointer,
            c_int64(min_per_user),
            c_int64(min_per_item),
            byref(out),
            _at(users),
            _at(items),
        )
        thin = Matrix(out)
        return thin, users[: thin.shape[0]], items[: thin.shape[1]]

    def split(self, count, fraction, seed):
        train, test, n = c_void_p(), c_void_p(), c_int64(-1)
        heldout = np.full(self.shape[0] + 1, -1, dtype=np.int64)
        _call(
            'wrmf_matrix_split',
            self.pointer,
            c_int64(count),
            c_double(fraction),
            c_uint64(seed),
            byref(train),
            byref(test),
            _at(heldout),
            byref(n),
        )
        return Matrix(train), Matrix(test), heldout[: n.value]


class Params(_Handle):
    _free = 'wrmf_params_free'

    @staticmethod
    def texts(pointer):
        """{name: text} of all parameters."""
        out = {}
        for i in range(_get('wrmf_params_size', c_int)):
            id_ = _get('wrmf_params_id', c_int, c_int(i))
            buffer = ctypes.create_string_buffer(256)
            _get('wrmf_params_format', c_size_t, pointer, c_int(id_), buffer, c_size_t(256))
            out[_get('wrmf_params_name', c_char_p, c_int(id_)).decode()] = buffer.value.decode()
        return out

    def __init__(self, context, **values):
        super().__init__(c_void_p())
        _call('wrmf_params_create', context.pointer, byref(self.pointer))
        for name, value in values.items():
            text = value if isinstance(value, str) else repr(value)
            _call('wrmf_params_set', self.pointer, c_char_p(name.encode()), c_char_p(text.encode()))


class Model(_Handle):
    _free = 'wrmf_model_free'

    @classmethod
    def create(cls, context, users, items, params):
        out = c_void_p()
        _call(
            'wrmf_model_create',
            context.pointer,
            c_int64(users),
            c_int64(items),
            params.pointer,
            byref(out),
        )
        return cls(out)

    @classmethod
    def fit(cls, context, matrix, params):
        out = c_void_p()
        _call('wrmf_model_fit', context.pointer, matrix.pointer, params.pointer, byref(out))
        return cls(out)

    def continue_(self, context, matrix, epochs):
        _call('wrmf_model_continue', context.pointer, self.pointer, matrix.pointer, c_int64(epochs))

    def size(self, side):
        return _get(('wrmf_model_users', 'wrmf_model_items')[side], c_int64, self.pointer)

    @property
    def factors(self):
        return _get('wrmf_model_factors', c_int64, self.pointer)

    @property
    def epochs(self):
        return _get('wrmf_model_epochs', c_int64, self.pointer)

    def rows(self, side):
        out = np.full((self.size(side), self.factors), np.nan)
        _call(
            'wrmf_model_get_rows',
            self.pointer,
            c_int(side),
            c_int64(0),
            c_int64(len(out)),
            _at(out),
        )
        return out

    def set_rows(self, side, values):
        values = _double(values)
        _call(
            'wrmf_model_set_rows',
            self.pointer,
            c_int(side),
            c_int64(0),
            c_int64(len(values)),
            _at(values),
        )

    def score(self, user, item):
        return _get('wrmf_model_score', c_double, self.pointer, c_int64(user), c_int64(item))

    def statistic(self, name):
        return _get('wrmf_model_statistic', c_double, self.pointer, c_int(STATISTICS[name]))

    def objective(self, context, matrix):
        parts = [c_double() for _ in range(4)]
        _call(
            'wrmf_model_objective',
            context.pointer,
            self.pointer,
            matrix.pointer,
            *[byref(p) for p in parts],
        )
        return dict(zip(('total', 'observed', 'all', 'regularization'), (p.value for p in parts)))

    def save(self, path):
        _call('wrmf_model_save', self.pointer, c_char_p(os.fsencode(path)))

    @classmethod
    def load(cls, context, path):
        out = c_void_p()
        _call('wrmf_model_load', context.pointer, c_char_p(os.fsencode(path)), byref(out))
        return cls(out)

    def recommend(self, user, n, seen=None):
        items, scores, count = _lists(1, n)
        _call(
            'wrmf_recommend',
            self.pointer,
            c_int64(user),
            seen.pointer if seen else c_void_p(),
            c_int64(n),
            _at(items),
            _at(scores),
            _at(count),
        )
        return items[0, : count[0]], scores[0, : count[0]]

    def recommend_batch(self, context, n, users=None, seen=None):
        query = Query(context, self, USERS, ITEMS, n, seen=seen)
        return query.run_batch(users)

    def similar(self, side, index, n, dot=False, omit=False):
        return Query(Context(), self, side, side, n, dot, omit).run(index)

    def similar_batch(self, context, side, n, rows=None, dot=False, omit=False):
        return Query(context, self, side, side, n, dot, omit).run_batch(rows)


class Query(_Handle):
    _free = 'wrmf_query_free'

    def __init__(self, context, model, asking, ranked, n, dot=None, omit=None, seen=None):
        super().__init__(c_void_p())
        self._model = model  # borrowed by the query
        self.n = n
        self.size = model.size(asking)
        _call(
            'wrmf_query_create',
            context.pointer,
            model.pointer,
            c_int(asking),
            c_int(ranked),
            byref(self.pointer),
        )
        _call('wrmf_query_set_length', self.pointer, c_int64(n))
        if dot is not None:
            _call('wrmf_query_set_similarity', self.pointer, c_int(dot))
        if omit is not None:
            _call('wrmf_query_set_self', self.pointer, c_int(omit))
        if seen:
            _call('wrmf_query_set_seen', self.pointer, seen.pointer)

    def run(self, row):
        indices, scores, count = _lists(1, self.n)
        _call(
            'wrmf_query_run', self.pointer, c_int64(row), _at(indices), _at(scores), _at(count)
        )
        return indices[0, : count[0]], scores[0, : count[0]]

    def serve(self, server=None, fold=None):
        """Make lists with a server, and fold histories in; both are borrowed."""
        self._server, self._fold = server, fold
        _call('wrmf_query_set_server', self.pointer, server.pointer if server else None)
        _call('wrmf_query_set_fold', self.pointer, fold.pointer if fold else None)
        return self

    def run_history(self, items):
        indices, scores, count = _lists(1, self.n)
        _call(
            'wrmf_query_run_history',
            self.pointer,
            _at(items),
            None,
            c_int64(len(items)),
            _at(indices),
            _at(scores),
            _at(count),
        )
        return indices[0, : count[0]], scores[0, : count[0]]

    def run_batch(self, rows=None):
        rows = _int64(rows)
        n_rows = self.size if rows is None else len(rows)
        indices, scores, counts = _lists(n_rows, self.n)
        _call(
            'wrmf_query_run_batch',
            self.pointer,
            _at(rows),
            c_int64(n_rows),
            _at(indices),
            _at(scores),
            _at(counts),
        )
        return indices, scores, counts


def _lists(rows, n):
    """Room for lists, filled with what no list may hold."""
    return (
        np.full((rows, n), -7, dtype=np.int64),
        np.full((rows, n), np.nan),
        np.full(rows, -7, dtype=np.int64),
    )


class Server(_Handle):
    """A model made ready for single lists."""

    _free = 'wrmf_server_free'

    def __init__(self, context, model, tables, matrix=None):
        super().__init__(c_void_p())
        self._model = model  # borrowed
        _call(
            'wrmf_server_create',
            context.pointer,
            model.pointer,
            c_int(tables),
            matrix.pointer if matrix else None,
            byref(self.pointer),
        )

    @property
    def bytes(self):
        return _get('wrmf_server_bytes', c_size_t, self.pointer)


class Fold(_Handle):
    """Rows of one side, solved against the other side of a model."""

    _free = 'wrmf_fold_free'

    def __init__(self, context, model, side):
        super().__init__(c_void_p())
        self.model, self.side = model, side  # the model is borrowed
        _call('wrmf_fold_create', context.pointer, model.pointer, c_int(side), byref(self.pointer))
        self._most, self._factors = -1, model.factors

    def workspace(self, most):
        """Address and bytes; made anew only for more entries than before."""
        if most > self._most:
            bytes_ = c_size_t()
            _call('wrmf_fold_workspace', self.pointer, c_int64(most), byref(bytes_))
            self._space = np.zeros(bytes_.value, dtype=np.uint8)
            self._most, self._workspace = most, (_at(self._space), bytes_)
        return self._workspace

    def row(self, index, count=None):
        index, count = _int64(index), _double(count)
        out = np.empty(self._factors)
        _call(
            'wrmf_fold_row',
            self.pointer,
            _at(index),
            _at(count),
            c_int64(len(index)),
            *self.workspace(len(index)),
            _at(out),
        )
        return out

    def rows(self, context, matrix):
        out = np.full((matrix.shape[self.side], self.model.factors), np.nan)
        _call('wrmf_fold_rows', context.pointer, self.pointer, matrix.pointer, _at(out))
        return out

    def explain(self, index, count, target):
        index, count, score = _int64(index), _double(count), c_double()
        out = np.full(len(index), np.nan)
        _call(
            'wrmf_fold_explain',
            self.pointer,
            _at(index),
            _at(count),
            c_int64(len(index)),
            c_int64(target),
            *self.workspace(len(index)),
            _at(out),
            byref(score),
        )
        return out, score.value


class Evaluator(_Handle):
    _free = 'wrmf_evaluator_free'

    def __init__(
        self,
        context,
        test,
        train=None,
        users=None,
        cutoffs=None,
        metrics=None,
        exclude=None,
        empty=None,
        protocol=None,
        per_user=True,
    ):
        super().__init__(c_void_p())
        _call(
            'wrmf_evaluator_create',
            context.pointer,
            test.pointer,
            train.pointer if train else c_void_p(),
            byref(self.pointer),
        )
        if users is not None:
            users = _int64(users)
            _call('wrmf_evaluator_set_users', self.pointer, _at(users), c_int64(len(users)))
        if cutoffs is not None:
            cutoffs = _int64(cutoffs)
            _call('wrmf_evaluator_set_cutoffs', self.pointer, _at(cutoffs), c_int64(len(cutoffs)))
        if metrics is not None:
            ids = np.array([METRICS[m] for m in metrics], dtype=np.int32)
            _call('wrmf_evaluator_set_metrics', self.pointer, _at(ids), c_int64(len(ids)))
        if protocol is not None:
            _call(
                'wrmf_evaluator_set_protocol',
                self.pointer,
                c_int({'standard': 0, 'article': 1}[protocol]),
            )
        if exclude is not None:
            _call(
                'wrmf_evaluator_set_exclude', self.pointer, c_int({'none': 0, 'train': 1}[exclude])
            )
        if empty is not None:
            _call('wrmf_evaluator_set_empty', self.pointer, c_int({'skip': 0, 'zero': 1}[empty]))
        _call('wrmf_evaluator_set_per_user', self.pointer, c_int(per_user))

    def set_candidates(self, matrix):
        _call('wrmf_evaluator_set_candidates', self.pointer, matrix.pointer)
        return self

    def run(self, context, model):
        _call('wrmf_evaluator_run', context.pointer, self.pointer, model.pointer)
        return self

    def run_folded(self, context, model, given):
        _call(
            'wrmf_evaluator_run_folded',
            context.pointer,
            self.pointer,
            model.pointer,
            given.pointer,
        )
        return self

    def run_scores(self, context, score):
        """score(user) gives the scores of all items."""

        @ctypes.CFUNCTYPE(None, c_void_p, c_int64, POINTER(c_double))
        def put(_, user, out):
            values = np.asarray(score(user), dtype=np.float64).ravel()
            np.ctypeslib.as_array(out, values.shape)[:] = values

        _call('wrmf_evaluator_run_scores', context.pointer, self.pointer, put, c_void_p())
        return self

    def run_baseline(self, context, train, kind, neighbors=100):
        baseline = c_void_p()
        _call(
            'wrmf_baseline_create',
            context.pointer,
            train.pointer,
            c_int({'popular': 0, 'cosine': 1}[kind]),
            c_int64(neighbors),
            byref(baseline),
        )
        _call('wrmf_evaluator_run_baseline', context.pointer, self.pointer, baseline)
        _get('wrmf_baseline_free', None, baseline)
        return self

    def value(self, metric, k=0):
        return _get(
            'wrmf_evaluator_value', c_double, self.pointer, c_int(METRICS[metric]), c_int64(k)
        )

    @property
    def counted(self):
        return _get('wrmf_evaluator_counted', c_int64, self.pointer)

    @property
    def skipped(self):
        return _get('wrmf_evaluator_skipped', c_int64, self.pointer)

    def user_values(self, metric, k=0):
        out = np.full(_get('wrmf_evaluator_users', c_int64, self.pointer), -7.0)
        _call(
            'wrmf_evaluator_user_values', self.pointer, c_int(METRICS[metric]), c_int64(k), _at(out)
        )
        return out


class _Resampling(ctypes.Structure):
    _fields_ = [
        ('struct_size', c_size_t),
        ('resamples', c_int64),
        ('level', c_double),
        ('seed', c_uint64),
    ]


def _resample(name, context, values, resamples, level, seed, out):
    """Call a function of bootstrap.h on values, a column a metric."""
    values = np.ascontiguousarray(values, dtype=np.float64)
    how = _Resampling(ctypes.sizeof(_Resampling), resamples, level, seed)
    rows, columns = map(c_int64, values.shape)
    _call(name, context.pointer, _at(values), rows, columns, byref(how), _at(out))
    return out


def bootstrap_means(context, values, resamples, level, seed):
    """Mean, low and high of each column."""
    out = np.full((np.shape(values)[1], 3), np.nan)
    return _resample('wrmf_bootstrap_means', context, values, resamples, level, seed, out)


def randomization_test(context, differences, resamples, seed):
    out = np.full(np.shape(differences)[1], np.nan)
    return _resample('wrmf_randomization_test', context, differences, resamples, 0.95, seed, out)

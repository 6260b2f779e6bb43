# SPDX-License-Identifier: BSD-2-Clause
"""A binding made by cffi from the headers alone, as README.md says it.

The headers go through the preprocessor and into cffi as they come out; each exported function is
found with its declaration, and calls of each kind are made: objects, errors, arrays lent and taken
back, callbacks with the host's object, rows and scores as float. WRMF_CC is the compiler.
"""

import os
import re
import shlex
import subprocess
import sys

try:
    import cffi
    import numpy as np
except ImportError as missing:
    print(f'skipped: {missing}')
    sys.exit(77)

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
HEADERS = os.path.join(TOP, 'include', 'wrmf')
# as it stands in README.md, but for the compiler and the folder
COMMAND = "cc -E -P -D'__attribute__(x)=' -Iinclude include/wrmf/wrmf.h"


def declarations(header):
    words = shlex.split(COMMAND)[1:-2]
    command = shlex.split(os.environ.get('WRMF_CC', 'cc')) + words
    return subprocess.run(
        [*command, '-I' + os.path.join(TOP, 'include'), os.path.join(HEADERS, header)],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout


def check_each_header():
    headers = sorted(name for name in os.listdir(HEADERS) if name.endswith('.h'))
    assert len(headers) > 15
    for header in headers:
        cffi.FFI().cdef(declarations(header))
    with open(os.path.join(TOP, 'README.md'), encoding='utf-8') as readme:
        assert COMMAND in readme.read()
    print(f'{len(headers)} headers, each alone')


class Binding:
    def __init__(self):
        self.ffi = cffi.FFI()
        self.ffi.cdef(declarations('wrmf.h'))
        self.lib = self.ffi.dlopen(os.environ['WRMF_LIBRARY'])
        self.err = self.ffi.new('wrmf_error *')

    def text(self):
        return self.ffi.string(self.err.text).decode()

    def must(self, status):
        assert status == self.lib.WRMF_OK, self.text()

    def make(self, kind, function, *arguments):
        """The object that a function makes; freed with the Python object."""
        out = self.ffi.new(f'wrmf_{kind} **')
        self.must(function(*arguments, out, self.err))
        return self.ffi.gc(out[0], getattr(self.lib, f'wrmf_{kind}_free'))

    def of(self, ctype, array):
        return self.ffi.cast(ctype, array.ctypes.data)


def check_names(b):
    with open(os.path.join(TOP, 'tests', 'abi', 'symbols.txt'), encoding='utf-8') as symbols:
        names = [line.strip() for line in symbols if not line.startswith('#')]
    assert len(names) > 100
    for name in names:
        assert b.ffi.typeof(getattr(b.lib, name)).kind == 'function', name
    with open(os.path.join(HEADERS, 'version.h'), encoding='utf-8') as version:
        abi = int(re.search(r'#define WRMF_ABI_VERSION (\d+)', version.read()).group(1))
    assert b.lib.wrmf_abi_version() == abi
    assert b.ffi.sizeof('wrmf_error') == 512
    for kind in ('status', 'side', 'metric', 'param', 'statistic'):
        assert b.ffi.sizeof(f'wrmf_{kind}') == 4, kind
    print(f'{len(names)} functions, each with its declaration')


def lent_matrix(b, context):
    """A matrix over NumPy's arrays, which live as long as the library may read them."""
    rng = np.random.default_rng(1)
    dense = rng.random((30, 20)) < 0.2
    offsets = np.concatenate([[0], np.cumsum(dense.sum(1))]).astype(np.int32)
    items = np.nonzero(dense)[1].astype(np.int32)
    counts = rng.integers(1, 5, items.size).astype(np.float64)
    kept = {'arrays': (offsets, items, counts)}
    handle = b.ffi.new_handle(kept)

    @b.ffi.callback('wrmf_release_fn')
    def release(self):
        b.ffi.from_handle(self).clear()

    matrix = b.make(
        'matrix',
        b.lib.wrmf_matrix_borrow_csr32,
        context,
        30,
        20,
        b.of('int32_t *', offsets),
        b.of('int32_t *', items),
        b.of('double *', counts),
    )
    b.must(b.lib.wrmf_matrix_set_release(matrix, handle, release, b.err))
    return matrix, kept, dense, (handle, release)


def watched_fit(b, context, matrix):
    seen = []
    handle = b.ffi.new_handle(seen)

    @b.ffi.callback('wrmf_progress_fn')
    def progress(self, state):
        assert state.struct_size >= b.ffi.sizeof('wrmf_progress')
        b.ffi.from_handle(self).append((b.ffi.string(state.phase), state.done))
        return 0

    params = b.make('params', b.lib.wrmf_params_create, context)
    b.must(b.lib.wrmf_params_parse(params, b'factors=7 iterations=3', b.err))
    b.lib.wrmf_context_set_progress(context, handle, progress)
    model = b.make('model', b.lib.wrmf_model_fit, context, matrix, params)
    b.lib.wrmf_context_set_progress(context, b.ffi.NULL, b.ffi.NULL)
    assert seen[-1] == (b'fit', 3)
    return model


def rows(b, model, side, n):
    out = np.empty((n, 7), np.float32)
    place = b.of('float *', out)
    b.must(b.lib.wrmf_model_get_rows_float32(model, side, 0, n, place, b.err))
    return out


def check_story(b):
    context = b.make('context', b.lib.wrmf_context_create)
    matrix, kept, dense, alive = lent_matrix(b, context)
    model = watched_fit(b, context, matrix)
    x, y = rows(b, model, b.lib.WRMF_USERS, 30), rows(b, model, b.lib.WRMF_ITEMS, 20)
    block = np.empty((30, 20), np.float32)
    null = b.ffi.NULL
    b.must(
        b.lib.wrmf_model_score_block_float32(
            model, null, 30, null, 20, b.of('float *', block), b.err
        )
    )
    wide = x.astype(np.float64), y.astype(np.float64)
    size = np.abs(wide[0]) @ np.abs(wide[1]).T
    # a sum of 7 products of floats, each step off by 2^-24 at most; the other side has 2^-53
    assert np.all(np.abs(block - wide[0] @ wide[1].T) <= 8 * 2.0**-24 * size)

    items, count = np.empty(20, np.int64), b.ffi.new('int64_t *')
    place = b.of('int64_t *', items)
    b.must(b.lib.wrmf_recommend(model, 4, matrix, 20, place, null, count, b.err))
    unseen = np.nonzero(~dense[4])[0]
    assert list(items[: count[0]]) == sorted(unseen, key=lambda i: (-block[4, i], i))

    status = b.lib.wrmf_recommend(model, 30, matrix, 20, place, null, count, b.err)
    assert status == b.lib.WRMF_E_RANGE == b.err.code and '0 .. 29' in b.text()
    assert b.ffi.string(b.lib.wrmf_status_name(status)) == b'WRMF_E_RANGE'

    evaluator = b.make('evaluator', b.lib.wrmf_evaluator_create, context, matrix, null)
    b.ffi.release(matrix)
    assert kept, 'an evaluator holds the matrix'
    b.must(b.lib.wrmf_evaluator_run(context, evaluator, model, b.err))
    b.ffi.release(evaluator)
    assert not kept, 'nobody holds the matrix'
    del alive
    print('objects, arrays, callbacks and errors')


def main():
    check_each_header()
    b = Binding()
    check_names(b)
    check_story(b)


if __name__ == '__main__':
    main()

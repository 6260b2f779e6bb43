# SPDX-License-Identifier: BSD-2-Clause
"""Intervals of numbers: what the headers state is read as text, and held against what is called.

A comment in include/wrmf/ says "@param[in] NAME ... 1 .. 2^31 - 1" or "... >= 1"; an end may be
words ("items - 1"). Each such number is called at both ends of its
interval, where it must not be refused, and one beyond, where it must be, with a text that begins
with its name and gives the interval as the header does. A header may not state an interval that is
not called, nor a function that fails take a number that has none, unless ANY has it. The table of
parameters is held against the comments of wrmf/params.h, likewise. WRMF_CC is the compiler.
"""

import math
import os
import re

from bindings import HEADERS, Binding

NUMBER = r'(?:int64_t|int|size_t|double|uint64_t) (\w+)'
INTERVAL = re.compile(r'(?:>= (\d+)|(\d+) \.\. (2\^31 - 1|[\d,]+(?=[.;:]| bytes|$)|[a-z][\w ]*))')

# numbers for which every value of their type has a meaning, or is looked at elsewhere
ANY = {
    'id',  # an integer id may be any
    'value',  # wrmf_params_set_int() and _real(): see check_parameters()
    'seed',
    'hash',
    'per_user',  # 0 or not
    'fd',  # WRMF_E_IO
    'header',  # an enum's value
    'k',  # one of the cut-offs
    'bytes',  # of memory; of wrmf_input_set_limit() it has an interval
    'minimum',  # of scores
    'mean',  # finite
    'moment',
    'wrmf_ids_unescape(length)',
}
UNSIGNED = {'length', 'delimiter'}  # not below 0
TOO_LONG = {'wrmf_ids_add(length)'}  # reads all of the bytes: the last number is not called
# what a text begins with instead of the argument's name
SAID = {'length': '(?:length|id|name)', 'row': '(?:user|item)', 'index': '(?:index|user|item)'}


def documented():
    """Yields function, the names of its numbers, and intervals by name, each (low, high)."""
    for header in sorted(os.listdir(HEADERS)):
        with open(os.path.join(HEADERS, header), encoding='utf-8') as file:
            text = file.read()
        before = {}
        for comment, rest in re.findall(r'/\*\*((?:(?!\*/).)*)\*/\s*(WRMF_API[^;]*);', text, re.S):
            comment = re.sub(r'\s*\n\s*\*\s?', '\n', comment)
            function = re.search(r'\b(wrmf_\w+)\(', rest).group(1)
            arguments = ' '.join(rest.split()).split('(', 1)[1].rstrip(')').split(', ')
            found = {}
            for names, said in re.findall(
                r'@param\[in(?:,out)?\]\s+(\w+(?:, \w+)*)\s+((?:(?!\n *@|\n\n).)*)', comment, re.S
            ):
                stated = INTERVAL.search(' '.join(said.split()))
                for name in names.split(', ') if stated else ():
                    found[name] = stated.groups()
            if comment.strip().startswith('The same'):
                there = {re.search(r'\w+$', argument).group() for argument in arguments}
                found = {k: v for k, v in before.items() if k in there} | found
            before = found
            numbers = [m.group(1) for m in map(re.compile(NUMBER).fullmatch, arguments) if m]
            if 'WRMF_MUST_CHECK' in rest:
                yield function, numbers, found


def whole(text):
    return 2**31 - 1 if text == '2^31 - 1' else int(text.replace(',', ''))


class Host(Binding):
    """Objects to call, on a context that gives no block of more than 64 MiB."""

    def __init__(self):
        super().__init__()
        ffi, lib = self.ffi, self.lib
        self.blocks = {}

        @ffi.callback('wrmf_alloc_fn')
        def alloc(_, size, alignment):
            if size > 1 << 26:
                return ffi.NULL
            block = ffi.new('char[]', size + alignment)
            at = int(ffi.cast('uintptr_t', block))
            at += -at % alignment
            self.blocks[at] = block
            return ffi.cast('void *', at)

        @ffi.callback('wrmf_free_fn')
        def free(_, memory, size):
            del self.blocks[int(ffi.cast('uintptr_t', memory))]

        @ffi.callback('wrmf_runner_fn')
        def runner(_, chunks, task, job):
            for chunk in range(chunks):
                task(job, chunk, 0)
            return 0

        self.keep = (alloc, free, runner)
        self.runner = runner
        self.context = self.make(
            'context', lib.wrmf_context_create_with_allocator, ffi.NULL, alloc, free
        )
        self.matrix = self.make(
            'matrix', lib.wrmf_matrix_from_triplets, self.context, 3, 4, 2, [0, 1], [1, 3],
            ffi.NULL, 0, ffi.NULL,
        )  # fmt: skip
        self.params = self.make('params', lib.wrmf_params_create, self.context)
        self.must(lib.wrmf_params_parse(self.params, b'factors=2', self.err))
        self.model = self.make('model', lib.wrmf_model_create, self.context, 3, 4, self.params)
        self.evaluator = self.make(
            'evaluator', lib.wrmf_evaluator_create, self.context, self.matrix, ffi.NULL
        )
        self.grid = self.make('grid', lib.wrmf_grid_create, self.context, self.matrix, ffi.NULL)
        self.baseline = self.make(
            'baseline', lib.wrmf_baseline_create, self.context, self.matrix, 1, 2
        )
        self.reader = self.make('reader', lib.wrmf_reader_create, self.context)
        self.ids = self.make('ids', lib.wrmf_ids_create, self.context, lib.WRMF_IDS_STRING)
        for name in (b'a', b'b', b'c'):
            self.must(lib.wrmf_ids_add(self.ids, name, 1, ffi.NULL, self.err))
        self.file = open(os.devnull, 'rb')
        fd = self.file.fileno()
        self.input = self.make('input', lib.wrmf_input_open_fd, self.context, fd, b'text')
        self.room = ffi.new('int64_t[30]')

    def out(self, kind):
        # what a call puts there stays until the test ends
        return self.ffi.new(f'wrmf_{kind} **')

    def query(self):
        """One whose lists have 10 items at most."""
        create = self.lib.wrmf_query_create
        return self.make('query', create, self.context, self.model, 0, 1)

    def refuses(self, status, name):
        wanted = rf'(?:row \d+: )?{SAID.get(name, name)}\b'
        return status == self.lib.WRMF_E_RANGE and bool(re.match(wanted, self.text()))


# Each of the next functions gives, for "function(argument)", what makes the function's arguments
# from that one, but for err; with the last number that is allowed beside it where the header has
# that in words. Where an array would have to be longer than it is, its first member is wrong: that
# is another error, which comes behind that of its length.


def settings(h):
    c, null = h.context, h.ffi.NULL
    evaluator, out = h.evaluator, h.out

    def curve(n=1, epochs=(0,), evaluators=0):
        return c, h.matrix, h.params, list(epochs), n, null, null, evaluators, out('curve')

    return {
        'wrmf_context_set_threads(threads)': lambda v: (c, v),
        'wrmf_context_set_runner(workers)': lambda v: (c, null, h.runner, v),
        'wrmf_curve_run(epochs)': lambda v: curve(epochs=[v]),
        'wrmf_curve_run(n_epochs)': lambda v: curve(v),
        'wrmf_curve_run(n_evaluators)': lambda v: curve(evaluators=v),
        'wrmf_evaluator_set_users(users)': (lambda v: (evaluator, [v], 1), 2),
        'wrmf_evaluator_set_users(n)': (lambda v: (evaluator, [0, 1, 2, 3], v), 3),
        'wrmf_evaluator_set_cutoffs(cutoffs)': lambda v: (evaluator, [v], 1),
        'wrmf_evaluator_set_cutoffs(n)': lambda v: (evaluator, list(range(1, 66)), v),
        'wrmf_evaluator_set_metrics(n)': lambda v: (evaluator, list(range(12)), v),
        'wrmf_grid_set_epochs(epochs)': lambda v: (h.grid, [v], 1),
        'wrmf_grid_set_epochs(n)': lambda v: (h.grid, [1], v),
        'wrmf_grid_set_sample(n)': lambda v: (h.grid, v, 1),
        'wrmf_grid_set_sample(seed)': lambda v: (h.grid, 1, v),
        'wrmf_grid_set_halving(eta)': lambda v: (h.grid, b'objective', v, 1),
        'wrmf_grid_set_halving(first_epoch)': lambda v: (h.grid, b'objective', 2, v),
        'wrmf_grid_set_patience(points)': lambda v: (h.grid, b'objective', v),
        'wrmf_grid_set_finish(n)': lambda v: (h.grid, v),
        'wrmf_grid_set_budget(seconds)': lambda v: (h.grid, v),
        'wrmf_input_set_limit(bytes)': lambda v: (h.input, h.lib.WRMF_LIMIT_ID, v),
        'wrmf_query_set_length(length)': lambda v: (h.query(), v),
        'wrmf_reader_set_delimiter_text(delimiter)': lambda v: (h.reader, b':' * v),
        'wrmf_reader_set_column_number(number)': lambda v: (h.reader, 0, v),
    }


def comparisons(h):
    c, null, baseline, numbers = h.context, h.ffi.NULL, h.baseline, h.ffi.new('double[4]')
    intervals = h.ffi.new('wrmf_interval[65536]')
    row, to = h.ffi.new('double[65536]'), h.ffi.new('double[65536]')
    how = h.ffi.new('wrmf_resampling *', (h.ffi.sizeof('wrmf_resampling'), 1, 0.9, 1))
    table = {
        'wrmf_baseline_create(neighbors)': lambda v: (c, h.matrix, 1, v, h.out('baseline')),
        'wrmf_baseline_scores(user)': (lambda v: (baseline, v, numbers), 2),
    }
    for function, out in (('wrmf_bootstrap_means', intervals), ('wrmf_randomization_test', to)):
        table[f'{function}(n)'] = lambda v, out=out: (c, row, v, 1, how, out)
        table[f'{function}(columns)'] = lambda v, out=out: (c, row, 1, v, how, out)
    return table


def ids(h):
    return {
        'wrmf_ids_add(length)': lambda v: (h.ids, b'\0', v, h.ffi.NULL),
        'wrmf_ids_set_name(index)': (lambda v: (h.ids, v, b'x', 1), 2),
        'wrmf_ids_set_name(length)': lambda v: (h.ids, 0, b'\0', v),
        'wrmf_ids_select(indices)': (lambda v: (h.ids, [v], 1, h.out('ids')), 2),
        'wrmf_ids_select(n)': lambda v: (h.ids, [-1], v, h.out('ids')),
    }


def matrices(h):
    c, null, a, out = h.context, h.ffi.NULL, h.matrix, lambda: h.out('matrix')

    def triplets(users=3, items=4, n=1, user=0, item=0):
        return c, users, items, n, [user], [item], null, 0, null, out()

    def csr(index, users=1, items=4, item=0):
        offsets = [0, 1] if users == 1 else [1]
        return c, users, items, offsets, h.ffi.new(f'{index}[1]', [item]), null, out()

    def whole_users(n, share):
        return a, n, share, 1, out(), out(), out(), null

    table = {
        'wrmf_matrix_from_triplets(users)': lambda v: triplets(v),
        'wrmf_matrix_from_triplets(items)': lambda v: triplets(3, v),
        'wrmf_matrix_from_triplets(n)': lambda v: triplets(n=v),
        'wrmf_matrix_from_triplets(user)': (lambda v: triplets(user=v), 2),
        'wrmf_matrix_from_triplets(item)': (lambda v: triplets(item=v), 3),
        'wrmf_matrix_from_signed_triplets(users)': lambda v: triplets(v),
        'wrmf_matrix_from_signed_triplets(items)': lambda v: triplets(3, v),
        'wrmf_matrix_from_signed_triplets(n)': lambda v: triplets(n=v),
        'wrmf_matrix_from_signed_triplets(user)': (lambda v: triplets(user=v), 2),
        'wrmf_matrix_from_signed_triplets(item)': (lambda v: triplets(item=v), 3),
        'wrmf_matrix_select(users)': (lambda v: (a, [v], 1, out()), 2),
        'wrmf_matrix_select(n)': lambda v: (a, [-1], v, out()),
        'wrmf_matrix_threshold(min_per_user)': lambda v: (a, v, 0, out(), null, null),
        'wrmf_matrix_threshold(min_per_item)': lambda v: (a, 0, v, out(), null, null),
        'wrmf_matrix_split(count)': lambda v: (a, v, 0.0, 1, out(), out(), null, null),
        'wrmf_matrix_split(fraction)': lambda v: (a, 1, v, 1, out(), out(), null, null),
        'wrmf_matrix_split_share(share)': lambda v: (a, 0, v, 1, out(), out()),
        'wrmf_matrix_split_users(n_users)': (lambda v: whole_users(v, 0.5), 3),
        'wrmf_matrix_split_users(share)': lambda v: whole_users(0, v),
        'wrmf_matrix_split_last(count)': lambda v: (a, [0.0, 0.0], v, out(), out()),
        'wrmf_matrix_weight_bm25(k1)': lambda v: (a, 0, v, 0.5, out()),
        'wrmf_matrix_weight_bm25(b)': lambda v: (a, 0, 1.0, v, out()),
        'wrmf_matrix_read_candidates(users)': lambda v: (c, h.input, v, 4, null, out(), out()),
        'wrmf_matrix_read_candidates(items)': lambda v: (c, h.input, 3, v, null, out(), out()),
    }
    for name in ('from_csr', 'from_csr32', 'borrow_csr', 'borrow_csr32'):
        function, index = f'wrmf_matrix_{name}', 'int64_t' if name == 'from_csr' else 'int32_t'
        table[f'{function}(users)'] = lambda v, t=index: csr(t, users=v)
        table[f'{function}(items)'] = lambda v, t=index: csr(t, items=v)
        table[f'{function}(item)'] = (lambda v, t=index: csr(t, item=v), 3)
    return table


def models(h):
    c, m, null, room, out = h.context, h.model, h.ffi.NULL, h.room, lambda: h.out('model')
    query = h.query()
    table = {
        'wrmf_model_create(users)': lambda v: (c, v, 1, h.params, out()),
        'wrmf_model_create(items)': lambda v: (c, 1, v, h.params, out()),
        'wrmf_model_continue(epochs)': lambda v: (c, m, h.matrix, v),
        'wrmf_model_set_checkpoint(epochs)': lambda v: (m, os.devnull.encode(), v, 1),
        'wrmf_model_set_checkpoint(seconds)': lambda v: (m, os.devnull.encode(), 1, v),
        'wrmf_query_run(row)': (lambda v: (query, v, room, null, room), 2),
        'wrmf_query_run_batch(rows)': (lambda v: (query, [v], 1, room, null, room), 2),
        'wrmf_query_run_batch(n_rows)': (lambda v: (query, null, v, room, null, room), 3),
        'wrmf_recommend(user)': (lambda v: (m, v, null, 1, room, null, room), 2),
        'wrmf_recommend(length)': lambda v: (m, 0, null, v, room, null, room),
        'wrmf_similar(index)': (lambda v: (m, 1, v, 1, room, null, room), 3),
        'wrmf_similar(length)': lambda v: (m, 1, 0, v, room, null, room),
    }
    for form, to in (('', h.ffi.new('double[16]')), ('_float32', h.ffi.new('float[16]'))):
        pairs, block = f'wrmf_model_scores{form}', f'wrmf_model_score_block{form}'
        table |= {
            f'{pairs}(users)': (lambda v, to=to: (m, [v], [0], 1, to), 2),
            f'{pairs}(items)': (lambda v, to=to: (m, [0], [v], 1, to), 3),
            f'{pairs}(n)': lambda v, to=to: (m, [-1], [0], v, to),
            f'{block}(users)': (lambda v, to=to: (m, [v], 1, null, 1, to), 2),
            f'{block}(n_users)': (lambda v, to=to: (m, null, v, null, 1, to), 3),
            f'{block}(items)': (lambda v, to=to: (m, null, 1, [v], 1, to), 3),
            f'{block}(n_items)': (lambda v, to=to: (m, null, 1, null, v, to), 4),
        }
        for rows in (f'wrmf_model_get_rows{form}', f'wrmf_model_set_rows{form}'):
            table[f'{rows}(first)'] = (lambda v, to=to: (m, 1, v, 0, to), 4)
            table[f'{rows}(n)'] = (lambda v, to=to: (m, 1, 1, v, to), 3)
    return table


def growth(h):
    c, m, a, null = h.context, h.model, h.matrix, h.ffi.NULL
    found = h.ffi.new('wrmf_comparison *')

    def compare(users=null, n=0, length=1):
        return c, m, m, a, users, n, length, found

    return {
        'wrmf_ids_without(indices)': (lambda v: (h.ids, [v], 1, h.out('ids')), 2),
        'wrmf_ids_without(n)': lambda v: (h.ids, [-1], v, h.out('ids')),
        'wrmf_matrix_renumber(n_users)': lambda v: (a, [-1] * 3, v, [-1] * 4, 4, h.out('matrix')),
        'wrmf_matrix_renumber(n_items)': lambda v: (a, [-1] * 3, 3, [-1] * 4, v, h.out('matrix')),
        'wrmf_matrix_without(indices)': (lambda v: (a, 0, [v], 1, h.out('matrix')), 2),
        'wrmf_matrix_without(n)': lambda v: (a, 0, [-1], v, h.out('matrix')),
        'wrmf_model_refresh(rows)': (lambda v: (c, m, a, 0, [v], 1), 2),
        'wrmf_model_refresh(n)': lambda v: (c, m, a, 0, [-1], v),
        'wrmf_model_without(rows)': (lambda v: (c, m, 0, [v], 1, h.out('model')), 2),
        'wrmf_model_without(n)': lambda v: (c, m, 0, [-1], v, h.out('model')),
        'wrmf_model_compare(users)': (lambda v: compare([v], 1), 2),
        'wrmf_model_compare(n)': (lambda v: compare(n=v), 3),
        'wrmf_model_compare(length)': lambda v: compare(length=v),
    }


def folds(h):
    c, null = h.context, h.ffi.NULL
    fold = h.make('fold', h.lib.wrmf_fold_create, c, h.model, 0)
    space, row, nan = h.ffi.new('char[]', 1 << 20), h.ffi.new('double[2]'), [math.nan]
    narrow, size = h.ffi.new('float[2]'), h.ffi.new('size_t *')
    of = [0, 1, 2, 3]
    kept = h.make('model', h.lib.wrmf_model_create, c, 1, 1, h.params)
    return {
        'wrmf_fold_workspace(most)': lambda v: (fold, v, size),
        'wrmf_fold_row(n)': lambda v: (fold, of, null, v, space, 1 << 20, row),
        'wrmf_fold_row_float32(n)': lambda v: (fold, of, null, v, space, 1 << 20, narrow),
        'wrmf_fold_explain(n)': lambda v: (fold, of, null, v, 0, space, 1 << 20, nan * 4, null),
        'wrmf_fold_explain(target)': (
            lambda v: (fold, of, null, 1, v, space, 1 << 20, nan, null),
            3,
        ),
        'wrmf_fold_explain_many(n)': lambda v: (
            *(fold, of, null, v, of, 1, space),
            *(1 << 20, nan * 4, null),
        ),
        'wrmf_fold_explain_many(targets)': (
            lambda v: (fold, of, null, 1, [v], 1, space, 1 << 20, nan, null),
            3,
        ),
        'wrmf_fold_explain_many(n_targets)': lambda v: (
            *(fold, of, null, 1, of, v, space),
            *(1 << 20, nan * 4, null),
        ),
        'wrmf_model_from_rows(users)': lambda v: (c, v, 1, h.params, null, null, h.out('model')),
        'wrmf_model_from_rows(items)': lambda v: (c, 1, v, h.params, null, null, h.out('model')),
        'wrmf_model_from_rows_float32(users)': lambda v: (
            *(c, v, 1, h.params, null, null),
            h.out('model'),
        ),
        'wrmf_model_from_rows_float32(items)': lambda v: (
            *(c, 1, v, h.params, null, null),
            h.out('model'),
        ),
        'wrmf_model_set_checkpoint(epochs)': lambda v: (kept, b'kept', v, 0.0),
        'wrmf_model_set_checkpoint(seconds)': lambda v: (kept, b'kept', 0, v),
    }


def queries(h):
    null, room, query = h.ffi.NULL, h.room, h.query()
    h.folded = h.make('fold', h.lib.wrmf_fold_create, h.context, h.model, 0)  # query borrows it
    h.must(h.lib.wrmf_query_set_fold(query, h.folded, h.err))
    table = {
        'wrmf_query_set_excluded(n)': lambda v: (h.query(), [-1], v),
        'wrmf_query_set_candidates(n)': lambda v: (h.query(), [-1], v),
        'wrmf_query_set_excluded_each(n_lists)': lambda v: (h.query(), v, [0], null),
        'wrmf_query_set_candidates_each(n_lists)': lambda v: (h.query(), v, [0], null),
        'wrmf_query_run_history(n)': lambda v: (query, [-1], null, v, room, null, room),
    }
    for form, to in (('', h.ffi.new('double[16]')), ('_float32', h.ffi.new('float[16]'))):
        run, score = f'wrmf_query_run_vectors{form}', f'wrmf_model_score_vectors{form}'
        table |= {
            f'{run}(n)': lambda v, to=to: (query, to, v, room, null, room),
            f'{score}(n_vectors)': lambda v, to=to: (h.model, 1, to, v, null, 1, to),
            f'{score}(rows)': (lambda v, to=to: (h.model, 1, to, 1, [v], 1, to), 3),
            f'{score}(n_rows)': (lambda v, to=to: (h.model, 1, to, 1, null, v, to), 4),
        }
    return table


def check_ends(h, function, name, interval, call):
    least, low, high = interval
    low = int(least or low)
    make, last = call if isinstance(call, tuple) else (call, None)
    where = f'{function}(): {name}'

    def refused(value):
        status = getattr(h.lib, function)(*make(value), h.err)
        return h.refuses(status, name)

    assert not refused(low), f'{where} = {low}: {h.text()}'
    text = ''
    real = name in {'fraction', 'share'}
    if real:
        low, high = float(low), float(high)
    beyond = math.nextafter(low, -math.inf) if real else low - 1
    if beyond >= 0 or name not in UNSIGNED:
        assert refused(beyond), f'{where} = {beyond} is not refused'
        text = h.text()
    if least:
        assert 'below' not in text or f'below {low}' in text, text
        return
    if high and last is None:
        last = high if real else whole(high)
    if f'{function}({name})' not in TOO_LONG:
        assert not refused(last), f'{where} = {last}: {h.text()}'
    beyond = math.nextafter(last, math.inf) if real else last + 1
    assert refused(beyond), f'{where} = {beyond} is not refused'
    for said in (text, h.text()):
        if '..' in said:
            end = '2^31 - 1' if last == 2**31 - 1 else f'{last:g}' if real else last
            assert re.search(rf'\b{low:g} \.\. {re.escape(str(end))}\b', said), f'{where}: {said}'


def check_parameters(h):
    with open(os.path.join(HEADERS, 'params.h'), encoding='utf-8') as file:
        text = file.read()
    stated = re.findall(
        r'/\*\* (?:int|real), (\S+) \.\. (2\^63 - 1|\S+), default ([^:]+):'
        r'(?:(?!\*/).)*\*/\s*(WRMF_PARAM_\w+) =', text, re.S
    )  # fmt: skip
    choices = re.findall(r'/\*\* choice, default "(\w+)":[^/]*\*/\s*(WRMF_PARAM_\w+) =', text)
    assert len(stated) + len(choices) == h.lib.wrmf_params_size()
    for low, high, initial, name in stated:
        place = getattr(h.lib, name)
        got = [h.ffi.new('double *') for _ in range(3)]
        h.must(h.lib.wrmf_params_bounds(place, *got, h.err))
        high = 2**63 - 1 if '^' in high else high
        assert [end[0] for end in got] == [float(low), float(high), float(initial)], name
    for initial, name in choices:
        place = getattr(h.lib, name)
        got = h.lib.wrmf_params_choice(place, h.lib.wrmf_params_get_int(h.params, place))
        assert h.ffi.string(got).decode() == initial, name
    print(f'{len(stated)} intervals and {len(choices)} choices of parameters')


def main():
    h = Host()
    check_parameters(h)
    table = settings(h) | comparisons(h) | ids(h) | matrices(h) | models(h)
    table |= growth(h) | folds(h) | queries(h)
    missing, called = [], 0
    for function, numbers, intervals in documented():
        for name, interval in intervals.items():
            call = table.pop(f'{function}({name})', None)
            if call:
                check_ends(h, function, name, interval, call)
                called += 1
            else:
                missing.append(f'{function}({name}) is not called at the ends of its interval')
        for name in numbers:
            if name not in intervals and not ANY & {name, f'{function}({name})'}:
                missing.append(f'{function}({name}) has no interval in its header')
    missing += [f'{call}: the header states no interval' for call in table]
    assert not missing, '\n'.join(['', *missing])
    print(f'{called} intervals of arguments, each called at its ends and beyond')


if __name__ == '__main__':
    main()

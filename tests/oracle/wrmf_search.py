# SPDX-License-Identifier: BSD-2-Clause
"""The binding's part for curve.h and grid.h."""

from ctypes import byref, c_char_p, c_double, c_int64, c_void_p

import numpy as np

from wrmf import Params, _at, _call, _get, _Handle, _int64


class Curve:
    """What wrmf_curve_run() gives, read out at once: columns by name, an array a column."""

    def __init__(self, pointer, free):
        self.epochs = [
            _get('wrmf_curve_epoch', c_int64, pointer, c_int64(p))
            for p in range(_get('wrmf_curve_points', c_int64, pointer))
        ]
        n = _get('wrmf_curve_columns', c_int64, pointer)
        names = [
            _get('wrmf_curve_column_name', c_char_p, pointer, c_int64(c)).decode() for c in range(n)
        ]
        self.columns = {
            name: np.array(
                [
                    _get('wrmf_curve_value', c_double, pointer, c_int64(p), c_int64(c))
                    for p in range(len(self.epochs))
                ]
            )
            for c, name in enumerate(names)
        }
        self.best = {
            name: _get('wrmf_curve_best', c_int64, pointer, c_int64(c))
            for c, name in enumerate(names)
        }
        self.params = Params.texts(c_void_p(_get('wrmf_curve_params', c_void_p, pointer)))
        if free:
            _get('wrmf_curve_free', None, pointer)

    @classmethod
    def run(cls, context, train, params, epochs, evaluators):
        """evaluators: {label: Evaluator}"""
        epochs, out = _int64(epochs), c_void_p()
        pointers = (c_void_p * len(evaluators))(*[e.pointer for e in evaluators.values()])
        labels = (c_char_p * len(evaluators))(*[label.encode() for label in evaluators])
        _call(
            'wrmf_curve_run',
            context.pointer,
            train.pointer,
            params.pointer,
            _at(epochs),
            c_int64(len(epochs)),
            pointers,
            labels,
            c_int64(len(evaluators)),
            byref(out),
        )
        return cls(out, True)


class Grid(_Handle):
    _free = 'wrmf_grid_free'

    def __init__(self, context, train, base, lists, epochs, evaluators):
        super().__init__(c_void_p())
        epochs = _int64(epochs)
        _call('wrmf_grid_create', context.pointer, train.pointer, base.pointer, byref(self.pointer))
        _call('wrmf_grid_parse', self.pointer, c_char_p(lists.encode()))
        _call('wrmf_grid_set_epochs', self.pointer, _at(epochs), c_int64(len(epochs)))
        for label, evaluator in evaluators.items():
            _call(
                'wrmf_grid_add_evaluator', self.pointer, c_char_p(label.encode()), evaluator.pointer
            )

    @property
    def size(self):
        return _get('wrmf_grid_size', c_int64, self.pointer)

    def search(
        self,
        column,
        sample=0,
        eta=0,
        first_epoch=1,
        patience=0,
        seed=1,
        budget=0,
        coordinates=False,
        finish=0,
    ):
        """What is tried, and until when, as in wrmf/search.h; 0 is none of it."""
        name = c_char_p(column.encode())
        _call('wrmf_grid_set_sample', self.pointer, c_int64(sample), c_int64(seed))
        _call(
            'wrmf_grid_set_halving',
            self.pointer,
            name if eta else None,
            c_int64(eta),
            c_int64(first_epoch),
        )
        _call('wrmf_grid_set_patience', self.pointer, name if patience else None, c_int64(patience))
        _call('wrmf_grid_set_coordinates', self.pointer, name if coordinates else None)
        _call('wrmf_grid_set_finish', self.pointer, c_int64(finish))
        _call('wrmf_grid_set_budget', self.pointer, c_double(budget))

    def journal(self, path):
        _call('wrmf_grid_set_journal', self.pointer, c_char_p(path.encode()))

    def run(self, context):
        _call('wrmf_grid_run', context.pointer, self.pointer)

    def sort(self, column):
        _call('wrmf_grid_sort', self.pointer, c_char_p(column.encode()))

    def curves(self):
        """(place in run order, Curve), as they are sorted."""
        out = []
        for place in range(_get('wrmf_grid_done', c_int64, self.pointer)):
            curve = c_void_p(_get('wrmf_grid_curve', c_void_p, self.pointer, c_int64(place)))
            out.append(
                (
                    _get('wrmf_grid_index', c_int64, self.pointer, c_int64(place)),
                    Curve(curve, False),
                )
            )
        return out

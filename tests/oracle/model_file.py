# SPDX-License-Identifier: BSD-2-Clause
"""A saved model, read with NumPy and the json module by the safetensors layout alone, and with
the safetensors package where it is there."""

import json
import os
import tempfile

from common import Checks, np, random_counts
import wrmf

try:
    from safetensors.numpy import load_file
except ImportError:
    load_file = None

try:
    import xxhash
except ImportError:
    xxhash = None


def chained(pieces):
    """XXH3-64 of each piece, seeded with that of the one before it."""
    value = 0
    for piece in pieces:
        value = xxhash.xxh3_64_intdigest(piece, seed=value)
    return f'{value:016x}'


def checksums(header, metadata, tensors):
    """The checksums that docs/file-format.md defines, by their keys."""
    block = 1 << 20
    out = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        out['wrmf_checksum_' + name] = chained(
            tensors[at : min(at + block, end)] for at in range(begin, end, block)
        )
    rest = {k: v for k, v in metadata.items() if k not in ('wrmf_checksum', 'format')}
    keys = sorted(rest, key=lambda key: key.encode())
    out['wrmf_checksum'] = chained(
        text.encode() + b'\0' for key in keys for text in (key, rest[key])
    )
    return out


def check_earlier_version(path, header, metadata, tensors, model, matrix):
    """A file that does not speak of relaxation is that of a model of plain epochs."""
    old = {
        k: v
        for k, v in metadata.items()
        if not k.startswith('wrmf_checksum') and not k.startswith('relaxation')
    }
    text = json.dumps({**header, '__metadata__': old}).encode()
    with open(path, 'wb') as file:
        file.write(len(text).to_bytes(8, 'little') + text + tensors)
    loaded = wrmf.Model.load(context, path)
    os.remove(path)
    settings = dict(factors=model.factors, precision=metadata['precision'], alpha=3.25)
    plain = wrmf.Model.create(
        context, *matrix.shape, wrmf.Params(context, relaxation=1, **settings)
    )
    for side, tensor in ((wrmf.USERS, 'user_factors'), (wrmf.ITEMS, 'item_factors_carried')):
        begin, end = header[tensor]['data_offsets']
        dtype = {'float32': '<f4', 'float64': '<f8'}[metadata['precision']]
        rows = np.frombuffer(tensors[begin:end], dtype=dtype)
        plain.set_rows(side, rows.reshape(header[tensor]['shape']).astype(float))
    loaded.continue_(context, matrix, 1)
    plain.continue_(context, matrix, 1)
    for side in (wrmf.USERS, wrmf.ITEMS):
        check.true(
            'an earlier version goes on plainly',
            loaded.rows(side).tobytes() == plain.rows(side).tobytes(),
        )


check = Checks('model_file')
context = wrmf.Context(threads=2)
if load_file is None:
    print('  without the safetensors package')
if xxhash is None:
    print('  without the xxhash package')
with tempfile.TemporaryDirectory() as folder:
    for precision, users, items, factors in (
        ('float32', 33, 21, 7),
        ('float64', 5, 60, 16),
        ('float32', 1, 1, 1),
        ('float64', 20011, 3, 7),  # more than a block of 2^20 bytes
    ):
        path = os.path.join(folder, 'model.safetensors')
        matrix = wrmf.Matrix.from_dense(context, random_counts(2, users, items, 0.4))
        params = wrmf.Params(
            context,
            factors=factors,
            precision=precision,
            alpha=3.25,
            iterations=3,
            relaxation_wait=1,
        )
        model = wrmf.Model.fit(context, matrix, params)
        model.save(path)
        check.equal('nothing else is left in the folder', os.listdir(folder), ['model.safetensors'])
        data = open(path, 'rb').read()
        length = int.from_bytes(data[:8], 'little')
        header = json.loads(data[8 : 8 + length])
        metadata = header.pop('__metadata__', {})
        check.true('metadata is text', all(isinstance(v, str) for v in metadata.values()), metadata)
        start = 8 + length
        if xxhash:
            check.equal(
                'checksums',
                {k: v for k, v in metadata.items() if k.startswith('wrmf_checksum')},
                checksums(header, metadata, data[start:]),
            )
        ends = sorted(entry['data_offsets'] for entry in header.values())
        check.true(
            'tensors cover the data without gaps',
            ends[0][0] == 0
            and ends[-1][1] == len(data) - start
            and all(a[1] == b[0] for a, b in zip(ends, ends[1:])),
            ends,
        )
        name = {'float32': 'F32', 'float64': 'F64'}[precision]
        for side, tensor in ((wrmf.USERS, 'user_factors'), (wrmf.ITEMS, 'item_factors')):
            entry = header[tensor]
            check.equal(
                'shape and type',
                (entry['dtype'], *entry['shape']),
                (name, model.size(side), factors),
            )
            begin, end = entry['data_offsets']
            check.equal('aligned for mapping', (start + begin) % np.dtype(precision).itemsize, 0)
            values = np.frombuffer(
                data[start + begin : start + end],
                dtype='<' + precision[0] + str(np.dtype(precision).itemsize),
            ).reshape(entry['shape'])
            check.equal('factors by hand', values.astype(float), model.rows(side))
            if load_file:
                check.equal(
                    'factors by the package',
                    load_file(path)[tensor].astype(float),
                    model.rows(side),
                )
        check_earlier_version(path + '.old', header, metadata, data[start:], model, matrix)
        again = wrmf.Model.load(context, path)
        check.equal('epochs', again.epochs, model.epochs)
        again.continue_(context, matrix, 1)
        model.continue_(context, matrix, 1)
        for side in (wrmf.USERS, wrmf.ITEMS):
            check.true(
                'a loaded model goes on with the same bits',
                again.rows(side).tobytes() == model.rows(side).tobytes(),
            )
check.finish()

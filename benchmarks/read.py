# SPDX-License-Identifier: BSD-2-Clause
"""Read, drop repeated rows, thin out and build the matrix: libwrmf and pandas, as whole processes.

The two run in turn. Wall seconds and peak memory are as the operating system counts them. Both
must end with the same sizes.
"""

import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from common import arguments, heading, table_head, table_row, wrmf

PANDAS = '''
import sys
import numpy as np, pandas as pd, scipy.sparse as sp
table = pd.read_csv(sys.argv[1], sep="|", usecols=["mid", "uid"], dtype=str, quotechar='"')
rows = len(table)
table = table.drop_duplicates()
while True:
    before = len(table)
    table = table[table.groupby("uid")["mid"].transform("size") >= 5]
    table = table[table.groupby("mid")["uid"].transform("size") >= 5]
    if len(table) == before:
        break
user, users = pd.factorize(table["uid"])
item, items = pd.factorize(table["mid"])
matrix = sp.csr_matrix((np.ones(len(table)), (user, item)), shape=(len(users), len(items)))
print(f"{rows} rows, {matrix.shape[0]} x {matrix.shape[1]}, {matrix.nnz} entries")
'''


def run(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read().strip()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = status
    if status != 0:
        sys.exit(f'{command[0]} failed')
    return seconds, usage.ru_maxrss / 1024, said


def main():
    parser = arguments(__doc__)
    parser.add_argument('--programs', required=True, help='folder of bench-read')
    options = parser.parse_args()
    heading('Reading', wrmf.Context(1))
    if not options.data:
        print('(no data folder given)')
        return
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, 'likes.psv')
        with gzip.open(os.path.join(options.data, 'likes.psv.gz')) as packed, open(
            text, 'wb'
        ) as plain:
            shutil.copyfileobj(packed, plain)
        sides = {
            'libwrmf': [
                os.path.join(options.programs, 'bench-read'),
                text,
                'uid',
                'mid',
                '|',
                str(options.threads),
            ],
            'pandas': [sys.executable, '-c', PANDAS, text],
        }
        figures = {name: [] for name in sides}
        said = {}
        for _ in range(options.rounds):
            for name, command in sides.items():
                seconds, peak, said[name] = run(command)
                figures[name].append((seconds, peak))
    if len(set(said.values())) != 1:
        sys.exit(f'the sides disagree: {said}')
    print(said['pandas'] + '\n')
    table_head('side', 'seconds', 'peak MiB')
    middle = {
        name: [statistics.median(values) for values in zip(*all_of)]
        for name, all_of in figures.items()
    }
    for name, (seconds, peak) in middle.items():
        table_row(name, f'{seconds:.3f}', f'{peak:.0f}')
    print(
        f'\npandas / libwrmf: {middle["pandas"][0] / middle["libwrmf"][0]:.1f} in time, '
        f'{middle["pandas"][1] / middle["libwrmf"][1]:.1f} in memory'
    )


if __name__ == '__main__':
    main()

# SPDX-License-Identifier: BSD-2-Clause
"""A table of a million rows through query, fit and writing: wrmf-sqlite as a whole process.

The table has --rows rows (1,000,000) of integer users and text items with counts, 64 factors, 15
epochs, ten items a list. Timed are the first run, on either kind of journal; the same again; a day
later, with 10,000 rows more; and that with an epoch on all rows. The seconds of the steps are those
that the program tells, memory is as the operating system counts it. Beside it: the query read into
dicts and lists by Python's sqlite3 module, and lists of users the way over text: sqlite3 -csv,
wrmf-prepare, wrmf-train, wrmf-recommend --all, and .import. Figures are medians of --rounds.
"""

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

import common
from common import arguments, heading, record, table_head, table_row, wrmf

QUERY = 'SELECT user, item, count FROM plays'
COLUMNS = ('read', 'fit', 'rank', 'write')


def make(path, rows):
    common.SHAPES['rows'] = (rows // 16, rows // 50, int(1.2 * rows), 4, 1.15, 0.5, 14)
    drawn = common.draw('rows').tocoo()
    order = np.random.default_rng(1).permutation(drawn.nnz)[:rows]
    count = 1 + np.random.default_rng(2).geometric(0.5, len(order))
    database = sqlite3.connect(path)
    database.execute('CREATE TABLE plays(user INTEGER, item TEXT, count INTEGER)')
    database.executemany(
        'INSERT INTO plays VALUES (?, ?, ?)',
        (
            (10_000_000 + int(drawn.row[i]), f'item {drawn.col[i]}', int(c))
            for i, c in zip(order, count, strict=True)
        ),
    )
    database.commit()
    database.close()


def apart(function, *arguments_):
    """Call in a process of its own: what it takes would be counted as that of later ones."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            function(*arguments_)
            status = 0
        finally:
            os._exit(status)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit('no table is made')


def a_day(path):
    """10,000 rows more: some of new users and items, most of known ones."""
    rng = np.random.default_rng(3)
    database = sqlite3.connect(path)
    items = [row[0] for row in database.execute('SELECT DISTINCT item FROM plays LIMIT 20000')]
    low, high = database.execute('SELECT min(user), max(user) FROM plays').fetchone()
    users = rng.integers(low, high + (high - low) // 10, 1000)
    database.executemany(
        'INSERT INTO plays VALUES (?, ?, 1)',
        (
            (
                int(users[k // 10]),
                items[int(rng.random() ** 2 * len(items))] + ' b' * (k % 100 == 0),
            )
            for k in range(10_000)
        ),
    )
    database.commit()
    database.close()


def run(command, to=subprocess.PIPE):
    """Wall seconds, seconds of processors, MiB, and what it says."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=to, text=True)
    said = process.stdout.read() if to == subprocess.PIPE else ''
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit(f'{command[0]} failed')
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def sqlite_run(options, path, *more):
    """What the program says, and what it takes."""
    command = [os.path.join(options.programs, 'wrmf-sqlite'), path, '--query', QUERY, '--json']
    wall, cpu, mib, said = run([*command, '--threads', str(options.threads), *more])
    return {**json.loads(said), 'wall': wall, 'cpu': cpu, 'mib': mib}


def row(options, what, found):
    last = found[-1]
    seconds = {c: statistics.median(f['seconds'][c] for f in found) for c in COLUMNS}
    wall = statistics.median(f['wall'] for f in found)
    cpu = statistics.median(f['cpu'] for f in found)
    mib = statistics.median(f['mib'] for f in found)
    written = 10 * (last['recommendations']['written'] + last['similar']['written'])
    table_row(
        what,
        *(f'{seconds[c]:.2f}' for c in COLUMNS),
        f'{wall:.2f}',
        f'{cpu:.2f}',
        f'{last["rows"] / seconds["read"]:,.0f}',
        f'{written:,}',
        f'{written / seconds["write"]:,.0f}',
        f'{mib:.0f}',
    )
    values = {'wall': f'{wall:.3f}', 'cpu': f'{cpu:.3f}', 'mib': f'{mib:.0f}'}
    record(options, 'sqlite', what=what, **values, **seconds)


def by_python(path):
    code = (
        'import sqlite3, sys\n'
        'users, items, rows, columns, counts = {}, {}, [], [], []\n'
        f'for u, i, c in sqlite3.connect(sys.argv[1]).execute("{QUERY}"):\n'
        '    rows.append(users.setdefault(u, len(users)))\n'
        '    columns.append(items.setdefault(i, len(items)))\n'
        '    counts.append(c)\n'
    )
    return run([sys.executable, '-c', code, path])


def by_text(options, path, folder):
    """The way over text, without similar items."""

    def program(name):
        return os.path.join(options.programs, name)

    prepared, model = os.path.join(folder, 'p'), os.path.join(folder, 'm')
    text, lists = os.path.join(folder, 't.csv'), os.path.join(folder, 'l.tsv')
    common_options = ['--threads', str(options.threads), '--quiet']
    taken = []

    def step(command, to=subprocess.PIPE):
        taken.append(run(command, to)[:3])

    with open(text, 'w', encoding='utf-8') as out:
        step(['sqlite3', '-csv', path, QUERY], to=out)
    step([program('wrmf-prepare'), text, '--no-header', '--user', '1', '--item', '2', '--count',
          '3', '--min-per-user', '0', '--min-per-item', '0', '--holdout', '0', '--out', prepared,
          *common_options])
    train = os.path.join(prepared, 'train.mtx')
    step([program('wrmf-train'), train, '--ids', prepared, '--out', model, *common_options])
    step([program('wrmf-recommend'), model, '--all', '--train', train, '--n', '10', '--out', lists,
          *common_options])
    step(['sqlite3', path, '-cmd', 'CREATE TABLE l(user, rank, score, item, name)', '-cmd',
          '.mode tabs', f'.import {lists} l'])
    walls, cpus, peaks = zip(*taken, strict=True)
    return sum(walls), sum(cpus), max(peaks)


def main():
    parser = arguments(__doc__)
    parser.add_argument('--programs', required=True, help='folder of wrmf-sqlite')
    parser.add_argument('--rows', type=int, default=1_000_000)
    options = parser.parse_args()
    heading('A table of SQLite', wrmf.Context(1))
    print(f'SQLite {sqlite3.sqlite_version}; {options.threads} threads')
    with tempfile.TemporaryDirectory() as folder:
        base = os.path.join(folder, 'base.db')
        apart(make, base, options.rows)
        print(f'{options.rows:,} rows, {os.path.getsize(base) / 1e6:.0f} MB\n')
        table_head('run', *COLUMNS, 'wall', 'CPU', 'rows/s read', 'entries', 'entries/s', 'MiB')
        work = os.path.join(folder, 'work.db')
        found = {}
        for _ in range(options.rounds):
            for journal in ('delete', 'wal'):
                for name in ('', '-wal', '-shm'):
                    if os.path.exists(work + name):
                        os.remove(work + name)
                shutil.copy(base, work)
                sqlite3.connect(work).execute(f'PRAGMA journal_mode = {journal}').fetchone()
                found.setdefault(f'first, {journal}', []).append(sqlite_run(options, work))
            found.setdefault('again', []).append(sqlite_run(options, work))
            apart(a_day, work)
            found.setdefault('a day later', []).append(sqlite_run(options, work))
            found.setdefault('an epoch', []).append(sqlite_run(options, work, '--epochs', '1'))
        for what, runs in found.items():
            row(options, what, runs)
        size = os.path.getsize(work)
        last = found['an epoch'][-1]
        print(f'\n{last["users"]:,} users, {last["items"]:,} items; {size / 1e6:.0f} MB at the end')
        wall, cpu, mib, _ = by_python(base)
        print(f'query into dicts by Python: {wall:.2f} s, CPU {cpu:.2f} s, {mib:.0f} MiB')
        wall, cpu, mib = by_text(options, base, folder)
        print(f'lists by way of text: {wall:.2f} s, CPU {cpu:.2f} s, {mib:.0f} MiB at most')


if __name__ == '__main__':
    main()

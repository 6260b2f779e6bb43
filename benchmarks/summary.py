# SPDX-License-Identifier: BSD-2-Clause
"""summary.py OUT: what was asked, what was reached, and whether that is enough.

It reads OUT/targets.tsv, which the other scripts of this folder write with --out OUT.
"""

import csv
import os
import sys

with open(os.path.join(sys.argv[1], 'targets.tsv'), encoding='utf-8') as file:
    rows = list(csv.DictReader(file, delimiter='\t'))
print('\n## Asked and reached\n\n| what | asked | reached | met |\n| --- | --- | --- | --- |')
for row in rows:
    print(f'| {row["what"]} | {row["asked"]} | {row["reached"]} | {row["met"]} |')
print(f'\n{sum(row["met"] == "yes" for row in rows)} of {len(rows)} met.')

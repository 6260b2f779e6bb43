#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# folders.sh SOURCE_ROOT: no folder of lib/ has more than 15 % of the lines of its C files.
set -u
cd "$1" || exit 1

find lib -name '*.[ch]' | sort | xargs awk '
    FNR == 1 { split(FILENAME, part, "/"); files++ }
    { lines[part[2]]++ }
    END {
        for (folder in lines)
            if (lines[folder] > 0.15 * NR) {
                printf "lib/%s: %d of %d lines, %.1f %%: split it by subject\n", folder,
                       lines[folder], NR, 100 * lines[folder] / NR
                bad = 1
            }
        if (files < 100) {
            print "only " files + 0 " files seen: is this the source tree?"
            bad = 1
        }
        exit bad
    }'

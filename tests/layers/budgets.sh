#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# budgets.sh SOURCE_ROOT: no file in lib/, include/, programs/ or examples/ above 600 lines, no
# function above 100. A function, as .clang-format lays it out, opens with "{" in the
# first column and ends with "}" in the first column; its length is counted from the
# first line of its signature.
set -u
cd "$1" || exit 1

find lib include programs examples tests -name '*.[ch]' -o -name '*.cpp' | sort | xargs awk '
    function complain(line, what) {
        printf "%s:%d: %s\n", FILENAME, line, what
        bad = 1
    }
    FNR == 1 { start = 0; inside = 0 }
    FNR == 601 { complain(FNR, "a file of more than 600 lines: split it") }
    # the signature: the last line that began in the first column before "{"
    !inside && /^[A-Za-z_]/ && !/;[ \t]*$/ { if (!start) start = FNR }
    !inside && (/;[ \t]*$/ || /^[ \t]*$/ || /^#/) { start = 0 }
    /^\{/ {
        inside = 1
        if (!start)
            start = FNR
        functions++
    }
    /^\}/ {
        if (inside && FNR - start + 1 > 100)
            complain(start, "a function of " FNR - start + 1 " lines: split it")
        inside = 0
        start = 0
    }
    END {
        if (functions < 100) {
            print "only " functions + 0 " functions seen: is this the source tree?"
            bad = 1
        }
        exit bad
    }'

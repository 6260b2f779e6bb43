#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# budgets.sh SOURCE_ROOT: no C or C++ file above 500 lines and no function above 60 in lib/,
# include/, programs/, examples/ and tests/; no function of lib/ with more than 9 arguments, but
# for public ones (in lib/api), of which the widest, wrmf_matrix_from_triplets(), has 11.
# facts.awk says what a function and its length are.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1

find lib include programs examples tests -name '*.[ch]' -o -name '*.cpp' 2>/dev/null | sort |
    xargs awk -f "$here/facts.awk" | awk '
    function complain(where, what) {
        print where ": " what
        bad = 1
    }
    $1 == "file" && $3 > 500 { complain($2 ":501", "a file of " $3 " lines: split it") }
    $1 == "function" { functions++ }
    $1 == "function" && $4 > 60 {
        complain($2 ":" $3, $7 "() has " $4 " lines: split it")
    }
    $1 == "function" && $2 ~ /^lib\// && $5 > ($2 ~ /^lib\/api\// && $6 == "global" ? 11 : 9) {
        complain($2 ":" $3, $7 "() has " $5 " arguments: pass a struct")
    }
    END {
        if (functions < 500) {
            print "only " functions + 0 " functions seen: is this the source tree?"
            bad = 1
        }
        exit bad
    }'

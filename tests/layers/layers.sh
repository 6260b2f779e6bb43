#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# layers.sh SOURCE_ROOT: #include lines in lib/ point downward only, BLAS stays in
# linalg, pthreads stay in par, and programs outside lib/ see the public headers.
set -u
cd "$1" || exit 1

layers="api search fit eval serve als rank row store model text data linalg io par base" # downward

find lib -name '*.[ch]' | sort | xargs awk -v layers="$layers" '
    BEGIN {
        n = split(layers, order, " ")
        for (i = 1; i <= n; i++)
            depth[order[i]] = i
    }
    function complain(what) {
        printf "%s:%d: %s\n", FILENAME, FNR, what
        bad = 1
    }
    FNR == 1 {
        split(FILENAME, path, "/")
        here = path[2]
        files++
        if (!(here in depth))
            complain("no such layer: " here)
    }
    /^[ \t]*#[ \t]*include/ {
        if (!match($0, /["<][^">]*[">]/)) {
            complain("an #include that this script cannot read")
            next
        }
        name = substr($0, RSTART + 1, RLENGTH - 2)
        quoted = substr($0, RSTART, 1) == "\""
        split(name, part, "/")
        includes++
        if (name ~ /^(cblas|lapacke|lapack|f77blas|mkl)[^\/]*\.h$/ && here != "linalg")
            complain(name " belongs to linalg")
        if (name ~ /^(pthread|threads)\.h$/ && here != "par")
            complain(name " belongs to par")
        if (!quoted || part[1] == "wrmf" || name == "config.h")
            next
        if (!(part[1] in depth))
            complain("write \"layer/file.h\": " name)
        else if (depth[part[1]] < depth[here])
            complain(here " may not include from " part[1] ": " name)
    }
    END {
        if (files < 20 || includes < 100) {
            print "only " files " files and " includes " includes seen: is this the source tree?"
            bad = 1
        }
        exit bad
    }' || exit 1

# Programs, examples and tests of the public interface include nothing from lib/.
any=$(echo "${layers}" | tr ' ' '|')
bad=$(find examples programs tests/api tests/blas tests/install -name '*.[ch]' -o -name '*.cpp' \
    2>/dev/null | xargs -r grep -nE "#[ ]*include[ ]*\"($any)/|wrmf_i_[a-z]")
if [ -n "$bad" ]; then
    echo "$bad"
    echo "programs, examples and api tests see include/ alone"
    exit 1
fi

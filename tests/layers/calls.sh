#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# calls.sh SOURCE_ROOT: nothing below api uses a public function (one of lib/libwrmf.map), and
# nothing uses a function that a layer above it defines, however it got the declaration.
# The layers and their order are those of layers.sh in the same tree (of the first release, too).
set -u
here=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1
order=$(sed -n 's/^layers="\([a-z ]*\)".*/\1/p; s/.*split("\([a-z ]*\)", order, " ").*/\1/p' \
    tests/layers/layers.sh)

{
    sed -n 's/^ *\(wrmf_[a-z0-9_]*\);$/public \1/p' lib/libwrmf.map
    find lib -name '*.[ch]' | sort | xargs awk -f "$here/facts.awk"
} | awk -v order="$order" '
    BEGIN {
        n = split(order, layer, " ")
        for (i = 1; i <= n; i++)
            depth[layer[i]] = i
    }
    function layer_of(file,    part) {
        split(file, part, "/")
        return part[2]
    }
    $1 == "public" { public[$2] = 1; publics++ }
    $1 == "function" && $6 == "global" { definer[$7] = layer_of($2) }
    $1 == "use" { place[uses] = $2 ":" $3; user[uses] = layer_of($2); used[uses++] = $4 }
    END {
        for (i = 0; i < uses; i++) {
            name = used[i]
            if (name in public && user[i] != "api")
                what = name "() is public: " user[i] " is below api"
            else if (name in definer && depth[definer[name]] < depth[user[i]])
                what = name "() is in " definer[name] ", above " user[i]
            else
                continue
            print place[i] ": " what
            bad = 1
        }
        if (n < 5 || publics < 50 || uses < 1000) {
            print "only " n " layers, " publics + 0 " public functions and " uses + 0 \
                  " uses seen: is this the source tree?"
            bad = 1
        }
        exit bad
    }'

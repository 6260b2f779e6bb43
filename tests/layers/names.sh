#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# names.sh SOURCE_ROOT: a base name (without folder and .c or .h) stands for one thing in lib/:
# no two folders have it. Only api/X.c may share one: it is named after the public header that
# it implements, include/wrmf/X.h.
set -u
cd "$1" || exit 1

find lib -name '*.[ch]' | sort | awk -F/ '
    { base = $NF; sub(/\.[ch]$/, "", base); files++ }
    $2 == "api" { next }
    base in folder && folder[base] != $2 {
        print $0 ": lib/" folder[base] " has a " base " too"
        bad = 1
    }
    { folder[base] = $2 }
    END {
        if (files < 100) {
            print "only " files + 0 " files seen: is this the source tree?"
            bad = 1
        }
        exit bad
    }' || exit 1

for file in lib/api/*.c; do
    base=$(basename "$file" .c)
    if [ ! -f "include/wrmf/$base.h" ]; then
        find lib -path lib/api -prune -o -name "$base.[ch]" -print | grep . &&
            echo "$file: it implements no header, and its name is taken" && exit 1
    fi
done
exit 0

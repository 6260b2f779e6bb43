#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# circles.sh SOURCE_ROOT: no circle of source files in lib/, in which each uses a function that
# the next one defines and the last one of the first. A header counts as its source file. Prints
# the uses that make each circle.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1

find lib -name '*.[ch]' | sort | xargs awk -f "$here/facts.awk" | awk '
    function base_of(file) {
        sub(/\.[ch]$/, "", file)
        return file
    }
    # Marks every file that can be reached from `from` along uses.
    function walk(from, file,    to) {
        for (to in next_files) {
            if (!((file, to) in edge) || (from, to) in reached)
                continue
            reached[from, to] = 1
            walk(from, to)
        }
    }
    $1 == "function" && $6 == "global" { definer[$7] = base_of($2); functions++ }
    $1 == "use" { place[uses] = $2 ":" $3; user[uses] = base_of($2); used[uses++] = $4 }
    END {
        for (i = 0; i < uses; i++) {
            if (!(used[i] in definer) || definer[used[i]] == user[i])
                continue
            edge[user[i], definer[used[i]]] = 1
            next_files[definer[used[i]]] = 1
            users[user[i]] = 1
        }
        for (file in users)
            walk(file, file)
        for (i = 0; i < uses; i++) { # files that reach one another are one circle
            to = used[i] in definer ? definer[used[i]] : user[i]
            if (to == user[i] || !((to, user[i]) in reached) || (user[i], used[i]) in shown)
                continue
            shown[user[i], used[i]] = 1
            if (!(to in circle)) {
                circles++
                circle[to] = circles
                for (file in users)
                    if ((to, file) in reached && (file, to) in reached)
                        circle[file] = circles
            }
            print place[i] ": circle " circle[to] ": uses " used[i] "() of " to
            bad = 1
        }
        if (functions < 300 || uses < 1000) {
            print "only " functions + 0 " functions and " uses + 0 \
                  " uses seen: is this the source tree?"
            bad = 1
        }
        exit bad
    }'

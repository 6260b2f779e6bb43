#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# intervals.sh SOURCE_ROOT: headers and checks agree on intervals. Both are read as text:
#
#   - in include/wrmf/X.h, the comment of a function says "@param[in] NAME ... 1 .. 2^31 - 1" or
#     "... >= 1";
#   - in lib/, what checks it says "NAME is ..., not in 1 .. 9" or "NAME is ..., below 1", which the
#     tests of that header provoke. That of lib/api/X.c and X_SUBJECT.c must be in X.h; that of
#     other layers in any header.
#
# Ends that are numbers must be the same; one that a message prints (%lld), or that a header has in
# words (users - 1), may be any. What a helper says of an argument that it is given (%s) is not
# looked at here: tests/oracle/intervals.py calls each function at the ends of its intervals.
set -u
cd "$1" || exit 1
LC_ALL=C
export LC_ALL

find include/wrmf lib -name '*.[ch]' | sort | xargs awk '
    # the intervals in a text, as "LOW HIGH|"; HIGH is * where it is no number, and - without an end
    function intervals(text,    all, found, low, high) {
        while (match(text, /[0-9]+ \.\. (2\^31 - 1|[0-9][0-9,]*|%|[a-z])|(>=|below) [0-9]+/)) {
            found = substr(text, RSTART, RLENGTH)
            text = substr(text, RSTART + RLENGTH)
            if (found ~ /^(>=|below)/) {
                low = found
                sub(/.* /, "", low)
                high = "-"
            } else {
                low = high = found
                sub(/ .*/, "", low)
                sub(/^[0-9]+ \.\. /, "", high)
                gsub(/,/, "", high)
                if (high !~ /^[0-9]/)
                    high = "*"
            }
            all = all low " " high "|"
        }
        return all
    }
    FNR == 1 {
        parameter = ""
        header = FILENAME ~ /^include/
        group = FILENAME
        if (!header && group !~ /^lib\/api\//)
            group = "any"
        sub(/.*\//, "", group)
        sub(/[._].*/, "", group)
    }
    header {
        line = $0
        sub(/^ *\/?\*+ ?/, "", line)
        if (line ~ /@(param|retval)|\*\//)
            parameter = ""
        if (line ~ /@param\[in/) {
            sub(/^ *@param\[[a-z,]+\] */, "", line)
            parameter = line
            sub(/  .*/, "", parameter)
        }
        found = parameter == "" ? "" : intervals(line)
        n = split(found == "" ? "" : parameter, names, /, /)
        for (i = 1; i <= n; i++) {
            documented[group " " names[i]] = documented[group " " names[i]] found
            documented["any " names[i]] = documented["any " names[i]] found
        }
        next
    }
    match($0, /"[a-z_]+(\[%lld\])? is %[a-z]+, (not in|below) [^"]*"/) {
        text = substr($0, RSTART + 1, RLENGTH - 2)
        name = text
        sub(/[^a-z_].*/, "", name)
        said[group " " name] = said[group " " name] intervals(text)
        place[group " " name] = FILENAME ":" FNR
    }
    # whether the interval is in the list, an end that is no number being any
    function has(list, interval,    n, i, all, one, other) {
        n = split(list, all, "|")
        split(interval, one, " ")
        for (i = 1; i < n; i++) {
            split(all[i], other, " ")
            if (one[1] == other[1] &&
                (one[2] == other[2] || one[2] != "-" && other[2] != "-" && \
                                       (one[2] == "*" || other[2] == "*")))
                return 1
        }
        return 0
    }
    END {
        for (key in said) {
            n = split(said[key], checks, "|")
            for (i = 1; i < n; i++) {
                both++
                if (!has(documented[key], checks[i])) {
                    print place[key] ": " key " is checked to be in " checks[i] \
                          ", and the header has " documented[key]
                    bad = 1
                }
            }
        }
        print both + 0 " checks of intervals, each in a header"
        if (both < 20) {
            print "is this the source tree?"
            bad = 1
        }
        exit bad
    }'

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# intervals.sh SOURCE_ROOT: headers and checks agree on intervals. Both are read as text:
#
#   - in include/wrmf/X.h, the comment of a function says "@param[in] NAME ... 1 .. 2^31 - 1" or
#     "... >= 1", or "@retval WRMF_E_RANGE NAME is not in ...";
#   - in lib/api/X.c and lib/api/X_SUBJECT.c, what checks it says "NAME is ..., not in 1 .. 9"
#     or "NAME is ..., below 1", which the tests of that header provoke.
#
# Bounds that are numbers must be the same; one that a message prints (%lld, %d) may be any. What a
# helper says of an argument that it is given (%s) is not looked at.
set -u
cd "$1" || exit 1
LC_ALL=C
export LC_ALL

for header in include/wrmf/*.h; do
    name=$(basename "$header" .h)
    for code in lib/api/"$name".c lib/api/"$name"_*.c; do
        [ -f "$code" ] && echo "$name $header $code"
    done
done | while read -r name header code; do
    awk -v name="$name" -v header="$header" '
        # "0 .. 2^31 - 1" or ">= 0" in a text, or nothing
        function interval(text) {
            if (match(text, /[0-9]+ \.\. (2\^31 - 1|[0-9][0-9,]*|%lld|%d|%s|the )/))
                return substr(text, RSTART, RLENGTH)
            if (match(text, />= [0-9]+/))
                return substr(text, RSTART, RLENGTH)
            if (match(text, /below [0-9]+/))
                return ">= " substr(text, RSTART + 6, RLENGTH - 6)
            return ""
        }
        FILENAME == header {
            line = $0
            sub(/^ *\/?\*+ ?/, "", line)
            if (line ~ /@(param|retval)|\*\//)
                parameter = ""
            if (line ~ /@param/) {
                sub(/^ *@param\[[a-z,]+\] */, "", line)
                parameter = line
                sub(/[^a-z_].*/, "", parameter)
            }
            # "@retval WRMF_E_RANGE n is not in 0 .. 2^31 - 1" says it, too
            if (line ~ /@retval WRMF_E_RANGE/ && match(line, /[a-z_]+ is (not in|below) [0-9]/)) {
                parameter = substr(line, RSTART)
                sub(/ .*/, "", parameter)
            }
            if (parameter != "" && interval(line) != "")
                print "header", name, parameter, interval(line)
            next
        }
        match($0, /"[a-z_]+ is %[a-z]+, (not in|below) [^"]*"/) {
            text = substr($0, RSTART + 1, RLENGTH - 2)
            parameter = text
            sub(/ .*/, "", parameter)
            print "code", name, parameter, interval(text)
        }' "$header" "$code"
done | sort -u | awk '
    { key = $2 " " $3; bounds = $4; for (i = 5; i <= NF; i++) bounds = bounds " " $i }
    $1 == "code" { said[key] = said[key] "|" bounds; next }
    { documented[key] = documented[key] "|" bounds }
    # whether each of the intervals of one list is in the other, a printed bound being any
    function agree(some, others,    a, b, n, m, i, j, found, pattern) {
        n = split(substr(some, 2), a, "|")
        m = split(substr(others, 2), b, "|")
        for (i = 1; i <= n; i++) {
            found = 0
            for (j = 1; j <= m; j++)
                if (a[i] == b[j] || lower(a[i]) == lower(b[j]) && (a[i] b[j]) ~ /%/)
                    found = 1
            if (!found)
                return 0
        }
        return 1
    }
    function lower(bounds) {
        sub(/^>= /, "", bounds)
        sub(/ .*/, "", bounds)
        return bounds
    }
    END {
        for (key in documented)
            if (key in said) {
                both++
                if (!agree(documented[key], said[key]) || !agree(said[key], documented[key])) {
                    print key ": the header says " substr(documented[key], 2) \
                          ", the check " substr(said[key], 2)
                    bad = 1
                }
            }
        print both + 0 " intervals, in headers and checks"
        if (both < 10) {
            print "is this the source tree?"
            bad = 1
        }
        exit bad
    }'

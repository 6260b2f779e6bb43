#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# numbers.sh SOURCE_ROOT: the structure of lib/ in figures: files and lines of each folder, the
# longest file and function, the most arguments, circles, upward calls, base names that stand
# twice. It asks the rules of its own folder, so that one version of it measures any tree from
# the first release on.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1
root=$(pwd)

find lib -name '*.[ch]' | sort | xargs awk '
    FNR == 1 { split(FILENAME, part, "/"); folder = part[2]; files[folder]++; n++ }
    { lines[folder]++ }
    END {
        for (folder in files)
            printf "%-8s %4d files %6d lines %5.1f %%\n", folder, files[folder], lines[folder],
                   100 * lines[folder] / NR
        printf "%-8s %4d files %6d lines\n", "lib", n, NR
    }' | sort -k 4,4nr

find lib -name '*.[ch]' | sort | xargs awk -f "$here/facts.awk" | awk '
    $1 == "file" && $3 > file_lines { file_lines = $3; file = $2 }
    $1 == "function" { lengths[functions++] = $4 }
    $1 == "function" && $4 > length_ { length_ = $4; longest = $7 " (" $2 ")" }
    $1 == "function" && $5 > arguments { arguments = $5; widest = $7 " (" $2 ")" }
    $1 == "function" && $2 !~ /^lib\/api/ && $5 > inner { inner = $5; inner_name = $7 " (" $2 ")" }
    $1 == "function" { count[$4]++ }
    function percentile(share,    sum, l) {
        for (l = 1; l <= length_; l++) {
            sum += count[l]
            if (sum >= share * functions)
                return l
        }
        return length_
    }
    END {
        print "longest file: " file_lines " lines, " file
        print "functions: " functions ", median " percentile(0.5) " lines, 90 % of them at most " \
              percentile(0.9)
        print "longest function: " length_ " lines, " longest
        print "most arguments: " arguments ", " widest
        print "most arguments below api: " inner ", " inner_name
    }'

# show NAME RULE: print what a rule complains about
show() {
    found=$("$here/$2" "$root")
    printf '%s: %d\n' "$1" "$(printf '%s' "$found" | grep -c '')"
    [ -z "$found" ] || echo "$found" | sed 's/^/    /'
}
circles=$("$here/circles.sh" "$root" | sed -n 's/.*: circle \([0-9]*\):.*/\1/p' | sort -u | wc -l)
echo "circles of files: $circles"
show '  uses that make them' circles.sh
show 'upward calls' calls.sh
show 'base names that stand twice' names.sh
show 'folders above 15 %' folders.sh

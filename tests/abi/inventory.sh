#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# inventory.sh SOURCE_ROOT: the committed list of public functions, the version script
# and the headers name the same functions.
set -u
cd "$1" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
LC_ALL=C
export LC_ALL

grep -v '^#' tests/abi/symbols.txt >"$work/symbols"
if ! sort -u "$work/symbols" | cmp -s - "$work/symbols"; then
    echo "tests/abi/symbols.txt is not sorted, or has a name twice"
    exit 1
fi
sed -n '/global:/,/local:/s/^ *\(wrmf_[a-z0-9_]*\);$/\1/p' lib/libwrmf.map | sort >"$work/map"
# the first name before "(" in each declaration marked WRMF_API; comments go first
for header in include/wrmf/*.h; do
    awk '{ gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, " "); printf "%s", $0 }' RS='\0' "$header" |
        tr '\n' ' ' | tr ';' '\n' |
        sed -n 's/.*WRMF_API[^(]*[ *]\(wrmf_[a-z0-9_]*\)(.*/\1/p'
done | sort >"$work/headers"

failed=0
for other in map headers; do
    if ! diff "$work/symbols" "$work/$other" >"$work/diff"; then
        echo "tests/abi/symbols.txt (<) and $other (>) differ:"
        cat "$work/diff"
        failed=1
    fi
done
echo "$(wc -l <"$work/symbols") functions"
exit $failed

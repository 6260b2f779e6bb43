#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# check-reference.sh DOXYGEN DOXYFILE: the reference builds without a warning, and has
# a page for each header and each public function.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=$(cd "$(dirname "$0")" && pwd)

{
    cat "$2"
    echo "OUTPUT_DIRECTORY = $work"
    echo "WARN_AS_ERROR = FAIL_ON_WARNINGS"
} >"$work/Doxyfile"
"$1" "$work/Doxyfile"

failed=0
for header in "$here"/../include/wrmf/*.h; do
    page=$(basename "$header" .h)_8h.html
    [ -f "$work/html/$page" ] || { echo "no page for $header"; failed=1; }
done
for name in $(grep -v '^#' "$here/../tests/abi/symbols.txt"); do
    grep -rqlF ">$name<" "$work/html" || grep -rql "$name" "$work"/html/*_8h.html ||
        { echo "not in the reference: $name"; failed=1; }
done
exit $failed

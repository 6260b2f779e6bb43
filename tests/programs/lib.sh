# SPDX-License-Identifier: BSD-2-Clause
# Shared by the program tests: BIN is the folder of the programs, TOP the source.
set -u
BIN=$1 TOP=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
packages="$TOP/examples/data/packages.psv.gz --user package --item dependency --name description"

fail() {
    echo "FAILED: $*"
    exit 1
}
# expect STATUS COMMAND...: runs it, output in out and err
expect() {
    wanted=$1
    shift
    "$@" >out 2>err
    status=$?
    [ "$status" -eq "$wanted" ] || { cat out err; fail "status $status, not $wanted: $*"; }
}
has() {
    grep -q -- "$2" "$1" || { cat "$1"; fail "$1 has no $2"; }
}
# json FILE KEY: a number of summary.json
json() {
    sed -n 's/.*"'"$2"'": *\([-0-9.e]*\).*/\1/p' "$1" | head -n 1
}

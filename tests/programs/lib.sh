# SPDX-License-Identifier: BSD-2-Clause
# The program tests share this: BIN is the folder of the programs, TOP that of the source.
set -u
BIN=$1 TOP=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
columns="--user package --item dependency --name description"
packages="$TOP/examples/data/packages.psv.gz $columns"
# The same, or in a thin run of a quarter of the packages.
few_packages=$packages
case ${WRMF_TEST_THIN:-} in
all | values)
    gzip -dc "$TOP/examples/data/packages.psv.gz" |
        awk -F '|' '!($1 in n) {n[$1] = m++} NR == 1 || n[$1] % 4 == 1' >quarter.psv
    few_packages="$work/quarter.psv $columns"
    ;;
esac

fail() {
    echo "FAILED: $*"
    exit 1
}
# expect STATUS COMMAND...: runs the command, whose output goes to the files out and err, and checks
# its status
expect() {
    wanted=$1
    shift
    "$@" >out 2>err
    status=$?
    [ "$status" -eq "$wanted" ] || { cat out err; fail "status $status, not $wanted: $*"; }
}
# has FILE TEXT: checks that a file has the text
has() {
    grep -q -- "$2" "$1" || { cat "$1"; fail "$1 has no $2"; }
}
# json FILE KEY: prints the number that a JSON file has under a key
json() {
    sed -n 's/.*"'"$2"'": *\([-0-9.e]*\).*/\1/p' "$1" | head -n 1
}

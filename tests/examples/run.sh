#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh PROGRAM EXPECTED [ARGUMENT...]: PROGRAM, run in an empty folder, ends with
# status 0, writes nothing to standard error, and prints the lines of EXPECTED that do
# not begin with "#". Those that do say why the others hold on every machine: another
# CPU, another BLAS, another number of processors.
#
# Numbers were taken from the programs themselves and compared, with seven digits, with
# those of the portable kernels and of float64 models whose rows are all factorized.
# They are printed with so few digits that none of this shows.
set -u
program=$(realpath "$1") expected=$(realpath "$2")
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir empty
cd empty || exit 1

"$program" "$@" >../out 2>../err
status=$?
if [ $status -ne 0 ] || [ -s ../err ]; then
    cat ../out ../err
    echo "FAILED: status $status"
    exit 1
fi
grep -v '^#' "$expected" >../wanted
diff ../wanted ../out || { echo "FAILED: it prints something else than $expected"; exit 1; }

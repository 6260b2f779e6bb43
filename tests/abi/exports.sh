#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# exports.sh SOURCE_ROOT NM SHARED ARCHIVE: the shared library and the archive export the functions
# of symbols.txt, and import none that a library has no business with.
set -u
root=$1 nm=$2 shared=$3 archive=$4
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
LC_ALL=C
export LC_ALL
failed=0

grep -v '^#' "$root/tests/abi/symbols.txt" >"$work/symbols"
"$nm" -D --defined-only "$shared" | awk '$2 != "A" {print $3}' | sed 's/@.*//' | sort \
    >"$work/exported"
if ! diff "$work/symbols" "$work/exported" >"$work/diff"; then
    echo "tests/abi/symbols.txt (<) and the shared library (>) differ:"
    cat "$work/diff"
    failed=1
fi

# an archive cannot hide names, so all of them carry our prefix
"$nm" -g --defined-only "$archive" | awk 'NF == 3 {print $3}' | sort -u >"$work/archive"
if grep -v '^wrmf_' "$work/archive"; then
    echo "the archive defines the global names above"
    failed=1
fi
if ! grep -qx wrmf_version_number "$work/archive"; then
    echo "$archive: no symbols seen"
    failed=1
fi
grep -v '^wrmf_i_' "$work/archive" | diff "$work/symbols" - >"$work/diff" || {
    echo "tests/abi/symbols.txt (<) and the archive's public names (>) differ:"
    cat "$work/diff"
    failed=1
}

# A library does not print, end the process, read or write its environment, draw
# process-wide random numbers, install handlers or change the locale.
forbidden='(__)?(v?f?printf|f?puts|f?putc|putchar|perror|syslog)(_chk)?'
forbidden="$forbidden|_?_?_?exit|_Exit|quick_exit|abort|__assert_fail|atexit|system|longjmp"
forbidden="$forbidden|(secure_)?getenv|setenv|putenv|setlocale|signal|sigaction|raise"
forbidden="$forbidden|s?rand|s?random|rand_r|drand48"
"$nm" -D --undefined-only "$shared" | awk '{print $NF}' | sed 's/@.*//' | sort -u \
    >"$work/imported"
grep -xE "$forbidden" "$work/imported" >"$work/forbidden"
if [ -s "$work/forbidden" ]; then
    cat "$work/forbidden"
    echo "the library imports the functions above"
    failed=1
fi
echo "$(wc -l <"$work/exported") exported, $(wc -l <"$work/imported") imported"
exit $failed

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# check.sh INCLUDE HEADER CXX CC...: compile a file that includes HEADER twice,
# and nothing else, as each of the languages that the headers promise.
# CXX is a C++ compiler, or "none".
set -u
include=$1 header=$2 cxx=$3
shift 3
flags="-Wall -Wextra -Wpedantic -pedantic-errors -Werror -Wundef -fsyntax-only"
failed=0

# try LANGUAGE STANDARD COMPILER...
try() {
    language=$1 standard=$2
    shift 2
    # the typedef keeps the unit from being empty, which ISO C forbids
    if printf '#include "%s"\n#include "%s"\ntypedef int header_is_not_empty;\n' \
        "$header" "$header" |
        "$@" -x "$language" -std="$standard" $flags -I"$include" -; then
        echo "ok: $header as $standard"
    else
        echo "FAILED: $header as $standard"
        failed=1
    fi
}

for standard in c99 c11 c17; do
    try c $standard "$@"
done
if [ "$cxx" = none ]; then
    echo "no C++ compiler: C only"
else
    for standard in c++98 c++11 c++17; do
        try c++ $standard "$cxx"
    done
fi
exit $failed

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# rules.sh SOURCE_ROOT CC...: what makes an example one, and a program a user of the
# library like any other.
#
#   each example has fewer than 80 lines, and a test of what it prints
#   it includes <wrmf/wrmf.h>, headers of C11 and <pthread.h>, and nothing else
#   it compiles as C11 without a warning, and without what the build defines
#   programs include each other's headers, the public ones and the system's, none of lib/
set -u
cd "$1" || exit 1
shift
failed=0
complain() {
    echo "$*"
    failed=1
}

c11='assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal'
c11="$c11|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string"
c11="$c11|tgmath|threads|time|uchar|wchar|wctype"
seen=0
for file in examples/*; do
    case $file in
    *.c) ;;
    examples/data | examples/meson.build) continue ;;
    *) complain "$file: an example is one .c file" && continue ;;
    esac
    name=$(basename "$file" .c)
    seen=$((seen + 1))
    [ "$(wc -l <"$file")" -lt 80 ] || complain "$file: 80 lines or more"
    [ -f "tests/examples/expected/$name.txt" ] || complain "$file: nothing says what it prints"
    grep -q '^#include <wrmf/wrmf\.h>$' "$file" || complain "$file: no #include <wrmf/wrmf.h>"
    grep -HnE '^[ ]*#[ ]*include' "$file" |
        grep -vE ":#include <(wrmf/wrmf|pthread|$c11)\.h>\$" &&
        complain "$file: an example includes nothing but wrmf/wrmf.h and the C library"
    "$@" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only -Iinclude "$file" ||
        complain "$file: does not compile as C11 without a warning"
done
[ $seen -ge 10 ] || complain "only $seen examples seen: is this the source tree?"

seen=0
for file in programs/*.[ch] programs/*/*.[ch]; do
    seen=$((seen + 1))
    # shellcheck disable=SC2013 # names of headers have no blanks
    for header in $(sed -n 's/^[ ]*#[ ]*include[ ]*"\(.*\)".*/\1/p' "$file"); do
        path=$(realpath -m --relative-to=. "$(dirname "$file")/$header")
        case $path in
        programs/*) [ -f "$path" ] || complain "$file: there is no $path" ;;
        *) complain "$file: $header is not a program's own" ;;
        esac
    done
done
[ $seen -ge 20 ] || complain "only $seen files of programs seen: is this the source tree?"
grep -rnE 'wrmf_i_[a-z]' examples/*.c programs && complain "an inner function is used"
exit $failed

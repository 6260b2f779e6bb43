#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# text.sh SOURCE_ROOT: each source file has its SPDX line first (second, below a #!), no tabs, no
# blanks at line ends, no carriage returns, and ends with a line break. Its lines, and those of
# documents, tables included, have at most 100 columns; a column is a character, not a byte.
set -u
cd "$1" || exit 1
failed=0
seen=0

sources() {
    find include lib programs examples tests benchmarks cross pkgconfig docs scripts .ci \
        -type d -name __pycache__ -prune -o -type f \
        \( -name '*.[ch]' -o -name '*.cpp' -o -name '*.sh' -o -name '*.py' -o -name '*.map' \
        -o -name '*.awk' -o -name '*.in' -o -name '*.ini' -o -name 'meson.build' \
        -o -name 'CMakeLists.txt' -o -path 'benchmarks/*' -o -path 'scripts/*' \
        -o -path '.ci/*' \) -print 2>/dev/null
    ls meson.build meson_options.txt .clang-format .editorconfig
}

for file in $(sources | sort -u); do
    seen=$((seen + 1))
    if ! head -n 2 "$file" | grep -q 'SPDX-License-Identifier: BSD-2-Clause'; then
        echo "$file: no SPDX line at its top"
        failed=1
    fi
    if [ -n "$(tail -c 1 "$file")" ]; then
        echo "$file: no line break at its end"
        failed=1
    fi
done
if sources | sort -u | xargs grep -nP '\t|[ ]+$|\r' /dev/null; then
    echo "tabs, blanks at line ends or carriage returns in the lines above"
    failed=1
fi
# Characters that cannot be seen are zero-width ones, directional marks and no-break spaces.
if sources | sort -u | xargs grep -nP \
    '\xE2\x80[\x8B-\x8F\xAA-\xAE]|\xE2\x81[\xA6-\xA9]|\xEF\xBB\xBF|\xC2\xA0' /dev/null; then
    echo "invisible characters in the lines above"
    failed=1
fi
documents() {
    ls *.md
    find docs examples programs benchmarks tests lib -name '*.md' 2>/dev/null
}
# UTF-8 bytes other than the first of a character are no columns; in this locale awk sees bytes
if ! { sources; documents; } | sort -u | LC_ALL=C xargs awk '
        {
            line = $0
            gsub(/[\200-\277]/, "", line)
        }
        length(line) > 100 {
            print FILENAME ":" FNR ": " length(line) " columns"
            bad = 1
        }
        END { exit bad }'; then
    echo "lines of more than 100 columns, above"
    failed=1
fi
if [ $seen -lt 60 ]; then
    echo "only $seen files seen: is this the source tree?"
    failed=1
fi
exit $failed

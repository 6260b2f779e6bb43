#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# manual.sh BIN TOP: the manual page of each program has all options of --help, its sections, and
# no mistake that mandoc or man finds; -h is --help. The interval that they give for a number is the
# one that holds: its ends are taken, and what lies beyond is refused.
. "$(dirname "$0")/lib.sh"
served= sqlite= # a build without the libraries that they need lacks them
[ ! -x "$BIN/wrmf-serve" ] || served=serve
[ ! -x "$BIN/wrmf-sqlite" ] || sqlite=sqlite
for program in prepare train evaluate grow recommend similar walkthrough $served $sqlite; do
    expect 0 "$BIN/wrmf-$program" --help
    mv out help
    expect 0 "$BIN/wrmf-$program" -h
    cmp help out || fail "-h is not --help"
    page=wrmf-$program.1
    expect 0 "$BIN/wrmf-$program" --help-man
    mv out "$page"
    cmp "$page" "$BIN/$page" || fail "the page that was built is another"
    forms=$(grep -cE "^(Usage:|      ) wrmf-$program " help)
    [ "$(grep -c "^.B wrmf.-$program\$" "$page")" -eq "$forms" ] ||
        fail "$page has not all ways to call the program"
    for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
        has "$page" "^.SH $section\$"
    done
    sed -n 's/^  \(-[a-z], \)\{0,1\}--\([a-z0-9-]*\).*/\2/p' help >options
    [ "$(wc -l <options)" -ge 8 ] || fail "the options of wrmf-$program are not found in --help"
    while read -r option; do
        grep -qF "\\fB\\-\\-$(echo "$option" | sed 's/-/\\-/g')\\fR" "$page" ||
            fail "$page has no --$option"
    done <options
    # the interval stands behind the text of the option
    awk '/^  (-[a-z], )?--/ {option = $1 ~ /,$/ ? $2 : $1}
        match($0, /\[[0-9]+ \.\. [0-9]+\]$/) {
            print option, substr($0, RSTART + 1, RLENGTH - 2)
        }' help >intervals
    [ "$(wc -l <intervals)" -ge 4 ] || fail "--help of wrmf-$program gives no intervals"
    while read -r option low dots high; do
        has "$page" "^\[$low $dots $high\]\$"
        expect 0 "$BIN/wrmf-$program" "$option=$low" "$option=$high" --version
        for beyond in $((low - 1)) $((high + 1)); do
            expect 2 "$BIN/wrmf-$program" "$option" "$beyond" --version
            has err " in $low $dots $high\$"
        done
    done <intervals
    if command -v mandoc >/dev/null 2>&1; then
        mandoc -Tlint -W warning "$page" >lint || { cat lint; fail "mandoc warns of $page"; }
    elif man --version 2>/dev/null | grep -q '^man '; then
        man --warnings -l -Tutf8 -P cat "./$page" >shown 2>lint
        [ ! -s lint ] || { cat lint; fail "man warns of $page"; }
    fi
done
echo "manual: all as expected"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# names.sh SOURCE_ROOT: functions, constants, files and folders that headers and documents speak
# of exist. A document is easily left behind by a name that has changed.
set -u
cd "$1" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
LC_ALL=C
export LC_ALL

documents=$(
    ls include/wrmf/*.h
    find . -maxdepth 1 -name '*.md'
    find docs examples programs benchmarks tests lib -name '*.md'
)

# wrmf_name( is a function; wrmf_x_free() in types.h and wrmf_noun_verb stand for many
grep -ohE '\bwrmf_[a-z0-9_]+\(' $documents | tr -d '(' | sort -u |
    grep -vE '^wrmf_x_|^wrmf_noun_' >"$work/mentioned"
{
    grep -v '^#' tests/abi/symbols.txt
    grep -rhoE '\bwrmf_i_[a-z0-9_]+\(' lib | tr -d '('
} | sort -u >"$work/known"
comm -23 "$work/mentioned" "$work/known" >"$work/unknown"

grep -ohE '\bWRMF_[A-Z0-9_]+' $documents | sort -u >"$work/mentioned"
grep -rohE '\bWRMF_[A-Z0-9_]+' include lib tests scripts .ci meson.build meson_options.txt \
    2>/dev/null | sed 's/.*://' | sort -u >"$work/known"
grep -v -e '_$' -e '^WRMF_NOUN_' "$work/mentioned" | comm -23 - "$work/known" >>"$work/unknown"

# Paths from the top folder, and headers as programs include them. What happened to a file is told
# in CHANGELOG.md, so that it may speak of files that are gone; docs/html is built; X stands for
# any name.
folders='lib|include|docs|tests|benchmarks|examples|programs|scripts|cross|pkgconfig'
grep -ohE "(^|[ \`(])(($folders)/[A-Za-z0-9_./*-]+|wrmf/[a-z0-9_]+\.h)" \
    $(echo "$documents" | grep -v CHANGELOG.md) | tr -d ' `(' | sed 's/[.]*$//' | sort -u |
    grep -vxE 'docs/html.*|.*/X\.[ch]' | while read -r path; do
        case $path in wrmf/*) path=include/$path ;; esac
        # shellcheck disable=SC2086
        ls -d $path >/dev/null 2>&1 || echo "$path"
    done | sed 's|^include/wrmf/|wrmf/|' >>"$work/unknown"

if [ -s "$work/unknown" ]; then
    while read -r name; do
        grep -nF "$name" $documents
    done <"$work/unknown"
    echo "the names above do not exist"
    exit 1
fi

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# make-packages.sh [OUTPUT]: which Debian package declares which dependency.
#
# Reads the package lists that apt keeps (run `apt-get update` first) and writes
# a gzip file, ./packages.psv.gz unless named, of lines
#
#     package|dependency|the dependency's description
#
# Dependencies are those of Depends and Recommends: without version and
# architecture; of alternatives, the first that is a package of this archive.
# Left out, for they say little about taste:
#   - dependencies on a package of the same source;
#   - dependencies that more than one package in MOST has (libc6 and its like);
#   - packages of the sections debug, oldlibs, tasks and metapackages;
# and, to stay below 1 MiB, dependencies that fewer than FEW packages have and
# packages with fewer than FEW dependencies. The same lists give the same bytes.
set -eu
LC_ALL=C
export LC_ALL
MOST=25
FEW=4

out=${1:-packages.psv.gz}
list=$(mktemp)
trap 'rm -f "$list"' EXIT

apt-cache dumpavail > "$list"
if ! [ -s "$list" ]; then
    echo "make-packages.sh: apt has no package lists; run apt-get update" >&2
    exit 1
fi

awk -v most="$MOST" -v few="$FEW" '
    # ---- a stanza a package; first pass: what packages there are ----
    BEGIN { FS = ": " }
    /^Package: /     { package = $2; source[package] = $2 }
    /^Source: /      { split($2, part, " "); source[package] = part[1] }
    /^Section: /     { n = split($2, part, "/"); section[package] = part[n] }
    /^Description: / { description[package] = substr($0, 14) }
    /^Depends: /     { depends[package] = substr($0, 10) }
    /^Recommends: /  { recommends[package] = substr($0, 13) }

    # the first alternative that is a package, or ""
    function first_real(text,    n, i, alternative, name) {
        n = split(text, alternative, "|")
        for (i = 1; i <= n; i++) {
            name = alternative[i]
            sub(/^ +/, "", name)
            sub(/[ :(\[].*$/, "", name)
            if (name in description)
                return name
        }
        return ""
    }

    function quoted(text) {
        if (text !~ /[|"]/)
            return text
        gsub(/"/, "\"\"", text)
        return "\"" text "\""
    }

    # ---- then: who depends on whom ----
    END {
        for (package in description) {
            if (section[package] ~ /^(debug|oldlibs|tasks|metapackages)$/)
                continue
            packages++
            n = split(depends[package] "," recommends[package], field, ",")
            for (i = 1; i <= n; i++) {
                name = first_real(field[i])
                if (name == "" || source[name] == source[package])
                    continue
                if ((package, name) in pair)
                    continue
                pair[package, name] = 1
                users[name]++
                items[package]++
            }
        }
        for (key in pair) {
            split(key, part, SUBSEP)
            if (users[part[2]] * most <= packages && users[part[2]] >= few && items[part[1]] >= few)
                print part[1] "|" part[2] "|" quoted(description[part[2]])
        }
    }
' "$list" | sort -t '|' -k 2,2 -k 1,1 |
    { echo 'package|dependency|description'; cat; } | gzip -9n > "$out"

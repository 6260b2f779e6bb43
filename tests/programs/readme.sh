#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# readme.sh TOP: the C of README.md is the file that the line above it names, to the byte; and
# tests/fresh, which runs the page's commands on a new machine, takes it.
set -eu
cd "$1"
file=$(awk -F '`' '/^```c$/ {print name; exit} NF >= 3 {name = $2}' README.md)
[ -f "$file" ] || { echo "README.md names no file above its C: \"$file\""; exit 1; }
awk '/^```c$/ {on = 1; next} /^```$/ {on = 0} on' README.md | diff - "$file"
awk -f tests/fresh/readme.awk README.md >/dev/null

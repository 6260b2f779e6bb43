#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# readme.sh TOP: the C of README.md is examples/quickstart.c, to the byte.
set -eu
awk '/^```c$/ {on = 1; next} /^```$/ {on = 0} on' "$1/README.md" | diff - "$1/examples/quickstart.c"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# likes.sh BIN TOP: wrmf-prepare finds the figures in likes.psv.gz that an independent
# implementation found.
. "$(dirname "$0")/lib.sh"
[ -n "${WRMF_DATA_DIR:-}" ] && [ -f "$WRMF_DATA_DIR/likes.psv.gz" ] || exit 77
expect 0 "$BIN/wrmf-prepare" "$WRMF_DATA_DIR/likes.psv.gz" --user uid --item mid \
    --name modelname --out p
for figure in 912860 155 48871 9986 889278 39289 9691 7857; do
    grep -qE "[^0-9]$figure([^0-9]|\$)" p/summary.json || { cat p/summary.json; fail "no $figure"; }
done
[ "$(wc -l <p/heldout-users.txt)" -eq 7857 ] || fail "not 7857 held-out users"
echo "likes: the figures agree"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# interrupt.sh BIN TOP: a fit that a signal stops keeps its whole epochs, says so and is continued;
# 4 epochs and 6 more are 10, bit for bit; a grid says how much is done and goes on.
. "$(dirname "$0")/lib.sh"
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" $few_packages --out prepared --holdout 0
train() { "$BIN/wrmf-train" prepared/train.mtx --quiet "$@"; }
new() { train --ids prepared --set factors=4 "$@"; }

expect 0 new --set iterations=10 --out ten --threads 2
expect 0 new --set iterations=4 --out four --threads 2
cp four six
expect 0 train --continue four --set iterations=6 --out both --threads 1
cmp ten both || fail "4 epochs and 6 more are not 10"
cmp four six || fail "--out leaves the model that is continued as it was"
expect 0 train --continue six --set iterations=6 --ids prepared --threads 2
cmp ten six || fail "without --out the model is replaced"
expect 1 train --continue four
has err 'four has the 4 epochs'
expect 2 train --continue four --set alpha=3
has err 'alpha'
expect 1 train --continue nowhere --set iterations=1
mkdir other && cp prepared/items.txt other
sed '1s/^/x/' prepared/users.txt >other/users.txt
expect 1 train --continue four --set iterations=1 --ids other
has err 'not the ids of four'

# stopped SIGNAL STATUS SECONDS COMMAND...: after the seconds the command ends by the signal.
stopped() {
    signal=$1 wanted=$2 seconds=$3
    shift 3
    timeout --preserve-status -s "$signal" -k 100 "$seconds" "$@" >out 2>err
    status=$?
    [ "$status" -eq "$wanted" ] || { cat out err; fail "status $status, not $wanted: $*"; }
}
longer() { seconds=$(awk "BEGIN {print 2 * $seconds}"); }
# A shell in the background ignores SIGINT, and so do its children.
interrupt=INT number=130
if sh -c 'kill -INT $$; exit 0'; then interrupt=TERM number=143; fi
# The time until the first epoch is done depends on the machine.
seconds=0.3
until [ -e long ]; do
    stopped $interrupt $number $seconds "$BIN/wrmf-train" prepared/train.mtx --set factors=4 \
        --set iterations=1000000 --out long
    longer
done
has err 'of 1,000,000 epochs done, long has them; --continue long goes on'
done=$(sed -n 's/.*SIG[A-Z]*: \([0-9,]*\) of.*/\1/p' err | tr -d ,)
expect 0 "$BIN/wrmf-train" prepared/train.mtx --set factors=4 --set iterations="$done" --out whole
expect 0 "$BIN/wrmf-similar" long --item 7 --json
mv out long.json
expect 0 "$BIN/wrmf-similar" whole --item 7 --json
cmp long.json out || fail "what is kept are not the whole epochs"

grid() {
    # shellcheck disable=SC2086
    stopped TERM 143 "$1" "$BIN/wrmf-walkthrough" $few_packages --out report --epochs 1,2 \
        --grid "factors=4,6,8,10,12,14,16 alpha=1,2,3,4,5,6,7,8,9 regularization=1,2,3,4,5,6,7,8,9"
    had=$(sed -n 's/.*SIGTERM: \([0-9]*\) of 567 done; the same command goes on.*/\1/p' err)
}
seconds=0.3 had=0
until [ "${had:-0}" -gt 0 ]; do
    grid $seconds
    longer
done
[ "$(wc -l <report/grid.journal)" -eq $((had + 1)) ] || fail "the journal has not the $had"
before=$had
seconds=0.3
until [ "${had:-0}" -gt "$before" ]; do
    grid $seconds
    longer
done
echo "interrupt: all as expected"

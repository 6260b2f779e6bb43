#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# checkpoint.sh BIN TOP: wrmf-train that is killed at random times ends, resumed, with the bits of
# the run that nobody killed; a checkpoint of other data or parameters is refused, and one that
# cannot be written leaves what is there.
. "$(dirname "$0")/lib.sh"
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" $few_packages --out prepared --holdout 0
train() { "$BIN/wrmf-train" prepared/train.mtx --ids prepared --quiet --threads 2 "$@"; }
fit() { train --set factors=8 --set iterations=25 --checkpoint-every 1 "$@"; }

expect 0 train --set factors=8 --set iterations=25 --out whole
expect 0 fit --checkpoint ck --out same
cmp whole same || fail "checkpoints change the model"
[ ! -e ck ] || fail "the checkpoint stays behind the model"


# a model to be mapped is the same model
item=$(head -n 1 prepared/items.txt | cut -f 1)
expect 0 train --set factors=8 --set iterations=25 --out mappable --mappable
[ "$(wc -c <mappable)" -gt "$(wc -c <whole)" ] || fail "rows of 8 numbers are not padded to 16"
expect 0 "$BIN/wrmf-similar" whole --item "$item" --n 20
cp out wanted
expect 0 "$BIN/wrmf-similar" mappable --item "$item" --n 20
cmp wanted out || fail "a model to be mapped has other lists"

# The time that a run takes gives those at which it is killed.
kills=0 rounds=0 seconds=0.03
while [ "$kills" -lt "${WRMF_TEST_KILLS:-4}" ] && [ "$rounds" -lt 100 ]; do
    rounds=$((rounds + 1)) ended=0
    rm -f killed
    while [ "$ended" -eq 0 ]; do
        # the shell's own word on what it killed is of no use
        { timeout -s KILL "$seconds" "$BIN/wrmf-train" prepared/train.mtx --ids prepared --quiet \
            --threads 2 --set factors=8 --set iterations=25 --checkpoint-every 1 --checkpoint ck \
            --resume --out killed; } >out 2>err
        status=$?
        case $status in
        0) ended=1 ;;
        137) kills=$((kills + 1)) ;;
        *) cat out err; fail "status $status of a run that was to be killed" ;;
        esac
        seconds=$(awk "BEGIN {
            srand($rounds * 1000 + $kills)
            print $seconds * (0.7 + 0.8 * rand())
        }")
    done
    cmp whole killed || fail "resumed after $kills kills it is another model"
    [ ! -e ck ] || fail "the checkpoint stays behind the model"
    seconds=$(awk "BEGIN {print $seconds / 3}")
done

# ---- a file of something else is neither replaced nor removed ----
echo mine >notes
expect 1 fit --checkpoint notes --out other.model
has err 'notes is no checkpoint'
[ "$(cat notes)" = mine ] || fail "a file that is no checkpoint is lost"
cp whole model
expect 1 fit --checkpoint model --out other.model
cmp whole model || fail "a model that is no checkpoint is lost"

# what a checkpoint is of
expect 0 fit --checkpoint ck --resume --out again # there is none: it begins
cmp whole again || fail "--resume without a checkpoint is a fit"
seconds=0.1
until [ -e ck ]; do
    timeout -s KILL "$seconds" "$BIN/wrmf-train" prepared/train.mtx --quiet --set factors=8 \
        --set iterations=1000000 --checkpoint ck --checkpoint-every 0s --out none >out 2>err
    seconds=$(awk "BEGIN {print 2 * $seconds}")
done
cp ck kept
expect 1 fit --checkpoint ck --resume --out other
has err 'ck is the checkpoint of a fit with iterations=1000000, not 25'
expect 1 train --set factors=9 --set iterations=1000000 --checkpoint ck --resume --out other
has err 'factors=8, not 9'
"$BIN/wrmf-prepare" "$TOP/examples/data/packages.psv.gz" --user dependency --item package \
    --out other --holdout 0 >out 2>err || fail "prepare"
expect 1 "$BIN/wrmf-train" other/train.mtx --set factors=8 --checkpoint ck --resume --out model
has err 'another matrix'
cp whole ck
expect 1 fit --checkpoint ck --resume --out other.model
has err 'no checkpoint'
cp kept ck
expect 1 fit --checkpoint nowhere/ck --out other.model
has err 'nowhere/ck'
cmp kept ck || fail "a refused run leaves the checkpoint"

# it is a model as any: --continue goes on from it
expect 0 "$BIN/wrmf-similar" ck --item 7
expect 2 train --continue whole --checkpoint ck --resume
has err '--continue ck'
expect 2 train --resume --out x
expect 2 train --checkpoint-every 3 --out x
expect 2 train --checkpoint x --out x
expect 2 train --checkpoint - --out x
for every in x 0 1.5 -1s s 1e999s ''; do
    expect 2 train --checkpoint ck --checkpoint-every "$every" --out x
done
[ -z "$(find . -name '.wrmf*')" ] || fail "temporary files are left"
echo "checkpoint: all as expected"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# pipeline.sh BIN TOP: wrmf-prepare, -train, -evaluate, -recommend and -similar run on the bundled
# data, one on the files of another; and they report errors.
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" $packages --out prepared --seed 1
for file in train.mtx test.mtx users.txt items.txt heldout-users.txt summary.json; do
    [ -s "prepared/$file" ] || fail "no prepared/$file"
done
[ "$(head -c 14 prepared/train.mtx)" = '%%MatrixMarket' ] || fail "train.mtx has no banner"
# users.txt has a line for each row of the matrix, items.txt one for each column
set -- $(grep -v '^%' prepared/train.mtx | head -n 1)
[ "$(wc -l <prepared/users.txt)" -eq "$1" ] || fail "users.txt does not fit"
[ "$(wc -l <prepared/items.txt)" -eq "$2" ] || fail "items.txt does not fit"
set -- $(grep -v '^%' prepared/test.mtx | head -n 1)
[ "$3" -eq $((5 * $(wc -l <prepared/heldout-users.txt))) ] || fail "five items a held-out user"

expect 0 "$BIN/wrmf-train" prepared/train.mtx --ids prepared --set factors=16 --set alpha=10 \
    --set iterations=5 --out model.safetensors --objective --threads 2
has out '[0-9]'
expect 0 "$BIN/wrmf-train" prepared/train.mtx --ids prepared --set factors=16 --set alpha=10 \
    --set iterations=5 --out again.safetensors --threads 1
cmp model.safetensors again.safetensors || fail "one thread gives other bits than two"

expect 0 "$BIN/wrmf-evaluate" model.safetensors --test prepared/test.mtx \
    --train prepared/train.mtx --users prepared/heldout-users.txt --k 5,10
has out precision
expect 0 "$BIN/wrmf-evaluate" model.safetensors --test prepared/test.mtx --exclude none --k 5 --json
has out '"precision'
user=$(sed -n 3p prepared/users.txt)
expect 0 "$BIN/wrmf-recommend" model.safetensors --user "$user" --n 7 --train prepared/train.mtx
[ "$(grep -c . out)" -ge 7 ] || fail "fewer than 7 recommendations"
item=$(sed -n 2p prepared/items.txt | cut -f 1)
expect 0 "$BIN/wrmf-similar" model.safetensors --item "$item" --n 5
has out "$item"

# The status is 2 for bad usage and 1 for what cannot be done; the message names the place.
for program in prepare train evaluate recommend similar walkthrough; do
    expect 0 "$BIN/wrmf-$program" --help
    has out Usage
    expect 2 "$BIN/wrmf-$program" --no-such-option
    [ -s err ] || fail "wrmf-$program says nothing on standard error"
    expect 2 "$BIN/wrmf-$program"
done
expect 1 "$BIN/wrmf-prepare" nowhere.psv --user a --item b --out p
has err nowhere.psv
printf 'u,i\na,b\nc\n' >bad.csv
expect 1 "$BIN/wrmf-prepare" bad.csv --user u --item i --out p
has err 'bad.csv:3'
expect 1 "$BIN/wrmf-prepare" bad.csv --user x --item i --out p
printf 'u,i\na,b\nc,d\n' >few.csv
expect 1 "$BIN/wrmf-prepare" few.csv --user u --item i --min-per-user 1 --min-per-item 1 \
    --fraction 0.5 --out p
expect 1 "$BIN/wrmf-similar" model.safetensors --item no-such-item
has err no-such-item
expect 1 "$BIN/wrmf-recommend" model.safetensors --user no-such-user
head -c 5000 model.safetensors >cut.safetensors
expect 1 "$BIN/wrmf-similar" cut.safetensors --item "$item"
has err cut.safetensors
echo "pipeline: all as expected"

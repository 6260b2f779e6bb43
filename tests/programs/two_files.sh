#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# two_files.sh BIN TOP: train and test come as two files, or a file comes later: they are numbered
# by the same ids, and matrices of other people never meet a model, though their shapes agree.
. "$(dirname "$0")/lib.sh"
columns="--user u --item i --min-per-user 1 --min-per-item 1"
prepare() { "$BIN/wrmf-prepare" "$@"; }
body() { grep -v '^%' "$1" | tail -n +2; } # the entries of a matrix

printf 'u,i\na,x\na,y\nb,y\nb,z\nc,x\nc,z\n' >train.csv
# c comes first, item w and user q are new, (a, x) is in train.csv too, (b, x) comes twice
printf 'u,i\nc,y\nb,x\nq,x\na,w\na,x\nb,x\n' >test.csv

# shellcheck disable=SC2086
{
expect 0 prepare train.csv $columns --test test.csv --out p
has out '1 user and 1 item are not known; 2 of 5 interactions dropped'
has out '1 of them in train.csv as well'
printf '1 1\n2 1\n3 2\n' >wanted
body p/test.mtx | cmp - wanted || fail "test.mtx has other pairs"
[ "$(grep -v '^%' p/test.mtx | head -n 1)" = "3 3 3" ] || fail "test.mtx has another shape"
printf '0\n1\n2\n' | cmp - p/heldout-users.txt || fail "heldout-users.txt"
for figure in '"unknown_users": 1' '"unknown_items": 1' '"unknown_interactions": 2' \
    '"in_train": 1' '"test_interactions": 3'; do
    has p/summary.json "$figure"
done
expect 0 "$BIN/wrmf-train" p/train.mtx --ids p --set factors=2 --out m
expect 0 "$BIN/wrmf-evaluate" m --test p/test.mtx --train p/train.mtx --users p/heldout-users.txt \
    --k 1

# users that thinning drops are not known either; refuse says so and writes nothing
printf 'd,x\n' >>train.csv
printf 'd,y\n' >>test.csv
expect 0 prepare train.csv --user u --item i --min-per-user 2 --min-per-item 2 --test test.csv \
    --out p2
has out '2 users and 1 item are not known; 3 of 6'
expect 1 prepare train.csv $columns --test test.csv --unknown refuse --out p3
has err "the first is the user 'q'"
[ ! -e p3 ] || fail "a refused test leaves a folder"
expect 1 prepare train.csv $columns --test nowhere.csv --out p3
has err nowhere.csv
expect 2 prepare train.csv $columns --test test.csv --holdout 1 --out p3
expect 0 prepare train.csv $columns --test test.csv --holdout 0 --out p3
expect 2 prepare train.csv $columns --test test.csv --unknown what --out p3
printf 'u,i\nq,w\n' >strangers.csv
expect 1 prepare train.csv $columns --test strangers.csv --out p3
has err 'known user and a known item'

# a file by the ids of a folder: sizes and ids are the folder's, even with what has no interaction
expect 0 prepare test.csv $columns --ids p --out later
body later/train.mtx | cmp - wanted || fail "--ids numbers otherwise"
cmp p/users.txt later/users.txt && cmp p/items.txt later/items.txt || fail "--ids gives other ids"
expect 0 "$BIN/wrmf-evaluate" m --test later/train.mtx --train p/train.mtx --k 1
expect 1 prepare test.csv $columns --ids p --unknown refuse --out refused
expect 0 prepare train.csv $columns --ids p --test test.csv --out both
cmp both/test.mtx p/test.mtx || fail "--ids with --test"
printf 'u,i\na,x\na,y\nb,x\n' >thin.csv
expect 0 prepare thin.csv --user u --item i --min-per-user 2 --ids p --out thin
printf '1 1\n1 2\n' >wanted
body thin/train.mtx | cmp - wanted || fail "--min-per-user with --ids"
[ "$(grep -v '^%' thin/train.mtx | head -n 1)" = "3 3 2" ] || fail "thinning drops known ids"
# the folder of the ids is an input: it is not replaced, by whatever name
expect 2 prepare test.csv $columns --ids p --out p
ln -s p link
expect 2 prepare test.csv $columns --ids p --out link
has err 'is an input'

# the same shape, the same names, another order: other people
printf 'u,i\nc,z\nc,x\nb,y\nb,z\na,x\na,y\n' >other.csv
expect 0 prepare other.csv $columns --test test.csv --out other
}
cp other/test.mtx moved.mtx
refuse() {
    expect 1 "$@"
    has err 'are not those of'
}
refuse "$BIN/wrmf-evaluate" m --test other/test.mtx
refuse "$BIN/wrmf-evaluate" m --test moved.mtx
refuse "$BIN/wrmf-evaluate" m --test p/test.mtx --train other/train.mtx
refuse "$BIN/wrmf-evaluate" m --test p/test.mtx --users other/heldout-users.txt
refuse "$BIN/wrmf-recommend" m --user a --train other/train.mtx
refuse "$BIN/wrmf-train" other/train.mtx --ids p --out m2
refuse "$BIN/wrmf-train" other/train.mtx --continue m --set iterations=1 --out m2
[ ! -e m2 ] || fail "a refused training leaves a model"
gzip -c moved.mtx >moved.mtx.gz
refuse "$BIN/wrmf-evaluate" m --test moved.mtx.gz
# a model without ids knows whose it is, too
expect 0 "$BIN/wrmf-train" p/train.mtx --set factors=2 --out bare
refuse "$BIN/wrmf-evaluate" bare --test moved.mtx
expect 0 "$BIN/wrmf-evaluate" bare --test p/test.mtx
# a matrix that says nothing of its ids is accepted by its shape
grep -v '^%wrmf' moved.mtx >own.mtx
expect 0 "$BIN/wrmf-evaluate" m --test own.mtx --k 1
printf '%%%%MatrixMarket matrix coordinate pattern general\n2 3 1\n1 1\n' >small.mtx
expect 1 "$BIN/wrmf-evaluate" m --test small.mtx
echo "two_files: all as expected"

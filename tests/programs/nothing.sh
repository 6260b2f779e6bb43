#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# nothing.sh BIN TOP: where nothing can be measured or ranked, the programs say why, with status 1,
# and print no zeros by index and no nan.
. "$(dirname "$0")/lib.sh"
market() { printf '%%%%MatrixMarket matrix coordinate pattern general\n'; cat; }
train() { "$BIN/wrmf-train" "$@" --set factors=2; }
# nothing STATUS WORDS COMMAND...
nothing() {
    wanted_status=$1 words=$2
    shift 2
    expect "$wanted_status" "$@"
    has err "$words"
    ! grep -q nan out || { cat out; fail "nan: $*"; }
}
# users 0 .. 3 and items 0 .. 3, of which user 3 and item 3 have no interaction
printf '4 4 6\n1 1\n1 2\n2 2\n2 3\n3 1\n3 3\n' | market >train.mtx
printf '4 4 2\n1 3\n4 1\n' | market >test.mtx
printf '4 4 1\n4 1\n' | market >stranger.mtx
printf '4 4 0\n' | market >empty.mtx
printf '4 4 4\n1 1\n1 2\n1 3\n1 4\n' | market >all.mtx
expect 0 train train.mtx --out model
expect 0 train train.mtx --set regularization=1e30 --set iterations=3 --out zero
has err 'zero everywhere'

nothing 1 'nothing can be fitted' train empty.mtx --out none
[ ! -e none ] || fail "a model of nothing"

nothing 1 'had no interactions' "$BIN/wrmf-recommend" model --user 3
[ ! -s out ] || fail "a list for a user without interactions"
{
    printf '%%%%MatrixMarket matrix coordinate integer general\n%%wrmf dislikes\n'
    printf '2 2 3\n1 1 -1\n2 1 1\n2 2 1\n'
} >disliked.mtx
expect 0 train disliked.mtx --set negative_counts=dislike --out disliked
nothing 1 'dislikes alone in disliked.mtx' "$BIN/wrmf-recommend" disliked --train disliked.mtx \
    --user 0
nothing 1 'zero everywhere' "$BIN/wrmf-recommend" zero --user 0
[ ! -s out ] || fail "a list by a model of zeros"
nothing 1 'nothing is left' "$BIN/wrmf-recommend" model --user 0 --train all.mtx
nothing 1 "user '3'" "$BIN/wrmf-recommend" model --user 0 --user 3
has out '^user 0$'
expect 0 "$BIN/wrmf-recommend" model --user 0

nothing 1 'had no interactions' "$BIN/wrmf-similar" model --item 3
[ ! -s out ] || fail "a list for an item without interactions"
nothing 1 'had no interactions' "$BIN/wrmf-similar" model --item 3 --dot --json
nothing 1 'zero everywhere' "$BIN/wrmf-similar" zero --item 0
expect 0 "$BIN/wrmf-similar" model --item 0

nothing 1 'nothing can be measured' "$BIN/wrmf-evaluate" model --test empty.mtx
nothing 1 'nothing can be measured' "$BIN/wrmf-evaluate" model --test empty.mtx --empty zero --json
[ ! -s out ] || fail "metrics of nothing"
echo 1 >users
nothing 1 'nothing can be measured' "$BIN/wrmf-evaluate" model --test test.mtx --users users
nothing 1 'nothing can be measured' "$BIN/wrmf-evaluate" zero --test test.mtx
nothing 1 'nothing can be measured' "$BIN/wrmf-evaluate" model --test stranger.mtx
nothing 1 'nothing can be measured' "$BIN/wrmf-evaluate" model --test train.mtx --train train.mtx
printf '4 4 2\n1 1\n1 3\n' | market >half.mtx
nothing 0 '1 of 2 interactions in half.mtx are in train.mtx' "$BIN/wrmf-evaluate" model \
    --test half.mtx --train train.mtx
nothing 0 '1 of 2 users' "$BIN/wrmf-evaluate" model --test test.mtx

printf 'u,i\na,x\na,y\nb,y\nb,z\n' >two.csv
nothing 1 'zero everywhere' "$BIN/wrmf-walkthrough" two.csv --user u --item i --min-per-user 1 \
    --min-per-item 1 --holdout 1 --fraction 1 --epochs 2 --out w \
    --grid "factors=2 regularization=1e30"
[ ! -e w/report.html ] || fail "a report of a model of zeros"
nothing 1 'holds out none' "$BIN/wrmf-prepare" two.csv --user u --item i --min-per-user 1 \
    --min-per-item 1 --holdout 1 --out p
[ ! -e p ] || fail "a folder with a test of nothing"
echo "nothing: all as expected"

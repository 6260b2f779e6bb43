#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# strong.sh BIN TOP: whole users are held out, here or in files of their own, part of what they have
# is folded in, and the rest is to be predicted; and ids that the training file lacks are kept.
. "$(dirname "$0")/lib.sh"
body() { grep -v '^%' "$1" | tail -n +2; } # the entries of a matrix
size() { grep -v '^%' "$1" | head -n 1; }

# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" $packages --holdout-users 0.1 --seed 1 --out s
[ "$(wc -l <s/given-users.txt)" -eq 840 ] || fail "not a tenth of 8,406 users"
sort s/users.txt s/given-users.txt | uniq -d | grep . && fail "a user is on both sides"
[ "$(json s/summary.json train_interactions)" -lt 81113 ] || fail "nothing was held out"
sum=$(($(json s/summary.json train_interactions) + $(json s/summary.json given_interactions)))
sum=$((sum + $(json s/summary.json test_interactions) + $(json s/summary.json unseen_interactions)))
[ "$sum" -eq 81113 ] || fail "the parts are $sum interactions"
expect 0 "$BIN/wrmf-train" s/train.mtx --ids s --set factors=16 --out m
measure="$BIN/wrmf-evaluate m --given s/given.mtx"
# shellcheck disable=SC2086
{
expect 0 $measure --test s/test.mtx --users s/heldout-users.txt --k 10 --json
has out '"exclude": "given"'
[ "$(json out counted)" -eq 840 ] || fail "not all are counted"
cp out first
expect 0 $measure --test s/test.mtx --k 10 --json --threads 1
cmp out first || fail "threads, or the list of all users, matter"
expect 0 $measure --test s/test.mtx --train s/train.mtx --baselines --resamples 9 --k 10
has out 'less 1'
# nothing is left out
expect 0 $measure --test s/test.mtx --exclude none --k 10
has out 'exclude none'
# the same seed parts alike, another otherwise; N is a number of users
expect 0 "$BIN/wrmf-prepare" $packages --holdout-users 0.1 --seed 1 --out again
cmp s/test.mtx again/test.mtx || fail "the same seed gives another split"
expect 0 "$BIN/wrmf-prepare" $packages --holdout-users 77 --share 0.5 --seed 2 --out other
[ "$(wc -l <other/given-users.txt)" -eq 77 ] || fail "not 77 users"
# users of one folder are not those of another, nor those of the model
expect 1 "$BIN/wrmf-evaluate" m --test s/test.mtx
has err 'are not those of m, though the items are\..* by --given '
expect 1 "$BIN/wrmf-evaluate" m --test s/test.mtx --given s/train.mtx
expect 1 $measure --test other/test.mtx
expect 2 $measure --test s/test.mtx --train s/train.mtx --exclude train
expect 2 "$BIN/wrmf-evaluate" m --test s/test.mtx --exclude given
for wrong in '--holdout-users 1.5' '--holdout-users 5 --holdout 5' '--holdout-users 5 --share 1' \
    '--holdout-users 5 --fraction 0.5' '--holdout-users 5 --share-of all'; do
    expect 2 "$BIN/wrmf-prepare" $packages $wrong --out p
done
expect 1 "$BIN/wrmf-prepare" $packages --holdout-users 800 --share 0.01 --out p
has err 'lower --holdout-users'
expect 1 "$BIN/wrmf-prepare" $packages --holdout-users 8407 --out p
has err 'there are 8,406 users'

# where all users are held out, or all that they have is theirs alone, nothing can be measured
# shellcheck disable=SC2086
expect 2 "$BIN/wrmf-prepare" $packages --holdout-users 0 --share 0.2 --out p
has err '--holdout-users 0 holds out nothing'
printf 'a,x\na,y\nb,z\nb,w\n' >apart.csv
columns="--header no --user 1 --item 2 --min-per-user 0 --min-per-item 0"
expect 1 "$BIN/wrmf-prepare" apart.csv $columns --holdout-users 1 --share 0.5 --out p
has err 'the test has only items that no other user has'
expect 1 "$BIN/wrmf-prepare" apart.csv $columns --holdout-users 2 --share 0.5 --out p
has err '--holdout-users 2 holds out all users: none is left for a model'

# three files without a header; w is an item that no train user has
printf 'a\tx\na\ty\nb\ty\nb\tz\nc\tx\nc\tz\n' >train.tsv
printf 'q\tx\nr\ty\nr\tw\n' >given.tsv
printf 'r\tz\nq\ty\nq\tw\n' >test.tsv
columns="--header no --user 1 --item 2 --min-per-user 0 --min-per-item 0"
expect 0 "$BIN/wrmf-prepare" train.tsv $columns --given given.tsv --test test.tsv --out g
printf 'q\nr\n' | cmp - g/given-users.txt || fail "other users are given"
printf '1 1\n2 2\n' >wanted
body g/given.mtx | cmp - wanted || fail "something else is given"
printf '1 2\n2 3\n' >wanted
body g/test.mtx | cmp - wanted || fail "something else is tested"
expect 0 "$BIN/wrmf-train" g/train.mtx --ids g --set factors=2 --out gm
expect 0 "$BIN/wrmf-evaluate" gm --test g/test.mtx --given g/given.mtx --k 1 --json
[ "$(json out counted)" -eq 2 ] || fail "not both are counted"
expect 2 "$BIN/wrmf-prepare" train.tsv $columns --given given.tsv --out g2

# a user that is given and trained on is told
printf 'q\tx\nr\ty\nb\tz\n' >seen.tsv
expect 0 "$BIN/wrmf-prepare" train.tsv $columns --given seen.tsv --test test.tsv --out g2
has err 'seen.tsv: 1 of its 3 users is in train.tsv as well'

# what is kept is numbered behind the others, and nothing is lost
expect 0 "$BIN/wrmf-prepare" train.tsv $columns --given given.tsv --test test.tsv \
    --unknown keep --out k
[ "$(size k/test.mtx)" = "2 4 3" ] || fail "test.mtx is $(size k/test.mtx)"
[ "$(size k/train.mtx)" = "3 4 6" ] || fail "train.mtx is $(size k/train.mtx)"
expect 0 "$BIN/wrmf-train" k/train.mtx --ids k --set factors=2 --out km
expect 0 "$BIN/wrmf-evaluate" km --test k/test.mtx --given k/given.mtx --k 3
expect 0 "$BIN/wrmf-prepare" train.tsv $columns --test test.tsv --unknown keep --out k2
has out '2 users and 1 item are new, behind the others'
[ "$(size k2/train.mtx)" = "5 4 6" ] && [ "$(size k2/test.mtx)" = "5 4 3" ] || fail "sizes of keep"
expect 2 "$BIN/wrmf-prepare" train.tsv $columns --unknown keep --out k3

# candidates by ids are numbered as interactions; positive w and negative v are not known
printf '(a,z)\tx\tv\nb\tw\tx\ty\n' >c.tsv
expect 0 "$BIN/wrmf-prepare" train.tsv $columns --candidates c.tsv --out c
printf '0\t2\t0\n' | cmp - c/candidates.tsv || fail "candidates are numbered otherwise"
has err '1 line is left out'
has c/summary.json '"lost_users": 1, "lost_negatives": 1}'
expect 0 "$BIN/wrmf-prepare" train.tsv $columns --candidates c.tsv --test test.tsv --unknown keep \
    --out c2
printf '0\t2\t0\t3\n1\t4\t0\t1\n' | cmp - c2/candidates.tsv || fail "keep loses candidates"
[ "$(size c2/test.mtx)" = "$(size c2/train.mtx | sed 's/6$/3/')" ] || fail "keep gives two shapes"
# a line whose negatives are all unknown is left out: nothing is to rank it among
printf 'a\tz\tv\nb\tx\tz\tz\tv\n' >bare.tsv
expect 0 "$BIN/wrmf-prepare" train.tsv $columns --candidates bare.tsv --out b
printf '1\t0\t2\n' | cmp - b/candidates.tsv || fail "a positive among nothing stays"
has b/summary.json '"lost_users": 1, "lost_negatives": 1}'
has err '1 negative comes again in the same line, and counts once'
printf 'a\tz\tv\n' >bare.tsv
expect 1 "$BIN/wrmf-prepare" train.tsv $columns --candidates bare.tsv --out c3
has err 'no line of it has a user, a positive item and a negative one that are known'
expect 1 "$BIN/wrmf-prepare" train.tsv $columns --candidates c.tsv --unknown refuse --out c3
has err "items are not among the known ids, the first is 'v'"
expect 2 "$BIN/wrmf-prepare" train.tsv $columns --candidates c.tsv --holdout 1 --out c3
printf '(a,z)\tx\n(a,y)\tx\n' >twice.tsv
expect 1 "$BIN/wrmf-prepare" train.tsv $columns --candidates twice.tsv --out c3
has err 'twice.tsv:2:2: user a is in line 1 already'
expect 0 "$BIN/wrmf-train" c2/train.mtx --ids c2 --set factors=2 --out cm
expect 0 "$BIN/wrmf-evaluate" cm --candidates c2/candidates.tsv --k 1
expect 1 "$BIN/wrmf-evaluate" cm --candidates c/candidates.tsv --k 1
has err 'are not those of'
# numbers that may be meant for ids are told
printf '7\t1\n7\t0\n8\t1\n' >n.tsv
expect 0 "$BIN/wrmf-prepare" n.tsv $columns --holdout 0 --out n
expect 0 "$BIN/wrmf-train" n/train.mtx --ids n --set factors=2 --out nm
printf '1\t0\t1\n' >n.cand
expect 0 "$BIN/wrmf-evaluate" nm --candidates n.cand --k 1
has err 'its numbers are taken for indices'
}
echo "strong: all as expected"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# compare.sh BIN TOP: wrmf-evaluate with several models, intervals, and given candidates.
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" $few_packages --out prepared --seed 1
expect 0 "$BIN/wrmf-train" prepared/train.mtx --out a.st --set factors=16
expect 0 "$BIN/wrmf-train" prepared/train.mtx --out b.st --set factors=4
measure="$BIN/wrmf-evaluate a.st --train prepared/train.mtx --users prepared/heldout-users.txt"

# a model equals itself: no difference, whatever is drawn
# shellcheck disable=SC2086
expect 0 $measure --test prepared/test.mtx --k 5 --compare a.st --compare b.st --resamples 99
grep -E '^ +2 +[0-9]+\.[0-9]+ +.* 0\.00000 +0\.00000 \.\. 0\.00000 +1\.0000$' out >same ||
    fail "a model differs from itself"
[ "$(wc -l <same)" -eq 11 ] || fail "not every mean over users has a difference"
# sixteen factors are better than four, by more than chance: no draw of 99 is as far from 0
has out '^ *3 .*-0\.[0-9]* .* 0\.0100$'
cp out first
# shellcheck disable=SC2086
expect 0 $measure --test prepared/test.mtx --k 5 --compare a.st --compare b.st --resamples 99 \
    --threads 1
cmp out first || fail "threads matter"
# shellcheck disable=SC2086
expect 0 $measure --test prepared/test.mtx --k 5 --compare b.st --resamples 99 --json
has out '"difference": {"value": -0\.'
# shellcheck disable=SC2086
expect 0 $measure --test prepared/test.mtx --k 5 --intervals --resamples 99
has out '^ndcg@5 .* \.\. 0\.'

# which of several models has other sizes is told, where none has ids
for items in 4 5; do
    printf '%%%%MatrixMarket matrix coordinate pattern general\n3 %s 2\n1 1\n2 2\n' $items \
        >$items.mtx
    expect 0 "$BIN/wrmf-train" $items.mtx --set factors=2 --out $items.st
done
expect 1 "$BIN/wrmf-evaluate" 4.st --test 4.mtx --compare 4.st --compare 5.st
has err '--compare 5.st: the model is 3 x 5, 4.mtx 3 x 4'

# the baselines stand behind the models
# shellcheck disable=SC2086
expect 0 $measure --test prepared/test.mtx --k 5 --baselines --resamples 99
has out '^ 2  (most popular)$'
has out '^ 3  (item-to-item cosine)$'
# whose scores foretell no 0 and 1, and so have no error
grep -A 2 '^mse' out | sed '1d' >errors
[ "$(grep -cE '^ +[23] +-  -$' errors)" -eq 2 ] || { cat out; fail "a baseline has an mse"; }
expect 2 "$BIN/wrmf-evaluate" a.st --test prepared/test.mtx --baselines
has err '--baselines needs --train'

# candidates: of three items the positive is among the best three
user=$(head -n 1 prepared/heldout-users.txt)
# shellcheck disable=SC2046
set -- $(grep -v '^%' prepared/test.mtx | tail -n +2 |
    awk -v u="$user" '$1 == u + 1 { print $2 - 1 }')
printf '%s\t%s\t%s\t%s\t%s\n' \
    "$user" "$1" $(($1 + 1)) $(($1 + 2)) $(($1 + 2)) >candidates.tsv
expect 0 "$BIN/wrmf-evaluate" a.st --candidates candidates.tsv --k 1,3 --json
has out '"counted": 1,'
has out '"hit_rate@3": 1,'
has out '"exclude": "none",'
has err '1 negative comes again'
printf '%s\t1\t2\n%s\t1\tx\n' 1 2 >wrong.tsv
expect 1 "$BIN/wrmf-evaluate" a.st --candidates wrong.tsv
has err 'wrong.tsv:2:5: item is "x"'
expect 2 "$BIN/wrmf-evaluate" a.st --candidates wrong.tsv --test prepared/test.mtx
expect 2 "$BIN/wrmf-evaluate" a.st
has err '--test is needed'

# a share of each user's interactions, or of all, is held out
for of in each all; do
    # shellcheck disable=SC2086
    expect 0 "$BIN/wrmf-prepare" $few_packages --out "share_$of" --seed 1 --share 0.25 \
        --share-of $of
    train=$(json "share_$of/summary.json" train_interactions)
    test=$(json "share_$of/summary.json" test_interactions)
    most=$(((train + test) / 4))
    [ "$test" -le "$most" ] && [ "$test" -gt $((most / 2)) ] || fail "$test of $train are held out"
done
[ "$test" -eq "$most" ] || fail "$test, not $most, of all are held out"
# shellcheck disable=SC2086
expect 2 "$BIN/wrmf-prepare" $few_packages --out p --share 0.25 --holdout 5
# a share of all of them leaves nothing to fit
for of in each all; do
    # shellcheck disable=SC2086
    expect 1 "$BIN/wrmf-prepare" $few_packages --out p --share 1 --share-of $of
    has err '--share 1 holds out all interactions: none is left for a model'
done
# what would have no effect, or another one, is refused
# shellcheck disable=SC2086
expect 2 "$BIN/wrmf-prepare" $few_packages --out p --share 0
has err '--share 0 holds out nothing'
# shellcheck disable=SC2086
expect 2 "$BIN/wrmf-prepare" $few_packages --out p --share-of all
has err '--share-of needs --share'
# shellcheck disable=SC2086
expect 2 "$BIN/wrmf-prepare" $few_packages --out p --share 0.25 --fraction 0.5
has err '--fraction is of the users'
grep -q '"fraction"' share_all/summary.json && fail "a fraction that was not used is told"
# counts become weights: as many pairs, but those of what everybody has; the test keeps its counts
for weight in 'tfidf' 'bm25' 'bm25 --k1 1.2 --b 0.75 --documents users'; do
    # shellcheck disable=SC2086
    expect 0 "$BIN/wrmf-prepare" $few_packages --out weighed --seed 1 --weight $weight
    cmp -s weighed/test.mtx prepared/test.mtx || fail "the test is weighed, too"
    cmp -s weighed/train.mtx prepared/train.mtx && fail "nothing is weighed"
    expect 0 "$BIN/wrmf-train" weighed/train.mtx --out weighed.st --set confidence=plain \
        --set iterations=1
done
printf 'u,i\na,x\nb,x\n' >alike.csv
expect 1 "$BIN/wrmf-prepare" alike.csv --user u --item i --min-per-user 0 --min-per-item 0 \
    --holdout 0 --weight tfidf --documents users --out p
has err 'no weight is above 0: none is left for a model'
grep -q '"k1": 1.2,' weighed/summary.json || fail 'k1 is not told'
# shellcheck disable=SC2086
expect 2 "$BIN/wrmf-prepare" $few_packages --out p --weight tf
has err "--weight 'tf' is neither bm25 nor tfidf"
# shellcheck disable=SC2086
expect 2 "$BIN/wrmf-prepare" $few_packages --out p --weight tfidf --k1 2
has err '--k1 and --b need --weight bm25'
# shellcheck disable=SC2086
expect 2 "$BIN/wrmf-prepare" $few_packages --out p --documents users
has err '--documents needs --weight'

# dislikes go through the files
awk 'BEGIN { print "user,item,rating"
    for (u = 0; u < 30; u++)
        for (i = 0; i < 9; i++)
            print u "," (u * i) % 17 "," (u + i) % 3 - 1.5
}' >rated.csv
columns='rated.csv --user user --item item --count rating --duplicates drop'
# shellcheck disable=SC2086
expect 1 "$BIN/wrmf-prepare" $columns --out rated
has err 'not above 0'
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" $columns --negative dislike --out rated --holdout 2
dislikes=$(awk -F , 'NR > 1 && !seen[$1, $2]++ { n += $3 < 0 } END { print n }' rated.csv)
# thinning takes one of them
has out "^  dislikes  *$dislikes  *168\$"
has rated/summary.json "\"dislikes\": 168, "
for option in negative zeros; do
    expect 2 "$BIN/wrmf-prepare" rated.csv --user user --item item --$option refuse --out p
    has err "--$option needs --count"
done
printf 'u,i,r\na,x,2\nb,x,1\na,x,-2\n' >zero.csv
expect 1 "$BIN/wrmf-prepare" zero.csv --user u --item i --count r --negative dislike --out p
has err 'zero.csv:4:1: the counts of user "a", item "x" add up to 0'
grep -q '^%wrmf .* dislikes$' rated/train.mtx || fail 'the file does not tell of dislikes'
expect 1 "$BIN/wrmf-train" rated/train.mtx --out rated.st --set factors=4
has err 'dislikes item'
expect 0 "$BIN/wrmf-train" rated/train.mtx --out rated.st --set factors=4 \
    --set negative_counts=dislike
expect 0 "$BIN/wrmf-evaluate" rated.st --train rated/train.mtx --test rated/test.mtx --baselines
exit 0

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# grow.sh BIN TOP: wrmf-grow from day to day, what it says, and what it refuses.
. "$(dirname "$0")/lib.sh"

# user u likes items of the group u % 3; day 1 has new users and items, and news of known ones
likes() { # FROM TO ITEMS: users FROM .. TO - 1
    awk -v from="$1" -v to="$2" -v items="$3" 'BEGIN {
        for (u = from; u < to; u++)
            for (i = 0; i < items; i++)
                if (i % 3 == u % 3 && (u * 7 + i * 5) % 4 > 0 || (u * 11 + i * 13) % 17 == 0)
                    printf "u%d,i%d\n", u, i
    }'
}
likes 0 40 30 >day0.csv
{ likes 40 46 34; echo 'u3,i2'; echo 'u3,i31'; echo 'u7,i9'; echo 'u7,i9'; } >day1.csv
columns='--no-header --user 1 --item 2'
expect 0 "$BIN/wrmf-prepare" day0.csv $columns --min-per-user 0 --min-per-item 0 --holdout 0 \
    --out day0
expect 0 "$BIN/wrmf-train" day0/train.mtx --ids day0 --set factors=6 --set iterations=6 \
    --out model
grow() {
    expect 0 "$BIN/wrmf-grow" "$@" $columns
}

# ---- without the data of the days before: rows of known users stay, and are spoken of ----
grow model --with day1.csv --out folded
has err '2 known users have new interactions; known rows stay'
has out '^6 users and 4 items are new; 2 known users have new interactions$'
has out '^46 users x 34 items, 6 epochs$'
has out '^folded in '
grep -q objective out && fail "an objective of a part of the interactions"
for user in u0 u3 u39; do
    "$BIN/wrmf-recommend" model --user $user --n 30 | cut -f 2- | sort >before
    "$BIN/wrmf-recommend" folded --user $user --n 34 | cut -f 2- | sort >after
    # what she got has the scores that it had, and four items came to it
    [ "$(wc -l <before)" -eq 30 ] && [ "$(comm -12 before after | wc -l)" -eq 30 ] &&
        [ "$(comm -13 before after | wc -l)" -eq 4 ] || fail "rows of $user or of items changed"
done
expect 0 "$BIN/wrmf-recommend" folded --user u44 --n 3
grow model --with day1.csv --out - --json
cmp out folded || fail "the same to standard output is another model"
has err '"new_users": 6,'

# ---- with them ----
grow model --with day1.csv --data day0/train.mtx --out grown --out-data all.mtx --json
for member in '"users": 46' '"items": 34' '"new_users": 6' '"new_items": 4' \
    '"known_users_with_news": 2' '"refreshed_users": 2' '"epochs": 6' '"epochs_before": 6' \
    '"length": 10' '"users": 40, "same_items": '; do
    has out "$member"
done
cat day0.csv day1.csv >days.csv
expect 0 "$BIN/wrmf-prepare" days.csv $columns --min-per-user 0 --min-per-item 0 --holdout 0 \
    --out days
cmp all.mtx days/train.mtx || fail "the data of both days are not those of one file"
# epochs go on as those of wrmf-train do, and lower the objective
grow model --with day1.csv --data day0/train.mtx --out further --epochs 2
has out '^2 more epochs '
cp grown continued
expect 0 "$BIN/wrmf-train" all.mtx --continue continued --set iterations=2
cmp continued further || fail "two epochs more are other epochs than those of wrmf-train"
grow model --with day1.csv --data day0/train.mtx --out further --epochs 2 --json
awk -v RS=, -F ': ' '/"objective(_before)?":/ { gsub(/[^0-9.e-]/, "", $2); print $2 }' out >values
[ "$(wc -l <values)" -eq 3 ] || { cat out; fail "not three objectives"; }
sort -gr values | cmp -s - values || { cat values; fail "objectives do not fall"; }
# where rows of known users stay, all that the days before tell is what is not needed
grow model --with day1.csv --data day0/train.mtx --refresh none --out kept
cmp kept folded || fail "new rows are not those of the new interactions"
# the day after; nothing is new of it, and two files are as good as one
grow grown --with day1.csv --data all.mtx --duplicates drop --out again --json
has out '"known_users_with_news": 0,'
has out '"same_items": 1, "same_first": 1, "same_list": 1'
cmp again grown || fail "a day that is given again changes the model"
head -n 20 day1.csv >part1.csv
tail -n +21 day1.csv >part2.csv
grow model --with part1.csv --with part2.csv --data day0/train.mtx --out parts
cmp parts grown || fail "two files are not what one is"
gzip -c day1.csv >day1.csv.gz
grow model --with day1.csv.gz --data day0/train.mtx --compare 0 --out packed --json
cmp packed grown || fail "a packed file gives another model"
grep -q '"lists"' out && fail "lists are compared"

# ---- who is new and has too little is left out; what is known stays ----
{ cat day1.csv; echo 'once,i1'; echo 'u1,rare'; echo 'twice,rare'; echo 'twice,i2'; } >thin.csv
grow model --with thin.csv --data day0/train.mtx --min-per-user 2 --min-per-item 2 --out thin --json
has out '"left_out_users": 1,' # once; twice and rare hold each other
has out '"new_users": 7,'
grow model --with thin.csv --data day0/train.mtx --min-per-user 3 --min-per-item 2 --out thin --json
has out '"left_out_users": 2,' # and then rare has u1 alone
awk -F, 'NR == FNR { users[$2]++; next } substr($2, 2) + 0 < 30 || users[$2] > 1' \
    day1.csv day1.csv >by_hand.csv
grow model --with by_hand.csv --data day0/train.mtx --out by_hand
cmp thin by_hand || fail "who was left out left something"

# ---- counts are summed ----
printf 'a,x,2\na,y,1\nb,x,3\nb,y,1\n' >c0.csv
printf 'a,x,5\nc,z,4\n' >c1.csv
counts="$columns --count 3"
expect 0 "$BIN/wrmf-prepare" c0.csv $counts --min-per-user 0 --min-per-item 0 --holdout 0 --out c0
expect 0 "$BIN/wrmf-train" c0/train.mtx --ids c0 --set factors=2 --out c0.model
expect 0 "$BIN/wrmf-grow" c0.model --with c1.csv $counts --data c0/train.mtx --out c1.model \
    --out-data c1.mtx
has c1.mtx '^1 1 7$'
has c1.mtx '^3 3 4$'

# ---- what is refused ----
refuse() { # STATUS WORDS ARGUMENTS...
    status_=$1 words=$2
    shift 2
    expect "$status_" "$BIN/wrmf-grow" "$@" $columns --out refused
    has err "$words"
    [ ! -e refused ] || fail "a model is written after a failure"
}
expect 2 "$BIN/wrmf-grow" model --with day1.csv $columns
has err 'out is needed'
expect 2 "$BIN/wrmf-grow" model --with day1.csv --out refused
has err 'user and --item are needed'
refuse 2 'with is needed' model
refuse 2 'epochs needs --data' model --with day1.csv --epochs 1
refuse 2 'out-data needs --data' model --with day1.csv --out-data x
refuse 2 'neither users nor none' model --with day1.csv --refresh items
refuse 2 'same file' model --with day1.csv --data day0/train.mtx --out-data refused
refuse 2 'an input as well' model --with day1.csv --data all.mtx --out-data all.mtx
refuse 1 'cannot read absent' model --with absent
refuse 1 'are not those of' model --with day1.csv --data days/train.mtx
sed '2d' all.mtx >unsigned.mtx
refuse 1 'unsigned.mtx is 46 x 34' model --with day1.csv --data unsigned.mtx
expect 0 "$BIN/wrmf-train" day0/train.mtx --set factors=2 --out nobody
refuse 1 'has no ids of its users' nobody --with day1.csv
: >empty.csv
refuse 1 'no interaction in it' model --with empty.csv
expect 2 "$BIN/wrmf-grow" model --with day1.csv $columns --out model
has err 'an input as well'
echo "grow: all as expected"

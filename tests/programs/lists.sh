#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lists.sh BIN TOP: lists of visitors and of all users, filtered, explained; similar users; names.
. "$(dirname "$0")/lib.sh"
packages="$TOP/examples/data/packages.psv.gz"
expect 0 "$BIN/wrmf-prepare" "$packages" --user package --item dependency --name description \
    --out p --quiet
expect 0 "$BIN/wrmf-train" p/train.mtx --ids p --set factors=8 --set iterations=3 --out m --quiet

# ---- a user's own items as a visitor's: the same list, but for what half an epoch moves ----
user=$(sed -n 100p p/users.txt | cut -f1)
items=$(awk -v u=100 'NR > 3 && $1 == u { print $2 }' p/train.mtx)
ids=$(for i in $items; do sed -n "${i}p" p/items.txt | cut -f1; done | paste -sd,)
expect 0 "$BIN/wrmf-recommend" m --items "$ids" --n 5 --quiet
[ "$(wc -l <out)" -eq 5 ] || fail "a visitor's list"
cp out visitor
for id in $(echo "$ids" | tr , ' '); do
    cut -f3 out | grep -qxF "$id" && fail "a visitor is shown what was seen: $id"
done
first=${ids%%,*} rest=${ids#*,}
expect 0 "$BIN/wrmf-recommend" m --items "$first" --items "$rest" --n 5
cmp out visitor || fail "--items twice"
expect 0 "$BIN/wrmf-recommend" m --items "$ids,$first" --items "$first" --n 5
cmp out visitor || fail "an item of --items that is given again counts again"
expect 0 "$BIN/wrmf-recommend" m --items "$ids" --n 5 --json
has out '"user": null'

# ---- a model of counts takes them for 1, and says so ----
grep -q "has the count 1" err && fail "a model of preferences is taken for one of counts"
expect 0 "$BIN/wrmf-train" p/train.mtx --ids p --preset explicit --set biases=1 --set factors=3 \
    --set iterations=2 --out rated --quiet
expect 0 "$BIN/wrmf-recommend" rated --items "$ids" --n 5
has err "each item of --items has the count 1"

# ---- filters ----
best=$(head -n 1 visitor | cut -f3) next=$(sed -n 2p visitor | cut -f3)
expect 0 "$BIN/wrmf-recommend" m --items "$ids" --n 5 --exclude "$best"
[ "$(head -n 1 out | cut -f3)" = "$next" ] || fail "--exclude"
expect 0 "$BIN/wrmf-recommend" m --items "$ids" --n 5 --exclude "$best" --exclude "$next"
[ "$(head -n 1 out | cut -f3)" = "$(sed -n 3p visitor | cut -f3)" ] || fail "--exclude twice"
{ echo "$next"; echo no-such-item; echo "$best"; } >among
expect 0 "$BIN/wrmf-recommend" m --items "$ids" --among among
[ "$(cut -f3 out | paste -sd' ')" = "$best $next" ] || fail "--among"
has err 'lacks 1 item'
expect 1 "$BIN/wrmf-recommend" m --items "$ids" --among among --exclude "$best,$next"
has err 'nothing is left'
echo no-such-item >among
expect 1 "$BIN/wrmf-recommend" m --items "$ids" --among among
has err 'none of its items'
expect 1 "$BIN/wrmf-recommend" m --items no-such-item
has err "no item 'no-such-item'"

# ---- explanations: contributions of all items add up to the score ----
expect 0 "$BIN/wrmf-recommend" m --items "$(echo "$ids" | cut -d, -f1-4)" --n 3 --explain
awk -F'\t' '
    function close_to(a, b) { return a - b < 1e-3 && b - a < 1e-3 }
    $1 != "" { if (NR > 1 && !close_to(sum, score)) bad = 1; score = $2; sum = 0; lists++ }
    $1 == "" { sum += $2; lines++ }
    END { exit bad || lists != 3 || lines != 12 || !close_to(sum, score) }' out ||
    { cat out; fail "--explain"; }
expect 0 "$BIN/wrmf-recommend" m --user "$user" --train p/train.mtx --n 2 --explain --json
has out '"because": \[{"contribution": '

# ---- all users: as one by one ----
expect 0 "$BIN/wrmf-recommend" m --all --out lists.tsv --n 4 --train p/train.mtx
expect 0 "$BIN/wrmf-recommend" m --user "$user" --n 4 --train p/train.mtx
awk -F'\t' -v u="$user" '$1 == u' lists.tsv | cut -f2- | cmp - out || fail "--all"
[ "$(cut -f1 lists.tsv | uniq | wc -l)" -eq "$(wc -l <p/users.txt)" ] || fail "--all lacks users"
"$BIN/wrmf-recommend" m --all --out - --n 4 --train p/train.mtx 2>err | cmp - lists.tsv ||
    fail "--all --out -"
expect 0 "$BIN/wrmf-recommend" m --all --out lists2.tsv --n 4 --train p/train.mtx --json --threads 3
has out "{\"lists\": $(wc -l <p/users.txt), \"passed_over\": 0}"
cmp lists.tsv lists2.tsv || fail "--all on three threads"
cp m p.model
expect 2 "$BIN/wrmf-recommend" m --all --out m
cmp m p.model || fail "the model was replaced"
expect 2 "$BIN/wrmf-recommend" m --all
expect 2 "$BIN/wrmf-recommend" m --user "$user" --out x
expect 2 "$BIN/wrmf-recommend" m --user "$user" --items "$ids"
expect 2 "$BIN/wrmf-recommend" m --user "$user" --explain
expect 2 "$BIN/wrmf-recommend" m

# ---- similar users, and names ----
expect 0 "$BIN/wrmf-similar" m --user "$user" --n 3
[ "$(head -n 1 out | cut -f2,3)" = "1.00000$(printf '\t')$user" ] || fail "--user"
expect 0 "$BIN/wrmf-similar" m --find 'OGG  vorbis'
[ "$(wc -l <out)" -le 10 ] || fail "--find: more than ten"
grep -qiv 'ogg.*vorbis\|vorbis.*ogg' out && { cat out; fail "--find"; }
cp out found
expect 0 "$BIN/wrmf-similar" m --find 'ogg vorbis' --json
[ "$(grep -c '"id"' out)" -eq "$(wc -l <found)" ] || fail "--find --json"
expect 1 "$BIN/wrmf-similar" m --find 'no such words'
expect 2 "$BIN/wrmf-similar" m --find x --user "$user"
printf 'a,x,\303\211TUDE du 2\na,y,petite \303\251tude\nb,x,\nb,y,\n' >names.csv
expect 0 "$BIN/wrmf-prepare" names.csv --no-header --user 1 --item 2 --name 3 --min-per-user 1 \
    --min-per-item 1 --holdout 0 --out names --quiet
expect 0 "$BIN/wrmf-train" names/train.mtx --ids names --set factors=2 --out n --quiet
expect 0 "$BIN/wrmf-similar" n --find "$(printf '\303\251tude')"
[ "$(cut -f1 out | paste -sd' ')" = "x y" ] || { cat out; fail "letters beyond ASCII"; }

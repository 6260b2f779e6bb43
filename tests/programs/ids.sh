#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ids.sh BIN TOP: lists of ids as people's files have them, through all programs.
. "$(dirname "$0")/lib.sh"

# 12 users and 12 items: every user has six items
awk 'BEGIN { for (u = 0; u < 12; u++) for (i = 0; i < 6; i++)
    printf "u%d,i%d\n", u, (u * 5 + i * i) % 12 }' >plain.csv
prepare() {
    expect 0 "$BIN/wrmf-prepare" "$@" --no-header --user 1 --item 2 --min-per-user 1 \
        --min-per-item 1 --holdout 1
}
train() {
    expect 0 "$BIN/wrmf-train" "$1/train.mtx" --ids "$1" --set factors=4 --set iterations=2 \
        --out "$1/model.safetensors"
}

# ---- a byte order mark before each text ----
prepare plain.csv --out plain
train plain
mkdir marked
for name in users.txt items.txt heldout-users.txt train.mtx test.mtx; do
    printf '\357\273\277' | cat - "plain/$name" >"marked/$name"
done
train marked
cmp plain/model.safetensors marked/model.safetensors || fail "a mark became part of an id"
"$BIN/wrmf-evaluate" plain/model.safetensors --test plain/test.mtx \
    --users plain/heldout-users.txt >expected
expect 0 "$BIN/wrmf-evaluate" plain/model.safetensors --test marked/test.mtx \
    --users marked/heldout-users.txt
cmp expected out || fail "a mark before --users changes what is measured"
printf '\357\273\277' | cat - plain.csv >marked.csv
prepare marked.csv --out of_marked
cmp plain/users.txt of_marked/users.txt || fail "a mark became part of a user"
printf '3\n99\n' >users
expect 1 "$BIN/wrmf-evaluate" plain/model.safetensors --test plain/test.mtx --users users
has err 'users:2'
printf '3\nx\n' >users
expect 1 "$BIN/wrmf-evaluate" plain/model.safetensors --test plain/test.mtx --users users
has err 'users:2'
printf '3\n3\n' >users
expect 1 "$BIN/wrmf-evaluate" plain/model.safetensors --test plain/test.mtx --users users
has err 'users:2'
# ---- what is printed of an id is accepted back ----
# ids of every byte, and some that a terminal or a file would take for something else; each user has
# one item of its own and one of everybody's
LC_ALL=C awk -v q='"' 'BEGIN {
    for (c = 1; c < 256; c++) {
        byte = sprintf("%c", c)
        if (byte == q)
            byte = q q
        printf "%su%sx%s,%si%s%s\n%su%sx%s,all\n", q, byte, q, q, byte, q, q, byte, q
    }
    printf "%sDOM\\ann%s,1\n%sDOM\\\\ann%s,2\n%sDOM\\tann%s,3\n", q, q, q, q, q, q
    printf "%s\357\273\277%s,4\n%s\302\233J%s,5\n%sBj\303\266rk%s,6\n", q, q, q, q, q, q
}' >bytes.csv
expect 0 "$BIN/wrmf-prepare" bytes.csv --no-header --delimiter comma --user 1 --item 2 \
    --min-per-user 1 --min-per-item 1 --holdout 0 --out bytes
train bytes
[ "$(wc -l <bytes/users.txt)" -eq 261 ] || fail "a user takes more than one line"
# all but what is a letter in UTF-8 is printable
LC_ALL=C grep -v '^Bj' bytes/users.txt | LC_ALL=C grep -q '[^ -~]' && fail "not printable"
# a byte of each kind, and the last ones
sample='1p;9p;10p;13p;27p;92p;127p;128p;194p;239p;255,$p'
sed -n "$sample" bytes/items.txt | cut -f 1 | while IFS= read -r item; do
    "$BIN/wrmf-similar" bytes/model.safetensors --item "$item" --n 1 2>>warnings |
        cut -f 3 >found || exit 1
    printf '%s\n' "$item" | cmp -s - found || { echo "$item"; cat found; exit 1; }
done || fail "an item that is printed is not accepted back"
sed -n "$sample" bytes/users.txt | cut -f 1 | while IFS= read -r user; do
    "$BIN/wrmf-recommend" bytes/model.safetensors --user "$user" --n 1 2>>warnings >out || exit 1
done || fail "a user that is printed is not accepted back"
# as it is, too, unless the model has another that is printed so, of which it warns
user() {
    "$BIN/wrmf-recommend" bytes/model.safetensors --user "$1" --n 5 2>>warnings
}
user 'DOM\ann' >raw
user 'DOM\\ann' >escaped
cmp -s raw escaped || fail "one user as it is and as it is printed gives two lists"
user 'DOM\\\\ann' >other
cmp -s raw other && fail "two users give one list"
[ "$(grep -c 'write each backslash twice' warnings)" -eq 2 ] || { cat warnings; fail "no warning"; }
user 'DOM\tann' >raw
user 'DOM\\tann' >escaped
cmp -s raw escaped || fail "a backslash and a t are taken for a tab"
expect 1 "$BIN/wrmf-recommend" bytes/model.safetensors --user 'DOM\q'
# ---- a few packed bytes that become many ----
head -c 40000000 /dev/zero | gzip >zeros.gz
expect 1 "$BIN/wrmf-prepare" zeros.gz --user 1 --item 2 --out zeros
has err 'zeros.gz:1:1: a line of more than 16777216 bytes'
mkdir zeros
cp zeros.gz zeros/users.txt
cp plain/items.txt zeros/
expect 1 "$BIN/wrmf-train" plain/train.mtx --ids zeros --out zeros/model.safetensors
has err 'users.txt:1:1: a line of more than 16777216 bytes'
expect 1 "$BIN/wrmf-train" zeros.gz --out zeros/model.safetensors
has err 'zeros.gz:1:1: a line of more than 16777216 bytes'
# ---- what Matrix Market files of others have ----
cat >others.mtx <<'END'
%%MatrixMarket matrix coordinate unsigned-integer symmetric
3 3 5
2 1 4
3 1 0
3 2 1
2 1 2
3 3 6
END
expect 1 "$BIN/wrmf-train" others.mtx --out others.safetensors
has err 'others.mtx:4:5: count is "0", not above 0'
expect 1 "$BIN/wrmf-train" others.mtx --zeros drop --out others.safetensors
has err 'others.mtx:6:1: this pair'
for way in sum drop max; do
    expect 0 "$BIN/wrmf-train" others.mtx --zeros drop --duplicates "$way" --set factors=2 \
        --out "$way.safetensors"
    has err 'others.mtx: 2 pairs came again'
    has err 'others.mtx: 1 count of 0 dropped'
done
cmp -s sum.safetensors max.safetensors && fail "the sum of 4 and 2 is taken for their maximum"
expect 2 "$BIN/wrmf-train" others.mtx --zeros keep --out others.safetensors
expect 1 "$BIN/wrmf-train" others.mtx --max-line 20 --out others.safetensors
has err 'others.mtx:1:1: a line of more than 20 bytes'
echo "ids: all as expected"

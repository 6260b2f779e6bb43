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
echo "ids: all as expected"

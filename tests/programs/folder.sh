#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# folder.sh BIN TOP: a folder of wrmf-prepare is whole, old or new: a full disk and a kill leave the
# old files, and a folder that is mixed nevertheless is refused by all that read a file of it.
. "$(dirname "$0")/lib.sh"
prepare="$BIN/wrmf-prepare"
options="--user u --item i --min-per-user 1 --min-per-item 1 --holdout 1 --fraction 0.5"

# two inputs of the same shape: 60 users x 40 items, other names, other pairs
awk 'BEGIN {print "u,i"; for (u = 0; u < 60; u++) for (i = 0; i < 40; i++)
    if ((u * 7 + i * 3) % 5 < 2) print "user" u ",item" i}' >one.csv
awk 'BEGIN {print "u,i"; for (u = 59; u >= 0; u--) for (i = 0; i < 40; i++)
    if (u + i == 9 || (u * 3 + i * 7) % 5 < 2) print "user" u ",item" i}' >two.csv
# shellcheck disable=SC2086
prepared() { "$prepare" "$1" $options --seed "$(wc -l <"$1")" --out "$2" >out 2>err; }
same() { diff -r "$1" "$2" >out 2>&1 || { cat out; fail "$3"; }; }
train() { "$BIN/wrmf-train" "$1/train.mtx" --ids "$1" --set iterations=1 --out m.safetensors; }

prepared one.csv old || fail "prepare one.csv"
prepared two.csv new || fail "prepare two.csv"
cp -R old folder
expect 0 train folder

# the disk is full: files may have 512 or 1,024 bytes, and train.mtx has more; the signal that says
# so is ignored, or kills
for action in "trap '' XFSZ" ":"; do
    (eval "$action"; ulimit -f 1; ulimit -c 0; prepared two.csv folder) 2>/dev/null &&
        fail "prepare had enough disk"
    rm -rf folder/.wrmf-new
    same old folder "a full disk changed the folder"
done
(trap '' XFSZ; ulimit -f 1; prepared two.csv fresh) && fail "prepare had enough disk"
[ ! -e fresh ] || fail "a folder without a file is left"

# killed at any moment: the folder is old or new, or is refused; the next run mends it
refused=0
for ms in 001 003 006 010 015; do
    rm -rf folder && cp -R old folder
    # shellcheck disable=SC2086
    "$prepare" two.csv $options --seed $(wc -l <two.csv) --out folder >out 2>err & pid=$!
    sleep 0.$ms
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    if train folder >out 2>err; then
        cmp -s folder/users.txt old/users.txt && wanted=old || wanted=new
        for file in users.txt items.txt train.mtx test.mtx heldout-users.txt; do
            cmp "folder/$file" "$wanted/$file" || fail "a mixed folder is accepted"
        done
    else
        refused=$((refused + 1))
        has err "do not belong together"
    fi
    prepared two.csv folder || { cat err; fail "prepare after a kill"; }
    for file in users.txt items.txt train.mtx test.mtx heldout-users.txt; do
        cmp "folder/$file" "new/$file" || fail "the next run does not mend the folder"
    done
    [ ! -e folder/.wrmf-new ] || fail "new files are left"
done

# one file of the new run among the old, for each: whichever file is read, the folder is refused
for file in users.txt items.txt train.mtx test.mtx heldout-users.txt summary.json; do
    rm -rf folder && cp -R old folder && cp "new/$file" folder
    expect 1 train folder
    has err "do not belong together"
done
rm -rf folder && cp -R old folder && expect 0 train folder
cp new/items.txt folder
expect 1 "$BIN/wrmf-evaluate" m.safetensors --test folder/test.mtx
has err "items.txt"
expect 1 "$BIN/wrmf-recommend" m.safetensors --user user1 --train folder/train.mtx
expect 1 "$prepare" one.csv --user u --item i --ids folder --out other
expect 1 "$BIN/wrmf-evaluate" m.safetensors --test old/test.mtx --users folder/heldout-users.txt

# files that do not mix are accepted: alone, renamed, of a folder without a summary, or of one whose
# summary.json names no files, as those of version 0.1
rm folder/summary.json
cp old/items.txt folder
expect 0 train folder
mkfifo folder/summary.json && expect 0 train folder && rm folder/summary.json
echo '{' >folder/summary.json
expect 1 train folder
has err summary.json
echo '{"rows": 1}' >folder/summary.json
expect 0 train folder
rm -rf folder && cp -R old folder && rm folder/test.mtx folder/heldout-users.txt
expect 0 train folder

# a later run without a split takes the test of the earlier one away
expect 0 "$prepare" one.csv --user u --item i --holdout 0 --out folder
[ ! -e folder/test.mtx ] && [ ! -e folder/heldout-users.txt ] || fail "an earlier split is left"
expect 0 train folder
cp old/test.mtx folder
expect 1 "$BIN/wrmf-evaluate" m.safetensors --test folder/test.mtx
has err "names no test.mtx"
# a folder is for one of the two programs
expect 1 "$BIN/wrmf-walkthrough" one.csv --user u --item i --out old
has err 'another program has written users.txt there'
expect 0 train old
echo "folder: all as expected ($refused mixed folders)"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# streams.sh BIN TOP: outputs are opened before the work and are never inputs; - is standard input
# and output; each of several users, or items, gets its list.
. "$(dirname "$0")/lib.sh"
columns="--user u --item i --min-per-user 1 --min-per-item 1"
printf 'u,i\na,x\na,y\nb,y\nb,z\nc,x\nc,z\n' >in.csv
printf 'u,i\na,z\n' >test.csv
# shellcheck disable=SC2086
prepare() { "$BIN/wrmf-prepare" "$@" $columns; }
train() { "$BIN/wrmf-train" "$@" --set factors=2; }

# refused at once: nothing has been read, for the input is a pipe that nobody writes to
mkfifo never
long=$(printf '%0300d' 0)
for out in no/where/model.st in.csv/model.st . '' "$long"; do
    expect 1 train never --out "$out" <>never
done
expect 1 prepare never --out in.csv <>never
expect 1 prepare never --out in.csv/p <>never
mkdir full && mkdir full/train.mtx
expect 1 prepare never --out full <>never
expect 1 "$BIN/wrmf-walkthrough" never $columns --out in.csv/p <>never
if [ "$(id -u)" -ne 0 ]; then
    mkdir closed && chmod a-w closed
    expect 1 train never --out closed/model.st <>never
    expect 1 prepare never --out closed <>never
    expect 1 "$BIN/wrmf-walkthrough" never $columns --out closed <>never
fi
# killed while it reads, a program leaves nothing beside its outputs; the pipe can be opened for
# writing when it reads
"$BIN/wrmf-prepare" never $columns --out fresh >out 2>err & pid=$!
exec 9>never
kill -9 $pid
wait $pid 2>/dev/null
[ -d fresh ] && [ -z "$(ls -A fresh)" ] || fail "new files are left"
"$BIN/wrmf-train" never --out fresh/model.st >out 2>err & pid=$!
exec 9>never
kill -9 $pid
wait $pid 2>/dev/null
exec 9>&-
[ -z "$(ls -A fresh)" ] || fail "a temporary file is left"
# an output that is an input, also by another name
expect 0 prepare in.csv --test test.csv --out p
cp p/train.mtx before
ln p/train.mtx hard && ln -s p/train.mtx soft
for out in p/train.mtx p/../p/train.mtx hard soft; do
    expect 2 train p/train.mtx --out $out
    has err 'is an input'
done
expect 2 train p/train.mtx --ids p --out p/items.txt
expect 2 train - --out p/train.mtx <p/train.mtx
# those of the folder that are read because they have to belong together
expect 2 train p/train.mtx --out p/summary.json
expect 2 train p/train.mtx --out p/test.mtx
has err 'is an input'
train p/train.mtx --out - >>p/train.mtx 2>err
[ $? -eq 2 ] || fail "standard output is the input"
has err 'is an input'
cmp p/train.mtx before || fail "an input was written to"
cp in.csv p/summary.json
expect 2 prepare p/summary.json --out p
expect 2 "$BIN/wrmf-walkthrough" p/summary.json $columns --out p
cmp in.csv p/summary.json || fail "an input was written to"

# - everywhere
expect 0 prepare - --test test.csv --out p <in.csv
expect 0 prepare in.csv --test - --out q <test.csv
cmp p/test.mtx q/test.mtx || fail "--test -"
expect 2 prepare - --test - --out q <in.csv
expect 2 prepare in.csv --out -
expect 2 prepare in.csv --ids - --out q
[ ! -e ./- ] || fail "a folder called -"
expect 0 train p/train.mtx --ids p --out model
expect 0 train - --ids p --out again <p/train.mtx
cmp model again || fail "train -"
train p/train.mtx --ids p --out - >again 2>err || fail "train --out -"
cmp model again || fail "train --out -"
has err factors
# a pipe as an output is not closed before the model is in it
mkfifo model.pipe
cat model.pipe >piped & pid=$!
expect 0 train p/train.mtx --ids p --out model.pipe
wait $pid
cmp model piped || fail "train --out PIPE"
# messages are not written into what is opened while standard error is closed
expect 0 train p/train.mtx --set regularization=1e30 --out zero
cat model.pipe >piped & pid=$!
train p/train.mtx --set regularization=1e30 --out model.pipe >out 2>&-
wait $pid
cmp zero piped || fail "messages in a model"
[ ! -e ./- ] || fail "a model called -"
cat p/train.mtx | train - --ids p --out - 2>err | "$BIN/wrmf-recommend" - --user a >out || fail pipe
"$BIN/wrmf-recommend" model --user a | cmp - out || fail "recommend -"
expect 0 "$BIN/wrmf-recommend" model --user a --train - <p/train.mtx
expect 0 "$BIN/wrmf-similar" - --item x <model
expect 0 "$BIN/wrmf-evaluate" - --test p/test.mtx --k 1 -q <model
cp out wanted
printf '2\n0\n1\n' >everyone
for arguments in "--test -" "--test p/test.mtx --users -" "--test p/test.mtx --train -"; do
    case $arguments in
    *test\ -) from=p/test.mtx ;; *train\ -) from=p/train.mtx ;; *) from=everyone ;;
    esac
    expect 0 "$BIN/wrmf-evaluate" model $arguments --k 1 -q --exclude none <$from
    # with --train there is one metric more
    grep -v '^novelty' out | cmp - wanted || fail "evaluate $arguments"
done
expect 2 "$BIN/wrmf-evaluate" - --test - <model
printf '\357\273\2770\r\n1\r\n2' >bom
expect 0 "$BIN/wrmf-evaluate" model --test p/test.mtx --users bom --k 1 -q
cmp out wanted || fail "a byte order mark before the users"

# several lists
expect 0 "$BIN/wrmf-recommend" model --user a --n 2 && cp out a
expect 0 "$BIN/wrmf-recommend" model --user b --n 2 && cp out b
expect 0 "$BIN/wrmf-recommend" model --user a --user b --n 2
{ echo "user a" && cat a && echo && echo "user b" && cat b; } | cmp - out || fail "--user twice"
expect 1 "$BIN/wrmf-recommend" model --user a --user nobody
has err nobody
expect 0 "$BIN/wrmf-similar" model --item x --item y --n 2
has out '^item x$'
has out '^item y$'
expect 0 "$BIN/wrmf-recommend" model --user a --user b --json
[ "$(grep -c '"user"' out)" -eq 2 ] || fail "--json has not two lists"
expect 1 "$BIN/wrmf-evaluate" model --test p/test.mtx --test other.mtx
has err "given again: 'other.mtx' counts"
expect 0 "$BIN/wrmf-train" p/train.mtx --set factors=2 --set factors=3 --out again
has err 'set factors=3 replaces --set factors=2'
echo "streams: all as expected"

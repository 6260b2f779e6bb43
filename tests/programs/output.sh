#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# output.sh BIN TOP: --json prints one JSON value whatever the ids are, --quiet results alone,
# and numbers have one form for each quantity.
. "$(dirname "$0")/lib.sh"
tab=$(printf '\t')
# Pictures are not looked at here, and take time.
mkdir bin && ln -s "$(command -v true)" bin/gnuplot
PATH=$work/bin:$PATH
# Nine users have items whose ids and names are hard to write.
awk 'BEGIN {
    for (u = 1; u <= 9; u++)
        for (i = 1; i <= 5; i++)
            printf "u%d\titem %d \\ '\'' \001 \377 \303\251\tname <%d> \"quoted\" \302\205 end\n",
                u, (u * i) % 7, i
}' >hard.tsv
LC_ALL=C sed 's/"/""/g; s/\t/"\t"/g; s/.*/"&"/' hard.tsv >quoted.tsv
prepare() {
    "$BIN/wrmf-prepare" quoted.tsv --no-header --user 1 --item 2 --name 3 --min-per-user 1 \
        --min-per-item 1 --holdout 1 --fraction 0.5 --out p "$@"
}
# Says whether the file out is JSON, where a Python is there to tell.
is_json() {
    command -v python3 >/dev/null 2>&1 || return 0
    python3 -c 'import json; json.load(open("out", encoding="utf-8"))' ||
        { cat out; fail "no JSON: $*"; }
}
expect 0 prepare --json
is_json prepare
cmp out p/summary.json || fail "prepare prints another summary"
expect 0 prepare
has out '^1 item of each of 4 users is held out'
expect 0 prepare --quiet
[ ! -s out ] && [ ! -s err ] || { cat out err; fail "prepare is not quiet"; }

expect 0 "$BIN/wrmf-train" p/train.mtx --ids p --set factors=1 --set iterations=1 --out m
has out ' users x .* items, 1 factor, 1 epoch in [0-9]*\.[0-9][0-9] s$'
expect 0 "$BIN/wrmf-train" p/train.mtx --ids p --set factors=2 --out m --json --objective
is_json train
has out '"interrupted": false'
has out '"objective": {"total": '
expect 0 "$BIN/wrmf-train" p/train.mtx --ids p --set factors=2 --out m -q --objective
[ "$(grep -c '^objective [0-9]' out)" -eq "$(wc -l <out)" ] || { cat out; fail "not quiet"; }
has out '^objective '
expect 0 "$BIN/wrmf-train" p/train.mtx --ids p --set factors=2 --out m -q
[ ! -s out ] && [ ! -s err ] || { cat out err; fail "train is not quiet"; }

five='-\{0,1\}[0-9]*\.[0-9]\{5\}'
expect 0 "$BIN/wrmf-evaluate" m --test p/test.mtx --train p/train.mtx --k 1
has out "^precision  *$five\$"
has out "^mse  *$five\$"
expect 0 "$BIN/wrmf-evaluate" m --test p/test.mtx --k 1 -q
[ "$(head -c 6 out)" = metric ] || { cat out; fail "evaluate is not quiet"; }
expect 0 "$BIN/wrmf-evaluate" m --test p/test.mtx --k 1 --json
is_json evaluate
! grep -q rmse out || { cat out; fail "counts that are not foretold have an error"; }
expect 0 "$BIN/wrmf-train" p/train.mtx --set preset=explicit --set biases=1 --set factors=2 \
    --set regularization=1 --out ratings
has out ' items, 2 factors and biases, 15 epochs in '
expect 0 "$BIN/wrmf-train" --help
has out 'explicit: ratings alone'
expect 0 "$BIN/wrmf-evaluate" ratings --test p/test.mtx --k 1
has out "^rmse  *$five\$"
has out "^mae  *$five\$"
expect 0 "$BIN/wrmf-recommend" m --user u1 --n 3 -q
has out "^1$tab$five$tab"
expect 0 "$BIN/wrmf-recommend" m --user u1 --n 3 --json
is_json recommend
has out '"user": "u1"'
# An id in JSON is what --item takes; a name has all its characters.
if command -v python3 >/dev/null 2>&1; then
    python3 - <<'END' 2>err || { cat err; fail "an id or a name in JSON is another"; }
import json
first = json.load(open("out", encoding="utf-8"))["lists"][0]["list"][0]
assert "\\xff" in first["id"] and first["name"].endswith('> "quoted" \x85 end'), first
open("id", "w", encoding="utf-8").write(first["id"])
END
    expect 0 "$BIN/wrmf-similar" m --item "$(cat id)" --n 1 --json
    python3 -c 'import json; one = json.load(open("out", encoding="utf-8"))["lists"][0]
wanted = open("id", encoding="utf-8").read()
assert one["item"] == one["list"][0]["id"] == wanted, one' || fail "it is not found"
fi
expect 0 "$BIN/wrmf-train" p/train.mtx --set factors=2 --out n -q
expect 0 "$BIN/wrmf-similar" n --item 1 --n 2 --json
is_json similar
has out '"item": "1"'
expect 0 "$BIN/wrmf-similar" n --item 1 --n 2
has out "^2$tab$five$tab"

walk() {
    "$BIN/wrmf-walkthrough" quoted.tsv --no-header --user 1 --item 2 --name 3 --min-per-user 1 \
        --min-per-item 1 --holdout 1 --fraction 0.5 --out w --grid factors=2 --epochs 1 "$@"
}
expect 0 walk
has out '^1 configuration, 1 epoch, each evaluated 1 time$'
has out "precision@5: $five after 1 epoch\$"
has out "^ *$five  item"
has w/report.html '>configuration<'
grep -qE '(^|[^0-9,.])1 (configurations|epochs|times|users|items|rows)' out w/report.html &&
    fail "a plural after 1"
expect 0 walk --json --set iterations=9 --out v
is_json walkthrough
has err 'iterations has no effect'
cmp out v/summary.json || fail "the walk-through prints another summary"
expect 0 walk -q
[ ! -s out ] && [ ! -s err ] || { cat out err; fail "the walk-through is not quiet"; }
expect 2 walk --grid 'factors=2 iterations=1,2'
has err 'iterations cannot be varied'
echo "output: all as expected"

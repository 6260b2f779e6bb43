#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# walkthrough.sh BIN TOP: the walk-through runs on the bundled data: its files are there, a grid is
# resumed from its journal, and gnuplot may be missing.
. "$(dirname "$0")/lib.sh"
grid="--epochs 2:6:2 --seed 3 --set iterations=1"

walk() {
    # shellcheck disable=SC2086
    "$BIN/wrmf-walkthrough" $few_packages $grid \
        --grid "factors=8,16 alpha=1,10 regularization=0.1" "$@" >out 2>err ||
        { cat out err; fail "the walk-through fails"; }
}
walk --out whole --threads 2
for file in summary.json grid.csv report.html model.safetensors; do
    [ -s "whole/$file" ] || fail "no whole/$file"
done
[ "$(grep -c . whole/grid.csv)" -eq 13 ] || fail "grid.csv has not a line an evaluation"
grep -qiE '(src|href)="?(https?:)?//' whole/report.html && fail "the report refers to the outside"
has whole/report.html '</html>'
if command -v gnuplot >/dev/null 2>&1; then
    has whole/report.html '<svg'
    [ -s whole/learning-curve.svg ] && [ -s whole/grid.svg ] || fail "no pictures"
fi

# The files are those of one run: summary.json has their sizes, one that fails leaves them, and a
# file of another run among them is found.
for file in grid.csv report.html model.safetensors heldout-users.txt; do
    has whole/summary.json "\"$file\": {\"bytes\": $(wc -c <whole/$file),"
done
[ ! -e whole/.wrmf-new ] || fail "new files are left"
mkdir mixed && cp whole/* mixed && cp whole/heldout-users.txt users
echo 0 >mixed/heldout-users.txt
printf '%%%%MatrixMarket matrix coordinate pattern general\n1 1 1\n1 1\n' >one.mtx
expect 1 "$BIN/wrmf-evaluate" whole/model.safetensors --test one.mtx --users mixed/heldout-users.txt
has err 'do not belong together'
(trap '' XFSZ; ulimit -f 1; walk --out mixed) 2>/dev/null && fail "the walk-through had enough disk"
rm mixed/grid.journal && cp whole/grid.journal users mixed && mv mixed/users mixed/heldout-users.txt
diff -r whole mixed >difference || { cat difference; fail "a full disk changed the folder"; }

# A run that was killed after two configurations is continued: the rest is computed, and the figures
# are the same.
mkdir cut
head -n 3 whole/grid.journal >cut/grid.journal
printf 'half a li' >>cut/grid.journal
walk --out cut --threads 1
drop_seconds() {
    awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) if ($i == "seconds") s = i}
        {$s = ""; print}' "$1"
}
drop_seconds whole/grid.csv >a && drop_seconds cut/grid.csv >b
cmp a b || fail "a resumed grid has other figures"
cmp whole/model.safetensors cut/model.safetensors || fail "a resumed grid gives another model"

# Both ways to count are shown, and what to beware of is said: the best of four by precision@5 has 8
# or 16 factors, which are all that was tried.
has out '^serving_precision@5 .* factors='
has out 'because --exclude is none\.$'
has err 'the best factors, .* value that was tried'
has whole/summary.json '"by": "serving_precision@5", "saved": false'
has whole/report.html '<td>test_precision@5 (saved)</td>'

# Another metric decides where one is named: the figures are those of wrmf-evaluate.
walk --out ranked --metric ndcg --k 20 --exclude train --set factors=8 \
    --grid "alpha=1,10 regularization=0.1" --epochs 4 --set iterations=1
has out '^Best by serving_ndcg@20: '
has ranked/report.html 'best ndcg@20 on held-out items'
has ranked/summary.json '"by": "test_ndcg@20", "saved": false'
best=$(sed -n 's/^Best by serving_ndcg@20: \([0-9.]*\) .*/\1/p' out)
alpha=$(sed -n 's/^serving_ndcg@20 .* alpha=\([0-9]*\).*/\1/p' out)
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" $few_packages --seed 3 --out split
expect 0 "$BIN/wrmf-train" split/train.mtx --set factors=8 --set iterations=4 --out eight \
    --seed 3 --set "alpha=${alpha:-0}"
expect 0 "$BIN/wrmf-evaluate" eight --test split/test.mtx --train split/train.mtx --k 20
has out "^ndcg  *$best\$"
expect 2 "$BIN/wrmf-walkthrough" $few_packages $grid --out none --metric mse
has err "'mse' is none of precision, recall, "

# A search runs less than the grid, and the grid goes on from its journal. Of four configurations
# two go on from epoch 4 to epoch 6.
walk --out searched --halving 2 --threads 1
[ "$(grep -c . searched/grid.csv)" -eq 11 ] ||
    fail "successive halving: not 1 + 2 * 3 + 2 * 2 lines"
walk --out searched --exclude train --threads 1
has out 'because --exclude is train\.$'
drop_seconds searched/grid.csv | sort -t ' ' -k 2 | cut -d ' ' -f 2- >b
drop_seconds whole/grid.csv | sort -t ' ' -k 2 | cut -d ' ' -f 2- >a
cmp a b || fail "a grid that goes on from a search has other figures"
walk --out searched --exclude train --tries 1
[ "$(grep -c . searched/grid.csv)" -eq 13 ] || fail "what the journal has is lost"
walk --out along --coordinates --epochs 6
has out 'coordinate search'
[ "$(grep -c . along/grid.csv)" -eq 5 ] || fail "what is near the best of two by two is all"
walk --out drawn --tries 2 --patience 1
grep -c . drawn/grid.csv | grep -qE '^[5-7]$' || fail "not two configurations, two or three points"
walk --out finished --tries 2 --patience 1 --finish 2
has out 'in the end the best of them go to the last epoch: 2'
expect 2 "$BIN/wrmf-walkthrough" $few_packages $grid --out none --finish 2
has err '--finish needs --patience'
[ "$(grep -c . finished/grid.csv)" -eq 7 ] || fail "two configurations do not go to the end"
expect 1 "$BIN/wrmf-walkthrough" $few_packages $grid --out none --budget 0.001
has err 'no configuration came to its first evaluation'

# Without gnuplot the walk-through says so and leaves the pictures out.
mkdir path
for tool in sh env; do ln -s "$(command -v $tool)" path/$tool; done
PATH=$work/path walk --out bare --threads 2
cat out err >said
has said gnuplot
[ ! -e bare/grid.svg ] || fail "pictures without gnuplot"
has bare/report.html '</html>'
echo "walkthrough: all as expected"

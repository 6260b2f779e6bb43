#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# report.sh BIN TOP: the report can be read: test and train have axes of their own, the best epoch
# and its value are marked, text has at least 11 pixels on a page 390 wide, a table that is wider
# than the page shows it.
. "$(dirname "$0")/lib.sh"
command -v gnuplot >/dev/null 2>&1 || exit 77
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-walkthrough" $few_packages --out w --grid "factors=8 alpha=1,10" --epochs 2:8:2

best=$(sed -n 's/^Best by test_precision@5: \(.*\) after \(.*\) epochs$/\1, epoch \2/p' out)
for picture in learning-curve learning-curve-narrow grid grid-narrow; do
    has w/$picture.svg ">$best<"
done
for part in test train; do
    for measure in precision@5 mse; do
        has w/learning-curve.svg ">$measure on $part<"
    done
done

# The curve of precision on test is the first in its colour. Alone on its axis, which ends at the
# tics around it, it takes a third of the panel's height or more; beside train it was flat.
extent=$(tr '\n' ' ' <w/learning-curve.svg |
    grep -o "<path stroke='rgb(224, 103,  44)' *d='[^']*'" |
    head -n 1 | tr "LM'" '\n\n\n' | awk -F, 'NF == 2 {
        if (!n++ || $2 < low) low = $2
        if (n == 1 || $2 > high) high = $2
    } END {print (n >= 4 ? high - low : 0)}')
awk "BEGIN {exit !($extent >= 60)}" || fail "the curve has a height of $extent"

# A page gives a picture its width less the padding of main and card and a border of 1, on each
# side, and scales it to that.
has w/report.html '^@media(max-width:700px){main{padding:20px 12px 48px}.card{padding:12px 10px}'
has w/report.html '^main{max-width:1080px;margin:0 auto;padding:32px 20px 64px}'
has w/report.html '^\.card{padding:16px 18px;'
legible() { # legible PICTURE PIXELS: its smallest text, on a page that leaves it so many pixels
    width=$(sed -n 's/.*viewBox="0 0 \([0-9]*\) .*/\1/p' "w/$1.svg" | head -n 1)
    grep -o 'font-size="[0-9.]*"' "w/$1.svg" | tr -dc '0-9.\n' | sort -n | head -n 1 |
        awk -v width="$width" -v pixels="$2" \
            '{n++; ok = $1 * pixels / width >= 11} END {exit !(n && ok)}' ||
        fail "$1 has text below 11 pixels"
}
for picture in learning-curve grid; do
    legible $picture-narrow $((390 - 2 * (12 + 10 + 1)))
    legible $picture $((701 - 2 * (20 + 18 + 1)))
done
grep -o 'font-size:\.[0-9]*r\{0,1\}em' w/report.html | tr -dc '0-9.\n' |
    awk '16 * $1 < 11 {exit 1}' || fail "the page has text below 11 pixels"

has w/report.html '<td>item-to-item cosine</td>'
has w/summary.json '"name": "most popular", "test_precision@'
has w/report.html 'background-attachment:local,local,scroll,scroll'
has w/report.html 'scroll it sideways'
echo "report: all as expected"

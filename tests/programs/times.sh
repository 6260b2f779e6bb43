#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# times.sh BIN TOP: wrmf-prepare reads when interactions were, and holds the latest out.
. "$(dirname "$0")/lib.sh"
body() { grep -v '^%' "$1" | tail -n +2; } # the entries of a matrix
prepare() { "$BIN/wrmf-prepare" "$@"; }
# the pairs of a matrix, by their ids
pairs() {
    body "$1/$2.mtx" | while read -r user item _; do
        echo "$(sed -n "${user}p" "$1/users.txt") $(sed -n "${item}p" "$1/items.txt")"
    done
}

cat >log.csv <<'END'
who,what,when
b,x,2026-01-05
a,x,2026-01-01T10:00:00Z
a,y,2026-01-01T09:00:00-02:00
a,z,2026-01-01 10:30
b,y,2026-01-04
b,z,2026-01-03T23:59:59.5Z
b,x,2025-12-31
c,z,2026-02-01
END
columns="--user who --item what --time when --min-per-user 0 --min-per-item 0"
# shellcheck disable=SC2086
{
# y is a's latest, at 11:00 in UTC; x is b's, though the line that comes last says otherwise; c has
# one alone, and keeps it
expect 0 prepare log.csv $columns --last 1 --out l
printf 'b x\na y\n' >wanted
pairs l test | cmp - wanted || fail "--last 1 takes $(pairs l test)"
printf '0\n1\n' | cmp - l/heldout-users.txt || fail "other users have test items"
[ "$(json l/summary.json train_interactions)" -eq 5 ] || fail "something is lost"
has l/summary.json '"last": 1,'
expect 0 prepare log.csv $columns --since 2026-01-04 --out s
printf 'b x\nb y\nc z\n' >wanted
pairs s test | cmp - wanted || fail "--since takes $(pairs s test)"
has s/summary.json '"since": "2026-01-04",'
# what is thinned out changes nothing about the times of the rest
expect 0 prepare log.csv --user who --item what --time when --min-per-user 2 --min-per-item 2 \
    --last 2 --out t
printf 'b x\nb y\na y\na z\n' >wanted
pairs t test | cmp - wanted || fail "--last 2 takes $(pairs t test) of what is left"
# known ids have other numbers
expect 0 prepare log.csv $columns --ids t --last 1 --out k
printf 'b x\na y\n' >wanted
pairs k test | cmp - wanted || fail "--ids takes $(pairs k test)"
# numbers, without a header; a tie goes to the item with the higher index
printf 'u\ti\t7\nu\tj\t-1\nu\tk\t7\n' >n.tsv
expect 0 prepare n.tsv --header no --user 1 --item 2 --time 3 --min-per-user 0 --min-per-item 0 \
    --last 1 --out n
printf 'u k\n' >wanted
pairs n test | cmp - wanted || fail "a tie goes to $(pairs n test)"

printf 'a,x,yesterday\n' >>log.csv
expect 1 prepare log.csv $columns --last 1 --out w
has err 'log.csv:10:5: time is "yesterday"'
expect 0 prepare log.csv $columns --malformed skip --last 1 --out w
expect 1 prepare n.tsv --header no --user 1 --item 2 --time 4 --last 1 --out w
has err 'column 4 is asked for'
expect 1 prepare n.tsv --header no --user 1 --item 2 --time 3 --min-per-user 0 --min-per-item 0 \
    --since 8 --out w
has err 'no interaction is of --since 8'
expect 1 prepare n.tsv --header no --user 1 --item 2 --time 3 --min-per-user 0 --min-per-item 0 \
    --since -1 --out w
has err 'none is left'
expect 2 prepare log.csv $columns --out w
expect 2 prepare log.csv $columns --last 1 --since 2026-01-01 --out w
expect 2 prepare log.csv $columns --last 1 --holdout 1 --out w
expect 2 prepare log.csv $columns --last 1 --fraction 0.5 --out w
expect 2 prepare log.csv $columns --since today --out w
has err "--since 'today' is neither"
expect 2 prepare log.csv --user who --item what --last 1 --out w
has err '--last needs --time'
}
echo "times: all as expected"

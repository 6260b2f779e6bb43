#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# published.sh BIN TOP: splits in the forms in which they are published run through the programs,
# and the figures are those that awk makes, by the ids of the published files, of all lists.
. "$(dirname "$0")/lib.sh"

# is FILE METRIC VALUE: checks a figure of a JSON file
is() {
    awk -v got="$(json "$1" "$2")" -v want="$3" \
        'BEGIN { d = got - want; exit !(got != "" && d < 1e-12 && d > -1e-12) }' ||
        fail "$2 is $(json "$1" "$2"), not $3"
}

# Users like items of their own third; four have no test item, one of them a blank behind the id;
# item 90 has no train user.
awk -v OFS=' ' 'BEGIN {
    seed = 1
    for (u = 0; u < 60; u++) {
        train = test = u
        for (i = 0; i < 60; i++) {
            seed = (seed * 16807) % 2147483647
            if (seed / 2147483647 > (u % 3 == i % 3 ? 0.5 : 0.06))
                continue
            if (u != 7 && (u + i) % 5 == 0)
                test = test OFS i
            else
                train = train OFS i
        }
        print train > "train.txt"
        print test (u == 3 ? " 90" : "") (u == 7 ? " " : "") > "test.txt"
    }
}'
# ---- given files, a line a user (NGCF, LightGCN) ----
all="--min-per-user 0 --min-per-item 0 --unknown keep"
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" train.txt --lists --test test.txt $all --out given
has out 'test.txt: .* of them duplicated, 4 users without an item;'
has out '0 users and 1 item are new'
has given/summary.json '"lines_without_items": 4,'
expect 0 "$BIN/wrmf-train" given/train.mtx --ids given --set factors=8 --out model
expect 0 "$BIN/wrmf-evaluate" model --test given/test.mtx --train given/train.mtx --k 5,20 --json
cp out figures
expect 0 "$BIN/wrmf-recommend" model --all --train given/train.mtx --n 20 --out lists.tsv
for k in 5 20; do
    # shellcheck disable=SC2046
    set -- $(awk -v k=$k '
        FNR == NR { n[$1] = NF - 1; for (i = 2; i <= NF; i++) test[$1, $i] = 1; next }
        $2 <= k && ($1, $4) in test { hits[$1]++; dcg[$1] += 1 / log($2 + 1) }
        END {
            for (u in n) {
                if (n[u] == 0)
                    continue
                users++
                ideal = 0
                for (i = 1; i <= n[u] && i <= k; i++)
                    ideal += 1 / log(i + 1)
                recall += hits[u] / n[u]
                precision += hits[u] / k
                ndcg += dcg[u] / ideal
            }
            printf "%d %.17g %.17g %.17g\n", users, recall / users, precision / users, ndcg / users
        }' test.txt lists.tsv)
    is figures counted "$1"
    is figures counted 56
    is figures "recall@$k" "$2"
    is figures "precision@$k" "$3"
    is figures "ndcg@$k" "$4"
done
# the awk line of docs/protocols.md makes the same of them
for file in train test; do
    awk '{ for (i = 2; i <= NF; i++) print $1 "\t" $i }' $file.txt >$file.tsv
done
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" train.tsv --header no --user 1 --item 2 $all --test test.tsv \
    --out pairs
for file in train.mtx test.mtx users.txt items.txt; do
    cmp given/$file pairs/$file || fail "lists and pairs give two $file"
done

# lists have no columns, and are read by all programs that read text
for option in '--user 1' '--count 3' '--no-header' '--delimiter tab' '--malformed skip'; do
    # shellcheck disable=SC2086
    expect 2 "$BIN/wrmf-prepare" train.txt --lists $option --out p
    has err 'does not go with --lists'
done
printf '1\n2 \n\n' >bare.txt
expect 1 "$BIN/wrmf-prepare" bare.txt --lists --out p
has err 'bare.txt: there is no interaction in it: no line has an item behind its user'
printf '99\t1 4 7 10\n' >more.txt
expect 0 "$BIN/wrmf-grow" model --with more.txt --lists --data given/train.mtx --out grown
has out '1 user and 0 items are new'
expect 0 "$BIN/wrmf-walkthrough" train.txt --lists --min-per-user 2 --min-per-item 2 --holdout 2 \
    --grid factors=2 --epochs 2 --out walk

# ---- sampled negatives (NCF): train.rating, test.rating, test.negative, \r\n at the ends ----
awk -v OFS='\t' '{
    for (i = 2; i <= NF; i++)
        print $1, $i, 1 + i % 5, 978300000 + 3600 * i > "x.train.rating"
}' train.txt
awk 'FNR == NR { for (i = 2; i <= NF; i++) had[$1, $i] = 1; next }
    NF > 1 {
        line = "(" $1 "," $2 ")"
        for (i = 0; i < 60; i++)
            if (!(($1, i) in had) && i != $2 && (i * 7 + $1) % 4 == 0)
                line = line "\t" i
        printf "%s\r\n", line
    }' train.txt test.txt >x.test.negative
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" x.train.rating --header no --user 1 --item 2 $all \
    --candidates x.test.negative --out ncf
[ ! -s err ] || fail "a split without a flaw is warned of: $(cat err)"
expect 0 "$BIN/wrmf-train" ncf/train.mtx --ids ncf --set factors=8 --out ncf.model
expect 0 "$BIN/wrmf-evaluate" ncf.model --candidates ncf/candidates.tsv --k 1,3 --json
cp out figures
expect 0 "$BIN/wrmf-recommend" ncf.model --all --n 100 --out lists.tsv
for k in 1 3; do
    # shellcheck disable=SC2046
    set -- $(tr -d '\r' <x.test.negative | awk -v k=$k '
        FNR == NR { rank[$1, $4] = $2; next }
        {
            split(substr($1, 2, length($1) - 2), pair, ",")
            ahead = 0
            for (i = 2; i <= NF; i++)
                ahead += rank[pair[1], $i] < rank[pair[1], pair[2]]
            users++
            if (ahead < k) {
                hits++
                ndcg += log(2) / log(ahead + 2)
            }
        }
        END { printf "%d %.17g %.17g\n", users, hits / users, ndcg / users }' lists.tsv -)
    is figures counted "$1"
    is figures counted 56
    is figures "hit_rate@$k" "$2"
    is figures "ndcg@$k" "$3"
done
# what a user of the training file has is no fair positive, and no negative
awk 'NR == 1 { print "(0," $2 ")\t" $3 "\t1" }' train.txt >seen
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" x.train.rating --header no --user 1 --item 2 $all --candidates seen \
    --out seen.out
has err 'seen: 1 positive is one that the user has in the training file'
has err 'seen: 1 negative is one that the user has in the training file'
has seen.out/summary.json '"positives_in_train": 1, "negatives_in_train": 1,'
expect 0 "$BIN/wrmf-evaluate" ncf.model --candidates ncf/candidates.tsv --train ncf/train.mtx
expect 0 "$BIN/wrmf-train" seen.out/train.mtx --ids seen.out --set factors=2 --out seen.model
expect 0 "$BIN/wrmf-evaluate" seen.model --candidates seen.out/candidates.tsv \
    --train seen.out/train.mtx
has err '1 of 1 interaction in seen.out/candidates.tsv are in seen.out/train.mtx as well'
echo "published: all as expected"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# habits.sh BIN TOP: wrmf-prepare reads what people's files have, or says what they have.
. "$(dirname "$0")/lib.sh"

# prepare STATUS INPUT OPTION...: runs wrmf-prepare without thinning and splitting
prepare() {
    wanted_status=$1
    shift
    expect "$wanted_status" "$BIN/wrmf-prepare" "$@" --min-per-user 1 --min-per-item 1 --holdout 0 \
        --out prepared
}
# silent: checks that nothing was said on standard error
silent() {
    [ ! -s err ] || { cat err; fail "a warning"; }
}

# ---- quotes of a program that never quotes ----
tab=$(printf '\t')
{
    printf 'u1\ti1\t"heroes\t5\n'
    for i in 1 2 3 4 5 6 7 8; do printf 'u%s\ti1\tartist\t3\n' $i; done
    printf 'u9\ti8\tab 12"\t2\nu10\ti8\tabba\t2\n'
} >plays.tsv
columns="--no-header --user 1 --item 2 --count 4"
# shellcheck disable=SC2086
{
    prepare 0 plays.tsv $columns
    has out 'plays.tsv: 11 rows, 1 of them'
    silent
    prepare 0 plays.tsv $columns --quoting none
    has out '11 rows'
    prepare 0 plays.tsv $columns --quoting minimal
    has out '2 rows, 0 of them duplicated, 1 quoted field that spans lines'
    has err 'warning: read plays.tsv: 1 quoted field spans lines; the first opens at plays.tsv:1:7'
    has prepared/summary.json '"spanning_fields": 1,'
    sed "10s/.*/u9${tab}i9${tab}\"weird\" al${tab}2/" plays.tsv | tr '\t' , >weird.csv
    prepare 1 weird.csv $columns
    has err 'weird.csv:1:7: the quote that opens here is closed in line 10, column 7'
    prepare 0 weird.csv $columns --malformed skip
    has out '9 rows, 0 of them duplicated, 2 malformed lines skipped'
    has err 'the first: weird.csv:1:7:'
}
printf 'u,i\n"a\\"b",x\n' >backslash.csv
prepare 1 backslash.csv --user u --item i
prepare 0 backslash.csv --user u --item i --escape backslash
[ "$(cat prepared/users.txt)" = 'a"b' ] || fail "an escaped quote"

# ---- headers and comments ----
printf '1\t10\n2\t20\n' >bare.tsv
prepare 0 bare.tsv --user 1 --item 2
has err 'the first line, 1\\t10, is taken'
printf '1,10\n2,20\n' >bare.csv
prepare 0 bare.csv --user 1 --item 2
has out "1 row,"
has err 'warning: .*bare.csv:1: the first line, 1,10, is taken for a header, though it looks like'
prepare 0 bare.csv --user 1 --item 2 --header auto
has out '2 rows'
silent
prepare 0 bare.csv --user 1 --item 2 --header no
prepare 2 bare.csv --user 1 --item 2 --header yes --no-header
prepare 0 bare.csv --user name:1 --item name:10
grep -qx 2 prepared/users.txt || fail "a column whose name is a number"
printf 'user,item\n1,10\nuser,item\n2,20\n' >parts.csv
prepare 0 parts.csv --user user --item item
has out '2 rows, 0 of them duplicated, 1 repeated header'
has err 'warning: .*equal the header.*line 3'
printf '%% bip unweighted\n%% 2 2\n1 10\n 2\t20 \n' >out.bip
prepare 0 out.bip --user 1 --item 2 --header no --delimiter whitespace --comment %
has out '2 rows, 0 of them duplicated, 2 comments'

# ---- what the header lacks ----
printf 'user item\n1 2\n' >blanks.txt
prepare 1 blanks.txt --user user --item item
has err 'no column "user"; cut at each tab it has 1: "user item"'
prepare 0 blanks.txt --user user --item item --delimiter whitespace
printf 'user, item\n1, 2\n' >spaced.csv
prepare 0 spaced.csv --user user --item item
printf 'sep=;\r\nuser;item\r\n1;2\r\n' >excel.csv
prepare 0 excel.csv --user user --item item
printf 'user,item\r1,2\r3,4\r' >mac.csv
prepare 0 mac.csv --user user --item item
has out '2 rows'
# what is refused by its first bytes, packed by gzip or not
printf '\377\376u\0s\0e\0r\0,\0' >utf16.csv
printf 'PK\003\004\024\000' >table.zip
printf '\375\067zXZ\000\000' >table.csv.xz
printf '{"user": 1, "item": 2}\n' >table.jsonl
for case in utf16.csv:UTF-16 table.zip:zip table.csv.xz:xz table.jsonl:JSON; do
    prepare 1 "${case%:*}" --user 1 --item 2
    has err "this is no delimited text, but .*${case#*:}"
done

# ---- delimiters and zeros ----
printf '1 10 11\n2 20\n' >blanks.txt
prepare 1 blanks.txt --no-header --user 1 --item 2
has err 'blanks.txt:1:8: column 2 is asked for, .*; --delimiter says .* and --lists reads lines of'
printf 'user item\n1 10\n' >blanks.csv
prepare 1 blanks.csv --user user --item item
has err 'blanks.csv:1: the header has no column "user"; .*; --delimiter says '
prepare 0 blanks.csv --user user --item item --delimiter whitespace
printf '1::10::5\n2::20::0\n' >ratings.dat
prepare 1 ratings.dat --no-header --user 1 --item 2 --count 3 --delimiter ::
has err 'ratings.dat:2:8: count is "0", not above 0; --zeros drop leaves out'
prepare 2 ratings.dat --no-header --user 1 --item 2 --count 2 --delimiter ::
has err "--item and --count are one column, '2'"
prepare 2 ratings.dat --user uid --item uid
has err "--user and --item are one column, 'uid'"
prepare 0 ratings.dat --no-header --user 1 --item 2 --count 3 --delimiter :: --zeros drop
has out '1 row, 0 of them duplicated, 1 count of 0 dropped'
printf '1::10::1e-400\n' >tiny.dat
prepare 1 tiny.dat --no-header --user 1 --item 2 --count 3 --delimiter :: --zeros drop
has err 'tiny.dat:1:8: count is "1e-400", too small for a double'
prepare 2 ratings.dat --no-header --user 1 --item 2 --delimiter colons
has err colons

# ---- nothing is left ----
printf 'u,i,n\na,x,one\nb,,1\n' >bad.csv
prepare 1 bad.csv --user u --item i --count n --malformed skip
has err 'no interaction in it: 2 malformed lines were skipped, the first: bad.csv:2:5: count'
for case in '%% a\n\n:all lines are empty or comments' 'u,i\n:nothing but a header' \
    ':it is empty'; do
    # shellcheck disable=SC2059
    printf "${case%%:*}" >none.csv
    prepare 1 none.csv --user 1 --item 2 --comment %
    has err "no interaction in it: .*${case#*:}"
done
printf 'oops\n1,10\n2,20\n' >oops.csv
prepare 0 oops.csv --no-header --user 1 --item 2 --malformed skip
has out '2 rows, 0 of them duplicated, 1 malformed line skipped'
echo "habits: all as expected"

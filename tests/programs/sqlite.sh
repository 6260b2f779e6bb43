#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# sqlite.sh BIN TOP [MOMENTS]: wrmf-sqlite reads by any query, keeps ids with their types, goes on
# from the model that it has stored, writes what has changed alone, and leaves a database as it was
# or as it is after, whatever stops it: it is killed at so many moments (2) of each kind of journal.
. "$(dirname "$0")/lib.sh"
moments=${3:-2}
command -v sqlite3 >/dev/null 2>&1 || { echo "SKIP: no sqlite3"; exit 77; }

# run DATABASE ARGUMENTS...
set='--set factors=6 --set iterations=5'
# shellcheck disable=SC2086
run() { "$BIN/wrmf-sqlite" "$@" $set; }
# is EXPECTED DATABASE SQL: checks what a statement gives
is() {
    found=$(sqlite3 "$2" "$3") || fail "sqlite3 $2 '$3'"
    [ "$found" = "$1" ] || fail "'$found', not '$1': $3"
}
content() { sqlite3 "$1" .dump | cksum; }
# plays FILE USERS: a table of which user has which of 40 items, integers and texts
plays() {
    sqlite3 "$1" "CREATE TABLE plays(user INTEGER, item TEXT, n INTEGER);
        WITH RECURSIVE u(u) AS (SELECT 0 UNION ALL SELECT u + 1 FROM u WHERE u < $2 - 1),
            i(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < 39)
        INSERT INTO plays SELECT u, 'item ' || i, 1 + (u + i) % 3 FROM u, i
        WHERE (i % 4 = u % 4 AND (u * 7 + i * 5) % 8 > 2) OR (u * 11 + i * 13) % 17 = 0;"
}
all='SELECT user, item, n FROM plays'

# ---- the main path ----
plays a.db 200
cp a.db plain.db
expect 0 run a.db --query "$all" --out model
has out '^recommendations: 200 lists written, 0 as they were, 0 removed$'
is ok a.db 'PRAGMA integrity_check'
is 200 a.db 'SELECT count(DISTINCT user) FROM recommendations JOIN plays USING (user)'
is 0 a.db 'SELECT count(*) FROM recommendations JOIN plays USING (user, item)'
is 2000 a.db 'SELECT count(*) FROM recommendations'
is 40 a.db 'SELECT count(*) FROM similar_items WHERE rank = 10 AND item <> similar'
is 'integer|text' a.db 'SELECT DISTINCT typeof(user), typeof(item) FROM recommendations'
is 0 a.db 'SELECT count(*) FROM recommendations a JOIN recommendations b
    ON a.user = b.user AND a.rank < b.rank AND a.score < b.score'
# the model is that of the other programs, and so are lists
sqlite3 -csv a.db "$all" >plays.csv
expect 0 "$BIN/wrmf-prepare" plays.csv --no-header --user 1 --item 2 --count 3 --min-per-user 0 \
    --min-per-item 0 --holdout 0 --out prepared
expect 0 "$BIN/wrmf-train" prepared/train.mtx --ids prepared --set factors=6 --set iterations=5 \
    --out trained
expect 0 "$BIN/wrmf-similar" trained --item 'item 7' --omit-self
cut -f 1,3 out >wanted
sqlite3 -separator "$(printf '\t')" a.db "SELECT rank, similar FROM similar_items
    WHERE item = 'item 7' ORDER BY rank" >found
cmp found wanted || fail "similar items are others than those of wrmf-similar"
expect 0 "$BIN/wrmf-recommend" model --user 17 --n 1

# ---- going on ----
sqlite3 a.db "CREATE TABLE log(user, what); CREATE TRIGGER t AFTER INSERT ON recommendations
    BEGIN INSERT INTO log VALUES (new.user, 'in'); END; CREATE TRIGGER d AFTER DELETE ON
    recommendations BEGIN INSERT INTO log VALUES (old.user, 'out'); END;"
expect 0 run a.db --query "$all"
has out 'the model of run 1: nothing has changed since'
has out 'recommendations: 0 lists written, 200 as they were, 0 removed'
is 0 a.db 'SELECT count(*) FROM log'
is 1 a.db "SELECT data FROM wrmf_model WHERE part = 'run'"
sqlite3 a.db "INSERT INTO plays VALUES (3, 'item 2', 4), (900, 'item 1', 1), (900, 'item 5', 1);
    DELETE FROM plays WHERE user = 8"
expect 0 run a.db --query "$all" --json
for member in '"run": 2' '"new_users": 1' '"gone_users": 1' '"changed_users": 1' \
    '"written": 2, "same": 198, "removed": 1' '"written": 0, "same": 40, "removed": 0'; do
    has out "$member"
done
is '3,8,900' a.db 'SELECT group_concat(user) FROM (SELECT DISTINCT user FROM log ORDER BY user)'
is 0 a.db 'SELECT count(*) FROM recommendations WHERE user = 8'
is 0 a.db 'SELECT count(*) FROM recommendations JOIN plays USING (user, item)'
is 10 a.db 'SELECT count(*) FROM recommendations WHERE user = 900'
expect 0 run a.db --query "$all" --epochs 2
has out '; 2 more epochs$'
# what an application did to the tables is mended
sqlite3 a.db 'DELETE FROM recommendations WHERE user = 5 AND rank > 3;
    UPDATE recommendations SET score = 0 WHERE user = 6'
expect 0 run a.db --query "$all"
has out 'recommendations: 2 lists written, 198 as they were'
expect 1 run a.db --query "$all" --set alpha=3
has err 'alpha=3: the model in wrmf_model was fitted with another; --fresh fits a new one'
expect 0 run a.db --query "$all" --set alpha=3 --fresh
has out 'a new model'
# a query of other items: from what is known of others nothing can be gone on
before=$(content a.db)
expect 1 run a.db --query "SELECT user, 'other ' || item, n FROM plays"
has err 'none of the items of the model in wrmf_model: .*--fresh fits a new one'
[ "$before" = "$(content a.db)" ] || fail "a run that failed has changed the database"
# who has rows alone that are passed over is not there: that is no news, again and again
q="$all UNION ALL SELECT 'y', 'item 1', 0 UNION ALL SELECT 3, 'none', 0"
expect 0 run a.db --query "$q" --zeros drop
has out ': nothing has changed since'
has out 'recommendations: 0 lists written, 200 as they were, 0 removed'
# a text comes to the integers: the table does not take it for one
sqlite3 a.db "CREATE VIEW typed AS SELECT user, item FROM plays UNION ALL SELECT 'x', 'item 1'"
before=$(content a.db)
expect 1 run a.db --query 'SELECT * FROM typed'
has err 'column "user" is declared INTEGER'
[ "$before" = "$(content a.db)" ] || fail "a run that failed has changed the database"
expect 0 run a.db --query 'SELECT * FROM typed' --recommendations typed_recommendations
is 'integer|200,text|1' a.db "SELECT group_concat(t || '|' || n) FROM (SELECT typeof(user) t,
    count(DISTINCT user) n FROM typed_recommendations GROUP BY 1 ORDER BY 1)"

# ---- names of items: in tables, in the file, in the next run ----
plays named.db 60
sqlite3 named.db "CREATE TABLE titles(id TEXT, title); INSERT INTO titles SELECT DISTINCT item,
    '<b>' || char(10) || upper(item) || '''' FROM plays WHERE item <> 'item 3';
    INSERT INTO titles VALUES ('nobody has this', 'x'), (7, 'nor this'), ('item 3', NULL)"
cp named.db unnamed.db
titles='SELECT id, title FROM titles'
expect 0 run named.db --query "$all" --names "$titles" --out named
is 0 named.db 'SELECT count(*) FROM recommendations r JOIN titles t ON t.id = r.item
    WHERE r.name IS NOT t.title'
is 0 named.db 'SELECT count(*) FROM similar_items s JOIN titles t ON t.id = s.similar
    WHERE s.name IS NOT t.title'
expect 0 "$BIN/wrmf-similar" named --item 'item 7' --n 1
has out 'item 7.*ITEM 7'
expect 0 run named.db --query "$all" --names "$titles"
has out 'nothing has changed since'
expect 0 run named.db --query "$all" # those that the model has
has out 'nothing has changed since'
has out 'recommendations: 0 lists written, 60 as they were'
sqlite3 named.db "UPDATE titles SET title = 'other' WHERE id = 'item 5';
    INSERT INTO plays VALUES (99, 'item 1', 1)"
expect 0 run named.db --query "$all" --names "$titles" --json
has out '"renamed_items": 1,'
has out '"changed_users": 0,'
lists=$(sqlite3 named.db "SELECT count(*) FROM similar_items WHERE name = 'other'")
has out "\"similar\": {\"written\": $lists,"
sqlite3 named.db "INSERT INTO plays VALUES (98, 'item 1', 1)"
expect 0 run named.db --query "$all"
is 0 named.db 'SELECT count(*) FROM recommendations r JOIN titles t ON t.id = r.item
    WHERE r.name IS NOT t.title'
before=$(content named.db)
for wrong in "1|'item 1', x'00'|the name is a blob" "1|'item 1', 'a' || char(0)|is NUL" \
    "2|'item 1'|has 1 columns" "2|'item 1', ?|has a parameter" "2|1, 2; SELECT 3|more than one"; do
    rest=${wrong#*|}
    expect "${wrong%%|*}" run named.db --query "$all" --names "SELECT ${rest%|*}"
    has err "${wrong##*|}"
done
[ "$before" = "$(content named.db)" ] || fail "a run that failed has changed the database"
expect 0 run unnamed.db --query "$all"
expect 1 run unnamed.db --query "$all" --names "$titles"
has err 'has no column "name" for --names'

# ---- ids like SQL, of all types; names of tables ----
name='re"cs''; DROP TABLE odd; --' other="x'); DROP TABLE odd; --"
sqlite3 odd.db "PRAGMA encoding = 'UTF-16le'; CREATE TABLE odd(user, item);
    CREATE TABLE id(id);
    INSERT INTO id VALUES ('''); DROP TABLE odd; --'), ('\"'), (''), ('a''b'), ('7'), (7), (x'37'),
        ('a' || char(0) || 'b'), (char(0)), (char(1)), (char(1) || 'i7'), (x''), (x'00ff'),
        ('NULL'), (char(233, 8364, 128512)), (-9223372036854775808), (' 7'), ('7.0'), ('?1'),
        (char(10) || char(9) || '%s'), (9223372036854775807);
    INSERT INTO odd SELECT u.id, i.id FROM id u, id i WHERE (u.rowid * 5 + i.rowid * 3) % 7 < 2"
for _ in new same; do
    expect 0 run odd.db --query 'SELECT user, item FROM odd' --recommendations "$name" \
        --similar "$other" --model 'wr"mf' --n 3 --n-similar 100 --json
done
has out '"written": 0, "same": 21, "removed": 0'
quoted='"re""cs''; DROP TABLE odd; --"' # of $name
is 21 odd.db "SELECT count(*) FROM id JOIN $quoted r ON r.user = id.id AND rank = 1
    AND typeof(r.user) = typeof(id.id) AND hex(r.user) = hex(id.id)"
is 0 odd.db "SELECT count(*) FROM $quoted WHERE (typeof(item), hex(item)) NOT IN
    (SELECT typeof(id), hex(id) FROM id)"
is 420 odd.db "SELECT count(*) FROM \"x'); DROP TABLE odd; --\" WHERE similar IN id AND item IN id"
is 21 odd.db 'SELECT count(*) FROM id'

# ---- a table of the application's, to which ids that differ by their case are equal ----
cp plain.db case.db
sqlite3 case.db "CREATE TABLE recommendations(user TEXT COLLATE NOCASE, rank, item TEXT, score);
    CREATE VIEW cased AS SELECT (CASE user % 2 WHEN 0 THEN 'u' ELSE 'U' END) || (user / 2), item
    FROM plays"
for changes in '200 lists written, 0' '0 lists written, 200'; do
    expect 0 run case.db --query 'SELECT * FROM cased'
    has out "recommendations: $changes as they were, 0 removed"
    is 200 case.db 'SELECT count(DISTINCT user COLLATE BINARY) FROM recommendations'
done
sqlite3 case.db "DELETE FROM plays WHERE user = 7"
expect 0 run case.db --query 'SELECT * FROM cased'
has out '0 lists written, 199 as they were, 1 removed'
is 199 case.db 'SELECT count(DISTINCT user COLLATE BINARY) FROM recommendations'

# ---- a view, parameters, two columns ----
sqlite3 plain.db "CREATE VIEW likes AS SELECT item AS what, user AS who, n FROM plays WHERE n > 1"
# shellcheck disable=SC2016 # these are SQL's
q='SELECT who, what FROM likes WHERE who < :most AND what <> @none AND n > ?3 AND who >= $least'
# shellcheck disable=SC2016
expect 0 run plain.db --query "$q" --param most=50 --param-text none=7 --param 3=1 \
    --param '$least=10' --json
has out '"users": 40,'
expect 2 run plain.db --query "$q" --param most=50
has err 'parameter @none has no value: --param'
expect 2 run plain.db --query "$all" --param most=50
has err 'the query has no parameter most'
expect 0 run plain.db --fresh --query 'SELECT user, item FROM plays WHERE typeof(?) = ?' \
    --param 1=0.5 --param 2=real
expect 0 run plain.db --fresh --query 'SELECT user, item FROM plays WHERE typeof(?) = ?' \
    --param-text 1=5 --param 2=text

expect 0 run plain.db --fresh --query 'SELECT user, item FROM plays WHERE n > ?5 AND user < ?2' \
    --param 2=50 --param 5=1 --json
has out '"users": 50,'
expect 2 run plain.db --fresh --query 'SELECT user, item FROM plays WHERE n > ?5 AND user < ?2' \
    --param 5=1
has err 'parameter ?2 has no value'
expect 2 run plain.db --fresh --query 'SELECT user, item FROM plays WHERE n > ?5' --param 5=1 \
    --param 4=1
has err 'has no parameter 4'
expect 2 run plain.db --fresh --query 'SELECT user, item FROM plays WHERE n > ?3 AND user < ?' \
    --param 3=1
has err 'parameter number 4 has no value: --param 4=VALUE'
# what SQLite keeps beside a database, by whatever path
ln -s plain.db link.db
ln -s . here
for out in plain.db-journal plain.db-wal ./plain.db-shm "$PWD/plain.db-wal" \
    here/plain.db-journal; do
    expect 2 run plain.db --fresh --query "$all" --out "$out"
    has err "keeps a file of that name"
    expect 2 run link.db --fresh --query "$all" --out "$out"
    [ ! -e "$out" ] || fail "there is $out"
done
expect 0 run plain.db --fresh --query "$all" --out link.db-wal # of no database
# a file that .import brings: all of it is text
printf 'user,item,n\n1,a,2\n2,b,1\n' >texts.csv
sqlite3 texts.db '.import --csv texts.csv texts'
expect 1 run texts.db --query 'SELECT * FROM texts'
has err 'row 1 of the query, column 3 (count, "n"): it is a text, not a number (CAST makes it one)'
expect 0 run texts.db --query 'SELECT user, item, CAST(n AS INTEGER) FROM texts'
is 'text|text' texts.db 'SELECT DISTINCT typeof(user), typeof(item) FROM recommendations'

# ---- dislikes ----
cp plain.db dislikes.db
sqlite3 dislikes.db 'CREATE VIEW judged AS SELECT user, item, CASE n WHEN 3 THEN -2 ELSE n END AS n
    FROM plays'
dislike='--negative dislike --set negative_counts=dislike'
judged='SELECT user, item, n FROM judged'
expect 1 run dislikes.db --query "$judged"
has err 'column 3 (count, "n"): -2 is no count.*; --negative dislike takes it as one'
expect 1 run dislikes.db --query "$judged" --fresh --negative dislike
has err 'negative_counts'
# shellcheck disable=SC2086
expect 0 run dislikes.db --query "$judged" $dislike --fresh --out disliked
is 0 dislikes.db 'SELECT count(*) FROM recommendations JOIN plays USING (user, item)'
sqlite3 -csv dislikes.db "$judged" >judged.csv
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-prepare" judged.csv --no-header --user 1 --item 2 --count 3 --min-per-user 0 \
    --min-per-item 0 --holdout 0 --negative dislike --out judged
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-train" judged/train.mtx --ids judged --set negative_counts=dislike $set \
    --out trained
expect 0 "$BIN/wrmf-similar" trained --item 'item 7' --omit-self
cut -f 1,3 out >wanted
sqlite3 -separator "$(printf '\t')" dislikes.db "SELECT rank, similar FROM similar_items
    WHERE item = 'item 7' ORDER BY rank" >found
cmp found wanted || fail "with dislikes similar items are others than those of wrmf-similar"
# a like that becomes a dislike is news; likes and dislikes of a pair are added up, but not to 0
sqlite3 dislikes.db 'UPDATE plays SET n = 3 WHERE user = 6 AND n = 2'
# shellcheck disable=SC2086
expect 0 run dislikes.db --query "$judged" $dislike
has out '0 users and 0 items are gone, 1 known user has other rows'
before=$(content dislikes.db)
# shellcheck disable=SC2086
expect 1 run dislikes.db --query "SELECT 1, 2, 0 UNION ALL SELECT 1, 2, 2 UNION ALL SELECT 2, 3, 1
    UNION ALL SELECT 1, 2, -3 UNION ALL SELECT 1, 2, 1" $dislike --zeros drop --fresh
has err 'row 5 of the query, column 3 (count, "0"): with it the likes and dislikes .* add up to 0'
[ "$before" = "$(content dislikes.db)" ] || fail "a run that failed has changed the database"

# ---- tables of the application's: STRICT, of types that would change values, with keys ----
cp plain.db strict.db
if sqlite3 strict.db 'CREATE TABLE s(user ANY, rank INT, item ANY, score REAL) STRICT' 2>err; then
    sqlite3 strict.db "CREATE VIEW mixed AS SELECT CASE user % 2 WHEN 0 THEN user ELSE 'u' || user
        END AS user, item FROM plays;
        CREATE TABLE blobs(user BLOB, rank INT, item ANY, score REAL) STRICT;
        CREATE TABLE texts(user TEXT, rank INT, item TEXT, score INTEGER) STRICT"
    expect 0 run strict.db --query 'SELECT * FROM mixed' --fresh --recommendations s
    is 'integer|100,text|100' strict.db "SELECT group_concat(t || '|' || n) FROM (SELECT
        typeof(user) t, count(DISTINCT user) n FROM s GROUP BY 1 ORDER BY 1)"
    expect 0 run strict.db --query 'SELECT * FROM mixed' --recommendations s
    has out 's: 0 lists written, 200 as they were'
    expect 1 run strict.db --fresh --query 'SELECT * FROM mixed' --recommendations blobs
    has err '"user" is declared BLOB, which would refuse ids of another type; .* of the type ANY'
    expect 1 run strict.db --fresh --query "$all" --recommendations texts
    has err '"score" is declared INTEGER, which would refuse scores'
else
    echo "no STRICT tables: $(cat err)"
fi
for column in 'rank TEXT, item, score' 'rank, item, score TEXT' 'rank REAL, item, score'; do
    sqlite3 strict.db "DROP TABLE IF EXISTS t; CREATE TABLE t(user, $column)"
    expect 1 run strict.db --fresh --query "$all" --recommendations t
    has err 'is declared .*, which would change \(ranks\|scores\)'
done
sqlite3 strict.db "CREATE TABLE u(id INTEGER PRIMARY KEY); INSERT INTO u SELECT DISTINCT user FROM
    plays; CREATE TABLE r(user REFERENCES u(id) ON DELETE CASCADE, rank, item, score)"
expect 0 run strict.db --fresh --query "$all" --recommendations r
is '' strict.db 'PRAGMA foreign_key_check'
sqlite3 strict.db 'PRAGMA foreign_keys = ON; DELETE FROM u WHERE id = 4'
is 0 strict.db 'SELECT count(*) FROM r WHERE user = 4'

# ---- tables that no list fits, and that are another's; found before anything is fitted ----
sqlite3 strict.db "CREATE TABLE more(user, rank, item, score, made NOT NULL);
    CREATE TABLE key(id INTEGER PRIMARY KEY NOT NULL, user, rank, item, score,
        made DEFAULT 1 NOT NULL);
    CREATE TABLE parts(part, piece, data); INSERT INTO parts VALUES ('run', 0, 'mine');
    CREATE TABLE halves(part, piece, data); INSERT INTO halves VALUES ('model', 0, 'mine');
    CREATE TABLE last(part, piece, data); INSERT INTO last VALUES ('run', 0, '9223372036854775807')"
expect 0 run strict.db --fresh --query "$all" --recommendations key
before=$(content strict.db)
expect 1 run strict.db --fresh --query "$all" --recommendations more
has err '"made" is NOT NULL and has no DEFAULT'
for table in parts halves last; do
    for fresh in '' --fresh; do
        expect 1 run strict.db $fresh --query "$all" --model $table --recommendations new \
            --similar new_similar
        has err "model $table: the table has rows that wrmf-sqlite has not written"
    done
done
[ "$before" = "$(content strict.db)" ] || fail "a run that failed has changed the database"
# what a database says moves no cursor
sqlite3 strict.db "CREATE VIEW \"c\" AS SELECT 1, 2, 'x' AS \"$(printf '\033[2J\302\233')\""
expect 1 run strict.db --fresh --query 'SELECT * FROM c'
has err 'count, "\\x1b\[2J\\x9b"): it is a text'

# ---- what is no interaction ----
before=$(content plain.db)
refuse() { # STATUS WORDS QUERY ARGUMENTS...
    status_=$1 words=$2 query=$3
    shift 3
    expect "$status_" run plain.db --fresh --query "$query" "$@"
    has err "$words"
    [ "$before" = "$(content plain.db)" ] || fail "a run that failed has changed the database"
}
two="$all LIMIT 2"
refuse 1 'row 3 of the query, column 2 (item, "item"): it is NULL' \
    "SELECT * FROM ($two) UNION ALL SELECT 1, NULL, 1"
refuse 1 'row 3 of the query, column 1 (user, "user"): it is NULL' \
    "SELECT * FROM ($two) UNION ALL SELECT NULL, 'x', 1"
refuse 1 'row 3 of the query, column 3 (count, "n"): it is NULL' \
    "SELECT * FROM ($two) UNION ALL SELECT 1, 'x', NULL"
refuse 1 'row 1 of the query, column 1 (user, "1.5"): it is a real' 'SELECT 1.5, 2, 3'
refuse 1 'row 1 of the query, column 3 (count, "c"): it is a text' "SELECT 1, 2, '3' AS c"
refuse 1 'column 3 (count, "c"): it is a blob' "SELECT 1, 2, x'33' AS c"
refuse 1 'column 3 (count, "c"): inf is no count' 'SELECT 1, 2, 9e999 AS c'
refuse 1 'column 3 (count, "c"): -1 is no count' 'SELECT 1, 2, -1 AS c'
refuse 1 'column 3 (count, "c"): -inf is no count' 'SELECT 1, 2, -9e999 AS c' --negative dislike
refuse 1 'column 3 (count, "c"): 0 is no count.*--zeros drop passes' 'SELECT 1, 2, 0 AS c'
refuse 1 'row 3 of the query, column 3 (count, "c"): with it the sum .* is not finite' \
    'SELECT 1, 2, 1e308 AS c UNION ALL SELECT 2, 2, 1 UNION ALL SELECT 1, 2, 1e308'
refuse 1 'gives no interaction' 'SELECT 1, 2, 0 AS c' --zeros drop
refuse 1 'gives no interaction' "$all LIMIT 0"
refuse 1 'row 4 of the query, column 2 (item, "2"): this user had this item in a row before' \
    'SELECT 1, 2, 1 UNION ALL SELECT 1, 2, 0 UNION ALL SELECT 1, 3, 1 UNION ALL SELECT 1, 2, 1' \
    --duplicates refuse --zeros drop
refuse 2 'has 1 columns' 'SELECT user FROM plays'
refuse 2 'more than one statement' "$all; DROP TABLE plays"
refuse 2 'columns\|writes' 'DELETE FROM plays RETURNING user, item'
refuse 1 'no such table' 'SELECT * FROM absent'
refuse 2 'is empty' ' -- nothing'
refuse 2 'two tables have one name' "$all" --similar RECOMMENDATIONS
refuse 1 'has rows that wrmf-sqlite has not written\|has no column' "$all" --similar plays
sqlite3 plain.db 'CREATE TABLE mine(user, rank, item, score); INSERT INTO mine VALUES (1, 1, 1, 1)'
before=$(content plain.db)
refuse 1 'mine: the table has rows that wrmf-sqlite has not written' "$all" --recommendations mine
refuse 1 'likes: this is a view' "$all" --recommendations likes
refuse 1 'model' "$all" --model plays
expect 1 run absent.db --query "$all"
[ ! -e absent.db ] || fail "a database is made"
cp plays.csv text.db
expect 1 run text.db --query "$all"
has err 'not a database'

# ---- locks: another that writes is waited for, and told of; fitting holds none ----
plays lock.db 60
mkfifo hold
sqlite3 lock.db <hold >held &
exec 9>hold
echo 'BEGIN IMMEDIATE; SELECT 1;' >&9
until [ -s held ]; do sleep 0.01; done
expect 1 run lock.db --query "$all" --busy-timeout 0.1
has err 'another connection holds the lock, and kept it for 0.1 s'
run lock.db --query "$all" --busy-timeout 100 >waited 2>&1 &
waiting=$!
sleep 0.1
echo 'COMMIT;' >&9
wait $waiting || { cat waited; fail "a lock that was given back is not had"; }
exec 9>&-
wait
user=1000
for journal in wal delete; do
    sqlite3 lock.db "PRAGMA journal_mode = $journal" >/dev/null
    epochs=200
    : >err
    until grep -q 'while it fitted' err; do # others commit while it fits
        user=$((user + 1)) epochs=$((2 * epochs))
        "$BIN/wrmf-sqlite" lock.db --query "$all" --fresh --set iterations=$epochs \
            >out 2>err &
        working=$!
        sleep 0.1
        sqlite3 -cmd '.timeout 60000' lock.db "DELETE FROM plays WHERE user = $user - 1001;
            INSERT INTO plays VALUES ($user, 'item 1', 1), (59, 'item 33', $user)"
        wait $working || { cat err; fail "it fails where others write"; }
    done
    has err '1 user and 0 items are new, 1 user has other rows; the next run takes that in'
    has err '1 user and 0 items went, and are in no list'
    is 0 lock.db 'SELECT count(*) FROM recommendations WHERE user NOT IN (SELECT user FROM plays)'
    expect 0 "$BIN/wrmf-sqlite" lock.db --query "$all"
    has out ': 1 user and 0 items are new, 1 user and 0 items are gone, 1 known user has other'
done

# a column more while it fits: what the query gives then is something else
plays schema.db 60
epochs=400
: >err
until grep -q 'while it fitted\|has 4 columns now' err; do
    epochs=$((2 * epochs))
    rm -f shape.db
    cp schema.db shape.db
    "$BIN/wrmf-sqlite" shape.db --query 'SELECT * FROM plays' --set iterations=$epochs >out 2>err &
    working=$!
    sleep 0.1
    sqlite3 -cmd '.timeout 60000' shape.db 'ALTER TABLE plays ADD COLUMN more'
    wait $working && status=0 || status=$?
done
[ $status -eq 1 ] || fail "a query that has become another is taken for what it was"
is 0 shape.db "SELECT count(*) FROM sqlite_master WHERE name LIKE 'wrmf%'"

# ---- a model of several pieces; one that is damaged ----
plays whole.db 1500
cp whole.db large.db
large='--set factors=512 --set precision=float64 --set iterations=0'
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-sqlite" large.db --query "$all" $large --n 1 --n-similar 0 --out large
is 2 large.db "SELECT count(*) FROM wrmf_model WHERE part = 'model'"
# shellcheck disable=SC2086
expect 0 "$BIN/wrmf-sqlite" large.db --query "$all" $large --n 1 --n-similar 0 --out again
has out 'nothing has changed since'
cmp large again || fail "a model that is stored is another when it is loaded"
for damage in "DELETE FROM wrmf_model WHERE part = 'model' AND piece = 0" \
    "UPDATE wrmf_model SET data = substr(data, 1, length(data) - 1)
        WHERE part = 'model' AND piece = 0" \
    "UPDATE wrmf_model SET data = x'' WHERE part = 'histories'" \
    "UPDATE wrmf_model SET data = substr(data, 1, 3000000) || x'0badbadbad0badbadbad' ||
        substr(data, 3000011) WHERE part = 'model' AND piece = 0"; do
    cp large.db damaged.db
    sqlite3 damaged.db "$damage" || fail "no damage"
    before=$(content damaged.db)
    expect 1 "$BIN/wrmf-sqlite" damaged.db --query "$all"
    has err 'fresh fits a new'
    [ "$before" = "$(content damaged.db)" ] || fail "a run that failed has changed the database"
done
expect 0 run damaged.db --query "$all" --fresh
has out 'a new model'

# ---- signals, and kill -9 ----
seconds() { awk -v a="$1" -v b="$2" -v r="$3" 'BEGIN { print a + (b - a) * r }'; }
# killed JOURNAL SIGNAL MOMENTS: the first run on whole.db, and a second one, are killed
killed() {
    for which in first second; do
        cp whole.db "before.db"
        sqlite3 before.db "PRAGMA journal_mode = $1" >/dev/null
        if [ $which = second ]; then
            expect 0 run before.db --query "$all"
            sqlite3 before.db "UPDATE plays SET n = n + 1 WHERE user % 2 = 0"
        fi
        cp before.db after.db
        before=$(content before.db)
        start=$(date +%s.%N)
        expect 0 run after.db --query "$all" --json
        took=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
        writing=$(sed -n 's/.*"write": \([0-9.]*\)}.*/\1/p' out)
        after=$(content after.db)
        was_before=0 was_after=0 i=0
        while [ $i -lt "$3" ]; do
            i=$((i + 1))
            rm -f work.db*
            cp before.db work.db
            # every second moment is within the transaction that writes
            from=$(awk -v t="$took" -v w="$writing" -v i=$i 'BEGIN { print i % 2 ? 0 : t - w }')
            moment=$(seconds "$from" "$took" "$(awk -v i=$i -v n="$3" -v s="$$" \
                'BEGIN { srand(s + i); print rand() }')")
            # shellcheck disable=SC2086
            "$BIN/wrmf-sqlite" work.db --query "$all" $set >out 2>err & # not by a shell between
            working=$!
            sleep "$moment"
            kill -s "$2" $working 2>/dev/null
            wait $working 2>/dev/null
            is ok work.db 'PRAGMA integrity_check'
            case $(content work.db) in
            "$before") was_before=$((was_before + 1)) ;;
            "$after") was_after=$((was_after + 1)) ;;
            *) fail "$1, $2 after $moment s: neither as before nor as after" ;;
            esac
        done
        echo "$1 journal, $which run, $2: as before $was_before, as after $was_after"
    done
}
killed delete KILL "$moments"
killed wal KILL "$moments"
killed wal TERM 1
echo "sqlite: all as expected"

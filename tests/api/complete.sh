#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# complete.sh SOURCE_ROOT: the tests of a header, tests/api/test_HEADER*.c, call each of its
# functions and provoke each status that its comment names; and what FAILS() provokes of a
# function is in its comment. Headers and tests are read as text:
#
#   - a status is provoked where a statement holds it and a call of the function, as in
#     FAILS(WRMF_E_NULL, "model", wrmf_model_save(NULL, path, err)); or where a test holds it
#     alone (a table of cases, an assertion about a status kept) and calls the function outside of
#     MUST() and FAILS(WRMF_E_...);
#   - OUT_OF_MEMORY(call) is FAILS(WRMF_E_NOMEM, "", call);
#   - a call of a function or macro of the test file or made.c stands for the calls in its body;
#   - "errors as wrmf_x()" in a comment stands for the statuses of that function;
#   - "WRMF_E_OVERFLOW (32-bit)" in a comment is not asked for, nor what no test can reach, below.
set -u
cd "$1" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
LC_ALL=C
export LC_ALL

# what no test can reach, and why
cat >"$work/beyond" <<'END'
wrmf_context_create WRMF_E_NOMEM     malloc itself would have to fail
wrmf_ids_add WRMF_E_OVERFLOW         it takes 2^31 ids
wrmf_ids_add_integer WRMF_E_OVERFLOW it takes 2^31 ids
wrmf_ids_merge WRMF_E_OVERFLOW       it takes 2^31 ids
wrmf_model_fit WRMF_E_OVERFLOW       it takes a row of 2^31 entries
wrmf_model_continue WRMF_E_OVERFLOW  it takes a row of 2^31 entries
wrmf_model_finish WRMF_E_OVERFLOW    it takes a row of 2^31 entries
wrmf_fold_row WRMF_E_OVERFLOW        it takes a row of 2^31 entries
wrmf_fold_row_float32 WRMF_E_OVERFLOW   it takes a row of 2^31 entries
wrmf_fold_rows WRMF_E_OVERFLOW       it takes a row of 2^31 entries
wrmf_fold_rows_float32 WRMF_E_OVERFLOW  it takes a row of 2^31 entries
wrmf_model_grow WRMF_E_OVERFLOW      it takes a row of 2^31 entries
wrmf_model_refresh WRMF_E_OVERFLOW   it takes a row of 2^31 entries
wrmf_curve_run WRMF_E_OVERFLOW       it takes a row of 2^31 entries
wrmf_grid_run WRMF_E_OVERFLOW        it takes a row of 2^31 entries
END

# "function F HEADER STATUS?" (it returns one), "names F CODE", "as F OTHER"
awk '
    FNR == 1 { header = FILENAME; gsub(/.*\/|\.h$/, "", header); comment = "" }
    /^\/\*\*/ { comment = ""; inside = 1 }
    inside { line = $0; sub(/^ *\*/, "", line); comment = comment " " line }
    /\*\// { inside = 0; next }
    inside { next }
    /^WRMF_API/ { declaration = "" ; declares = 1 }
    declares { declaration = declaration " " $0 }
    declares && /;/ {
        declares = 0
        match(declaration, /wrmf_[a-z0-9_]+\(/)
        name = substr(declaration, RSTART, RLENGTH - 1)
        print "function", name, header, (declaration ~ /WRMF_MUST_CHECK/)
        gsub(/WRMF_E_OVERFLOW \(32-bit\)/, "", comment)
        gsub(/"WRMF_E_[A-Z_]+"/, "", comment)
        gsub(/[ ]+/, " ", comment)
        text = comment
        while (match(text, /WRMF_E_[A-Z_]+/)) {
            print "names", name, substr(text, RSTART, RLENGTH)
            text = substr(text, RSTART + RLENGTH)
        }
        while (match(comment, /[Ee]rrors as wrmf_[a-z0-9_]+/)) {
            print "as", name, substr(comment, RSTART + 10, RLENGTH - 10)
            comment = substr(comment, RSTART + RLENGTH)
        }
        comment = ""
    }' include/wrmf/*.h >"$work/headers"

# "calls FILE F", "provokes FILE F CODE", "fails FILE F CODE LINE"
cat >"$work/tests.awk" <<'AWK'
    function note(kind, name, code) {
        if (!((kind, name, code) in noted))
            print kind, file, name, code, (kind == "fails" ? starts : "")
        noted[kind, name, code] = 1
    }
    # each name in text that is followed by "(" goes into found[]
    function names_called(text, found,    name) {
        split("", found)
        while (match(text, /[A-Za-z_][A-Za-z0-9_]*\(/)) {
            name = substr(text, RSTART, RLENGTH - 1)
            text = substr(text, RSTART + RLENGTH)
            found[name] = 1
        }
    }
    function codes_in(text, found) {
        split("", found)
        while (match(text, /WRMF_E_[A-Z_]+/)) {
            found[substr(text, RSTART, RLENGTH)] = 1
            text = substr(text, RSTART + RLENGTH)
        }
    }
    # the library functions that text calls, itself or through units of the file, into reached[]
    function reach(text, reached, depth,    called, name) {
        names_called(text, called)
        for (name in called)
            if (name ~ /^wrmf_/)
                reached[name] = 1
            else if (name in bodies && depth < 4)
                reach(bodies[name], reached, depth + 1)
    }
    function statement(text, unit,    reached, codes, name, code, must) {
        gsub(/OUT_OF_MEMORY\(/, "FAILS(WRMF_E_NOMEM, ", text)
        names_called(text, reached)
        for (name in reached)
            if (name ~ /^wrmf_/)
                note("calls", name, "")
        codes_in(text, codes)
        split("", reached)
        must = text ~ /^[ ]*MUST\(/
        if (!must)
            reach(text, reached, 0)
        coded = 0
        for (code in codes) {
            coded = 1
            any = 0
            for (name in reached) {
                note("provokes", name, code)
                any = 1
            }
            if (!any)
                alone[code] = 1
            if (text ~ /FAILS\(WRMF_E_/) {
                split("", reached)
                reach(text, reached, 4) # the test itself
                for (name in reached)
                    if (text ~ "[(, ]" name "\\(")
                        note("fails", name, code)
            }
        }
        if (!coded)
            for (name in reached)
                bare[name] = 1
        return must ? "" : text ";"
    }
    # a unit: a function, or a macro; its statements
    function unit_ends(name, body,    n, i, parts, code, function_) {
        split("", alone)
        split("", bare)
        n = split(body, parts, /[;{}]/)
        for (i = 1; i <= n; i++)
            statement(parts[i], name)
        for (code in alone)
            for (function_ in bare)
                note("provokes", function_, code)
    }
    FILENAME ~ /test_/ { file = FILENAME; gsub(/.*\//, "", file) }
    { gsub(/"([^"\\]|\\.)*"/, "\"\""); sub(/\/\*.*\*\//, ""); sub(/\/\/.*/, "") }
    /\/\*/ { comment = 1 }
    /\*\// { comment = 0; next }
    comment { next }
    /^#define [A-Za-z_]+\(/ {
        name = $2
        sub(/\(.*/, "", name)
        macro = name
        body = ""
        sub(/^#define [A-Za-z_]+\([^)]*\)/, "")
    }
    macro != "" {
        body = body " " $0
        if ($0 !~ /\\$/) {
            gsub(/\\ /, " ", body)
            bodies[macro] = body
            macro = ""
        }
        next
    }
    /^[a-z].*\(/ && !in_body { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
    /^\{/ { in_body = 1; body = ""; next }
    /^\}/ && in_body {
        in_body = 0
        order[++units] = name
        bodies[name] = body
        next
    }
    in_body { body = body " " $0 }
    END {
        # what MUST() holds is no way to a status
        for (name in bodies) {
            whole[name] = bodies[name]
            n = split(bodies[name], parts, /;/)
            bodies[name] = ""
            for (i = 1; i <= n; i++)
                if (parts[i] !~ /[ ]MUST\(/)
                    bodies[name] = bodies[name] parts[i] ";"
        }
        for (u = 1; u <= units; u++)
            unit_ends(order[u], whole[order[u]])
        for (name in whole)
            if (!(name in listed))
                unit_ends(name, whole[name])
    }
AWK
for test in tests/api/test_*.c; do
    name=$(basename "$test" .c)
    grep -q "^  '${name#test_}',$" tests/api/meson.build || echo "unbuilt $name.c"
    awk -f "$work/tests.awk" "$test" tests/api/made.c
done >"$work/tests"

awk -v tests="$work/tests" -v beyond="$work/beyond" '
    $1 == "function" { header[$2] = $3; fallible[$2] = $4; order[++n] = $2 }
    $1 == "names" { documented[$2, $3] = 1; names[$2] = names[$2] " " $3 }
    $1 == "as" { as[$2] = as[$2] " " $3 }
    function complain(what) { print what; bad = 1 }
    # the test file is one of the header: test_HEADER.c or test_HEADER_SUBJECT.c
    function of(file, name) {
        return file ~ ("^test_" header[name] "(_.*)?\\.c$")
    }
    END {
        for (i = 1; i <= n; i++) {
            name = order[i]
            m = split(as[name], others, " ")
            for (j = 1; j <= m; j++) {
                if (!(others[j] in header))
                    complain(header[name] ".h: " name " has errors as " others[j] ", which is none")
                l = split(names[others[j]], codes, " ")
                for (k = 1; k <= l; k++)
                    if (!((name, codes[k]) in documented)) {
                        documented[name, codes[k]] = 1
                        names[name] = names[name] " " codes[k]
                    }
            }
        }
        while ((getline line < tests) > 0) {
            split(line, word, " ")
            if (word[1] == "unbuilt")
                complain("tests/api/meson.build does not list " word[2])
            if (!(word[3] in header))
                continue
            if (word[1] == "calls" && of(word[2], word[3]))
                called[word[3]] = 1
            if (word[1] == "provokes" && of(word[2], word[3]))
                provoked[word[3], word[4]] = 1
            if (word[1] == "fails" && !((word[3], word[4]) in documented))
                complain(header[word[3]] ".h: " word[3] " gives " word[4] " in " word[2] \
                         ", which its comment does not name")
        }
        while ((getline line < beyond) > 0) {
            split(line, word, " ")
            if (!((word[1], word[2]) in documented))
                complain("complete.sh: " word[1] " does not name " word[2])
            if ((word[1], word[2]) in provoked)
                complain("complete.sh: " word[1] " is seen to give " word[2])
            provoked[word[1], word[2]] = 1
        }
        for (i = 1; i <= n; i++) {
            name = order[i]
            where = "tests/api/test_" header[name] "*.c"
            if (!(name in called))
                complain(where ": " name " is not called")
            if (fallible[name] && names[name] == "")
                complain(header[name] ".h: " name " returns a status and names none")
            l = split(names[name], codes, " ")
            split("", asked)
            for (k = 1; k <= l; k++) {
                if (codes[k] in asked)
                    continue
                asked[codes[k]] = 1
                pairs++
                if (!((name, codes[k]) in provoked))
                    complain(where ": " name " is not seen to give " codes[k])
            }
        }
        print n + 0 " functions, " pairs + 0 " statuses of them"
        if (n < 100 || pairs < 200)
            complain("is this the source tree?")
        exit bad
    }' "$work/headers"

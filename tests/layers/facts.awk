# SPDX-License-Identifier: BSD-2-Clause
# facts.awk: what C files, formatted as .clang-format says, define and use. Prints, separated
# by blanks,
#
#   file FILE LINES
#   function FILE LINE LENGTH ARGUMENTS static|global NAME
#   use FILE LINE NAME        a word wrmf_... in a body, an initializer or a macro
#
# A function opens with "{" in the first column and ends with "}" in the first column; its
# length is counted from the first line of its signature. Comments, texts and #include lines
# are no uses, nor are declarations. Templates spell names with the macros of linalg/real.h:
# RFN(x) and KFN(x) are read as wrmf_i_x_fN, as is wrmf_i_x_f32, and the CPU level behind a name
# is dropped, so that a template is one file however often it is compiled.

# The line without comments and with empty texts; `comment` says whether one is still open.
function code_of(line,    out, c, next_two, i, n, quote) {
    out = ""
    n = length(line)
    for (i = 1; i <= n; i++) {
        c = substr(line, i, 1)
        next_two = substr(line, i, 2)
        if (comment) {
            if (next_two == "*/") {
                comment = 0
                i++
            }
        } else if (quote != "") {
            if (c == "\\")
                i++
            else if (c == quote) {
                quote = ""
                out = out c
            }
        } else if (next_two == "/*") {
            comment = 1
            i++
        } else if (next_two == "//") {
            break
        } else {
            if (c == "\"" || c == "'")
                quote = c
            out = out c
        }
    }
    while (match(out, /[RK]FN\([a-z0-9_]+\)/))
        out = substr(out, 1, RSTART - 1) "wrmf_i_" substr(out, RSTART + 4, RLENGTH - 5) \
              "_fN" substr(out, RSTART + RLENGTH)
    return out
}

function plain_name(name) {
    sub(/_(generic|avx2|avx512|avx512vnni|neon)$/, "", name)
    sub(/_f(32|64)$/, "_fN", name)
    return name
}

function print_uses(text,    name) {
    while (match(text, /[A-Za-z_][A-Za-z0-9_]*/)) {
        name = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (name ~ /^wrmf_/)
            print "use", FILENAME, FNR, plain_name(name)
    }
}

# Sets name and arguments from a whole signature, "static int f(int a, int b)".
function read_signature(text,    i, c, depth, n) {
    gsub(/__attribute__\(\([^()]*(\([^()]*\))?[^()]*\)\)/, "", text)
    match(text, /[A-Za-z_][A-Za-z0-9_]*[ ]*\(/)
    name = substr(text, RSTART, RLENGTH - 1)
    text = substr(text, RSTART + RLENGTH)
    arguments = text ~ /^[ ]*(void)?[ ]*\)/ ? 0 : 1
    depth = 1
    n = length(text)
    for (i = 1; i <= n && depth > 0; i++) {
        c = substr(text, i, 1)
        if (c == "(")
            depth++
        else if (c == ")")
            depth--
        else if (c == "," && depth == 1)
            arguments++
    }
}

function end_file() {
    if (file != "")
        print "file", file, lines
}

FNR == 1 {
    end_file()
    file = FILENAME
    start = comment = inside = statement = macro = 0
    signature = ""
}
{ lines = FNR }
{ code = code_of($0) }

# preprocessor: what a macro stands for is used where it is defined
macro || /^[ \t]*#/ {
    if (macro || code ~ /^[ \t]*#[ \t]*define/)
        print_uses(code)
    macro = (macro || /^[ \t]*#/) && /\\$/
    next
}

inside {
    print_uses(code)
    if (/^\}/) {
        print "function", FILENAME, start, FNR - start + 1, arguments, linkage, plain_name(name)
        inside = start = 0
        signature = ""
    }
    next
}

/^\{/ {
    if (!start)
        start = FNR
    read_signature(signature)
    linkage = signature ~ /(^|[ ])static[ ]/ ? "static" : "global"
    inside = 1
    next
}

# an initializer: from "=" on, up to the ";" that ends it
statement {
    print_uses(code)
    if (code ~ /;[ \t]*$/) {
        statement = start = 0
        signature = ""
    }
    next
}
code ~ /^[A-Za-z_].*=/ && code !~ /\(.*=/ {
    text = code
    sub(/^[^=]*=/, "", text)
    print_uses(text)
    statement = code !~ /;[ \t]*$/
    if (!statement)
        start = 0
    signature = ""
    next
}

# a signature: begins in the first column, ends before "{"; what ends with ";" is none
code ~ /;[ \t]*$/ || code ~ /^[ \t]*$/ || code ~ /^\}/ {
    start = 0
    signature = ""
    next
}
/^[A-Za-z_]/ && !start {
    start = FNR
}
start {
    signature = signature code
}

END { end_file() }

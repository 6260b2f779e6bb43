# SPDX-License-Identifier: BSD-2-Clause
# README.md in, a shell script out, for session.sh to source: what a reader does, in the
# order of the page.
#
#   section TITLE            a heading: a new terminal in the top folder of the clone
#   run LINE     'TEXT'      a command of a block marked sh, with its continuation lines
#   prints LINE <<'EOF'      a block marked text: what the commands of the block before print
#   writes LINE NAME <<'EOF' any other block: a file, named by the last `word` above it
#
# Commands in running text are not run. Each must stand in a block as well, or be one of
# left_out, or the script fails, so no command of the page escapes.

function quoted(text) {
    gsub(/'/, "'\\''", text)
    return "'" text "'"
}
function complain(what) {
    printf "README.md:%d: %s\n", FNR, what >"/dev/stderr"
    bad = 1
}
# Remembers the commands that stand in a line of running text.
function remember(line,   part, n, i) {
    n = split(line, part, "`")
    for (i = 2; i <= n; i += 2)
        if (part[i] ~ /^(sudo|cc|cmake|meson|ninja|pkg-config|wrmf-[a-z]+) / ||
            part[i] ~ /^(scripts|benchmarks)\/[a-z-]+/)
            spoken[part[i]] = FNR
    if (n >= 3)
        name = part[n % 2 ? n - 1 : n - 2]
}

BEGIN {
    left_out["benchmarks/run"] = "compiles three packages of PyPI and runs for an hour"
}
!fence && /^```./ {
    fence = substr($0, 4)
    if (fence == "sh")
        print "block"
    else if (fence == "text")
        printf "prints %d <<'END_OF_BLOCK'\n", FNR
    else
        printf "writes %d %s <<'END_OF_BLOCK'\n", FNR, quoted(name)
    next
}
fence && /^```$/ {
    if (fence != "sh")
        print "END_OF_BLOCK"
    else if (command != "")
        complain("a command without an end")
    fence = ""
    next
}
fence == "sh" {
    if (command == "" && /^[ ]*(#.*)?$/)
        next
    if (command == "")
        first = FNR
    command = command $0
    if (/\\$/) {
        command = command "\n"
        next
    }
    printf "run %d %s\n", first, quoted(command)
    commands = commands "\n" command
    command = ""
    next
}
fence { print; next }
/^#+ / {
    sub(/^#+ /, "")
    printf "section %s\n", quoted($0)
    next
}
/^    / { complain("a block without a fence: what is it?") }
{ remember($0) }

END {
    if (fence)
        complain("a block without an end")
    for (text in spoken)
        if (!(text in left_out) && !index(commands, text)) {
            printf "README.md:%d: \"%s\" is run nowhere\n", spoken[text], text >"/dev/stderr"
            bad = 1
        }
    if (split(commands, ignored, "\n") < 10) {
        print "README.md: hardly a command in it: is this the README?" >"/dev/stderr"
        bad = 1
    }
    exit bad
}

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# session.sh PAGE: inside the new machine, as root: do what PAGE says, which readme.awk
# made of README.md. Commands are an ordinary user's, who may use sudo. Stops at the
# first that fails or prints other than the README shows.
set -u
page=$1
home=/home/user
clone=$home/libwrmf
state=/tmp/terminal # the user's environment and folder, as commands leave them
: >/tmp/printed     # what the commands of a block have printed so far

# as_user COMMAND...: what a login gives a user, and no more
as_user() {
    runuser -u user -- env -i HOME="$home" USER=user LOGNAME=user SHELL=/bin/sh TERM=dumb \
        PATH=/usr/local/bin:/usr/bin:/bin "$@"
}

fail() {
    echo "FAILED: README.md:$1: $2"
    exit 1
}

section() {
    rm -f "$state"
    echo "---- $1"
}

block() { : >/tmp/printed; }

run() {
    line=$1 text=$2
    case $text in
    scripts/test | 'scripts/test '*)
        # The whole suite is what runs this here; that it takes its options is enough.
        echo "README.md:$line: \$ $text"
        echo "    (its --help instead)"
        text='scripts/test --help'
        ;;
    *) echo "README.md:$line: \$ $text" ;;
    esac
    begun=$(date +%s)
    printf '%s\n' "$text" >/tmp/command
    # shellcheck disable=SC2016
    as_user sh -c 'cd "$2" && { [ ! -f "$1" ] || . "$1"; }
        . /tmp/command
        status=$?
        { export -p && printf "cd \"%s\"\n" "$PWD"; } >"$1"
        exit $status' sh "$state" "$clone" </dev/null >/tmp/now 2>&1
    status=$?
    cat /tmp/now >>/tmp/printed
    if [ $status -ne 0 ]; then
        tail -n 60 /tmp/now
        fail "$line" "status $status"
    fi
    tail -n 3 /tmp/now | cut -c 1-100 | sed 's/^/    /'
    echo "    ($(($(date +%s) - begun)) s)"
}

# The same words and whole numbers. Numbers with a point may differ by a thousandth: other
# kernels round otherwise, rows are solved to a relative residual of 1e-6 in float32, and
# what a dozen epochs make of that stays far below what moves an item to another rank here.
prints() {
    cat >/tmp/wanted
    awk '
        function near(a, b) {
            return a ~ /^-?[0-9]+\.[0-9]+$/ && b ~ /^-?[0-9]+\.[0-9]+$/ &&
                length(a) == length(b) && (a - b) ^ 2 <= (0.001 * a) ^ 2
        }
        NR == FNR { line[FNR] = $0; lines = FNR; next }
        {
            n = split(line[FNR], want, " ")
            if (n != NF)
                bad = 1
            for (i = 1; i <= NF; i++)
                if ($i != want[i] && !near(want[i], $i))
                    bad = 1
        }
        END { exit bad || lines != FNR }' /tmp/wanted /tmp/printed || {
        diff /tmp/wanted /tmp/printed
        fail "$1" "prints something else"
    }
    echo "README.md:$1: printed as shown"
}

writes() {
    line=$1 name=$2
    cat >/tmp/file
    # shellcheck disable=SC2016
    as_user sh -c 'cd "$2" && { [ ! -f "$1" ] || . "$1"; }
        if [ -f "$3" ]; then cmp /tmp/file "$3"; else
            mkdir -p "$(dirname "$3")" && cp /tmp/file "$3"
        fi' sh "$state" "$clone" "$name" || fail "$line" "$name cannot be written, or is another"
    echo "README.md:$line: $name"
}

. "$page"
echo "README.md: every command runs"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# errors.sh FOLDER: examples that are given something they cannot read or write end with
# status 1 and one line on standard error that begins with their name and names the file.
set -u
folder=$1
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# refuses TEXT NAME [ARGUMENT...]
refuses() {
    text=$1 name=$2
    shift 2
    "$folder/$name" "$@" >out 2>err
    status=$?
    if [ $status -ne 1 ] || [ "$(wc -l <err)" -ne 1 ] || ! grep -q "^$name: .*$text" err; then
        cat out err
        echo "FAILED: $name $*: status $status, and no line with '$text'"
        failed=1
    fi
}

refuses 'give it a file' read_a_file
refuses 'no-such-file' read_a_file no-such-file
printf 'listener,record\na,b\n' >short.csv
refuses 'short.csv' read_a_file short.csv
refuses 'give it a file' more_like_this
refuses 'no-such-file' more_like_this no-such-file x
refuses 'item is -1' more_like_this short.csv no-such-id
refuses 'no-such-folder' save_and_load no-such-folder/model
refuses 'no-such-folder' serve_a_file no-such-folder/model
refuses 'no-such-folder' resume_a_grid no-such-folder/journal
exit $failed

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# limits.sh BIN TOP: a reader that ends first and little address space are failures that a program
# tells by its status: it is not killed, does not hang, and its files are whole.
. "$(dirname "$0")/lib.sh"

# $packages is several words
expect 0 "$BIN/wrmf-prepare" $packages --out prepared --holdout 0
[ -s prepared/train.mtx ] || fail "no matrix"

# standard output is a pipe that nobody reads, whatever the shell does with SIGPIPE
{
    sleep 0.2
    "$BIN/wrmf-train" prepared/train.mtx --set factors=4 --out model.safetensors 2>err
    echo $? >status
} | :
read -r status <status
[ "$status" -le 1 ] || { cat err; fail "train ended with status $status on a closed pipe"; }
expect 0 "$BIN/wrmf-similar" model.safetensors --item 3

# from too little to be loaded to enough
mib=32
while [ "$mib" -le 512 ]; do
    (
        ulimit -v $((mib * 1024))
        timeout 60 "$BIN/wrmf-train" prepared/train.mtx --set factors=4 --set iterations=1 \
            --out model.safetensors >out 2>err
        echo $? >status
    )
    read -r status <status
    [ "$status" -ne 124 ] || fail "train hangs with $mib MiB of address space"
    mib=$((mib + 48))
done

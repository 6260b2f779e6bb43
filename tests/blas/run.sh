#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh BUILD PROGRAM: run PROGRAM with one of Debian's BLAS builds, which lie beside
# each other in folders of their own. 77 ("skipped") where it is not installed.
set -eu
build=$1 program=$2
folders=
# this machine's first: packages of another architecture may lie beside them
for arch in /usr/lib/"$(uname -m)"-linux-gnu* /usr/lib/*-linux-gnu*; do
    case $build in
    reference)
        [ -e "$arch/blas/libblas.so.3" ] && [ -e "$arch/lapack/liblapack.so.3" ] &&
            folders=$arch/blas:$arch/lapack
        ;;
    *) [ -e "$arch/$build/libblas.so.3" ] && folders=$arch/$build ;;
    esac
    [ -z "$folders" ] || break
done
if [ -z "$folders" ]; then
    echo "skipped: the $build BLAS is not installed (scripts/install-deps test does that)"
    exit 77
fi
LD_LIBRARY_PATH=$folders${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "$program" "${folders%%:*}"

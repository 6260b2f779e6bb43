#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh BUILD CORE COMMAND ...: run the command over one of Debian's BLAS builds, which
# lie beside each other in folders of their own, and with OpenBLAS's kernels for CORE
# (Haswell, Zen, SkylakeX, Prescott; any: what it finds best). 77 ("skipped") where the
# build is not installed or the CPU cannot run such kernels. The command finds in
# WRMF_TEST_BLAS and WRMF_TEST_CORE what it should have got.
set -eu
build=$1 core=$2
shift 2

# the machine an ELF file is for; a script's is this one
machine() {
    if [ "$(od -An -c -N4 "$1" | tr -d ' ')" = '177ELF' ]; then
        od -An -tx2 -j18 -N2 "$1"
    else
        od -An -tx2 -j18 -N2 /proc/self/exe
    fi
}

# there may be folders of other architectures beside this one's
wanted=$(machine "$1")
folders=
for arch in /usr/lib/*-linux-gnu*; do
    case $build in
    reference) first=$arch/blas folders=$arch/blas:$arch/lapack ;;
    *) first=$arch/$build folders=$arch/$build ;;
    esac
    [ -e "$first/libblas.so.3" ] && [ "$(machine "$first/libblas.so.3")" = "$wanted" ] && break
    folders=
done
if [ -z "$folders" ]; then
    echo "skipped: the $build BLAS is not installed (scripts/install-deps test does that)"
    exit 77
fi

case $core in
any) needed= ;;
Prescott) needed=pni ;;
Haswell | Zen) needed='avx2 fma' ;;
SkylakeX) needed='avx512f avx512cd avx512bw avx512dq avx512vl' ;;
*)
    echo "no core type $core"
    exit 2
    ;;
esac
flags=" $(sed -n 's/^flags[^:]*://p;T;q' /proc/cpuinfo) "
for flag in $needed; do
    case $flags in
    *" $flag "*) ;;
    *)
        echo "skipped: this CPU cannot run the kernels for $core, it has no $flag"
        exit 77
        ;;
    esac
done
if [ "$core" = any ]; then
    unset OPENBLAS_CORETYPE
else
    export OPENBLAS_CORETYPE="$core" WRMF_TEST_CORE="$core"
fi
export WRMF_TEST_BLAS="${folders%%:*}"
export LD_LIBRARY_PATH="$folders${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec "$@"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# install.sh MESON BUILD HERE PREFIX LIBDIR BINDIR MANDIR VERSION ABI: install BUILD into an
# empty folder and build a C and a C++ program against it, outside the tree, through
# pkg-config and through CMake, shared and static. Where the static LAPACK is installed, a C
# program without any shared library is built through pkg-config, too. The installed programs
# must start from where they are.
set -eu
meson=$1 build=$2 here=$3 prefix=$4 libdir=$5 bindir=$6 mandir=$7 version=$8 abi=$9
unset DESTDIR PKG_CONFIG_PATH PKG_CONFIG_LIBDIR LD_LIBRARY_PATH CFLAGS CXXFLAGS LDFLAGS || true
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$meson" install -C "$build" --no-rebuild --quiet --destdir "$work/root" >"$work/log" 2>&1 ||
    { cat "$work/log"; exit 1; }
root=$work/root$prefix
lib=$root/$libdir
for file in "$root/include/wrmf/wrmf.h" "$lib/libwrmf.so" "$lib/libwrmf.so.$abi" \
    "$lib/libwrmf.a" "$lib/pkgconfig/wrmf.pc" "$lib/cmake/wrmf/wrmfConfig.cmake"; do
    [ -e "$file" ] || { echo "not installed: $file"; find "$work/root"; exit 1; }
done
(cd "$here/../../include" && find wrmf -name '*.h') | while read -r header; do
    cmp "$here/../../include/$header" "$root/include/$header"
done

cp "$here"/consumer.c "$here"/consumer.cpp "$here"/CMakeLists.txt "$work"
cd "$work"
passed=0
failed=0

# ---- The tools are installed, each with its manual page, and nothing else: examples are not.
if [ -d "$root/$bindir" ]; then
    installed=$(cd "$root/$bindir" && echo *)
    # two are there where the libraries are that they need
    [ "$(echo "$installed" | sed 's/ wrmf-serve / /; s/ wrmf-sqlite / /')" = "wrmf-evaluate \
wrmf-grow wrmf-prepare wrmf-recommend wrmf-similar wrmf-train wrmf-walkthrough" ] ||
        { echo "FAILED: programs: $installed"; failed=$((failed + 1)); }
    for program in $installed; do
        [ -s "$root/$mandir/man1/$program.1" ] ||
            { echo "FAILED: no manual page of $program"; failed=$((failed + 1)); }
    done
fi

# ---- The programs find the library from where they are, without the loader's help; the loader
# knows the prefix /usr by itself.
if [ "$prefix" != /usr ]; then
    for program in "$root/$bindir"/wrmf-*; do
        if [ -x "$program" ] && ! "$program" --version >log 2>&1; then
            echo "FAILED: $program does not start"
            cat log
            failed=$((failed + 1))
        fi
    done
fi

# run NAME PROGRAM shared|static: the program runs, with the kind of library it should have.
run() {
    if ! LD_LIBRARY_PATH=$lib "$2"; then
        echo "FAILED: $1 does not run"
    elif [ "$3" = shared ] &&
        ! LD_LIBRARY_PATH=$lib ldd "$2" | grep -q "libwrmf.so.$abi => $lib/"; then
        echo "FAILED: $1 does not use the installed shared library"
    elif [ "$3" = static ] && ldd "$2" | grep -q libwrmf; then
        echo "FAILED: $1 uses a shared library"
    else
        echo "ok: $1"
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
}
broken() {
    echo "FAILED: $1 does not build"
    failed=$((failed + 1))
}

# ---- pkg-config. One thing is changed, as a package's build would change it: where the prefix
# is.
sed -i "s|^prefix=.*|prefix=$root|" "$lib/pkgconfig/wrmf.pc"
PKG_CONFIG_PATH=$lib/pkgconfig
export PKG_CONFIG_PATH
[ "$(pkg-config --modversion wrmf)" = "$version" ] || { echo "wrmf.pc: wrong version"; exit 1; }
case $(pkg-config --libs wrmf) in
"-L$lib -lwrmf" | "-L$lib -lwrmf ") ;;
*)
    echo "wrmf.pc: users of the shared library need -lwrmf alone: $(pkg-config --libs wrmf)"
    exit 1
    ;;
esac
shared=$(pkg-config --cflags --libs wrmf)
# Both libraries are there, so that -lwrmf would take the shared one.
static=$(pkg-config --static --cflags --libs wrmf | sed 's/-lwrmf/-l:libwrmf.a/')
for kind in shared static; do
    eval "flags=\$$kind"
    if ${CC:-cc} -std=c99 -Wall -Werror consumer.c -o c_$kind $flags; then
        run "C, pkg-config, $kind" ./c_$kind $kind
    else
        broken "C, pkg-config, $kind"
    fi
    if ${CXX:-c++} -std=c++11 -Wall -Werror consumer.cpp -o cpp_$kind $flags; then
        run "C++, pkg-config, $kind" ./cpp_$kind $kind
    else
        broken "C++, pkg-config, $kind"
    fi
done

# ---- No shared library at all. A machine without the archives of the dependencies skips this;
# to find out, they are linked without libwrmf first.
others=$(pkg-config --static --libs wrmf | sed 's/-lwrmf[^ ]*//')
printf 'int main(void) { return 0; }\n' >empty.c
if ! ${CC:-cc} -static empty.c -o empty $others >log 2>&1; then
    echo "skipped: -static, since an archive is missing (gfortran installs LAPACK's):"
    grep 'cannot find' log || { cat log; failed=$((failed + 1)); }
elif ! ${CC:-cc} -static -std=c99 -Wall -Werror consumer.c -o c_alone \
    $(pkg-config --static --cflags --libs wrmf); then
    broken "C, pkg-config, -static"
elif ! ./c_alone || ldd c_alone >/dev/null 2>&1; then
    echo "FAILED: C, pkg-config, -static"
    failed=$((failed + 1))
else
    echo "ok: C, pkg-config, -static"
fi

# ---- CMake finds the package in a folder that is not the prefix it was built for.
unset PKG_CONFIG_PATH
if cmake -S . -B cmake -DCMAKE_PREFIX_PATH="$root" -DWRMF_WANTED="$version" >log 2>&1 &&
    cmake --build cmake >>log 2>&1; then
    for kind in shared static; do
        run "C, CMake, $kind" cmake/c_$kind $kind
        run "C++, CMake, $kind" cmake/cpp_$kind $kind
    done
else
    cat log
    for name in "C, CMake, shared" "C, CMake, static" "C++, CMake, shared" "C++, CMake, static"; do
        broken "$name"
    done
fi
# A release that the installed one cannot stand in for is refused.
for wanted in 0.0.1 99.0; do
    if cmake -S . -B cmake_$wanted -DCMAKE_PREFIX_PATH="$root" -DWRMF_WANTED=$wanted >/dev/null 2>&1
    then
        echo "FAILED: CMake takes $version for $wanted"
        failed=$((failed + 1))
    fi
done

echo "$passed of 8 builds run, $failed failures"
[ $failed -eq 0 ] && [ $passed -eq 8 ]

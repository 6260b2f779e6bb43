#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# examples.sh BIN TOP: the examples of programs/serve, as far as a machine allows: systemd finds
# nothing wrong with the unit, whose command answers for nobody without any right; the container's
# packages have all libraries that the program needs, and its command answers from what it installs;
# container.sh builds it.
. "$(dirname "$0")/../programs/lib.sh"
unit=$TOP/programs/serve/wrmf-serve.service file=$TOP/programs/serve/Containerfile
expect 0 "$BIN/wrmf-prepare" $packages --out p --quiet
expect 0 "$BIN/wrmf-train" p/train.mtx --ids p --set factors=4 --set iterations=1 --mappable \
    --out model.safetensors --quiet

# ---- the unit ----
if command -v systemd-analyze >/dev/null 2>&1; then
    sed "s|/usr/bin/wrmf-serve|$BIN/wrmf-serve|" "$unit" >wrmf-serve.service
    expect 0 systemd-analyze verify --man=no ./wrmf-serve.service
    [ ! -s err ] || { cat err; fail "systemd complains of the unit"; }
    systemd-analyze security --offline=true ./wrmf-serve.service 2>/dev/null |
        sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p' >exposure
    awk '{ exit !($1 < 2.5) }' exposure || { cat exposure; fail "the unit is open too far"; }
else
    echo "no systemd: the unit is not verified"
fi

cat >ask.py <<'END'
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1] + "health").read())
END
# answers PID ADDRESS_FILE: says whether the service that a command has started answers
answers() {
    until [ -s "$2" ]; do
        kill -0 "$1" 2>/dev/null || { cat err; fail "it does not begin"; }
        sleep 0.1
    done
    python3 ask.py "$(cat "$2")" || { cat err; fail "it does not answer"; }
    kill -TERM "$1"
    wait "$1" || fail "it ends with $?"
}
command=$(sed -n 's|^ExecStart=/usr/bin/wrmf-serve /var/lib/wrmf/||p' "$unit" |
    sed 's/--port [0-9]*/--port 0/')
less=
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null 2>&1; then
    less="setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all
        --inh-caps=-all"
    chmod 755 .
    chmod 644 model.safetensors
    $less test -x "$BIN/wrmf-serve" || less= # where nobody may not enter the build's folder
fi
$less "$BIN/wrmf-serve" $command >address 2>err &
answers $! address

# ---- the container ----
if command -v dpkg >/dev/null 2>&1; then
    listed=$(sed -n '/^FROM [^ ]*$/,/rm -rf/p' "$file" |
        grep -oE '\blib[a-z0-9-]+|zlib1g\b')
    for library in $(for object in "$BIN/wrmf-serve" "$BIN/../lib/libwrmf.so.1"; do
        readelf -d "$object"
    done | sed -n 's/.*(NEEDED).*\[\(lib.*\)\]/\1/p' | grep -v wrmf | sort -u); do
        package=$(dpkg -S "*/$library" 2>/dev/null | cut -d: -f1 | head -n 1)
        case $package in
        '' | libc6* | libgcc-s1 | *blas* | liblapack3 | gcc* | clang*) continue ;;
        esac
        echo "$listed" | grep -qx "$package" || fail "the container lacks $package"
    done
fi
# what the build installs has all that the command needs, and that is the file's own
for option in $(sed -n '/meson setup/,/ninja/p' "$file" | grep -oE '\-D[a-z]+' | cut -c 3-); do
    grep -q "^option('$option'" "$TOP/meson_options.txt" || fail "there is no option $option"
done
DESTDIR=$work/root meson install -C "$BIN/.." --no-rebuild --tags runtime --quiet >installed 2>&1 ||
    { cat installed; fail "what the container has is not installed"; }
served=$(find root -name wrmf-serve -type f)
library=$(find root -name 'libwrmf.so.1*' | head -n 1)
[ "$served" ] && [ "$library" ] || fail "program or library are no part of --tags runtime"
# words FILE: the words of ENTRYPOINT and CMD, a line each; the port is one that is free here
cat >words.py <<'END'
import json, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
for name in "ENTRYPOINT", "CMD":
    for word in json.loads(re.search(rf"^{name} (.*)$", text, re.M)[1]):
        print("0" if word == "8080" else word)
END
# shellcheck disable=SC2046
set -- $(python3 words.py "$file" |
    sed "s|^/usr/bin/wrmf-serve$|$work/$served|; s|^/model/|$work/|")
: >address # else what the first one said may be read
LD_LIBRARY_PATH=$(dirname "$library") $less "$@" >address 2>err &
answers $! address

echo "examples of serving: all as expected"

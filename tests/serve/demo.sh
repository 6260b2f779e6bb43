#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# demo.sh BIN TOP: scripts/demo, from its options to the page that answers, but for what takes its
# time: nothing is installed or built, programs are those of BIN, and the grid is of one
# configuration and two epochs.
. "$(dirname "$0")/../programs/lib.sh"
mkdir -p top/scripts top/build-demo/programs top/examples bin here
cp "$TOP/scripts/demo" top/scripts/
ln -s "$TOP/examples/data" top/examples/data
: >top/build-demo/build.ninja
for stub in top/scripts/install-deps bin/ninja; do
    printf '#!/bin/sh\nexit 0\n' >$stub
done
cat >top/build-demo/programs/wrmf-walkthrough <<'END'
#!/bin/sh
# what stands behind --grid and --epochs is another here
for argument in "$@"; do
    shift
    case $before in
    --grid) argument='factors=4 alpha=1 regularization=0.1' ;;
    --epochs) argument=1:2:1 ;;
    esac
    before=$argument
    set -- "$@" "$argument"
done
exec "$BIN/wrmf-walkthrough" "$@" --set iterations=2
END
sed -i "2i before= BIN='$BIN'" top/build-demo/programs/wrmf-walkthrough
for program in wrmf-prepare wrmf-serve; do
    ln -s "$BIN/$program" top/build-demo/programs/
done
chmod +x top/scripts/* bin/ninja top/build-demo/programs/wrmf-walkthrough
demo() { (cd here && PATH="$work/bin:$PATH" PORT=0 exec ../top/scripts/demo "$@"); }

expect 2 demo --server
has err "there is no '--server'"
expect 2 demo one two
has err 'one folder'
expect 0 demo report
for file in report.html model.safetensors; do
    [ -s here/report/$file ] || fail "no report/$file in the folder that it was called from"
done

# the page answers, wherever --serve stands, and goes with SIGTERM
for arguments in '--serve' 'report --serve'; do
    : >out # else what the first one said may be read
    # shellcheck disable=SC2086
    (cd here && PATH="$work/bin:$PATH" PORT=0 exec ../top/scripts/demo $arguments) >out 2>err &
    demo=$!
    until address=$(grep '^http://127\.0\.0\.1:[0-9]*/$' out); do
        kill -0 $demo 2>/dev/null || { cat out err; fail "demo $arguments ends"; }
        sleep 0.1
    done
    [ "$(tail -n 1 out)" = "$address" ] || fail "the address is not the last line"
    python3 - "$address" <<'END' || { cat out err; fail "demo $arguments: it does not answer"; }
import json, sys, urllib.request
def get(path, body=None):
    request = urllib.request.Request(sys.argv[1] + path, body, {"Content-Type": "application/json"})
    return urllib.request.urlopen(request).read()
assert b"<title>" in get("")
assert json.loads(get("v1/items?q=ogg"))["items"]
assert json.loads(get("v1/recommend", b'{"items": []}'))["popular"] # --train is there
assert json.loads(get("v1/recommend", b'{"items": ["libogg0"], "explain": true}'))["list"]
END
    kill -TERM $demo
    wait $demo || fail "it ends with $?"
done
[ -s top/build-demo/out/report.html ] || fail "no report where it is without a folder"
echo "demo: all as expected"

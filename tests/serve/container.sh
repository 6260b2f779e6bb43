#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# container.sh BIN TOP: the container file of programs/serve is built by buildah, without any right
# but root's, and what runs in it answers, as nobody, and ends at SIGTERM. That takes some minutes
# and Debian's mirror, so it is done where WRMF_TEST_CONTAINER=1 asks for it: its base is made by
# mmdebstrap then, without any registry. Another value is the name of a base that is pulled.
. "$(dirname "$0")/../programs/lib.sh"
file=$TOP/programs/serve/Containerfile
wanted=${WRMF_TEST_CONTAINER:-}
if [ -z "$wanted" ]; then
    echo "SKIP: the container is built where WRMF_TEST_CONTAINER=1 asks for that"
    exit 77
fi
[ "$(id -u)" -eq 0 ] || fail "WRMF_TEST_CONTAINER takes root"
for tool in buildah mmdebstrap; do
    command -v $tool >/dev/null 2>&1 || fail "WRMF_TEST_CONTAINER takes $tool"
done
build="buildah --root $work/store --runroot $work/run --storage-driver vfs"
# quietly COMMAND...: runs it, and shows what it said where it fails
quietly() {
    "$@" >said 2>&1 </dev/null || { tail -n 50 said; fail "$*"; }
}

# ---- the base ----
if [ "$wanted" = 1 ]; then
    base=localhost/wrmf-test-base
    quietly mmdebstrap --variant=minbase --quiet bookworm base.tar
    container=$($build from scratch)
    quietly $build add "$container" base.tar /
    quietly $build commit "$container" $base
    quietly $build rm "$container"
    rm base.tar
else
    base=$wanted
    quietly timeout 300 $build pull "$base"
fi

# ---- the image ----
quietly $build bud --isolation chroot --pull-never --build-arg "BASE=$base" -f "$file" \
    -t wrmf-serve-test "$TOP"
$build inspect --type image --format '{{.OCIv1.Config.User}} {{.OCIv1.Config.StopSignal}}' \
    localhost/wrmf-serve-test >config
has config '^nobody SIGTERM$'
$build inspect --type image --format '{{range .OCIv1.Config.Entrypoint}}{{println .}}{{end}}
    {{- range .OCIv1.Config.Cmd}}{{println .}}{{end}}' localhost/wrmf-serve-test |
    sed 's/^8080$/0/' >words # a port that is free here

# ---- what runs in it ----
expect 0 "$BIN/wrmf-prepare" $packages --out p --quiet
expect 0 "$BIN/wrmf-train" p/train.mtx --ids p --set factors=4 --set iterations=1 --mappable \
    --out model.safetensors --quiet
mkdir model
mv model.safetensors model
chmod -R a+rX model
container=$($build from --pull-never localhost/wrmf-serve-test)
# shellcheck disable=SC2046
$build run --isolation chroot --user nobody -v "$work/model:/model:ro" "$container" -- \
    $(cat words) >address 2>err &
running=$!
for _ in $(seq 600); do
    [ ! -s address ] && kill -0 $running 2>/dev/null || break
    sleep 0.1
done
[ -s address ] || { cat err; fail "the container does not begin"; }
cat >ask.py <<'PYTHON'
import os, re, sys, urllib.request
port = re.search(r":(\d+)/", sys.argv[1])[1]
def get(path):
    return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30).read().decode()
assert '"status": "ok"' in get("/health")
assert '"list": [{' in get("/v1/similar?item=zlib1g&n=3")
# the service itself, which another process has started in a root of its own
for process in filter(str.isdigit, os.listdir("/proc")):
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
        if words[0] == b"/usr/bin/wrmf-serve" and os.path.samefile(
                f"/proc/{process}/root/model/model.safetensors", sys.argv[2]):
            print(process, os.stat(f"/proc/{process}").st_uid)
    except OSError:
        pass
PYTHON
python3 ask.py "$(cat address)" model/model.safetensors >found ||
    { cat err; fail "the container does not answer"; }
read -r process user <found || fail "the service is no process"
[ "$user" -ne 0 ] || fail "it runs as root"
kill -TERM "$process"
wait $running || { cat err; fail "it ends with $?"; }
quietly $build rm -a
quietly $build rmi -a -f
echo "the container: built, answers, ends"

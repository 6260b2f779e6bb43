#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fresh.sh: make a minimal Debian 12 (what Debian calls essential, apt, and sudo, by
# which the README's commands become root's; and ccache, for they build the same sources
# four times), put a clean clone of HEAD into the home of an ordinary user, and run every
# command of README.md there, word for word. Packages come from where this machine has its
# own from. Takes some minutes; run by scripts/test.
# Status 77, with a line that says why, where no such machine can be made.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)

skip() {
    echo "skipped: fresh: $*"
    exit 77
}
[ "$(id -u)" -eq 0 ] || skip "only root can make a Debian root folder"
for tool in mmdebstrap git unshare apt-get; do
    command -v $tool >/dev/null 2>&1 || skip "no $tool here"
done

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 1' HUP INT TERM
root=$work/root
[ "$(df -Pk "$work" | awk 'NR == 2 {print $4}')" -gt 3000000 ] || skip "less than 3 GB in $work"
unshare --mount --pid --fork true 2>/dev/null || skip "this root may not mount anything"

# the clone may be made by another user than the owner of this one
GIT_CONFIG_GLOBAL=$work/gitconfig
export GIT_CONFIG_GLOBAL
git config --global safe.directory '*'
git -C "$top" rev-parse --verify --quiet HEAD >/dev/null || skip "$top is no git repository"
[ -z "$(git -C "$top" status --porcelain)" ] || echo "note: what is not committed is not tested"

awk -f "$here/readme.awk" "$top/README.md" >"$work/page"

# ---- the sources and settings of this machine's apt, if it is the same Debian
apt-get indextargets 'Created-By: Packages' --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' |
    grep -E ' bookworm(-updates|-security)? main$' | sort -u >"$work/sources" || true
[ -s "$work/sources" ] ||
    printf 'deb http://deb.debian.org/%s main\n' 'debian bookworm' 'debian bookworm-updates' \
        'debian-security bookworm-security' >"$work/sources"
{
    apt-config dump | grep -E '^Acquire::(https?|ftp|Check-|Max-|ForceIPv)[^"]* "[^"]' || true
    echo 'Acquire::Retries "3";'
    echo 'Acquire::Languages "none";'
} >"$work/apt.conf"

begun=$(date +%s)
echo "a minimal Debian 12 from:"
sed 's/^/    /' "$work/sources"
mmdebstrap --quiet --variant=apt --include=sudo,ccache --aptopt="$work/apt.conf" \
    --dpkgopt=force-unsafe-io bookworm "$root" "$work/sources" >"$work/log" 2>&1 ||
    { tail -n 20 "$work/log"; skip "mmdebstrap cannot make it (no network?)"; }
echo "    ($(($(date +%s) - begun)) s)"

# Python gives what it starts a locale of its own: `meson install` would compile all anew.
echo 'sloppiness = locale' >"$root/etc/ccache.conf"

# ---- what every machine of this network has: names, proxies, certificates, passwords
for file in /etc/resolv.conf /etc/hosts /etc/hostname /etc/apt/auth.conf \
    /etc/ssl/certs/ca-certificates.crt; do
    [ ! -f $file ] || { mkdir -p "$root$(dirname $file)" && cp -L $file "$root$file"; }
done
cp -rL /etc/apt/auth.conf.d "$root/etc/apt/" 2>/dev/null || true
env | grep -iE '^(http|https|no)_proxy=' >>"$root/etc/environment" || true

echo 'user:x:1000:1000::/home/user:/bin/sh' >>"$root/etc/passwd"
echo 'user:x:1000:' >>"$root/etc/group"
echo 'user:*:19000:0:99999:7:::' >>"$root/etc/shadow"
echo 'user ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/user"
mkdir "$root/home/user"
git clone --quiet --no-hardlinks "$top" "$root/home/user/libwrmf"
[ "$(git -C "$root/home/user/libwrmf" rev-parse HEAD)" = "$(git -C "$top" rev-parse HEAD)" ]
chown -R 1000:1000 "$root/home/user"
mkdir "$root/readme"
cp "$here/session.sh" "$work/page" "$root/readme"

# a mount of /proc and all processes end with unshare
unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" \
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    sh /readme/session.sh /readme/page

#!/usr/bin/env bash
# Make the root file system of the image proeftuin/base: Debian bookworm, Python 3.11, nothing to spare.
#
#   rootfs.sh FOLDER        FOLDER must not exist yet; needs root and debootstrap.
#
# PROEFTUIN_DEBIAN_MIRROR and PROEFTUIN_DEBIAN_SECURITY choose where packages come from. Without them this
# machine's own apt sources are asked, and without those Debian's own address is used.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

root=${1:?usage: rootfs.sh FOLDER}
suite=bookworm
[ -e "$root" ] && { echo "rootfs.sh: $root exists already" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "rootfs.sh: only root can make a root file system" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "rootfs.sh: debootstrap is missing: apt-get install debootstrap" >&2; exit 2; }

# The first address in apt's sources (one-line and deb822) whose path ends so.
from_sources() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    sed -nE 's/^(deb( +\[[^]]*\])?|URIs:) +(\S+).*/\3/p' | sed 's|/$||' | grep -E "/$1\$" | head -n 1 || true
}
mirror=${PROEFTUIN_DEBIAN_MIRROR:-$(from_sources debian)}
mirror=${mirror:-http://deb.debian.org/debian}
security=${PROEFTUIN_DEBIAN_SECURITY:-$(from_sources debian-security)}
security=${security:-http://deb.debian.org/debian-security}

debootstrap --variant=minbase --include=ca-certificates,python3 "$suite" "$root" "$mirror" >&2

# Security fixes that came after the release. Services may not start in here.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
printf 'deb %s %s main\ndeb %s %s-updates main\ndeb %s %s-security main\n' \
  "$mirror" "$suite" "$mirror" "$suite" "$security" "$suite" >"$root/etc/apt/sources.list"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
chroot "$root" apt-get update -qq >&2
chroot "$root" apt-get upgrade -y -qq >&2

# Installing and administering is over: what only serves that goes. dpkg keeps its records, for the SBOM.
spare=(
  apt libapt-pkg6.0 gpgv debian-archive-keyring adduser e2fsprogs libext2fs2 libss2 logsave mount login passwd
  util-linux-extra libpam-runtime libpam-modules libpam-modules-bin libpam0g libsemanage2 libsemanage-common libsepol2
  libgnutls30 libp11-kit0 libtasn1-6 libhogweed6 libnettle8 libunistring2 libidn2-0 libxxhash0 libseccomp2
  debconf ncurses-bin usr-is-merged perl-base
)
present=()
for name in "${spare[@]}"; do
  chroot "$root" dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q '^install ok installed' && present+=("$name")
done
# Their removal scripts would need what is being removed.
for name in "${present[@]}"; do rm -f "$root/var/lib/dpkg/info/$name".p*r* "$root/var/lib/dpkg/info/$name":*.p*r*; done
chroot "$root" dpkg --purge --force-depends --force-remove-essential --force-remove-protected "${present[@]}" >&2 2>/dev/null

# The user that everything runs as. It cannot log in: there is nothing to log in with.
echo 'component:x:10001:10001:component:/nonexistent:/usr/sbin/nologin' >>"$root/etc/passwd"
echo 'component:x:10001:' >>"$root/etc/group"
mkdir -p "$root/app" "$root/data" "$root/packages"
chown 10001:10001 "$root/data"
ln -s /usr/bin/python3 "$root/usr/local/bin/python"

# What differs from build to build, what nobody reads in a container, and what makes somebody root.
find "$root/usr/share/doc" -type f ! -name copyright -delete
find "$root/usr/share/doc" -type l -delete
find "$root/usr/share/doc" -type d -empty -delete
rm -rf "$root"/usr/share/{man,info,locale,lintian,bash-completion} "$root"/usr/share/doc-base \
  "$root"/var/{cache,log,lib/apt,lib/pam,lib/systemd,backups,tmp}/* "$root"/tmp/* "$root"/dev/* "$root"/run/* \
  "$root"/etc/{apt,pam.d,security,cron.daily,systemd} "$root"/etc/{resolv.conf,hostname,machine-id,passwd-,group-,shadow-,gshadow-} \
  "$root"/etc/{subuid-,subgid-,.pwd.lock} "$root"/usr/sbin/policy-rc.d "$root"/debootstrap \
  "$root"/var/lib/dpkg/{available,lock,lock-frontend,triggers/Lock} "$root"/var/lib/dpkg/*-old
rm -f "$root"/etc/{shadow,gshadow} "$root"/usr/bin/{su,lslogins} "$root"/usr/sbin/runuser
find "$root" -xdev -perm /6000 -type f -exec chmod a-s {} +

# Byte code that does not look at the time of its source: all times in an image are zero, and the file system of a
# container cannot be written to, so that Python would compile everything again at every start.
find "$root/usr/lib" -name __pycache__ -type d -prune -exec rm -rf {} +
chroot "$root" python3 -I -m compileall -q --invalidation-mode unchecked-hash /usr/lib/python3 /usr/lib/python3.11 >&2

# Nothing that is left may miss a library.
broken=$(cd "$root" && find usr/bin usr/sbin usr/lib -type f \( -perm /111 -o -name '*.so*' \) -printf '/%p\n' |
  xargs chroot "$root" sh -c 'for f; do ldd "$f" 2>/dev/null | grep -q "not found" && echo "$f"; done; true' sh)
if [ -n "$broken" ]; then
  echo "rootfs.sh: these miss a library:" $broken >&2
  exit 1
fi
chroot "$root" python -I -c 'import bz2, ctypes, decimal, hashlib, lzma, sqlite3, ssl, uuid, zlib' >&2
rm -rf "$root"/dev/* # where the programs above wrote what nobody reads

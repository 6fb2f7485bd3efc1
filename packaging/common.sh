# Shared by packaging/run and packaging/test; sourced, not run. POSIX sh.
# Sets ROOT; defines say, fail, need_packages, build.

ROOT=$(cd "$(dirname "$0")/.." && pwd)
started=$(date +%s)

say() { printf '\033[1m[%3ds]\033[0m %s\n' "$(($(date +%s) - started))" "$*" >&2; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit "${status:-1}"; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "needs root to install packages: run it as root, install sudo, or install them yourself and use --no-install"
    fi
}

# The package names of the given sections, as this Debian calls them.
packages_of() {
    awk -v wanted=" $* " '
        /^\[/ { section = substr($1, 2, length($1) - 2); next }
        /^#/ || NF == 0 { next }
        index(wanted, " " section " ") { print $1 }' "$ROOT/packaging/packages"
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
known() { apt-cache show "$1" 2>/dev/null | grep -q '^Package:'; }

# Newer Debian renamed some packages; each line is "older newer".
newer_name() {
    case $1 in
    libqt6charts6-dev) echo qt6-charts-dev ;;
    libqt6svg6-dev) echo qt6-svg-dev ;;
    libqt6opengl6-dev) echo qt6-base-dev ;;
    libqt6svg6) echo libqt6svg6 ;;
    nginx-light) echo nginx ;;
    *) echo "$1" ;;
    esac
}

# What may have come another way than from Debian, and would conflict with Debian's.
present() {
    case $1 in
    nodejs) command -v node >/dev/null 2>&1 ;;
    npm) command -v npm >/dev/null 2>&1 ;;
    *) false ;;
    esac
}

missing_packages() {
    for package in $(packages_of "$@"); do
        installed "$package" || installed "$(newer_name "$package")" || present "$package" || echo "$package"
    done
}

# need_packages INSTALL SECTION...: installs what is missing, or names it (INSTALL=no).
need_packages() {
    install=$1
    shift
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    if [ "$install" = no ]; then
        echo "Missing packages:" >&2
        echo "$missing" | sed 's/^/  /' >&2
        echo "Install them with: apt-get install $(echo $missing)" >&2
        exit 69
    fi
    command -v apt-get >/dev/null 2>&1 || fail "this system has no apt-get: install what packaging/packages lists, then use --no-install"
    say "Installing $(echo "$missing" | wc -l) packages"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -qq || say "apt-get update had errors; trying with the lists at hand"
    names=
    for package in $missing; do
        if known "$package"; then names="$names $package"; else names="$names $(newer_name "$package")"; fi
    done
    # Their services are of no use here: the lab and the tests start servers of their own.
    policy=/usr/sbin/policy-rc.d
    made_policy=no
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null && as_root chmod 755 $policy && made_policy=yes
    fi
    outcome=0
    trap '[ $made_policy = no ] || as_root rm -f $policy; exit 130' INT TERM
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $names >"${TMPDIR:-/tmp}/understudy-apt.$$" 2>&1 || outcome=$?
    [ $made_policy = no ] || as_root rm -f $policy
    trap - INT TERM
    if [ $outcome -ne 0 ]; then
        tail -20 "${TMPDIR:-/tmp}/understudy-apt.$$" >&2
        fail "could not install:$names"
    fi
    rm -f "${TMPDIR:-/tmp}/understudy-apt.$$"
}

# build PRESET TARGET...: configures when needed and builds, with ninja's own progress.
build() {
    preset=$1
    shift
    (cd "$ROOT" && cmake --preset "$preset" ${cmake_options:-} >"${TMPDIR:-/tmp}/understudy-cmake.$$" 2>&1) || {
        cat "${TMPDIR:-/tmp}/understudy-cmake.$$" >&2
        fail "cmake could not configure"
    }
    rm -f "${TMPDIR:-/tmp}/understudy-cmake.$$"
    NINJA_STATUS='[%f/%t %es] ' cmake --build "$ROOT/build/$preset" --target "$@" >&2 || fail "the build failed"
}

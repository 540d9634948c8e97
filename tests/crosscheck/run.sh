#!/usr/bin/env bash
# Careweave against SimPy and Ciw: tests/crosscheck/run.sh [--quick] [--jobs N]. Needs Python 3.11 or later and, once, a package
# registry. Exit: 0 equivalent, 1 not, 2 the Python packages cannot be had (nothing was compared).
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
venv=$target/crosscheck-venv

python=""
for candidate in python3 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "cross-check: not run, no Python 3.11 or later is on this machine" >&2
    exit 2
fi
if ! cmp -s requirements.txt "$venv/requirements.txt"; then
    if ! { "$python" -m venv --clear "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt; }; then
        echo "cross-check: not run, the packages of requirements.txt could not be installed" >&2
        exit 2
    fi
    cp requirements.txt "$venv/requirements.txt"
fi
cargo build --quiet --release --manifest-path "$root/Cargo.toml"
PYTHONDONTWRITEBYTECODE=1 exec "$venv/bin/python" compare.py "$target/release/careweave" "$@"

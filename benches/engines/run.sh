#!/usr/bin/env bash
# Model M2 in Careweave, by hand, in desque, ixa, SimPy and Ciw, side by side in one run: benches/engines/run.sh [--people N]
# [--runs R]. Needs Linux, Python 3.11 or later and, once, package registries. Exit: 0 the waits agree, 1 they do not.
set -euo pipefail
cd "$(dirname "$0")"
target=${CARGO_TARGET_DIR:-$(cd ../.. && pwd)/target}/engines
if ! cmp -s requirements.txt "$target/venv/requirements.txt"; then
    python3 -m venv --clear "$target/venv"
    "$target/venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
    cp requirements.txt "$target/venv/requirements.txt"
fi
CARGO_TARGET_DIR=$target cargo build --quiet --release --locked
PYTHONDONTWRITEBYTECODE=1 exec "$target/venv/bin/python" compare.py "$target/release/engines" "$@"

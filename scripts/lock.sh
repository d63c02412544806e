#!/usr/bin/env bash
# Write both lock files from pyproject.toml (docs/decisions/0003-lock-files-without-hosts.md).
set -euo pipefail
cd "$(dirname "$0")/.."
compile=(uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-header
  --no-annotate pyproject.toml)
"${compile[@]}" -o requirements.lock
"${compile[@]}" --extra dev -c requirements.lock -o requirements-dev.lock

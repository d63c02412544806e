#!/usr/bin/env bash
# Write the lock files from pyproject.toml (docs/decisions/0003-lock-files-without-hosts.md): with the
# test tools first, because all must agree; then the same pins for the service, and for clips alone.
set -euo pipefail
cd "$(dirname "$0")/.."
compile=(uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header
  --no-annotate pyproject.toml)
"${compile[@]}" --upgrade --extra dev -o requirements-dev.lock
"${compile[@]}" --extra server -c requirements-dev.lock -o requirements-server.lock
"${compile[@]}" -c requirements-dev.lock -o requirements.lock

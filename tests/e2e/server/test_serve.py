"""``kinora serve`` and ``kinora keys`` as processes of their own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.support.server import running_server


def _kinora(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kinora", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _get(url: str, **options: Any) -> httpx2.Response:
    return httpx2.get(url, timeout=60, **options)


def _models(base_url: str, key: str | None) -> httpx2.Response:
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    return _get(f"{base_url}/models", headers=headers)


def test_the_first_start_prints_a_key_that_works_and_the_second_prints_none(
    tmp_path: Path,
) -> None:
    with running_server(tmp_path / "data", "--workers-off") as first:
        assert first.api_key
        answer = _models(first.base_url, first.api_key)
        assert answer.status_code == 200
        assert "sora-2" in {model["id"] for model in answer.json()["data"]}
        assert _get(f"{first.root}/readyz").status_code == 200
    with running_server(tmp_path / "data", "--workers-off") as second:
        assert second.api_key is None
        assert _models(second.base_url, first.api_key).status_code == 200


@pytest.mark.parametrize("arguments", [(), ("--workers-off",)])
def test_sigterm_ends_it_cleanly(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with running_server(tmp_path / "data", *arguments) as server:
        assert _get(f"{server.root}/readyz").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=120) == 143
    assert "Traceback" not in server.log.read_text()


def test_a_second_server_on_the_same_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running_server(data, "--workers-off") as server:
        second = _kinora("serve", "--port", "0", "--data-dir", str(data), "--workers-off")
        assert second.returncode == 5
        assert f"in use by another server (process {server.process.pid})" in second.stderr
        assert "Traceback" not in second.stderr


def test_a_killed_server_leaves_no_lock_behind(tmp_path: Path) -> None:
    with running_server(tmp_path / "data", "--workers-off") as first:
        first.process.kill()
        first.process.wait()
    with running_server(tmp_path / "data", "--workers-off") as second:
        assert _models(second.base_url, first.api_key).status_code == 200


def test_keys_are_made_listed_and_revoked_beside_a_running_server(tmp_path: Path) -> None:
    data = ("--data-dir", str(tmp_path / "data"), "--json")
    with running_server(tmp_path / "data", "--workers-off") as server:
        made = json.loads(
            _kinora("keys", "create", "lab", "--scopes", "read", "--per-day", "9", *data).stdout
        )
        assert made["scopes"] == ["read"]
        assert made["per_day"] == 9
        assert _models(server.base_url, made["key"]).status_code == 200
        listed: list[dict[str, Any]] = json.loads(_kinora("keys", "list", *data).stdout)
        assert [key["name"] for key in listed] == ["first key", "lab"]
        assert made["key"] not in json.dumps(listed)
        unused = json.loads(_kinora("keys", "create", "unused", *data).stdout)
        assert _kinora("keys", "revoke", unused["id"], *data).returncode == 0
        assert _models(server.base_url, unused["key"]).status_code == 401  # no cache knows it


def test_open_needs_no_key_and_stays_on_loopback(tmp_path: Path) -> None:
    with running_server(tmp_path / "data", "--workers-off", "--open") as server:
        assert server.api_key is None
        assert _models(server.base_url, None).status_code == 200
    refused = _kinora("serve", "--open", "--host", "0.0.0.0", "--data-dir", str(tmp_path / "x"))
    assert refused.returncode == 2
    assert "loopback" in refused.stderr
    assert not (tmp_path / "x").exists()


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = _kinora("serve", "--port", port, "--data-dir", str(tmp_path / "data"))
    assert done.returncode == 2
    assert f"can't listen on 127.0.0.1, port {port}" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("create", "x", "--scopes", "root"), 2, "scopes"),
        (("create", "x", "--project", "a b"), 2, "project"),
        (("create", "x", "--per-day", "0"), 2, "per_day"),
        (("create", ""), 2, "name"),
        (("revoke", "key_0"), 2, "key_0"),
    ],
)
def test_keys_refuses_in_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], code: int, word: str
) -> None:
    done = _kinora("keys", *arguments, "--data-dir", str(tmp_path / "data"))
    assert done.returncode == code
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_the_server_loads_no_renderer(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from kinora.api.app import create_app; "
        "from kinora.service.context import open_service; from kinora.settings import Settings\n"
        f"with open_service(Settings(data_dir=Path({str(tmp_path)!r}))) as service:\n"
        "    create_app(service).openapi()\n"
        "import kinora.api.server, kinora.jobs.runtime\n"
        "print([n for n in ('numba', 'cv2', 'av', 'llvmlite') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

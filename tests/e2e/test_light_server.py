"""The server's process stays light: pictures are analysed and rendered by children alone.

NumPy is there, for the classifier of texts.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from pathlib import Path

import pytest
from tests.support.server import running_server

HEAVY = ("cv2", "numba", "llvmlite", "/av/", "/scipy/", "onnxruntime")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_that_accepts_jobs_loads_no_heavy_library(tmp_path: Path, photo: Path) -> None:
    with running_server(tmp_path / "data", "--workers-off") as server:
        body = (
            b'--b\r\ncontent-disposition: form-data; name="prompt"\r\n\r\npan left\r\n'
            b'--b\r\ncontent-disposition: form-data; name="input_reference"; filename="a.png"'
            b"\r\n\r\n" + photo.read_bytes() + b"\r\n--b--\r\n"
        )
        headers = {
            "authorization": f"Bearer {server.api_key}",
            "content-type": "multipart/form-data; boundary=b",
        }
        request = urllib.request.Request(
            f"{server.base_url}/videos", data=body, headers=headers, method="POST"
        )
        with urllib.request.urlopen(request) as response:
            assert json.load(response)["status"] == "queued"
        loaded = Path(f"/proc/{server.process.pid}/maps").read_text()
    assert "sqlalchemy" in loaded  # what is loaded does show
    assert [name for name in HEAVY if name in loaded] == []

"""A real API server that is killed and started again, and a client that doesn't mind."""

from __future__ import annotations

import base64
import io
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image

from benchmarks.chaos_crew import ROOT, variables
from kinora.settings import Settings

AGAIN_AFTER = 0.3


class Server:
    """``kinora serve --open --workers-off`` on one port, whatever happens to its process."""

    def __init__(self, settings: Settings, log: Any) -> None:
        """Args:
        settings: handed on by the environment.
        log: takes what it prints.
        """
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._environment = {**os.environ, **variables(settings)}
        self._log = log
        self._process = self._start()
        self.url = f"http://127.0.0.1:{self._port}/v1"

    @classmethod
    @contextmanager
    def serving(cls, settings: Settings, log: Path) -> Iterator[Server]:
        """One that doesn't survive the block."""
        with log.open("ab") as out:
            server = cls(settings, out)
            try:
                yield server
            finally:
                server.end()

    def kill(self) -> None:
        """kill -9, and another one in its place."""
        self._process.kill()
        self._process.wait()
        self._process = self._start()

    def end(self) -> None:
        """End it politely."""
        self._process.terminate()
        self._process.wait(timeout=60)

    def _start(self) -> subprocess.Popen[bytes]:
        options = ["--open", "--workers-off", "--port", str(self._port)]
        return subprocess.Popen(
            [sys.executable, "-m", "kinora", "serve", *options],
            cwd=ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )


class Client(threading.Thread):
    """Asks for videos at its own pace; repeats each request, under its key, until it is taken."""

    def __init__(self, url: str, prompts: list[str], *, pace: float, seed: int) -> None:
        """Args:
        url: of the API.
        prompts: one video each.
        pace: mean seconds between two.
        seed: of the pace.
        """
        super().__init__(name="client", daemon=True)
        self._url = url
        self._prompts = prompts
        self._pace = pace
        self._chance = random.Random(seed)
        self.ids: list[str] = []
        self.repeated = 0

    def run(self) -> None:
        """Ask for all."""
        picture = io.BytesIO()
        Image.new("RGB", (720, 1280), "teal").save(picture, "PNG")
        data = "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()
        with httpx2.Client(timeout=10) as http:
            for nth, prompt in enumerate(self._prompts):
                body = {"prompt": prompt, "input_reference": {"image_url": data}}
                self.ids.append(self._create(http, body, key=f"chaos-{nth}"))
                time.sleep(self._chance.uniform(0, 2 * self._pace))

    def _create(self, http: httpx2.Client, body: dict[str, Any], *, key: str) -> str:
        while True:
            try:
                answer = http.post(
                    f"{self._url}/videos", json=body, headers={"idempotency-key": key}
                )
                if answer.status_code == 200:
                    return str(answer.json()["id"])
                if answer.status_code < 500:
                    raise RuntimeError(f"{answer.status_code}: {answer.text}")
            except httpx2.TransportError:
                pass  # it was killed; the same request again
            self.repeated += 1
            time.sleep(AGAIN_AFTER)

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.support.clips import encoded_clip

from kinora.prompt import read_prompt
from kinora.provenance.manifest import Software
from kinora.provenance.sealing import Provenance
from kinora.settings import Settings
from kinora.types.geometry import Size
from kinora.types.provenance import Origin

JPEG_START = b"\xff\xd8\xff"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(encoded_clip(seconds=1, movflags="+faststart"))
    return path


@pytest.fixture
def origin() -> Origin:
    return Origin(
        plan=read_prompt("pan left", seconds=Fraction(1)).plan,
        engine="parallax",
        size=Size(160, 90),
        fps=Fraction(10),
        frame_count=10,
        quality="standard",
    )


@pytest.fixture
def sealing(tmp_path: Path):
    """Seals a file; keywords are settings."""

    def seal(path: Path, origin: Origin, **settings: object) -> Settings:
        given = Settings(data_dir=tmp_path / "data", **settings)
        provenance = Provenance(settings=given, software=Software(version="1.2.3", models={}))
        provenance.finish(origin, provenance.sealed(origin))(path)
        return given

    return seal


def with_parent(origin: Origin, parent: Path) -> Origin:
    return replace(origin, parents=(parent,))

"""Training on with the trunk left alone; skipped where the extra `training` isn't installed."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra 'training' only")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnx", reason="onnx comes with the extra 'training' only")

from training import tune as command  # noqa: E402
from training.common.paths import WEIGHTS  # noqa: E402
from training.depth import tune as tuning  # noqa: E402
from training.depth.batches import Batch  # noqa: E402
from training.depth.model import GeometryNet  # noqa: E402
from training.depth.tune import Larder, Tuning, seen_by  # noqa: E402
from training.export import weights_of  # noqa: E402
from training.tune import tune  # noqa: E402

SIZE = (64, 96)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "SIZES", (SIZE,))
    torch.set_num_threads(1)  # many at once wait for each other on a busy machine


def _draw(count: int, size: tuple[int, int]) -> Batch:
    """Noise whose label is nearer towards the right."""
    h, w = size
    columns = np.linspace(0, 1, w // 2, dtype=np.float32)
    random = np.random.default_rng(3)
    return Batch(
        image=random.uniform(0, 1, (count, 3, h, w)).astype(np.float32),
        disparity=np.tile(columns, (count, h // 2, 1)),
        trust=np.ones(count, np.float32),
        labels=np.zeros((count, 5, h // 4, w // 4), np.float32),
        known=np.zeros((count, 5, h // 4, w // 4), np.float32),
        follow=np.arange(count) % 2 == 0,
    )


def _run() -> Tuning:
    return Tuning(weights_of(WEIGHTS / "geometry.onnx"), seed=1, peak=1e-2)


def test_the_decoder_learns_and_the_trunk_stays() -> None:
    run = _run()
    larder = Larder(_draw, run.kept, None, seed=0)
    losses = [float(run.learn(larder)["disparity"]) for _ in range(16)]
    assert np.mean(losses[-4:]) < 0.85 * np.mean(losses[:4])
    before, after = run.kept.state_dict(), run.average.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert "head_disparity.weight" in moved
    assert not [name for name in moved if name.startswith("trunk.") or "running" in name]


def test_other_networks_count_where_they_are_worth_following() -> None:
    def losses(follow: bool, nearer: float) -> float:
        run = _run()

        def draw(count: int, size: tuple[int, int]) -> Batch:
            batch = _draw(count, size)
            batch.follow[:] = follow
            return batch

        def others(images: np.ndarray) -> np.ndarray:
            ramp = np.linspace(0, nearer, SIZE[1] // 2, dtype=np.float32)
            return np.tile(ramp, (len(images), SIZE[0] // 2, 1))

        return float(run.learn(Larder(draw, run.kept, others, seed=0))["disparity"])

    assert losses(False, 9.0) == losses(False, -9.0)
    assert losses(True, 9.0) != losses(True, -9.0)


def test_crops_serve_several_steps() -> None:
    drawn = []

    def draw(count: int, size: tuple[int, int]) -> Batch:
        drawn.append(count)
        return _draw(count, size)

    run = _run()
    larder = Larder(draw, run.kept, None, seed=0)
    for _ in range(5):
        run.learn(larder)
    assert len(drawn) == 2


def test_a_network_is_shown_the_mirror_image_and_its_map_turned_back() -> None:
    path = WEIGHTS / "geometry.onnx"
    others = seen_by([path])
    assert others is not None
    picture = np.zeros((1, 3, 64, 96), np.float32)
    picture[..., 60:] = 1.0
    picture[..., 40:, :] = 0.3
    one, other = others(picture)[0], others(np.ascontiguousarray(picture[..., ::-1]))[0]
    assert one.shape == (32, 48)
    assert not np.allclose(one, other, atol=1e-3)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    plain = session.run(["disparity"], {"image": picture[..., ::-1].copy()})[0][0, 0, :, ::-1]
    np.testing.assert_allclose(one.mean(), plain.mean(), atol=1e-4)
    np.testing.assert_allclose(one, plain[::2, ::2], atol=0.1)
    assert seen_by([]) is None


def test_the_command_saves_at_its_end(tmp_path: Path) -> None:
    run = _run()
    tune(run, Larder(_draw, run.kept, None, seed=0), minutes=0.01, path=tmp_path / "x.pt")
    state = torch.load(tmp_path / "x.pt", weights_only=True)
    assert state["step"] == run.step > 0
    assert state["average"].keys() == GeometryNet().state_dict().keys()


def test_weights_that_are_no_numbers_are_not_saved(tmp_path: Path) -> None:
    run = _run()
    with torch.no_grad():
        next(run.net.head_disparity.parameters()).fill_(float("nan"))
    with pytest.raises(ArithmeticError, match="no numbers"):
        tune(run, Larder(_draw, run.kept, None, seed=0), minutes=0.001, path=tmp_path / "x.pt")
    assert not (tmp_path / "x.pt").exists()


class _Packs:
    """Stands for the packs of ``training.prepare``."""

    seeds: ClassVar[list[int]] = []

    def __init__(self, folder: Path, *, seed: int, diet: object) -> None:
        self.seeds.append(seed)
        self.draw = _draw


def test_a_run_is_gone_on_with_and_never_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KINORA_TRAINING_DIR", str(tmp_path))
    monkeypatch.setattr(command, "Batches", _Packs)
    path = tmp_path / "geometry" / "x.pt"
    path.parent.mkdir()
    assert command.main(["--minutes", "0.001", "--name", "x"]) == 0
    first = torch.load(path, weights_only=True)
    with pytest.raises(SystemExit):
        command.main(["--minutes", "0.001", "--name", "x"])
    assert "--resume" in capsys.readouterr().err
    more = str(first["seconds"] / 60.0 + 0.001)
    assert command.main(["--minutes", more, "--name", "x", "--resume"]) == 0
    second = torch.load(path, weights_only=True)
    assert second["step"] > first["step"] > 0
    assert second["seconds"] > first["seconds"]
    assert _Packs.seeds == [1, 1 + first["step"]]


@pytest.mark.parametrize("minutes", ["0", "-1", "nan", "inf"])
def test_a_budget_is_above_nothing(minutes: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--minutes", minutes])
    assert "--minutes" in capsys.readouterr().err

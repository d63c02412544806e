"""Which networks the settings mean, and where their weights lie; loads nothing heavy."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kinora.errors import InputError
from kinora.settings import Settings
from kinora.weights.catalogue import CATALOGUE, Task
from kinora.weights.local import installed
from kinora.weights.shipped import Network, shipped
from kinora.weights.weights import Weights, check, weights_at

#: For what ``auto`` stands for the network in the wheel, where there is one: that in which it is at
#: least as good as the code without, by the sets that we measure and by the frames of our photos.
AUTO_IS_LEARNED: Final[frozenset[Task]] = frozenset({"depth", "completion"})

_NETWORKS: Final[dict[Task, Network]] = {"depth": "geometry", "completion": "completion"}


def depth_weights(settings: Settings) -> Weights | None:
    """Weights of the network that estimates depth, or None where none does.

    Raises:
        InputError, ModelError: as for `weights_named`.
    """
    return _chosen(settings.depth_model, "depth", settings)


def region_weights(settings: Settings) -> Weights | None:
    """Weights of the network that helps to find regions, or None where none does.

    It is the one that estimates depth, if that tells regions apart; else the one in the wheel.

    Raises:
        InputError, ModelError: as for `weights_named`.
    """
    weights = depth_weights(settings)
    if weights is None or not weights.regions:
        weights = None if settings.depth_model == "classical" else shipped("geometry")
    return weights if weights is not None and weights.regions else None


def completion_weights(settings: Settings) -> Weights | None:
    """Weights of the network that completes what things hide, or None where none does.

    Raises:
        InputError, ModelError: as for `weights_named`.
    """
    return _chosen(settings.completion_model, "completion", settings)


def check_chosen(settings: Settings) -> None:
    """Make sure, before any work is accepted, that the networks that it needs are here and whole.

    Raises:
        InputError, ModelError: as for `weights_named`; a file is damaged.
    """
    chosen = (depth_weights(settings), region_weights(settings), completion_weights(settings))
    for weights in chosen:
        if weights is not None:
            check(weights)


def _chosen(model: str, task: Task, settings: Settings) -> Weights | None:
    if model == "auto":
        return shipped(_NETWORKS[task]) if task in AUTO_IS_LEARNED else None
    if model == "classical":
        return None
    if model == "learned":
        if (weights := shipped(_NETWORKS[task])) is not None:
            return weights
        raise InputError(
            f"This installation has no network for {task}: use auto, classical, a model's name or "
            "the path of an .onnx file.",
            param=f"{task}_model",
        )
    return weights_named(model, task, folder=settings.models_dir)


def weights_named(model: str, task: Task, *, folder: Path) -> Weights:
    """The weights that ``model`` names, on this machine; nothing is fetched.

    Args:
        model: a name of the catalogue, or the path of an ``.onnx`` file or of a folder with one.
        task: what they are for.
        folder: where networks of the catalogue lie.

    Raises:
        InputError: there is no such name, file or folder, or it is for something else.
        ModelError: nothing says what the file must hash to.
    """
    if (entry := CATALOGUE.get(model)) is not None:
        if entry.task != task:
            raise InputError(
                f"The model {model} is for {entry.task}, not {task}.", param=f"{task}_model"
            )
        if (weights := installed(entry, folder)) is None:
            raise InputError(
                f"The model {model} isn't on this machine.",
                param=f"{task}_model",
                hint=f"Fetch it with 'kinora models pull {model}' ({entry.bytes / 1e6:.0f} MB).",
            )
        return weights
    path = Path(model).expanduser()
    if path.exists():
        return weights_at(path)
    names = ", ".join(name for name, entry in CATALOGUE.items() if entry.task == task)
    raise InputError(
        f"{model!r} is neither a model's name ({names}) nor an .onnx file or folder.",
        param=f"{task}_model",
    )

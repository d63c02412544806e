"""From the word that says which network is meant to its weights."""

from __future__ import annotations

from pathlib import Path

from kinora.errors import InputError
from kinora.weights.catalogue import CATALOGUE, Task
from kinora.weights.local import installed
from kinora.weights.weights import Weights, weights_at


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

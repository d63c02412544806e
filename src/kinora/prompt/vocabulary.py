"""The camera vocabulary as a table, made from the lexicons themselves (docs quote it)."""

from __future__ import annotations

from typing import get_args

from kinora.prompt.describe import describe_amount
from kinora.prompt.words.lexicon import LANGS, load
from kinora.types.plan import Amount, CameraOp, Lang

_SHOWN = 6  # stems per language and operation


def vocabulary_table() -> str:
    """Markdown: a row per camera operation with directions, default amount and stems."""
    rows = [
        "| move | directions | default | English stems | French stems |",
        "|---|---|---|---|---|",
    ]
    for op in get_args(CameraOp):
        words = [", ".join(_stems(op, lang)) for lang in LANGS]
        rows.append(f"| `{op}` | {_directions(op)} | {_default(op)} | {words[0]} | {words[1]} |")
    return "\n".join(rows)


def _outcomes(head: str) -> list[str]:
    row = load("heads").get(head, {})
    return [str(v).lstrip("~") for k, v in row.items() if isinstance(v, str) and k != "test"]


def _directions(op: str) -> str:
    found: list[str] = []
    for head in load("heads"):
        for outcome in _outcomes(head):
            name, _, direction = outcome.partition(" ")
            if name == op and direction and direction not in found:
                found.append(direction)
    order = ("left", "right", "up", "down", "in", "out", "cw", "ccw", "near", "far")
    return ", ".join(sorted(found, key=order.index)) or "–"


def _default(op: str) -> str:
    row = load("amounts")["defaults"].get(op)
    if row is None:
        return "–"
    return describe_amount(Amount(value=float(row["value"]), unit=row["unit"]), lang="en")


def _stems(op: str, lang: Lang) -> list[str]:
    """The first stems of the heads that become this operation without any path."""
    found: list[str] = []
    for head, patterns in load(lang)["heads"].items():
        row = load("heads").get(head, {})
        bare = str(row.get("bare", "")).lstrip("~").partition(" ")[0]
        home = bare or next(iter(_outcomes(head)), "").partition(" ")[0]
        if home == op and row.get("test") != "soft":
            found += [p.strip().replace("?", "") for p in patterns.split(",")][:3]
    return [_plain(stem) for stem in found[:_SHOWN]]


def _plain(stem: str) -> str:
    """A pattern without its marks, the first of alternatives."""
    return " ".join(word.partition("|")[0].partition("/")[0] for word in stem.split())

"""Plans and reports in words: a line per move, lines for a timeline, one sentence for a report."""

from __future__ import annotations

from collections.abc import Sequence

from kinora.prompt.messages import say
from kinora.prompt.words.lexicon import lexicon
from kinora.types.plan import Amount, CameraMove, Lang, ShotPlan, Span
from kinora.types.report import Report, ReportItem

_LIST = 4  # entries that a summary names


def describe_move(move: CameraMove, *, lang: Lang) -> str:
    """A move in words: "pan left 8°", « travelling avant, 12 % de la distance »."""
    name = move_name(move.op, move.direction, lang=lang)
    if move.amount is None or move.op == "static":
        return name
    return f"{name}, {describe_amount(move.amount, lang=lang)}"


def move_name(op: str, direction: str | None, *, lang: Lang) -> str:
    """The film term for an operation and its direction."""
    labels = lexicon(lang).labels
    return labels.get(f"{op} {direction}") or labels.get(op, op.replace("_", " "))


def describe_amount(amount: Amount, *, lang: Lang) -> str:
    """An amount with its unit, to two decimals: "8°", "12 % of the distance", "×1.2"."""
    return say(lang, amount.unit, value=f"{round(amount.value, 2):g}")


def describe(plan: ShotPlan, *, lang: Lang) -> tuple[str, ...]:
    """One line per beat: when, and which moves at once."""
    lines = []
    for beat in plan.beats:
        moves = [describe_move(move, lang=lang) for move in beat.camera]
        what = " + ".join(moves) or say(lang, "held_gap")
        lines.append(f"{beat.t0:g}–{beat.t1:g} s  {what}")
    return tuple(lines)


def summarise(report: Report) -> str:
    """The report in one human sentence per list that isn't empty, in the prompt's language."""
    lang = report.lang
    parts = [
        _sentence(lang, "s_understood", report.understood),
        _sentence(lang, "s_approximated", report.approximated),
        _sentence(lang, "s_not_supported", report.not_supported),
    ]
    if report.ignored_text:
        texts = [f"“{piece.text.strip()}”" for piece in report.ignored_text]
        parts.append(say(lang, "s_ignored", list=_some(texts)))
    parts += [note.text for note in report.conflicts]
    return " ".join(part for part in parts if part)


def _sentence(lang: Lang, key: str, items: Sequence[ReportItem]) -> str:
    if not items:
        return ""
    return say(lang, key, list=_some([item.done or item.request for item in items]))


def _some(texts: Sequence[str]) -> str:
    unique = list(dict.fromkeys(texts))
    more = len(unique) - _LIST
    return ", ".join(unique[:_LIST]) + (f", +{more}" if more > 0 else "")


def stated_moves(plan: ShotPlan) -> tuple[CameraMove, ...]:
    """The camera moves that the prompt asked for, in order: defaults and filled gaps left out.

    A move that goes on through several beats is listed once.
    """
    seen: set[tuple[str, Span]] = set()
    found: list[CameraMove] = []
    for beat in plan.beats:
        for move in beat.camera:
            if move.evidence is None:
                continue
            key = (f"{move.op} {move.direction}", move.evidence)
            if key not in seen:
                seen.add(key)
                found.append(move)
    return tuple(found)

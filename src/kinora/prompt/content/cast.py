"""Where a prompt puts the caller's characters: "Mia stands at the left", « Mia arrive »."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kinora.types.plan import MOST_CHARACTERS, CastMember, Distance, Lang, ShotPlan, Span
from kinora.types.report import IgnoredText, Note, Report, ReportItem

#: Places across the frame, in shares of its width.
_LEFT, _MIDDLE, _RIGHT = 0.24, 0.5, 0.76
_FAR_LEFT, _FAR_RIGHT = 0.12, 0.88
#: Where who comes from a side starts: beyond the frame.
_OUTSIDE: Final = 0.28
#: Characters of a sentence after a name that may say where.
_REACH: Final = 160
_ENDS: Final = re.compile(r"[.;:!?\n]")
_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "unnamed": "The prompt doesn't name {name}: they aren't shown.",
        "many": "One clip shows at most {most} characters: {name} isn't shown.",
    },
    "fr": {
        "unnamed": "Le texte ne nomme pas {name}, qui n'est donc pas montré.",
        "many": "Un clip montre au plus {most} personnages : {name} n'est pas montré.",
    },
}

_SIDES: Final = {
    "left": r"(?:left|gauche)",
    "right": r"(?:right|droite)",
}
_WALK: Final = (
    r"(?:walks?|walking|strolls?|strolling|goes|comes?|coming|enters?|entering|arrives?|arriving|"
    r"steps?|moves?|moving|runs?|running|marche|avance|entre|arrive|vient|va|passe|traverse|court)"
)
_FAR: Final = re.compile(
    r"\b(?:in the (?:far )?(?:background|distance)|far (?:away|off|back)|at the back|"
    r"au (?:loin|fond)|à l['’ ]arrière[- ]plan|en arrière[- ]plan|dans le fond)\b"
)
_NEAR: Final = re.compile(
    r"\b(?:in the (?:near )?foreground|in front|(?:close|near) to the camera|up close|very near|"
    r"au premier plan|(?:tout )?près de la caméra|devant)\b"
)
_HEIGHT: Final = re.compile(
    r"\b(\d{1,3}) ?% (?:of the (?:frame|picture)(?:'s height)?|tall|high|"
    r"de (?:la hauteur|haut(?:eur)?)(?: du cadre| de l['’]image)?)"
)


@dataclass(frozen=True, slots=True)
class _Across:
    """Across the frame: where to, and where from."""

    x: float | None = None
    from_x: float | None = None


def with_cast(plan: ShotPlan, report: Report, names: Sequence[str]) -> tuple[ShotPlan, Report]:
    """``plan`` with the characters ``names`` that its prompt mentions, and the report telling so.

    A plan that has a cast already keeps it. Words that placed somebody leave the report's lists of
    words that weren't used.
    """
    if not names or plan.cast:
        return plan, report
    lang = report.lang
    members: list[CastMember] = []
    notes: list[Note] = []
    for name in names:
        member = _member(plan.prompt, name, number=len(members) + 1)
        if member is None:
            notes.append(Note(text=_TEXTS[lang]["unnamed"].format(name=name)))
        elif len(members) >= MOST_CHARACTERS:
            text = _TEXTS[lang]["many"].format(most=MOST_CHARACTERS, name=name)
            notes.append(Note(text=text))
        else:
            members.append(member)
    items = tuple(_told(member, plan.prompt) for member in members)
    spans = [member.evidence for member in members if member.evidence is not None]
    report = report.model_copy(
        update={
            "understood": (*report.understood, *items),
            "scene": tuple(_without(report.scene, spans)),
            "ignored_text": tuple(_without(report.ignored_text, spans)),
        }
    ).amended((), notes=notes)
    return plan.model_copy(update={"cast": tuple(members)}), report


def _told(member: CastMember, prompt: str) -> ReportItem:
    first, last = member.evidence or (0, 0)
    words = " ".join(prompt[first:last].split())
    return ReportItem(item=member.id, status="understood", request=words, span=member.evidence)


def _without(texts: Sequence[IgnoredText], spans: Sequence[Span]) -> Iterator[IgnoredText]:
    for text in texts:
        first, last = text.span
        if not any(a < last and first < b for a, b in spans):
            yield text


def _member(prompt: str, name: str, *, number: int) -> CastMember | None:
    """Where the prompt puts somebody; None where it doesn't name them."""
    found = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", prompt, re.I)]
    if not found:
        return None
    clauses = [(first, _clause_end(prompt, last)) for first, last in found]
    # The first clause that says where, else the first that names them.
    chosen = next((c for c in clauses if _across(prompt[slice(*c)].lower()).x is not None), None)
    first, last = chosen or clauses[0]
    words = prompt[first:last].lower()
    across = _across(words)
    height = _HEIGHT.search(words)
    distance: Distance = "normal"
    if _FAR.search(words):
        distance = "far"
    elif _NEAR.search(words):
        distance = "near"
    return CastMember(
        id=f"character{number}",
        name=name,
        x=across.x,
        from_x=across.from_x,
        distance=distance,
        height=max(int(height[1]), 3) / 100 if height else None,
        evidence=(first, last),
    )


def _clause_end(prompt: str, start: int) -> int:
    """Up to the end of the clause that begins with a name: what follows is said of others."""
    rest = prompt[start : start + _REACH]
    if stop := _ENDS.search(rest):
        rest = rest[: stop.start()]
    parts = re.split(r"(,|\band\b|\bwhile\b|\bet\b|\btandis que\b|\bpendant que\b)", rest)
    end = len(parts[0])
    for joint, part in zip(parts[1::2], parts[2::2], strict=True):
        words = part.lower()
        if not (_FAR.search(words) or _NEAR.search(words) or _HEIGHT.search(words)):
            break
        end += len(joint) + len(part)
    return start + len(rest[:end].rstrip())


def _across(words: str) -> _Across:
    walks = re.search(rf"\b{_WALK}\b", words) is not None
    if walks:
        return _walked(words)
    for side, x, far in (("left", _LEFT, _FAR_LEFT), ("right", _RIGHT, _FAR_RIGHT)):
        if re.search(rf"\b{_SIDES[side]}\b", words):
            outer = re.search(rf"\b(?:far|outer) {_SIDES[side]}|tout à {_SIDES[side]}", words)
            return _Across(far if outer else x)
    if re.search(r"\b(?:middle|cent(?:er|re)|milieu)\b", words):
        return _Across(_MIDDLE)
    return _Across()


def _walked(words: str) -> _Across:
    """Who goes about: from a side, to a side, or across."""
    came = {
        side: re.search(rf"\b(?:from (?:the )?|de (?:la )?|depuis la ){pattern}", words)
        for side, pattern in _SIDES.items()
    }
    goes = {
        side: re.search(rf"\b(?:to(?:wards?)? (?:the )?|à |vers la ){pattern}", words)
        for side, pattern in _SIDES.items()
    }
    outside = {"left": -_OUTSIDE, "right": 1.0 + _OUTSIDE}
    inside = {"left": _LEFT, "right": _RIGHT}
    start = next((side for side, match in came.items() if match), None)
    end = next((side for side, match in goes.items() if match), None)
    if start and end and start != end:
        return _Across(inside[end], outside[start])
    if start:
        x = _MIDDLE if re.search(r"\b(?:middle|cent(?:er|re)|milieu)\b", words) else inside[start]
        return _Across(x, outside[start])
    if end:
        other = "right" if end == "left" else "left"
        return _Across(inside[end], inside[other])
    return _Across()

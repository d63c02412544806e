"""The section router: "Camera: …", « Lumière : … », five-part prompts, JSON keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from kinora.prompt.lexicon import LANGS, lexicon
from kinora.prompt.text import tokenize

Name = Literal[
    "camera",
    "motion",
    "action",
    "subject",
    "light",
    "style",
    "lens",
    "audio",
    "dialogue",
    "duration",
    "keep",
    "change",
    "avoid",
]

_HEADER = re.compile(
    r"(?:\A|(?<=[\n.;!?{},|>]))[\s\[*#>\-•\"']{0,12}"
    r"(?P<name>[a-z][a-z'&/ ]{1,40}?)(?:\s\d{1,2})?"
    r"[\]*\"']{0,4}\s{0,3}(?:\([^()\n]{0,40}\)\s{0,3})?(?P<end>[:=]|(?<=[\s\]*])-(?=\s)|(?=\n))"
    r"[\s*\"'\[]{0,6}"
)
_BRACKET = re.compile(r"\[(?P<name>[a-z][a-z'&/ ]{1,40}?)\]\s*:?\s*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_LINE_ONLY = re.compile(r"[\s\[*#>\-•\"']*")


@dataclass(frozen=True, slots=True)
class Section:
    """Folded characters [first, last) under a header that starts at ``header``."""

    name: Name
    header: int
    first: int
    last: int


def find_sections(text: str) -> list[Section]:
    """Sections of folded, masked text, in order; text before or between them is unrouted."""
    heads: list[tuple[Name, int, int]] = []
    for match in sorted(
        [*_HEADER.finditer(text), *_BRACKET.finditer(text)], key=lambda m: m.start("name")
    ):
        name = _known(match["name"])
        alone = match.groupdict().get("end") == ""
        if name is None or (heads and match.start("name") < heads[-1][2]):
            continue
        if alone and not _is_heading_line(text, match):
            continue
        heads.append((name, match.start("name"), match.end()))
    found: list[Section] = []
    for at, (name, header, first) in enumerate(heads):
        last = heads[at + 1][1] if at + 1 < len(heads) else len(text)
        blank = _BLANK_LINE.search(text, first, last)
        if blank and text[first : blank.start()].strip():
            last = blank.start()
        found.append(Section(name, header, first, last))
    return found


def _is_heading_line(text: str, match: re.Match[str]) -> bool:
    """A header without colon counts only as a marked line of its own ("## Camera")."""
    before = text[text.rfind("\n", 0, match.start("name")) + 1 : match.start("name")]
    return any(sign in before for sign in "#*[") and bool(_LINE_ONLY.fullmatch(before))


@cache
def _names() -> dict[str, Name]:
    names: dict[str, Name] = {}
    for lang in LANGS:
        table = lexicon(lang).tables["headers"]
        for phrase, concept in table.phrases():
            names[phrase] = cast("Name", concept)
    return names


def _known(raw: str) -> Name | None:
    names = _names()
    words = [t.text for t in tokenize(raw.replace("&", " and ").replace("/", " and "))]
    for phrase in (" ".join(words), " ".join(words).partition(" and ")[0]):
        if phrase in names:
            return names[phrase]
    return None

"""The section router: "Camera: …", « Lumière : … », five-part prompts, JSON keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from kinora.prompt.words.lexicon import LANGS, lexicon
from kinora.prompt.words.text import tokenize

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
    r"(?P<name>[a-z][a-z'&/ -]{1,40}?)(?:\s\d{1,2})?"
    r"[\]*\"']{0,4}\s{0,3}(?:\([^()\n]{0,40}\)\s{0,3})?(?P<end>[:=]|(?<=[\s\]*])-(?=\s)|(?=\n))"
    r"[\s*\"'\[]{0,6}"
)
_BRACKET = re.compile(r"\[(?P<name>[a-z][a-z'&/ ]{1,40}?)\]\s*:?\s*")
#: Headers over light and mood as well as over sounds.
_AMBIENCES = frozenset({"ambiance", "ambiances", "ambience", "ambient", "atmosphere"})
_OF_SOUNDS = frozenset({"ambience", "ambient"})
_MANY = 3  # names of sounds under "ambiance" that make a list of sounds by themselves
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
    heads: list[tuple[re.Match[str], Name]] = []
    for match in sorted(
        [*_HEADER.finditer(text), *_BRACKET.finditer(text)], key=lambda m: m.start("name")
    ):
        name = _known(match["name"])
        alone = match.groupdict().get("end") == ""
        if name is None or (heads and match.start("name") < heads[-1][0].end()):
            continue
        if alone and not _is_heading_line(text, match):
            continue
        heads.append((match, name))
    found: list[Section] = []
    for at, (head, name) in enumerate(heads):
        first = head.end()
        last = heads[at + 1][0].start("name") if at + 1 < len(heads) else len(text)
        blank = _BLANK_LINE.search(text, first, last)
        if blank and text[first : blank.start()].strip():
            last = blank.start()
        name = _meant(head["name"].strip(), name, text[first:last])
        found.append(Section(name, head.start("name"), first, last))
    return found


def _meant(header: str, name: Name, text: str) -> Name:
    """What a header over folded text means: « Ambiance : brouhaha, verres » lists sounds,
    « Ambiance : tendue » none.

    In a list of sounds most items name one; under "ambiance", one of them names nothing else, or
    there are many, and all of them do: « Ambiance : forêt, singes, perroquets ».
    """
    if header not in _AMBIENCES:
        return name
    items = [item for item in re.split("[,;.]", text) if item.strip()]
    known = sum(_names_any(item, "sounds") for item in items)
    sure = header in _OF_SOUNDS or _names_any(text, "heard")
    sure = sure or (known == len(items) >= _MANY and not _names_any(text, "light"))
    return "audio" if 2 * known > len(items) and sure else "light"


def _names_any(text: str, table: str) -> bool:
    tokens = tokenize(text)
    tables = [lexicon(lang).tables[table] for lang in LANGS]
    return any(each.longest(tokens, at) for at in range(len(tokens)) for each in tables)


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
    words = [t.text for t in tokenize(re.sub("[&/]", " and ", raw).replace("-", " "))]
    for phrase in (" ".join(words), " ".join(words).partition(" and ")[0]):
        if phrase in names:
            return names[phrase]
    return None

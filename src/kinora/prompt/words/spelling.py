"""Typo repair, only for single unknown words beside camera or sound, and always reported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from kinora.prompt.words.lexicon import LANGS, lexicon
from kinora.prompt.words.sound_spelling import nearest_sound
from kinora.prompt.words.text import Token
from kinora.types.plan import Lang

_RATIO = 85.0  # measured: below it, ordinary words turn into camera words
_REACH = 5  # tokens around, in which camera context is looked for


@dataclass(frozen=True, slots=True)
class Repair:
    """The word at folded characters [start, end) was read as ``read_as``."""

    start: int
    end: int
    read_as: str


def repair(
    tokens: Sequence[Token], *, langs: tuple[Lang, ...], camera: Sequence[tuple[int, int]]
) -> tuple[list[Token], list[Repair]]:
    """Tokens with camera words mended, and what was mended.

    Args:
        tokens: folded tokens.
        langs: languages of the prompt.
        camera: folded character ranges under a camera header.
    """
    out: list[Token] = []
    repairs: list[Repair] = []
    for at, token in enumerate(tokens):
        side = _SIDES.get(token.text)
        if side and out and out[-1].text in _BEFORE_SIDES:  # "zoom ot"
            out.append(Token(side, token.start, token.end))
            repairs.append(Repair(token.start, token.end, side))
            continue
        if len(token.text) < 3 or not token.is_word or _known(token.text):
            out.append(token)
            continue
        spoken = _as_spoken(token.text)
        if spoken:
            out.append(Token(spoken, token.start, token.end))
            repairs.append(Repair(token.start, token.end, spoken))
            continue
        joined = _split_joined(token) or _split_elided(token, langs)
        if joined:
            out += joined
            continue
        routed = any(a <= token.start < b for a, b in camera)
        here = [*out, *tokens[at:]]
        word = _nearest(here, len(out), langs, routed=routed) or nearest_sound(here, len(out))
        out.append(Token(word, token.start, token.end) if word else token)
        if word:
            repairs.append(Repair(token.start, token.end, word))
    return out, repairs


#: Sides with a slip of the finger, read right behind a camera word.
_SIDES = {
    "ot": "out", "otu": "out", "uot": "out", "outt": "out", "inn": "in", "iin": "in",
    "letf": "left", "lft": "left", "rigt": "right", "rihgt": "right", "rigth": "right",
    "don": "down", "donw": "down", "avnat": "avant", "gauhe": "gauche", "drote": "droite",
}  # fmt: skip
_BEFORE_SIDES = frozenset(
    ["zoom", "dolly", "push", "pull", "pan", "tilt", "truck", "crane", "orbit", "travelling",
     "pano", "panoramique", "zooms", "pans", "tilts"]
)  # fmt: skip
#: English words written without their apostrophe.
_CONTRACTED = {
    "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "isnt": "isn't", "arent": "aren't",
    "wont": "won't", "shouldnt": "shouldn't", "wouldnt": "wouldn't", "couldnt": "couldn't",
}  # fmt: skip
_ELIDED = frozenset(["l", "d", "s", "n", "j", "c", "m", "t", "qu", "jusqu"])
_ELIDES = frozenset("aeiouyh")


def with_apostrophes(tokens: Sequence[Token], *, lang: Lang) -> list[Token]:
    """Tokens with left-out apostrophes put back: "dont move", « a l epaule ».

    Args:
        tokens: folded tokens.
        lang: the main language of the prompt.
    """
    out = list(tokens)
    for at, token in enumerate(tokens):
        if lang == "en" and token.text in _CONTRACTED:
            out[at] = Token(_CONTRACTED[token.text], token.start, token.end)
        elif lang == "fr" and token.text in _ELIDED and _is_elided(tokens, at):
            out[at] = Token(token.text + "'", token.start, token.end)
    return out


def _is_elided(tokens: Sequence[Token], at: int) -> bool:
    """Whether a lone letter stands before a vowel; "pano d" is short for « à droite »."""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    short = at > 0 and tokens[at - 1].text in lexicon("fr").lists["dir"]
    return len(after) > 2 and after.isalpha() and after[0] in _ELIDES and not short


def _known(word: str) -> bool:
    return any(word in lexicon(lang).vocabulary for lang in LANGS)


_DRAWN_OUT = re.compile(r"(.)\1{2,}")


def _as_spoken(word: str) -> str | None:
    """A known word that is written as it is spoken: "cluckin", « vroooum »; else None."""
    if word.endswith("in") and word + "g" in lexicon("en").vocabulary:
        return word + "g"
    if _DRAWN_OUT.search(word):
        shorter = (_DRAWN_OUT.sub(kept, word) for kept in (r"\1\1", r"\1"))
        return next((form for form in shorter if len(form) > 1 and _known(form)), None)
    return None


_PLURALS = frozenset({"vertical", "horizontal", "second", "seconde"})


@cache
def _joined() -> dict[str, int]:
    """ "pushin" → 4: verb and direction written as one."""
    verbs = [
        "push",
        "pull",
        "zoom",
        "dolly",
        "pan",
        "tilt",
        "crane",
        "boom",
        "pedestal",
        "truck",
        "track",
        "roll",
        "fly",
    ]
    paths = ["in", "out", "left", "right", "up", "down", "back", "over"]
    return {v + p: len(v) for v in verbs for p in paths}


def _split_joined(token: Token) -> list[Token]:
    cut = _joined().get(token.text)
    if cut is None or _known(token.text):
        return []
    middle = token.start + cut
    return [
        Token(token.text[:cut], token.start, middle),
        Token(token.text[cut:], middle, token.end),
    ]


def _split_elided(token: Token, langs: tuple[Lang, ...]) -> list[Token]:
    """« sarrete », « sapproche » : a French verb of motion written together with its pronoun."""
    verb = token.text[1:]
    told = token.text[0] == "s" and token.text[1] in _ELIDES and len(verb) > 4
    if "fr" not in langs or not told or not lexicon("fr").tables["heads"].opens(verb):
        return []
    middle = token.start + 1
    return [Token("s'", token.start, middle), Token(verb, middle, token.end)]


@cache
def _camera_words(lang: Lang) -> tuple[str, ...]:
    lists = lexicon(lang).lists
    return tuple(sorted({*lists["typo"], *lists["core"]}))


def _nearest(
    tokens: Sequence[Token], at: int, langs: tuple[Lang, ...], *, routed: bool
) -> str | None:
    word = tokens[at].text
    if fuzz.ratio(word, "camera") >= _RATIO:  # needs no context: it makes one
        return "camera"
    if not (routed or _in_context(tokens, at, langs) or _before_a_typo(tokens, at)):
        return None
    if word.endswith("s") and word[:-1] in _PLURALS:
        return None  # "verticals stay vertical"
    if len(word) == 3:
        return _doubled(word) if _beside_direction(tokens, at) else None
    words = [w for lang in (*langs, *LANGS) for w in _camera_words(lang)]
    best = process.extractOne(word, words, scorer=fuzz.ratio, score_cutoff=_RATIO)
    if best:
        return best[0]
    for candidate in words:  # two letters swapped: "rigth"
        swapped = sorted(candidate) == sorted(word) and OSA.distance(word, candidate) == 1
        if len(word) >= 4 and swapped:
            return candidate
    if not routed and not _beside_direction(tokens, at):
        return None
    for candidate in words:  # one swapped or wrong letter, right beside a direction
        if len(candidate) >= 4 and candidate[0] == word[0] and OSA.distance(word, candidate) <= 1:
            return candidate
    return None


def _doubled(word: str) -> str | None:
    """ "zom" → "zoom", "pul" → "pull": a camera word with a double letter written once."""
    for i in range(1, len(word)):
        longer = word[:i] + word[i] + word[i:]
        if any(longer in lexicon(lang).lists["typo"] for lang in LANGS):
            return longer
    return None


def _in_context(tokens: Sequence[Token], at: int, langs: tuple[Lang, ...]) -> bool:
    low, high = max(0, at - _REACH), min(len(tokens), at + _REACH + 1)
    near = {tokens[i].text for i in range(low, high) if i != at}
    return any(near & lexicon(lang).lists["context"] for lang in LANGS)


def _beside_direction(tokens: Sequence[Token], at: int) -> bool:
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    sides = set().union(*(lexicon(lang).lists["sides"] for lang in LANGS))
    return after in sides or _before_a_typo(tokens, at)


def _before_a_typo(tokens: Sequence[Token], at: int) -> bool:
    """ "zoum avan": whether the next word is a misspelled direction."""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if len(after) <= 3 or _known(after):
        return False
    sides = set().union(*(lexicon(lang).lists["sides"] for lang in LANGS))
    return any(OSA.distance(after, side) == 1 for side in sides if len(side) > 3)

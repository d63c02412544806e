"""Text → words as rules are written in: without accents, case, look-alikes, leet and gaps.

Steps: compatibility forms (NFKC), case, letters that look like Latin ones, marks and invisible
characters away; then for each word the other readings it may have: ``s3x`` → ``sex``, ``nuuude`` →
``nude``; and across words ``s e x``, ``na-ked`` → one word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

#: Letters that look like Latin ones once compatibility forms and accents are gone; from the
#: confusables of Unicode Technical Standard #39, those that people really use.
_PAIRS = """
    аa вb сc ԁd еe гr һh іi ӏl јj кk мm нh оo пn рp ԛq ѕs тt уy хx ԝw ьb αa βb γy εe ηn
    ιi κk νv οo ρp σo τt υu χx ωw ɡg ɑa ɩi ıi łl đd øo ħh ŋn ƅb ʟl ɪi ɴn ʀr ᴀa ʙb ᴄc ᴅd
    ᴇe ɢg ʜh ᴊj ᴋk ᴍm ᴏo ᴘp ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz օo ոn սu հh ցg քp œoe æae
"""
_ALIKE: dict[int, str] = {ord(pair[0]): pair[1:] for pair in _PAIRS.split()}
#: Squared and circled letters that NFKC leaves alone, and flags' letters.
_BLOCKS = {
    start + i: chr(97 + i) for start in (0x1F150, 0x1F170, 0x1F1E6, 0x1F130) for i in range(26)
}
_LEET = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b",
    "9": "g", "$": "s", "@": "a", "!": "i", "|": "l", "+": "t", "€": "e", "£": "l",
}  # fmt: skip
_WORD = re.compile(r"[\w$@€£|+*!]+")
_EDGES = "!*|+€£"
_RUNS = re.compile(r"(.)\1{2,}")
_MOST_READINGS = 8
_MOST_SPACED = 24  # letters in a row that may spell a word


@dataclass(slots=True)
class Folded:
    """A text, ready to be matched.

    ``steps[i]`` are the words that may start at the token ``i``, each with the token after it;
    ``sentences[i]`` and ``clauses[i]`` number the sentence and clause of the token.
    """

    words: list[str] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    clauses: list[int] = field(default_factory=list)
    steps: list[list[tuple[str, int]]] = field(default_factory=list)


def fold_characters(text: str) -> str:
    """``text`` in plain lower case: no accents, no invisible characters, no look-alikes."""
    if text.isascii():
        return text.lower()
    flat = unicodedata.normalize("NFKC", text).translate(_BLOCKS).casefold()
    kept = [c for c in unicodedata.normalize("NFD", flat) if not _is_invisible(c)]
    return "".join(kept).translate(_ALIKE)


def _is_invisible(c: str) -> bool:
    return c > "\u007f" and (unicodedata.category(c) in ("Mn", "Me", "Cf") or c in "\u115f\u1160")


def fold(text: str) -> Folded:
    """The words of ``text`` with every reading they may have."""
    plain = fold_characters(text).replace("_", "-")
    folded = Folded()
    ends: list[int] = []
    joints: list[int] = []
    sentence = clause = end = 0
    for match in _WORD.finditer(plain):
        word = match.group().strip(_EDGES)
        if not any(map(str.isalnum, word)):
            continue
        between = plain[end : match.start()]
        joints.append(_joint(between, is_first=not ends))
        if joints[-1] >= _CLAUSE:
            clause += 1
            sentence += joints[-1] == _SENTENCE
        end = match.end()
        ends.append(end)
        folded.words.append(word)
        folded.sentences.append(sentence)
        folded.clauses.append(clause)
    for i, word in enumerate(folded.words):
        folded.steps.append([(reading, i + 1) for reading in readings(word)])
    _join(folded, joints)
    return folded


_GLUED, _SPACED, _CLAUSE, _SENTENCE = range(4)
_ENDS = re.compile(r"[.!?;…]\s|[\n¿¡]")


def _joint(between: str, *, is_first: bool) -> int:
    """What stands between two words: a sign without space, a space, a comma, or an end."""
    if is_first or between == " ":
        return _SPACED
    if _ENDS.search(between):
        return _SENTENCE
    if not any(c.isspace() for c in between):
        return _CLAUSE if any(c in ",;:()–—" for c in between) else _GLUED
    return _CLAUSE if any(c in ',:()–—"«»“”' for c in between) else _SPACED


def readings(word: str) -> Iterator[str]:
    """``word``, and what it may stand for."""
    yield word
    if word.isalpha() and word.isascii():
        if _RUNS.search(word):
            yield _RUNS.sub(r"\1", word)
            yield _RUNS.sub(r"\1\1", word)
        return
    if not any(c.isalpha() for c in word):
        return
    bare = word.strip("$@")
    if bare != word:
        yield bare
    choices = [_LEET.get(c, c) for c in word]
    for number, letters in enumerate(product(*choices)):
        if number >= _MOST_READINGS:
            return
        decoded = "".join(letters)
        if decoded != word:
            yield _RUNS.sub(r"\1", decoded)
            if _RUNS.search(decoded):
                yield _RUNS.sub(r"\1\1", decoded)


def _join(folded: Folded, joints: list[int]) -> None:
    """Add the words that are spelled across tokens: letter by letter, or cut by signs."""
    words, count = folded.words, len(folded.words)
    start = 0
    while start < count:
        stop = start + 1
        if _is_letter(words[start]):
            while stop < count and _is_letter(words[stop]) and _goes_on(joints, start, stop):
                stop += 1
            if 3 <= stop - start <= _MOST_SPACED:
                _add_spelled(folded, start, stop)
        start = stop
    for i in range(1, count):
        if joints[i] == _GLUED:
            _add_glued(folded, joints, i)


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha()


def _goes_on(joints: list[int], start: int, stop: int) -> bool:
    """Letters of one word are all cut in the same way."""
    return joints[stop] < _CLAUSE and joints[stop] == joints[min(start + 1, stop)]


def _add_spelled(folded: Folded, start: int, stop: int) -> None:
    """One-letter words of other sense ("a", "I") may stand at either end."""
    for first in range(start, min(start + 3, stop - 2)):
        for last in range(max(stop - 2, first + 3), stop + 1):
            joined = "".join(folded.words[first:last])
            if len(set(joined)) == 1:  # "x.x.x" is a number's place
                continue
            folded.steps[first] += [(reading, last) for reading in readings(joined)]


def _add_glued(folded: Folded, joints: list[int], i: int) -> None:
    """The word that ``i`` completes with the tokens glued before it."""
    joined, first = folded.words[i], i
    while first > 0 and joints[first] == _GLUED and len(joined) < 24:
        first -= 1
        joined = folded.words[first] + joined
        folded.steps[first] += [(reading, i + 1) for reading in readings(joined)]

"""Lexicons: YAML of stems, compiled once into a table for longest match over tokens.

Pattern language (one string per concept, patterns separated by commas): words by spaces;
``word/v``, ``/n``, ``/a`` inflect (`kinora.prompt.words.inflect`); ``a|b`` either; ``word?``
optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import yaml

from kinora.prompt.words.inflect import Form, inflect
from kinora.prompt.words.text import Token
from kinora.types.plan import Lang

LANGS: tuple[Lang, ...] = ("en", "fr")
_DIGITS = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")  # "35mm" is two tokens
WINDOW = 12  # longest pattern, in tokens with joints
_JOINTS = frozenset("-/")  # signs that may stand between the words of a pattern
_LOOSE = 3  # words of manner that may stand inside a pattern that opens with a verb
_HOW = frozenset(
    ["slow", "wide", "big", "full", "large", "lazy", "quick", "little", "bit", "very", "just",
     "grand", "grande", "petit", "petite", "lent", "lente", "peu", "a", "tout",
     "vite", "encore", "long"]
)  # fmt: skip
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Patterns = dict[str, list[tuple[tuple[dict[str, Form], ...], str]]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A pattern found at tokens [first, last): its concept, language and verb form."""

    concept: str
    lang: Lang
    first: int
    last: int
    form: Form = "word"


class Inflector:
    """Forms of pattern words in one language, each worked out once."""

    def __init__(self, lang: Lang, irregular: dict[str, str]) -> None:
        self.lang = lang
        self._irregular = irregular
        self._known: dict[str, dict[str, Form]] = {}
        self._noted: set[str] = set()

    def note(self, words: Iterable[str]) -> None:
        """Count pattern words among `words` without working out their forms yet."""
        self._noted.update(words)

    def forms(self, word: str) -> dict[str, Form]:
        """All forms of a pattern word: ``word``, ``word/v`` or ``one|other``."""
        found = self._known.get(word)
        if found is None:
            found = {}
            for choice in word.split("|"):
                found |= inflect(choice, self.lang, irregular=self._irregular)
            self._known[word] = found
        return found

    def words(self) -> set[str]:
        """Every form of the pattern words noted or worked out so far."""
        for word in self._noted:
            self.forms(word)
        return set().union(*self._known.values())


class Table:
    """Patterns of one lexicon section in one language, for longest match.

    A process reads few prompts and a prompt few of the words, so patterns are only filed by their
    first words at first; what follows is worked out when a first word is met.
    """

    def __init__(self, entries: dict[str, str], inflector: Inflector) -> None:
        self.lang = inflector.lang
        self._inflector = inflector
        self._filed: dict[str, list[tuple[str, str]]] = {}  # first word → (pattern, concept)
        self._by_first: Patterns = {}
        for concept, patterns in entries.items():
            spaced = _DIGITS.sub(" ", patterns)
            inflector.note(word.rstrip("?") for word in spaced.replace(",", " ").split())
            for pattern in spaced.split(","):
                self._file(concept, pattern)

    def _file(self, concept: str, pattern: str) -> None:
        for chosen in _with_optionals(pattern.split()) if "?" in pattern else [pattern]:
            row = (chosen, concept)
            for first in self._inflector.forms(chosen.split(None, 1)[0]) if chosen.strip() else ():
                self._filed.setdefault(first, []).append(row)

    def _rows(self, first: str) -> list[tuple[tuple[dict[str, Form], ...], str]]:
        """What may follow a first word, the longest patterns first."""
        rows = self._by_first.get(first)
        if rows is None:
            filed = self._filed.get(first, ())
            forms = self._inflector.forms
            rows = [(tuple(map(forms, words.split())), concept) for words, concept in filed]
            rows.sort(key=lambda row: -len(row[0]))
            self._by_first[first] = rows
        return rows

    def phrases(self) -> Iterator[tuple[str, str]]:
        """Every pattern written out, with its concept."""
        for first in self._filed:
            for steps, concept in self._rows(first):
                tails = product(*(tuple(forms) for forms in steps[1:]))
                for tail in tails:
                    yield " ".join((first, *tail)), concept

    def opens(self, word: str) -> bool:
        """Whether any pattern starts with ``word``."""
        return word in self._filed

    def openings(self) -> Iterable[str]:
        """Every word with which a pattern starts."""
        return self._filed.keys()

    def longest(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """The longest pattern that starts at token ``at``, if any."""
        if tokens[at].text not in self._filed:
            return None
        behind = tokens[at + 1] if at + 1 < len(tokens) else None
        passed = behind is not None and (behind.text in _JOINTS or _tells_how(behind))
        for steps, concept in self._rows(tokens[at].text):
            if len(steps) > 1 and not passed and (behind is None or behind.text not in steps[1]):
                continue  # most patterns end here: it saves the walk
            end = _follow(steps, tokens, at)
            if end:
                return Hit(concept, self.lang, at, end, _form(steps, tokens[at].text))
        return None


def _with_optionals(words: Sequence[str]) -> list[str]:
    variants: list[list[str]] = [[]]
    for word in words:
        plain = word.rstrip("?")
        longer = [[*v, plain] for v in variants]
        variants = longer + variants if word.endswith("?") else longer
    return [" ".join(v) for v in variants if v]


def _follow(steps: tuple[dict[str, Form], ...], tokens: Sequence[Token], at: int) -> int:
    """Token after the match of ``steps`` at ``at``, or 0."""
    here = at + 1
    loose = len(steps) > 1 and steps[0][tokens[at].text] != "word"
    for forms in steps[1:]:
        if here < len(tokens) and tokens[here].text in _JOINTS:
            here += 1
        for _ in range(_LOOSE if loose else 0):  # "draws a slow circle", "gains slowly height"
            if here < len(tokens) and tokens[here].text not in forms and _tells_how(tokens[here]):
                here += 1
        if here >= len(tokens) or tokens[here].text not in forms:
            return 0
        here += 1
    return here


def _tells_how(token: Token) -> bool:
    return token.text in _HOW or token.text.endswith(("ly", "ment"))


def _form(steps: tuple[dict[str, Form], ...], first: str) -> Form:
    form = steps[0][first]
    if form == "word":
        form = next((f for s in steps[1:] for f in s.values() if f != "word"), "word")
    return form


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language: its tables by section, its plain word lists and its labels.

    ``vocabulary`` holds every word; ``firm`` those of it that aren't there for a sound alone, with
    the language's everyday words that the other one's tables of sounds hold (everyday.yaml).
    """

    lang: Lang
    tables: dict[str, Table]
    lists: dict[str, frozenset[str]]
    labels: dict[str, str]
    vocabulary: frozenset[str]
    firm: frozenset[str]

    def match(self, section: str, tokens: Sequence[Token], at: int) -> Hit | None:
        """Longest pattern of ``section`` at token ``at``."""
        return self.tables[section].longest(tokens, at)

    def match_at(self, section: str, tokens: Sequence[Token], at: int, *, limit: int) -> Hit | None:
        """Longest pattern of ``section`` at token ``at`` that ends before token ``limit``."""
        table = self.tables[section]
        if not table.opens(tokens[at].text):
            return None
        hit = table.longest(tokens[at : min(limit, at + WINDOW)], 0)
        if hit is None:
            return None
        return Hit(hit.concept, hit.lang, at, at + hit.last, hit.form)


@cache
def load(name: str) -> dict[str, Any]:
    """A YAML file of the lexicons folder, parsed once."""
    text = files("kinora.prompt").joinpath("lexicons", f"{name}.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=_LOADER)
    return data


@cache
def lexicon(lang: Lang) -> Lexicon:
    """The compiled lexicon of a language."""
    data, sounds = load(lang), _all_sounds(lang)
    inflector = Inflector(lang, data.get("irregular", {}))
    lists = {k: frozenset(str(v).split()) for k, v in data["lists"].items()}
    tables = {name: Table(data[name], inflector) for name in data["sections"]}
    plain = inflector.words().union(*lists.values())
    tables |= {name: Table(sounds[name], inflector) for name in sounds["sections"]}
    vocabulary = frozenset(inflector.words() | plain)
    firm = frozenset(plain.union(load("everyday")[lang].split()))
    return Lexicon(lang, tables, lists, data["labels"], vocabulary, firm)


def _all_sounds(lang: Lang) -> dict[str, Any]:
    """The words for sounds of all five files, section by section.

    What is listed under ``calls`` names nothing but a sound: such names are in the tables of all
    names (``sounds``), of those that are heard wherever they stand (``surely``) and of those that
    make a bare list one of sounds (``heard``).
    """
    names = ("sounds", "noises", "things", "deeds", "kinds")
    first, more, families, deeds, kinds = (load(f"{name}_{lang}") for name in names)
    calls: dict[str, str] = _joined(*(file["calls"] for file in (more, families, deeds, kinds)))
    only_heard = ", ".join(calls.values())
    added: dict[str, list[dict[str, str]]] = {
        "sounds": [
            more["sounds"],
            calls,
            *families["things"].values(),
            deeds["things"],
            kinds["things"],
        ],
        "surely": [{"surely": only_heard}],
        "audible": [more["audible"], families["audible"], deeds["audible"], kinds["audible"]],
        "resounding": [file["resounding"] for file in (more, families, deeds, kinds)],
        "does": [families["does"], deeds["does"], kinds["does"]],
        "listed": [families["listed"], families["places"], kinds["listed"]],
        **{name: [deeds[name]] for name in ("noises", "alongside", "drawn", "figure", "voices")},
        "heard": [{"heard": only_heard}, deeds["heard"]],
        **{name: [families[name]] for name in ("plays", "musical")},
        "ground": [kinds["ground"]],
        "idle": [deeds["idle"], kinds["idle"]],
    }
    return first | {name: _joined(first.get(name, {}), *tables) for name, tables in added.items()}


def _joined(*tables: dict[str, str]) -> dict[str, str]:
    """Tables of patterns as one."""
    found: dict[str, str] = {}
    for table in tables:
        for concept, patterns in table.items():
            found[concept] = f"{found[concept]}, {patterns}" if concept in found else patterns
    return found


@cache
def openings(table: str) -> frozenset[str]:
    """The words with which a pattern of a table starts, in any language."""
    return frozenset().union(*(lexicon(lang).tables[table].openings() for lang in LANGS))


def in_any(name: str, word: str, langs: Iterable[Lang]) -> bool:
    """Whether ``word`` stands in the word list ``name`` of any of the languages."""
    return any(word in lexicon(lang).lists[name] for lang in langs)

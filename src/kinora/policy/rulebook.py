"""The rules, read from YAML: built-in ones, and an operator's file over them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import yaml

from kinora.errors import InputError
from kinora.policy.names import Names
from kinora.policy.patterns import Patterns
from kinora.types.policy import CATEGORIES

Deed = Literal["refuse", "note"]

LANGUAGES = ("en", "fr", "es", "de")
#: The suffix of a group's look-alikes.
NOT = "!"
_DIGEST = 8  # hexadecimal digits
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What is done about findings of a category."""

    name: str
    do: Deed
    local: Deed  # for a person's own clips
    threshold: float
    says: str  # what it is, after "asks for"
    always: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Groups of words that together are a finding."""

    name: str
    category: str
    find: tuple[str, ...]
    within: int | None = None  # tokens; None: one sentence
    anywhere: bool = False  # in the whole text
    in_order: bool = False
    unless: tuple[str, ...] = ()
    score: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules, compiled."""

    version: str
    categories: Mapping[str, Category]
    rules: tuple[Rule, ...]
    patterns: Patterns
    names: Names
    negators: frozenset[str]
    negated: frozenset[str]  # groups that "no", "without" … take back
    digest: str  # of all of them: the same rules have the same

    @property
    def edition(self) -> str:
        """The version and the rules' own digest, which an operator's file changes."""
        return f"{self.version}+{self.digest}"


def read_rulebook(operator_file: Path | None = None) -> Rulebook:
    """The built-in rules, with what the operator's file changes; read once per file.

    Raises:
        InputError: the file can't be read, or something in it isn't a rule.
    """
    return _read(operator_file)


@cache
def _read(operator_file: Path | None) -> Rulebook:
    raw = built_in()
    if operator_file is not None:
        raw = _merged(raw, _operators(operator_file))
    try:
        return _compiled(raw)
    except InputError as error:
        where = "the built-in rules" if operator_file is None else str(operator_file)
        raise InputError(f"{error.message} ({where})", param="KINORA_POLICY_FILE") from error


def built_in() -> dict[str, Any]:
    """The rules as they are written: ``categories``, ``rules``, ``words``, ``names`` …"""
    folder = files("kinora.policy") / "rules"
    raw = _loaded(folder / "policy.yaml")
    raw["words"] = {language: _words(folder, language) for language in LANGUAGES}
    raw["names"] = _loaded(folder / "names.yaml")
    return raw


def _words(folder: Traversable, language: str) -> dict[str, Any]:
    """A language's groups: those of plain words, grown by those of scenes, one file a topic."""
    words = _loaded(folder / f"{language}.yaml")
    topics = (folder / "scenes" / language).iterdir()
    for path in sorted(topics, key=lambda path: path.name):
        words = _merged(words, _loaded(path))
    return words


def _loaded(path: Traversable) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    return loaded


def _operators(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            f"The policy file {path} can't be read: {str(error).splitlines()[0]}.",
            param="KINORA_POLICY_FILE",
        ) from error
    known = {"version", "categories", "rules", "words", "names", "negators", "negated", "glued"}
    if not isinstance(raw, dict) or not known >= raw.keys():
        raise InputError(
            f"The policy file {path} may have {', '.join(sorted(known))}, and nothing else.",
            param="KINORA_POLICY_FILE",
        )
    return raw


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings merge; ``any`` and ``not`` lists of words grow; the rest is replaced."""
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[key] = _merged(old, value)
        elif key in ("any", "not") and isinstance(old, str) and isinstance(value, str):
            merged[key] = f"{old}, {value}"
        else:
            merged[key] = value
    return merged


def _compiled(raw: Mapping[str, Any]) -> Rulebook:
    patterns = Patterns(
        glued=frozenset(_listed(raw["glued"])), glued_to=frozenset(_listed(raw["glued_to"]))
    )
    groups = set()
    for words in raw["words"].values():
        for group, lists in words.items():
            groups.add(group)
            patterns.add(group, _listed(lists.get("any", "")))
            patterns.add(group + NOT, _listed(lists.get("not", "")))
    categories = {name: _category(name, facts) for name, facts in raw["categories"].items()}
    rules = tuple(_rule(name, facts) for name, facts in raw["rules"].items() if facts)
    for rule in rules:
        if missing := {*rule.find, *rule.unless} - groups:
            raise InputError(f"The rule '{rule.name}' names unknown groups: {sorted(missing)}.")
    return Rulebook(
        version=str(raw["version"]),
        categories=categories,
        rules=rules,
        patterns=patterns,
        names=Names(raw["names"]),
        negators=frozenset(_listed(raw["negators"])),
        negated=frozenset(_listed(raw["negated"])),
        digest=_digest(raw),
    )


def _digest(raw: Mapping[str, Any]) -> str:
    written = json.dumps(raw, sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:_DIGEST]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _category(name: str, facts: Mapping[str, Any]) -> Category:
    if name not in CATEGORIES:
        raise InputError(f"'{name}' is no category; there are {', '.join(CATEGORIES)}.")
    always = bool(facts.get("always", False)) or name == "sexual/minors"
    do: Deed = "refuse" if always else facts["do"]
    local: Deed = "refuse" if always else facts.get("local", do)
    if {do, local} - {"refuse", "note"}:
        raise InputError(f"'do' of the category '{name}' must be refuse or note.")
    threshold = min(float(facts["threshold"]), 0.5) if always else float(facts["threshold"])
    return Category(
        name=name, do=do, local=local, threshold=threshold, says=facts["says"], always=always
    )


def _rule(name: str, facts: Mapping[str, Any]) -> Rule:
    try:
        within = facts.get("within")
        return Rule(
            name=name,
            category=facts["category"],
            find=tuple(facts["find"]),
            within=None if within in (None, "text") else int(within),
            anywhere=within == "text",
            in_order=bool(facts.get("in_order", False)),
            unless=tuple(facts.get("unless", ())),
            score=float(facts.get("score", 0.8)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"The rule '{name}' can't be read: {error}.") from error

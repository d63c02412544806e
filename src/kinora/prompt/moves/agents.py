"""The actor test: is it the camera that moves, or something in the picture?"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal

from kinora.prompt.words.lexicon import in_any, lexicon
from kinora.prompt.words.text import Token
from kinora.types.plan import Lang

#: camera · other: somebody or something else · bare: nobody named, the verb opens the clause
#: article: an article right before, so that the word is a noun · it: a pronoun to resolve
#: conjunction: "and …", whoever acted before
Actor = Literal["camera", "other", "bare", "article", "it", "conjunction"]

_REACH = 24  # tokens looked back at most


@dataclass(frozen=True, slots=True)
class Looker:
    """Looks back from a verb to whoever does it. ``skip`` marks tokens that tell nothing."""

    tokens: Sequence[Token]
    skip: Container[int]
    langs: tuple[Lang, ...]
    gear: frozenset[int] = frozenset()  # tokens that name a kind of shot
    masculine: bool = False  # whether « il » may be the camera: « le cadre … il glisse »
    first_person: bool = False  # whether "I" is the eye of the camera

    def actor(self, first: int, at: int, *, participle: bool = False, noun: bool = False) -> Actor:
        """Who does the verb at token ``at`` of a clause that starts at ``first``.

        In "a shot of a crowd pushing forward" the crowd does the ``participle``; a ``noun`` may
        have "that" for its article.
        """
        here = at - 1
        floor = max(first, at - _REACH)
        while here >= floor:
            if self._tells_nothing(here):
                here -= 1
            elif self._is("camera", here):
                return self._camera(here, first, at)
            elif self.tokens[here].text == "that" and noun:
                return "article"  # "give me that slow push"
            elif self._is("relative", here):
                named = here - 1
                while named > first and named in self.skip:
                    named -= 1  # « un plan fluide qui avance »
                if here > first and self._is("camera", named):
                    return "camera"
                return "other" if here > first else "bare"
            elif self._is("we", here):
                return "camera"
            elif self._is("it", here):
                return "it"
            elif self.tokens[here].text in _GAZES and self._is_ours(here, first):
                return "camera"
            elif self.masculine and self.tokens[here].text == "il":
                return "it"
            elif self._is("he", here) or self._is("she", here):
                eye = self.first_person and self.tokens[here].text in EYES
                return "camera" if eye or self._as_if(here, first) else "other"
            elif self._is_clitic(here, first, at):
                here -= 1
            elif not noun and self._is_beside_her(here, first):
                return self._noun_phrase(first, here - 1, at, participle=participle)
            elif self._is("determiner", here):
                return "article"
            elif self._is("conjunction", here):
                return "conjunction"
            elif self._is("preposition", here):
                return "bare"
            else:
                return self._noun_phrase(first, here, at, participle=participle)
        return "bare"

    def _is_beside_her(self, here: int, first: int) -> bool:
        """ "the sea behind her rolls": she is where something is, whose verb follows."""
        beside = here - 1 > first and self._is("preposition", here - 1)
        return (
            self.tokens[here].text == "her"
            and beside
            and any(self._is("determiner", at) for at in range(first, here - 1))
        )

    def _is_ours(self, here: int, first: int) -> bool:
        """ "our gaze drifts up the tower"."""
        return here > first and self.tokens[here - 1].text in ("our", "notre", "nos")

    def _as_if(self, here: int, first: int) -> bool:
        """ "like I'm walking into the picture", « comme si tu avançais »: the eye is the camera."""
        return here > first and self.tokens[here - 1].text in _AS_IF

    def _is_clitic(self, here: int, first: int, at: int) -> bool:
        """« on le suit », « la caméra les accompagne »: an object before its verb."""
        if here != at - 1 or here - 1 < first or self.tokens[here].text not in _CLITICS:
            return False
        return self._is("we", here - 1) or self._is("camera", here - 1)

    def _noun_phrase(self, first: int, here: int, at: int, *, participle: bool) -> Actor:
        """The word before the verb is a noun: find what it belongs to."""
        floor = max(first, at - _REACH)
        while here >= floor:
            if self._is("camera", here):
                return self._camera(here, first, at)
            if self._is("preposition", here):
                if participle and self.tokens[here].text in ("of", "de", "d'"):
                    return "other"
                here -= 1  # "shot of the city rises": go on with what stands before "of"
                if here >= floor and self._is("camera", here):
                    return self._camera(here, first, at)
                continue
            if self._is("relative", here) or self.tokens[here].text in _WHILE:
                return "other"
            if self._is("we", here):
                return "camera"
            if self._is("it", here):
                return "it"
            if self._is("he", here) or self._is("she", here):
                return "other"
            if self._is("determiner", here):
                before = here - 1
                if before < floor or not self._is("preposition", before):
                    return "other"
                if participle and self.tokens[before].text in ("of", "de", "d'"):
                    return "other"
                if before == floor and self.tokens[before].text in _LEAVING:
                    return "bare"  # "from the window pan across to the piano"
                here = before - 1
                continue
            here -= 1
        return "other"

    def _camera(self, here: int, first: int, at: int) -> Actor:
        """A camera word stands before the verb: as the actor, or only as an object?"""
        of = here + 1 < at and self.tokens[here + 1].text in ("of", "de", "d'", "du")
        following = self.tokens[here + 1 + of].text if here + 1 + of < at else ""
        owned = of and in_any("owner", following, self.langs)
        if owned or in_any("operator", following, self.langs):
            return "other"
        if of and self.tokens[here].text in _PARTS:  # "the frame of the mirror"
            return "other"
        before = here - 1
        if before >= first and self.tokens[before].text in _WATCHING:
            return "other"
        indefinite = False
        while before >= first and self._is("determiner", before):
            word = self.tokens[before].text
            if in_any("owner", word, self.langs):
                return "other"
            indefinite = indefinite or word in ("a", "an", "un", "une")
            before -= 1
        if before > first and self.tokens[before].text in ("de", "d'") and self._owns(before - 1):
            return "other"  # « le cache de l'objectif »
        if before >= 0 and indefinite and self.tokens[before].text in _WITH:
            return "other"
        if before >= first and self._is("at", before) and self.tokens[before].text not in _WITH:
            return "other"
        return "camera"

    def _owns(self, at: int) -> bool:
        """Whether the word at ``at`` is a part of the camera, not its movement or its view."""
        word = self.tokens[at].text
        told = any(self._is(name, at) for name in ("preposition", "camera", "adverb"))
        return word.isalpha() and not told and at not in self.skip and word not in _OF_CAMERA

    def _tells_nothing(self, at: int) -> bool:
        word = self.tokens[at].text
        if at in self.skip or (not word[0].isalnum() and word not in "+&"):
            return True
        if word.isdigit() or word[0].isdigit():
            return True
        if in_any("auxiliary", word, self.langs):
            return True
        if in_any("adverb", word, self.langs) and not in_any("definite", word, self.langs):
            return True  # « là » is folded to « la »
        if "en" in self.langs and word.endswith("ly") and len(word) > 4:
            return True
        return "fr" in self.langs and word.endswith("ment") and len(word) > 6 and word not in _NOUNS

    def _is(self, name: str, at: int) -> bool:
        if at in self.gear:
            return name == "camera"
        return in_any(name, self.tokens[at].text, self.langs)


_CLITICS = frozenset({"le", "la", "l'", "les", "lui"})
_GAZES = frozenset({"gaze", "eye", "eyes", "regard", "yeux", "viewpoint"})
_WHILE = frozenset({"as", "while", "comme", "quand"})
_PARTS = frozenset({"frame", "cadre"})
_OF_CAMERA = frozenset(["mouvement", "mouvements", "regard", "oeil", "point", "axe", "position"])
#: Who looks in a shot of somebody's point of view.
EYES = frozenset({"i", "you", "je", "j'", "tu", "vous", "nous", "on", "we"})
_LEAVING = frozenset({"from", "depuis"})
_AS_IF = frozenset({"like", "if", "though", "si", "s'"})
_WATCHING = frozenset({"security", "surveillance", "cctv", "traffic", "speed", "toy"})
_WITH = frozenset({"with", "avec"})
_NOUNS = frozenset({"mouvement", "batiment", "deplacement", "monument", "appartement", "vetement"})


def is_word_of(name: str, word: str, langs: tuple[Lang, ...]) -> bool:
    """Whether ``word`` is in the word list ``name`` of the clause's languages."""
    return any(word in lexicon(lang).lists[name] for lang in langs)

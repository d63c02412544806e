"""Who acts in a clause, and whom "it" means: remembered from clause to clause."""

from __future__ import annotations

from collections.abc import Container, Mapping
from itertools import islice, pairwise
from typing import Literal

from kinora.prompt.moves.agents import EYES, is_word_of
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit, lexicon
from kinora.prompt.words.source import Source

Subject = Literal["camera", "other"] | None

_SEEN = frozenset(
    ["high", "low", "close", "tight", "wide", "far", "above", "behind", "inside", "outside",
     "still", "static", "large", "serre", "loin", "pres", "haut"]
)  # fmt: skip
_FROM = frozenset({"on", "sur", "from", "de", "du", "des", "d'", "at", "with", "par"})
_CLOSERS = frozenset(
    ["end", "ends", "ending", "finish", "finishes", "finishing", "finir", "finit", "termine",
     "terminer", "terminez", "finissez"]
)  # fmt: skip
_FEMININE = frozenset({"la", "une", "cette", "sa", "ma", "ta"})
_MASCULINE = frozenset({"le", "un", "du", "au", "ce", "mon", "ton"})
#: English words for persons and their parts that "it" may mean.
_ITS = frozenset(
    ["face", "head", "eyes", "lips", "mouth", "hand", "hands", "fingers", "baby", "robot", "crowd",
     "family", "couple", "figure", "subject", "character", "model", "child"]
)  # fmt: skip
_HE_CAMERAS = frozenset({"cadre", "plan", "objectif", "drone", "cadrage", "appareil", "gimbal"})
_BUT = frozenset({"but", "mais"})
_FINITE = frozenset(
    ["is", "are", "was", "were", "will", "has", "have", "est", "sont", "va", "vont", "a", "ont"]
)
_GOING = ("ing", "ant")
_NO_GOING = frozenset(
    ["nothing", "something", "everything", "building", "morning", "evening", "ceiling", "painting",
     "clearing", "wedding", "railing", "awning", "pendant", "devant", "avant", "pendant",
     "maintenant", "instant", "enfant", "elephant", "volant", "restaurant", "croissant"]
)  # fmt: skip
_REACH = 8  # tokens of a clause in which its subject is looked for


class Subjects:
    """The subject of the current sentence and of the text so far."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.current: Subject = None
        self.last: Subject = None
        self.first_person = _is_point_of_view(source)
        self.masculine = False  # whether the camera was named by a masculine word: « le cadre »
        self._aside_of = -1  # the sentence in which somebody acts beside the camera
        self._in_aside = False  # whether whoever acts was only named by "while the smoke drifts"
        self._at = 0

    def new_sentence(self) -> None:
        """Forget the subject of the sentence, not that of the text."""
        self.current = None
        self._in_aside = False

    def note(self, clause: Clause, *, skip: Container[int], heads: Mapping[int, str]) -> None:
        """Remember an explicit subject at the start of ``clause``.

        Args:
            clause: the clause.
            skip: tokens that tell nothing (times, manner, negation).
            heads: camera heads of the clause, token → verb form.
        """
        subject = self.explicit(clause, skip=skip, heads=heads)
        if subject == "other" and self.current == "camera" and self._is_beside(clause, heads):
            return
        if subject is not None:
            self._in_aside = clause.link == "while" and self.current is None
            self.current = self.last = subject
            self._at = clause.first

    def _is_beside(self, clause: Clause, heads: Mapping[int, str]) -> bool:
        """ "…, gulls wheeling, …", "but the gulls": no clause of its own, so nobody else acts."""
        if clause.link == "but":
            excepts = is_word_of("except", clause.connector, clause.langs)
            return excepts or (clause.connector in _BUT and self._aside_of == clause.sentence)
        words = [self._source.tokens[i].text for i in range(clause.first, clause.last)]
        finite = any(form in ("third", "base") for form in heads.values())
        going = any(w.endswith(_GOING) and len(w) > 5 and w not in _NO_GOING for w in words[1:])
        aside = clause.link == "comma" and going and not finite and not _FINITE & set(words)
        if aside:
            self._aside_of = clause.sentence
        return aside

    def camera_acts(self) -> None:
        """A camera move opened a sentence without a subject of its own."""
        if self.current is None or self._in_aside:
            self.current = self.last = "camera"
            self._in_aside = False

    def explicit(
        self, clause: Clause, *, skip: Container[int], heads: Mapping[int, str]
    ) -> Subject:
        """The subject that the clause itself names, if it does."""
        tokens, langs = self._source.tokens, clause.langs
        article = named = False
        if self._opens_the_shot(clause, skip):
            return "camera"
        told = (i for i in range(clause.first, clause.last) if i in heads or i not in skip)
        for at in islice(told, _REACH):
            word = tokens[at].text
            if at in heads and heads[at] == "third" and self._is_the_picture(at, clause):
                return "camera"
            if at in heads:
                acts = named and heads[at] in ("third", "past")
                return "other" if acts or self._bare_noun(at, clause, heads[at]) else None
            if not word[0].isalpha():
                continue
            if is_word_of("camera", word, langs) or is_word_of("we", word, langs):
                self.masculine = article and word in _HE_CAMERAS
                return "camera"
            if word == "il" and self.masculine and self.it_is_camera(at):
                return None
            if self.first_person and word in EYES:
                return "camera"
            if is_word_of("he", word, langs) or is_word_of("she", word, langs):
                return "other"
            if is_word_of("it", word, langs):
                goes_on = clause.link == "then" and self.current == "camera"
                rests = self._rests(at + 1, clause)
                named = self.it_is_camera(at, things=not rests)
                return None if goes_on or named else "other"
            if is_word_of("determiner", word, langs):
                article = True
            elif is_word_of("preposition", word, langs):
                return "other" if article else None
            elif self._goes_on(at, clause):
                return None
            elif not article and self._is_being_or_thing(at, clause):
                return "other"
            else:
                named = article
        return "other" if article and clause.last - clause.first > 2 else None

    def _rests(self, at: int, clause: Clause) -> bool:
        """Whether a verb of stillness follows: "closes in on the candle; it stops"."""
        window = self._source.tokens[at : min(at + 3, clause.last)]
        found = (lexicon(lang).match("heads", window, i)
                 for lang in clause.langs for i in range(min(2, len(window))))  # fmt: skip
        return any(hit is not None and hit.concept == "hold" for hit in found)

    def _is_the_picture(self, at: int, clause: Clause) -> bool:
        """ "the image drifts": the picture right before its verb."""
        if at < clause.first + 2:
            return False
        named, word = (self._source.tokens[i].text for i in (at - 2, at - 1))
        return is_word_of("definite", named, clause.langs) and is_word_of(
            "picture", word, clause.langs
        )

    def _goes_on(self, at: int, clause: Clause) -> bool:
        """ "…, closes the distance": a verb that opens a clause, of whoever acted before."""
        tokens = self._source.tokens
        if at != clause.first or clause.link not in ("comma", "then") or self.current is None:
            return False
        after = tokens[at + 1].text if at + 1 < clause.last else ""
        verb = "fr" in clause.langs or tokens[at].text.endswith("s")
        return verb and is_word_of("determiner", after, clause.langs)

    def _opens_the_shot(self, clause: Clause, skip: Container[int]) -> bool:
        """ "Begin tight on the logo": told to the camera."""
        tokens = self._source.tokens
        opener = is_word_of("openers", clause.connector, clause.langs)
        closer = clause.connector in _CLOSERS and self.current != "other"
        if (opener or closer) and tokens[clause.first - 1].text in _FROM:
            return True  # « commencer sur les mains », "ends on the fountain and rests there"
        free = list(islice((i for i in range(clause.first, clause.last) if i not in skip), 5))
        while len(free) > 2 and self._is_picture(free[0], clause):  # "the picture opens on …"
            free = free[1:]
        if len(free) < 2 or not is_word_of("openers", tokens[free[0]].text, clause.langs):
            return False
        seen = tokens[free[1]].text in _SEEN
        framed = any(is_word_of("picture", tokens[i].text, clause.langs) for i in free[1:])
        return seen or framed or any(tokens[i].text in _FROM for i in free[1:])

    def _is_picture(self, at: int, clause: Clause) -> bool:
        word = self._source.tokens[at].text
        lists = ("definite", "picture")
        return any(is_word_of(n, word, clause.langs) for n in lists) or word in ("s'", "se")

    def _bare_noun(self, at: int, clause: Clause, form: str) -> bool:
        """ "Cowboys circle the wagons", "Smoke rises": the word that opens the clause acts."""
        if at != clause.first + 1 or "en" not in clause.langs:
            return False
        word = self._source.tokens[clause.first].text
        if not word.isalpha() or len(word) < 4 or word.endswith(("ly", "ss")):
            return False
        lists = ("picture", "auxiliary", "adverb", "preposition", "function", "conjunction")
        if any(is_word_of(name, word, clause.langs) for name in lists):
            return False
        return form == "third" or (form == "base" and word.endswith("s"))

    def after(self, index: int) -> Subject:
        """The explicit subject of the clause after ``index`` in the same sentence."""
        clauses = self._source.clauses
        if index + 1 >= len(clauses) or clauses[index + 1].sentence != clauses[index].sentence:
            return None
        clause = clauses[index + 1]
        timed = {i for i in range(clause.first, clause.last) if self._source.mark_of[i] >= 0}
        return self.explicit(clause, skip=timed, heads={})

    def it_is_camera(self, at: int, *, things: bool = True) -> bool:
        """A pronoun at ``at`` is the camera if that acted last and nobody came between.

        Nor may any of the ``things`` that move by themselves, if it could be one.
        """
        if self.last != "camera":
            return False
        tokens = self._source.tokens
        for i in range(max(self._at, at - 200), at):
            if tokens[i].text == "il" and self.masculine:
                continue
            if self._is_woman(i):
                return False
            for lang in self._source.langs:
                if things and lexicon(lang).match("elements", tokens[i : i + 3], 0):
                    return False
                person = lexicon(lang).match("persons", tokens[i : i + 3], 0)
                pronoun = any(is_word_of(n, tokens[i].text, (lang,)) for n in ("it", "she"))
                if person and not pronoun and not self._is_no_it(i, person):
                    return False
        return True

    def _is_woman(self, at: int) -> bool:
        """« la joueuse », whom « elle » may mean."""
        word = self._source.tokens[at].text
        named = at > 0 and self._source.tokens[at - 1].text in _FEMININE
        return "fr" in self._source.langs and named and word.endswith(("euse", "trice", "ienne"))

    def _is_no_it(self, at: int, person: Hit) -> bool:
        """A man in French, who is no « elle », or somebody in English, who is no "it"."""
        if person.lang == "fr":
            return at > 0 and self._source.tokens[at - 1].text in _MASCULINE
        return person.concept == "person" and self._source.tokens[at].text not in _ITS

    def _is_being_or_thing(self, at: int, clause: Clause) -> bool:
        window = self._source.tokens[at : at + 3]
        return any(
            lexicon(lang).match(section, window, 0)
            for lang in clause.langs
            for section in ("persons", "elements")
        )


def _is_point_of_view(source: Source) -> bool:
    """ "POV: I lean over the edge", « vue subjective : je me penche »."""
    words = [token.text for token in source.tokens]
    pairs = set(pairwise(words))
    named = {("first", "person"), ("vue", "subjective"), ("camera", "subjective")}
    return "pov" in words or bool(named & pairs)

"""A head word that may be a camera move, with all that decides it."""

from __future__ import annotations

from dataclasses import dataclass

from kinora.prompt.moves.agents import Actor, is_word_of
from kinora.prompt.moves.paths import Course
from kinora.prompt.moves.scan import Head, Scan
from kinora.prompt.moves.subjects import Subject
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit
from kinora.prompt.words.source import Source

_QUIET = frozenset({"action", "subject", "audio", "dialogue", "light", "style", "keep", "change"})
#: Words that may open a noun phrase of movement.
_LEADS = frozenset(
    [
        "a",
        "an",
        "-",
        "tout",
        "toute",
        "un",
        "une",
        "d'",
        "de",
        "juste",
        "du",
        "from",
        "just",
        "only",
        "simply",
        "simplement",
        "that",
        "this",
        "ce",
        "cette",
    ]
)
_EMPTY = (
    "openers",
    "adverb",
    "function",
    "camera",
    "auxiliary",
    "number",
    "measure",
)  # lists of words without picture

_OF = frozenset({"of", "de", "du", "des", "d'"})
_NEAR_PICTURE = 8  # tokens from a word for the picture to its verb


@dataclass(frozen=True, slots=True)
class Candidate:
    """A head that may be a camera move, with all that the tests look at."""

    source: Source
    clause: Clause
    hits: Scan
    hit: Hit
    rule: Head
    course: Course
    actor: Actor
    subject: Subject  # of the sentence so far
    last_subject: Subject  # of the text so far
    next_subject: Subject  # of the next clause in the sentence

    # -- what the tests ask -----------------------------------------------------------------

    @property
    def routed(self) -> bool:
        """Whether it stands in a camera section."""
        return self.source.section_name(self.hit.first) == "camera"

    @property
    def quiet(self) -> bool:
        """Whether it stands in a section about something else."""
        return self.source.section_name(self.clause.first) in _QUIET

    @property
    def timed(self) -> bool:
        """Whether its clause holds a time, or stands under one: "1 s: nothing"."""
        first = self.clause.first
        if self.clause.link in ("colon", "comma") and self._labelled:
            first = self.source.clauses[self.source.clause_of[self.hit.first] - 1].first
        return any(self.source.mark_of[i] >= 0 for i in range(first, self.clause.last))

    @property
    def _labelled(self) -> bool:
        """Whether the clause before is but a label with a time: "Beat 1 (1.5 s) - …"."""
        index = self.source.clause_of[self.hit.first] - 1
        if index < 0 or self.source.clauses[index].sentence != self.clause.sentence:
            return False
        label = self.source.clauses[index]
        free = [i for i in range(label.first, label.last) if self.source.mark_of[i] < 0]
        return sum(self.source.tokens[i].is_word for i in free) <= 1

    @property
    def told_how(self) -> bool:
        """Whether a word of manner stands right before: "slow pan"."""
        return any(h.last == self.hit.first for h in self.hits.manner)

    @property
    def told_before(self) -> bool:
        """Whether words of manner and direction, and nothing else, stand before the head."""
        before = range(self.clause.first, self.hit.first)
        told = any(self.word(i) not in _LEADS for i in before)
        return told and all(self.leads(i) for i in before)

    def leads(self, at: int) -> bool:
        """Whether the word at token ``at`` may open a noun phrase of movement: "a slow …"."""
        if self.word(at) in _LEADS or at in self.hits.asking or at in self.hits.told:
            return True
        if self.source.mark_of[at] >= 0:  # "a one-second nudge closer"
            return True
        gliding = any(h.first == at and h.form == "ing" for h in self.hits.heads)
        return gliding or any(h.first <= at < h.last for h in self.hits.paths)

    @property
    def beside(self) -> bool:
        """Whether a path stands right beside the head."""
        return self.course.path is not None and self.course.beside

    @property
    def alone(self) -> bool:
        """Whether the clause speaks of nothing but moves, how and when."""
        return self.other_words() == 0

    @property
    def opens_sentence(self) -> bool:
        """Whether its clause is the first of the sentence."""
        index = self.source.clause_of[self.hit.first]
        return index == 0 or self.source.clauses[index - 1].sentence != self.clause.sentence

    @property
    def after_an_aside(self) -> bool:
        """Whether "as the bell tolls" or the like, and no main clause, stands before."""
        index = self.source.clause_of[self.hit.first]
        if index == 0:
            return False
        before = self.source.clauses[index - 1]
        opens = index == 1 or self.source.clauses[index - 2].sentence != before.sentence
        return opens and before.link == "while" and before.sentence == self.clause.sentence

    @property
    def lead_in(self) -> str:
        """The word right before its clause: the end of a connector, as in « tout en »."""
        before = self.clause.first - 1
        return self.source.tokens[before].text if before >= self.clause.start else ""

    @property
    def closes_sentence(self) -> bool:
        """Whether its clause ends the sentence, or another step follows."""
        index = self.source.clause_of[self.hit.first] + 1
        if index >= len(self.source.clauses):
            return True
        following = self.source.clauses[index]
        return following.sentence != self.clause.sentence or following.link in ("then", "after")

    @property
    def of_the_picture(self) -> bool:
        """Whether the picture acts: "the picture stays put"; not "a shot of a dancer waiting"."""
        before = range(self.clause.first, self.hit.first)
        if len(before) > _NEAR_PICTURE:
            return False
        names = [i for i in before if self.is_a("picture", i)]
        return bool(names) and all(self.word(i) not in _OF for i in range(names[-1], before.stop))

    def word(self, at: int) -> str:
        """The word at token ``at``, "" outside the clause."""
        inside = self.clause.first <= at < self.clause.last
        return self.source.tokens[at].text if inside else ""

    def is_a(self, name: str, at: int) -> bool:
        """Whether the word at token ``at`` is in the word list ``name``."""
        return is_word_of(name, self.word(at), self.clause.langs)

    def is_adverb(self, at: int) -> bool:
        """Whether the word at token ``at`` only tells how or when."""
        return self.is_a("adverb", at) or self.word(at).endswith(("ly", "ment"))

    def other_words(self) -> int:
        """Words of the clause that tell of neither camera nor light, function words left out."""
        hits = (*self.hits.heads, *self.hits.manner, *self.hits.paths)
        taken = self.hits.lit.union(i for h in hits for i in range(h.first, h.last))
        return sum(
            i not in taken
            and self.source.mark_of[i] < 0
            and self.source.tokens[i].is_word
            and not any(self.is_a(name, i) for name in _EMPTY)
            and not (self.source.tokens[i].text.endswith(("ly", "ment")) and self.is_adverb(i))
            for i in range(self.clause.first, self.clause.last)
        )

"""The prompt, prepared for reading: folded, masked, routed, tokenised and split into clauses."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace

from kinora.prompt.words.arrows import read_arrows
from kinora.prompt.words.clauses import Clause, split_clauses
from kinora.prompt.words.language import languages
from kinora.prompt.words.lexicon import Hit
from kinora.prompt.words.quotes import Quote, find_quotes, mask
from kinora.prompt.words.sections import Name, Section, find_sections
from kinora.prompt.words.spelling import Repair, repair, with_apostrophes
from kinora.prompt.words.text import Folded, Token, fold, tokenize
from kinora.prompt.words.timemarks import TimeMark
from kinora.prompt.words.timing import find_times
from kinora.types.plan import Lang, Span

#: A question to the lexicons: the table, whether of what is seen, the token where a match starts,
#: the one before which it ends, and the first and last token of the clause.
Asked = tuple[str, bool, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """Everything later steps read. Token indices address ``tokens``.

    ``hits`` and ``idle`` remember what the lexicons answered, as many rules ask the same.
    """

    folded: Folded
    text: str  # folded, quotes blanked out
    langs: tuple[Lang, ...]
    quotes: tuple[Quote, ...]
    sections: tuple[Section, ...]
    marks: tuple[TimeMark, ...]
    tokens: tuple[Token, ...]
    section_of: tuple[Section | None, ...]
    mark_of: tuple[int, ...]  # index into ``marks``, -1 for none
    is_header: tuple[bool, ...]
    clauses: tuple[Clause, ...]
    clause_of: tuple[int, ...] = ()  # index into ``clauses`` per token, -1 for none
    repairs: tuple[Repair, ...] = ()
    hits: dict[Asked, Hit | None] = field(default_factory=dict, compare=False, repr=False)
    idle: dict[tuple[int, int], frozenset[int]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def span(self, first: int, last: int) -> Span:
        """Span in the prompt of tokens [first, last)."""
        return self.folded.span(self.tokens[first].start, self.tokens[last - 1].end)

    def raw(self, first: int, last: int) -> str:
        """The prompt's own words of tokens [first, last)."""
        start, end = self.span(first, last)
        return self.folded.original[start:end]

    def section_name(self, token: int) -> Name | None:
        """The section that token ``token`` stands in."""
        section = self.section_of[token]
        return section.name if section else None


def prepare(prompt: str) -> Source:
    """Fold, mask quotes, route sections, find times, repair spelling and split into clauses."""
    folded = fold(prompt)
    quotes = find_quotes(folded.text)
    masked = mask(folded.text, quotes)
    sections = find_sections(masked)
    tokens = read_arrows(tokenize(masked))
    langs = languages(t.text for t in tokens)
    tokens = with_apostrophes(tokens, lang=langs[0])
    marks = find_times(masked, french="fr" in langs)
    tokens, repairs = repair(tokens, langs=langs, camera=_camera_ranges(sections))
    section_of = _assign(tokens, sections)
    mark_of = _assign_marks(tokens, marks)
    headers = tuple(
        s is not None and t.start < s.first and m < 0
        for t, s, m in zip(tokens, section_of, mark_of, strict=True)
    )
    source = Source(
        folded=folded,
        text=masked,
        langs=langs,
        quotes=tuple(quotes),
        sections=tuple(sections),
        marks=tuple(marks),
        tokens=tuple(tokens),
        section_of=tuple(section_of),
        mark_of=tuple(mark_of),
        is_header=headers,
        clauses=(),
        repairs=tuple(repairs),
    )
    breaks = [at for at, char in enumerate(masked) if char == "\n"]
    clauses = split_clauses(
        source.tokens,
        langs=langs,
        headers=headers,
        marks=source.mark_of,
        breaks=breaks,
    )
    return replace(source, clauses=tuple(clauses), clause_of=_assign_clauses(len(tokens), clauses))


def _assign_clauses(count: int, clauses: list[Clause]) -> tuple[int, ...]:
    found = [-1] * count
    for number, clause in enumerate(clauses):
        found[clause.start : clause.last] = [number] * (clause.last - clause.start)
    return tuple(found)


def _camera_ranges(sections: list[Section]) -> list[tuple[int, int]]:
    return [(s.first, s.last) for s in sections if s.name == "camera"]


def _assign(tokens: list[Token], sections: list[Section]) -> list[Section | None]:
    starts = [s.header for s in sections]
    found: list[Section | None] = []
    for token in tokens:
        at = bisect_right(starts, token.start) - 1
        inside = at >= 0 and token.start < sections[at].last
        found.append(sections[at] if inside else None)
    return found


def _assign_marks(tokens: list[Token], marks: list[TimeMark]) -> list[int]:
    starts = [m.first for m in marks]
    found: list[int] = []
    for token in tokens:
        at = bisect_right(starts, token.start) - 1
        found.append(at if at >= 0 and token.start < marks[at].last else -1)
    return found

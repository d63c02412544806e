"""The check of texts: words → findings → a verdict."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from kinora.policy.fold import Folded, fold
from kinora.policy.patterns import Hit
from kinora.policy.rulebook import NOT, Rule, Rulebook
from kinora.types.policy import BLOCKED, SIMILARITY, Finding, Subject, Verdict

Hits = Mapping[str, Sequence[Hit]]

NAMES = "third_party_similarity"  # the category of names
#: "no blood or gore": what joins a second thing that is taken back.
_AND = frozenset(["or", "and", "nor", "ou", "ni", "et", "o", "y", "oder", "und", "noch"])
#: What may stand between "no" and the word.
_FILLERS = frozenset(
    ["any", "de", "d", "of", "visible", "explicit", "the", "is", "a", "an", "more", "real"]
)
_SHOWN = 60  # characters of the words that a message quotes


def check_text(
    text: str, rulebook: Rulebook, *, subject: Subject = "prompt", local: bool = False
) -> Verdict:
    """What the rules say of ``text``.

    Args:
        text: any length; what it names is looked up in every language at once.
        rulebook: the rules.
        subject: what the text is, for the answer.
        local: judge as for a clip that a person makes on their own machine.
    """
    findings = sorted(find_in_text(text, rulebook), key=lambda f: (-f.score, f.rule))
    decides = next((f for f in findings if _is_refused(f, rulebook, local=local)), None)
    detail, category = "", None
    if decides is not None:
        category = decides.category
        detail = _detail(decides, rulebook)
    return Verdict(
        check="text",
        version=rulebook.edition,
        subject=subject,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        decision="allow" if decides is None else "refuse",
        category=category,
        code=None if decides is None else _code(decides.category),
        findings=tuple(findings),
        measured={"score": max((f.score for f in findings), default=0.0)},
        limits={"score": _threshold(findings, rulebook)},
        detail=detail,
    )


def _threshold(findings: Sequence[Finding], rulebook: Rulebook) -> float:
    """Of the strongest finding; where nothing was found, the lowest of all."""
    if findings:
        return findings[0].threshold
    return min(category.threshold for category in rulebook.categories.values())


def _is_refused(finding: Finding, rulebook: Rulebook, *, local: bool) -> bool:
    category = rulebook.categories[finding.category]
    return finding.counts and (category.local if local else category.do) == "refuse"


def _detail(finding: Finding, rulebook: Rulebook) -> str:
    category = rulebook.categories[finding.category]
    quoted = "" if category.always or not finding.words else f", at '{finding.words}'"
    return f"it asks for {category.says} (rule {finding.rule}{quoted})"


def _code(category: str) -> str:
    return SIMILARITY if category == NAMES else BLOCKED


def find_in_text(text: str, rulebook: Rulebook) -> list[Finding]:
    """Every rule that applies to ``text``, once."""
    folded = fold(text)
    hits = _without_negated(_without_alike(rulebook.patterns.find(folded)), folded, rulebook)
    findings = []
    for rule in rulebook.rules:
        place = _place(rule, hits, folded, rulebook)
        if place is not None:
            findings.append(_finding(rule.name, rule.category, rule.score, place, folded, rulebook))
    if NAMES in rulebook.categories:
        for kind, places in rulebook.names.find(folded).items():
            findings.append(_finding(f"names.{kind}", NAMES, 1.0, places[0], folded, rulebook))
    return findings


def _finding(
    rule: str, category: str, score: float, place: Hit, folded: Folded, rulebook: Rulebook
) -> Finding:
    return Finding(
        rule=rule,
        category=category,
        score=score,
        threshold=rulebook.categories[category].threshold,
        words=" ".join(folded.words[place.start : place.end])[:_SHOWN],
    )


def _without_alike(hits: dict[str, list[Hit]]) -> dict[str, list[Hit]]:
    """What a group's look-alikes don't cover."""
    kept = {}
    for group, places in hits.items():
        if group.endswith(NOT):
            continue
        alike = hits.get(group + NOT)
        if alike:
            places = [p for p in places if not any(_covers(a, p) for a in alike)]
        if places:
            kept[group] = places
    return kept


def _covers(alike: Hit, hit: Hit) -> bool:
    return alike.start < hit.end and hit.start < alike.end


def _without_negated(
    hits: dict[str, list[Hit]], folded: Folded, rulebook: Rulebook
) -> dict[str, list[Hit]]:
    """What "no" and "without" don't take back."""
    if rulebook.negators.isdisjoint(folded.words):
        return hits
    ends: set[int] = set()
    places = sorted(
        (hit.start, hit.end) for group in rulebook.negated for hit in hits.get(group, ())
    )
    for start, end in places:
        if _is_negated(start, ends, folded, rulebook):
            ends.add(end)
    kept = {}
    for group, found in hits.items():
        if group in rulebook.negated:
            found = [h for h in found if not _is_negated(h.start, ends, folded, rulebook)]
        if found:
            kept[group] = found
    return kept


def _is_negated(start: int, ends: set[int], folded: Folded, rulebook: Rulebook) -> bool:
    words, clauses = folded.words, folded.clauses
    before = start - 1
    if before >= 0 and words[before] in _FILLERS:
        before -= 1
    if before < 0 or clauses[before] != clauses[start]:
        return False
    return words[before] in rulebook.negators or (words[before] in _AND and before in ends)


def _place(rule: Rule, hits: Hits, folded: Folded, rulebook: Rulebook) -> Hit | None:
    """Where ``rule`` applies first; None: nowhere."""
    groups = [hits.get(group) for group in rule.find]
    if not all(groups):
        return None
    found = [group for group in groups if group]
    if rule.anywhere:
        return found[0][0]
    across = rulebook.categories[rule.category].always
    for place in _together(rule, found, folded, across=across):
        if not _is_called_off(rule, place, hits, folded):
            return place
    return None


def _together(
    rule: Rule, groups: Sequence[Sequence[Hit]], folded: Folded, *, across: bool
) -> Iterator[Hit]:
    """Places that hold all groups, each as one span."""
    first, *others = groups
    starts = [[hit.start for hit in other] for other in others]
    for hit in first:
        span: Hit | None = hit
        for other, begins in zip(others, starts, strict=True):
            near = _nearest(rule, hit, other, begins, folded, across=across)
            span = None if span is None or near is None else _joined(span, near)
        if span is not None:
            yield span


def _joined(one: Hit, other: Hit) -> Hit:
    return Hit(min(one.start, other.start), max(one.end, other.end))


def _nearest(
    rule: Rule,
    hit: Hit,
    others: Sequence[Hit],
    begins: list[int],
    folded: Folded,
    *,
    across: bool,
) -> Hit | None:
    reach = len(folded.words) if rule.within is None else rule.within
    low = hit.end - 1 if rule.in_order else hit.start - reach
    for i in range(bisect_left(begins, low), len(others)):
        other = others[i]
        if other.start > hit.end - 1 + reach:
            return None
        if other == hit and rule.in_order:
            continue
        if across or folded.sentences[other.start] == folded.sentences[hit.start]:
            return other
    return None


def _is_called_off(rule: Rule, place: Hit, hits: Hits, folded: Folded) -> bool:
    sentence = folded.sentences[place.start]
    return any(
        folded.sentences[hit.start] == sentence
        for group in rule.unless
        for hit in hits.get(group, ())
    )

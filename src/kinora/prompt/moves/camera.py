"""Camera events of a prompt: heads with their paths, after the actor test and negation."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from kinora.prompt.moves.accept import accepts
from kinora.prompt.moves.agents import Actor, Looker, is_word_of
from kinora.prompt.moves.aims import aimed, is_gaze_again, seen_by_the_eye
from kinora.prompt.moves.candidates import Candidate
from kinora.prompt.moves.denials import is_denied, names_camera, spreads, stillness
from kinora.prompt.moves.events import Event, Findings, event_of, second_event
from kinora.prompt.moves.framings import framed
from kinora.prompt.moves.orders import moves_the_camera
from kinora.prompt.moves.paths import Course, find_course, second_course
from kinora.prompt.moves.plain_words import by_crane
from kinora.prompt.moves.returns import returning, same_way_back
from kinora.prompt.moves.scan import Scan, head, scan
from kinora.prompt.moves.sequels import go_on, is_told
from kinora.prompt.moves.subjects import Subject, Subjects
from kinora.prompt.moves.verbless import verbless
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit
from kinora.prompt.words.source import Source
from kinora.types.plan import Lang


class CameraReader:
    """Reads the clauses in order, remembering who acted last."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._subjects = Subjects(source)
        self._events: list[Event] = []
        self._scans: tuple[Scan, ...] = ()
        self._mentions: list[tuple[int, int]] = []
        self._main: Subject = None  # who acted before an aside: "as she sits"
        self._denied = False  # the clause before denied its head: "no zoom, pan or tilt"

    def read(self) -> Findings:
        """All camera events of the source."""
        source = self._source
        self._scans = scans = tuple(scan(source, clause) for clause in source.clauses)
        sentence = -1
        for index, clause in enumerate(source.clauses):
            if clause.sentence != sentence:
                sentence = clause.sentence
                self._subjects.new_sentence()
                self._denied, self._main = False, None
            if source.section_name(clause.first) not in ("audio", "dialogue"):
                self._clause(index, scans[index])
        events = framed(source, self._events)
        return Findings(tuple(events), scans, tuple(self._mentions))

    def _clause(self, index: int, hits: Scan) -> None:
        clause, tokens = self._source.clauses[index], self._source.tokens
        if clause.link == "colon":  # "imagine you're a bird: swoop down"
            self._subjects.new_sentence()
        skip = self._skips(clause, hits)
        looker = Looker(
            tokens,
            skip,
            clause.langs,
            _gear(hits),
            masculine=self._subjects.masculine,
            first_person=self._subjects.first_person,
        )
        subject = self._subjects.current
        if clause.link == "while":
            self._main = subject
        self._subjects.note(clause, skip=skip, heads={h.first: h.form for h in hits.heads})
        found: list[Event] = []
        actor: Actor = "bare"
        for at, hit in enumerate(hits.heads):
            limit = _limit(hits, at, clause)
            floor = found[-1].last if found else clause.first
            course = find_course(tokens, head(hit.concept), hit, hits, (floor, limit))
            if course.path is None and limit == clause.last:
                course = self._told_after(index, hit) or course
            stranger = actor == "other"
            actor = self._actor(looker, hit, clause, last=found[-1].last if found else None)
            if actor == "other" and found and self._time_between(found[-1], hit):
                actor = "bare"  # "[1-3] crane up [3-4] hold"
            if stranger and not found and self._joins(hit):
                actor = "other"  # "we watch the dancers circle and pull back"
            told = self._judge(index, hit, course, actor, hits, found)
            if not told:
                continue
            found += told
            event = told[-1]
            if event.undoes is not None:
                continue
            extra = second_course(tokens, head(hit.concept), course, hits, limit)
            if extra is not None and not event.negated:
                found.append(second_event(hit, extra, clause=index))
        if not found:
            found = self._way(index, hits, skip, subject)
        if found:
            self._subjects.camera_acts()
        self._denied = any(e.negated for e in found) and spreads(self._source, hits)
        self._events += found

    def _told_after(self, index: int, hit: Hit) -> Course | None:
        """The course whose way stands in a clause of its own: "pan instead, to the left"."""
        rule, after = head(hit.concept), index + 1
        if not (rule.needs or rule.thing) or after >= len(self._source.clauses):
            return None
        clause, ways = self._source.clauses[after], self._scans[after]
        told = {i for h in (*ways.paths, *ways.manner) for i in range(h.first, h.last)}
        words = (i for i in range(clause.first, clause.last) if self._source.mark_of[i] < 0)
        pure = all(i in told or not self._source.tokens[i].is_word for i in words)
        near = clause.link == "comma" and clause.sentence == self._source.clauses[index].sentence
        if not (near and pure and ways.paths) or ways.heads:
            return None
        course = find_course(self._source.tokens, rule, hit, ways, (clause.first, clause.last))
        return replace(course, beside=True)

    def _skips(self, clause: Clause, hits: Scan) -> set[int]:
        """Tokens that tell nothing about who acts."""
        skip = {i for i in range(clause.first, clause.last) if self._source.mark_of[i] >= 0}
        for hit in (*hits.manner, *hits.negations, *hits.asks, *hits.paths):
            skip.update(range(hit.first, hit.last))
        names = {h.first for h in hits.heads if h.form in ("base", "word")}
        for hit in hits.heads:  # "a slow creeping zoom"
            if hit.form == "ing" and hit.last in names:
                skip.update(range(hit.first, hit.last))
        return skip

    def _actor(self, looker: Looker, hit: Hit, clause: Clause, *, last: int | None) -> Actor:
        joined = last is not None
        if self._is_passive(hit, clause):
            return "camera"
        if is_gaze_again(self._source, hit, self._events):
            return "camera"
        actor = looker.actor(
            clause.first, hit.first, participle=hit.form == "ing", noun=hit.form in ("base", "word")
        )
        if hit.lang == "fr" and self._source.tokens[hit.first - 1].text in _LETTING:
            return "other"  # « pour laisser entrer le cheval »
        if actor == "it" and self._is_fixed(clause):
            return "other"
        if actor == "it":
            rests = head(hit.concept).test == "hold"  # "closes in on the candle; it stops"
            then = clause.link == "then" and self._subjects.current == "camera"
            if clause.link == "while" and self._events and self._events[-1].op == "follow":
                return "other"  # « la caméra l'accompagne pendant qu'elle marche »
            named = self._subjects.it_is_camera(hit.first, things=not rests)
            return "camera" if then or named else "other"
        by = joined and hit.form == "ing" and self._by(hit.first)
        if by and (actor == "bare" or hit.lang == "fr"):  # « reculer en zoomant »
            return "camera"
        if actor == "conjunction":
            if joined or self._subjects.current == "camera":
                return "camera"
            return "other" if self._subjects.current == "other" else "bare"
        return actor

    def _is_passive(self, hit: Hit, clause: Clause) -> bool:
        """ "the idol is circled by the camera", « contourné par la caméra »."""
        tokens = self._source.tokens
        return any(
            tokens[i].text in ("by", "par") and is_word_of("core", tokens[i + 2].text, clause.langs)
            for i in range(hit.last, clause.last - 2)
        )

    def _is_fixed(self, clause: Clause) -> bool:
        """« Caméra fixe. Elle avance. »: whoever moves, it isn't the camera."""
        if not self._events or clause.link != "sentence":
            return False
        timed = any(self._source.mark_of[i] >= 0 for i in range(clause.first, clause.last))
        return self._events[-1].head.name in ("fixed", "tripod") and not timed

    def _time_between(self, before: Event, hit: Hit) -> bool:
        return any(self._source.mark_of[i] >= 0 for i in range(before.last, hit.first))

    def _joins(self, hit: Hit) -> bool:
        before = self._source.tokens[hit.first - 1].text if hit.first else ""
        return is_word_of("conjunction", before, (hit.lang,))

    def _by(self, at: int) -> bool:
        """ "reveal the city by rising": how the move before is made."""
        tokens = self._source.tokens
        at -= at > 1 and tokens[at - 1].text in ("s'", "se", "nous", "vous")
        return at > 0 and tokens[at - 1].text in ("by", "en")

    def _judge(
        self, index: int, hit: Hit, course: Course, actor: Actor, hits: Scan, found: list[Event]
    ) -> list[Event]:
        candidate = Candidate(
            source=self._source,
            clause=self._source.clauses[index],
            hits=hits,
            hit=hit,
            rule=head(hit.concept),
            course=course,
            actor=actor,
            subject=self._subject_of(index, hit),
            last_subject=self._subjects.last,
            next_subject=self._subjects.after(index) if hit.form == "ing" else None,
        )
        event = event_of(
            hit, course, clause=index, negated=is_denied(candidate, before=self._denied)
        )
        if event.op == "pedestal" and by_crane(candidate):
            event = replace(event, op="crane")
        event = seen_by_the_eye(event, candidate, self._events)
        event = aimed(event, self._source.tokens, self._aim(index, hit, hits))
        held = actor == "camera" or moves_the_camera(candidate) or names_camera(candidate)
        if event.negated and event.op == "?" and held:
            return [stillness(candidate, event)]
        before = [*self._events, *found]
        back = returning(event, candidate, before)
        if back or event.op == "back":
            return back
        if self._is_reference(candidate, event):
            self._mentions.append((hit.first, hit.last))
            return []
        return [same_way_back(event, candidate, before)] if accepts(candidate) else []

    def _subject_of(self, index: int, hit: Hit) -> Subject:
        """Who acts; an order after an aside ("boom down as she sits, settle") goes on before it."""
        before = self._source.clauses[index - 1] if index else None
        aside = before is not None and before.link == "while" and hit.form == "base"
        here = self._source.clauses[index]
        between = (self._source.tokens[i].text for i in range(here.first, hit.first))
        opens = all(is_word_of("auxiliary", word, here.langs) for word in between)
        return self._main if aside and opens and self._main else self._subjects.current

    def _aim(self, index: int, hit: Hit, hits: Scan) -> tuple[int, int]:
        """Tokens after a head in which it may be told where it leads."""
        clause, after = self._source.clauses[index], index + 1
        last = clause.last
        if hit.concept == "rack_focus":  # "rack focus, rose in front to duel behind"
            for following, told in zip(
                self._source.clauses[after:], self._scans[after:], strict=True
            ):
                soft = all(head(h.concept).test == "soft" for h in told.heads)
                plain = following.link == "comma" or (following.link == "colon" and soft)
                plain = plain or (following.link == "then" and not told.heads)
                if following.sentence != clause.sentence or not plain:
                    break
                last = following.last
        heads = (h.first for h in hits.heads if h.first >= hit.last)
        named = ("determiner", "preposition")  # « vers la fille », "to the track"
        before = {at: self._source.tokens[at - 1].text for at in heads}
        free = (at for at, w in before.items() if not _any_of(named, w, clause.langs))
        return hit.last, min(free, default=last)

    def _is_reference(self, candidate: Candidate, event: Event) -> bool:
        """ "the push-in ends on her eyes" speaks of a move already told."""
        if candidate.hit.form not in ("word", "base") or candidate.rule.test == "hold":
            return False
        if not candidate.is_a("definite", candidate.hit.first - 1):
            return False
        if is_gaze_again(self._source, candidate.hit, self._events):
            return False
        return any(e.op == event.op and not e.negated for e in self._events)

    def _way(self, index: int, hits: Scan, skip: Container[int], subject: Subject) -> list[Event]:
        """A clause without a verb that only names a way."""
        source = self._source
        found = go_on(source, index, hits, self._events, skip=skip)
        if found is None:
            found = verbless(source, index, self._scans, subject=subject)
        if source.clauses[index].link != "comma":
            return found
        return [e for e in found if not is_told(e, self._events)]


_LETTING = frozenset({"laisser", "laisse", "laissant", "voir", "voit"})


def _any_of(names: Iterable[str], word: str, langs: tuple[Lang, ...]) -> bool:
    return any(is_word_of(name, word, langs) for name in names)


def _limit(hits: Scan, at: int, clause: Clause) -> int:
    """Token before which head ``at`` finds its way; "circular move round him going left"."""
    for following in hits.heads[at + 1 :]:
        if following.concept == "still" and following.last - following.first == 1:
            leads = following.last in hits.strong_at or following.last in hits.weak_at
            if leads and hits.heads[at].last == following.first:
                continue  # « un slider stable vers la droite »
        going = following.form == "ing" and following.concept in ("move", "glide", "turn")
        if not (going and hits.heads[at].concept in ("orbit", "circle")):
            return following.first
    return clause.last


def _gear(hits: Scan) -> frozenset[int]:
    """Tokens of a kind of shot ("aerial", "tracking shot"): it acts like the camera."""
    gear = [h for h in hits.heads if head(h.concept).test == "free" and h.form != "third"]
    return frozenset(i for h in gear for i in range(h.first, h.last))

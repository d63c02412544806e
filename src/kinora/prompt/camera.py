"""Camera events of a prompt: heads with their paths, after the actor test and negation."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from kinora.prompt.accept import accepts, by_crane
from kinora.prompt.agents import Actor, Looker, is_word_of
from kinora.prompt.aims import aimed
from kinora.prompt.candidates import Candidate
from kinora.prompt.clauses import Clause
from kinora.prompt.events import Event, Findings, event_of, second_event
from kinora.prompt.lexicon import Hit
from kinora.prompt.orders import moves_the_camera
from kinora.prompt.paths import Course, find_course, second_course
from kinora.prompt.scan import Scan, head, scan
from kinora.prompt.source import Source
from kinora.prompt.subjects import Subject, Subjects
from kinora.prompt.verbless import verbless

_NEGATION_REACH = 4  # words between a negation and the head it denies
_INSTEAD = frozenset(
    ["but", "mais", "just", "only", "simply", "instead", "juste", "seulement", "simplement"]
)
_GAZES = frozenset({"eye", "eyes", "gaze", "regard", "oeil", "yeux"})
_TURNED = {"truck": "pan", "pedestal": "tilt", "crane": "tilt"}
_GO_ON = frozenset(
    ["back", "and", "slightly", "again", "de", "nouveau", "et", "un", "peu", "to", "vers"]
)


class CameraReader:
    """Reads the clauses in order, remembering who acted last."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._subjects = Subjects(source)
        self._events: list[Event] = []
        self._scans: tuple[Scan, ...] = ()
        self._mentions: list[tuple[int, int]] = []
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
                self._denied = False
            if source.section_name(clause.first) not in ("audio", "dialogue"):
                self._clause(index, scans[index])
        return Findings(tuple(self._events), scans, tuple(self._mentions))

    def _clause(self, index: int, hits: Scan) -> None:
        clause, tokens = self._source.clauses[index], self._source.tokens
        if clause.link == "colon":  # "imagine you're a bird: swoop down"
            self._subjects.new_sentence()
        skip = self._skips(clause, hits)
        looker = Looker(tokens, skip, clause.langs, _gear(hits))
        subject = self._subjects.current
        self._subjects.note(clause, skip=skip, heads={h.first: h.form for h in hits.heads})
        found: list[Event] = []
        actor: Actor = "bare"
        for at, hit in enumerate(hits.heads):
            limit = hits.heads[at + 1].first if at + 1 < len(hits.heads) else clause.last
            floor = found[-1].last if found else clause.first
            course = find_course(tokens, head(hit.concept), hit, hits, (floor, limit))
            stranger = actor == "other"
            actor = self._actor(looker, hit, clause, joined=bool(found))
            if actor == "other" and found and self._time_between(found[-1], hit):
                actor = "bare"  # "[1-3] crane up [3-4] hold"
            if stranger and not found and self._joins(hit):
                actor = "other"  # "we watch the dancers circle and pull back"
            event = self._judge(index, hit, course, actor, hits)
            if event is None:
                continue
            found.append(event)
            extra = second_course(tokens, head(hit.concept), course, hits, limit)
            if extra is not None and not event.negated:
                found.append(second_event(hit, extra, clause=index))
        if not found:
            found = self._way(index, hits, skip, subject)
        if found:
            self._subjects.camera_acts()
        self._denied = any(e.negated for e in found)
        self._events += found

    def _skips(self, clause: Clause, hits: Scan) -> set[int]:
        """Tokens that tell nothing about who acts."""
        skip = {i for i in range(clause.first, clause.last) if self._source.mark_of[i] >= 0}
        for hit in (*hits.manner, *hits.negations, *hits.asks, *hits.paths):
            skip.update(range(hit.first, hit.last))
        return skip

    def _actor(self, looker: Looker, hit: Hit, clause: Clause, *, joined: bool) -> Actor:
        if self._is_passive(hit, clause):
            return "camera"
        actor = looker.actor(clause.first, hit.first, participle=hit.form == "ing")
        if actor == "it" and self._is_fixed(clause):
            return "other"
        if actor == "it":
            then = clause.link == "then" and self._subjects.current == "camera"
            return "camera" if then or self._subjects.it_is_camera(hit.first) else "other"
        if actor == "bare" and joined and hit.form == "ing" and self._by(hit.first):
            return "camera"
        if actor == "conjunction":
            if joined or self._subjects.current == "camera":
                return "camera"
            return "other" if self._subjects.current == "other" else "bare"
        return actor

    def _is_passive(self, hit: Hit, clause: Clause) -> bool:
        """ "the idol is circled by the camera", « contourné par la caméra »."""
        tokens = self._source.tokens
        if hit.form not in ("past", "third"):
            return False
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
        return at > 0 and self._source.tokens[at - 1].text in ("by", "en")

    def _judge(
        self, index: int, hit: Hit, course: Course, actor: Actor, hits: Scan
    ) -> Event | None:
        candidate = Candidate(
            source=self._source,
            clause=self._source.clauses[index],
            hits=hits,
            hit=hit,
            rule=head(hit.concept),
            course=course,
            actor=actor,
            subject=self._subjects.current,
            last_subject=self._subjects.last,
            next_subject=self._subjects.after(index) if hit.form == "ing" else None,
        )
        event = event_of(hit, course, clause=index, negated=self._is_denied(candidate))
        if event.op == "pedestal" and by_crane(candidate):
            event = replace(event, op="crane")
        event = self._seen_by_the_eye(event, candidate)
        event = aimed(event, self._source.tokens, self._aim(index, hit, hits))
        held = actor == "camera" or moves_the_camera(candidate) or self._names_it(candidate)
        if event.negated and event.op == "?" and held:
            return self._still(candidate, event)
        if self._is_reference(candidate, event):
            self._mentions.append((hit.first, hit.last))
            return None
        return event if accepts(candidate) else None

    def _seen_by_the_eye(self, event: Event, c: Candidate) -> Event:
        """ "the eye of the camera travels up the tower": its gaze turns, it stays where it is."""
        gaze = any(c.word(i) in _GAZES for i in range(c.clause.first, c.hit.first))
        if gaze and event.op in _TURNED:
            return replace(event, op=_TURNED[event.op])
        last = next((e for e in reversed(self._events) if e.op != "static"), None)
        if last is not None and last.op == "tilt" and event.op == "pedestal":
            words = [c.word(i) for i in range(c.hit.first, event.last)]
            back = "back" in words or words[0].startswith(("redescen", "remont"))
            if back and {last.direction, event.direction} == {"up", "down"}:
                return replace(event, op="tilt")  # "tilts up, then back down"
        return event

    def _aim(self, index: int, hit: Hit, hits: Scan) -> tuple[int, int]:
        """Tokens after a head in which it may be told where it leads."""
        clause, after = self._source.clauses[index], index + 1
        last = clause.last
        if hit.concept == "rack_focus" and after < len(self._source.clauses):
            following = self._source.clauses[after]  # "rack focus, rose in front to duel behind"
            if following.link == "comma" and following.sentence == clause.sentence:
                last = following.last
        limit = min((h.first for h in hits.heads if h.first >= hit.last), default=last)
        return hit.last, limit

    def _names_it(self, c: Candidate) -> bool:
        """ "zero movement of the camera", "camera: don't move it"."""
        if c.rule.name == "motion":
            return any(c.is_a("core", i) for i in range(c.hit.first - 1, c.hit.last + 3))
        return c.word(c.hit.last) in ("it", "la") and c.last_subject == "camera"

    def _still(self, candidate: Candidate, event: Event) -> Event:
        """ "do not move the camera": stillness, told by the words from the denial on."""
        denials = [n.first for n in candidate.hits.negations if n.last <= event.first]
        last = candidate.clause.last
        cameras = [i + 1 for i in range(event.last, last) if candidate.is_a("core", i)]
        return replace(
            event,
            op="static",
            direction=None,
            negated=False,
            first=min([event.first, *denials]),
            last=max([event.last, *cameras[:1]]),
        )

    def _is_denied(self, candidate: Candidate) -> bool:
        """ "no zoom", "without any sudden pan", "no zoom, pan or tilt", an "Avoid:" section."""
        hit, hits, clause = candidate.hit, candidate.hits, candidate.clause
        if self._source.section_name(hit.first) == "avoid":
            return True
        if candidate.rule.test == "state":  # "not static"; but "no zoom, static"
            return any(n.last == hit.first and n.last - n.first == 1 for n in hits.negations)
        if any(n.last <= hit.first and self._reaches(n.last, hit.first) for n in hits.negations):
            return True
        if not self._denied or candidate.rule.test == "hold" or hit.concept == "fixed":
            return False
        opens = candidate.word(clause.first) in ("or", "nor", "ni", "ou")
        if self._turns_to(candidate):
            return False
        listed = clause.link == "comma" and not hits.manner and candidate.other_words() == 0
        return opens or listed

    def _turns_to(self, candidate: Candidate) -> bool:
        """ "don't pan, just creep in", « ne zoome pas, elle descend »: what to do instead."""
        before = range(candidate.clause.first, candidate.hit.first)
        acts = any(candidate.is_a(name, i) for name in ("it", "camera", "we") for i in before)
        return acts or any(self._source.tokens[i].text in _INSTEAD for i in before)

    def _reaches(self, start: int, end: int) -> bool:
        words = self._source.tokens[start:end]
        if any(t.text in _INSTEAD for t in words):
            return False
        return sum(t.is_word for t in words) <= _NEGATION_REACH

    def _is_reference(self, candidate: Candidate, event: Event) -> bool:
        """ "the push-in ends on her eyes" speaks of a move already told."""
        if candidate.hit.form not in ("word", "base") or candidate.rule.test == "hold":
            return False
        if not candidate.is_a("definite", candidate.hit.first - 1):
            return False
        return any(e.op == event.op and not e.negated for e in self._events)

    def _way(self, index: int, hits: Scan, skip: Container[int], subject: Subject) -> list[Event]:
        """A clause without a verb that only names a way."""
        found = self._continued(index, hits, skip)
        if found is None:
            found = verbless(self._source, index, self._scans, subject=subject)
        if self._source.clauses[index].link != "comma":
            return found
        return [e for e in found if not self._is_told(e)]

    def _is_told(self, event: Event) -> bool:
        """ "pulls back and up, away from the cliff": a way told in the clause before."""
        last = self._events[-1].clause if self._events else -1
        mates = [e for e in self._events if e.clause == last and last == event.clause - 1]
        return any(e.op == event.op and event.direction in (None, e.direction) for e in mates)

    def _continued(self, index: int, hits: Scan, skip: Container[int]) -> list[Event] | None:
        """ "pan left, then right": a path that goes on with the move before; None: it doesn't."""
        clause = self._source.clauses[index]
        if not self._events or not hits.paths or clause.link not in ("then", "comma", "after"):
            return None
        before, path = self._events[-1], hits.paths[0]
        aside = next((p for p in hits.paths if p.concept in ("left", "right")), None)
        if before.op == "flyover" and before.head.test == "soft" and aside is not None:
            op, _, direction = before.head.becomes.get(aside.concept, "").partition(" ")
            if op and clause.link == "comma":  # "glides over the table, left to right"
                self._events[-1] = replace(before, op=op, direction=direction, last=aside.last)
                return []
        if len(hits.paths) > 1 and hits.paths[1].first <= path.last + 1:
            path = hits.paths[1]  # "then back to the right"
        if self._source.clauses[before.clause].sentence != clause.sentence or before.negated:
            return None
        if clause.link == "comma" and clause.last - clause.first > 4:
            return None
        if not self._leads_to(path, clause, skip):
            return None
        at_path = Hit(before.head.name, path.lang, path.first, path.first)
        bounds = (clause.first, clause.last)
        rule = head("orbit") if before.op == "orbit" else before.head
        course = find_course(self._source.tokens, rule, at_path, hits, bounds)
        if course.path is None:
            return None
        if course.op == before.op and course.direction in (None, before.direction):
            return []
        gear = before.bare and before.head.jargon and clause.link == "comma"
        if gear and before.clause == index - 1:  # "dolly - out"
            op, direction = course.op, course.direction
            self._events[-1] = replace(
                before, op=op, direction=direction, last=path.last, bare=False
            )
            return []
        if before.direction is None and course.op == before.op:  # "lateral (to the left)"
            self._events[-1] = replace(before, direction=course.direction, last=path.last)
            return []
        return [second_event(at_path, course, clause=index)]

    def _leads_to(self, path: Hit, clause: Clause, skip: Container[int]) -> bool:
        """Whether only fillers stand before the path."""
        return all(
            i in skip
            or self._source.tokens[i].text in _GO_ON
            or self._source.tokens[i].text[0].isdigit()
            or is_word_of("measure", self._source.tokens[i].text, clause.langs)
            or is_word_of("adverb", self._source.tokens[i].text, clause.langs)
            for i in range(clause.first, path.first)
        )


def _gear(hits: Scan) -> frozenset[int]:
    """Tokens of a kind of shot ("aerial", "tracking shot"): it acts like the camera."""
    gear = [h for h in hits.heads if head(h.concept).test == "free" and h.form != "third"]
    return frozenset(i for h in gear for i in range(h.first, h.last))

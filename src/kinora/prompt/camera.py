"""Camera events: heads with their paths, after the actor test, negation and merging."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from kinora.prompt.agents import Actor, Looker, is_word_of
from kinora.prompt.clauses import Clause
from kinora.prompt.lexicon import Hit, lexicon
from kinora.prompt.paths import Course, find_course, second_course
from kinora.prompt.scan import Head, Scan, head, scan
from kinora.prompt.source import Source

Subject = Literal["camera", "other"] | None

_QUIET = frozenset({"action", "subject", "audio", "dialogue", "light", "style", "keep", "change"})
_ORDERS = frozenset({"follow", "approach", "circle", "reveal", "sweep", "survey", "retreat"})
_BROADCAST = frozenset({"tv", "television", "radio", "news", "sitcom", "noise", "hiss", "signal"})


@dataclass(frozen=True, slots=True)
class Event:
    """A camera move as worded, before times and amounts."""

    op: str  # a CameraOp, or "?" for a camera movement of no named kind
    direction: str | None
    head: Head
    form: str
    first: int  # tokens [first, last) of the head and its path
    last: int
    clause: int
    nearest: bool = False  # the nearest concept, not the very one
    negated: bool = False
    bare: bool = False  # no path was given
    vague: bool = False  # the path is a mere preposition ("moves through the rooms")
    extra: bool = False  # a second direction of the same head


@dataclass(frozen=True, slots=True)
class Findings:
    """What the camera grammar found: events in text order, scans per clause, spare mentions."""

    events: tuple[Event, ...]
    scans: tuple[Scan, ...]
    mentions: tuple[tuple[int, int], ...]  # tokens that refer to an event already told


class CameraReader:
    """Reads the clauses in order, remembering who acted last."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._events: list[Event] = []
        self._mentions: list[tuple[int, int]] = []
        self._subject: Subject = None  # of the current sentence
        self._last_subject: Subject = None  # of the text so far
        self._subject_at = 0
        self._negated = False

    def read(self) -> Findings:
        """All camera events of the source."""
        source = self._source
        scans = tuple(scan(source, clause) for clause in source.clauses)
        sentence = -1
        for index, clause in enumerate(source.clauses):
            if clause.sentence != sentence:
                sentence = clause.sentence
                self._subject = None
                self._negated = False
            self._clause(index, scans[index])
        return Findings(tuple(self._events), scans, tuple(self._mentions))

    # -- one clause -------------------------------------------------------------------------

    def _clause(self, index: int, hits: Scan) -> None:
        clause = self._source.clauses[index]
        if self._source.section_name(clause.first) in ("audio", "dialogue"):
            return
        skip = self._skips(clause, hits)
        looker = Looker(self._source.tokens, skip, clause.langs, self._gear(hits))
        self._note_subject(clause, skip, {h.first: h.form for h in hits.heads})
        found: list[Event] = []
        for at, hit in enumerate(hits.heads):
            limit = hits.heads[at + 1].first if at + 1 < len(hits.heads) else clause.last
            floor = found[-1].last if found else clause.first
            course = find_course(self._source.tokens, head(hit.concept), hit, hits, (floor, limit))
            event = self._judge(index, hit, course, looker, hits, bool(found))
            if event is None:
                continue
            found.append(event)
            extra = second_course(self._source.tokens, head(hit.concept), course, hits, limit)
            if extra is not None and not event.negated:
                found.append(self._event(index, hit, extra, extra=True))
        if not found:
            found = self._continued(index, hits, skip)
        if found and self._subject is None:
            self._subject = self._last_subject = "camera"
        self._negated = any(e.negated for e in found)
        self._events += found

    def _gear(self, hits: Scan) -> frozenset[int]:
        """Tokens of a kind of shot ("aerial", "tracking shot"): it acts like the camera."""
        gear = [h for h in hits.heads if head(h.concept).test == "free" and h.form != "third"]
        return frozenset(i for h in gear for i in range(h.first, h.last))

    def _skips(self, clause: Clause, hits: Scan) -> list[bool]:
        skip = [m >= 0 for m in self._source.mark_of[: clause.last]]
        for hit in (*hits.manner, *hits.negations, *hits.paths):
            for i in range(hit.first, hit.last):
                skip[i] = True
        return skip

    def _note_subject(self, clause: Clause, skip: list[bool], heads: dict[int, str]) -> None:
        """Remember an explicit subject at the start of the clause."""
        subject = self._explicit(clause, skip, heads)
        if subject is not None:
            self._subject = self._last_subject = subject
            self._subject_at = clause.first

    def _explicit(self, clause: Clause, skip: list[bool], heads: dict[int, str]) -> Subject:
        tokens, langs = self._source.tokens, clause.langs
        article = named = False
        for at in range(clause.first, min(clause.last, clause.first + 8)):
            word = tokens[at].text
            if at in heads:
                return "other" if named and heads[at] in ("third", "past") else None
            if skip[at] or not word[0].isalpha():
                continue
            if is_word_of("camera", word, langs) or is_word_of("we", word, langs):
                return "camera"
            if is_word_of("he", word, langs) or is_word_of("she", word, langs):
                return "other"
            if is_word_of("it", word, langs):
                return None if self._it_is_camera(at) else "other"
            if is_word_of("determiner", word, langs):
                article = True
            elif is_word_of("preposition", word, langs):
                return "other" if article else None
            elif not article and (self._is_person(at, clause) or self._is_thing(at, clause)):
                return "other"
            else:
                named = article
        return "other" if article and clause.last - clause.first > 2 else None

    def _is_person(self, at: int, clause: Clause) -> bool:
        window = self._source.tokens[at : at + 3]
        return any(lexicon(lang).match("persons", window, 0) for lang in clause.langs)

    def _is_thing(self, at: int, clause: Clause) -> bool:
        window = self._source.tokens[at : at + 3]
        return any(lexicon(lang).match("elements", window, 0) for lang in clause.langs)

    # -- the actor test ---------------------------------------------------------------------

    def _judge(
        self, index: int, hit: Hit, course: Course, looker: Looker, hits: Scan, joined: bool
    ) -> Event | None:
        clause = self._source.clauses[index]
        rule = head(hit.concept)
        if rule.name == "tilt" and hit.form == "past" and course.nearest:
            return None  # "camera tilted right" is an angle
        negated = self._is_negated(hit, hits, clause)
        actor = self._actor(looker, hit, clause, joined)
        event = self._event(index, hit, course, negated=negated)
        if negated and actor == "camera" and (event.op == "?" or rule.test == "soft"):
            if event.op == "?":
                return replace(event, op="static", direction=None, negated=False)
        if rule.needs and course.path is None and not self._noun_use(hit, hits, clause):
            return None
        if self._is_reference(hit, rule, event, clause):
            self._mentions.append((hit.first, hit.last))
            return None
        accept = {
            "free": self._free,
            "hard": self._hard,
            "soft": self._soft,
            "state": self._state,
            "hold": self._hold,
            "noun": self._noun,
        }[rule.test]
        return event if accept(index, hit, course, actor, hits) else None

    def _noun_use(self, hit: Hit, hits: Scan, clause: Clause) -> bool:
        """ "a slow cinematic push": no path, but a noun told how it goes."""
        if "bare" not in head(hit.concept).becomes or hit.form not in ("base", "word"):
            return False
        follow = self._source.tokens[hit.last].text if hit.last < clause.last else ""
        if is_word_of("determiner", follow, clause.langs):
            return False
        return any(hit.first - 2 <= h.last <= hit.first for h in hits.manner)

    def _actor(self, looker: Looker, hit: Hit, clause: Clause, joined: bool) -> Actor:
        actor = looker.actor(clause.first, hit.first, participle=hit.form == "ing")
        if actor == "it":
            return "camera" if self._it_is_camera(hit.first) else "other"
        if actor == "conjunction":
            if joined or self._subject == "camera":
                return "camera"
            return "other" if self._subject == "other" else "bare"
        return actor

    def _it_is_camera(self, at: int) -> bool:
        """A pronoun is the camera if that acted last and nothing else came between."""
        if self._last_subject != "camera":
            return False
        tokens = self._source.tokens
        for i in range(self._subject_at, at):
            for lang in self._source.langs:
                table = lexicon(lang)
                hit = table.match("persons", tokens[i : i + 3], 0)
                if hit and not any(is_word_of(n, tokens[i].text, (lang,)) for n in ("it", "she")):
                    return False
                if table.match("elements", tokens[i : i + 3], 0):
                    return False
        return True

    def _free(self, index: int, hit: Hit, course: Course, actor: Actor, hits: Scan) -> bool:
        return True

    def _hard(self, index: int, hit: Hit, course: Course, actor: Actor, hits: Scan) -> bool:
        rule, clause = head(hit.concept), self._source.clauses[index]
        beside = course.path is not None and course.beside
        if actor == "camera":
            return True
        if rule.vehicle and not self._vehicle_ok(hit, course, hits, clause):
            return False
        if actor == "other":
            if rule.jargon and course.path is not None:
                return True
            strong = beside and course.strong and not rule.vehicle
            return hit.form in ("base", "word") and strong
        if rule.thing and not beside and not self._in_camera_context(index, hit, hits):
            return False
        if rule.thing and hit.form in ("base", "word") and self._lies_in(hit, hits, clause):
            return False
        if actor == "article":
            return True
        verb = hit.form in ("third", "ing", "past")
        if verb and self._subject == "other" and not rule.jargon:
            return rule.name == "pan" and course.path in ("left", "right")
        return not (verb and self._quiet(clause))

    def _lies_in(self, hit: Hit, hits: Scan, clause: Clause) -> bool:
        """ "on track", "full of pans": a place, not a move; but "push in, pan left" ends a path."""
        ends = {h.last for h in hits.heads}
        if any(w.last == hit.first and w.first in ends for w in (*hits.weak, *hits.paths)):
            return False
        before = self._source.tokens[hit.first - 1].text if hit.first > clause.first else ""
        return before in ("on", "in", "of", "from", "into", "onto", "near", "under", "behind", "sur")

    def _vehicle_ok(self, hit: Hit, course: Course, hits: Scan, clause: Clause) -> bool:
        """ "truck left" is a move, "a truck left the station" is not."""
        if course.path is None:
            return hit.form == "ing"
        if hit.form in ("third", "past"):
            return False
        if course.last < clause.last:
            follow = self._source.tokens[course.last].text
            if is_word_of("determiner", follow, clause.langs):
                return False
        before = hit.first - 1
        if before < clause.first or hit.form == "ing":
            return True
        told = any(h.last == hit.first for h in (*hits.manner, *hits.paths))
        marked = self._source.mark_of[before] >= 0
        return told or marked or not self._source.tokens[before].is_word

    def _in_camera_context(self, index: int, hit: Hit, hits: Scan) -> bool:
        clause = self._source.clauses[index]
        if self._source.section_name(hit.first) == "camera":
            return True
        if any(h.last == hit.first for h in hits.manner):
            return True
        if any(
            is_word_of("core", self._source.tokens[i].text, clause.langs)
            for i in range(max(clause.first, hit.first - 3), hit.first)
        ):
            return True
        if any(w.first == hit.last and w.concept in ("across", "over", "around", "along")
               for w in hits.weak):  # fmt: skip
            return hit.first == clause.first or hit.form != "word"
        return self._content(clause, hits, hit) == 0

    def _soft(self, index: int, hit: Hit, course: Course, actor: Actor, hits: Scan) -> bool:
        clause = self._source.clauses[index]
        if actor == "camera" or self._of_the_camera(hit, clause):
            return True
        if hit.form == "ing" and self._names_a_shot(course, clause):
            return True
        if actor == "other":
            return False
        routed = self._source.section_name(hit.first) == "camera"
        if actor == "article":
            slow = any(h.last == hit.first for h in hits.manner)
            named = course.path is not None and course.beside
            return named and (routed or (slow and self._subject != "other"))
        if self._subject is not None:
            return self._subject == "camera"
        if self._quiet(clause):
            return False
        if routed:
            return True
        return self._imperative(index, hit, course)

    def _of_the_picture(self, hit: Hit, clause: Clause) -> bool:
        """ "the picture stays put", « que l'image reste fixe »."""
        words = self._source.tokens[clause.first : hit.first]
        nouns = [t.text for t in words if is_word_of("picture", t.text, clause.langs)]
        return bool(nouns) and len(words) <= 8

    def _names_a_shot(self, course: Course, clause: Clause) -> bool:
        """ "travelling backward shot"."""
        if course.path is None or course.last >= clause.last:
            return False
        return self._source.tokens[course.last].text in ("shot", "camera", "view")

    def _of_the_camera(self, hit: Hit, clause: Clause) -> bool:
        """ "a gentle rise of the camera", « recul de la caméra »."""
        words = [t.text for t in self._source.tokens[hit.last : min(clause.last, hit.last + 4)]]
        return len(words) > 1 and words[0] in ("of", "de", "d'") and "camera" in words

    def _imperative(self, index: int, hit: Hit, course: Course) -> bool:
        """ "Move forward slowly": said to the one who holds the camera."""
        clause = self._source.clauses[index]
        if course.path is None and self._last_subject != "camera":
            return self._opens_as_order(clause, hit)
        opens = clause.link in ("sentence", "then", "colon", "comma") and not any(
            self._source.tokens[i].is_word
            and not is_word_of("adverb", self._source.tokens[i].text, clause.langs)
            and not is_word_of("auxiliary", self._source.tokens[i].text, clause.langs)
            and not self._source.tokens[i].text.endswith(("ly", "ment"))
            for i in range(clause.first, hit.first)
            if self._source.mark_of[i] < 0
        )
        if not opens:
            return False
        if hit.form == "base" or (hit.lang == "fr" and hit.form == "third"):
            return self._last_subject != "other" or clause.link == "sentence"
        if hit.form == "ing":
            return self._next_subject(index) == "camera" or self._last_subject == "camera"
        return False

    def _opens_as_order(self, clause: Clause, hit: Hit) -> bool:
        """ "Follow the car": an infinitive or imperative at the very start, of a telling verb."""
        if hit.form != "base" or clause.link != "sentence":
            return False
        told = hit.first == clause.first and head(hit.concept).becomes["bare"] != "?"
        return told and (hit.lang == "fr" or hit.concept in _ORDERS)

    def _next_subject(self, index: int) -> Subject:
        clauses = self._source.clauses
        following = index + 1
        if following >= len(clauses) or clauses[following].sentence != clauses[index].sentence:
            return None
        clause = clauses[following]
        return self._explicit(clause, [m >= 0 for m in self._source.mark_of[: clause.last]], {})

    def _state(self, index: int, hit: Hit, course: Course, actor: Actor, hits: Scan) -> bool:
        clause, tokens = self._source.clauses[index], self._source.tokens
        for at in range(hit.last, min(clause.last, hit.last + 5)):  # "static wide shot"
            word = tokens[at].text
            if is_word_of("camera", word, clause.langs):
                return True
            if is_word_of("preposition", word, clause.langs):
                break
        if actor == "camera":
            return True
        if actor == "other":
            near = range(max(clause.first, hit.first - 3), hit.first)
            return any(
                is_word_of("camera", tokens[i].text, clause.langs) for i in near
            ) or self._of_the_picture(hit, clause)
        if self._quiet(clause) or self._about_broadcast(clause):
            return False
        if self._subject == "other" and actor != "article":
            return self._content(clause, hits, hit) == 0
        timed = any(self._source.mark_of[i] >= 0 for i in range(clause.first, clause.last))
        return timed or self._content(clause, hits, hit) == 0 or (
            self._source.section_name(hit.first) == "camera"
        )  # fmt: skip

    def _about_broadcast(self, clause: Clause) -> bool:
        """ "news, static, a sitcom" speaks of a set, not of the camera."""
        mates = [c for c in self._source.clauses if c.sentence == clause.sentence]
        words = {self._source.tokens[i].text for c in mates for i in range(c.first, c.last)}
        return bool(words & _BROADCAST)

    def _hold(self, index: int, hit: Hit, course: Course, actor: Actor, hits: Scan) -> bool:
        clause, tokens = self._source.clauses[index], self._source.tokens
        if actor == "camera":
            return True
        if actor == "other" and self._of_the_picture(hit, clause):
            return True
        if actor == "other" or self._quiet(clause):
            return False
        timed = any(self._source.mark_of[i] >= 0 for i in range(clause.first, clause.last))
        if self._subject == "other":
            return timed and actor == "article"
        if self._source.section_name(hit.first) == "camera" or self._subject == "camera":
            return True
        follow = tokens[hit.last].text if hit.last < clause.last else ""
        alone = self._content(clause, hits, hit) == 0
        opens = actor == "article" or hit.form in ("base", "word", "third", "ing")
        return opens and (timed or alone or follow in ("on", "there", "sur", "for", "at"))

    def _noun(self, index: int, hit: Hit, course: Course, actor: Actor, hits: Scan) -> bool:
        clause, tokens = self._source.clauses[index], self._source.tokens
        named = any(
            is_word_of("core", tokens[i].text, clause.langs)
            for i in range(clause.first, clause.last)
        )
        routed = self._source.section_name(hit.first) == "camera"
        if named:
            return True
        slow = any(h.last == hit.first for h in hits.manner)
        going = course.path is not None and course.beside and course.strong
        if slow and going and self._subject != "other":
            return not self._quiet(clause)
        if routed or self._subject == "camera":
            return going or head(hit.concept).becomes["bare"] != "?"
        return False

    # -- helpers ----------------------------------------------------------------------------

    def _quiet(self, clause: Clause) -> bool:
        return self._source.section_name(clause.first) in _QUIET

    def _content(self, clause: Clause, hits: Scan, hit: Hit) -> int:
        """Words of the clause that belong to neither the camera grammar nor the function words."""
        taken = {
            i
            for h in (*hits.heads, *hits.manner, *hits.paths)
            for i in range(h.first, h.last)
        }  # fmt: skip
        count = 0
        for i in range(clause.first, clause.last):
            word = self._source.tokens[i].text
            if i in taken or self._source.mark_of[i] >= 0 or not word[0].isalpha():
                continue
            if is_word_of("function", word, clause.langs) or is_word_of(
                "camera", word, clause.langs
            ):
                continue
            count += not is_word_of("auxiliary", word, clause.langs)
        return count

    def _is_negated(self, hit: Hit, hits: Scan, clause: Clause) -> bool:
        if self._source.section_name(hit.first) == "avoid":
            return True
        if head(hit.concept).test in ("state",):
            return False
        for neg in hits.negations:
            if neg.last <= hit.first and self._reaches(neg.last, hit.first, clause):
                return True
        first = self._source.tokens[clause.first].text
        listed = clause.link == "comma" and self._content(clause, hits, hit) == 0
        if self._negated and (first in ("or", "nor", "ni", "ou") or (listed and not hits.manner)):
            return head(hit.concept).test not in ("hold", "state") and hit.concept != "fixed"
        return False

    def _reaches(self, start: int, end: int, clause: Clause) -> bool:
        words = 0
        for i in range(start, end):
            word = self._source.tokens[i].text
            if word in ("but", "mais", "just", "only"):
                return False
            words += self._source.tokens[i].is_word
        return words <= 4

    def _is_reference(self, hit: Hit, rule: Head, event: Event, clause: Clause) -> bool:
        """ "the push-in ends on her eyes" speaks of a move already told."""
        if hit.first == clause.first or hit.form not in ("word", "base") or rule.test == "hold":
            return False
        before = self._source.tokens[hit.first - 1].text
        if not is_word_of("definite", before, clause.langs):
            return False
        return any(e.op == event.op and not e.negated for e in self._events)

    def _event(
        self,
        index: int,
        hit: Hit,
        course: Course,
        *,
        negated: bool = False,
        extra: bool = False,
    ) -> Event:
        rule = head(hit.concept)
        return Event(
            op=course.op,
            direction=course.direction,
            head=rule,
            form=hit.form,
            first=min(hit.first, course.first) if not extra else course.first,
            last=max(hit.last, course.last) if not extra else course.last,
            clause=index,
            nearest=course.nearest,
            negated=negated,
            bare=course.path is None,
            vague=not course.strong and course.path is not None,
            extra=extra,
        )

    def _continued(self, index: int, hits: Scan, skip: list[bool]) -> list[Event]:
        """ "pan left, then right": a path that goes on with the move before."""
        clause, tokens = self._source.clauses[index], self._source.tokens
        if not self._events or not hits.paths or clause.link not in ("then", "comma", "after"):
            return []
        before = self._events[-1]
        if self._source.clauses[before.clause].sentence != clause.sentence or before.negated:
            return []
        path = hits.paths[0]
        filler = {
            "back",
            "and",
            "slightly",
            "again",
            "de",
            "nouveau",
            "et",
            "un",
            "peu",
            "to",
            "vers",
        }
        lead = [i for i in range(clause.first, path.first) if not skip[i]]
        if any(
            tokens[i].text not in filler and not is_word_of("adverb", tokens[i].text, clause.langs)
            for i in lead
        ):
            return []
        if clause.link == "comma" and clause.last - clause.first > 4:
            return []
        course = find_course(
            tokens,
            before.head,
            Hit(before.head.name, path.lang, path.first, path.first, "word"),
            hits,
            (clause.first, clause.last),
        )
        if course.path is None or (course.op, course.direction) == (before.op, before.direction):
            return []
        if before.direction is None and course.op == before.op:  # "lateral (to the left)"
            self._events[-1] = replace(before, direction=course.direction, last=path.last)
            return []
        return [
            Event(
                course.op, course.direction, before.head, "word", path.first, path.last, index,
                nearest=course.nearest, extra=True,
            )
        ]  # fmt: skip

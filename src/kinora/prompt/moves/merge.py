"""Events that tell the same move twice become one: "crane shot rising", "tracking shot, left"."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kinora.prompt.moves.echoes import without_echoes
from kinora.prompt.moves.events import Event
from kinora.prompt.words.lexicon import LANGS, in_any
from kinora.prompt.words.source import Source

#: Heads that only name the gear or the kind of shot; a verb after them says where it goes.
_GEAR = frozenset(
    {"dolly", "crane_shot", "track_shot", "slider", "flyover", "follow_shot", "orbit", "pan",
     "tilt", "sweep_shot", "roll", "truck", "pan_shot", "zoom", "whip"}
)  # fmt: skip
_FEW = 40  # events of a sentence looked at; more are no sentence but a list
_BY = frozenset({"in", "by", "via", "through", "using", "par", "en", "d'", "au"})
_NO_MOVE = frozenset({"?", "static", "handheld", "shake", "flyover"})
_NO_AIM = frozenset({"?", "static", "reveal", "handheld", "shake", "flyover", "parallax"})
_JOINERS = frozenset({"and", "&", "+", "plus", "with", "while", "et", "avec", "then", "en", "or"})
_STEPS = frozenset({"then", "puis", "ensuite"})
_OPPOSITE = {"in": "out", "out": "in"}


@dataclass(frozen=True, slots=True)
class Merged:
    """Events told once each; ``mentions`` are tokens that tell one of them again."""

    events: tuple[Event, ...]
    mentions: tuple[tuple[int, int], ...]


def merge(events: tuple[Event, ...], source: Source) -> Merged:
    """Fold double mentions into one event; drop purposes and platforms of other moves."""
    folded: list[Event] = []
    for event in events:
        both = _combined(folded[-1], event, source) if folded else None
        if both is not None:
            folded[-1] = both
        else:
            folded.append(event)
    kept = without_echoes(_by_drone(_on_cranes(folded, source), source), source)
    kept = _without_platforms(_without_purposes(kept, source), source)
    kept_at = {e.first for e in kept}
    mentions = tuple((e.first, e.last) for e in folded if e.first not in kept_at)
    kept = _spelled_out(_dolly_zooms(_without_exceptions(kept, source), source), source)
    return Merged(tuple(kept), mentions)


def _without_purposes(events: list[Event], source: Source) -> list[Event]:
    """ "pulls back to reveal the room": the reveal is what the move is for, not a second one."""
    live = [e for e in events if not e.negated]
    moving = any(e.op not in ("?", "static") for e in live)
    handheld = any(e.op == "handheld" for e in live)
    by_sentence = _by_sentence(live, source)
    kept: list[Event] = []
    for event in events:
        mates = by_sentence.get(source.clauses[event.clause].sentence, [])[:_FEW]
        purpose = event.head.test == "soft" and (
            event.op == "reveal" or (event.op == "follow" and _aimed(event, source))
        )
        aimed = purpose and any(e is not event and e.op not in _NO_AIM for e in mates)
        if event.op == "follow" and kept and _is_lateral(kept[-1], event, source):
            kept[-1] = replace(kept[-1], direction=kept[-1].direction or _side(event, source))
            aimed = True
        if event.head.name == "reveal_shot":  # "reveal shot: crane up over the ridge"
            aimed = any(e.first > event.first and _told_by(e, source) for e in mates)
        mount = event.head.mount and moving and not _has_a_line(event, live, source)
        mount = mount or _only_ends(event, mates, source)
        sways = event.op == "shake" or (event.head.name == "sway" and event.bare)
        rests = event.op == "static" and source.tokens[event.first].text.startswith("land")
        swung = event.head.name in ("back", "back_noun") and any(
            e.op == "parallax" and e.first < event.first for e in mates
        )  # « balancement de l'image, de gauche à droite et retour »
        if not (aimed or mount or swung or ((sways or rests) and handheld)):
            kept.append(event)
    return kept


def _is_lateral(before: Event, event: Event, source: Source) -> bool:
    """ "Lateral tracking, the camera keeps pace with the cyclist": what the move is for."""
    here, there = source.clauses[event.clause], source.clauses[before.clause]
    near = here.sentence == there.sentence and here.link in ("comma", "colon")
    return near and before.op == "truck" and not (before.negated or event.negated)


def _side(event: Event, source: Source) -> str | None:
    """The side to which a subject is followed."""
    last = source.clauses[event.clause].last
    words = [t.text for t in source.tokens[event.first : last]]
    sides = {"left": "left", "gauche": "left", "right": "right", "droite": "right"}
    return next((sides[word] for word in words if word in sides), None)


def _has_a_line(event: Event, live: list[Event], source: Source) -> bool:
    """Whether a line of a shot list is all about ``event``: "1) Wide, sticks. 1s"."""
    text, at = source.text, source.tokens[event.first].start
    first, last = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    last = last if last >= 0 else len(text)
    timed = any(first <= mark.first < last for mark in source.marks)
    others = (e for e in live if e is not event)
    return timed and not any(first <= source.tokens[e.first].start < last for e in others)


def _only_ends(event: Event, mates: list[Event], source: Source) -> bool:
    """« longe le quai, arrive sur la barque », "follow her, stable": how a move goes or ends."""
    words = [t.text for t in source.tokens[event.first : event.first + 2]]
    ends = words[0].startswith("arriv") and words[-1] in ("sur", "a", "au", "devant")
    if not (ends or (words[0] == "stable" and event.bare)):
        return False
    moves = (e for e in mates if e.first < event.first and e.op not in _NO_AIM)
    links = ("sentence", "comma")
    return any(True for _ in moves) and source.clauses[event.clause].link in links


def _told_by(event: Event, source: Source) -> bool:
    """Whether ``event`` may say how the shot named before is done."""
    return event.op not in _NO_AIM and source.clauses[event.clause].link in ("colon", "comma")


def _by_sentence(events: list[Event], source: Source) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    for event in events:
        found.setdefault(source.clauses[event.clause].sentence, []).append(event)
    return found


def _without_exceptions(events: list[Event], source: Source) -> list[Event]:
    """ "No camera movement except a slight tilt": the tilt is all there is."""
    excepted = {
        clause.sentence
        for e in events
        if not e.negated and e.op != "static"
        for clause in (source.clauses[e.clause],)
        if any(in_any("except", t.text, LANGS) for t in source.tokens[clause.start : clause.first])
    }
    return [
        e for e in events
        if e.op != "static" or source.clauses[e.clause].sentence not in excepted
    ]  # fmt: skip


def _spelled_out(events: list[Event], source: Source) -> list[Event]:
    """ "Vertigo effect: dolly out while zooming in" names a dolly zoom, then says which."""
    out: list[Event] = []
    for event in events:
        before = out[-1] if out else None
        if (
            before is not None
            and event.op == before.op == "dolly_zoom"
            and None in (before.direction, event.direction)
            and not (before.negated or event.negated)
            and source.clauses[event.clause].sentence == source.clauses[before.clause].sentence
            and source.clauses[event.clause].link not in ("then", "after")
        ):
            way = before.direction or event.direction
            out[-1] = replace(before, direction=way, last=event.last)
        else:
            out.append(event)
    return out


def _made_by(before: Event, event: Event, source: Source) -> Event | None:
    """« remonter par un panoramique », "go down in a tilt": the noun says what, the verb where."""
    told = before.head.test == "soft" and before.direction is not None
    if (
        not told
        or (event.direction and not (event.bare and event.op == "dolly"))
        or event.head.name not in _GEAR
    ):
        return None
    words = [source.tokens[i].text for i in range(before.last, event.first)]
    by = [i for i, word in enumerate(words) if word in _BY]
    path = _path_of(before)
    becomes = event.head.becomes.get(path or "", "~")
    if not by or becomes.startswith("~"):
        return None
    op, _, direction = becomes.partition(" ")
    return replace(
        event, op=op, direction=direction or None, first=before.first, bare=False, form=before.form
    )


def _combined(before: Event, event: Event, source: Source) -> Event | None:
    if before.negated or event.negated or event.extra:
        return None
    same_clause = before.clause == event.clause
    rises = {before.op, event.op} <= {"crane", "pedestal"} and before.direction == event.direction
    again = before.op == event.op and before.direction == event.direction and event.direction
    if same_clause and (rises or again) and _goes_on(before, event, source):
        return replace(before, last=event.last)  # "lifts off and floats up"
    if _is_of_horizon(before, event, source):
        return replace(event, first=before.first)
    if same_clause and event.op == "whip" and before.op == "tilt" and before.bare:
        return replace(event, first=before.first)  # « bascule rapide façon panoramique filé »
    if not same_clause and not _apposed(before, event, source):
        return None
    made = _made_by(before, event, source) if same_clause else None
    if made is not None:
        return made
    if before.op == "rack_focus" and source.clauses[event.clause].link == "colon":
        return before  # « bascule de point : on quitte l'alliance pour les mariés »
    if same_clause and _joined(before, event, source):
        return None
    span = {"first": min(before.first, event.first), "last": max(before.last, event.last)}
    going = event.form == "ing" and event.head.name in ("move", "glide", "turn")
    going = going and event.direction in ("left", "right")
    if going and before.op == "orbit" and before.direction is None:  # "circle him, going right"
        return replace(before, direction=event.direction, last=event.last)
    if before.op == event.op:
        if before.direction is None or (before.bare and event.direction is not None):
            return replace(event, **span)  # type: ignore[arg-type]
        if event.direction is None or event.direction == before.direction or event.bare:
            return replace(before, **span)  # type: ignore[arg-type]
    if before.head.name in _GEAR and before.bare and event.head.test in ("soft", "noun"):
        if event.op == "orbit":
            return replace(event, **span)  # type: ignore[arg-type]
        path = event.direction if event.direction in ("up", "down") else _path_of(event)
        becomes = before.head.becomes.get(path) if path else None
        if becomes:
            op, _, direction = becomes.lstrip("~").partition(" ")
            return replace(event, op=op, direction=direction or None, **span)  # type: ignore[arg-type]
        if event.op == "?":
            return replace(before, **span)  # type: ignore[arg-type]
    if event.op == "?" and same_clause:
        return replace(before, **span)  # type: ignore[arg-type]
    if before.op == "?" and same_clause:
        return replace(event, **span)  # type: ignore[arg-type]
    return None


def _is_of_horizon(before: Event, event: Event, source: Source) -> bool:
    """ "the camera tilts a little, the horizon leans clockwise": a roll, told twice."""
    told = before.op == "tilt" and before.direction is None and event.head.name == "dutch_roll"
    return told and _one_step(before, event, source)


def _on_cranes(events: list[Event], source: Source) -> list[Event]:
    """ "On the jib, we come down", « on monte à la grue »: one move, made by the crane."""
    out: list[Event] = []
    for event in events:
        before = out[-1] if out else None
        pair = (before, event) if before is not None else ()
        gear = [e for e in pair if e.head.name == "crane_shot" and e.bare]
        lifts = [e for e in pair if e.op in ("pedestal", "crane") and e.direction in ("up", "down")]
        if before is not None and gear and lifts and _one_step(before, event, source):
            first, last = min(before.first, event.first), max(before.last, event.last)
            out[-1] = replace(lifts[0], op="crane", first=first, last=last, bare=False)
        else:
            out.append(_back_by_crane(event, out, source))
    return out


def _back_by_crane(event: Event, before: list[Event], source: Source) -> Event:
    """« monter à la grue, … redescendre », "… ease back down": the crane takes the way back."""
    last = next((e for e in reversed(before) if e.op != "static"), None)
    if last is None or last.op != "crane" or event.op != "pedestal":
        return event
    words = [t.text for t in source.tokens[event.first : event.last]]
    back = "back" in words or words[0].startswith(("redescen", "remont"))
    return replace(event, op="crane") if back and last.direction != event.direction else event


def _by_drone(events: list[Event], source: Source) -> list[Event]:
    """ "the drone pulls up and away": what lifts a camera that flies is a crane's move."""
    return [
        replace(e, op="crane") if e.op == "pedestal" and _after_drone(e, source) else e
        for e in events
    ]


def _after_drone(event: Event, source: Source) -> bool:
    """Whether a drone is named before ``event``, as who acts in its sentence."""
    sentence = source.clauses[event.clause].sentence
    for at in range(event.first - 1, 0, -1):
        clause = source.clause_of[at]
        if clause >= 0 and source.clauses[clause].sentence != sentence:
            return False
        if source.tokens[at].text == "drone":
            return in_any("determiner", source.tokens[at - 1].text, LANGS)
    return False


def _one_step(before: Event, event: Event, source: Source) -> bool:
    here, there = source.clauses[event.clause], source.clauses[before.clause]
    near = here.sentence == there.sentence and event.clause - before.clause <= 1
    link = event.clause == before.clause or here.link in ("comma", "colon")
    return near and link and not (before.negated or event.negated)


def _goes_on(before: Event, event: Event, source: Source) -> bool:
    """Whether a second verb goes on with the same move, with no time of its own."""
    between = range(before.last, event.first)
    told = any(source.mark_of[i] >= 0 or source.tokens[i].text in _STEPS for i in between)
    return event.form != "word" and not told


def _path_of(event: Event) -> str | None:
    """The path that the event's head took: found again from its result."""
    for path, value in event.head.becomes.items():
        op, _, direction = value.lstrip("~").partition(" ")
        if path != "bare" and op == event.op and (direction or None) == event.direction:
            return path
    return None


def _apposed(before: Event, event: Event, source: Source) -> bool:
    """ "a tracking shot, gliding left": the next clause goes on with a participle."""
    here, there = source.clauses[event.clause], source.clauses[before.clause]
    if here.sentence != there.sentence or event.clause != before.clause + 1:
        return False
    if here.link == "comma" and event.op == before.op == "static":
        return not any(source.mark_of[i] >= 0 for i in range(there.start, there.last))
    gerund = event.form == "ing" and event.head.test == "soft"
    known = before.bare and before.head.name in _GEAR
    known = known or before.op == "rack_focus"
    if here.link == "colon" and known and event.head.test in ("soft", "noun"):
        return True  # "crane shot: we float up"
    return here.link == "comma" and gerund and (known or before.op == "orbit")


def _joined(before: Event, event: Event, source: Source) -> bool:
    for i in range(before.last, event.first):
        if source.mark_of[i] >= 0 or source.tokens[i].text in _JOINERS:
            return True
    return False


def _aimed(event: Event, source: Source) -> bool:
    """ "to follow the car", "following the car": the purpose of another move."""
    before = source.tokens[event.first - 1].text if event.first else ""
    return event.form == "ing" or before in ("to", "pour", "if")


def _dolly_zooms(events: list[Event], source: Source) -> list[Event]:
    """Dolly one way while zooming the other is a dolly zoom."""
    out: list[Event] = []
    for event in events:
        before = out[-1] if out else None
        if (
            before is not None
            and {before.op, event.op} == {"dolly", "zoom"}
            and _OPPOSITE.get(before.direction or "") == event.direction
            and (_simultaneous(before, event, source) or _named(out[:-1], event, source))
        ):
            dolly = before if before.op == "dolly" else event
            out[-1] = replace(
                before,
                op="dolly_zoom",
                direction=dolly.direction,
                last=max(before.last, event.last),
            )
        else:
            out.append(event)
    return out


def _simultaneous(before: Event, event: Event, source: Source) -> bool:
    if before.negated or event.negated:
        return False
    if before.clause == event.clause:
        words = [source.tokens[i].text for i in range(before.last, event.first)]
        return "then" not in words and "puis" not in words
    here = source.clauses[event.clause]
    return here.sentence == source.clauses[before.clause].sentence and here.link == "while"


def _named(earlier: list[Event], event: Event, source: Source) -> bool:
    """ "Vertigo shot: dolly in, zoom out": the name says that both go on at once."""
    if not earlier or earlier[-1].op != "dolly_zoom" or earlier[-1].negated or event.negated:
        return False
    here, there = source.clauses[event.clause], source.clauses[earlier[-1].clause]
    return here.sentence == there.sentence and here.link in ("comma", "colon")


def _without_platforms(events: list[Event], source: Source) -> list[Event]:
    """A drone that orbits is an orbit; the drone is only how it's done."""
    others = [e for e in events if not e.negated and e.op not in _NO_MOVE]
    others = [e for e in others if source.clauses[e.clause].link != "then"]
    moving = set(_by_sentence(others, source))
    return [
        event
        for event in events
        if event.op != "flyover"
        or not (event.head.platform and event.bare)
        or event.negated
        or source.clauses[event.clause].sentence not in moving
    ]

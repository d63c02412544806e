"""``alive``: what a photo shows of sky, water, plants and faces moves gently, unasked.

The words come first: what they move already, forbid or keep still isn't offered. What is offered
are items of the plan as any other, so that a remix can change them; what the photo doesn't surely
show is taken out of the plan again, without a word of failure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kinora.prompt.words.lexicon import lexicon
from kinora.prompt.words.text import fold, tokenize
from kinora.types.offered import OFFERED, is_offered
from kinora.types.plan import Beat, ElementMotion, Lang, ShotPlan, SubjectAction
from kinora.types.report import Note, Outcome

#: Half of what words without a size ask for.
_AMPLITUDE, _SIZE = 0.25, 0.5
#: Seconds between two blinks, about.
_BLINKS: Final = 4.0

#: Words for persons that the lexicon of who acts leaves out, and those of it that tell of nobody
#: who is there: "no added characters".
_PERSONS: Final = re.compile(r"\b(?:her|him|them|eye|ladies|gens)\b")
_ANYBODY: Final = frozenset({"character", "characters", "personnage", "personnages"})
#: What is offered, and the words that speak of it.
_THINGS: Final[dict[str, str]] = {
    "clouds": r"clouds?|sky|skies|nuages?|ciel",
    "water": r"water|sea|ocean|lake|pond|river|stream|waves?|ripples?|reflections?"
    r"|eau|mer|océan|lac|étang|rivière|ruisseau|vagues?|reflets?",
    "foliage": r"trees?|plants?|leaf|leaves|grass|flowers?|sunflowers?|foliage|vegetation|wind"
    r"|breeze|arbres?|plantes?|feuilles?|feuillages?|herbes?|fleurs?|tournesols?|végétation|vent|brise",
    "blink": r"blink\w*|clign\w*",
    "breathe": r"breath\w*|shoulders?|respir\w*|épaules?",
}
#: What of it persons do.
_ACTS: Final = ("blink", "breathe")
#: Elements of the same matter as one that is offered.
_SAME: Final[dict[str, frozenset[str]]] = {
    "clouds": frozenset({"clouds"}),
    "water": frozenset({"water", "sea", "waves", "river", "waterfall"}),
    "foliage": frozenset({"foliage"}),
}
_CLAUSES: Final = re.compile(r"[,.;:!?\n]|\b(?:but|while|mais|tandis)\b")
_CALM: Final = (
    r"still(?! (?:photo|photograph|image|picture|life|frame|shot)s?\b)|motionless|frozen|unmoving"
    r"|unchanged|untouched|immobiles?|figée?s?|inchangée?s?"
)
#: A clause that says of what it names that it doesn't move.
_STILL: Final = re.compile(
    rf"\b(?:{_CALM}|not|never|no|without|(?:do|does)n't|sans|pas|jamais|aucune?)\b"
)
_ALL: Final = (
    r"everything|everyone|everybody|all|rest|scene|picture|image|photo|background"
    r"|tout|le reste|scène|arrière-plan|fond"
)
#: A clause that says so of everything.
_NOTHING: Final = re.compile(
    rf"\bnothing\b.*\bmov|\brien\b.*\bboug|\b(?:{_ALL})\b.*\b(?:{_CALM})\b|\bfrozen in time\b"
    r"|\b(?:no|without) (?:any )?(?:other )?(?:motion|movements?|animation)\b"
    r"|\b(?:aucun|sans|pas de) (?:autre )?mouvements?\b"
    r"|\bonly (?:the )?camera\b|\bcamera (?:move )?only\b|\bseule la caméra\b"
)

_TOLD: Final[dict[Lang, tuple[str, str, str]]] = {
    "en": (
        "made alive: {done}",
        "; ",
        "made alive: nothing more, for no sky with clouds, water, plants or eyes are surely seen "
        "that the words neither move nor keep",
    ),
    "fr": (
        "rendu vivant : {done}",
        " ; ",
        "rendu vivant : rien de plus, faute de ciel nuageux, d'eau, de plantes ou d'yeux "
        "sûrement visibles que le texte n'anime ni ne garde",
    ),
}


def with_life(plan: ShotPlan) -> ShotPlan:
    """``plan`` with what may move gently where a photo shows it, but for what its words settle."""
    free = [thing for thing in _THINGS if not (_asked(thing, plan) or _forbidden(thing, plan))]
    first = plan.beats[0]
    longest = max(plan.beats, key=lambda beat: beat.seconds)
    elements = tuple(
        ElementMotion(id=f"{OFFERED}{thing}", what=thing, amplitude=_AMPLITUDE)
        for thing in free
        if thing in _SAME
    )
    acts = tuple(_act(thing, longest) for thing in free if thing not in _SAME)

    def filled(beat: Beat) -> Beat:
        more = elements if beat is first else ()
        done = acts if beat is longest else ()
        return beat.model_copy(
            update={"elements": beat.elements + more, "subjects": beat.subjects + done}
        )

    return plan.model_copy(update={"beats": tuple(filled(beat) for beat in plan.beats)})


def settled(
    plan: ShotPlan, outcomes: Sequence[Outcome]
) -> tuple[ShotPlan, tuple[Outcome, ...], Note]:
    """What became of what was offered, once the photo was looked at.

    Args:
        plan: that `with_life` made.
        outcomes: what the engine says of its items.

    Returns:
        The plan with only what moves, the outcomes of what was asked for, and a note of what was
        added.
    """
    lang: Lang = plan.lang[0] if plan.lang else "en"
    told, between, nothing = _TOLD[lang]
    made = {
        each.item: each.done or ""
        for each in outcomes
        if is_offered(each.item) and each.status != "not_supported"
    }
    text = told.format(done=between.join(made.values())) if made else nothing
    beats = tuple(
        beat.model_copy(
            update={
                "elements": tuple(e for e in beat.elements if _stays(e.id, made)),
                "subjects": tuple(s for s in beat.subjects if _stays(s.id, made)),
            }
        )
        for beat in plan.beats
    )
    asked = tuple(each for each in outcomes if not is_offered(each.item))
    return plan.model_copy(update={"beats": beats}), asked, Note(text=text)


def _stays(item: str, made: dict[str, str]) -> bool:
    return item in made or not is_offered(item)


def _act(kind: str, beat: Beat) -> SubjectAction:
    times = min(max(1, round(beat.seconds / _BLINKS)), 20) if kind == "blink" else 1
    return SubjectAction(
        id=f"{OFFERED}{kind}",
        who="person",
        action=kind,
        kind=kind,
        size=_SIZE,
        times=times,
    )


def _asked(thing: str, plan: ShotPlan) -> bool:
    """Whether the plan moves it already."""
    if thing == "foliage" and any(item.kind == "wind" for item in plan.atmosphere):
        return True
    same = _SAME.get(thing, frozenset())
    return any(
        any(element.what in same for element in beat.elements)
        or any(act.kind == thing for act in beat.subjects)
        for beat in plan.beats
    )


def _forbidden(thing: str, plan: ShotPlan) -> bool:
    """Whether the words keep it still, or everything."""
    prompt = plan.prompt.lower().replace("\u2019", "'")
    clauses = _CLAUSES.split(prompt)
    if any(map(_NOTHING.search, clauses)):
        return True
    still = [clause for clause in clauses if _STILL.search(clause)]
    kept = [item.what.lower() for item in plan.constraints if item.kind in ("keep", "avoid")]
    named = re.compile(rf"\b(?:{_THINGS[thing]})\b")
    langs = plan.lang or ("en", "fr")
    return any(
        named.search(text) or (thing in _ACTS and _names_somebody(text, langs))
        for text in (*kept, *still)
    )


def _names_somebody(text: str, langs: Sequence[Lang]) -> bool:
    """Whether words name a person: "grandpa", « la dame », "her"."""
    tokens = [token for token in tokenize(fold(text).text) if token.text not in _ANYBODY]
    single = [replace(token, text=token.text.removesuffix("s")) for token in tokens]
    tables = [lexicon(lang).tables["persons"] for lang in langs]
    found = (
        table.longest(words, at)
        for table in tables
        for words in (tokens, single)
        for at in range(len(words))
        if words[at].text
    )
    return bool(_PERSONS.search(text)) or any(hit and hit.concept == "person" for hit in found)

"""Names of sounds: what some tokens of a clause name, and how the lexicons are asked for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Final, Literal, cast

from kinora.prompt.content.hits import longest
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, Hit, in_any, load
from kinora.prompt.words.source import Source

Kind = Literal["ambience", "effect", "music", "silence", "unknown"]

#: Tables of words on how a sound is to sound.
TOLD: Final = ("sound_level", "sound_distance", "sound_side", "sound_mood", "sound_tempo")
#: Words that join two things.
BOTH: Final = frozenset({"and", "n", "et", "plus", "&", "+", "with", "avec", "over", "mixed"})
#: Words that may open an item of a list.
LEADERS: Final = frozenset(
    ["and", "et", "-", "*", "plus", "+", "then", "puis", "only", "just", "seulement", "juste"]
)
#: Words that tie a thing to its sound.
OF: Final = frozenset({"of", "de", "du", "des", "d'"})
NEAREST: Final = "~"  # before a sound that only comes near what is named
DENIALS: Final = frozenset(
    {"no", "without", "sans", "aucun", "aucune", "ni", "nor", "not", "never", "jamais"}
)
PLEASE: Final = frozenset({"please", "pls", "plz", "thanks", "stp", "svp", "merci"})
#: Words of which some alone name nothing: "nothing else", "that's it", « c'est tout ».
_NO_MORE: Final = frozenset(
    {"that's", "thats", "that", "'s", "it", "all", "kind", "thing", "stuff", "nothing", "else"}
    | {"more", "rien", "autre", "plus", "c'", "est", "tout", "voila", "puis", "both", "hear", "lol"}
    | {"mdr", "thx", "so", "on", "list", "sfx", "brief", "du", "genre", "same", "etc", "like"}
    | {"and", "et", "d'", "d", "ok", "of", "quoi", "bref", "just", "juste", "only", "this"}
)
_UNDONE: Final = frozenset({"not", "never", "nobody", "ne", "jamais"})
_NONE: Final = frozenset({"no", "aucun", "aucune", "nul", "nulle"})  # right before a noun
#: What "never" and "not" may stand before without denying: "never stops barking", "not far away".
_STILL: Final = frozenset({"far", "only", "just", "simply", "merely", "que", "qu'", "seulement"})
_SILENCING: Final = frozenset({"coupe", "coupez", "couper", "eteins", "eteignez", "kill", "mute"})
#: How what is only seen is done: "she laughs silently".
_SOUNDLESS: Final = frozenset(
    {"silently", "soundlessly", "noiselessly", "inaudibly", "silencieusement"}
)
_CEASING: Final = ("stop", "ceas", "cess", "arret")
_JOINING: Final = frozenset({*BOTH, "but", "while", "mais", "tandis"})
_NAMING: Final = ("sounds", "sounding", "resounding")  # names, and who does what
_IN_LISTS: Final = "listed"  # names that mean other things outside a list of sounds
_VAGUE: Final = "pad"  # music of no kind
#: Sounds of those who can make many: what they do says which.
_MANY_VOICED: Final = frozenset({"crowd", "cheer", "door", "metal", "horse", "cat", "market"})
#: What verbs have one sound of, whoever does them.
SAME_FOR_ALL: Final = frozenset(
    {"beep", "creak", "fizz", "groan", "horn", "dog", "cat", "neigh", "sheep", "cow", "pig", "duck"}
    | {"chicken", "owl", "splash", "breaking_glass", "screech", "snoring"}
)
_FEW_WORDS: Final = 2
_REACH: Final = 12  # tokens in which what a sound is of may stand
_OWNER: Final = 6  # tokens in which what sounds may stand after "of"
_FIGURE: Final = 5  # tokens from "of" in which what is only seen may stand
_VERB_NEAR: Final = 4  # tokens after who makes many sounds in which a verb says which
_BEFORE: Final = 3  # tokens in which a denial may stand before what it denies


def holds(source: Source, clause: Clause, table: str) -> bool:
    """Whether a word of a table stands anywhere in a clause."""
    return any(
        longest(source, clause, table, at) is not None for at in range(clause.first, clause.last)
    )


def covered(source: Source, clause: Clause, tables: tuple[str, ...]) -> set[int]:
    """Tokens of a clause that words of these tables take up."""
    found: set[int] = set()
    for at in range(clause.first, clause.last):
        for table in tables:
            hit = longest(source, clause, table, at)
            if hit is not None:
                found |= set(range(hit.first, hit.last))
    return found


def all_said(source: Source, clause: Clause, told: set[int], *, but: int = 0) -> bool:
    """Whether what is left of a clause, ``but`` so many, are words without a meaning."""
    for at in range(clause.first, clause.last):
        word = source.tokens[at].text
        empty = word in LEADERS or in_any("function", word, LANGS)
        if at not in told and source.tokens[at].is_word and not empty:
            but -= 1
    return but >= 0


def names_nothing(source: Source, first: int, last: int) -> bool:
    """Whether tokens [first, last) only end a list: "nothing else", « c'est tout »."""
    words = [source.tokens[at].text for at in range(first, last) if source.tokens[at].is_word]
    return all(word in _NO_MORE or word in PLEASE for word in words)


def tells_at(source: Source, clause: Clause, at: int) -> bool:
    """Whether the word at a token says how something sounds."""
    return any(longest(source, clause, table, at, at + 1) is not None for table in TOLD)


def idle(source: Source, clause: Clause) -> frozenset[int]:
    """Tokens of set phrases that sound and don't mean it: "next door", "jazz hands"."""
    place = (clause.first, clause.last)
    if place not in source.idle:
        source.idle[place] = frozenset(covered(source, clause, ("idle",)))
    return source.idle[place]


def denied(source: Source, clause: Clause, at: int) -> bool:
    """ "no thunder", « pas de cris d'oiseaux »: whether what stands at a token is said not to be
    heard."""
    while at - 2 >= clause.first and source.tokens[at - 1].text in OF - {"de"}:
        at -= 2
    words = [source.tokens[i].text for i in range(max(clause.first, at - _BEFORE), at)]
    if source.tokens[at].text == "pas" and at + 1 < clause.last:  # « pas de voix » are no steps
        words += ["pas", source.tokens[at + 1].text]
    return bool(set(words) & DENIALS) or any(
        pair in (("pas", "de"), ("pas", "d'")) for pair in pairwise(words)
    )


def drawn(source: Source, clause: Clause) -> bool:
    """Whether a clause tells of what is drawn or written: "shouting typography"."""
    return holds(source, clause, "drawn")


def is_figure(source: Source, clause: Clause, at: int) -> bool:
    """Whether a name that ends before token ``at`` is a figure of speech: "an explosion of
    colours"."""
    if at >= clause.last or source.tokens[at].text not in OF:
        return False
    until = min(clause.last, at + _FIGURE)
    return any(longest(source, clause, "figure", i, until) for i in range(at + 1, until))


def undone(source: Source, clause: Clause, first: int, last: int) -> bool:
    """ "the dog isn't barking", « personne ne rit »: whether what tokens [first, last) tell of is
    said not to be done, or is to stop: « coupe le moteur »."""
    if source.tokens[clause.first].text in _SILENCING:
        return True
    start = first
    while start > max(clause.first, first - _BEFORE):
        if source.tokens[start - 1].text in _JOINING:
            break
        start -= 1
    words = [source.tokens[at].text for at in range(start, last)]
    if any(word in _STILL or word.startswith(_CEASING) for word in words):
        return False
    if any(token.text in _SOUNDLESS for token in source.tokens[last : min(last + 2, clause.last)]):
        return True
    none = {source.tokens[at].text for at in range(max(start, first - 1), first + 1)} & _NONE
    return bool(none) or any(is_denial(word) for word in words)


def is_denial(word: str) -> bool:
    """Whether a word says that what follows isn't done: "doesn't", « ne »."""
    return word in _UNDONE or word.endswith("n't") or word.startswith("n'")


@cache
def kind_of(concept: str) -> Kind:
    """Whether it happens, goes on, is music or is none."""
    if not concept:
        return "unknown"
    kinds: dict[str, str] = load("sounds")
    for kind, members in kinds.items():
        if concept.removeprefix(NEAREST) in members.split():
            return cast("Kind", kind)
    return "ambience"


def known(source: Source, clause: Clause) -> bool:
    """Whether a clause names any sound."""
    return bool(sound_in(source, clause, clause.first, clause.last))


def names_music(source: Source, clause: Clause) -> bool:
    """Whether a clause names music, and not only an instrument, which may be seen."""
    best = name_in(source, clause, clause.first, clause.last)
    if best is None or kind_of(best.concept) != "music" or best.last - best.first == 1:
        return False
    sure = longest(source, clause, "heard", best.first, best.last)
    return sure is not None or any(
        longest(source, clause, "musical", at) for at in range(clause.first, clause.last)
    )


def sound_in(source: Source, clause: Clause, first: int, last: int) -> str:
    """The sound that tokens [first, last) name, or whose absence they ask for; "": none."""
    off = [longest(source, clause, "sound_off", at, last) for at in range(first, last)]
    best = name_in(source, clause, first, last)
    for hit in off:
        if hit is not None and hit.last - hit.first == 1 and last - first > _FEW_WORDS:
            continue  # "then everything falls silent"
        if hit is not None and (best is None or hit.last - hit.first >= best.last - best.first):
            return hit.concept
    return "" if best is None else best.concept


def name_in(source: Source, clause: Clause, first: int, last: int) -> Hit | None:
    """The name of a sound that counts in tokens [first, last): the longest, but

    - what a sound is of before the sound: "the hum of a fridge" is a fridge's;
    - of two nouns in a row the second, in English, but who does it before what it does: "a hawk
      screeching" is a hawk's;
    - an instrument before music of no kind.
    """
    best: Hit | None = None
    nothing = idle(source, clause)
    for at in range(first, last):
        hit = None if at in nothing else _named_at(source, clause, at, last)
        if hit is None:
            continue
        if best is None or _counts_more(source, clause, best, hit, last):
            best = hit
    if best is None:
        return None
    done = _what_it_does_next(source, clause, best, last)
    return done or _of_which(source, clause, best, first=first, last=last)


def _named_at(source: Source, clause: Clause, at: int, last: int) -> Hit | None:
    hits = [longest(source, clause, table, at, last) for table in _NAMING]
    best = max((hit for hit in hits if hit), key=lambda hit: hit.last, default=None)
    more = longest(source, clause, _IN_LISTS, at, last)
    if more is None or (best is not None and best.last >= more.last):
        return best
    return more if _is_about_sound(source, clause, at) else best


def _is_about_sound(source: Source, clause: Clause, at: int) -> bool:
    """Whether a token stands in a list of sounds, or in a clause of what "we hear"."""
    if source.section_name(at) == "audio":
        return True
    leads = (longest(source, clause, "sound_lead", i) for i in range(clause.first, clause.last))
    return any(lead is not None and lead.concept == "sound" for lead in leads)


def _counts_more(source: Source, clause: Clause, best: Hit, hit: Hit, last: int) -> bool:
    """Whether a name counts more than one before it."""
    if hit.first >= best.last:
        if hit.first == best.last and _is_noise(source, clause, hit):
            return False  # "a diesel growl"
        done = what_it_does(source, clause, best, hit.first)
        if done is not None and done.concept in SAME_FOR_ALL:  # « l'imprimante bipe »
            return True
        if hit.first > best.last and _acts(source, clause, best):
            return False  # "robots whir on the assembly line"
    longer = hit.last - hit.first > best.last - best.first
    music = kind_of(best.concept) == kind_of(hit.concept) == "music"
    if music and _vagueness(best) != _vagueness(hit):  # « musique à la harpe », "an organ waltz"
        return _vagueness(hit) < _vagueness(best)
    follows = hit.first == best.last and hit.lang == "en" and not _does(source, clause, best, hit)
    equal = hit.last - hit.first == best.last - best.first
    return longer or (follows and equal)


def _is_noise(source: Source, clause: Clause, hit: Hit) -> bool:
    """Whether a name is but a word for a noise, which what stands before it makes: "growl"."""
    noise = longest(source, clause, "noises", hit.first, hit.last)
    return noise is not None and noise.last == hit.last


def _vagueness(music: Hit) -> int:
    """0: an instrument that is known; 1: one that only comes near; 2: music of no kind."""
    if music.concept.removeprefix(NEAREST) == _VAGUE:
        return 2
    return 1 if music.concept.startswith(NEAREST) else 0


def _acts(source: Source, clause: Clause, who: Hit) -> bool:
    """Whether a verb that is only heard follows what is named."""
    verb = longest(source, clause, "audible", who.last) if who.last < clause.last else None
    return verb is not None and verb.form in ("third", "ing")


def _does(source: Source, clause: Clause, who: Hit, what: Hit) -> bool:
    """Whether a word tells what is done: "thunder rumbles" is no rumble, "a hawk screeching" no
    tyre; what a crowd does tells more than that it is there."""
    verb = longest(source, clause, "audible", what.first, what.last)
    if verb is None or verb.form == "word":
        return False
    return what_it_does(source, clause, who, what.first) is None


def what_it_does(source: Source, clause: Clause, who: Hit, at: int) -> Hit | None:
    """What a verb at a token tells beyond who does it: "people clap", "the printer beeps".

    A crowd does many things; a few verbs have one sound, whoever does them.
    """
    verb = longest(source, clause, "does", at)
    if verb is None:
        return None
    many = who.concept.removeprefix(NEAREST) in _MANY_VOICED
    return verb if many or verb.concept in SAME_FOR_ALL else None


def _what_it_does_next(source: Source, clause: Clause, who: Hit, last: int) -> Hit | None:
    """ "people around it clap": what a verb near those who make many sounds tells of them."""
    if who.first > clause.first:  # "cheering guests"
        ahead = what_it_does(source, clause, who, who.first - 1)
        if ahead is not None and ahead.form == "ing" and ahead.last == who.first:
            return replace(ahead, last=who.last)
    for at in range(who.last, min(last, who.last + _VERB_NEAR)):
        done = what_it_does(source, clause, who, at)
        if done is not None and done.form in ("third", "base", "ing"):
            return replace(done, first=who.first)
    return None


def _of_which(source: Source, clause: Clause, best: Hit, *, first: int, last: int) -> Hit:
    """ "the hum of a fridge": what a sound is of, where that is known nearby."""
    last = min(last, best.last + _REACH)
    for at in range(first, last):
        lead = longest(source, clause, "sound_lead", at, last)
        if lead is not None and best.last <= lead.last < last:
            return name_in(source, clause, lead.last, last) or best
    if best.last + 1 >= last or source.tokens[best.last].text not in OF:
        return best
    noise = longest(source, clause, "heard", best.first, best.last)
    told = any(source.tokens[at].text in OF for at in range(best.first, best.last))
    if noise is None or noise.last < best.last or told:  # "the crackle of a fire" of wood
        return best
    owner = name_in(source, clause, best.last + 1, min(last, best.last + _OWNER))
    if owner is None or owner.concept.startswith(NEAREST) > best.concept.startswith(NEAREST):
        return best  # « un bip de caisse »
    return owner

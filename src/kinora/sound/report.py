"""What becomes of each audio item of a plan, before any of it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kinora.sound.choose import audible, choose, is_silenced, name_of
from kinora.sound.speech import find_voice
from kinora.sound.tape import tape_for
from kinora.types.plan import AudioCue, DialogueLine, Lang, ShotPlan
from kinora.types.report import Outcome
from kinora.types.sound import SoundOptions, SoundPlace
from kinora.types.wording import with_marks

#: From how many half frame widths on a sound is told to move, or to be aside.
_MOVES, _MIDDLE = 0.15, 0.08
_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "sound": "sound: {name}",
        "off": "the sound was switched off",
        "silent": "silent clip",
        "left_out": "left out",
        "silenced": "silence, or no music, was asked for as well",
        "unknown": "no such sound is known",
        "nearest": "the nearest sound that is known",
        "placeholder": "a scratch sound, to be replaced for a final mix",
        "no_voice": "no voice for it is installed",
        "voice_how": "install a voice ('pip install kinora[voice]'), or give a recording of yours "
        "(--voice-over)",
        "scratch_voice": "a scratch voice ({voice}), to be replaced for a final mix",
        "voice_over": "spoken by the recording that was given",
        "from": "heard from {what}, {begin}",
        "from_to": "heard from {what}, {begin} at first, {end} at last",
        "middle": "in the middle",
        "left": "{percent:.0f} % to the left",
        "right": "{percent:.0f} % to the right",
        "paced": "at {speed} of its speed and pitch, as the picture",
        "backwards": "played backwards, as the picture",
        "water": "the water",
        "river": "the river",
        "waterfall": "the waterfall",
        "fire": "the fire",
        "plants": "the plants",
        "person": "the person",
        "animal": "the animal",
        "subject": "the subject",
    },
    "fr": {
        "sound": "son : {name}",
        "off": "le son a été coupé",
        "silent": "clip muet",
        "left_out": "laissé de côté",
        "silenced": "le silence, ou pas de musique, a aussi été demandé",
        "unknown": "aucun son de ce genre n’est connu",
        "nearest": "le son connu le plus proche",
        "placeholder": "un son d’ébauche, à remplacer dans un mixage final",
        "no_voice": "aucune voix n’est installée pour elle",
        "voice_how": "installez une voix (« pip install kinora[voice] ») ou donnez votre "
        "enregistrement (--voice-over)",
        "scratch_voice": "une voix d’ébauche ({voice}), à remplacer dans un mixage final",
        "voice_over": "dite par l’enregistrement donné",
        "from": "entendu depuis {what}, {begin}",
        "from_to": "entendu depuis {what}, {begin} d’abord, {end} à la fin",
        "middle": "au milieu",
        "left": "à {percent:.0f} % vers la gauche",
        "right": "à {percent:.0f} % vers la droite",
        "paced": "à {speed} de sa vitesse et de sa hauteur, comme l’image",
        "backwards": "joué à l’envers, comme l’image",
        "water": "l’eau",
        "river": "la rivière",
        "waterfall": "la cascade",
        "fire": "le feu",
        "plants": "les plantes",
        "person": "la personne",
        "animal": "l’animal",
        "subject": "le sujet",
    },
}


def sound_outcomes(plan: ShotPlan, options: SoundOptions, *, lang: Lang) -> tuple[Outcome, ...]:
    """One outcome for each audio cue and spoken line of ``plan``."""
    texts = _TEXTS[lang]
    heard = {item.id for item in audible(plan)}
    mute = is_silenced(plan) and options.voice_over is None
    found = []
    for line in plan.dialogue:
        found.append(_hushed(line.id, texts) if mute else _line_outcome(line, options, lang))
    for item in plan.audio:
        hushed = item.kind != "silence" and item.id not in heard
        found.append(_hushed(item.id, texts) if hushed else _cue_outcome(item, options, lang))
    return tuple(found)


def followed_outcomes(
    plan: ShotPlan, places: Mapping[str, SoundPlace], options: SoundOptions, *, lang: Lang
) -> tuple[Outcome, ...]:
    """What is to be added of sounds that have a place in the picture, or follow its time."""
    if not options.enabled:
        return ()
    texts = _TEXTS[lang]
    found = []
    for item in audible(plan):
        choice = choose(item)
        if choice is None or (choice.cue.kind == "music" and options.audio is not None):
            continue
        told = [_place(places[item.id], lang)] if item.id in places else []
        tape = tape_for(choice.cue, plan.pace)
        if tape.speed != 1.0:
            told.append(with_marks(texts["paced"].format(speed=f"{tape.speed:g}"), lang))
        if tape.backwards:
            told.append(texts["backwards"])
        if told:
            done = ", ".join(told)
            found.append(Outcome(item=item.id, status="understood", done=done, adds=True))
    return tuple(found)


def _place(place: SoundPlace, lang: Lang) -> str:
    """From where a sound is heard, and where it goes."""
    texts = _TEXTS[lang]
    what = texts.get(place.what, place.what)
    begin, end = (_side(float(x), texts) for x in (place.x[0], place.x[-1]))
    moves = abs(float(place.x[-1] - place.x[0])) > _MOVES
    return texts["from_to" if moves else "from"].format(what=what, begin=begin, end=end)


def _side(x: float, texts: dict[str, str]) -> str:
    if abs(x) < _MIDDLE:
        return texts["middle"]
    return texts["left" if x < 0 else "right"].format(percent=min(100.0 * abs(x), 100.0))


def _cue_outcome(item: AudioCue, options: SoundOptions, lang: Lang) -> Outcome:
    texts = _TEXTS[lang]
    if item.kind == "silence":
        return Outcome(item=item.id, status="understood")
    if not options.enabled:
        return _off(item.id, texts)
    choice = choose(item)
    if choice is None:
        return Outcome(item=item.id, status="not_supported", reason=texts["unknown"])
    done = texts["sound"].format(name=name_of(choice.cue, lang))
    if not choice.exact:
        reason = f"{texts['unknown']}{' :' if lang == 'fr' else ':'} {texts['nearest']}"
        return Outcome(item=item.id, status="approximated", done=done, reason=reason)
    if choice.cue.quality == "placeholder":
        reason = texts["placeholder"]
        return Outcome(item=item.id, status="approximated", done=done, reason=reason)
    return Outcome(item=item.id, status="understood", done=done)


def _line_outcome(line: DialogueLine, options: SoundOptions, lang: Lang) -> Outcome:
    texts = _TEXTS[lang]
    if not options.enabled:
        return _off(line.id, texts)
    if options.voice_over is not None:
        return Outcome(item=line.id, status="approximated", done=texts["voice_over"])
    voice = find_voice(line.lang or lang, folder=options.models)
    if voice is None:
        reason, how = texts["no_voice"], texts["voice_how"]
        return Outcome(item=line.id, status="not_supported", reason=reason, how_to_get_it=how)
    if voice.quality == "placeholder":
        done = texts["scratch_voice"].format(voice=voice.name)
        return Outcome(item=line.id, status="approximated", done=done)
    return Outcome(item=line.id, status="understood", done=voice.name)


def _hushed(item: str, texts: dict[str, str]) -> Outcome:
    return Outcome(
        item=item, status="approximated", done=texts["left_out"], reason=texts["silenced"]
    )


def _off(item: str, texts: dict[str, str]) -> Outcome:
    return Outcome(item=item, status="approximated", done=texts["silent"], reason=texts["off"])

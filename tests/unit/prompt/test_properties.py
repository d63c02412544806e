"""What must hold for every prompt whatsoever."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinora.errors import PromptError
from kinora.prompt import Reading, read_prompt, stated_moves
from kinora.types.plan import ShotPlan

WORDS = """
camera push in pan left right tilt up down dolly out zoom truck static hold for 2 s then and while
slowly , . : ; - ( ) [0-1s] 0:00-0:02 at 1.5 s no without 15 % 20 degrees she turns her head hair
moves rain golden hour 35mm cut to "hello there" la caméra avance puis recule travelling avant
arrière panoramique gauche pendant deux secondes sans zoom plan fixe « oui » elle monte Caméra :
Audio : Lumière : first half second half until 3 s xqzt handheld
""".split()  # noqa: SIM905 - readable as it is
prompts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join),
    st.lists(st.sampled_from([*WORDS, "\n"]), max_size=30).map(" ".join),
)


def reading(prompt: str, seconds: float | None = None) -> Reading | None:
    try:
        return read_prompt(prompt, seconds=seconds)
    except PromptError:
        assert not prompt.strip()
        return None


@settings(max_examples=300, deadline=None)
@given(prompt=prompts, seconds=st.one_of(st.none(), st.floats(1, 120)))
def test_beats_are_contiguous_and_cover_the_clip(prompt: str, seconds: float | None) -> None:
    read = reading(prompt, seconds)
    if read is None:
        return
    plan = read.plan
    assert plan.beats[0].t0 == 0
    assert plan.beats[-1].t1 == plan.duration
    assert all(a.t1 == b.t0 for a, b in zip(plan.beats, plan.beats[1:], strict=False))
    assert all(beat.camera for beat in plan.beats)
    assert 1 <= plan.duration <= 120
    if seconds is not None:
        assert plan.duration == pytest.approx(seconds, abs=1e-5)


@settings(max_examples=300, deadline=None)
@given(prompt=prompts)
def test_spans_lie_in_the_prompt_and_quote_it(prompt: str) -> None:
    read = reading(prompt)
    if read is None:
        return
    report = read.report
    spans = [i.span for i in report.items() if i.span] + [
        i.evidence for i in read.plan.items() if i.evidence and isinstance(i.evidence[0], int)
    ]
    assert all(0 <= a < b <= len(prompt) for a, b in spans)
    for piece in (*report.scene, *report.ignored_text):
        assert prompt[piece.span[0] : piece.span[1]] == piece.text


@settings(max_examples=300, deadline=None)
@given(prompt=prompts)
def test_every_plan_item_is_in_exactly_one_list_of_the_report(prompt: str) -> None:
    read = reading(prompt)
    if read is None:
        return
    told = [(i.item, i.status) for i in read.report.items() if i.item is not None]
    again = {line for line in told if line[0].startswith("audio-")}  # a sound, told twice
    lines = [line for line in told if line not in again] + sorted(again)
    assert sorted(item for item, _ in lines) == sorted(item.id for item in read.plan.items())


def _is_letter(char: str) -> bool:
    """Whether a character holds a letter or digit: vowel marks without a letter (U+FE70) don't."""
    return char.isalnum() and any(map(str.isalnum, unicodedata.normalize("NFKD", char)))


@settings(max_examples=300, deadline=None)
@given(prompt=prompts)
def test_no_word_disappears(prompt: str) -> None:
    read = reading(prompt)
    if read is None:
        return
    covered = [False] * len(prompt)
    report = read.report
    spans = [i.span for i in report.items() if i.span]
    spans += [piece.span for piece in (*report.scene, *report.ignored_text)]
    spans += list(read.plan.framing.evidence)
    for start, end in spans:
        covered[start:end] = [True] * (end - start)
    lost = [c for c, told in zip(prompt, covered, strict=True) if _is_letter(c) and not told]
    assert not lost, "".join(lost)


@settings(max_examples=150, deadline=None)
@given(prompt=prompts)
def test_plans_round_trip_through_json(prompt: str) -> None:
    read = reading(prompt)
    if read is not None:
        assert ShotPlan.model_validate_json(read.plan.model_dump_json()) == read.plan


@settings(max_examples=150, deadline=None)
@given(prompt=st.lists(st.sampled_from(WORDS), min_size=1, max_size=20).map(" ".join))
def test_case_and_accents_change_nothing(prompt: str) -> None:
    def moves(text: str) -> list[tuple[str, str | None, float]]:
        plan = read_prompt(text).plan
        return [(m.op, m.direction, b.seconds) for b in plan.beats for m in b.camera]

    if not prompt.strip():
        return
    plain = "".join(c for c in unicodedata.normalize("NFD", prompt) if not unicodedata.combining(c))
    assert moves(prompt) == moves(prompt.upper()) == moves(plain)
    assert moves(prompt) == moves(unicodedata.normalize("NFD", prompt))


@settings(max_examples=50, deadline=None)
@given(prompt=prompts)
def test_reading_twice_gives_the_same(prompt: str) -> None:
    assert reading(prompt) == reading(prompt)


PAIRS = [
    ("slow push in", "travelling avant lent"),
    ("pan left then tilt up", "panoramique à gauche puis panoramique vers le haut"),
    ("The camera pulls back.", "La caméra recule."),
    ("The camera moves closer to the door.", "La caméra se rapproche de la porte."),
    ("zoom out for 2 seconds", "zoom arrière pendant 2 secondes"),
    ("truck right 1 s, hold 2 s", "travelling latéral droit 1 s, pause 2 s"),
    ("orbit around the statue to the left", "travelling circulaire autour de la statue à gauche"),
    ("Static shot.", "Plan fixe."),
    ("no camera movement", "aucun mouvement de caméra"),
    ("dolly zoom", "travelling compensé"),
    ("whip pan right", "panoramique filé à droite"),
    ("crane up", "mouvement de grue vers le haut"),
    ("roll clockwise", "roulis horaire"),
    ("handheld, push in", "caméra à l'épaule, travelling avant"),
    ("rack focus", "bascule de point"),
    ("follow the cyclist", "suivre le cycliste"),
    ("pan right while zooming in", "panoramique à droite tout en zoomant"),
    ("Hair moves in the breeze.", "Les cheveux bougent dans la brise."),
    ("no zoom", "pas de zoom"),
]


@pytest.mark.parametrize(("english", "french"), PAIRS)
def test_translations_give_the_same_moves(english: str, french: str) -> None:
    def moves(text: str) -> list[tuple[str, str | None]]:
        return [(m.op, m.direction) for m in stated_moves(read_prompt(text).plan)]

    assert moves(english) == moves(french)

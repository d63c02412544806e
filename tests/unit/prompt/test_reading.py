"""From words to plan and report: amounts, manner, cues, exclusions, leftovers, bad input."""

from __future__ import annotations

import pytest

from kinora.errors import PromptError
from kinora.prompt import describe, read_prompt, report_of, stated_moves, summarise
from kinora.prompt.words.lexicon import load
from kinora.types.plan import CameraMove


def move(prompt: str) -> CameraMove:
    (found,) = stated_moves(read_prompt(prompt).plan)
    return found


@pytest.mark.parametrize(
    ("prompt", "value", "unit", "source"),
    [
        ("pan left 30 degrees", 30, "degrees", "explicit"),
        ("pan left 30°", 30, "degrees", "explicit"),
        ("tilt up by fifteen degrees", 15, "degrees", "explicit"),
        ("orbite de quarante-cinq degrés vers la gauche", 45, "degrees", "explicit"),
        ("orbit a full circle around the statue", 360, "degrees", "explicit"),
        ("push in 20%", 20, "percent_distance", "explicit"),
        ("truck left 10 percent", 10, "percent_frame", "explicit"),
        ("zoom in 2x", 2, "factor", "explicit"),
        ("zoom in 50 %", 1.5, "factor", "explicit"),
        ("zoom from 24mm to 48mm", 2, "factor", "explicit"),
        ("dolly in by half", 50, "percent_distance", "explicit"),
        ("dolly in 2x", 50, "percent_distance", "explicit"),
    ],
)
def test_amounts(prompt: str, value: float, unit: str, source: str) -> None:
    amount = move(prompt).amount
    assert amount is not None
    assert (amount.value, amount.unit, amount.source) == (pytest.approx(value), unit, source)


@pytest.mark.parametrize(
    ("prompt", "op", "scale", "source"),
    [
        ("pan left", "pan", 1.0, "default"),
        ("slow pan left", "pan", 0.7, "adjective"),
        ("very fast truck right", "truck", 2.0, "adjective"),
        ("dramatic push in", "dolly", 1.6, "adjective"),
        ("slow, subtle push in", "dolly", 0.35, "adjective"),
        ("léger panoramique à gauche", "pan", 0.5, "adjective"),
    ],
)
def test_words_scale_the_default(prompt: str, op: str, scale: float, source: str) -> None:
    default = load("amounts")["defaults"][op]
    amount = move(prompt).amount
    assert amount is not None
    assert amount.value == pytest.approx(default["value"] * scale)
    assert (amount.unit, amount.source) == (default["unit"], source)


def test_an_amount_in_an_unfit_unit_is_approximated_with_a_reason() -> None:
    read = read_prompt("dolly in 3 meters")
    (item,) = read.report.approximated
    assert "scale" in str(item.reason)


@pytest.mark.parametrize(
    ("prompt", "speed", "ease"),
    [
        ("pan left", "normal", "inertial"),
        ("very slow pan left", "very_slow", "inertial"),
        ("Quick pan left.", "fast", "inertial"),
        ("pan left, slowly", "slow", "inertial"),
        ("Slowly, the camera pans left", "slow", "inertial"),
        ("linear pan left", "normal", "linear"),
        ("panoramique gauche à vitesse constante", "normal", "linear"),
        ("pan left, stop-motion", "normal", "stop_motion"),
        ("travelling avant image par image", "normal", "stop_motion"),
    ],
)
def test_speed_and_easing(prompt: str, speed: str, ease: str) -> None:
    found = move(prompt)
    assert (found.speed, found.ease) == (speed, ease)


def test_manner_belongs_to_its_own_move() -> None:
    slow, fast = stated_moves(read_prompt("slow push in, then quick pan left").plan)
    assert (slow.speed, fast.speed) == ("slow", "fast")


def test_the_target_is_kept_as_worded() -> None:
    assert move("The camera pushes in on the Old Lighthouse.").target == "Old Lighthouse"


def test_a_prompt_without_camera_gets_a_marked_gentle_default() -> None:
    read = read_prompt("A red bicycle leaning against a brick wall.")
    (default,) = read.plan.beats[0].camera
    assert (default.op, default.direction, default.evidence) == ("dolly", "in", None)
    assert default.amount is not None
    assert (default.amount.value, default.amount.source) == (6, "default")
    assert default.confidence < 0.5
    assert stated_moves(read.plan) == ()
    assert read.report.assumptions
    assert read.report.scene[0].text.startswith("A red bicycle")


@pytest.mark.parametrize(
    "prompt", ["Static.", "no camera movement", "plan fixe", "no zoom, no pan"]
)
def test_stillness_is_truly_still(prompt: str) -> None:
    plan = read_prompt(prompt).plan
    assert {m.op for b in plan.beats for m in b.camera} == {"static"}


def test_an_excluded_move_becomes_a_constraint() -> None:
    read = read_prompt("Slow push in, no zoom.")
    (avoid,) = read.plan.constraints
    assert (avoid.kind, avoid.what) == ("avoid", "zoom")
    assert [m.op for m in stated_moves(read.plan)] == ["dolly"]


def test_handheld_goes_on_through_all_beats_with_ids_of_its_own() -> None:
    read = read_prompt("handheld, push in, then pan left")
    shaky = [m for b in read.plan.beats for m in b.camera if m.op == "handheld"]
    assert len(shaky) == len(read.plan.beats) == 2
    assert len({m.id for m in shaky}) == 2
    assert len(stated_moves(read.plan)) == 3


def test_a_repaired_word_is_reported_as_read() -> None:
    read = read_prompt("pann left slowly")
    (item,) = read.report.approximated
    assert "pan" in str(item.reason)
    assert item.request.startswith("pann left")


def test_the_nearest_move_is_reported_as_approximated() -> None:
    read = read_prompt("tilt left")
    assert [(m.op, m.direction) for m in stated_moves(read.plan)] == [("pan", "left")]
    assert read.report.approximated[0].reason


def test_nonsense_is_ignored_verbatim() -> None:
    report = read_prompt("asdf qwer zxcv").report
    assert [piece.text for piece in report.ignored_text] == ["asdf qwer zxcv"]


def test_an_order_that_nobody_understands_is_ignored_verbatim() -> None:
    report = read_prompt("The camera does a moonwalk. Push in.").report
    assert any("moonwalk" in piece.text for piece in report.ignored_text)


def test_cues_of_every_kind_are_kept() -> None:
    read = read_prompt(
        "Low angle close-up, 85mm lens, shallow depth of field. A woman smiles, her hair moves in "
        "the wind. Golden hour, fog. Shot like a documentary on 16mm film. Keep the logo "
        'unchanged. The camera pushes in. Ana says: "Come home."\nAudio: rain, an odd gizmo, jazz'
    )
    plan = read.plan
    assert plan.framing.shot == "close-up"
    assert plan.framing.angle == "low"
    assert plan.framing.lens_mm == 85
    assert plan.framing.depth_of_field == "shallow"
    assert [cue.kind for cue in plan.light] == ["golden_hour"]
    assert "fog" in [a.kind for a in plan.atmosphere]
    assert {"documentary", "16mm film"} <= {s.text for s in plan.style}
    assert [c.kind for c in plan.constraints] == ["keep"]
    assert "logo" in plan.constraints[0].what
    (line,) = plan.dialogue
    assert (line.text, line.speaker) == ("Come home.", "Ana")
    assert [(a.raw, a.cue) for a in plan.audio] == [
        ("rain", "rain"), ("an odd gizmo", None), ("jazz", "jazz"),
    ]  # fmt: skip
    assert [s.who for b in plan.beats for s in b.subjects] == ["woman"]
    assert [e.what for b in plan.beats for e in b.elements] == ["hair"]


@pytest.mark.parametrize(
    "prompt",
    ["Push in, then cut to a beach.", "A man enters the frame.", "Coupe sur la plage."],
)
def test_what_one_photo_cannot_show_says_why_and_how_to_get_it(prompt: str) -> None:
    (item,) = read_prompt(prompt).report.not_supported
    assert item.reason
    assert item.how_to_get_it


def test_signs_in_the_picture_are_no_dialogue() -> None:
    plan = read_prompt('A sign with the word "ZOOM IN" above the door.').plan
    assert plan.dialogue == ()
    assert stated_moves(plan) == ()


def test_a_quoted_technique_is_still_read() -> None:
    assert [m.op for m in stated_moves(read_prompt('Use a "dolly zoom" effect.').plan)] == [
        "dolly_zoom"
    ]


def test_reports_speak_the_language_of_the_prompt() -> None:
    french = read_prompt("Panoramique à gauche, puis coupe sur la plage.").report
    assert french.lang == "fr"
    assert "panoramique à gauche" in summarise(french)
    assert summarise(french).startswith("Compris")
    english = read_prompt("Pan left.").report
    assert summarise(english).startswith("Understood: pan left")


def test_a_plan_reads_as_lines() -> None:
    plan = read_prompt("static 1 s, pan left 20 degrees and zoom in for 2 s").plan
    assert describe(plan, lang="en") == (
        "0–1 s  hold still",
        "1–3 s  pan left, 20° + zoom in, ×1.2",
    )


def test_a_given_plan_gets_a_report_of_its_items() -> None:
    plan = read_prompt("Golden hour, pan left 20 degrees.").plan
    report = report_of(plan)
    assert {i.item for i in report.understood} == {item.id for item in plan.items()}
    assert "pan left, 20°" in {i.request for i in report.understood}


@pytest.mark.parametrize("prompt", ["", "   ", "\n\t\u00a0"])
def test_an_empty_prompt_is_refused(prompt: str) -> None:
    with pytest.raises(PromptError, match="empty"):
        read_prompt(prompt)


def test_an_endless_prompt_is_refused() -> None:
    with pytest.raises(PromptError, match="32,000"):
        read_prompt("a" * 32_001)


@pytest.mark.parametrize(
    ("header", "piece"),
    [
        *(("", piece) for piece in ("pan left ", "a", '"', "1 ", "no zoom, ", "camera: ", "- ")),
        *(("", piece) for piece in ("(((", "le ", "1:", "\n", "rain and ")),
        ("Audio: ", "rain and "),
        ("Audio: ", "the sound of rain and "),
        ("Audio: ", "rain sound of "),
        ("Audio : ", "le bruit de la pluie et "),
    ],
)
def test_the_longest_prompts_are_read(header: str, piece: str) -> None:
    prompt = header + (piece * 32_000)[: 31_999 - len(header)] + "x"
    assert read_prompt(prompt).plan.beats


@pytest.mark.parametrize(
    ("prompt", "value", "reason"),
    [
        ("pan left 999999 degrees", 360.0, "the largest amount"),
        ("pan left 0 degrees", 5.0, "an amount of nothing"),
        ("pan left -5 degrees", 5.0, "the minus sign"),
    ],
)
def test_an_amount_that_cannot_be_is_told(prompt: str, value: float, reason: str) -> None:
    read = read_prompt(prompt)
    amount = read.plan.beats[0].camera[0].amount
    assert amount is not None
    assert amount.value == value
    (line,) = read.report.approximated
    assert reason in (line.reason or "")


@pytest.mark.parametrize("prompt", ["pan left 500 s", "panoramique gauche 500 s"])
def test_strictness_refuses_times_without_telling_of_scaling(prompt: str) -> None:
    with pytest.raises(PromptError, match="last 500 s but the clip can't be longer than 120 s"):
        read_prompt(prompt, strict=True)


@pytest.mark.parametrize(
    ("prompt", "inside"),
    [
        ("« Travelling avant lent, il pleut »", "Travelling avant lent, il pleut"),
        ('"Slow push-in, rain falls."', "Slow push-in, rain falls."),
        ("“Pan left over 2 s”.", "Pan left over 2 s"),
    ],
)
def test_quotation_marks_about_a_whole_prompt_say_nothing(prompt: str, inside: str) -> None:
    quoted, bare = read_prompt(prompt), read_prompt(inside)
    assert quoted.plan.prompt == prompt
    told = [[(m.op, m.amount) for m in stated_moves(each.plan)] for each in (quoted, bare)]
    assert told[0] == told[1] != []
    assert quoted.plan.dialogue == ()
    shift = prompt.index(inside)
    spans = [item.span for item in quoted.report.items() if item.span]
    assert spans == [
        (item.span[0] + shift, item.span[1] + shift) for item in bare.report.items() if item.span
    ]


@pytest.mark.parametrize("prompt", ['"Hello there, my friend!"', "« Bonjour à tous »"])
def test_a_quotation_that_asks_for_nothing_is_said(prompt: str) -> None:
    assert [line.text for line in read_prompt(prompt).plan.dialogue] == [prompt[1:-1].strip()]


@pytest.mark.parametrize(
    ("prompt", "told"),
    [("Slow orbit around the boots", "“Slow orbit”"), ("Orbite autour de la statue", "« Orbite »")],
)
def test_notes_on_a_move_dont_break_off_before_its_object(prompt: str, told: str) -> None:
    notes = [note.text.replace("\xa0", " ") for note in read_prompt(prompt).report.assumptions]
    assert any(told in note for note in notes), notes

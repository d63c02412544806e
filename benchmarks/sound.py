"""How good the sound of clips is: ``python -m benchmarks.sound [--json] [--sheet FILE.png]``.

Clips of five sounds and a spoken line are made, encoded, decoded again and measured by FFmpeg's
``ebur128``, which shares no code with ours; effects are timed against their frames, a whoosh
against its camera, speech against the bed. ``--sheet`` draws the spectrogram of the mix.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tests.support.sound import RATE, heard, metered, turning

from benchmarks.common import report
from benchmarks.sound_cues import ask_for, generator
from kinora.encode import default_encoders, encode_clip
from kinora.prompt import read_prompt
from kinora.sound.catalogue import catalogue
from kinora.sound.loudness import integrated
from kinora.sound.make import make_soundtrack, make_speech
from kinora.sound.mix import speaking
from kinora.sound.places import EDGE
from kinora.sound.protocol import Cue
from kinora.sound.spoken import Spoken
from kinora.testing.fakes import Recorder, RisingGrey
from kinora.types.geometry import Size
from kinora.types.motion import Motion
from kinora.types.plan import AudioCue, ShotPlan
from kinora.types.rendition import Rendition
from kinora.types.request import ClipRequest, MaskLike
from kinora.types.sound import SoundOptions, Soundtrack

FPS = Fraction(30)
SECONDS = 6
_LINES = (
    "static. Audio: rain on a tin roof, distant traffic, soft acoustic guitar, birds, thunder at"
    ' 4 s.\nThe old man says: "Come closer, the storm is almost over."'
)
_FRENCH = "Audio : circulation lointaine, guitare acoustique douce, chants d'oiseaux discrets"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--sheet", type=Path)
    given = options.parse_args()
    rows = [
        *mastered(),
        *timed(),
        *whoosh(),
        *followed(),
        *mouth(),
        *ducked(),
        *ambience(),
        *cost(),
        *sentence(),
    ]
    report("sound", rows, as_json=given.json)
    if given.sheet:
        sound = made(planned(_LINES)).samples
        assert sound is not None
        draw(sound, given.sheet)


def planned(prompt: str, *, seconds: float = SECONDS, cues: tuple[AudioCue, ...] = ()) -> ShotPlan:
    """The plan of a prompt, with these cues instead of its own where some are given."""
    plan = read_prompt(prompt, seconds=seconds).plan
    return plan.model_copy(update={"audio": cues}) if cues else plan


def made(
    plan: ShotPlan, motion: Motion | None = None, *, speech: Spoken | None = None, **options: Any
) -> Soundtrack:
    """The sound of a plan."""
    return make_soundtrack(
        plan,
        frame_count=round(plan.duration * FPS),
        fps=FPS,
        motion=motion,
        options=SoundOptions(**{"stems": Path("stems"), **options}),
        lang="en",
        speech=speech,
    )


def decoded(sound: Soundtrack) -> NDArray[np.float32]:
    """``sound`` after an MP4 of grey pictures."""
    assert sound.samples is not None
    count = round(len(sound.samples) * FPS / RATE)
    pictures = Rendition(frames=RisingGrey(), frame_count=count, size=Size(64, 64), fps=FPS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        encoder = default_encoders()["draft"]
        encode_clip(pictures, path, encoder, Recorder(), sound=sound.samples)
        return heard(path)


def row(what: str, value: object, wanted: str) -> dict[str, object]:
    """A line of the table."""
    return {"what": what, "measured": value, "at least": wanted}


def mastered() -> list[dict[str, object]]:
    """Loudness, true peak and length of decoded clips."""
    rows = []
    for target in (-14, -16, -23):
        sound = decoded(made(planned(_LINES), loudness=target))
        meter = metered(sound)
        told = f"{meter.loudness:.2f} LUFS, {meter.true_peak:.2f} dBTP"
        rows.append(row(f"decoded MP4 at {target}", told, "±0.5 LU, ≤ -1.0 dBTP"))
    off = (len(sound) / RATE - SECONDS) * 1000
    rows.append(row("length against picture", f"{off:+.1f} ms", "≤ 20 ms"))
    return rows


def timed() -> list[dict[str, object]]:
    """Onsets of effects in decoded clips, against their frames."""
    worst = 0.0
    for cue in ("knock", "door", "impact", "bell", "glass"):
        for at in (0.5, 1.0, 1.7):
            asked = (AudioCue(id="a", raw=cue, cue=cue, kind="effect", at=at),)
            sound = decoded(made(planned("static", seconds=3, cues=asked), room_tone=False))
            loud = np.abs(sound).max(axis=1)
            onset = int(np.argmax(loud > 0.1 * loud.max())) / RATE
            worst = max(worst, abs(onset - round(at * FPS) / float(FPS)))
    told = f"{worst * 1000:.1f} ms ({worst * float(FPS):.2f} frames), worst of 15"
    return [row("onset of effects", told, "≤ 1 frame")]


def whoosh() -> list[dict[str, object]]:
    """Envelope of the decoded whoosh against the speed of three pans."""
    found = []
    for degrees, seconds in ((10.0, 3.0), (30.0, 2.0), (60.0, 1.0)):
        t = np.arange(round(4 * FPS)) / float(FPS)
        x = np.clip((t - 0.5) / seconds, 0.0, 1.0)
        motion = turning(degrees * (x - np.sin(2 * np.pi * x) / (2 * np.pi)), fps=FPS)
        asked = (AudioCue(id="a", raw="whoosh", cue="whoosh", kind="effect"),)
        sound = decoded(made(planned("static", seconds=4, cues=asked), motion, room_tone=False))
        heard_at = envelope(sound, len(t))
        x = np.clip((t + 0.5 / float(FPS) - 0.5) / seconds, 0.0, 1.0)
        speed = 1 - np.cos(2 * np.pi * x)
        fit = [np.corrcoef(heard_at[6 + k : -6 + k], speed[6:-6])[0, 1] for k in range(-5, 6)]
        found.append((fit[5], int(np.argmax(fit)) - 5))
    told = ", ".join(f"{fit:.3f} at {lag:+d}" for fit, lag in found)
    return [row("whoosh against speed, lag in frames", told, "≥ 0.9, ≤ 1")]


def envelope(samples: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    """RMS of each of ``count`` frames."""
    per = round(RATE / FPS)
    whole = samples[: per * count].astype(np.float64)
    return np.asarray(np.sqrt((whole.reshape(count, -1) ** 2).mean(axis=1)))


def followed() -> list[dict[str, object]]:
    """Where a sound is heard in decoded clips, against where its object is seen in them."""
    off, pairs = [], []
    for x in (0.2, 0.5, 0.8):
        for camera in ("static", "pan right 8 degrees", "truck left 8%", "dolly in 20%"):
            seen, sides = seen_and_heard(x, camera)
            off += list(np.abs(sides - np.clip(seen, -1, 1)))
            pairs += list(zip(seen, sides, strict=True))
    alike = float(np.corrcoef(np.array(pairs).T)[0, 1])
    told = f"{100 * np.mean(off) / 2:.1f} % of the width off, at most {100 * max(off) / 2:.1f} %"
    what = "side of a sound against its object in the frames"
    return [row(what, f"{told}; correlation {alike:.3f}", "≤ 5 %")]


def seen_and_heard(x: float, camera: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where a red disc is in each quarter of a second, and where its sound is, -1 to 1."""
    from kinora.engines.parallax.engine import ParallaxEngine
    from kinora.scene.depth.classical import ClassicalDepth

    photo = np.random.default_rng(1).integers(90, 130, (240, 320, 1), np.uint8).repeat(3, axis=2)
    across, down = np.meshgrid(np.arange(320) - 320 * x, np.arange(240) - 150)
    photo[np.hypot(across, down) < 16] = (220, 20, 20)
    cue = AudioCue(id="a", raw="engine", cue="engine", kind="ambience")
    plan = planned(camera, seconds=2, cues=(cue,))
    masks: dict[str, MaskLike] = {"subject": (x - 0.05, 0.558, x + 0.05, 0.692)}
    request = ClipRequest(image=photo, size=Size(320, 240), fps=FPS, masks=masks, quality="draft")
    made_of = ParallaxEngine(ClassicalDepth()).render(request, plan, Recorder())
    sound = make_soundtrack(
        plan,
        frame_count=made_of.frame_count,
        fps=FPS,
        motion=made_of.motion,
        options=SoundOptions(room_tone=False),
        lang="en",
        places=made_of.places,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        assert sound.samples is not None
        encoder = default_encoders()["draft"]
        encode_clip(made_of, path, encoder, Recorder(), sound=sound.samples)
        discs, samples = red(path), heard(path)
    return np.array([part.mean() for part in np.array_split(discs, 8)]), sides_of(samples)


def red(path: Path) -> NDArray[np.float64]:
    """Where the middle of what is red lies in each frame, from -1 to 1."""
    import av

    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            rgb = frame.to_ndarray(format="rgb24").astype(np.float64)
            weight = np.clip(rgb[..., 0] - rgb[..., 1] - 60, 0, None).sum(axis=0)
            place = (weight * (np.arange(len(weight)) + 0.5)).sum() / weight.sum()
            found.append(2 * place / len(weight) - 1)
    return np.array(found)


def sides_of(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Position of each quarter of a second by the law of equal power, the frame's edge being 1."""
    quarters = samples[: 2 * RATE].reshape(8, -1, 2).std(axis=1)
    return np.asarray((np.arctan2(quarters[:, 1], quarters[:, 0]) * 4 / np.pi - 1) / EDGE)


def mouth() -> list[dict[str, object]]:
    """How far a mouth is open in decoded frames, against the decoded voice."""
    from skimage import data

    from kinora.engines.parallax.engine import ParallaxEngine
    from kinora.scene.depth.classical import ClassicalDepth

    plan = planned('static. She says "Good morning, everybody. We are ready to go now."', seconds=4)
    said = make_speech(plan, fps=FPS, options=SoundOptions(), lang="en")
    wanted = "≥ 0.8, ≤ 2"
    if not any(line.heard for line in said.lines):
        return [row("mouth with the level of its voice", "no voice is installed", wanted)]
    photo = np.asarray(data.astronaut()[:320, 60:380])  # the mouth lies at (165, 150)
    request = ClipRequest(image=photo, size=Size(320, 320), fps=FPS, said=said.lines)
    pictures = ParallaxEngine(ClassicalDepth()).render(request, plan, Recorder())
    sound = made(plan, room_tone=False, speech=said).samples
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        encode_clip(pictures, path, default_encoders()["standard"], Recorder(), sound=sound)
        dark, voice = darkness(path, np.s_[145:165, 150:180]), first_formant(heard(path))
    count = min(len(dark), len(voice))
    fit = [
        float(np.corrcoef(dark[4 : count - 4], voice[4 + lag : count - 4 + lag])[0, 1])
        for lag in range(-4, 5)
    ]
    best = int(np.argmax(fit))
    told = f"{fit[best]:.2f}, {best - 4} frames ahead of it"
    return [row("mouth with the level of its voice", told, wanted)]


def darkness(path: Path, part: tuple[slice, slice]) -> NDArray[np.float64]:
    """How much darker a part of each frame is than that of the first."""
    import av

    with av.open(str(path)) as container:
        luma = [f.to_ndarray(format="gray").astype(float)[part] for f in container.decode(video=0)]
    return np.array([float(np.clip(luma[0] - frame, 0, None).mean()) for frame in luma])


def first_formant(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Level between 200 and 1100 Hz in each frame, in dB over a floor 30 dB under the loudest."""
    mono = samples.mean(axis=1)
    spectrum = np.fft.rfft(mono)
    hertz = np.fft.rfftfreq(len(mono), 1 / RATE)
    spectrum[(hertz < 200) | (hertz > 1100)] = 0
    band = np.fft.irfft(spectrum, len(mono)).astype(np.float32)
    level = envelope(band[:, None], int(len(band) / RATE * FPS))
    return np.asarray(np.clip(20 * np.log10(level / level.max() + 1e-9) + 30, 0, None))


def ducked() -> list[dict[str, object]]:
    """Speech over everything else, while somebody speaks."""
    stems = made(planned(_LINES)).stems
    if "speech" not in stems:
        return [row("speech over bed", "no voice is installed", "≥ 10 dB")]
    talk = np.repeat(speaking(stems["speech"]), RATE // 100)[: len(stems["speech"])]
    bed = sum((stem for name, stem in stems.items() if name != "speech"), start=np.float32(0))
    over = integrated(stems["speech"][talk]) - integrated(np.asarray(bed)[talk])
    return [row("speech over bed while speaking", f"{over:.1f} dB", "≥ 10 dB")]


def ambience() -> list[dict[str, object]]:
    """Width of the ambience, and what no loudspeaker plays."""
    sound = made(planned("static. Audio: wind, rain on leaves, sea, distant traffic, birds."))
    assert sound.samples is not None
    bed = sound.stems["ambience"]
    alike = float(np.corrcoef(bed[:, 0], bed[:, 1])[0, 1])
    power = np.abs(np.fft.rfft(sound.samples, axis=0)) ** 2
    low = float(power[np.fft.rfftfreq(len(bed), 1 / RATE) < 45].sum() / power.sum())
    return [
        row("ambience, left with right", f"{alike:.2f}", "< 0.4"),
        row("energy under 45 Hz", f"{100 * low:.3f} %", "< 1 %"),
        row("DC", f"{abs(float(sound.samples.mean())):.1e}", "none"),
    ]


def cost() -> list[dict[str, object]]:
    """Processor time of a mix of five cues with speech, and of the import."""
    plan = planned(_LINES)
    made(plan)
    shares = sorted(processor_time(plan) / SECONDS for _ in range(7))
    share = f"{shares[3]:.2f} × real time, median of 7 from {shares[0]:.2f} to {shares[-1]:.2f}"
    code = "import time; t = time.process_time(); import numpy; n = time.process_time()\n"
    code += "import kinora.sound.make; print(n - t, time.process_time() - n)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    numpy_alone, own = (float(word) for word in out.stdout.split())
    imported = f"{own:.2f} s, and NumPy {numpy_alone:.2f} s"
    alone = sorted(((cost_of(cue), name) for name, cue in catalogue().items()), reverse=True)
    dearest = ", ".join(f"{name} {share:.2f}" for share, name in alone[:5])
    return [
        row("five cues and speech, one core", share, "≤ 0.3"),
        row(f"dearest of {len(alone)} sounds alone, × real time", dearest, "-"),
        row("import, processor time", imported, "≤ 0.5 s"),
    ]


def cost_of(cue: Cue) -> float:
    """Processor time of a sound alone against real time, made once before."""
    make, ask = generator(cue.make), ask_for(seconds=1.5)
    make(ask)
    start = time.process_time()
    make(ask)
    return (time.process_time() - start) / 1.5


def processor_time(plan: ShotPlan) -> float:
    """Seconds of processor time for the sound of a plan."""
    start = time.process_time()
    made(plan, stems=None)
    return time.process_time() - start


def sentence() -> list[dict[str, object]]:
    """The three sounds of a French sentence, alone in the order of their loudness."""
    plan = planned(_FRENCH)
    levels = {}
    for item in plan.audio:
        alone = plan.model_copy(update={"audio": (item,)})
        sound = make_soundtrack_alone(alone)
        levels[item.cue or item.raw] = sound
    told = ", ".join(f"{name} {level:.0f}" for name, level in sorted(levels.items(), key=_loudest))
    return [row("« circulation lointaine, guitare acoustique douce, chants d'oiseaux discrets »",
                f"{told} LUFS before the mix", "three, in order")]  # fmt: skip


def make_soundtrack_alone(plan: ShotPlan) -> float:
    """Loudness of a plan's only cue, as it goes into the mix."""
    from kinora.sound.tracks import Clock, cue_tracks

    clock = Clock(frame_count=round(plan.duration * FPS), fps=FPS)
    (track,) = cue_tracks(plan, clock, None)
    return integrated(track.samples)


def _loudest(entry: tuple[str, float]) -> float:
    return -entry[1]


def draw(sound: NDArray[np.float32], path: Path) -> None:
    """Spectrogram of both channels, 40 Hz to 20 kHz on a logarithmic axis, 90 dB deep."""
    import cv2

    size, hop, height = 2048, 512, 220
    window = np.hanning(size)
    pictures = []
    for channel in sound.T:
        frames = np.lib.stride_tricks.sliding_window_view(channel, size)[::hop] * window
        level = 20 * np.log10(np.abs(np.fft.rfft(frames, axis=1)).T + 1e-6)
        bins = np.geomspace(40, 20_000, height)[::-1] / (RATE / size)
        shown = np.clip((level[np.round(bins).astype(int)] - level.max()) / 90 + 1, 0, 1)
        pictures.append(cv2.applyColorMap((255 * shown).astype(np.uint8), cv2.COLORMAP_MAGMA))
    gap = np.zeros((6, pictures[0].shape[1], 3), np.uint8)
    cv2.imwrite(str(path), np.concatenate([pictures[0], gap, pictures[1]]))


if __name__ == "__main__":
    main()

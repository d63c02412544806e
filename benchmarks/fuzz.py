"""Feed malformed pictures, clips, manifests and prompts; nothing may crash, hang or bloat.

Run: ``python benchmarks/fuzz.py [--number 10000] [--seed 1]``. Good files are made by code and then
damaged: bits flipped, runs cut out, doubled or overwritten, lengths in headers changed, ends cut
off. Prompts are noise of many scripts, control characters and pieces of words. Each must be taken
or refused by an error of Kinora's own, within five seconds. A worker process does the work; if it
dies, that is a crash. Its memory is told after every thousand.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from multiprocessing.connection import Connection
from pathlib import Path

import av
import numpy as np
from PIL import Image

HANG = 5.0  # seconds
KINDS = ("picture", "clip", "manifest", "prompt")
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_TAGS = (b"moov", b"uuid", b"IDAT", b"IHDR", b"RIFF", b"jumb")
_ALPHABETS = (
    (0x20, 0x7E), (0, 0x1F), (0x80, 0x17F), (0x370, 0x3FF), (0x400, 0x4FF), (0x590, 0x6FF),
    (0x1F300, 0x1F6FF), (0x200B, 0x200F), (0xD800, 0xDFFF), (0x300, 0x36F), (0x4E00, 0x4FFF),
    (0xFF00, 0xFFEF), (0xE0000, 0xE007F),
)  # fmt: skip
_PIECES = (
    "pan left", "dolly in", "0:00-0:02", "9999999999 s", "1e309", "-5 degrees", "{", "}}",
    "zoom 400%", "travelling avant", "then", "for", '"', "'", "<script>", "%s%n", "$(x)", "../../",
    "at 99:99", "naked", "s e x", "n4k3d", "x" * 400, " " * 300, "\n" * 50, "((((((", "a.b.c.d.e",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What became of the inputs of one kind."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)


def pictures(rng: random.Random) -> list[bytes]:
    """Good pictures of every format that is taken."""
    found = []
    for kind in _FORMATS:
        pixels = np.frombuffer(rng.randbytes(96 * 64 * 3), np.uint8).reshape(64, 96, 3)
        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, kind)
        found.append(stream.getvalue())
    return found


def clips() -> list[bytes]:
    """Good clips."""
    found = []
    for container in ("mp4", "mov"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"clip.{container}"
            with av.open(str(path), "w") as output:
                track = output.add_stream("libx264", rate=Fraction(10))
                track.width, track.height, track.pix_fmt = 96, 64, "yuv420p"
                for index in range(10):
                    picture = np.full((64, 96, 3), 20 * index, np.uint8)
                    output.mux(track.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
                output.mux(track.encode(None))
            found.append(path.read_bytes())
    return found


def with_manifest(files: list[bytes]) -> list[bytes]:
    """MP4 files that Kinora signed."""
    from kinora.settings import Settings
    from kinora.types.geometry import Size
    from kinora.types.provenance import Origin
    from kinora.wiring import build_provenance

    found = []
    with tempfile.TemporaryDirectory() as folder:
        provenance = build_provenance(Settings(data_dir=Path(folder)))
        origin = Origin(
            plan=None,
            engine="fuzz",
            quality="draft",
            size=Size(96, 64),
            fps=Fraction(10),
            frame_count=10,
        )
        for data in files:
            path = Path(folder) / "clip.mp4"
            path.write_bytes(data)
            provenance.finish(origin, provenance.sealed(origin))(path)
            found.append(path.read_bytes())
    return found


def damaged(data: bytes, rng: random.Random) -> bytes:
    """``data`` with one to four kinds of damage."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if not out:
            break
        at, length = rng.randrange(len(out)), rng.randint(1, 64)
        match rng.randrange(7):
            case 0:
                out[at] ^= 1 << rng.randrange(8)
            case 1:
                del out[at : at + length]
            case 2:
                out[at : at + length] = rng.randbytes(length)
            case 3:
                out[at:at] = out[at : at + length] * rng.randint(1, 4)
            case 4:  # the fields of headers lie at the start
                early = rng.randrange(min(len(out), 256))
                out[early : early + 4] = rng.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"])
            case 5:
                del out[at:]
            case _:
                out[at : at + 4] = rng.choice(
                    [b"moov", b"uuid", b"IDAT", b"IHDR", b"RIFF", b"jumb"]
                )
    return bytes(out)


def prompt(rng: random.Random) -> str:
    """Noise and pieces of words."""
    parts = []
    for _ in range(rng.randint(1, 40)):
        if rng.random() < 0.5:
            parts.append(rng.choice(_PIECES))
        else:
            low, high = rng.choice(_ALPHABETS)
            parts.append("".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 30))))
    return rng.choice(["", " ", "\n", ", "]).join(parts)[:32_000]


def _good() -> tuple[bytes | str, ...]:
    """An undamaged input of each kind."""
    return pictures(random.Random(0))[0], clips()[0], with_manifest(clips()[:1])[0], "pan left"


def inputs(number: int, seed: int) -> Iterator[tuple[str, bytes | str]]:
    """Malformed inputs, a quarter of each kind."""
    rng = random.Random(seed)
    sources = {"picture": pictures(rng), "clip": clips()}
    sources["manifest"] = with_manifest(sources["clip"][:1])
    for index in range(number):
        kind = KINDS[index % len(KINDS)]
        if kind == "prompt":
            yield kind, prompt(rng)
        else:
            yield kind, damaged(rng.choice(sources[kind]), rng)


def consume(kind: str, value: bytes | str, folder: Path) -> None:
    """What the product does with such an input."""
    from kinora.jobs.looking import look_at_inputs
    from kinora.jobs.reading import PolicyTask, RenderTask, SourceVideo
    from kinora.policy.rulebook import read_rulebook
    from kinora.policy.text import check_text
    from kinora.prompt import read_prompt
    from kinora.provenance.check import check_manifest
    from kinora.service.inputs import check_picture
    from kinora.settings import Settings
    from kinora.types.video import VideoSpec

    if isinstance(value, str):
        check_text(value, read_rulebook())
        read_prompt(value)
        return
    path = folder / kind
    path.write_bytes(value)
    spec = VideoSpec(model="m", engine="e")
    policy = PolicyTask(faces="consent")
    if kind == "picture":
        check_picture(path)
        look_at_inputs(RenderTask(spec=spec, picture=path, policy=policy))
    elif kind == "clip":
        look_at_inputs(RenderTask(spec=spec, sources=(SourceVideo(clip=path),), policy=policy))
    else:
        check_manifest(path, mime="video/mp4", settings=Settings(data_dir=folder))


def work(pipe: Connection) -> None:
    """Consume what comes through ``pipe`` and tell what became of it."""
    from kinora.errors import KinoraError

    with tempfile.TemporaryDirectory() as folder:
        while (message := pipe.recv()) is not None:
            kind, value = message
            start = time.monotonic()
            try:
                consume(kind, value, Path(folder))
                outcome = "taken"
            except KinoraError as error:
                outcome = f"refused: {error.code}"
            except Exception as error:  # what is being looked for
                outcome = f"FAULT {type(error).__name__}: {error}"[:200]
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            pipe.send((outcome, time.monotonic() - start, memory))


@dataclass(slots=True)
class Worker:
    """A process that consumes inputs, started anew where it dies."""

    _process: multiprocessing.Process | None = None
    _pipe: Connection | None = None

    def ask(self, kind: str, value: bytes | str) -> tuple[str, float, float]:
        """What became of an input: in words, in seconds, and the peak memory in MiB."""
        if self._pipe is None:
            here, there = multiprocessing.Pipe()
            self._process = multiprocessing.Process(target=work, args=(there,), daemon=True)
            self._process.start()
            there.close()
            self._pipe = here
            for good in zip(KINDS, _good(), strict=True):  # imports aren't measured
                here.send(good)
                here.recv()
        try:
            self._pipe.send((kind, value))
            if not self._pipe.poll(20 * HANG):  # a loaded machine is slow, not hung
                self.end()
                return "FAULT hang", 20 * HANG, 0.0
            answer: tuple[str, float, float] = self._pipe.recv()
        except (EOFError, OSError):
            self.end()
            return "FAULT crash", 0.0, 0.0
        return answer

    def end(self) -> None:
        """Stop the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None


def run(number: int, seed: int, tell: Callable[[str], None]) -> dict[str, Tally]:
    """Feed ``number`` inputs; answers what became of them by kind."""
    tallies = {kind: Tally() for kind in KINDS}
    worker, first, last = Worker(), 0.0, 0.0
    for index, (kind, value) in enumerate(inputs(number, seed)):
        outcome, seconds, memory = worker.ask(kind, value)
        tally = tallies[kind]
        tally.outcomes[outcome] += 1
        tally.slowest = max(tally.slowest, seconds)
        if outcome.startswith("FAULT") or seconds > HANG:
            tally.faults.append(f"input {index}: {outcome}, {seconds:.1f} s")
        last = memory
        if index == min(500, number - 1):
            first = memory
        if index % 1000 == 999:
            tell(f"{index + 1} inputs, peak memory {memory:.0f} MiB")
    worker.end()
    tell(f"peak memory after 500 inputs {first:.0f} MiB, after all {last:.0f} MiB")
    return tallies


def main() -> None:
    """Print what became of the inputs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    multiprocessing.set_start_method("spawn")
    for kind, tally in run(given.number, given.seed, lambda text: print(text, flush=True)).items():
        common = ", ".join(f"{count} {what}" for what, count in tally.outcomes.most_common(6))
        print(f"{kind}: {common}; slowest {tally.slowest:.2f} s")
        print(*(f"  {fault}" for fault in tally.faults[:20]), sep="\n")


if __name__ == "__main__":
    main()

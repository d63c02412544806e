"""Arguments and options that several commands have, with their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Photo = Annotated[str, typer.Argument(metavar="PHOTO", help="The photo to animate.")]
Prompt = Annotated[str, typer.Argument(metavar="PROMPT", help="What the camera does, in words.")]
OptionalPrompt = Annotated[
    str,
    typer.Argument(metavar="PROMPT", help="What the camera does, in words.", show_default=False),
]
Seconds = Annotated[
    str | None,
    typer.Option(metavar="N", help="Length, 1 to 120; by default what the beats add up to, or 4."),
]
ClipSize = Annotated[
    str | None,
    typer.Option(
        metavar="WxH",
        help="Even sides, 64 to 4096, or 480p, 720p, 1080p, 1440p, 4k; by default the photo's "
        "own shape, at most 720p.",
    ),
]
Fit = Annotated[
    str,
    typer.Option(metavar="crop|pad|strict", help="How a photo of another shape is fitted."),
]
Depth = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Your own depth map of the photo, 8 or 16 bits."),
]
DepthNear = Annotated[
    str, typer.Option(metavar="white|black", help="What is near in the depth map.")
]
DepthModel = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|FILE",
        help="Who estimates depth: learned, classical, a model's name ('kinora models list') or an "
        ".onnx file; by default KINORA_DEPTH_MODEL, or the best there is.",
    ),
]
Audio = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Your own music or sound, cut or repeated to fit."),
]
VoiceOver = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Your own recording in place of a voice.")
]
Seed = Annotated[int, typer.Option(metavar="N", help="For handheld and other chance, from 0.")]
Watermark = Annotated[
    str | None,
    typer.Option(metavar="TEXT|FILE", help="The visible mark: a text, or a logo's picture."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Refuse what can't be done as asked.")]
Masks = Annotated[
    list[str] | None,
    typer.Option(
        "--mask",
        metavar="NAME=FILE",
        help="Where something is: a picture that is white there, or left,top,right,bottom in "
        "shares of the photo; names: water, clouds, flag, fire, keep … May be given several times.",
    ),
]
Characters = Annotated[
    list[str] | None,
    typer.Option(
        "--character",
        metavar="NAME=FILE",
        help="Whom the prompt may call by name: a photo or short clip, whose figure is cut out and "
        "placed; up to two times.",
    ),
]
SavePlan = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the shot plan as JSON."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")]
Debug = Annotated[bool, typer.Option("--debug", help="Print the traceback of a failure.")]

"""The arrow door → pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from kinora.types.character import Sprite
from kinora.types.geometry import Size
from kinora.types.plan import ShotPlan
from kinora.types.report import Report
from kinora.types.scene import Fit, Scene
from kinora.types.sound import SoundOptions
from kinora.types.speech import SaidLine

if TYPE_CHECKING:  # a server that only keeps requests needs neither
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

Quality = Literal["draft", "standard", "pro"]
DepthNear = Literal["white", "black"]  # what a depth map shows near things as

#: Where something is in the photo: a file, its bytes or an (H, W) array, white there, or a box
#: (left, top, right, bottom) in shares of the photo's sides.
MaskLike: TypeAlias = "str | Path | bytes | NDArray[np.generic] | tuple[float, float, float, float]"

#: What a caller may hand in as a picture: a path, encoded bytes, a PIL image, an RGB(A) or grey
#: array (uint8, uint16, or float in [0, 1]), or a `Scene` analysed before.
ImageLike: TypeAlias = "str | Path | bytes | Image | NDArray[np.generic] | Scene"

#: Sizes that the Videos API names; any even size from MIN_SIDE to MAX_SIDE works as well.
API_SIZES = (
    Size(1280, 720),
    Size(720, 1280),
    Size(1792, 1024),
    Size(1024, 1792),
    Size(1920, 1080),
    Size(1080, 1920),
)
MIN_SIDE, MAX_SIDE = 64, 4096
MIN_SECONDS, MAX_SECONDS = 1, 120
MIN_FPS, MAX_FPS = 1, 120
MAX_PROMPT_CHARS = 32_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClipRequest:
    """One clip to make. Values are checked by `kinora.pipeline.check_request`."""

    image: ImageLike
    prompt: str = ""
    plan: ShotPlan | None = None  # instead of the prompt
    report: Report | None = None  # what was said about the plan already
    seconds: Fraction | None = None  # None: the plan's own, else what the prompt's beats add up to
    size: Size | None = None  # None: the API size nearest to the photo's aspect
    fps: Fraction = Fraction(30)
    seed: int = 0
    quality: Quality = "standard"
    fit: Fit = "crop"
    strict: bool = False
    depth: str | Path | NDArray[np.generic] | None = None  # a depth map of the photo
    depth_near: DepthNear = "white"
    loop: bool = False  # the end shall meet the beginning, whatever the words say
    alive: bool = False  # what the photo surely shows that could move does so gently, unasked
    masks: Mapping[str, MaskLike] = field(default_factory=dict)  # where elements are, by name
    sound: SoundOptions = field(default_factory=SoundOptions)
    watermark: str | Path | None = None  # the visible mark: its text, or the path of a logo
    # Whom the prompt may call by name; None: nothing stands out in the picture that was given.
    characters: Mapping[str, Sprite | None] = field(default_factory=dict)
    parents: tuple[Path, ...] = ()  # clips that it changes or continues: its manifest names them
    said: tuple[SaidLine, ...] = ()  # when the plan's lines are said, as the pipeline found
    pictures: Path | None = None  # a clip that shows the same already: only its sound is made anew


class Progress(Protocol):
    """Told how far a stage is; called often, must be quick and may raise to cancel."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """``stage`` is one of ``plan``, ``scene``, ``render``; ``done`` of ``total`` units."""

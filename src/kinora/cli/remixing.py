"""``kinora remix``: a clip changed by words, from its file and what is known of how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kinora.arguments import plan_of
from kinora.clip import Clip, recipe_of_clip, reopen
from kinora.encode.reader import read_facts
from kinora.errors import InputError
from kinora.prompt import report_of
from kinora.recipes import Recipe, recall, remember, sha256_of
from kinora.settings import Settings, load_settings
from kinora.types.request import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the caller says of how a clip was made; None: what is remembered."""

    photo: Path | None = None
    plan: Path | None = None


def remember_clip(
    clip: Clip, *, characters: dict[str, str] | None = None, depth_model: str | None = None
) -> None:
    """Keep how a clip was made, so that it can be remixed later."""
    settings = load_settings()
    recipe = recipe_of_clip(clip, characters=characters or {}, depth_model=depth_model)
    if recipe is not None:
        remember(settings.data_dir, clip.media.sha256, recipe, most=settings.remembered_clips)


def remix(
    path: Path,
    words: str,
    sources: Sources,
    *,
    output: Path,
    seconds: str | None,
    progress: Progress,
) -> Clip:
    """The clip at ``path``, changed as ``words`` say.

    Raises:
        InputError: nothing is known of how it was made, or its photo isn't there.
        NotSupportedError, OutputError, EngineError: as for `animate`.
    """
    recipe = _recipe(path, sources, load_settings())
    clip = reopen(path, recipe).remix(words, seconds=seconds, output=output, progress=progress)
    remember_clip(clip, characters=recipe.characters, depth_model=recipe.depth_model)
    return clip


def _recipe(path: Path, sources: Sources, settings: Settings) -> Recipe:
    known = recall(settings.data_dir, path)
    photo, plan = sources.photo, plan_of(sources.plan)
    if known is None:
        if photo is None or plan is None:
            raise InputError(
                f"How {path.name} was made isn't known here: give its photo and its plan.",
                param="clip",
                hint="--photo FILE --plan FILE; 'kinora animate' writes the plan with --save-plan.",
            )
        facts = read_facts(path)
        return Recipe(
            photo=str(photo.absolute()),
            photo_sha256=sha256_of(photo, param="photo"),
            plan=plan,
            report=report_of(plan),
            size=str(facts.size),
            fps=str(facts.fps),
            frames=round(facts.duration * facts.fps),
        )
    if plan is not None and plan != known.plan:
        raise InputError(
            f"{path.name} was made by another plan than that file's: leave out --plan, or make a "
            "clip of it with 'kinora animate --plan'.",
            param="plan",
        )
    return known if photo is None else known.model_copy(update={"photo": str(photo.absolute())})

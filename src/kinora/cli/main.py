"""The command line: what can be asked for, and nothing heavy until it is.

Each command imports its work inside its body, so that ``kinora --help`` answers at once.
"""

from __future__ import annotations

from gc import set_threshold
from pathlib import Path
from typing import Annotated

import typer

from kinora.cli import audit_app, jobs_app, keys_app, models_app, policy_app, privacy_app
from kinora.cli.failures import EXIT_MEANINGS, reported
from kinora.cli.leaving import ended
from kinora.cli.options import (
    Audio,
    Characters,
    ClipSize,
    Debug,
    Depth,
    DepthModel,
    DepthNear,
    Fit,
    Json,
    Masks,
    OptionalPrompt,
    Photo,
    Prompt,
    SavePlan,
    Seconds,
    Seed,
    Strict,
    VoiceOver,
    Watermark,
)

_EPILOG = "Exit codes: " + " · ".join(f"{code} {text}" for code, text in EXIT_MEANINGS.items())

_GARBAGE_THRESHOLD = 100_000  # new objects between two collections; Python's own is 700

app = typer.Typer(
    name="kinora",
    help="One still photo and a prompt in; a short clip out, with true parallax and exact "
    "camera moves.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        import kinora

        typer.echo(f"kinora {kinora.__version__}")
        raise typer.Exit


@app.callback()
def _kinora(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


@app.command(epilog=_EPILOG)
def animate(
    photo: Photo,
    prompt: OptionalPrompt = "",
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The MP4 to write.")
    ] = Path("clip.mp4"),
    seconds: Seconds = None,
    size: ClipSize = None,
    fps: Annotated[
        str, typer.Option(metavar="N", help="Frames per second: 30, 29.97, 24000/1001.")
    ] = "30",
    seed: Seed = 0,
    quality: Annotated[
        str, typer.Option(metavar="draft|standard|pro", help="Speed or beauty.")
    ] = "standard",
    fit: Fit = "crop",
    depth: Depth = None,
    depth_near: DepthNear = "white",
    depth_model: DepthModel = None,
    no_audio: Annotated[bool, typer.Option("--no-audio", help="Make a silent clip.")] = False,
    audio: Audio = None,
    voice_over: VoiceOver = None,
    loudness: Annotated[
        int, typer.Option(metavar="-14|-16|-23", help="Loudness of the whole, in LUFS.")
    ] = -16,
    no_room_tone: Annotated[
        bool, typer.Option("--no-room-tone", help="No quiet air under what sounds.")
    ] = False,
    stems: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write each stem as a WAV file.")
    ] = None,
    subtitles: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write spoken lines as WebVTT.")
    ] = None,
    burn_subtitles: Annotated[
        bool, typer.Option("--burn-subtitles", help="Draw spoken lines into the picture.")
    ] = False,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A shot plan (JSON) instead of a prompt."),
    ] = None,
    save_plan: SavePlan = None,
    watermark: Watermark = None,
    mask: Masks = None,
    character: Characters = None,
    loop: Annotated[
        bool, typer.Option("--loop", help="Let the clip's end meet its beginning.")
    ] = False,
    alive: Annotated[
        bool | None,
        typer.Option(
            "--alive/--no-alive", help="Clouds, water, plants and a person move gently, or don't."
        ),
    ] = None,
    strict: Strict = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Make a clip from PHOTO: the camera moves as PROMPT says."""
    with reported(debug=debug, as_json=json):
        from kinora.kernels import compile_beside, prepare_caches
        from kinora.settings import load_settings

        compile_beside(prepare_caches(load_settings()))  # before the imports that take long
        from kinora.arguments import named_files
        from kinora.cli.progress import progress_bar
        from kinora.cli.remixing import remember_clip
        from kinora.cli.results import show_clip
        from kinora.files import check_writable
        from kinora.library import animate as make_clip

        figures = named_files(character, param="characters", example="Mia=mia.jpg")
        if save_plan is not None:
            check_writable(save_plan)
        with progress_bar() as progress:
            clip = make_clip(
                photo,
                prompt,
                output=output,
                seconds=seconds,
                size=size,
                fps=fps,
                seed=seed,
                quality=quality,
                fit=fit,
                depth=depth,
                depth_near=depth_near,
                depth_model=depth_model,
                plan=plan,
                watermark=watermark,
                loop=loop,
                alive=alive,
                masks=named_files(mask, param="masks", example="water=mask.png"),
                characters=figures,
                sound=not no_audio,
                audio=audio,
                voice_over=voice_over,
                loudness=loudness,
                room_tone=not no_room_tone,
                stems=stems,
                subtitles=subtitles,
                burn_subtitles=burn_subtitles,
                strict=strict,
                progress=progress,
            )
        remember_clip(clip, characters=figures, depth_model=depth_model)
        show_clip(clip, save_plan=save_plan, as_json=json)


@app.command(epilog=_EPILOG)
def remix(
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help="The clip to change.")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="What shall be different.")],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The MP4 to write.")
    ] = Path("remix.mp4"),
    seconds: Annotated[
        str | None, typer.Option(metavar="N", help="Stretch the clip to another length.")
    ] = None,
    photo: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Its photo, where that lies elsewhere now."),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Its shot plan (JSON), where it was made elsewhere."),
    ] = None,
    save_plan: SavePlan = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Change CLIP as WORDS say; where only the sound changes, its pictures are copied."""
    with reported(debug=debug, as_json=json):
        from kinora.kernels import compile_beside, prepare_caches
        from kinora.settings import load_settings

        compile_beside(prepare_caches(load_settings()))
        from kinora.cli.progress import progress_bar
        from kinora.cli.remixing import Sources
        from kinora.cli.remixing import remix as change
        from kinora.cli.results import show_clip
        from kinora.files import check_writable

        if save_plan is not None:
            check_writable(save_plan)
        with progress_bar() as progress:
            made = change(
                clip,
                words,
                Sources(photo=photo, plan=plan),
                output=output,
                seconds=seconds,
                progress=progress,
            )
        show_clip(made, save_plan=save_plan, as_json=json)


@app.command(epilog=_EPILOG)
def plan(
    prompt: Prompt,
    *,
    seconds: Seconds = None,
    seed: Seed = 0,
    strict: Strict = False,
    save_plan: SavePlan = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Show what PROMPT means, as a timeline; nothing is rendered."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.results import show_plan
        from kinora.library import plan as read_plan

        shot_plan, report = read_plan(prompt, seconds=seconds, seed=seed, strict=strict)
        show_plan(shot_plan, report, save_plan=save_plan, as_json=json)


@app.command(epilog=_EPILOG)
def inspect(
    photo: Photo,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The picture (PNG) to write.")
    ] = Path("sheet.png"),
    size: ClipSize = None,
    fit: Fit = "crop",
    depth: Depth = None,
    depth_near: DepthNear = "white",
    depth_model: DepthModel = None,
    prompt: Annotated[
        str,
        typer.Option(
            metavar="WORDS", help="Draw which way and how fast what these words move would go."
        ),
    ] = "",
    mask: Masks = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Show how PHOTO is understood: disparity, regions, layers, completed background."""
    with reported(debug=debug, as_json=json):
        from kinora.arguments import masks_of, named_files
        from kinora.cli.inspect import show_scene
        from kinora.library import Scene

        scene = Scene.from_image(
            photo,
            size=size,
            fit=fit,
            depth=depth,
            depth_near=depth_near,
            depth_model=depth_model,
        )
        masks = masks_of(named_files(mask, param="masks", example="water=mask.png"))
        show_scene(scene, output, prompt=prompt, masks=masks, as_json=json)


@app.command(epilog=_EPILOG)
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A clip or a picture.")],
    *,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Show what FILE says about where it comes from, and whether that holds."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.verifying import verify as check_file

        check_file(file, as_json=json)


@app.command(epilog=_EPILOG)
def doctor(
    *,
    warm_up: Annotated[
        bool, typer.Option("--warm-up", help="Compile and cache every kernel now.")
    ] = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Check this installation: versions, codecs, CPU, caches, and a one-second self-test."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.doctor import examine

        examine(warm_up=warm_up, as_json=json)


@app.command(epilog=_EPILOG)
def serve(
    *,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="0 takes a free one.")
    ] = 8000,
    data_dir: keys_app.DataDir = None,
    open_access: Annotated[
        bool, typer.Option("--open", help="Ask for no key; on a loopback address only.")
    ] = False,
    workers_off: Annotated[
        bool, typer.Option("--workers-off", help="Render nothing; 'kinora worker' does.")
    ] = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Serve the Videos API: point an OpenAI client's base_url here."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.serving import run as serve_until_stopped

        serve_until_stopped(
            host=host,
            port=port,
            data_dir=data_dir,
            open_access=open_access,
            workers=not workers_off,
            as_json=json,
        )


@app.command(epilog=_EPILOG)
def worker(
    *,
    queues: Annotated[
        str, typer.Option(metavar="LIST", help="Some of cpu, events and control.")
    ] = "cpu,events,control",
    data_dir: keys_app.DataDir = None,
    debug: Debug = False,
) -> None:
    """Execute a server's jobs in one more process, here or on another machine."""
    with reported(debug=debug, as_json=False):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.jobs import work

        work(queues=queues, data_dir=data_dir)


@app.command(epilog=_EPILOG)
def gc(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only.")] = False,
    data_dir: keys_app.DataDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Throw away expired files and what nobody needs; servers do it every hour themselves."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.jobs import collect

        collect(dry_run=dry_run, data_dir=data_dir, as_json=json)


app.add_typer(audit_app.app, name="audit")
app.add_typer(keys_app.app, name="keys")
app.add_typer(jobs_app.app, name="jobs")
app.add_typer(models_app.app, name="models")
app.add_typer(policy_app.app, name="policy")
app.add_typer(privacy_app.app, name="privacy")


def run() -> None:
    """Entry point of the command ``kinora``."""
    # Imports make objects by the hundred thousand that all stay: looking through them for garbage
    # again and again takes a tenth of the time to start.
    set_threshold(_GARBAGE_THRESHOLD)
    ended(app)

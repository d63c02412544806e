"""What the commands print when they succeed: for people, or as JSON."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from kinora.cli.failures import echo_json
from kinora.cli.reporting import print_report
from kinora.cli.timeline import print_timeline
from kinora.clip import Clip
from kinora.files import write_file
from kinora.types.plan import ShotPlan
from kinora.types.report import Report


def show_clip(clip: Clip, *, save_plan: Path | None, as_json: bool) -> None:
    """Print what was made and the report on it.

    Raises:
        OutputError: ``save_plan`` can't be written.
    """
    _save(clip.plan, save_plan)
    if as_json:
        media = clip.media
        file = {
            "path": str(media.path),
            "size": str(media.size),
            "fps": str(media.fps),
            "frames": media.frame_count,
            "seconds": float(media.duration),
            "bytes": media.bytes,
            "sha256": media.sha256,
        }
        echo_json({"clip": file, **_plan_facts(clip.plan, clip.report)})
        return
    console = Console()
    print_report(clip.report, console)
    megabytes = clip.media.bytes / 1e6
    facts = f" · {float(clip.duration):g} s · {clip.size} · {float(clip.fps):g} fps"
    console.print(Text.assemble((str(clip.path), "bold"), facts, f" · {megabytes:.1f} MB"))


def show_plan(plan: ShotPlan, report: Report, *, save_plan: Path | None, as_json: bool) -> None:
    """Print the plan as a timeline, and the report on it.

    Raises:
        OutputError: ``save_plan`` can't be written.
    """
    _save(plan, save_plan)
    if as_json:
        echo_json(_plan_facts(plan, report))
        return
    console = Console()
    print_timeline(plan, console, lang=report.lang)
    print_report(report, console)


def _plan_facts(plan: ShotPlan, report: Report) -> dict[str, object]:
    return {"plan": plan.model_dump(mode="json"), "report": report.model_dump(mode="json")}


def _save(plan: ShotPlan, path: Path | None) -> None:
    if path is not None:
        text = plan.model_dump_json(indent=2) + "\n"
        write_file(path, text.encode("utf-8"))

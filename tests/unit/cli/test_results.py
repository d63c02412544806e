from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from kinora.cli.reporting import print_report
from kinora.cli.results import show_plan
from kinora.cli.timeline import print_timeline
from kinora.errors import OutputError
from kinora.types.plan import Amount, Beat, CameraMove, ShotPlan
from kinora.types.report import Change, IgnoredText, Note, Report, ReportItem

PLAN = ShotPlan(
    duration=4.0,
    beats=(
        Beat(id="b1", t0=0, t1=1),
        Beat(
            id="b2",
            t0=1,
            t1=4,
            camera=(
                CameraMove(
                    id="m1",
                    op="pan",
                    direction="left",
                    amount=Amount(value=20, unit="degrees", source="explicit"),
                ),
                CameraMove(id="m2", op="zoom", direction="in"),
            ),
        ),
    ),
)
REPORT = Report(
    understood=(ReportItem(item="m2", status="understood", request="zoom in"),),
    approximated=(
        ReportItem(
            item="m1", status="approximated", request="pan left 20°", done="12°", reason="edge"
        ),
    ),
    not_supported=(ReportItem(status="not_supported", request="rain"),),
    scene=(IgnoredText(span=(0, 3), text="sea"),),
    ignored_text=(IgnoredText(span=(4, 9), text="plugh"), IgnoredText(span=(9, 12), text="zip")),
    conflicts=(Note(text="6 s in 4 s"),),
    assumptions=(Note(text="4 s"),),
)


def _console(width: int = 100) -> Console:
    return Console(file=io.StringIO(), width=width, force_terminal=False)


def _text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_list_of_the_report_is_printed() -> None:
    console = _console()
    print_report(REPORT, console)
    lines = [line.strip() for line in _text(console).splitlines()]
    assert [line.split("  ")[0] for line in lines] == [
        "✓ understood",
        "≈ approximated",
        "✗ not supported",
        "! conflict",
        "i note",
        "· in the picture",
        "· ignored",
    ]
    assert lines[1].endswith("pan left 20° → 12° (edge)")
    assert "“plugh” · “zip”" in lines[-1]


def test_the_report_speaks_french() -> None:
    console = _console()
    print_report(REPORT.model_copy(update={"lang": "fr"}), console)
    text = _text(console)
    for word in ("compris", "approché", "non réalisable", "ignoré", "conflit", "dans l’image"):
        assert word in text


def test_the_timeline_has_a_bar_for_each_move_where_it_happens() -> None:
    console = _console()
    print_timeline(PLAN, console, lang="en")
    first, second, third = _text(console).splitlines()
    assert first.lstrip().startswith("0–1 s")
    assert second.lstrip().startswith("1–4 s")
    assert first.index("█") == second.index("█") - 8 == third.index("█") - 8  # a quarter of 32
    assert first.count("█") == 8
    assert second.count("█") == third.count("█") == 24
    assert "20" in second


def test_a_plan_is_printed_as_json_that_reads_back(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    show_plan(PLAN, REPORT, save_plan=tmp_path / "plan.json", as_json=True)
    printed = json.loads(capsys.readouterr().out)
    assert ShotPlan.model_validate(printed["plan"]) == PLAN
    assert Report.model_validate(printed["report"]) == REPORT
    assert ShotPlan.model_validate_json((tmp_path / "plan.json").read_text()) == PLAN


def test_a_plan_that_cannot_be_saved_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        show_plan(PLAN, REPORT, save_plan=tmp_path / "absent" / "plan.json", as_json=True)


def test_what_would_be_needed_is_said_as_such() -> None:
    item = ReportItem(status="not_supported", request="rain", how_to_get_it="another engine")
    console = _console()
    print_report(Report(not_supported=(item,)), console)
    assert _text(console).strip().endswith("rain; to get it: another engine")


def test_changes_and_sentences_are_set_as_each_language_does() -> None:
    console = _console()
    report = Report(
        lang="fr",
        approximated=(
            ReportItem(status="approximated", request="Aucun mouvement demandé.", done="avant"),
        ),
        changes=(Change(what="zoom", before="zoom avant", after=None),),
    )
    print_report(report, console)
    assert "Aucun mouvement demandé → avant" in _text(console)
    assert "zoom : zoom avant → −" in _text(console)

from __future__ import annotations

import pytest

from kinora.types.report import Note, Outcome, Report, ReportItem, Status

REPORT = Report(
    understood=(
        ReportItem(item="m1", status="understood", request="pan left", span=(10, 18)),
        ReportItem(item="m2", status="understood", request="zoom in", span=(0, 7)),
    ),
    not_supported=(ReportItem(item="x", status="not_supported", request="rain"),),
)


def test_items_come_in_the_order_of_the_prompt() -> None:
    assert [item.item for item in REPORT.items()] == ["m2", "m1", "x"]


def test_an_outcome_moves_an_item_to_its_list_and_keeps_what_it_says() -> None:
    outcome = Outcome(item="m1", status="approximated", done="pan left 5°", reason="edge")
    report = REPORT.amended([outcome], notes=[Note(text="so it is")])
    assert [item.item for item in report.understood] == ["m2"]
    (moved,) = report.approximated
    assert (moved.item, moved.request) == ("m1", "pan left")
    assert (moved.done, moved.reason) == ("pan left 5°", "edge")
    assert [note.text for note in report.assumptions] == ["so it is"]
    assert len(report.items()) == len(REPORT.items())


@pytest.mark.parametrize("status", ["understood", "approximated"])
def test_an_item_never_gets_better(status: Status) -> None:
    report = REPORT.amended([Outcome(item="x", status=status)])
    assert [item.item for item in report.not_supported] == ["x"]


def test_an_outcome_of_an_unknown_item_is_a_fault() -> None:
    with pytest.raises(KeyError):
        REPORT.amended([Outcome(item="nobody", status="understood")])

"""docs/sound-cues.md names every sound as the catalogue has it."""

from __future__ import annotations

from scripts.make_sound_cues import PAGE, facts

from kinora.sound.catalogue import catalogue


def test_the_page_has_each_sound_as_the_catalogue_has_it() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    assert len(rows) == len(catalogue())
    missing = [cue.id for cue in catalogue().values() if not any(facts(cue) in r for r in rows)]
    assert missing == [], "run: python scripts/make_sound_cues.py"

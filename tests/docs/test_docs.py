"""Documents that can fail: what they name exists, and what exists is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripts.make_reference import render, served_document, with_rules, with_settings
from typer.main import get_command

from kinora.cli.failures import EXIT_MEANINGS, RESTART, UNEXPECTED
from kinora.cli.main import app
from kinora.errors import EXIT_CODES
from kinora.settings import PREFIX, Settings
from kinora.sound.catalogue import catalogue

ROOT = Path(__file__).parents[2]
COMMAND_LINE = (ROOT / "docs" / "command-line.md").read_text()
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()
README = (ROOT / "README.md").read_text()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])

COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def _section(document: str, heading: str) -> str:
    """The text from ``heading`` to the next heading of its level."""
    found = re.search(rf"^## {re.escape(heading)}.*?(?=^## |\Z)", document, re.M | re.S)
    assert found, heading
    return found[0]


def test_every_command_has_its_section() -> None:
    named = re.findall(r"^## `kinora (\w+)", COMMAND_LINE, re.M)
    assert sorted(named) == sorted(COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_documented_options_are_the_options_there_are(command: str) -> None:
    section = _section(COMMAND_LINE, f"`kinora {command}")
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `-")]
    documented = {name for row in rows for name in re.findall(r"`(-[-\w]+)`", row)}
    found = COMMANDS[command]
    leaves = getattr(found, "commands", {command: found}).values()  # of a group: all of its own
    options = [option for leaf in leaves for option in leaf.params]
    there = {name for option in options for name in (*option.opts, *option.secondary_opts)}
    assert documented == {name for name in there if name.startswith("-")}


def test_the_table_of_exit_codes_is_the_one_of_the_program() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", _section(COMMAND_LINE, "Exit codes"), re.M)
    assert {int(code): meaning for code, meaning in rows} == EXIT_MEANINGS
    raised = set(EXIT_CODES.values())
    assert raised <= set(EXIT_MEANINGS)
    assert set(EXIT_MEANINGS) - raised == {0, UNEXPECTED, RESTART, 143}


def test_every_setting_is_documented() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text()
    assert with_settings(operations) == operations  # python scripts/make_reference.py
    documented = set(re.findall(rf"`({PREFIX}\w+)`", _section(COMMAND_LINE, "Environment")))
    named = set(re.findall(rf"`({PREFIX}\w+)[`=]", COMMAND_LINE.partition("## Environment")[0]))
    assert named & {PREFIX + name.upper() for name in Settings.model_fields} <= documented
    assert documented < {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_api_reference_is_the_served_document() -> None:
    page = (ROOT / "docs" / "api-reference.md").read_text()
    assert render(served_document()) == page  # python scripts/make_reference.py


def test_the_policy_page_has_the_rules_there_are() -> None:
    page = (ROOT / "docs" / "policy.md").read_text()
    assert with_rules(page) == page  # python scripts/make_reference.py


def test_the_architecture_page_names_what_exists() -> None:
    paths = re.findall(r"`((?:src/kinora|tests|docs|benchmarks|scripts)/[\w./*-]*)`", ARCHITECTURE)
    assert paths
    missing = [path for path in paths if not list(ROOT.glob(path.rstrip("/")))]
    assert not missing


def test_the_architecture_page_names_every_package_and_module_at_the_top() -> None:
    top = ROOT / "src" / "kinora"
    there = {path.parent.name + "/" for path in top.glob("*/__init__.py")}
    there |= {path.name for path in top.glob("*.py") if not path.name.startswith("__")}
    assert not {name for name in there if f"`{name}`" not in ARCHITECTURE}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_files_resolve(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text())
    targets += re.findall(r'src="([^"]+)"', document.read_text())
    local = [target for target in targets if "://" not in target]
    assert not [target for target in local if not (document.parent / target).exists()]


def test_every_document_of_the_docs_folder_is_linked_once_from_its_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    pages = [path for path in DOCUMENTS if path.is_relative_to(ROOT / "docs")]
    names = [str(page.relative_to(ROOT / "docs")) for page in pages if page.name != "index.md"]
    assert not [name for name in names if index.count(f"({name})") != 1]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_tables_have_a_heading_and_whole_rows(document: Path) -> None:
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.M | re.S)
    for table in re.findall(r"(?:^\|.*\n)+", text, re.M):
        heading, rule, *rows = table.splitlines()
        assert re.fullmatch(r"[|:\- ]+", rule), heading
        cells = len(re.findall(r"(?<!\\)\|", heading))
        assert not [row for row in rows if len(re.findall(r"(?<!\\)\|", row)) != cells]


def test_the_readme_counts_the_sounds_there_are() -> None:
    assert f"[{len(catalogue())} sounds and music beds]" in README


def test_the_readme_is_short_and_starts_with_the_two_commands() -> None:
    lines = README.splitlines()
    assert len(lines) <= 150
    commands = re.search(r"```console\n(.*?)```", README, re.S)
    assert commands
    assert README[: commands.start()].count("\n") < 25
    assert "kinora animate" in commands[1]
    assert "pytest" in commands[1]


def test_lock_files_name_no_host_and_agree() -> None:
    names = ("requirements.lock", "requirements-server.lock", "requirements-dev.lock")
    locks = [(ROOT / name).read_text() for name in names]
    for text in locks:
        assert "://" not in text
        assert "--index-url" not in text
        assert "--find-links" not in text
    pins = re.compile(r"^([\w.-]+==\S+)", re.M)
    clips, service, everything = (set(pins.findall(text)) for text in locks)
    assert clips < service < everything


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = re.search(r"```console\n(.*?)```", README, re.S)
    assert commands
    pip_line = next(
        line
        for line in commands[1].splitlines()
        if "pip install" in line and "pytest" in line and "uv" not in line
    )
    script = (ROOT / ".ci" / "run").read_text()
    for part in pip_line.split("&&"):
        words = part.strip().removeprefix(".venv/bin/").removeprefix("python3 ")
        assert words in script, words

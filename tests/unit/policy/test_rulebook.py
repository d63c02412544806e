from __future__ import annotations

from pathlib import Path

import pytest

from kinora.errors import InputError
from kinora.policy.rulebook import read_rulebook
from kinora.policy.text import check_text


def file(folder: Path, text: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_operator_adds_words_names_and_rules(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        """
version: "acme-1"
words: {en: {nude: {any: in the altogether, not: naked juice}, acme: {any: acme}}}
names: {people: {any: john q public}}
rules: {own.rival: {category: harassment, find: [acme], score: 1.0}}
""",
    )
    book = read_rulebook(path)
    assert book.version == "acme-1"
    assert check_text("a woman in the altogether", book).category == "sexual"
    assert check_text("a naked woman", book).category == "sexual"  # what was there stays
    assert check_text("a woman and a naked juice", book).decision == "allow"
    assert check_text("John Q. Public waves", book).category == "third_party_similarity"
    assert check_text("acme", book).findings[0].rule == "own.rival"


def test_an_operator_lets_categories_pass_but_never_that_of_minors(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        """
categories:
  sexual: {do: note}
  sexual/minors: {do: note, always: false, threshold: 9}
""",
    )
    book = read_rulebook(path)
    noted = check_text("a naked woman", book)
    assert (noted.decision, noted.findings[0].category) == ("allow", "sexual")
    assert check_text("a naked child", book).decision == "refuse"


@pytest.mark.parametrize(
    "text",
    [
        "- a list",
        "unknown: {}",
        "categories: {sexual: {do: maybe}}",
        "categories: {tasteless: {do: refuse, threshold: 1, says: x}}",
        "rules: {own: {category: hate, find: [nothing]}}",
        "rules: {own: {category: hate}}",
        "words: {en: {nude: {any: .. x}}}",
        "a: [",
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_rulebook(file(tmp_path, text))
    assert caught.value.param == "KINORA_POLICY_FILE"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_rulebook(tmp_path / "none.yaml")

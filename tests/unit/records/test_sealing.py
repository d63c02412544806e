from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from kinora.errors import InputError, OutputError
from kinora.records.sealing import Seal, seal_of
from kinora.settings import load_settings

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
SECRET = "whsec_c2VjcmV0"


def test_without_keys_texts_stay_as_they_are() -> None:
    seal = Seal([])
    assert seal.close(SECRET) == seal.open(SECRET) == SECRET
    assert seal.is_current(SECRET)


def test_what_is_sealed_is_opened_by_its_key_alone() -> None:
    stored = Seal([OLD]).close(SECRET)
    assert "whsec" not in stored
    assert SECRET.removeprefix("whsec_") not in stored
    assert stored != Seal([OLD]).close(SECRET)
    assert Seal([OLD]).open(stored) == SECRET
    for keys in ([], [NEW]):
        with pytest.raises(OutputError, match="KINORA_SECRET_KEYS lacks the key"):
            Seal(keys).open(stored)


def test_the_first_key_seals_and_every_key_opens() -> None:
    stored = Seal([OLD]).close(SECRET)
    rotating = Seal([NEW, OLD])
    assert rotating.open(stored) == SECRET
    assert not rotating.is_current(stored)
    assert not rotating.is_current(SECRET), "in clear"
    assert rotating.is_current(rotating.close(SECRET))
    assert Seal([NEW]).open(rotating.close(SECRET)) == SECRET


def test_keys_come_from_the_environment_and_are_never_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KINORA_SECRET_KEYS", f"{NEW}, {OLD}")
    settings = load_settings()
    assert seal_of(settings).open(Seal([OLD]).close(SECRET)) == SECRET
    assert NEW not in repr(settings)
    assert OLD not in repr(settings)


@pytest.mark.parametrize("keys", ["short", f"{NEW},x", NEW[:-4], f"{NEW[:-1]}!"])
def test_what_is_no_key_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, keys: str
) -> None:
    monkeypatch.setenv("KINORA_SECRET_KEYS", keys)
    with pytest.raises(InputError, match=r"KINORA_SECRET_KEYS .*32 bytes") as caught:
        load_settings()
    assert keys not in str(caught.value)

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa

from kinora.errors import FieldError, MissingError
from kinora.records.tables import api_keys
from kinora.service import keys
from kinora.service.context import Service


def test_secrets_are_long_random_and_checked() -> None:
    secrets = {keys.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    for secret in secrets:
        assert secret.startswith("sk-kin-")
        assert len(secret) == 7 + 43 + 6
        assert keys.well_formed(secret)
        wrong = secret[:20] + ("a" if secret[20] != "a" else "b") + secret[21:]
        assert not keys.well_formed(wrong)
    for other in ("", "sk-kin-", "sk-proj-abc", "é" * 56, "sk-kin-" + "é" * 49):
        assert not keys.well_formed(other)


def test_the_secret_is_stored_nowhere(service: Service) -> None:
    key, secret = keys.create(service.database, "x")
    with service.database.read() as connection:
        row = connection.execute(sa.select(api_keys)).one()
    assert secret not in str(tuple(row))
    assert row.hash == hashlib.sha256(secret.encode()).hexdigest()
    assert keys.find(service.database, keys.digest(secret)) == key
    assert keys.find(service.database, keys.digest(keys.new_secret())) is None


def test_masks_tell_keys_apart_and_give_nothing_away() -> None:
    secret = keys.new_secret()
    assert keys.masked(secret) == f"sk-…{secret[-4:]}"
    assert keys.masked("password") == "…"


def test_revoking_ends_a_key_and_repeats_quietly(service: Service) -> None:
    key, secret = keys.create(service.database, "x", limits={"per_minute": 3})
    assert key.per_minute == 3
    first = keys.revoke(service.database, key.id)
    assert first.revoked_at is not None
    assert keys.revoke(service.database, key.id) == first
    assert keys.find(service.database, keys.digest(secret)) is None
    with pytest.raises(MissingError, match="key_none"):
        keys.revoke(service.database, "key_none")


def test_the_first_key_is_made_where_none_is_usable(service: Service) -> None:
    secret = keys.create_first(service.database)
    assert secret
    assert keys.create_first(service.database) is None
    (key,) = keys.every(service.database)
    keys.revoke(service.database, key.id)
    assert keys.create_first(service.database)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"project_id": "a/b"},
        {"scopes": []},
        {"scopes": ["read", "root"]},
        {"limits": {"max_active": 0}},
    ],
)
def test_what_cannot_be_a_key(service: Service, wrong: dict[str, object]) -> None:
    arguments: dict[str, object] = {"name": "x", **wrong}
    with pytest.raises(FieldError):
        keys.create(service.database, **arguments)  # type: ignore[arg-type]
    assert not keys.every(service.database)

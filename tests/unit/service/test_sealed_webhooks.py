"""Webhooks' secrets under keys: never in clear in the database, and still good for signing."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from pydantic import SecretStr

from kinora.errors import OutputError
from kinora.records.tables import webhook_endpoints
from kinora.records.webhooks import EndpointRow
from kinora.service import webhooks
from kinora.service.context import Service, open_service
from kinora.settings import Settings
from kinora.types.account import Caller

CALLER = Caller(project_id="p1", key=None)
OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def settings(folder: Path, *keys: str) -> Settings:
    return Settings(
        data_dir=folder / "data",
        cache_dir=folder / "cache",
        secret_keys=tuple(map(SecretStr, keys)),
        allow_private_addresses=True,
    )


def endpoint(service: Service) -> EndpointRow:
    return webhooks.create_endpoint(
        service, CALLER, name="mine", url="https://127.0.0.1/", event_types=["video.completed"]
    )


def stored(service: Service) -> list[str]:
    """Every secret as it lies in the database."""
    columns = webhook_endpoints.c
    with service.database.read() as connection:
        rows = connection.execute(sa.select(columns.secret, columns.old_secret)).all()
    return [text for row in rows for text in row if text is not None]


def test_secrets_are_shown_once_and_stored_sealed(tmp_path: Path) -> None:
    with open_service(settings(tmp_path, NEW)) as service:
        made = endpoint(service)
        assert made.secret.startswith("whsec_")
        turned = webhooks.rotate_secret(service, CALLER, made.id, keep_old=True)
        assert turned.secret.startswith("whsec_")
        assert turned.secret != made.secret
        assert len(stored(service)) == 2
        assert all(text.startswith("fernet:") for text in stored(service))
        found = webhooks.get_endpoint(service, CALLER, made.id)
        assert (found.secret, found.old_secret) == (turned.secret, made.secret)
        assert webhooks.list_endpoints(service, CALLER).items == [found]
    assert made.secret.encode() not in (tmp_path / "data" / "kinora.db").read_bytes()


def test_the_next_start_seals_what_lies_in_clear_or_under_an_older_key(tmp_path: Path) -> None:
    with open_service(settings(tmp_path)) as service:
        made = endpoint(service)
        turned = webhooks.rotate_secret(service, CALLER, made.id, keep_old=True)
        assert stored(service) == [turned.secret, made.secret]
    for keys in [(OLD,), (NEW, OLD), (NEW,)]:
        with open_service(settings(tmp_path, *keys)) as service:
            found = webhooks.get_endpoint(service, CALLER, made.id)
            assert (found.secret, found.old_secret) == (turned.secret, made.secret)
            assert all(text.startswith("fernet:") for text in stored(service))
            before = stored(service)
    with open_service(settings(tmp_path, NEW)) as service:
        assert stored(service) == before, "sealed once"


def test_without_its_key_a_secret_is_neither_shown_nor_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_service(settings(tmp_path, OLD)) as service:
        made = endpoint(service)
    with open_service(settings(tmp_path, NEW)) as service:
        assert "webhook_secrets_unreadable" in "".join(capsys.readouterr())  # wherever logs go
        assert webhooks.get_endpoint(service, CALLER, made.id).secret == ""
        with pytest.raises(OutputError, match="KINORA_SECRET_KEYS"):
            webhooks.send_test(service, CALLER, made.id, event_type="video.completed")
    with open_service(settings(tmp_path, OLD)) as service:
        assert webhooks.get_endpoint(service, CALLER, made.id).secret == made.secret

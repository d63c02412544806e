from __future__ import annotations

import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kinora.errors import InputError, OutputError
from kinora.records.database import Database, open_database
from kinora.records.migrate import migrate
from kinora.records.tables import api_keys, metadata


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(f"sqlite:///{tmp_path / 'deep' / 'kinora.db'}")


def _key(name: str) -> dict[str, object]:
    return {
        "id": name,
        "hash": name,
        "name": name,
        "project_id": "p",
        "hint": "…",
        "scopes": "read",
        "created_at": 1.0,
    }


def test_a_new_file_is_in_wal_mode(database: Database) -> None:
    header = Path(database.url.database or "").read_bytes()[18:20]
    assert header == b"\x02\x02"


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    migrate(database)
    with database.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "kinora_schema", "compare_type": True}
        )
        ours = [d for d in compare_metadata(context, metadata) if "kinora_schema" not in str(d)]
    assert ours == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    with database.begin() as connection:
        connection.execute(api_keys.insert().values(**_key("kept")))
    migrate(database)
    with database.read() as connection:
        assert connection.execute(sa.select(api_keys.c.id)).scalars().all() == ["kept"]


def test_an_error_doesnt_show_values(database: Database) -> None:
    migrate(database)
    twice = api_keys.insert().values([_key("a secret"), _key("a secret")])
    with pytest.raises(sa.exc.IntegrityError) as caught, database.begin() as connection:
        connection.execute(twice)
    assert "a secret" not in str(caught.value)


def test_an_exception_rolls_back(database: Database) -> None:
    migrate(database)

    def write_and_fail() -> None:
        with database.begin() as connection:
            connection.execute(api_keys.insert().values(**_key("lost")))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with database.read() as connection:
        assert connection.execute(sa.select(api_keys.c.id)).all() == []


def test_what_a_transaction_read_still_holds_when_it_writes(database: Database) -> None:
    """Eight threads admit one row each unless there are three: exactly three get in."""
    migrate(database)
    barrier = threading.Barrier(8)

    def admit(name: str) -> None:
        barrier.wait()
        with database.begin() as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(api_keys)).scalar()
            if count is not None and count < 3:
                connection.execute(api_keys.insert().values(**_key(name)))

    threads = [threading.Thread(target=admit, args=(f"k{i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert len(connection.execute(sa.select(api_keys.c.id)).all()) == 3


def test_a_reader_does_not_wait_for_an_open_transaction(database: Database) -> None:
    migrate(database)
    with database.begin() as writer:
        writer.execute(api_keys.insert().values(**_key("unseen")))
        with database.read() as reader:
            assert reader.execute(sa.select(api_keys.c.id)).all() == []


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite://"])
def test_other_urls_are_refused_with_what_is_allowed(url: str) -> None:
    with pytest.raises(InputError, match=r"sqlite:///PATH or postgresql://"):
        open_database(url)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"kinora\.db can't be opened"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'kinora.db'}")

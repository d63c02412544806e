"""What every use case needs, in one frozen value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from kinora.errors import InputError
from kinora.jobs.queue import DbosQueue, JobQueue, prepare
from kinora.policy.rulebook import read_rulebook
from kinora.records import webhooks
from kinora.records.database import Database, open_database
from kinora.records.migrate import migrate
from kinora.records.sealing import SETTING, seal_of
from kinora.service.gate import Gate
from kinora.service.known import KnownPictures
from kinora.service.outlook import Outlook
from kinora.settings import Settings
from kinora.storage.blobs import Blobs, open_blobs
from kinora.storage.sealed import SealedBlobs

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The open database, store and queue of this process."""

    settings: Settings
    database: Database
    blobs: Blobs
    queue: JobQueue
    outlook: Outlook = field(default_factory=Outlook)
    gate: Gate = field(default_factory=Gate)
    pictures: KnownPictures = field(default_factory=KnownPictures)


def _reseal(database: Database, settings: Settings) -> None:
    """Secrets that lie in clear, or under an older key, go under the first one."""
    unread = webhooks.reseal(database, seal_of(settings))
    if unread:
        _log.warning("webhook_secrets_unreadable", endpoints=unread, setting=SETTING)


def _open_store(settings: Settings) -> Blobs:
    blobs = open_blobs(settings.store)
    if not settings.seal_uploads:
        return blobs
    if not settings.secret_keys:
        raise InputError(
            "KINORA_SEAL_UPLOADS needs a key to seal with: set KINORA_SECRET_KEYS.", param=SETTING
        )
    return SealedBlobs(blobs, [key.get_secret_value() for key in settings.secret_keys])


@contextmanager
def open_service(settings: Settings) -> Iterator[Service]:
    """The database brought to this version, the store and the queue; closed with the block.

    Raises:
        InputError: a URL, a key or the policy file in the settings can't be used.
        OutputError: the database or the store can't be opened.
    """
    read_rulebook(settings.policy_file)  # a fault in it shows now, and no request waits for it
    database = open_database(settings.database)
    try:
        migrate(database)
        _reseal(database, settings)
        prepare(database)
        queue = DbosQueue(database)
        try:
            yield Service(
                settings=settings,
                database=database,
                blobs=_open_store(settings),
                queue=queue,
            )
        finally:
            queue.close()
    finally:
        database.close()

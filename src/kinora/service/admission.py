"""Accepting a video: limits, row and job in one transaction.

Commit leaves all of them, rollback none.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

import sqlalchemy as sa

from kinora.errors import FieldError, LimitError, MissingError
from kinora.jobs.queue import RENDER, RENDER_QUEUE, Job
from kinora.records import idempotency, videos
from kinora.records.idempotency import Repeatable
from kinora.records.ids import video_id
from kinora.service.audit import checked, noting_refusals
from kinora.service.context import Service
from kinora.service.gate import Turn
from kinora.service.likeness_rules import check_characters, note_uses
from kinora.settings import Settings
from kinora.types.account import ApiKey, Caller
from kinora.types.policy import Verdict
from kinora.types.video import Video, VideoSpec

DEFAULT_PRIORITY, BATCH_PRIORITY = 10, 20
#: How long an Idempotency-Key is remembered, seconds.
KEY_LIFETIME = 86_400.0
_MINUTE, _DAY = 60.0, 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What tells a repeated POST from a new one."""

    body_sha256: str  # of the path and the fields
    key: str | None = None  # the caller's Idempotency-Key
    is_retry: bool = False  # the client says that it sends this again

    @property
    def token(self) -> str:
        """What earlier attempts are looked up by."""
        return f"body:{self.body_sha256}" if self.key is None else f"key:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """Where in a batch a video comes from."""

    batch_id: str
    custom_id: str

    @property
    def attempt(self) -> Attempt:
        """The same for each try of the line."""
        digest = hashlib.sha256(self.custom_id.encode()).hexdigest()
        return Attempt(body_sha256=digest, key=f"{self.batch_id}/{digest}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVideo:
    """A video that may be accepted."""

    spec: VideoSpec
    size: str  # WxH
    seconds: str  # of the whole clip
    remixed_from: str | None = None
    extensions: int = 0
    priority: int = DEFAULT_PRIORITY
    batch_id: str | None = None
    custom_id: str | None = None
    verdicts: tuple[Verdict, ...] = ()  # of the checks that let it through


def admit(
    service: Service, caller: Caller, new: NewVideo, *, attempt: Attempt | None = None
) -> Video:
    """Accept ``new``, or find what an earlier attempt made; blocks.

    Args:
        service: database and queue.
        caller: whose video it is, and whose limits count.
        new: the video.
        attempt: None: never a repetition.

    Raises:
        LimitError: a limit of the key is reached, or the queue is full.
        FieldError: the Idempotency-Key was used with another body.
        MissingError: the earlier attempt's video was deleted.
        PolicyError: a character's owner doesn't agree, or no longer.
    """
    with noting_refusals(service, caller), service.database.begin() as connection:
        return admit_within(Turn(connection), service, caller, new, attempt=attempt)


def admit_within(
    turn: Turn,
    service: Service,
    caller: Caller,
    new: NewVideo,
    *,
    attempt: Attempt | None,
) -> Video:
    """`admit` in the caller's transaction."""
    now, connection = time.time(), turn.connection
    created = _row(caller, new, now)
    if attempt is not None:
        earlier = _earlier(connection, service.settings, caller, attempt, created.id, now)
        if earlier is not None:
            return _found(connection, earlier)
    _check_limits(turn, service.settings, caller, now)
    used = check_characters(connection, caller, new.spec.character_ids, at=now)
    values = {name: value for name, value in vars(created).items() if name != "seq"}
    seq = videos.insert(connection, **values, input_key=new.spec.input_key)
    turn.add(seq)
    note_uses(connection, used.consents, caller, video_id=created.id, at=now)
    verdicts = (*new.verdicts, *used.verdicts)
    if verdicts:
        consent = new.spec.likeness_consent
        turn.note(checked(created.id, caller, verdicts, at=now, consent=consent))
    service.queue.enqueue(
        connection,
        Job(
            id=created.id,
            workflow=RENDER,
            queue=RENDER_QUEUE,
            arguments=(created.id,),
            priority=new.priority,
        ),
    )
    return Video(seq=seq, **values)


def _row(caller: Caller, new: NewVideo, now: float) -> Video:
    return Video(
        seq=0,  # the database counts
        id=video_id(),
        project_id=caller.project_id,
        key_id=caller.key_id,
        status="queued",
        progress=0,
        model=new.spec.model,
        prompt=new.spec.prompt,
        size=new.size,
        seconds=new.seconds,
        created_at=now,
        remixed_from=new.remixed_from,
        extensions=new.extensions,
        priority=new.priority,
        batch_id=new.batch_id,
        custom_id=new.custom_id,
        spec_json=new.spec.model_dump_json(),
    )


def _earlier(
    connection: sa.Connection,
    settings: Settings,
    caller: Caller,
    attempt: Attempt,
    new_id: str,
    now: float,
) -> str | None:
    """The id of what an earlier attempt made; None makes this one the first."""
    post = Repeatable(
        scope=caller.key_id or "open",
        token=attempt.token,
        body_sha256=attempt.body_sha256,
        object_id=new_id,
        created_at=now,
    )
    since = now - KEY_LIFETIME
    if attempt.key is None:
        # The same body sent anew, without being a retry, is another video.
        since_retry = now - settings.retry_window
        found = idempotency.claim(
            connection, post, unless_since=since_retry if attempt.is_retry else None
        )
    else:
        found = idempotency.claim(connection, post, unless_since=since)
    if found is None:
        return None
    if found.body_sha256 != attempt.body_sha256:
        raise FieldError(
            "The Idempotency-Key of this request was used with other parameters before; use a "
            "new key for a new request.",
            param="Idempotency-Key",
            code="idempotency_key_reused",
        )
    return found.object_id


def _found(connection: sa.Connection, earlier_id: str) -> Video:
    video = videos.find(connection, earlier_id)
    if video is None or video.status == "cancelled":
        raise MissingError(f"Video with id '{earlier_id}' not found.")
    return video


def _check_limits(turn: Turn, settings: Settings, caller: Caller, now: float) -> None:
    connection = turn.connection
    if caller.key is not None:
        turn.lock()
    if turn.queued() >= settings.max_queued:
        raise LimitError(
            f"The queue is full: {settings.max_queued} videos wait already. Try again later.",
            code="queue_full",
            retry_after=_wait_for_place(connection),
        )
    if caller.key is not None:
        _check_key(turn, settings, caller.key, now)


def _check_key(turn: Turn, settings: Settings, key: ApiKey, now: float) -> None:
    connection = turn.connection
    active = settings.max_active if key.max_active is None else key.max_active
    minute = settings.per_minute if key.per_minute is None else key.per_minute
    day = settings.per_day if key.per_day is None else key.per_day
    # No key can have more than there are rows: most servers never need to count.
    rows = turn.newest()

    def wait(limit: int, window: float) -> float:
        if rows < limit:
            return 0.0
        return videos.wait_for_room(connection, key_id=key.id, limit=limit, window=window, now=now)

    if rows >= active and videos.count_active(connection, key_id=key.id) >= active:
        raise LimitError(
            f"Too many running tasks: this key may have {active} videos queued or running at once.",
            code="rate_limit_exceeded",
            retry_after=_wait_for_place(connection),
        )
    if seconds := wait(minute, _MINUTE):
        raise LimitError(
            f"Rate limit reached: this key may create {minute} videos a minute.",
            code="rate_limit_exceeded",
            retry_after=seconds,
        )
    if seconds := wait(day, _DAY):
        raise LimitError(
            "You exceeded your current quota, please check your plan and billing details: this "
            f"key may create {day} videos in 24 hours.",
            code="insufficient_quota",
            retry_after=seconds,
        )


def _wait_for_place(connection: sa.Connection) -> float:
    """Until the next job ends, roughly."""
    return max(1.0, videos.mean_render_seconds(connection) or 5.0)

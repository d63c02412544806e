"""Likeness by consent: a person's word, recorded, for who may use their character, until revoked.

The checks of a recording are weak, and say so: that it is new, that its challenge is fresh, that
one face is in it throughout and moves, and that the head turns as the challenge asks, as far as the
picture shows turns at all. Nothing here hears or recognises anybody.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import sqlalchemy as sa

from kinora.errors import FieldError, MissingError
from kinora.jobs.outbox import announce
from kinora.jobs.portrait import Portrait, look_at_clip
from kinora.records import audit, characters, consents, videos
from kinora.records.audit import Entry
from kinora.records.consents import Audience, ChallengeRow, ConsentRow, UseRow
from kinora.records.ids import new_id
from kinora.service.audit import noting_refusals
from kinora.service.characters import get_character
from kinora.service.context import Service
from kinora.service.files import Incoming
from kinora.service.likeness_rules import REVOKED, VERSION
from kinora.service.sniff import VIDEOS, sniff_file
from kinora.service.videos import clear_files, delete
from kinora.types.account import Caller
from kinora.types.policy import Verdict
from kinora.types.video import TERMINAL, Video

CHALLENGE_LASTS = 600.0  # seconds
MIN_SECONDS, MAX_SECONDS = 2.0, 30.0
MAX_PURPOSE, MAX_ALLOWED = 500, 100
_WORDS = (
    "amber", "anchor", "birch", "cedar", "clover", "copper", "coral", "falcon", "garnet", "harbor",
    "hazel", "island", "ivory", "juniper", "lantern", "lemon", "maple", "marble", "meadow", "olive",
    "orchid", "pepper", "pebble", "quartz", "raven", "river", "saffron", "silver", "thistle",
    "velvet", "willow", "winter",
)  # fmt: skip
_MOVES = ("left", "right")
_TURNS = 3  # of the head
_REVOKED = "The owner of a character in this video took back their consent."
_FORGOTTEN_AFTER = 86_400.0  # seconds after a challenge is over
_LEAST_SHARE = 0.5  # of the frames, with a face
_LEAST_MOVEMENT = 0.4  # grey levels


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """What its owner says."""

    character_id: str
    challenge_id: str
    audience: Audience
    purpose: str
    allowed: tuple[str, ...] = ()  # projects, for the audience "list"
    until: float | None = None  # unix seconds; None: until revoked


def new_challenge(service: Service, caller: Caller) -> ChallengeRow:
    """What is to be said and done in the recording; good for ten minutes, and once."""
    now = time.time()
    words = [secrets.choice(_WORDS) for _ in range(3)]
    moves = [secrets.choice(_MOVES) for _ in range(_TURNS)]
    row = ChallengeRow(
        id=new_id("chal_"),
        project_id=caller.project_id,
        phrase=f"{' '.join(words)} {secrets.randbelow(900_000) + 100_000}",
        moves=",".join(moves),
        created_at=now,
        expires_at=now + CHALLENGE_LASTS,
    )
    with service.database.begin() as connection:
        consents.forget_challenges(connection, before=now - _FORGOTTEN_AFTER)
        consents.insert_challenge(connection, row)
    return row


def grant(
    service: Service, caller: Caller, new: NewConsent, recording: Incoming
) -> tuple[ConsentRow, str]:
    """Keep a consent; answers it with its owner's key, which nobody can look up again. Blocks.

    Raises:
        FieldError: something given can't be used, the recording fails a check, the challenge is
            over or used, or the character has a consent already.
        MissingError: no such character or challenge of the caller.
    """
    with noting_refusals(service, caller):
        return _granted(service, caller, new, recording)


def _granted(
    service: Service, caller: Caller, new: NewConsent, recording: Incoming
) -> tuple[ConsentRow, str]:
    _check(new)
    character = get_character(service, caller, new.character_id)
    with service.database.read() as connection:
        challenge = _fresh(
            consents.find_challenge(connection, new.challenge_id), caller, recording.sha256
        )
        if consents.find(connection, character.id) is not None:
            raise FieldError("This character has a consent already.", param="character_id")
        if consents.knows_recording(connection, recording.sha256):
            raise _refused("it was used for a consent before", recording.sha256)
    portrait = _looked_at(recording)
    told = _compared(portrait.turns, challenge.moves.split(","))
    if told == "otherwise":
        seen = ", ".join(portrait.turns)
        raise _refused(f"the head turns otherwise than asked ({seen})", recording.sha256)
    key = f"own_{secrets.token_hex(24)}"
    row = ConsentRow(
        character_id=character.id,
        project_id=caller.project_id,
        owner_hash=_hash(key),
        audience=new.audience,
        allowed_json=json.dumps(sorted(new.allowed)),
        purpose=new.purpose.strip(),
        until=new.until,
        recording_sha256=recording.sha256,
        challenge_id=new.challenge_id,
        liveness_json=json.dumps(_liveness(portrait, turned=told == "as asked")),
        granted_at=time.time(),
    )
    with service.database.begin() as connection:
        _fresh(consents.find_challenge(connection, new.challenge_id), caller, recording.sha256)
        if not consents.use_challenge(connection, new.challenge_id, at=row.granted_at):
            raise _stale(recording.sha256)
        consents.insert(connection, row)
        characters.set_consent(connection, character.id, "granted")
        facts = {k: v for k, v in asdict(row).items() if k != "owner_hash"}
        _note(connection, "consent", caller.project_id, character.id, facts)
    return row, key


def _check(new: NewConsent) -> None:
    if not 1 <= len(new.purpose.strip()) <= MAX_PURPOSE:
        raise FieldError(f"'purpose' needs 1 to {MAX_PURPOSE} characters.", param="purpose")
    if (new.audience == "list") != bool(new.allowed) or len(new.allowed) > MAX_ALLOWED:
        raise FieldError(
            f"'allowed' names 1 to {MAX_ALLOWED} projects where 'audience' is 'list', else none.",
            param="allowed",
        )
    if new.until is not None and new.until <= time.time():
        raise FieldError("'until' lies in the past.", param="until")


def _fresh(challenge: ChallengeRow | None, caller: Caller, sha256: str) -> ChallengeRow:
    if challenge is None or challenge.project_id != caller.project_id:
        raise MissingError("No such challenge.", param="challenge_id")
    if challenge.used_at is not None or challenge.expires_at <= time.time():
        raise _stale(sha256)
    return challenge


class RecordingError(FieldError):
    """A recording that proves nothing; ``records`` are what the audit log keeps of it."""

    def __init__(self, message: str, *, param: str, code: str, sha256: str) -> None:
        super().__init__(message, param=param, code=code)
        refused = Verdict(
            check="likeness",
            version=VERSION,
            subject="video",
            sha256=sha256,
            decision="refuse",
            category="likeness",
            code=code,
            detail=message,
        )
        self.records = (refused.record(),)


def _stale(sha256: str) -> RecordingError:
    return RecordingError(
        "This challenge was used or is over; ask for a new one, and record anew.",
        param="challenge_id",
        code="challenge_expired",
        sha256=sha256,
    )


def _refused(why: str, sha256: str) -> RecordingError:
    return RecordingError(
        f"The recording can't be used: {why}.",
        param="recording",
        code="recording_refused",
        sha256=sha256,
    )


def _compared(seen: Sequence[str], asked: Sequence[str]) -> Literal["as asked", "otherwise", ""]:
    """What the turns of a head say; empty: too few were seen to say anything.

    Mirrored recordings, as front cameras make them, show each turn to the other side.
    """
    if len(seen) < len(asked):
        return ""
    mirrored = ["left" if move == "right" else "right" for move in asked]
    return "as asked" if list(seen) in (list(asked), mirrored) else "otherwise"


def _looked_at(recording: Incoming) -> Portrait:
    sha256 = recording.sha256
    if sniff_file(recording.path) not in VIDEOS:
        raise _refused("it is no MP4, MOV or WebM", sha256)
    try:
        found = look_at_clip(recording.path, turns=True)
    except FieldError as error:
        raise _refused("its pictures can't be read", sha256) from error
    if not MIN_SECONDS <= found.seconds <= MAX_SECONDS:
        raise _refused(f"it must last {MIN_SECONDS:g} to {MAX_SECONDS:g} seconds", sha256)
    if found.most_faces > 1:
        raise _refused("more than one face is in it", sha256)
    if found.with_face < _LEAST_SHARE * found.frames:
        raise _refused("no face looks at the camera in most of it", sha256)
    if found.movement < _LEAST_MOVEMENT:
        raise _refused("nothing moves in it", sha256)
    return found


def _liveness(portrait: Portrait, *, turned: bool) -> dict[str, object]:
    checked = ["fresh challenge", "movement", "new recording", "one face"]
    left = ["phrase", "same person as the character"]
    (checked if turned else left).append("head turns")
    kept = ("seconds", "frames", "with_face", "most_faces", "movement", "turns")
    facts = {name: value for name, value in asdict(portrait).items() if name in kept}
    return {**facts, "checked": sorted(checked), "not_checked": sorted(left)}


def look(
    service: Service, character_id: str, owner_key: str
) -> tuple[ConsentRow, tuple[UseRow, ...]]:
    """A consent and every use of its character, for its owner.

    Raises:
        MissingError: no such consent, or another owner's key.
    """
    with service.database.read() as connection:
        row = consents.find(connection, character_id)
        if row is None or not hmac.compare_digest(row.owner_hash, _hash(owner_key)):
            raise MissingError("No consent for this character and owner's key.", param="id")
        return row, tuple(consents.uses(connection, character_id))


def revoke(
    service: Service, character_id: str, owner_key: str, *, delete_videos: bool = False
) -> tuple[ConsentRow, tuple[str, ...]]:
    """Take a consent back: nothing new is made, running jobs stop, the character's clip is deleted.

    Args:
        service: where it is kept.
        character_id: whose likeness it is.
        owner_key: as `grant` answered it.
        delete_videos: also those that are finished.

    Returns:
        The consent, and the ids of the videos that were deleted.

    Raises:
        MissingError: no such consent, or another owner's key.
    """
    row, used = look(service, character_id, owner_key)
    with service.database.begin() as connection:
        consents.revoke(connection, character_id, at=time.time())
        characters.set_consent(connection, character_id, "revoked")
        facts = {"delete_videos": delete_videos, "uses": len(used)}
        _note(connection, "revocation", row.project_id, character_id, facts)
    service.blobs.delete(characters.blob_key(character_id))
    service.blobs.delete(characters.sprite_key(character_id))
    gone = [use.video_id for use in used if _ends(service, use, delete_videos=delete_videos)]
    row, _ = look(service, character_id, owner_key)
    return row, tuple(gone)


def _ends(service: Service, use: UseRow, *, delete_videos: bool) -> bool:
    with service.database.read() as connection:
        video = videos.find(connection, use.video_id)
    if video is None or video.status == "cancelled":
        return False
    if delete_videos:
        delete(service, Caller(project_id=video.project_id, key=None), video.id)
    elif video.status in TERMINAL or not _failed(service, video):
        return False
    else:
        service.queue.cancel(video.id)
    clear_files(service, video.id)
    return delete_videos


def _failed(service: Service, video: Video) -> bool:
    """End a job that waits or runs; False where it ended by itself."""
    now = time.time()
    with service.database.begin() as connection:
        if not videos.update(
            connection, video.id, status="failed", error_code=REVOKED, error_message=_REVOKED
        ):
            return False
        announce(
            connection,
            service.queue,
            project_id=video.project_id,
            kind="video.failed",
            object_id=video.id,
            at=now,
        )
    return True


def _note(
    connection: sa.Connection, kind: str, project_id: str, about: str, record: Mapping[str, object]
) -> None:
    entry = Entry(kind=kind, at=time.time(), project_id=project_id, object_id=about, record=record)
    audit.append(connection, entry)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

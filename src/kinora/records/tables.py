"""The tables. Alembic's migrations make them; a test compares both.

Times are unix seconds (float); JSON is kept as text, so that SQLite and PostgreSQL are alike.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData()

#: An ever-growing number: SQLite counts only INTEGER primary keys by itself.
_Sequence = BigInteger().with_variant(Integer, "sqlite")

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),  # SHA-256, hex
    Column("name", String(200), nullable=False),
    Column("project_id", String(64), nullable=False),
    Column("hint", String(32), nullable=False),
    Column("scopes", String(200), nullable=False),  # comma-separated
    Column("created_at", Double, nullable=False),
    Column("revoked_at", Double),
    Column("last_used_at", Double),
    Column("max_active", Integer),
    Column("per_minute", Integer),
    Column("per_day", Integer),
)

videos = Table(
    "videos",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("project_id", String(64), nullable=False),
    Column("key_id", String(64)),
    Column("status", String(16), nullable=False),
    Column("progress", Integer, nullable=False, default=0),
    Column("model", String(200), nullable=False),
    Column("prompt", Text, nullable=False),
    Column("size", String(16), nullable=False),
    Column("seconds", String(16), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("started_at", Double),
    Column("completed_at", Double),
    Column("expires_at", Double),
    Column("remixed_from", String(64)),
    Column("extensions", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("priority", Integer, nullable=False, default=10),
    Column("batch_id", String(64)),
    Column("custom_id", String(512)),
    Column("error_code", String(64)),
    Column("error_message", Text),
    Column("spec_json", Text, nullable=False),
    Column("plan_json", Text),
    Column("report_json", Text),
    Column("media_json", Text),
    Column("input_key", String(128)),  # also in the spec; here for the collector of unused inputs
    Column("files_gone", Boolean, nullable=False, default=False, server_default=false()),
    Index("videos_by_project", "project_id", "seq"),
    Index("videos_by_status", "status", "priority", "seq"),
    Index("videos_by_key", "key_id", "created_at"),
    Index("videos_by_batch", "batch_id"),
    Index("videos_by_input", "input_key"),
)

#: One row per POST that may be repeated: by the caller's Idempotency-Key, or by its body's hash.
idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", String(64), primary_key=True),  # id of the key, or "open"
    Column("token", String(300), primary_key=True),  # "key:…" or "body:<sha256>"
    Column("body_sha256", String(64), nullable=False),
    Column("object_id", String(64), nullable=False),
    Column("created_at", Double, nullable=False),
    Index("idempotency_by_age", "created_at"),
)

files = Table(
    "files",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("project_id", String(64), nullable=False),
    Column("filename", String(512), nullable=False),
    Column("purpose", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("mime", String(128), nullable=False),  # by content
    Column("blob_key", String(128), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double),
    Index("files_by_project", "project_id", "seq"),
    Index("files_by_expiry", "expires_at"),
)

characters = Table(
    "characters",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), nullable=False),
    Column("name", String(80), nullable=False),
    Column("blob_key", String(128), nullable=False),
    Column("mime", String(128), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("consent", String(32), nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("project_id", String(64), nullable=False),
    Column("key_id", String(64)),
    Column("endpoint", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("input_file_id", String(64), nullable=False),
    Column("output_file_id", String(64)),
    Column("error_file_id", String(64)),
    Column("completion_window", String(16), nullable=False),
    Column("metadata_json", Text),
    Column("errors_json", Text),
    Column("output_expires_seconds", Integer),
    Column("model", String(200)),
    Column("total", Integer, nullable=False, default=0),
    Column("completed", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
    Column("created_at", Double, nullable=False),
    Column("in_progress_at", Double),
    Column("expires_at", Double),
    Column("finalizing_at", Double),
    Column("completed_at", Double),
    Column("failed_at", Double),
    Column("expired_at", Double),
    Column("cancelling_at", Double),
    Column("cancelled_at", Double),
    Index("batches_by_project", "project_id", "seq"),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("project_id", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("url", String(2048), nullable=False),
    Column("event_types", Text, nullable=False),  # JSON list
    Column("secret", Text, nullable=False),  # whsec_…, needed to sign; perhaps sealed
    Column("old_secret", Text),
    Column("old_secret_until", Double),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double),
    Index("endpoints_by_project", "project_id", "seq"),
)

#: The outbox: written in the transaction that changes the video.
events = Table(
    "events",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),  # evt_…, derived from video and type
    Column("project_id", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("object_id", String(64), nullable=False),
    Column("payload", Text, nullable=False),  # the exact body that is sent
    Column("created_at", Double, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("event_id", String(64), nullable=False),
    Column("endpoint_id", String(64), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("status_code", Integer),  # None: no answer
    Column("error", Text),
    Column("duration_ms", Integer, nullable=False),
    UniqueConstraint("event_id", "endpoint_id", "attempt", name="one_delivery_per_attempt"),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("seen", Double, nullable=False),
    Column("dead", Boolean, nullable=False, default=False, server_default=false()),
    Column("queues", Text, nullable=False, default=""),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Double, nullable=False),
)

#: Appended to only; see `kinora.records.audit`.
audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("project_id", String(64)),
    Column("object_id", String(64)),
    Column("record", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_by_object", "object_id", "seq"),
)

#: Pictures that nothing may be made of, nor of what looks like them.
blocked_pictures = Table(
    "blocked_pictures",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("print_json", Text, nullable=False),  # never the picture itself
    Column("created_at", Double, nullable=False),
)

#: Which video carries which number in its invisible mark; outlives the video.
marked_clips = Table(
    "marked_clips",
    metadata,
    Column("video_id", String(64), primary_key=True),
    Column("clip_id", String(16), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("made_at", Double, nullable=False),
    Index("marked_clips_by_number", "clip_id", "made_at"),
)

#: What a person is asked to say and do in the recording of their consent; good for one.
challenges = Table(
    "challenges",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), nullable=False),
    Column("phrase", String(200), nullable=False),
    Column("moves", String(200), nullable=False),  # comma-separated
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("used_at", Double),
    Index("challenges_by_expiry", "expires_at"),
)

consents = Table(
    "consents",
    metadata,
    Column("character_id", String(64), primary_key=True),
    Column("project_id", String(64), nullable=False),  # that the recording came from
    Column("owner_hash", String(64), nullable=False),  # SHA-256 of the owner's key, hex
    Column("audience", String(16), nullable=False),  # me, list or everyone
    Column("allowed_json", Text, nullable=False),  # projects of the list
    Column("purpose", String(500), nullable=False),
    Column("until", Double),
    Column("recording_sha256", String(64), nullable=False),
    Column("challenge_id", String(64), nullable=False),
    Column("liveness_json", Text, nullable=False),
    Column("granted_at", Double, nullable=False),
    Column("revoked_at", Double),
    UniqueConstraint("challenge_id", name="one_consent_per_challenge"),
    UniqueConstraint("recording_sha256", name="one_consent_per_recording"),
)

character_uses = Table(
    "character_uses",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("character_id", String(64), nullable=False),
    Column("video_id", String(64), nullable=False),
    Column("project_id", String(64), nullable=False),
    Column("key_id", String(64)),
    Column("at", Double, nullable=False),
    UniqueConstraint("character_id", "video_id", name="one_use_per_video"),
)

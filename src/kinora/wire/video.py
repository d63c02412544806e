"""A `Video` as clients see it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from kinora.types.video import TERMINAL, Video


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a job stands; both are estimates."""

    queue_position: int | None = None  # 1: next to be started; None: not waiting
    eta_seconds: float | None = None  # until it is done; None: unknown, or done


NOWHERE = Place()


def video_object(video: Video, *, place: Place = NOWHERE) -> dict[str, Any]:
    """The contract's 13 keys, in the order of its live answers, then our own.

    Args:
        video: the row.
        place: where its job stands.
    """
    error = None
    if video.status == "failed":
        error = {
            "code": video.error_code or "render_failed",
            "message": video.error_message or "The video could not be made.",
        }
    spec = json.loads(video.spec_json)
    has_plan = video.plan_json is not None
    eta = place.eta_seconds
    return {
        "id": video.id,
        "object": "video",
        "created_at": int(video.created_at),
        "status": video.status,
        "completed_at": _whole(video.completed_at if video.status == "completed" else None),
        "error": error,
        "expires_at": _whole(video.expires_at),
        "model": video.model,
        "progress": video.progress,
        "prompt": video.prompt or None,
        "remixed_from_video_id": video.remixed_from,
        "seconds": video.seconds,
        "size": video.size,
        # Ours: more than the contract names; typed clients keep them as extra attributes.
        "kind": spec.get("kind", "create"),
        "source_video_ids": spec.get("source_ids", []),
        "seed": spec.get("seed", 0),
        "fps": spec.get("fps", "30"),
        "quality": spec.get("quality", "standard"),
        "queue_position": place.queue_position if video.status == "queued" else None,
        "eta_seconds": None if eta is None or video.status in TERMINAL else round(eta, 1),
        "plan": f"/v1/videos/{video.id}/plan" if has_plan else None,
        "report": None if video.report_json is None else json.loads(video.report_json),
    }


def deleted_object(video_id: str) -> dict[str, Any]:
    """The answer to a deletion."""
    return {"id": video_id, "object": "video.deleted", "deleted": True}


def plan_object(
    *,
    plan: Any,
    report: Any,
    provisional: bool,
    video_id: str | None = None,
    seconds: str,
    size: str | None,
) -> dict[str, Any]:
    """A plan and its report (both as JSON values), of a video or of a dry run."""
    return {
        "object": "video.plan",
        "video_id": video_id,
        "seconds": seconds,
        "size": size,
        "provisional": provisional,
        "plan": plan,
        "report": report,
    }


def page_object(items: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
    """One page of a list; all five keys always."""
    return {
        "object": "list",
        "data": items,
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
        "has_more": has_more,
    }


def _whole(moment: float | None) -> int | None:
    return None if moment is None else int(moment)

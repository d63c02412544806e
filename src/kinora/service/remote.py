"""A moderation endpoint elsewhere, asked after the rules: what speaks ``/v1/moderations``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from kinora.errors import LimitError
from kinora.service.moderations import (
    CATEGORIES,
    Judgement,
    Kind,
    Moderator,
    Part,
    RuleModerator,
)
from kinora.settings import Settings
from kinora.types.policy import BLOCKED, Finding, Subject, Verdict

_AGAIN_AFTER = 5.0  # seconds
_MAX_ANSWER = 4 << 20  # bytes


class RemoteModerator:
    """Asks the endpoint of the settings; what it flags is refused, whatever its scores."""

    def __init__(self, settings: Settings) -> None:
        """Args:
        settings: with a ``moderation_url``.
        """
        self._url = str(settings.moderation_url)
        self._timeout = settings.moderation_timeout
        key = settings.moderation_key
        self._headers = {} if key is None else {"authorization": f"Bearer {key.get_secret_value()}"}

    @property
    def name(self) -> str:
        """Its address, without what may be secret in it."""
        return f"remote {httpx2.URL(self._url).host}"

    def judge(self, parts: Sequence[Part]) -> Judgement:
        """What the endpoint says of one input; blocks.

        Raises:
            LimitError: it doesn't answer, or not in the form of the moderation API.
        """
        result = self._ask([_part(part) for part in parts])
        flags, scores = result["categories"], result["category_scores"]
        kinds: list[Kind] = sorted({part.kind for part in parts})
        return Judgement(
            scores={name: float(scores.get(name) or 0.0) for name in CATEGORIES},
            flagged=frozenset(name for name in CATEGORIES if flags.get(name)),
            kinds=dict.fromkeys(CATEGORIES, kinds),
        )

    def _ask(self, parts: list[dict[str, Any]]) -> Mapping[str, Any]:
        try:
            answer = httpx2.post(
                self._url,
                json={"input": parts},
                headers=self._headers,
                timeout=self._timeout,
                follow_redirects=False,
            )
            answer.raise_for_status()
            if len(answer.content) > _MAX_ANSWER:
                raise ValueError("too long an answer")
            result = json.loads(answer.content)["results"][0]
            if not isinstance(result["categories"], dict):
                raise ValueError("no categories")
            if not isinstance(result["category_scores"], dict):
                raise ValueError("no scores")
        except (httpx2.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
            raise LimitError(
                "What is asked for can't be judged at the moment; please try again later.",
                code="moderation_unavailable",
                retry_after=_AGAIN_AFTER,
            ) from error
        found: Mapping[str, Any] = result
        return found


class Both:
    """The rules and the endpoint: the higher score of both, and everything that either flags."""

    def __init__(self, rules: Moderator, remote: Moderator) -> None:
        """Args:
        rules, remote: who judge.
        """
        self._judges = (rules, remote)

    @property
    def name(self) -> str:
        """The names of both."""
        return ", ".join(str(judge.name) for judge in self._judges)

    def judge(self, parts: Sequence[Part]) -> Judgement:
        """What both say of one input; blocks.

        Raises:
            LimitError: the endpoint doesn't answer.
        """
        rules, remote = (judge.judge(parts) for judge in self._judges)
        scores = {**remote.scores}
        for name, score in rules.scores.items():
            scores[name] = max(score, scores.get(name, 0.0))
        return Judgement(
            scores=scores,
            flagged=rules.flagged | remote.flagged,
            kinds=remote.kinds,
            verdicts=[*rules.verdicts, verdict_of(remote, parts, "text")],
        )


def ask_remote(settings: Settings, text: str, subject: Subject) -> Verdict:
    """What the endpoint of the settings says of a text; blocks.

    Raises:
        LimitError: it doesn't answer.
    """
    parts = [Part(kind="text", content=text)]
    return verdict_of(RemoteModerator(settings).judge(parts), parts, subject)


def verdict_of(judgement: Judgement, parts: Sequence[Part], subject: Subject) -> Verdict:
    """A judgement in the form of all checks: what is flagged is refused."""
    content = "\n".join(part.content for part in parts)
    findings = sorted(
        (
            Finding(
                rule=f"remote.{name}",
                category=name,
                score=judgement.scores.get(name, 1.0),
                threshold=0.0,
            )
            for name in judgement.flagged
        ),
        key=lambda finding: (-finding.score, finding.category),
    )
    worst = findings[0].category if findings else None
    return Verdict(
        check="remote",
        version="moderations-v1",
        subject=subject,
        sha256=hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest(),
        decision="refuse" if findings else "allow",
        category=worst,
        code=BLOCKED if findings else None,
        findings=tuple(findings),
        detail=f"a classifier flags it (rule {findings[0].rule})" if findings else "",
    )


def _part(part: Part) -> dict[str, Any]:
    if part.kind == "text":
        return {"type": "text", "text": part.content}
    return {"type": "image_url", "image_url": {"url": part.content}}


def open_moderator(settings: Settings) -> Moderator:
    """The classifier of this installation: the rules, and the endpoint if there is one.

    Raises:
        InputError: the operator's policy file can't be used.
    """
    rules = RuleModerator(settings)
    return rules if settings.moderation_url is None else Both(rules, RemoteModerator(settings))

"""What a request asks for, judged before it is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kinora.policy.judging import judge_text
from kinora.policy.refusal import refuse_if
from kinora.policy.words import all_words
from kinora.records import videos
from kinora.service.context import Service
from kinora.service.remote import ask_remote
from kinora.types.account import Caller
from kinora.types.policy import Subject, Verdict
from kinora.types.video import Video
from kinora.wire.draft import CreateDraft, Draft, RevisionDraft
from kinora.wire.scalars import is_identifier

#: Of how many of a video's ancestors words are judged together with new ones, and how many
#: characters of them, the newest first. Each was judged by itself when it was made.
_GENERATIONS, _CHARACTERS = 32, 32_000
#: A text of this many characters is judged within some ten to fifty milliseconds.
QUICK = 1000


def examine(service: Service, caller: Caller, draft: Draft) -> tuple[Verdict, ...]:
    """Judge the words of ``draft``; those of a revision together with what it revises.

    Raises:
        PolicyError: they are refused.
        LimitError: the endpoint that judges them, too, doesn't answer.
    """
    texts = tuple(_texts(service, caller, draft))
    verdicts = tuple(verdict for text in texts for verdict in judge(service, text))
    refuse_if(verdicts)
    if service.settings.moderation_url is not None and texts:
        verdicts += (ask_remote(service.settings, texts[-1], "prompt"),)
        refuse_if(verdicts)
    return verdicts


def is_slow(service: Service) -> bool:
    """Whether somebody elsewhere, or a network, is asked."""
    settings = service.settings
    return settings.moderation_url is not None or settings.text_embedding is not None


def judge(service: Service, text: str, subject: Subject = "prompt") -> tuple[Verdict, ...]:
    """What the rules and classifiers of this installation say of a text."""
    verdicts = judge_text(text, service.settings, subject=subject)
    if not service.settings.audit_content:
        return verdicts
    return tuple(replace(verdict, content=text) for verdict in verdicts)


def _texts(service: Service, caller: Caller, draft: Draft) -> Iterator[str]:
    """What is judged: the words alone, then with those that led to the source."""
    if isinstance(draft, CreateDraft):
        yield all_words(draft.spec.prompt, draft.spec.plan)
    elif isinstance(draft, RevisionDraft):
        own = all_words(draft.changes.get("prompt", ""), draft.changes.get("plan"))
        yield own
        before = dict.fromkeys(_words_before(service, caller, draft.source))  # each once
        if any(before):
            led = ". ".join([*reversed(before)])[-_CHARACTERS:]
            yield f"{led}. {own}"


def _words_before(service: Service, caller: Caller, source: object) -> Iterator[str]:
    """The words that led to ``source``, the newest first; nothing where it isn't the caller's."""
    with service.database.read() as connection:
        for _ in range(_GENERATIONS):
            if not isinstance(source, str) or not is_identifier(source):
                return
            video: Video | None = videos.find(connection, source)
            if video is None or video.project_id != caller.project_id:
                return
            yield all_words(video.prompt, video.spec.plan)
            source = next(iter(video.spec.source_ids), None)

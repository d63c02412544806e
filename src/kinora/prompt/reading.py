"""`read_prompt`: words in, `ShotPlan` and `Report` out, one call per step."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite
from typing import Final

from kinora.errors import PromptError, TimingError
from kinora.prompt.content.cues import find_cues
from kinora.prompt.content.items import Ids, gather
from kinora.prompt.layout import lay_out
from kinora.prompt.moves.amounts import weight
from kinora.prompt.moves.camera import CameraReader
from kinora.prompt.moves.merge import merge
from kinora.prompt.moves.modifiers import attach, find_measures
from kinora.prompt.report import make_report, refusals
from kinora.prompt.resolve import Draft, Resolver, seconds_told
from kinora.prompt.timeline import build
from kinora.prompt.words.source import Source, prepare
from kinora.types.plan import ShotPlan
from kinora.types.report import Report
from kinora.types.request import MAX_PROMPT_CHARS, MAX_SECONDS, MIN_SECONDS

# One pair of quotation marks about everything.
_QUOTED: Final = re.compile(r"""\s*(?:«(?P<a>[^«»]+)»|“(?P<b>[^“”]+)”|"(?P<c>[^"]+)")[\s.]*""")


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt, read: the plan, and what became of every word."""

    plan: ShotPlan
    report: Report


def read_prompt(
    prompt: str, *, seconds: Fraction | float | None = None, seed: int = 0, strict: bool = False
) -> Reading:
    """Read a prompt, in English, French or both.

    Args:
        prompt: prose, sections or timed beats.
        seconds: length of the clip, 1 to 120; None: what the prompt's beats add up to, else 4.
        seed: kept in the plan.
        strict: refuse impossible times instead of scaling and reporting them.

    Raises:
        PromptError: the prompt is empty or longer than 32,000 characters, or its times are
            impossible and ``strict`` is set.
        TimingError: ``seconds`` is outside the allowed range.
    """
    _check(prompt, seconds)
    bare = _bare(prompt)
    if bare is not None:  # copied with its quotation marks: what it asks for isn't to be said
        reading = _read(prepare(bare), seconds=seconds, seed=seed, strict=strict)
        if any(item.item is not None for item in reading.report.understood):
            return replace(reading, plan=reading.plan.model_copy(update={"prompt": prompt}))
    return _read(prepare(prompt), seconds=seconds, seed=seed, strict=strict)


def _bare(prompt: str) -> str | None:
    """A prompt that is one quotation, with blanks for its marks; None for others."""
    quoted = _QUOTED.fullmatch(prompt)
    if quoted is None or quoted.lastgroup is None:
        return None
    start, end = quoted.span(quoted.lastgroup)
    return " " * start + prompt[start:end] + " " * (len(prompt) - end)


def _read(source: Source, *, seconds: Fraction | float | None, seed: int, strict: bool) -> Reading:
    asked = Fraction(seconds).limit_denominator(10**6) if seconds is not None else None
    ids = Ids()
    draft, mentions = _draft(source, ids, asked=asked, seed=seed)
    refused = refusals(draft) if strict else []
    if refused:
        raise PromptError(f"The prompt's times are impossible: {refused[0]}", param="prompt")
    resolved = Resolver(draft, ids).resolve()
    return Reading(resolved.plan, make_report(draft, resolved, mentions))


def _draft(
    source: Source, ids: Ids, *, asked: Fraction | None, seed: int
) -> tuple[Draft, list[tuple[int, int]]]:
    """Everything found in the prompt, and the tokens that tell a move once more."""
    findings = CameraReader(source).read()
    merged = merge(findings.events, source)
    mentions = (*findings.mentions, *merged.mentions)
    findings = replace(findings, mentions=mentions)
    modifiers = attach(source, merged.events, findings, find_measures(source))
    timeline = build(source, merged.events)
    weights = [
        max((weight(merged.events[i].op) for i in group.events), default=1.0)
        for group in timeline.groups
    ]
    told = seconds_told(source, timeline)
    layout = lay_out(timeline.groups, asked=asked, told=told, weights=weights)
    taken = {i for a, b in mentions for i in range(a, b)}
    for found in modifiers:
        taken.update(range(found.first, found.last))
        taken.update(i for a, b in found.claimed for i in range(a, b))
    lang = source.langs[0]
    cues = gather(source, find_cues(source, taken), ids, lang=lang)
    draft = Draft(
        source=source,
        events=merged.events,
        modifiers=modifiers,
        timeline=timeline,
        layout=layout,
        cues=cues,
        lang=lang,
        seed=seed,
    )
    return draft, list(mentions)


def _check(prompt: str, seconds: Fraction | float | None) -> None:
    if not prompt.strip():
        raise PromptError(
            "The prompt is empty: say what the camera should do, e.g. 'slow push-in, pan left'.",
            param="prompt",
        )
    if len(prompt) > MAX_PROMPT_CHARS:
        raise PromptError(
            f"The prompt has {len(prompt):,} characters; at most {MAX_PROMPT_CHARS:,} are allowed.",
            param="prompt",
        )
    if seconds is not None and not (isfinite(seconds) and MIN_SECONDS <= seconds <= MAX_SECONDS):
        raise TimingError(
            f"seconds {float(seconds):g} is outside {MIN_SECONDS} to {MAX_SECONDS}.",
            param="seconds",
        )

"""Words for stillness ("static", "hold on the cup") count unless another is still."""

from __future__ import annotations

from kinora.prompt.moves.candidates import Candidate

_LET = frozenset({"let", "laisse", "laissez", "laissons", "laisser"})
_BROADCAST = frozenset({"tv", "television", "radio", "news", "sitcom", "noise", "hiss", "signal"})


def still(c: Candidate) -> bool:
    """Whether "static", « fixe » and the like speak of the camera or the picture."""
    if c.word(c.hit.first) == "parked" and any(h.first < c.hit.first for h in c.hits.heads):
        return False  # "truck and dolly parked under the crane"
    if c.actor == "camera" or _shot_follows(c):
        return True
    if c.actor == "other":
        near = any(c.is_a("camera", i) for i in range(c.hit.first - 3, c.hit.first))
        return near or c.of_the_picture
    if c.quiet or _about_broadcast(c):
        return False
    if c.subject == "other" and c.actor != "article":
        return c.alone
    return c.timed or c.alone or c.routed


def _shot_follows(c: Candidate) -> bool:
    """ "static wide shot"."""
    for at in range(c.hit.last, c.hit.last + 5):
        if c.is_a("camera", at):
            return True
        if c.is_a("preposition", at):
            return False
    return False


def _about_broadcast(c: Candidate) -> bool:
    """ "news, static, a sitcom" speaks of a set, not of the camera."""
    near = range(max(0, c.hit.first - 20), min(len(c.source.tokens), c.hit.last + 20))
    return any(c.source.tokens[i].text in _BROADCAST for i in near)


def sequel(c: Candidate) -> bool:
    """Whether stillness follows a move: "then calm", « puis plus rien »."""
    follows = c.clause.link == "then" and c.last_subject != "other"
    return follows and c.alone and not c.quiet


def hold(c: Candidate) -> bool:
    """Whether "hold", « s'arrête » and the like rest the camera."""
    if c.actor == "camera":
        return True
    if c.rule.timed and c.word(c.hit.first) in ("of", "d'"):
        return c.timed and not c.quiet  # "a one-second beat of stillness"
    if c.word(c.hit.first) in _LET and c.hit.last - c.hit.first > 1:
        return not c.quiet  # "…, and at the top let it settle"
    if c.actor == "other":
        return c.of_the_picture
    if c.quiet:
        return False
    if c.subject == "other":
        return c.timed and (c.actor == "article" or c.rule.timed)
    if c.routed or c.subject == "camera" or c.timed:
        return True
    leads = {c.word(c.hit.last), c.word(c.hit.last - 1)}
    return c.alone or bool(leads & {"on", "there", "sur", "for", "at"})

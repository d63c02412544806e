"""The checks of pictures: is it a blocked one, and does it show a face?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kinora.policy import measures
from kinora.policy.faces import U8, Face, Look, faces_of
from kinora.policy.registry import Registry
from kinora.policy.similar import Query
from kinora.types.policy import (
    CONSENT_REQUIRED,
    LIKENESS_REFUSED,
    SIMILARITY,
    FaceMode,
    Finding,
    Subject,
    Verdict,
)

_THRESHOLD: Final = 0.5


def check_similarity(rgb: U8, blocked: Registry, *, subject: Subject, sha256: str) -> Verdict:
    """Whether a picture is, or shows a part of, a blocked one.

    Args:
        rgb: (H, W, 3) sRGB.
        blocked: what it is compared with.
        subject: what the picture is, for the answer.
        sha256: of the file that it comes from.
    """
    best = blocked.nearest(Query(rgb))
    clear = Verdict(
        check="similarity",
        version=measures.SIMILARITY,
        subject=subject,
        sha256=sha256,
        measured={"blocked": len(blocked)},
        limits={"bits": measures.SKETCH_LIMIT, "marks": measures.MARKS_LIMIT},
    )
    if best is None:
        return clear
    name, match = best
    seen = {**clear.measured, "bits": match.bits, "marks": match.marks}
    clear = replace(clear, measured=seen)
    if not match.is_alike:
        return clear
    finding = Finding(
        rule=f"blocked.{name}",
        category="third_party_similarity",
        score=round(match.score, 3),
        threshold=_THRESHOLD,
    )
    return replace(
        clear,
        decision="refuse",
        category=finding.category,
        code=SIMILARITY,
        findings=(finding,),
        detail=f"it looks like a picture that is blocked here (rule {finding.rule})",
    )


def check_faces(
    looks: Sequence[Look],
    mode: FaceMode,
    *,
    consent: bool,
    subject: Subject,
    sha256: str,
    least: float = 0.0,
) -> Verdict:
    """Whether a face is shown, and may be.

    Args:
        looks: a photo alone, or pairs of frames of a clip.
        mode: what the operator wants.
        consent: somebody attested that whoever is shown agreed.
        subject: what the picture is, for the answer.
        sha256: of the file that it comes from.
        least: share of the picture's area from which on a face counts.

    Raises:
        EngineError: this build of OpenCV brings no cascades.
    """
    clear = Verdict(
        check="faces",
        version=measures.FACES,
        subject=subject,
        sha256=sha256,
        limits={"faces": 1, "largest": least} if least else {"faces": 1},
    )
    if mode == "allow":
        return replace(clear, examined=False, detail="faces are allowed here")
    found = _most([faces_of(look, least=least) for look in looks])
    clear = replace(clear, measured={"faces": len(found)})
    if not found:
        return clear
    share = max(face.area for face in found)
    clear = replace(clear, measured={**clear.measured, "largest": round(share, 4)})
    detail = f"{len(found)} face{'s' if len(found) > 1 else ''} found, the largest {share:.1%}"
    finding = Finding(rule="faces.present", category="likeness", score=1.0, threshold=_THRESHOLD)
    shown = replace(clear, category="likeness", findings=(finding,), detail=detail)
    if mode == "refuse":
        return replace(
            shown, decision="refuse", code=LIKENESS_REFUSED, detail=f"it shows a face ({detail})"
        )
    if mode == "consent" and not consent:
        return replace(
            shown,
            decision="needs_consent",
            code=CONSENT_REQUIRED,
            detail=f"it shows a face, and nobody said that its owner agrees ({detail})",
        )
    return shown


def _most(found: Sequence[Sequence[Face]]) -> Sequence[Face]:
    """The faces of the look that shows most of them."""
    return max(found, key=lambda faces: (len(faces), sum(f.area for f in faces)), default=())

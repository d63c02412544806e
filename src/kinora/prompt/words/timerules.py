"""The notations of time as patterns, in order of precedence, each with what it means."""

from __future__ import annotations

import re
from functools import cache

from kinora.prompt.words.numerals import NUMBER
from kinora.prompt.words.timemarks import (
    Maker,
    as_anchor,
    as_bare_range,
    as_clock_range,
    as_duration,
    as_elliptic,
    as_first,
    as_half_second,
    as_hyphened,
    as_last,
    as_middle,
    as_part_of,
    as_share_of,
    as_stamp,
    as_stamp_range,
    as_total,
    as_total_behind,
    as_unit_range,
    as_vague,
)

_UNIT = (
    r"(?:s(?!')|secs?|seconds?(?!\s+(?:half|shot|beat|part|third|time|one|phase))"
    r"|secondes?(?!\s+(?:moitie|fois|partie|phase|image|prise|etape|temps))"
    r"|ms|msecs?|milliseconde?s?|mins?|minutes?)"
    r"(?![a-z])"
)


def _time_of(name: str) -> str:
    more = r"(?:\s(?:more|extra|full|whole|further|additional|autres?|bonnes?|petites?|longues?))?"
    return rf"(?P<{name}>{NUMBER})(?:{more}\s?-?\s?(?P<{name}u>{_UNIT}))"


def _clock_of(name: str) -> str:
    digits = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
    return rf"(?<![\d.:])(?P<{name}>{digits})(?![\d:])"


_DASH = r"\s*(?:-{1,2}>?|>|to|a|until|till|jusqu'a|\.\.\.?|et|and|through)\s*"
_OPEN, _CLOSE = r"(?:[\[(]\s*)?", r"(?:\s*[\])])?"
_LEAD = (
    r"(?:\b(?:for|over|during|within|lasting|takes?|about|roughly|approximately"
    r"|pendant|durant|en|sur|environ|dure|duree|au cours de|for about|over about|during about)"
    r"\s+(?:the\s+|les\s+|la\s+)?(?:course of\s+)?(?:next\s+|following\s+|about\s+|environ\s+"
    r"|prochaines\s+|full\s+|a\s+full\s+|remaining\s+|some\s+)?)"
)
_HALF_WORDS = (
    r"(?<!and )(?P<half>(?<!and a )half (?:a |of a )?seconde?\b"
    r"|(?<!and )a half[- ]seconde?\b|(?<!and a )half[- ]seconde?\b"
    r"|(?:une |1 )?demi[- ]seconde\b)"
)


_T1, _T2 = _time_of("a"), _time_of("b")
_C1, _C2 = _clock_of("a"), _clock_of("b")
_C = _clock_of("c")
_CLIP = r"(?:clip|video|movie|animation|loop|film|sequence|gif|footage|spot|boucle)s?\b"
#: What tells of which kind a French clip is: « un clip cinématographique subtil de 6 s ».
_SORT = (
    r"(?:\s+(?!avec|une?|les?|la|en|des?|du|sur|ou|puis|et|zoom|travelling|panoramique|plan|pause"
    r"|fixes?|statiques?|immobiles?|figee?s?)"
    r"[a-z]+){1,2}"
)
_MORE = r"(?P<more>\s+and a half|\s+et demie?\b)?"

_RULES: list[tuple[str, Maker]] = [
    (rf"{_OPEN}(?:from |de |between |entre )?{_C1}{_DASH}{_C2}{_CLOSE}", as_clock_range),
    (
        r"\b(?:(?:total|clip|video|overall) )?"
        rf"(?:duration|length|runtime|lasts|total|dure|duree(?: totale| du clip)?)\s*"
        rf"(?:of|is|de|:|=|-)?\s*{_T1}",
        as_total,
    ),
    (rf"{_T1}\s*-?\s*(?:long\s+)?{_CLIP}", as_total),
    (rf"{_CLIP}\s*(?:of|de|lasting|d'une duree de|qui dure|en|:)\s*{_T1}", as_total),
    (rf"{_CLIP}{_SORT}\s+(?P<of>de|d'une duree de)\s+{_T1}", as_total_behind),
    (rf"{_T1}\s+(?:in total|total|au total|en tout|altogether)\b", as_total),
    (
        rf"{_OPEN}(?P<lead>\b(?:for|over|during|pendant|durant|about|lasting|environ)\s+)?"
        rf"(?:\b(?:from|de|between|entre)\s+)?(?:\bt\s*=\s*)?"
        rf"(?P<a>{NUMBER})\s?(?P<au>{_UNIT})?{_DASH}{_T2}{_CLOSE}",
        as_unit_range,
    ),
    (
        rf"\bt\s*=\s*(?P<a>{NUMBER})\s?(?P<au>{_UNIT})?{_DASH}"
        rf"t\s*=\s*(?P<b>{NUMBER})\s?(?P<bu>{_UNIT})?",
        as_stamp_range,
    ),
    (
        rf"\b(?:(?:from|de)\s+(?:la\s+)?)?(?:seconds?|secondes?|secs?|time|t)\s*[:=]?\s*"
        rf"(?P<a>\d+(?:[.,]\d+)?){_DASH}(?:(?:second|la seconde|seconde)\s+)?"
        rf"(?P<b>\d+(?:[.,]\d+)?)\b",
        as_bare_range,
    ),
    (rf"\[\s*(?P<a>{NUMBER})\s*-\s*(?P<b>{NUMBER})\s*\]", as_bare_range),
    (r"\(\s*(?P<a>\d+[.,]\d+)\s*-\s*(?P<b>\d+[.,]\d+)\s*\)", as_bare_range),
    (r"(?:(?m:^)|(?<=; ))(?P<a>\d+[.,]\d+)\s?-\s?(?P<b>\d+[.,]\d+)(?=\s+[a-z])", as_bare_range),
    (
        r"(?m:^)[ \t]{0,4}(?:[*+-]\s+)?(?P<a>\d+(?:[.,]\d+)?)\s*-\s*"
        r"(?P<b>\d+(?:[.,]\d+)?)\s*(?=[:-])",
        as_bare_range,
    ),
    (
        r"(?:\b(?:for|in|during|over|pendant|durant|dans|a|au cours de)\s+)?"
        r"(?:\b(?:the|la|le|au|a|au cours de la)\s+)?"
        r"\b(?P<which>first|opening|premiere?|remaining|second|seconde|deuxieme|third|troisieme|last|final"
        r"|latter|closing|dernier|derniere)\s+(?P<size>half|moitie|third|tiers|quarter|quart)\b",
        as_part_of,
    ),
    (
        r"(?:\b(?:for|in|during|over|pendant|durant|dans)\s+)?(?:\b(?:the|la|les)\s+)?"
        rf"(?P<a>{NUMBER})\s+(?:premieres|first)\s+(?P<au>{_UNIT})",
        as_first,
    ),
    (
        r"(?:\b(?:for|in|during|over|pendant|durant|dans)\s+)?(?:\b(?:the|la|les)\s+)?"
        rf"(?P<a>{NUMBER})\s+(?:dernieres|last|final)\s+(?P<au>{_UNIT})",
        as_last,
    ),
    (
        r"(?:\b(?:for|in|during|over|pendant|durant|dans|au cours de)\s+)?"
        r"(?:\b(?:the|la|les|au)\s+)?"
        rf"\b(?:first|opening|initial|premieres?)\s+(?:(?P<a>{NUMBER})\s+)?(?P<au>{_UNIT})",
        as_first,
    ),
    (
        r"(?:\b(?:for|in|during|over|pendant|durant|dans)\s+)?(?:\b(?:the|la|les)\s+)?"
        rf"\b(?:last|final|closing|dernieres?)\s+(?:(?P<a>{NUMBER})\s+)?(?P<au>{_UNIT})",
        as_last,
    ),
    (
        r"(?:\b(?:for|during|over|pendant|durant|sur)\s+)(?:\b(?:the first|les|la|le|the)\s+)?"
        r"(?P<share>2/3|3/4|1/2|1/3|1/4|two thirds|three quarters|half|one third|one quarter"
        r"|a third|a quarter|deux tiers|trois quarts|moitie|un tiers|un quart|tiers|quart)\s+"
        r"(?:of|du|de|d')\s*(?:the |la |le |ce |l')?"
        rf"(?:time|shot|temps|plan|duree|duration|{_CLIP})",
        as_share_of,
    ),
    (
        r"\b(?:halfway through|halfway|midway through|midway|at the midpoint|a mi-parcours"
        r"|a la moitie|a mi-chemin)\b",
        as_middle,
    ),
    (rf"\b(?:until|till|up to|jusqu'a|jusqu'aux?|ends? at|(?<!ed )by)\s+{_T1}", as_anchor("end")),
    (rf"\b(?:until|till|up to|jusqu'a|ends? at|by)\s+{_C}", as_anchor("end")),
    (
        rf"(?:\b(?:at|starting at|beginning at|starting from|from|after|a partir de|des|apres|vers"
        rf"|au bout de|au bout d'|{{A}})|@)\s*(?:the\s+|la\s+)?{_T1}(?:\s+mark\b)?(?:\s+in\b)?"
        r"(?!\s+(?:d'|de\b|of\b))",
        as_anchor("start"),
    ),
    (
        rf"(?:\b(?:at|starting at|from|after|a partir de|des|apres|{{A}})|@)\s*"
        rf"{_C}(?!\s*(?:am|pm|h))",
        as_anchor("start"),
    ),
    (r"\bafter\s+(?P<a>a)\s+(?:full\s+|good\s+)?(?P<au>second)\b", as_anchor("start")),
    (rf"\[\s*{_C}\s*\]", as_anchor("start")),
    (
        r"\b(?:at|from|a la|a partir de la|des la)\s+(?:second|seconde)\s+"
        r"(?P<a>\d+(?:[.,]\d+)?)",
        as_anchor("start"),
    ),
    (
        r"\b(?:a la|des la|a partir de la|at the)\s+(?P<a>\d+)(?:e|eme|re|ere|th|nd|rd|st)\s+"
        r"(?P<au>seconde?)",
        as_anchor("start"),
    ),
    (rf"\bt\s*=\s*(?P<a>{NUMBER})\s?(?P<au>{_UNIT})?", as_stamp),
    (rf"{_LEAD}?(?P<a>another|one more)\s(?P<au>seconde?)\b", as_hyphened),
    (rf"{_LEAD}?(?P<a>{NUMBER})-(?P<au>seconde?)(?=\s(?:beat|shot|part))", as_hyphened),
    (rf"{_LEAD}?{_HALF_WORDS}", as_half_second),
    (rf"{_LEAD}?(?:a couple of|a few|several|quelques)\s+seconde?s\b", as_vague),
    (
        rf"{_LEAD}?(?P<sign>(?<![\w.])-\s?(?=\d))?"
        rf"(?:(?P<a>{NUMBER}|\ba(?=\s+second\b)))(?P<pre>\s+and a half)?"
        r"(?:\s(?:more|extra|full|whole|further|additional|autres?|bonnes?|petites?|longues?))?"
        rf"\s?-?\s?(?P<au>{_UNIT})"
        rf"{_MORE}",
        as_duration,
    ),
]  # fmt: skip

#: "… for 3 seconds, then stay for 2": a number that leaves its unit out after one that told it.
_ELLIPSIS = re.compile(
    r"\b(?:for|during|over|pendant|durant)\s{1,3}(?:(?:the|les)\s{1,3})?"
    r"(?:(?:next|last|following|remaining|prochaines?|dernieres?)\s{1,3})?"
    rf"(?P<a>{NUMBER})(?:\s{{1,3}}(?:more|suivantes?|dernieres?|autres))?"
    r"(?=\s{0,3}(?:[.,;:!?)]|\Z|(?:it|we|the|she|then|and|elle|on|la|puis|et)\b))"
)
_ELLIPTIC_RANGE = re.compile(
    rf"\b(?:from|de)\s(?P<a>{NUMBER})\s(?:to|a)\s(?P<b>{NUMBER})(?=\s{{0,3}}(?:[,:]|[a-z]))"
)
#: "the next three: zoom in", « les trois suivantes : zoom avant ».
_FOLLOWING = re.compile(
    rf"\b(?:(?:the|les)\s)(?:(?:next|following|last)\s(?P<a>{NUMBER})"
    rf"|(?P<n>{NUMBER})\s(?:suivantes?|dernieres?|autres))(?=\s{{0,3}}[,:;.-])"
)
#: "the last: static", « la dernière : immobile ».
_LAST_ONE = re.compile(r"\b(?:the|la)\s(?:last|final|derniere)(?:\sone)?(?P<a>)(?P<n>)(?=\s{0,3}:)")
#: "hold for two seconds, then stay put two more."
_MORE_OF_IT = re.compile(
    rf"\b(?P<a>{NUMBER})(?P<n>)\s(?:more|de plus|encore)(?=\s{{0,3}}(?:[.,;!]|\Z))"
)

#: Numbers without a unit, read only after a time that told one.
ELLIPTIC: list[tuple[re.Pattern[str], Maker]] = [
    (_ELLIPSIS, as_elliptic),
    (_ELLIPTIC_RANGE, as_bare_range),
    (_FOLLOWING, as_elliptic),
    (_MORE_OF_IT, as_elliptic),
    (_LAST_ONE, as_elliptic),
]


@cache
def rules(*, french: bool) -> tuple[tuple[re.Pattern[str], Maker], ...]:
    """The notations; ``french``: whether "a 2 s" may be « à 2 s », an anchor."""
    anchor = "a" if french else "at"
    return tuple((re.compile(_bounded(rule, anchor)), make) for rule, make in _RULES)


def _bounded(rule: str, anchor: str) -> str:
    """A rule with its anchor word, and with runs of blanks bounded so that it stays linear."""
    return rule.replace("{A}", anchor).replace(r"\s*", r"\s{0,3}").replace(r"\s+", r"\s{1,3}")

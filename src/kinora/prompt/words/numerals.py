"""Numbers in digits and in words, English and French, as regular expressions over folded text."""

from __future__ import annotations

import re
from fractions import Fraction

_UNITS: dict[str, int | Fraction] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8,
    "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15,
    "seize": 16, "half": Fraction(1, 2), "demi": Fraction(1, 2), "demie": Fraction(1, 2),
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50,
    "soixante": 60,
}  # fmt: skip
_WHOLES = {"hundred": 100, "cent": 100, "quatre-vingt-dix": 90, "quatre-vingt": 80}

_WORD = "|".join(sorted([*_UNITS, *_TENS, *_WHOLES], key=len, reverse=True))

#: A number: digits with point or comma, a fraction, or up to four number words.
NUMBER = (
    r"(?:\d{1,6} \d/\d{1,2}|\d/\d{1,2}|\d{1,6}(?:[.,]\d{1,6})?|[.]\d{1,6}"
    rf"|\b(?:{_WORD})(?:[- ](?:et[- ]|and )?(?:{_WORD})){{0,3}}\b)"
)


def parse_number(text: str) -> Fraction | None:
    """Value of a match of `NUMBER`; None where the words make none ("two ten")."""
    text = text.strip().replace(",", ".")
    try:
        if "/" in text:
            whole, _, part = text.rpartition(" ")
            return Fraction(whole or 0) + Fraction(part)
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return _words(text)


def _words(text: str) -> Fraction | None:
    total = Fraction(0)
    for whole, value in _WHOLES.items():
        if "-" in whole and whole in text.replace(" ", "-"):
            text = text.replace(" ", "-").replace(whole, "")
            total += value
    for word in re.split(r"[- ]+", text):
        if word in _UNITS:
            total += _UNITS[word]
        elif word in _TENS:
            total += _TENS[word]
        elif word in ("hundred", "cent"):
            total = max(total, Fraction(1)) * 100
        elif word not in ("", "and", "et"):
            return None
    return total

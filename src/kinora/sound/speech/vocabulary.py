"""Phonemes as Kokoro-82M knows them: the numbers of its symbols, and eSpeak NG's IPA in them.

The table is that of the model's own ``config.json`` (hexgrad/Kokoro-82M, Apache-2.0).
"""

from __future__ import annotations

import re
from typing import Final

MOST: Final = 510  # symbols of one utterance

_NUMBERS: Final = {
    1: ';:,.!?', 9: '—…"()“”', 16: " \u0303ʣʥʦʨᵝ\uab67AI", 31: "O", 33: "Q", 35: "ST", 39: "W",
    41: "Yᵊabcdef", 50: "hijklmnopqrstuvwxyzɑɐɒæ", 75: "βɔɕç", 80: "ɖðʤə", 85: "ɚɛɜ", 90: "ɟ",
    92: "ɡ", 99: "ɥ", 101: "ɨɪʝ", 110: "ɯɰŋɳɲɴø", 118: "ɸθœ", 123: "ɹ", 125: "ɾɻ",
    128: "ʁɽʂʃʈʧ", 135: "ʊʋ", 138: "ʌɣɤ", 142: "χʎ", 147: "ʒʔ", 156: "ˈˌː", 162: "ʰ", 164: "ʲ",
    169: "↓", 171: "→↗↘", 177: "ᵻ",
}  # fmt: skip

#: Number of each symbol; 0 stands at both ends.
VOCABULARY: Final = {
    symbol: first + at for first, symbols in _NUMBERS.items() for at, symbol in enumerate(symbols)
}

#: What eSpeak NG writes, and what Kokoro was taught, in this order.
_SHARED: Final = (("dʒ", "ʤ"), ("tʃ", "ʧ"), ("ts", "ʦ"), ("dz", "ʣ"), ("g", "ɡ"))
_ENGLISH: Final = (
    ("aɪ", "I"), ("aʊ", "W"), ("eɪ", "A"), ("ɔɪ", "Y"), ("oʊ", "O"), ("əʊ", "Q"),
    ("ɜːɹ", "ɜː"), ("ɜː", "ɜɹ"), ("ɚɹ", "ɚ"), ("ɚ", "əɹ"), ("ɐ", "ə"),
    ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɬ", "l"), ("ː", ""),
)  # fmt: skip
_PAUSES: Final = re.compile(r"([;:,.!?—…()\"“”]+)")


def clauses(text: str) -> list[tuple[str, str]]:
    """``text`` as (words, the punctuation after them), in order."""
    pieces = _PAUSES.split(text.replace("«", '"').replace("»", '"').replace("’", "'"))
    words, marks = pieces[::2], [*pieces[1::2], ""]
    return [(w.strip(), m) for w, m in zip(words, marks, strict=True) if w.strip() or m]


def spelled(ipa: str, *, lang: str) -> str:
    """eSpeak NG's IPA in Kokoro's symbols; what it has none for is left out."""
    for written, taught in (*_SHARED, *(_ENGLISH if lang == "en" else ())):
        ipa = ipa.replace(written, taught)
    return "".join(symbol for symbol in ipa if symbol in VOCABULARY)


def numbers(symbols: str) -> list[int]:
    """Numbers of the symbols, with 0 at both ends; no more than `MOST` of them."""
    return [0, *(VOCABULARY[symbol] for symbol in symbols[:MOST]), 0]

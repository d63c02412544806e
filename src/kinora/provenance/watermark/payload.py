"""What the invisible mark says, and the error-correcting code that carries it.

88 bits: which key (8), which clip (48), and a check over both (32, keyed). They go through a
convolutional code of rate 1/4 and constraint length 9 with generators 463, 535, 733, 745 (octal;
free distance 24: Larsen, IEEE Trans. Inf. Theory 19, 1973) and come back by soft Viterbi decoding,
which looks at the likeliest few, as key and check tell which is right.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

ID_BITS: Final = 48
_KEY_BITS: Final = 8
_CHECK_BITS: Final = 32
_MEMORY: Final = 8
_GENERATORS: Final = (0o463, 0o535, 0o733, 0o745)
_STATES: Final = 1 << _MEMORY

PAYLOAD_BITS: Final = _KEY_BITS + ID_BITS + _CHECK_BITS
#: Bits on the picture: the code's, with the zeros that end it.
CODED_BITS: Final = len(_GENERATORS) * (PAYLOAD_BITS + _MEMORY)


@dataclass(frozen=True, slots=True)
class Payload:
    """What a mark says."""

    key_id: int  # 0 to 255
    clip_id: str  # 12 hexadecimal digits


def key_id_of(key: bytes) -> int:
    """The number by which a mark names its key: 8 bits of a hash, not of the key."""
    return hashlib.sha256(b"kinora key id" + key).digest()[0]


def coded(clip_id: str, key: bytes) -> F32:
    """The `CODED_BITS` of a clip's mark, each −1 or +1.

    Args:
        clip_id: 12 hexadecimal digits.
        key: 16 bytes or more.
    """
    body = bytes([key_id_of(key)]) + bytes.fromhex(clip_id)
    bits = np.unpackbits(np.frombuffer(body + _check(body, key), np.uint8))
    state, out = 0, []
    for bit in (*bits.tolist(), *[0] * _MEMORY):
        register = (bit << _MEMORY) | state
        out += [(register & g).bit_count() & 1 for g in _GENERATORS]
        state = register >> 1
    return (2.0 * np.array(out, np.float32) - 1.0).astype(np.float32)


def decoded(soft: F32, key: bytes, *, among: int = 1) -> Payload | None:
    """The payload whose code fits ``soft`` best and whose key and check hold.

    Args:
        soft: (`CODED_BITS`,), positive for 1; any scale.
        key: as for `coded`.
        among: how many of the best fits are looked at, 1 or more.
    """
    for bits in _viterbi(np.asarray(soft, np.float64), among):
        data = np.packbits(bits[:PAYLOAD_BITS]).tobytes()
        body, check = data[: -_CHECK_BITS // 8], data[-_CHECK_BITS // 8 :]
        if body[0] == key_id_of(key) and hmac.compare_digest(check, _check(body, key)):
            return Payload(key_id=body[0], clip_id=body[1:].hex())
    return None


def _check(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"kinora mark" + body, hashlib.sha256).digest()[: _CHECK_BITS // 8]


@cache
def _trellis() -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each new state its two old ones, and what the code puts out between them (±1).

    The old state's last bit leaves, so a new state n comes from (2n) mod 256 and (2n + 1) mod 256;
    the bit that entered is n's highest.
    """
    new = np.arange(_STATES)
    old = np.stack([(2 * new) % _STATES, (2 * new + 1) % _STATES])
    register = (new >> (_MEMORY - 1) << _MEMORY) | old
    parity = [
        [[(int(r) & g).bit_count() & 1 for g in _GENERATORS] for r in row] for row in register
    ]
    return old, 2.0 * np.array(parity, np.float64) - 1.0


def _viterbi(soft: NDArray[np.float64], among: int) -> Iterator[NDArray[np.uint8]]:
    """The likeliest input bits of a code that starts and ends in state 0, best first.

    Each state keeps the ``among`` best ways that lead to it (list Viterbi algorithm: Seshadri and
    Sundberg, IEEE Trans. Commun. 42, 1994).
    """
    old, out = _trellis()
    score = np.full((_STATES, among), -np.inf)
    score[0, 0] = 0.0
    steps = soft.reshape(-1, len(_GENERATORS))
    came_from = np.empty((len(steps), _STATES, among), np.int32)
    for step, values in enumerate(steps):
        gained = (out @ values)[:, :, None]
        both = np.concatenate([score[old[0]] + gained[0], score[old[1]] + gained[1]], axis=1)
        picked = np.argpartition(both, among, axis=1)[:, among:]
        came_from[step], score = picked, np.take_along_axis(both, picked, axis=1)
    for last in np.argsort(-score[0], kind="stable"):
        state, way = 0, int(last)
        bits = np.empty(len(steps), np.uint8)
        for step in range(len(steps) - 1, -1, -1):
            bits[step] = state >> (_MEMORY - 1)
            from_second, way = divmod(int(came_from[step, state, way]), among)
            state = int(old[from_second, state])
        yield bits

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
from heapq import heappop, heappush
from math import inf
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

ID_BITS: Final = 48
_KEY_BITS: Final = 8
_CHECK_BITS: Final = 32
_MEMORY: Final = 8
_GENERATORS: Final = (0o463, 0o535, 0o733, 0o745)
_STATES: Final = 1 << _MEMORY

#: The bits of a way from some step on, the first and then the others.
_Bits: TypeAlias = "tuple[int, _Bits] | None"
#: A way that waits to be followed: what it loses, a number of its own, how many steps lie before
#: it, the state after them, and its bits from there on.
_Way: TypeAlias = tuple[float, int, int, int, _Bits]

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

    One pass forwards says what each way loses where it leaves the best one into its state; the ways
    are then followed backwards in the order of what they lose in all (tree-trellis search: Soong
    and Huang, Proc. ICASSP 1991).
    """
    better, worse, lost = _branches(soft)
    waiting: list[_Way] = [(0.0, 0, len(better), 0, None)]
    met = 0
    for _ in range(among):
        if not waiting:
            return
        loss, _, step, state, bits = heappop(waiting)
        while step:
            step -= 1
            bits = (state >> (_MEMORY - 1), bits)
            if lost[step][state] < inf:
                met += 1
                heappush(waiting, (loss + lost[step][state], met, step, worse[step][state], bits))
            state = better[step][state]
        yield np.fromiter(_unrolled(bits), np.uint8, len(better))


def _branches(
    soft: NDArray[np.float64],
) -> tuple[list[list[int]], list[list[int]], list[list[float]]]:
    """For each step and new state: the better and the worse old one, and what the worse loses."""
    old, out = _trellis()
    score = np.full(_STATES, -np.inf)
    score[0] = 0.0
    steps = soft.reshape(-1, len(_GENERATORS))
    better, worse = np.empty((2, len(steps), _STATES), np.intp)
    lost = np.full((len(steps), _STATES), np.inf)
    for step, values in enumerate(steps):
        first, second = score[old] + out @ values
        swapped = second > first
        better[step], worse[step] = np.where(swapped, old[::-1], old)
        score, low = np.maximum(first, second), np.minimum(first, second)
        reached = low > -np.inf
        lost[step, reached] = score[reached] - low[reached]
    return better.tolist(), worse.tolist(), lost.tolist()


def _unrolled(bits: _Bits) -> Iterator[int]:
    while bits is not None:
        bit, bits = bits
        yield bit

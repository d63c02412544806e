"""Sound files that the caller brings."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.errors import InputError
from kinora.sound.protocol import SAMPLE_RATE

F32 = NDArray[np.float32]

_LONGEST: Final = 600  # seconds that are read of a file
_JOINT: Final = SAMPLE_RATE // 2  # samples over which a loop's end gives way to its start


def read_sound(path: Path, *, param: str) -> F32:
    """The sound of a file in any format that FFmpeg reads: (n, 2) float32 at 48 kHz.

    Args:
        path: the file; at most ten minutes of it are read.
        param: what the caller calls it.

    Raises:
        InputError: it can't be read, or holds no sound.
    """
    import av  # costs a tenth of a second to who brings no file

    pieces: list[F32] = []
    count = 0
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise InputError(f"{path.name} holds no sound.", param=param)
            for frame in container.decode(audio=0):
                for piece in resampler.resample(frame):
                    pieces.append(np.asarray(piece.to_ndarray(), np.float32))
                    count += piece.samples
                if count >= _LONGEST * SAMPLE_RATE:
                    break
    except (av.error.FFmpegError, OSError) as error:
        reason = (error.strerror or "it isn't a sound file").lower()
        raise InputError(f"{path.name} can't be read as sound: {reason}.", param=param) from error
    if not count:
        raise InputError(f"{path.name} holds no sound.", param=param)
    return np.nan_to_num(np.concatenate(pieces, axis=1).T)


def filled(sound: F32, samples: int) -> F32:
    """``sound`` cut to ``samples``, or repeated until it fills them, without a seam."""
    if len(sound) >= samples:
        return sound[:samples].copy()
    joint = min(_JOINT, len(sound) // 4)
    step = len(sound) - joint
    rise = np.sqrt(np.linspace(0.0, 1.0, joint, dtype=np.float32))[:, None]
    piece = sound.copy()
    piece[:joint] *= rise
    piece[step:] *= rise[::-1]
    whole = np.zeros((samples + len(sound), 2), np.float32)
    for start in range(0, samples, step):
        whole[start : start + len(sound)] += piece
    whole[:joint] = sound[:joint]  # nothing comes before the first
    return whole[:samples]

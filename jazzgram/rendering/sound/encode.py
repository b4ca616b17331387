"""Encode samples as WAV, FLAC, Ogg Vorbis or MP3."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgram.rendering.sound.requirements import need

Samples = NDArray[np.float32]
"""Shape (frames, 2): left and right, full scale 1.0."""

FORMATS = ("wav", "flac", "ogg", "mp3")
RATES = (32000, 44100, 48000)
"""Samples per second that all formats support at every bitrate."""

_PIECE = 1 << 16
"""Frames written at once: libsndfile's Vorbis encoder copies them to the stack."""

_MP3 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""Bitrates of MPEG-1 layer III in kbit/s; the nearest is used."""

_LAME_QUALITY = 5
"""0 (slowest) to 9; at 5 LAME takes two thirds of the time that it takes at 2, a usual setting for masters."""

_VORBIS = (64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 500)
"""kbit/s of a stereo file at each tenth of Vorbis's quality (Xiph, *Vorbis I Encoder FAQ*)."""


def resample(samples: Samples, old: int, new: int) -> Samples:
    """Change the sample rate.

    Parameters
    ----------
    samples : ndarray of float32, shape (frames, 2)
        At the old rate; may be empty.
    old, new : int
        Samples per second, above 0.

    Returns
    -------
    ndarray of float32, shape (frames * new / old, 2)

    Examples
    --------
    >>> resample(np.ones((480, 2), np.float32), 48000, 44100).shape
    (441, 2)
    """
    return samples if old == new else np.asarray(need("soxr").resample(samples, old, new), np.float32)


def encode(samples: Samples, rate: int, form: str, bitrate: int = 192, title: str = "", note: str = "") -> bytes:
    """Encode samples.

    Parameters
    ----------
    samples : ndarray of float32, shape (frames, 2)
        Clipped to full scale.
    rate : int
        One of `RATES`.
    form : str
        One of `FORMATS`; ``wav`` and ``flac`` have 16 bits.
    bitrate : int
        kbit/s, 32 to 320: constant for ``mp3``, about the average for ``ogg``, ignored by the others.
    title : str
        The title that a player displays.
    note : str
        Stored in the file as its comment.

    Returns
    -------
    bytes
        The content of a file.
    """
    if form == "mp3":
        return _mp3(samples, rate, bitrate, title, note)
    soundfile = need("soundfile")
    options: dict[str, object] = {"subtype": "PCM_16"}
    if form == "ogg":
        quality = float(np.interp(bitrate, _VORBIS, np.arange(11) / 10))
        options = {"subtype": "VORBIS", "compression_level": 1 - quality}
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", rate, 2, format=form.upper(), **options) as file:
        if title:
            file.title = title
        if note:
            file.comment = note
        for start in range(0, len(samples), _PIECE):
            file.write(np.clip(samples[start : start + _PIECE], -1, 1))
    return buffer.getvalue()


def _mp3(samples: Samples, rate: int, bitrate: int, title: str, note: str) -> bytes:
    """Encode with LAME itself, which is three times as fast as libsndfile's settings of it."""
    encoder = need("lameenc").Encoder()
    encoder.set_bit_rate(min(_MP3, key=lambda supported: abs(supported - bitrate)))
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(2)
    encoder.set_quality(_LAME_QUALITY)
    whole = (np.clip(samples, -1, 1) * 32767).round().astype("<i2")
    music = bytes(encoder.encode(whole.tobytes())) + bytes(encoder.flush())
    frames = b"".join(
        (_frame(b"TIT2", title) if title else b"", _frame(b"COMM", note, b"eng\xff\xfe\x00\x00") if note else b"")
    )
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return (b"ID3\x03\x00\x00" + size + frames if frames else b"") + music


def _frame(name: bytes, text: str, before: bytes = b"") -> bytes:
    """Write a text frame of an ID3v2.3 tag, in UTF-16."""
    content = b"\x01" + before + text.encode("utf-16")
    return name + len(content).to_bytes(4, "big") + b"\x00\x00" + content


def comment_of(path: Path) -> str:
    """Read the comment of a sound file; empty where it has none or is no sound file."""
    soundfile = need("soundfile")
    try:
        with soundfile.SoundFile(path) as file:
            return str(file.comment)
    except (OSError, RuntimeError):
        return ""

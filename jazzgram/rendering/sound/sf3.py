"""Unpack a compressed soundfont (SF3) into a plain one (SF2), which every renderer reads.

An SF3 file is an SF2 file whose samples are Ogg Vorbis streams: the sample headers' start and end count bytes, loops
count frames from the sample's start, and bit 4 of the sample type is set (MuseScore's *SoundFont 3 Format*). Layout of
the rest: *SoundFont Technical Specification 2.04* (E-mu, 1998), sections 5 to 7.
"""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np

from jazzgram.errors import JazzgramError
from jazzgram.rendering.sound.requirements import need

_COMPRESSED = 0x10
_HEADER = struct.Struct("<20sIIIIIBbHH")
_GAP = 46
"""Silent frames after each sample, required by the specification."""


def is_soundfont(content: bytes) -> bool:
    """Return whether a file is a soundfont of any kind."""
    return content[:4] == b"RIFF" and content[8:12] == b"sfbk"


def to_sf2(content: bytes, name: str) -> bytes:
    """Unpack the samples of a soundfont.

    Parameters
    ----------
    content : bytes
        A soundfont, compressed or not.
    name : str
        The name in error messages.

    Returns
    -------
    bytes
        The same instruments with 16-bit samples; `content` itself where no sample is compressed.

    Raises
    ------
    JazzgramError
        Where `content` is not a soundfont, or a sample cannot be unpacked.
    """
    try:
        lists = {content[at + 8 : at + 12]: (at + 12, at + 8 + size) for _, at, size in _chunks(content, 12)}
        parts = {tag: _inner(content, *lists[tag]) for tag in (b"INFO", b"sdta", b"pdta")}
        headers = list(_HEADER.iter_unpack(parts[b"pdta"][b"shdr"]))
        if not any(header[9] & _COMPRESSED for header in headers):
            return content
        samples, made = _unpack(headers, parts[b"sdta"][b"smpl"])
    except (KeyError, struct.error, RuntimeError) as error:
        raise JazzgramError(f"{name}: not a soundfont that can be read ({error or type(error).__name__})") from None
    parts[b"sdta"] = {b"smpl": samples}
    parts[b"pdta"][b"shdr"] = made
    parts[b"INFO"][b"ifil"] = struct.pack("<HH", 2, 4)
    body = b"".join(
        _chunk(b"LIST", tag + b"".join(_chunk(*item) for item in part.items())) for tag, part in parts.items()
    )
    return _chunk(b"RIFF", b"sfbk" + body)


def _unpack(headers: list[Any], packed: bytes) -> tuple[bytes, bytes]:
    """Decode every sample; return all of them and their headers with new offsets."""
    soundfile = need("soundfile")
    pieces, made, frames = [], [], 0
    for name, start, end, loop, loop_end, rate, key, cents, link, kind in headers:
        if kind & _COMPRESSED:
            sound, _ = soundfile.read(io.BytesIO(packed[start:end]), dtype="int16")
        else:
            sound = np.frombuffer(packed[2 * start : 2 * end], "<i2")
            loop, loop_end = loop - start, loop_end - start
        begin, frames = frames, frames + len(sound) + _GAP
        pieces.append(sound.astype("<i2").tobytes() + bytes(2 * _GAP))
        offsets = (begin, begin + len(sound), begin + loop, begin + loop_end)
        made.append(_HEADER.pack(name, *offsets, rate, key, cents, link, kind & ~_COMPRESSED))
    return b"".join(pieces), b"".join(made)


def _inner(content: bytes, start: int, end: int) -> dict[bytes, bytes]:
    return {tag: content[at + 8 : at + 8 + size] for tag, at, size in _chunks(content[:end], start)}


def _chunks(content: bytes, at: int) -> list[tuple[bytes, int, int]]:
    """List the chunks from an offset on: tag, offset, size of the content."""
    found = []
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        found.append((content[at : at + 4], at, size))
        at += 8 + size + size % 2
    return found


def _chunk(tag: bytes, content: bytes) -> bytes:
    return tag + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)

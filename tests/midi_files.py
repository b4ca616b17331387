"""Write MIDI files event by event, for the tests that need what a library would smooth away."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

Played = tuple[int, bytes]
"""A time in the file's ticks, and the bytes of an event."""


def note(onset: int, duration: int, pitch: int, channel: int = 0) -> list[Played]:
    return [(onset, bytes((0x90 | channel, pitch, 80))), (onset + duration, bytes((0x80 | channel, pitch, 0)))]


def notes(played: Iterable[tuple[int, int, int]], channel: int = 0) -> list[Played]:
    return [event for onset, duration, pitch in played for event in note(onset, duration, pitch, channel)]


def chord(onset: int, duration: int, pitches: Iterable[int], channel: int = 0) -> list[Played]:
    return notes([(onset, duration, pitch) for pitch in pitches], channel)


def program(time: int, number: int, channel: int = 0) -> Played:
    return time, bytes((0xC0 | channel, number))


def meta(time: int, kind: int, data: bytes) -> Played:
    return time, bytes((0xFF, kind, len(data))) + data


def name(text: str) -> Played:
    return meta(0, 0x03, text.encode())


def meter(time: int, text: str) -> Played:
    beats, value = map(int, text.split("/"))
    return meta(time, 0x58, bytes((beats, value.bit_length() - 1, 24, 8)))


def tempo(time: int, quarters_a_minute: int) -> Played:
    return meta(time, 0x51, (60_000_000 // quarters_a_minute).to_bytes(3, "big"))


def write(path: Path, *tracks: Sequence[Played], per_quarter: int = 96, running_status: bool = False) -> Path:
    """Write a file of format 0 (one track) or 1; of events at one time, those that end notes come first."""
    chunks = b"".join(_chunk(track, running_status) for track in tracks)
    path.write_bytes(struct.pack(">4sLHHH", b"MThd", 6, len(tracks) > 1, len(tracks), per_quarter) + chunks)
    return path


def _chunk(track: Sequence[Played], running_status: bool) -> bytes:
    body, last, status = b"", 0, -1
    for time, event in sorted(track, key=lambda played: (played[0], played[1][0] & 0xF0 != 0x80)):
        repeated = running_status and event[0] == status
        body += _number(time - last) + (event[1:] if repeated else event)
        last, status = time, event[0] if event[0] < 0xF0 else -1
    body += b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">L", len(body)) + body


def _number(value: int) -> bytes:
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(reversed(digits))

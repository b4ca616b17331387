"""Walk through the events of a MIDI file's tracks, byte by byte, for what the fast parser does not return.

That is slow (about a microsecond a byte), so each question here first looks for bytes that could be its answer, and
walks only the tracks that have them. Source: *Standard MIDI Files 1.0* (MIDI Manufacturers Association, 1996).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

META = 0xFF
TEXT, LYRIC, MARKER, CUE = 0x01, 0x05, 0x06, 0x07
END_OF_TRACK = 0x2F
_PROGRAM_CHANGE, _NOTE_ON, _NOTE_OFF = 0xC, 0x9, 0x8
_MOST = 127
_END = b"\xff\x2f\x00"
_TEXT_BYTES = re.compile(rb"\xff[\x01\x05\x06\x07][^\x00]")


class Event(NamedTuple):
    """One event of a track."""

    time: int
    """The file's ticks from the start."""
    status: int
    """The status byte, also where it is a running one."""
    kind: int
    """Of a meta event, which; else 0."""
    start: int
    """The byte offset of its data in the file."""
    end: int
    """Where they end."""


class Text(NamedTuple):
    """A text, lyric, marker or cue event."""

    track: int
    """The track's index in the file, from 0."""
    kind: int
    """`TEXT`, `LYRIC`, `MARKER` or `CUE`."""
    time: int
    """The file's ticks from the start."""
    text: str
    """UTF-8 where it is that, else Latin-1."""


def tracks(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield the byte offsets at which the events of each track begin and end."""
    position = 8 + int.from_bytes(content[4:8], "big")
    while position + 8 <= len(content):
        name, length = struct.unpack_from(">4sL", content, position)
        start, position = position + 8, position + 8 + length
        if name == b"MTrk":
            yield start, min(position, len(content))


def events(content: bytes, start: int, end: int) -> Iterator[Event]:
    """Yield the events of a track, up to the first one that is damaged."""
    position, time, running = start, 0, 0
    try:
        while position < end:
            delta, position = _number(content, position)
            time += delta
            status, kind = content[position], 0
            if status < 0x80:
                status, position = running, position - 1
            if status >= 0xF0:
                kind = content[position + 1] if status == META else 0
                length, data = _number(content, position + (2 if status == META else 1))
            else:
                length, data, running = 1 if status >> 4 in (0xC, 0xD) else 2, position + 1, status
            if not status or data + length > end:
                return
            yield Event(time, status, kind, data, data + length)
            position = data + length
    except IndexError:
        return


def texts(content: bytes) -> list[Text]:
    """List the text, lyric, marker and cue events that are not empty, track by track, each in time order."""
    found: list[Text] = []
    for number, (start, end) in enumerate(tracks(content)):
        if not _TEXT_BYTES.search(content, start, end):
            continue
        for event in events(content, start, end):
            if event.status == META and event.kind in (TEXT, LYRIC, MARKER, CUE):
                text = _decode(content[event.start : event.end]).strip()
                if text:
                    found.append(Text(number, event.kind, event.time, text))
    return found


def keep_first_programs(content: bytes) -> bytes:
    """Leave every channel of a track one program: the one it has when its first note begins.

    A player who changes the sound in mid-solo stays one player; the fast parser would make another track of each sound.
    """
    column = np.frombuffer(content, np.uint8)
    offsets = np.flatnonzero(((column[:-1] & 0xF0) == _PROGRAM_CHANGE << 4) & (column[1:] < 0x80))
    changed = bytearray(content)
    for start, end in tracks(content):
        channels = column[offsets[np.searchsorted(offsets, start) : np.searchsorted(offsets, end)]]
        if len(channels) > len(np.unique(channels)):
            _keep_first_program(changed, content, start, end)
    return bytes(changed)


def clip_data_bytes(content: bytes) -> bytes:
    """Set to 127 what is above it in the data of channel messages, where no byte can be: players do so.

    Only tracks whose events can be followed to their end are changed; in others such a byte may be a status.
    """
    changed = bytearray(content)
    for start, end in tracks(content):
        above: list[int] = []
        whole = False
        for event in events(content, start, end):
            if event.status < 0xF0:
                above += [offset for offset in range(event.start, event.end) if content[offset] > _MOST]
            elif event.status == META and event.kind == END_OF_TRACK:
                whole = event.end == end
                break
        if whole:
            for offset in above:
                changed[offset] = _MOST
    return bytes(changed)


def end_all_notes(content: bytes, times: int) -> bytes:
    """End every pitch of every channel at the end of each track, `times` times; tracks without an end stay."""
    column = np.frombuffer(content, np.uint8)
    pieces = [content[:14]]
    for start, end in tracks(content):
        body = content[start:end]
        if body.endswith(_END):
            here = column[start:end]
            channels = np.unique(here[(here & 0xF0) == _NOTE_ON << 4] & 0xF).tolist()
            ends = b"".join(
                bytes((0, _NOTE_OFF << 4 | channel, pitch, 0)) for channel in channels for pitch in range(128)
            )
            # The time that is left before the end goes to an empty text; the first note ends a tick later.
            body = body[: -len(_END)] + b"\xff\x01\x00\x01" + (ends * times + b"\x00")[1:] + _END
        pieces.append(struct.pack(">4sL", b"MTrk", len(body)) + body)
    return b"".join(pieces)


def _keep_first_program(changed: bytearray, content: bytes, start: int, end: int) -> None:
    programs: dict[int, int] = {}
    played: dict[int, int] = {}
    offsets: dict[int, list[int]] = {}
    for event in events(content, start, end):
        kind, channel = event.status >> 4, event.status & 0xF
        if kind == _PROGRAM_CHANGE:
            programs[channel] = content[event.start]
            offsets.setdefault(channel, []).append(event.start)
        elif kind == _NOTE_ON:
            played.setdefault(channel, programs.get(channel, 0))
    for channel, program in played.items():
        for offset in offsets.get(channel, ()):
            changed[offset] = program


def _number(content: bytes, position: int) -> tuple[int, int]:
    """Read a number of variable length; return it and the offset behind it."""
    value = 0
    while True:
        byte = content[position]
        position += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, position


def _decode(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")

"""Standard MIDI files for the renderer: checked, and with silence at the end for the last note to decay.

Formats and chunks after the *Standard MIDI Files 1.0* specification (MMA, 1996).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jazzgram.errors import JazzgramError
from jazzgram.music.midi import midi_score
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.music.tune import Track

TAIL = 2.5
"""Seconds that are rendered after the last event."""

LONGEST = 3600.0
"""Seconds of music that are rendered at most: an hour takes 1.4 GB of memory."""

_VOLUME, _PAN, _REVERB, _ALL_OFF = 7, 10, 91, 123
_DRUM_CHANNEL = 9


@dataclass(frozen=True, slots=True)
class StagePosition:
    """Left to right and near to far on the stage: General MIDI pan (64 is the middle) and reverb send, 0 to 127."""

    pan: int = 64
    reverb: int = 40


def part_bytes(tracks: Iterable[tuple[Track, StagePosition]], tempo: float, length: int, volume: int) -> bytes:
    """Write parts that sound together as a MIDI file.

    Parameters
    ----------
    tracks : iterable of (Track, StagePosition)
        At most 15 without drums, and any number of drums.
    tempo : float
        Quarter notes per minute, above 0.
    length : int
        Ticks at which the music ends; `TAIL` seconds follow.
    volume : int
        General MIDI channel volume of all of them, 1 to 127.

    Returns
    -------
    bytes
        Format 1, 480 ticks to the quarter note. Notes without length are left out; notes before 0 begin at 0.
    """
    quarter = min(max(round(60_000_000 / tempo), 1), 0xFFFFFF)
    end = length + round(TAIL * tempo / 60 * TICKS_PER_QUARTER)
    chunks = [_track([(0, b"\xff\x51\x03" + quarter.to_bytes(3, "big")), (end, bytes((0xB0, _ALL_OFF, 0)))])]
    channels = iter(channel for channel in range(16) if channel != _DRUM_CHANNEL)
    for track, position in tracks:
        channel = _DRUM_CHANNEL if track.is_drum else next(channels)
        control = 0xB0 | channel
        events = [(0, bytes((0xC0 | channel, track.program)))]
        for number, value in ((_VOLUME, volume), (_PAN, position.pan), (_REVERB, position.reverb)):
            events.append((0, bytes((control, number, value))))
        for note in track.notes:
            if note.end > max(note.onset, 0) and 0 <= note.pitch <= 127:
                velocity = min(max(note.velocity, 1), 127)
                events.append((max(note.onset, 0), bytes((0x90 | channel, note.pitch, velocity))))
                events.append((note.end, bytes((0x80 | channel, note.pitch, 0))))
        chunks.append(_track(events))
    return b"MThd" + struct.pack(">IHHH", 6, 1, len(chunks), TICKS_PER_QUARTER) + b"".join(chunks)


def with_tail(midi: bytes, name: str) -> tuple[bytes, float]:
    """Check a MIDI file and append silence.

    Parameters
    ----------
    midi : bytes
        A file's content.
    name : str
        The name in error messages.

    Returns
    -------
    midi : bytes
        The same with `TAIL` seconds of silence behind it, as format 1.
    seconds : float
        How long the music lasts, without the tail.

    Raises
    ------
    JazzgramError
        Where it is not a MIDI file, is damaged, has no note, or lasts longer than `LONGEST`.
    """
    if midi[:4] != b"MThd" or len(midi) < 14:
        raise JazzgramError(f"{name}: not a MIDI file (it does not begin with MThd)")
    size, form, count, division = struct.unpack(">IHHH", midi[4:14])
    if form > 1 or division & 0x8000 or not division:
        raise JazzgramError(
            f"{name}: a MIDI file of format {form} and division {division} cannot be played; save it "
            "as format 1 with ticks to the quarter note"
        )
    body = list(_chunks(midi, 8 + size, count, name))
    end, seconds, tempo = _extent(midi, name)
    if seconds > LONGEST:
        raise JazzgramError(f"{name}: lasts {seconds / 60:.0f} minutes; at most {LONGEST / 60:.0f} can be rendered")
    tail = _track([(end + round(TAIL * tempo / 60 * division), bytes((0xB0, _ALL_OFF, 0)))])
    head = b"MThd" + struct.pack(">IHHH", 6, 1, len(body) + 1, division)
    return head + b"".join(body) + tail, seconds


def _chunks(midi: bytes, at: int, count: int, name: str) -> Iterable[bytes]:
    found = 0
    while found < count:
        if at + 8 > len(midi):
            raise JazzgramError(f"{name}: damaged: {found} of its {count} tracks are there, then the file ends")
        kind, size = midi[at : at + 4], int.from_bytes(midi[at + 4 : at + 8], "big")
        if at + 8 + size > len(midi):
            raise JazzgramError(f"{name}: damaged: track {found + 1} of {count} is cut off")
        if kind == b"MTrk":
            found += 1
            yield midi[at : at + 8 + size]
        at += 8 + size


def _extent(midi: bytes, name: str) -> tuple[int, float, float]:
    """Return the ticks and seconds at which a file's last note ends, and the tempo there."""
    try:
        score = midi_score(midi)
        ticks = score.end()
        seconds = score.to("second").end()
    except Exception as error:  # its conversions, too, raise several kinds
        raise JazzgramError(f"{name}: damaged: {' '.join(str(error).split())}") from None
    if not any(len(track.notes) for track in score.tracks):
        raise JazzgramError(f"{name}: has no notes")
    tempos = [tempo.qpm for tempo in score.tempos if tempo.time <= ticks]
    return ticks, seconds, tempos[-1] if tempos else 120.0


def _track(events: Sequence[tuple[int, bytes]]) -> bytes:
    """Write a track chunk; of events at one tick, notes end before others begin and controls come first."""
    order = {0xB: 0, 0xC: 1, 0xF: 1, 0x8: 2, 0x9: 3}
    body, now = bytearray(), 0
    for tick, message in sorted(events, key=lambda event: (event[0], order[event[1][0] >> 4])):
        body += _variable(tick - now) + message
        now = tick
    body += b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(body)) + bytes(body)


def _variable(number: int) -> bytes:
    """Write a variable-length quantity: seven bits a byte, the highest bit set on all but the last."""
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))

"""Open a MIDI file and list its parts, refusing in one line what is not whole."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jazzgram import TICKS_PER_QUARTER, JazzgramError

from ._quantize import Ints


@dataclass(frozen=True, eq=False)
class Part:
    """A track that has notes.

    Parameters
    ----------
    number : int
        Its place among the tracks that have notes, from 0.
    name : str
        As the file names it, on one line; ``Part N`` where it has no name.
    program : int
        General MIDI program, 0 to 127.
    is_drum : bool
        Whether it plays on the drum channel.
    onsets, durations : ndarray of int
        In the file's ticks, onsets ascending; notes of one onset in the order of the file.
    pitches, velocities : ndarray of int
        MIDI numbers, as many.
    """

    number: int
    name: str
    program: int
    is_drum: bool
    onsets: Ints
    durations: Ints
    pitches: Ints
    velocities: Ints

    @property
    def ends(self) -> Ints:
        """When each note ends, in the file's ticks."""
        return self.onsets + self.durations

    def __str__(self) -> str:
        return f"{self.number} {self.name} (program {self.program}, {len(self.onsets)} notes)"


def open_midi(source: Path) -> Any:
    """Parse a MIDI file.

    Returns
    -------
    symusic.Score
        In the file's own ticks.

    Raises
    ------
    JazzgramError
        Where the file cannot be read, is not MIDI, is truncated or damaged, or counts its time in seconds.
    """
    import symusic

    try:
        content = source.read_bytes()
    except IsADirectoryError:
        raise JazzgramError(f"{source}: is a folder; the midi reader reads one file (.mid)") from None
    except OSError as error:
        raise JazzgramError(f"{source}: cannot be read ({error.strerror}); check its name and permissions") from None
    tracks = _whole_tracks(source, content)
    try:
        return symusic.Score.from_midi(tracks)
    except Exception as error:  # the parser has no exception of its own; whatever it raises is about the content
        raise JazzgramError(f"{source}: damaged MIDI file ({one_line(str(error))}); get an intact copy") from None


def list_parts(score: Any) -> list[Part]:
    """List the tracks of a symusic score that have notes; empty where none has."""
    parts: list[Part] = []
    for track in score.tracks:
        columns = track.notes.numpy()
        if not columns["time"].size:
            continue
        order = np.argsort(columns["time"], kind="stable")
        onsets, durations, pitches, velocities = (
            columns[name][order].astype(np.int64) for name in ("time", "duration", "pitch", "velocity")
        )
        number = len(parts)
        name = one_line(track.name) or f"Part {number}"
        parts.append(Part(number, name, track.program, track.is_drum, onsets, durations, pitches, velocities))
    return parts


def in_force(events: Sequence[Any], time: int, per_quarter: int) -> Any:
    """Find the tempo or key that holds at a time in our ticks.

    Returns
    -------
    symusic event or None
        The last one at or before `time`; the first one where all are later; None where there is none.
    """
    past = [event for event in events if event.time * TICKS_PER_QUARTER <= time * per_quarter]
    return past[-1] if past else next(iter(events), None)


def one_line(text: str) -> str:
    """Give a text without line ends and other control characters, for messages and names."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _whole_tracks(source: Path, content: bytes) -> bytes:
    """Give the file up to the end of its last announced track; some programs leave scraps behind it."""
    if not content:
        raise JazzgramError(f"{source}: is empty (0 bytes); get an intact MIDI file")
    if content[:4] != b"MThd"[: len(content)]:
        raise JazzgramError(
            f"{source}: not a MIDI file (it begins with {content[:4]!r} instead of b'MThd'); export it as .mid"
        )
    if len(content) < 14:
        raise JazzgramError(f"{source}: truncated MIDI file (it ends within its header); get an intact copy")
    header, kind, announced, division = struct.unpack(">LHHH", content[4:14])
    if kind not in (0, 1):
        raise JazzgramError(f"{source}: MIDI format {kind} is not read; export it as format 0 or 1")
    if division == 0 or division & 0x8000:
        raise JazzgramError(f"{source}: does not count its time in ticks per quarter note; export it so")
    position, found = 8 + header, 0
    while found < announced:
        if position + 8 > len(content):
            raise JazzgramError(
                f"{source}: truncated MIDI file ({found} of {announced} tracks are there); get an intact copy"
            )
        name, length = struct.unpack(">4sL", content[position : position + 8])
        position += 8 + length
        found += name == b"MTrk"
        if position > len(content):
            raise JazzgramError(
                f"{source}: truncated MIDI file ({position - len(content)} bytes of track {found} are missing, "
                f"{announced} tracks are announced); get an intact copy"
            )
    return content[:position]

"""Open a MIDI file and list its parts, refusing in one line what is not whole."""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jazzgram import JazzgramError
from jazzgram.music import midi_score

from .events import clip_data_bytes, end_all_notes, keep_first_programs
from .quantize import Ints

_MOST_BYTES, _MOST_PARTS, _MOST_NOTES, _MOST_METERS = 3_000_000, 500, 200_000, 20_000
"""A symphony has 60 parts and 100,000 notes in 1 MB; what has more than these would take long, and is no music."""

_MOST_QUARTERS = 160_000
"""20,000 bars of eight quarter notes."""

_MOST_UNENDED = 16
"""Notes of one pitch that begin and never end; of more, these are counted."""

GM_FAMILIES = (
    *("Piano", "Mallets", "Organ", "Guitar", "Bass", "Solo Strings", "Ensemble", "Brass"),
    *("Reed", "Pipe", "Synth Lead", "Synth Pad", "Synth Effect", "Ethnic", "Percussion", "Sound Effect"),
)
"""The instruments of General MIDI, eight programs each (MIDI Manufacturers Association, *GM System Level 1*, 1991)."""


@dataclass(frozen=True, eq=False)
class Part:
    """What one channel of one track plays.

    Parameters
    ----------
    number : int
        Its index among those that have notes, from 0: in the order of the tracks, in a track of the channels.
    name : str
        As the file names its track, on one line; ``Part N`` where it has no name. Where all parts have one name (a
        file of one track, named for the tune), what they play: ``Reed``.
    program : int
        General MIDI program of its first note, 0 to 127.
    is_drum : bool
        Whether it plays on the drum channel.
    per_quarter : int
        The file's ticks to the quarter note.
    onsets, durations : ndarray of int
        In the file's ticks, onsets ascending; notes of one onset in the order of the file.
    pitches, velocities : ndarray of int
        MIDI numbers, as many.
    """

    number: int
    name: str
    program: int
    is_drum: bool
    per_quarter: int
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


def read_whole(source: Path) -> bytes:
    """Read a MIDI file up to the end of its last announced track; some programs leave scraps behind it.

    A file in a RIFF is taken out of it (*RP-29*, MIDI Manufacturers Association), and what a header has beyond its six
    bytes is left out (*Standard MIDI Files 1.0*: a header may grow, and what is not known is to be read over).

    Raises
    ------
    JazzgramError
        Where the file cannot be read, is not MIDI, is truncated or too large, or counts its time in seconds.
    """
    try:
        kind = source.stat()
        if stat.S_ISDIR(kind.st_mode):
            raise JazzgramError(f"{source}: is a folder; the midi reader reads one file (.mid)")
        if not stat.S_ISREG(kind.st_mode):
            raise JazzgramError(f"{source}: is a device or a pipe; the midi reader reads a file (.mid)")
        if kind.st_size > _MOST_BYTES:
            raise JazzgramError(
                f"{source}: has {kind.st_size:,} bytes, more than the {_MOST_BYTES:,} that are read; cut it into pieces"
            )
        content = source.read_bytes()
    except OSError as error:
        raise JazzgramError(f"{source}: cannot be read ({error.strerror}); check its name and permissions") from None
    return _whole_tracks(source, _without_riff(source, content))


def parse_midi(source: Path, content: bytes) -> Any:
    """Parse what `read_whole` has read.

    Returns
    -------
    symusic.Score
        In the file's own ticks; each channel of a track is one of its tracks, whatever programs it plays.

    Raises
    ------
    JazzgramError
        Where the file is damaged or has too much in it.
    """
    score = _score(source, content)
    notes, signatures = sum(len(track.notes) for track in score.tracks), len(score.time_signatures)
    for name, found, most in (
        ("parts", len(score.tracks), _MOST_PARTS),
        ("notes", notes, _MOST_NOTES),
        ("time signatures", signatures, _MOST_METERS),
    ):
        if found > most:
            raise JazzgramError(f"{source}: has {found:,} {name}, more than the {most:,} that are read; cut it down")
    # A sum of waiting times beyond 31 bits comes out of the parser as a negative time.
    timed = (score.tempos, score.time_signatures, score.key_signatures, *(track.notes for track in score.tracks))
    if any(events.numpy()["time"].min(initial=0) < 0 for events in timed):
        raise JazzgramError(f"{source}: damaged MIDI file (it lasts longer than 2^31 ticks); get an intact copy")
    _check_lengths(source, score)
    return score


def _check_lengths(source: Path, score: Any) -> None:
    """Refuse notes that last longer than any music."""
    longest = _MOST_QUARTERS * score.ticks_per_quarter
    for number, track in enumerate(score.tracks):
        columns = track.notes.numpy()
        endless = np.flatnonzero(columns["duration"] > longest)
        if len(endless):
            onset, duration = (int(columns[name][endless[0]]) for name in ("time", "duration"))
            raise JazzgramError(
                f"{source}: track {number} ({one_line(track.name)[:40]}) has a note at tick {onset:,} that lasts "
                f"{duration:,} ticks, more than the {_MOST_QUARTERS:,} quarter notes that are read; mend the file"
            )


def _score(source: Path, content: bytes) -> Any:
    """Parse the content; data bytes that cannot be are looked for only where the parser stumbles."""
    try:
        return midi_score(keep_first_programs(content))
    except JazzgramError as error:
        clipped = clip_data_bytes(content)
        if clipped != content:
            return _score(source, clipped)
        raise JazzgramError(f"{source}: damaged MIDI file ({one_line(str(error))}); get an intact copy") from None


def count_unended(source: Path, content: bytes, score: Any) -> list[int]:
    """Count the notes that begin and never end, which the parser leaves out, for each part of `list_parts`.

    The notes are counted that there are more when everything ends with its track.

    Returns
    -------
    list of int
        As many as there are parts, and one more: those of channels that have no other notes.
    """
    sizes = [len(track.notes) for track in score.tracks]
    times, found = 1, sizes
    while times <= _MOST_UNENDED:
        try:
            ended = _score(source, end_all_notes(content, times))
        except JazzgramError:  # what looked like the end of a track was none
            break
        if len(ended.tracks) != len(sizes):
            break
        counts = [len(track.notes) for track in ended.tracks]
        if counts == found:
            break
        times, found = 2 * times, counts
    more = [after - before for before, after in zip(sizes, found, strict=True)]
    return [
        *(count for count, size in zip(more, sizes, strict=True) if size),
        sum(count for count, size in zip(more, sizes, strict=True) if not size),
    ]


def list_parts(score: Any) -> list[Part]:
    """List what each channel of each track of a symusic score plays; empty where there are no notes."""
    sounding = [track for track in score.tracks if len(track.notes)]
    names = [one_line(track.name) for track in sounding]
    if len(set(names)) == 1 and names[0] and len({(track.is_drum, track.program) for track in sounding}) > 1:
        names = ["Drums" if track.is_drum else GM_FAMILIES[track.program // 8] for track in sounding]
    parts: list[Part] = []
    for number, (track, name) in enumerate(zip(sounding, names, strict=True)):
        columns = track.notes.numpy()
        order = np.argsort(columns["time"], kind="stable")
        onsets, durations, pitches, velocities = (
            columns[column][order].astype(np.int64) for column in ("time", "duration", "pitch", "velocity")
        )
        name, resolution = name or f"Part {number}", score.ticks_per_quarter
        parts.append(
            Part(number, name, track.program, track.is_drum, resolution, onsets, durations, pitches, velocities)
        )
    return parts


def one_line(text: str) -> str:
    """Return a text without line ends and other control characters, for messages and names."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _whole_tracks(source: Path, content: bytes) -> bytes:
    """Return the file up to the end of its last announced track."""
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
    if header < 6:
        raise JazzgramError(f"{source}: damaged MIDI file (a header of {header} bytes, expected 6); get an intact copy")
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
    return content[:4] + struct.pack(">L", 6) + content[8:14] + content[8 + header : position]


def _without_riff(source: Path, content: bytes) -> bytes:
    """Return the MIDI file in a RIFF file of the kind RMID; any other content as it is."""
    if content[:4] != b"RIFF" or content[8:12] != b"RMID":
        return content
    position = 12
    while position + 8 <= len(content):
        name, length = struct.unpack_from("<4sL", content, position)
        if name == b"data":
            return content[position + 8 : position + 8 + length]
        position += 8 + length + length % 2
    raise JazzgramError(f"{source}: truncated RIFF MIDI file (it has no data chunk); get an intact copy")

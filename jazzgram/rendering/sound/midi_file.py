"""Render MIDI files: checked, with their own mix, or as the solo in them where jazzgram wrote them.

Chunks after the *Standard MIDI Files 1.0* specification (MMA, 1996). Of the controllers, volume (7),
expression (11), pan (10), the sustain pedal (64) and pitch bend (two semitones each way) are played.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jazzgram.errors import JazzgramError
from jazzgram.music.midi import midi_score
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Track
from jazzgram.rendering.sound.encode import Samples
from jazzgram.rendering.sound.player import RATE, Event, Wave, play
from jazzgram.rendering.sound.regions import DRUMS, Instruments
from jazzgram.rendering.sound.render import LONGEST, TAIL, Mix, render_solo, render_stems, trimmed
from jazzgram.rendering.sound.room import add_room
from jazzgram.resources.plain import plain

_VOLUME, _PAN, _EXPRESSION = 7, 10, 11
_DEFAULTS = {_VOLUME: 100, _PAN: 64, _EXPRESSION: 127}
_BEND = 2 / 8192
"""Semitones of a step of the pitch wheel, as General MIDI presets it."""
_ROOM = 0.2
"""The share of each track that is sent to the room, as a factor."""


def render_file(path: Path, instruments: Instruments) -> Samples:
    """Render a MIDI file with its own mix; one that jazzgram wrote as the solo in it.

    Parameters
    ----------
    path : Path
        A MIDI file.
    instruments : Instruments
        The sound bank or a soundfont.

    Returns
    -------
    ndarray of float32, shape (frames, 2)
        At `RATE`, not yet mastered.

    Raises
    ------
    JazzgramError
        With one line, where the file is missing, no MIDI file, damaged, without notes or too long, or a soundfont lacks
        an instrument.
    """
    score = read_midi(path)
    solo = _own(score)
    if solo is not None:
        return render_solo(solo, instruments)
    tracks = iter(_played(score, instruments))
    _, mixed = next(tracks)
    for _, part in tracks:
        mixed += part
    (whole,) = trimmed([_in_room(mixed)])
    return whole


def render_file_stems(path: Path, instruments: Instruments) -> dict[str, Samples]:
    """Render each part of a MIDI file alone: the roles of a solo that jazzgram wrote, else its tracks.

    Parameters, errors and levels are those of `render_file`, whose result is the stems' sum.

    Returns
    -------
    dict of str to ndarray of float32, shape (frames, 2)
        ``solo``, ``chords``, ``bass`` and ``drums``; or the tracks that have notes, by number (from 1) and name.
    """
    score = read_midi(path)
    solo = _own(score)
    if solo is not None:
        return render_stems(solo, instruments)
    stems = {name: _in_room(part) for name, part in _played(score, instruments)}
    return dict(zip(stems, trimmed(list(stems.values())), strict=True))


def read_midi(path: Path) -> Any:
    """Read a MIDI file that can be played.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    symusic.Score
        With times in ticks.

    Raises
    ------
    JazzgramError
        Where it cannot be read, is not a MIDI file, is damaged, has no note, or lasts longer than `LONGEST`.
    """
    try:
        midi = plain(path).read_bytes()
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read ({error.strerror})") from None
    _check(midi, path)
    try:
        score = midi_score(midi)
    except JazzgramError as error:
        raise JazzgramError(f"{path}: damaged: {error}") from None
    seconds = score.to("second").end()
    if not any(len(track.notes) for track in score.tracks):
        raise JazzgramError(f"{path}: has no notes")
    if seconds > LONGEST:
        raise JazzgramError(f"{path}: lasts {seconds / 60:.0f} minutes; at most {LONGEST / 60:.0f} can be rendered")
    return score


def _check(midi: bytes, path: Path) -> None:
    """Check a file's header and that its tracks are whole."""
    if midi[:4] != b"MThd" or len(midi) < 14:
        raise JazzgramError(f"{path}: not a MIDI file (it does not begin with MThd)")
    size, form, count, division = struct.unpack(">IHHH", midi[4:14])
    if form > 1 or division & 0x8000 or not division:
        raise JazzgramError(
            f"{path}: a MIDI file of format {form} and division {division} cannot be played; save it "
            "as format 1 with ticks to the quarter note"
        )
    at, found = 8 + size, 0
    while found < count:
        if at + 8 > len(midi):
            raise JazzgramError(f"{path}: damaged: {found} of its {count} tracks are there, then the file ends")
        found += midi[at : at + 4] == b"MTrk"
        at += 8 + int.from_bytes(midi[at + 4 : at + 8], "big")
        if at > len(midi):
            raise JazzgramError(f"{path}: damaged: track {found} of {count} is cut off")


def _played(score: Any, instruments: Instruments) -> Iterator[tuple[str, Wave]]:
    """Play each track that has notes: its number and name, and sound of shape (2, frames)."""
    timed = score.to("second")
    frames = round((timed.end() + TAIL) * RATE)
    for number, track in enumerate((track for track in timed.tracks if len(track.notes)), start=1):
        regions = instruments.regions(DRUMS if track.is_drum else 0, track.program)
        name = re.sub(r"\W+", "_", track.name).strip("_").lower() or ("drums" if track.is_drum else "track")
        yield f"{number}_{name}", play(_events(track), regions, frames)


def _events(track: Any) -> list[Event]:
    """Return a track's notes as its controllers play them: those at a note's onset count, and bends during it."""
    controls: dict[int, list[tuple[float, int]]] = {number: [] for number in _DEFAULTS}
    for control in track.controls:
        controls.get(control.number, []).append((control.time, control.value))
    wheel = [(bend.time, bend.value * _BEND) for bend in track.pitch_bends]
    pedals = [(pedal.time, pedal.time + pedal.duration) for pedal in track.pedals]
    events = []
    for note in track.notes:
        value = {number: _latest(moves, note.time, _DEFAULTS[number]) for number, moves in controls.items()}
        down, up = pedals[max(bisect_right(pedals, (note.end, np.inf)) - 1, 0)] if pedals else (0.0, 0.0)
        duration = (up if down <= note.end < up else note.end) - note.time
        gain = (value[_VOLUME] / 100 * value[_EXPRESSION] / 127) ** 2
        pan = (value[_PAN] - 64) / 64
        bends = [(0.0, _latest(wheel, note.time, 0.0))]
        bends += [(at - note.time, bend) for at, bend in wheel if note.time < at < note.time + duration]
        bend = tuple(bends) if any(semitones for _, semitones in bends) else ()
        events.append(Event(note.time, duration, note.pitch, note.velocity, gain, pan, bend))
    return events


def _latest(moves: Sequence[tuple[float, float]], time: float, default: float) -> float:
    """Return the value of a controller at a time."""
    index = bisect_right(moves, (time, np.inf))
    return moves[index - 1][1] if index else default


def _in_room(part: Wave) -> Samples:
    add_room(part, (part[0] + part[1]) * np.float32(Mix().room * _ROOM))
    return np.ascontiguousarray(part.T)


def _is_mixed(track: Any) -> bool:
    """Return whether a track has more controls than the volume that jazzgram's writer gives it."""
    return bool(track.pitch_bends) or any(control.time or control.number != 7 for control in track.controls)


def _own(score: Any) -> Solo | None:
    """Read the solo of a file that jazzgram's writer made, recognized by a first track named ``Solo`` before others."""
    tracks = [track for track in score.tracks if len(track.notes)]
    plain = len(score.tempos) == 1 and len(score.time_signatures) == 1 and score.ticks_per_quarter == TICKS_PER_QUARTER
    if not plain or len(tracks) < 2 or tracks[0].name != "Solo" or any(_is_mixed(track) for track in tracks):
        return None
    parts = [
        Track(
            track.name,
            track.program,
            tuple(Note(note.pitch, note.time, note.duration, note.velocity) for note in track.notes),
            track.is_drum,
        )
        for track in tracks
    ]
    signature = score.time_signatures[0]
    meter = Meter(signature.numerator, signature.denominator)
    return Solo(
        parts[0].notes,
        (),
        -(-score.end() // meter.bar),
        meter=meter,
        tempo=score.tempos[0].qpm,
        accompaniment=tuple(parts[1:]),
        program=parts[0].program,
    )

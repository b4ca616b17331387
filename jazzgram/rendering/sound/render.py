"""Render solos to samples, each part of the band at its level and all in one room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from jazzgram.errors import JazzgramError
from jazzgram.improvisation.accompaniment.band import band_of
from jazzgram.music.clicks import count_in
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.music.tune import Track
from jazzgram.rendering.roles import role_of
from jazzgram.rendering.sound.encode import Samples
from jazzgram.rendering.sound.master import loudness
from jazzgram.rendering.sound.player import RATE, Event, Wave, play
from jazzgram.rendering.sound.regions import DRUMS, Instruments
from jazzgram.rendering.sound.room import add_room
from jazzgram.resources.frozen import dataclass

TAIL = 2.5
"""Seconds that are rendered after the last bar, of which `trimmed` keeps what is audible."""
INAUDIBLE = 1e-3
"""What a tail ends below, as a factor of the highest level: 60 dB, as the reverberation time has it (ISO 3382)."""
_GRAIN = RATE // 10
"""Frames to whose multiples the length of a tail is rounded up."""

LONGEST = 3600.0
"""Seconds of music that are rendered at most: an hour of four parts takes 5.5 GB of memory."""

LEVELS = {"solo": 0.0, "chords": -7.0, "bass": -6.0, "drums": -10.0}
"""Loudness of each part of the band, in LU relative to the soloist's, who stands about 3 LU above all together."""

SOLO = -20.0
"""LUFS of the soloist before mastering."""

_NO_BAND = -60.0

PANS = {"solo": 0.0, "chords": -0.3, "bass": 0.0, "drums": 0.1}
SENDS = {"solo": 0.6, "chords": 0.5, "bass": 0.15, "drums": 0.4}
"""The share of each part that is sent to the room, as a factor, in the largest room."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Levels, room and count-in of a rendered solo.

    Parameters
    ----------
    band : float
        dB by which the accompaniment is louder than usual; at -60 and below there is none.
    room : float
        Amount of reverb, 0 (none) to 1.
    count_in : int
        Bars of count-in, 0 or more.
    """

    band: float = 0.0
    room: float = 0.4
    count_in: int = 0


def render_solo(solo: Solo, instruments: Instruments, mix: Mix | None = None) -> Samples:
    """Render a solo with its band, each part at its level.

    Parameters
    ----------
    solo : Solo
        Without an accompaniment of its own it gets a band that plays its changes.
    instruments : Instruments
        The sound bank or a soundfont, as `find_instruments` returns them.
    mix : Mix or None
        None for the defaults.

    Returns
    -------
    ndarray of float32, shape (frames, 2)
        At `RATE`, not yet mastered. It lasts as long as the solo, and on until all is 60 dB below the highest level;
        silence where nothing plays.

    Raises
    ------
    JazzgramError
        Where it lasts longer than an hour, or a soundfont lacks an instrument.
    """
    mix = mix or Mix()
    parts = _play_parts(solo, instruments, mix)
    frames = max((part.shape[1] for part in parts.values()), default=_frames(solo, mix.count_in * solo.meter.bar))
    mixed = np.zeros((2, frames), np.float32)
    send = np.zeros(frames, np.float32)
    for role, part in parts.items():
        mixed += part
        send += (part[0] + part[1]) * np.float32(SENDS[role] / 2)
    if mix.room and parts:
        add_room(mixed, send * np.float32(mix.room))
    (whole,) = trimmed([np.ascontiguousarray(mixed.T)])
    return whole


def render_stems(solo: Solo, instruments: Instruments, mix: Mix | None = None) -> dict[str, Samples]:
    """Render each part of the band alone, at its level and with its share of the room: their sum is the whole.

    Returns
    -------
    dict of str to ndarray of float32, shape (frames, 2)
        ``solo``, ``chords``, ``bass`` and ``drums``, those that have a note; all of one length.
    """
    mix = mix or Mix()
    stems = _play_parts(solo, instruments, mix)
    for role, stem in stems.items():
        if mix.room:
            add_room(stem, (stem[0] + stem[1]) * np.float32(mix.room * SENDS[role] / 2))
    sounds = [np.ascontiguousarray(stem.T) for stem in stems.values()]
    return dict(zip(stems, trimmed(sounds), strict=True))


def trimmed(stems: Sequence[Samples]) -> list[Samples]:
    """Cut the parts of a recording, whose last `TAIL` seconds are its tail, where all of it has died away.

    Parameters
    ----------
    stems : sequence of ndarray of float32, shape (frames, 2)
        All of one length; the recording is their sum.

    Returns
    -------
    list of ndarray of float32, shape (frames, 2)
        All of one length: the music, and its tail until it stays 60 dB below the highest level.
    """
    if not stems:
        return []
    music = len(stems[0]) - round(TAIL * RATE)
    level = np.abs(np.sum(stems, axis=0, dtype=np.float32)).max(axis=1)
    audible = np.flatnonzero(level[music:] > INAUDIBLE * level.max())
    tail = -(-(audible[-1] + 1) // _GRAIN) * _GRAIN if len(audible) else 0
    return [np.ascontiguousarray(stem[: music + tail]) for stem in stems]


def part_loudness(stems: Mapping[str, Samples]) -> dict[str, float]:
    """Measure the loudness of each part, and of the whole band without the soloist.

    Parameters
    ----------
    stems : mapping of str to ndarray of float32, shape (frames, 2)
        As `render_stems` returns them.

    Returns
    -------
    dict of str to float
        LUFS of each part, and of all but ``solo`` together as ``band``; minus infinity for silence.
    """
    levels = {role: loudness(stem, RATE) for role, stem in stems.items()}
    band = [stem for role, stem in stems.items() if role != "solo"]
    return levels | {"band": loudness(np.sum(band, axis=0, dtype=np.float32), RATE) if band else float("-inf")}


def tracks_by_role(solo: Solo, mix: Mix) -> dict[str, list[Track]]:
    """Return the tracks of each role, the solo's first, then its own band's or a trio's; none of these if muted."""
    parts: dict[str, list[Track]] = {"solo": [Track("Solo", solo.program, solo.notes)]}
    for track in band_of(solo) if mix.band > _NO_BAND else ():
        parts.setdefault(role_of(track), []).append(track)
    return parts


def target_loudness(role: str, mix: Mix) -> float:
    """Return the LUFS to which a part is brought before mastering.

    Without accompaniment the only part beside the solo is the count-in, which is not made softer.
    """
    return SOLO + LEVELS[role] + (mix.band if role != "solo" and mix.band > _NO_BAND else 0)


def _play_parts(solo: Solo, instruments: Instruments, mix: Mix) -> dict[str, Wave]:
    """Play each part without room at its level, shape (2, frames)."""
    before = mix.count_in * solo.meter.bar
    parts = tracks_by_role(solo, mix)
    last = [note.end for tracks in parts.values() for track in tracks for note in track.notes]
    frames = _frames(solo, before, max([0, *last]))
    played = {role: [_later(track, before) for track in tracks] for role, tracks in parts.items()}
    if before:
        played.setdefault("drums", []).append(count_in(solo.meter, mix.count_in))
    made = {}
    for role, tracks in played.items():
        if any(track.notes for track in tracks):
            part = np.zeros((2, frames), np.float32)
            for track in tracks:
                part += _play_track(track, solo.tempo, instruments, PANS[role], frames)
            level = loudness(part.T, RATE)
            if np.isfinite(level):
                part *= np.float32(10 ** ((target_loudness(role, mix) - level) / 20))
            made[role] = part
    return made


def _play_track(track: Track, tempo: float, instruments: Instruments, pan: float, frames: int) -> Wave:
    second = tempo / 60 * TICKS_PER_QUARTER
    events = []
    for note in track.notes:
        onset = max(note.onset, 0)
        events.append(Event(onset / second, (note.end - onset) / second, note.pitch, note.velocity, 1.0, pan))
    return play(events, instruments.regions(DRUMS if track.is_drum else 0, track.program), frames)


def _frames(solo: Solo, before: int, last: int = 0) -> int:
    seconds = (before + max(solo.bars * solo.meter.bar, last)) / TICKS_PER_QUARTER * 60 / solo.tempo
    if seconds > LONGEST:
        raise JazzgramError(
            f"{solo.title!r} lasts {seconds / 60:.0f} minutes; at most {LONGEST / 60:.0f} can be rendered"
        )
    return round((seconds + TAIL) * RATE)


def _later(track: Track, ticks: int) -> Track:
    return replace(track, notes=tuple(replace(note, onset=note.onset + ticks) for note in track.notes))

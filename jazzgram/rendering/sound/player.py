"""Play notes with recordings: each key is brought to its pitch once, and every note of it is a copy with its envelope.

A line repeats its notes, so that most of the work is copying. Envelopes, gains and chokes are those of the *SoundFont
Technical Specification 2.04*: a note of velocity v is 40 log10(127 / v) dB softer than the loudest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from jazzgram.rendering.sound.regions import Region
from jazzgram.rendering.sound.requirements import need
from jazzgram.resources.frozen import dataclass

RATE = 48_000
"""Frames per second that everything is played at."""

_SILENT = 60.0
"""dB by which a note falls before its release is cut off."""
_CHOKE = 600.0
"""dB per second by which a choked note falls."""
_SHADE = 8
"""Neighbouring velocities that share a filter."""
_FADE = 96
"""Frames of the fade where a note or a recording ends: 2 ms."""

Wave = NDArray[np.float32]
Bend = tuple[tuple[float, float], ...]
"""Pairs: seconds after the onset, and the semitones that the note is bent by from then on."""


@dataclass(frozen=True, slots=True)
class Event:
    """A note in seconds, and what a controller did to it.

    Parameters
    ----------
    onset, duration : float
        Seconds, 0 or more.
    pitch, velocity : int
        As in MIDI.
    gain : float
        A factor.
    pan : float
        -1 (left) to 1 (right), added to the recording's own.
    bend : tuple of (float, float)
        See `Bend`.
    """

    onset: float
    duration: float
    pitch: int
    velocity: int
    gain: float = 1.0
    pan: float = 0.0
    bend: Bend = ()


def play(events: Sequence[Event], regions: Sequence[Region], frames: int) -> Wave:
    """Play the notes of one instrument.

    Parameters
    ----------
    events : sequence of Event
        In any order; those without length, and those that no region plays, are silent.
    regions : sequence of Region
        The instrument's recordings.
    frames : int
        The length of the result; what sounds later is cut off.

    Returns
    -------
    ndarray of float32, shape (2, frames)
        Left and right, at `RATE`.
    """
    made = np.zeros((2, frames), np.float32)
    for (number, pitch, bend), voices in _by_key(events, regions).items():
        region = regions[number]
        seconds = max(_length(region, event.duration, choked - event.onset) for event, choked in voices)
        sound = _key(region, pitch, bend, min(seconds, frames / RATE))
        shades: dict[int, Wave] = {}
        for event, choked in voices:
            shade = event.velocity // _SHADE if region.darker else 127 // _SHADE
            if shade not in shades:
                shades[shade] = _shaded(sound, region, shade)
            _add(made, event, region, shades[shade], choked - event.onset)
    return made


def _by_key(
    events: Sequence[Event], regions: Sequence[Region]
) -> dict[tuple[int, int, Bend], list[tuple[Event, float]]]:
    """Group the notes by region, pitch and bend; each with the time at which another note chokes it."""

    @cache
    def playing(pitch: int, velocity: int) -> list[int]:
        return [
            number
            for number, region in enumerate(regions)
            if region.low <= pitch <= region.high and region.soft <= velocity <= region.loud
        ]

    voices: dict[tuple[int, int, Bend], list[tuple[Event, float]]] = defaultdict(list)
    following: dict[int, tuple[float, float]] = {}
    for event in sorted(events, key=lambda event: event.onset, reverse=True):
        for number in playing(event.pitch, event.velocity) if event.duration > 0 else ():
            choked, group = np.inf, regions[number].choke
            if group:
                # Only a later onset chokes, not another recording that sounds with this one.
                onset, later = following.get(group, (np.inf, np.inf))
                choked = onset if onset > event.onset else later
                following[group] = (event.onset, choked)
            voices[number, event.pitch, event.bend].append((event, choked))
    return voices


def _length(region: Region, duration: float, choked: float) -> float:
    """Return the seconds that a note sounds."""
    return min(duration + _SILENT / region.release, choked + _SILENT / _CHOKE)


def _key(region: Region, pitch: int, bend: Bend, seconds: float) -> Wave:
    """Bring a recording to a pitch and to the envelope of a held note, as long as it sounds or some seconds."""
    ratio = 2 ** ((pitch - region.root) * region.tracking / 12) * region.rate / RATE
    highest = 2 ** (max([0.0, *(semitones for _, semitones in bend)]) / 12)
    wanted = int(seconds * RATE * ratio * highest) + 64
    wave = region.scaled()
    if region.loop is not None and wanted > region.loop[1]:
        start, end = region.loop
        turns = -(-(wanted - end) // (end - start))
        wave = np.concatenate([wave[:end], np.tile(wave[start:end], turns)])[:wanted]
    else:
        wave = _faded(wave[:wanted])
    if bend:
        sound = _bent(wave, ratio, bend, round(seconds * RATE))
    else:
        sound = np.asarray(need("soxr").resample(wave, ratio, 1.0, "MQ"), np.float32)
    times = np.arange(len(sound), dtype=np.float32) / np.float32(RATE)
    if region.decay:
        fall = np.clip((times - region.attack - region.hold) * region.decay, 0, region.sustain)
        sound *= np.exp2(fall * np.float32(-np.log2(10) / 20))
    if region.attack:
        sound *= np.minimum(times / np.float32(region.attack), 1)
    return sound


def _bent(wave: Wave, ratio: float, bend: Bend, frames: int) -> Wave:
    """Read a recording at a speed that changes with time."""
    moments, semitones = zip(*bend, strict=True)
    now = np.searchsorted(moments, np.arange(frames) / RATE, "right") - 1
    speed = ratio * 2 ** (np.asarray(semitones)[np.maximum(now, 0)] / 12)
    return np.interp(np.cumsum(speed) - speed[:1], np.arange(len(wave)), wave, right=0.0).astype(np.float32)


def _shaded(sound: Wave, region: Region, shade: int) -> Wave:
    """Filter with 12 dB an octave, as bright as a shade's velocities are (the size of a Butterworth response)."""
    if not np.isfinite(region.cutoff):
        return sound
    velocity = min(shade * _SHADE + _SHADE // 2, 127)
    cutoff = region.cutoff * 2 ** (-region.darker * (127 - velocity) / 127)
    size = -(-(len(sound) + 256) // 1024) * 1024
    hertz = np.arange(size // 2 + 1, dtype=np.float32) * np.float32(RATE / size / cutoff)
    return np.fft.irfft(np.fft.rfft(sound, size) / np.sqrt(1 + hertz**4), size)[: len(sound)].astype(np.float32)


def _add(made: Wave, event: Event, region: Region, sound: Wave, choked: float) -> None:
    """Add a note to the mix; it is choked some seconds after its onset."""
    first = round(event.onset * RATE)
    end = min(round(_length(region, event.duration, choked) * RATE), len(sound), made.shape[1] - first)
    if end <= 0:
        return
    note = sound[:end] * np.float32(event.gain * (event.velocity / 127) ** 2)
    for moment, fall in ((event.duration, region.release), (choked, _CHOKE)):
        if moment * RATE < end:
            begin = round(moment * RATE)
            note[begin:] *= _falling(end - begin, fall)
    _faded(note, copy=False)
    # Equal power; in the middle both sides are at full level, as a mono recording in two loudspeakers.
    angle = (min(max(region.pan + event.pan, -1), 1) + 1) * np.pi / 4
    made[0, first : first + end] += note * np.float32(np.cos(angle) * np.sqrt(2))
    made[1, first : first + end] += note * np.float32(np.sin(angle) * np.sqrt(2))


@lru_cache(maxsize=256)
def _falling(frames: int, fall: float) -> Wave:
    """Compute the factors of a level that falls by some dB per second."""
    times = np.arange(frames, dtype=np.float32)
    return np.asarray(np.exp2(times * np.float32(-fall / RATE * np.log2(10) / 20)), np.float32)


def _faded(wave: Wave, copy: bool = True) -> Wave:
    made = wave.copy() if copy else wave
    ending = min(_FADE, len(made))
    made[len(made) - ending :] *= np.linspace(1, 0, ending, dtype=np.float32)
    return made

"""Play notes with recordings: each key is brought to its pitch once, and every note of it is a copy with its envelope.

A line repeats its notes, so that the copies are nearly all of the work. Envelopes and gains as the SoundFont
specification has them: a velocity v is 40 log10(127 / v) dB softer than the loudest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jazzgram.rendering.sound.regions import Region
from jazzgram.rendering.sound.requirements import need

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

Bend = tuple[tuple[float, float], ...]
"""Semitones from seconds after the onset on."""


@dataclass(frozen=True, slots=True)
class Event:
    """A note in seconds: its onset and duration, MIDI pitch and velocity, and what a controller did to it.

    `gain` is a factor, `pan` is -1 (left) to 1 (right), added to the recording's own.
    """

    onset: float
    duration: float
    pitch: int
    velocity: int
    gain: float = 1.0
    pan: float = 0.0
    bend: Bend = ()


def play(events: Sequence[Event], regions: Sequence[Region], frames: int) -> NDArray[np.float32]:
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
    for (number, pitch, shade, bend), voices in _by_sound(events, regions).items():
        region = regions[number]
        longest = max(_length(region, event.duration, choked - event.onset) for event, choked in voices)
        sound = _key(region, pitch, shade, bend, min(longest, frames / RATE))
        for event, choked in voices:
            _add(made, event, region, sound, choked)
    return made


def _by_sound(
    events: Sequence[Event], regions: Sequence[Region]
) -> dict[tuple[int, int, int, Bend], list[tuple[Event, float]]]:
    """Group the notes by region, pitch, filter and bend; each with the time at which another note chokes it."""
    voices: dict[tuple[int, int, int, Bend], list[tuple[Event, float]]] = defaultdict(list)
    choked: dict[int, tuple[float, float]] = {}
    for event in sorted(events, key=lambda event: event.onset, reverse=True):
        if event.duration <= 0:
            continue
        for number, region in enumerate(regions):
            if region.low <= event.pitch <= region.high and region.soft <= event.velocity <= region.loud:
                end = np.inf
                if region.choke:
                    # The next onset chokes, not another layer of this one.
                    onset, later = choked.get(region.choke, (np.inf, np.inf))
                    end = onset if onset > event.onset else later
                    choked[region.choke] = (event.onset, end)
                shade = event.velocity // _SHADE if np.isfinite(region.cutoff) and region.darker else 0
                voices[number, event.pitch, shade, event.bend].append((event, end))
    return voices


def _length(region: Region, duration: float, choked: float) -> float:
    """Return the seconds that a note sounds."""
    released = duration + _SILENT / region.release
    return min(released, max(choked, 0.0) + _SILENT / _CHOKE)


def _key(region: Region, pitch: int, shade: int, bend: Bend, seconds: float) -> NDArray[np.float32]:
    """Bring a recording to a pitch, a brightness and the envelope of a held note, at least some seconds of it."""
    ratio = 2 ** ((pitch - region.root) * region.tracking / 12) * region.rate / RATE
    sharpest = 2 ** (max([0.0, *(semitones for _, semitones in bend)]) / 12)
    wanted = int(seconds * RATE * ratio * sharpest) + 64
    wave = region.scaled()
    if region.loop is not None and wanted > region.loop[1]:
        start, end = region.loop
        turns = -(-(wanted - end) // (end - start))
        wave = np.concatenate([wave[:end], np.tile(wave[start:end], turns)])[:wanted]
    else:
        wave = wave[:wanted].copy()
        ending = min(_FADE, len(wave))
        wave[len(wave) - ending :] *= np.linspace(1, 0, ending, dtype=np.float32)
    if bend:
        sound = _bent(wave, ratio, bend, round(seconds * RATE))
    else:
        sound = np.asarray(need("soxr").resample(wave, ratio, 1.0, "MQ"), np.float32)
    if np.isfinite(region.cutoff):
        velocity = min(shade * _SHADE + _SHADE / 2, 127) if region.darker else 127
        sound = _low_pass(sound, region.cutoff * 2 ** (-region.darker * (127 - velocity) / 127))
    times = np.arange(len(sound), dtype=np.float32) / RATE
    fall = np.minimum(np.maximum(times - region.attack - region.hold, 0) * region.decay, region.sustain or np.inf)
    if region.decay:
        sound *= 10 ** (-fall / 20)
    if region.attack:
        sound *= np.minimum(times / region.attack, 1)
    return sound


def _bent(wave: NDArray[np.float32], ratio: float, bend: Bend, frames: int) -> NDArray[np.float32]:
    """Read a recording at a speed that changes with time."""
    moments, semitones = zip(*bend, strict=True)
    times = np.arange(frames) / RATE
    speed = ratio * 2 ** (np.asarray(semitones)[np.maximum(np.searchsorted(moments, times, "right") - 1, 0)] / 12)
    return np.interp(np.cumsum(speed), np.arange(len(wave)), wave, right=0.0).astype(np.float32)


def _low_pass(sound: NDArray[np.float32], cutoff: float) -> NDArray[np.float32]:
    """Filter with 12 dB an octave (Butterworth, second order; of its response the size only)."""
    size = 1 << (len(sound) + 512).bit_length() if len(sound) > 1 << 16 else len(sound) + 512
    hertz = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)
    response = 1 / np.sqrt(1 + (hertz / np.float32(cutoff)) ** 4)
    return np.fft.irfft(np.fft.rfft(sound, size) * response, size)[: len(sound)].astype(np.float32)


def _add(made: NDArray[np.float32], event: Event, region: Region, sound: NDArray[np.float32], choked: float) -> None:
    """Add a note to the mix."""
    first = round(event.onset * RATE)
    held = min(event.duration, choked - event.onset)
    begin = min(max(round(held * RATE), 0), len(sound))
    rate = _CHOKE if choked - event.onset < event.duration else region.release
    end = min(begin + round(_SILENT / rate * RATE), len(sound), made.shape[1] - first)
    if choked - event.onset < held + _SILENT / rate:
        end = min(end, round((choked - event.onset + _SILENT / _CHOKE) * RATE))
    if end <= 0 or first < 0:
        return
    level = event.gain * (event.velocity / 127) ** 2
    note = sound[:end] * np.float32(level)
    if end > begin:
        note[begin:] *= 10 ** (np.arange(end - begin, dtype=np.float32) * np.float32(-rate / RATE / 20))
        ending = min(_FADE, end)
        note[end - ending :] *= np.linspace(1, 0, ending, dtype=np.float32)
    # Equal power; the middle is at full level in both, as a mono recording in two loudspeakers.
    angle = (min(max(region.pan + event.pan, -1), 1) + 1) * np.pi / 4
    made[0, first : first + end] += note * np.float32(np.cos(angle) * np.sqrt(2))
    made[1, first : first + end] += note * np.float32(np.sin(angle) * np.sqrt(2))

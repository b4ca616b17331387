"""Estimate how loud parts are from how loud the bank's single notes are, without rendering them.

A page needs the gains of a mix at once, where playing and measuring it takes 0.3 seconds. The phases of notes are
hardly ever related, so their powers add up. `data/sound/levels.json` has the K-weighted power of each recording while
a note of it is held (`measure_levels`). Gates and blocks are those of Recommendation ITU-R BS.1770-5 (2023).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.music.tune import Track
from jazzgram.rendering.sound.bank import SoundBank, bundled_bank
from jazzgram.rendering.sound.player import RATE, Event, play
from jazzgram.rendering.sound.regions import DRUMS

HOP = 0.1
"""Seconds of one value of a level, a quarter of the recommendation's blocks."""
HELD = 3.0
"""Seconds of a note that are measured; after that it goes on as at the end."""
VELOCITIES = (40, 127)
"""Velocities at which a recording is measured: softer notes are darker."""

_GRID = 0.02
_LONGEST = 8.0
"""Seconds of a note that count at most."""
_OFFSET = -0.691
_SILENT, _GATE = -70.0, -10.0

Powers = NDArray[np.float64]


def track_powers(track: Track, tempo: float, hops: int) -> Powers:
    """Estimate the K-weighted power of a part over time, both channels added, before any gain.

    Parameters
    ----------
    track : Track
        The part.
    tempo : float
        Quarter notes per minute.
    hops : int
        How many values of `HOP` seconds; what sounds later is left out.

    Returns
    -------
    ndarray of float64, shape (hops,)
        Zeros where nothing sounds.
    """
    bank = bundled_bank()
    name = bank.instrument(DRUMS if track.is_drum else 0, track.program)
    made = np.zeros(hops)
    times = np.arange(0, _LONGEST, _GRID)
    second = tempo / 60 * TICKS_PER_QUARTER
    for row, curves in zip(bank.index["instruments"][name], _levels()[name], strict=True):
        notes = [note for note in track.notes if row["low"] <= note.pitch <= row["high"] and note.duration > 0]
        if not notes:
            continue
        onset, duration, velocity = np.array(
            [(max(n.onset, 0) / second, n.duration / second, n.velocity) for n in notes]
        ).T
        soft, loud = (np.interp(times, (np.arange(len(curve)) + 0.5) * HOP, curve) for curve in curves)
        bright = np.clip((velocity - VELOCITIES[0]) / (VELOCITIES[1] - VELOCITIES[0]), 0, 1)[:, None]
        power = (soft * (1 - bright) + loud * bright) * (velocity[:, None] / 127) ** 4
        power = power * 10 ** (-np.maximum(times - duration[:, None], 0) * row.get("release", 1000.0) / 10)
        hop = ((onset[:, None] + times) / HOP).astype(int)
        inside = hop < hops
        made += np.bincount(hop[inside], power[inside], hops) * (_GRID / HOP)
    return made


def loudness_of(powers: Powers) -> float:
    """Compute the integrated loudness of powers over time.

    Parameters
    ----------
    powers : ndarray of float64, shape (hops,)
        As `track_powers` returns them, those of several parts added up.

    Returns
    -------
    float
        LUFS; minus infinity for silence or less than 400 ms.
    """
    if len(powers) < 4:
        return float("-inf")
    blocks = np.convolve(powers, np.full(4, 0.25), "valid")
    for gate in (_SILENT, None):
        level = 10 * np.log10(blocks.mean()) + _OFFSET + _GATE if gate is None else gate
        blocks = blocks[10 * np.log10(np.maximum(blocks, 1e-12)) + _OFFSET > level]
        if not len(blocks):
            return float("-inf")
    return float(10 * np.log10(blocks.mean()) + _OFFSET)


def measure_levels(bank: SoundBank) -> dict[str, list[list[list[float]]]]:
    """Measure every recording of a bank.

    Parameters
    ----------
    bank : SoundBank
        The bank.

    Returns
    -------
    dict of str to list
        For each instrument and each of its regions, in their order, the power in steps of `HOP` seconds of a held note
        in the middle of its keys: at each of `VELOCITIES`, relative to that velocity's own gain.
    """
    made: dict[str, list[list[list[float]]]] = {}
    for name, rows in bank.index["instruments"].items():
        kits = bank.index["kits"]
        of_drums = name in kits
        program = kits[name][0] if of_drums else bank.index["programs"].index(name)
        regions = bank.regions(DRUMS if of_drums else 0, program)
        made[name] = [
            [_measure(_middle(row), velocity, region) for velocity in VELOCITIES]
            for row, region in zip(rows, regions, strict=True)
        ]
    return made


def _middle(row: Mapping[str, Any]) -> int:
    """Return a key near the root, as the outermost regions reach to the ends of the keyboard."""
    return int(min(max(round(row["root"]), row["low"]), row["high"]))


def _measure(pitch: int, velocity: int, region: Any) -> list[float]:
    sound = play([Event(0, HELD, pitch, velocity)], [region], round(HELD * RATE))
    spectrum = np.fft.rfft(sound.astype(np.float64)) * _k_weighting(sound.shape[1])
    power = (np.fft.irfft(spectrum, sound.shape[1]) ** 2).sum(axis=0)
    hops = power.reshape(-1, round(HOP * RATE)).mean(axis=1) / (velocity / 127) ** 4
    return [float(f"{value:.3g}") for value in _trimmed(hops)]


def _trimmed(hops: Powers) -> Iterable[float]:
    """Leave out silence at the end, all but one value of it: what is interpolated after that is silent, too."""
    loud = np.nonzero(hops > 1e-9)[0]
    return hops if len(loud) and loud[-1] == len(hops) - 1 else [*hops[: loud[-1] + 1 if len(loud) else 0], 0.0]


def _k_weighting(frames: int) -> Powers:
    """Return the size of the recommendation's two filters' responses at `RATE` (its tables 1 and 2)."""
    z = np.exp(-2j * np.pi * np.arange(frames // 2 + 1) / frames)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    return np.asarray(np.abs(shelf * high_pass), np.float64)


@lru_cache(maxsize=1)
def _levels() -> dict[str, list[list[list[float]]]]:
    levels: dict[str, list[list[list[float]]]] = json.loads((bundled_bank().path / "levels.json").read_text("utf-8"))
    return levels

"""Read a MIDI file's meter, tempo and key, and reject what cannot be right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jazzgram import JazzgramError, Meter, Note, to_quarters
from jazzgram.music import best_key_signature

from .bar_grid import BarGrid
from .quantize import scale

_FASTEST = 1000
"""Quarter notes a minute; an event with more is damaged."""


def read_grid(source: Path, score: Any, pickup: int) -> BarGrid:
    """Build the barlines from a symusic score's time signatures, of several at one time the last; see `BarGrid`.

    Raises
    ------
    JazzgramError
        Where one is no meter.
    """
    meters: dict[tuple[int, int], Meter] = {}
    signatures: list[tuple[int, Meter]] = []
    for time, written in _last_signatures(score)[0].items():
        if written not in meters:
            try:
                meters[written] = Meter(*written)
            except ValueError as error:
                which = f"at quarter {float(to_quarters(time)):.10g}" if signatures else "its first time signature"
                raise JazzgramError(f"{source}: {error} ({which}); set the option meter") from None
        signatures.append((time, meters[written]))
    return BarGrid(signatures, pickup)


def replaced_signatures(score: Any) -> list[str]:
    """List the time signatures that another one at the same time replaces, each once: ``3/4``."""
    return [f"{numerator}/{denominator}" for numerator, denominator in _last_signatures(score)[1]]


def _last_signatures(score: Any) -> tuple[dict[int, tuple[int, int]], list[tuple[int, int]]]:
    """Return the time signatures by their times in ticks, ascending, and those that the last one of a time replaces."""
    columns = score.time_signatures.numpy()
    times = scale(columns["time"].astype(np.int64), score.ticks_per_quarter).tolist()
    last: dict[int, tuple[int, int]] = {}
    replaced: dict[tuple[int, int], None] = {}
    for time, *numbers in zip(times, columns["numerator"].tolist(), columns["denominator"].tolist(), strict=True):
        written = (numbers[0], numbers[1])
        if last.get(time, written) != written:
            replaced[last[time]] = None
        last[time] = written
    return last, list(replaced)


def tempo_within(score: Any, start: int, end: int) -> float:
    """Return the tempo of a span of a symusic score, in quarter notes a minute.

    It is the median of the tempi, each weighted with the quarter notes that are played in it: neither a last bar that
    slows down nor a count-in moves it. Before the first tempo event it is 120 (*Standard MIDI Files 1.0*).

    Parameters
    ----------
    start, end : int
        Ticks, 480 to the quarter note, `end` above `start`.
    """
    columns = score.tempos.numpy()
    possible = columns["mspq"] >= 60_000_000 // _FASTEST
    times = scale(columns["time"][possible].astype(np.int64), score.ticks_per_quarter)
    lengths = np.concatenate(([500_000], columns["mspq"][possible]))
    weights = np.diff(np.clip(np.concatenate(([0], times, [end])), start, end))
    order = np.argsort(lengths, kind="stable")
    middle = int(np.searchsorted(2 * np.cumsum(weights[order]), end - start))
    return 60_000_000 / int(lengths[order][middle])


def key_signature(notes: Sequence[Note], score: Any, start: int) -> int:
    """Choose the key signature under which the fewest melody notes need an accidental, in sharps (flats negative).

    Sequencers write signatures that nobody played in (the file deepjazz learned from has one sharp over five flats),
    so the one in force at `start` (ticks, 480 to the quarter note) decides only between equals; without one the
    signature with the fewest signs does.
    """
    columns = score.key_signatures.numpy()
    possible = np.abs(columns["key"].astype(np.int64)) <= 7
    times = scale(columns["time"][possible].astype(np.int64), score.ticks_per_quarter)
    keys = columns["key"][possible].tolist()
    written = keys[max(0, int(np.searchsorted(times, start, side="right")) - 1)] if keys else None
    return best_key_signature((note.pitch for note in notes), written)

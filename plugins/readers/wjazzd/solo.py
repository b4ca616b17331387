"""One annotated solo as columns: its notes and its beats, checked number by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram import JazzgramError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Where = Callable[[int], str]
"""Returns the file and line of a row: ``solo.csv:12``."""

MOST_BARS = 20_000
"""Eleven hours at 120: a solo that claims to be longer is damaged, and would fill the memory with empty bars."""
_SECONDS = (-100_000.0, 100_000.0)

NOTE_COLUMNS = {
    "onset": _SECONDS,
    "duration": (0.0, 1000.0),
    "beat_duration": (0.01, 100.0),
    "pitch": (0, 127),
    "bar": (-MOST_BARS, MOST_BARS),
    "beat": (1, 32),
    "period": (1, 32),
    "tatum": (1, 480),
    "division": (1, 480),
}
"""The numbers that every note has, each with its least and its greatest; whole where these are."""

BEAT_COLUMNS = {"onset": _SECONDS, "bar": (-MOST_BARS, MOST_BARS), "beat": (1, 32)}
"""The same for every beat."""


@dataclass(frozen=True, eq=False)
class Notes:
    """The notes of a solo, a row each, in the order of the source.

    Parameters
    ----------
    onset, duration, beat_duration : ndarray of float
        Seconds: from the start of the recording; as it sounds; of the beat in which it begins.
    pitch, bar, beat, period, tatum, division : ndarray of int
        Tatum `tatum` of the `division` equal parts of beat `beat` of the `period` equal beats of bar `bar`. Beats and
        tatums count from 1; bars before the first chorus are 0 and less.
    where : callable
        Returns a row's file and line, for messages.
    """

    onset: Floats
    duration: Floats
    beat_duration: Floats
    pitch: Ints
    bar: Ints
    beat: Ints
    period: Ints
    tatum: Ints
    division: Ints
    where: Where


@dataclass(frozen=True, eq=False)
class Beats:
    """The beats of a solo, a row each, in time order.

    Parameters
    ----------
    onset : ndarray of float
        Seconds from the start of the recording, ascending.
    bar, beat : ndarray of int
        As those of `Notes`.
    signatures, chords : sequence of str
        Empty where the one before goes on.
    where : callable
        Returns a row's file and line, for messages.
    """

    onset: Floats
    bar: Ints
    beat: Ints
    signatures: Sequence[str]
    chords: Sequence[str]
    where: Where


def check_notes(columns: Mapping[str, Sequence[Any]], where: Where) -> Notes:
    """Check the columns of `NOTE_COLUMNS`, of equal length and at least one row; raise JazzgramError for the first
    value that cannot be.
    """
    # The database has fractional pitches for what is sung or bent; the nearest semitone is what can be notated.
    return Notes(**_numbers(columns, NOTE_COLUMNS, where, rounded={"pitch"}), where=where)


def check_beats(columns: Mapping[str, Sequence[Any]], where: Where) -> Beats:
    """Check the columns of `BEAT_COLUMNS`, ``signature`` and ``chord``; raise JazzgramError for the first value that
    cannot be, and for a beat that does not come after the one before it.
    """
    numbers = _numbers(columns, BEAT_COLUMNS, where)
    position = numbers["bar"] * 64 + numbers["beat"]
    wrong = np.flatnonzero((np.diff(position) <= 0) | (np.diff(numbers["onset"]) <= 0))
    if len(wrong):
        row = int(wrong[0]) + 1
        raise JazzgramError(
            f"{where(row)}: bar {int(numbers['bar'][row])}, beat {int(numbers['beat'][row])} at "
            f"{numbers['onset'][row]:.10g} s does not come after the beat before it (expected beats in time order)"
        )
    return Beats(**numbers, signatures=_texts(columns["signature"]), chords=_texts(columns["chord"]), where=where)


def _texts(values: Sequence[Any]) -> list[str]:
    """Return values, of which many are the same, as texts without quotation marks."""
    texts = {value: str(value or "").strip(" '\"") for value in set(values)}
    return [texts[value] for value in values]


def _numbers(
    columns: Mapping[str, Sequence[Any]],
    ranges: Mapping[str, tuple[float, float]],
    where: Where,
    rounded: frozenset[str] | set[str] = frozenset(),
) -> dict[str, Any]:
    """Turn columns into arrays: of int where the range's ends are."""
    arrays: dict[str, Any] = {}
    for name, (least, greatest) in ranges.items():
        whole = isinstance(least, int)
        values = _floats(columns[name])
        if name in rounded:
            values = np.rint(values)
        fits = (least <= values) & (values <= greatest)
        if whole:
            fits &= values == np.rint(values)
        if not fits.all():
            row = int(np.argmin(fits))
            raise JazzgramError(
                f"{where(row)}: {name} is {str(columns[name][row])[:40]!r} "
                f"(expected a {'whole ' if whole else ''}number from {least} to {greatest})"
            )
        arrays[name] = values.astype(np.int64) if whole else values
    return arrays


def _floats(values: Sequence[Any]) -> Floats:
    """Convert values; what is no number becomes nan, which is in no range."""
    if isinstance(values, np.ndarray):
        return values.astype(np.float64, copy=False)
    try:
        return np.array(list(map(float, values)), dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return np.array([_float(value) for value in values], dtype=np.float64)


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")

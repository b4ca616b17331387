"""Lay barlines over a file: from its time signatures, however they change, and its pick-up.

A time signature begins a bar (*Standard MIDI Files 1.0*, 1996; until the first one it is 4/4). One up to a 64th
note from where a barline would be anyway is taken to be on it: sequencers write them carelessly. Any other
cuts the bar before it short, and that bar has the meter of what is left of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from jazzgram import TICKS_PER_QUARTER, Meter

from .quantize import Ints, quantize

_NEAR = TICKS_PER_QUARTER // 16


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars that follow each other.

    Parameters
    ----------
    starts : ndarray of int
        The ticks at which they begin, counted from the start of the file, and at the end those at which the last ends.
    meters : tuple of Meter
        Of each; at least one.
    """

    starts: Ints
    meters: tuple[Meter, ...]

    @property
    def start(self) -> int:
        """Ticks at which the first begins."""
        return int(self.starts[0])

    @property
    def end(self) -> int:
        """Ticks at which the last ends."""
        return int(self.starts[-1])

    def at(self, times: Ints, per_quarter: int) -> Ints:
        """Return the number of the bar that each time of the file is in; outside, that of the first or the last bar."""
        exact = times * TICKS_PER_QUARTER
        bars: Ints = np.searchsorted(self.starts[:-1] * per_quarter, exact, side="right") - 1
        return np.maximum(bars, 0)

    def quantize(self, times: Ints, per_quarter: int, divisors: Sequence[int]) -> tuple[Ints, Ints]:
        """Take each time to the nearest line of the grids, which begin anew in every bar.

        Parameters
        ----------
        times : ndarray of int
            The file's ticks, `per_quarter` to the quarter note. May be empty.
        divisors : sequence of int
            See `quantize`.

        Returns
        -------
        bars : ndarray of int
            The number of the bar in which each time then is: -1 before the first, as many as there are after the last.
        onsets : ndarray of int
            Ticks from the start of that bar; before the first bar negative, after the last 0.

        Examples
        --------
        Two bars of 3/4; a third of a beat, and a little before the second barline:

        >>> bars = Bars(np.array([0, 1440, 2880]), (Meter(3, 4), Meter(3, 4)))
        >>> bars.quantize(np.array([31, 286, 312]), 96, (4, 3))
        (array([0, 1, 1]), array([160,   0, 120]))
        """
        numbers = self.at(times, per_quarter)
        onsets = quantize(times, per_quarter, divisors, self.starts[numbers])
        over = onsets >= np.diff(self.starts)[numbers]
        # What goes over the barline is moved onto it; after the last bar the onset is not used.
        return np.where(onsets < 0, -1, numbers + over), np.where(over, 0, onsets)


class _Stretch(NamedTuple):
    """Bars of one meter, up to the next stretch."""

    start: int
    meter: Meter


class BarGrid:
    """All barlines of a file.

    Parameters
    ----------
    signatures : sequence of (int, Meter)
        Ticks from the start of the file, ascending, 0 or more, and the meter from there on. May be empty.
    pickup : int
        The length of a first bar that is shorter than its meter, in ticks; 0 for none.

    Examples
    --------
    A pick-up of one beat, then 3/4, of which one bar is cut short by 4/4:

    >>> grid = BarGrid([(0, Meter(1, 4)), (480, Meter(3, 4)), (480 + 960, Meter(4, 4))])
    >>> bars = grid.between(0, 5280)
    >>> bars.starts.tolist(), [str(meter) for meter in bars.meters]
    ([0, 480, 1440, 3360, 5280], ['1/4', '2/4', '4/4', '4/4'])
    """

    def __init__(self, signatures: Sequence[tuple[int, Meter]], pickup: int = 0) -> None:
        start, meter = 0, Meter()
        stretches: list[_Stretch] = []
        if pickup:
            stretches.append(_Stretch(0, short_meter(pickup)))
            start = stretches[0].meter.bar
        for time, following in signatures:
            if following == meter:
                continue
            count, rest = divmod(max(time - start, 0), meter.bar)
            if rest and meter.bar - rest <= _NEAR:
                count, rest = count + 1, 0
            if count:
                stretches.append(_Stretch(start, meter))
                start += count * meter.bar
            if rest > _NEAR:
                stretches.append(_Stretch(start, short_meter(rest)))
                start += stretches[-1].meter.bar
            meter = following
        stretches.append(_Stretch(start, meter))
        self._stretches = tuple(stretches)
        self._starts = [stretch.start for stretch in stretches]

    def bar_at(self, time: int) -> tuple[int, Meter]:
        """Return the start, in ticks, and the meter of the bar that a time is in."""
        stretch = self._stretches[bisect_right(self._starts, time) - 1]
        return time - (time - stretch.start) % stretch.meter.bar, stretch.meter

    def bar_after(self, time: int) -> int:
        """Return the first barline after a time, in ticks."""
        start, meter = self.bar_at(time)
        return start + meter.bar

    def count(self, start: int, end: int) -> int:
        """Count the bars between two barlines."""
        return sum(count for _, _, count in self._runs(start, end))

    def between(self, start: int, end: int) -> Bars:
        """Return the bars between two barlines, at least one."""
        starts: list[int] = []
        meters: list[Meter] = []
        for first, meter, count in self._runs(start, end):
            starts.extend(range(first, first + count * meter.bar, meter.bar))
            meters.extend([meter] * count)
        return Bars(np.array([*starts, end], dtype=np.int64), tuple(meters))

    def _runs(self, start: int, end: int) -> Iterator[tuple[int, Meter, int]]:
        """Yield where the bars of each meter between two barlines begin, the meter, and how many there are."""
        for stretch, until in zip(self._stretches, (*self._starts[1:], end), strict=True):
            first, last = max(stretch.start, start), min(until, end)
            if first < last:
                yield first, stretch.meter, (last - first) // stretch.meter.bar


def short_meter(length: int) -> Meter:
    """Return the meter of a bar that has about a length in ticks, above 0: to a 32nd note where that can be written.

    Examples
    --------
    >>> [str(short_meter(length)) for length in (480, 1440, 720, 250)]
    ['1/4', '3/4', '3/8', '1/8']
    """
    denominator = 32
    while (count := max(1, round(length * denominator / (4 * TICKS_PER_QUARTER)))) > 32:
        denominator //= 2
    while count % 2 == 0 and denominator > 4:
        count, denominator = count // 2, denominator // 2
    return Meter(count, denominator)

"""Find the bars of a MIDI file that are to be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jazzgram import TICKS_PER_QUARTER, JazzgramError, to_ticks

from .bar_grid import BarGrid, Bars
from .file import Part
from .quantize import scale

_MOST_BARS = 20_000
"""Eleven hours at 120: a file that claims to be longer is damaged, and would fill the memory with empty bars."""


def whole_file(source: Path, grid: BarGrid, read: Sequence[Part], divisors: Sequence[int]) -> Bars:
    """Return the bars from the start of the file to the one in which the last note of the parts that are read begins.

    Raises
    ------
    JazzgramError
        Where there are too many.
    """
    last = max(read, key=lambda part: int(part.onsets[-1]))
    start, meter = grid.bar_at(int(scale(last.onsets[-1:], last.per_quarter)[0]))
    _check_number(source, grid, 0, start + meter.bar)
    bars = grid.between(0, start + meter.bar)
    if bars.quantize(last.onsets[-1:], last.per_quarter, divisors)[0][0] == len(
        bars.meters
    ):  # meant to be on the barline
        bars = grid.between(0, bars.end + grid.bar_at(bars.end)[1].bar)
    return bars


def span_of_file(source: Path, grid: BarGrid, parts: Sequence[Part], span: tuple[float, float]) -> Bars:
    """Return the bars between two barlines, which are given in quarter notes from the start of the file.

    Raises
    ------
    JazzgramError
        Where one of the two is no barline or lies past the end of the file, or where there are too many bars.
    """
    start, end = (to_ticks(quarters) for quarters in span)
    for name, ticks, quarters in zip(("start", "end"), (start, end), span, strict=True):
        below, meter = grid.bar_at(ticks)
        if ticks != below or ticks != quarters * TICKS_PER_QUARTER:
            raise JazzgramError(
                f"{source}: the span's {name}, quarter {quarters:.10g}, is not a barline in {meter}; the nearest "
                f"are {quarters_of(below)} and {quarters_of(grid.bar_after(below))}"
            )
    close = end_of_file(grid, parts)
    if end > close:
        raise JazzgramError(
            f"{source}: the span's end, quarter {quarters_of(end)}, lies past the end of the file, whose last bar "
            f"ends at {quarters_of(close)}; choose an earlier one"
        )
    _check_number(source, grid, start, end)
    return grid.between(start, end)


def end_of_file(grid: BarGrid, parts: Sequence[Part]) -> int:
    """Return the barline, in ticks, at or after the end of the last note."""
    finish = max(int(scale(part.ends, part.per_quarter).max()) for part in parts)
    return finish if grid.bar_at(finish)[0] == finish else grid.bar_after(finish)


def quarters_of(ticks: int) -> str:
    """Write ticks as quarter notes."""
    return f"{ticks / TICKS_PER_QUARTER:.10g}"


def _check_number(source: Path, grid: BarGrid, start: int, end: int) -> None:
    bars = grid.count(start, end)
    if bars > _MOST_BARS:
        raise JazzgramError(f"{source}: {bars} bars are more than the {_MOST_BARS} that are read; set a shorter span")

"""The recorder: it turns a musician's key strokes into bars of a line on the tokenizer's grid.

A stroke belongs to the grid step it is nearest to. So all that belongs to a bar has been struck half a step before its
end: an answer that is worked out from then on has missed nothing, and has that half step of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from jazzgram.live.transport import Transport
from jazzgram.music.note import Note
from jazzgram.music.time import TICKS_PER_QUARTER

GRID = (Fraction(1, 4), Fraction(1, 3))
"""Sixteenths and eighth triplets."""
_CHORD = 0.04
"""Seconds within which strokes are one chord; its highest tone is the line."""
_MOST = 64
"""Strokes in a beat that are taken as played: more are a fault of the instrument."""


@dataclass(slots=True)
class _Stroke:
    """A key from its stroke to its release, in ticks."""

    pitch: int
    velocity: int
    onset: float
    end: float | None = None


class Recorder:
    """Collect strokes, and return them as bars.

    Parameters
    ----------
    transport : Transport
        Where in the music a moment is.
    grid : sequence of Fraction
        Steps in quarter notes; a stroke moves to the nearest multiple of one of them.
    latency : float
        Seconds by which strokes arrive late.

    Attributes
    ----------
    dropped : int
        Strokes that were too many to be music.
    """

    def __init__(self, transport: Transport, grid: Sequence[Fraction] = GRID, latency: float = 0.0) -> None:
        self._transport = transport
        self._steps = [int(step * TICKS_PER_QUARTER) for step in grid]
        self._latency = latency
        self._strokes: list[_Stroke] = []
        self._held: dict[int, _Stroke] = {}
        self.dropped = 0

    @property
    def margin(self) -> int:
        """Ticks before a barline from which on strokes belong to the next bar."""
        return min(self._steps) // 2

    def note_on(self, seconds: float, pitch: int, velocity: int) -> bool:
        """Record a stroke; a key that is struck again is released first. Return whether it was taken as music."""
        tick = self._transport.tick(seconds - self._latency)
        self._release(pitch, tick)
        recent = sum(stroke.onset > tick - TICKS_PER_QUARTER for stroke in self._strokes[-_MOST:])
        if recent >= _MOST:
            self.dropped += 1
            return False
        stroke = _Stroke(pitch, velocity, tick)
        self._strokes.append(stroke)
        self._held[pitch] = stroke
        return True

    def note_off(self, seconds: float, pitch: int) -> None:
        """Record a release."""
        self._release(pitch, self._transport.tick(seconds - self._latency))

    def release_all(self, seconds: float) -> None:
        """Release every held key: the instrument is gone, or the music has stopped."""
        tick = self._transport.tick(seconds - self._latency)
        for pitch in [*self._held]:
            self._release(pitch, tick)

    def forget(self, before: int) -> None:
        """Forget the strokes before a bar, so that memory does not grow with the session."""
        start = before * self._transport.meter.bar - self.margin
        self._strokes = [stroke for stroke in self._strokes if stroke.onset >= start]

    def bars(self, first: int, end: int) -> tuple[tuple[Note, ...], ...]:
        """Return the line of some bars: quantized, one note at a time, none past the end.

        Parameters
        ----------
        first, end : int
            The first bar, and the one before which it ends.

        Returns
        -------
        tuple of tuple of Note
            For each bar, onsets from its start. A note that is held over a barline inside is cut there and not struck
            again.
        """
        length = self._transport.meter.bar
        start, stop = first * length, end * length
        line = self._line(start, stop)
        found: list[list[Note]] = [[] for _ in range(end - first)]
        for number, (onset, stroke) in enumerate(line):
            bar = (onset - start) // length
            barline = start + (bar + 1) * length
            following = line[number + 1][0] if number + 1 < len(line) else stop
            released = stop if stroke.end is None else max(self._quantized(stroke.end), onset + min(self._steps))
            duration = min(released, following, barline) - onset
            found[bar].append(Note(stroke.pitch, onset - start - bar * length, duration, stroke.velocity))
        return tuple(map(tuple, found))

    def _release(self, pitch: int, tick: float) -> None:
        if (stroke := self._held.pop(pitch, None)) is not None:
            stroke.end = tick

    def _quantized(self, tick: float) -> int:
        candidates = (round(tick / step) * step for step in self._steps)
        return min(candidates, key=lambda onset: abs(onset - tick))

    def _line(self, start: int, stop: int) -> list[tuple[int, _Stroke]]:
        """Return the highest stroke of each grid step and of each chord, with its onset."""
        near = _CHORD / self._transport.tick_seconds
        found: list[tuple[int, _Stroke]] = []
        for stroke in self._strokes:
            onset = self._quantized(stroke.onset)
            if not start <= onset < stop:
                continue
            if found and (found[-1][0] == onset or stroke.onset - found[-1][1].onset < near):
                before, rival = found[-1]
                found[-1] = (before, max(rival, stroke, key=lambda each: each.pitch))
            else:
                found.append((onset, stroke))
        return found

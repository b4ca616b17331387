"""The transport: where in the music a moment is."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from jazzgram.music.time import TICKS_PER_QUARTER, Meter


@dataclass(frozen=True, slots=True)
class Transport:
    """Convert between seconds and ticks at a steady tempo.

    Parameters
    ----------
    meter : Meter
        The meter of every bar.
    tempo : float
        Quarter notes per minute, above 0.
    count_in : int
        Bars of clicks before the first bar; their ticks are negative.

    Examples
    --------
    >>> transport = Transport(Meter(), 120, count_in=1)
    >>> transport.tick(0.0), transport.tick(2.0), transport.seconds(480)
    (-1920.0, 0.0, 2.5)
    """

    meter: Meter
    tempo: float
    count_in: int = 1

    @property
    def tick_seconds(self) -> float:
        """How long a tick lasts."""
        return 60 / self.tempo / TICKS_PER_QUARTER

    def tick(self, seconds: float) -> float:
        """Return the tick of a moment, counted from the first bar."""
        return seconds / self.tick_seconds - self.count_in * self.meter.bar

    def seconds(self, tick: float) -> float:
        """Return the moment of a tick, counted from the start of the count-in."""
        return (tick + self.count_in * self.meter.bar) * self.tick_seconds

    def bar(self, tick: float) -> int:
        """Return the bar of a tick, from 0; negative in the count-in."""
        return floor(tick / self.meter.bar)

    def bar_at(self, seconds: float) -> int:
        """Return the bar of a moment, as `bar`."""
        return self.bar(self.tick(seconds))

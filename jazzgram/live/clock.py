"""MIDI clock: what a session sends, and where in the music one is that follows another's.

Clock is 24 ticks a quarter. Start, Continue and Stop say whether the music runs; the song position says where, in
sixteenths from the start. Source: MIDI 1.0 Detailed Specification (1996), *System Real Time Messages*.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from jazzgram.live.transport import Transport
from jazzgram.music.time import TICKS_PER_QUARTER

TICK, START, CONTINUE, STOP, POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2
MESSAGES = frozenset({TICK, START, CONTINUE, STOP, POSITION})
Message = tuple[int, ...]
"""The bytes of a MIDI message."""

_PULSE = TICKS_PER_QUARTER // 24
"""Ticks of a session between two of the clock."""
_SIXTEENTH = 6
"""Ticks of the clock in a sixteenth, the unit of the song position."""
_PILE = 24
"""Ticks of the clock that are overdue from which on they are not sent late, but left out."""
_STALLED = 0.5
"""Seconds without a tick after which the clock of another counts as stopped."""
_WEIGHT = 0.2
"""How much of a tick's deviation from the steady beat is taken over: cables and buses let ticks jitter."""
_BEFORE = 0.001
"""Seconds before the first bar at which a session waits for Start."""
_OTHER = 0.1
"""How far the tempo of another's clock may be from the session's before it is reported, as a share."""


class ClockOut:
    """The clock of a session: ticks from the count-in on, Start with the first bar.

    Parameters
    ----------
    transport : Transport
        When a tick is.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._next = -transport.count_in * transport.meter.bar // _PULSE
        self._is_running = False

    def due(self, until: float) -> list[Message]:
        """Return the messages up to a moment, in order; each is returned once.

        The moment is in seconds from the first click. Where more than a quarter is overdue the clock stops, and goes on
        at the next sixteenth.
        """
        last = int(self._transport.tick(until) // _PULSE)
        found: list[Message] = []
        if last - self._next >= _PILE:
            found += self.stop()
            self._next = max(last + 1, 0) // _SIXTEENTH * _SIXTEENTH + (_SIXTEENTH if last >= 0 else 0)
        while self._next <= last:
            if self._next >= 0 and not self._is_running:
                found += [(START,)] if self._next == 0 else [_position(self._next // _SIXTEENTH), (CONTINUE,)]
                self._is_running = True
            found.append((TICK,))
            self._next += 1
        return found

    def stop(self) -> list[Message]:
        """Return Stop, where it runs."""
        was_running, self._is_running = self._is_running, False
        return [(STOP,)] if was_running else []


def _position(sixteenths: int) -> Message:
    return (POSITION, sixteenths & 0x7F, sixteenths >> 7 & 0x7F)


class ClockIn:
    """Where a session is that follows another's clock, in its own seconds: a quarter of the clock is one of its own.

    Parameters
    ----------
    transport : Transport
        Of the session, without a count-in: bar 1 begins with the first tick after Start.

    Attributes
    ----------
    has_left : bool
        Whether the clock has jumped back: the session cannot follow, and is over.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._count = 0  # of the ticks so far: the next one is this position
        self._at = 0.0
        self._intervals: deque[float] = deque(maxlen=24)
        self._arrived: float | None = None
        self._is_running = False
        self._is_stalled = False
        self._latest = -_BEFORE
        self.has_left = False

    @property
    def is_running(self) -> bool:
        """Whether the music runs."""
        return self._is_running and self._count > 0

    @property
    def tempo(self) -> float:
        """Quarter notes per minute of the last quarter; the session's own before the clock has ticked twice."""
        return 60 / (24 * self._interval)

    @property
    def _interval(self) -> float:
        if not self._intervals:
            return self._transport.tick_seconds * _PULSE
        return sum(self._intervals) / len(self._intervals)

    def receive(self, now: float, message: Sequence[int]) -> str:
        """Take a message of the clock.

        Parameters
        ----------
        now : float
            When it arrived, in seconds of this machine.
        message : sequence of int
            Its bytes.

        Returns
        -------
        str
            A line about what it changes; empty for nothing.
        """
        status = message[0]
        if status == TICK:
            return self._tick(now)
        if status == STOP and self._is_running:
            self._is_running = False
            return f"the clock has stopped at {self._where()}: waiting for it to go on"
        if status == START:
            return self._move(0, runs=True)
        if status == CONTINUE:
            self._is_running = True
        if status == POSITION and len(message) == 3:
            return self._move((message[1] | message[2] << 7) * _SIXTEENTH, runs=self._is_running)
        return ""

    def seconds(self, now: float) -> float:
        """Return where the session is: between two ticks by the tempo, never past the next one and never back."""
        if self._count:
            since = (now - self._at) / self._interval if self._is_running else 0.0
            tick = (self._count - 1 + min(max(since, -1.0), 1.0)) * _PULSE
            self._latest = max(self._latest, self._transport.seconds(tick))
        return self._latest

    def silent(self, now: float) -> str:
        """Return a line where no tick has come for a while, once; empty for nothing."""
        if not self.is_running or self._is_stalled or now - self._at < max(_STALLED, 6 * self._interval):
            return ""
        self._is_stalled = True
        return f"no clock since {self._where()}: waiting for it to go on"

    def _tick(self, now: float) -> str:
        if self._arrived is not None and now - self._arrived < max(_STALLED, 6 * self._interval):
            self._intervals.append(now - self._arrived)
        self._arrived = now
        if not self._is_running:
            return ""
        expected = self._at + self._interval
        is_steady = self._count > 0 and not self._is_stalled and abs(now - expected) < self._interval
        self._at = expected + _WEIGHT * (now - expected) if is_steady else now
        self._count += 1
        was_stalled, self._is_stalled = self._is_stalled, False
        if was_stalled:
            return f"the clock goes on at {self._where()}"
        own = self._transport.tempo
        if self._count == 2 * _PILE and abs(self.tempo / own - 1) > _OTHER:
            return (
                f"the clock runs at {self.tempo:.0f} beats a minute, the configuration says {own:g}: with"
                f" --set improvise.tempo={self.tempo:.0f} lines and swing are those of that tempo"
            )
        return ""

    def _move(self, count: int, runs: bool) -> str:
        """Go to a tick of the clock: forwards the music between is left out, backwards the session cannot follow."""
        was, there, self._is_running = self._count, self._where(count + 1), runs
        if count + _PILE < was:  # a little back is where a sequencer rounds to; there the session waits
            self.has_left, self._is_running = True, False
            return f"the clock has jumped back from {self._where(was + 1)} to {there}: the session ends here"
        self._count = count
        if count > was + 1:
            return f"the clock has jumped from {self._where(was + 1)} to {there}: what is between is left out"
        return ""

    def _where(self, count: int | None = None) -> str:
        tick = max((self._count if count is None else count) - 1, 0) * _PULSE
        bar = self._transport.bar(tick)
        return f"bar {bar + 1}, beat {(tick - bar * self._transport.meter.bar) // self._transport.meter.beat + 1}"

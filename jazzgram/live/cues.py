"""Cues: the bars, beats and chords of a session, each at its moment, for programs that play or show something to it.

`/jazzgram/bar` has its number, from 1 (0 and below in the count-in), and whose it is; `/jazzgram/beat` its number in
the bar, from 1; `/jazzgram/chord` its symbol; `/jazzgram/note` the channel, from 1, the pitch and the velocity, 0 where
it ends; `/jazzgram/stop` has nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jazzgram.live.player import Event
from jazzgram.live.session import TradingSession

Cue = tuple[str, tuple[int | str, ...]]
"""An OSC address and its arguments."""
BAR, BEAT, CHORD, NOTES = "bar", "beat", "chord", "notes"
STOP: Cue = ("/jazzgram/stop", ())
_LATE = 4
"""Beats that are overdue from which on they are left out."""


class Cues:
    """The cues of a session.

    Parameters
    ----------
    session : TradingSession
        Whose bars and chords.
    kinds : collection of str
        Any of `bar`, `beat`, `chord`, `notes`.
    """

    def __init__(self, session: TradingSession, kinds: Collection[str]) -> None:
        self._session = session
        self._kinds = kinds
        transport = session.transport
        self._beats = transport.meter.bar // transport.meter.beat
        self._next = -transport.count_in * self._beats
        self._players: dict[int, str] = {
            bar: turn.player for turn in session.turns for bar in range(turn.bar, turn.end)
        }

    def due(self, until: float) -> list[Cue]:
        """Return the cues up to a moment, in order; each is returned once, those of more than four beats ago not."""
        transport = self._session.transport
        last = int(transport.tick(until) // transport.meter.beat)
        self._next = max(self._next, last - _LATE)
        found = [cue for beat in range(self._next, last + 1) for cue in self._of(beat)]
        self._next = max(self._next, last + 1)
        return found

    def note(self, event: Event) -> list[Cue]:
        """Return the cue of an event, where notes are asked for."""
        if NOTES not in self._kinds:
            return []
        return [("/jazzgram/note", (event.channel + 1, event.pitch, event.velocity if event.on else 0))]

    def _of(self, beat: int) -> Iterator[Cue]:
        bar, number = divmod(beat, self._beats)
        if bar >= len(self._session.changes):
            return
        if BAR in self._kinds and number == 0:
            yield "/jazzgram/bar", (bar + 1, self._players.get(bar, "count-in"))
        if BEAT in self._kinds:
            yield "/jazzgram/beat", (number + 1,)
        if CHORD in self._kinds and bar >= 0:
            length = self._session.meter.beat
            for chord in self._session.changes[bar]:
                if chord.onset // length == number:
                    yield "/jazzgram/chord", (chord.symbol or "NC",)

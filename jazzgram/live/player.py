"""The player: notes become events that are due at their moment, and nothing is left sounding."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from threading import Lock

from jazzgram.live.transport import Transport
from jazzgram.music.note import Note


@dataclass(frozen=True, order=True, slots=True)
class Event:
    """Something that sounds, or stops sounding.

    Parameters
    ----------
    seconds : float
        When, from the start of the count-in.
    on : bool
        Whether a note begins. Of events at the same moment, ends come first.
    channel : int
        Of its part, from 0; drums are 9.
    pitch, velocity : int
        MIDI numbers.
    """

    seconds: float
    on: bool
    channel: int
    pitch: int
    velocity: int = 0


class Player:
    """Schedule notes, and release the events that are due; one thread may schedule while another releases.

    Parameters
    ----------
    transport : Transport
        When a tick is.

    Attributes
    ----------
    late : int
        Notes that were scheduled after their moment, and left out: late music is wrong music.
    dropped : int
        Notes that were due too long before anybody asked for them, and left out.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._events: list[Event] = []
        self._sounding: dict[tuple[int, int], int] = {}
        self._lock = Lock()
        self._now = 0.0
        self.late = 0
        self.dropped = 0

    def schedule(self, notes: Iterable[Note], channel: int) -> None:
        """Add notes, their onsets from the start of the first bar."""
        seconds = self._transport.seconds
        with self._lock:
            for note in notes:
                begin = seconds(note.onset)
                if begin < self._now:
                    self.late += 1
                    continue
                heapq.heappush(self._events, Event(begin, True, channel, note.pitch, note.velocity))
                heapq.heappush(self._events, Event(seconds(note.end), False, channel, note.pitch))

    def due(self, until: float, most: float = inf) -> list[Event]:
        """Return the events up to a moment, in order; each is returned once.

        Parameters
        ----------
        until : float
            In seconds.
        most : float
            Seconds by which a note may be late; later ones are left out.

        Returns
        -------
        list of Event
            A note ends when the last of those that overlap on its pitch does.
        """
        found = []
        with self._lock:
            while self._events and self._events[0].seconds <= until:
                event = heapq.heappop(self._events)
                key = event.channel, event.pitch
                count = self._sounding.get(key, 0)
                if event.on and until - event.seconds > most:
                    self.dropped += 1
                    self._sounding[key] = count + 1  # so that its end is the end of nothing else
                    continue
                if event.on or count:  # what was silenced has ended already
                    self._sounding[key] = count + (1 if event.on else -1)
                if event.on or count == 1:
                    found.append(event)
            self._now = max(self._now, until)
        return found

    @property
    def following(self) -> float:
        """When the next event is due, in seconds; infinite where nothing is scheduled."""
        with self._lock:
            return self._events[0].seconds if self._events else inf

    def silence(self, seconds: float) -> list[Event]:
        """Return the ends of all that sounds; what is scheduled stays."""
        with self._lock:
            ends = [Event(seconds, False, *key) for key, count in sorted(self._sounding.items()) if count > 0]
            self._sounding.clear()
        return ends

    def stop(self, seconds: float) -> list[Event]:
        """Drop what is scheduled, and return the ends of all that sounds."""
        with self._lock:
            self._events.clear()
        return self.silence(seconds)

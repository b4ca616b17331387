"""The loop: a session in real time. One thread works, another sends, so that no answer keeps a note waiting.

The one that sends is the caller's. It sends what is due, wakes for the next event and never waits for anything else;
the other feeds the session with what is played, and lets it answer.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread
from time import perf_counter, sleep
from typing import Protocol

from jazzgram.errors import JazzgramError
from jazzgram.live.clock import ClockIn, ClockOut, Message
from jazzgram.live.cues import STOP, Cue, Cues
from jazzgram.live.player import Event
from jazzgram.live.priority import urgent
from jazzgram.live.session import TradingSession

_REST = 0.001
"""Seconds between two looks at the time, at most."""
_LATE = 0.05
"""Seconds by which a note may be sent late; later ones are left out."""
_HELD_UP = 0.5
"""Seconds without a look at the time from which on it is reported."""
_LOOK = 0.5
"""Seconds between two looks at whether the ports are there."""
_WAITING = 4096
"""Strokes that may wait to be worked on; more are a fault of the instrument."""
_PATIENCE = 10.0
"""Seconds that an answer in the making has to end when the music has stopped."""
_SWITCH = 0.0005
"""Seconds after which a thread that works lets the other send; Python's own 5 ms would be audible."""


class Output(Protocol):
    """Where events go: `jazzgram.live.ports.Ports`."""

    def send(self, event: Event) -> None:
        """Send an event; JazzgramError where the port is gone."""

    def send_message(self, message: Sequence[int]) -> None:
        """Send the bytes of a message; JazzgramError where the port is gone."""

    def gone(self) -> str:
        """Return the name of a port that is not there any more; empty while all are."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What else is sent and followed.

    Parameters
    ----------
    clock_out : ClockOut or None
        Sends MIDI clock.
    clock_in : ClockIn or None
        Follows another's.
    cues : Cues or None
        Bars, beats, chords and notes.
    send_cue : callable or None
        Sends a cue.
    """

    clock_out: ClockOut | None = None
    clock_in: ClockIn | None = None
    cues: Cues | None = None
    send_cue: Callable[[Cue], None] | None = None


class Loop:
    """Play a session in real time.

    Parameters
    ----------
    session : TradingSession
        At its start.
    say : callable
        Receives a line about anything that does not go as it should.
    extras : Extras
        Clock and cues.

    Attributes
    ----------
    begun : float
        When the session's second 0 was, by `time.perf_counter`.
    lost : int
        Strokes that came faster than they could be worked on.
    """

    def __init__(self, session: TradingSession, say: Callable[[str], None], extras: Extras | None = None) -> None:
        self._session = session
        self._say = say
        self._extras = extras or Extras()
        self._strokes: SimpleQueue[tuple[float, bool, int, int]] = SimpleQueue()
        self._ticks: SimpleQueue[tuple[float, Sequence[int]]] = SimpleQueue()
        self._over = Flag()
        self._error: BaseException | None = None
        self.begun = 0.0
        self.lost = 0

    def receive(self, down: bool, pitch: int, velocity: int) -> None:
        """Take a stroke or a release; from any thread."""
        if self._strokes.qsize() < _WAITING:
            self._strokes.put((perf_counter(), down, pitch, velocity))
        else:
            self.lost += 1

    def receive_clock(self, message: Sequence[int]) -> None:
        """Take a message of another's clock; from any thread."""
        self._ticks.put((perf_counter(), message))

    def run(self, output: Output) -> None:
        """Play until the last bar, Ctrl-C, or until a port is gone; however it ends, nothing is left sounding.

        Parameters
        ----------
        output : Output
            Open ports.

        Raises
        ------
        BaseException
            What went wrong in the session, after the music has stopped.
        """
        gc.collect()
        gc.freeze()  # what is there stays: a collection in mid-bar need not look at it
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        worker = Thread(target=self._work, args=(output,), name="jazzgram live", daemon=True)
        self.begun = perf_counter()
        try:
            with urgent():
                worker.start()
                self._send(output)
        except KeyboardInterrupt:
            pass
        except JazzgramError as error:  # a port is gone
            self._say(f"{error}: the music stops, what was played is kept")
        finally:
            self._over.set()
            moment = self._moment(perf_counter())
            self._silence(output, self._session.player.silence(moment))
            worker.join(_PATIENCE)
            self._session.stop(moment)
            sys.setswitchinterval(interval)
            gc.unfreeze()
        if self._error is not None:
            raise self._error

    def _moment(self, now: float) -> float:
        """Return the session's own seconds."""
        clock = self._extras.clock_in
        return now - self.begun if clock is None else clock.seconds(now)

    def _send(self, output: Output) -> None:
        session, before = self._session, self.begun
        while not self._over.is_set():
            now = perf_counter()
            if now - before > _HELD_UP:
                self._say(
                    f"held up for {now - before:.1f} s before bar {session.transport.bar_at(self._moment(now)) + 1}:"
                    " what was due then is left out"
                )
            before = now
            self._follow(output)
            moment = self._moment(now)
            for event in session.due(moment, _LATE):
                output.send(event)
                self._cue(self._extras.cues.note(event) if self._extras.cues is not None else ())
            self._send_extras(output, min(moment, session.seconds - _REST))
            if moment >= session.seconds or (self._extras.clock_in is not None and self._extras.clock_in.has_left):
                return
            sleep(min(_REST, max(session.player.following - moment - (perf_counter() - now), 0.0)))

    def _send_extras(self, output: Output, moment: float) -> None:
        """Send clock and cues."""
        for message in self._extras.clock_out.due(moment) if self._extras.clock_out is not None else ():
            output.send_message(message)
        self._cue(self._extras.cues.due(moment) if self._extras.cues is not None else ())

    def _follow(self, output: Output) -> None:
        """Take what has come of another's clock; where it stands still nothing is left sounding."""
        clock = self._extras.clock_in
        if clock is None:
            return
        was_running, line = clock.is_running, ""
        while not self._ticks.empty():
            at, message = self._ticks.get()
            if line := clock.receive(at, message):
                self._say(line)
        if line := clock.silent(perf_counter()):
            self._say(line)
        if line or (was_running and not clock.is_running):
            self._silence(output, self._session.player.silence(self._moment(perf_counter())))

    def _silence(self, output: Output, ends: Sequence[Event]) -> None:
        """Send the ends of notes, and Stop; a port that is gone is no mistake."""
        try:
            for event in ends:
                output.send(event)
            if self._over.is_set():
                messages: Sequence[Message] = self._extras.clock_out.stop() if self._extras.clock_out else ()
                for message in messages:
                    output.send_message(message)
        except JazzgramError:
            pass
        if self._over.is_set() and self._extras.cues is not None:
            self._cue([STOP])

    def _cue(self, cues: Sequence[Cue]) -> None:
        if (send := self._extras.send_cue) is not None:
            for cue in cues:
                send(cue)

    def _work(self, output: Output) -> None:
        """Feed the session, let it answer, and look whether the ports are there."""
        session, looked = self._session, self.begun
        try:
            while not self._over.is_set():
                self._take()
                now = perf_counter()
                session.advance(self._moment(now))
                if now - looked > _LOOK:
                    looked = now
                    if name := output.gone():
                        self._say(f"MIDI port {name!r} is gone (unplugged?): the music stops, what was played is kept")
                        return
        except BaseException as error:
            self._error = error
        finally:
            self._over.set()

    def _take(self) -> None:
        """Take the next stroke or release, if there is one soon."""
        try:
            at, down, pitch, velocity = self._strokes.get(timeout=_REST)
        except Empty:
            return
        if down:
            self._session.note_on(self._moment(at), pitch, velocity)
        else:
            self._session.note_off(self._moment(at), pitch)

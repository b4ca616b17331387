"""A session of trading bars, as the page's messages move it on. No socket, no clock.

The page's audio clock is the clock: every message has a moment in seconds from the start of the count-in, and the
strokes since the last one. The musician plays to what sounds, which is later than the clock by the latency; so strokes
are moved back by it, and each turn stays open beyond its barline by as much of it as leaves time to answer.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from jazzgram.errors import JazzgramError
from jazzgram.live.session import TradingSession
from jazzgram.live.take import take_of
from jazzgram.live.turns import MUSICIAN
from jazzgram.music.note import Note
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.music.tune import Track
from jazzgram.studio.traded import MOST_STROKES, Stroke, shown_exchange

RESERVE = 0.02
"""Seconds before its first barline that an answer has at least, whatever the latency."""
MOST_LATENCY = 1.0
MOST_IN_A_BEAT = 32
"""Strokes in a quarter note; more are a fault of the instrument."""
GRACE = 0.05
"""Seconds that a bar inside a turn stays open for a stroke that is on its way: nothing waits for it."""
JUMP = 2.0
"""Seconds between two messages from which on the clock has jumped: the page sends ten a second."""
_EARLY = 1.0
"""Seconds before the count-in in which the page may begin to send."""
_PITCHES = range(21, 109)
"""The keys of a piano, which the musician may play."""


class Halt(JazzgramError):
    """The session cannot go on; what was played so far is a take."""


class Trade:
    """Move a session on by the page's messages.

    Parameters
    ----------
    session : TradingSession
        New, without a latency of its own.
    latency : float
        Seconds by which what is played arrives late, 0 to `MOST_LATENCY`.

    Attributes
    ----------
    strokes : list of (int, int, int)
        What counted, in its order: what `Traded` plays again.
    left_out : int
        Strokes that were too many to be music.
    too_late : int
        Strokes that arrived when the answer to their bar had begun.
    """

    def __init__(self, session: TradingSession, latency: float = 0.0) -> None:
        if not 0 <= latency <= MOST_LATENCY:
            raise JazzgramError(f"a latency of {latency!r:.20} seconds is not one to play with (0 to {MOST_LATENCY:g})")
        self._session = session
        self._latency = latency
        transport = session.transport
        margin = session.recorder.margin * transport.tick_seconds
        self._overhang = max(0.0, min(latency, margin - RESERVE))
        self._now = -_EARLY
        self._closed = -math.inf
        self._shown = self._answered = 0
        self._recent: list[int] = []
        self.strokes: list[Stroke] = []
        self.left_out = self.too_late = 0

    def started(self) -> dict[str, Any]:
        """Return what the page needs to play: the view of the session without its soloists, their sound, the turns."""
        from jazzgram.pages.report.view import view
        from jazzgram.rendering.sound.page import page_sound

        session = self._session
        take = take_of(session)
        shown = view(take)
        # Both soloists get the level of a line of eighths, as nobody knows yet what they will play.
        half = session.meter.beat // 2
        line = tuple(Note(67, onset, half, 80) for onset in range(0, take.solo.bars * session.meter.bar, half))
        you = Track(session.musician.name, take.solo.program, line)
        level = replace(take.solo, notes=line, accompaniment=(you, *session.backing.accompaniment))
        sound = page_sound(level, pitches=_PITCHES, files=False)
        return {
            "view": shown,
            "sound": sound,
            "turns": [[turn.player, turn.bar, turn.bars] for turn in session.turns],
            "count_in": session.transport.count_in,
            "margin": session.recorder.margin,
            "deadline": self.deadline,
        }

    @property
    def deadline(self) -> float | None:
        """When, in seconds, the next turn is complete or can be answered; None where an answer is under way."""
        session = self._session
        if session.over or session.answering:
            return None
        turn = session.turns[len(session.exchanges)]
        bar = turn.end if turn.player == MUSICIAN else turn.bar
        tick = bar * session.meter.bar - session.recorder.margin
        return session.transport.seconds(tick) + self._overhang

    def move(self, message: Any) -> dict[str, Any]:
        """Take the strokes of a message and go on to its moment; return what is new.

        Parameters
        ----------
        message : dict
            ``now``, seconds, and ``strokes``: rows of seconds, pitch and velocity, 0 for a release.

        Returns
        -------
        dict
            ``played``: pitch, onset in ticks, duration and velocity of the answer's notes that are ready;
            ``exchanges``: the turns that are over (`shown_exchange`); ``deadline``, ``left_out``, ``too_late``.

        Raises
        ------
        Halt
            Where the message is none, or its clock jumped.
        """
        now, strokes = _read(message)
        if not -_EARLY <= now <= self._session.seconds + JUMP or now < self._now or now - self._now > JUMP:
            raise Halt(f"The clock jumped by {now - self._now:+.1f} seconds: the computer slept, or was too busy.")
        self._now = now
        for seconds, pitch, velocity in sorted(strokes, key=lambda stroke: stroke[0]):
            if not now - JUMP <= seconds <= now + JUMP:
                raise Halt(f"A note arrived {seconds - now:+.1f} seconds off: the instrument's clock jumped.")
            self._take(seconds, pitch, velocity)
        self._advance(now)
        session = self._session
        played = session.played[self._answered :]
        exchanges = session.exchanges[self._shown :]
        self._answered += len(played)
        self._shown += len(exchanges)
        return {
            "played": [[note.pitch, note.onset, note.duration, note.velocity] for note in played],
            "exchanges": [shown_exchange(each, session.meter.bar) for each in exchanges],
            "deadline": self.deadline,
            "left_out": self.left_out,
            "too_late": self.too_late,
        }

    def record(self) -> dict[str, Any]:
        """Return what `Traded` needs to play the session again up to now: ``strokes`` and ``end``."""
        end = self._session.transport.tick(min(self._now, self._session.seconds))
        return {"strokes": self.strokes, "end": max(0, math.floor(end))}

    def _take(self, seconds: float, pitch: int, velocity: int) -> None:
        tick = round(self._session.transport.tick(seconds - self._latency))
        if self.strokes:
            tick = max(tick, self.strokes[-1][0])
        if tick < self._closed:
            if velocity:
                self.too_late += 1
                return
            tick = math.ceil(self._closed)
        if velocity:
            self._recent = [each for each in self._recent if each > tick - TICKS_PER_QUARTER]
            if len(self._recent) >= MOST_IN_A_BEAT or len(self.strokes) >= MOST_STROKES:
                self.left_out += 1
                return
            self._recent.append(tick)
        at = self._session.transport.seconds(tick)
        if velocity:
            self._session.note_on(at, pitch, velocity)
        else:
            self._session.note_off(at, pitch)
        if len(self.strokes) < MOST_STROKES:
            self.strokes.append((tick, pitch, velocity))

    def _advance(self, now: float) -> None:
        session = self._session
        if session.answering:  # strokes of the musician count for nothing meanwhile
            session.advance(now)
            return
        is_due = self.deadline is not None and now >= self.deadline
        seconds = now - (self._overhang if is_due else self._latency + GRACE)
        session.advance(seconds)
        length, margin = session.meter.bar, session.recorder.margin
        bar = math.floor((session.transport.tick(seconds) + margin) / length)
        self._closed = max(self._closed, bar * length - margin)


def _read(message: Any) -> tuple[float, list[tuple[float, int, int]]]:
    try:
        now = float(message["now"])
        strokes = [(float(seconds), int(pitch), int(velocity)) for seconds, pitch, velocity in message["strokes"]]
    except (KeyError, OverflowError, TypeError, ValueError):
        raise Halt("The page sent something that is no music; reload it.") from None
    for seconds, pitch, velocity in strokes:
        if not (math.isfinite(seconds) and 0 <= pitch <= 127 and 0 <= velocity <= 127):
            raise Halt(f"The instrument sent a note that is none: pitch {pitch!s:.20}, velocity {velocity!s:.20}.")
    return now, strokes

"""Traded takes: what a musician played against the machine, from which the whole session is played again.

A session is deterministic: the same strokes, chain and responders return the same answers. So a traded take is the
strokes and the options of the trade; another responder or another chain answers the same playing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jazzgram.errors import JazzgramError
from jazzgram.live.session import TradingSession
from jazzgram.live.take import take_of
from jazzgram.live.turns import Exchange
from jazzgram.music.chord import Chord, join_bars
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.term import Term
from jazzgram.pages.report.excerpt import excerpt
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.pipeline.run import Run

MOST_STROKES = 20_000
"""Strokes and releases of a take."""
LIVE = ("trade", "first", "choruses", "count_in", "respond")
"""The keys of ``live`` that the page may set; its latency is taken off before strokes get here."""
_LATEST = 10_000_000
"""Ticks: more than the longest take has."""

Stroke = tuple[int, int, int]
"""A tick from the first bar, a pitch and a velocity; velocity 0 is a release."""


@dataclass(frozen=True)
class Traded:
    """What was played in a session, and how it is answered.

    Parameters
    ----------
    live : mapping
        Of the section ``live``: its keys of `LIVE`.
    strokes : tuple of (int, int, int)
        In the order in which they were played.
    end : int
        The tick at which the session was stopped; 0 for a session that is about to begin.
    """

    live: Mapping[str, Any] = field(default_factory=dict)
    strokes: tuple[Stroke, ...] = ()
    end: int = 0

    @classmethod
    def of(cls, value: Any) -> Traded:
        """Read one from the page's JSON.

        Raises
        ------
        JazzgramError
            Where it is none.
        """
        try:
            live = {str(key): each for key, each in value["live"].items()}
            strokes = tuple(_stroke(each) for each in value.get("strokes", ()))
            end = int(value.get("end", 0))
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            raise JazzgramError("the page sent a session that cannot be read; reload it") from None
        if unknown := [key for key in live if key not in LIVE]:
            raise JazzgramError(f"live.{unknown[0]}: cannot be set on the page; known here: {', '.join(LIVE)}")
        if len(strokes) > MOST_STROKES:
            raise JazzgramError(f"{len(strokes):,} strokes are more than a take has ({MOST_STROKES:,})")
        if not 0 <= end <= _LATEST:
            raise JazzgramError(f"a session cannot end at tick {end}")
        return cls(live, strokes, end)

    def check_reach(self, own: Collection[str]) -> None:
        """Refuse plugin files that the configuration does not name itself: the page runs no code of its own."""
        respond = self.live.get("respond", ())
        for each in respond if isinstance(respond, list) else ():
            name = each.get("use") if isinstance(each, dict) else each
            if isinstance(name, str) and name not in own and (name.endswith(".py") or "/" in name):
                raise JazzgramError(f"{name}: plugin files are named in the configuration, not on the page")

    @property
    def settings(self) -> list[str]:
        """The trade as ``key=value`` settings that override the configuration."""
        live = {**self.live, "latency": 0, "clock": None, "osc": None}
        return [f"live={json.dumps(live, ensure_ascii=False)}", "improvise.choruses=null"]  # those of `live` count

    def play(self, pipeline: Pipeline) -> Played:
        """Play the session again, faster than real time, up to its end.

        A turn that was broken off is played to its end in silence; what would follow is left out. There is a bar at
        least.
        """
        session = TradingSession(pipeline)
        at = session.transport.seconds
        for tick, pitch, velocity in self.strokes:
            if velocity:
                session.note_on(at(tick), pitch, velocity)
            else:
                session.note_off(at(tick), pitch)
        length, most = session.meter.bar, len(session.changes)
        bars = min(max(math.ceil(self.end / length), 1), most)
        session.recorder.release_all(at(bars * length))
        turn = next(turn for turn in session.turns if turn.end >= bars)
        session.advance(at(turn.end * length - session.recorder.margin))
        if turn.end == most:
            session.advance(session.seconds)
        exchanges = [_cut(each, bars) for each in session.exchanges if each.turn.bar < bars]
        return Played(excerpt(take_of(session), bars), tuple(exchanges), session.changes)


@dataclass(frozen=True)
class Played:
    """A session as it was played.

    Parameters
    ----------
    run : Run
        The machine's notes as the solo, the musician's as a part beside the band.
    exchanges : tuple of Exchange
        The turns, the last one up to where it was stopped.
    changes : tuple of tuple of Chord
        The chords of each bar.
    """

    run: Run
    exchanges: tuple[Exchange, ...]
    changes: tuple[tuple[Chord, ...], ...]

    def own_turns(self, player: str) -> Solo:
        """Return the turns of one player in a row, as a solo that is measured: its bars are those that they played.

        Parameters
        ----------
        player : {"me", "it"}
            The musician or the machine.
        """
        whole, length = self.run.solo, self.run.solo.meter.bar
        notes: list[Note] = []
        chords: list[tuple[Chord, ...]] = []
        grammar: list[tuple[Term, ...]] = []
        for each in self.exchanges:
            if each.turn.player != player:
                continue
            for number, bar in enumerate(each.notes):
                start = len(chords) * length
                notes += [replace(note, onset=note.onset + start) for note in bar]
                chords.append(self.changes[each.turn.bar + number])
                grammar.append(each.terms[number] if number < len(each.terms) else ())
        return replace(
            whole,
            notes=tuple(notes),
            notated=(),
            chords=join_bars(chords, length),
            bars=len(chords),
            grammar=tuple(grammar),
            accompaniment=(),
            form=None,
        )

    def shown(self) -> list[dict[str, Any]]:
        """Return the exchanges for the page: see `shown_exchange`."""
        return [shown_exchange(each, self.run.solo.meter.bar) for each in self.exchanges]


def shown_exchange(exchange: Exchange, bar: int) -> dict[str, Any]:
    """Return an exchange for the page.

    Parameters
    ----------
    exchange : Exchange
        Of a session.
    bar : int
        Ticks of a bar.

    Returns
    -------
    dict
        ``player``, ``bar``, ``bars``, ``responder``, and ``notes``: pitch, onset in ticks from the first bar, duration
        and velocity of each, as notated.
    """
    turn = exchange.turn
    notes = [
        [note.pitch, note.onset + (turn.bar + number) * bar, note.duration, note.velocity]
        for number, each in enumerate(exchange.notes)
        for note in each
    ]
    head = {"player": turn.player, "bar": turn.bar, "bars": turn.bars, "responder": exchange.responder}
    return head | {"notes": notes}


def _stroke(value: Any) -> Stroke:
    tick, pitch, velocity = map(int, value)
    if not (abs(tick) <= _LATEST and 0 <= pitch <= 127 and 0 <= velocity <= 127):
        raise ValueError(value)
    return tick, pitch, velocity


def _cut(exchange: Exchange, bars: int) -> Exchange:
    turn = exchange.turn
    kept = min(turn.end, bars) - turn.bar
    if kept == turn.bars:
        return exchange
    return replace(exchange, turn=replace(turn, bars=kept), notes=exchange.notes[:kept], terms=exchange.terms[:kept])

"""What a session leaves: a run with both players' parts, and the events of a recorded part that is played against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from jazzgram.errors import JazzgramError
from jazzgram.hooks.options import Options
from jazzgram.live.session import TradingSession
from jazzgram.live.turns import MACHINE
from jazzgram.music.midi import midi_score
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.pipeline.run import Run
from jazzgram.pipeline.trace import Trace
from jazzgram.resources.plain import plain

TRADE = "trade"
"""The label, in traces, of what the machine played."""

Stroke = tuple[float, bool, int, int]
"""A moment in seconds, whether a key goes down, its pitch and velocity."""


def take_of(session: TradingSession) -> Run:
    """Return a session as a run: the machine's notes as the solo, the musician's as a part beside the band.

    Parameters
    ----------
    session : TradingSession
        Over, or stopped: what was played so far.
    """
    backing = session.backing
    grammar = tuple(terms if each.turn.player == MACHINE else () for each in session.exchanges for terms in each.terms)
    solo = replace(
        backing,
        notes=session.played,
        notated=session.notated,
        grammar=(*grammar, *((),) * (backing.bars - len(grammar))),
        accompaniment=(session.musician, *backing.accompaniment),
    )
    trace = Trace(accompanists=session.trace.accompanists)
    trace.step(TRADE, "clean_up_notes", Options(), None, (), solo.notes, 0.0)
    return Run(solo, trace)


def strokes_of(path: Path, session: TradingSession) -> Iterator[Stroke]:
    """Yield a recorded part as strokes and releases, in time order: its ticks are the session's.

    Parameters
    ----------
    path : Path
        A MIDI file; its first part with notes that is not drums is played. Bar 1 of the file is bar 1 of the session.
    session : TradingSession
        Says when a tick is.

    Raises
    ------
    JazzgramError
        One line, where the file cannot be read or has no such part.
    """
    try:
        score = midi_score(plain(path).read_bytes())
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read ({error.strerror or error})") from None
    except JazzgramError as error:
        raise JazzgramError(f"{path}: not a MIDI file that can be played ({error})") from None
    part = next((track for track in score.tracks if track.notes and not track.is_drum), None)
    if part is None:
        raise JazzgramError(f"{path}: no part with notes; record one, or choose another file")
    meters = {f"{each.numerator}/{each.denominator}" for each in score.time_signatures} - {str(session.meter)}
    if meters:
        written = ", ".join(sorted(meters))
        session.pipeline.reporter.warn(f"{path} has bars of {written}; it is played in bars of {session.meter}.")
    scale = TICKS_PER_QUARTER / score.ticks_per_quarter
    events: list[Stroke] = []
    for note in part.notes:
        begin, end = note.time * scale, (note.time + note.duration) * scale
        events.append((session.transport.seconds(begin), True, note.pitch, note.velocity))
        events.append((session.transport.seconds(end), False, note.pitch, 0))
    yield from sorted(events, key=lambda event: (event[0], event[1]))


def replay(session: TradingSession, path: Path) -> None:
    """Play a recorded part against a session, faster than real time, to its end."""
    left_out = 0
    for seconds, down, pitch, velocity in strokes_of(path, session):
        if seconds >= session.seconds:
            left_out += down
        elif down:
            session.note_on(seconds, pitch, velocity)
        else:
            session.note_off(seconds, pitch)
    session.advance(session.seconds)
    if left_out:
        beyond = f"{left_out} notes after bar {len(session.changes)} are left out"
        session.pipeline.reporter.warn(f"{path} is longer than the session: {beyond}.")

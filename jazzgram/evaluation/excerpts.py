"""Excerpts of real solos, as long as the generated solos they are compared with.

Most metrics depend on the length of a solo: a longer one has a greater range and more different pitches. So real solos
are cut into excerpts before anything is compared with them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from jazzgram.music.chord import join_bars
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Tune

COMMON = Meter()
"""4/4: the meter that nearly all solos are in. Free solos are notated in bars of one beat, which give other values."""


def cut_excerpts(tune: Tune, bars: int, hop: int | None = None, meter: Meter | None = COMMON) -> list[Solo]:
    """Cut a real solo into excerpts.

    Parameters
    ----------
    tune : Tune
        Any solo with its chords.
    bars : int
        The length of an excerpt, at least 1.
    hop : int or None
        Bars from the start of one to the start of the next; None: `bars`, so that they do not overlap.
    meter : Meter or None
        Only excerpts in this meter; None: in any.

    Returns
    -------
    list of Solo
        In time order, each in one meter throughout and with at least one note; a note that sounds past the last
        barline ends there. Empty where no stretch in one meter is long enough; a shorter rest of it is not used.

    Examples
    --------
    >>> tune = Tune("Three bars", tuple(Bar((Note(60 + n, 0, 480),), ()) for n in range(3)))
    >>> [[note.pitch for note in excerpt.notes] for excerpt in cut_excerpts(tune, 2, 1)]
    [[60, 61], [61, 62]]
    """
    excerpts = []
    start = 0
    for found, same in groupby(tune.bars, key=lambda bar: bar.meter):
        stretch = list(same)
        last = len(stretch) - bars if meter in (None, found) else -1
        for first in range(0, last + 1, hop or bars):
            excerpt = _excerpt(tune, stretch[first : first + bars], start + first)
            if excerpt.notes:
                excerpts.append(excerpt)
        start += len(stretch)
    return excerpts


def _excerpt(tune: Tune, bars: list[Bar], number: int) -> Solo:
    meter = bars[0].meter
    end = len(bars) * meter.bar
    notes = tuple(
        replace(event, onset=onset, duration=min(event.duration, end - onset))
        for index, bar in enumerate(bars)
        for event in bar.melody
        if isinstance(event, Note) and (onset := event.onset + index * meter.bar) < end
    )
    return Solo(
        notes=notes,
        chords=join_bars([bar.chords for bar in bars], meter.bar),
        bars=len(bars),
        meter=meter,
        tempo=tune.tempo,
        title=f"{tune.title}, bar {number + 1}",
        program=tune.program,
        key=tune.key,
        notated=notes,
    )

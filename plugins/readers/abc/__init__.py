"""Read melodies with their chord symbols from ABC, one tune or a whole tunebook a file.

Repeats, endings and the order of parts are played out, ties joined; a pick-up and the short bar that it completes
become one bar. Bars before the first chord symbol have no chord; several on one note share its time. A bar that is
longer than its meter has a meter of its own. What is left out (grace notes, other voices) is listed in each tune.
Source: Walshaw, *The abc music standard 2.1* (2011).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from jazzgram import (
    TICKS_PER_QUARTER,
    Bar,
    Chord,
    Corpus,
    Dropped,
    JazzgramError,
    Meter,
    Note,
    Rest,
    Tune,
    hookimpl,
    voicing,
)

from .._files import with_suffix
from .._tunebook import read_text, tunebook
from .measures import PARTS, Measure
from .music import AbcTune

_LARGEST = 8 << 20
"""Bytes; some 20,000 tunes."""

_MOST_NOTES = 200_000
_ODD = "a bar whose length is no meter"


@hookimpl
def read_corpus(source: Path) -> Corpus:
    """Read the tunes of one file.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "tune.abc")
    >>> _ = file.write_text('X:1\\nT:Three Notes\\nM:3/4\\nL:1/4\\nK:G\\n"G"GBd|')
    >>> bar = read_corpus(file).bars[0]
    >>> [note.pitch for note in bar.melody], bar.chords[0].symbol
    ([67, 71, 74], 'G')
    """
    found = _tunes(read_text(source, _LARGEST))
    return tunebook(source, found, "no tune found (expected ABC, where each tune begins with a line X:1)")


@hookimpl
def list_files(folder: Path) -> Sequence[Path]:
    """List the ABC files of a folder.

    Examples
    --------
    >>> list_files(Path("no such folder"))
    []
    """
    return with_suffix(folder.rglob("*"), ".abc")


def _tunes(text: str) -> Iterator[Tune | JazzgramError]:
    defaults: list[tuple[int, str]] = []
    for lines in _split(text, defaults):
        try:
            yield _tune(AbcTune(lines, defaults), *lines[0])
        except JazzgramError as error:
            yield error


def _split(text: str, defaults: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Split a file into its tunes, each from its ``X:`` to an empty line; what comes before goes to `defaults`."""
    tune: list[tuple[int, str]] = []
    begun = False
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(r"X:\s*\d", line):
            if tune:
                yield tune
            tune, begun = [(number, line)], True
        elif not line.strip():
            if tune:
                yield tune
            tune = []
        elif tune:
            tune.append((number, line))
        elif not begun and re.match(r"[LMQ]:", line):
            defaults.append((number, line))
    if tune:
        yield tune


def _tune(abc: AbcTune, line: int, number: str) -> Tune:
    try:
        order, remarks = abc.parts.playing([measure.marks for measure in abc.measures])
    except JazzgramError as error:
        raise JazzgramError(f"{line}: {abc.title!r}: {error}") from None
    measures = [abc.measures[index] for index in order.bars]
    if sum(len(measure.events) for measure in measures) > _MOST_NOTES:
        raise JazzgramError(f"{line}: {abc.title!r} has more than {_MOST_NOTES} notes (expected one tune)")
    playing = [measure for measure in measures if _meter(measure)]
    reasons = [Dropped(reason, notes=count) for reason, count in abc.left_out.items()]
    reasons += [Dropped(remark) for remark in dict.fromkeys((*abc.remarks, *remarks))]
    reasons += order.dropped(list(map(_notes, abc.measures)), list(map(_symbols, abc.measures)))
    odd = [measure for measure in measures if not _meter(measure)]
    if odd:
        reasons.append(Dropped(_ODD, notes=sum(map(_notes, odd)), bars=len(odd), chords=sum(map(_symbols, odd))))
    if not playing:
        raise JazzgramError(f"{line}: {abc.title!r} has no bar of at most 32 beats (expected barlines)")
    bars, without_time = _bars(playing)
    reasons += [
        Dropped(f"a chord that the next one begins together with: {symbol!r}", chords=1) for symbol in without_time
    ]
    return Tune(
        abc.title or number.strip(),
        bars,
        abc.tempo,
        key=abc.signature,
        style=abc.origin,
        dropped=tuple(reasons),
    )


def _notes(measure: Measure) -> int:
    return sum(event.pitch is not None for event in measure.events)


def _symbols(measure: Measure) -> int:
    return sum(bool(event.symbol) for event in measure.events)


def _bars(measures: Sequence[Measure]) -> tuple[tuple[Bar, ...], tuple[str, ...]]:
    """Make bars of measures in the order in which they are played, which fill them or parts of them.

    Returns
    -------
    tuple of Bar
        The bars.
    tuple of str
        The chord symbols that never sound: a note does not follow them in their measure, and the next one begins with
        another.
    """
    bars: list[Bar] = []
    without_time: dict[str, None] = {}
    index, sounding, tied = 0, "NC", False
    late = ""
    while index < len(measures):
        count = _parts(measures, index)
        parts = measures[index : index + count]
        meter = _meter(parts[0]) or Meter()
        length = sum(part.length for part in parts)
        pick_up = index == 0 or (parts[0].marks.forward and count == 1)
        now = meter.bar * PARTS - length if pick_up else 0
        melody: list[Note | Rest] = [Rest(0, _ticks(now))] if now else []
        symbols = {0: sounding}
        for part in parts:
            waiting: list[str] = []
            for event in part.events:
                if event.symbol:
                    waiting.append(event.symbol)
                    continue
                start, end = _ticks(now), _ticks(now + event.duration)
                now += event.duration
                if waiting and late:
                    without_time[late] = None
                for onset, symbol in _shared(waiting, start, end):
                    sounding = symbols[onset] = symbol
                late, waiting = "", []
                if event.pitch is None:
                    melody.append(Rest(start, end - start))
                    tied = False
                elif not (tied and _lengthen(bars, melody, event.pitch, end - start)):
                    melody.append(Note(event.pitch, start, end - start, spelling=event.spelling or None))
                    tied = event.tied
                else:
                    tied = event.tied
            if waiting:  # after the last note: it sounds with the next measure
                without_time |= dict.fromkeys(waiting[:-1])
                sounding = late = symbols[_ticks(now)] = waiting[-1]
        if _ticks(now) < meter.bar:
            melody.append(Rest(_ticks(now), meter.bar - _ticks(now)))
        starts = sorted(start for start in symbols if start < meter.bar)
        chords = tuple(
            Chord(voicing(symbols[start]), start, end - start, symbols[start])
            for start, end in zip(starts, [*starts[1:], meter.bar], strict=True)
        )
        if _ticks(now) < meter.bar:
            late = ""  # it sounds with the rest that fills the bar
        bars.append(Bar(tuple(melody), chords, meter))
        index += count
    if late:
        without_time[late] = None
    return tuple(bars), tuple(without_time)


def _shared(symbols: Sequence[str], start: int, end: int) -> list[tuple[int, str]]:
    """Let the chords before one note share its time evenly; one that follows itself is one."""
    different = [symbol for symbol, _ in groupby(symbols)]
    return [(start + (end - start) * number // len(different), symbol) for number, symbol in enumerate(different)]


def _ticks(parts: int) -> int:
    return round(parts / PARTS)


def _meter(measure: Measure) -> Meter | None:
    """Return a measure's meter: the tune's; where it is longer or there is none, one of its own length."""
    if measure.meter is not None and measure.length <= measure.meter.bar * PARTS:
        return measure.meter
    for denominator in (4, 8, 16, 32):
        beats, rest = divmod(measure.length * denominator, 4 * TICKS_PER_QUARTER * PARTS)
        if not rest and 1 <= beats <= 32:
            return Meter(beats, denominator)
    return None


def _parts(measures: Sequence[Measure], index: int) -> int:
    """Count the measures from one on that fill a bar together; 1 where they do not."""
    meter, length = measures[index].meter, 0
    for count, measure in enumerate(measures[index : index + 16], start=1):
        length += measure.length
        if measure.meter != meter or meter is None or not measure.marks.short or length > meter.bar * PARTS:
            return 1
        if length == meter.bar * PARTS:
            return count
    return 1


def _lengthen(bars: list[Bar], melody: list[Note | Rest], pitch: int, duration: int) -> bool:
    """Make the last note longer by the one that it is tied to; return whether it is of that pitch."""
    # A bar that a tied note fills is empty.
    index = next((index for index in range(len(bars) - 1, -1, -1) if bars[index].melody), None)
    here = melody if melody or index is None else list(bars[index].melody)
    last = here[-1] if here else None
    if not isinstance(last, Note) or last.pitch != pitch:
        return False
    here[-1] = replace(last, duration=last.duration + duration)
    if here is not melody and index is not None:
        bars[index] = replace(bars[index], melody=tuple(here))
    return True

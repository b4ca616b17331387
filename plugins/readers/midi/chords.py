"""Read the chords of each bar of a MIDI file: from one part, from symbols, from all that accompanies, or from text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from jazzgram import Chord, JazzgramError, Meter, voicing
from jazzgram.music import parse_changes

from .bar_grid import Bars
from .casting import listing
from .chord_symbols import chord_symbols
from .file import Part
from .melody import track_within
from .options import Options
from .parts import is_unpitched
from .quantize import gather_chords, quantize
from .reading import Reading

Harmonies = list[tuple[Chord, ...]]
"""For each bar its chords in time order, onsets from its start; at least one a bar."""


CHANGES, SYMBOLS, PART, INFERRED = "changes", "symbols", "part", "infer"
"""Where chords come from."""

_ENOUGH = 1 / 3
"""In how many of the bars a chord must begin for a part that no option names to be believed."""


def chords_of(reading: Reading, options: Options, chord_part: Part | None) -> tuple[str, Harmonies]:
    """Return the chords of each bar that is read, from the source that the options name.

    Parameters
    ----------
    chord_part : Part or None
        That of the reading, its swing perhaps straightened.

    Returns
    -------
    str
        Where they come from: `CHANGES`, `SYMBOLS`, `PART` or `INFERRED`.
    list of tuple of Chord
        Of each bar.

    Raises
    ------
    JazzgramError
        Where there are none.
    """
    source, bars = reading.source, reading.bars
    if options.changes is not None:
        return CHANGES, given_chords(source, options.changes, bars)
    named = options.chord_part is not None or options.chords == "part"
    if options.chords in ("auto", "symbols") and not named:
        symbols = chord_symbols(reading.content, surely=options.chords == "symbols")
        if symbols:
            return SYMBOLS, notated_chords(symbols, bars, reading.melody.per_quarter, options.divisors)
        if options.chords == "symbols":
            raise JazzgramError(
                f"{source}: no chord symbols found among its texts, lyrics, markers and cues; leave chords at auto, "
                "or give the changes"
            )
    if chord_part is None and options.chords == "part":
        raise JazzgramError(
            f"{source}: no part looks like chords; choose one as chord_part among the parts {listing(reading.parts)}, "
            "or leave chords at auto"
        )
    if chord_part is not None:
        harmonies, begun = played_chords(chord_part, bars, options.divisors)
        if named and not harmonies:
            others = [it for it in reading.parts if gather_chords(it.onsets, it.ends, it.pitches, it.per_quarter)[2]]
            advice = f"choose among the parts {listing(others)}" if others else "no other part has any either"
            raise JazzgramError(
                f"{source}: chord_part {chord_part.number} ({chord_part.name}) never plays two notes together; {advice}"
            )
        if named or begun >= _ENOUGH * len(bars.meters):
            return PART, harmonies
    from jazzgram.music import infer_chords

    playing = [part for part in reading.parts if part.number != reading.melody.number and not is_unpitched(part)]
    tracks = [track_within(part, bars, options.divisors) for part in playing or [reading.melody]]
    notes = sorted((note for track in tracks for note in track.notes), key=lambda note: (note.onset, note.pitch))
    return INFERRED, infer_chords(notes, bars.meters)


def played_chords(part: Part, bars: Bars, divisors: Sequence[int]) -> tuple[Harmonies, int]:
    """Take the notes that a part plays together.

    A bar's chords are those that begin in it. A bar in which none begins repeats the chord before it, or where
    nothing has sounded yet, the one after it.

    Returns
    -------
    list of tuple of Chord
        The chords of each bar; empty where the part never plays two notes together.
    int
        In how many bars a chord begins.
    """
    onsets, durations, voicings = gather_chords(part.onsets, part.ends, part.pitches, part.per_quarter)
    if not voicings:
        return [], 0
    numbers, onsets_in_bar = (times.tolist() for times in bars.quantize(onsets, part.per_quarter, divisors))
    lengths = quantize(durations, part.per_quarter, divisors).tolist()
    begun: list[list[Chord]] = [[] for _ in bars.meters]
    before = Chord(voicings[0], 0, lengths[0])
    for pitches, number, onset, length in zip(voicings, numbers, onsets_in_bar, lengths, strict=True):
        if number < 0:
            before = Chord(pitches, 0, length)
        elif number < len(begun):
            begun[number].append(Chord(pitches, onset, length))
    harmonies: Harmonies = []
    for own, meter in zip(begun, bars.meters, strict=True):
        harmonies.append(tuple(own) or (replace(before, onset=0, duration=meter.bar),))
        before = harmonies[-1][-1]
    return harmonies, sum(map(bool, begun))


def notated_chords(
    symbols: Sequence[tuple[int, str]], bars: Bars, per_quarter: int, divisors: Sequence[int]
) -> Harmonies:
    """Take chord symbols, each of which lasts until the next; the first one also sounds before it.

    Parameters
    ----------
    symbols : sequence of (int, str)
        The file's ticks and the symbol, in time order; at least one.
    """
    times = np.array([time for time, _ in symbols], dtype=np.int64)
    numbers, onsets_in_bar = (column.tolist() for column in bars.quantize(times, per_quarter, divisors))
    begun: list[dict[int, str]] = [{} for _ in bars.meters]
    sounding = symbols[0][1]
    for (_, symbol), number, onset in zip(symbols, numbers, onsets_in_bar, strict=True):
        if number < 0:
            sounding = symbol
        elif number < len(begun):
            begun[number][onset] = symbol
    harmonies: Harmonies = []
    for own, meter in zip(begun, bars.meters, strict=True):
        starts = sorted(({0: sounding} | own).items())
        ends = [*(onset for onset, _ in starts[1:]), meter.bar]
        harmonies.append(
            tuple(
                Chord(voicing(symbol), onset, end - onset, symbol)
                for (onset, symbol), end in zip(starts, ends, strict=True)
            )
        )
        sounding = starts[-1][1]
    return harmonies


def given_chords(source: Path, changes: str, bars: Bars) -> Harmonies:
    """Lay changes over the bars, again from their first bar as often as is needed.

    They begin with the first full bar: a shorter one before it is a pick-up, over which their first chord sounds.
    """
    meters = bars.meters
    pickup = bars.start == 0 and len(meters) > 1 and meters[0].bar < meters[1].bar
    read: dict[Meter, tuple[tuple[Chord, ...], ...]] = {}
    for meter in meters[pickup:]:
        if meter not in read:
            try:
                read[meter] = parse_changes(changes, meter)
            except JazzgramError as error:
                raise JazzgramError(f"{source}: the option changes, in its bars of {meter}: {error}") from None
    harmonies = [read[meter][number % len(read[meter])] for number, meter in enumerate(meters[pickup:])]
    if pickup:
        harmonies.insert(0, (replace(harmonies[0][0], onset=0, duration=meters[0].bar),))
    return harmonies

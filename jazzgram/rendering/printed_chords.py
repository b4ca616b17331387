"""Chord symbols as a fake book prints them.

Symbols of a chart are printed as they are. Chords that have none are voicings, what a pianist plays: with colours, with
any tone lowest, ahead of the beat. Of these a fake book (Sher, ed., *The New Real Book*, 1988) prints the harmony:
sixths, sevenths and altered tensions, for players add ninths and thirteenths themselves; on a beat, two a bar at most.
The chords themselves keep their voicings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import NamedTuple

from jazzgram.music.chord import Chord
from jazzgram.music.harmony.spell import symbol_of
from jazzgram.music.harmony.symbols import ChordSymbol, parse_symbol
from jazzgram.music.time import Meter

SHORTEST_CHORD = 240
"""Ticks that a chord must last to be printed."""
MOST_A_BAR = 2
"""Voicings that are printed in a bar; of a chart all are."""

_PLAIN = {
    **{"9": "7", "13": "7", "maj9": "maj7", "maj13": "maj7", "m9": "m7", "m11": "m7", "m13": "m7", "mMaj9": "mMaj7"},
    **{"69": "6", "m69": "m6", "add9": "", "madd9": "m", "9sus4": "7sus4", "13sus4": "7sus4", "9#11": "7#11"},
    **{"13#11": "7#11", "maj9#11": "maj7#11", "13b9": "7b9", "9#5": "7#5"},
}
"""Qualities without their natural ninths and thirteenths."""


class Printed(NamedTuple):
    """A chord symbol on a page."""

    onset: int
    """Ticks from the start of the solo."""
    symbol: ChordSymbol
    duration: int
    """Ticks until the chord ends."""
    of_chart: bool
    """Whether the symbol is the source's."""


def printed_chords(chords: Sequence[Chord], meter: Meter) -> list[Printed]:
    """Return the chord symbols of a page, without repetitions.

    Parameters
    ----------
    chords : sequence of Chord
        In time order; onsets in ticks from the start of the solo.
    meter : Meter
        The meter of every bar.

    Examples
    --------
    >>> voicings = ((53, 57, 60, 64, 67), (57, 58, 62, 65)), (1680, 2160)  # Fmaj9, then Bbmaj7 over A, a little early
    >>> chords = [Chord(pitches, onset, 1920) for pitches, onset in zip(*voicings)]
    >>> [(chord.onset, chord.symbol.canonical) for chord in printed_chords(chords, Meter())]
    [(1920, 'Fmaj7'), (2400, 'Bbmaj7')]
    """
    lasting = (
        chord
        for chord, following in zip_longest(chords, chords[1:])
        if following is None or following.onset - max(chord.onset, 0) >= SHORTEST_CHORD
    )
    bars = _bars(_one_at_a_time(_placed(lasting, meter)), meter)
    return list(_changes(chord for bar in bars for chord in _fewest(list(_changes(bar)), meter)))


def plain_symbol(chord: Chord) -> ChordSymbol:
    """Return the symbol of a chord: a chart's as it is, that of a voicing without colours and inversions.

    Examples
    --------
    >>> plain_symbol(Chord((57, 58, 62, 65), 0, 1920)).canonical
    'Bbmaj7'
    >>> plain_symbol(Chord((57, 58, 62, 65), 0, 1920, "Bbmaj7/A")).canonical
    'Bbmaj7/A'
    """
    symbol = symbol_of(chord)
    if chord.symbol or symbol.root is None:
        return symbol
    over = f"/{symbol.bass_name}" if symbol.bass_name and symbol.bass not in symbol.pitch_classes else ""
    return parse_symbol(symbol.root_name + _PLAIN.get(symbol.quality, symbol.quality) + over)


def _placed(chords: Iterable[Chord], meter: Meter) -> Iterator[Printed]:
    """Place symbols: a voicing's on the nearest beat, the first of a bar that enters late on its barline."""
    before = -1
    for chord in chords:
        onset = max(chord.onset, 0)
        if not chord.symbol:
            barline = onset // meter.bar * meter.bar
            late = onset < barline + meter.beat and before < barline
            onset = barline if late else (onset + meter.beat // 2) // meter.beat * meter.beat
        before = onset
        yield Printed(onset, plain_symbol(chord), chord.end - onset, bool(chord.symbol))


def _one_at_a_time(chords: Iterable[Printed]) -> Iterator[Printed]:
    """Of chords that are moved to the same beat take the longest."""
    for _, together in groupby(chords, key=lambda chord: chord.onset):
        yield max(together, key=lambda chord: (chord.of_chart, chord.duration))


def _changes(chords: Iterable[Printed]) -> Iterator[Printed]:
    """Leave out what is the chord before."""
    previous = None
    for chord in chords:
        if chord.symbol.canonical != previous:
            yield chord
        previous = chord.symbol.canonical


def _bars(chords: Iterable[Printed], meter: Meter) -> Iterator[list[Printed]]:
    for _, bar in groupby(chords, key=lambda chord: chord.onset // meter.bar):
        yield list(bar)


def _fewest(bar: Sequence[Printed], meter: Meter) -> Sequence[Printed]:
    """Take the first chord of a bar of voicings, and of others than it that in the middle of the bar or the longest."""
    if len(bar) <= MOST_A_BAR or any(chord.of_chart for chord in bar):
        return bar

    def weight(index: int) -> tuple[bool, int, int]:
        end = bar[index + 1].onset if index + 1 < len(bar) else (bar[0].onset // meter.bar + 1) * meter.bar
        return bar[index].onset % meter.bar * 2 == meter.bar, end - bar[index].onset, index

    others = [index for index, chord in enumerate(bar) if chord.symbol.canonical != bar[0].symbol.canonical]
    return [bar[0], *(bar[index] for index in sorted(sorted(others, key=weight)[1 - MOST_A_BAR :]))]

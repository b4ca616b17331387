"""A bass that walks: the root where the chord changes, chord tones, then a step or a fifth into the next root.

After Reid, *Evolving Bass*, 2000, and Friedland, *Building Walking Bass Lines*, 1995. It uses no random generator: the
same changes get the same line.
"""

from __future__ import annotations

from collections.abc import Iterator

from jazzgram.improvise.accompaniment.timed_symbols import TimedSymbols
from jazzgram.music.harmony.symbols import ChordSymbol
from jazzgram.music.note import Note
from jazzgram.music.time import Meter
from jazzgram.music.tune import Track

_BASS_PROGRAM = 32
"""General MIDI program: acoustic bass."""
BASS_RANGE = range(28, 56)


def bass_part(changes: TimedSymbols, meter: Meter, bars: int) -> Track:
    """Build a walking bass; a chord without tones is a silence.

    Examples
    --------
    >>> from jazzgram.music.chord import Chord
    >>> dm7, g7 = Chord((50, 53, 57, 60), 0, 1920, "Dm7"), Chord((55, 59, 62, 65), 1920, 1920, "G7")
    >>> [note.pitch for note in bass_part(TimedSymbols.of([dm7, g7]), Meter(), 2).notes]
    [38, 41, 45, 44, 43, 38, 35, 37]
    """
    return Track("Bass", _BASS_PROGRAM, tuple(_notes(changes, meter, bars)))


def _notes(changes: TimedSymbols, meter: Meter, bars: int) -> Iterator[Note]:
    length = meter.beat - meter.beat // 12
    # A chord that lasts longer than a bar begins again at the barline, with its root.
    runs: list[tuple[int, list[int]]] = []
    for onset in range(0, bars * meter.bar, meter.beat):
        index = changes.at(onset)
        if onset % meter.bar and runs[-1][0] == index:
            runs[-1][1].append(onset)
        else:
            runs.append((index, [onset]))
    last = 40
    for number, (index, beats) in enumerate(runs):
        symbol, target = changes.symbols[index], changes.symbols[runs[(number + 1) % len(runs)][0]]
        if symbol.root is None:
            continue
        line = _walk(symbol, target, len(beats), last, number)
        last = line[-1]
        for beat, (onset, pitch) in enumerate(zip(beats, line, strict=True)):
            yield Note(pitch, onset, length, 84 if beat == 0 else 76)


def _walk(symbol: ChordSymbol, target: ChordSymbol, beats: int, last: int, number: int) -> list[int]:
    """Build a line from the root of a chord to the root of the next: one pitch for each beat, in `BASS_RANGE`."""
    line = [_nearest(_lowest(symbol), last)]
    # The line climbs from the low strings and falls from the high ones; between them it alternates.
    rising = line[0] < 36 or (line[0] <= 43 and number % 2 == 0)
    tones = {((symbol.root or 0) + step) % 12 for step in symbol.intervals if step <= 8}
    ladder = [pitch for pitch in BASS_RANGE if pitch % 12 in tones]
    for _ in range(1, beats):
        onward = [pitch for pitch in ladder if (pitch > line[-1] if rising else pitch < line[-1])]
        if not onward:
            rising = not rising
            onward = [pitch for pitch in ladder if (pitch > line[-1] if rising else pitch < line[-1])]
        line.append(onward[0] if rising else onward[-1])
    if beats > 1 and target.root is not None:
        line[-1] = _approach(line[-2], _lowest(target), symbol)
    return line


def _approach(last: int, root: int, symbol: ChordSymbol) -> int:
    """Return the pitch before a root: a semitone beside it; its fifth where the root stays or is too near."""
    goal = _nearest(root, last)
    fifth = _nearest((root + 7) % 12, last)
    beside = [pitch for pitch in (goal - 1, goal + 1) if pitch in BASS_RANGE and pitch != last]
    if fifth != last and (root == _lowest(symbol) or abs(goal - last) <= 1):
        return fifth
    return min(beside, key=lambda pitch: abs(pitch - last))


def _lowest(symbol: ChordSymbol) -> int:
    """Return the pitch class of the bass on the change: the one after the slash, else the root."""
    return (symbol.root or 0) if symbol.bass is None else symbol.bass


def _nearest(pitch_class: int, to: int) -> int:
    """Find the pitch in `BASS_RANGE` that is nearest to another, the lower of two."""
    return min((pitch for pitch in BASS_RANGE if pitch % 12 == pitch_class), key=lambda pitch: (abs(pitch - to), pitch))

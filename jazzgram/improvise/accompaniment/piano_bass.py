"""A piano and a bass made from the changes, for solos whose chords came without an accompaniment.

The piano plays guide tones (third and seventh) with the fifth or the written tensions, each voicing as near to the one
before as it can be, in a cycle of four one-bar figures that begins with the Charleston (Levine, *The Jazz Piano Book*,
1989, ch. 3, 8 and 22). The bass walks: the root where the chord changes, chord tones, then a step or a fifth into the
next root (Reid, *Evolving Bass*, 2000; Friedland, *Building Walking Bass Lines*, 1995). Nothing is left to chance: the
same changes get the same accompaniment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jazzgram.music.chord import Chord
from jazzgram.music.harmony.spell import symbol_of
from jazzgram.music.harmony.symbols import ChordSymbol
from jazzgram.music.note import Note
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Track

PIANO, BASS = 0, 32
"""General MIDI programs: acoustic grand piano, acoustic bass."""

PIANO_RANGE = range(50, 71)
BASS_RANGE = range(28, 56)

_FIGURES = (
    ((0, False, 0.75), (1, True, 0.5)),
    ((0, False, 1.5), (-1, True, 0.5)),
    ((1, True, 1.5),),
    ((1, False, 0.5), (3, False, 0.5)),
)
"""Per bar of the cycle its attacks: beat (negative from the end), whether after the beat, duration in beats."""


def comp(chords: Sequence[Chord], meter: Meter, bars: int) -> tuple[Track, ...]:
    """Make a piano and a bass part.

    Parameters
    ----------
    chords : sequence of Chord
        In time order, onsets in ticks from the start of the solo. A chord lasts until the next; a chord without
        pitches ("no chord") is a silence.
    meter : Meter
        The meter of every bar.
    bars : int
        How many bars to play.

    Returns
    -------
    tuple of Track
        ``Piano`` and ``Bass``; empty where there is no chord, or none with pitches.

    Examples
    --------
    >>> dm7, g7 = Chord((50, 53, 57, 60), 0, 1920, "Dm7"), Chord((55, 59, 62, 65), 1920, 1920, "G7")
    >>> piano, bass = comp([dm7, g7], Meter(), 2)
    >>> [note.pitch for note in bass.notes]
    [38, 41, 45, 44, 43, 38, 35, 37]
    >>> [note.pitch for note in piano.notes if note.onset == 0]
    [57, 60, 65]
    """
    changes = _Changes.read(chords)
    if all(symbol.root is None for symbol in changes.symbols):
        return ()
    piano = tuple(_piano(changes, meter, bars))
    bass = tuple(_bass(changes, meter, bars))
    return (Track("Piano", PIANO, piano), Track("Bass", BASS, bass))


def loop(tracks: Sequence[Track], length: int, total: int) -> tuple[Track, ...]:
    """Repeat an accompaniment until a solo is over.

    Parameters
    ----------
    tracks : sequence of Track
        The accompaniment; notes that begin at `length` or later are left out.
    length : int
        Ticks after which it starts again, above 0.
    total : int
        Ticks at which everything ends: notes that sound longer are cut, 0 or more.

    Returns
    -------
    tuple of Track
        The same tracks with notes up to `total`, in time order.

    Raises
    ------
    ValueError
        Where `length` is not above 0.

    Examples
    --------
    >>> (bass,) = loop([Track("Bass", 32, (Note(36, 0, 480), Note(43, 480, 480)))], 960, 1680)
    >>> [(note.pitch, note.onset, note.duration) for note in bass.notes]
    [(36, 0, 480), (43, 480, 480), (36, 960, 480), (43, 1440, 240)]
    """
    if length <= 0:
        raise ValueError(f"an accompaniment of {length} ticks cannot be repeated")
    return tuple(
        replace(
            track,
            notes=tuple(
                replace(note, onset=start + note.onset, duration=min(note.duration, total - start - note.onset))
                for start in range(0, total, length)
                for note in track.notes
                if note.onset < length and start + note.onset < total
            ),
        )
        for track in tracks
    )


@dataclass(frozen=True, slots=True)
class _Changes:
    """The chords of a solo with their symbols, to be asked what sounds when."""

    onsets: tuple[int, ...]
    symbols: tuple[ChordSymbol, ...]

    @classmethod
    def read(cls, chords: Sequence[Chord]) -> _Changes:
        return cls(tuple(chord.onset for chord in chords), tuple(symbol_of(chord) for chord in chords))

    def at(self, tick: int) -> int:
        """Give the place of the chord that sounds at a tick; before the first chord it is the first."""
        return max(bisect_right(self.onsets, tick) - 1, 0)

    def end(self, place: int, total: int) -> int:
        """Give the tick at which a chord gives way to the next, or `total`."""
        return self.onsets[place + 1] if place + 1 < len(self.onsets) else total


def _piano(changes: _Changes, meter: Meter, bars: int) -> Iterator[Note]:
    total = bars * meter.bar
    attacks = sorted(_attacks(changes, meter, bars).items())
    voicing: tuple[int, ...] = ()
    for number, (onset, (place, duration)) in enumerate(attacks):
        limit = attacks[number + 1][0] if number + 1 < len(attacks) else total
        symbol = changes.symbols[place]
        if symbol.root is None:
            continue
        voicing = _voicing(symbol, voicing)
        end = min(onset + duration, limit, max(changes.end(place, total), onset + 1))
        for pitch in voicing:
            yield Note(pitch, onset, end - onset, 62 if onset % meter.beat else 68)


def _attacks(changes: _Changes, meter: Meter, bars: int) -> dict[int, tuple[int, int]]:
    """Map the tick of each piano chord to the place of its chord and its duration in ticks."""
    beats = meter.bar // meter.beat
    # After the beat is halfway in simple meters, the last third in compound ones.
    compound = meter.beat * meter.denominator > 4 * TICKS_PER_QUARTER
    after = meter.beat * 2 // 3 if compound else meter.beat // 2
    found: dict[int, tuple[int, int]] = {}
    for bar in range(bars):
        for beat, off, length in _FIGURES[bar % len(_FIGURES)]:
            if -beats <= beat < beats:
                onset = bar * meter.bar + beat % beats * meter.beat + off * after
                # An attack just before a change belongs to the next chord: the usual anticipation.
                ahead = onset + (meter.beat - after if off else 0)
                place = changes.at(ahead if ahead < bars * meter.bar else onset)
                found[onset] = (place, round(length * meter.beat))
    heard = {place for place, _ in found.values()}
    for place, onset in enumerate(changes.onsets):
        if place not in heard and 0 <= onset < bars * meter.bar:
            found[onset] = (place, meter.beat)
    return found


def _voicing(symbol: ChordSymbol, previous: tuple[int, ...]) -> tuple[int, ...]:
    """Place the tones of a chord in close position, as near to the previous voicing as possible."""
    steps = _shell(symbol.intervals)
    classes = sorted({((symbol.root or 0) + step) % 12 for step in steps})
    candidates = []
    for lowest in PIANO_RANGE:
        if lowest % 12 in classes:
            stack = tuple(sorted(lowest + (pitch_class - lowest) % 12 for pitch_class in classes))
            if stack[-1] in PIANO_RANGE:
                candidates.append(stack)

    def movement(stack: tuple[int, ...]) -> tuple[float, float, int]:
        # A semitone below the top voice blurs it: rather move eight semitones more.
        moved = 8 * (stack[-1] - 1 in stack)
        moved += sum(min(abs(pitch - old) for old in previous) for pitch in stack) if previous else 0
        moved += sum(min(abs(pitch - old) for pitch in stack) for old in previous)
        return moved, abs(sum(stack) / len(stack) - PIANO_RANGE[len(PIANO_RANGE) // 2]), stack[0]

    return min(candidates, key=movement)


def _shell(intervals: tuple[int, ...]) -> list[int]:
    """Choose the three or four tones that a pianist plays over a bass: guide tones and what colours them.

    A written eleventh or thirteenth takes the place of the fifth, a written ninth comes to it (of two the sharper);
    a chord without seventh or sixth keeps its root.
    """
    third = [step for step in intervals if 2 <= step <= 5][-1:]
    seventh = [step for step in intervals if 9 <= step <= 11][-1:] or [0]
    ninth = [step for step in intervals if 13 <= step <= 15][-1:]
    upper = [step for step in intervals if step > 15][-1:] or [step for step in intervals if 6 <= step <= 8][:1]
    return third + seventh + ninth + upper


def _bass(changes: _Changes, meter: Meter, bars: int) -> Iterator[Note]:
    length = meter.beat - meter.beat // 12
    # A chord that lasts longer than a bar begins again at the barline: its root is wanted there too.
    runs: list[tuple[int, list[int]]] = []
    for onset in range(0, bars * meter.bar, meter.beat):
        place = changes.at(onset)
        if onset % meter.bar and runs[-1][0] == place:
            runs[-1][1].append(onset)
        else:
            runs.append((place, [onset]))
    last = 40
    for number, (place, beats) in enumerate(runs):
        symbol, target = changes.symbols[place], changes.symbols[runs[(number + 1) % len(runs)][0]]
        if symbol.root is None:
            continue
        line = _walk(symbol, target, len(beats), last, number)
        last = line[-1]
        for beat, (onset, pitch) in enumerate(zip(beats, line, strict=True)):
            yield Note(pitch, onset, length, 84 if beat == 0 else 76)


def _walk(symbol: ChordSymbol, target: ChordSymbol, beats: int, last: int, number: int) -> list[int]:
    """Lead from the root of a chord to the root of the next: one pitch for each beat, in `BASS_RANGE`."""
    line = [_nearest(_lowest(symbol), last)]
    # The line climbs from the low strings and falls from the high ones; between them it takes turns.
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
    """Step to a root from a semitone beside it; from its fifth where the root stays or the line is there already."""
    goal = _nearest(root, last)
    fifth = _nearest((root + 7) % 12, last)
    beside = [pitch for pitch in (goal - 1, goal + 1) if pitch in BASS_RANGE and pitch != last]
    if fifth != last and (root == _lowest(symbol) or abs(goal - last) <= 1):
        return fifth
    return min(beside, key=lambda pitch: abs(pitch - last))


def _lowest(symbol: ChordSymbol) -> int:
    """Give the pitch class that the bass plays on the change: the one after the slash, else the root."""
    return (symbol.root or 0) if symbol.bass is None else symbol.bass


def _nearest(pitch_class: int, to: int) -> int:
    """Find the pitch in `BASS_RANGE` that is nearest to another, the lower of two."""
    return min((pitch for pitch in BASS_RANGE if pitch % 12 == pitch_class), key=lambda pitch: (abs(pitch - to), pitch))

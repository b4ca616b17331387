"""A comping piano: voicings of the changes, in figures of the swing era.

The piano plays guide tones (third and seventh) with the fifth or the notated tensions, each voicing as near to the one
before as it can be, in a cycle of four one-bar figures that begins with the Charleston (Levine, *The Jazz Piano Book*,
1989, ch. 3, 8 and 22). It uses no random generator: the same changes get the same piano.
"""

from __future__ import annotations

from collections.abc import Iterator

from jazzgram.improvise.accompaniment.swing import off_beat
from jazzgram.improvise.accompaniment.timed_symbols import TimedSymbols
from jazzgram.music.harmony.symbols import ChordSymbol
from jazzgram.music.note import Note
from jazzgram.music.time import Meter
from jazzgram.music.tune import Track

PIANO = 0
"""General MIDI program: acoustic grand piano."""
PIANO_RANGE = range(50, 71)

_FIGURES = (
    ((0, False, 0.75), (1, True, 0.5)),
    ((0, False, 1.5), (-1, True, 0.5)),
    ((1, True, 1.5),),
    ((1, False, 0.5), (3, False, 0.5)),
)
"""The attacks of each bar of the cycle: beat (negative from the end), whether off the beat, duration in beats."""


def piano_part(changes: TimedSymbols, meter: Meter, bars: int) -> Track:
    """Build a comping piano; a chord without tones is a silence.

    Examples
    --------
    >>> from jazzgram.music.chord import Chord
    >>> dm7 = Chord((50, 53, 57, 60), 0, 1920, "Dm7")
    >>> piano = piano_part(TimedSymbols.of([dm7]), Meter(), 1)
    >>> [note.pitch for note in piano.notes if note.onset == 0]
    [57, 60, 65]
    """
    return Track("Piano", PIANO, tuple(_notes(changes, meter, bars)))


def _notes(changes: TimedSymbols, meter: Meter, bars: int) -> Iterator[Note]:
    total = bars * meter.bar
    attacks = sorted(_attacks(changes, meter, bars).items())
    voicing: tuple[int, ...] = ()
    for number, (onset, (index, duration)) in enumerate(attacks):
        limit = attacks[number + 1][0] if number + 1 < len(attacks) else total
        symbol = changes.symbols[index]
        if symbol.root is None:
            continue
        voicing = _voicing(symbol, voicing)
        end = min(onset + duration, limit, max(changes.end(index, total), onset + 1))
        for pitch in voicing:
            yield Note(pitch, onset, end - onset, 62 if onset % meter.beat else 68)


def _attacks(changes: TimedSymbols, meter: Meter, bars: int) -> dict[int, tuple[int, int]]:
    """Map the tick of each piano chord to the index of its chord and its duration in ticks."""
    beats = meter.bar // meter.beat
    after = off_beat(meter)
    found: dict[int, tuple[int, int]] = {}
    for bar in range(bars):
        for beat, off, length in _FIGURES[bar % len(_FIGURES)]:
            if -beats <= beat < beats:
                onset = bar * meter.bar + beat % beats * meter.beat + off * after
                # An attack just before a change belongs to the next chord: the usual anticipation.
                ahead = onset + (meter.beat - after if off else 0)
                index = changes.at(ahead if ahead < bars * meter.bar else onset)
                found[onset] = (index, round(length * meter.beat))
    struck = {index for index, _ in found.values()}
    for index, onset in enumerate(changes.onsets):
        if index not in struck and 0 <= onset < bars * meter.bar:
            found[onset] = (index, meter.beat)
    return found


def _voicing(symbol: ChordSymbol, previous: tuple[int, ...]) -> tuple[int, ...]:
    """Build a voicing in close position, as near to the previous voicing as possible."""
    steps = _shell(symbol.intervals)
    classes = sorted({((symbol.root or 0) + step) % 12 for step in steps})
    candidates = []
    for lowest in PIANO_RANGE:
        if lowest % 12 in classes:
            stack = tuple(sorted(lowest + (pitch_class - lowest) % 12 for pitch_class in classes))
            if stack[-1] in PIANO_RANGE:
                candidates.append(stack)

    def movement(stack: tuple[int, ...]) -> tuple[float, float, int]:
        # A semitone below the top voice blurs it and costs as much as eight semitones of movement.
        moved = 8 * (stack[-1] - 1 in stack)
        moved += sum(min(abs(pitch - old) for old in previous) for pitch in stack) if previous else 0
        moved += sum(min(abs(pitch - old) for pitch in stack) for old in previous)
        return moved, abs(sum(stack) / len(stack) - PIANO_RANGE[len(PIANO_RANGE) // 2]), stack[0]

    return min(candidates, key=movement)


def _shell(intervals: tuple[int, ...]) -> list[int]:
    """Choose the three or four tones that a pianist plays over a bass: guide tones and colour tones.

    A notated eleventh or thirteenth replaces the fifth, a notated ninth is added (of two the sharper);
    a chord without seventh or sixth keeps its root.
    """
    third = [step for step in intervals if 2 <= step <= 5][-1:]
    seventh = [step for step in intervals if 9 <= step <= 11][-1:] or [0]
    ninth = [step for step in intervals if 13 <= step <= 15][-1:]
    upper = [step for step in intervals if step > 15][-1:] or [step for step in intervals if 6 <= step <= 8][:1]
    return third + seventh + ninth + upper

"""Pitches, their entropy, and the intervals between them.

Conventions
-----------
Notes count as notated, before swing and the like. Pitches are MIDI numbers, intervals semitones between successive
notes. A silence of a quarter ends a phrase. A value with too few notes is nan.

Metrics
-------
- ``lowest``, ``highest``: the outer pitches, as MIDI numbers (60 is C4). ``range``: highest - lowest, in semitones.
- ``phrase_range``: mean range of the phrases.
- ``pitch_entropy_1``: how varied the notes of a bar are: H = -Σ p log2 p over the twelve pitch classes, in bits (0 to
  3.58), of each bar that has notes, averaged (H1 of Wu & Yang). ``pitch_entropy_4``: how varied the notes of four bars
  are: the same of windows of four bars, a bar apart (H4).
- ``repeated_notes``: share of the intervals that are unisons. ``steps``: share of those of 1 or 2 semitones.
  ``skips``: share of those of 3 to 7. ``leaps``: share of those of more than 7 (over a fifth).
- ``turns``: share of the pairs of successive intervals that change direction, repeated notes left out.

References
----------
Wu & Yang, *The Jazz Transformer on the Front Line* (ISMIR 2020), sec. 5. Ranges: Yang & Lerch, *On the evaluation of
generative models in music* (Neural Computing and Applications 32, 2020).
"""

from __future__ import annotations

from itertools import pairwise
from math import nan

from jazzgram import Corpus, Note, Solo, hookimpl

from .._phrases import phrases
from ._counting import by_bar, entropy, mean, share


@hookimpl
def measure(solo: Solo, corpus: Corpus) -> dict[str, float]:
    """Measure range, entropy and contour.

    Examples
    --------
    A step, a repetition and an octave leap:

    >>> line = (Note(60, 0, 480), Note(62, 480, 480), Note(62, 960, 480), Note(74, 1440, 480))
    >>> found = measure(Solo(line, (), 1), Corpus(()))
    >>> round(found["pitch_entropy_1"], 3), found["range"], round(found["leaps"], 3)
    (0.811, 14, 0.333)
    """
    notes = solo.notated or solo.notes
    pitches = [note.pitch for note in notes]
    intervals = [abs(after - before) for before, after in pairwise(pitches)]
    signs = [after - before for before, after in pairwise(pitches) if after != before]
    bars = by_bar(notes, solo.meter.bar, solo.bars)
    return {
        "lowest": min(pitches, default=nan),
        "highest": max(pitches, default=nan),
        "range": max(pitches) - min(pitches) if pitches else nan,
        "phrase_range": mean(
            max(note.pitch for note in phrase) - min(note.pitch for note in phrase) for phrase in phrases(notes)
        ),
        "pitch_entropy_1": window_entropy(bars, 1),
        "pitch_entropy_4": window_entropy(bars, 4),
        "repeated_notes": share(interval == 0 for interval in intervals),
        "steps": share(1 <= interval <= 2 for interval in intervals),
        "skips": share(3 <= interval <= 7 for interval in intervals),
        "leaps": share(interval > 7 for interval in intervals),
        "turns": share((before > 0) != (after > 0) for before, after in pairwise(signs)),
    }


def window_entropy(bars: list[list[Note]], width: int) -> float:
    """Average the pitch-class entropy of all windows of `width` bars that have notes; nan where none has."""
    windows = (bars[first : first + width] for first in range(len(bars) - width + 1))
    return mean(entropy(note.pitch % 12 for bar in window for note in bar) for window in windows if any(window))

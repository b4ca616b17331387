"""How the notes of a solo relate to its chords.

Conventions
-----------
Notes count as notated, before swing and the like. Shares are of those that sound over a chord; notes over no chord (NC)
do not count. A chord tone is in the chord's symbol or voicing, a scale tone in its chord scale
(`jazzgram.chord_scale`), chord tones included. A value without notes to count is nan. No value is better the higher it
is: compare with real solos.

Metrics
-------
- ``chord_tones``: share of the notes that are tones of the chord. ``scale_tones``: share
  of the notes that are tones of its scale.
- ``chord_tones_strong_beats``, ``chord_tones_on_beats``, ``chord_tones_off_beats``: chord tones / notes, of the notes
  with their onset on a strong beat (one and three of four), on any beat, and off the beats.
- ``chord_tones_long``: chord tones / notes, of the notes of a quarter or more. ``chord_tones_short``: the same of
  shorter ones.
- ``guide_tones_at_changes``: third or seventh / changes, of the chord changes at which a note sounds.
- ``approaches_resolved``: resolved / all, of the tones outside the scale that another note follows within a quarter of
  their end; resolved by a semitone or whole tone to a chord tone.
- ``avoid_seconds``: 60 · (ticks of avoid notes) / (ticks of the solo), seconds per minute.

References
----------
Chord and scale tones: Madaghiele, Lisena & Troncy, *MINGUS* (ISMIR 2021), sec. 5. Guide tones: Levine, *The Jazz Theory
Book* (1995), ch. 3. Avoid notes: Nettles & Graf, *The Chord Scale Theory* (1997).
"""

from __future__ import annotations

from itertools import pairwise, zip_longest
from math import nan

from jazzgram import TICKS_PER_QUARTER, Chord, ChordScale, Corpus, Note, Solo, chord_scale, hookimpl

from ._counting import share

_STRONG = 0.5
"""The metrical weight (`jazzgram.Meter.strength`) from which a beat is strong: beats 1 and 3 of 4/4."""


@hookimpl
def measure(solo: Solo, corpus: Corpus) -> dict[str, float]:
    """Count chord tones, scale tones, guide tones, resolved approaches and avoid notes.

    Examples
    --------
    Third, passing fourth and a flat fifth that resolves, over C major seventh:

    >>> chords = (Chord((48, 52, 55, 59), 0, 1920, "Cmaj7"),)
    >>> line = (Note(64, 0, 480), Note(65, 480, 240), Note(66, 720, 240), Note(67, 960, 960))
    >>> found = measure(Solo(line, chords, 1), Corpus(()))
    >>> found["chord_tones"], found["scale_tones"], found["guide_tones_at_changes"], found["approaches_resolved"]
    (0.5, 0.75, 1.0, 1.0)
    """
    placed = _placed(solo)
    strong = [(n, s) for n, s in placed if solo.meter.strength(n.onset) >= _STRONG]
    on_beat = [(n, s) for n, s in placed if solo.meter.is_beat(n.onset)]
    off_beat = [(n, s) for n, s in placed if not solo.meter.is_beat(n.onset)]
    long = [(n, s) for n, s in placed if n.duration >= TICKS_PER_QUARTER]
    short = [(n, s) for n, s in placed if n.duration < TICKS_PER_QUARTER]
    ticks = sum(note.duration for note, scale in placed if note.pitch % 12 in scale.avoid)
    length = solo.bars * solo.meter.bar
    return {
        "chord_tones": _chord_tones(placed),
        "scale_tones": share([note.pitch % 12 in scale.scale for note, scale in placed]),
        "chord_tones_strong_beats": _chord_tones(strong),
        "chord_tones_on_beats": _chord_tones(on_beat),
        "chord_tones_off_beats": _chord_tones(off_beat),
        "chord_tones_long": _chord_tones(long),
        "chord_tones_short": _chord_tones(short),
        "guide_tones_at_changes": _guide_tones(solo),
        "approaches_resolved": _resolved(placed),
        "avoid_seconds": 60 * ticks / length if length else nan,
    }


Placed = list[tuple[Note, ChordScale]]


def _placed(solo: Solo) -> Placed:
    """Pair each note with the scale of the chord it begins over; notes over no chord are left out."""
    placed: Placed = []
    chords = iter(zip_longest(solo.chords, solo.chords[1:]))
    chord, following = next(chords, (None, None))
    for note in solo.notated or solo.notes:
        while following is not None and following.onset <= note.onset:
            chord, following = next(chords)
        scale = chord_scale(chord)
        if scale is not None:
            placed.append((note, scale))
    return placed


def _chord_tones(placed: Placed) -> float:
    return share([note.pitch % 12 in scale.chord_tones for note, scale in placed])


def _guide_tones(solo: Solo) -> float:
    """Return the share of guide tones among the notes that sound when a new chord begins."""
    hits = []
    index = 0
    notes = solo.notated or solo.notes
    before: Chord | None = None
    for chord in solo.chords:
        scale = chord_scale(chord)
        changed = before is None or before.pitch_classes != chord.pitch_classes or before.symbol != chord.symbol
        before = chord
        while index + 1 < len(notes) and notes[index + 1].onset <= chord.onset:
            index += 1
        if scale is None or not changed or not notes:
            continue
        note = notes[index]
        if note.onset <= chord.onset < note.end:
            hits.append(note.pitch % 12 in scale.guide_tones)
    return share(hits)


def _resolved(placed: Placed) -> float:
    return share(
        [
            1 <= abs(after.pitch - note.pitch) <= 2 and after.pitch % 12 in target.chord_tones
            for (note, scale), (after, target) in pairwise(placed)
            if note.pitch % 12 not in scale.scale and after.onset - note.end <= TICKS_PER_QUARTER
        ]
    )

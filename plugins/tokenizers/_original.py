"""Turn terms into notes exactly as deepjazz does, quirks included.

The tokenizer `deepjazz` with ``faithful: true`` uses this. Its peculiarities:

- it advances the time before it writes a note, so that each sounds one duration late, over the chord that sounds then,
  and a full bar ends past its barline;
- durations are decimals with three places, so that three triplet eighths come to 0.999;
- without a range, a chord or scale tone is drawn by name and raised to octave 4; an approach tone is a scale tone
  moved by a semitone. The scale is then not that of `parse_melody` but a hexatonic blues scale, except over
  chords of major quality;
- with a range, a tone of the kind is drawn, not the previous one unless it is the only one; without any, the previous
  note moves by a tone. There is no highest pitch; the lowest is in octave 3.

Each bar begins afresh. A range on its first tone, which deepjazz cannot play, is ignored.
Source: deepjazz (Kim, 2016), ``unparse_grammar``; details from its recorded behaviour.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random

from jazzgram import TICKS_PER_QUARTER, Chord, JazzgramError, Note, Term, chord_at, to_ticks
from jazzgram.music import (
    Spelled,
    derived_blues_scale,
    derived_scale,
    interval_window,
    parse_name,
    spelled,
    spelled_name,
    spelling,
    voicing_quality,
)


def unparse(terms: tuple[Term, ...], chords: tuple[Chord, ...], rng: Random) -> list[Note]:
    """Turn one bar of terms into notes.

    Parameters
    ----------
    terms : tuple of Term
        Of kind R, C or S; any other is an approach tone.
    chords : tuple of Chord
        At least one, in time order, onsets in ticks from the start of the bar.
    rng : random.Random
        Every choice of the original is one ``rng.choice`` of a list sorted as text, or upwards; the flat fifth of the
        blues scale, which music21 draws, is ``rng.random``.

    Returns
    -------
    list of Note
        In time order, spelled, with their terms' origins. They may overlap and pass the barline.

    Raises
    ------
    JazzgramError
        Where a note falls on a stretch without a chord, for which the original has no tones.
    """
    notes: list[Note] = []
    quarters = 0.0
    previous: Spelled | None = None
    for term in terms:
        # As the original adds them up, so that a note just before a chord by rounding is over the chord before.
        quarters += round(term.duration / TICKS_PER_QUARTER, 3)
        if term.is_rest:
            continue
        chord = chord_at(chords, int(quarters * TICKS_PER_QUARTER))
        if chord is None or not chord.pitches:
            raise JazzgramError(
                "the deepjazz tokenizer with faithful: true cannot play where no chord sounds; give every bar a chord, "
                "or set faithful: false"
            )
        if term.interval_range and previous is not None:
            previous = _at_least(3, _near(previous, term, chord.pitches, rng))
        else:
            previous = _at_least(4, _anywhere(term.category, chord.pitches, rng))
        onset = to_ticks(quarters)
        # The original has no highest pitch: a line that climbs beyond MIDI's range is lowered by octaves.
        pitch = previous[1] - 12 * max(0, -((127 - previous[1]) // 12))
        notes.append(Note(pitch, onset, term.duration, spelling=spelled_name(previous), origin=term.origin))
    return notes


def _anywhere(kind: str, voicing: tuple[int, ...], rng: Random) -> Spelled:
    """Choose a tone without regard to the one before."""
    if kind == "C":
        return parse_name(rng.choice(sorted({f"{spelling(pitch)}{pitch // 12 - 1}" for pitch in voicing})))
    major = voicing_quality(voicing) == "major"
    scale = derived_scale(voicing) if major else derived_blues_scale(voicing, lambda: rng.random() >= 0.5)
    name = rng.choice(sorted(set(scale)))
    octave = rng.choice([pitch // 12 - 1 for pitch in sorted(voicing)])
    tone = parse_name(f"{name}{octave}")
    return tone if kind == "S" else spelled(tone[1] + rng.choice([1, -1]))


def _near(previous: Spelled, term: Term, voicing: tuple[int, ...], rng: Random) -> Spelled:
    """Choose a tone in the term's range around the previous one."""
    tones = _tones_near(previous[1], term.category, term.interval_range, voicing)
    if len(tones) > 1:
        return rng.choice([tone for tone in tones if tone != previous])
    return tones[0] if tones else spelled(previous[1] + rng.choice([-2, 2]))


@lru_cache(maxsize=1 << 16)
def _tones_near(pitch: int, kind: str, interval_range: str, voicing: tuple[int, ...]) -> tuple[Spelled, ...]:
    """List the tones of a kind in a range around a pitch, upwards; there may be none."""
    low, high = interval_window(interval_range)
    chord = {tone % 12 for tone in voicing}
    if kind == "C":
        names = {spelling(tone) for tone in chord}
    elif kind == "S":
        names = set(derived_scale(voicing))
    else:
        names = {spelling(tone + step) for tone in chord for step in (1, -1)}
    return tuple(spelled(tone) for tone in range(pitch + low, pitch + high + 1) if spelling(tone) in names)


def _at_least(octave: int, tone: Spelled) -> Spelled:
    """Raise a tone to an octave if its name has a lower one."""
    lift = max(octave - tone[0] // 7, 0)
    return tone[0] + 7 * lift, tone[1] + 12 * lift

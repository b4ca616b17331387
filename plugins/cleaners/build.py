"""Let each chorus build on the one before: higher and denser.

Where the form builds (``improvise: {build: true}``) each chorus after the soloist's first has

- whole phrases that move up by `steps` degrees of the scale of each chord, so that the line keeps its contour; notes
  outside the scale keep their distance to the note after them. A phrase stays where its top would come more than
  `reach` semitones above that of the first chorus;
- notes of a beat or longer inside a phrase that divide, with a scale tone on the way to the next note;
- pick-ups of one to four eighths, by scale steps, into phrases after a long rest, of which a beat stays.

Steps and probabilities count once in the second chorus, twice in the third, and three times in all later ones. Head and
ending stay as they are, and so does everything where the form does not build.
Source: the project's own; Berliner, *Thinking in Jazz* (1994, ch. 7, on pacing a solo over choruses).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from random import Random

from pydantic import Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Chord, Form, Meter, Note, chord_at, chord_scale, hookimpl, retuned

from .._phrases import phrases

NEEDS = frozenset({"grid", "monophonic"})

_EIGHTH = TICKS_PER_QUARTER // 2
_MOST = 3
_PICK_UP = 4
"""The most eighths of a pick-up."""


class Options(jazzgram.Options):
    """How far a chorus goes beyond the one before."""

    steps: int = Field(2, ge=0, le=7, description="Scale degrees that phrases move up.")
    reach: int = Field(5, ge=0, le=24, description="Semitones that the top may come above that of the first chorus.")
    density: float = Field(0.7, ge=0, le=1, description="Probability that a long note divides, or a pick-up is added.")


@hookimpl
def clean_up_notes(
    notes: tuple[Note, ...], chords: tuple[Chord, ...], meter: Meter, form: Form, options: Options, rng: Random
) -> list[Note]:
    """Raise and fill the phrases of later choruses.

    Examples
    --------
    >>> from jazzgram import Section
    >>> f7 = (Chord((53, 57, 60, 63), 0, 3840, "F7"),)
    >>> form = Form((Section(0, 1), Section(1, 1, chorus=2)), builds=True)
    >>> line = [Note(pitch, onset, 480) for onset, pitch in ((0, 65), (480, 69), (1920, 65), (2400, 69))]
    >>> [(n.pitch, n.duration) for n in clean_up_notes(tuple(line), f7, Meter(), form, Options(density=1), Random(1))]
    [(65, 480), (69, 480), (65, 240), (67, 240), (69, 240), (70, 240), (72, 480)]
    """
    solos = [section.chorus for section in form.sections if section.part == "solo"]
    if not form.builds or not notes or not solos:
        return list(notes)
    first = min(solos)
    opening = [note.pitch for note in notes if form.at(note.onset // meter.bar).chorus == first]
    top = max(opening, default=127) + options.reach
    built: list[Note] = []
    for phrase in phrases(notes):
        section = form.at(phrase[0].onset // meter.bar)
        times = min(section.chorus - first, _MOST) if section.part == "solo" else 0
        if times > 0:
            raised = _raised(phrase, chords, options.steps * times)
            phrase = raised if max(note.pitch for note in raised) <= min(top, 127) else phrase
            start = built[-1].end if built else 0
            more = min(options.density * times, 1)
            phrase = [*_pick_up(phrase[0], start, chords, more, rng), *_divided(phrase, chords, more, rng)]
        built += phrase
    return built


def _scale(chords: tuple[Chord, ...], onset: int) -> list[int]:
    """Return the pitches of the scale that sounds at a time, upwards; empty without a chord."""
    found = chord_scale(chord_at(chords, onset))
    return [pitch for pitch in range(128) if found is not None and pitch % 12 in found.scale]


def _raised(phrase: list[Note], chords: tuple[Chord, ...], steps: int) -> list[Note]:
    """Move a phrase up in the scales of its chords."""
    moved: list[Note] = []
    for number in reversed(range(len(phrase))):
        note = phrase[number]
        scale = _scale(chords, note.onset)
        index = bisect_left(scale, note.pitch)
        if index < len(scale) and scale[index] == note.pitch:
            pitch = scale[min(index + steps, len(scale) - 1)]
        else:
            pitch = note.pitch + (moved[-1].pitch - phrase[number + 1].pitch if moved else 0)
        moved.append(retuned(note, pitch))
    return moved[::-1]


def _toward(chords: tuple[Chord, ...], onset: int, target: int, start: int) -> int:
    """Return the scale tone at a time next to `target`, on the side of `start`, or on the other where that is it."""
    scale = _scale(chords, onset) or [target - 2, target, target + 2]
    below, above = bisect_left(scale, target) - 1, bisect_right(scale, target)
    near, far = (below, above) if start <= target else (above, below)
    index = near if scale[max(near, 0) % len(scale)] != start else far
    return scale[min(max(index, 0), len(scale) - 1)]


def _pick_up(note: Note, end: int, chords: tuple[Chord, ...], probability: float, rng: Random) -> list[Note]:
    """Return the eighths that lead into a phrase; a beat of rest stays."""
    room = (note.onset - end - TICKS_PER_QUARTER) // _EIGHTH
    if room < 1 or note.onset % _EIGHTH or rng.random() >= probability:
        return []
    eighths: list[Note] = []
    pitch, side = note.pitch, rng.choice((-12, 12))
    for number in range(1, min(room, _PICK_UP) + 1):
        onset = note.onset - number * _EIGHTH
        pitch = _toward(chords, onset, pitch, pitch + side)
        eighths.insert(0, Note(pitch, onset, _EIGHTH, note.velocity))
    return eighths


def _divided(phrase: list[Note], chords: tuple[Chord, ...], probability: float, rng: Random) -> list[Note]:
    """Divide long notes within a phrase by a tone on the way to the next."""
    notes: list[Note] = []
    for note, following in zip(phrase, [*phrase[1:], None], strict=True):
        long = note.duration >= TICKS_PER_QUARTER and not note.onset % _EIGHTH and not note.end % _EIGHTH
        if following is None or not long or rng.random() >= probability:
            notes.append(note)
            continue
        kept = note.duration - _EIGHTH
        pitch = _toward(chords, note.onset + kept, following.pitch, note.pitch)
        notes += [replace(note, duration=kept), Note(pitch, note.onset + kept, _EIGHTH, note.velocity)]
    return notes

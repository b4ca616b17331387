"""Terms of the tokenizers `deepjazz` and `deepjazz_rests`: how a bar becomes terms and terms become notes."""

from __future__ import annotations

from functools import cache, lru_cache
from random import Random

from pydantic import Field, model_validator

import jazzgram
from jazzgram import Chord, JazzgramError, Meter, Note, Rest, Term, chord_at
from jazzgram.music import derived_scale, interval_range, interval_window, spelling

from . import _original

_KINDS = "CSAX"
_MAJOR_THIRD = 4


class Options(jazzgram.Options):
    """The register of the notes, and whether to play as in the original."""

    lowest: int = Field(52, ge=0, le=127, description="Lowest pitch played, as a MIDI number.")
    highest: int = Field(88, ge=0, le=127, description="Highest pitch played, an octave or more above the lowest.")
    faithful: bool = Field(
        False,
        description="Play as deepjazz does: each note late by its own length, nothing kept in the bar or register.",
    )

    @model_validator(mode="after")
    def _at_least_an_octave(self) -> Options:
        if self.highest - self.lowest < 12:
            raise ValueError(f"highest must be at least 12 above lowest (got {self.lowest} to {self.highest})")
        return self


def parse(melody: tuple[Note | Rest, ...], chords: tuple[Chord, ...]) -> tuple[Term, ...]:
    """Write one bar as terms.

    Examples
    --------
    >>> bar = (Note(65, 0, 480), Note(64, 480, 480), Note(61, 960, 480))
    >>> " ".join(map(str, parse(bar, (Chord((50, 53, 57, 60), 0, 1920, "Dm7"),))))
    'C,1.000 S,1.000,<M2,d-4> A,1.000,<P1,d-5>'
    """
    terms: list[Term] = []
    previous: int | None = None
    for event in melody:
        if isinstance(event, Rest):
            terms.append(Term("R", event.duration))
            continue
        chord = chord_at(chords, event.onset)
        kind = _kinds(chord.pitches if chord else ())[event.pitch % 12]
        terms.append(_term(kind, event.duration, previous, event.pitch))
        previous = event.pitch
    return tuple(terms)


@lru_cache(maxsize=1 << 16)
def _term(kind: str, duration: int, previous: int | None, pitch: int) -> Term:
    """Return the term of a note; the same value for the same note."""
    return Term(kind, duration, "" if previous is None else interval_range(previous, pitch))


def unparse(
    terms: tuple[Term, ...],
    chords: tuple[Chord, ...],
    meter: Meter,
    previous: Note | None,
    options: Options,
    rng: Random,
) -> list[Note]:
    """Play terms over the chords, each drawn from the tones of its kind near the note before.

    Examples
    --------
    >>> terms = (Term("C", 480), Term("S", 480, "M3,d-3"), Term("C", 960, "m6,M2"))
    >>> notes = unparse(terms, (Chord((50, 53, 57), 0, 1920, "Dm"),), Meter(), None, Options(), Random(3))
    >>> [(note.pitch, note.onset) for note in notes]
    [(69, 0), (72, 480), (74, 960)]
    """
    for term in terms:
        _check(term.category, term.interval_range)
    if options.faithful:
        return _original.unparse(terms, chords, rng)
    notes: list[Note] = []
    onset = 0
    before = previous.pitch if previous is not None else None
    for term in terms:
        if onset >= meter.bar:
            break
        duration = min(term.duration, meter.bar - onset)
        if not term.is_rest:
            chord = chord_at(chords, onset)
            before = rng.choice(candidates(term, chord, before, options))
            notes.append(Note(before, onset, duration, origin=term.origin))
        onset += duration
    return notes


def candidates(term: Term, chord: Chord | None, before: int | None, options: Options) -> tuple[int, ...]:
    """List the tones of a term's kind in its range, without the note before where there are others.

    Examples
    --------
    >>> candidates(Term("C", 480, "M3,d-3"), Chord((50, 53, 57), 0, 1920, "Dm"), 69, Options())
    (69,)
    >>> candidates(Term("C", 480, "P5,P1"), Chord((50, 53, 57), 0, 1920, "Dm"), 69, Options())
    (74,)
    """
    if options.faithful:
        raise JazzgramError("the deepjazz tokenizer: what the original draws from is not known; set faithful: false")
    register = options.lowest, options.highest
    tones = _tones(chord.pitches if chord else (), term.category, before, term.interval_range, register)
    return tuple(tone for tone in tones if tone != before) or tones


@cache
def _kinds(voicing: tuple[int, ...]) -> str:
    """Return the kind of each of the twelve pitch classes over a voicing; all are ``X`` where there is no chord."""
    chord = {pitch % 12 for pitch in voicing}
    scale = derived_scale(voicing)

    def kind(tone: int) -> str:
        if tone in chord:
            return "C"
        if spelling(tone) in scale:
            return "S"
        return "A" if {(tone + 1) % 12, (tone - 1) % 12} & chord else "X"

    return "".join(map(kind, range(12)))


@lru_cache(maxsize=1 << 16)
def _tones(
    voicing: tuple[int, ...], kind: str, before: int | None, interval_range: str, register: tuple[int, int]
) -> tuple[int, ...]:
    """List the pitches that a term may become, upwards; there is always one.

    Those of its kind in its range, or a major third around the note before where it has no range, or around the middle
    of the register where there is no note before. Where all of these lie outside the register, they are moved into
    it by octaves. Where the range has none, the nearest outside it other than the note before.
    """
    lowest, highest = register
    kinds = _kinds(voicing)
    while kind not in kinds:
        kind = _KINDS[_KINDS.index(kind) - 1]  # from C back to X: without a chord every tone is X
    centre = before if before is not None else (lowest + highest) // 2
    low, high = -_MAJOR_THIRD, _MAJOR_THIRD
    if interval_range and before is not None:
        low, high = interval_window(interval_range)
    fitting = [pitch for pitch in range(centre + low, centre + high + 1) if kinds[pitch % 12] == kind]
    inside = [pitch for pitch in fitting if lowest <= pitch <= highest]
    if inside:
        return tuple(inside)
    if fitting:
        return tuple(sorted({_folded(pitch, lowest, highest) for pitch in fitting}))
    others = [pitch for pitch in range(lowest, highest + 1) if kinds[pitch % 12] == kind]
    far = [(pitch == before, max(centre + low - pitch, pitch - centre - high)) for pitch in others]
    return tuple(pitch for pitch, distance in zip(others, far, strict=True) if distance == min(far))


def _folded(pitch: int, lowest: int, highest: int) -> int:
    """Move a pitch by octaves until it is in the register, which is an octave wide at least."""
    while pitch < lowest:
        pitch += 12
    while pitch > highest:
        pitch -= 12
    return pitch


@cache
def _check(kind: str, interval_range: str) -> None:
    """Raise JazzgramError for a term that this tokenizer cannot play."""
    try:
        if interval_range:
            interval_window(interval_range)
        if kind not in ("R", *_KINDS):
            raise ValueError(f"not a kind: {kind!r} (expected R, C, S, A or X)")
    except ValueError as error:
        raise JazzgramError(
            f"the deepjazz tokenizer cannot play a term: {error}; check the steps of prune_grammar, and that the model "
            "was trained with this tokenizer"
        ) from None

"""Resolve every approach tone.

An approach tone is a note outside the chord scale, a semitone from a chord tone. It stays where the next note, after a
beat of silence at most, is a semitone away and a tone of the chord at its onset. Otherwise it becomes the chord tone
next to it; of two, the one nearer to the next note. Other notes outside the scale stay.
Source: Coker, *Elements of the Jazz Language* (1991, "enclosure"); Gillick, Tang & Keller, *Learning jazz grammars*
(2009), whose approach tones are followed by chord tones by definition.
"""

from __future__ import annotations

from jazzgram import Chord, ChordScale, Meter, Note, chord_at, chord_scale, hookimpl, nearest_pitch, retuned


@hookimpl
def prune_notes(
    notes: tuple[Note, ...],
    chords: tuple[Chord, ...],
    meter: Meter,
    following: Note | None,
    next_chord: Chord | None,
) -> list[Note]:
    """Move approach tones that do not resolve to the chord tone next to them.

    Examples
    --------
    >>> cmaj7 = (Chord((48, 52, 55, 59), 0, 1920, "Cmaj7"),)
    >>> line = (Note(63, 0, 480), Note(64, 480, 480), Note(68, 960, 480))
    >>> [note.pitch for note in prune_notes(line, cmaj7, Meter(4, 4), None, None)]
    [63, 64, 67]
    """
    changes = chords if next_chord is None else (*chords, next_chord)
    resolved: list[Note] = []
    for note in reversed(notes):
        scale = chord_scale(chord_at(chords, note.onset))
        after = resolved[-1] if resolved else following
        if scale is not None and _is_approach(note, scale) and not _resolves(note, after, changes, meter):
            note = retuned(note, nearest_pitch(note.pitch, scale.chord_tones, after.pitch if after else None))
        resolved.append(note)
    return resolved[::-1]


def _is_approach(note: Note, scale: ChordScale) -> bool:
    """Return whether a note is outside the scale and a semitone from a chord tone."""
    near = {(note.pitch - 1) % 12, (note.pitch + 1) % 12}
    return note.pitch % 12 not in scale.scale and bool(near & scale.chord_tones)


def _resolves(note: Note, after: Note | None, changes: tuple[Chord, ...], meter: Meter) -> bool:
    """Return whether the next note follows in time, is a semitone away and belongs to its chord."""
    if after is None or abs(after.pitch - note.pitch) != 1 or after.onset - note.end > meter.beat:
        return False
    target = chord_scale(chord_at(changes, after.onset))
    return target is not None and after.pitch % 12 in target.chord_tones

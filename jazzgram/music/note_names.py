"""Names of notes: letters, default names of pitch classes, and pitches with octaves.

Accidentals are ``b`` and ``#`` here, as in chord symbols. A spelling (`jazzgram.music.harmony.spell`) has ``-`` for a
flat, as music21 writes it.
"""

from __future__ import annotations

LETTERS = "CDEFGAB"
NATURALS = (0, 2, 4, 5, 7, 9, 11)
"""The pitch class of each letter."""
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
"""The names from Db to F# on the line of fifths: of chord roots, major keys, and notes without a spelling."""
USUAL_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
"""The names from Eb to G# on the line of fifths: of minor keys, and of pitches without context in music21."""


def pitch_name(pitch: int, spelling: str | None = None) -> str:
    """Return the name of a MIDI number, octave included.

    Parameters
    ----------
    pitch : int
        60 is middle C, C4.
    spelling : str or None
        The name without octave, flats as ``-`` or ``b``; one of `FLAT_NAMES` where None.

    Examples
    --------
    >>> pitch_name(61), pitch_name(61, "C#"), pitch_name(59, "C-"), pitch_name(60, "B#")
    ('Db4', 'C#4', 'Cb4', 'B#3')
    """
    name = FLAT_NAMES[pitch % 12] if spelling is None else spelling.replace("-", "b")
    alteration = name.count("#") - name.count("b")
    return f"{name}{(pitch - alteration) // 12 - 1}"


def with_accidentals(name: str) -> str:
    """Return a name with ♭ and ♯ for ``b`` and ``#``.

    Examples
    --------
    >>> with_accidentals("Bb3"), with_accidentals("F#")
    ('B♭3', 'F♯')
    """
    return name.replace("b", "♭").replace("#", "♯")

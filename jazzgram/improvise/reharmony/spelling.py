"""Root names of new chords: spelled in their key, never with double accidentals."""

from __future__ import annotations

from jazzgram.improvise.reharmony.local_keys import Key
from jazzgram.improvise.reharmony.progressions import Degree
from jazzgram.music.note_names import FLAT_NAMES, LETTERS, NATURALS, USUAL_NAMES

_LETTER_OF_STEP = (0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6)
_RAISED = {1: 0, 6: 3, 8: 4}
_ODD = frozenset({"Cb", "Fb", "E#", "B#"})


def root_name(degree: Degree, key: Key) -> str:
    """Name the root of a chord.

    Parameters
    ----------
    degree : Degree
        The chord.
    key : Key
        Its key.

    Returns
    -------
    str
        With at most one sign, and never Cb, Fb, E# or B#. A step outside the scale is a flat one (bII, bVII), but a
        diminished or half-diminished chord on it is on its way up (#I, #IV, #V).

    Examples
    --------
    >>> root_name(Degree(1, "dominant"), Key(0, False)), root_name(Degree(6, "diminished"), Key(5, False))
    ('Db', 'B')
    >>> root_name(Degree(4, "minor"), Key(4, False)), root_name(Degree(1, "diminished"), Key(7, False))
    ('G#', 'G#')
    """
    tonic = (USUAL_NAMES if key.minor else FLAT_NAMES)[key.tonic]
    pitch_class = (key.tonic + degree.step) % 12
    above = _LETTER_OF_STEP[degree.step]
    if degree.family in ("diminished", "half"):
        above = _RAISED.get(degree.step, above)
    letter = (LETTERS.index(tonic[0]) + above) % 7
    sign = (pitch_class - NATURALS[letter] + 6) % 12 - 6
    name = LETTERS[letter] + {-1: "b", 0: "", 1: "#"}.get(sign, "?")
    return FLAT_NAMES[pitch_class] if "?" in name or name in _ODD else name

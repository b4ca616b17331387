"""The roles of the parts of a band, by which they have their levels."""

from __future__ import annotations

from jazzgram.music.tune import Track

_BASSES = frozenset((*range(32, 40), 43))
"""General MIDI's basses, and the contrabass."""


def role_of(track: Track) -> str:
    """Return the role of a part of an accompaniment: ``chords``, ``bass`` or ``drums``.

    Examples
    --------
    >>> [role_of(Track("", program, ())) for program in (0, 32, 43)], role_of(Track("", 0, (), is_drum=True))
    (['chords', 'bass', 'bass'], 'drums')
    """
    if track.is_drum:
        return "drums"
    return "bass" if track.program in _BASSES else "chords"

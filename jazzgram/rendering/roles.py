"""The roles of the parts of a band, by which they have their levels."""

from __future__ import annotations

from jazzgram.music.tune import Track

YOU = "You"
"""The name of the part of a musician who trades bars with the soloist, and is as loud."""
_BASSES = frozenset((*range(32, 40), 43))
"""General MIDI's basses, and the contrabass."""


def role_of(track: Track) -> str:
    """Return the role of a part beside the soloist: ``chords``, ``bass`` or ``drums``; ``solo`` for a second soloist.

    Examples
    --------
    >>> [role_of(Track("", program, ())) for program in (0, 32, 43)], role_of(Track("", 0, (), is_drum=True))
    (['chords', 'bass', 'bass'], 'drums')
    >>> role_of(Track(YOU, 65, ()))
    'solo'
    """
    if track.name == YOU:
        return "solo"
    if track.is_drum:
        return "drums"
    return "bass" if track.program in _BASSES else "chords"

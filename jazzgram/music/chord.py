"""Chords as they sound: a voicing with a place in time and, where it has one, a symbol."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord over a stretch of time.

    Parameters
    ----------
    pitches : tuple of int
        MIDI numbers in the order in which they were read. Empty for "no chord".
    onset, duration : int
        Ticks, as in `Note`.
    symbol : str
        The chord symbol as the source wrote it (``Dm7``); empty where it wrote none.

    Examples
    --------
    >>> sorted(Chord((62, 65, 69, 72), 0, 1920, "Dm7").pitch_classes)
    [0, 2, 5, 9]
    """

    pitches: tuple[int, ...]
    onset: int
    duration: int
    symbol: str = ""

    @property
    def end(self) -> int:
        """Ticks at which the chord is over."""
        return self.onset + self.duration

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitch classes of the voicing, 0 (C) to 11 (B)."""
        return frozenset(pitch % 12 for pitch in self.pitches)


def chord_at(chords: tuple[Chord, ...], onset: int) -> Chord | None:
    """Find the chord that sounds at an onset.

    Parameters
    ----------
    chords : tuple of Chord
        In time order.
    onset : int
        Ticks, counted as the chords' onsets are.

    Returns
    -------
    Chord or None
        The last chord that begins at or before `onset`; the first one where all begin later; None where there
        is no chord at all.
    """
    sounding = None
    for chord in chords:
        if sounding is not None and chord.onset > onset:
            break
        sounding = chord
    return sounding

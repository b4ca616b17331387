"""The home key of a tune, found from its changes, and its key signature."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from jazzgram.improvisation.reharmony.local_keys import Key
from jazzgram.improvisation.reharmony.progressions import degrees
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.spell import symbol_of

_SHARPS = (0, -5, 2, -3, 4, -1, -6, 1, -4, 3, -2, 5)
"""Of the major key on each pitch class; flats are negative."""


def home_key(bars: Sequence[Sequence[Chord]]) -> Key | None:
    """Find the key that most of the changes are in.

    Parameters
    ----------
    bars : sequence of sequence of Chord
        The changes, bar by bar.

    Returns
    -------
    Key or None
        The local key (`jazzgram.improvisation.reharmony.local_keys`) that holds for the longest time, of equally
        long ones the first; None where there is no chord.
    """
    symbols = [(symbol_of(chord), chord.duration) for bar in bars for chord in bar]
    chords = [(symbol, duration) for symbol, duration in symbols if symbol is not None and symbol.root is not None]
    _, keys = degrees([symbol for symbol, _ in chords])
    held: Counter[Key] = Counter()
    for key, (_, duration) in zip(keys, chords, strict=True):
        held[key] += duration
    return max(held, key=held.__getitem__) if held else None


def key_signature(bars: Sequence[Sequence[Chord]]) -> int:
    """Return the key signature of changes.

    Parameters
    ----------
    bars : sequence of sequence of Chord
        The changes, bar by bar.

    Returns
    -------
    int
        Sharps counted up, flats down, -6 to 5; 0 where there is no chord.

    Examples
    --------
    A II-V-I in F, and a minor one in E:

    >>> from jazzgram.music.notation.changes import parse_changes
    >>> from jazzgram.music.time import Meter
    >>> [key_signature(parse_changes(text, Meter())) for text in ("Gm7 | C7 | F6 | %", "F#m7b5 | B7 | Em7 | %")]
    [-1, 1]
    """
    key = home_key(bars)
    return 0 if key is None else _SHARPS[(key.tonic + 3 * key.minor) % 12]

"""Voicings of a jazz pianist over a bass: rootless, with ninths and thirteenths, led smoothly.

Four tones: third, fifth (or thirteenth), seventh (or sixth), ninth. In the A form the third is lowest, in the B
form the seventh; a dominant has the thirteenth in place of the fifth (Levine, *The Jazz Piano Book*, 1989, ch. 7).
In a drop-2 voicing the second voice from the top is an octave lower (ibid., ch. 19). Ninth and thirteenth are those
of the symbol, else of the chord's scale unless they are to be avoided; a half-diminished and a diminished chord
keep their root.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from jazzgram.music.chord import Chord
from jazzgram.music.harmony.scales import chord_scale
from jazzgram.music.harmony.spell import symbol_of

LOWEST, HIGHEST = 50, 75
"""Range of the voicings as MIDI numbers: lower they are muddy over a bass, higher they are in the soloist's way."""
CENTER = 61
"""The middle of the voicings where nothing else is asked for."""
_LARGEST_LEAP = 7
_STANDING = 1.2
"""Semitones that the top voice moves at most: a fifth. A top voice that stands still costs more than a step."""

Voicing = tuple[int, ...]


def rootless_voicings(chord: Chord, colors: bool = True) -> tuple[Voicing, ...]:
    """Return the rootless and drop-2 voicings of a chord.

    Parameters
    ----------
    chord : Chord
        Read by its symbol, else by its pitches.
    colors : bool
        Whether to add a ninth and a thirteenth that the symbol does not have, as far as the chord's scale allows.

    Returns
    -------
    tuple of tuple of int
        MIDI numbers, ascending, within `LOWEST` and `HIGHEST`; empty for "no chord". No two voices are a minor ninth
        apart, and none is a semitone below the top one, where that can be avoided.

    Examples
    --------
    >>> (53, 57, 60, 64) in rootless_voicings(Chord((50, 53, 57, 60), 0, 1920, "Dm7"))  # F A C E: the A form
    True
    >>> (53, 57, 59, 64) in rootless_voicings(Chord((55, 59, 62, 65), 0, 1920, "G7"))  # F A B E: the B form
    True
    """
    return _voicings(chord.pitches, chord.symbol, colors) if chord.pitches else ()


def lead_voicing(
    chord: Chord, previous: Voicing, avoid: Voicing = (), colors: bool = True, center: int = CENTER
) -> Voicing:
    """Return the voicing of a chord that is nearest to the one before.

    Parameters
    ----------
    chord : Chord
        What is to be played.
    previous : tuple of int
        What was played before; empty for nothing.
    avoid : tuple of int
        A voicing to be chosen only where there is no other: for another inversion of a chord that stands still.
    colors : bool
        As in `rootless_voicings`.
    center : int
        The pitch that the middle of the voicing tends to: higher over a soloist who plays low.

    Returns
    -------
    tuple of int
        MIDI numbers, ascending; empty for "no chord". The top voice leaps over a fifth only where nothing else is in
        the range.

    Examples
    --------
    >>> dm7, g7 = Chord((50, 53, 57, 60), 0, 960, "Dm7"), Chord((55, 59, 62, 65), 960, 960, "G7")
    >>> lead_voicing(g7, (53, 57, 60, 64))
    (53, 57, 59, 64)
    """
    found = rootless_voicings(chord, colors)
    best = min(found, key=lambda voicing: (voicing == avoid, _cost(voicing, previous, center)), default=())
    if previous and best and abs(best[-1] - previous[-1]) > _LARGEST_LEAP:
        every = _voicings(chord.pitches, chord.symbol, colors, every=True)
        return min(every, key=lambda voicing: _cost(voicing, previous, center))
    return best


def voice_movement(before: Voicing, after: Voicing) -> float:
    """Return how far the voices move from one voicing to the next, in semitones, on average over the voices of `after`.

    Examples
    --------
    >>> voice_movement((53, 57, 60, 64), (53, 57, 59, 64))
    0.25
    """
    if len(before) == len(after):
        return sum(abs(a - b) for a, b in zip(before, after, strict=True)) / len(after)
    return sum(min(abs(pitch - old) for old in before) for pitch in after) / len(after)


def _cost(voicing: Voicing, previous: Voicing, center: int) -> float:
    # One semitone away from the middle of the range costs as much as a fifth of a semitone of every voice's movement.
    register = abs(sum(voicing) / len(voicing) - center) / 5
    if not previous:
        return register
    top = abs(voicing[-1] - previous[-1])
    melody = 100 if top > _LARGEST_LEAP else top / 4 if top else _STANDING
    return register + voice_movement(previous, voicing) + melody


@lru_cache(maxsize=4096)
def _voicings(pitches: Voicing, symbol: str, colors: bool, every: bool = False) -> tuple[Voicing, ...]:
    """Return the voicings; `every` inversion, where the idiomatic ones are too far away."""
    root, steps = _steps(Chord(pitches, 0, 1, symbol), colors)
    classes = sorted((root + step) % 12 for step in steps)
    size = len(classes)
    low = {(root + step) % 12 for step in _lowest(steps)}
    found: list[Voicing] = []
    for bottom in range(LOWEST, HIGHEST + 1):
        if bottom % 12 not in classes:
            continue
        first = classes.index(bottom % 12)
        close = tuple(bottom + (classes[(first + index) % size] - bottom) % 12 for index in range(size))
        if every or bottom % 12 in low:
            found.append(close)
        if size == 4:
            dropped = close[2] - 12
            found.append(tuple(sorted((dropped, close[0], close[1], close[3]))))
    inside = [voicing for voicing in found if voicing[0] >= LOWEST and voicing[-1] <= HIGHEST]
    return tuple(inside) if every else tuple(filter(_is_clear, inside)) or tuple(inside)


def _is_clear(voicing: Voicing) -> bool:
    """Return whether no minor ninth is in a voicing, and no semitone at the top."""
    if any(above - below == 13 for below in voicing for above in voicing):
        return False
    return len(voicing) < 2 or voicing[-1] - voicing[-2] > 1


def _lowest(steps: Sequence[int]) -> Sequence[int]:
    """Return the tones that a close voicing begins with: third and seventh; any, where there are fewer than four."""
    return steps if len(steps) < 4 else (steps[0], steps[2])


def _steps(chord: Chord, colors: bool) -> tuple[int, tuple[int, ...]]:
    """Return root and tones: third, fifth, seventh and ninth with their substitutes, as far as the chord has them."""
    symbol, scale = symbol_of(chord), chord_scale(chord)
    if symbol.root is None or scale is None:
        return chord.pitches[0] % 12, tuple(dict.fromkeys(pitch - chord.pitches[0] for pitch in chord.pitches))
    root, own = symbol.root, set(symbol.intervals)
    free = {(tone - root) % 12 for tone in scale.scale - scale.avoid}
    third = _first(own, 4, 3, 5, 2)
    seventh = _first(own, 11, 10, 9)
    if seventh is None:
        seventh = 9 if third == 4 and 9 in free and 8 not in own else 0
    dominant = third in (4, 5) and seventh == 10
    fifth = _first(own, 21, 20, 18, 8, 6) if dominant else _first(own, 18, 17, 8, 6, 7)
    if dominant and fifth is None:
        fifth = next((step for step in (9, 8, 7) if step in free and colors), 7)
    ninth = 6 if own >= {18, 21} else _first(own, 15, 13, 14)
    if ninth is None:
        keeps_root = third == 3 and 6 in own
        ninth = 2 if 2 in free and colors and third is not None and not keeps_root else 0
    steps = [step % 12 for step in (third, fifth, seventh, ninth) if step is not None]
    return root, tuple(dict.fromkeys(steps)) if len(set(steps)) > 1 else (0, *(set(steps) - {0}))


def _first(own: set[int], *steps: int) -> int | None:
    return next((step for step in steps if step in own), None)

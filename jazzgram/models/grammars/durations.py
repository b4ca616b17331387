"""Durations as Impro-Visor writes them: ``8`` an eighth, ``8/3`` one of a triplet, ``4.`` dotted, ``4+8`` tied.

A part is any fraction of the whole note: ``12`` a twelfth, which is an eighth of a triplet, ``480`` a single slot.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from jazzgram.models.grammars.values import SLOTS_PER_QUARTER
from jazzgram.music.time import TICKS_PER_QUARTER

_PART = re.compile(r"(?P<value>\d{1,4})(?:/(?P<tuplet>\d{1,2}))?(?P<dots>\.{0,2})")
_WHOLE = 4 * TICKS_PER_QUARTER
_MOST_PARTS = 64
_NOTE_VALUES = {
    **{f"{value}": _WHOLE // value for value in (1, 2, 4, 8, 16, 32, 64)},
    **{f"{value}.": _WHOLE // value * 3 // 2 for value in (2, 4, 8, 16, 32)},
    **{f"{value}/3": _WHOLE // value * 2 // 3 for value in (2, 4, 8, 16, 32, 64)},
    **{f"{value}/5": _WHOLE // value * 4 // 5 for value in (4, 8, 16, 32)},
}
"""The note values that durations are written with, in ticks, the simplest first."""
_TICKS_PER_SLOT = TICKS_PER_QUARTER // SLOTS_PER_QUARTER
_FRACTIONS = tuple(value for value in range(1, _WHOLE + 1) if _WHOLE % value == 0)
_FRACTIONS_OF_SLOTS = tuple(value for value in _FRACTIONS if _WHOLE // value % _TICKS_PER_SLOT == 0)
"""The fractions of a whole note that are whole ticks, and those that are whole slots; the longest first."""


@cache
def parse_duration(text: str) -> int:
    """Read a duration.

    Parameters
    ----------
    text : str
        Parts tied by ``+``. A part is the denominator of a fraction of the whole note; with ``/n``, n of them last as
        long as the greatest power of two below n (``8/3``: three in the time of two eighths); each dot adds half.

    Returns
    -------
    int
        Ticks.

    Raises
    ------
    ValueError
        Where the text is no duration, or none of a whole number of ticks.

    Examples
    --------
    >>> [parse_duration(text) for text in ("8", "8/3", "4.", "4+8", "16/5", "12", "480")]
    [240, 160, 720, 720, 96, 160, 4]
    """
    total = Fraction(0)
    parts = text.split("+")
    for part in parts[:_MOST_PARTS]:
        match = _PART.fullmatch(part)
        value = int(match["value"]) if match else 0
        tuplet = int(match["tuplet"] or 1) if match else 0
        if match is None or value < 1 or tuplet < 1:
            raise ValueError(f"not a duration: {text[:40]!r} (expected for example 8, 8/3, 4. or 4+8)")
        fewer = 1 << ((tuplet - 1).bit_length() - 1) if tuplet > 1 else 1
        dots = len(match["dots"])
        total += Fraction(_WHOLE * fewer, value * tuplet) * (2 - Fraction(1, 2**dots))
    if len(parts) > _MOST_PARTS or total.denominator != 1:
        raise ValueError(f"not a duration of whole ticks: {text[:40]!r} (480 ticks are a quarter note)")
    return int(total)


@cache
def format_duration(ticks: int) -> str:
    """Write a duration with as few parts as it takes, the longest first.

    Parameters
    ----------
    ticks : int
        Above 0, at most 64 whole notes.

    Raises
    ------
    ValueError
        Where four parts beside whole notes do not make it.

    Examples
    --------
    >>> [format_duration(ticks) for ticks in (240, 160, 720, 600, 1920, 96)]
    ['8', '8/3', '4.', '4+16', '1', '16/5']
    """
    wholes, rest = divmod(ticks, _WHOLE)
    parts = _parts(rest, 4)
    if ticks <= 0 or wholes >= _MOST_PARTS - 4 or parts is None:
        raise ValueError(f"{ticks} ticks cannot be written as a note value")
    return "+".join(("1",) * wholes + parts)


def format_fractions(ticks: int) -> str:
    """Write a duration that is no note value: whole notes, then ever shorter fractions of them.

    Parameters
    ----------
    ticks : int
        Above 0, at most 50 whole notes. Where it is whole slots (120 to the quarter note), so are its parts.

    Raises
    ------
    ValueError
        Where it is longer.

    Examples
    --------
    >>> [format_fractions(ticks) for ticks in (4, 1924, 7)]
    ['480', '1+480', '320+1920']
    """
    wholes, rest = divmod(ticks, _WHOLE)
    if ticks <= 0 or wholes > _MOST_PARTS - 14:
        raise ValueError(f"{ticks} ticks cannot be written as note values")
    parts = ["1"] * wholes
    for value in _FRACTIONS if ticks % _TICKS_PER_SLOT else _FRACTIONS_OF_SLOTS:
        count, rest = divmod(rest, _WHOLE // value)
        parts += [str(value)] * count
    return "+".join(parts)


@cache
def _parts(ticks: int, most: int) -> tuple[str, ...] | None:
    """Find the fewest note values that make `ticks`, up to `most` of them."""
    if ticks == 0:
        return ()
    if most == 0:
        return None
    best: tuple[str, ...] | None = None
    for text, length in _NOTE_VALUES.items():
        if length <= ticks and length * most >= ticks:
            rest = _parts(ticks - length, (most if best is None else len(best) - 1) - 1)
            if rest is not None and (best is None or len(rest) + 1 < len(best)):
                best = tuple(sorted((text, *rest), key=_NOTE_VALUES.__getitem__, reverse=True))
    return best

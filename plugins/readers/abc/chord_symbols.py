"""Chord symbols as ABC has them, between quotes.

Source: Walshaw, *The abc music standard 2.1* (2011), section 4.18.
"""

from __future__ import annotations

import re

from jazzgram import JazzgramError, parse_symbol

_FIFTHS = "FCGDAEB"
_OVER = re.compile(r"([^|\\]+)([|\\])([^|\\]+)|(.+)(/)([A-G].+)")
"""A chord over a chord."""


def chord_symbol(text: str) -> str:
    """Return the chord symbol that a text in quotes is; empty where it is none.

    Old collections write the bass as a small letter and its sharp as a plus (``D/f+``), alternatives in parentheses.

    Examples
    --------
    >>> chord_symbol("Am7"), chord_symbol("D/f+"), chord_symbol("(G7)"), chord_symbol("Fine")
    ('Am7', 'D/F#', 'G7', '')
    """
    text = text.strip()
    bass = re.fullmatch(r"(.*)/([A-Ga-g])([+-])", text)
    written = (text, text.strip("()"), f"{bass[1]}/{bass[2].upper()}{'#' if bass[3] == '+' else 'b'}" if bass else "")
    for symbol in written:
        try:
            parse_symbol(symbol)
        except JazzgramError:
            continue
        return symbol
    return ""


def transpose_symbol(symbol: str, fifths: int) -> str:
    """Transpose a chord symbol, its root and its bass.

    Parameters
    ----------
    symbol : str
        As `chord_symbol` returns it.
    fifths : int
        Fifths up; negative: down. A tone down is -2, so that D major becomes C major.

    Examples
    --------
    >>> transpose_symbol("D7/F#", -2), transpose_symbol("Am7", -3), transpose_symbol("NC", 2)
    ('C7/E', 'Cm7', 'NC')
    """
    chord = parse_symbol(symbol)
    if chord.root is None or not fifths:
        return symbol
    if chord.upper and (over := _OVER.fullmatch(symbol)):
        upper, between, lower = (part for part in over.groups() if part)
        return transpose_symbol(upper, fifths) + between + transpose_symbol(lower, fifths)
    rest = symbol.strip()[len(chord.root_name) :]
    if chord.bass_name:
        rest = rest[: rest.rindex("/") + 1] + _moved(chord.bass_name, fifths)
    return _moved(chord.root_name, fifths) + rest


def _moved(name: str, fifths: int) -> str:
    """Move a note's name along the line of fifths, to at most seven flats or sharps beyond C."""
    position = _FIFTHS.index(name[0]) - 1 + 7 * (name.count("#") - name.count("b")) + fifths
    if abs(position) > 7:
        position = (position + 5) % 12 - 5
    return _FIFTHS[(position + 1) % 7] + "#" * ((position + 1) // 7) + "b" * -((position + 1) // 7)

"""Chord symbols as ABC has them, between quotes.

Source: Walshaw, *The abc music standard 2.1* (2011), section 4.18.
"""

from __future__ import annotations

import re

from jazzgram import JazzgramError, parse_symbol


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

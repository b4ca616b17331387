"""Read the numbers of a MusicXML file, refusing what nobody writes on purpose."""

from __future__ import annotations

import re
from fractions import Fraction

from jazzgram import JazzgramError

Number = int | Fraction
"""A whole number where it can be: fractions are exact too, but slow."""

_DECIMAL = re.compile(r"\d{1,9}\.\d{1,6}", re.ASCII)
_SMALL = re.compile(r"([+-]?\d{1,3})(\.0{1,6})?", re.ASCII)


def number(text: str, what: str) -> Number:
    """Read a number, 0 or more, that may have decimals.

    Parameters
    ----------
    text : str
        At most nine digits before the point and six behind it; white space around it is ignored.
    what : str
        What it is, for the message.

    Returns
    -------
    int or Fraction
        Exact.

    Raises
    ------
    JazzgramError
        Where it is no such number.

    Examples
    --------
    >>> number("10080", "duration"), number("0.5", "duration")
    (10080, Fraction(1, 2))
    """
    text = text.strip()
    if len(text) < 10 and text.isascii() and text.isdigit():
        return int(text)
    if not _DECIMAL.fullmatch(text):
        raise JazzgramError(f"the {what} is {text[:20]!r} (expected a number, 0 or more)")
    return Fraction(text)


def integer(text: str, what: str) -> int:
    """Read a whole number of at most three digits, which may have a sign; ``2.0`` is one.

    Parameters
    ----------
    text : str
        White space around it is ignored.
    what : str
        What it is, for the message.

    Returns
    -------
    int

    Raises
    ------
    JazzgramError
        Where it is no such number.

    Examples
    --------
    >>> integer("-1", "alteration"), integer("2.0", "alteration")
    (-1, 2)
    """
    match = _SMALL.fullmatch(text.strip())
    if match is None:
        raise JazzgramError(f"the {what} is {text.strip()[:20]!r} (expected a whole number)")
    return int(match[1])

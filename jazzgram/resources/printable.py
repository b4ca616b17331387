"""Text from files and arguments in messages: no control characters, and not much of it."""

from __future__ import annotations

import re

_LONGEST_NAME = 80
"""Characters of a foreign name in a message."""
_LONGEST_WORD = 300
_LONGEST_LINE = 1_200
"""Longer than any list of names that a message of ours has."""

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but for tabs and ends of lines, DEL, C1
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"  # of writing direction and lines
    "\ud800-\udfff]"  # lone surrogates, of names that are no UTF-8
)


def escaped(text: str) -> str:
    r"""Write control characters as JSON does, so that they do nothing in a terminal.

    Examples
    --------
    >>> escaped("Blue\x1b[31m")
    'Blue\\u001b[31m'
    """
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def shortened(text: str, most: int = _LONGEST_NAME) -> str:
    """Cut the middle out of a text of more than `most` characters, and say how much it was.

    Examples
    --------
    >>> shortened("C7|" * 100, 12)
    'C7|C7| … (288 more) … C7|C7|'
    """
    if len(text) <= most:
        return text
    end = most // 2
    return f"{text[: most - end].rstrip()} … ({len(text) - most} more) … {text[-end:].lstrip()}"


def printable(line: str) -> str:
    """Return a line of a message as it may be shown: escaped, with long words and the whole cut."""
    words = re.sub(rf"\S{{{_LONGEST_WORD + 1},}}", lambda found: shortened(found[0], _LONGEST_WORD), line)
    return escaped(shortened(words, _LONGEST_LINE))

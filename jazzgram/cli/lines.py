"""Lines that fit the terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterable

import click


def terminal_width() -> int:
    """Return how many characters a line may have: those of the terminal, or COLUMNS, or 80 in a pipe."""
    return max(shutil.get_terminal_size().columns, 20)


def folded_words(label: str, words: Iterable[str], width: int | None = None) -> str:
    """Join words behind a label, and begin new lines below the first word, if there is room for each; none is broken.

    Parameters
    ----------
    label : str
        What the first line begins with, padded to where the words begin.
    words : iterable of str
        They may have colours.
    width : int or None
        The most characters of a line; None for those of the terminal.

    Examples
    --------
    >>> print(folded_words("swing  ", ["E5@1:0.64", "D5@1.64:0.36", "C5@2:0.64"], width=30))
    swing  E5@1:0.64 D5@1.64:0.36
           C5@2:0.64
    """
    width = terminal_width() if width is None else width
    words, start = list(words), len(click.unstyle(label))
    longest = max((len(click.unstyle(word)) for word in words), default=0)
    indent = " " * (start if start <= width * 2 // 3 and start + longest <= width else 4)
    lines, line = [], label
    for word in words:
        joined = word if line in (label, indent) else f" {word}"
        if line != indent and len(click.unstyle(line + joined)) > width:
            lines.append(line.rstrip())
            line, joined = indent, word
        line += joined
    return "\n".join((*lines, line.rstrip()))

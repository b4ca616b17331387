"""Find the chord symbols that a MIDI file carries as text, lyrics, markers or cues.

The standard does not define where chord symbols go, so all texts of a file are searched track by track, and
the texts of a kind are believed to be chord symbols when nearly all of them can be read as such.
"""

from __future__ import annotations

import re

from jazzgram import JazzgramError, parse_symbol

from .events import texts

_MOST_SYMBOLS = 500
"""More different texts than that are no changes; each one that is no symbol takes a while to be refused."""

_NEARLY_ALL = 0.8
_LETTER = re.compile("[A-G]")
_COULD_BE = re.compile(r"[\[({]?\s*[A-GN]\S{0,23}\s*[\])}]?")


def chord_symbols(content: bytes, surely: bool) -> list[tuple[int, str]]:
    """Find the chord symbols of a MIDI file.

    Parameters
    ----------
    content : bytes
        The file.
    surely : bool
        Whether it is known to have some: then texts that are single letters count as well. Else letters alone are
        taken for those of rehearsal marks.

    Returns
    -------
    list of (int, str)
        The file's ticks and the symbol, in time order; of the track and kind that has most of them. Empty where
        of no track and kind four fifths of the texts are chord symbols.
    """
    groups: dict[tuple[int, int], list[tuple[int, str]]] = {}
    for text in texts(content):
        groups.setdefault((text.track, text.kind), []).append((text.time, text.text))
    best: list[tuple[int, str]] = []
    for group in groups.values():
        different = {text for _, text in group}
        if len(different) > _MOST_SYMBOLS:
            continue
        symbols = {text: symbol for text in different if (symbol := _symbol(text))}
        read = [(time, symbols[text]) for time, text in group if text in symbols]
        letters_only = all(_LETTER.fullmatch(symbol) for symbol in symbols.values())
        if len(read) > len(best) and len(read) >= _NEARLY_ALL * len(group) and (surely or not letters_only):
            best = read
    return best


def _symbol(text: str) -> str:
    """Return the chord symbol that a text is, without brackets around it; empty where it is none."""
    if not _COULD_BE.fullmatch(text):
        return ""
    for written in (text, text.strip("[](){} ")):
        try:
            parse_symbol(written)
        except JazzgramError:
            continue
        return written
    return ""

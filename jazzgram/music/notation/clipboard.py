"""Chords as Band-in-a-Box copies them to the clipboard, between ``[Chords]`` and ``[ChordsEnd]``, as a lead sheet.

``[Title ...]``, ``[Key F]`` and ``[Tempo 140]`` are its headings; a bar without a chord holds the one before it; commas
stand between the chords of a bar. Other lines in brackets (``[Form 1-32*3]``, ``[.sty ...]``) say how the program plays
the song: they become comments.
Source: PG Music, *Band-in-a-Box user's guide*, on copying chords to the clipboard as text.
"""

from __future__ import annotations

import re

_BEGIN = re.compile(r"^\s*\[chords\]", re.IGNORECASE | re.MULTILINE)
_LINE = re.compile(r"\[\s*([.\w]+)\s*([^\]]*)\](.*)")
_HEADINGS = ("title", "key", "tempo")
_HELD = ("/", "%", "NC")


def from_clipboard(text: str) -> str:
    """Return a copied song as a lead sheet, line by line; any other text as it is.

    Examples
    --------
    >>> copied = "[Title Turn]", "[Key Bb]", "[Form 1-4*3]", "[Chords]", "Cm7, F7 |Bb | | Bb / G7", "[ChordsEnd]"
    >>> print(from_clipboard("\\n".join(copied)))
    title: Turn
    key: Bb
    # [Form 1-4*3]
    #
    Cm7 F7 |Bb | Bb | Bb / G7
    #
    """
    if not _BEGIN.search(text):
        return text
    lines: list[str] = []
    held, inside = "NC", False
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        name = found[1].lower() if found else ""
        if found and name in _HEADINGS and found[2].strip():
            lines.append(f"{name}: {found[2].strip()}")
        elif found and name in ("song", "songend", "chords", "chordsend"):
            inside = name == "chords"
            lines.append(found[3].strip() or "#")
        elif found or not inside:
            lines.append(f"# {line.strip()}" if line.strip() else "")
        else:
            bars, held = _bars(line, held)
            lines.append(bars)
    return "\n".join(lines)


def _bars(line: str, held: str) -> tuple[str, str]:
    """Return a line of bars with the chord that a bar holds written out, and the chord that sounds at its end."""
    bars = line.replace(",", " ").split("|")
    for index, bar in enumerate(bars):
        words = bar.split()
        if not words and 0 < index < len(bars) - 1:
            bars[index] = f" {held} "
        elif words and words[0] == "/":
            bars[index] = f" {held} {' '.join(words[1:])} "
        held = next((word for word in reversed(words) if word not in _HELD), held)
    return re.sub(r" {2,}", " ", "|".join(bars)), held

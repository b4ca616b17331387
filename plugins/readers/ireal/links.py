"""Find iReal Pro's links in a text or web page, and take the tunes out of them.

``irealbook://`` holds six fields a tune, with ``=`` between them: title, composer, style, key, a letter, the chart.
``irealb://`` holds tunes with ``===`` between them: title, composer, a field that is not used, style, key,
transposition, the scrambled chart, the style of the accompaniment, tempo, repeats; some of them may be empty. A
playlist has its name at the end.
Source: iReal Pro's *custom chord chart protocol* (irealpro.com); the scrambling as the free readers of it describe it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from jazzgram import JazzgramError

_LINK = re.compile(r"([\"']?)(irealb(?:ook)?)://", re.IGNORECASE)
_EQUALS = re.compile("=|%3D", re.IGNORECASE)
_SCRAMBLED = "1r34LbKcu7"
_KEY = re.compile(r"[A-G][b#]?-?")
_BLOCK = 50
_SWAPPED = (*range(5), *range(10, 24))
"""The indices of a block whose characters are exchanged with those at the same distance from its end."""


@dataclass(frozen=True, slots=True)
class Song:
    """A tune as a link has it.

    Parameters
    ----------
    line : int
        The line of the file, from 1.
    title, composer, style, key : str
        As written.
    tempo : int
        Beats a minute; 0 where it has none.
    chart : str
        In plain text.
    """

    line: int
    title: str
    composer: str
    style: str
    key: str
    tempo: int
    chart: str


def find_songs(text: str) -> Iterator[Song | JazzgramError]:
    """Find all tunes of all links.

    Parameters
    ----------
    text : str
        A link, several, or a web page with links in it.

    Yields
    ------
    Song or JazzgramError
        In the order of the text; for what should be a tune and is none the reason, with the line.
    """
    line, counted, end = 1, 0, 0
    while match := _LINK.search(text, end):
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        quote, scheme = match[1], match[2].lower()
        end = text.find(quote or "\n", match.end())
        end = _next_link(text, match.end(), len(text) if end < 0 else end)
        written = text[match.end() : end].strip()
        link = unquote(html.unescape(written) if quote else written)
        try:
            yield from _plain(link, line) if scheme == "irealbook" else _scrambled(link, line)
        except JazzgramError as error:
            yield error


def _next_link(text: str, begin: int, end: int) -> int:
    """Find where the next link begins in the line of one; `end` where none does. Without ``=`` there is no link yet."""
    written = _EQUALS.search(text, begin, end)
    following = _LINK.search(text, written.end(), end) if written else None
    return following.start() if following else end


def _plain(link: str, line: int) -> Iterator[Song]:
    fields = link.split("=")
    if len(fields) < 6:
        raise JazzgramError(f"{line}: a link irealbook:// has {len(fields)} fields (expected six a tune)")
    for first in range(0, len(fields) - 5, 6):
        title, composer, style, key, _, chart = fields[first : first + 6]
        yield Song(line, title.strip(), composer.strip(), style.strip(), key.strip(), 0, chart)


def _scrambled(link: str, line: int) -> Iterator[Song | JazzgramError]:
    parts = link.split("===")
    for number, part in enumerate(parts):
        fields = part.split("=")
        index = next((index for index, field in enumerate(fields) if field.startswith(_SCRAMBLED)), None)
        if index is None:
            # The last part of several is the playlist's name.
            if number == 0 or number + 1 < len(parts):
                yield JazzgramError(f"{line}: {part[:40]!r} has no chart (expected one that begins with {_SCRAMBLED})")
            continue
        before = [field.strip() for field in fields[:index] if field.strip()]
        keys = [where for where, field in enumerate(before) if where >= 2 and _KEY.fullmatch(field)]
        key = keys[-1] if keys else 0
        tempo = fields[index + 2].strip() if len(fields) > index + 2 else ""
        yield Song(
            line,
            before[0] if before else "",
            before[1] if len(before) > 1 and key != 1 else "",
            before[key - 1] if key > 2 else "",
            before[key] if key else "",
            int(tempo) if re.fullmatch(r"[0-9]{1,3}", tempo) else 0,
            unscramble(fields[index].removeprefix(_SCRAMBLED)),
        )


def unscramble(chart: str) -> str:
    """Undo iReal Pro's scrambling.

    Every block of 50 characters but the last has its first five exchanged with its last five, and 14 more from the
    tenth on likewise; a block that leaves less than two characters is left as it is. What is exchanged twice is
    what it was: the same function scrambles.

    Examples
    --------
    >>> unscramble("| B A BLZCZLF EZLD CZLB ZALA ,GZLF EZLD G ALZA44T[C ")
    '[T44A BLZC DLZE FLZG, ALZA BLZC DLZE FLZG ALZA B |C '
    """
    blocks: list[str] = []
    position = 0
    while len(chart) - position > _BLOCK:
        block = list(chart[position : position + _BLOCK])
        position += _BLOCK
        if len(chart) - position >= 2:
            for here in _SWAPPED:
                there = _BLOCK - 1 - here
                block[here], block[there] = block[there], block[here]
        blocks.append("".join(block))
    return "".join(blocks) + chart[position:]

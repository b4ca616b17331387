"""Lead sheets as text: changes with a title, a key, a meter, a tempo and rehearsal marks, to improvise over.

The headings are lines such as ``key: Bb``; the changes follow, in the format of `jazzgram.music.notation.changes`,
with ``[A]`` alone or before the bars for a section and ``#`` before a comment. ``meter:`` may come again between the
bars. What Band-in-a-Box copies to the clipboard is read, too. ``docs/lead-sheets.md`` describes all of it.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.keys import parse_key
from jazzgram.music.notation.changes import NotatedBar, notated_bars, parse_bar
from jazzgram.music.notation.clipboard import from_clipboard
from jazzgram.music.notation.repeats import follow_repeats
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Dropped, Tune
from jazzgram.resources.plain import plain

_HEADINGS = ("title", "composer", "key", "meter", "tempo", "style")
_HEADING = re.compile(r"([A-Za-z]{3,20})\s*:\s*([^|\s].*)?")
_SECTION = re.compile(r"\[\s*([^\[\]|]{1,30}?)\s*\](?::(?!\|))?")
_LARGEST = 1 << 20
"""Bytes; some 20,000 bars."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class LeadSheet:
    """The changes of a tune, as they are played.

    Parameters
    ----------
    title : str
        As on the page.
    bars : tuple of Bar
        At least one; chords and no melody; repeats are played out.
    sections : tuple of (int, str)
        Rehearsal marks, each with the bar at which it begins, from 0; a repeated one occurs as often as it is played.
    composer, style : str
        As on the page; empty where it is missing.
    key : int
        The key signature: sharps counted up, flats down, -7 to 7.
    tempo : float
        Quarter notes per minute.
    dropped : tuple of Dropped
        Bars and chords that the reader left out.
    """

    title: str
    bars: tuple[Bar, ...]
    sections: tuple[tuple[int, str], ...] = ()
    composer: str = ""
    style: str = ""
    key: int = 0
    tempo: float = 120.0
    dropped: tuple[Dropped, ...] = ()

    @property
    def meter(self) -> Meter:
        """The meter of the first bar."""
        return self.bars[0].meter

    @property
    def changes(self) -> tuple[tuple[Chord, ...], ...]:
        """The chords of each bar, onsets from its start."""
        return tuple(bar.chords for bar in self.bars)

    @property
    def tune(self) -> Tune:
        """The lead sheet as a tune without a melody."""
        return Tune(self.title, self.bars, self.tempo, key=self.key, style=self.style, dropped=self.dropped)


def read_lead_sheet(path: Path) -> LeadSheet:
    """Read a lead sheet from a text file.

    Parameters
    ----------
    path : Path
        A file of UTF-8 text, at most 1 MB.

    Returns
    -------
    LeadSheet

    Raises
    ------
    JazzgramError
        With every mistake, each on a line of its own that begins with the file and the line.
    """
    try:
        size = plain(path).stat().st_size
        if size > _LARGEST:
            raise JazzgramError(f"{path}: {size} bytes are no lead sheet (expected at most {_LARGEST})")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise JazzgramError(f"{path}: cannot be read as UTF-8 text ({error})") from None
    return parse_lead_sheet(text, str(path), path.stem)


def parse_lead_sheet(text: str, name: str = "lead sheet", title: str = "") -> LeadSheet:
    """Read a lead sheet.

    Parameters
    ----------
    text : str
        At least one bar.
    name : str
        The name in error messages.
    title : str
        The title where the text has none.

    Returns
    -------
    LeadSheet

    Raises
    ------
    JazzgramError
        With every mistake, each on a line of its own that begins with `name` and the line.

    Examples
    --------
    >>> sheet = parse_lead_sheet("title: Turn\\nkey: F\\n[A]\\n|: Gm7 | C7 :|\\n[B] F6 | %")
    >>> [bar.chords[0].symbol for bar in sheet.bars], sheet.sections, sheet.key
    (['Gm7', 'C7', 'Gm7', 'C7', 'F6', 'F6'], ((0, 'A'), (2, 'A'), (4, 'B')), -1)
    """
    return _Page(from_clipboard(text), name, title).sheet()


class _Page:
    """One page, read from top to bottom, and the mistakes on it."""

    def __init__(self, text: str, name: str, title: str) -> None:
        self._name = name
        self._mistakes: list[str] = []
        self._head: dict[str, str] = {"title": title or name}
        self._key, self._tempo = 0, 120.0
        self._meters: dict[int, Meter] = {}
        self._labels: dict[int, str] = {}
        self._lines = [self._music(number, line.strip()) for number, line in enumerate(text.splitlines())]

    def sheet(self) -> LeadSheet:
        notated = notated_bars(self._lines)
        bars = self._bars(notated)
        if not bars and not self._mistakes:
            self._wrong(0, "no bars found (expected lines such as: Dm7 | G7 | Cmaj7 | %)")
        if self._mistakes:
            raise JazzgramError("\n".join(self._mistakes))
        labels = self._sections(notated)
        try:
            order = follow_repeats([bar.marks for bar in notated])
        except JazzgramError as error:
            raise JazzgramError(f"{self._name}: {error}") from None
        return LeadSheet(
            self._head["title"],
            tuple(bars[index] for index in order.bars),
            tuple((number, labels[index]) for number, index in enumerate(order.bars) if index in labels),
            self._head.get("composer", ""),
            self._head.get("style", ""),
            self._key,
            self._tempo,
            order.dropped(chords=[bar.symbols for bar in notated]),
        )

    def _wrong(self, line: int, mistake: str) -> None:
        self._mistakes.append(f"{self._name}:{line + 1}: {mistake}")

    def _music(self, number: int, line: str) -> str:
        """Remove headings, comments and labels from a line; return the bars that are left."""
        if line.startswith("#"):
            return ""
        if heading := _HEADING.fullmatch(line):
            try:
                self._read_heading(number, heading[1].lower(), (heading[2] or "").strip())
            except (JazzgramError, ValueError) as error:
                self._wrong(number, str(error))
            return ""
        if section := _SECTION.match(line):
            self._labels[number] = section[1]
            line = line[section.end() :]
        return line

    def _read_heading(self, number: int, name: str, value: str) -> None:
        if name not in _HEADINGS:
            near = difflib.get_close_matches(name, _HEADINGS, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise JazzgramError(f"unknown heading {name!r} (expected one of {', '.join(_HEADINGS)}){hint}")
        if not value:
            raise JazzgramError(f"the heading {name!r} is empty (expected a value)")
        if len(value) > _LONGEST:
            raise JazzgramError(f"the heading {name!r} has {len(value)} characters (expected at most {_LONGEST})")
        if name == "meter":
            self._meters[number] = Meter.parse(value)
        elif name == "key":
            self._key = parse_key(value)
        elif name == "tempo":
            if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", value) or not 20 <= float(value) <= 400:
                raise JazzgramError(f"found the tempo {value[:20]!r} (expected quarter notes a minute from 20 to 400)")
            self._tempo = float(value)
        else:
            self._head[name] = value

    def _bars(self, notated: list[NotatedBar]) -> list[Bar]:
        bars: list[Bar] = []
        meter = Meter()
        following = iter([*sorted(self._meters.items()), (len(self._lines), meter)])
        change = next(following)
        for bar in notated:
            while change[0] < bar.line:
                meter, change = change[1], next(following)
            before = bars[-1] if bars else None
            try:
                if bar.text == "%" and before is not None and before.meter != meter:
                    raise JazzgramError(f"% repeats a bar of {before.meter} in {meter} (expected chord symbols)")
                chords = parse_bar(bar.text, meter, before.chords if before else ())
            except JazzgramError as error:
                self._wrong(bar.line, str(error))
                # A bar with a mistake gets the chords before it, so that a % after it is not a second mistake.
                chords = before.chords if before else parse_bar("NC", meter)
            bars.append(Bar((), chords, meter))
        return bars

    def _sections(self, notated: list[NotatedBar]) -> dict[int, str]:
        """Return the label of each bar that begins a section: the first on or after the label's line."""
        sections: dict[int, str] = {}
        for line, label in self._labels.items():
            first = next((index for index, bar in enumerate(notated) if bar.line >= line), None)
            if first is not None:
                sections[first] = label
        return sections

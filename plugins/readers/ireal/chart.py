"""Read an iReal Pro chart: cells with chords, barlines and signs, into bars and the order in which they are played.

A chord takes a cell and a space an empty one; a bar of 4/4 has four. Where a bar has as many cells as beats, or a
multiple, a chord is on the beat of its cell; else its chords share the bar. Left out is what is not played:
alternative chords in parentheses, sizes, spacers, and text that is no direction.
Source: iReal Pro's *custom chord chart protocol* (irealpro.com).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jazzgram import Bar, Chord, Dropped, JazzgramError, Meter, parse_symbol
from jazzgram.music import RepeatMarks, parse_bar

from .signs import Signs

_TOKEN = re.compile(
    r"(?P<text><[^>]*>)|(?P<section>\*[A-Za-z])|T(?P<meter>\d\d)|N(?P<ending>\d)|(?P<alternative>\([^)]*\))"
    r"|(?P<chord>(?P<root>W|[A-G][b#]?)(?P<quality>(?:6/9|sus|alt|add|[-+^hoø#b0-9])*)"
    r"(?:\*(?P<own>[^*|\[\]{}Z]{0,16})\*)?(?P<bass>/[A-G][b#]?)?)"
    r"|(?P<sign>[xrnp ])|(?P<barline>[\[\]{}|Z])|(?P<coda>Q)|(?P<segno>S)|(?P<end>[Uf])|[,Ysl\"\r\n\t]"
)
_LAYOUT = (("Kcl", "| x"), ("LZ", " |"), ("XyQ", "   "))
"""Combinations that scrambled charts write for barlines and empty cells."""

_LONGEST = 20_000
"""Characters; twelve lines of sixteen cells have less than 2,000."""

_METERS = {"12": Meter(12, 8)}


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of a chart as written.

    Parameters
    ----------
    bars : sequence of Bar
        With chords and no melody.
    marks : sequence of RepeatMarks
        Of each bar.
    labels : dict of int to str
        The bars with which sections begin.
    dropped : tuple of Dropped
        Signs and texts that are not obeyed.
    """

    bars: Sequence[Bar]
    marks: Sequence[RepeatMarks]
    labels: dict[int, str]
    dropped: tuple[Dropped, ...] = ()


def read_chart(text: str) -> Chart:
    """Read a chart.

    Parameters
    ----------
    text : str
        Not scrambled.

    Returns
    -------
    Chart
        With at least one bar.

    Raises
    ------
    JazzgramError
        Where something is not understood or a chord is none; the bar is named, from 1.

    Examples
    --------
    >>> chart = read_chart("{*AT44D-7 G7 |C^7   }")
    >>> [[(c.symbol, c.onset) for c in bar.chords] for bar in chart.bars], chart.marks[1].times, chart.labels
    ([[('D-7', 0), ('G7', 960)], [('C^7', 0)]], 2, {0: 'A'})
    """
    if len(text) > _LONGEST:
        raise JazzgramError(f"the chart has {len(text)} characters (expected at most {_LONGEST})")
    for written, meant in _LAYOUT:
        text = text.replace(written, meant)
    reading = _Reading()
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise JazzgramError(f"{reading.where}: {text[position : position + 12]!r} is not understood")
        reading.read(match)
        position = match.end()
    reading.end_bar()
    reading.signs.finish()
    if not reading.bars:
        raise JazzgramError("the chart has no bars (expected for example T44C^7 |D-7 G7 Z)")
    dropped = (*reading.dropped, *reading.signs.unheeded)
    return Chart(reading.bars, reading.signs.marks, reading.signs.labels, dropped)


class _Reading:
    """A chart, read from left to right."""

    def __init__(self) -> None:
        self.bars: list[Bar] = []
        self.signs = Signs()
        self.dropped: list[Dropped] = []
        self._meter = Meter()
        self._cells: list[str] = []
        self._before = ""

    @property
    def where(self) -> str:
        return f"bar {len(self.bars) + 1}"

    @property
    def _empty(self) -> bool:
        return not any(cell.strip() for cell in self._cells)

    def read(self, token: re.Match[str]) -> None:
        signs = self.signs
        if token["text"]:
            signs.text(token["text"].strip("<>"))
        elif token["section"] and self._empty:
            signs.section({"i": "Intro", "v": "Verse"}.get(token["section"][1], token["section"][1]))
        elif token["meter"]:
            self._meter = self._read_meter(token["meter"])
        elif token["ending"]:
            signs.ending(int(token["ending"]), first=self._empty)
        elif token["chord"]:
            signs.chord()
            self._cells.append(self._chord(token))
        elif token["sign"]:
            if token["sign"].strip():
                signs.chord()
            self._cells.append({"n": "NC", "p": "/"}.get(token["sign"], token["sign"]))
        elif token["coda"]:
            signs.coda(first=self._empty)
        elif token["segno"]:
            signs.segno()
        elif token["end"]:
            signs.end()
        elif token["barline"]:
            self.end_bar()
            signs.barline(token["barline"])

    def _read_meter(self, text: str) -> Meter:
        try:
            return _METERS.get(text) or Meter(int(text[0]), int(text[1]))
        except ValueError:
            raise JazzgramError(f"{self.where}: T{text} is no meter (expected for example T44 or T34)") from None

    def _chord(self, token: re.Match[str]) -> str:
        symbol = token["root"] + self._quality(token) + (token["bass"] or "")
        if symbol.startswith("W"):
            if not self._before:
                raise JazzgramError(f"{self.where}: W stands before the first chord (it repeats the one before)")
            symbol = self._before.partition("/")[0] + (token["bass"] or "")
        self._before = symbol
        return symbol

    def _quality(self, token: re.Match[str]) -> str:
        """Return a quality with what was typed between asterisks, unless that is no quality."""
        own = "".join((token["own"] or "").split())
        try:
            parse_symbol(token["root"] + token["quality"] + own)
        except JazzgramError:
            # A mistake without text of its own is reported with its bar.
            if not own or token["root"] == "W":
                return token["quality"]
            self.dropped.append(Dropped(f"a text that is no quality of a chord: {own!r}"))
            return token["quality"]
        return token["quality"] + own

    def end_bar(self) -> None:
        """Append the cells before a barline to the bars, unless they are empty."""
        cells, self._cells = self._cells, []
        filled = [cell for cell in cells if cell != " "]
        if not filled:
            return
        if filled in (["x"], ["r"]):
            self._repeat(2 if "r" in filled else 1)
            return
        if {"x", "r"} & set(filled):
            # The sign holds the chord before it; that is all of the bar before where that has no other chord.
            if not self.bars or filled[0] not in ("x", "r") or len(self.bars[-1].chords) > 1:
                self.dropped.append(Dropped("a sign to repeat a bar beside chords, which holds the chord before it"))
            cells = ["/" if cell in ("x", "r") else cell for cell in cells]
        self._add(self._share(cells), self._meter)

    def _repeat(self, back: int) -> None:
        """Repeat the last bars; without any, the bars have no chord."""
        if len(self.bars) < back:
            self.dropped.append(Dropped(f"a sign to repeat {back} bar(s) with nothing before it", bars=back))
            repeated = [(self._share(["NC"]), self._meter)] * back
        else:
            repeated = [(bar.chords, bar.meter) for bar in self.bars[-back:]]
        for chords, meter in repeated:
            self._add(chords, meter)

    def _add(self, chords: tuple[Chord, ...], meter: Meter) -> None:
        self.bars.append(Bar((), chords, meter))
        self.signs.add_bar()

    def _share(self, cells: list[str]) -> tuple[Chord, ...]:
        while cells[0] == " ":
            cells = cells[1:]
        beats = self._meter.bar // self._meter.beat
        while len(cells) > beats and len(cells) % beats and cells[-1] == " ":
            cells = cells[:-1]
        words = ["/" if cell == " " else cell for cell in cells]
        if len(words) % beats:
            words = [cell for cell in cells if cell != " "]
        if len(words) > beats and len(words) % beats:
            words += ["/"] * (-len(words) % beats)
        if words[0] == "/":
            held = self.bars[-1].chords[-1].symbol if self.bars else "NC"
            words[0] = held
        try:
            return parse_bar(" ".join(words), self._meter)
        except JazzgramError as error:
            raise JazzgramError(f"{self.where}: {error}") from None

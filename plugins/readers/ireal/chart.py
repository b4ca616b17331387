"""Read an iReal Pro chart: cells with chords, barlines and signs, into bars and the order in which they are played.

A chord takes a cell and a space an empty one; a bar of 4/4 has four. Where a bar has as many cells as beats, or a
multiple, a chord is on the beat of its cell; else its chords share the bar. Left out is what is not played:
alternative chords in parentheses, sizes, spacers, fermatas, and text that is no direction.
Source: iReal Pro's *custom chord chart protocol* (irealpro.com).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jazzgram import Bar, Chord, JazzgramError, Meter
from jazzgram.music import RepeatMarks, parse_bar

_TOKEN = re.compile(
    r"(?P<text><[^>]*>)|(?P<section>\*[A-Za-z])|T(?P<meter>\d\d)|N(?P<ending>\d)|(?P<alternative>\([^)]*\))"
    r"|(?P<chord>(?:W|[A-G][b#]?)(?:6/9|sus|alt|add|[-+^hoø#b0-9])*(?:\*[^*|\[\]{}Z ]{1,12}\*)?(?P<bass>/[A-G][b#]?)?)"
    r"|(?P<sign>[xrnp ])|(?P<barline>[\[\]{}|Z])|(?P<coda>Q)|(?P<segno>S)|[,UYslf\"\r\n\t]"
)
_LAYOUT = (("Kcl", "| x"), ("LZ", " |"), ("XyQ", "   "))
"""Combinations that scrambled charts write for barlines and empty cells."""

_LONGEST = 20_000
"""Characters; twelve lines of sixteen cells have less than 2,000."""

_METERS = {"12": Meter(12, 8)}
_JUMP = re.compile(r"(?P<dacapo>D\.?\s?C\.?)|(?P<dalsegno>D\.?\s?S\.?)|(?P<fine>fine)", re.IGNORECASE)
_TIMES = re.compile(r"([2-9]|1[0-9])\s?x", re.IGNORECASE)


@dataclass(slots=True)
class Chart:
    """The bars of a chart as written.

    Parameters
    ----------
    bars : list of Bar
        With chords and no melody.
    marks : list of RepeatMarks
        Of each bar.
    labels : dict of int to str
        The bars with which sections begin.
    """

    bars: list[Bar] = field(default_factory=list)
    marks: list[RepeatMarks] = field(default_factory=list)
    labels: dict[int, str] = field(default_factory=dict)


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
        Where something is not understood, a chord is none, or there is nothing to repeat; the bar is named, from 1.

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
    if not reading.chart.bars:
        raise JazzgramError("the chart has no bars (expected for example T44C^7 |D-7 G7 Z)")
    return reading.chart


class _Reading:
    """A chart, read from left to right."""

    def __init__(self) -> None:
        self.chart = Chart()
        self._meter = Meter()
        self._marks = RepeatMarks()
        self._label = ""
        self._cells: list[str] = []
        self._times = 2
        self._codas = 0
        self._before = ""

    @property
    def where(self) -> str:
        return f"bar {len(self.chart.bars) + 1}"

    def read(self, token: re.Match[str]) -> None:
        if token["text"]:
            self._direction(token["text"].strip("<>"))
        elif token["section"]:
            self._label = {"i": "Intro", "v": "Verse"}.get(token["section"][1], token["section"][1])
        elif token["meter"]:
            self._meter = self._read_meter(token["meter"])
        elif token["ending"] and token["ending"] != "0":
            self._marks.ending = frozenset({int(token["ending"])})
        elif token["chord"]:
            self._cells.append(self._chord(token))
        elif token["sign"]:
            self._cells.append({"n": "NC", "p": "/"}.get(token["sign"], token["sign"]))
        elif token["coda"]:
            self._codas += 1
            self._marks.sounds["tocoda" if self._codas == 1 else "coda"] = ""
        elif token["segno"]:
            self._marks.sounds["segno"] = ""
        elif token["barline"]:
            self._barline(token["barline"])

    def _barline(self, sign: str) -> None:
        self.end_bar()
        if sign == "{":
            self._marks.forward = True
        elif self.chart.marks and sign == "}":
            self.chart.marks[-1].times, self._times = self._times, 2
        elif self.chart.marks and sign in "[]Z":
            self.chart.marks[-1].double = True

    def _direction(self, text: str) -> None:
        jump, times = _JUMP.search(text), _TIMES.search(text)
        if jump:
            # Behind the last bar's barline it still belongs to that bar.
            ended = self.chart.marks and not any(cell.strip() for cell in self._cells)
            marks = self.chart.marks[-1] if ended else self._marks
            marks.sounds[str(jump.lastgroup)] = ""
        elif times:
            self._times = int(times[1])

    def _read_meter(self, text: str) -> Meter:
        try:
            return _METERS.get(text) or Meter(int(text[0]), int(text[1]))
        except ValueError:
            raise JazzgramError(f"{self.where}: T{text} is no meter (expected for example T44 or T34)") from None

    def _chord(self, token: re.Match[str]) -> str:
        symbol = token["chord"].replace("*", "")
        if symbol.startswith("W"):
            if not self._before:
                raise JazzgramError(f"{self.where}: W stands before the first chord (it repeats the one before)")
            symbol = self._before.partition("/")[0] + (token["bass"] or "")
        self._before = symbol
        return symbol

    def end_bar(self) -> None:
        """Append the cells before a barline to the bars, unless they are empty."""
        cells, self._cells = self._cells, []
        filled = [cell for cell in cells if cell != " "]
        if not filled:
            return
        bars = self.chart.bars
        if "x" in filled or "r" in filled:
            back = 2 if "r" in filled else 1
            if len(filled) > 1 or len(bars) < back:
                raise JazzgramError(f"{self.where}: the sign to repeat {back} bar(s) has nothing to repeat")
            for _ in range(back):
                self._add(bars[-back].chords, bars[-back].meter)
        else:
            self._add(self._share(cells), self._meter)

    def _add(self, chords: tuple[Chord, ...], meter: Meter) -> None:
        if self._label:
            self.chart.labels[len(self.chart.bars)] = self._label
        self.chart.bars.append(Bar((), chords, meter))
        self.chart.marks.append(self._marks)
        self._marks, self._label = RepeatMarks(), ""

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
            held = self.chart.bars[-1].chords[-1].symbol if self.chart.bars else "NC"
            words[0] = held
        try:
            return parse_bar(" ".join(words), self._meter)
        except JazzgramError as error:
            raise JazzgramError(f"{self.where}: {error}") from None

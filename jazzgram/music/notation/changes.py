"""Changes as text: ``Dm7 | G7 | Cmaj7 | %``, read into chords bar by bar, and formatted.

Bars are separated by ``|`` or a new line. Several chords share their bar on whole beats, the first ones longer where
they do not share it evenly: two in 4/4 have two beats each, three have 2 + 1 + 1. ``/`` holds the chord before it for
another share (``Dm7 / / G7``: three beats and one), ``%`` repeats the whole bar before, ``NC`` is no chord.

``|:`` and ``:|`` enclose what is played twice; a bar that begins with ``1.`` or ``2.`` begins an ending. A bar
may have ``(D.C.)``, ``(D.S.)``, ``(Segno)``, ``(To Coda)``, ``(Coda)`` and ``(Fine)``; ``(D.C. al Coda)``, ``(D.S. al
Fine)`` and ``(D.C. al 2nd ending)`` say where it leads: see `jazzgram.music.notation.repeats`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.symbols import name_chord, voicing
from jazzgram.music.notation.repeat_marks import MOST_BARS, RepeatMarks
from jazzgram.music.notation.repeats import follow_repeats
from jazzgram.music.time import Meter
from jazzgram.music.tune import Dropped
from jazzgram.resources.frozen import dataclass

_BARLINE = re.compile(r"(:?\|+:?)")
_ENDING = re.compile(r"([1-9](?:,[1-9])*)\.(?=\s|$)")
_DIRECTION = re.compile(
    r"\(\s*(?:(?P<dacapo>D\.?\s?C\.?)|(?P<dalsegno>D\.?\s?S\.?)|(?P<fine>Fine)|(?P<segno>Segno)|(?P<tocoda>To Coda)"
    r"|(?P<coda>Coda))(?:\s+al\s+(?P<until>Fine|Coda|[1-9])(?:st|nd|rd|th)?(?:\s+End(?:ing|\.)?)?)?\s*\)",
    re.IGNORECASE,
)
_SIGNS = ("dacapo", "dalsegno", "fine", "segno", "tocoda", "coda")


def parse_changes(text: str, meter: Meter) -> tuple[tuple[Chord, ...], ...]:
    """Read changes.

    Parameters
    ----------
    text : str
        At least one bar. A barline may also be at either end of a line, and may be double (``||``).
    meter : Meter
        The meter of every bar.

    Returns
    -------
    tuple of tuple of Chord
        The chords of each bar in the order in which they are played, onsets in ticks from the bar's start; the pitches
        are those of `jazzgram.music.harmony.symbols.voicing`. Together they fill the bar.

    Raises
    ------
    JazzgramError
        With every mistake, each with the number of its bar in `text`, from 1.

    Examples
    --------
    >>> [[(c.symbol, c.onset) for c in bar] for bar in parse_changes("Dm7 G7 | Cmaj7 | %", Meter())]
    [[('Dm7', 0), ('G7', 960)], [('Cmaj7', 0)], [('Cmaj7', 0)]]
    >>> [bar[0].symbol for bar in parse_changes("|: Dm7 |1. G7 :|2. C6 ||", Meter())]
    ['Dm7', 'G7', 'Dm7', 'C6']
    """
    bars: list[tuple[Chord, ...]] = []
    mistakes: list[str] = []
    notated = notated_bars(text.splitlines())
    for number, bar in enumerate(notated, start=1):
        try:
            bars.append(parse_bar(bar.text, meter, bars[-1] if bars else ()))
        except JazzgramError as error:
            mistakes.append(f"bar {number}: {error}")
            bars.append(())
    if mistakes:
        raise JazzgramError("; ".join(mistakes))
    if not bars:
        raise JazzgramError('no changes found (expected bars of chord symbols such as "Dm7 | G7 | Cmaj7 | %")')
    return tuple(bars[index] for index in follow_repeats([bar.marks for bar in notated]).bars)


def unplayed_changes(text: str) -> tuple[Dropped, ...]:
    """Return what `parse_changes` leaves out of changes: bars that are never played, jumps that lead nowhere.

    Parameters
    ----------
    text : str
        Changes that `parse_changes` reads.

    Returns
    -------
    tuple of Dropped
        With the number of bars and chord symbols; empty where every bar is played.

    Examples
    --------
    >>> unplayed_changes("Dm7 (Fine) | G7 (D.C. al Fine) | C6 A7")
    (Dropped(reason='never reached by the repeats and jumps', notes=0, bars=1, chords=2),)
    """
    notated = notated_bars(text.splitlines())
    return follow_repeats([bar.marks for bar in notated]).dropped(chords=[bar.symbols for bar in notated])


@dataclass(frozen=True, slots=True)
class NotatedBar:
    """A bar of a page, before repeats are played out.

    Parameters
    ----------
    text : str
        Its chords, for `parse_bar`; may be empty between two barlines.
    line : int
        The line that it is on, from 0.
    marks : RepeatMarks
        Its repeat signs, endings and jumps.
    """

    text: str
    line: int
    marks: RepeatMarks

    @property
    def symbols(self) -> int:
        """How many chord symbols it has."""
        return sum(word not in ("/", "%") for word in self.text.split())


def notated_bars(lines: Sequence[str]) -> list[NotatedBar]:
    """Split lines of changes into bars.

    Parameters
    ----------
    lines : sequence of str
        Lines without bars are skipped.

    Returns
    -------
    list of NotatedBar
        In the order of the page.

    Raises
    ------
    JazzgramError
        Where there are more than `MOST_BARS`.

    Examples
    --------
    >>> [(bar.text, bar.line, bar.marks.times) for bar in notated_bars(["|: Dm7 | G7 :|", "", "C6 ||"])]
    [('Dm7', 0, 0), ('G7', 0, 2), ('C6', 2, 0)]
    """
    bars: list[NotatedBar] = []
    forward = False
    for number, line in enumerate(lines):
        before = ""
        parts = [*_BARLINE.split(line if line.strip("| \t") else ""), ""]
        for text, barline in zip(parts[::2], parts[1::2], strict=True):
            # Two barlines with nothing between them make a bar only where both are plain.
            if text.strip() or (before, barline) == ("|", "|"):
                bars.append(_notated_bar(text, number, forward))
                forward = False
            if bars and barline.startswith(":"):
                bars[-1].marks.times = 2
            if bars and "||" in barline:
                bars[-1].marks.double = True
            forward = forward or barline.endswith(":")
            before = barline
        if len(bars) > MOST_BARS:
            raise JazzgramError(f"the changes have more than the {MOST_BARS} bars that are read")
    return bars


def _notated_bar(text: str, line: int, forward: bool) -> NotatedBar:
    marks = RepeatMarks(forward=forward)
    for direction in _DIRECTION.finditer(text):
        sign = next(name for name in _SIGNS if direction[name])
        marks.sounds[sign] = ""
        if sign in ("dacapo", "dalsegno"):
            marks.until = (direction["until"] or "").lower()
    text = _DIRECTION.sub("", text).strip()
    if ending := _ENDING.match(text):
        marks.ending = frozenset(map(int, ending[1].split(",")))
        text = text[ending.end() :].strip()
    return NotatedBar(text, line, marks)


def parse_bar(text: str, meter: Meter, before: tuple[Chord, ...] = ()) -> tuple[Chord, ...]:
    """Read the changes of one bar.

    Parameters
    ----------
    text : str
        The chord symbols between two barlines.
    meter : Meter
        The bar's meter.
    before : tuple of Chord
        The bar before, which ``%`` repeats; empty where there is none.

    Returns
    -------
    tuple of Chord
        At least one, in time order, onsets from the bar's start.

    Raises
    ------
    JazzgramError
        Where a symbol is not understood, there is no chord to repeat or hold, or the bar has no room for so many.
    """
    words = text.split()
    if not words:
        raise JazzgramError("the bar is empty (expected a chord symbol, % to repeat the bar before, or NC)")
    if words == ["%"]:
        if not before:
            raise JazzgramError("% has no bar before it to repeat (expected a chord symbol)")
        return before
    if "%" in words:
        raise JazzgramError(f"% stands beside other chords in {text.strip()!r} (it repeats a whole bar; hold with /)")
    if words[0] == "/":
        raise JazzgramError("/ has no chord before it in this bar (expected a chord symbol first)")
    edges = _shares(len(words), meter)
    chords: list[Chord] = []
    for word, onset, end in zip(words, edges, edges[1:], strict=False):
        if word == "/":
            held = chords.pop()
            chords.append(Chord(held.pitches, held.onset, end - held.onset, held.symbol))
        else:
            chords.append(Chord(voicing(word), onset, end - onset, word))
    return tuple(chords)


def changes_text(bars: Sequence[tuple[Chord, ...]], meter: Meter | None = None) -> str:
    """Format changes so that `parse_changes` reads them again.

    Parameters
    ----------
    bars : sequence of tuple of Chord
        The chords of each bar, onsets from the bar's start. A bar without chords is ``NC``.
    meter : Meter or None
        The meter of every bar, 4/4 if None.

    Returns
    -------
    str
        One line. Chords without a symbol get the name that fits their pitches.

    Raises
    ------
    JazzgramError
        Where a chord begins at a time that no share of the bar reaches (up to twelve shares a beat).

    Examples
    --------
    >>> changes_text(parse_changes("Dm7 / / G7 | Cmaj7 | %", Meter()))
    'Dm7 / / G7 | Cmaj7 | %'
    """
    meter = meter or Meter()
    texts: list[str] = []
    before = ""
    for number, chords in enumerate(bars, start=1):
        bar = _bar_text(chords, meter, number)
        texts.append("%" if bar == before else bar)
        before = bar
    return " | ".join(texts)


def _bar_text(chords: tuple[Chord, ...], meter: Meter, number: int) -> str:
    starts = {chord.onset: chord.symbol or name_chord(chord.pitches) for chord in chords}
    starts.setdefault(0, "NC")
    beats = meter.bar // meter.beat
    for shares in (len(starts), *(beats * split for split in (1, 2, 3, 4, 6, 8, 12))):
        if (shares > beats and shares % beats) or meter.bar % max(shares, beats):
            continue
        edges = _shares(shares, meter)[:-1]
        if starts.keys() <= set(edges):
            return " ".join(starts.get(edge, "/") for edge in edges)
    raise JazzgramError(f"bar {number}: chords begin at ticks {sorted(starts)}, which no share of {meter} reaches")


def _shares(count: int, meter: Meter) -> list[int]:
    """Return the onsets of `count` shares of a bar, and the bar's end."""
    beats = meter.bar // meter.beat
    if count <= beats:
        longer, size = beats % count, beats // count
        return [(share * size + min(share, longer)) * meter.beat for share in range(count)] + [meter.bar]
    if count % beats or meter.bar % count:
        raise JazzgramError(
            f"{count} chords in a bar of {meter} (expected at most {beats}, or a multiple of that to divide the beats)"
        )
    return [share * meter.bar // count for share in range(count + 1)]

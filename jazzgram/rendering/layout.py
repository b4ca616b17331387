"""The layout of a lead sheet: lines, marks, chord symbols, clef and swing.

A page of a fake book has four bars a line, a new line and a double bar where a section begins, and the changes above.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from jazzgram.music.form import Form, Section
from jazzgram.music.harmony.symbols import ChordSymbol
from jazzgram.music.instruments import Instrument
from jazzgram.music.notation.rhythm import NotatedEvent
from jazzgram.music.solo import Solo
from jazzgram.music.swing import measured_swing_ratio
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.rendering.printed_chords import printed_chords
from jazzgram.resources.frozen import dataclass

BARS_A_LINE = 4
MOST_EVENTS = 44
"""Notes and rests of a line of four bars; where one has more, the page has two bars a line."""
SWING = 1.25
"""The ratio of long to short eighths from which a lead sheet has the mark "Swing"."""
_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}


@dataclass(frozen=True, slots=True)
class Clef:
    """A clef.

    Parameters
    ----------
    sign : str
        ``G`` or ``F``.
    line : int
        The staff line it is on, from the lowest, 1.
    octave : int
        -1 where an 8 below it puts the staff an octave lower.
    """

    sign: str
    line: int
    octave: int = 0

    @property
    def lowest(self) -> int:
        """The lowest line in letters above C0: 30 (E4) in the treble clef."""
        return (30 if self.sign == "G" else 18) + 7 * self.octave


CLEFS = {
    "treble": Clef("G", 2),
    "treble_8vb": Clef("G", 2, -1),
    "bass": Clef("F", 4),
    "bass_8vb": Clef("F", 4, -1),
}
"""By `Instrument.clef`."""


def clef_of(positions: Collection[int], player: Instrument | None = None) -> Clef:
    """Choose the clef at concert pitch.

    Parameters
    ----------
    positions : collection of int
        Of the note heads, in letters above C0 (28 is middle C). May be empty.
    player : Instrument or None
        One that reads another clef than the treble clef at concert pitch has that clef. Otherwise it is treble or bass,
        which needs fewer ledger lines; treble where both need as many.

    Examples
    --------
    >>> clef_of([28, 32]).sign, clef_of([21, 25, 28]).sign
    ('G', 'F')
    """

    if player is not None and player.clef != "treble":
        return CLEFS[player.clef]

    def ledger_lines(clef: Clef) -> int:
        return sum(max(clef.lowest - at, at - clef.lowest - 8, 0) // 2 for at in positions)

    return min((CLEFS["treble"], CLEFS["bass"]), key=ledger_lines)


def style_mark(solo: Solo) -> str:
    """Return what is printed before the tempo: the source's style where it is played so, else "Swing" or nothing.

    Where swing eighths are notated even, a style is not that of the page unless it has "swing" in its name.
    """
    swung = measured_swing_ratio(solo.notes, solo.notated or solo.notes, solo.meter) >= SWING
    named = "swing" in solo.style.lower()
    style = solo.style.title() if solo.style.isupper() else solo.style  # the Weimar Jazz Database has BEBOP
    return style if style and swung == named else "Swing" if swung else ""


def beats_a_minute(solo: Solo) -> str:
    """Return a solo's tempo in beats, dotted ones in compound meters."""
    return f"{round(solo.tempo * TICKS_PER_QUARTER / solo.meter.beat, 1):g}"


def section_marks(form: Form) -> dict[int, str]:
    """Return the mark of each bar where a section begins: its letter, and where a chorus or a part begins, its name.

    Parameters
    ----------
    form : Form
        Of one section only there is nothing to mark.

    Examples
    --------
    >>> section_marks(Form((Section(0, 8, "A"), Section(8, 8, "B"), Section(16, 8, "A", chorus=2))))
    {0: '1st chorus: A', 8: 'B', 16: '2nd chorus: A'}
    >>> section_marks(Form((Section(0, 8, "A"), Section(8, 8, "B"))))
    {0: 'A', 8: 'B'}
    """
    if len(form.sections) < 2:
        return {}
    named = len({(section.part, section.chorus) for section in form.sections}) > 1
    lettered = len({section.letter for section in form.sections if section.letter}) > 1
    solos = [section.chorus for section in form.sections if section.part == "solo"]
    alone = len(set(solos)) == 1 and all(section.part != "head" for section in form.sections)
    marks = {}
    before: tuple[str, int] | None = None
    for section in form.sections:
        of = (section.part, section.chorus)
        name = _part_name(section, min(solos, default=1), max(solos, default=1)) if named and of != before else ""
        if name == "Solo" and alone and (lettered or section.bar == 0):
            name = ""  # there is nothing to distinguish it from
        letter = section.letter if lettered or not named else ""
        if mark := ": ".join(filter(None, (name, letter))):
            marks[section.bar] = mark
        before = of
    return marks


def _part_name(section: Section, first: int, last: int) -> str:
    if section.part != "solo":
        return section.part.capitalize()
    if first == last:
        return "Solo"
    number = section.chorus - first + 1
    return f"{_ORDINALS.get(number, f'{number}th')} chorus"


def line_starts(bars: Sequence[Sequence[NotatedEvent]], marks: Mapping[int, str]) -> frozenset[int]:
    """Choose the bars that begin a line: each section as long as one, and every fourth bar, or second, after it."""
    ends = [*sorted(bar for bar in marks if bar > 0), len(bars)]
    starts = [0, *(bar for bar, end in pairwise(ends) if end - bar >= BARS_A_LINE), len(bars)]

    def every(length: int) -> list[int]:
        return [bar for begin, end in pairwise(starts) for bar in range(begin, end, length)]

    lines = every(BARS_A_LINE)
    counts = [sum(map(len, bars[begin:end])) for begin, end in pairwise([*lines, len(bars)])]
    return frozenset(lines if max(counts) <= MOST_EVENTS else every(BARS_A_LINE // 2))


def symbols_by_bar(solo: Solo, lines: Collection[int]) -> dict[int, list[tuple[int, ChordSymbol]]]:
    """Return the chord symbols printed in each bar with their onsets in it.

    `lines` are the bars that begin a line: the chord that sounds there is printed again.
    """
    found: dict[int, list[tuple[int, ChordSymbol]]] = {}
    printed = printed_chords(solo.chords, solo.meter)
    for chord in printed:
        bar, onset = divmod(chord.onset, solo.meter.bar)
        found.setdefault(bar, []).append((onset, chord.symbol))
    for line in sorted(lines):
        before = [chord.symbol for chord in printed if chord.onset < line * solo.meter.bar]
        if before and (line not in found or found[line][0][0] > 0):
            found.setdefault(line, []).insert(0, (0, before[-1]))
    return found


def position(name: str, pitch: int) -> int:
    """Return where a note stands, in letters above C0: 28 for middle C.

    Examples
    --------
    >>> position("C", 60), position("B#", 60), position("C-", 59)
    (28, 27, 28)
    """
    return "CDEFGAB".index(name[0]) + 7 * ((pitch - name.count("#") + name.count("-")) // 12 - 1)

"""Lead sheets: a solo as a page of a fake book, in MusicXML.

Title, tempo, key and meter, changes above the melody, four bars a line, a letter and a double bar where a section
begins, beams by the beat or over four eighths, the number of a triplet on the side of its stems and in brackets where
no beam holds it together (Gould, *Behind Bars*, 2011).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, zip_longest
from statistics import mean
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from jazzgram.music.form import sections
from jazzgram.music.harmony.spell import spell_notes, symbol_of
from jazzgram.music.harmony.symbols import ChordSymbol
from jazzgram.music.notation.rhythm import NotatedEvent, notate
from jazzgram.music.solo import Solo
from jazzgram.music.swing import measured_swing_ratio
from jazzgram.music.time import TICKS_PER_QUARTER, Meter, to_quarters
from jazzgram.rendering.chord_kinds import harmony_of

if TYPE_CHECKING:
    from music21 import clef, duration, note, stream, tempo

BARS_A_LINE = 4
MOST_EVENTS = 44
"""Notes and rests of a line of four bars; where one has more, the page has two bars a line."""
SWING = 1.25
"""The ratio of long to short eighths from which a lead sheet has the mark "Swing"."""
BASS_CLEF_BELOW = 53
"""A line whose mean pitch is lower is written in the bass clef."""
SHORTEST_CHORD = 240
"""Ticks that a chord must last to be printed."""

_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE score-partwise PUBLIC '
    '"-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_TYPES = ("whole", "half", "quarter", "eighth", "16th", "32nd", "64th", "128th")
_VALUES = {
    (4 * TICKS_PER_QUARTER >> power) * (2 + dots) // 2: (name, dots)
    for power, name in enumerate(_TYPES)
    for dots in (0, 1)
}
_TRIADS = ("major", "minor", "augmented", "diminished", "suspended-fourth", "suspended-second", "power")


def lead_sheet_musicxml(solo: Solo) -> str:
    """Write a solo as a lead sheet.

    Parameters
    ----------
    solo : Solo
        May have no notes and no chords. A page has a bar at least, so a solo without bars gets an empty one.

    Returns
    -------
    str
        MusicXML 4.0, partwise. Equal solos give equal texts.
    """
    from music21.musicxml.m21ToXml import ScoreExporter

    page = ScoreExporter(score_of(solo), makeNotation=False).parse()
    # music21 adds natural roots as altered by 0, which engravers print as a natural sign, inversions that
    # the bass implies already, and the date, with which equal solos would make different files.
    unwanted = {"root-alter": "0", "bass-alter": "0", "inversion": None, "encoding-date": None}
    for parent in list(page.iter()):
        for child in list(parent):
            if child.tag in unwanted and unwanted[child.tag] in (None, child.text):
                parent.remove(child)
    for symbol in page.iter("harmony"):
        # After a seventh "(♭9)" is enough; "(add9)" is for triads.
        if symbol.findtext("kind") not in _TRIADS:
            for how in symbol.iter("degree-type"):
                how.set("text", "")
    if swings(solo):
        _mark_swing(page)
    ElementTree.indent(page)
    return _HEAD + ElementTree.tostring(page, "unicode") + "\n"


def swings(solo: Solo) -> bool:
    """Return whether a solo is played with swing eighths that are notated even."""
    return measured_swing_ratio(solo.notes, solo.notated or solo.notes, solo.meter) >= SWING


def _mark_swing(page: ElementTree.Element) -> None:
    """Write "Swing" before the tempo, as one direction: two would be printed one above the other."""
    for direction in page.iter("direction"):
        if direction.find("direction-type/metronome") is not None:
            words = ElementTree.Element("direction-type")
            ElementTree.SubElement(words, "words", {"font-weight": "bold"}).text = "Swing\N{NO-BREAK SPACE}"
            direction.insert(0, words)


def score_of(solo: Solo) -> stream.Score:
    """Build the page as a music21 score, fully notated.

    Parameters
    ----------
    solo : Solo
        May have no notes and no chords. A page has a bar at least, so a solo without bars gets an empty one.

    Returns
    -------
    music21.stream.Score
        One part; every measure sums to the meter exactly.
    """
    from music21 import bar, clef, expressions, instrument, key, layout, metadata, meter, note, stream

    bars = notate(solo.notated or solo.notes, solo.meter, max(solo.bars, 1))
    letters = dict(sections(solo.chords, solo.meter, solo.bars))
    lines = _line_starts(bars, letters)
    symbols = _symbols(solo, lines)
    heads = [event.note for line in bars for event in line if event.note and not event.tied_from]
    names = dict(zip(map(id, heads), spell_notes(heads, solo.chords, solo.key), strict=True))
    part = stream.Part(id="P1")
    # Not music21's instrument of this program: it would write a saxophone transposed.
    player = instrument.Instrument()
    player.partId, player.instrumentId, player.midiProgram = "P1", "P1-I1", solo.program
    part.insert(0, player)
    signature = meter.TimeSignature(str(solo.meter))
    if solo.meter.denominator == 4:
        signature.beamSequence.partition(solo.meter.numerator)
    low = bool(heads) and mean(head.pitch for head in heads) < BASS_CLEF_BELOW
    staff = clef.BassClef() if low else clef.TrebleClef()
    for number, line in enumerate(bars):
        measure = stream.Measure(number=number + 1)
        if number == 0:
            measure.clef = staff
            measure.keySignature = key.KeySignature(solo.key)
            measure.timeSignature = signature
            measure.insert(0, _tempo(solo))
        elif number in lines:
            measure.insert(0, layout.SystemLayout(isNew=True))
        if number in letters:
            measure.insert(0, expressions.RehearsalMark(letters[number]))
        if number + 1 in letters:
            measure.rightBarline = bar.Barline("double")
        printed: dict[str, str] = {}
        elements = [_element(event, line, solo, names, printed) for event in line]
        for event, element in zip(line, elements, strict=True):
            measure.insert(to_quarters(event.onset), element)
        for element, beams in zip(elements, signature.getBeams(measure.notesAndRests.stream()), strict=True):
            if isinstance(element, note.Note) and beams is not None:
                element.beams = beams
        _join_eighths(line, elements, solo.meter)
        _place_triplets(line, elements, staff)
        for onset, symbol in symbols.get(number, ()):
            measure.insert(to_quarters(onset), harmony_of(symbol))
        part.append(measure)
    measure.rightBarline = bar.Barline("final")
    score = stream.Score([part])
    score.insert(0, metadata.Metadata(title=solo.title, composer="improvised by jazzgram"))
    return score


def _line_starts(bars: Sequence[Sequence[NotatedEvent]], letters: Mapping[int, str]) -> frozenset[int]:
    """Choose the bars that begin a line: each section does, and every fourth bar after it, or every second."""
    starts = [0, *(bar for bar in letters if bar > 0), len(bars)]

    def every(length: int) -> list[int]:
        return [bar for begin, end in pairwise(starts) for bar in range(begin, end, length)]

    lines = every(BARS_A_LINE)
    counts = [sum(map(len, bars[begin:end])) for begin, end in pairwise([*lines, len(bars)])]
    return frozenset(lines if max(counts) <= MOST_EVENTS else every(BARS_A_LINE // 2))


def _join_eighths(line: Sequence[NotatedEvent], elements: Sequence[note.GeneralNote], meter: Meter) -> None:
    """Beam four eighths that fill half of a bar of four quarters together."""
    from music21 import beam, note

    if (meter.numerator, meter.denominator) != (4, 4):
        return
    for begin in (0, meter.bar // 2):
        half = [
            (event, element)
            for event, element in zip(line, elements, strict=True)
            if begin <= event.onset < begin + meter.bar // 2
        ]
        if len(half) == 4 and all(event.note and event.duration == TICKS_PER_QUARTER // 2 for event, _ in half):
            for kind, (_, element) in zip(("start", "continue", "continue", "stop"), half, strict=True):
                if isinstance(element, note.Note):
                    element.beams = beam.Beams()
                    element.beams.append(kind)


def _place_triplets(line: Sequence[NotatedEvent], elements: Sequence[note.GeneralNote], staff: clef.Clef) -> None:
    """Put the number of each triplet on the side of its stems; without bracket where one beam holds it together."""
    from music21 import note

    groups: dict[tuple[int, int], list[note.GeneralNote]] = {}
    for event, element in zip(line, elements, strict=True):
        if event.triplet:
            groups.setdefault(event.triplet, []).append(element)
    for group in groups.values():
        heads = [element for element in group if isinstance(element, note.Note)]
        middle = (staff.lowestLine or 0) + 4
        up = bool(heads) and mean(head.pitch.diatonicNoteNum for head in heads) < middle
        beamed = len(heads) == len(group) and all(
            head.beams.beamsList and head.beams.beamsList[0].type == expected
            for head, expected in zip(heads, ("start", *["continue"] * (len(heads) - 2), "stop"), strict=True)
        )
        for element in group:
            (tuplet,) = element.duration.tuplets
            tuplet.placement = "above" if up or not heads else "below"
            tuplet.bracket = not beamed


def _tempo(solo: Solo) -> tempo.MetronomeMark:
    """Return the tempo in beats: dotted ones in compound meters."""
    from music21 import tempo

    beat = float(to_quarters(solo.meter.beat))
    number = round(solo.tempo / beat, 1)
    return tempo.MetronomeMark(number=int(number) if number == int(number) else number, referent=beat)


def _element(
    event: NotatedEvent, line: Sequence[NotatedEvent], solo: Solo, names: dict[int, str], printed: dict[str, str]
) -> note.Note | note.Rest:
    """Build one note head or rest; `printed` collects the bar's accidentals by letter and octave."""
    from music21 import duration, note, pitch, tie

    if event.note is None and event.duration == solo.meter.bar:
        rest = note.Rest(duration=duration.Duration(to_quarters(event.duration)))
        rest.fullMeasure = True
        return rest
    name, dots = _VALUES[event.value]
    value = duration.Duration(type=name, dots=dots)
    if event.triplet:
        value.appendTuplet(_tuplet(event, [other for other in line if other.triplet == event.triplet]))
    if event.note is None:
        return note.Rest(duration=value)
    sounding = pitch.Pitch(names[id(event.note)])
    sounding.octave = (event.note.pitch - round(sounding.alter)) // 12 - 1
    staff_position = f"{sounding.step}{sounding.octave}"
    shown = printed.get(staff_position, _signature(solo.key).get(sounding.step, "natural"))
    accidental = sounding.accidental.name if sounding.accidental else "natural"
    if accidental != shown or sounding.accidental:
        sounding.accidental = pitch.Accidental(accidental)
        sounding.accidental.displayStatus = accidental != shown and not event.tied_from
    if not event.tied_from:
        printed[staff_position] = accidental
    head = note.Note(sounding, duration=value)
    if event.tied_from or event.tied_to:
        head.tie = tie.Tie("start" if not event.tied_from else "continue" if event.tied_to else "stop")
    return head


@lru_cache(maxsize=15)
def _signature(sharps: int) -> dict[str, str]:
    """Return the accidentals of a key signature by letter."""
    from music21 import key

    return {altered.step: altered.accidental.name for altered in key.KeySignature(sharps).alteredPitches}


def _tuplet(event: NotatedEvent, group: Sequence[NotatedEvent]) -> duration.Tuplet:
    """Build one member's part of the bracket: 3 in the time of 2, or 6 of 4 where a third is divided."""
    from music21 import duration

    begin, end = event.triplet or (0, 0)
    third = (end - begin) // 3
    actual = 3 if all((other.onset - begin) % third == 0 for other in group) else 6
    unit, _ = _VALUES[(end - begin) * 3 // 2 // actual]
    tuplet = duration.Tuplet(actual, actual * 2 // 3, unit)
    if event is group[0]:
        tuplet.type = "start"
    elif event is group[-1]:
        tuplet.type = "stop"
    return tuplet


def _symbols(solo: Solo, lines: Collection[int]) -> dict[int, list[tuple[int, ChordSymbol]]]:
    """Return the chord symbols printed in each bar with their onsets in it; `lines` are the bars that begin a line."""
    found: dict[int, list[tuple[int, ChordSymbol]]] = {}
    previous: str | None = None
    for chord, following in zip_longest(solo.chords, solo.chords[1:]):
        symbol, onset = symbol_of(chord), max(chord.onset, 0)
        if following is not None and following.onset - onset < SHORTEST_CHORD:
            continue
        bar, position = divmod(onset, solo.meter.bar)
        if symbol.canonical != previous or (position == 0 and bar in lines):
            found.setdefault(bar, []).append((position, symbol))
        previous = symbol.canonical
    return found

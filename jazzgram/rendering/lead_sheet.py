"""Lead sheets: a solo as a page of a fake book, in MusicXML.

Title, tempo, key and meter, changes above the melody, a mark and a double bar where a section begins, beams by the
beat or over four eighths, the number of a triplet on the side of its stems and in brackets where no beam holds it
together, an accidental again where the bar before had another on its line (Gould, *Behind Bars*, 2011).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import mean
from xml.etree import ElementTree

from jazzgram.music.form import Form
from jazzgram.music.harmony.spell import spell_notes
from jazzgram.music.harmony.symbols import ChordSymbol
from jazzgram.music.instruments import Instrument, instrument_of
from jazzgram.music.notation.rhythm import NotatedEvent, notate
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.rendering.beams import beams, is_beamed_whole
from jazzgram.rendering.chord_kinds import add, harmony_of
from jazzgram.rendering.layout import (
    CLEFS,
    Clef,
    beats_a_minute,
    clef_of,
    line_starts,
    position,
    section_marks,
    style_mark,
    symbols_by_bar,
)
from jazzgram.rendering.parts import part_of, player_of
from jazzgram.rendering.roles import YOU

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What production 2 of W3C, *Extensible Markup Language (XML) 1.0*, leaves out. Its negation takes 5 ms to compile."""
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
_ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
_SHARPS = "FCGDAEB"


@lru_cache(maxsize=4)
def lead_sheet_musicxml(solo: Solo, *, transposed: bool = False) -> str:
    """Write a solo as a lead sheet.

    Parameters
    ----------
    solo : Solo
        May have no notes and no chords. A page has a bar at least, so a solo without bars gets an empty one.
    transposed : bool
        Whether it is the part of a transposing instrument (`Solo.instrument`): the page has the written notes, and the
        file says where they sound. Concert pitch where False.

    Returns
    -------
    str
        MusicXML 4.0, partwise; the part of a musician who traded bars with the soloist stands below. Equal solos give
        equal texts; the last ones are cached, so that the writers and the report of a run share one.
    """
    player = player_of(solo)
    solo = part_of(solo) if transposed else solo
    second = None if transposed else _musician(solo)
    bars = _notated(solo)
    marks = section_marks(solo.form or Form.of(solo.chords, solo.meter, len(bars)))
    lines = line_starts([max(both, key=len) for both in zip(bars, _notated(second or solo), strict=True)], marks)
    score = ElementTree.Element("score-partwise", {"version": "4.0"})
    parts = _write_head(score, solo, player or instrument_of(solo.program))
    if second:
        _write_name(parts, "P2", YOU, second.program, is_printed=True)
    _write_part(score, "P1", solo, player, transposed, (marks, lines, symbols_by_bar(solo, lines)))
    if second:
        _write_part(score, "P2", second, None, False, ({}, lines, {}))
    ElementTree.indent(score)
    return _HEAD + without_illegal(ElementTree.tostring(score, "unicode")) + "\n"


def without_illegal(xml: str) -> str:
    r"""Leave out the characters that no XML file may have, such as control characters of a title.

    Examples
    --------
    >>> without_illegal("Blue\x01 Bossa")
    'Blue Bossa'
    """
    return _ILLEGAL.sub("", xml)


def _musician(solo: Solo) -> Solo | None:
    """Return the part of the musician who trades bars with the soloist; None where there is none."""
    track = next((track for track in solo.accompaniment if track.name == YOU and track.notes), None)
    return None if track is None else replace(solo, notes=track.notes, notated=(), program=track.program)


def _notated(solo: Solo) -> Sequence[Sequence[NotatedEvent]]:
    return notate(solo.notated or solo.notes, solo.meter, max(solo.bars, 1))


def _write_part(
    score: ElementTree.Element,
    name: str,
    solo: Solo,
    player: Instrument | None,
    transposed: bool,
    page: tuple[Mapping[int, str], Collection[int], Mapping[int, Sequence[tuple[int, ChordSymbol]]]],
) -> None:
    """Write the bars of a part; `page` has the marks of sections, the bars that begin a line, and the chord symbols."""
    marks, lines, symbols = page
    bars = _notated(solo)
    heads = [event.note for line in bars for event in line if event.note and not event.tied_from]
    names = dict(zip(map(id, heads), spell_notes(heads, solo.chords, solo.key), strict=True))
    positions = [position(names[id(head)], head.pitch) for head in heads]
    clef = CLEFS["treble"] if transposed and player else clef_of(positions, player)
    part = add(score, "part", id=name)
    writer = _BarWriter(solo.meter, _signature(solo.key), clef, names)
    for number, bar in enumerate(bars):
        measure = add(part, "measure", number=str(number + 1))
        if number == 0:
            attributes = _write_attributes(measure, solo, clef)
            if transposed and player and player.sounds:
                _write_transposition(attributes, player.sounds)
        elif number in lines:
            add(measure, "print", new_system="yes")
        if number in marks:
            mark = add(measure, "direction", placement="above")
            words = add(add(mark, "direction-type"), "rehearsal", marks[number], enclosure="square", halign="left")
            words.set("font-weight", "bold")
        if number == 0 and name == "P1":
            measure.append(_tempo(solo))
        writer.write(measure, bar, symbols.get(number, ()))
        style = "light-heavy" if number + 1 == len(bars) else "light-light" if number + 1 in marks else ""
        if style:
            add(add(measure, "barline", location="right"), "bar-style", style)


def _write_head(score: ElementTree.Element, solo: Solo, player: Instrument | None) -> ElementTree.Element:
    """Write the title, the composer, the program that wrote it and the list of parts, which is returned."""
    add(add(score, "work"), "work-title", solo.title)
    about = add(score, "identification")
    add(about, "creator", "improvised by jazzgram", type="composer")
    add(add(about, "encoding"), "software", "jazzgram")
    parts = add(score, "part-list")
    _write_name(parts, "P1", player.title if player else "Solo", solo.program, is_printed=False)
    return parts


def _write_name(parts: ElementTree.Element, part: str, name: str, program: int, *, is_printed: bool) -> None:
    score_part = add(parts, "score-part", id=part)
    add(score_part, "part-name", name, **({} if is_printed else {"print_object": "no"}))
    add(add(score_part, "score-instrument", id=f"{part}-I1"), "instrument-name", name)
    sound = add(score_part, "midi-instrument", id=f"{part}-I1")
    add(sound, "midi-channel", part[1:])
    add(sound, "midi-program", str(program + 1))


def _write_attributes(measure: ElementTree.Element, solo: Solo, clef: Clef) -> ElementTree.Element:
    attributes = add(measure, "attributes")
    add(attributes, "divisions", str(TICKS_PER_QUARTER))
    add(add(attributes, "key"), "fifths", str(solo.key))
    time = add(attributes, "time")
    add(time, "beats", str(solo.meter.numerator))
    add(time, "beat-type", str(solo.meter.denominator))
    staff = add(attributes, "clef")
    add(staff, "sign", clef.sign)
    add(staff, "line", str(clef.line))
    if clef.octave:
        add(staff, "clef-octave-change", str(clef.octave))
    return attributes


def _write_transposition(attributes: ElementTree.Element, sounds: int) -> None:
    """Write the interval, in semitones, from the written to the sounding notes: letters, semitones, octaves."""
    octaves, semitones = divmod(-sounds, 12)
    transpose = add(attributes, "transpose")
    add(transpose, "diatonic", str(-{2: 1, 7: 4, 9: 5}[semitones]))
    add(transpose, "chromatic", str(-semitones))
    if octaves:
        add(transpose, "octave-change", str(-octaves))


def _tempo(solo: Solo) -> ElementTree.Element:
    """Return the tempo in beats, dotted ones in compound meters, after "Swing" where the solo swings.

    One direction: two would be printed one above the other.
    """
    tempo = ElementTree.Element("direction", {"placement": "above"})
    if style := style_mark(solo):
        add(add(tempo, "direction-type"), "words", f"{style}\N{NO-BREAK SPACE}", font_weight="bold")
    mark = add(add(tempo, "direction-type"), "metronome", parentheses="no")
    name, dots = _VALUES[solo.meter.beat]
    add(mark, "beat-unit", name)
    for _ in range(dots):
        add(mark, "beat-unit-dot")
    add(mark, "per-minute", beats_a_minute(solo))
    add(tempo, "sound", tempo=f"{solo.tempo:g}")
    return tempo


@lru_cache(maxsize=15)
def _signature(sharps: int) -> dict[str, int]:
    """Return the alterations of a key signature by letter."""
    altered = _SHARPS[:sharps] if sharps >= 0 else _SHARPS[sharps:]
    return {letter: (letter in altered) * (1 if sharps > 0 else -1) for letter in _SHARPS}


@dataclass
class _BarWriter:
    """Writes bars in their order; it remembers the accidentals of the bar before.

    `names` has the name of each note by its `id`.
    """

    meter: Meter
    signature: Mapping[str, int]
    clef: Clef
    names: Mapping[int, str]

    def __post_init__(self) -> None:
        self._printed: dict[int, int] = {}

    def write(
        self, measure: ElementTree.Element, bar: Sequence[NotatedEvent], symbols: Sequence[tuple[int, ChordSymbol]]
    ) -> None:
        """Write a bar's chord symbols, notes and rests."""
        courtesy = {at: shown for at, shown in self._printed.items() if shown != self._in_key(at)}
        self._printed = {}
        beamed = beams(bar, self.meter)
        triplets = _triplets(bar)
        for event, values in zip(bar, beamed, strict=True):
            for onset, symbol in symbols:
                if event.onset <= onset < event.onset + event.duration:
                    measure.append(harmony_of(symbol, onset - event.onset))
            note = add(measure, "note")
            notations = ElementTree.Element("notations")
            shown = self._write_pitch(note, event, courtesy) if event.note else None
            if event.note is None:
                whole = event.duration == self.meter.bar
                add(note, "rest", **({"measure": "yes"} if whole else {}))
            add(note, "duration", str(event.duration))
            for kind, tied in (("stop", event.tied_from), ("start", event.tied_to)):
                if tied:
                    add(note, "tie", type=kind)
                    add(notations, "tied", type=kind)
            if event.note is not None or event.duration != self.meter.bar:
                name, dots = _VALUES[event.value]
                add(note, "type", name)
                for _ in range(dots):
                    add(note, "dot")
            if shown is not None:
                add(note, "accidental", _ACCIDENTALS[shown])
            if event.triplet:
                self._write_triplet(note, notations, event, triplets[event.triplet], beamed)
            for level, value in enumerate(values, 1):
                add(note, "beam", value, number=str(level))
            if len(notations):
                note.append(notations)

    def _write_pitch(self, note: ElementTree.Element, event: NotatedEvent, courtesy: dict[int, int]) -> int | None:
        """Write a pitch, and return the accidental that it needs; None for none."""
        name, pitch = self.names[id(event.note)], event.note.pitch if event.note else 0
        alteration = name.count("#") - name.count("-")
        octave = (pitch - alteration) // 12 - 1
        written = add(note, "pitch")
        add(written, "step", name[0])
        if alteration:
            add(written, "alter", str(alteration))
        add(written, "octave", str(octave))
        if event.tied_from:
            return None
        at = position(name, pitch)
        needed = alteration != self._printed.get(at, self._in_key(at)) or courtesy.pop(at, alteration) != alteration
        self._printed[at] = alteration
        return alteration if needed else None

    def _in_key(self, at: int) -> int:
        return self.signature["CDEFGAB"[at % 7]]

    def _write_triplet(
        self,
        note: ElementTree.Element,
        notations: ElementTree.Element,
        event: NotatedEvent,
        group: Sequence[tuple[int, NotatedEvent]],
        beamed: Sequence[Sequence[str]],
    ) -> None:
        """Write one member's part of the bracket: 3 in the time of 2, or 6 of 4 where a third is divided."""
        begin, end = event.triplet or (0, 0)
        members = [member for _, member in group]
        third = (end - begin) // 3
        actual = 3 if all((member.onset - begin) % third == 0 for member in members) else 6
        change = add(note, "time-modification")
        add(change, "actual-notes", str(actual))
        add(change, "normal-notes", str(actual * 2 // 3))
        add(change, "normal-type", _VALUES[(end - begin) * 3 // 2 // actual][0])
        if event is members[0]:
            bracket = "no" if is_beamed_whole([beamed[index] for index, _ in group]) else "yes"
            add(notations, "tuplet", type="start", bracket=bracket, placement=self._stem_side(members))
        elif event is members[-1]:
            add(notations, "tuplet", type="stop")

    def _stem_side(self, members: Sequence[NotatedEvent]) -> str:
        """Return the side on which the number of a triplet is: its stems', or above rests."""
        heads = [
            position(self.names[id(member.note)], member.note.pitch) for member in members if member.note is not None
        ]
        return "above" if not heads or mean(heads) < self.clef.lowest + 4 else "below"


def _triplets(bar: Sequence[NotatedEvent]) -> dict[tuple[int, int], list[tuple[int, NotatedEvent]]]:
    """Return the members of each triplet, each with its index in the bar."""
    groups: dict[tuple[int, int], list[tuple[int, NotatedEvent]]] = {}
    for index, event in enumerate(bar):
        if event.triplet:
            groups.setdefault(event.triplet, []).append((index, event))
    return groups

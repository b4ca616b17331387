"""Read one part of a score measure by measure: what sounds, in ticks and at concert pitch.

Divisions become ticks, 480 to the quarter note, exactly where they can. Where they cannot, onsets and ends each go to
the nearest tick, upwards from halfway, so that notes that touch still do. A member of a tuplet whose program rounded it
to a whole division (a third of 256 is 85) goes to the exact line of its tuplet, if that is at most one division away.
A measure that cannot be read is given up, with the reason; the others are read.
Source: MusicXML 4.0 (W3C Community Group, 2021), *note*, *attributes*, *transpose*.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from jazzgram import TICKS_PER_QUARTER, JazzgramError, Meter

from .harmony import read_harmony
from .measure import Head, Measure
from .measure_styles import play_measure_repeats, slashed_notes
from .names import fifths_of, sounding
from .numbers import Number, integer, number
from .shared_notes import Harmony, share_time

_VALUES = {
    "breve": 3840,
    "whole": 1920,
    "half": 960,
    "quarter": 480,
    "eighth": 240,
    "16th": 120,
    "32nd": 60,
    "64th": 30,
}
_GENERIC = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
"""Steps of the scale that a number of semitones is, where a transposition does not set them."""


_LONGEST = 32 * 4 * TICKS_PER_QUARTER
"""Ticks of the longest meter."""


def read_part(part: Element, voice: str | None) -> list[Measure]:
    """Read a part.

    Parameters
    ----------
    part : Element
        A ``part`` of a partwise score.
    voice : str or None
        The voice that is read; None for no notes at all, where only the chord symbols are read.

    Returns
    -------
    list of Measure
        In the order of the file.
    """
    reading = _Reading(voice, slashed_notes(part))
    measures = [reading.measure(measure) for measure in part.iterfind("measure")]
    play_measure_repeats(part, measures)
    return measures


class _Reading:
    """The state from one measure to the next: divisions, meter, key, transposition."""

    def __init__(self, voice: str | None, slashed: set[Element]) -> None:
        self._voice, self._slashed = voice, slashed
        self._divisions: Number = 0
        self._meter, self._fifths = Meter(), 0
        self._semitones, self._moved_fifths = 0, 0

    def measure(self, element: Element) -> Measure:
        """Read one measure."""
        name = " ".join(element.get("number", "?").split())[:20]
        # MusicXML marks it with `implicit`; several programs only with the number 0.
        is_pickup = element.get("implicit") == "yes" or name == "0"
        self._now = Measure(name, is_pickup, self._meter, self._key)
        self._cursor: Number = 0
        self._begun: Number = 0
        self._furthest: Number = 0
        self._symbols: list[Harmony] = []
        self._waiting: list[tuple[int, str]] = []
        try:
            self._read(element)
        except (JazzgramError, ValueError) as error:
            return self._given_up(element, is_pickup, f"measure {name}: {error}")
        now = self._now
        if now.length > _LONGEST and any(head.end > now.meter.bar for head in now.heads):
            problem = (
                f"measure {name} lasts {now.length / TICKS_PER_QUARTER:g} quarter notes, which is no meter "
                "(expected at most 32 beats); check its notes and its time signature"
            )
            return self._given_up(element, is_pickup, problem)
        return now

    def _read(self, element: Element) -> None:
        for child in element:
            if child.tag == "note":
                self._note(child)
            elif child.tag == "harmony":
                self._harmony(child)
            elif child.tag == "attributes":
                self._attributes(child)
            elif child.tag == "backup":
                self._place_symbols(0)
                self._cursor = max(self._cursor - self._duration(child), 0)
            elif child.tag == "forward":
                self._move(self._duration(child))
        now = self._now
        now.length = self._ticks(self._furthest)
        self._place_symbols(0)
        now.harmonies = share_time(self._symbols, now.meter, now.length)
        highest: dict[int, Head] = {}
        for head in now.heads:
            rival = highest.get(head.onset)
            if rival is not None:
                lower = min(rival, head, key=lambda one: one.pitch)
                now.dropped["lower note of a chord"] += not lower.tied_from
            highest[head.onset] = head if rival is None else max(rival, head, key=lambda one: one.pitch)
        now.heads = sorted(highest.values())

    def _given_up(self, element: Element, is_pickup: bool, problem: str) -> Measure:
        """Return an empty measure; its notes are left out."""
        measure = Measure(self._now.number, is_pickup, self._meter, self._key, problem=problem)
        for note in element.iterfind("note"):
            if note.find("pitch") is not None and note.findtext("voice", "1").strip() == self._voice:
                measure.dropped["unread"] += "stop" not in _ties(note)
        return measure

    @property
    def _key(self) -> int:
        fifths = self._fifths + self._moved_fifths
        return fifths if -7 <= fifths <= 7 else (fifths + 5) % 12 - 5

    def _attributes(self, element: Element) -> None:
        if (divisions := element.findtext("divisions")) is not None:
            before, now = self._divisions, number(divisions, "divisions of a quarter note")
            if not now:
                raise JazzgramError("a quarter note has 0 divisions (expected 1 or more)")
            self._divisions = now
            if before:
                scale = Fraction(now) / before
                self._cursor, self._begun, self._furthest = (
                    time * scale for time in (self._cursor, self._begun, self._furthest)
                )
        if (transpose := element.find("transpose")) is not None:
            self._transpose(transpose)
        if (fifths := element.findtext("key/fifths")) is not None:
            self._fifths = integer(fifths, "sharps of a key")
        self._now.key = self._key
        if (time := element.find("time")) is not None:
            self._now.meter = self._meter = _meter(time) or self._meter

    def _transpose(self, element: Element) -> None:
        chromatic = integer(element.findtext("chromatic", "0"), "semitones of a transposition")
        octaves = integer(element.findtext("octave-change", "0"), "octaves of a transposition")
        steps = element.findtext("diatonic")
        octave, rest = divmod(chromatic, 12)
        diatonic = 7 * octave + _GENERIC[rest] if steps is None else integer(steps, "steps of a transposition")
        self._semitones = chromatic + 12 * octaves
        self._moved_fifths = fifths_of(diatonic, chromatic)

    def _note(self, note: Element) -> None:
        has = {child.tag: child for child in note}
        if "grace" in has:
            self._drop(note, "grace note")
            return
        duration = self._duration(note)
        if "chord" not in has:
            self._begun = self._cursor
            self._move(duration)
        begin, end = self._begun, self._begun + duration
        if self._voice is None:
            return
        if ((has["voice"].text or "").strip() if "voice" in has else "1") != self._voice:
            if "rest" not in has:
                self._drop(note, "in another voice")
        elif "rest" in has:
            self._now.rests.append((self._ticks(begin, note), self._ticks(end, note)))
        elif "pitch" not in has:
            self._drop(note, "without pitch")
        elif "cue" in has:
            self._drop(note, "cue note")
        elif note in self._slashed:
            self._drop(note, "rhythm slash")
        else:
            pitch = has["pitch"]
            written = (pitch.findtext("step", ""), pitch.findtext("alter", "0"), pitch.findtext("octave", ""))
            midi, spelling = sounding(*written, self._semitones, self._moved_fifths)
            onset = self._ticks(begin, note)
            last = max(self._ticks(end, note), onset + 1)
            ties = _ties(note) if "tie" in has else ()
            self._now.heads.append(Head(onset, last, midi, spelling, "stop" in ties, "start" in ties))

    def _harmony(self, element: Element) -> None:
        symbol, problems = read_harmony(element, self._moved_fifths)
        if symbol is not None:
            try:
                offset = _signed(element.findtext("offset", "0"))
            except JazzgramError as error:
                offset = 0
                problems.append(str(error))
            self._waiting.append((max(self._ticks(self._cursor + offset), 0), symbol))
        self._now.left_out += [f"a chord symbol: {problem}" for problem in problems]

    def _place_symbols(self, until: int) -> None:
        """Place the chord symbols that wait for what is below them, which lasts until then."""
        self._symbols += [Harmony(onset, until, symbol) for onset, symbol in self._waiting]
        self._waiting = []

    def _drop(self, note: Element, reason: str) -> None:
        if "stop" not in _ties(note):
            self._now.dropped[reason] += 1

    def _move(self, duration: Number) -> None:
        self._cursor += duration
        self._furthest = max(self._furthest, self._cursor)
        if duration and self._waiting:
            self._place_symbols(self._ticks(self._cursor))

    def _duration(self, element: Element) -> Number:
        text = element.findtext("duration")
        if text is None:
            raise JazzgramError(f"a {element.tag} has no duration (expected one in divisions)")
        return number(text, "duration")

    def _ticks(self, time: Number, note: Element | None = None) -> int:
        """Convert a time in divisions."""
        if not time:
            return 0
        if not self._divisions:
            raise JazzgramError("the part does not say into how many divisions it divides the quarter note")
        whole, rest = divmod(time * TICKS_PER_QUARTER, self._divisions)
        if not rest:
            return int(whole)
        exact = whole + Fraction(rest) / self._divisions
        modification = note.find("time-modification") if note is not None else None
        value = _VALUES.get(note.findtext("type", "")) if note is not None else None
        if modification is not None and value is not None:
            members = max(integer(modification.findtext("actual-notes", "1"), "notes of a tuplet"), 1)
            line = Fraction(_round(exact * members / value) * value, members)
            if abs(line - exact) * self._divisions <= TICKS_PER_QUARTER:
                return _round(line)
        return _round(exact)


def _signed(text: str) -> Number:
    """Read an offset, which may be before."""
    text = text.strip()
    return -number(text[1:], "offset of a chord") if text[:1] == "-" else number(text, "offset of a chord")


def _ties(note: Element) -> list[str | None]:
    """Return which ends of ties a note has: ``start``, ``stop``."""
    return [tie.get("type") for tie in note.iterfind("tie")]


def _round(exact: Fraction) -> int:
    """Return the nearest whole number, the upper one from halfway."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def _meter(time: Element) -> Meter | None:
    """Read a time signature, several added up (3/8 + 2/4, 3+2/8); None for senza misura."""
    beats, units = [[part.text or "" for part in time.iterfind(name)] for name in ("beats", "beat-type")]
    if not beats:
        return None
    if len(beats) != len(units):
        raise JazzgramError(f"a time signature has {len(beats)} numbers of beats and {len(units)} beat types")
    pairs = [
        (sum(integer(count, "beats of a meter") for count in beat.split("+")), integer(unit, "beat type of a meter"))
        for beat, unit in zip(beats, units, strict=True)
    ]
    finest = max(unit for _, unit in pairs)
    if any(unit <= 0 or finest % unit for _, unit in pairs):
        raise JazzgramError(f"{pairs[0][0]}/{pairs[0][1]} is not a meter (expected for example 4/4)")
    return Meter(sum(count * finest // unit for count, unit in pairs), finest)

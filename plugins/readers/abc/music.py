"""Read the music of one ABC tune into measures as written.

Understood are notes with accidentals (which hold for the letter until the barline), lengths, broken rhythm, tuplets,
ties, rests, chord symbols, barlines, repeats and endings, and the fields that may change on the way. Decorations,
slurs, annotations and words are passed over; grace notes, all but the highest note of a chord, and all voices but
the first are left out and counted.
Source: Walshaw, *The abc music standard 2.1* (2011), section 4.
"""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction

from jazzgram import TICKS_PER_QUARTER, JazzgramError, Meter
from jazzgram.music import MOST_BARS, RepeatMarks, transpose_key, transpose_symbol

from .._words import Instruction, read_instruction
from .chord_symbols import chord_symbol
from .directions import obey_texts, settled
from .fields import (
    Key,
    Sounding,
    default_unit,
    only_settings,
    read_key,
    read_meter,
    read_sounding,
    read_tempo,
    read_unit,
)
from .measures import PARTS, Event, Measure
from .parts import PartOrder, part_label

_ANNOTATION = "^_<>@"
"""With one of these begins a text that is no chord symbol."""

_OPENING = ("note", "chord", "rest", "bars", "quoted", "grace", "barline", "ending")
"""What a part may begin with."""

_MOST_EVENTS = 1000
"""Of one bar; more is a line of something else."""

_LENGTH = r"\d{0,4}(?:/+\d{0,4})?"
_NOTE = re.compile(rf"(?P<sign>\^\^?|__?|=)?(?P<letter>[A-Ga-g])(?P<octave>[,']*)(?P<length>{_LENGTH})(?P<tie>-?)")
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\[(?P<field>[A-Za-z]):(?P<value>[^\]]*)\]'
    r"|(?P<barline>:*\[?\|+[\]|]*:*|::+)(?:\[?(?P<after>\d[\d,-]*))?|\[(?P<ending>\d[\d,-]*)"
    rf"|\[(?P<chord>[^\]\[|]*)\](?P<chord_length>{_LENGTH})(?P<chord_tie>-?)"
    rf"|(?P<note>(?:\^\^?|__?|=)?[A-Ga-g][,']*{_LENGTH}-?)"
    rf"|(?P<rest>[zx])(?P<rest_length>{_LENGTH})|[ZX](?P<bars>\d{{0,3}})"
    r"|\{(?P<grace>[^}]*)\}|\((?P<tuplet>\d(?::\d?)?(?::\d?)?)|(?P<broken>>{1,3}|<{1,3})|(?P<overlay>&)"
    r"|(?P<accidental>\^\^?|__?|=)"
    r"|[!+](?P<sound>[A-Za-z.]*)[!+]|(?P<tie>-)|y\d*|![^!|]*!|\+[^+|]*\+|[H-Wh-w~.()\\`*$@#;?!\s]"
)
_FIELD = re.compile(r"([A-Za-z]):(?![|:])(.*)")
_SOUNDS = {
    "segno": "segno",
    "coda": "coda",
    "dacoda": "tocoda",
    "D.C.": "dacapo",
    "D.S.": "dalsegno",
    "dacapo": "dacapo",
    "fine": "fine",
}
_ENDS = frozenset(("dacapo", "dalsegno", "tocoda", "fine"))
"""What may stand behind the last barline."""
_PITCHES = {"C": 60, "D": 62, "E": 64, "F": 65, "G": 67, "A": 69, "B": 71}
_SEMITONES = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
_SPELLED = {-2: "--", -1: "-", 0: "", 1: "#", 2: "##"}
_IN_THE_TIME_OF = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}


class AbcTune:
    """One tune, read line by line.

    Parameters
    ----------
    lines : list of (int, str)
        Its lines with their numbers, from 1; the first is its ``X:``.
    defaults : list of (int, str)
        Fields before the first tune of the file and hold for all.

    Attributes
    ----------
    title, origin : str
        Empty where it has none.
    tempo : float
        Quarter notes per minute.
    measures : list of Measure
        As written.
    parts : PartOrder
        Its parts, and their order.
    signature : int
        The key signature that sounds first, -7 to 7.
    left_out : Counter of str
        For each reason how many notes.
    remarks : list of str
        What else is left out: texts where chord symbols are expected, which are none.

    Raises
    ------
    JazzgramError
        Where something cannot be read; the message begins with the line.
    """

    def __init__(self, lines: list[tuple[int, str]], defaults: list[tuple[int, str]]) -> None:
        self.title, self.origin, self.tempo, self.signature = "", "", 120.0, 0
        self.measures: list[Measure] = []
        self.left_out: Counter[str] = Counter()
        self.remarks: list[str] = []
        self.parts = PartOrder()
        self._meter: Meter | None = Meter()
        self._unit: int | None = None
        self._first_key = self._key = Key(0, {})
        self._sounding = Sounding()
        self._of_voice: dict[str, Sounding] = {}
        self._part, self._next_part = "", ""
        self._in_body = False
        self._voice = ""
        self._first_voice: str | None = None
        self._accidentals: dict[str, int] = {}
        self._written: dict[tuple[str, str], int] = {}
        self._tied: dict[tuple[str, str], int] = {}
        self._events: list[Event] = []
        self._marks = RepeatMarks()
        self._words: list[Instruction] = []
        self._waiting: list[tuple[Instruction, int]] = []
        self._tuplet, self._factor = 0, (1, 1)
        self._broken = (1, 1)
        self._skipping = False
        for self._line, text in [*defaults, *lines]:
            try:
                self._read_line(text)
            except (JazzgramError, ValueError) as error:
                raise JazzgramError(f"{self._line}: {error}") from None
        self._barline("|")
        if not self._in_body or not self.measures:
            raise JazzgramError(f"{lines[0][0]}: the tune {self.title!r} has no notes (expected K: and then music)")
        for sound in _ENDS & self._marks.sounds.keys():  # behind the last barline
            self.measures[-1].marks.sounds.setdefault(sound, "")
        self.remarks += obey_texts(self.measures, [*self._words, *(word for word, _ in self._waiting)])

    # --- fields ---

    def _read_line(self, text: str) -> None:
        text = re.sub(r"(?<!\\)%.*", "", text).strip()
        if match := _FIELD.match(text):
            self._read_field(match[1], match[2].strip())
        elif self._in_body and text:
            self._read_music(text)

    def _read_field(self, name: str, value: str) -> None:
        if name == "T" and not self.title:
            self.title = value
        elif name == "R":
            self.origin = value
        elif name == "M":
            self._meter = read_meter(value)
        elif name == "L":
            self._unit = int(read_unit(value) * TICKS_PER_QUARTER * PARTS)
        elif name == "Q":
            self.tempo = read_tempo(value, Fraction(self._one, TICKS_PER_QUARTER * PARTS)) or self.tempo
        elif name == "V" and value:
            voice, *settings = value.split(maxsplit=1)
            self._set(voice, read_sounding(" ".join(settings)))
            if self._in_body:
                self._voice = voice
        elif name == "P":
            self._read_part(value)
        elif name == "K":
            self._set(self._voice, read_sounding(value))
            if not (self._in_body and only_settings(value)):
                self._key = read_key(value)
                self._accidentals.clear()
            if not self._in_body:
                self._first_key, self._in_body = self._key, True

    def _set(self, voice: str, settings: Sounding) -> None:
        """Change how a voice sounds, or all of them where none is named."""
        if voice:
            self._of_voice[voice] = self._of_voice.get(voice, Sounding()).changed_by(settings)
        else:
            self._sounding = self._sounding.changed_by(settings)

    def _read_part(self, value: str) -> None:
        if not self._in_body:
            self.parts.text = value
        elif self.parts.text:
            # The part may begin in another voice's lines: then it does where the first voice goes on.
            self._next_part = part_label(value)

    def _begin_part(self) -> None:
        """Begin the part that a field has announced, with a measure of its own."""
        if self._next_part != self._part or not self.parts.starts:
            self._barline("|")
            self._part = self._next_part
            self.parts.begin(self._part, len(self.measures))
        self._next_part = ""

    @property
    def _sounds(self) -> Sounding:
        """How the first voice sounds now: as its own field says, else as the key's."""
        return self._sounding.changed_by(self._of_voice.get(self._voice, Sounding()))

    @property
    def _one(self) -> int:
        """The unit length."""
        return self._unit or int(default_unit(self._meter) * TICKS_PER_QUARTER * PARTS)

    # --- music ---

    def _read_music(self, text: str) -> None:
        position = 0
        while position < len(text):
            token = _TOKEN.match(text, position)
            if token is None:
                raise JazzgramError(f"{text[position : position + 12]!r} is not understood in music")
            position = token.end()
            self._read_token(token)
            if len(self._events) > _MOST_EVENTS:
                raise JazzgramError(f"a bar has more than {_MOST_EVENTS} notes (expected barlines)")

    def _read_token(self, token: re.Match[str]) -> None:
        if token["field"]:
            self._read_field(token["field"], token["value"].strip())
            return
        if self._first_voice is None and (token["note"] or token["rest"] or token["chord"]):
            self._first_voice = self._voice
            self.signature = transpose_key(self._first_key.sharps, self._sounds.semitones)
        if self._first_voice not in (None, self._voice):
            self._leave_out("another voice", bool(token["note"] or token["chord"]))
            self._leave_out_symbol(token["quoted"])
            return
        if self._next_part and any(token[name] for name in _OPENING):
            self._begin_part()
        if token["barline"]:
            self._barline(token["barline"], token["after"] or "")
        elif token["ending"]:
            self._barline("|", token["ending"])
        elif token["overlay"]:
            self._skipping = True
        elif self._skipping:
            self._leave_out("another voice", bool(token["note"] or token["chord"]))
            self._leave_out_symbol(token["quoted"])
        elif token["note"]:
            self._notes(token["note"], "", "")
        elif token["chord"] is not None:
            self._notes(token["chord"], token["chord_length"], token["chord_tie"])
        elif token["rest"]:
            self._add(Event(self._length(token["rest_length"])))
        elif token["bars"] is not None:
            self._rest_bars(int(token["bars"] or 1))
        elif token["quoted"]:
            self._quoted(token["quoted"])
        elif token["accidental"]:
            self.remarks.append("an accidental without a note")
        elif token["tuplet"]:
            self._begin_tuplet(token["tuplet"])
        elif token["broken"]:
            self._break_rhythm(token["broken"])
        elif token["tie"] and self._events and self._events[-1].pitch is not None:
            self._events[-1].tied, self._tied = True, self._written
        elif token["sound"] in _SOUNDS:
            self._marks.sounds[_SOUNDS[token["sound"]]] = ""
        elif token["grace"]:
            self._leave_out("grace notes", len(_NOTE.findall(token["grace"])))

    def _leave_out(self, reason: str, notes: int) -> None:
        if notes:
            self.left_out[reason] += notes

    def _leave_out_symbol(self, text: str | None) -> None:
        if text and text[0] not in _ANNOTATION and chord_symbol(text):
            self.remarks.append("a chord symbol of another voice")

    def _length(self, text: str) -> int:
        """Read a length: ``3``, ``/2``, ``//``, ``3/2``; nothing is one unit."""
        if not text:
            return self._one
        above, slash, below = text.partition("/")
        divisor = int(below) if below.isdigit() else 1 << (len(slash) + len(below))
        if divisor == 0 or divisor > 1 << 8:
            raise JazzgramError(f"{text[:20]!r} is no length (expected for example 2, /2 or 3/2)")
        return self._one * int(above or 1) // (divisor if slash else 1)

    def _notes(self, text: str, length: str, tie: str) -> None:
        """Add the highest of some notes that sound together."""
        found = list(_NOTE.finditer(text))
        if not found:
            return
        self._written = {}
        pitches = [self._pitch(note) for note in found]
        highest = max(range(len(found)), key=lambda index: pitches[index][0])
        self._leave_out("lower notes of a chord", len(found) - 1)
        pitch, spelling = pitches[highest]
        duration = self._length(found[0]["length"])
        if length:
            duration = duration * self._length(length) // self._one
        tied = bool(tie or found[highest]["tie"])
        self._tied = self._written if tied else {}
        self._add(Event(duration, pitch, spelling, tied))

    def _pitch(self, note: re.Match[str]) -> tuple[int, str]:
        letter, octave = note["letter"].upper(), note["octave"]
        alter = self._key.accidentals.get(letter, 0)
        alter = self._accidentals.get(letter, alter)
        # A tie carries an accidental over the barline.
        alter = self._tied.get((note["letter"], octave), alter)
        if note["sign"]:
            alter = self._accidentals[letter] = _SEMITONES[note["sign"]]
        self._written[note["letter"], octave] = alter
        pitch = _PITCHES[letter] + 12 * (note["letter"].islower() + octave.count("'") - octave.count(",")) + alter
        semitones = self._sounds.semitones
        pitch += 12 * self._sounds.octaves + semitones
        if not 0 <= pitch <= 127:
            raise JazzgramError(f"the note {note[0][:20]!r} is outside MIDI's range")
        return pitch, "" if semitones % 12 else letter + _SPELLED[alter]

    def _add(self, event: Event) -> None:
        above, below = self._broken
        event.duration, self._broken = event.duration * above // below, (1, 1)
        if self._tuplet:
            event.duration = event.duration * self._factor[0] // self._factor[1]
            self._tuplet -= 1
        self._events.append(event)

    def _begin_tuplet(self, text: str) -> None:
        parts = [int(part) if part else 0 for part in text.split(":")]
        count, time, notes = (*parts, 0, 0)[:3]
        if count < 2:
            raise JazzgramError(f"({text} is no tuplet (expected for example (3abc)")
        compound = self._meter is not None and self._meter.numerator % 3 == 0 and self._meter.numerator > 3
        self._factor = (time or _IN_THE_TIME_OF.get(count) or (3 if compound else 2), count)
        self._tuplet = notes or count

    def _break_rhythm(self, signs: str) -> None:
        sounding = next((event for event in reversed(self._events) if event.duration), None)
        if sounding is None:
            raise JazzgramError(f"{signs!r} has no note before it")
        whole = 1 << len(signs)
        first, second = (2 * whole - 1, 1) if signs[0] == ">" else (1, 2 * whole - 1)
        sounding.duration = sounding.duration * first // whole
        self._broken = (second, whole)

    def _quoted(self, text: str) -> None:
        is_annotation = text[0] in _ANNOTATION
        symbol = "" if is_annotation else chord_symbol(text)
        word = None if symbol else read_instruction(text.lstrip(_ANNOTATION), len(self.measures))
        if word is not None:
            self._waiting.append((word, len(self._events)))
            return
        if is_annotation:
            return
        before = self._events[-1].symbol if self._events else ""
        if symbol and before and text.strip()[0] == "(":
            self.remarks.append(f"an alternative chord: {text.strip()[:30]!r}")
        elif symbol:
            fifths = transpose_key(self._key.sharps, self._sounds.semitones) - self._key.sharps
            self._events.append(Event(0, symbol=transpose_symbol(symbol, fifths)))
        else:
            self.remarks.append(f"a text that is no chord symbol: {text.strip()[:30]!r}")

    def _rest_bars(self, count: int) -> None:
        if self._meter is not None:
            for _ in range(count):
                self._events.append(Event(self._meter.bar * PARTS))
                self._barline("|")

    def _barline(self, text: str, ending: str = "") -> None:
        """End a measure, unless nothing has sounded in it."""
        self._accidentals.clear()
        self._skipping = False
        if any(event.duration for event in self._events):
            self._broken, self._tuplet = (1, 1), 0
            measure = Measure(self._meter, self._events, self._marks)
            self._marks.short = self._meter is not None and measure.length < self._meter.bar * PARTS
            self.measures.append(measure)
            self._words += [settled(word, after == len(self._events)) for word, after in self._waiting]
            self._waiting = []
            self._events, self._marks = [], RepeatMarks()
            if len(self.measures) > MOST_BARS:
                raise JazzgramError(f"the tune has more than the {MOST_BARS} bars that are read")
        if self.measures:
            marks = self.measures[-1].marks
            if text.startswith(":"):
                colons = len(text) - len(text.lstrip(":")) if "|" in text else 1
                marks.times = 1 + colons
            marks.double = marks.double or "||" in text or "]" in text or "[" in text
        if text.endswith(":"):
            self._marks.forward = True
        numbers = [int(number) for number in re.findall(r"[1-9]", ending)]
        if "-" in ending and len(numbers) == 2:
            numbers = list(range(numbers[0], numbers[1] + 1))
        if numbers:
            self._marks.ending = frozenset(numbers)

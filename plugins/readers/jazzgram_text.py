"""Read solos from text files that people write and edit by hand, one tune a file.

A line is a bar: the chords, ``|``, the melody. ``docs/text-format.md`` describes all of it. A folder is read file by
file (``*.txt``), sorted by name.
Source: jazzgram's own format; pitches in scientific notation (C4 is middle C), lengths in quarter notes.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from jazzgram import Bar, Corpus, JazzgramError, Meter, Note, Rest, Tune, hookimpl, to_quarters
from jazzgram.music import parse_bar

from ._files import with_suffix

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARPS = {"C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "F": -1}
_MODES = {"": 0, "major": 0, "m": -3, "minor": -3, "dorian": -2, "mixolydian": -1}
_TOKEN = re.compile(r"\[[^\]]*\](?::\S*)?|\S+")
_EIGHTH = Fraction(1, 2)
_EXPECTED = "expected for example Bb4, F#5:1/4, r:1 or [C4 E4 G4]"


@hookimpl
def list_files(folder: Path) -> list[Path]:
    """List the text files of a folder, in the order of their names.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("b.txt", "a.txt", "notes.md"):
    ...         Path(folder, name).touch()
    ...     [file.name for file in list_files(Path(folder))]
    ['a.txt', 'b.txt']
    """
    return with_suffix(folder.glob("*"), ".txt")


@hookimpl
def read_corpus(source: Path) -> Corpus:
    """Read one tune, or a folder of them.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "tune.txt").write_text("title: Three Notes\\nDm7 | r:1 D4 F4 A4:2\\n")
    >>> [note.pitch for note in read_corpus(folder).bars[0].melody[1:]]
    [62, 65, 69]
    """
    files = list_files(source) if source.is_dir() else [source]
    if not files:
        raise JazzgramError(f"{source}: no tunes found (expected files that end in .txt; see docs/text-format.md)")
    tunes, mistakes = [], []
    for file in files:
        reading = _Reading(file)
        tunes.append(reading.tune)
        mistakes += reading.mistakes
    if mistakes:
        raise JazzgramError("\n".join(mistakes))
    return Corpus(tuple(tunes))


class _Reading:
    """One file, read from top to bottom: a tune, and the mistakes in it."""

    def __init__(self, file: Path) -> None:
        self.mistakes: list[str] = []
        self._file, self._line = file, 1
        self._head: dict[str, Any] = {}
        self._bars: list[Bar] = []
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise JazzgramError(f"{file}: cannot be read as UTF-8 text ({error})") from None
        for self._line, line in enumerate(lines, start=1):
            text = line.strip()
            if text and not text.startswith("#"):
                self._try(self._read_bar if "|" in text else self._read_head, text)
        if not self._bars and not self.mistakes:
            self._wrong("no bars found (expected lines such as: Dm7 G7 | r:1 D4 F4 A4:2)")
        if "title" not in self._head and not self.mistakes:
            self._line = 1
            self._wrong("no title found (expected a line such as: title: Blues in F)")

    @property
    def tune(self) -> Tune:
        given = {name: self._head[name] for name in ("tempo", "program", "key") if name in self._head}
        return Tune(self._head.get("title", self._file.name), tuple(self._bars), **given)

    def _wrong(self, what: str) -> None:
        self.mistakes.append(f"{self._file}:{self._line}: {what}")

    def _try(self, read: Callable[[str], None], text: str) -> None:
        try:
            read(text)
        except (ValueError, JazzgramError) as error:
            self._wrong(str(error))

    def _read_head(self, text: str) -> None:
        name, colon, value = (part.strip() for part in text.partition(":"))
        if not colon:
            raise ValueError(f"found {text!r} (expected a heading, name: value, or a bar, chords | melody)")
        if name not in _HEADINGS:
            near = difflib.get_close_matches(name, _HEADINGS, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"unknown heading {name!r} (expected one of {', '.join(_HEADINGS)}){hint}")
        if name in self._head:
            raise ValueError(f"the heading {name!r} stands here for the second time (expected once)")
        if self._bars:
            raise ValueError(f"the heading {name!r} stands after the first bar (expected before it)")
        if not value:
            raise ValueError(f"the heading {name!r} is empty (expected a value)")
        self._head[name] = _HEADINGS[name](value)

    def _read_bar(self, text: str) -> None:
        meter = self._head.get("meter", Meter())
        changes, _, melody = text.partition("|")
        before = self._bars[-1].chords if self._bars else ()
        # A bar with mistakes is appended empty, so that a % after it is not a second mistake.
        self._bars.append(Bar((), before or parse_bar("NC", meter), meter))
        chords = parse_bar(changes, meter, before)
        self._bars[-1] = Bar((), chords, meter)
        notes: list[Note | Rest] = []
        onset, unit = 0, self._head.get("unit", _EIGHTH)
        for token in _TOKEN.findall(melody):
            for pitch, spelling, ticks in _sounds(token, unit):
                notes.append(Rest(onset, ticks) if pitch is None else Note(pitch, onset, ticks, spelling=spelling))
                onset += ticks
        if onset != meter.bar:
            found, expected = to_quarters(onset), to_quarters(meter.bar)
            raise ValueError(f"the melody lasts {found} quarter notes (expected {expected} in {meter})")
        self._bars[-1] = Bar(tuple(notes), chords, meter)


@lru_cache(1 << 12)  # a corpus has hundreds of thousands of notes, and few tokens
def _sounds(token: str, unit: Fraction) -> tuple[tuple[int | None, str, int], ...]:
    """Return the pitch (None for a rest), the spelling and the ticks of each event of a token."""
    sounds = []
    for word, duration in _timed_words(token, unit):
        ticks = duration * 480
        if ticks.denominator != 1:
            raise ValueError(f"{token!r} lasts {duration} quarter notes (expected a multiple of 1/480)")
        sounds.append((*_pitch(word), int(ticks)))
    return tuple(sounds)


def _timed_words(token: str, unit: Fraction) -> list[tuple[str, Fraction]]:
    """Split a token into pitches or rests with their lengths in quarter notes: several for a bracket, else one."""
    if token.startswith("["):
        inside, closed, length = token[1:].partition("]")
        words = inside.split()
        if not closed or not words or ":" in inside:
            raise ValueError(f"{token!r} is no bracket of notes ([C4 E4 G4] shares one quarter, [C4 E4 G4]:2 two)")
        shared = _length(length.removeprefix(":"), token) if length else Fraction(1)
        return [(word, shared / len(words)) for word in words]
    word, colon, length = token.partition(":")
    return [(word, _length(length, token) if colon else unit)]


def _length(text: str, token: str) -> Fraction:
    if not re.fullmatch(r"\d{1,3}(/[1-9]\d{0,2})?", text) or not Fraction(text):
        raise ValueError(f"{token!r} has no length that is understood (expected quarter notes such as 1, 3/2 or 1/3)")
    return Fraction(text)


def _pitch(word: str) -> tuple[int | None, str]:
    """Return a pitch and its spelling; None for a rest."""
    if word == "r":
        return None, ""
    match = re.fullmatch(r"([A-G])(b{1,2}|#{1,2})?(\d)", word)
    if match is None:
        raise ValueError(f"{word!r} is neither a pitch nor a rest ({_EXPECTED})")
    name, sign, octave = match[1], match[2] or "", int(match[3])
    pitch = 12 * (octave + 1) + _STEPS[name] + sign.count("#") - sign.count("b")
    if not 0 <= pitch <= 127:
        raise ValueError(f"{word!r} is outside MIDI's range (expected C0 to G9)")
    return pitch, name + sign.replace("b", "-")


def _key(text: str) -> int:
    match = re.fullmatch(r"([A-G])([b#]?)\s*([a-z]*)", text)
    if match is None or match[3] not in _MODES:
        raise ValueError(f"found the key {text!r} (expected for example Bb, Gm, C minor or D dorian)")
    sharps = _SHARPS[match[1]] + 7 * {"": 0, "#": 1, "b": -1}[match[2]] + _MODES[match[3]]
    if not -7 <= sharps <= 7:
        raise ValueError(f"the key {text!r} has {abs(sharps)} accidentals (expected at most 7)")
    return sharps


def _number(what: str, low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise ValueError(f"found the {what} {text!r} (expected a whole number from {low} to {high})")
        return int(text)

    return read


_HEADINGS: dict[str, Callable[[str], Any]] = {
    "title": str,
    "key": _key,
    "tempo": _number("tempo", 20, 400),
    "meter": Meter.parse,
    "unit": lambda text: _length(text, f"unit: {text}"),
    "program": _number("program", 0, 127),
    "style": str,
    "composer": str,
    "licence": str,
}
"""How each heading's value is read. `style`, `composer` and `licence` are for readers of the file only."""

"""Read Impro-Visor's lead sheets (``.ls``): changes, and the melodies that are written over them.

Words that begin with a capital are chords, bar by bar between ``|``, where ``/`` holds the chord before it; words that
begin with a small letter are notes (``c+8/3``: C5, an eighth of a triplet). Each part of the type melody is a chorus
over all the chords. A sheet whose melody has rests only is a chart to improvise over.
Source: Keller, *Impro-Visor leadsheet notation* (Harvey Mudd College, 2005 to 2019).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from jazzgram import Corpus, Dropped, JazzgramError, Meter, Note, Tune, hookimpl
from jazzgram.models import parse_duration

from ._files import with_suffix
from ._timeline import Symbols, lay_bars
from ._tunebook import read_text

_LARGEST = 4 << 20
_MOST_TICKS = 20_000 * 1920
_WORD = re.compile(r"\s+|(?P<paren>[()])|(?P<bar>\|)|(?P<word>[^\s()|]+)")
_NOTE = re.compile(r"(?P<letter>[a-gr])(?P<accidental>b{1,2}|#{1,2})?(?P<octave>\++|-+)?(?P<duration>[\d./+]*)")
_CHORD = re.compile(r"[A-G]|N\.?C")
_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_MIDDLE_C = 60
_EIGHTH = "8"
"""The duration of a note without one."""


@hookimpl
def list_files(folder: Path) -> Sequence[Path]:
    """List the lead sheets below a folder.

    Examples
    --------
    >>> list_files(Path("no such folder"))
    []
    """
    return with_suffix(folder.rglob("*"), ".ls")


@hookimpl
def read_corpus(source: Path) -> Corpus:
    """Read one lead sheet.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "turn.ls")
    >>> _ = file.write_text("(title Turn) (meter 4 4) (key -2) Cm7 F7 | BbM7 | c4 eb4 d+4. r8")
    >>> (tune,) = read_corpus(file).tunes
    >>> tune.title, tune.key, [chord.symbol for chord in tune.bars[0].chords]
    ('Turn', -2, ['Cm7', 'F7'])
    >>> [(note.pitch, note.onset, note.duration) for note in tune.bars[0].notes]
    [(60, 0, 480), (63, 480, 480), (74, 960, 720)]
    """
    sheet = _Sheet()
    for line, part in _parts(source, read_text(source, _LARGEST)):
        try:
            sheet.read(part)
        except (JazzgramError, ValueError) as error:
            raise JazzgramError(f"{source}:{line}: {error}") from None
    try:
        return Corpus((sheet.tune(source.stem),))
    except (JazzgramError, ValueError) as error:
        raise JazzgramError(f"{source}: {error}") from None


def _parts(source: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lists of a sheet as their words, without the lists in them, and the words outside, one by one."""
    depth, line, begun = 0, 1, 1
    words: list[str] = []
    position = 0
    while position < len(text) and (match := _WORD.match(text, position)):
        if match["paren"] == "(":
            depth += 1
            if depth == 1:
                words, begun = ["("], line
        elif match["paren"]:
            depth -= 1
            if depth == 0:
                yield begun, words
            if depth < 0:
                raise JazzgramError(f"{source}:{line}: a ')' too many (expected '(' before it)")
            words = words if depth else []
        elif depth == 0 and (match["word"] or match["bar"]):
            yield line, [match[0]]
        elif depth == 1 or (depth == 2 and words[1:2] == ["part"]):
            words += [match[0]] * bool(match[0].strip())
        line += match[0].count("\n")
        position = match.end()
    if depth:
        raise JazzgramError(f"{source}:{begun}: a '(' that is never closed (expected a ')' for each '(')")


class _Sheet:
    """A lead sheet, read from top to bottom."""

    def __init__(self) -> None:
        self._head: dict[str, str] = {}
        self._bars: list[list[str]] = [[]]
        self._melodies: list[list[Note]] = []
        self._lengths: list[int] = []
        self._symbols = Symbols()
        self._left_out: Counter[str] = Counter()

    def read(self, words: list[str]) -> None:
        """Read a list, a chord, a barline or a note."""
        word = words[0]
        if word == "(":
            self._read_list(words[1:])
        elif word == "|":
            self._bars.append([])
        elif word == "/" or _CHORD.match(word):
            self._bars[-1].append(word if word == "/" else self._symbols.read(word.rstrip("_")))
        elif match := _NOTE.fullmatch(word):
            self._read_note(match)
        else:
            self._left_out[f"a word that is neither a chord nor a note: {word[:40]!r}"] += 1

    def _read_list(self, words: list[str]) -> None:
        name, value = (words or [""])[0], " ".join(words[1:])
        if name == "part":
            if "melody" in words[:4]:
                self._melodies.append([])
                self._lengths.append(0)
        elif name in ("title", "composer", "meter", "key", "tempo", "style"):
            self._head.setdefault(name, value)

    def _read_note(self, match: re.Match[str]) -> None:
        if not self._melodies:
            self._melodies, self._lengths = [[]], [0]
        duration = sum(map(parse_duration, (match["duration"].strip("+") or _EIGHTH).split("+")))
        if self._lengths[-1] > _MOST_TICKS:
            raise JazzgramError("the melody is longer than the 20000 bars that are read")
        if match["letter"] != "r":
            signs, octave = match["accidental"] or "", match["octave"] or ""
            pitch = _MIDDLE_C + _STEPS[match["letter"]] + signs.count("#") - signs.count("b")
            pitch += 12 * (octave.count("+") - octave.count("-"))
            if not 0 <= pitch <= 127:
                raise JazzgramError(f"{match[0]!r} is outside MIDI's range")
            name = match["letter"].upper() + signs.replace("b", "-")
            self._melodies[-1].append(Note(pitch, self._lengths[-1], duration, spelling=name))
        self._lengths[-1] += duration

    def tune(self, name: str) -> Tune:
        """Return the sheet as it is played: all its chords under each melody."""
        meter = self._meter()
        chorus = self._bars[: len(self._bars) - (not self._bars[-1])]
        if not chorus:
            raise JazzgramError("it has no chords (expected bars such as Dm7 G7 | CM7 | /)")
        written = any(self._melodies)
        melodies = self._melodies if written else [[]]
        length = len(chorus) * meter.bar
        changes: list[tuple[int, str]] = []
        notes: list[Note] = []
        late = 0
        for number, melody in enumerate(melodies):
            begin = number * length
            changes += [(begin + onset, symbol) for onset, symbol in _changes(chorus, meter)]
            inside = [note for note in melody if note.onset < length]
            late += len(melody) - len(inside)
            notes += [Note(it.pitch, begin + it.onset, it.duration, spelling=it.spelling) for it in inside]
        dropped = [Dropped(reason) for reason in list(self._left_out)[:8]]
        dropped += [Dropped("after the last chord of its chorus", notes=late)] * bool(late)
        return Tune(
            self._head.get("title") or name,
            lay_bars([meter] * len(chorus) * len(melodies), changes, notes),
            self._tempo(),
            key=self._key(),
            style=self._head.get("style", ""),
            dropped=(*self._symbols.dropped, *dropped),
        )

    def _meter(self) -> Meter:
        return Meter.parse("/".join(self._head.get("meter", "4 4").split()))

    def _tempo(self) -> float:
        try:
            tempo = float(self._head.get("tempo", ""))
        except ValueError:
            return 120.0
        return tempo if 20 <= tempo <= 400 else 120.0

    def _key(self) -> int:
        text = self._head.get("key", "0")
        return int(text) if re.fullmatch(r"-?[0-7]", text) else 0


def _changes(chorus: Sequence[Sequence[str]], meter: Meter) -> Iterator[tuple[int, str]]:
    """Yield the chords of a chorus; those of a bar share it evenly, ``/`` being the one before."""
    for number, words in enumerate(chorus):
        for index, word in enumerate(words):
            if word != "/":
                yield number * meter.bar + index * meter.bar // len(words), word

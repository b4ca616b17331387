"""Read changes from Humdrum's ``**jazz``, in which the iRb corpus has 1,186 standards.

A token is a duration as in ``**kern`` and a chord: ``2.G:maj7``, ``4B-:min7``, ``1D7``. ``*>[A,A,B,A]`` is the order in
which the sections ``*>A``, ``*>B`` are played; ``*M3/4`` a meter, ``*B-:`` a key. The tunes have chords and no melody.
Source: Broze & Shanahan, *Diachronic changes in jazz harmony* (Music Perception 31:1, 2013), and the specification that
came with it; Huron, *The Humdrum Toolkit* (1999).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from jazzgram import TICKS_PER_QUARTER, Bar, Corpus, Dropped, JazzgramError, Meter, Tune, hookimpl
from jazzgram.music import MOST_BARS, RepeatMarks, follow_repeats, parse_key

from ._files import with_suffix
from ._timeline import Symbols, lay_bars
from ._tunebook import read_text

_LARGEST = 4 << 20
_TOKEN = re.compile(
    r"\(?(?P<value>\d{1,3})(?:%(?P<of>\d{1,3}))?(?P<dots>\.{0,3})(?P<chord>(?:[^\s()]|\([b#]?\d+\))*)\)?(?P<other>\(.*)?"
)
_CHORD = re.compile(
    r"(?P<letter>[A-G])(?P<sign>--?|##?|bb?)?:?(?P<quality>[^/]*)(?:/(?P<bass>[A-G])(?P<under>--?|##?|bb?)?)?"
)
_REST = ("r", "R", "N", "NC", "N.C.")
_SECTION = re.compile(r"\*>([^\[\]]+)")
_ORDER = re.compile(r"\*>\[([^\]]*)\]")
_METER = re.compile(r"\*M(\d{1,2})/(\d{1,2})")
_KEY = re.compile(r"\*([A-Ga-g])([-#]?):.*")
_SIGNATURE = re.compile(r"\*k\[([^\]]*)\]")
_QUALITIES = {"minmaj7": "mMaj7", "min": "m"}


@hookimpl
def list_files(folder: Path) -> Sequence[Path]:
    """List the Humdrum files below a folder: ``.jazz``, and ``.krn`` or ``.hmd`` with a ``**jazz`` spine.

    Examples
    --------
    >>> list_files(Path("no such folder"))
    []
    """
    found = with_suffix(folder.rglob("*"), ".jazz", ".krn", ".hmd")
    return [file for file in found if file.suffix.lower() == ".jazz" or _has_jazz(file)]


@hookimpl
def read_corpus(source: Path) -> Corpus:
    """Read one tune.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "turn.jazz")
    >>> lines = "!!!OTL: Turn", "**jazz", "*>[A,A]", "*>A", "*M4/4", "*B-:", "2C:min7", "2F7", "=", "1B-:maj7", "=="
    >>> _ = file.write_text("\\n".join(lines))
    >>> (tune,) = read_corpus(file).tunes
    >>> tune.title, tune.key, len(tune.bars), [chord.symbol for chord in tune.bars[2].chords]
    ('Turn', -2, 4, ['Cmin7', 'F7'])
    """
    spine = _Spine()
    for line, text in enumerate(read_text(source, _LARGEST).splitlines(), start=1):
        try:
            spine.read(text)
        except (JazzgramError, ValueError) as error:
            raise JazzgramError(f"{source}:{line}: {error}") from None
    try:
        return Corpus((spine.tune(source.stem),))
    except JazzgramError as error:
        raise JazzgramError(f"{source}: {error}") from None


class _Spine:
    """The ``**jazz`` spine of a file, read from top to bottom."""

    def __init__(self) -> None:
        self._title, self._style = "", ""
        self._key = 0
        self._column: int | None = None
        self._meter = Meter()
        self._measures: list[tuple[Meter, list[tuple[int, str]], int]] = []
        """Of each its meter, its chords with their onsets, and how long they are."""
        self._changes: list[tuple[int, str]] = []
        self._time = Fraction(0)
        self._sections: list[tuple[str, int]] = []
        self._order: list[str] = []
        self._symbols = Symbols()
        self._alternatives = 0
        self._others: tuple[str, ...] = ()

    def read(self, line: str) -> None:
        """Read one line."""
        if line.startswith("!!!"):
            self._read_reference(line)
        elif line.startswith("**"):
            spines = line.split("\t")
            self._column = spines.index("**jazz") if "**jazz" in spines else None
            self._others = tuple(spine for spine in spines if spine != "**jazz")
        elif self._column is not None and line and not line.startswith("!"):
            tokens = line.split("\t")
            token = tokens[self._column].strip() if self._column < len(tokens) else "."
            if token.startswith("*"):
                self._read_interpretation(token)
            elif token.startswith("="):
                self._end_measure()
            elif token not in (".", ""):
                self._read_chord(token)

    def _read_reference(self, line: str) -> None:
        name, _, value = line.lstrip("!").partition(":")
        if name.startswith("OTL") and not self._title:
            self._title = value.strip()[:200]

    def _read_interpretation(self, token: str) -> None:
        if order := _ORDER.fullmatch(token):
            self._order = self._order or [label.strip() for label in order[1].split(",") if label.strip()]
        elif section := _SECTION.fullmatch(token):
            self._end_measure()
            self._sections.append((section[1], len(self._measures)))
        elif meter := _METER.fullmatch(token):
            self._end_measure()
            self._meter = Meter(int(meter[1]), int(meter[2]))
        elif signature := _SIGNATURE.fullmatch(token):
            self._key = signature[1].count("#") - signature[1].count("-")
        elif key := _KEY.fullmatch(token):
            self._key = parse_key(key[1].upper() + key[2].replace("-", "b") + ("m" if key[1].islower() else ""))

    def _read_chord(self, token: str) -> None:
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise JazzgramError(f"{token[:40]!r} is no duration and chord of **jazz (expected for example 2.G:maj7)")
        value = int(found["value"])
        quarters = Fraction(4 * int(found["of"] or 1), value) if value else Fraction(8)
        quarters *= 2 - Fraction(1, 2 ** len(found["dots"]))
        self._alternatives += bool(found["other"])
        self._changes.append((round(self._time * TICKS_PER_QUARTER), self._symbols.read(_symbol(found["chord"]))))
        self._time += quarters

    def _end_measure(self) -> None:
        if self._changes:
            self._measures.append((self._meter, self._changes, round(self._time * TICKS_PER_QUARTER)))
        self._changes, self._time = [], Fraction(0)
        if len(self._measures) > MOST_BARS:
            raise JazzgramError(f"more than the {MOST_BARS} bars that are read")

    def tune(self, name: str) -> Tune:
        """Return what was read, its sections in the order in which they are played."""
        self._end_measure()
        if not self._measures:
            raise JazzgramError("no chords found (expected Humdrum with a spine **jazz)")
        bars = [_bar(*measure) for measure in self._measures]
        order = follow_repeats([RepeatMarks() for _ in bars], self._spans())
        dropped = list(order.dropped(chords=[len(changes) for _, changes, _ in self._measures]))
        dropped += [Dropped("an alternative chord", chords=self._alternatives)] * bool(self._alternatives)
        dropped += [Dropped(f"another spine: {spine[:40]}") for spine in dict.fromkeys(self._others)]
        missing = [label for label in dict.fromkeys(self._order) if label not in dict(self._sections)]
        dropped += [Dropped(f"a section that the order names and the tune does not have: {it[:40]}") for it in missing]
        played = tuple(bars[index] for index in order.bars)
        return Tune(self._title or name, played, key=self._key, dropped=(*self._symbols.dropped, *dropped))

    def _spans(self) -> list[range] | None:
        """Return the bars of each section in the order in which they are played; None for the order of the page."""
        if not self._sections:
            return None
        ends = [*(begin for _, begin in self._sections[1:]), len(self._measures)]
        spans: dict[str, range] = {}
        for (label, begin), end in zip(self._sections, ends, strict=True):
            spans.setdefault(label, range(begin, end))
        named = [spans[label] for label in self._order if spans.get(label)]
        before = [range(self._sections[0][1])] if self._sections[0][1] else []
        return before + named if named else None


def _bar(meter: Meter, changes: list[tuple[int, str]], length: int) -> Bar:
    """Make a bar; one that is not as long as its meter has a meter of its own."""
    quarters = -(-length // TICKS_PER_QUARTER)
    if length != meter.bar and quarters <= 32:
        meter = Meter(quarters, 4)
    return lay_bars([meter], changes)[0]


def _symbol(text: str) -> str:
    """Return a chord of ``**jazz`` as musicians write it; what is none, as it is."""
    if text in _REST or not text:
        return "NC"
    found = _CHORD.fullmatch(text)
    if found is None:
        return text
    quality = _QUALITIES.get(found["quality"], found["quality"])
    bass = f"/{found['bass']}{(found['under'] or '').replace('-', 'b')}" if found["bass"] else ""
    return found["letter"] + (found["sign"] or "").replace("-", "b") + quality + bass


def _has_jazz(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return b"**jazz" in opened.read(65_536)
    except OSError:
        return False

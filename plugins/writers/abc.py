"""Write the solo as a tune in ABC notation (plain text).

`solo.abc` has title, meter, tempo and key, the chord symbols in quotes, four bars a line, triplets, and ties where a
note crosses a barline, a beat or a chord. Rhythm is notated by `jazzgram.music.notate`; notes without a
spelling get one from their chord and the direction of the line. Accidentals are repeated wherever a reader who carries
them to other octaves and one who does not would differ. The tones of less common chords are given for abc2midi.

Source: Walshaw, *The abc music standard 2.1* (2011).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import mean

from jazzgram import TICKS_PER_QUARTER, Solo, hookimpl
from jazzgram.music import MAJOR_KEYS, NotatedEvent, notate, spell_notes, symbol_of

BARS_A_LINE = 4
BASS_CLEF_BELOW = 53
"""Mean pitch below which a line is notated in the bass clef."""
UNIT = TICKS_PER_QUARTER // 2
"""Ticks of ``L:1/8``."""

_KNOWN = frozenset(("", "m", "7", "m7", "maj7", "m7b5", "dim7", "6", "m6", "dim", "aug", "9", "m9", "maj9", "7sus4"))
"""Qualities that abc2midi plays as jazz means them."""
_FIFTHS = "FCGDAEB"
_SIGNS = {-2: "__", -1: "_", 0: "=", 1: "^", 2: "^^"}


@hookimpl
def write_solo(solo: Solo, folder: Path) -> list[Path]:
    """Write `solo.abc`.

    Examples
    --------
    >>> import tempfile
    >>> from jazzgram import Chord, Note
    >>> line = (Note(58, 0, 240), Note(61, 240, 240), Note(65, 480, 1440))
    >>> solo = Solo(line, (Chord((58, 61, 65, 68), 0, 1920, "Bbm7"),), 1, key=-1)
    >>> (path,) = write_solo(solo, Path(tempfile.mkdtemp()))
    >>> print(path.read_text(encoding="utf-8").splitlines()[-1])
    "Bbm7"B,_D F6|]
    """
    bars = notate(solo.notated or solo.notes, solo.meter, max(solo.bars, 1))
    heads = [event.note for bar in bars for event in bar if event.note and not event.tied_from]
    names = dict(zip(map(id, heads), spell_notes(heads, solo.chords, solo.key), strict=True))
    symbols = _symbols(solo)
    music = [_bar(bar, number * solo.meter.bar, names, symbols, solo) for number, bar in enumerate(bars)]
    lines = ["|".join(music[first : first + BARS_A_LINE]) + "|" for first in range(0, len(music), BARS_A_LINE)]
    low = bool(heads) and mean(head.pitch for head in heads) < BASS_CLEF_BELOW
    beat = Fraction(solo.meter.beat, 8 * UNIT)
    head = [
        "%abc-2.1",
        "X:1",
        "T:" + (" ".join(solo.title.split()).replace("%", r"\%") or "Solo"),
        f"M:{solo.meter}",
        "L:1/8",
        f"Q:{beat.numerator}/{beat.denominator}={round(solo.tempo * 2 * UNIT / solo.meter.beat)}",
        *_chord_names(solo),
        f"K:{MAJOR_KEYS[solo.key + 7]}" + (" clef=bass" if low else ""),
    ]
    path = folder / "solo.abc"
    path.write_text("\n".join(head + lines) + "]\n", encoding="utf-8")
    return [path]


def _chord_names(solo: Solo) -> list[str]:
    """Return the names of chords with their tones, for abc2midi, which knows few of jazz and has ``sus4`` wrong."""
    symbols = {symbol.quality: symbol for symbol in map(symbol_of, solo.chords) if symbol.root is not None}
    return [
        f"%%MIDI chordname {quality} {' '.join(map(str, symbol.intervals))}"
        for quality, symbol in sorted(symbols.items())
        if quality not in _KNOWN and not symbol.upper
    ]


def _symbols(solo: Solo) -> dict[int, str]:
    """Return the chord symbols by onset, without immediate repetitions."""
    symbols: dict[int, str] = {}
    previous = ""
    for chord in solo.chords:
        name = symbol_of(chord).canonical
        onset = max(chord.onset, 0)
        if name != previous or onset in symbols:
            symbols[onset] = name
        previous = name
    return symbols


def _bar(bar: Sequence[NotatedEvent], start: int, names: dict[int, str], symbols: dict[int, str], solo: Solo) -> str:
    """Write one bar: a space before each beat, so that beams end there."""
    pieces = [piece for event in bar for piece in _split(event, start, symbols)]
    printed: dict[str, int] = {}
    texts: list[str] = []
    for index, piece in enumerate(pieces):
        if index and solo.meter.is_beat(piece.onset):
            texts.append(" ")
        if start + piece.onset in symbols:
            texts.append(f'"{symbols[start + piece.onset]}"')
        if piece.triplet and (index == 0 or pieces[index - 1].triplet != piece.triplet):
            texts.append(_tuplet([other for other in pieces if other.triplet == piece.triplet]))
        head = "z" if piece.note is None else _head(piece, names[id(piece.note)], printed, solo.key)
        texts.append(head + _length(piece.value) + ("-" if piece.tied_to else ""))
    return "".join(texts)


def _split(event: NotatedEvent, start: int, symbols: dict[int, str]) -> Iterator[NotatedEvent]:
    """Split a note or rest at the chords that begin within it, as a symbol precedes a note."""
    end = event.onset + event.duration
    inside = [onset - start for onset in sorted(symbols) if event.onset < onset - start < end]
    edges = [event.onset, *inside, end]
    for first, last in pairwise(edges):
        yield replace(
            event,
            onset=first,
            duration=last - first,
            tied_from=event.tied_from or (event.note is not None and first > event.onset),
            tied_to=event.tied_to or (event.note is not None and last < end),
        )


def _tuplet(group: Sequence[NotatedEvent]) -> str:
    """Write three (or, where a third is divided, six) in the time of two (four), with how many notes it has."""
    begin, end = group[0].triplet or (0, 0)
    if all((piece.onset - begin) % ((end - begin) // 3) == 0 for piece in group):
        return "(3" if len(group) == 3 else f"(3:2:{len(group)}"
    return f"(6:4:{len(group)}"


def _head(piece: NotatedEvent, name: str, printed: dict[str, int], key: int) -> str:
    """Write a note head; `printed` collects the bar's accidentals, by letter and by letter and octave.

    A tie carries its accidental over the barline, for the tied note alone.
    """
    pitch = piece.note.pitch if piece.note else 0
    letter, wanted = name[0], name.count("#") - name.count("-")
    octave = (pitch - wanted) // 12 - 1
    staff_position = f"{letter}{octave}"
    signature = (key > _FIFTHS.index(letter)) - (-key > _FIFTHS[::-1].index(letter))
    sign = ""
    if not piece.tied_from:
        if {printed.get(letter, signature), printed.get(staff_position, signature)} != {wanted}:
            sign = _SIGNS[wanted]
        printed[letter] = printed[staff_position] = wanted
    if octave >= 5:
        return sign + letter.lower() + "'" * (octave - 5)
    return sign + letter + "," * (4 - octave)


def _length(ticks: int) -> str:
    """Write a length in eighths: nothing for one, ``3/2``, ``/2``."""
    units = Fraction(ticks, UNIT)
    above = "" if units.numerator == 1 else str(units.numerator)
    return above if units.denominator == 1 else f"{above}/{units.denominator}"

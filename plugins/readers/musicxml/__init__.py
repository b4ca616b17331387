"""Read solos over chord symbols from MusicXML: lead sheets and scores, plain (.musicxml, .xml) or packed (.mxl).

One part's first voice is the melody; its ``harmony`` elements, or where it has none those of the first part that has,
are the chords. A score with chord symbols and no notes is a chart: bars without a melody. Everything is at concert
pitch. Repeats, endings, da capo, dal segno and coda are played out, ties are one note, a pick-up is at the end of its
bar. What a melody cannot hold (grace and cue notes, the lower notes of a chord, other voices), what is never played and
what is not understood is counted in `Tune.dropped`. Of tempi and keys the first counts.
Source: MusicXML 4.0 (W3C Community Group, 2021).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

from pydantic import Field

import jazzgram
from jazzgram import Corpus, Dropped, JazzgramError, Note, Tune, hookimpl
from jazzgram.music import follow_repeats

from .._files import with_suffix
from .bars import make_bars
from .file import open_score
from .left_out import count_left_out
from .marks import repeat_marks
from .measure import Measure
from .part import read_part
from .parts import list_parts, listing, pick_part, pick_voice

_SUFFIXES = (".musicxml", ".mxl", ".xml")
_NO_TITLES = ("", "Music21 Fragment", "Music21", "Untitled", "Untitled score", "Title")
"""What programs write where there is no title."""
_BEATS = {"whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}


class Options(jazzgram.Options):
    """Which part is read."""

    part: int | str | None = Field(
        None,
        description="The soloist's part: its number in the score, from 0, or its name; null: the first part with notes "
        "and chord symbols, else the most melodic.",
    )
    voice: int | None = Field(
        None,
        ge=1,
        le=99,
        description="The voice of the part that is read; null: 1 where it has notes, else the lowest.",
    )


@hookimpl
def list_files(folder: Path) -> list[Path]:
    """List the MusicXML files below a folder; an .xml file is one by its beginning.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("b.mxl", "a.musicxml", "c.xml"):
    ...     _ = (folder / name).write_text("<feed/>")
    >>> [file.name for file in list_files(folder)]
    ['a.musicxml', 'b.mxl']
    """
    found = with_suffix(folder.rglob("*"), *_SUFFIXES)
    return [file for file in found if file.suffix.lower() != ".xml" or _is_score(file)]


@hookimpl
def read_corpus(source: Path, options: Options) -> Corpus:
    """Read one MusicXML file as a corpus of one tune.

    Examples
    --------
    Three eighth notes, a triplet, over D minor:

    >>> import tempfile
    >>> note = "<note><pitch><step>{}</step><octave>4</octave></pitch><duration>1</duration></note>"
    >>> chord = "<harmony><root><root-step>D</root-step></root><kind>minor-seventh</kind></harmony>"
    >>> file = Path(tempfile.mkdtemp()) / "three.musicxml"
    >>> _ = file.write_text(
    ...     "<score-partwise><part id='P1'><measure><attributes><divisions>3</divisions>"
    ...     "<time><beats>1</beats><beat-type>4</beat-type></time></attributes>"
    ...     + chord + "".join(map(note.format, "DFA")) + "</measure></part></score-partwise>"
    ... )
    >>> (bar,) = read_corpus(file, Options()).bars
    >>> [(note.pitch, note.onset) for note in bar.melody], bar.chords[0].symbol
    ([(62, 0), (65, 160), (69, 320)], 'Dm7')
    """
    score = open_score(source)
    try:
        return Corpus((_read_tune(source, score, options),))
    except JazzgramError as error:
        raise JazzgramError(f"{source}: {error}") from None


def _read_tune(source: Path, score: Element, options: Options) -> Tune:
    parts = list_parts(score)
    is_chart = not any(part.notes for part in parts)
    part = pick_part(parts, options.part)
    with_symbols = part if part.symbols else next((other for other in parts if other.symbols), None)
    if with_symbols is None:
        raise JazzgramError(
            "no part has chord symbols (<harmony>), without which a melody says nothing about chords; write them above "
            "the melody, or export the score as MIDI and let the midi reader find the chords"
        )
    measures = read_part(part.element, None if is_chart else pick_voice(part, options.voice))
    harmonies = measures if with_symbols is part else read_part(with_symbols.element, None)
    _check_readable(measures, harmonies)
    marks, disobeyed = repeat_marks([one.element for one in parts], measures)
    playing = follow_repeats(marks)
    left_out = count_left_out(measures, harmonies, playing, disobeyed)
    order = [index for index in playing.bars if not measures[index].problem]
    # Some programs write a pick-up measure where nothing is picked up.
    if len(measures) > 1 and measures[0].is_pickup and not measures[0].length and not measures[0].problem:
        order = [index for index in order if index]
        left_out.append(Dropped("empty pick-up", bars=1))
    bars, silent = make_bars(measures, harmonies, order)
    if silent:
        left_out.append(Dropped("a chord symbol at the onset of another", chords=silent))
    # Cue and grace notes alone, of the only part that has notes, are no melody either.
    only_part = options.part is None and options.voice is None and sum(bool(one.notes) for one in parts) == 1
    unplayed = not any(isinstance(event, Note) for bar in bars for event in bar.melody)
    if is_chart or (unplayed and only_part and not any(measure.problem for measure in measures)):
        bars = tuple(replace(bar, melody=()) for bar in bars)
    elif unplayed:
        raise JazzgramError(f"nothing is played in part {part}; choose among the parts {listing(parts)}")
    title, work = _titles(score)
    tune = Tune(title or source.stem, bars, _tempo(score), key=measures[0].key, work=work, dropped=tuple(left_out))
    return tune if part.program is None else replace(tune, program=part.program)


def _check_readable(measures: Sequence[Measure], harmonies: Sequence[Measure]) -> None:
    """Raise what is wrong with a score of which nothing is left."""
    problems = [measure.problem for measure in measures]
    if problems and all(problems):
        raise JazzgramError(problems[0])
    if not any(measure.harmonies for measure in harmonies):
        problems = [problem for measure in harmonies for problem in (measure.problem, *measure.left_out) if problem]
        raise JazzgramError(problems[0] if problems else "no chord symbol is understood")


def _titles(score: Element) -> tuple[str, str]:
    """Return the title, and the work that it is a movement of; empty where there is none."""
    work, movement = (
        " ".join(score.findtext(path, "").split())[:200] for path in ("work/work-title", "movement-title")
    )
    work, movement = ("" if title in _NO_TITLES else title for title in (work, movement))
    return (movement, work if work != movement else "") if movement else (work, "")


def _tempo(score: Element) -> float:
    """Return the first tempo in quarter notes per minute: as played, else as printed, else 120."""
    for sound in score.iter("sound"):
        tempo = _positive(sound.get("tempo", ""))
        if tempo is not None:
            return tempo
    for mark in score.iter("metronome"):
        number, beat = _positive(mark.findtext("per-minute", "")), _BEATS.get(mark.findtext("beat-unit", ""))
        if number is not None and beat is not None:
            return number * beat * (1.5 if mark.find("beat-unit-dot") is not None else 1.0)
    return 120.0


def _positive(text: str) -> float | None:
    """Find a number that can be a tempo in a text such as ``ca. 120``."""
    found = re.search(r"\d{1,4}(\.\d{1,6})?", text, re.ASCII)
    return float(found[0]) if found and 10 <= float(found[0]) <= 1000 else None


def _is_score(file: Path) -> bool:
    """Check whether an .xml file begins as MusicXML does, in whatever encoding."""
    try:
        with file.open("rb") as opened:
            return b"score-partwise" in opened.read(4096).replace(b"\0", b"")
    except OSError:
        return False

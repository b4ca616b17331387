"""Check readers against the contract: `read_corpus`, `list_files`, `depends_on`, `examine`."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jazzgram.errors import JazzgramError
from jazzgram.hooks.examination import Examination, PartReport
from jazzgram.hooks.plugins import Plugin
from jazzgram.hooks.scaffold import files
from jazzgram.music.chord import Chord
from jazzgram.music.note import Note, Rest
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Corpus, Dropped, Track, Tune

_UNREADABLE = {"an empty file": b"", "a file of random bytes": bytes(range(255, 0, -7)) * 40}


def check_read_corpus(plugin: Plugin, call: Callable[..., Any], options: Any, source: Path | None) -> Iterator[str]:
    """Yield what an implementation of `read_corpus` does against the contract.

    Parameters
    ----------
    plugin : Plugin
        The reader.
    call : callable
        The implementation.
    options : Options
        The reader's, as they are by default.
    source : Path or None
        What it must be able to read; None: the tune that `jazzgram new reader` writes, which it may refuse.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = source or Path(folder) / "tune.txt"
        if source is None:
            file.write_text(files("reader", "tune", package=False)["tests/tune.txt"])
        before = _content(file)
        try:
            corpus = call(source=file, options=options)
        except JazzgramError as error:
            yield from _message(error, file)
            if source is not None:
                yield f"does not read {file.name}: {error}"
        else:
            yield from _corpus(corpus)
            if isinstance(corpus, Corpus) and call(source=file, options=options) != corpus:
                yield "read one file twice and returned two corpora"
        if _content(file) != before:
            yield "changed the file it was given"
    yield from _refusals(call, options, source)


def check_list_files(plugin: Plugin, call: Callable[..., Any], options: Any, source: Path | None) -> Iterator[str]:
    """Yield what an implementation of `list_files` does against the contract; parameters as in `check_read_corpus`."""
    with tempfile.TemporaryDirectory() as folder:
        found = call(folder=Path(folder), options=options)
        if found is None or list(found):
            yield f"returned {found!r} for an empty folder; expected an empty sequence"
    if source is not None:
        folder_of_source = source if source.is_dir() else source.parent
        found = call(folder=folder_of_source, options=options)
        yield from _paths(found)
        if isinstance(found, Sequence) and all(isinstance(file, Path) for file in found):
            if list(found) != sorted(found):
                yield "returned files that are not sorted"
            if missing := [file for file in found if not file.exists()]:
                yield f"returned {missing[0].name}, which does not exist"
            elif outside := [file for file in found if folder_of_source not in file.parents]:
                yield f"returned {outside[0]}, which is not below the folder"


def check_depends_on(plugin: Plugin, call: Callable[..., Any], options: Any, source: Path | None) -> Iterator[str]:
    """Yield what an implementation of `depends_on` does against the contract; parameters as in `check_read_corpus`."""
    yield from _paths(call(source=source or Path("tune.txt").absolute(), options=options))


def check_examine(plugin: Plugin, call: Callable[..., Any], options: Any, source: Path | None) -> Iterator[str]:
    """Yield what an implementation of `examine` does against the contract; parameters as in `check_read_corpus`."""
    if source is not None:
        found = call(source=source, options=options)
        if not isinstance(found, Examination):
            yield f"returned a {type(found).__name__}; expected an Examination"
            return
        if not all(isinstance(part, PartReport) for part in found.parts):
            yield "returned parts that are no PartReport"
        for name in found.options.keys() - plugin.options.model_fields.keys():
            yield f"returned the option {name}, which the reader does not have"
        try:
            plugin.options(**found.options)
        except ValueError as error:
            yield f"returned options that the reader refuses: {str(error).splitlines()[0]}"
    yield from _refusals(call, options, source)


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _paths(found: Any) -> Iterator[str]:
    if not isinstance(found, Sequence) or not all(isinstance(file, Path) for file in found):
        yield f"returned {found!r}; expected a sequence of paths"


def _refusals(call: Callable[..., Any], options: Any, source: Path | None) -> Iterator[str]:
    """Try files that no reader can read, of the same ending as the source."""
    for what, content in _UNREADABLE.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"broken{source.suffix if source is not None else '.txt'}"
            file.write_bytes(content)
            try:
                call(source=file, options=options)
            except JazzgramError as error:
                yield from _message(error, file)
                if len(str(error).splitlines()) > 1:
                    yield f"raised {len(str(error).splitlines())} lines for {what}; expected one"
            except Exception as error:
                yield f"raised {type(error).__name__} for {what}; expected JazzgramError"
            else:
                yield f"did not refuse {what}; expected JazzgramError"


def _message(error: JazzgramError, file: Path) -> Iterator[str]:
    """Check that a message has a line for each mistake, which names the file."""
    for line in str(error).splitlines():
        if file.name not in line:
            yield f"raised a message with a line that does not name the file: {line}"


def _corpus(corpus: Any) -> Iterator[str]:
    if not isinstance(corpus, Corpus):
        yield f"returned a {type(corpus).__name__}; expected a Corpus"
        return
    if not corpus.tunes:
        yield "returned a corpus without tunes; raise JazzgramError where there is none"
    titles: set[str] = set()
    for tune in corpus.tunes:
        if not isinstance(tune, Tune):
            yield f"returned a {type(tune).__name__} among the tunes"
            continue
        if tune.title in titles:
            yield f"returned two tunes with the title {tune.title!r}"
        titles.add(tune.title)
        yield from (f"{tune.title}: {problem}" for problem in _tune(tune))


def _tune(tune: Tune) -> Iterator[str]:
    if not tune.bars:
        yield "no bars"
    if not (isinstance(tune.tempo, int | float) and math.isfinite(tune.tempo) and tune.tempo > 0):
        yield f"a tempo of {tune.tempo!r}; expected quarter notes per minute"
    if tune.key not in range(-7, 8):
        yield f"a key of {tune.key!r}; expected sharps counted up and flats down, -7 to 7"
    if tune.program not in range(128):
        yield f"a program of {tune.program!r}; expected 0 to 127"
    for left_out in tune.dropped:
        if (
            not isinstance(left_out, Dropped)
            or not left_out.reason
            or min(left_out.notes, left_out.bars, left_out.chords) < 0
        ):
            yield f"{left_out!r} among what was dropped; expected a reason and how much of it"
    for track in tune.accompaniment:
        if not isinstance(track, Track) or track.program not in range(128):
            yield f"{type(track).__name__} in the accompaniment that is no track of a General MIDI program"
        else:
            yield from (f"{track.name}: {problem}" for problem in _sounding(track.notes, None))
    for number, bar in enumerate(tune.bars, start=1):
        if not isinstance(bar, Bar) or not isinstance(bar.meter, Meter):
            yield f"bar {number}: {type(bar).__name__}; expected a Bar with a Meter"
            return
        yield from (f"bar {number}: {problem}" for problem in _bar(bar))


def _bar(bar: Bar) -> Iterator[str]:
    yield from _sounding(bar.melody, bar.meter.bar)
    end = 0
    for chord in bar.chords:
        if not isinstance(chord, Chord):
            yield f"{type(chord).__name__} among the chords"
            return
        if chord.onset < end:
            yield f"{chord.symbol or 'a chord'} begins at {chord.onset}, before the one before it ends ({end})"
        end = chord.onset + chord.duration
    if end > bar.meter.bar:
        yield f"the chords sum to {end} ticks; the bar has {bar.meter.bar}"


def _sounding(notes: Sequence[Any], length: int | None) -> Iterator[str]:
    """Check notes and rests, in a bar of `length` ticks or in a whole tune."""
    last = 0
    for note in notes:
        if not isinstance(note, Note | Rest):
            yield f"{type(note).__name__} among the notes"
            return
        if type(note.onset) is not int or type(note.duration) is not int or note.duration < 0:
            yield f"onset {note.onset!r} and duration {note.duration!r}; expected integer ticks"
            return
        if isinstance(note, Note) and (note.pitch not in range(128) or note.velocity not in range(1, 128)):
            yield f"pitch {note.pitch!r} and velocity {note.velocity!r}; expected MIDI numbers"
        if note.onset < 0 or (length is not None and note.onset >= length):
            yield f"an onset at {note.onset}, outside the bar's {length} ticks: count from each bar's start"
        if note.onset < last:
            yield "notes out of time order"
        last = note.onset

"""The corpus doctor: what is in a file, what may go wrong with it, and what to do about it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from jazzgram.corpus.items import dangling_links
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.catalogue import entries
from jazzgram.hooks.examination import Examination
from jazzgram.hooks.finding import find
from jazzgram.hooks.plugins import Plugin
from jazzgram.music.note import Note
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.music.tune import Tune

_FOLDERS = 3
"""How many of the folders above a file readers may know it by."""
_FEW_BARS = 8
_BARE = 0.1
"""Share of bars without a chord from which it is a problem."""
_BETWEEN = 0.1
"""Share of onsets between the grid lines of sixteenths and triplets from which it is a problem."""
_LONG_SILENCE = 8
"""Bars of silence in a row that are no breath."""
_FAR = 24
"""Semitones from the median that no soloist plays."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a tune that makes a worse solo, with what to do about it.

    Parameters
    ----------
    problem, remedy : str
        A line each.
    options : tuple of (str, object)
        What mends it among the options that some readers have; empty where nothing does.
    """

    problem: str
    remedy: str
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """The doctor's report on one file.

    Parameters
    ----------
    path : Path
        The file.
    reader : str
        The reader that reads it; empty where none does.
    examination : Examination
        What the reader finds in it.
    tunes : tuple of Tune
        As they are read; empty where the file cannot be read.
    findings : tuple of Finding
        What is wrong; empty where nothing is.
    """

    path: Path
    reader: str
    examination: Examination
    tunes: tuple[Tune, ...]
    findings: tuple[Finding, ...]


def diagnose(path: Path) -> Diagnosis:
    """Examine a file with the installed reader for its format.

    Parameters
    ----------
    path : Path
        A file.

    Returns
    -------
    Diagnosis
        With the error as a finding where the file cannot be read.

    Raises
    ------
    JazzgramError
        Where there is no such file.
    """
    if path.is_symlink() and not path.exists():
        problem = f"{path}: is a link to {path.readlink()}, which is not there"
        return Diagnosis(path, "", Examination(), (), (Finding(problem, "mend the link, or remove it"),))
    if not path.is_file():
        raise JazzgramError(f"{path}: is no file" if path.exists() else f"{path}: no such file")
    plugins = list(readers_of(path))
    # A reader that finds its other files beside this one knows best what it is.
    attempts = [_attempt(path, plugin) for plugin in [it for it in plugins if _is_complete(path, it)] or plugins]
    if not attempts:
        names = ", ".join(entry.name for entry in entries("read_corpus"))
        problem = f"{path}: no installed reader knows this kind of file; there are {names}"
        return Diagnosis(path, "", Examination(), (), (Finding(problem, "convert it to one of these"),))
    # Several readers may read an ending; take the one that finds most notes, else the one that finds most bars.
    best = max(attempts, key=lambda found: (_size(found), -attempts.index(found)))
    if best.tunes:
        return best
    failures = tuple(
        Finding(f"as {found.reader}: {finding.problem}", finding.remedy)
        for found in attempts
        for finding in found.findings
    )
    return Diagnosis(path, best.reader, best.examination, (), best.findings if len(attempts) == 1 else failures)


def diagnose_folder(folder: Path) -> list[Diagnosis]:
    """Examine each file of a folder that an installed reader lists, as it would read the folder, and dangling links.

    Returns
    -------
    list of Diagnosis
        In the order of the paths.

    Raises
    ------
    JazzgramError
        Where no reader lists any.
    """
    found = {file for plugin in _listing_readers(folder) for file in _listed(plugin, folder)}
    if not found:
        names = ", ".join(entry.name for entry in entries("read_corpus"))
        raise JazzgramError(f"{folder}: no file in it is of a kind that an installed reader knows; there are {names}")
    return [diagnose(file) for file in sorted({*found, *dangling_links(folder, found)})]


def _is_complete(path: Path, reader: Plugin) -> bool:
    """Check whether a reader reads other files with this one, and all are there."""
    if "depends_on" not in reader.hooks:
        return False
    needed = PluginCalls(reader).caller("depends_on", reader)(source=path, options=reader.options())
    return bool(needed) and all(file.is_file() for file in needed)


def _attempt(path: Path, reader: Plugin) -> Diagnosis:
    """Examine and read a file with one reader."""
    calls = PluginCalls(reader)
    options = reader.options()
    examination = Examination()
    try:
        if "examine" in reader.hooks:
            examination = calls.caller("examine", reader)(source=path, options=options)
        tunes = tuple(calls.caller("read_corpus", reader)(source=path, options=options).tunes)
    except JazzgramError as error:
        remedy = "set the option that the message names, or mend the file"
        return Diagnosis(path, reader.name, examination, (), (Finding(str(error), remedy),))
    found = [*_casting(examination), *(finding for tune in tunes for finding in findings(tune))]
    own = [_for_reader(finding, reader) for finding in found]
    advised = {name: value for finding in own for name, value in finding.options}
    return Diagnosis(
        path, reader.name, replace(examination, options=advised | dict(examination.options)), tunes, tuple(own)
    )


def _for_reader(finding: Finding, reader: Plugin) -> Finding:
    """Name in a remedy the options of the reader that mend it."""
    own = tuple((name, value) for name, value in finding.options if name in type(reader.options()).model_fields)
    if not own:
        return replace(finding, options=())
    named = ", ".join(f"{name}: {value if isinstance(value, str) else json.dumps(value)}" for name, value in own)
    return replace(finding, remedy=f"set corpus.with: {{{named}}}, as --write-config does", options=own)


def _casting(examination: Examination) -> Iterator[Finding]:
    """Check who is taken for the soloist."""
    for part in examination.parts:
        if part.chosen == "melody" and part.role == "bass":
            yield Finding(
                f"no soloist found; the melody is the bass (part {part.number} {part.name})",
                "fine for its changes; to learn from, name another part as melody_part, if there is one",
            )


def _size(diagnosis: Diagnosis) -> tuple[int, int]:
    notes = sum(len(bar.notes) for tune in diagnosis.tunes for bar in tune.bars)
    return notes, sum(len(tune.bars) for tune in diagnosis.tunes)


def readers_of(path: Path) -> Iterator[Plugin]:
    """Yield the installed readers that list a file among those of its folder."""
    with TemporaryDirectory() as scratch:
        # Alone in folders of the same names: its own may be the root of a disk.
        folder = Path(scratch, *(path.resolve().parts[1:-1][-_FOLDERS:] or ("folder",)))
        folder.mkdir(parents=True)
        (folder / path.name).symlink_to(path.resolve())
        yield from (plugin for plugin in _listing_readers(path.parent) if _listed(plugin, folder))


def _listing_readers(base: Path) -> Iterator[Plugin]:
    """Yield the installed readers of folders."""
    for entry in entries("read_corpus"):
        if not entry.broken and "list_files" in entry.hooks:
            yield find(entry.name, "read_corpus", base)


def _listed(reader: Plugin, folder: Path) -> Sequence[Path]:
    files: Sequence[Path] = PluginCalls(reader).caller("list_files", reader)(folder=folder, options=reader.options())
    return files


def findings(tune: Tune) -> Iterator[Finding]:
    """Check a tune for what makes worse solos.

    Yields
    ------
    Finding
        In the order: amount, melody, rhythm, chords, meter and tempo, what was left out.
    """
    notes = list(_notes(tune))
    yield from _amount(tune, notes)
    yield from _melody(notes)
    yield from _rhythm(tune)
    bare = sum(not any(chord.pitches for chord in bar.chords) for bar in tune.bars)
    if bare > _BARE * len(tune.bars):
        yield Finding(
            f"{bare} of {len(tune.bars)} bars have no chord",
            "every note there is outside; give the changes as text, choose another chord part, or a shorter span",
        )
    meters = Counter(str(bar.meter) for bar in tune.bars)
    if len(meters) > 1:
        listed = ", ".join(f"{meter} ({_count(count, 'bar')})" for meter, count in meters.most_common())
        yield Finding(
            f"the meter changes: {listed}",
            f"it is learned from as it is; solos over these chords are in {meters.most_common(1)[0][0]}",
        )
    if not 40 <= tune.tempo <= 360:
        yield Finding(
            f"a tempo of {tune.tempo:.0f} quarter notes a minute",
            "the file may count in half or double time; set improvise.tempo for what you hear",
        )
    for item in tune.dropped:
        amount = f"{item.amount} " if item.amount else ""
        yield Finding(f"{amount}left out: {item.reason}", "nothing to do unless they are what you wanted")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _notes(tune: Tune) -> Iterator[Note]:
    """Yield the notes, onsets from the start of the tune."""
    start = 0
    for bar in tune.bars:
        yield from (Note(note.pitch, start + note.onset, note.duration, note.velocity) for note in bar.notes)
        start += bar.meter.bar


def _amount(tune: Tune, notes: list[Note]) -> Iterator[Finding]:
    if not notes:
        yield Finding("no melody at all", "fine for chords to improvise over; to learn from, choose another part")
        return
    if len(tune.bars) < _FEW_BARS:
        yield Finding(
            f"only {_count(len(tune.bars), 'bar')}", "take a longer span, or put several tunes into one folder"
        )
    longest = run = 0
    for bar in tune.bars:
        run = 0 if bar.notes else run + 1
        longest = max(longest, run)
    if longest >= _LONG_SILENCE:
        yield Finding(f"{longest} bars of silence in a row", "is this where somebody else solos? set a span")


def _melody(notes: list[Note]) -> Iterator[Finding]:
    if not notes:
        return
    overlaps = sum(after.onset < before.end for before, after in pairwise(notes))
    if overlaps > len(notes) // 20:
        yield Finding(
            f"{overlaps} of {len(notes)} notes still sound when the next begins",
            "the part may be no single line; choose another, or let its reader keep the highest notes",
            (("polyphony", "highest"),),
        )
    middle = median(note.pitch for note in notes)
    far = [note for note in notes if abs(note.pitch - middle) > _FAR]
    if far:
        yield Finding(
            f"{_count(len(far), 'note')} more than two octaves from the middle ({middle:.0f}): {far[0].pitch} first,"
            f" {far[0].onset / TICKS_PER_QUARTER:g} quarters in",
            "key switches or slips; a model learns from them leaps that nobody plays",
        )


def _rhythm(tune: Tune) -> Iterator[Finding]:
    onsets = [note.onset for bar in tune.bars for note in bar.notes]
    between = sum(onset % (TICKS_PER_QUARTER // 4) != 0 and onset % (TICKS_PER_QUARTER // 3) != 0 for onset in onsets)
    if onsets and between > _BETWEEN * len(onsets):
        yield Finding(
            f"{between} of {len(onsets)} onsets stand between sixteenths and triplets",
            "the vocabulary will be large; notate it on coarser grids",
            (("quantize", ["1/4", "1/3"]), ("timing", "tatums"), ("durations", "written")),
        )


def triplet_share(tunes: Iterable[Tune]) -> float:
    """Return the share of onsets on the triplet lines of the beat that are no sixteenths; 0.0 without notes."""
    onsets = [note.onset for tune in tunes for bar in tune.bars for note in bar.notes]
    third, fourth = TICKS_PER_QUARTER // 3, TICKS_PER_QUARTER // 4
    return sum(onset % third == 0 and onset % fourth != 0 for onset in onsets) / len(onsets) if onsets else 0.0

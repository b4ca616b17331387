"""The output of `jazzgram corpus doctor`, and the configuration it writes."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from jazzgram.cli.lines import folded_words
from jazzgram.corpus.doctor import Diagnosis, Finding, triplet_share
from jazzgram.errors import JazzgramError

_MOST_PROBLEMS = 12
"""Of a folder; of more, how many they are."""


def doctor_lines(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield the text line by line."""
    yield click.style(str(diagnosis.path), bold=True) + (f"  (reader {diagnosis.reader})" if diagnosis.reader else "")
    parts = diagnosis.examination.parts
    if parts:
        width = min(24, max(len(part.name) for part in parts))
        for part in parts:
            mark = click.style(f"{part.chosen:<7}", fg="green")
            name = f"{part.name[:width]:<{width}}"
            label = f"  {mark} {part.number:>3}  {name} {part.notes:>6} notes  {part.role:<8} "
            yield folded_words(label, part.why.split(" "))
    for tune in diagnosis.tunes:
        notes = [note for bar in tune.bars for note in bar.notes]
        meters = Counter(str(bar.meter) for bar in tune.bars).most_common()
        chorded = sum(any(chord.pitches for chord in bar.chords) for bar in tune.bars)
        compass = f", pitches {min(n.pitch for n in notes)} to {max(n.pitch for n in notes)}" if notes else ""
        text = (
            f"{tune.title}: {len(tune.bars)} bars of {' and '.join(meter for meter, _ in meters)}, tempo"
            f" {tune.tempo:.0f}, {len(notes)} notes{compass}; chords in {chorded / len(tune.bars):.0%} of the bars,"
            f" triplets {triplet_share([tune]):.0%} of the onsets"
        )
        yield folded_words("  ", text.split(" "))
    for remark in diagnosis.examination.remarks:
        yield folded_words("  ", remark.split(" "))
    for finding in diagnosis.findings:
        yield click.style(folded_words("  ! ", finding.problem.split(" ")), fg="yellow")
        yield folded_words("      ", finding.remedy.split(" "))
    if not diagnosis.findings:
        yield click.style("  nothing wrong with it", fg="green")
    if diagnosis.tunes:
        yield from (f"  {line}" for line in _section(diagnosis, diagnosis.path.as_posix()).splitlines())


def folder_lines(folder: Path, diagnoses: Sequence[Diagnosis]) -> Iterator[str]:
    """Yield the text on a folder line by line: what cannot be read, and problems by how many files have them."""
    readers = Counter(diagnosis.reader for diagnosis in diagnoses if diagnosis.tunes)
    read = ", ".join(f"{count} by {name}" for name, count in readers.most_common())
    yield click.style(str(folder), bold=True) + f"  {len(diagnoses)} files; read: {read or 'none'}"
    problems: dict[str, list[tuple[Diagnosis, Finding]]] = {}
    for diagnosis in diagnoses:
        for finding in diagnosis.findings if diagnosis.tunes else ():
            problems.setdefault(re.sub(r"[\d,.]+", "#", finding.problem), []).append((diagnosis, finding))
        if not diagnosis.tunes:
            yield click.style(f"  ! {diagnosis.findings[0].problem}", fg="red")
    for found in sorted(problems.values(), key=len, reverse=True)[:_MOST_PROBLEMS]:
        diagnosis, finding = found[0]
        files = len({id(diagnosis) for diagnosis, _ in found})
        yield click.style(f"  ! {files} of {len(diagnoses)} files, such as {diagnosis.path.name}:", fg="yellow")
        yield f"      {finding.problem}; {finding.remedy}"
    if len(problems) > _MOST_PROBLEMS:
        yield f"  and {len(problems) - _MOST_PROBLEMS} other problems; name a file to see its own"


def diagnosis_as_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the diagnosis as JSON values."""
    return {
        "file": str(diagnosis.path),
        "reader": diagnosis.reader,
        "parts": [
            {name: getattr(part, name) for name in ("number", "name", "notes", "role", "why", "chosen")}
            for part in diagnosis.examination.parts
        ],
        "options": dict(diagnosis.examination.options),
        "remarks": list(diagnosis.examination.remarks),
        "tunes": [{"title": tune.title, "bars": len(tune.bars), "tempo": tune.tempo} for tune in diagnosis.tunes],
        "findings": [{"problem": finding.problem, "remedy": finding.remedy} for finding in diagnosis.findings],
    }


def write_config(diagnosis: Diagnosis, path: Path) -> None:
    """Write a configuration that reads the file.

    Raises
    ------
    JazzgramError
        Where the file cannot be read, `path` exists, or it cannot be written.
    """
    if not diagnosis.tunes:
        raise JazzgramError(f"{diagnosis.path}: cannot be read, so no configuration for it was written")
    source = os.path.relpath(diagnosis.path, path.parent)
    chart = "improvise: {chords: source}" * _has_melody(diagnosis)
    text = (
        f"# For {diagnosis.path.name}, by jazzgram corpus doctor. Run it: jazzgram run {path.name}\n"
        f"extends: base\nseed: 1\n{_section(diagnosis, source)}{chart}\n"
    )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise JazzgramError(f"{path}: exists already; name another file") from None
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be written ({error.strerror})") from None


def _has_melody(diagnosis: Diagnosis) -> bool:
    """Return whether there is a melody to train on."""
    return any(bar.melody for tune in diagnosis.tunes for bar in tune.bars)


def _section(diagnosis: Diagnosis, source: str) -> str:
    """Return a section of a configuration as YAML: a corpus, or a chart where there is no melody."""
    import yaml

    named: dict[str, Any] = {"read": diagnosis.reader, "source": source}
    if diagnosis.examination.options:
        named["with"] = dict(diagnosis.examination.options)
    section = {"corpus": named} if _has_melody(diagnosis) else {"improvise": {"chart": named}}
    text: str = yaml.safe_dump(section, default_flow_style=None, sort_keys=False, allow_unicode=True, width=1000)
    return text

"""The output of `jazzgram corpus info`."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import click

from jazzgram.corpus.report import Report
from jazzgram.corpus.summary import Summary
from jazzgram.music.harmony.keys import MAJOR_KEYS
from jazzgram.music.labels import TEMPO_CLASSES
from jazzgram.music.note_names import pitch_name, with_accidentals

_WIDTH = 32
_EIGHTHS = " ▏▎▍▌▋▊▉"


def info_lines(summary: Summary, report: Report) -> Iterator[str]:
    """Yield the text line by line."""
    yield from _amounts(summary)
    yield from _files(report)
    yield from _plot("terms by kind", dict(summary.kinds.most_common()), summary.terms)
    longest = Counter(dict(summary.durations.most_common(12)))
    yield from _plot("notes by duration, in quarter notes", dict(sorted(longest.items())), summary.notes)
    steps: Counter[int] = Counter()
    for step, count in summary.intervals.items():
        steps[max(-13, min(13, step))] += count
    names = {-13: "farther down", 13: "farther up"}
    yield from _plot(
        "steps from note to note, in semitones",
        {names.get(step, f"{step:+d}"): steps[step] for step in sorted(steps)},
        steps.total(),
    )
    if len(summary.keys) > 1:
        keys = {with_accidentals(MAJOR_KEYS[key + 7]): count for key, count in sorted(summary.keys.items())}
        yield from _plot("tunes by key signature, named as major keys", keys, summary.tunes)
    if len(summary.meters) > 1:
        yield from _plot("bars by meter", dict(summary.meters.most_common()), summary.bars)
    yield from _labels(summary)
    if summary.growth:
        yield click.style("\nhow the vocabulary grows", bold=True)
        for terms, distinct in summary.growth:
            yield f"  {terms:>9,} terms {distinct:>8,} distinct  {_bar(distinct / summary.distinct)}"
    if summary.dropped:
        yield click.style("\nleft out by the reader", bold=True)
        for item in summary.dropped:
            yield f"  {item.notes:>8,} notes {item.bars:>7,} bars {item.chords:>7,} chords  {item.reason}"


def _labels(summary: Summary) -> Iterator[str]:
    """Yield the labels that a model can be conditioned on, and asked for with ``--like``."""
    pace = {name: summary.tempo_classes[name] for name in TEMPO_CLASSES if summary.tempo_classes[name]}
    if len(pace) > 1:
        yield from _plot("tunes by tempo (--like tempo=…)", pace, summary.tunes)
    for kind, counts in (("style", summary.styles), ("instrument", summary.instruments)):
        if len(counts) > 1:
            yield from _plot(f"tunes by {kind} (--like {kind}=…)", dict(counts.most_common()), summary.tunes)
    if summary.soloists:
        yield click.style("\nsoloists (--like soloist=…), with their tunes", bold=True)
        names = ", ".join(f"{name} {count}" for name, count in sorted(summary.soloists.items()))
        yield from textwrap.wrap(names, 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _files(report: Report) -> Iterator[str]:
    """Yield what is notable about the files: failures, the split, and copies."""
    if report.failures:
        yield click.style(f"{len(report.failures):,} of {report.files:,} files could not be read", fg="yellow")
    if len(report.parts) > 1:
        yield "split: " + ", ".join(f"{count:,} tunes for {part}" for part, count in report.parts.items() if count)
    if report.duplicates:
        copied = sum(duplicate.transposed != 0 for duplicate in report.duplicates)
        yield f"{len(report.duplicates):,} pairs of tunes are copies of each other, {copied:,} of them in another key"


def _amounts(summary: Summary) -> Iterator[str]:
    slowest, middle, fastest = summary.tempi
    players = f", {summary.performers:,} performers" if summary.performers else ""
    compass = ""
    if summary.range is not None:
        low, high = summary.range
        compass = f", from {with_accidentals(pitch_name(low))} to {with_accidentals(pitch_name(high))}"
    yield f"{summary.tunes:,} tunes of {summary.works:,} works{players}"
    yield f"{summary.bars:,} bars, {summary.empty_bars:,} of them without a note"
    yield f"{summary.notes:,} notes{compass}"
    yield f"{summary.terms:,} terms, {summary.distinct:,} distinct, {summary.once:,} of them occur once"
    yield f"{summary.chords:,} different chords, {summary.unchorded_bars:,} bars without one"
    yield f"tempo {slowest:.0f} to {fastest:.0f}, median {middle:.0f} quarter notes a minute"


def _plot(title: str, counts: Mapping[Any, int], total: int) -> Iterator[str]:
    """Draw a bar for each count; the longest fills the width."""
    if not total:
        return
    most = max(counts.values())
    yield click.style(f"\n{title}", bold=True)
    for item, count in counts.items():
        yield f"  {item!s:>12} {count / total:>6.1%}  {_bar(count / most)}"


def _bar(share: float) -> str:
    whole, part = divmod(round(share * _WIDTH * 8), 8)
    return "█" * whole + _EIGHTHS[part].strip()

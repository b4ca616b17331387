"""Read changes from JAMS (``.jams``): the chords of a recording or of a score, with its beats.

Chords are in the namespace ``chord`` or one that begins so (``chord_harte``, ``chord_ireal``). Their times are seconds,
which become bars through the annotation ``beat_position``, or ``beat`` with each beat's number in its bar; or, as in
the ChoCo corpus's scores, a bar and a beat (``4.3``). The tunes have chords and no melody.
Source: Humphrey et al., *JAMS: a JSON annotated music specification* (ISMIR 2014); de Berardinis et al., *ChoCo: a
chord corpus* (Scientific Data 10, 2023). The package ``jams`` is not used: docs/dependencies.md says why.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from jazzgram import TICKS_PER_QUARTER, Corpus, Dropped, JazzgramError, Meter, Tune, hookimpl
from jazzgram.music import MOST_BARS, parse_key

from ._files import with_suffix
from ._harte import chord_symbol
from ._json import number, read_json
from ._seconds import nearest, to_ticks
from ._timeline import Symbols, lay_bars

_LATEST = 1_000_000.0
Chords = list[tuple[float, float, str]]
"""Time, duration and symbol of each, in time order."""
Beats = list[tuple[float, int]]
"""Seconds of each, and its number in its bar, from 1."""


@hookimpl
def list_files(folder: Path) -> Sequence[Path]:
    """List the JAMS files below a folder.

    Examples
    --------
    >>> list_files(Path("no such folder"))
    []
    """
    return with_suffix(folder.rglob("*"), ".jams")


@hookimpl
def read_corpus(source: Path) -> Corpus:
    """Read one file as one tune.

    Examples
    --------
    Two bars of four beats, half a second each:

    >>> import json, tempfile
    >>> beats = [{"time": beat / 2, "duration": 0.5, "value": beat % 4 + 1} for beat in range(9)]
    >>> chords = [{"time": time, "duration": 2.0, "value": value} for time, value in ((0.0, "D:min7"), (3.0, "G:7"))]
    >>> both = [{"namespace": "beat", "data": beats}, {"namespace": "chord", "data": chords}]
    >>> file = Path(tempfile.mkdtemp(), "turn.jams")
    >>> _ = file.write_text(json.dumps({"annotations": both, "file_metadata": {"title": "Turn"}}))
    >>> (tune,) = read_corpus(file).tunes
    >>> tune.title, tune.tempo, [(chord.symbol, chord.onset) for chord in tune.bars[1].chords]
    ('Turn', 120.0, [('Dmin7', 0), ('G7', 960)])
    """
    try:
        return Corpus((_tune(read_json(source), source.stem),))
    except (JazzgramError, ValueError) as error:
        text = str(error)
        raise JazzgramError(text if text.startswith(str(source)) else f"{source}: {text}") from None


def observations(content: Any, namespace: str) -> Iterator[list[Any]]:
    """Yield the observations of each annotation of a namespace, or of those that begin with it (``chord``)."""
    listed = content.get("annotations") if isinstance(content, dict) else None
    for annotation in listed if isinstance(listed, list) else []:
        name = annotation.get("namespace") if isinstance(annotation, dict) else None
        if isinstance(name, str) and (name == namespace or name.startswith(f"{namespace}_")):
            rows = annotation.get("data")
            yield rows if isinstance(rows, list) else []


def title_of(content: Any) -> str:
    """Return the title in the metadata of a file; empty where it has none."""
    metadata = content.get("file_metadata") if isinstance(content, dict) else None
    title = metadata.get("title") if isinstance(metadata, dict) else None
    return " ".join(title.split())[:200] if isinstance(title, str) else ""


def chords_of(content: Any) -> Chords:
    """Return the chords of the first annotation that has any, in time order.

    Raises
    ------
    ValueError
        Where there are none, or one has no time.
    """
    for rows in observations(content, "chord"):
        chords = [
            (number(row, "time", -_LATEST, _LATEST), number(row, "duration", 0, _LATEST), str(row.get("value", "")))
            for row in rows
        ]
        if chords:
            return sorted(chords)
    raise ValueError("no chords found (expected JAMS with an annotation of the namespace chord)")


def _tune(content: Any, name: str) -> Tune:
    chords = chords_of(content)
    others = len([rows for rows in observations(content, "chord") if rows]) - 1
    symbols = Symbols()
    beats = _beats(content)
    if beats:
        meters, changes, tempo = _by_beats(chords, beats, symbols)
    elif _counts_bars(chords):
        meters, changes, tempo = *_by_bars(chords, symbols), 120.0
    else:
        raise ValueError("no beats found, without which seconds make no bars (expected an annotation beat_position)")
    early = sum(onset < 0 for onset, _ in changes) - 1
    dropped = [Dropped("another annotation of the chords")] * (others > 0)
    dropped += [Dropped("before the first bar, where only the last chord sounds on", chords=early)] * (early > 0)
    return Tune(
        title_of(content) or name,
        lay_bars(meters, changes),
        tempo,
        key=_key(content),
        dropped=(*symbols.dropped, *dropped),
    )


def _beats(content: Any) -> Beats:
    """Return the beats; those of ``beat_position`` where there are some. Empty where none says where bars begin."""
    for rows in observations(content, "beat"):
        beats = []
        for row in rows:
            value = row.get("value") if isinstance(row, dict) else None
            position = value.get("position") if isinstance(value, dict) else value
            if isinstance(position, int | float) and not isinstance(position, bool) and 1 <= position <= 32:
                beats.append((number(row, "time", -_LATEST, _LATEST), int(position)))
        beats = sorted(dict(beats).items())
        if len(beats) > 1 and sum(position == 1 for _, position in beats) > 1:
            return beats
    return []


def _by_beats(chords: Chords, beats: Beats, symbols: Symbols) -> tuple[list[Meter], list[tuple[int, str]], float]:
    """Lay chords into the bars that begin with beats of the number 1; a chord begins on the nearest beat.

    Where every beat has the number 1 these are the barlines of a music in four.
    """
    downs = [index for index, (_, position) in enumerate(beats) if position == 1]
    counts = [after - before for before, after in pairwise(downs)]
    usual = Counter(counts).most_common(1)[0][0]
    only_bars = usual == 1
    counts = [min(count, 32) if not only_bars else 4 for count in (*counts, usual)]
    meters = [Meter(count, 4) for count in counts]
    onsets = np.cumsum([0, *(meter.bar for meter in meters[:-1])])
    if only_bars:
        known, ticks = [beats[down][0] for down in downs], onsets.tolist()
    else:
        first = downs[0]
        known = [time for time, _ in beats[first:]]
        ticks = [TICKS_PER_QUARTER * index for index in range(len(known))]
    tempo = 60 / (float(np.median(np.diff(known) / np.diff(ticks))) * TICKS_PER_QUARTER)
    end = int(nearest(to_ticks([chords[-1][0] + chords[-1][1]], known, ticks), (1,))[0])
    meters = [meter for meter, onset in zip(meters, onsets.tolist(), strict=True) if onset < max(end, 1)]
    missing = end - sum(meter.bar for meter in meters)
    meters += [meters[-1]] * min(max(0, -(-missing // meters[-1].bar)), MOST_BARS)
    starts = nearest(to_ticks([time for time, _, _ in chords], known, ticks), (1,)).tolist()
    changes = [(start, symbols.read(chord_symbol(text))) for start, (_, _, text) in zip(starts, chords, strict=True)]
    return meters, changes, round(tempo, 2)


def _counts_bars(chords: Chords) -> bool:
    """Check whether times are a bar and a beat: with one decimal, and not as long apart as the chords last."""
    if any(round(time * 10) != time * 10 and abs(time * 10 - round(time * 10)) > 1e-6 for time, _, _ in chords):
        return False
    return any(abs(after[0] - before[0] - before[1]) > 0.5 for before, after in pairwise(chords)) or len(chords) == 1


def _by_bars(chords: Chords, symbols: Symbols) -> tuple[list[Meter], list[tuple[int, str]]]:
    """Lay chords into the bars and on the beats that they name; both may count from 0 or from 1."""
    named = [divmod(round(time * 10), 10) for time, _, _ in chords]
    first, base = named[0][0], min(beat for _, beat in named)
    beats = max(2, *(beat - base + 1 for _, beat in named), *(round(length) for _, length, _ in chords))
    meter = Meter(min(beats, 12) if beats <= 5 else 4, 4)
    count = named[-1][0] - first + 1
    if count > MOST_BARS:
        raise ValueError(f"it names {count} bars (expected at most {MOST_BARS})")
    changes = []
    for (bar, beat), (_, _, text) in zip(named, chords, strict=True):
        onset = (bar - first) * meter.bar + min(beat - base, meter.numerator - 1) * meter.beat
        changes.append((onset, symbols.read(chord_symbol(text))))
    return [meter] * count, changes


def _key(content: Any) -> int:
    """Return the signature of the first key that is annotated; 0 where none is, or none that is understood."""
    for rows in observations(content, "key"):
        value = str(rows[0].get("value")) if rows and isinstance(rows[0], dict) else ""
        found = re.fullmatch(r"([A-G])([b#-]?)[: ]*(maj|min)?.*", value)
        try:
            if found:
                return parse_key(found[1] + found[2].replace("-", "b") + "m" * (found[3] == "min"))
        except (JazzgramError, ValueError):
            continue
    return 0

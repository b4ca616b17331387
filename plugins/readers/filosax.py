"""Read the Filosax dataset: 48 standards, each played by five tenor saxophonists over the same backing track.

As it is downloaded, ``Participant 1/01/annotations.json`` has a player's notes (``Sax.json`` is read as well), with
their positions in the bar as notated, and ``Backing/01/annotations.jams`` the chords and the title. The tunes are in
4/4. Grace notes and doubled notes are left out, and reported.
Source: Foster & Dixon, *Filosax: a dataset of annotated jazz saxophone recordings* (ISMIR 2021), and its README.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Corpus, Dropped, JazzgramError, Meter, Note, Tune, hookimpl
from jazzgram.music import MOST_BARS, best_key_signature

from ._files import with_suffix
from ._harte import chord_symbol
from ._json import number, read_json
from ._seconds import nearest, to_ticks
from ._timeline import Symbols, lay_bars
from .jams import chords_of, title_of

_METER = Meter()
_TENOR_SAX = 66
_FILES = ("annotations.json", "sax.json")
_WRITTEN, _IMPROVISED = 1, 2
"""Of ``bar_type``; 0 is the head."""


class Options(jazzgram.Options):
    """Which parts of the performance are read."""

    sections: Literal["all", "solos", "improvised"] = Field(
        "all",
        description="The whole performance, its solos (written and improvised) without the heads, or only what is "
        "improvised; what is left out is silent, so that the chords stay in time.",
    )


@hookimpl
def list_files(folder: Path) -> Sequence[Path]:
    """List the notes of all players below a folder.

    Examples
    --------
    >>> list_files(Path("no such folder"))
    []
    """
    found = with_suffix(folder.rglob("*"), ".json")
    return [file for file in found if file.name.lower() in _FILES and file.parent.parent.name.startswith("Participant")]


@hookimpl
def depends_on(source: Path) -> Sequence[Path]:
    """Name the file that is read with a player's notes: the chords of the tune."""
    return (_chords_file(source),)


@hookimpl
def read_corpus(source: Path, options: Options) -> Corpus:
    """Read what one player plays over one tune.

    Examples
    --------
    Two eighths and a quarter note; the chords are those of the notes where the backing's file is not there:

    >>> import json, tempfile
    >>> folder = Path(tempfile.mkdtemp(), "Participant 1", "01")
    >>> folder.mkdir(parents=True)
    >>> same = {"bar_num": 2, "tempo": 120.0, "bar_type": 2, "is_grace": 0, "chord_changes": {"0": "D:min7"}}
    >>> times = (0, 12, 65), (12, 12, 67), (24, 24, 69)
    >>> notes = [
    ...     {"midi_pitch": pitch, "s_rhythmic_position": at, "s_rhythmic_duration": length, "crochet_num": 24,
    ...      "s_start_time": 1.0 + at / 48} | same for at, length, pitch in times]
    >>> _ = (folder / "annotations.json").write_text(json.dumps({"notes": notes}))
    >>> (tune,) = read_corpus(folder / "annotations.json", Options()).tunes
    >>> tune.title, tune.performer, tune.tempo, [(note.pitch, note.onset) for note in tune.bars[0].notes]
    ('01 - Participant 1', 'Participant 1', 120.0, [(65, 0), (67, 240), (69, 480)])
    """
    content = read_json(source)
    rows = content.get("notes") if isinstance(content, dict) else content
    if not isinstance(rows, list) or not rows:
        raise JazzgramError(f"{source}: no notes found (expected Filosax's annotations.json of a player)")
    try:
        return Corpus((_Performance(rows).tune(source, options),))
    except (ValueError, AttributeError) as error:
        raise JazzgramError(f"{source}: {error}") from None


class _Performance:
    """The notes of one player over one tune."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows
        self._bars = [int(number(row, "bar_num", -100, MOST_BARS)) for row in rows]
        self.first, self._last = min(self._bars), max(self._bars)
        self._dropped: Counter[str] = Counter()

    def tune(self, source: Path, options: Options) -> Tune:
        """Return the tune, with the chords of the backing where they are there."""
        notes = self._notes(options.sections)
        if not notes:
            raise ValueError(f"no note is left (sections: {options.sections})")
        symbols = Symbols()
        backing = _chords_file(source)
        title, more = source.parent.name, []
        if backing.is_file():
            content = read_json(backing)
            title = title_of(content) or title
            changes = self._timed(chords_of(content), symbols)
        else:
            changes = self._own_changes(symbols)
            more.append(Dropped("the chords of the backing, which are not there: those of the notes are read"))
        player = source.parent.parent.name
        dropped = [Dropped(reason, notes=count) for reason, count in self._dropped.items()]
        return Tune(
            f"{title} - {player}",
            lay_bars([_METER] * (self._last - self.first + 1), sorted(changes), notes),
            round(float(np.median([number(row, "tempo", 5, 1000) for row in self._rows])), 2),
            program=_TENOR_SAX,
            key=best_key_signature([note.pitch for note in notes]),
            work=title,
            performer=player,
            dropped=(*symbols.dropped, *more, *dropped),
        )

    def _notes(self, sections: str) -> list[Note]:
        notes: dict[int, Note] = {}
        least = {"all": 0, "solos": _WRITTEN, "improvised": _IMPROVISED}[sections]
        end = (self._last - self.first + 1) * _METER.bar
        for row, bar in zip(self._rows, self._bars, strict=True):
            if number(row, "is_grace", 0, 1):
                self._dropped["grace note"] += 1
            elif number(row, "bar_type", 0, 9) < least:
                self._dropped[f"not in the {sections}"] += 1
            else:
                onset = self._start(bar) + self._ticks(row, "s_rhythmic_position")
                duration = max(1, self._ticks(row, "s_rhythmic_duration"))
                note = Note(int(number(row, "midi_pitch", 0, 127)), onset, duration)
                self._dropped["at the onset of another note"] += onset in notes
                self._dropped["after the last bar"] += onset >= end
                notes |= {onset: note} if onset < end else {}
        self._dropped += Counter()  # without the reasons that do not occur
        return [notes[onset] for onset in sorted(notes)]

    def _start(self, bar: int) -> int:
        return (bar - self.first) * _METER.bar

    def _ticks(self, row: Any, key: str) -> int:
        return round(number(row, key, 0, 10_000) * TICKS_PER_QUARTER / number(row, "crochet_num", 1, 960))

    def _timed(self, chords: Sequence[tuple[float, float, str]], symbols: Symbols) -> list[tuple[int, str]]:
        """Return chords whose times are seconds, each on the nearest beat, by the notes' own times and positions."""
        known: dict[int, float] = {}
        for row, bar in zip(self._rows, self._bars, strict=True):
            onset = self._start(bar) + self._ticks(row, "s_rhythmic_position")
            known.setdefault(onset, number(row, "s_start_time", -1000, 100_000))
        ascending: list[tuple[float, int]] = []
        for tick, seconds in sorted(known.items()):
            if not ascending or seconds > ascending[-1][0]:
                ascending.append((seconds, tick))
        if len(ascending) < 2:
            raise ValueError("its notes have one time only (expected their s_start_time in order)")
        onsets = nearest(to_ticks([time for time, _, _ in chords], *zip(*ascending, strict=True)), (1,))
        named = (symbols.read(chord_symbol(text)) for _, _, text in chords)
        return list(zip(onsets.tolist(), named, strict=True))

    def _own_changes(self, symbols: Symbols) -> list[tuple[int, str]]:
        """Return the chords that the notes name; a position counts from the start of its note."""
        changes: dict[int, str] = {}
        for row, bar in zip(self._rows, self._bars, strict=True):
            begin = self._start(bar) + self._ticks(row, "s_rhythmic_position")
            own = row.get("chord_changes")
            for at, text in (own if isinstance(own, dict) else {}).items():
                position = number({"chord_changes": float(at)}, "chord_changes", 0, 10_000)
                later = round(position * TICKS_PER_QUARTER / number(row, "crochet_num", 1, 960))
                changes.setdefault(begin + later, symbols.read(chord_symbol(str(text))))
        return list(changes.items())


def _chords_file(source: Path) -> Path:
    """Return where the chords of a player's tune lie: in the folder ``Backing``, under the tune's number."""
    return source.parent.parent.parent / "Backing" / source.parent.name / "annotations.jams"

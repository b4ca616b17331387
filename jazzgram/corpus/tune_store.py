"""Tunes in columns: a file for each work item of a corpus, read back tune by tune, exactly as they were.

A row is a tune. Its bars, their events and chords, the accompaniment and what was dropped are lists end to end, as in
Arrow: all pitches of all melodies are one column, and a column of the bars has where the events of each end. A text is
stored once, and a column has its number. A note's ``origin`` is not stored, for it belongs to solos.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord
from jazzgram.music.note import Note, Rest
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Dropped, Track, Tune
from jazzgram.resources.cache import cache_root
from jazzgram.resources.columns import Columns, columns_as_bytes, open_columns
from jazzgram.resources.lazy_sequence import LazySequence

_NO_PITCH = -(2**31)
"""The pitch of a rest."""
_EVENT = ("pitch", "onset", "duration", "velocity")
_DROPPED = ("notes", "bars", "chords")
_TEXTS = ("title", "work", "performer", "style", "instrument")


def encode_tunes(tunes: Sequence[Tune]) -> bytes:
    """Write tunes as a file of columns; `decode_tune` returns equal ones.

    Raises
    ------
    ValueError, TypeError
        Where a value is outside what a tune may hold, such as a pitch that is no whole number of 32 bits.
    """
    writer = _Writer()
    writer.columns["tune.tempo"] = np.array([tune.tempo for tune in tunes], np.float64)
    writer.numbers("tune", tunes, ("program", "key"))
    writer.texts("tune", tunes, _TEXTS)
    bars = writer.lists("tune.bars", [tune.bars for tune in tunes])
    writer.numbers("bar", [bar.meter for bar in bars], ("numerator", "denominator"))
    writer.events("melody", writer.lists("bar.melody", [bar.melody for bar in bars]))
    chords = writer.lists("bar.chords", [bar.chords for bar in bars])
    writer.numbers("chord", chords, ("onset", "duration"))
    writer.texts("chord", chords, ("symbol",))
    writer.columns["chord.pitch"] = _whole(writer.lists("chord.pitches", [chord.pitches for chord in chords]))
    tracks = writer.lists("tune.accompaniment", [tune.accompaniment for tune in tunes])
    writer.numbers("track", tracks, ("program", "is_drum"))
    writer.texts("track", tracks, ("name",))
    writer.events("played", writer.lists("track.notes", [track.notes for track in tracks]))
    dropped = writer.lists("tune.dropped", [tune.dropped for tune in tunes])
    writer.numbers("dropped", dropped, _DROPPED)
    writer.texts("dropped", dropped, ("reason",))
    return writer.content()


class _Writer:
    """Columns that are gathered: numbers, texts by their number in the file, lists by where each ends."""

    def __init__(self) -> None:
        self.columns: dict[str, NDArray[Any]] = {}
        self._texts: dict[str, int] = {}

    def numbers(self, group: str, items: Sequence[Any], names: Iterable[str]) -> None:
        for name in names:
            self.columns[f"{group}.{name}"] = _whole([getattr(item, name) for item in items])

    def texts(self, group: str, items: Sequence[Any], names: Iterable[str]) -> None:
        for name in names:
            values = [getattr(item, name, None) for item in items]
            numbers = [-1 if text is None else self._texts.setdefault(text, len(self._texts)) for text in values]
            self.columns[f"{group}.{name}"] = _whole(numbers)

    def lists(self, name: str, groups: Sequence[Sequence[Any]]) -> list[Any]:
        """Join groups end to end."""
        self.columns[name] = np.array([0, *accumulate(map(len, groups))], np.int64)
        return [item for group in groups for item in group]

    def events(self, group: str, events: Sequence[Note | Rest]) -> None:
        self.numbers(group, events, ("onset", "duration"))
        for name, of_rest in (("pitch", _NO_PITCH), ("velocity", 0)):
            self.columns[f"{group}.{name}"] = _whole([getattr(event, name, of_rest) for event in events])
        self.texts(group, events, ("spelling",))

    def content(self) -> bytes:
        texts = [text.encode() for text in self._texts]
        self.columns["text"] = np.frombuffer(b"".join(texts), np.uint8)
        self.columns["text.ends"] = np.array([0, *accumulate(map(len, texts))], np.int64)
        return columns_as_bytes(self.columns, {})


def _whole(values: Sequence[Any]) -> NDArray[np.int32]:
    """Return numbers as int32; raise ValueError where one is none of these."""
    found = np.array(values)
    with np.errstate(invalid="ignore"):
        numbers = found.astype(np.int32)
    if not np.array_equal(numbers, found):
        wrong = next(value for value, number in zip(values, numbers.tolist(), strict=True) if value != number)
        raise ValueError(f"expected a whole number of 32 bits (got {wrong!r:.60})")
    return numbers


def decode_tune(stored: Columns, row: int) -> Tune:
    """Read one tune of columns that `encode_tunes` wrote."""
    return _Reader(stored).tune(row)


def decode_tunes(stored: Columns) -> list[Tune]:
    """Read all tunes of columns that `encode_tunes` wrote."""
    return list(map(_Reader(stored).tune, range(len(stored["tune.tempo"]))))


class _Reader:
    """Values from columns."""

    def __init__(self, stored: Columns) -> None:
        self._stored = stored
        self._known: dict[int, str | None] = {-1: None}

    def tune(self, row: int) -> Tune:
        only = slice(row, row + 1)
        (tempo,) = self._stored["tune.tempo"][only].tolist()
        ((program, key),) = self._rows("tune", only, ("program", "key"))
        texts = {name: text for name in _TEXTS for text in self._texts(f"tune.{name}", only)}
        bars = self._items("tune.bars", only)
        meters = self._rows("bar", bars, ("numerator", "denominator"))
        melodies = self._lists("bar.melody", bars, partial(self._events, "melody"))
        changes = self._lists("bar.chords", bars, self._chords)
        tracks = self._items("tune.accompaniment", only)
        notes = self._lists("track.notes", tracks, partial(self._events, "played"))
        lost = self._items("tune.dropped", only)
        return Tune(
            bars=tuple(
                Bar(melody, chords, _meter(*meter))
                for melody, chords, meter in zip(melodies, changes, meters, strict=True)
            ),
            tempo=tempo,
            accompaniment=tuple(
                Track(name, program, played, bool(is_drum))
                for name, (program, is_drum), played in zip(
                    self._texts("track.name", tracks),
                    self._rows("track", tracks, ("program", "is_drum")),
                    notes,
                    strict=True,
                )
            ),
            program=program,
            key=key,
            dropped=tuple(
                Dropped(reason, *amounts)
                for reason, amounts in zip(
                    self._texts("dropped.reason", lost), self._rows("dropped", lost, _DROPPED), strict=True
                )
            ),
            **texts,
        )

    def _items(self, name: str, rows: slice) -> slice:
        """Return where the items of some lists lie, which are next to each other."""
        ends = self._stored[name]
        return slice(int(ends[rows.start]), int(ends[rows.stop]))

    def _lists(self, name: str, rows: slice, read: Callable[[slice], Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
        """Yield the items of each of some lists."""
        items = tuple(read(self._items(name, rows)))
        ends = self._stored[name][rows.start : rows.stop + 1].tolist()
        return (items[begin - ends[0] : end - ends[0]] for begin, end in pairwise(ends))

    def _rows(self, group: str, rows: slice, names: Iterable[str]) -> Iterator[tuple[int, ...]]:
        return zip(*(self._stored[f"{group}.{name}"][rows].tolist() for name in names), strict=True)

    def _texts(self, name: str, rows: slice) -> list[Any]:
        return [self._text(number) for number in self._stored[name][rows].tolist()]

    def _text(self, number: int) -> str | None:
        if number not in self._known:
            begin, end = self._stored["text.ends"][number : number + 2].tolist()
            self._known[number] = self._stored["text"][begin:end].tobytes().decode()
        return self._known[number]

    def _events(self, group: str, rows: slice) -> list[Note | Rest]:
        numbers, spellings = self._rows(group, rows, _EVENT), self._texts(f"{group}.spelling", rows)
        return [
            Rest(onset, duration) if pitch == _NO_PITCH else Note(pitch, onset, duration, velocity, spelling)
            for (pitch, onset, duration, velocity), spelling in zip(numbers, spellings, strict=True)
        ]

    def _chords(self, rows: slice) -> list[Chord]:
        pitches = self._lists("chord.pitches", rows, lambda rows: self._stored["chord.pitch"][rows].tolist())
        spans, symbols = self._rows("chord", rows, ("onset", "duration")), self._texts("chord.symbol", rows)
        return [Chord(voicing, *span, symbol) for voicing, span, symbol in zip(pitches, spans, symbols, strict=True)]


class CacheFiles(LazySequence[Path]):
    """The cache's files of a kind, one for each work item: their keys, of which a path is made when it is used.

    Parameters
    ----------
    kind : str
        The folder under the cache's root.
    keys : sequence of str
        Of each work item.
    """

    def __init__(self, kind: str, keys: Sequence[str]) -> None:
        self._root = cache_root() / kind
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)

    def _item(self, number: int) -> Path:
        key = self.keys[number]
        return self._root / key[:2] / f"{key}.safetensors"


Location = tuple[Path, int, str]
"""A tune's file, its row there, and its title in the corpus."""


class Locations(LazySequence[Location]):
    """The location of each tune of a corpus.

    Parameters
    ----------
    files : sequence of Path
        Of each work item.
    counts : sequence of int
        How many tunes each has.
    titles : sequence of str
        Of each tune.
    """

    def __init__(self, files: Sequence[Path], counts: Sequence[int], titles: Sequence[str]) -> None:
        self._files, self._titles = files, titles
        self._ends = list(accumulate(counts))

    def __len__(self) -> int:
        return len(self._titles)

    def _item(self, number: int) -> Location:
        item = bisect_right(self._ends, number)
        return self._files[item], number - (self._ends[item - 1] if item else 0), self._titles[number]


class StoredTunes(Sequence[Tune]):
    """Tunes on disk that are read when they are used; the last few are cached in memory.

    Parameters
    ----------
    locations : sequence of Location
        Of each tune.
    remake : callable or None
        Called with a file that is damaged or gone; writes it again. In another process, and where it is None, such a
        file is an error.
    """

    def __init__(self, locations: Sequence[Location], remake: Callable[[Path], None] | None = None) -> None:
        self._locations = locations
        self._remake = remake

    def __reduce__(self) -> tuple[Any, ...]:
        return StoredTunes, (self._locations,)

    def __len__(self) -> int:
        return len(self._locations)

    @overload
    def __getitem__(self, number: int) -> Tune: ...
    @overload
    def __getitem__(self, number: slice) -> StoredTunes: ...
    def __getitem__(self, number: int | slice) -> Tune | StoredTunes:
        if isinstance(number, slice):
            return StoredTunes(self._locations[number], self._remake)
        return self._read(*self._locations[number])

    def __iter__(self) -> Iterator[Tune]:
        return (self._read(*location) for location in self._locations)

    def _read(self, path: Path, row: int, title: str) -> Tune:
        try:
            return _stored(path, row, title)
        except JazzgramError:
            if self._remake is None:
                raise
            self._remake(path)
            return _stored(path, row, title)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self._locations))


@lru_cache(maxsize=32)
def _stored(path: Path, row: int, title: str) -> Tune:
    tune = decode_tune(open_columns(path), row)
    return tune if tune.title == title else replace(tune, title=title)


@lru_cache(maxsize=256)
def _meter(numerator: int, denominator: int) -> Meter:
    return Meter(numerator, denominator)

"""Tunes in columns: a pack for some work items of a corpus, read back tune by tune, exactly as they were.

A row is a tune. Its bars, their events and chords, the accompaniment and what was dropped are lists end to end, as in
Arrow: all pitches of all melodies are one column, and a column of the bars has where the events of each end. A text is
stored once, and a column has its number. A note's ``origin`` is not stored, for it belongs to solos.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from jazzgram.resources.columns import Columns, columns_as_bytes, open_columns
from jazzgram.resources.lazy_sequence import LazySequence

_NO_PITCH = -(2**15)
"""The pitch of a rest."""
_EVENT = ("pitch", "onset", "duration", "velocity")
_DROPPED = ("notes", "bars", "chords")
_TEXTS = ("title", "work", "performer", "style", "instrument")


def encode_tunes(tunes: Sequence[Tune], keys: Sequence[str] = (), counts: Sequence[int] = ()) -> bytes:
    """Write tunes as a pack, a row each; `decode_tune` returns equal ones.

    Parameters
    ----------
    tunes : sequence of Tune
        Those of some work items, one after the other.
    keys : sequence of str
        The key of each work item.
    counts : sequence of int
        The number of tunes of each.

    Raises
    ------
    ValueError, TypeError
        Where a value is outside what a tune may hold, such as a pitch above 32,767.
    """
    writer = _Writer()
    writer.columns["tune.tempo"] = np.array([tune.tempo for tune in tunes], np.float64)
    writer.numbers("tune", tunes, ("program", "key"), np.int8)
    writer.texts("tune", tunes, _TEXTS)
    bars = writer.lists("tune.bars", [tune.bars for tune in tunes])
    writer.numbers("bar", [bar.meter for bar in bars], ("numerator", "denominator"), np.int8)
    writer.events("melody", writer.lists("bar.melody", [bar.melody for bar in bars]))
    chords = writer.lists("bar.chords", [bar.chords for bar in bars])
    writer.numbers("chord", chords, ("onset", "duration"))
    writer.texts("chord", chords, ("symbol",))
    writer.columns["chord.pitch"] = _whole(writer.lists("chord.pitches", [chord.pitches for chord in chords]), np.int16)
    tracks = writer.lists("tune.accompaniment", [tune.accompaniment for tune in tunes])
    writer.numbers("track", tracks, ("program", "is_drum"), np.int8)
    writer.texts("track", tracks, ("name",))
    writer.events("played", writer.lists("track.notes", [track.notes for track in tracks]))
    dropped = writer.lists("tune.dropped", [tune.dropped for tune in tunes])
    writer.numbers("dropped", dropped, _DROPPED)
    writer.texts("dropped", dropped, ("reason",))
    return writer.content({"keys": list(keys), "ends": list(accumulate(counts))})


class _Writer:
    """Columns that are gathered: numbers, texts by their number in the file, lists by where each ends."""

    def __init__(self) -> None:
        self.columns: dict[str, NDArray[Any]] = {}
        self._texts: dict[str, int] = {}

    def numbers(self, group: str, items: Sequence[Any], names: Iterable[str], kind: Any = np.int32) -> None:
        for name in names:
            self.columns[f"{group}.{name}"] = _whole([getattr(item, name) for item in items], kind)

    def texts(self, group: str, items: Sequence[Any], names: Iterable[str]) -> None:
        for name in names:
            values = [getattr(item, name, None) for item in items]
            numbers = [-1 if text is None else self._texts.setdefault(text, len(self._texts)) for text in values]
            self.columns[f"{group}.{name}"] = _whole(numbers, np.int32)

    def lists(self, name: str, groups: Sequence[Sequence[Any]]) -> list[Any]:
        """Join groups end to end."""
        self.columns[name] = np.array([0, *accumulate(map(len, groups))], np.int64)
        return [item for group in groups for item in group]

    def events(self, group: str, events: Sequence[Note | Rest]) -> None:
        self.numbers(group, events, ("onset", "duration"))
        for name, of_rest in (("pitch", _NO_PITCH), ("velocity", 0)):
            self.columns[f"{group}.{name}"] = _whole([getattr(event, name, of_rest) for event in events], np.int16)
        self.texts(group, events, ("spelling",))

    def content(self, head: Mapping[str, Any]) -> bytes:
        texts = [text.encode() for text in self._texts]
        self.columns["text"] = np.frombuffer(b"".join(texts), np.uint8)
        self.columns["text.ends"] = np.array([0, *accumulate(map(len, texts))], np.int64)
        return columns_as_bytes(self.columns, head)


def _whole(values: Sequence[Any], kind: Any) -> NDArray[Any]:
    """Return numbers as integers of a type; raise ValueError where one is none of it."""
    found = np.array(values)
    with np.errstate(invalid="ignore"):
        numbers = found.astype(kind)
    if not np.array_equal(numbers, found):
        wrong = next(value for value, number in zip(values, numbers.tolist(), strict=True) if value != number)
        raise ValueError(f"expected a whole number of {8 * numbers.itemsize} bits (got {wrong!r:.60})")
    return numbers


def decode_tune(stored: Columns, row: int) -> Tune:
    """Read one tune of columns that `encode_tunes` wrote."""
    return _Reader(stored).tune(row)


def decode_tunes(stored: Columns, begin: int = 0, end: int | None = None) -> list[Tune]:
    """Read tunes of columns that `encode_tunes` wrote; all where no rows are given."""
    rows = range(len(stored["tune.tempo"]))[begin:end]
    return list(map(_Reader(stored).tune, rows))


def item_tunes(path: Path, slot: int) -> list[Tune]:
    """Read the tunes of one work item, by its index in a pack."""
    stored = open_columns(path)
    ends = [0, *stored.head["ends"]]
    return decode_tunes(stored, ends[slot], ends[slot + 1])


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
        return [
            Chord(voicing, onset, duration, symbol)
            for voicing, (onset, duration), symbol in zip(pitches, spans, symbols, strict=True)
        ]


Location = tuple[Path, int, str]
"""A tune's pack, its row there, and its title in the corpus."""
Ints = NDArray[np.int32]


class Locations(LazySequence[Location]):
    """The location of each tune of a corpus.

    Parameters
    ----------
    packs : sequence of Path
        The files.
    pack, row : ndarray of int32
        The index of each tune's pack among them, and its row there.
    title : callable
        Returns the title of a tune by its index.
    """

    def __init__(self, packs: Sequence[Path], pack: Ints, row: Ints, title: Callable[[int], str]) -> None:
        self._packs, self._pack, self._row, self._title = list(packs), pack, row, title

    def __len__(self) -> int:
        return len(self._pack)

    def _item(self, number: int) -> Location:
        return self._packs[self._pack[number]], int(self._row[number]), self._title(number)

    def inside(self, pack: Path) -> Ints:
        """Return the indices of the tunes in a pack."""
        return np.flatnonzero(self._pack == self._packs.index(pack)).astype(np.int32)

    def move(self, numbers: Ints, pack: Path) -> None:
        """Take it that tunes are now the rows of another pack."""
        self._packs.append(pack)
        self._pack, self._row = self._pack.copy(), self._row.copy()
        self._pack[numbers], self._row[numbers] = len(self._packs) - 1, np.arange(len(numbers))


class StoredTunes(Sequence[Tune]):
    """Tunes on disk that are read when they are used; the last few are cached in memory.

    Parameters
    ----------
    locations : sequence of Location
        Of each tune.
    remake : callable or None
        Called with a pack that is damaged or gone; writes it again, and changes `locations` where rows have moved. In
        another process, and where it is None, such a pack is an error.
    """

    def __init__(self, locations: Sequence[Location], remake: Callable[[Path], None] | None = None) -> None:
        self._locations = locations
        self._remake = remake

    def __reduce__(self) -> tuple[Any, ...]:
        return StoredTunes, (tuple(self._locations),)

    def __len__(self) -> int:
        return len(self._locations)

    @overload
    def __getitem__(self, number: int) -> Tune: ...
    @overload
    def __getitem__(self, number: slice) -> StoredTunes: ...
    def __getitem__(self, number: int | slice) -> Tune | StoredTunes:
        if isinstance(number, slice):
            return StoredTunes(self._locations[number], self._remake)
        return self._read(number)

    def __iter__(self) -> Iterator[Tune]:
        return map(self._read, range(len(self)))

    def _read(self, number: int) -> Tune:
        location = self._locations[number]
        try:
            return _stored(*location)
        except JazzgramError:
            if self._remake is None:
                raise
            self._remake(location[0])
            return _stored(*self._locations[number])

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

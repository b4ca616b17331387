"""Tunes in columns: a pack for some work items of a corpus, read back tune by tune, exactly as they were.

A row is a tune. Its bars, their events and chords, the accompaniment and what was dropped are nested lists, laid out
as Arrow does: all pitches of all tunes are one array. A rest is an event without pitch. A note's ``origin`` is not
stored, for it belongs to solos.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jazzgram.corpus.packs import encode_pack, from_file, head_of
from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord
from jazzgram.music.note import Note, Rest
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Dropped, Track, Tune
from jazzgram.resources.lazy_sequence import LazySequence

_TICKS = pa.int32()
_EVENT = {"pitch": pa.int16(), "onset": _TICKS, "duration": _TICKS, "velocity": pa.int16(), "spelling": pa.utf8()}
_CHORD = {"onset": _TICKS, "duration": _TICKS, "symbol": pa.utf8()}
_BAR = {"numerator": pa.int8(), "denominator": pa.int8()}
_TRACK = {"name": pa.utf8(), "program": pa.int8(), "is_drum": pa.bool_()}
_DROPPED = {"reason": pa.utf8(), "notes": _TICKS, "bars": _TICKS, "chords": _TICKS}
_TUNE = {
    "title": pa.utf8(),
    "tempo": pa.float64(),
    "program": pa.int8(),
    "key": pa.int8(),
    "work": pa.utf8(),
    "performer": pa.utf8(),
    "style": pa.utf8(),
    "instrument": pa.utf8(),
}


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
    pyarrow.ArrowInvalid
        Where a value is outside what a tune may hold, such as a pitch above 32,767.
    """
    bars = [tune.bars for tune in tunes]
    tracks = [tune.accompaniment for tune in tunes]
    dropped = [tune.dropped for tune in tunes]
    columns = _columns(tunes, _TUNE) | {
        "bars": _lists(bars, _bars),
        "accompaniment": _lists(tracks, _tracks),
        "dropped": _lists(dropped, lambda items: _struct(_columns(items, _DROPPED))),
    }
    return encode_pack(pa.record_batch(columns), {"keys": list(keys), "ends": list(accumulate(counts))})


def decode_tune(batch: pa.RecordBatch, row: int) -> Tune:
    """Read one tune of a batch that `encode_tunes` wrote."""
    one = batch.slice(row, 1)
    head = {name: one.column(name)[0].as_py() for name in _TUNE}
    flat = _items(one.column("bars"))
    melodies = _split(flat.field("melody"), _notes)
    changes = _split(flat.field("chords"), _voicings)
    bars = tuple(
        Bar(melody, chords, _meter(*meter))
        for melody, chords, meter in zip(melodies, changes, _rows(flat, _BAR), strict=True)
    )
    tracks = _items(one.column("accompaniment"))
    notes = _split(tracks.field("notes"), _notes)
    accompaniment = tuple(
        Track(name, program, track, is_drum)
        for (name, program, is_drum), track in zip(_rows(tracks, _TRACK), notes, strict=True)
    )
    dropped = tuple(Dropped(*item) for item in _rows(_items(one.column("dropped")), _DROPPED))
    return Tune(bars=bars, accompaniment=accompaniment, dropped=dropped, **head)


def item_tunes(path: Path, slot: int) -> list[Tune]:
    """Read the tunes of one work item, by its index in a pack."""
    batch = from_file(path)
    ends = [0, *head_of(batch)["ends"]]
    return [decode_tune(batch, row) for row in range(ends[slot], ends[slot + 1])]


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
    tune = decode_tune(from_file(path), row)
    return tune if tune.title == title else replace(tune, title=title)


def _columns(items: Sequence[Any], fields: dict[str, pa.DataType]) -> dict[str, pa.Array]:
    return {name: pa.array([getattr(item, name) for item in items], kind) for name, kind in fields.items()}


def _struct(columns: dict[str, pa.Array]) -> pa.StructArray:
    return pa.StructArray.from_arrays(list(columns.values()), list(columns))


def _lists(groups: Sequence[Sequence[Any]], flat: Any) -> pa.ListArray:
    """Join groups end to end, with the offset of each."""
    offsets = pa.array([0, *accumulate(map(len, groups))], pa.int32())
    return pa.ListArray.from_arrays(offsets, flat([item for group in groups for item in group]))


def _bars(bars: Sequence[Bar]) -> pa.StructArray:
    meters = [bar.meter for bar in bars]
    return _struct(
        _columns(meters, _BAR)
        | {
            "melody": _lists([bar.melody for bar in bars], _events),
            "chords": _lists([bar.chords for bar in bars], _chords),
        }
    )


def _events(events: Sequence[Note | Rest]) -> pa.StructArray:
    return _struct({name: pa.array([getattr(event, name, None) for event in events], _EVENT[name]) for name in _EVENT})


def _chords(chords: Sequence[Chord]) -> pa.StructArray:
    pitches = _lists([chord.pitches for chord in chords], lambda flat: pa.array(flat, pa.int16()))
    return _struct(_columns(chords, _CHORD) | {"pitches": pitches})


def _tracks(tracks: Sequence[Track]) -> pa.StructArray:
    return _struct(_columns(tracks, _TRACK) | {"notes": _lists([track.notes for track in tracks], _events)})


def _rows(structs: pa.StructArray, fields: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(structs.field(name).to_pylist() for name in fields), strict=True)


def _items(lists: pa.ListArray) -> pa.Array:
    """Join lists end to end; what `flatten` does, which imports pyarrow.compute and so takes as long as all pyarrow."""
    offsets = lists.offsets
    begin, end = offsets[0].as_py(), offsets[-1].as_py()
    return lists.values.slice(begin, end - begin)


def _split(lists: pa.ListArray, read: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the items of each list."""
    items = read(_items(lists))
    offsets = lists.offsets.to_pylist()
    first = offsets[0]
    yield from (items[begin - first : end - first] for begin, end in pairwise(offsets))


def _notes(events: pa.StructArray) -> tuple[Note | Rest, ...]:
    return tuple(
        Rest(onset, duration) if pitch is None else Note(pitch, onset, duration, velocity, spelling)
        for pitch, onset, duration, velocity, spelling in _rows(events, _EVENT)
    )


def _voicings(chords: pa.StructArray) -> tuple[Chord, ...]:
    pitches = _split(chords.field("pitches"), lambda flat: tuple(flat.to_pylist()))
    return tuple(Chord(voicing, *row) for voicing, row in zip(pitches, _rows(chords, _CHORD), strict=True))


@lru_cache(maxsize=256)
def _meter(numerator: int, denominator: int) -> Meter:
    return Meter(numerator, denominator)

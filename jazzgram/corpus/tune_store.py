"""Tunes in columns: an Arrow file for each work item of a corpus, read back tune by tune, exactly as they were.

A row is a tune. Its bars, their events and chords, the accompaniment and what was dropped are nested lists, laid out
as Arrow does: all pitches of all tunes are one array. A rest is an event without pitch. A note's ``origin`` is not
stored, for it belongs to solos.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, overload

import pyarrow as pa

from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord
from jazzgram.music.note import Note, Rest
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Dropped, Track, Tune
from jazzgram.resources.cache import cache_root
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


def encode_tunes(tunes: Sequence[Tune]) -> bytes:
    """Write tunes as an Arrow file (IPC), a row each; `decode_tune` returns equal ones.

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
    return to_file(pa.record_batch(columns))


def to_file(batch: pa.RecordBatch) -> bytes:
    """Write one batch as an Arrow file in memory."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def from_file(path: Path) -> pa.RecordBatch:
    """Map an Arrow file of one batch into memory.

    Raises
    ------
    JazzgramError
        Where the file is damaged or gone.
    """
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
    except (OSError, pa.ArrowInvalid) as error:  # Arrow's own I/O error is an OSError
        raise JazzgramError(
            f"{path}: the cached file is damaged or gone ({error}); run again with --no-cache"
        ) from None


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
        return self._root / key[:2] / f"{key}.arrow"


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

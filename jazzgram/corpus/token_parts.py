"""The terms of some work items in columns: made by a worker, stored in the cache, joined into token tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.corpus.minhash import minhash_sketch
from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord
from jazzgram.music.labels import Labels
from jazzgram.music.term import Term
from jazzgram.music.tune import Bar, Tune

COLUMNS = ("token", "tune", "bar", "onset", "duration", "remaining", "until", "chord", "next_chord")
"""The columns of a token table; see `jazzgram.corpus.token_table`."""


@dataclass(frozen=True, slots=True)
class TuneFacts:
    """The facts of a tune that are stored beside its terms.

    Parameters
    ----------
    title : str
        As in `Tune`.
    work : str
        As in `Tune`; the title where the tune has none.
    bars, notes : int
        How many it has.
    tempo : float
        Quarter notes per minute.
    dropped : tuple of (str, int, int, int)
        Reason, notes, bars and chords, as in `Dropped`.
    sketch : tuple of int
        The MinHash sketch; see `jazzgram.corpus.minhash`.
    labels : Labels
        As in `Tune`.
    """

    title: str
    work: str
    bars: int
    notes: int
    tempo: float = 120.0
    dropped: tuple[tuple[str, int, int, int], ...] = ()
    sketch: tuple[int, ...] = field(default=(), repr=False)
    labels: Labels = Labels()

    @classmethod
    def of(cls, tune: Tune) -> TuneFacts:
        """Compute the facts of a tune."""
        notes = sum(len(bar.notes) for bar in tune.bars)
        dropped = tuple((item.reason, item.notes, item.bars, item.chords) for item in tune.dropped)
        return cls(
            tune.title,
            tune.work or tune.title,
            len(tune.bars),
            notes,
            tune.tempo,
            dropped,
            minhash_sketch(tune),
            tune.labels,
        )

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> TuneFacts:
        """Read what `dataclasses.asdict` and JSON made of it."""
        dropped = tuple((str(reason), *map(int, amounts)) for reason, *amounts in fields["dropped"])
        labels = Labels(**fields["labels"])
        return cls(**fields | {"dropped": dropped, "sketch": tuple(fields["sketch"]), "labels": labels})


Voicing = tuple[str, tuple[int, ...]]
"""A chord's symbol and pitches, without its onset and duration."""


@dataclass(frozen=True)
class TokenPart:
    """The terms of the tunes of some work items.

    Parameters
    ----------
    columns : ndarray of int32, shape (9, terms)
        A row for each of `COLUMNS`, numbered within this part.
    terms : tuple of str
        The text of each token.
    chords : tuple of Voicing
        The chord of each number.
    tunes : tuple of TuneFacts
        Of each tune.
    items : tuple of (int, tuple of int)
        The number of tunes of each work item, and the numbers of its chords as they are first met, also of those that
        no term is over.
    """

    columns: NDArray[np.int32]
    terms: tuple[str, ...]
    chords: tuple[Voicing, ...]
    tunes: tuple[TuneFacts, ...]
    items: tuple[tuple[int, tuple[int, ...]], ...]

    @classmethod
    def join(cls, parts: Sequence[TokenPart]) -> TokenPart:
        """Join parts, at least one, with equal terms and chords numbered alike."""
        terms: dict[str, int] = {}
        chords: dict[Voicing, int] = {}
        columns, items = [], []
        tunes: list[TuneFacts] = []
        for part in parts:
            columns.append(part.renumbered(terms, chords, len(tunes)))
            numbers = [chords[chord] for chord in part.chords]
            items += [(count, tuple(numbers[chord] for chord in own)) for count, own in part.items]
            tunes += part.tunes
        return cls(np.concatenate(columns, axis=1), tuple(terms), tuple(chords), tuple(tunes), tuple(items))

    def renumbered(self, terms: dict[str, int], chords: dict[Voicing, int], tune: int) -> NDArray[np.int32]:
        """Return the columns with tunes numbered from `tune`, terms and chords as in two dicts, which receive the new
        ones.
        """
        token = np.array([terms.setdefault(term, len(terms)) for term in self.terms], np.int32)
        chord = np.array([*(chords.setdefault(each, len(chords)) for each in self.chords), -1], np.int32)
        columns = self.columns.copy()
        columns[0] = token[columns[0]]
        columns[1] += tune
        columns[-2:] = chord[columns[-2:]]  # -1 takes the last one, which is -1
        return columns

    def select(self, slots: Sequence[int]) -> TokenPart:
        """Return the part of some work items, given by their ascending indices."""
        if len(slots) == len(self.items):
            return self
        ends = [0, *accumulate(count for count, _ in self.items)]
        tunes = [tune for slot in slots for tune in range(ends[slot], ends[slot + 1])]
        tune = np.full(len(self.tunes), -1, np.int32)
        tune[tunes] = np.arange(len(tunes))
        columns = self.columns[:, tune[self.columns[1]] >= 0]
        columns[1] = tune[columns[1]]
        token, columns[0] = np.unique(columns[0], return_inverse=True)
        chords = list(dict.fromkeys(chord for slot in slots for chord in self.items[slot][1]))
        chord = np.full(len(self.chords) + 1, -1, np.int32)
        chord[chords] = np.arange(len(chords))
        columns[-2:] = chord[columns[-2:]]
        return TokenPart(
            columns,
            tuple(self.terms[number] for number in token),
            tuple(self.chords[number] for number in chords),
            tuple(self.tunes[number] for number in tunes),
            tuple((self.items[slot][0], tuple(chord[list(self.items[slot][1])].tolist())) for slot in slots),
        )

    def encode(self, keys: Sequence[str]) -> bytes:
        """Write it as a pack, given the keys of the work items: the columns, with all else in the head."""
        import pyarrow as pa

        from jazzgram.corpus.packs import encode_pack

        head = {
            "keys": list(keys),
            "ends": list(accumulate(count for count, _ in self.items)),
            "items": self.items,
            "terms": self.terms,
            "chords": self.chords,
            "tunes": [asdict(tune) for tune in self.tunes],
        }
        return encode_pack(pa.record_batch(dict(zip(COLUMNS, self.columns, strict=True))), head)

    @classmethod
    def decode(cls, batch: Any) -> TokenPart:
        """Read what `encode` wrote, given the Arrow batch."""
        from jazzgram.corpus.packs import head_of

        head = head_of(batch)
        columns = np.array([column.to_numpy() for column in batch.columns], np.int32).reshape(len(COLUMNS), -1)
        chords = tuple((symbol, tuple(pitches)) for symbol, pitches in head["chords"])
        items = tuple((count, tuple(numbers)) for count, numbers in head["items"])
        return cls(columns, tuple(head["terms"]), chords, tuple(map(TuneFacts.from_json, head["tunes"])), items)


def tokenize(tunes: Sequence[Tune], parse: Callable[[Bar], Sequence[Term]]) -> TokenPart:
    """Turn tunes into terms.

    Parameters
    ----------
    tunes : sequence of Tune
        Of one work item.
    parse : callable
        Returns the terms of a bar.

    Returns
    -------
    TokenPart
        The terms from the first bar of a tune that has notes or notated rests to the last: what is empty before and
        after is no part of the solo. A term's onset is the sum of the durations before it in its bar, as it is counted
        when terms are played; its chord is the one that sounds there, its next chord the one after that in the bar,
        else the next bar's first, which begins ``until`` ticks later (0 where there is none).

    Raises
    ------
    JazzgramError
        Where the tokenizer returns None.
    """
    terms: dict[Term, int] = {}
    chords: dict[Voicing, int] = {}
    tokens: list[int] = []
    bars: list[tuple[int, int, int, int]] = []  # tune, bar, length, terms
    spans: list[tuple[int, int, int, int]] = []  # index in `bars`, onset, chord, next chord
    for number, tune in enumerate(tunes):
        played = [at for at, bar in enumerate(tune.bars) if bar.melody]
        for at in range(played[0], played[-1] + 1) if played else ():
            bar = tune.bars[at]
            found = parse(bar)
            if found is None:
                raise JazzgramError("the tokenizer's parse_melody returned None; return a tuple of terms")
            tokens += [terms.setdefault(term, len(terms)) for term in found]
            following = tune.bars[at + 1].chords if at + 1 < len(tune.bars) else ()
            spans += [(len(bars), *span) for span in _spans(bar.chords, following, chords)]
            bars.append((number, at, bar.meter.bar, len(found)))
    durations = [term.duration for term in terms]
    columns = _columns(tokens, durations, bars, spans) if tokens else np.empty((len(COLUMNS), 0), np.int32)
    facts = tuple(map(TuneFacts.of, tunes))
    return TokenPart(columns, tuple(map(str, terms)), tuple(chords), facts, ((len(tunes), tuple(range(len(chords)))),))


def _columns(
    tokens: Sequence[int], durations: Sequence[int], bars: Sequence[Sequence[int]], spans: Sequence[Sequence[int]]
) -> NDArray[np.int32]:
    """Return a row for each of `COLUMNS`, given the token of each term and the duration of each token."""
    token = np.array(tokens, np.int64)
    duration = np.array(durations, np.int64)[token]
    number, at, length, terms = np.array(bars, np.int64).T
    bar = np.repeat(np.arange(len(bars)), terms)
    elapsed = np.concatenate(([0], np.cumsum(duration)))
    onset = elapsed[:-1] - elapsed[np.cumsum(terms) - terms][bar]
    home, begin, chord, after = np.array(spans, np.int64).T
    # Onsets of all bars on one axis, on which the bars do not overlap: the last span that begins by then sounds.
    stride = max(int(onset.max()), int(begin.max())) + 1
    sounding = np.searchsorted(home * stride + np.maximum(begin, 0), bar * stride + onset, side="right") - 1
    ends = np.append(begin[1:], 0)
    last = np.append(home[1:] != home[:-1], True)
    ends[last] = length[home[last]]
    until = np.where(after[sounding] < 0, 0, np.maximum(ends[sounding] - onset, 0))
    position = (onset, duration, length[bar] - onset, until, chord[sounding], after[sounding])
    return np.array((token, number[bar], at[bar], *position)).astype(np.int32)


def _spans(
    sounding: tuple[Chord, ...], following: tuple[Chord, ...], chords: dict[Voicing, int]
) -> list[tuple[int, int, int]]:
    """Return the onset from which each chord sounds, its number and the next one's; -1 where there is none."""
    numbers = [chords.setdefault((chord.symbol, chord.pitches), len(chords)) for chord in (*sounding, *following[:1])]
    if not sounding:
        return [(0, -1, numbers[0] if numbers else -1)]
    following_numbers = [*numbers[1:], -1]
    onsets = [chord.onset for chord in sounding]
    spans = list(zip(onsets, numbers, following_numbers, strict=False))  # the barline's chord begins no span
    # Before the first chord it counts already, as in `chord_at`, and is also the one to come.
    return spans if sounding[0].onset <= 0 else [(0, numbers[0], numbers[0]), *spans]

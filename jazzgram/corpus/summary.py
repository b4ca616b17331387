"""A corpus in numbers: how much there is, what of it, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass
from fractions import Fraction
from statistics import median
from typing import Any

from jazzgram.music.term import Term
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.music.tune import Dropped, Tune, merge_dropped

_GROWTH = 10
"""At how many positions the growth of the vocabulary is measured."""
_LABELS = ("soloists", "instruments", "styles", "tempo_classes")
"""In `Summary`, the tunes of each of `LABEL_KINDS` but the solo itself."""


@dataclass(frozen=True)
class Summary:
    """What a corpus holds.

    Parameters
    ----------
    tunes, works, performers : int
        How many there are; works and performers are counted by name.
    bars, empty_bars, notes : int
        How many there are; a bar in which no note begins is empty.
    terms, distinct : int
        Terms of all bars, and different ones.
    once : int
        Terms that occur once only.
    growth : tuple of (int, int)
        At ten positions in reading order: terms so far, distinct ones so far.
    kinds : Counter of str
        Terms by kind (chord tone, scale tone …), as the tokenizer names them.
    durations : Counter of Fraction
        Notes by duration in quarter notes.
    intervals : Counter of int
        Steps from note to note, in semitones, within a tune.
    meters : Counter of str
        Bars by meter.
    soloists, instruments, styles, tempo_classes : Counter of str
        Tunes by label, those that have one.
    keys : Counter of int
        Tunes by key signature, sharps counted up.
    tempi : tuple of float
        Slowest, median and fastest, in quarter notes per minute.
    range : tuple of int, or None
        Lowest and highest pitch; None where there are no notes.
    chords : int
        Different chords: by symbol, or by sound where they have none.
    unchorded_bars : int
        Bars without a chord, or with nothing but "no chord".
    dropped : tuple of Dropped
        What readers left out, one for each reason.
    """

    tunes: int
    works: int
    performers: int
    bars: int
    empty_bars: int
    notes: int
    terms: int
    distinct: int
    once: int
    growth: tuple[tuple[int, int], ...]
    kinds: Counter[str]
    durations: Counter[Fraction]
    intervals: Counter[int]
    meters: Counter[str]
    keys: Counter[int]
    soloists: Counter[str]
    instruments: Counter[str]
    styles: Counter[str]
    tempo_classes: Counter[str]
    tempi: tuple[float, float, float]
    range: tuple[int, int] | None
    chords: int
    unchorded_bars: int
    dropped: tuple[Dropped, ...]

    def as_json(self) -> dict[str, Any]:
        """Return plain values, for JSON; durations are texts such as ``1/3``."""
        plain: dict[str, Any] = dict(vars(self))
        counted = [name for name, value in plain.items() if isinstance(value, Counter)]
        for name in counted:
            plain[name] = {str(item): count for item, count in sorted(plain[name].items())}
        plain["dropped"] = [asdict(item) for item in self.dropped]
        return plain


def summarize(tunes: Sequence[Tune], grammar: Iterable[Sequence[Term]]) -> Summary:
    """Compute the summary of a corpus.

    Parameters
    ----------
    tunes : sequence of Tune
        At least one; each is read once.
    grammar : iterable of sequence of Term
        The terms of every bar of every tune, in order.

    Returns
    -------
    Summary
    """
    names = ("durations", "intervals", "meters", "keys", *_LABELS)
    counts: dict[str, Counter[Any]] = {name: Counter() for name in names}
    pitches: set[int] = set()
    chords: set[object] = set()
    dropped: list[Dropped] = []
    bars = empty = unchorded = 0
    for tune in tunes:
        before: int | None = None
        counts["keys"][tune.key] += 1
        for name, label in zip(_LABELS, astuple(tune.labels), strict=False):
            counts[name].update([label] * bool(label))
        dropped += tune.dropped
        for bar in tune.bars:
            bars += 1
            empty += not bar.notes
            unchorded += not any(chord.pitches for chord in bar.chords)
            counts["meters"][str(bar.meter)] += 1
            chords.update(chord.symbol or chord.pitch_classes for chord in bar.chords if chord.pitches)
            for note in bar.notes:
                counts["durations"][Fraction(note.duration, TICKS_PER_QUARTER)] += 1
                if before is not None:
                    counts["intervals"][note.pitch - before] += 1
                before = note.pitch
                pitches.add(note.pitch)
    vocabulary: Counter[Term] = Counter()
    seen = [(0, 0)]
    for terms in grammar:
        vocabulary.update(terms)
        if terms:
            seen.append((seen[-1][0] + len(terms), len(vocabulary)))
    kinds: Counter[str] = Counter()
    for term, count in vocabulary.items():
        kinds[term.category] += count
    tempi = [tune.tempo for tune in tunes]
    return Summary(
        tunes=len(tempi),
        works=len({tune.work or tune.title for tune in tunes}),
        performers=len({tune.performer for tune in tunes} - {""}),
        bars=bars,
        empty_bars=empty,
        notes=counts["durations"].total(),
        terms=seen[-1][0],
        distinct=len(vocabulary),
        once=sum(count == 1 for count in vocabulary.values()),
        growth=tuple(seen[len(seen) * step // _GROWTH - 1] for step in range(1, _GROWTH + 1) if len(seen) > _GROWTH),
        kinds=kinds,
        durations=counts["durations"],
        intervals=counts["intervals"],
        meters=counts["meters"],
        keys=counts["keys"],
        **{name: counts[name] for name in _LABELS},
        tempi=(min(tempi), median(tempi), max(tempi)),
        range=(min(pitches), max(pitches)) if pitches else None,
        chords=len(chords),
        unchorded_bars=unchorded,
        dropped=merge_dropped(dropped),
    )

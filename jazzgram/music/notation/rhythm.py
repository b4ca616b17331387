"""Notation: exact times turned into the note values, ties, triplets and rests that a copyist writes.

Every beat is read as binary or as a triplet, whichever fits its onsets better; a finer grid is taken only where the
coarser would lose a note. A line of notes is one voice: a note ends where the next begins. Values are divided so that
the beats, and in even meters the middle of the bar, stay visible; a value crosses a beat only if it starts or ends on a
stronger position (a dotted quarter) or is a plain syncopation (eighth, quarter, eighth), after Gould, *Behind Bars*
(2011), ch. "Rhythm".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from jazzgram.music.note import Note
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.resources.frozen import dataclass

_PLAIN = tuple(4 * TICKS_PER_QUARTER >> power for power in range(8))
_DOTTED = tuple(value * 3 // 2 for value in _PLAIN)
_BAR, _MIDDLE, _BEAT = 6, 5, 4


@dataclass(frozen=True, slots=True)
class NotatedEvent:
    """One note head or rest.

    Parameters
    ----------
    note : Note or None
        The note it belongs to; None for a rest.
    onset : int
        Ticks from the start of the bar.
    duration : int
        Ticks it takes in the bar.
    triplet : tuple of int, or None
        Where its triplet (or sextuplet) begins and ends, in ticks from the start of the bar.
    tied_from, tied_to : bool
        Whether it continues the note head before it, and is continued by the one after it.
    """

    note: Note | None
    onset: int
    duration: int
    triplet: tuple[int, int] | None = None
    tied_from: bool = False
    tied_to: bool = False

    @property
    def value(self) -> int:
        """The notated value in ticks: in a triplet half as long again as `duration`."""
        return self.duration * 3 // 2 if self.triplet else self.duration


def notate(notes: Iterable[Note], meter: Meter, bars: int) -> tuple[tuple[NotatedEvent, ...], ...]:
    """Notate a melody in bars.

    Parameters
    ----------
    notes : iterable of Note
        Onsets in ticks from the start of the solo. May overlap, run past the end or lie between all grids.
    meter : Meter
        The meter of every bar.
    bars : int
        How many bars; notes that begin after them are left out, longer ones are cut there.

    Returns
    -------
    tuple of tuple of NotatedEvent
        For each bar its note heads and rests in time order; durations sum to the bar exactly. A silent bar is one
        rest.

    Notes
    -----
    Of notes that begin together the highest is kept. Silences up to a 32nd note, or up to a quarter of the note
    before them, are articulation and are not notated, unless the note ends on a grid.

    Examples
    --------
    >>> (bar,) = notate([Note(60, 0, 160), Note(62, 160, 160), Note(64, 320, 400)], Meter(2, 4), 1)
    >>> [(w.note.pitch if w.note else "rest", w.onset, w.duration, w.tied_to) for w in bar]
    [(60, 0, 160, False), (62, 160, 160, False), (64, 320, 160, True), (64, 480, 240, False), ('rest', 720, 240, False)]
    """
    ruler = _Ruler(meter)
    line = _on_grid(_one_voice(notes, bars * meter.bar), ruler, bars * meter.bar)
    inside: list[list[Note]] = [[] for _ in range(bars)]
    for note in line:
        for bar in range(note.onset // meter.bar, (note.end - 1) // meter.bar + 1):
            inside[bar].append(note)
    return tuple(tuple(_notate_bar(sounding, bar * meter.bar, ruler)) for bar, sounding in enumerate(inside))


def _one_voice(notes: Iterable[Note], total: int) -> list[Note]:
    """Cut every note at the next onset and close the gaps that are articulation."""
    ordered = sorted(
        (note for note in notes if note.duration > 0 and note.onset < total and note.end > 0),
        key=lambda note: (max(note.onset, 0), note.pitch),
    )
    voice = []
    for index, note in enumerate(ordered):
        onset = max(note.onset, 0)
        limit = max(ordered[index + 1].onset, 0) if index + 1 < len(ordered) else total
        end = min(note.end, limit)
        if end % 120 and end % 160 and limit - end <= max(60, note.duration // 4):
            end = limit
        if end > onset:
            voice.append(replace(note, onset=onset, duration=end - onset))
    return voice


class _Ruler:
    """A meter's cells (the unit that is divided in two or in three) and the metrical strength of positions."""

    def __init__(self, meter: Meter) -> None:
        self.bar = meter.bar
        self.cell = min(meter.unit, TICKS_PER_QUARTER)
        self.compound = meter.is_compound
        self.beat = meter.beat if self.compound else self.cell
        beats = self.bar // self.beat
        self.has_middle = beats >= 4 and beats % 2 == 0
        self.binary = min(self.cell // 2, TICKS_PER_QUARTER // 4)
        self.triplet = self.cell // 3
        finer = (self.cell, self.cell // 2, self.cell // 4) if self.compound else (self.beat // 2, self.beat // 4)
        self.periods = [(_BAR, self.bar)]
        if self.has_middle:
            self.periods.append((_MIDDLE, self.bar // 2))
        self.periods.append((_BEAT, self.beat))
        self.periods.extend((_BEAT - 1 - depth, period) for depth, period in enumerate(finer))

    def strength(self, position: int) -> int:
        """Return the rank of a position in the bar: 6 barline, 5 middle, 4 beat, and down to 0."""
        return next((rank for rank, period in self.periods if position % period == 0), 0)

    def strongest_between(self, start: int, end: int) -> tuple[int, int]:
        """Find the strongest position strictly inside a stretch of the bar: its rank and its period (0, 0 for none)."""
        return next(((rank, period) for rank, period in self.periods if (start // period + 1) * period < end), (0, 0))


def _on_grid(voice: Sequence[Note], ruler: _Ruler, total: int) -> list[Note]:
    """Move onsets and ends to the grid of their cell; a note that falls together with the next is left out."""
    onsets: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for note in voice:
        onsets.setdefault(note.onset // ruler.cell, []).append(note.onset % ruler.cell)
        ends.setdefault(note.end // ruler.cell, []).append(note.end % ruler.cell)
    grids = {cell: _grid(onsets.get(cell, []), ends.get(cell, []), ruler) for cell in onsets.keys() | ends.keys()}

    def nearest(tick: int) -> int:
        cell, position = divmod(tick, ruler.cell)
        return cell * ruler.cell + _round(position, grids[cell])

    starts = [nearest(note.onset) for note in voice]
    moved = []
    for index, (note, onset) in enumerate(zip(voice, starts, strict=True)):
        limit = starts[index + 1] if index + 1 < len(starts) else total
        shortest = grids.get(onset // ruler.cell, ruler.binary)
        end = min(max(nearest(note.end), onset + shortest), limit)
        if end > onset:
            moved.append(replace(note, onset=onset, duration=end - onset))
    return moved


def _grid(onsets: Sequence[int], ends: Sequence[int], ruler: _Ruler) -> int:
    """Choose the grid of one cell: no note lost, then coarse, then exact, then triplet, then near (onsets twice)."""

    def misfit(grid: int) -> tuple[int, int, bool, int, int]:
        error = 2 * sum(abs(position - _round(position, grid)) for position in onsets)
        error += sum(abs(position - _round(position, grid)) for position in ends)
        lost = len(onsets) - len({_round(position, grid) for position in onsets})
        if grid in (ruler.binary, ruler.triplet):
            return lost, 0, False, 0, error
        # Of two fine grids that are both wrong, sextuplets are easier to read than 32nd notes.
        return lost, 1, error > 0, grid != ruler.triplet // 2, error

    return min((ruler.binary, ruler.triplet, ruler.triplet // 2, ruler.binary // 2), key=misfit)


def _round(position: int, grid: int) -> int:
    return (2 * position + grid) // (2 * grid) * grid


def _notate_bar(notes: Sequence[Note], start: int, ruler: _Ruler) -> Iterator[NotatedEvent]:
    stretches: list[tuple[int, int, Note | None]] = []
    reached = 0
    for note in notes:
        onset, end = max(note.onset - start, 0), min(note.end - start, ruler.bar)
        if onset > reached:
            stretches.append((reached, onset, None))
        stretches.append((onset, end, note))
        reached = end
    if reached < ruler.bar:
        stretches.append((reached, ruler.bar, None))
    triplets = _triplets({edge for stretch in stretches for edge in stretch[:2]}, ruler)
    for onset, end, source in stretches:
        for first, last, triplet in _pieces(onset, end, source is None, triplets, ruler):
            tied_from = source is not None and start + first > source.onset
            tied_to = source is not None and start + last < source.end
            yield NotatedEvent(source, first, last - first, triplet, tied_from, tied_to)


def _triplets(edges: set[int], ruler: _Ruler) -> list[tuple[int, int]]:
    """Find the cells, and pairs of beats, of a bar that are divided in three."""
    found = []
    for cell in range(0, ruler.bar, ruler.cell):
        inside = {edge for edge in edges if cell < edge < cell + ruler.cell}
        if any((edge - cell) % (ruler.binary // 2) for edge in inside):
            found.append((cell, cell + ruler.cell))
    if ruler.compound or ruler.cell != TICKS_PER_QUARTER:
        return found
    third = ruler.cell * 2 // 3
    for pair in range(0, ruler.bar - ruler.cell, 2 * ruler.cell):
        inside = {edge - pair for edge in edges if pair < edge < pair + 2 * ruler.cell}
        if inside == {third, 2 * third}:
            found = [group for group in found if not pair <= group[0] < pair + 2 * ruler.cell]
            found.append((pair, pair + 2 * ruler.cell))
    return sorted(found)


def _pieces(
    onset: int, end: int, rest: bool, triplets: Sequence[tuple[int, int]], ruler: _Ruler
) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    """Divide one stretch of a bar at the edges of triplets, and the rest into note values."""
    while onset < end:
        triplet = next((group for group in triplets if group[0] <= onset < group[1]), None)
        edge = triplet[1] if triplet else min((group[0] for group in triplets if group[0] > onset), default=end)
        edge = min(edge, end)
        if triplet:
            step = (triplet[1] - triplet[0]) // 6
            fits = [t for t in range(onset + step, edge + 1, step) if (t - onset) * 3 // 2 in _PLAIN + _DOTTED]
            stop = fits[-1] if fits else edge
            yield onset, stop, triplet
            onset = stop
        else:
            yield from ((a, b, None) for a, b in _divide(onset, edge, rest, ruler))
            onset = edge


def _divide(onset: int, end: int, rest: bool, ruler: _Ruler) -> list[tuple[int, int]]:
    """Divide a binary stretch of a bar until every part may be written as one value."""
    if (rest and end - onset == ruler.bar) or _allowed(onset, end, rest, ruler):
        return [(onset, end)]
    rank, period = ruler.strongest_between(onset, end)
    if period == 0:
        return [(onset, end)]
    middle = (end - 1) // period * period if ruler.strength(onset) >= rank else (onset // period + 1) * period
    return _divide(onset, middle, rest, ruler) + _divide(middle, end, rest, ruler)


def _allowed(onset: int, end: int, rest: bool, ruler: _Ruler) -> bool:
    """Return whether a stretch can be one note or rest without hiding where the beats are."""
    length = end - onset
    if length not in _PLAIN and length not in _DOTTED:
        return False
    rank, period = ruler.strongest_between(onset, end)
    first, last = ruler.strength(onset), ruler.strength(end)
    if ruler.compound and rank >= _BEAT and min(first, last) < _BEAT:
        return False
    if rest:
        if length in _DOTTED:
            return ruler.compound and min(first, last) >= _BEAT
        return first > rank and (rank < _BEAT or (ruler.has_middle and first >= _MIDDLE))
    return rank <= max(first, last) or (first == last == rank - 1 and length == period)

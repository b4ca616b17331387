"""Make bars of measures: pick-ups, measures that a repeat sign cuts in two, notes tied over barlines, chords that last.

A measure that is a 32nd note or less longer or shorter than its meter is full. Two short ones after each other are one
bar, as around a repeat sign. What is still short is at the end of its bar if it is the first (a pick-up), at its
beginning if it is the last; elsewhere the bar has a meter of its own. A longer one also has, but where only rests lie
past its meter they are cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jazzgram import TICKS_PER_QUARTER, Bar, Chord, JazzgramError, Meter, Note, Rest, voicing

from .measure import Head, Measure

MOST_NOTES = 200_000
"""Played, repeats included: what asks for more is damaged."""

_TOLERANCE = TICKS_PER_QUARTER // 8

_Symbol = tuple[int, int]
"""A chord symbol: the index of its measure and its position in it."""

_NO_CHORD = (-1, 0)


@dataclass(slots=True)
class _Room:
    """A bar while measures are put into it."""

    meter: Meter
    filled: int = 0
    start: int = 0
    """Ticks from the start of the tune."""
    measures: list[tuple[int, int]] = field(default_factory=list)
    """Of each measure in it its index in the score, and its onset in the bar."""


def make_bars(
    measures: Sequence[Measure], harmonies: Sequence[Measure], order: Sequence[int]
) -> tuple[tuple[Bar, ...], int]:
    """Play measures in an order, as bars.

    Parameters
    ----------
    measures : sequence of Measure
        Of the melody's part, as notated.
    harmonies : sequence of Measure
        Of the part that has the chord symbols, which may be the same; may be fewer.
    order : sequence of int
        Indices in `measures`.

    Returns
    -------
    bars : tuple of Bar
        Chords fill every bar; what lies before the first is ``NC``. Notated rests that follow each other are one.
    silent : int
        How many of the notated chord symbols of these measures never sound, since another one is at their onset.

    Raises
    ------
    JazzgramError
        Where there is too much.
    """
    if sum(len(measures[index].heads) for index in order) > MOST_NOTES:
        raise JazzgramError(f"its repeats make more than the {MOST_NOTES} notes that are read")
    rooms = _rooms(measures, order)
    melodies = _melodies(measures, rooms)
    symbols = [harmonies[index].harmonies if index < len(harmonies) else [] for index in range(len(measures))]
    notated = _chords_at_start(symbols)
    sounding, before = notated[order[0]] if order else _NO_CHORD, -1
    sounded: set[_Symbol] = set()
    bars = []
    for room, melody in zip(rooms, melodies, strict=True):
        begun: dict[int, _Symbol] = {}
        for index, shift in room.measures:
            # Back at a sign, what holds is what is notated before it; over skipped bars, what was played.
            if index <= before:
                sounding = notated[index]
            if not begun or index <= before:
                begun[shift if begun else 0] = sounding
            for position, (onset, _) in enumerate(symbols[index]):
                sounding = index, position
                if onset + shift < room.meter.bar:
                    begun[onset + shift] = sounding
            before = index
        sounded.update(begun.values())
        chords = {
            onset: symbols[index][position][1] if index >= 0 else "NC" for onset, (index, position) in begun.items()
        }
        bars.append(Bar(tuple(melody), _chords(chords, room.meter.bar), room.meter))
    return tuple(bars), sum(
        (index, position) not in sounded for index in set(order) for position in range(len(symbols[index]))
    )


def _rooms(measures: Sequence[Measure], order: Sequence[int]) -> list[_Room]:
    """Put measures into bars."""
    rooms: list[_Room] = []
    for index in order:
        measure = measures[index]
        full, length = measure.meter.bar, measure.length
        past = any(head.onset >= full or head.end >= full + _TOLERANCE for head in measure.heads)
        if not length or (length > full - _TOLERANCE and not past):
            length = full
        last = rooms[-1] if rooms else None
        if last and length < full and last.meter == measure.meter and last.filled + length <= full:
            last.measures.append((index, last.filled))
            last.filled += length
        else:
            rooms.append(_Room(measure.meter, length, measures=[(index, 0)]))
    start = 0
    for room in rooms:
        missing = room.meter.bar - room.filled
        if missing > 0 and room is rooms[0]:
            room.measures = [(index, shift + missing) for index, shift in room.measures]
        elif missing < 0 or (missing > 0 and room is not rooms[-1]):
            room.meter = _own_meter(room)
        room.start = start
        start += room.meter.bar
    return rooms


def _own_meter(room: _Room) -> Meter:
    """Return the meter of a measure that is not as long as the one that holds, in the same beats if it can be.

    Where none is as long (41/32), it is the shortest that is longer.
    """
    whole = 4 * TICKS_PER_QUARTER
    shortest = whole // 32
    length = -(-room.filled // shortest) * shortest
    meters = [
        Meter(-(-length * unit // whole), unit)
        for unit in (room.meter.denominator, 1, 2, 4, 8, 16, 32)
        if length * unit <= 32 * whole
    ]
    return min(meters, key=lambda meter: meter.bar)


def _melodies(measures: Sequence[Measure], rooms: Sequence[_Room]) -> list[list[Note | Rest]]:
    """Return for each bar the notes and rests that begin in it, in time order, with ties merged."""
    tones: list[tuple[int, int, int, Head]] = []
    for bar, room in enumerate(rooms):
        for index, shift in room.measures:
            for head in measures[index].heads:
                # A measure's last onset may be rounded up to its end.
                onset = room.start + min(head.onset + shift, room.meter.bar - 1)
                end = onset + head.end - head.onset
                if tones and head.tied_from:
                    home, begin, until, first = tones[-1]
                    if first.tied_to and first.pitch == head.pitch and abs(until - onset) < _TOLERANCE:
                        tones[-1] = home, begin, end, first._replace(tied_to=head.tied_to)
                        continue
                tones.append((bar, onset, end, head))
    melodies: list[list[Note | Rest]] = [[] for _ in rooms]
    for bar, begin, end, head in tones:
        note = Note(head.pitch, begin - rooms[bar].start, end - begin, spelling=head.spelling)
        melodies[bar].append(note)
    sounding_until = 0
    for room, melody in zip(rooms, melodies, strict=True):
        silences = _silences(measures, room, [event for event in melody if isinstance(event, Note)], sounding_until)
        sounding_until = max([sounding_until, *(room.start + event.end for event in melody)])
        melody += silences
        melody.sort(key=lambda event: event.onset)
    return melodies


def _silences(measures: Sequence[Measure], room: _Room, notes: Sequence[Note], sounding_until: int) -> list[Rest]:
    """Return the rests of a bar during which nothing sounds; those that follow each other as one."""
    free = max(sounding_until - room.start, 0)
    joined: list[Rest] = []
    for index, shift in room.measures:
        for begin, end in sorted(measures[index].rests):
            onset, until = begin + shift, min(end + shift, room.meter.bar)
            if onset < free or onset >= until or any(note.onset < until and note.end > onset for note in notes):
                continue
            free = until
            if joined and joined[-1].end == onset:
                joined[-1] = Rest(joined[-1].onset, until - joined[-1].onset)
            else:
                joined.append(Rest(onset, until - onset))
    return joined


def _chords_at_start(symbols: Sequence[Sequence[tuple[int, str]]]) -> list[_Symbol]:
    """Return the chord symbol that holds where each measure begins, as notated."""
    holding = [_NO_CHORD]
    for index, own in enumerate(symbols):
        holding.append((index, len(own) - 1) if own else holding[-1])
    return holding


def _chords(begun: dict[int, str], bar: int) -> tuple[Chord, ...]:
    """Let each chord last until the next one or the barline."""
    onsets = sorted(begun)
    return tuple(
        Chord(voicing(begun[onset]), onset, end - onset, begun[onset])
        for onset, end in zip(onsets, [*onsets[1:], bar], strict=True)
    )

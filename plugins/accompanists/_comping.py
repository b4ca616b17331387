"""Comping: two-bar rhythms, chosen by density and by what the soloist leaves open, voiced smoothly.

A rhythm has a character for each cell of its bars: ``X`` a chord, held for each ``-`` that follows, ``x`` a short
one, ``.`` a rest. The Charleston, its displacements and the anticipations that Red Garland played are in Levine,
*The Jazz Piano Book* (1989), ch. 22; the bossa nova's figures come from its clave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from random import Random

from jazzgram import Form, Meter, Note, Solo
from jazzgram.music import lead_voicing

from ._changes import Changes
from ._feel import Stroke
from ._patterns import struck_cells
from ._soloist import first_from, room

RHYTHMS: dict[str, tuple[str, ...]] = {
    "swing": (
        "X--x....|X--x....",
        ".X--....|.X--..x.",
        "X--x....|...x..X-",
        "...X----|...X--x.",
        "x..x..x.|..X-....",
        ".x..X---|.......X",
        "...x...x|...x...x",
        "..x...x.|..x..x..",
        "X-------|...x...X",
        ".......X|------..",
        "..X-....|.....x.x",
        "x.x....X|--......",
        ".....x.X|----....",
        "X--X--x.|.x..X---",
        "......x.|...X-...",
        ".x...x..|.x.x....",
        "...x..x.|x..x....",
        "X---x...|.x..x..X",
    ),
    "ballad": (
        "X-------|X-------",
        "X---X---|X-------",
        "X-----X-|X-------",
        ".X------|..X-----",
        "X-------|..X-X---",
        "..X-----|X-------",
        "X-------|X---X---",
        "X---....|.X--X---",
    ),
    "shuffle": (
        "..x...x.|..x...x.",
        ".x.x.x.x|.x.x.x.x",
        "X--x..x.|..x...x.",
        "x..x..x.|x..x..x.",
        ".x..x..x|..x...x.",
        "..x..x.x|..x...X-",
        "..x...x.|.x.x.x.x",
        "X--x..x.|.x..x..x",
    ),
    "waltz": (
        "X--x..|.x....",
        "X-----|..X-..",
        "...x..|X--x..",
        ".x.x..|...X--",
        "X---x.|.X---.",
        "..x...|..x..x",
        "X-----|...x.x",
        ".....X|---...",
        "..x.x.|..x.x.",
        "X--X--|X--X--",
    ),
    "bossa": (
        "X--X--X-|..X--X..",
        "x..x..x.|..x..x..",
        "X--x..X-|.x..X---",
        "..x..x.X|--x..x..",
        "x..x.X--|..x..x.x",
        "X-.x..x.|x..x..X-",
        ".x..x..X|--.x..x.",
        "X--x...x|..X--x..",
    ),
    "funk": (
        "X...............|....x.....x.....",
        "x.....x..x......|..x...x.........",
        "....x..x........|....x..x..x.....",
        "x..x............|..........x..x..",
        "..x...x...x.....|..x.......x..x..",
        "X-----x.........|......x..x......",
        "...x..x.........|x..x..x.........",
        "....X---......x.|....X---........",
    ),
    "afro": (
        "X....X.....x|...X..X.....",
        "..x..x..x..x|..x..x..x..x",
        "X-----.x.x..|X-----.x.x..",
        "x..x.x..x.x.|...x.x..x...",
        "...X--...X--|...X--.x.x..",
        "X--..x.x....|..x..x.x....",
    ),
}
"""Two bars each; `waltz` in three, the others in four."""

_USUAL, _ABOVE, _LOW_SOLO = 60, 67, 64
"""Middle of the voicings under a soloist and over a low one, and the mean pitch below which a soloist is low."""
_ROOM = 0.6
"""What a chord struck into a phrase of the soloist costs; one chord more or less than the density asks for costs 1."""


@cache
def attacks(rhythm: str, bar: int) -> tuple[tuple[int, int], ...]:
    """Return onset and duration of each chord of a rhythm, in ticks from its start, in bars of a length.

    Examples
    --------
    >>> attacks("X--x....|........", 1920)
    ((0, 720), (720, 180))
    """
    cells = rhythm.replace("|", "")
    cell = 2 * bar // len(cells)
    return tuple(
        (index * cell, length * cell if sign == "X" else cell * 3 // 4) for index, sign, length in struck_cells(cells)
    )


def plain(meter: Meter) -> tuple[str, ...]:
    """Return rhythms for a meter without patterns: a chord on one, another in the middle of the bar, held."""
    beats = meter.bar // meter.beat
    middle = (beats + 1) // 2
    first = "X" + "-" * (beats - 1)
    second = "X" + "-" * (middle - 1) + "X" + "-" * (beats - middle - 1) if beats > 1 else "X"
    late = "." * middle + "X" + "-" * (beats - middle - 1) if beats > 1 else "."
    bars = dict.fromkeys((first, second, late))
    return tuple(f"{a}|{b}" for a in bars for b in bars if (a, b) != (late, late))


def comp(
    changes: Changes,
    meter: Meter,
    form: Form,
    solo: Solo,
    rhythms: Sequence[str],
    density: float,
    rng: Random,
) -> Iterator[Stroke]:
    """Play the changes in rhythms.

    Parameters
    ----------
    changes, meter, form, solo, rng
        Of the performance.
    rhythms : sequence of str
        At least five; none is played again before two others were, of many none before four.
    density : float
        0, sparse, to 1, busy.

    Yields
    ------
    Stroke
        Every chord of a beat or more is struck; one struck off the beat is the chord of the next beat.
    """
    struck = dict(_struck(changes, meter, form, solo, rhythms, density, rng))
    played = {index for _, index in struck.values()}
    longest = max(length for _, length in attacks(rhythms[0], meter.bar))
    for index, onset in enumerate(changes.onsets):
        if index not in played and onset < changes.playing and changes.until(index) - onset >= meter.beat:
            struck[onset] = (longest, index)
    if changes.final is not None and changes.chords:
        struck[changes.final] = (changes.end - changes.final, changes.at(changes.final))
    if not (order := sorted(struck)):
        return
    voicing: tuple[int, ...] = ()
    before, since = -1, 0
    for onset, following in zip(order, [*order[1:], changes.end], strict=True):
        length, index = struck[onset]
        chord = changes.chords[index]
        if not chord.pitches:
            continue
        if index != before or onset - since >= 2 * meter.bar:
            again = voicing if index == before else ()
            colors = not changes.is_minor_dominant(index)
            center = _center(solo.notes, onset, meter)
            voicing = lead_voicing(chord, voicing, avoid=again, colors=colors, center=center)
            since = onset
        before = index
        stop = min(onset + length, following, max(changes.until(index), onset + meter.beat // 2))
        stop = changes.end if onset == changes.final else stop
        loud = 72 if onset == changes.final else 54 if meter.is_beat(onset) else 58
        for number, pitch in enumerate(voicing, 1):
            yield Stroke(onset, stop - onset, pitch, loud + 6 * (number == len(voicing)))


def _center(notes: Sequence[Note], start: int, meter: Meter) -> int:
    """Return the middle of the voicings of two bars: above a soloist who plays where they usually are."""
    phrase = notes[first_from(notes, start) : first_from(notes, start + 2 * meter.bar)]
    low = phrase and sum(note.pitch for note in phrase) < _LOW_SOLO * len(phrase)
    return _ABOVE if low else _USUAL


def _struck(
    changes: Changes, meter: Meter, form: Form, solo: Solo, rhythms: Sequence[str], density: float, rng: Random
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield onset, duration and chord of each attack."""
    recent: list[str] = []
    for section in form.sections:
        busy = density * (0.7 if section.part in ("head", "intro") else 1.0) + 0.04 * max(section.chorus - 1, 0)
        for bar in range(section.bar, section.bar + section.bars, 2):
            start = bar * meter.bar
            stop = min(start + 2 * meter.bar, (section.bar + section.bars) * meter.bar, changes.playing)
            phrase = solo.notes[max(first_from(solo.notes, start) - 1, 0) : first_from(solo.notes, stop)]
            rhythm = _choice(rhythms, recent, start, phrase, meter, busy, rng)
            recent = [*recent, rhythm][-min(4, max(len(rhythms) - 3, 1)) :]
            for within, length in attacks(rhythm, meter.bar):
                onset = start + within
                if onset >= stop or (changes.final is not None and onset + meter.beat > changes.final):
                    continue
                ahead = -(-onset // meter.beat) * meter.beat
                index = changes.at(ahead if ahead < changes.end else onset)
                if changes.onsets and changes.onsets[index] <= ahead:
                    yield onset, (length, index)


def _choice(
    rhythms: Sequence[str],
    recent: Sequence[str],
    start: int,
    phrase: Sequence[Note],
    meter: Meter,
    density: float,
    rng: Random,
) -> str:
    """Choose the rhythm that leaves the soloist most room and is as dense as asked for; a random cost varies it."""
    onsets = {(note.onset - start) // (meter.beat // 2) for note in phrase if note.onset >= start}
    activity = 1 - room(phrase, start, start + 2 * meter.bar)
    wanted = 1 + 8 * density * (1.25 - 0.6 * activity)

    def cost(rhythm: str) -> float:
        found = attacks(rhythm, meter.bar)
        into = sum(onset // (meter.beat // 2) in onsets for onset, _ in found)
        return abs(len(found) - wanted) + _ROOM * into + 1.6 * rng.random()

    return min([rhythm for rhythm in rhythms if rhythm not in recent] or rhythms, key=cost)

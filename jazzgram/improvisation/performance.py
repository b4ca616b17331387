"""The layout of a performance: introduction, head, solo choruses, head, tag and ending, as bars of changes with a form.

The last chorus does not turn around: it stops on the tonic. Where one of its last two bars begins with the tonic, the
music ends there (bar 11 of a blues); else the tonic follows the last bar, or takes its place where the number of bars
is given. A tag puts the ending off by a turnaround, III VI II V in major and I VI II V in minor, a chord a bar (Levine,
*The Jazz Theory Book*, 1995, ch. 17 on form, and ch. 10 on the chords of a turnaround).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from jazzgram.errors import JazzgramError
from jazzgram.improvisation.line import Changes
from jazzgram.music.chord import Chord, join_bars
from jazzgram.music.form import Form, Section
from jazzgram.music.harmony.spell import symbol_of
from jazzgram.music.harmony.symbols import voicing
from jazzgram.music.time import Meter
from jazzgram.music.transpose import transpose_symbol
from jazzgram.resources.frozen import dataclass

if TYPE_CHECKING:
    from jazzgram.improvisation.reharmony.local_keys import Key

_ARRIVAL = 2
"""Bars at the end of a chorus in which the tonic of the ending is looked for."""
_Span = tuple[Literal["intro", "head", "solo"], int]
"""What is played over a stretch of the chorus, and how many bars it has."""
_TAGS = {False: ("Em7", "A7", "Dm7", "G7"), True: ("Am7", "F#m7b5", "Bm7b5", "E7b9")}
_TONICS = {False: "C6", True: "Am6"}
"""The chords of a tag, and a last chord, in C major and in A minor."""


@dataclass(frozen=True, slots=True)
class Performance:
    """Changes with their form.

    Parameters
    ----------
    changes : tuple of tuple of Chord
        The chords of each bar.
    form : Form
        The sections of these bars.
    order : tuple of int or None
        For each bar the bar of the chorus that it is, from 0; None for a bar of tag or ending that is in no chorus.
    """

    changes: Changes
    form: Form
    order: tuple[int | None, ...]


def lay_out(
    chorus: Changes,
    meter: Meter,
    *,
    bars: int | None = None,
    choruses: int = 1,
    head: bool = False,
    intro: int = 0,
    ending: Literal["tag"] | bool = False,
    build: bool = False,
    sharps: int = 0,
) -> Performance:
    """Lay out a performance.

    Parameters
    ----------
    chorus : tuple of tuple of Chord
        The changes of one chorus, at least one bar.
    meter : Meter
        Of every bar.
    bars : int or None
        The bars of the solo, 1 or more: the chorus is repeated, or cut, to fill them. None for whole choruses.
    choruses : int
        Of the solo, 1 or more, where `bars` is None.
    head : bool
        Whether a chorus with the melody comes before the solo, and one after it.
    intro : int
        Bars of introduction, over the end of the chorus, 0 or more.
    ending : bool or "tag"
        Whether the last chorus ends on the tonic, and whether with a tag.
    build : bool
        Whether each chorus of the solo is to build on the one before.
    sharps : int
        The key signature, for the spelling of chords that the chorus does not have; flats are negative.

    Raises
    ------
    JazzgramError
        Where there is no room, or no chord, for an ending, or one chorus only to build on.

    Examples
    --------
    >>> from jazzgram.music.notation.changes import parse_changes
    >>> ended = lay_out(parse_changes("Dm7 | G7 | Cmaj7 A7 | Dm7 G7", Meter()), Meter(), ending=True)
    >>> [" ".join(chord.symbol for chord in bar) for bar in ended.changes], ended.form.final
    (['Dm7', 'G7', 'Cmaj7', 'Cmaj7'], 2)
    """
    length = len(chorus)
    solo = bars or choruses * length
    heads: list[_Span] = [("head", length)] * head
    solos: list[_Span] = [("solo", min(length, solo - first)) for first in range(0, solo, length)]
    intros: list[_Span] = [("intro", intro)] * bool(intro)
    spans = [*intros, *heads, *solos, *heads]
    inner = Form.of(join_bars(chorus, meter.bar), meter, length).sections
    sections: list[Section] = []
    order: list[int | None] = []
    count = 0
    for part, span in spans:
        start = len(order)
        if part == "intro":
            sections.append(Section(start, span, "", part, 0))
            order += [(bar - span) % length for bar in range(span)]
            continue
        for each in inner:
            if each.bar < span:
                kept = min(each.bars, span - each.bar)
                sections.append(Section(start + each.bar, kept, each.letter, part, count + each.chorus))
        order += range(span)
        count += inner[-1].chorus
    changes = tuple(chorus[bar] for bar in order if bar is not None)
    if build and len({section.chorus for section in sections if section.part == "solo"}) == 1:
        raise JazzgramError("improvise.build: one chorus has none to build on; give choruses: 2 or more, or build: no")
    performance = Performance(changes, Form(tuple(sections), builds=build), tuple(order))
    if not ending:
        return performance
    fixed = bars is not None and not head
    return _ended(performance, spans[-1][1], chorus, meter, fixed, ending == "tag", sharps)


def _ended(
    performance: Performance, last: int, chorus: Changes, meter: Meter, fixed: bool, tag: bool, sharps: int
) -> Performance:
    """Return a performance whose last chorus, of `last` bars, ends on the tonic."""
    from jazzgram.improvisation.reharmony.home_key import home_key, key_signature

    changes, order = performance.changes, performance.order
    total = len(changes)
    if fixed and total < _ARRIVAL:
        raise JazzgramError("improvise.ending: one bar has no room for an ending; give two bars or more, or ending: no")
    key = home_key(chorus)
    if key is None:
        raise JazzgramError("improvise.ending: the changes have no chord to end on; give chords, or ending: no")
    fifths = key_signature(chorus)
    fifths = sharps if (sharps - fifths) % 12 == 0 else fifths  # Gb where the score has six flats
    earliest = total - min(_ARRIVAL, last - 1)
    arrivals = [bar for bar in range(earliest, total) if _begins_on(changes[bar], key.tonic)]
    final = arrivals[0] if arrivals else total - fixed
    tonic = changes[final][0] if arrivals else _tonic(chorus, key, fifths)
    held = (replace(tonic, onset=0, duration=meter.bar),)
    tags = [(_chord(symbol, fifths, meter.bar),) for symbol in _TAGS[key.minor]] if tag else []
    rest = max(total - final, 1)
    sections = [
        replace(section, bars=min(section.bars, final - section.bar))
        for section in performance.form.sections
        if section.bar < final
    ]
    sections.append(Section(final, len(tags) + rest, "", "ending", 0))
    return Performance(
        (*changes[:final], *tags, *(held,) * rest),
        Form(tuple(sections), final + len(tags), performance.form.builds),
        (*order[:final], *(None,) * (len(tags) + rest)),
    )


def _begins_on(bar: tuple[Chord, ...], pitch_class: int) -> bool:
    return bool(bar) and bar[0].onset == 0 and symbol_of(bar[0]).root == pitch_class


def _tonic(chorus: Changes, key: Key, fifths: int) -> Chord:
    """Return the chord on the tonic that sounds longest in a chorus; a sixth chord where there is none."""
    lengths: Counter[Chord] = Counter()
    for chord in (chord for bar in chorus for chord in bar):
        symbol = symbol_of(chord)
        if symbol.root == key.tonic and (3 in symbol.intervals and 4 not in symbol.intervals) == key.minor:
            lengths[replace(chord, onset=0, duration=0)] += chord.duration
    return max(lengths, key=lengths.__getitem__) if lengths else _chord(_TONICS[key.minor], fifths, 0)


def _chord(symbol: str, fifths: int, duration: int) -> Chord:
    symbol = transpose_symbol(symbol, fifths)
    return Chord(voicing(symbol), 0, duration, symbol)

"""The provenance of every note, read from the trace of a run."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from jazzgram.music.chord import chord_at
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.term import Term
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.pipeline.trace import StepCall, Trace
from jazzgram.resources.frozen import dataclass

TermOrNote = Term | Note
EARLY = TICKS_PER_QUARTER // 8
"""Ticks before a bar in which a note without a term belongs to it."""
_FAR = TICKS_PER_QUARTER
"""Ticks that a step may move a note without a term, which is known by its pitch then."""


@dataclass(frozen=True)
class Change:
    """What one step did to one bar.

    Parameters
    ----------
    step, hook : str
        The step's label and its hook.
    options : dict
        Its options.
    before, after : tuple of Term or Note
        The bar's terms or notes, onsets from its start.
    removed, added : tuple of Term or Note
        The items only in `before`, and those only in `after`.
    changed : tuple of pairs of Term or Note
        Pairs of one item with other values: another pitch, time, length or velocity.
    """

    step: str
    hook: str
    options: dict[str, Any]
    before: tuple[TermOrNote, ...]
    after: tuple[TermOrNote, ...]
    removed: tuple[TermOrNote, ...] = ()
    added: tuple[TermOrNote, ...] = ()
    changed: tuple[tuple[TermOrNote, TermOrNote], ...] = ()

    @property
    def changes_anything(self) -> bool:
        """Whether the step's output differs from its input."""
        return bool(self.removed or self.added or self.changed)


@dataclass(frozen=True)
class NoteHistory:
    """The provenance of a note of the solo.

    Parameters
    ----------
    note : Note
        The note, its onset from the start of the solo.
    term : str
        The sampled term; empty for a note that a step added.
    chord : str
        The symbol of the chord it sounds over.
    steps : tuple of str
        The labels of the steps that changed it, in order.
    """

    note: Note
    term: str
    chord: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """A solo with its trace: what each step did to each bar and each note.

    Parameters
    ----------
    solo : Solo
        The solo.
    trace : Trace
        The calls of the steps.
    """

    solo: Solo
    trace: Trace

    def bar(self, number: int) -> Iterator[Change]:
        """Yield what each step did to a bar, counted from 0, in order.

        The items of each change are copies of its own, so that a page can tell them apart by identity.
        """
        start = number * self.solo.meter.bar
        for call, before, after in self._calls_of_bars.get(number, ()):
            if call.bar is None:
                yield _change(call, tuple(moved(before, -start)), tuple(moved(after, -start)))
            else:
                yield _change(call, _copied(before), _copied(after))

    @cached_property
    def _calls_of_bars(self) -> dict[int, list[tuple[StepCall, Sequence[TermOrNote], Sequence[TermOrNote]]]]:
        """The calls that concern each bar, in order, with what belongs to the bar of their input and output."""
        found: dict[int, list[tuple[StepCall, Sequence[TermOrNote], Sequence[TermOrNote]]]] = {}
        for call in self.trace.calls:
            if call.bar is not None:
                found.setdefault(call.bar, []).append((call, call.before, call.after))
                continue
            before, after = self._by_bar(call.before), self._by_bar(call.after)
            for number in range(self.solo.bars):
                found.setdefault(number, []).append((call, before.get(number, ()), after.get(number, ())))
        return found

    def _by_bar(self, items: Sequence[TermOrNote]) -> dict[int, list[Note]]:
        """Return the notes of each bar, onsets from the start of the solo."""
        found: dict[int, list[Note]] = {}
        for item in items:
            if isinstance(item, Note):
                found.setdefault(bar_of(item, self.solo.meter.bar, self.solo.bars), []).append(item)
        return found

    def notes(self) -> list[NoteHistory]:
        """Return where each note of the solo comes from, in time order."""
        terms: dict[Hashable, str] = {}
        for call in self.trace.calls:
            for item in call.before:
                if isinstance(item, Term):
                    terms.setdefault(_identity(item), str(item))  # the first is the one that was sampled
        touched: dict[Hashable, list[str]] = {}
        for call in self.trace.calls:
            if call.hook in ("prune_notes", "clean_up_notes"):
                start = (call.bar or 0) * self.solo.meter.bar
                change = _change(call, tuple(moved(call.before, start)), tuple(moved(call.after, start)))
                before = {new: touched.pop(new, []) for new in {_identity(old) for old, _ in change.changed}}
                for old, item in change.changed:
                    touched[_identity(item)] = [*before[_identity(old)], change.step]
                for item in change.added:
                    touched[_identity(item)] = [change.step]
        return [
            NoteHistory(
                note,
                terms.get(_identity(note), ""),
                chord.symbol if (chord := chord_at(self.solo.chords, note.onset)) else "",
                tuple(dict.fromkeys(touched.get(_identity(note), ()))),
            )
            for note in self.solo.notes
        ]


def moved(items: Sequence[TermOrNote], ticks: int) -> Iterator[Note]:
    """Yield the notes among some items, so many ticks later."""
    for note in items:
        if isinstance(note, Note):  # thousands in a run: `replace` takes three times as long
            yield Note(note.pitch, note.onset + ticks, note.duration, note.velocity, note.spelling, note.origin)


def _copied(items: Sequence[TermOrNote]) -> tuple[TermOrNote, ...]:
    return tuple(item.shifted(0) if isinstance(item, Note) else replace(item) for item in items)


def bar_of(note: Note, length: int, bars: int) -> int:
    """Return the bar that a note belongs to: swung or humanized, it may sound a little before it.

    It is that of its term, where it sounds in that bar or one beside it; a note that a step added belongs to the bar
    whose beginning it comes at most `EARLY` before.

    Parameters
    ----------
    note : Note
        Its onset from the start of the solo.
    length, bars : int
        The length of a bar in ticks, and the number of bars.
    """
    sounding = note.onset // length
    if note.origin is not None and abs(note.origin.bar - sounding) <= 1:
        sounding = note.origin.bar
    elif note.origin is None:
        sounding = (note.onset + EARLY) // length
    return min(max(sounding, 0), bars - 1)


def _identity(item: TermOrNote) -> Hashable:
    """Identify an item across steps: by its origin, or by its own values where a step made it."""
    if item.origin is not None:
        return item.origin
    return str(item) if isinstance(item, Term) else (item.pitch, item.onset)


def _change(call: StepCall, before: tuple[TermOrNote, ...], after: tuple[TermOrNote, ...]) -> Change:
    if call.hook == "unparse_grammar":  # terms become notes: nothing is removed, added or changed
        return Change(call.step, call.hook, call.options, before, after)
    earlier = _earlier(before, after)
    kept = {id(old) for old in earlier if old is not None}
    pairs = list(zip(earlier, after, strict=True))
    return Change(
        call.step,
        call.hook,
        call.options,
        before,
        after,
        removed=tuple(old for old in before if id(old) not in kept),
        added=tuple(new for old, new in pairs if old is None),
        changed=tuple((old, new) for old, new in pairs if old is not None and old != new),
    )


def _earlier(before: Sequence[TermOrNote], after: Sequence[TermOrNote]) -> list[TermOrNote | None]:
    """Return what each item of a step's output was in its input; None for what the step made.

    Items are known by their identity, several of one identity in their order. A note without an origin, which another
    step made, may move: it is the nearest one of its pitch, at most a beat away, or else the one at its onset.
    """
    waiting: dict[Hashable, list[TermOrNote]] = {}
    for item in before:
        waiting.setdefault(_identity(item), []).append(item)
    found: list[TermOrNote | None] = [same.pop(0) if (same := waiting.get(_identity(item))) else None for item in after]
    made = [item for items in waiting.values() for item in items if isinstance(item, Note) and item.origin is None]
    made.sort(key=_onset)
    onsets, taken = [item.onset for item in made], set[int]()
    for index, item in enumerate(after) if made else ():
        if found[index] is None and isinstance(item, Note) and item.origin is None:
            first, end = bisect_left(onsets, item.onset - _FAR), bisect_right(onsets, item.onset + _FAR)
            near = [number for number in range(first, end) if number not in taken and _is_moved(made[number], item)]
            if near:
                number = min(near, key=lambda each: (made[each].pitch != item.pitch, abs(onsets[each] - item.onset)))
                taken.add(number)
                found[index] = made[number]
    return found


def _is_moved(old: Note, new: Note) -> bool:
    return old.pitch == new.pitch or old.onset == new.onset


def _onset(note: Note) -> int:
    return note.onset

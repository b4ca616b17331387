"""The provenance of every note, read from the trace of a run."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from jazzgram.music.chord import chord_at
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.term import Term
from jazzgram.pipeline.trace import StepCall, Trace

TermOrNote = Term | Note


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
        Pairs with the same origin and other values.
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
                yield _change(call, tuple(map(replace, before)), tuple(map(replace, after)))

    @cached_property
    def _calls_of_bars(self) -> dict[int, list[tuple[StepCall, Sequence[TermOrNote], Sequence[TermOrNote]]]]:
        """The calls that concern each bar, in order, with what is in the bar of their input and output."""
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
        """Return the notes that begin in each bar, onsets from the start of the solo."""
        found: dict[int, list[Note]] = {}
        for item in items:
            if isinstance(item, Note):
                found.setdefault(item.onset // self.solo.meter.bar, []).append(item)
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
                for item in (*(after for _, after in change.changed), *change.added):
                    touched.setdefault(_identity(item), []).append(change.step)
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


def _identity(item: TermOrNote) -> Hashable:
    """Identify an item across steps: by its origin, or by its own values where a step made it."""
    if item.origin is not None:
        return item.origin
    return str(item) if isinstance(item, Term) else (item.pitch, item.onset)


def _change(call: StepCall, before: tuple[TermOrNote, ...], after: tuple[TermOrNote, ...]) -> Change:
    if call.hook == "unparse_grammar":  # terms become notes: nothing is removed, added or changed
        return Change(call.step, call.hook, call.options, before, after)
    old = {_identity(item): item for item in before}
    new = {_identity(item): item for item in after}
    return Change(
        call.step,
        call.hook,
        call.options,
        before,
        after,
        removed=tuple(item for key, item in old.items() if key not in new),
        added=tuple(item for key, item in new.items() if key not in old),
        changed=tuple((old[key], item) for key, item in new.items() if key in old and old[key] != item),
    )

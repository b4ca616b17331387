"""The chain: ordered steps, each step's output the next one's input."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Container, Sequence
from dataclasses import FrozenInstanceError, replace
from operator import is_
from time import perf_counter
from typing import Any

from jazzgram.config.steps import Step
from jazzgram.errors import JazzgramError, StepError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.improvisation.observer import Observer
from jazzgram.music.chord import Chord
from jazzgram.music.form import Form
from jazzgram.music.note import Note
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter

_EXPECTED_OF_CHAIN = "return a list, empty if nothing is to be kept"
_EXPECTED = {
    "shape_distribution": "return an array of the shape of the probabilities",
    "sample": "return a token id for each row",
    "accompany": "return a list of tracks, empty for silence",
}
"""What a hook must return instead of None."""

BarNotes = tuple[tuple[Note, ...], ...]
"""The notes of each bar, onsets from the start of their bar."""


class Chain:
    """Run the steps of a configuration in order.

    Parameters
    ----------
    steps : sequence of Step
        In the order of the file: ``prune_grammar`` before ``prune_notes`` before ``clean_up_notes``.
    calls : PluginCalls
        Has every plugin of the steps.
    seed : int
        The run's seed.
    observer : Observer or None
        Receives each call.
    """

    def __init__(self, steps: Sequence[Step], calls: PluginCalls, seed: int, observer: Observer | None = None) -> None:
        self._seed = seed
        self._observer = observer
        self._steps = [(step, calls.caller(step.hook, step.plugin)) for step in steps]

    def prune_grammar(self, grammar: Grammar, changes: Sequence[tuple[Chord, ...]], meter: Meter) -> Grammar:
        """Apply every ``prune_grammar`` step to every bar's terms; `changes` has the chords of each bar."""
        for step, call in self._of("prune_grammar"):
            grammar = tuple(
                self._checked(
                    step, bar, Term, call, terms, terms=terms, chords=chords, meter=meter, rng=step.rng(self._seed, bar)
                )
                for bar, (terms, chords) in enumerate(zip(grammar, changes, strict=True))
            )
        return grammar

    def prune_notes(
        self,
        notes: BarNotes,
        changes: Sequence[tuple[Chord, ...]],
        meter: Meter,
        composed: Container[int] = frozenset(),
    ) -> BarNotes:
        """Apply every ``prune_notes`` step to every bar's notes; `changes` has the chords of each bar.

        Bars that are `composed`, by their index, stay as they are. The notes before and after a bar are looked up only
        for a step that names them.
        """
        next_chords = [_next_chord(changes, bar, meter) for bar in range(len(changes))]
        for step, call in self._of("prune_notes"):
            pruned: list[tuple[Note, ...]] = []
            following = _following(notes, meter) if "following" in step.names else [None] * len(notes)
            looks_back = "previous" in step.names
            previous: Note | None = None
            for bar, (present, chords) in enumerate(zip(notes, changes, strict=True)):
                after = self._checked(
                    step,
                    bar,
                    Note,
                    _unchanged if bar in composed else call,
                    present,
                    notes=present,
                    chords=chords,
                    meter=meter,
                    previous=previous,
                    following=following[bar],
                    next_chord=next_chords[bar],
                    rng=step.rng(self._seed, bar),
                )
                pruned.append(after)
                if looks_back:
                    last = after[-1] if after else previous
                    previous = None if last is None else last.shifted(-meter.bar)
            notes = tuple(pruned)
        return notes

    def clean_up_notes(
        self,
        notes: tuple[Note, ...],
        chords: tuple[Chord, ...],
        meter: Meter,
        tempo: float,
        form: Form,
        straight: bool = False,
    ) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
        """Apply every ``clean_up_notes`` step to the solo's notes; `straight` is whether the style has even eighths.

        Returns
        -------
        notes, notated
            The notes after the last step, and those before the first step that ``DESTROYS`` the grid.
        """
        notated: tuple[Note, ...] | None = None
        for step, call in self._of("clean_up_notes"):
            if notated is None and "grid" in step.plugin.promise("DESTROYS"):
                notated = notes
            notes = self._checked(
                step,
                None,
                Note,
                call,
                notes,
                notes=notes,
                chords=chords,
                meter=meter,
                tempo=tempo,
                form=form,
                straight=straight,
                rng=step.rng(self._seed, 0),
            )
        return notes, notes if notated is None else notated

    def _checked(
        self,
        step: Step,
        bar: int | None,
        kind: type,
        call: Callable[..., Any],
        given: tuple[Any, ...],
        **arguments: Any,
    ) -> tuple[Any, ...]:
        """Call a step, check its result, and report the call to the observer."""
        begun = perf_counter()
        result = _well_formed(step, bar, kind, given, call_step(step, call, bar, **arguments))
        if self._observer is not None:
            seconds = perf_counter() - begun
            self._observer.step(step.label, step.hook, step.options, bar, given, result, seconds)
        return result

    def _of(self, hook: str) -> list[tuple[Step, Callable[..., Any]]]:
        return [(step, call) for step, call in self._steps if step.hook == hook]


def _unchanged(notes: tuple[Note, ...], **_: Any) -> tuple[Note, ...]:
    return notes


def _following(notes: BarNotes, meter: Meter) -> list[Note | None]:
    """Return for each bar the first note after it, its onset from the start of that bar."""
    after: list[Note | None] = []
    following: Note | None = None
    for bar in reversed(notes):
        after.append(following)
        first = bar[0] if bar else following
        following = None if first is None else first.shifted(meter.bar)
    return after[::-1]


def _next_chord(changes: Sequence[tuple[Chord, ...]], bar: int, meter: Meter) -> Chord | None:
    if bar + 1 == len(changes) or not changes[bar + 1]:
        return None
    chord = changes[bar + 1][0]
    return replace(chord, onset=chord.onset + meter.bar)


def call_step(step: Step, call: Callable[..., Any], bar: int | None, **arguments: Any) -> Any:
    """Call a step's hook; turn what it raises, and None, into a `StepError` that names the step."""
    try:
        result = call(options=step.options, step=step.label, **arguments)
    except JazzgramError as error:
        raise StepError(f"{_where(step, bar)}: {error}") from error
    except (Exception, SystemExit) as error:
        hint = _hint(error)
        raise StepError(f"{_where(step, bar)}: {type(error).__name__}: {error}{hint} ({_line(step, error)})") from error
    if result is None:
        raise StepError(f"{_where(step, bar)} returned None; {_EXPECTED.get(step.hook, _EXPECTED_OF_CHAIN)}")
    return result


def _hint(error: BaseException) -> str:
    """Return what to do where an error comes from an attempt to change a frozen value or array; else nothing."""
    if isinstance(error, FrozenInstanceError):
        return "; values are frozen: change a copy with dataclasses.replace"
    return "; arrays are read-only: change a copy (probabilities.copy())" if "read-only" in str(error) else ""


def _line(step: Step, error: BaseException) -> str:
    """Return the last line of the plugin's own file in the traceback; of any file where there is none."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if step.plugin.file is not None and frame.filename == str(step.plugin.file)]
    frame = (own or list(frames))[-1]
    return f"{frame.filename}:{frame.lineno}"


def _well_formed(step: Step, bar: int | None, kind: type, given: tuple[Any, ...], result: Any) -> tuple[Any, ...]:
    """Return a step's result as a tuple; raise StepError where no later step can use it."""
    if not isinstance(result, list | tuple):
        raise StepError(f"{_where(step, bar)} returned a {type(result).__name__}; return a list of {kind.__name__}")
    if len(result) == len(given) and all(map(is_, result, given)):
        return given
    for item in result:
        if not isinstance(item, kind):
            raise StepError(
                f"{_where(step, bar)} returned a {type(item).__name__} among its {kind.__name__}s: {item!r}"
            )
    if kind is Note and (problem := problem_with(result)):
        raise StepError(f"{_where(step, bar)} returned {problem}")
    return tuple(result)


def problem_with(notes: Sequence[Note]) -> str:
    """Return what is wrong with the times, pitches, velocities or order of notes; empty where nothing is."""
    onset = -1
    for note in notes:
        if type(note.onset) is not int or type(note.duration) is not int or note.onset < 0 or note.duration < 0:
            return f"a note whose times are no ticks from 0 up: {note!r}"
        if type(note.pitch) is not int or not 0 <= note.pitch <= 127:
            return f"a note whose pitch is no MIDI number 0 to 127: {note!r}"
        if type(note.velocity) is not int or not 1 <= note.velocity <= 127:
            return f"a note whose velocity is not 1 to 127: {note!r}"
        if note.onset < onset:
            return f"notes out of time order at {note!r}; sort them by onset"
        onset = note.onset
    return ""


def _where(step: Step, bar: int | None) -> str:
    where = "" if bar is None else f", bar {bar + 1}"
    return f"step {step.label} ({step.hook}{where})"
